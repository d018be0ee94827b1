//! The bank as a browser sees it, through this crate's own routes.
use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use identity::{Env, Role, Subject};
use itembank::{ItemFilter, ItemStatus, banks, items};
use tower::ServiceExt;
use web::{Lang, Visit, Words};

use crate::fixture::{env, file, filled, reviewer, subject, writer};

/// What came back: status, where to, and the page.
struct Answer {
    status: StatusCode,
    to: String,
    page: String,
}

async fn ask(env: &Env, who: &Subject, request: Request<Body>) -> Answer {
    let mut router = Router::new();
    for route in itembank::routes() {
        router = router.route(route.path, route.handler);
    }
    let visit = Visit { t: Words(Lang::En), csrf: "token".into(), ..Visit::default() };
    let router = router.layer(Extension(who.clone())).layer(Extension(visit)).with_state(env.clone());
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let to = response.headers().get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
    let failure = response.extensions().get::<web::Failure>().cloned();
    let page = String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
    let keys = failure
        .map(|failure| failure.messages.iter().map(|message| message.key).collect::<Vec<_>>().join(" "));
    Answer { status, to, page: keys.unwrap_or(page) }
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn post(path: &str, fields: &str) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("csrf=token&{fields}")))
        .unwrap()
}

fn upload(level: &str, name: &str, bytes: &[u8]) -> Request<Body> {
    let mut body = Vec::new();
    for (field, value) in [("csrf", "token"), ("occupation", "4-07-03-04"), ("level", level)] {
        body.extend(
            format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let head = format!("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend(head.bytes());
    body.extend(bytes);
    body.extend(b"\r\n--B--\r\n");
    Request::post("/items/imports")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn a_writer_uploads_looks_and_confirms_and_a_reviewer_accepts() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        let empty = ask(&env, &writer(), get("/items")).await;
        assert!(empty.page.contains("There is no item bank yet"), "{engine}");
        for name in ["blueprint-hr-2", "items-hr-2"] {
            let staged = ask(&env, &writer(), upload("2", name, &file(name))).await;
            assert_eq!(staged.status, StatusCode::SEE_OTHER, "{engine}: {}", staged.page);
            let shown = ask(&env, &writer(), get(&staged.to)).await;
            assert!(shown.page.contains("Confirm the import"), "{engine}");
            let again = ask(&env, &reviewer(), get(&staged.to)).await;
            assert!(!again.page.contains("Confirm the import"), "only a writer confirms: {engine}");
            let confirmed = ask(&env, &writer(), post(&format!("{}/confirmation", staged.to), "")).await;
            assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{engine}: {}", confirmed.page);
            let own = ask(&env, &writer(), post(&format!("{}/review", staged.to), "")).await;
            assert_eq!(own.status, StatusCode::NOT_FOUND, "a writer is no reviewer: {engine}");
            if name == "items-hr-2" {
                let third = ask(&env, &writer(), get(&format!("{}?page=3", staged.to))).await;
                assert!(third.page.contains("3 / 3") && third.page.contains("120 rows"), "{engine}");
                assert_eq!(third.page.matches("<tr><td class=\"num\"").count(), 20, "{engine}");
                let list = ask(&env, &reviewer(), get("/items?status=draft&page=3")).await;
                assert!(list.page.contains("3 / 3") && list.page.contains("120 items"), "{engine}");
                let accepted = ask(&env, &reviewer(), post(&format!("{}/review", staged.to), "")).await;
                assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{engine}: {}", accepted.page);
                let twice = ask(&env, &reviewer(), post(&format!("{}/review", staged.to), "")).await;
                assert_eq!(twice.page, "item-import-nothing-to-accept", "{engine}");
                let shown = ask(&env, &writer(), get(&staged.to)).await;
                assert!(shown.page.contains("importing it again changes nothing"), "{engine}");
            }
        }
        let list = ask(&env, &writer(), get("/items?kind=judgement")).await;
        assert!(list.page.contains("26 items") && !list.page.contains("Waits for review</span>"), "{engine}");
        let files = ask(&env, &writer(), get("/items/imports")).await;
        assert!(files.page.contains("items-hr-2") && files.page.contains("enctype"), "{engine}");
    }
}

#[tokio::test]
async fn a_file_with_mistakes_is_shown_by_row_and_field_and_never_confirmed() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        filled(&env).await;
        // The items of level 3 are not those of level 2: every row says so.
        let staged = ask(&env, &writer(), upload("2", "x.xlsx", &file("items-hr-3"))).await;
        let shown = ask(&env, &writer(), get(&staged.to)).await;
        for text in
            ["等级", "三级/高级工", "二级/技师", "nothing was written", "choose its occupation and level"]
        {
            assert!(shown.page.contains(text), "{text} is missing on {engine}");
        }
        assert!(!shown.page.contains("Confirm the import"), "{engine}");
        let forced = ask(&env, &writer(), post(&format!("{}/confirmation", staged.to), "")).await;
        assert_eq!(forced.page, "item-import-has-mistakes", "{engine}");
        for (bytes, sentence) in [(&b"text"[..], "Save it as .xlsx"), (&[][..], "Choose an .xlsx file")] {
            let refused = ask(&env, &writer(), upload("2", "x.xlsx", bytes)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
            assert!(refused.page.contains(sentence), "{sentence} is missing on {engine}");
        }
    }
}

#[tokio::test]
async fn keys_are_shown_to_readers_of_this_bank_and_to_nobody_else() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        let import = filled(&env).await;
        let mut tx = env.db.read().await.unwrap();
        let bank = banks(&mut tx).await.unwrap().remove(0).id;
        let item = items(&mut tx, &bank, &ItemFilter::default(), 1, 0).await.unwrap().remove(0);
        drop(tx);
        let pages = ["/items".to_owned(), format!("/items/{}", item.id), format!("/items/imports/{import}")];
        for (role, sees) in [
            (Role::ItemWriter, true),
            (Role::ItemReviewer, true),
            (Role::Custodian, true),
            (Role::Province, false),
            (Role::Administrator, false),
            (Role::Auditor, false),
            (Role::ScoreClerk, false),
        ] {
            let who = subject("custodian", role, "/demo");
            for page in &pages {
                let answer = ask(&env, &who, get(page)).await;
                let expected = if sees { StatusCode::OK } else { StatusCode::NOT_FOUND };
                assert_eq!(answer.status, expected, "{role:?} at {page} on {engine}");
            }
            let shown = ask(&env, &who, get(&pages[1])).await;
            assert_eq!(
                shown.page.contains("<span class=\"tag done\">Key</span>"),
                sees,
                "{role:?} on {engine}"
            );
        }
        let stranger = subject("custodian", Role::ItemReviewer, "/other");
        for page in &pages[1..] {
            assert_eq!(
                ask(&env, &stranger, get(page)).await.status,
                StatusCode::NOT_FOUND,
                "{page} on {engine}"
            );
        }
        let decide = post(&format!("/items/{}/review", item.id), "decision=accept&seen_version=1");
        assert_eq!(ask(&env, &stranger, decide).await.status, StatusCode::NOT_FOUND, "{engine}");
    }
}

