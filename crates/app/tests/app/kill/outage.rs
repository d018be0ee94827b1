//! TR1 on PostgreSQL: its server is stopped at once, again and again, while candidates save. Ours stays up, asks
//! everybody to come again, and goes on by itself as soon as there is a database; nothing acknowledged is lost.
//!
//! The cluster is the test's own and keeps what it commits ([`testkit::postgres`]): the one that all tests share would
//! take everybody else along. In it stands a whole batch of the story, with candidates who are copies of one of its
//! people. The control is the same cluster, told to acknowledge before its log is written.
use std::{
    sync::{atomic::Ordering, mpsc},
    time::Duration,
};

use identity::session::hash;
use kernel::UnixMicros;
use rehearse::Browser;
use testkit::{
    Kept, Promise, Server, ask,
    postgres::Cluster,
    sitters::{Copies, Sitter, multiply},
    tries,
};
use tokio::{runtime::Handle, task::block_in_place};

use super::{
    hall::{Dice, Hall, Life, PATIENCE, after, look, look_through, passes, seed, the_database_is_sound},
    judge::Faults,
    saver::Saver,
};
use crate::{
    access::{Moment, worlds},
    story::did,
};

/// Candidates that save at the same time.
const SAVERS: usize = 8;
/// Somebody whose rows are copied, and from when to when the copies work.
const TEMPLATE: &str = "SELECT id FROM attempt WHERE state = 'handed_in' ORDER BY id LIMIT 1";
const OPENS: &str = "2021-06-03 14:30";
const CLOSES: &str = "2021-06-03 23:00";

/// PostgreSQL is stopped after 1 to this many acknowledgements.
const ACKNOWLEDGEMENTS_MAX: u64 = 24;
/// And then up to this much later.
const MICROSECONDS_MAX: u64 = 6_000;
/// So many requests are put off before it is started again.
const PUT_OFF: i64 = 20;
/// How long it may take until somebody is put off, and until somebody is acknowledged again. [own]: a request waits
/// fifteen seconds for a connection before it is told to come again.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);
/// What is acknowledged before that counts as going on.
const GOES_ON: usize = 20;

/// Stops within which the control must have lost something.
const CONTROL_STOPS: usize = 20;
/// PostgreSQL answers before its log is written, and writes it when it has nothing else to do.
const LYING: &[&str] = &["synchronous_commit=off", "wal_writer_delay=10000", "wal_writer_flush_after=1GB"];

/// How often the log is looked at until it is whole: what waits gets its place once a second.
const LOOKS_AT_THE_LOG: usize = 50;

