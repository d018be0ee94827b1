//! A hall in which candidates save, and what is left of it after the server's end.
use std::{
    process::ExitStatus,
    sync::{
        atomic::{AtomicBool, AtomicI64, Ordering},
        mpsc,
    },
    time::Duration,
};

use kernel::{Entropy, SeededEntropy};
use rehearse::{Batch, sitting};
use store::{Db, Tx, on};
use testkit::Server;

use super::{
    invigilator::Invigilator,
    judge::{Faults, Held, judge},
    saver::Saver,
};
use crate::story::{self, did};

/// Candidates that save at the same time.
const SAVERS: usize = 14;
/// A kill comes after 1 to this many acknowledgements of a round, so that it meets a cold server
/// as well as a busy one.
const ACKNOWLEDGEMENTS_MAX: u64 = 24;
/// And then up to this much later, so that it meets a group of saves at any point of its way.
const MICROSECONDS_MAX: u64 = 6_000;

/// Of so many changes before the last acknowledged one the rows are read after each life; of those before they are
/// counted, and read once at the end. More than two requests can hold.
const RECENT: i64 = 500;

/// Nobody waits longer for a server that is well.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Numbers from a seed.
pub struct Dice(SeededEntropy);

impl Dice {
    /// The numbers of this seed.
    pub fn of(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// A number below `end`.
    pub fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }
}

/// One life of the server, from its start to its kill.
pub struct Life {
    /// Set at the kill: nobody begins another request.
    pub over: AtomicBool,
    /// Requests that are under way.
    pub under_way: AtomicI64,
    /// Requests that were answered with "again in a moment".
    pub put_off: AtomicI64,
    /// One message for each acknowledgement.
    pub acknowledged: mpsc::Sender<()>,
}

impl Life {
    /// A life, and where its acknowledgements are heard.
    pub fn begins() -> (Self, mpsc::Receiver<()>) {
        let (acknowledged, heard) = mpsc::channel();
        let (over, under_way, put_off) = (AtomicBool::new(false), AtomicI64::new(0), AtomicI64::new(0));
        (Self { over, under_way, put_off, acknowledged }, heard)
    }
}

/// So many acknowledgements come, and then so many microseconds pass.
pub fn after(heard: &mpsc::Receiver<()>, acknowledgements: u64, microseconds: u64) {
    for _ in 0..acknowledgements {
        heard.recv_timeout(PATIENCE).expect("the server goes on answering");
    }
    passes(Duration::from_micros(microseconds));
}

/// The seed that the variable names, else a new one; it is printed, so that the run can be repeated.
pub fn seed(variable: &str) -> u64 {
    let seed = std::env::var(variable).map_or_else(|_| fresh_seed(), |text| text.parse().unwrap());
    println!("{variable}={seed}");
    seed
}

fn fresh_seed() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes)
}

/// Who is at work in front of a server.
pub struct Hall {
    /// Candidates.
    pub savers: Vec<Saver>,
    /// Writes into the trail, where saves leave nothing.
    pub invigilator: Option<Invigilator>,
    /// The candidates think; only the invigilator works.
    pub quiet: bool,
}

impl Hall {
    /// Changes of which the candidates were told that they are kept.
    pub fn told(&self) -> i64 {
        self.savers.iter().map(|saver| saver.sent.told()).sum()
    }

    /// Requests of which they read an acknowledgement.
    pub fn acknowledgements(&self) -> i64 {
        self.savers.iter().map(|saver| saver.acknowledgements).sum()
    }

    /// Incidents of which the invigilator was told that they are written down.
    pub fn incidents_told(&self) -> i64 {
        self.invigilator.as_ref().map_or(0, |invigilator| invigilator.told)
    }

