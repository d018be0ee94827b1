//! What the public opens is counted, by day, and what staff open is not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]
use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use identity::{Kind, Subject};
use kernel::{Day, FixedClock};
use readership::{Matter, Opened, Readers, times_read, times_read_of_all};
use testkit::proves;
use tower::ServiceExt;

async fn notice() -> Response {
    Opened { matter: Matter::Notice, key: "2021-01".into() }.noted_in("the notice".into_response())
}

async fn missing() -> Response {
    Opened { matter: Matter::Notice, key: "2021-01".into() }.noted_in(StatusCode::NOT_FOUND.into_response())
}

fn pages(readers: &Readers) -> Router {
    Router::new()
        .route("/notice", get(notice).post(notice))
        .route("/missing", get(missing))
        .route(
            "/occupation",
            get(|| async {
                Opened { matter: Matter::Occupation, key: "4-07-03-04".into() }.noted_in("it".into_response())
            }),
        )
        .route("/other", get(|| async { "nothing to count" }))
        .layer(middleware::from_fn_with_state(readers.clone(), readership::count))
}

async fn ask(pages: &Router, method: &str, path: &str, who: Option<Kind>) {
    let mut request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    if let Some(kind) = who {
        request.extensions_mut().insert(Subject {
            account_id: "somebody".into(),
            kind,
            name: "somebody".into(),
            phone_index: None,
            grants: Vec::new(),
            request_id: "request-1".into(),
        });
    }
    pages.clone().oneshot(request).await.unwrap();
}

#[tokio::test]
async fn openings_by_the_public_are_counted_by_day() {
    for (engine, db) in testkit::engines().await {
        let clock = Arc::new(FixedClock::new(Day::parse("2021-03-16").unwrap().at(9, 0)));
        let readers = Readers::new(clock.clone());
        let pages = pages(&readers);
        ask(&pages, "GET", "/notice", None).await;
        ask(&pages, "GET", "/notice", Some(Kind::Candidate)).await;
        for (method, path, who) in [
            ("GET", "/notice", Some(Kind::Staff)),
            ("POST", "/notice", None),
            ("GET", "/missing", None),
            ("GET", "/other", None),
        ] {
            ask(&pages, method, path, who).await;
        }
        readers.write_down(&db).await.unwrap();
        clock.set(Day::parse("2021-03-17").unwrap().at(0, 0));
        ask(&pages, "GET", "/notice", None).await;
        ask(&pages, "GET", "/occupation", None).await;
        readers.write_down(&db).await.unwrap();
        readers.write_down(&db).await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(times_read(&mut tx, Matter::Notice, "2021-01").await.unwrap(), 3, "{engine}");
        assert_eq!(times_read(&mut tx, Matter::Notice, "2021-02").await.unwrap(), 0, "{engine}");
        assert_eq!(
            times_read_of_all(&mut tx, Matter::Occupation).await.unwrap(),
            [("4-07-03-04".to_owned(), 1)],
            "{engine}"
        );
    }
    proves!("S0-08", "the public's openings of a notice are counted by day, those of staff are not");
    proves!("S0-09", "the public's openings of an occupation's page are counted apart from those of notices");
    proves!("S1-32", "a notice carries its read counter");
}

#[tokio::test]
async fn what_could_not_be_written_is_written_with_what_comes_next() {
    for (engine, db) in testkit::engines().await {
        let readers = Readers::new(Arc::new(FixedClock::new(Day::parse("2021-03-16").unwrap().at(9, 0))));
        let pages = pages(&readers);
        ask(&pages, "GET", "/notice", None).await;
        let folder = tempfile::tempdir().unwrap();
        let bare = store::Db::open(&testkit::empty_database("sqlite", folder.path()).await).await.unwrap();
        assert!(readers.write_down(&bare).await.is_err(), "{engine}: there is no table");
        ask(&pages, "GET", "/notice", None).await;
        readers.write_down(&db).await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(times_read(&mut tx, Matter::Notice, "2021-01").await.unwrap(), 2, "{engine}");
    }
}
