//! The founding batch with thirty people on the list, and one who never paid.
use std::sync::Arc;

use arrangement::routes;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use identity::{Env, Grant, Kind, Role, Subject};
use kernel::{Day, FixedClock, IdNumber, OrgPath, PersonName, Phone, SeededEntropy, UnixMicros};
use person::{NewPerson, PersonId, Vault};
use store::{Blobs, Db, Tx, on};
use tempfile::TempDir;
use tower::ServiceExt;

const ORGANISATIONS: organisation::SeedFiles<'static> = organisation::SeedFiles {
    organisations: include_str!("../../../../../data/organisation/organisations.csv"),
    filings: include_str!("../../../../../data/organisation/filings.csv"),
    scopes: include_str!("../../../../../data/organisation/filing-scopes.csv"),
};

pub const HR: &str = "4-07-03-04";
pub const LR: &str = "4-07-03-02";
pub const POINT: &str = "/demo/nancheng/point";
pub const POINT2: &str = "/demo/xicheng/point";

/// Who sits: sixteen of HR level 3, six of HR level 2 (both by computer), eight of LR level 3 (on paper).
pub const GROUPS: [(&str, &str, usize); 3] = [(HR, "3", 16), (HR, "2", 6), (LR, "3", 8)];
/// The one who is accepted and has not paid.
pub const UNPAID: &str = "app-99";

