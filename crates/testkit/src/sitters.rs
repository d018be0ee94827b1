//! Thousands of people who are checked in, made from one who really is: only their rows are copied, so that
//! preparing them takes seconds.
//!
//! This is the one place of the crate that knows tables of a stage: the bench and the test of the storms both need
//! a hall that no run of clicks could fill.
use kernel::UnixMicros;
use sqlx::{QueryBuilder, SqlitePool, sqlite::SqliteConnectOptions};
use store::{Db, Tx, on};

/// Rows in one statement.
const IN_ONE: usize = 1_000;
/// Their sessions were last seen so long before the form opens, and end so long after it closes.
const SEEN_MINUTES_BEFORE: i64 = 10;
const HOURS_AFTER: i64 = 9;
/// The rolling hash of somebody who has answered nothing: 64 zeros.
const HEAD_LENGTH: usize = 64;

/// Names that everything else is copied under. It lives as long as the connection.
const SITTERS: &str =
    "CREATE TEMPORARY TABLE sitter (id TEXT PRIMARY KEY, session TEXT NOT NULL, csrf TEXT NOT NULL)";
const TEMPLATE: &str = "SELECT item_count, open_at, close_at FROM attempt WHERE id = $1";
const ACCOUNTS: &str =
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
    SELECT id, 'candidate', 'phone:' || id, '', 0, 0, 0 FROM sitter";
const SESSIONS: &str = "INSERT INTO session (token_hash, account_id, csrf, created_at, seen_at, expires_at)
    SELECT session, id, csrf, 0, $1, $2 FROM sitter";
/// Copies one attempt under other names, as it was before its candidate began. The values come from its own row;
/// the window, the head and its key are added.
const ATTEMPTS: &str = "INSERT INTO attempt (id, seat_id, batch_code, application_id, sitting_id, room_use_id, form_id,
    seat_label, admission_number, account_id, epoch, seat_session, state, item_count, acked_seq, open_at, close_at,
    chain_head)
    SELECT m.id, 'seat-' || m.id, t.batch_code, t.application_id, t.sitting_id, t.room_use_id, t.form_id, t.seat_label,
    t.admission_number, m.id, t.epoch, m.session, 'waiting', t.item_count, 0, ";
const CHECK_INS: &str = "INSERT INTO check_in (seat_id, application_id, sitting_id, checked_in_by, checked_in_at, code_hash, failed_tries)
    SELECT 'seat-' || m.id, 'application-' || m.id, t.sitting_id, c.checked_in_by, c.checked_in_at, m.session, 0
    FROM attempt t JOIN check_in c ON c.seat_id = t.seat_id JOIN sitter m ON t.id = ";
const MACHINES: &str = "INSERT INTO attempt_machine (attempt_id, session, epoch, since_at)
    SELECT m.id, m.session, t.epoch, t.open_at FROM attempt t JOIN sitter m ON t.id = ";

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

/// What is copied from one attempt.
#[derive(Debug, Clone, Copy)]
pub struct Copies<'a> {
    /// With what their names begin.
    pub name: &'a str,
    /// How many.
    pub count: usize,
    /// From when to when they work; as the one they are copied from when it is not said.
    pub window: Option<(UnixMicros, UnixMicros)>,
    /// What is stored of a session's token.
    pub hash: fn(&str) -> String,
}

/// Opens a database without looking at foreign keys: seats and applications of copies are only names.
///
/// # Panics
/// When it does not open.
pub async fn open_unchecked(database: &str) -> Db {
    match database.strip_prefix("sqlite:") {
        Some(file) => {
            let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
            let pool = SqlitePool::connect_with(options).await.expect("SQLite opens");
            Db::Sqlite { reader: pool.clone(), writer: pool }
        }
        None => Db::open(database).await.expect("PostgreSQL answers"),
    }
}

/// Begins a transaction in which foreign keys are not looked at either.
///
/// # Panics
/// When it cannot begin.
pub async fn write_unchecked(db: &Db) -> Tx {
    let mut tx = db.write().await.expect("a transaction begins");
    if let Tx::Postgres(tx) = &mut tx {
        let replica = sqlx::query("SET LOCAL session_replication_role = replica");
        replica.execute(&mut **tx).await.expect("the tests' user may do this");
    }
    tx
}

/// Copies the person who holds the attempt `template`; nobody serves the database meanwhile.
///
/// # Panics
/// When there is no such attempt, or a row cannot be written.
pub async fn multiply(database: &str, template: &str, copies: &Copies<'_>) -> Vec<Sitter> {
    let db = open_unchecked(database).await;
    let mut tx = write_unchecked(&db).await;
    let (items, opens, closes): (i64, UnixMicros, UnixMicros) =
        on!(&mut tx, |conn| sqlx::query_as(TEMPLATE).bind(template).fetch_one(conn).await)
            .expect("the attempt is there");
    let items = u64::try_from(items).expect("a form has items");
    let (opens, closes) = copies.window.unwrap_or((opens, closes));
    let named = |number| sitter(copies, number, items);
    let all: Vec<(Sitter, String)> = (0..copies.count).map(named).collect();
    name(&mut tx, &all).await;
    let (seen, ends) = (opens.plus_minutes(-SEEN_MINUTES_BEFORE), closes.plus_hours(HOURS_AFTER));
    on!(&mut tx, |conn| sqlx::query(SESSIONS).bind(seen).bind(ends).execute(conn).await.map(|_| ()))
        .expect("sessions are copied");
    let head = "0".repeat(HEAD_LENGTH);
    on!(&mut tx, |conn| {
        let mut query = QueryBuilder::new(ATTEMPTS);
        query.push_bind(opens).push(", ").push_bind(closes).push(", ").push_bind(&head);
        query.push(" FROM attempt t JOIN sitter m ON t.id = ").push_bind(template);
        query.build().execute(conn).await.map(|_| ())
    })
    .expect("attempts are copied");
    for statement in [CHECK_INS, MACHINES] {
        on!(&mut tx, |conn| {
            let mut query = QueryBuilder::new(statement);
            query.push_bind(template);
            query.build().execute(conn).await.map(|_| ())
        })
        .expect("check-ins and machines are copied");
    }
    tx.commit().await.expect("it is kept");
    db.close().await;
    all.into_iter().map(|(sitter, _)| sitter).collect()
}

/// Writes the names down, and an account for each.
async fn name(tx: &mut Tx, all: &[(Sitter, String)]) {
    on!(&mut *tx, |conn| sqlx::query(SITTERS).execute(conn).await.map(|_| ())).expect("a table is made");
    for some in all.chunks(IN_ONE) {
        on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new("INSERT INTO sitter (id, session, csrf) ");
            query.push_values(some, |mut row, (sitter, session)| {
                row.push_bind(&sitter.attempt).push_bind(session).push_bind(&sitter.csrf);
            });
            query.build().execute(conn).await.map(|_| ())
        })
        .expect("names are written");
    }
    on!(&mut *tx, |conn| sqlx::query(ACCOUNTS).execute(conn).await.map(|_| ())).expect("accounts are made");
}

/// One of them, and what is stored of the session.
fn sitter(copies: &Copies<'_>, number: usize, items: u64) -> (Sitter, String) {
    let attempt = format!("{}-{number:06}", copies.name);
    let token = format!("token-of-{attempt}");
    let (cookie, csrf) = (format!("kaogong={token}"), format!("csrf-of-{attempt}"));
    (Sitter { attempt, cookie, csrf, items }, (copies.hash)(&token))
}