/// What was seen.
#[derive(Debug, Default)]
struct Count {
    stops: usize,
    with_saves: usize,
    put_off: i64,
    acknowledged: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_postgresql_is_stopped_at_once() {
    let seed = seed("TR1_SEED");
    let Some(world) = worlds().await.iter().find(|world| world.engine == "postgres") else { return };
    // A copy of its own is dumped: whoever copies the world's database needs to be alone with it.
    let kept = world.end().again().await;
    block_in_place(|| {
        let cluster = Cluster::start();
        cluster.takes_copy_of(&kept.database);
        let kept = Kept { database: cluster.url(), ..kept };
        let sitters = Handle::current().block_on(copied(&kept));
        let server = Server::on(env!("CARGO_BIN_EXE_kaogong"), &kept, Moment::Certified.clock());
        tried(&cluster, server, &sitters, seed);
    });
    testkit::proves!(
        "TR1",
        "an immediate stop of PostgreSQL loses no acknowledged answer, and the server goes on by itself"
    );
}

/// Candidates who may begin.
async fn copied(kept: &Kept) -> Vec<Sitter> {
    let db = kept.open().await;
    let template = ask(&db, TEMPLATE).await.concat();
    db.close().await;
    let at = |text: &str| UnixMicros::parse_text(text).unwrap();
    let copies = Copies { name: "outage", count: SAVERS, window: Some((at(OPENS), at(CLOSES))), hash };
    multiply(&kept.database, &template, &copies).await
}

fn tried(cluster: &Cluster, mut server: Server, sitters: &[Sitter], seed: u64) {
    let dice = Dice::of(seed);
    let mut hall = sits_down(&server, sitters, seed);
    let (mut count, process) = (Count::default(), server.process());
    for _ in 0..tries(4, 200) {
        stop_once(cluster, &server, &mut hall, &dice, &mut count);
        assert!(server.has_ended().is_none(), "it ended with its database: {}", server.said());
        assert_eq!(look(&server, &hall), Faults::default(), "TR1_SEED={seed}");
        hall.savers.iter().for_each(Saver::is_shown_its_answers);
    }
    count.acknowledged = hall.told();
    println!("postgres: {count:?}");
    assert_eq!(look_through(&server, &hall), Faults::default(), "from the first change on, TR1_SEED={seed}");
    assert!(count.with_saves * 2 > count.stops, "few stops met a save under way: {count:?}");
    assert_eq!(server.process(), process, "nobody has started it again");
    the_log_becomes_whole(&server);
    the_database_is_sound(&server);

    let control = control(cluster, &server, &mut hall, &dice);
    println!("postgres, control that answers before its log is written: {control:?}");
    Promise::of("TR1", "postgres", module_path!())
        .seed(seed)
        .count("immediate stops of PostgreSQL", count.stops)
        .count("stops with saves in flight", count.with_saves)
        .count("requests put off", number(count.put_off))
        .count("acknowledged", number(count.acknowledged))
        .count("lost", 0)
        .count("phantom", 0)
        .control("synchronous_commit = off", number(control.lost))
        .kept();
}

/// Everybody begins.
fn sits_down(server: &Server, sitters: &[Sitter], seed: u64) -> Hall {
    let begin = |(sitter, number): (&Sitter, u64)| {
        let browser = did(Browser::new(server.base()).with_cookie(&sitter.cookie));
        let known = (sitter.attempt.clone(), sitter.csrf.clone());
        Saver::starts(browser, known, Dice::of(seed.wrapping_add(number)))
    };
    Hall { savers: sitters.iter().zip(1..).map(begin).collect(), invigilator: None, quiet: false }
}

/// Candidates save; in the middle of it PostgreSQL is stopped and, when everybody was told to come again, started.
fn stop_once(cluster: &Cluster, server: &Server, hall: &mut Hall, dice: &Dice, count: &mut Count) {
    let reader = server.browser();
    let ((under_way, put_off), cut_off) = hall.works(server.base(), |life, heard| {
        let under_way = stops(cluster, life, heard, dice);
        let before = life.put_off.load(Ordering::SeqCst);
        until(|| life.put_off.load(Ordering::SeqCst) - before >= PUT_OFF);
        let page = reader.get("/notices");
        assert_eq!((page.status, page.retry_after.is_some()), (503, true), "{}", page.text());
        cluster.starts(&[]);
        while heard.try_recv().is_ok() {}
        heard.recv_timeout(ANSWERS_WITHIN).expect("it goes on as soon as there is a database");
        for _ in 0..GOES_ON {
            heard.recv_timeout(PATIENCE).expect("it goes on");
        }
        life.over.store(true, Ordering::SeqCst);
        (under_way, life.put_off.load(Ordering::SeqCst))
    });
    assert_eq!(cut_off, 0, "everybody gets an answer");
    count.stops += 1;
    count.with_saves += usize::from(under_way > 0);
    count.put_off += put_off;
}

/// PostgreSQL ends at some moment after the first acknowledgement; how many requests were under way.
fn stops(cluster: &Cluster, life: &Life, heard: &mpsc::Receiver<()>, dice: &Dice) -> i64 {
    after(heard, 1 + dice.below(ACKNOWLEDGEMENTS_MAX), dice.below(MICROSECONDS_MAX));
    let under_way = life.under_way.load(Ordering::SeqCst);
    cluster.stops_at_once();
    under_way
}

/// Waits until it is so.
fn until(is_so: impl Fn() -> bool) {
    let look_every = Duration::from_millis(5);
    let looks = ANSWERS_WITHIN.as_millis() / look_every.as_millis();
    for _ in 0..looks {
        if is_so() {
            return;
        }
        passes(look_every);
    }
    panic!("nobody is told to come again while there is no database");
}

/// The same judge, before a PostgreSQL that acknowledges too early.
fn control(cluster: &Cluster, server: &Server, hall: &mut Hall, dice: &Dice) -> Faults {
    cluster.stops_at_once();
    cluster.starts(LYING);
    for stop in 1..=CONTROL_STOPS {
        hall.works(server.base(), |life, heard| {
            stops(cluster, life, heard, dice);
            life.over.store(true, Ordering::SeqCst);
            cluster.starts(LYING);
        });
        let faults = look(server, hall);
        println!("control: after {stop} stops {faults:?}");
        if faults != Faults::default() {
            return faults;
        }
    }
    Faults::default()
}

/// Entries that wait get their place when the log goes on, a second later.
fn the_log_becomes_whole(server: &Server) {
    for _ in 0..LOOKS_AT_THE_LOG {
        if server.command(&["verify", "log"]).0 {
            return;
        }
        passes(Duration::from_millis(200));
    }
    let (is_whole, said) = server.command(&["verify", "log"]);
    assert!(is_whole, "{said}");
}

fn number(count: i64) -> usize {
    usize::try_from(count).unwrap()
}
