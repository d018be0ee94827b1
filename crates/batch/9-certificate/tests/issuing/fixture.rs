//! A batch whose results are public, with people who passed, two people of the provincial centre,
//! and the routes of this stage.
use std::sync::Arc;

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    http::{Request, header},
    middleware,
};
use certificate::{Issuer, IssuerKey, QueryBudget, SerialScope};
use identity::{Env, Grant, NewAccount, Role};
use image::{ImageFormat, Rgb, RgbImage};
use kernel::{FixedClock, IdNumber, OrgPath, PersonName, Phone, SeededEntropy, UnixMicros};
use person::{NewPerson, PersonId, Vault};
use registration::ApplicationId;
use sqlx::AssertSqlSafe;
use store::{Blobs, Db, Tx, on};
use tempfile::TempDir;
use tower::ServiceExt as _;

const ORGANISATIONS: organisation::SeedFiles<'static> = organisation::SeedFiles {
    organisations: include_str!("../../../../../data/organisation/organisations.csv"),
    filings: include_str!("../../../../../data/organisation/filings.csv"),
    scopes: include_str!("../../../../../data/organisation/filing-scopes.csv"),
};
/// 2021-06-03 09:00 in China: the notice of the results is over.
pub const MORNING: UnixMicros = UnixMicros(1_622_682_000_000_000);
/// Filed name of the demo's association.
pub const ISSUER: &str = "示范省人力资源协会";

pub struct House {
    pub env: Env,
    pub issuer: Arc<Issuer>,
    pub clock: Arc<FixedClock>,
    pub home: TempDir,
    router: Router,
}

/// What the server answered.
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Somebody signed in.
#[derive(Clone)]
pub struct Session {
    cookie: String,
    csrf: String,
}

impl House {
    /// The registers, the batch 2021-01 and two people of the centre.
    pub async fn new(db: Db) -> Self {
        Self::with(db, |_| {}).await
    }

    pub async fn with(db: Db, change: impl FnOnce(&mut Issuer)) -> Self {
        let home = TempDir::new().unwrap();
        let clock = Arc::new(FixedClock::new(MORNING));
        let entropy: Arc<SeededEntropy> = Arc::new(SeededEntropy::new(9));
        let env = Env {
            db,
            clock: clock.clone(),
            entropy: entropy.clone(),
            vault: Vault::generate(&*entropy),
            blobs: Blobs::open(home.path().join("files")).unwrap(),
            desk: trail::Desk { entropy, clock: clock.clone(), node: "1".into() },
            decoder: identity::Decoder::in_process(),
            secure_cookies: false,
            demo: false,
            nav: Arc::new(Vec::new()),
            public_url: "https://kaogong.example".into(),
        };
        let mut issuer = Issuer {
            key: IssuerKey::generate([42; 32]),
            earlier_keys: Vec::new(),
            serial_scope: SerialScope::Year,
            log_origin: "kaogong/1a2b3c4d".to_owned(),
            entitled_words: Vec::new(),
            budget: Arc::new(QueryBudget::new(1_000)),
        };
        change(&mut issuer);
        let issuer = Arc::new(issuer);
        let router = router(&env, &issuer);
        let house = Self { env, issuer, clock, home, router };
        let mut tx = house.env.db.write().await.unwrap();
        organisation::seed(&mut tx, &ORGANISATIONS).await.unwrap();
        tx.commit().await.unwrap();
        for account in ["province1", "province2"] {
            house.staff(account).await;
        }
        house.batch("2021-01").await;
        house
    }

    /// Runs SQL as the stages before would have.
    pub async fn sql(&self, text: &str) {
        let mut tx = self.env.db.write().await.unwrap();
        run(&mut tx, text).await;
        tx.commit().await.unwrap();
    }

    pub async fn number(&self, text: &str) -> i64 {
        let mut tx = self.env.db.read().await.unwrap();
        on!(&mut tx, |conn| sqlx::query_scalar(AssertSqlSafe(text.to_owned())).fetch_one(conn).await).unwrap()
    }

