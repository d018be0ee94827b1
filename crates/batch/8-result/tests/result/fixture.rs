//! The small batch of the assessment's tests with every score sealed, real people behind it, and
//! somebody who asks for pages.
use std::sync::Arc;

use assessment::{
    PartOutcome,
    rules::digest_of,
    store::{NewScore, Origin, insert_scores},
};
use axum::{
    Router,
    body::{Body, Bytes},
    http::{Request, StatusCode, header},
};
use identity::{Env, Grant, Kind, Role, Subject};
use kernel::{
    BatchCode, Day, FixedClock, IdNumber, OrgPath, PersonName, Phone, Score, SeededEntropy, UnixMicros,
};
use person::{NewPerson, Vault};
use store::{Blobs, Db, Tx, on};
use tower::ServiceExt;

/// Shared with the stage before: the rows up to the closed rooms.
const BATCH: &str = include_str!("../../../7-assessment/tests/assessment/batch.sql");

/// Rules and days that decide when the notice ends: a weekend lies in it.
const RULES: &str = "
INSERT INTO time_limit (code, working_days, bound, text_zh, text_en, valid_from, valid_to, source, confidence)
VALUES ('public_notice', 5, 'at_least', '', '', '2019-01-01', NULL, 'test', 'D'),
('public_notice_start_after_exam', 5, 'at_most', '', '', '2019-01-01', NULL, 'test', 'D');
INSERT INTO calendar_day (day, kind, name, source) VALUES ('2021-05-01', 'holiday', '劳动节', 'test');
INSERT INTO organisation (id, path, parent_id, kind, name_zh, name_en, served_by_id, source)
VALUES ('org', '/huaishui', NULL, 'association', '淮水省协会', 'Huaishui association', NULL, 'test');";

/// Applications, names, documents and phones.
const PEOPLE: [(&str, &str, &str); 5] = [
    ("a1", "王慧敏", "19900000001"),
    ("a2", "郑海涛", "19900000002"),
    ("a3", "李晓东", "19900000003"),
    ("b1", "陈静", "19900000004"),
    ("b2", "刘洋", "19900000005"),
];

/// a1 passes; a2 misses the panel by two points though the mean is above 60; a3 did not come; b1
/// passes; b2 fails in theory.
const SCORES: [(&str, &str, Option<i64>); 13] = [
    ("a1", "T-hr-2-theory", Some(8400)),
    ("a1", "T-hr-2-practical", Some(7000)),
    ("a1", "T-hr-2-panel", Some(6000)),
    ("a2", "T-hr-2-theory", Some(7200)),
    ("a2", "T-hr-2-practical", Some(6333)),
    ("a2", "T-hr-2-panel", Some(5800)),
    ("a3", "T-hr-2-theory", None),
    ("a3", "T-hr-2-practical", None),
    ("a3", "T-hr-2-panel", None),
    ("b1", "T-lr-3-theory", Some(6150)),
    ("b1", "T-lr-3-practical", Some(6100)),
    ("b2", "T-lr-3-theory", Some(5999)),
    ("b2", "T-lr-3-practical", Some(9000)),
];

pub fn code() -> BatchCode {
    BatchCode::parse("T-1").unwrap()
}

/// An instant on a day, at ten in the morning.
pub fn at(day: &str) -> UnixMicros {
    Day::parse(day).unwrap().at(10, 0)
}

pub struct House {
    pub env: Env,
    pub clock: Arc<FixedClock>,
    routes: Router,
    _files: tempfile::TempDir,
}

/// The rail says so.
const SCORED: &str =
    "INSERT INTO stage_progress (batch_code, stage, site_id, state, note_key, note_count, updated_at)
VALUES ('T-1', 7, '', 'done', 'assessment-note-done', 0, 0);";

/// Both engines, each with the batch, its people and all its scores.
pub async fn houses() -> Vec<(&'static str, House)> {
    let mut houses = Vec::new();
    for (engine, db) in testkit::engines().await {
        let house = House::new(db);
        house.run("", BATCH).await;
        house.run("", RULES).await;
        house.name_people().await;
        house.seal(&SCORES).await;
        house.run("", SCORED).await;
        houses.push((engine, house));
    }
    houses
}

impl House {
    fn new(db: Db) -> Self {
        let files = tempfile::tempdir().unwrap();
        let entropy = Arc::new(SeededEntropy::new(7));
        let clock = Arc::new(FixedClock::new(at("2021-05-26")));
        let env = Env {
            db,
            clock: clock.clone(),
            entropy: entropy.clone(),
            vault: Vault::generate(&*entropy),
            blobs: Blobs::open(files.path()).unwrap(),
            desk: trail::Desk { entropy, clock: clock.clone(), node: "test".into() },
            decoder: identity::Decoder::in_process(),
            secure_cookies: false,
            demo: false,
            nav: Arc::new(Vec::new()),
            public_url: "http://test".into(),
        };
        let mut pages = Router::new();
        for route in result::routes() {
            pages = pages.route(route.path, route.handler);
        }
        let routes = pages.layer(axum::middleware::from_fn(web::render_failures)).with_state(env.clone());
        Self { env, clock, routes, _files: files }
    }

