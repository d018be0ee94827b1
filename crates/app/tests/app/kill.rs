//! TR1: the server is killed while candidates save, again and again, and nothing it acknowledged is
//! lost, invented or replaced by something older.
//!
//! A candidate here is a thread that does what the exam client does: it numbers its changes, sends
//! those that are not acknowledged again as they were, and believes only an answer it has read to
//! its end. After each kill the rows are compared with what every candidate sent and was told. The
//! same run against a server that acknowledges before it commits must find losses.
mod judge;
mod saver;

use std::{
    collections::BTreeMap,
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

use self::{
    judge::{Faults, Held, judge},
    saver::Saver,
};
use crate::story::{self, did};

/// Kills on each engine. [own]: as many as fit into the minutes of a check.
const KILLS: usize = 30;
/// Candidates that save at the same time.
const SAVERS: usize = 14;
/// Kills within which the control must have lost something. [own]: a control that needs more says that the
/// kills miss the saves.
const CONTROL_KILLS: usize = 20;
/// A kill comes after 1 to this many acknowledgements of a round, so that it meets a cold server
/// as well as a busy one.
const ACKNOWLEDGEMENTS_MAX: u64 = 120;
/// And then up to this much later, so that it meets a group of saves at any point of its way.
const MICROSECONDS_MAX: u64 = 6_000;

/// Numbers from a seed.
pub struct Dice(SeededEntropy);

impl Dice {
    /// A number below `end`.
    pub fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }
}

/// One life of the server, from its start to its kill.
pub struct Round {
    /// Set at the kill: nobody begins another request.
    over: AtomicBool,
    /// Requests that are under way.
    under_way: AtomicI64,
    /// One message for each acknowledgement.
    acknowledged: mpsc::Sender<()>,
}

#[derive(Debug, Default)]
struct Count {
    kills: usize,
    told: i64,
    under_way: i64,
    cut_off: usize,
    faults: Faults,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let seed = std::env::var("TR1_SEED").map_or_else(|_| fresh_seed(), |text| text.parse().unwrap());
    println!("TR1_SEED={seed}");
    Server::each_at_once(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00", move |mut server| async move {
        tokio::task::block_in_place(|| one_engine(&mut server, seed));
    })
    .await;
    testkit::proves!("TR1", "kill -9 with saves under way loses no acknowledged answer, and a control does");
}

fn fresh_seed() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes)
}

fn one_engine(server: &mut Server, seed: u64) {
    let engine = server.engine;
    let dice = Dice(SeededEntropy::new(seed));
    let mut savers = sit_down(server, seed);
    let whole = kill_often(server, &mut savers, &dice, KILLS, &[]);
    println!("{engine}: {whole:?}");
    assert_eq!(whole.faults, Faults::default(), "{engine}, TR1_SEED={seed}");
    assert_eq!(whole.kills, KILLS, "{engine}");
    the_database_is_sound(server);
    let (is_whole, said) = server.command(&["verify", "log"]);
    assert!(is_whole, "{engine}: {said}");
    for saver in &mut savers {
        saver.moves_to(server.base());
        saver.is_shown_its_answers();
    }
    savers.drain(..2).for_each(Saver::hands_in);

    let control = kill_often(server, &mut savers, &dice, CONTROL_KILLS, &["--acknowledge-early"]);
    println!("{engine}, control that acknowledges before the commit: {control:?}");
    assert!(control.faults.lost > 0, "{engine}: the control lost nothing in {CONTROL_KILLS} kills");
}

/// Everybody sits down and begins.
fn sit_down(server: &mut Server, seed: u64) -> Vec<Saver> {
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
    let begin =
        |(browser, number)| Saver::begins(browser, Dice(SeededEntropy::new(seed.wrapping_add(number))));
    seats.into_iter().zip(1..).map(begin).collect()
}

/// Kills the server `times` times, or until something is found.
fn kill_often(server: &mut Server, savers: &mut [Saver], dice: &Dice, times: usize, flags: &[&str]) -> Count {
    let mut count = Count::default();
    server.start_again(flags);
    while count.kills < times && count.faults == Faults::default() {
        for saver in savers.iter_mut() {
            saver.moves_to(server.base());
        }
        let before: i64 = savers.iter().map(|saver| saver.told).sum();
        let (under_way, cut_off) = one_life(server, savers, dice);
        assert!(under_way > 0 && cut_off > 0, "{}: a kill met no save under way", server.engine);
        server.start_again(flags);
        count.kills += 1;
        count.told += savers.iter().map(|saver| saver.told).sum::<i64>() - before;
        count.under_way += under_way;
        count.cut_off += cut_off;
        count.faults += look(server, savers);
    }
    count
}

/// Candidates save until the server is killed; how many requests were under way then, and how many
/// candidates never got their answer.
fn one_life(server: &mut Server, savers: &mut [Saver], dice: &Dice) -> (i64, usize) {
    let (acknowledged, heard) = mpsc::channel();
    let round = Round { over: AtomicBool::new(false), under_way: AtomicI64::new(0), acknowledged };
    let (wait, pause) = (1 + dice.below(ACKNOWLEDGEMENTS_MAX), dice.below(MICROSECONDS_MAX));
    std::thread::scope(|scope| {
        let round = &round;
        let working: Vec<_> = savers.iter_mut().map(|saver| scope.spawn(|| saver.works(round))).collect();
        for _ in 0..wait {
            heard.recv_timeout(Duration::from_secs(60)).expect("the server goes on answering");
        }
        // Time passes without sleeping: whoever is told something meanwhile does not end the pause.
        let (_quiet, never) = mpsc::channel::<()>();
        let _ = never.recv_timeout(Duration::from_micros(pause));
        round.over.store(true, Ordering::SeqCst);
        let under_way = round.under_way.load(Ordering::SeqCst);
        server.stop();
        let cut_off = working.into_iter().map(|saver| saver.join().unwrap()).filter(|cut| *cut).count();
        (under_way, cut_off)
    })
}

/// Reads the rows through a connection of its own, opened only after the server has recovered them.
fn look(server: &Server, savers: &[Saver]) -> Faults {
    let held = tokio::runtime::Handle::current().block_on(async {
        let db = Db::open(&server.database).await.unwrap();
        let held = rows(&mut db.read().await.unwrap()).await;
        db.close().await;
        held
    });
    let mut faults = Faults::default();
    for saver in savers {
        faults += judge(&saver.sent, saver.told, &held[&saver.id]);
    }
    faults
}

async fn rows(tx: &mut Tx) -> BTreeMap<String, Held> {
    const ATTEMPTS: &str = "SELECT id, acked_seq, chain_head FROM attempt";
    const ANSWERS: &str = "SELECT attempt_id, item_no, seq, answer FROM answer";
    let attempts: Vec<(String, i64, String)> =
        on!(tx, |conn| sqlx::query_as(ATTEMPTS).fetch_all(conn).await).unwrap();
    let mut held: BTreeMap<String, Held> = attempts
        .into_iter()
        .map(|(id, acked_seq, chain_head)| (id, Held { acked_seq, chain_head, answers: BTreeMap::new() }))
        .collect();
    let answers: Vec<(String, i64, i64, String)> =
        on!(tx, |conn| sqlx::query_as(ANSWERS).fetch_all(conn).await).unwrap();
    for (attempt, no, seq, answer) in answers {
        held.get_mut(&attempt).unwrap().answers.insert(no, (seq, answer));
    }
    held
}

/// The engine checks its own files: every page on SQLite, every index against its table on
/// PostgreSQL.
fn the_database_is_sound(server: &Server) {
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
