//! A published batch with two papers to make, its bank, two custodians, and a browser over this crate's routes.
use std::sync::Arc;

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use identity::{Env, Grant, Kind, NewAccount, Role, Subject};
use itembank::StagedFile;
use kernel::{BatchCode, Day, FixedClock, LevelCode, OccupationCode, OrgPath, SeededEntropy, UnixMicros};
use scheme::SeedFiles;
use store::{Blobs, Db, Tx, on};
use tower::ServiceExt;
use web::{Lang, Visit, Words};

const SEED: SeedFiles<'static> = SeedFiles {
    occupations: include_str!("../../../../../data/scheme/occupations.csv"),
    levels: include_str!("../../../../../data/scheme/levels.csv"),
    standards: include_str!("../../../../../data/scheme/standards.csv"),
    clauses: include_str!("../../../../../data/scheme/clauses.json"),
    components: include_str!("../../../../../data/scheme/components.csv"),
    fees: include_str!("../../../../../data/scheme/fees.csv"),
    time_limits: include_str!("../../../../../data/scheme/time-limits.csv"),
    calendar: include_str!("../../../../../data/calendar-cn.csv"),
};

pub const HR: &str = "4-07-03-04";
pub const PAPERS: &str = "/batches/2021-01/papers";

/// The bytes of a file of `data/items`.
pub fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/../../../data/items/{name}.xlsx", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).expect(&path)
}

pub fn batch() -> BatchCode {
    BatchCode::parse("2021-01").unwrap()
}

pub fn occupation() -> OccupationCode {
    OccupationCode::parse(HR).unwrap()
}

pub fn level(code: &str) -> LevelCode {
    LevelCode::parse(code).unwrap()
}

/// Runs one statement of a test.
pub async fn run(tx: &mut Tx, statement: &'static str) {
    on!(tx, |conn| sqlx::query(statement).execute(conn).await.map(|_| ())).unwrap();
}

pub async fn env(db: Db) -> Env {
    let clock = Arc::new(FixedClock::new(Day::parse("2021-05-10").unwrap().at(9, 0)));
    let entropy = Arc::new(SeededEntropy::new(11));
    let mut tx = db.write().await.unwrap();
    scheme::seed(&mut tx, &SEED).await.unwrap();
    for id in ["writer", "reviewer", "custodian1", "custodian2", "province"] {
        let account = NewAccount { id, kind: "staff", login: id, display_name: id, password_hash: None };
        identity::insert_account(&mut tx, &account, UnixMicros::new(0)).await.unwrap();
    }
    for statement in [
        "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version, created_at,
         published_at) VALUES ('2021-01', '第一批', 'First batch', '/demo', '2021-04-30', '2021-05-22', 'published', 2,
         1, 2)",
        "INSERT INTO batch_level (batch_code, occupation_code, level_code, standard_id, occupation_zh, occupation_en,
         level_zh, level_en, fee) VALUES
         ('2021-01', '4-07-03-04', '3', 'hr-2018', '企业人力资源管理师', 'HR officer', '三级/高级工', 'Level 3', 1),
         ('2021-01', '4-07-03-04', '2', 'hr-2018', '企业人力资源管理师', 'HR officer', '二级/技师', 'Level 2', 1)",
        "INSERT INTO batch_component (id, batch_code, occupation_code, level_code, component_id, kind, position,
         name_zh, name_en, delivery, minutes, pass_mark, starts_at) VALUES
         ('t3', '2021-01', '4-07-03-04', '3', 'hr-2018-3-theory', 'theory', 1, '理论', 'Theory', 'paper', 90, 6000, 3),
         ('p3', '2021-01', '4-07-03-04', '3', 'hr-2018-3-practical', 'practical', 2, '操作', 'P', 'on_site', 90, 6000, 4),
         ('t2', '2021-01', '4-07-03-04', '2', 'hr-2018-2-theory', 'theory', 1, '理论', 'Theory', 'paper', 90, 6000, 3)",
        "INSERT INTO batch_window (batch_code, code, opens_at, closes_at) VALUES ('2021-01', 'papers', 1, 86400000001)",
    ] {
        run(&mut tx, statement).await;
    }
    tx.commit().await.unwrap();
    Env {
        db,
        vault: person::Vault::generate(&*entropy),
        blobs: Blobs::open(tempfile::tempdir().unwrap().keep()).unwrap(),
        desk: trail::Desk { entropy: entropy.clone(), clock: clock.clone(), node: "test".into() },
        clock,
        entropy,
        decoder: identity::Decoder::in_process(),
        secure_cookies: false,
        demo: false,
        nav: Arc::new(Vec::new()),
        public_url: "https://kaogong.example".into(),
    }
}