    async fn staff(&self, account: &str) {
        let mut tx = self.env.db.write().await.unwrap();
        let new = NewAccount {
            id: account,
            kind: "staff",
            login: account,
            display_name: "省中心",
            password_hash: None,
        };
        assert!(identity::insert_account(&mut tx, &new, MORNING).await.unwrap());
        let given = Grant {
            id: self.env.new_id(),
            role: Role::Province,
            path: OrgPath::parse("/demo").unwrap(),
            batch: None,
            from: MORNING.plus_days(-365),
            until: None,
        };
        identity::grant(&mut tx, account, &given, "system", "test").await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A published batch with one level, whose results are public since 26 May.
    pub async fn batch(&self, code: &str) {
        self.sql(
            "INSERT INTO standard (id, occupation_code, version, name_zh, name_en, levels, valid_from, valid_to, source,
             confidence) VALUES ('standard-1', '4-07-03-04', '2019', '', '', '3', '2019-01-01', NULL, 'test', 'A')
             ON CONFLICT DO NOTHING",
        )
        .await;
        self.sql(&format!(
            "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version,
             created_at, published_at) VALUES ('{code}', '统一认定', 'Exam', '/demo', '2021-04-30', '2021-05-22',
             'published', 1, 0, 1)"
        ))
        .await;
        self.sql(&format!(
            "INSERT INTO batch_level (batch_code, occupation_code, level_code, standard_id, occupation_zh, occupation_en,
             level_zh, level_en, fee) VALUES ('{code}', '4-07-03-04', '3', 'standard-1', '企业人力资源管理师',
             'Human resources officer', '三级/高级工', 'Level 3', 38000)"
        ))
        .await;
        self.sql(
            "INSERT INTO site (id, org_path, code, name_zh, name_en, address)
             VALUES ('site-n', '/demo/nancheng', 'N', '南城考点', 'Nancheng site', '') ON CONFLICT DO NOTHING",
        )
        .await;
        self.sql(&format!(
            "INSERT INTO batch_point (batch_code, point_path, point_zh, point_en, site_id)
             VALUES ('{code}', '/demo/nancheng', '南城报名点', 'Nancheng point', 'site-n')"
        ))
        .await;
        self.sql(&format!(
            "INSERT INTO result_publication (batch_code, digest, candidates, passes, published_at, notice_ends_on,
             published_by) VALUES ('{code}', '{}', 0, 0, 1, '2021-06-02', 'province1')",
            "ab".repeat(32)
        ))
        .await;
    }

    /// Somebody who passed. `serial` also makes document and phone.
    pub async fn passed(&self, code: &str, serial: i64, name: &str) -> ApplicationId {
        let id = ApplicationId::from(format!("{code}-{serial:03}"));
        let person = PersonId::from(format!("person-{code}-{serial:03}"));
        let mut tx = self.env.db.write().await.unwrap();
        let (vault, entropy) = (&self.env.vault, &*self.env.entropy);
        let new = NewPerson {
            id: person.clone(),
            name: PersonName::parse(name).unwrap(),
            document: document(code, serial).into(),
            phone: phone(code, serial),
            detail: person::Detail::default(),
        };
        person::insert(&mut tx, vault, entropy, &new, MORNING).await.unwrap();
        person::keep_photo(&mut tx, vault, entropy, &self.env.blobs, &person, &portrait(), MORNING)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.sql(&format!(
            "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code, clause_number,
             clause_text, point_path, exam_kind, prior_certificate_sealed, education, major, diploma_sealed, source,
             particulars_sealed, status, origin, submitted_at, version) VALUES ('{id}', '{code}', {serial}, '{person}',
             '4-07-03-04', '3', '(2)', '', '/demo/nancheng', 'first', '', '', '', '', '', '', 'submitted', 'roster', 1, 1)"
        ))
        .await;
        self.sql(&format!(
            "INSERT INTO result (application_id, batch_code, outcome, decided_at, decided_by)
             VALUES ('{id}', '{code}', 'pass', 1, 'province1')"
        ))
        .await;
        self.sql(&format!(
            "UPDATE result_publication SET candidates = candidates + 1, passes = passes + 1
             WHERE batch_code = '{code}'"
        ))
        .await;
        id
    }

    pub async fn forget_photo(&self, application: &ApplicationId) {
        self.sql(&format!("DELETE FROM person_photo WHERE person_id = 'person-{application}'")).await;
    }

    pub async fn keep_photo(&self, application: &ApplicationId) {
        let mut tx = self.env.db.write().await.unwrap();
        let person = PersonId::from(format!("person-{application}"));
        let (vault, entropy) = (&self.env.vault, &*self.env.entropy);
        person::keep_photo(&mut tx, vault, entropy, &self.env.blobs, &person, &portrait(), MORNING)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn sign_in(&self, account: &str) -> Session {
        let mut tx = self.env.db.write().await.unwrap();
        let cookie = identity::session::open(&mut tx, &self.env, account).await.unwrap();
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        let token = identity::session::hash(cookie.split_once('=').unwrap().1);
        let csrf: String =
            on!(&mut tx, |conn| sqlx::query_scalar("SELECT csrf FROM session WHERE token_hash = $1")
                .bind(token)
                .fetch_one(conn)
                .await)
            .unwrap();
        tx.commit().await.unwrap();
        Session { cookie, csrf }
    }

    /// The account of whoever has this phone, signed in.
    pub async fn holder(&self, code: &str, serial: i64) -> Session {
        let index = self.env.vault.index("phone", phone(code, serial).as_str());
        let (id, login) = (format!("account-{code}-{serial}"), format!("phone:{index}"));
        let new =
            NewAccount { id: &id, kind: "candidate", login: &login, display_name: "", password_hash: None };
        let mut tx = self.env.db.write().await.unwrap();
        assert!(identity::insert_account(&mut tx, &new, MORNING).await.unwrap());
        tx.commit().await.unwrap();
        self.sign_in(&id).await
    }

    pub async fn get(&self, who: Option<&Session>, path: &str) -> Answer {
        self.send(who, Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, who: &Session, path: &str, fields: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(Some(who), request, Body::from(format!("csrf={}&{fields}", who.csrf))).await
    }

    /// Hands a file in, as nobody.
    pub async fn upload(&self, path: &str, file: &[u8]) -> Answer {
        let mut body =
            b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.pdf\"\r\n\r\n".to_vec();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        self.send(None, request, Body::from(body)).await
    }

    async fn send(
        &self,
        who: Option<&Session>,
        mut request: axum::http::request::Builder,
        body: Body,
    ) -> Answer {
        request = request.header(header::ACCEPT_LANGUAGE, "zh-CN");
        if let Some(session) = who {
            request = request.header(header::COOKIE, &session.cookie);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let location =
            response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 64 * 1024 * 1024).await.unwrap().to_vec();
        Answer { status, location: location.unwrap_or_default(), bytes }
    }

    /// Two people decide to issue to everybody, and it is done.
    pub async fn issue(&self, code: &str) -> (Session, Session) {
        let (first, second) = (self.sign_in("province1").await, self.sign_in("province2").await);
        let path = format!("/batches/{code}/certificates/issue");
        assert_eq!(self.post(&first, &path, "").await.status, 303);
        let decided = self.post(&second, &format!("{path}/decision"), "decision=approve").await;
        assert_eq!(decided.status, 303, "{}", decided.text());
        self.work_off().await;
        (first, second)
    }

    /// Does every job that waits.
    pub async fn work_off(&self) {
        let runner = ::job::Runner::new(&self.env, certificate::JOBS.to_vec());
        runner.lending(self.issuer.clone()).work_off().await.unwrap();
    }

    pub async fn certificates(&self, code: &str) -> Vec<certificate::Certificate> {
        let code = kernel::BatchCode::parse(code).unwrap();
        certificate::certificates(&mut self.env.db.read().await.unwrap(), &code).await.unwrap()
    }

    /// Leaves the decision to issue to everybody behind, with nothing done yet.
    pub async fn decide_only(&self, code: &str) {
        self.sql(&format!(
            "INSERT INTO approval (id, kind, object_id, batch_code, payload_digest, reason, proposed_by, proposed_at,
             status, decided_by, decided_at) VALUES ('approval-{code}', 'certificate.issue', '{code}', '{code}', '', '',
             'province1', 1, 'approved', 'province2', 2)"
        ))
        .await;
        self.sql(&format!(
            "INSERT INTO certificate_order (application_id, batch_code, position, person_id, occupation_code, level_code,
             approval_id, approved_at, refusal, refusal_detail) SELECT id, batch_code, serial, person_id,
             occupation_code, level_code, 'approval-{code}', 2, '', '' FROM application WHERE batch_code = '{code}'"
        ))
        .await;
        self.sql(&format!(
            "INSERT INTO certificate_decision (approval_id, batch_code, candidates, decided_at)
             SELECT 'approval-{code}', '{code}', COUNT(*), 2 FROM application WHERE batch_code = '{code}'"
        ))
        .await;
    }
}

