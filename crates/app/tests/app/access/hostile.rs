//! Somebody between the story's browsers and the server: before a change of each kind is sent for the first time,
//! forged ones are tried (TS12), the same one while the trail cannot be written (TS17), and the same one with
//! fields that nobody asked for (TS4). What is refused must have changed no row.
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use app::route_of;
use store::Db;
use testkit::{Answer, Going, Watch, run};
use tokio::runtime::Handle;

use super::{
    body::{self, Token},
    rows::{self, Table},
};

/// How often changes of one kind are tried until one is right.
const TRIES_MAX: usize = 6;

/// What rightly is there before the entry is written: wrong tries are counted; bulk work lies in rows that nobody
/// reads until a last one, written with the entry, puts it in force.
const BEFORE_THE_ENTRY: [(&str, &str); 11] = [
    ("/my-account/password", "account"),
    ("/hall", "check_in"),
    ("/batches/{code}/scores/entries/workbook", "score_import"),
    ("/batches/{code}/scores/entries/workbook", "score_import_row"),
    ("/batches/{code}/scores/practical/workbook", "score_import"),
    ("/batches/{code}/scores/practical/workbook", "score_import_row"),
    ("/batches/{code}/scores/panel/workbook", "score_import"),
    ("/batches/{code}/scores/panel/workbook", "score_import_row"),
    ("/batches/{code}/certificates/issue/decision", "certificate_order"),
    ("/batches/{code}/announcements", "announcement"),
    ("/batches/{code}/announcements", "announcement_recipient"),
];

/// What became of what was tried, by route.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Forged changes that were refused.
    pub forged: BTreeMap<&'static str, usize>,
    /// Routes to which browsers send no token, because nobody is signed in there.
    pub tokenless: BTreeSet<&'static str>,
    /// Routes that failed as a whole while the trail could not be written.
    pub fails_whole: BTreeSet<&'static str>,
    /// Routes that did their work all the same, with the tables in which rows changed.
    pub unlogged: BTreeMap<&'static str, BTreeSet<String>>,
    /// Routes that were sent fields nobody asked for, with how many, and whether the change was made.
    pub extras: BTreeMap<&'static str, (usize, bool)>,
    /// What is wrong, one sentence each.
    pub faults: Vec<String>,
    tries: BTreeMap<&'static str, usize>,
}

/// The one in between, for one server.
pub struct Hostile {
    db: Db,
    tables: Vec<Table>,
    found: Mutex<Found>,
}

impl Hostile {
    /// Between the browsers and the server on this database; readies the trail to be broken.
    pub async fn at(database: &str) -> Self {
        let db = Db::open(database).await.unwrap();
        let tables = rows::tables(&db).await;
        run(&db, &breakable(&db, REFUSED)).await;
        Self { db, tables, found: Mutex::default() }
    }

    /// What was found, once nothing is sent any more; leaves the database as a product's.
    pub async fn ends(&self) -> Found {
        run(&self.db, &mended(&self.db)).await;
        self.db.close().await;
        self.found.lock().unwrap().clone()
    }

    fn prints(&self) -> BTreeMap<String, u64> {
        Handle::current().block_on(rows::prints_at_work(&self.db, &self.tables))
    }

    fn switch(&self, broken: i64) {
        let set = format!("UPDATE {} SET broken = {broken}", rows::SWITCH);
        Handle::current().block_on(run(&self.db, &[set]));
    }

    fn tokens(&self) -> Vec<String> {
        Handle::current().block_on(rows::values(&self.db, "session", "csrf"))
    }
}

/// What happens to an entry of the trail while it is broken: the statement fails, or (the control) the entry is
/// dropped without a word.
pub const REFUSED: [&str; 2] = ["SELECT RAISE(ABORT, 'no trail')", "RAISE EXCEPTION 'no trail'"];
/// The control.
pub const DROPPED: [&str; 2] = ["SELECT RAISE(IGNORE)", "RETURN NULL"];
/// Where an entry and its place in the queue of the log are written.
const TRAIL: [&str; 2] = ["trail_entry", "trail_pending"];

/// Statements that let a test break the trail.
pub fn breakable(db: &Db, [on_sqlite, on_postgres]: [&str; 2]) -> Vec<String> {
    let switch = rows::SWITCH;
    let mut all =
        vec![format!("CREATE TABLE {switch} (broken BIGINT)"), format!("INSERT INTO {switch} VALUES (0)")];
    if let Db::Postgres(_) = db {
        all.push(format!(
            "CREATE FUNCTION no_trail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF (SELECT broken FROM {switch}) = 1 THEN {on_postgres}; END IF; RETURN NEW; END $$"
        ));
    }
    all.extend(TRAIL.map(|table| match db {
        Db::Sqlite { .. } => format!(
            "CREATE TRIGGER no_{table} BEFORE INSERT ON {table}
             WHEN (SELECT broken FROM {switch}) = 1 BEGIN {on_sqlite}; END"
        ),
        Db::Postgres(_) => format!(
            "CREATE TRIGGER no_{table} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_trail()"
        ),
    }));
    all
}

