//! An authority with two officers and three experts, an association and an enterprise with a manager each, and a neighbour.
use std::sync::Arc;

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use identity::{Env, Grant, Kind, NewAccount, Role, Subject};
use kernel::{Day, FixedClock, OrgPath, SeededEntropy, UnixMicros};
use organisation::{Held, held_at};
use store::{Blobs, Db};
use tower::ServiceExt;
use web::{Lang, Visit, Words};

const SCHEME: scheme::SeedFiles<'static> = scheme::SeedFiles {
    occupations: include_str!("../../../../../data/scheme/occupations.csv"),
    levels: include_str!("../../../../../data/scheme/levels.csv"),
    standards: include_str!("../../../../../data/scheme/standards.csv"),
    clauses: include_str!("../../../../../data/scheme/clauses.json"),
    components: include_str!("../../../../../data/scheme/components.csv"),
    fees: include_str!("../../../../../data/scheme/fees.csv"),
    time_limits: include_str!("../../../../../data/scheme/time-limits.csv"),
    calendar: include_str!("../../../../../data/calendar-cn.csv"),
};

/// An association that holds a filing, an enterprise that holds none.
const BODIES: organisation::SeedFiles<'static> = organisation::SeedFiles {
    organisations: "id,path,kind,name_zh,name_en,served_by,source
a,/authority,authority,示范省人社厅,Authority,,test
b,/authority/south,authority,南城人社局,Authority of the south,,test
o,/demo,association,示范协会,Association,,test
e,/works,enterprise,示范集团,Works,,test
",
    filings: "id,holder,kind,site_code,granted_by,document,granted_on,valid_from,valid_to,confirmed_on,ended_on,plaque_number,plaque_on,source
f,/demo,social,S000099000001,人社厅,文号,2020-11-20,2020-12-01,2023-12-01,,,,,test
",
    scopes: "id,filing_id,occupation_code,trade_zh,trade_en,levels,object_group,valid_from,valid_to,source
s,f,4-07-03-04,,,4 3,public,2020-12-01,2023-12-01,test
",
};

const FILES: filing::SeedFiles<'static> = filing::SeedFiles {
    supervision: "organisation,authority,valid_from,valid_to,source
/demo,/authority,2020-01-01,,test
/works,/authority/south,2020-01-01,,test
",
    procedures: include_str!("../../../../../data/filing/procedures.csv"),
    materials: include_str!("../../../../../data/filing/materials.csv"),
    conditions: include_str!("../../../../../data/filing/conditions.csv"),
};

/// Who there is: login, duty, place.
const PEOPLE: &[(&str, Role, &str)] = &[
    ("manager", Role::Manager, "/demo"),
    ("works", Role::Manager, "/works"),
    ("officer1", Role::FilingOfficer, "/authority"),
    ("officer2", Role::FilingOfficer, "/authority"),
    ("south", Role::FilingOfficer, "/authority/south"),
    ("expert1", Role::Assessor, "/authority"),
    ("expert2", Role::Assessor, "/authority"),
    ("expert3", Role::Assessor, "/authority"),
    ("auditor", Role::Auditor, "/authority"),
    ("both", Role::Manager, "/demo"),
    ("both", Role::FilingOfficer, "/authority"),
    ("judge", Role::Assessor, "/authority"),
    ("judge", Role::FilingOfficer, "/authority"),
    ("reviewer", Role::Reviewer, "/demo"),
];

/// What came back: status, where to, and the page or the keys of what was refused.
pub struct Answer {
    pub status: StatusCode,
    pub to: String,
    pub page: String,
}

/// One installation.
pub struct House {
    pub engine: &'static str,
    pub env: Env,
    clock: Arc<FixedClock>,
}

impl House {
    /// On every engine, on 2021-03-16.
    pub async fn each() -> Vec<Self> {
        let mut all = Vec::new();
        for (engine, db) in testkit::engines().await {
            all.push(Self::new(engine, db).await);
        }
        all
    }

    async fn new(engine: &'static str, db: Db) -> Self {
        let clock = Arc::new(FixedClock::new(Day::parse("2021-03-16").unwrap().at(9, 0)));
        let entropy = Arc::new(SeededEntropy::new(7));
        let mut tx = db.write().await.unwrap();
        scheme::seed(&mut tx, &SCHEME).await.unwrap();
        organisation::seed(&mut tx, &BODIES).await.unwrap();
        filing::seed(&mut tx, &FILES).await.unwrap();
        assert_eq!(filing::seed(&mut tx, &FILES).await.unwrap(), 0, "seeding again changes nothing");
        for (login, role, path) in PEOPLE {
            let account =
                NewAccount { id: login, kind: "staff", login, display_name: login, password_hash: Some("x") };
            // Whoever has two duties stands there twice.
            identity::insert_account(&mut tx, &account, UnixMicros::new(0)).await.unwrap();
            identity::grant(&mut tx, login, &given(login, *role, path), "system", "test").await.unwrap();
        }
        tx.commit().await.unwrap();
        let env = Env {
            db,
            vault: person::Vault::generate(&*entropy),
            blobs: Blobs::open(tempfile::tempdir().unwrap().keep()).unwrap(),
            desk: trail::Desk { entropy: entropy.clone(), clock: clock.clone(), node: "test".into() },
            clock: clock.clone(),
            entropy,
            decoder: identity::Decoder::in_process(),
            secure_cookies: false,
            demo: false,
            nav: Arc::new(Vec::new()),
            public_url: "https://kaogong.example".into(),
        };
        Self { engine, env, clock }
    }