pub struct House {
    pub env: Env,
    pub clock: Arc<FixedClock>,
    _folder: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub keys: Vec<&'static str>,
    pub values: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl House {
    pub async fn new(db: Db) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::new(at("2021-05-06 09:00")));
        let entropy = Arc::new(SeededEntropy::new(1));
        let env = Env {
            desk: trail::Desk { entropy: entropy.clone(), clock: clock.clone(), node: "test".into() },
            vault: Vault::generate(&*entropy),
            blobs: Blobs::open(folder.path()).unwrap(),
            clock: clock.clone(),
            entropy,
            db,
            decoder: identity::Decoder::in_process(),
            secure_cookies: false,
            demo: false,
            nav: Arc::new(Vec::new()),
            public_url: "https://example.invalid".into(),
        };
        let house = Self { env, clock, _folder: folder };
        let mut tx = house.env.db.write().await.unwrap();
        house.seed(&mut tx).await;
        tx.commit().await.unwrap();
        house
    }

    pub async fn send(&self, who: &Subject, method: &str, path: &str, form: &str) -> Answer {
        let router = routes()
            .into_iter()
            .fold(Router::new(), |router, route| router.route(route.path, route.handler))
            .with_state(self.env.clone());
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        request.extensions_mut().insert(who.clone());
        let response = router.oneshot(request).await.unwrap();
        let failure = response.extensions().get::<web::Failure>().cloned();
        let messages = failure.map(|failure| failure.messages).unwrap_or_default();
        Answer {
            status: response.status(),
            keys: messages.iter().map(|message| message.key).collect(),
            values: messages.into_iter().flat_map(|message| message.values).collect(),
            body: to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec(),
        }
    }

    pub async fn get(&self, who: &Subject, path: &str) -> Answer {
        self.send(who, "GET", path, "").await
    }

    /// Sends a form a second later than the last one, so that the trail has an order.
    pub async fn post(&self, who: &Subject, path: &str, seen: i64) -> Answer {
        self.clock.advance_seconds(1);
        self.send(who, "POST", path, &format!("seen_version={seen}")).await
    }

    /// The candidate who gave the phone of `serial`.
    pub fn candidate(&self, serial: usize) -> Subject {
        let phone_index = Some(self.env.vault.index("phone", phone(serial).as_str()));
        Subject {
            kind: Kind::Candidate,
            phone_index,
            grants: Vec::new(),
            ..staff(Role::ExamOfficer, "/demo")
        }
    }

    async fn seed(&self, tx: &mut Tx) {
        organisation::seed(tx, &ORGANISATIONS).await.unwrap();
        // The site as it is for thirty people: its first three rooms.
        let rooms: Vec<&str> = include_str!("../../../../../data/venue/rooms.csv").lines().take(4).collect();
        let venues = venue::SeedFiles {
            sites: include_str!("../../../../../data/venue/sites.csv"),
            rooms: &rooms.join("\n"),
        };
        venue::seed(tx, &venues).await.unwrap();
        let schemes = scheme::SeedFiles {
            occupations: include_str!("../../../../../data/scheme/occupations.csv"),
            levels: include_str!("../../../../../data/scheme/levels.csv"),
            standards: include_str!("../../../../../data/scheme/standards.csv"),
            clauses: include_str!("../../../../../data/scheme/clauses.json"),
            components: include_str!("../../../../../data/scheme/components.csv"),
            fees: include_str!("../../../../../data/scheme/fees.csv"),
            time_limits: include_str!("../../../../../data/scheme/time-limits.csv"),
            calendar: include_str!("../../../../../data/calendar-cn.csv"),
        };
        scheme::seed(tx, &schemes).await.unwrap();
        run(
            tx,
            "INSERT INTO account (id, kind, login, display_name, password_hash, failed_tries, next_try_at,
            created_at, disabled_at) VALUES ($1, 'staff', $1, $1, NULL, 0, 0, 0, NULL)",
            &["officer1"],
        )
        .await;
        // What a job goes by: the duties that stand in the table when it runs.
        run(
            tx,
            "INSERT INTO duty_grant (id, account_id, role, org_path, valid_from, granted_by, reason)
            VALUES ('grant-1', $1, 'exam-officer', '/demo', 0, 'test', '')",
            &["officer1"],
        )
        .await;
        run(tx, "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version,
            created_at, published_at) VALUES ($1, '示范批次', 'Demo batch', '/demo', '2021-04-30', '2021-05-22',
            'published', 2, 0, 0)", &["2021-01"]).await;
        run(
            tx,
            "INSERT INTO batch_point (batch_code, point_path, point_zh, point_en, site_id)
            VALUES ('2021-01', $1, '南城市报名点', 'Nancheng', 'site-nancheng')",
            &[POINT],
        )
        .await;
        for (code, from) in [("tickets", "2021-05-08 00:00"), ("arrangement", "2021-05-06 00:00")] {
            on!(&mut *tx, |conn| sqlx::query(
                "INSERT INTO batch_window (batch_code, code, opens_at, closes_at)
                VALUES ('2021-01', $1, $2, $3)"
            )
            .bind(code)
            .bind(at(from))
            .bind(at("2021-05-22 00:00"))
            .execute(conn)
            .await
            .map(|_| ()))
            .unwrap();
        }
        let mut serial = 1;
        for (occupation, level, count) in GROUPS {
            self.level(tx, occupation, level).await;
            for _ in 0..count {
                self.person(tx, serial, (occupation, level, POINT), true).await;
                serial += 1;
            }
        }
        self.person(tx, 99, (HR, "3", POINT), false).await;
    }

    async fn level(&self, tx: &mut Tx, occupation: &str, level: &str) {
        let standard = if occupation == HR { "hr-2018" } else { "lr-2018" };
        run(
            tx,
            "INSERT INTO batch_level (batch_code, occupation_code, level_code, standard_id, occupation_zh,
            occupation_en, level_zh, level_en, fee) VALUES ('2021-01', $1, $2, $3, '职业' || $1, 'Occupation',
            $2 || '级/等级', 'Level', 38000)",
            &[occupation, level, standard],
        )
        .await;
        let delivery = if occupation == HR { "computer" } else { "paper" };
        let mut parts = vec![
            ("theory", delivery, 1, 90, "2021-05-22 09:00"),
            ("practical", "on_site", 2, 120, "2021-05-22 14:00"),
        ];
        if level == "2" {
            parts.push(("panel", "on_site", 3, 30, "2021-05-23 09:00"));
        }
        for (kind, delivery, position, minutes, starts) in parts {
            on!(&mut *tx, |conn| sqlx::query(
                "INSERT INTO batch_component (id, batch_code, occupation_code, level_code,
                component_id, kind, position, name_zh, name_en, delivery, minutes, pass_mark, starts_at)
                VALUES ($1, '2021-01', $2, $3, $4, $5, $6, $7, 'Part', $8, $9, 6000, $10)"
            )
            .bind(format!("part-{standard}-{level}-{kind}"))
            .bind(occupation)
            .bind(level)
            .bind(format!("{standard}-{level}-{kind}"))
            .bind(kind)
            .bind(position)
            .bind(match kind {
                "theory" => "理论知识考试",
                "practical" => "操作技能考核",
                _ => "综合评审",
            })
            .bind(delivery)
            .bind(minutes)
            .bind(at(starts))
            .execute(conn)
            .await
            .map(|_| ()))
            .unwrap();
        }
    }

    /// A second city with a site of its own and `count` people of LR level 3, who sit on paper.
    pub async fn second_city(&self, rooms: &str, count: usize) {
        let mut write = self.env.db.write().await.unwrap();
        let tx = &mut write;
        let sites = "id,org_path,code,name_zh,name_en,address\nsite-xicheng,/demo/xicheng,02,锡城考点,Xicheng,路 2 号\n";
        let head = "id,site_id,code,name_zh,name_en,kind,row_count,column_count,blocked\n";
        let rooms = format!("{head}{rooms}");
        venue::seed(tx, &venue::SeedFiles { sites, rooms: &rooms }).await.unwrap();
        run(
            tx,
            "INSERT INTO batch_point (batch_code, point_path, point_zh, point_en, site_id)
            VALUES ('2021-01', $1, '锡城市报名点', 'Xicheng', 'site-xicheng')",
            &[POINT2],
        )
        .await;
        for serial in 50..50 + count {
            self.person(tx, serial, (LR, "3", POINT2), true).await;
        }
        write.commit().await.unwrap();
    }

    async fn person(
        &self,
        tx: &mut Tx,
        serial: usize,
        (occupation, level, point): (&str, &str, &str),
        has_paid: bool,
    ) {
        let id = format!("person-{serial:02}");
        let new = NewPerson {
            id: PersonId::from(id.as_str()),
            name: PersonName::parse(&name(serial)).unwrap(),
            document: document(serial).into(),
            phone: phone(serial),
            detail: person::Detail::default(),
        };
        person::insert(tx, &self.env.vault, &*self.env.entropy, &new, self.env.now()).await.unwrap();
        self.application(tx, serial, (&id, occupation, level, point), has_paid).await;
    }

    /// Somebody's accepted application, paid or not.
    pub async fn application(
        &self,
        tx: &mut Tx,
        serial: usize,
        (id, occupation, level, point): (&str, &str, &str, &str),
        has_paid: bool,
    ) {
        let application = format!("app-{serial:02}");
        on!(&mut *tx, |conn| sqlx::query("INSERT INTO application (id, batch_code, serial, person_id, occupation_code,
            level_code, clause_number, clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed,
            prior_issued_on, work_started_on, work_years_stated, education, major, diploma_sealed, source,
            particulars_sealed, status, origin, submitted_at, version) VALUES ($1, '2021-01', $2, $3, $4, $5, '(2)', '',
            $6, 'first', NULL, '', NULL, NULL, NULL, '', '', '', '', '', 'submitted', 'roster', 0, 1)")
            .bind(&application).bind(i64::try_from(serial).unwrap()).bind(id).bind(occupation).bind(level).bind(point)
            .execute(conn).await.map(|_| ())).unwrap();
        run(tx, "INSERT INTO admission_review (id, application_id, batch_code, application_version, decision, proposed,
            reason, clause_id, proposal_sealed, inputs_digest, reviewed_by, reviewed_at)
            VALUES ($1, $2, '2021-01', 1, 'accept', 'accept', '', NULL, '', '', 'officer1', 0)",
            &[&format!("review-{serial}"), &application]).await;
        run(
            tx,
            "INSERT INTO admission (application_id, batch_code, state, application_version, review_id,
            left_from) VALUES ($1, '2021-01', $2, 1, $3, NULL)",
            &[&application, if has_paid { "paid" } else { "accepted" }, &format!("review-{serial}")],
        )
        .await;
        if !has_paid {
            return;
        }
        run(
            tx,
            "INSERT INTO admission_payment (application_id, batch_code, amount, receipt_number, recorded_by,
            recorded_at) VALUES ($1, '2021-01', 38000, $1, 'officer1', 0)",
            &[&application],
        )
        .await;
    }

    /// Freezes the list: whoever has paid is on it.
    pub async fn freeze(&self) {
        let mut tx = self.env.db.write().await.unwrap();
        run(
            &mut tx,
            "INSERT INTO admission_list (batch_code, changes, digest, admitted_count, left_out_count,
            leave_out_reason, frozen_by, frozen_at) VALUES ('2021-01', 1, 'd', 30, 1, '', $1, 0)",
            &["officer1"],
        )
        .await;
        run(&mut tx, "INSERT INTO admitted (application_id, batch_code, serial, person_id, occupation_code, level_code,
            point_path) SELECT a.id, a.batch_code, a.serial, a.person_id, a.occupation_code, a.level_code, a.point_path
            FROM application a JOIN admission_payment p ON p.application_id = a.id WHERE a.batch_code = $1",
            &["2021-01"]).await;
        run(
            &mut tx,
            "UPDATE admission SET state = 'admitted' WHERE batch_code = $1 AND state = 'paid'",
            &["2021-01"],
        )
        .await;
        run(
            &mut tx,
            "INSERT INTO stage_progress (batch_code, stage, site_id, state, note_key, note_count, updated_at)
            VALUES ($1, 3, '', 'done', 'admission-note-frozen', 30, 0)",
            &["2021-01"],
        )
        .await;
        tx.commit().await.unwrap();
    }
}

