//! A batch with two registration points, people who work in it, and applicants as rosters make them.
use std::sync::Arc;

use identity::{Env, Grant, Kind, Role, Subject};
use kernel::{BatchCode, Day, FixedClock, IdNumber, OrgPath, PersonName, Phone, SeededEntropy, UnixMicros};
use person::{NewPerson, PersonId, Place, Vault};
use plan::Batch;
use registration::Application;
use scheme::SeedFiles;
use store::{Blobs, Db, Tx, on};
use tower::ServiceExt;
use web::{
    Lang, Visit, Words,
    axum::{
        Router,
        body::{Body, to_bytes},
        http::{Request, StatusCode, header},
    },
};

pub const CODE: &str = "2021-01";
pub const HR: &str = "4-07-03-04";
pub const LR: &str = "4-07-03-02";
pub const NANCHENG: &str = "/demo/nancheng";
pub const XICHENG: &str = "/demo/xicheng";
/// The fee of level 3 in this batch.
pub const FEE: &str = "380.00";

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

/// An installation with one published batch.
pub struct House {
    pub env: Env,
    pub clock: Arc<FixedClock>,
    pub batch: Batch,
    router: Router,
}

/// What somebody hands in; by default it meets clause (1) of level 3.
#[derive(Debug, Clone)]
pub struct Applicant {
    pub serial: i64,
    pub name: String,
    pub document: String,
    pub phone: String,
    pub occupation: String,
    pub level: String,
    pub clause: String,
    pub point: &'static str,
    pub prior_level: Option<String>,
    pub prior_certificate: String,
    pub prior_issued_on: Option<String>,
    pub work_started_on: Option<String>,
    pub work_years: Option<i64>,
    pub education: String,
    pub diploma: String,
    pub major: String,
}

impl Applicant {
    /// The `serial`-th applicant at a point, with a document number of their own.
    pub fn new(serial: i64, point: &'static str) -> Self {
        Self {
            serial,
            name: format!("考生{serial}"),
            document: document(serial),
            phone: format!("199{serial:08}"),
            occupation: HR.into(),
            level: "3".into(),
            clause: "(1)取得四级证书后累计工作5年(含)以上".into(),
            point,
            prior_level: Some("4".into()),
            prior_certificate: format!("17100120384{serial:05}"),
            prior_issued_on: Some("2014-03-10".into()),
            work_started_on: Some("2010-07-01".into()),
            work_years: Some(10),
            education: "大学专科和专科学校".into(),
            diploma: String::new(),
            major: "工商管理".into(),
        }
    }

    /// Too young a certificate: the machine proposes to refuse.
    pub fn too_early(mut self) -> Self {
        self.prior_issued_on = Some("2019-03-10".into());
        self
    }
}

/// A document number of the demo area with a right check digit.
fn document(serial: i64) -> String {
    let body = format!("99010119900307{:03}", serial % 1000);
    "0123456789X"
        .chars()
        .map(|last| format!("{body}{last}"))
        .find(|text| IdNumber::parse(text).is_ok())
        .unwrap()
}

pub fn at(text: &str) -> UnixMicros {
    UnixMicros::parse_text(text).unwrap()
}

pub fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

/// Runs one statement with text values, as an operator with a console would.
pub async fn run(tx: &mut Tx, sql: &'static str, values: &[&str]) -> sqlx::Result<u64> {
    on!(tx, |conn| {
        let mut query = sqlx::query(sql);
        for value in values {
            query = query.bind((*value).to_owned());
        }
        query.execute(conn).await.map(|done| done.rows_affected())
    })
}

impl House {
    /// A house on the last day of review.
    pub async fn new(db: &Db) -> Self {
        let clock = Arc::new(FixedClock::new(at("2021-04-30 09:00")));
        let entropy = Arc::new(SeededEntropy::new(7));
        let folder = tempfile::Builder::new().prefix("kaogong-test-").tempdir().unwrap().keep();
        let env = Env {
            db: db.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            vault: Vault::generate(&*entropy),
            blobs: Blobs::open(folder).unwrap(),
            desk: trail::Desk { entropy, clock: clock.clone(), node: "1".into() },
            decoder: identity::Decoder::in_process(),
            secure_cookies: false,
            demo: false,
            nav: Arc::new(Vec::new()),
            public_url: "http://localhost".into(),
        };
        let mut tx = db.write().await.unwrap();
        scheme::seed(&mut tx, &SEED).await.unwrap();
        admission::seed(&mut tx, include_str!("../../../../../data/admission/reasons.csv")).await.unwrap();
        plan_batch(&mut tx).await;
        for login in ["reviewer1", "registrar1", "registrar2", "province1", "auditor1"] {
            let account = identity::NewAccount {
                id: login,
                kind: "staff",
                login,
                display_name: login,
                password_hash: None,
            };
            identity::insert_account(&mut tx, &account, clock_start()).await.unwrap();
        }
        let batch = plan::batch(&mut tx, CODE).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let mut router = Router::new();
        for route in admission::routes() {
            router = router.route(route.path, route.handler);
        }
        let router = router.with_state(env.clone());
        Self { env, clock, batch, router }
    }