/// Imports the bank of a level of 企业人力资源管理师 and has it accepted.
pub async fn fill_bank(env: &Env, level_code: &str) {
    let org_path = OrgPath::parse("/demo").unwrap();
    let writer = subject("writer", Role::ItemWriter, "/demo");
    for name in ["blueprint", "items"] {
        let bytes = file(&format!("{name}-hr-{level_code}"));
        let staged = StagedFile {
            org_path: &org_path,
            occupation: &occupation(),
            level: &level(level_code),
            name,
            bytes: bytes.into(),
        };
        let digest = itembank::stage(env, &writer, staged).await.unwrap();
        itembank::confirm(env, &writer, digest.as_str()).await.unwrap();
        let mut tx = env.db.write().await.unwrap();
        itembank::accept_import(&mut tx, &digest, "reviewer", env.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Somebody who holds `role` at `path`.
pub fn subject(id: &str, role: Role, path: &str) -> Subject {
    let grant = Grant {
        id: format!("grant-{id}"),
        role,
        path: OrgPath::parse(path).unwrap(),
        batch: None,
        from: UnixMicros::new(0),
        until: None,
    };
    Subject {
        account_id: id.into(),
        kind: Kind::Staff,
        name: id.into(),
        phone_index: None,
        grants: vec![grant],
        request_id: "r".into(),
    }
}

pub fn custodian(id: &str) -> Subject {
    subject(id, Role::Custodian, "/demo")
}

/// What came back: status, the bytes, and the keys of a failure.
pub struct Answer {
    pub status: StatusCode,
    pub bytes: Vec<u8>,
    pub failure: String,
    pub flash: String,
}

impl Answer {
    pub fn page(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }
}

async fn ask(env: &Env, who: &Subject, request: Request<Body>) -> Answer {
    let mut router = Router::new();
    for route in paper::routes() {
        router = router.route(route.path, route.handler);
    }
    let visit = Visit { t: Words(Lang::En), csrf: "token".into(), ..Visit::default() };
    let router = router.layer(Extension(who.clone())).layer(Extension(visit)).with_state(env.clone());
    let response = router.oneshot(request).await.unwrap();
    let failure =
        response.extensions().get::<web::Failure>().map(|failure| failure.messages[0].key.to_owned());
    let cookie = response.headers().get(header::SET_COOKIE).map_or("", |value| value.to_str().unwrap());
    Answer {
        status: response.status(),
        failure: failure.unwrap_or_default(),
        flash: cookie.trim_start_matches("flash=").split(';').next().unwrap_or_default().to_owned(),
        bytes: to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec(),
    }
}

pub async fn get(env: &Env, who: &Subject, path: &str) -> Answer {
    ask(env, who, Request::get(path).body(Body::empty()).unwrap()).await
}

pub async fn post(env: &Env, who: &Subject, path: &str, fields: &str) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("csrf=token&{fields}")))
        .unwrap();
    ask(env, who, request).await
}

/// Assembles the paper of a level.
pub async fn assembled(env: &Env, level_code: &str) -> Answer {
    let fields = format!("occupation={HR}&level={level_code}");
    post(env, &custodian("custodian1"), &format!("{PAPERS}/forms"), &fields).await
}

/// One custodian proposes to lock a form, another approves.
pub async fn lock(env: &Env, id: &str) {
    let path = format!("{PAPERS}/forms/{id}/lock");
    let proposed = post(env, &custodian("custodian1"), &path, "").await;
    assert_eq!(proposed.flash, "paper-lock-proposed", "{}", proposed.failure);
    let decided = post(env, &custodian("custodian2"), &format!("{path}/approval"), "decision=approve").await;
    assert_eq!(decided.flash, "paper-locked", "{}", decided.failure);
}