    /// Moves the clock to the morning of a day.
    pub fn on(&self, day: &str) {
        self.clock.set(Day::parse(day).unwrap().at(9, 0));
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.ask(who, Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form of the case's page as it is now.
    pub async fn post(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let version = self.version(path).await;
        let mut all = vec![("csrf", "token"), ("version", version.as_str())];
        all.extend_from_slice(fields);
        let body = all.iter().map(|(name, value)| format!("{name}={}", coded(value))).collect::<Vec<_>>();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.ask(who, request).await
    }

    /// Hands a paper in.
    pub async fn paper(&self, who: &str, case: &str, number: i64, bytes: &[u8]) -> Answer {
        let path = format!("{case}/papers/{number}");
        let version = self.version(&path).await;
        let mut body = Vec::new();
        for (field, value) in [("csrf", "token"), ("version", version.as_str())] {
            body.extend(
                format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        body.extend(b"--B\r\nContent-Disposition: form-data; name=\"paper\"; filename=\"a.pdf\"\r\n\r\n");
        body.extend(bytes);
        body.extend(b"\r\n--B--\r\n");
        let request = Request::post(&path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B")
            .body(Body::from(body))
            .unwrap();
        self.ask(who, request).await
    }

    async fn version(&self, path: &str) -> String {
        let Some(id) = path.strip_prefix("/filing-cases/").and_then(|rest| rest.split('/').next()) else {
            return String::new();
        };
        let found = testkit::ask(
            &self.env.db,
            Box::leak(
                format!("SELECT CAST(version AS TEXT) FROM filing_case WHERE id = '{id}'").into_boxed_str(),
            ),
        )
        .await;
        found.first().cloned().unwrap_or_default()
    }

    async fn ask(&self, who: &str, request: Request<Body>) -> Answer {
        let mut router = Router::new();
        for route in filing::routes() {
            router = router.route(route.path, route.handler);
        }
        let visit = Visit { t: Words(Lang::En), csrf: "token".into(), ..Visit::default() };
        let router =
            router.layer(Extension(subject(who))).layer(Extension(visit)).with_state(self.env.clone());
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let to = response.headers().get(header::LOCATION).map_or("", |to| to.to_str().unwrap()).to_owned();
        let failure = response.extensions().get::<web::Failure>().cloned();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let page = String::from_utf8_lossy(&bytes).into_owned();
        let keys = failure
            .map(|failure| failure.messages.iter().map(|message| message.key).collect::<Vec<_>>().join(" "));
        Answer { status, to, page: keys.unwrap_or(page) }
    }

    /// Opens a case; its address.
    pub async fn open(&self, who: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.post(who, "/filing-cases", fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {}", self.engine, answer.page);
        answer.to
    }

    /// Opens a case about the association's filing.
    pub async fn about(&self, kind: &str) -> String {
        let subject = format!("f:{kind}");
        let fields =
            [("organisation", "o"), ("subject", &subject), ("authority", "/authority"), ("mode", "online")];
        self.open("manager", &fields).await
    }

    /// Does something that goes through.
    pub async fn go(&self, who: &str, path: &str, fields: &[(&str, &str)]) {
        let answer = self.post(who, path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{} {path}: {}", self.engine, answer.page);
    }

    /// Hands in every paper and the case, and has it found complete.
    pub async fn complete(&self, who: &str, case: &str, papers: i64) {
        for number in 1..=papers {
            let kept = self.paper(who, case, number, b"%PDF-1.7 x").await;
            assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}: {}", self.engine, kept.page);
        }
        self.go(who, &format!("{case}/submission"), &[("commitment", "yes")]).await;
        self.go("officer1", &format!("{case}/check"), &[("finding", "complete")]).await;
    }

    /// Two experts give these points for each condition, and seal them.
    pub async fn assess(&self, case: &str, points: &[(&str, &str)]) {
        for expert in ["expert1", "expert2"] {
            self.go("officer1", &format!("{case}/assessors"), &[("account", expert)]).await;
        }
        for expert in ["expert1", "expert2"] {
            let mut fields = points.to_vec();
            fields.push(("then", "seal"));
            self.go(expert, &format!("{case}/assessment"), &fields).await;
        }
    }

    /// One proposes the approval with these terms, the other decides so.
    pub async fn approve(&self, case: &str, terms: &[(&str, &str)]) {
        let mut fields = vec![("finding", "approve"), ("document", "文号二")];
        fields.extend_from_slice(terms);
        self.go("officer1", &format!("{case}/proposal"), &fields).await;
        self.go("officer2", &format!("{case}/decision"), &[("decision", "approve")]).await;
    }

    /// Somebody of this login.
    pub fn subject(&self, login: &str) -> Subject {
        subject(login)
    }

    /// What the association holds.
    pub async fn held(&self) -> Held {
        let mut tx = self.env.db.read().await.unwrap();
        held_at(&mut tx, &[OrgPath::parse("/demo").unwrap()]).await.unwrap().remove(0)
    }
}

/// Points that pass: 90 of 100.
pub const GOOD: [(&str, &str); 7] = [
    ("points-1", "18"),
    ("points-2", "18"),
    ("points-3", "9"),
    ("points-4", "18"),
    ("points-5", "9"),
    ("points-6", "9"),
    ("points-7", "9"),
];

fn given(login: &str, role: Role, path: &str) -> Grant {
    Grant {
        id: format!("grant-{login}-{}", role.code()),
        role,
        path: OrgPath::parse(path).unwrap(),
        batch: None,
        from: UnixMicros::new(0),
        until: None,
    }
}

fn subject(login: &str) -> Subject {
    let duties = PEOPLE.iter().filter(|(known, ..)| *known == login);
    Subject {
        account_id: login.into(),
        kind: Kind::Staff,
        name: login.into(),
        phone_index: None,
        grants: duties.map(|(login, role, path)| given(login, *role, path)).collect(),
        request_id: "r".into(),
    }
}

/// A value of a form, coded.
fn coded(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    value
        .bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