    /// Writes an applicant as registration would, and gives the id of the application.
    pub async fn apply(&self, who: &Applicant) -> String {
        let mut tx = self.env.db.write().await.unwrap();
        let (env, id) = (&self.env, self.env.new_id());
        let document = IdNumber::parse(&who.document).unwrap();
        let known = person::find_by_document(&mut tx, &env.vault, &document.clone().into()).await.unwrap();
        let person_id = match known {
            Some(known) => known,
            None => self.new_person(&mut tx, who, document).await,
        };
        let seal = |column, plain: &str| {
            let place = Place { table: "application", column, row: &id };
            if plain.is_empty() { String::new() } else { env.vault.seal(&*env.entropy, place, plain) }
        };
        let number = format!("({})", scheme::clause_position(&who.clause).unwrap());
        let sql = "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code,
            clause_number, clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed,
            prior_issued_on, work_started_on, work_years_stated, education, major, diploma_sealed, source,
            particulars_sealed, status, origin, submitted_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
            'first', $10, $11, $12, $13, $14, $15, $16, $17, '', $18, 'submitted', 'roster', $19, 1)";
        on!(&mut tx, |conn| sqlx::query(sql)
            .bind(&id)
            .bind(CODE)
            .bind(who.serial)
            .bind(&person_id)
            .bind(&who.occupation)
            .bind(&who.level)
            .bind(number)
            .bind(&who.clause)
            .bind(who.point)
            .bind(&who.prior_level)
            .bind(seal("prior_certificate_sealed", &who.prior_certificate))
            .bind(&who.prior_issued_on)
            .bind(&who.work_started_on)
            .bind(who.work_years)
            .bind(&who.education)
            .bind(&who.major)
            .bind(seal("diploma_sealed", &who.diploma))
            .bind(seal("particulars_sealed", "{}"))
            .bind(env.now())
            .execute(conn)
            .await
            .map(|_| ()))
        .unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn new_person(&self, tx: &mut Tx, who: &Applicant, document: IdNumber) -> PersonId {
        let id: PersonId = self.env.new_id().into();
        let new = NewPerson {
            id: id.clone(),
            name: PersonName::parse(&who.name).unwrap(),
            document: document.into(),
            phone: Phone::parse(&who.phone).unwrap(),
            detail: person::Detail::default(),
        };
        person::insert(tx, &self.env.vault, &*self.env.entropy, &new, self.env.now()).await.unwrap();
        id
    }

    /// What the applicant does on their own page: changes the application and hands it in again, or
    /// takes it back.
    pub async fn applicant_sets(&self, id: &str, status: &str) {
        let mut tx = self.env.db.write().await.unwrap();
        let sql = "UPDATE application SET status = $2, version = version + 1 WHERE id = $1";
        assert_eq!(run(&mut tx, sql, &[id, status]).await.unwrap(), 1);
        tx.commit().await.unwrap();
    }

    pub async fn application(&self, id: &str) -> Application {
        let mut tx = self.env.db.read().await.unwrap();
        registration::application(&mut tx, id).await.unwrap().unwrap()
    }

    pub async fn standing(&self, id: &str) -> admission::Standing {
        let application = self.application(id).await;
        let mut tx = self.env.db.read().await.unwrap();
        admission::standing(&mut tx, &application).await.unwrap()
    }

