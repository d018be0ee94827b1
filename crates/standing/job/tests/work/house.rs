//! A house without any stage, whose kinds of work do what their names say.
use std::sync::Arc;

use ::store::{Blobs, Db, on};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use identity::{Env, Grant, Kind as Who, Role, Subject};
use job::{Job, JobId, Kind, NewJob, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use kernel::{
    OrgPath, UnixMicros,
    fixed::{FixedClock, SeededEntropy},
};
use tower::ServiceExt;

pub struct House {
    pub env: Env,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub body: String,
    pub keys: Vec<&'static str>,
}

/// What is taken back is counted in this row's place, for the test to see.
const UNDONE: &str = "UPDATE account SET failed_tries = failed_tries + 1 WHERE id = 'undone'";

pub fn kinds() -> Vec<Kind> {
    let kind = |name, run| Kind { name, run, undo };
    vec![
        kind("count", count),
        kind("refuse", refuse),
        kind("break", fault),
        kind("panic", panics),
        kind("lose", lose),
        kind("fill", fill),
    ]
}

fn undo(work: Work) -> UndoFuture {
    Box::pin(async move {
        let mut tx = work.env.db.write().await?;
        work.check_hold(&mut tx).await?;
        on!(&mut tx, |conn| sqlx::query(UNDONE).execute(conn).await.map(|_| ()))?;
        Ok(tx.commit().await?)
    })
}

fn count(work: Work) -> WorkFuture {
    Box::pin(async move {
        let total: usize = work.job.subject.parse().unwrap();
        for done in 1..=total {
            let mut tx = work.env.db.write().await?;
            work.progress(&mut tx, done, total).await?;
            tx.commit().await?;
        }
        Ok(Outcome::new("counted").with("n", total))
    })
}

fn refuse(_: Work) -> WorkFuture {
    Box::pin(async { Err(web::PageError::refused("not-allowed").into()) })
}

fn fault(_: Work) -> WorkFuture {
    Box::pin(async { Err(Stopped::Broken("a disk is full".to_owned())) })
}

/// From here on no end of a job can be written: what it needs is there under another name.
fn fill(work: Work) -> WorkFuture {
    Box::pin(async move {
        let mut tx = work.env.db.write().await?;
        on!(&mut tx, |conn| sqlx::query("ALTER TABLE job RENAME COLUMN outcome_values TO put_away")
            .execute(conn)
            .await
            .map(|_| ()))?;
        tx.commit().await?;
        Err(Stopped::Broken("a disk is full".to_owned()))
    })
}

fn panics(_: Work) -> WorkFuture {
    Box::pin(async { panic!("as a test asked") })
}

fn lose(work: Work) -> WorkFuture {
    Box::pin(async move {
        let mut tx = work.env.db.write().await?;
        work.progress(&mut tx, 1, 2).await?;
        tx.commit().await?;
        if work.job.turn_count == 1 {
            let mut tx = work.env.db.write().await?;
            on!(&mut tx, |conn| sqlx::query("UPDATE job SET worker = 'another'")
                .execute(conn)
                .await
                .map(|_| ()))?;
            tx.commit().await?;
        }
        let mut tx = work.env.db.write().await?;
        work.progress(&mut tx, 2, 2).await?;
        tx.commit().await?;
        Ok(Outcome::new("counted"))
    })
}

impl House {
    pub async fn open(db: Db) -> Self {
        let clock = Arc::new(FixedClock::new(UnixMicros::parse_text("2021-04-12 10:00").unwrap()));
        let entropy = Arc::new(SeededEntropy::new(7));
        let folder = tempfile::Builder::new().prefix("kaogong-blobs-").tempdir().unwrap().keep();
        let env = Env {
            db,
            clock: clock.clone(),
            entropy: entropy.clone(),
            vault: person::Vault::generate(&*entropy),
            blobs: Blobs::open(folder).unwrap(),
            desk: trail::Desk { entropy, clock, node: "test".into() },
            decoder: identity::Decoder::in_process(),
            secure_cookies: false,
            demo: false,
            nav: Arc::new(vec![]),
            public_url: "http://localhost".into(),
        };
        let mut router: Router<Env> = Router::new();
        for route in job::routes() {
            router = router.route(route.path, route.handler);
        }
        let house = Self { router: router.with_state(env.clone()), env };
        house.member("undone").await;
        house
    }

    /// Somebody who works here.
    pub async fn member(&self, id: &'static str) -> Subject {
        let insert =
            "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
            VALUES ($1, 'staff', $1, $1, 0, 0, 0)";
        let mut tx = self.env.db.write().await.unwrap();
        on!(&mut tx, |conn| sqlx::query(insert).bind(id).execute(conn).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
        let grant = Grant {
            id: format!("grant-{id}"),
            role: Role::Registrar,
            path: OrgPath::parse("/demo").unwrap(),
            batch: None,
            from: UnixMicros::new(0),
            until: None,
        };
        Subject {
            account_id: id.into(),
            kind: Who::Staff,
            name: id.into(),
            phone_index: None,
            grants: vec![grant],
            request_id: "r".into(),
        }
    }

    pub async fn begin(&self, who: &Subject, kind: &'static str, subject: &str) -> JobId {
        let mut tx = self.env.db.write().await.unwrap();
        let new = NewJob { kind, subject, batch: None, page: "/workbench".into() };
        let id = job::begin(&mut tx, &self.env, who, &new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn job(&self, id: &JobId) -> Job {
        let mut tx = self.env.db.read().await.unwrap();
        job::job(&mut tx, id.as_str()).await.unwrap().unwrap()
    }

    pub async fn undone(&self) -> i64 {
        let mut tx = self.env.db.read().await.unwrap();
        let sql = "SELECT failed_tries FROM account WHERE id = 'undone'";
        on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).unwrap()
    }

    pub async fn trail(&self, id: &JobId) -> Vec<String> {
        let mut tx = self.env.db.read().await.unwrap();
        let rows = trail::history(&mut tx, "job", id.as_str()).await.unwrap();
        rows.into_iter().map(|row| row.action).collect()
    }

    pub async fn run(&self, sql: &'static str) {
        let mut tx = self.env.db.write().await.unwrap();
        on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn get(&self, who: &Subject, path: &str) -> Answer {
        self.ask(who, Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, who: &Subject, path: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(who, request.body(Body::empty()).unwrap()).await
    }

    async fn ask(&self, who: &Subject, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(who.clone());
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let failure = answer.extensions().get::<web::Failure>();
        let keys = failure.map(|f| f.messages.iter().map(|m| m.key).collect()).unwrap_or_default();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        Answer { status, body: String::from_utf8_lossy(&bytes).into_owned(), keys }
    }
}
