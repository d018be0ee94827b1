//! Somebody with a cookie, in front of this crate's own routes.
use axum::{
    Extension, Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
};
use serde_json::Value;
use tower::ServiceExt;

use crate::fixture::{Hall, account, frame};

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The cookie it sets, as a browser sends it back.
    pub fn cookie(&self) -> String {
        let line = self.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
        line.split(';').next().unwrap().to_owned()
    }
}

/// A browser: nobody, or whoever's session its cookie is.
#[derive(Clone)]
pub struct Browser {
    pub routes: Router,
    pub cookie: String,
    pub csrf: String,
}

impl Browser {
    /// Nobody.
    pub fn new(hall: &Hall) -> Self {
        let mut routes = Router::new();
        for route in sitting::routes() {
            routes = routes.route(route.path, route.handler);
        }
        let routes = routes
            .layer(from_fn(web::render_failures))
            .layer(from_fn_with_state(
                identity::session::Entrance::new(&hall.env),
                identity::session::open_visit,
            ))
            .layer(Extension(hall.ledger.clone()))
            .with_state(hall.env.clone());
        Self { routes, cookie: String::new(), csrf: String::new() }
    }

    /// An account that exists.
    pub async fn of(hall: &Hall, account: &str) -> Self {
        let mut tx = hall.env.db.write().await.unwrap();
        let line = identity::session::open(&mut tx, &hall.env, account).await.unwrap();
        tx.commit().await.unwrap();
        Self::new(hall).with_cookie(hall, line.to_str().unwrap().split(';').next().unwrap()).await
    }

    /// The browser of candidate `n` that signed in at the seat.
    pub async fn at_seat(hall: &Hall, n: usize) -> Self {
        let mut tx = hall.env.db.write().await.unwrap();
        let (line, session) = identity::session::open_named(&mut tx, &hall.env, &account(n)).await.unwrap();
        sitting::store::rebind(&mut tx, &frame(n).id, &account(n), &session.0).await.unwrap();
        tx.commit().await.unwrap();
        Self::new(hall).with_cookie(hall, line.to_str().unwrap().split(';').next().unwrap()).await
    }

    /// The same with a session's cookie and token.
    pub async fn with_cookie(self, hall: &Hall, cookie: &str) -> Self {
        const TOKEN: &str = "SELECT csrf FROM session WHERE token_hash = $1";
        let hash = identity::session::hash(cookie.split_once('=').unwrap().1);
        let mut tx = hall.env.db.read().await.unwrap();
        let csrf =
            ::store::on!(&mut tx, |conn| sqlx::query_scalar(TOKEN).bind(hash).fetch_one(conn).await).unwrap();
        Self { cookie: cookie.to_owned(), csrf, ..self }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// A form of our own page.
    pub async fn post(&self, path: &str, fields: &str) -> Answer {
        let body = format!("csrf={}&{fields}", self.csrf);
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    /// What the exam computer sends.
    pub async fn json(&self, path: &str, body: &Value) -> Answer {
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/json").header("x-csrf", &self.csrf);
        self.send(request, Body::from(body.to_string())).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let request = request.header(header::COOKIE, format!("{}; lang=en", self.cookie)).body(body).unwrap();
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 4 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
