//! Twelve thousand people who are checked in, made from one who really is: only their rows are copied, so that
//! preparing them takes seconds.
use identity::session::hash;
use kernel::UnixMicros;
use rehearse::{Crowd, rehearsal, sitting};
use sqlx::{QueryBuilder, Row as _, SqlitePool, sqlite::SqliteConnectOptions};
use store::{Db, Tx, on};
use testkit::Server;

/// Rows in one statement.
const IN_ONE: usize = 1_000;
/// Copies one attempt under other names. The values of the template come from its own row.
const ATTEMPTS: &str = "INSERT INTO attempt (id, seat_id, batch_code, application_id, sitting_id, room_use_id, form_id,
    seat_label, admission_number, account_id, epoch, seat_session, state, open_at, close_at, item_count, acked_seq, chain_head)
    SELECT m.id, 'seat-' || m.id, t.batch_code, t.application_id, t.sitting_id, t.room_use_id, t.form_id, t.seat_label,
    t.admission_number, m.id, t.epoch, m.session, 'waiting', t.open_at, t.close_at, t.item_count, 0, t.chain_head
    FROM attempt t JOIN bench_sitter m ON t.id = ";
const CHECK_INS: &str = "INSERT INTO check_in (seat_id, application_id, sitting_id, checked_in_by, checked_in_at, code_hash, failed_tries)
    SELECT 'seat-' || m.id, 'application-' || m.id, t.sitting_id, c.checked_in_by, c.checked_in_at, m.session, 0
    FROM attempt t JOIN check_in c ON c.seat_id = t.seat_id JOIN bench_sitter m ON t.id = ";
const ACCOUNTS: &str =
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
    SELECT id, 'candidate', 'phone:' || id, '', 0, 0, 0 FROM bench_sitter";
const SESSIONS: &str = "INSERT INTO session (token_hash, account_id, csrf, created_at, seen_at, expires_at)
    SELECT session, id, csrf, 0, $1, $2 FROM bench_sitter";
const MACHINES: &str = "INSERT INTO attempt_machine (attempt_id, session, epoch, since_at)
    SELECT m.id, m.session, t.epoch, t.open_at FROM attempt t JOIN bench_sitter m ON t.id = ";
const SITTERS: &str =
    "CREATE TABLE bench_sitter (id TEXT PRIMARY KEY, session TEXT NOT NULL, csrf TEXT NOT NULL)";
const ITEMS: &str = "SELECT item_count FROM attempt WHERE id = $1";
const COUNTED: &str = "SELECT COUNT(*) FROM answer_change";

/// Somebody at a machine, as their browser knows them.
#[derive(Debug, Clone)]
pub struct Sitter {
    /// Key of the attempt.
    pub attempt: String,
    /// The session's cookie.
    pub cookie: String,
    /// What every request must bring along.
    pub csrf: String,
    /// Items of the form.
    pub items: u64,
}

/// One person of the rehearsal is let in and sits down; the key of the attempt.
pub fn template(server: &mut Server) -> String {
    server.clock("2021-05-22 08:40");
    let office = server.office();
    let crowd = Crowd::read(60, 1).unwrap();
    let batch = rehearsal::batch(&crowd).unwrap();
    let invigilator = office.staff("invigilator1").unwrap();
    for room in sitting::rooms(&invigilator, &batch).unwrap() {
        let page = invigilator.open(&room).unwrap();
        if !page.has_form("/check-in") {
            continue;
        }
        let row = page.rows().into_iter().find(|row| row.form("/check-in").is_ok()).unwrap();
        let number = row.all("small.mono").into_iter().next().unwrap();
        let shown = invigilator.submit(&row.form("/check-in").unwrap()).unwrap();
        let code = shown.all(".code").into_iter().next().unwrap();
        let browser = sitting::enter_hall(office, &number, &code).unwrap();
        let path = browser.last_path();
        return path.rsplit('/').next().unwrap().to_owned();
    }
    panic!("nobody of the rehearsal sits at a computer")
}

fn sitter(number: usize, items: u64) -> (Sitter, String) {
    let id = format!("sitter-{number:06}");
    let token = format!("token-of-{id}");
    let sitter = Sitter {
        attempt: id.clone(),
        cookie: format!("kaogong={token}"),
        csrf: format!("csrf-of-{id}"),
        items,
    };
    (sitter, hash(&token))
}

/// Opens the database without its foreign keys: seats and applications of copies are only names.
pub async fn open(database: &str) -> Db {
    match database.strip_prefix("sqlite:") {
        Some(file) => {
            let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
            let pool = SqlitePool::connect_with(options).await.unwrap();
            Db::Sqlite { reader: pool.clone(), writer: pool }
        }
        None => Db::open(database).await.unwrap(),
    }
}

/// Copies the person `count` times.
pub async fn multiply(database: &str, template: &str, count: usize) -> Vec<Sitter> {
    let db = open(database).await;
    let mut tx = db.write().await.unwrap();
    if let Tx::Postgres(tx) = &mut tx {
        sqlx::query("SET LOCAL session_replication_role = replica").execute(&mut **tx).await.unwrap();
    }
    on!(&mut tx, |conn| sqlx::query(SITTERS).execute(conn).await.map(|_| ())).unwrap();
    let items: i64 =
        on!(&mut tx, |conn| sqlx::query_scalar(ITEMS).bind(template).fetch_one(conn).await).unwrap();
    let items = u64::try_from(items).unwrap();
    let all: Vec<(Sitter, String)> = (0..count).map(|number| sitter(number, items)).collect();
    for some in all.chunks(IN_ONE) {
        on!(&mut tx, |conn| {
            let mut query = QueryBuilder::new("INSERT INTO bench_sitter ");
            query.push_values(some, |mut row, (sitter, session)| {
                row.push_bind(&sitter.attempt).push_bind(session).push_bind(&sitter.csrf);
            });
            query.build().execute(conn).await.map(|_| ())
        })
        .unwrap();
    }
    on!(&mut tx, |conn| sqlx::query(ACCOUNTS).execute(conn).await.map(|_| ())).unwrap();
    let (seen, expires) = (at("2021-05-22 08:50"), at("2021-05-22 20:00"));
    on!(&mut tx, |conn| sqlx::query(SESSIONS).bind(seen).bind(expires).execute(conn).await.map(|_| ()))
        .unwrap();
    for statement in [ATTEMPTS, CHECK_INS, MACHINES] {
        on!(&mut tx, |conn| {
            let mut query = QueryBuilder::new(statement);
            query.push_bind(template);
            query.build().execute(conn).await.map(|_| ())
        })
        .unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await;
    all.into_iter().map(|(sitter, _)| sitter).collect()
}

fn at(text: &str) -> UnixMicros {
    UnixMicros::parse_text(text).unwrap()
}

/// How many changes the database holds.
pub async fn counted(database: &str) -> usize {
    let db = open(database).await;
    let mut tx = db.read().await.unwrap();
    let count: i64 =
        on!(&mut tx, |conn| sqlx::query(COUNTED).fetch_one(conn).await.map(|row| row.get(0))).unwrap();
    drop(tx);
    db.close().await;
    usize::try_from(count).unwrap()
}