fn mended(db: &Db) -> Vec<String> {
    let mut all = TRAIL
        .map(|table| match db {
            Db::Sqlite { .. } => format!("DROP TRIGGER no_{table}"),
            Db::Postgres(_) => format!("DROP TRIGGER no_{table} ON {table}"),
        })
        .to_vec();
    if let Db::Postgres(_) = db {
        all.push("DROP FUNCTION no_trail()".to_owned());
    }
    all.push(format!("DROP TABLE {}", rows::SWITCH));
    all
}

impl Watch for Hostile {
    fn before(
        &self,
        going: &Going,
        send: &dyn Fn(&Going) -> rehearse::Result<Answer>,
        in_its_place: &dyn Fn(&Going) -> rehearse::Result<Answer>,
    ) -> Option<Answer> {
        let route = route_of("POST", &going.path)?;
        let mut found = self.found.lock().unwrap();
        let is_done = found.fails_whole.contains(route);
        let tries = found.tries.entry(route).or_default();
        if is_done || *tries >= TRIES_MAX {
            return None;
        }
        *tries += 1;
        let is_first = *tries == 1;
        let before = self.prints();
        if is_first {
            forge(&mut found, route, going, &self.tokens(), send);
        }
        let send = |going: &Going| send(going).unwrap_or_else(|fault| panic!("{fault}"));
        self.switch(1);
        let answer = send(&body::under_another_id(going));
        self.switch(0);
        let status = answer.status().as_u16();
        let changed = rows::changed(&before, &self.prints());
        if status < 400 {
            // Shown again to be confirmed, or asked only: nothing to be written down yet.
            let unlogged = found.unlogged.entry(route).or_default();
            unlogged.extend(changed);
            return Some(answer);
        }
        let is_known = |table: &String| BEFORE_THE_ENTRY.contains(&(route, table.as_str()));
        if !changed.iter().all(is_known) {
            found.faults.push(format!("{route} said {status} without a trail and changed {changed:?}"));
        }
        if status < 500 {
            return None;
        }
        found.fails_whole.insert(route);
        let (other, count) = body::with_extras(going, &self.tables)?;
        let answer = in_its_place(&other).unwrap_or_else(|fault| panic!("{fault}"));
        let status = answer.status().as_u16();
        found.extras.insert(route, (count, status < 400));
        if status < 400 {
            return Some(answer);
        }
        let mut changed = rows::changed(&before, &self.prints());
        changed.retain(|table| !BEFORE_THE_ENTRY.contains(&(route, table.as_str())));
        if status >= 500 || !changed.is_empty() {
            found.faults.push(format!("{route} with extra fields said {status} and changed {changed:?}"));
        }
        None
    }
}

/// Sends what no page of this session would: without its token, with another's, from another site.
fn forge(
    found: &mut Found,
    route: &'static str,
    going: &Going,
    tokens: &[String],
    send: &dyn Fn(&Going) -> rehearse::Result<Answer>,
) {
    // Where a page comes from is asked before its body is read; a small one is not cut off on its way.
    let mut forged: Vec<(&str, Going)> =
        ["cross-site", "same-site"].map(|site| (site, Going { site, ..body::token_alone(going) })).to_vec();
    match body::token(going) {
        Token::None => {
            found.tokenless.insert(route);
        }
        Token::Is(own) => {
            // The token names its session, and behind a full stop the page.
            let session = |token: &str| token.split('.').next().unwrap_or_default().to_owned();
            let is_other = |token: &&String| session(token) != session(&own);
            let other = tokens.iter().find(is_other).map_or("another", String::as_str);
            forged.push(("no token", body::with_token(going, &own, "")));
            forged.push(("another's token", body::with_token(going, &own, other)));
        }
    }
    for (how, one) in forged {
        // A server that refused a body unread has closed the connection; browsers try once more.
        let answer = send(&one).or_else(|_| send(&one)).unwrap_or_else(|fault| panic!("{fault}"));
        let status = answer.status().as_u16();
        if is_refused_as_forged(status) {
            *found.forged.entry(route).or_default() += 1;
        } else {
            found.faults.push(format!("{route}: {how} said {status}"));
        }
    }
}

/// The judge of forged changes.
pub fn is_refused_as_forged(status: u16) -> bool {
    status == 403
}