    /// Everybody works in front of the server at `base` while `watch` looks on, which ends the life. How many
    /// candidates were cut off within a request.
    pub fn works<T>(
        &mut self,
        base: &str,
        watch: impl FnOnce(&Life, &mpsc::Receiver<()>) -> T,
    ) -> (T, usize) {
        self.moves_to(base);
        let (life, heard) = Life::begins();
        let Self { savers, invigilator, quiet } = self;
        let savers = if *quiet { &mut [] } else { &mut savers[..] };
        std::thread::scope(|scope| {
            let life = &life;
            let working: Vec<_> = savers.iter_mut().map(|saver| scope.spawn(|| saver.works(life))).collect();
            invigilator.iter_mut().for_each(|one| drop(scope.spawn(|| one.works(life))));
            let seen = watch(life, &heard);
            let cut_off = working.into_iter().map(|saver| saver.join().unwrap()).filter(|cut| *cut).count();
            (seen, cut_off)
        })
    }

    /// Everybody stands before the server at this address.
    pub fn moves_to(&mut self, base: &str) {
        self.savers.iter_mut().for_each(|saver| saver.moves_to(base));
        self.invigilator.iter_mut().for_each(|invigilator| invigilator.moves_to(base));
    }
}

/// Everybody sits down and begins.
pub fn sit_down(server: &mut Server, seed: u64) -> Hall {
    let batch = did(Batch::founding());
    story::everything_before_the_exam(server, &batch);
    server.clock("2021-05-22 08:40");
    let invigilator = did(server.office().staff("invigilator1"));
    let room = did(sitting::computer_room(&invigilator, &batch));
    let numbers = did(sitting::numbers(server.office(), &batch));
    let members = batch.cast.members.iter().filter(|member| member.sits_at_a_computer()).take(SAVERS);
    let seats: Vec<_> = members
        .map(|member| {
            let code = did(sitting::check_in(&invigilator, &room, member));
            did(sitting::enter_hall(server.office(), did(numbers.of(member)), &code))
        })
        .collect();
    assert_eq!(seats.len(), SAVERS);
    server.clock("2021-05-22 09:00");
    let begin = |(browser, number)| Saver::begins(browser, Dice::of(seed.wrapping_add(number)));
    let writer = did(server.office().sign_in("invigilator1"));
    let invigilator = Some(Invigilator::enters(&writer, &room));
    Hall { savers: seats.into_iter().zip(1..).map(begin).collect(), invigilator, quiet: false }
}

/// How a life ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// By `SIGKILL`, after so many acknowledgements and then so many microseconds.
    Killed(u64, u64),
    /// By itself, as its disk is not what it was; or by `SIGKILL` after so many acknowledgements.
    ByItself(u64),
}

impl End {
    /// A kill at some moment.
    pub fn some_kill(dice: &Dice) -> Self {
        Self::Killed(1 + dice.below(ACKNOWLEDGEMENTS_MAX), dice.below(MICROSECONDS_MAX))
    }
}

/// How a life went.
#[derive(Debug, Clone, Copy)]
pub struct Lived {
    /// Requests that were under way at the end.
    pub under_way: i64,
    /// Candidates who never got their answer.
    pub cut_off: usize,
    /// How the process ended by itself.
    pub ended: Option<ExitStatus>,
}

/// Everybody works until the server's end.
pub fn one_life(server: &mut Server, hall: &mut Hall, end: End) -> Lived {
    let base = server.base().to_owned();
    let ((under_way, ended), cut_off) = hall.works(&base, |life, heard| match end {
        End::Killed(acknowledgements, microseconds) => {
            after(heard, acknowledgements, microseconds);
            life.over.store(true, Ordering::SeqCst);
            let under_way = life.under_way.load(Ordering::SeqCst);
            server.stop();
            (under_way, None)
        }
        End::ByItself(most) => {
            let mut acknowledgements = 0;
            let ended = loop {
                // An acknowledgement, or a moment in which none came.
                acknowledgements += u64::from(heard.recv_timeout(Duration::from_millis(5)).is_ok());
                let ended = server.has_ended();
                if ended.is_some() || acknowledgements >= most {
                    break ended;
                }
            };
            life.over.store(true, Ordering::SeqCst);
            let under_way = life.under_way.load(Ordering::SeqCst);
            server.stop();
            (under_way, ended)
        }
    });
    Lived { under_way, cut_off, ended }
}

