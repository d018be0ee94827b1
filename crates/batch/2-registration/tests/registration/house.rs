//! A house with the demo's registers, one published batch, and people to ask in the name of.
use std::{io::Cursor, sync::Arc};

use ::store::{Blobs, Db, on};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use calamine::{Data, Reader, Xlsx};
use identity::{Env, Grant, Kind, Role, Subject};
use job::Runner;
use kernel::{
    BatchCode, OrgPath, UnixMicros,
    fixed::{FixedClock, SeededEntropy},
};
use registration::ApplicationStatus;
use rust_xlsxwriter::{Formula, Workbook};
use tower::ServiceExt;

const ORGANISATIONS: organisation::SeedFiles<'static> = organisation::SeedFiles {
    organisations: include_str!("../../../../../data/organisation/organisations.csv"),
    filings: include_str!("../../../../../data/organisation/filings.csv"),
    scopes: include_str!("../../../../../data/organisation/filing-scopes.csv"),
};

pub const ROSTER: &[u8] = include_bytes!("../../../../../data/demo/roster-30.xlsx");
pub const BATCH: &str = "2021-01";

pub struct House {
    pub env: Env,
    pub clock: Arc<FixedClock>,
    router: Router,
}

/// What a request was answered.
pub struct Answer {
    pub status: StatusCode,
    pub to: String,
    pub body: String,
    pub bytes: Vec<u8>,
    /// Keys of the sentences of a refusal.
    pub keys: Vec<&'static str>,
}

pub fn at(text: &str) -> UnixMicros {
    UnixMicros::parse_text(text).unwrap()
}

pub fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

pub fn code() -> BatchCode {
    BatchCode::parse(BATCH).unwrap()
}

impl House {
    /// On 2021-04-12, registration being open until the end of April.
    pub async fn open(db: Db) -> Self {
        let clock = Arc::new(FixedClock::new(at("2021-04-12 10:00")));
        let entropy = Arc::new(SeededEntropy::new(7));
        let folder = tempfile::Builder::new().prefix("kaogong-blobs-").tempdir().unwrap().keep();
        let env = Env {
            db,
            clock: clock.clone(),
            entropy: entropy.clone(),
            vault: person::Vault::generate(&*entropy),
            blobs: Blobs::open(folder).unwrap(),
            desk: trail::Desk { entropy, clock: clock.clone(), node: "test".into() },
            decoder: identity::Decoder::in_process(),
            secure_cookies: false,
            demo: false,
            nav: Arc::new(vec![]),
            public_url: "http://localhost".into(),
        };
        seed(&env).await;
        let mut router: Router<Env> = Router::new();
        for route in registration::routes().into_iter().chain(job::routes()) {
            router = router.route(route.path, route.handler);
        }
        Self { router: router.with_state(env.clone()), env, clock }
    }

    pub fn set_now(&self, text: &str) {
        self.clock.set(at(text));
    }

