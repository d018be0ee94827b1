//! The small batch of the assessment's tests (five people on the list, at one site), a second site, people who
//! stand otherwise, and somebody who asks for pages.
use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use identity::{Env, Grant, Kind, Role, Subject};
use job::Runner;
use kernel::{BatchCode, Day, FixedClock, IdNumber, OrgPath, PersonName, Phone, SeededEntropy, UnixMicros};
use person::{NewPerson, PersonId, Vault};
use store::{Blobs, Db, on};
use tower::ServiceExt;
use web::{Lang, Visit, Words};

/// Shared with the assessment: the rows up to the closed rooms.
const BATCH: &str = include_str!("../../../../batch/7-assessment/tests/assessment/batch.sql");

/// Both sites are confirmed; b1 and b2 write the theory at the second.
const SITES: &str = "
INSERT INTO site (id, org_path, code, name_zh, name_en, address)
VALUES ('west', '/huaishui/xicheng', 'W', '西城考点', 'Xicheng site', '');
INSERT INTO site_plan (batch_code, site_id, site_path, place, status, version, candidates, draws, seed, population,
chance, digest, conflicts, job_id, asked_at, drawn_at, confirmed_at, confirmed_by)
VALUES ('T-1', 'site', '/huaishui/nancheng', 1, 'confirmed', 1, 5, 1, '', '', '', '', '', NULL, NULL, 1, 1, 'system'),
('T-1', 'west', '/huaishui/xicheng', 2, 'confirmed', 1, 2, 1, '', '', '', '', '', NULL, NULL, 1, 1, 'system');
UPDATE room_use SET site_id = 'west', site_path = '/huaishui/xicheng' WHERE id = 'u2';";

pub const LIST: &str = "/batches/T-1/announcements";
/// A text of the right length.
pub const TEXT: &str = "请于5月6日前到报名点缴费，逾期视为放弃。";

pub struct House {
    pub env: Env,
    pub clock: Arc<FixedClock>,
    routes: Router,
    _files: tempfile::TempDir,
}

/// What somebody is answered.
pub struct Answer {
    pub status: StatusCode,
    pub to: String,
    pub body: String,
}

/// Both engines, each with the batch and its people.
pub async fn houses() -> Vec<(&'static str, House)> {
    let mut houses = Vec::new();
    for (engine, db) in testkit::engines().await {
        let house = House::new(db);
        house.run(BATCH).await;
        house.run(SITES).await;
        for (place, application) in ["a1", "a2", "a3", "b1", "b2"].into_iter().enumerate() {
            let person = house.person(application, place).await;
            for sql in [
                "UPDATE application SET person_id = $2 WHERE id = $1",
                "UPDATE admitted SET person_id = $2 WHERE application_id = $1",
            ] {
                house.change(sql, &[application, person.as_str()]).await;
            }
        }
        houses.push((engine, house));
    }
    houses
}

impl House {
    fn new(db: Db) -> Self {
        let files = tempfile::tempdir().unwrap();
        let entropy = Arc::new(SeededEntropy::new(7));
        let clock = Arc::new(FixedClock::new(Day::parse("2021-05-04").unwrap().at(9, 0)));
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
        for route in announcement::routes().into_iter().chain(job::routes()) {
            pages = pages.route(route.path, route.handler);
        }
        let routes = pages
            .layer(axum::middleware::from_fn(web::render_failures))
            .layer(axum::Extension(job::SubjectSource(|tx, jobs| {
                Box::pin(announcement::job_subjects(tx, jobs))
            })))
            .with_state(env.clone());
        Self { env, clock, routes, _files: files }
    }

