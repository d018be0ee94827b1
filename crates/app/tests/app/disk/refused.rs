//! TR6: the disk refuses to sync, once. Nobody knows then what is on it: the server says so and ends, and its next
//! start finds everything that was acknowledged.
use testkit::tries;

use super::{Bench, number, the_log_is_whole};
use crate::kill::{
    hall::{End, look, one_life},
    judge::Faults,
};

/// How the process ends. Source: `EX_IOERR` of sysexits.h.
const EXIT: i32 = 74;
/// More acknowledgements after a refused sync than this say that the server goes on.
const GOES_ON: u64 = 100;

/// So many acknowledgements show that a weakened server goes on: the log is copied after a thousand pages.
fn goes_on_after(sync: &str) -> u64 {
    if sync == SYNCS[1] { 20 * GOES_ON } else { GOES_ON }
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Count {
    refused: usize,
    acknowledged: i64,
}

/// Syncs that the server itself waits for: of SQLite's log, of the database into which it is copied, of a file of the
/// trail, of a folder's names.
const SYNCS: [&str; 4] = ["kaogong.db-wal", "/kaogong.db", "/.checkpoint.new", "/log"];
/// Those that come only while somebody saves.
const WHILE_SAVED: [&str; 2] = [SYNCS[0], SYNCS[1]];

/// Refuses one sync after the other, each with a loss of power at the end of the process.
pub fn refuse_syncs(bench: &mut Bench) -> Count {
    let before = bench.hall.told();
    let mut count = Count::default();
    for _ in 0..tries(2, 40) {
        for sync in SYNCS {
            refuse(bench, sync);
            count.refused += 1;
        }
    }
    count.acknowledged = bench.hall.told() - before;
    println!("{count:?}");
    count
}

fn refuse(bench: &mut Bench, sync: &str) {
    let Bench { server, disk, hall, .. } = bench;
    server.start_again(&[]);
    let refused = disk.refused();
    hall.quiet = !WHILE_SAVED.contains(&sync);
    disk.refuses_sync(sync);
    let lived = one_life(server, hall, End::ByItself(u64::MAX));
    hall.quiet = false;
    assert_eq!(disk.refused() - refused, 1, "{sync}");
    let said = server.said();
    assert_eq!(lived.ended.and_then(|ended| ended.code()), Some(EXIT), "{sync}: {said}");
    assert!(said.contains("the disk does not keep what is written to it"), "{sync}: {said}");
    disk.loses_power();
    server.start_again(&[]);
    assert_eq!(look(server, hall), Faults::default(), "{sync}, TR2_SEED={}", bench.seed);
    the_log_is_whole(server);
}

/// Notes the promise, after a server that goes on was seen to go on.
pub fn kept(bench: &mut Bench, whole: Count) {
    let Bench { server, disk, hall, .. } = bench;
    let mut goes_on = 0;
    for sync in WHILE_SAVED {
        server.start_again(&["--weaken", "refused-sync"]);
        // What fails before the first answer is fatal in any case.
        assert_eq!(server.browser().get("/notices").status, 200);
        let refused = disk.refused();
        disk.refuses_sync(sync);
        let lived = one_life(server, hall, End::ByItself(goes_on_after(sync)));
        assert_eq!(disk.refused() - refused, 1, "{sync}");
        goes_on += usize::from(lived.ended.is_none());
    }
    testkit::Promise::of("TR6", "sqlite", module_path!())
        .seed(bench.seed)
        .count("refused syncs", whole.refused)
        .count("acknowledged", number(whole.acknowledged))
        .count("lost", 0)
        .control("goes on after a refused sync", goes_on)
        .kept();
}