/// Time passes without sleeping: whoever is told something meanwhile does not end the pause.
pub fn passes(time: Duration) {
    let (_quiet, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(time);
}

/// Holds the rows against what everybody was told: each of the last changes, and how many there are.
pub fn look(server: &Server, hall: &Hall) -> Faults {
    look_at(server, hall, RECENT)
}

/// Holds every row against it, from the first change on.
pub fn look_through(server: &Server, hall: &Hall) -> Faults {
    look_at(server, hall, i64::MAX)
}

/// Reads the rows through a connection of its own, opened only after the server has recovered them.
fn look_at(server: &Server, hall: &Hall, recent: i64) -> Faults {
    const INCIDENTS: &str = "SELECT COUNT(*) FROM trail_entry WHERE action = 'room.incident'";
    let (held, incidents) = tokio::runtime::Handle::current().block_on(async {
        let db = Db::open(&server.database).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let mut held = Vec::new();
        for saver in &hall.savers {
            held.push(rows(&mut tx, &saver.id, (saver.sent.told() - recent).max(0)).await);
        }
        let incidents: i64 =
            on!(&mut tx, |conn| sqlx::query_scalar(INCIDENTS).fetch_one(conn).await).unwrap();
        drop(tx);
        db.close().await;
        (held, incidents)
    });
    let mut faults = Faults::default();
    for (saver, held) in hall.savers.iter().zip(&held) {
        faults += judge(&saver.sent, held);
        faults.lost += i64::from(saver.has_gap);
    }
    if let Some(invigilator) = &hall.invigilator {
        faults.lost += (invigilator.told - incidents).max(0);
        faults.phantom += (incidents - invigilator.sent).max(0);
    }
    faults
}

async fn rows(tx: &mut Tx, attempt: &str, looked_up_to: i64) -> Held {
    const ATTEMPT: &str = "SELECT acked_seq, chain_head FROM attempt WHERE id = $1";
    const BEFORE: &str = "SELECT COUNT(*) FROM answer_change WHERE attempt_id = $1 AND seq <= $2";
    const CHANGES: &str = "SELECT seq, item_no, answer FROM answer_change WHERE attempt_id = $1 AND seq > $2";
    let (acked_seq, chain_head) =
        on!(&mut *tx, |conn| sqlx::query_as(ATTEMPT).bind(attempt).fetch_one(conn).await).unwrap();
    let counted_before = on!(&mut *tx, |conn| sqlx::query_scalar(BEFORE)
        .bind(attempt)
        .bind(looked_up_to)
        .fetch_one(conn)
        .await)
    .unwrap();
    let changes: Vec<(i64, i64, String)> =
        on!(tx, |conn| sqlx::query_as(CHANGES).bind(attempt).bind(looked_up_to).fetch_all(conn).await)
            .unwrap();
    let changes = changes.into_iter().map(|(seq, no, answer)| (seq, (no, answer))).collect();
    Held { acked_seq, chain_head, counted_before, changes, looked_up_to }
}

/// The engine checks its own files: every page on SQLite, every index against its table on
/// PostgreSQL.
pub fn the_database_is_sound(server: &Server) {
    const PAGES: &str = "PRAGMA integrity_check";
    const KEYS: &str = "PRAGMA foreign_key_check";
    const AMCHECK: &str = "CREATE EXTENSION IF NOT EXISTS amcheck";
    const INDEXES: &str = "SELECT CAST(COUNT(bt_index_check(c.oid, TRUE)) AS BIGINT) FROM pg_class c
                           JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace
                           WHERE c.relkind = 'i' AND a.amname = 'btree' AND n.nspname = 'public'";
    tokio::runtime::Handle::current().block_on(async {
        let db = Db::open(&server.database).await.unwrap();
        match &db {
            Db::Sqlite { writer, .. } => {
                let said: Vec<String> = sqlx::query_scalar(PAGES).fetch_all(writer).await.unwrap();
                assert_eq!(said, ["ok"]);
                assert_eq!(sqlx::query(KEYS).fetch_all(writer).await.unwrap().len(), 0);
            }
            Db::Postgres(pool) => {
                sqlx::query(AMCHECK).execute(pool).await.unwrap();
                let checked: i64 = sqlx::query_scalar(INDEXES).fetch_one(pool).await.unwrap();
                assert!(checked > 100, "{checked} indexes were checked");
            }
        }
        db.close().await;
    });
}