    /// A registrar of one node, with an account.
    pub async fn registrar(&self, id: &str, node: &str) -> Subject {
        let insert =
            "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
                      VALUES ($1, 'staff', $1, $1, 0, 0, 0)";
        self.run(insert, &[id]).await;
        // What a job goes by: the duties that stand in the table when it runs.
        let held = "INSERT INTO duty_grant (id, account_id, role, org_path, valid_from, granted_by, reason)
                    VALUES ('grant-' || $1, $1, 'registrar', $2, 0, 'test', '')";
        self.run(held, &[id, node]).await;
        let grant = Grant {
            id: format!("grant-{id}"),
            role: Role::Registrar,
            path: path(node),
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

    /// Somebody signed in with a phone.
    pub fn candidate(&self, phone: &str) -> Subject {
        Subject {
            account_id: format!("candidate-{phone}"),
            kind: Kind::Candidate,
            name: "****".into(),
            phone_index: Some(self.env.vault.index("phone", phone)),
            grants: vec![],
            request_id: "r".into(),
        }
    }

    pub async fn run(&self, sql: &'static str, values: &[&str]) {
        let mut tx = self.env.db.write().await.unwrap();
        on!(&mut tx, |conn| {
            let mut query = sqlx::query(sql);
            for value in values {
                query = query.bind((*value).to_owned());
            }
            query.execute(conn).await.unwrap();
        });
        tx.commit().await.unwrap();
    }

    pub async fn get(&self, who: &Subject, path: &str) -> Answer {
        self.ask(Some(who), Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// The page in English.
    pub async fn get_english(&self, who: &Subject, path: &str) -> Answer {
        let visit = web::Visit { t: web::Words(web::Lang::En), ..web::Visit::default() };
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(visit);
        self.ask(Some(who), request).await
    }

    pub async fn post(&self, who: &Subject, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", escape(value)))
            .collect::<Vec<_>>()
            .join("&");
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(Some(who), request.body(Body::from(body)).unwrap()).await
    }

    pub async fn send_file(&self, who: &Subject, path: &str, field: &str, name: &str, file: &[u8]) -> Answer {
        let mut body = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--cut--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        self.ask(Some(who), request.body(Body::from(body)).unwrap()).await
    }

    pub async fn ask(&self, who: Option<&Subject>, mut request: Request<Body>) -> Answer {
        if let Some(who) = who {
            request.extensions_mut().insert(who.clone());
        }
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let text =
            |name| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let to = text(header::LOCATION);
        let failure = answer.extensions().get::<web::Failure>();
        let keys = failure.map(|f| f.messages.iter().map(|m| m.key).collect()).unwrap_or_default();
        let bytes = axum::body::to_bytes(answer.into_body(), 64 << 20).await.unwrap().to_vec();
        Answer { status, to, body: String::from_utf8_lossy(&bytes).into_owned(), bytes, keys }
    }

    /// Uploads a roster, lets it be read, and gives back the address of its preview.
    pub async fn upload(&self, who: &Subject, file: &[u8]) -> String {
        let answer = self.send_file(who, "/batches/2021-01/roster", "file", "roster.xlsx", file).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{:?}", answer.keys);
        self.work_off().await;
        answer.to
    }

    /// Does what the worker beside the requests would do.
    pub async fn work_off(&self) {
        Runner::new(&self.env, registration::JOBS.to_vec()).work_off().await.unwrap();
    }

    /// Uploads and confirms `new` new and `changed` changed rows.
    pub async fn import(&self, who: &Subject, file: &[u8], new: usize, changed: usize) {
        let preview = self.upload(who, file).await;
        let page = self.get(who, &preview).await;
        let figures = page.figures();
        let wanted = [new, changed].map(|count| i64::try_from(count).unwrap());
        assert_eq!([figures[0], figures[2]], wanted, "{:?}", page.rows());
        let answer = self.confirm(who, &preview, &page).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{:?}", answer.keys);
    }

    /// Confirms what a preview showed, and lets it be taken in.
    pub async fn confirm(&self, who: &Subject, preview: &str, shown: &Answer) -> Answer {
        let digest = shown.hidden("seen_digest");
        let answer = self.post(who, &format!("{preview}/confirmation"), &[("seen_digest", &digest)]).await;
        self.work_off().await;
        answer
    }

    /// The number a query answers.
    pub async fn number(&self, sql: &'static str) -> i64 {
        let mut tx = self.env.db.read().await.unwrap();
        on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).unwrap()
    }

    /// Decides an application as the review does, on the photo there is.
    pub async fn settle(&self, application: &registration::Application, status: ApplicationStatus) {
        let mut tx = self.env.db.write().await.unwrap();
        let photo = registration::photo_digest(&mut tx, application).await.unwrap().unwrap_or_default();
        let (id, version) = (&application.id, application.version);
        assert!(registration::settle(&mut tx, id, version, status, &photo).await.unwrap());
        tx.commit().await.unwrap();
    }

    pub async fn application(&self, id: &str) -> registration::Application {
        let mut tx = self.env.db.read().await.unwrap();
        registration::application(&mut tx, id).await.unwrap().unwrap()
    }

    pub async fn applications(&self) -> Vec<registration::Application> {
        let mut tx = self.env.db.read().await.unwrap();
        registration::applications(&mut tx, &code(), &[path("/demo")]).await.unwrap()
    }
}

impl Answer {
    /// The value of a hidden field; empty when the page has none.
    pub fn hidden(&self, name: &str) -> String {
        let field = self.body.split(&format!("name=\"{name}\" value=\"")).nth(1);
        field.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    }

    /// The figures of the page's head, in order.
    pub fn figures(&self) -> Vec<i64> {
        let cells = self.body.split("<dd>").skip(1);
        cells.map_while(|cell| cell.split('<').next()?.trim().parse().ok()).collect()
    }

    /// The cells of every table row, as text.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let cell = |html: &str| {
            let html = &html[html.find('>').unwrap_or(0) + 1..];
            let html = html.split("</td>").next().unwrap_or_default();
            let texts: Vec<&str> =
                html.split('<').map(|part| part.rsplit('>').next().unwrap_or_default()).collect();
            let text = texts.concat().trim().to_owned();
            // The row of a file is said in words (第 2 行, Row 2); tests speak of its number.
            let row = text.strip_prefix("第 ").and_then(|rest| rest.strip_suffix(" 行"));
            let row = row.or_else(|| text.strip_prefix("Row "));
            row.filter(|row| row.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(&text).to_owned()
        };
        let rows = self.body.split("<tr").skip(2);
        rows.map(|row| row.split("</tr>").next().unwrap_or_default().split("<td").skip(1).map(cell).collect())
            .collect()
    }
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// The cells of the demo roster as texts, the heading first.
pub fn roster_cells() -> Vec<Vec<String>> {
    cells_of(ROSTER)
}

/// As many people, each with a serial, a document and a phone of their own.
pub fn roster_of(count: u32) -> Vec<Vec<String>> {
    let base = roster_cells();
    let mut cells = vec![base[0].clone()];
    for n in 0..count {
        let mut row = base[1].clone();
        let front = format!("99820119900101{n:03}");
        let last = "0123456789X".chars().find(|c| kernel::IdNumber::parse(&format!("{front}{c}")).is_ok());
        let number = format!("{front}{}", last.unwrap());
        let is_male = number.as_bytes()[16] % 2 == 1;
        for (name, text) in [
            ("序号", (n + 1).to_string()),
            ("证件号码", number),
            ("出生日期", "1990-01-01".into()),
            ("性别", if is_male { "男" } else { "女" }.into()),
            ("手机号码", format!("199{n:08}")),
        ] {
            row[base[0].iter().position(|known| known == name).unwrap()] = text;
        }
        cells.push(row);
    }
    cells
}

/// The cells of a workbook as texts.
pub fn cells_of(file: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

/// The place of a column.
pub fn column(name: &str) -> usize {
    roster_cells()[0].iter().position(|known| known == name).unwrap_or_else(|| panic!("no column {name}"))
}

/// Writes a workbook; a cell beginning with `FORMULA ` is a formula, one beginning with `NUMBER ` a number.
pub fn workbook(cells: &[Vec<String>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in cells.iter().enumerate() {
        for (column, text) in cells.iter().enumerate() {
            let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
            if let Some(formula) = text.strip_prefix("FORMULA ") {
                sheet.write_formula(row, column, Formula::new(formula).set_result("1")).unwrap();
            } else if let Some(number) = text.strip_prefix("NUMBER ") {
                sheet.write_number(row, column, number.parse::<f64>().unwrap()).unwrap();
            } else {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

async fn seed(env: &Env) {
    let mut tx = env.db.write().await.unwrap();
    let files = scheme::SeedFiles {
        occupations: include_str!("../../../../../data/scheme/occupations.csv"),
        levels: include_str!("../../../../../data/scheme/levels.csv"),
        standards: include_str!("../../../../../data/scheme/standards.csv"),
        clauses: include_str!("../../../../../data/scheme/clauses.json"),
        components: include_str!("../../../../../data/scheme/components.csv"),
        fees: include_str!("../../../../../data/scheme/fees.csv"),
        time_limits: include_str!("../../../../../data/scheme/time-limits.csv"),
        calendar: include_str!("../../../../../data/calendar-cn.csv"),
    };
    scheme::seed(&mut tx, &files).await.unwrap();
    organisation::seed(&mut tx, &ORGANISATIONS).await.unwrap();
    let sites = venue::SeedFiles {
        sites: include_str!("../../../../../data/venue/sites.csv"),
        rooms: include_str!("../../../../../data/venue/rooms.csv"),
    };
    venue::seed(&mut tx, &sites).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = env.db.write().await.unwrap();
    let statements = [
        "INSERT INTO batch VALUES ('2021-01', '上半年', 'First half', '/demo', '2021-04-30', '2021-05-22',
            'published', 1, 0, 1)",
        "INSERT INTO batch_level VALUES ('2021-01', '4-07-03-04', '3', 'hr-2018', '企业人力资源管理师', 'HR',
            '三级/高级工', 'Level 3', 38000), ('2021-01', '4-07-03-04', '2', 'hr-2018', '企业人力资源管理师', 'HR',
            '二级/技师', 'Level 2', 48000), ('2021-01', '4-07-03-02', '3', 'lr-2018', '劳动关系协调员', 'LR',
            '三级/高级工', 'Level 3', 38000)",
        "INSERT INTO batch_component VALUES
            ('hr-3-t', '2021-01', '4-07-03-04', '3', 'hr-2018-3-theory', 'theory', 1, '理论', 'Theory', 'computer', 90, 6000, 1),
            ('hr-3-p', '2021-01', '4-07-03-04', '3', 'hr-2018-3-practical', 'practical', 2, '技能', 'Practical', 'on_site', 120, 6000, 2)",
        "INSERT INTO batch_point VALUES
            ('2021-01', '/demo/nancheng/point', '南城市报名点', 'Nancheng', 'site-nancheng'),
            ('2021-01', '/demo/xicheng/point', '锡城市报名点', 'Xicheng', 'site-nancheng'),
            ('2021-01', '/demo/yuntai/point', '云台市报名点', 'Yuntai', 'site-nancheng')",
    ];
    for statement in statements {
        on!(&mut tx, |conn| sqlx::query(statement).execute(conn).await.map(|_| ())).unwrap();
    }
    for (name, to) in [("registration", "2021-05-01 00:00"), ("review", "2021-05-04 00:00")] {
        let window = "INSERT INTO batch_window VALUES ('2021-01', $1, $2, $3)";
        on!(&mut tx, |conn| {
            let query = sqlx::query(window).bind(name).bind(at("2021-03-16 00:00")).bind(at(to));
            query.execute(conn).await.map(|_| ())
        })
        .unwrap();
    }
    tx.commit().await.unwrap();
}