    pub async fn get(&self, who: &Subject, lang: Lang, path: &str) -> (StatusCode, String) {
        let (status, body) = self.fetch(who, lang, path).await;
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// A page or a file as it comes.
    pub async fn fetch(&self, who: &Subject, lang: Lang, path: &str) -> (StatusCode, Vec<u8>) {
        let visit = Visit { t: Words(lang), here: path.to_owned(), ..Visit::default() };
        let request = Request::get(path).extension(who.clone()).extension(visit).body(Body::empty()).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        (answer.status(), to_bytes(answer.into_body(), 1 << 22).await.unwrap().to_vec())
    }

    /// Sends a form; gives the status and where the answer leads (a refused form comes back as a page).
    pub async fn post(&self, who: &Subject, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let mut request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        request.extensions_mut().insert(who.clone());
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        (status, to.unwrap_or_default())
    }

    /// A reviewer accepts, seeing the newest version.
    pub async fn accept(&self, id: &str) {
        let seen = self.application(id).await.version.to_string();
        let reviewer = staff("province1", Role::Province, "/demo");
        let address = format!("/batches/{CODE}/admission/{id}/review");
        let fields = [("decision", "accept"), ("seen_version", &seen), ("reason", "核对无误")];
        let (status, _) = self.post(&reviewer, &address, &fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
    }

    /// The registrar of the point records the fee.
    pub async fn pay(&self, id: &str, receipt: &str) {
        let registrar = staff("registrar1", Role::Registrar, "/demo");
        let address = format!("/batches/{CODE}/admission/{id}/payment");
        let (status, _) =
            self.post(&registrar, &address, &[("amount", FEE), ("receipt_number", receipt)]).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
    }
}

fn clock_start() -> UnixMicros {
    at("2021-03-16 09:00")
}

/// Somebody who works here.
pub fn staff(login: &str, role: Role, node: &str) -> Subject {
    let grant = Grant {
        id: format!("grant-{login}"),
        role,
        path: path(node),
        batch: None,
        from: clock_start(),
        until: None,
    };
    Subject {
        account_id: login.into(),
        kind: Kind::Staff,
        name: login.into(),
        phone_index: None,
        grants: vec![grant],
        request_id: "request-1".into(),
    }
}

/// Percent-encodes everything but letters and digits.
fn encode(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

async fn plan_batch(tx: &mut Tx) {
    let code = BatchCode::parse(CODE).unwrap();
    run(
        tx,
        "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version,
         created_at, published_at) VALUES ($1, '2021 年统一认定', 'Unified certification 2021', '/demo', '2021-04-30',
         '2021-05-22', 'published', 1, 0, 1)",
        &[code.as_str()],
    )
    .await
    .unwrap();
    let reference = Day::parse("2021-04-30").unwrap();
    for (occupation, name) in [(HR, "企业人力资源管理师"), (LR, "劳动关系协调员")] {
        let occupation_code = kernel::OccupationCode::parse(occupation).unwrap();
        let standard = scheme::standard_in_force(tx, &occupation_code, reference).await.unwrap().unwrap();
        for level in ["3", "2"] {
            run(
                tx,
                "INSERT INTO batch_level (batch_code, occupation_code, level_code, standard_id, occupation_zh,
                 occupation_en, level_zh, level_en, fee) VALUES ($1, $2, $3, $4, $5, 'Specialist', $3, $3, 38000)",
                &[CODE, occupation, level, standard.id.as_str(), name],
            )
            .await
            .unwrap();
        }
    }
    for (node, name, site) in [(NANCHENG, "南城市报名点", "01"), (XICHENG, "西城市报名点", "02")]
    {
        run(
            tx,
            "INSERT INTO site (id, org_path, code, name_zh, name_en, address) VALUES ($1, $2, $3, $4, $4, '')",
            &[&format!("site-{site}"), node, site, name],
        )
        .await
        .unwrap();
        run(
            tx,
            "INSERT INTO batch_point (batch_code, point_path, point_zh, point_en, site_id)
             VALUES ($1, $2, $3, $3, $4)",
            &[CODE, node, name, &format!("site-{site}")],
        )
        .await
        .unwrap();
    }
    let windows = [
        ("registration", "2021-03-16 00:00", "2021-04-30 00:00"),
        ("review", "2021-03-16 00:00", "2021-05-01 00:00"),
        ("payment", "2021-03-16 00:00", "2021-05-06 00:00"),
    ];
    let sql = "INSERT INTO batch_window (batch_code, code, opens_at, closes_at) VALUES ($1, $2, $3, $4)";
    for (name, opens, closes) in windows {
        on!(&mut *tx, |conn| sqlx::query(sql)
            .bind(CODE)
            .bind(name)
            .bind(at(opens))
            .bind(at(closes))
            .execute(conn)
            .await
            .map(|_| ()))
        .unwrap();
    }
}