fn router(env: &Env, issuer: &Arc<Issuer>) -> Router {
    let mut pages: Router<Env> = Router::new();
    for route in certificate::routes() {
        pages = pages.route(route.path, route.handler);
    }
    pages
        .layer(middleware::from_fn(web::render_failures))
        .layer(middleware::from_fn(web::guard_origin))
        .layer(middleware::from_fn_with_state(
            identity::session::Entrance::new(env),
            identity::session::open_visit,
        ))
        .layer(Extension(issuer.clone()))
        .with_state(env.clone())
}

async fn run(tx: &mut Tx, text: &str) {
    on!(tx, |conn| sqlx::query(AssertSqlSafe(text.to_owned())).execute(conn).await.map(|_| ())).unwrap();
}

fn phone(code: &str, serial: i64) -> Phone {
    Phone::parse(&format!("1990{:04}{serial:03}", code_number(code))).unwrap()
}

/// A document of the area that was never issued, with its check character.
pub fn document(code: &str, serial: i64) -> IdNumber {
    let year = 1950 + code_number(code) % 50;
    let front = format!("999824{year}0713{serial:03}");
    "0123456789X".chars().find_map(|last| IdNumber::parse(&format!("{front}{last}")).ok()).unwrap()
}

fn code_number(code: &str) -> i64 {
    code.rsplit('-').next().unwrap().parse().unwrap()
}

fn portrait() -> Vec<u8> {
    let picture = RgbImage::from_pixel(59, 83, Rgb([250, 250, 250]));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}