pub async fn run(tx: &mut Tx, sql: &'static str, values: &[&str]) {
    on!(tx, |conn| {
        let mut query = sqlx::query(sql);
        for value in values {
            query = query.bind((*value).to_owned());
        }
        query.execute(conn).await.map(|_| ())
    })
    .unwrap();
}

pub fn at(text: &str) -> UnixMicros {
    UnixMicros::parse_text(text).unwrap()
}

pub fn name(serial: usize) -> String {
    let given = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    format!("王{}{}", given[serial / 10], given[serial % 10])
}

pub fn phone(serial: usize) -> Phone {
    Phone::parse(&format!("199000000{serial:02}")).unwrap()
}

/// A number of the never-issued area with its check digit. Source: GB 11643.
fn document(serial: usize) -> IdNumber {
    let body = format!("999801{}{serial:03}", Day::parse("1990-01-02").unwrap().to_string().replace('-', ""));
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize =
        body.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum % 11];
    IdNumber::parse(&format!("{body}{check}")).unwrap()
}

pub fn staff(role: Role, path: &str) -> Subject {
    Subject {
        account_id: "officer1".into(),
        kind: Kind::Staff,
        name: "officer1".into(),
        phone_index: None,
        grants: vec![Grant {
            id: "grant-1".into(),
            role,
            path: OrgPath::parse(path).unwrap(),
            batch: None,
            from: UnixMicros::new(0),
            until: None,
        }],
        request_id: "request-1".into(),
    }
}