#[tokio::test]
async fn a_refusal_needs_a_reason_and_a_stale_page_decides_nothing() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        filled(&env).await;
        let mut tx = env.db.read().await.unwrap();
        let bank = banks(&mut tx).await.unwrap().remove(0).id;
        let item = items(&mut tx, &bank, &ItemFilter::default(), 1, 0).await.unwrap().remove(0);
        drop(tx);
        let path = format!("/items/{}/review", item.id);
        let bare = ask(&env, &reviewer(), post(&path, "decision=refuse&seen_version=1")).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(bare.page.contains("Say why the item is refused"), "{engine}");
        let stale = ask(&env, &reviewer(), post(&path, "decision=accept&seen_version=2")).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{engine}");
        let own = subject("writer", Role::ItemReviewer, "/demo");
        let own = ask(&env, &own, post(&path, "decision=accept&seen_version=1")).await;
        assert_eq!(own.page, "item-own-review", "{engine}");
        let forged = Request::post(&path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("decision=accept&seen_version=1"))
            .unwrap();
        assert_eq!(ask(&env, &reviewer(), forged).await.status, StatusCode::FORBIDDEN, "{engine}");
        let done = ask(&env, &reviewer(), post(&path, "decision=refuse&seen_version=1&reason=unclear")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {}", done.page);
        assert_ne!(done.to, format!("/items/{}", item.id), "the next draft on {engine}");
        let mut tx = env.db.read().await.unwrap();
        let after = itembank::item(&mut tx, &item.id).await.unwrap().unwrap();
        assert_eq!(after.status, ItemStatus::Refused, "{engine}");
        let trail = trail::history(&mut tx, "item", &item.id).await.unwrap();
        assert_eq!(trail.len(), 1, "one entry for one decision on {engine}");
    }
}
