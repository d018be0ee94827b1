//! TR4: the disk is full while candidates save, and then it has space again. Who saves meanwhile is asked to come
//! again, who reads reads on, and the server needs no start to go on.
use std::{sync::atomic::Ordering, time::Duration};

use testkit::{Server, tries};

use super::{Bench, missing, number, the_log_is_whole};
use crate::kill::{
    hall::{PATIENCE, look, passes},
    judge::Faults,
};

/// The disk holds at most this much more. [own]: SQLite's log is full after 4 MB.
const SPACE_MOST: u64 = 400_000;
/// So many requests are put off before there is space again.
const PUT_OFF: i64 = 30;
/// Rounds within which the control must have lost something.
const CONTROL_ROUNDS: usize = 20;
/// How long it may take until somebody is acknowledged again. Source: the promise.
const RECOVERS_WITHIN: Duration = Duration::from_secs(10);

/// What was seen.
#[derive(Debug, Default)]
pub struct Count {
    times: usize,
    put_off: i64,
    acknowledged: i64,
}

/// Fills the disk again and again.
pub fn fill_up(bench: &mut Bench) -> Count {
    let mut count = Count::default();
    let before = bench.hall.told();
    bench.server.start_again(&[]);
    for _ in 0..tries(5, 50) {
        let space = bench.dice.below(SPACE_MOST);
        count.put_off += fill_up_once(bench, space);
        count.times += 1;
        let said = bench.server.said();
        assert!(bench.server.has_ended().is_none(), "it ended on a full disk: {said}");
        assert_eq!(look(&bench.server, &bench.hall), Faults::default(), "TR2_SEED={}", bench.seed);
    }
    the_log_becomes_whole(&bench.server);
    count.acknowledged = bench.hall.told() - before;
    println!("{count:?}");
    count
}

/// A checkpoint that could be signed and not be published is published when the log goes on, a second later.
fn the_log_becomes_whole(server: &Server) {
    for _ in 0..50 {
        if server.command(&["verify", "log"]).0 {
            return;
        }
        passes(Duration::from_millis(200));
    }
    the_log_is_whole(server);
}

/// How many requests were put off.
fn fill_up_once(bench: &mut Bench, space: u64) -> i64 {
    let Bench { server, disk, hall, .. } = bench;
    let (base, reader) = (server.base().to_owned(), server.browser());
    let refused = disk.refused();
    disk.fills_up_after(i64::try_from(space).unwrap());
    let (put_off, _) = hall.works(&base, |life, heard| {
        let full = || life.put_off.load(Ordering::SeqCst) >= PUT_OFF;
        while !full() {
            // An acknowledgement, or a moment in which none came.
            let _ = heard.recv_timeout(Duration::from_millis(5));
        }
        assert!(disk.refused() > refused);
        assert_eq!(reader.get("/notices").status, 200, "the public reads on");
        disk.has_space();
        let put_off = life.put_off.load(Ordering::SeqCst);
        while heard.try_recv().is_ok() {}
        heard.recv_timeout(RECOVERS_WITHIN).expect("it goes on as soon as there is space");
        for _ in 0..20 {
            heard.recv_timeout(PATIENCE).expect("it goes on");
        }
        life.over.store(true, Ordering::SeqCst);
        put_off
    });
    hall.savers.iter().for_each(|saver| saver.is_shown_its_answers());
    put_off
}

/// Notes the promise, after a server that acknowledges too early has lost something on a full disk.
pub fn kept(bench: &mut Bench, whole: Count) {
    let Bench { server, disk, hall, .. } = bench;
    server.start_again(&["--acknowledge-early"]);
    disk.fills_up_after(0);
    let (base, mut faults) = (server.base().to_owned(), Faults::default());
    // Not every commit needs space: SQLite's log may be written over for a while.
    for _ in 0..CONTROL_ROUNDS {
        hall.works(&base, |life, heard| {
            for _ in 0..PUT_OFF {
                // An acknowledgement, or a moment in which none came.
                let _ = heard.recv_timeout(Duration::from_millis(20));
            }
            life.over.store(true, Ordering::SeqCst);
        });
        faults = look(server, hall);
        if faults != Faults::default() {
            break;
        }
    }
    disk.has_space();
    println!("control that acknowledges before the commit: {faults:?}");
    testkit::Promise::of("TR4", "sqlite", module_path!())
        .seed(bench.seed)
        .count("times full", whole.times)
        .count("requests put off", number(whole.put_off))
        .count("acknowledged", number(whole.acknowledged))
        .count("lost", 0)
        .control("acknowledges before the commit", missing(faults))
        .kept();
}
