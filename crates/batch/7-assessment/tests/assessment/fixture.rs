//! A small batch on the evening of its exam, and people who ask for its pages.
use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use identity::{Env, Grant, Kind, Role, Subject};
use kernel::{Day, FixedClock, OrgPath, SeededEntropy, UnixMicros};
use store::{Blobs, Db, on};
use tower::ServiceExt;

const BATCH: &str = include_str!("batch.sql");

/// Both engines, each with the batch in it.
pub async fn batches() -> Vec<(&'static str, Db)> {
    let engines = testkit::engines().await;
    for (_, db) in &engines {
        run(db, BATCH).await;
    }
    engines
}

/// Runs plain statements.
pub async fn run(db: &Db, sql: &'static str) {
    let mut tx = db.write().await.unwrap();
    on!(&mut tx, |conn| sqlx::raw_sql(sql).execute(conn).await.map(|_| ())).unwrap();
    tx.commit().await.unwrap();
}

/// The batch's code.
pub fn code() -> kernel::BatchCode {
    kernel::BatchCode::parse("T-1").unwrap()
}

/// The day after the exam, when everything has been sat.
pub fn after() -> UnixMicros {
    Day::parse("2021-05-23").unwrap().at(18, 0)
}

pub struct House {
    pub env: Env,
    pub clock: Arc<FixedClock>,
    routes: Router,
    _files: tempfile::TempDir,
}

impl House {
    pub fn new(db: Db, now: UnixMicros) -> Self {
        let files = tempfile::tempdir().unwrap();
        let entropy = Arc::new(SeededEntropy::new(7));
        let clock = Arc::new(FixedClock::new(now));
        let env = Env {
            db,
            clock: clock.clone(),
            entropy: entropy.clone(),
            vault: person::Vault::generate(&*entropy),
            blobs: Blobs::open(files.path()).unwrap(),
            desk: trail::Desk { entropy, clock: clock.clone(), node: "test".into() },
            decoder: identity::Decoder::in_process(),
            secure_cookies: false,
            demo: false,
            nav: Arc::new(Vec::new()),
            public_url: "http://test".into(),
        };
        let mut pages = Router::new();
        for route in assessment::routes() {
            pages = pages.route(route.path, route.handler);
        }
        let routes = pages.layer(axum::middleware::from_fn(web::render_failures)).with_state(env.clone());
        Self { env, clock, routes, _files: files }
    }

    /// Opens a page as somebody with a duty in the whole of the tree.
    pub async fn get(&self, who: &str, role: Role, path: &str) -> (StatusCode, String) {
        self.ask(who, role, Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Fetches a file.
    pub async fn bytes(&self, who: &str, role: Role, path: &str) -> (StatusCode, Vec<u8>) {
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(subject(who, role));
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        (status, axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap().to_vec())
    }

    /// Sends a form.
    pub async fn post(
        &self,
        who: &str,
        role: Role,
        path: &str,
        form: &[(&str, &str)],
    ) -> (StatusCode, String) {
        let body = serde_urlencoded(form);
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.ask(who, role, request).await
    }

    /// Sends a form and does the work that it began.
    pub async fn post_and_wait(&self, who: &str, role: Role, path: &str) -> (StatusCode, String) {
        let answer = self.post(who, role, path, &[]).await;
        self.work_off().await;
        answer
    }

    /// Brings a workbook of these rows, and does the work that it began.
    pub async fn bring(&self, who: &str, role: Role, path: &str, rows: &[[&str; 2]]) -> (StatusCode, String) {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (line, row) in (0_u32..).zip(std::iter::once(&["准考证号", "分数"]).chain(rows)) {
            for (column, cell) in (0_u16..).zip(row) {
                sheet.write_string(line, column, *cell).unwrap();
            }
        }
        let mut body =
            b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.xlsx\"\r\n\r\n".to_vec();
        body.extend(book.save_to_buffer().unwrap());
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(body))
            .unwrap();
        let mut request = request;
        request.extensions_mut().insert(subject(who, role));
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
        self.work_off().await;
        (status, to.unwrap_or_else(|| String::from_utf8(bytes.to_vec()).unwrap()))
    }

    /// Does every job that waits.
    pub async fn work_off(&self) {
        job::Runner::new(&self.env, assessment::JOBS.to_vec()).work_off().await.unwrap();
    }

    /// How the latest job ended: status and sentence.
    pub async fn outcome(&self, subject: &str, kind: &str) -> (job::Status, String) {
        let mut tx = self.env.db.read().await.unwrap();
        let job = job::latest(&mut tx, subject, kind).await.unwrap().unwrap();
        (job.status, job.outcome().map(|said| format!("{} {:?}", said.key, said.values)).unwrap_or_default())
    }

    async fn ask(&self, who: &str, role: Role, mut request: Request<Body>) -> (StatusCode, String) {
        request.extensions_mut().insert(subject(who, role));
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// Every sealed score: application, part, outcome in words.
    pub async fn sealed(&self) -> Vec<String> {
        let mut tx = self.env.db.read().await.unwrap();
        let scores = assessment::component_scores(&mut tx, &code()).await.unwrap();
        scores
            .iter()
            .map(|one| format!("{} {} {}", one.application_id, one.component_id, one.outcome.text()))
            .collect()
    }

    /// How often `words` stand in the trail by themselves: the digits of a digest or an identifier are no figure.
    pub async fn trail_tells(&self, words: &[&str]) -> usize {
        let mut tx = self.env.db.read().await.unwrap();
        let payloads: Vec<String> =
            on!(&mut tx, |conn| sqlx::query_scalar("SELECT payload FROM trail_entry").fetch_all(conn).await)
                .unwrap();
        assert!(payloads.len() >= 3, "{payloads:?}");
        let is_word = |word: &&str| words.contains(word);
        payloads
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.'))
            .filter(is_word)
            .count()
    }
}

pub fn subject(who: &str, role: Role) -> Subject {
    let grant = Grant {
        id: format!("grant-{who}"),
        role,
        path: OrgPath::parse("/huaishui").unwrap(),
        batch: None,
        from: UnixMicros::new(0),
        until: None,
    };
    Subject {
        account_id: who.into(),
        kind: Kind::Staff,
        name: who.into(),
        phone_index: None,
        grants: vec![grant],
        request_id: "r".into(),
    }
}

fn serde_urlencoded(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    form.iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}