    pub async fn run(&self, sql: &'static str) {
        let mut tx = self.env.db.write().await.unwrap();
        on!(&mut tx, |conn| sqlx::raw_sql(sql).execute(conn).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn change(&self, sql: &'static str, values: &[&str]) {
        let mut tx = self.env.db.write().await.unwrap();
        on!(&mut tx, |conn| {
            let mut query = sqlx::query(sql);
            for value in values {
                query = query.bind((*value).to_owned());
            }
            query.execute(conn).await.map(|_| ())
        })
        .unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        let mut tx = self.env.db.read().await.unwrap();
        on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).unwrap()
    }

    /// Somebody with a document and a phone of their own; their id ends in `name`.
    pub async fn person(&self, name: &str, place: usize) -> PersonId {
        let new = NewPerson {
            id: format!("real-{name}").as_str().into(),
            name: PersonName::parse("王慧敏").unwrap(),
            document: document(place).into(),
            phone: Phone::parse(&phone(place)).unwrap(),
            detail: person::Detail::default(),
        };
        let mut tx = self.env.db.write().await.unwrap();
        person::insert(&mut tx, &self.env.vault, &*self.env.entropy, &new, self.env.now()).await.unwrap();
        tx.commit().await.unwrap();
        new.id
    }

    /// An application of somebody, in a state of admission, or `pending` or `withdrawn`.
    pub async fn applies(&self, id: &str, who: &PersonId, occupation: &str, state: &str) {
        let status = match state {
            "returned" | "withdrawn" => state,
            _ => "submitted",
        };
        let apply = "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code,
            clause_number, clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed,
            prior_issued_on, work_started_on, work_years_stated, education, major, diploma_sealed, source,
            particulars_sealed, status, origin, submitted_at, version)
            VALUES ($1, 'T-1', 99, $2, $3, '3', '1', '', '/huaishui/nancheng/p1', 'first', NULL, '', NULL, NULL,
            NULL, '', '', '', '', '', $4, 'roster', 1, 1)";
        self.change(apply, &[id, who.as_str(), occupation, status]).await;
        if ["pending", "withdrawn"].contains(&state) {
            return;
        }
        let review =
            "INSERT INTO admission_review (id, application_id, batch_code, application_version, decision,
            proposed, reason, clause_id, proposal_sealed, inputs_digest, reviewed_by, reviewed_at)
            VALUES ('review-' || $1, $1, 'T-1', 1, 'accept', 'accept', '', NULL, '', '', 'system', 1)";
        self.change(review, &[id]).await;
        let stands =
            "INSERT INTO admission (application_id, batch_code, application_version, state, review_id)
            VALUES ($1, 'T-1', 1, $2, 'review-' || $1)";
        self.change(stands, &[id, state]).await;
    }

    /// The applicant takes it back.
    pub async fn withdraws(&self, application: &str) {
        let sql = "UPDATE application SET status = 'withdrawn', version = version + 1 WHERE id = $1";
        self.change(sql, &[application]).await;
    }

    pub async fn get(&self, who: &Subject, lang: Lang, path: &str) -> Answer {
        self.ask(who, lang, Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, who: &Subject, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.ask(who, Lang::Zh, request).await
    }

    async fn ask(&self, who: &Subject, lang: Lang, mut request: Request<Body>) -> Answer {
        let here = request.uri().path().to_owned();
        request.extensions_mut().insert(who.clone());
        request.extensions_mut().insert(Visit { t: Words(lang), here, ..Visit::default() });
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let bytes = to_bytes(answer.into_body(), 1 << 22).await.unwrap();
        Answer { status, to: to.unwrap_or_default(), body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Looks at a text and sends it; the id of the announcement and the page of its job.
    pub async fn send(&self, audience: &str, text: &str) -> (String, String) {
        let who = province();
        let shown = self.post(&who, LIST, &[("audience", audience), ("text", text)]).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        let sent = self.post(&who, LIST, &answer_to(&shown).fields()).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        (hidden(&shown.body, "id"), sent.to)
    }

    /// Does every job that waits.
    pub async fn work_off(&self) {
        Runner::new(&self.env, announcement::JOBS.to_vec()).work_off().await.unwrap();
    }

    /// Phone and words of every announcement in the outbox, in order.
    pub async fn outbox(&self) -> Vec<(String, String)> {
        let mut tx = self.env.db.read().await.unwrap();
        let all = message::recent(&mut tx, &self.env.vault, 10_000).await.unwrap();
        let mut told: Vec<_> = all
            .into_iter()
            .filter(|one| one.purpose == "message-announcement")
            .map(|one| (one.phone, one.text))
            .collect();
        told.sort();
        told
    }
}

/// What a confirmation page sends when it is answered.
pub struct Confirmation(Vec<(&'static str, String)>);

impl Confirmation {
    pub fn fields(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.to_owned()));
        self
    }
}

pub fn answer_to(shown: &Answer) -> Confirmation {
    let fields = ["id", "audience", "text", "digest"].map(|name| (name, hidden(&shown.body, name)));
    Confirmation(fields.into_iter().chain([("act", "send".to_owned())]).collect())
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

pub fn code() -> BatchCode {
    BatchCode::parse("T-1").unwrap()
}

pub fn province() -> Subject {
    staff("province1", Role::Province, "/huaishui")
}

/// Somebody who works here.
pub fn staff(login: &str, role: Role, node: &str) -> Subject {
    let grant = Grant {
        id: format!("grant-{login}"),
        role,
        path: OrgPath::parse(node).unwrap(),
        batch: None,
        from: UnixMicros::new(0),
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

/// The phone of the person at a place.
pub fn phone(place: usize) -> String {
    format!("199{:08}", place + 1)
}

/// A document number of the demo area whose check character fits.
fn document(place: usize) -> IdNumber {
    let body = format!("99980119900101{place:03}");
    "0123456789X".chars().find_map(|check| IdNumber::parse(&format!("{body}{check}")).ok()).unwrap()
}

fn encode(text: &str) -> String {
    let letter = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}