    /// Runs plain statements; `what` names them when they fail.
    pub async fn run(&self, what: &str, sql: &'static str) {
        let mut tx = self.env.db.write().await.unwrap();
        let done = on!(&mut tx, |conn| sqlx::raw_sql(sql).execute(conn).await.map(|_| ()));
        done.unwrap_or_else(|error| panic!("{what}: {error}"));
        tx.commit().await.unwrap();
    }

    /// The rows name people by placeholder; here each gets a real, sealed one.
    async fn name_people(&self) {
        let mut tx = self.env.db.write().await.unwrap();
        for (place, (application, name, phone)) in PEOPLE.into_iter().enumerate() {
            let new = NewPerson {
                id: format!("real-{application}").as_str().into(),
                name: PersonName::parse(name).unwrap(),
                document: document(place).into(),
                phone: Phone::parse(phone).unwrap(),
                detail: person::Detail::default(),
            };
            let now = self.env.now();
            person::insert(&mut tx, &self.env.vault, &*self.env.entropy, &new, now).await.unwrap();
            for table in [
                "UPDATE application SET person_id = $2 WHERE id = $1",
                "UPDATE admitted SET person_id = $2 WHERE application_id = $1",
            ] {
                on!(&mut tx, |conn| sqlx::query(table)
                    .bind(application)
                    .bind(&new.id)
                    .execute(conn)
                    .await
                    .map(|_| ()))
                .unwrap();
            }
        }
        tx.commit().await.unwrap();
    }

    async fn seal(&self, scores: &[(&str, &str, Option<i64>)]) {
        let mut tx = self.env.db.write().await.unwrap();
        seal_in(&mut tx, scores).await;
        tx.commit().await.unwrap();
    }

    /// Opens a page as a member of staff.
    pub async fn get(&self, who: &str, role: Role, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (status, bytes) = self.ask(Some(staff(who, role)), request).await;
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// A file.
    pub async fn file(&self, who: &str, role: Role, path: &str) -> (StatusCode, Bytes) {
        self.ask(Some(staff(who, role)), Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Opens a page as whoever.
    pub async fn get_as(&self, who: Option<Subject>, path: &str) -> (StatusCode, String) {
        let (status, bytes) = self.ask(who, Request::get(path).body(Body::empty()).unwrap()).await;
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// Sends a form as a member of staff.
    pub async fn post(&self, who: &str, role: Role, path: &str, form: &'static str) -> (StatusCode, String) {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let (status, bytes) = self.ask(Some(staff(who, role)), request).await;
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn ask(&self, who: Option<Subject>, mut request: Request<Body>) -> (StatusCode, Bytes) {
        if let Some(who) = who {
            request.extensions_mut().insert(who);
        }
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        (status, axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap())
    }

    /// Does every job that waits.
    pub async fn work_off(&self) {
        job::Runner::new(&self.env, result::JOBS.to_vec()).work_off().await.unwrap();
    }

    /// Combines, and waits until it is done.
    pub async fn combine(&self) -> (StatusCode, String) {
        let answer = self.post("province1", Role::Province, "/batches/T-1/results", "").await;
        self.work_off().await;
        answer
    }

    /// Combines and publishes, as the two of them do.
    pub async fn publish(&self) {
        for (who, path, form) in [
            ("province1", "/batches/T-1/results", ""),
            ("province1", "/batches/T-1/results/publication", ""),
            ("province2", "/batches/T-1/results/publication/decision", "decision=approve"),
        ] {
            let (status, body) = self.post(who, Role::Province, path, form).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{path}: {body}");
            self.work_off().await;
        }
    }
}

pub async fn seal_in(tx: &mut Tx, scores: &[(&str, &str, Option<i64>)]) {
    let rows: Vec<NewScore> = scores
        .iter()
        .map(|(application, part, points)| NewScore {
            id: format!("{application}-{part}"),
            application_id: (*application).into(),
            component_id: (*part).into(),
            room_use_id: None,
            outcome: PartOutcome::from(points.map(Score)),
            origin: Origin::SealedScores,
            inputs_digest: digest_of(&[]),
        })
        .collect();
    insert_scores(tx, &code(), &rows, "system", UnixMicros::new(1)).await.unwrap();
}

/// A document number of the demo area whose check character fits.
fn document(place: usize) -> IdNumber {
    let body = format!("99980119900101{place:03}");
    "0123456789X".chars().find_map(|check| IdNumber::parse(&format!("{body}{check}")).ok()).unwrap()
}

fn staff(who: &str, role: Role) -> Subject {
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

pub fn member(who: &str, role: Role) -> Subject {
    staff(who, role)
}

/// Who signed in with this phone.
pub fn candidate(house: &House, phone: &str) -> Subject {
    Subject {
        account_id: "candidate".into(),
        kind: Kind::Candidate,
        name: String::new(),
        phone_index: Some(house.env.vault.index("phone", phone)),
        grants: vec![],
        request_id: "r".into(),
    }
}
