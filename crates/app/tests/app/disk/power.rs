//! TR2: the power goes. What was written and not synced is gone, or is there in pieces; what was acknowledged is
//! there, and the trail's log goes on from where it was signed.
use std::{collections::BTreeSet, fs, path::Path};

use testkit::tries;

use super::{Bench, missing, number, the_log_is_whole};
use crate::kill::{
    hall::{End, look, look_through, one_life, the_database_is_sound},
    judge::Faults,
};

/// Losses of power within which a control must have lost something.
const CONTROL_LOSSES: usize = 20;
/// The log is verified as a whole after every so manieth loss; each start checks its end.
const VERIFIED_EVERY: usize = 25;
/// The process dies at most this many changes of the disk after it was told to: some hundred are a busy second.
const CHANGES_MOST: u64 = 300;
/// As many are some incidents.
const QUIET_CHANGES_MOST: u64 = 30;
/// As many are made until the server listens, about.
const CHANGES_OF_A_START: u64 = 12;

/// What was seen.
#[derive(Debug, Default)]
pub struct Count {
    losses: usize,
    at_a_change: usize,
    at_start: usize,
    in_pieces: usize,
    acknowledged: i64,
    incidents: i64,
    faults: Faults,
}

/// Keys, photos, log: whatever was there when nobody had anything to do is there after the loss; how many
/// files those are.
pub fn what_was_made_stays(bench: &mut Bench) -> usize {
    let Bench { server, disk, .. } = bench;
    server.start_again(&[]);
    server.stop();
    let before = files(server.data());
    disk.loses_power();
    let after = files(server.data());
    let gone: Vec<_> = before.difference(&after).map(|(name, _)| name).collect();
    assert!(
        gone.is_empty(),
        "{} files were made and did not survive the loss of power: {gone:#?}",
        gone.len()
    );
    before.len()
}

/// Every file that matters, by its path and its bytes; of the database only that it is there.
fn files(folder: &Path) -> BTreeSet<(String, Vec<u8>)> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !name.starts_with('.') && !name.starts_with("kaogong.db-") && name != "lock" {
            let bytes = if name == "kaogong.db" { Vec::new() } else { fs::read(&path).unwrap() };
            found.insert((path.display().to_string(), bytes));
        }
    }
    found
}

/// Takes the power away in every way, or until something is found.
pub fn lose_power(bench: &mut Bench) -> Count {
    let before = (bench.hall.told(), bench.hall.incidents_told());
    let (mut count, times) = (Count::default(), tries(200, 2_000));
    bench.server.start_again(&[]);
    while count.losses < times && count.faults == Faults::default() {
        lose_power_once(bench, &mut count);
        count.faults += look(&bench.server, &bench.hall);
        if count.losses.is_multiple_of(VERIFIED_EVERY) {
            the_log_is_whole(&bench.server);
        }
    }
    count.acknowledged = bench.hall.told() - before.0;
    count.incidents = bench.hall.incidents_told() - before.1;
    println!("{count:?}");
    assert_eq!(count.faults, Faults::default(), "TR2_SEED={}", bench.seed);
    assert_eq!(look_through(&bench.server, &bench.hall), Faults::default(), "TR2_SEED={}", bench.seed);
    the_database_is_sound(&bench.server);
    the_log_is_whole(&bench.server);
    count
}

fn lose_power_once(bench: &mut Bench, count: &mut Count) {
    let Bench { server, disk, hall, dice, .. } = bench;
    let some = |most| 1 + i64::try_from(dice.below(most)).unwrap();
    let pieces = if dice.below(2) == 0 { 0 } else { 1 + dice.below(u64::MAX) };
    disk.lets_pieces_through(pieces);
    hall.quiet = dice.below(4) == 0;
    if dice.below(2) == 0 {
        let end =
            if hall.quiet { End::Killed(1 + dice.below(3), dice.below(6_000)) } else { End::some_kill(dice) };
        one_life(server, hall, end);
    } else {
        disk.kills_at(some(if hall.quiet { QUIET_CHANGES_MOST } else { CHANGES_MOST }));
        let lived = one_life(server, hall, End::ByItself(u64::MAX));
        assert!(lived.ended.is_some_and(|ended| !ended.success()), "{lived:?}");
        count.at_a_change += 1;
    }
    hall.quiet = false;
    disk.loses_power();
    count.losses += 1;
    count.in_pieces += usize::from(pieces != 0);
    if dice.below(4) == 0 {
        disk.kills_at(some(CHANGES_OF_A_START));
        let listens = server.try_start_again(&[]).is_ok();
        // It answers when the log of the trail has gone on.
        if !listens || server.office().browser().get("/notices").is_err() {
            server.stop();
            disk.loses_power();
            count.losses += 1;
            count.at_start += 1;
        }
    }
    disk.kills_at(0);
    disk.lets_pieces_through(0);
    server.start_again(&[]);
}

/// The same judge, with less asked of the disk.
pub fn control(bench: &mut Bench, weakness: &str) -> Faults {
    let Bench { server, disk, hall, dice, .. } = bench;
    let flags = ["--weaken", weakness];
    server.start_again(&flags);
    let mut faults = Faults::default();
    for loss in 1..=CONTROL_LOSSES {
        one_life(server, hall, End::some_kill(dice));
        disk.loses_power();
        server.start_again(&flags);
        faults += look(server, hall);
        println!("control {weakness}: after {loss} losses of power {faults:?}");
        if faults != Faults::default() {
            break;
        }
    }
    faults
}

/// Notes the promise.
pub fn kept(bench: &Bench, whole: Count, files: usize, normal: Faults, off: Faults) {
    testkit::Promise::of("TR2", "sqlite", module_path!())
        .seed(bench.seed)
        .count("losses of power", whole.losses)
        .count("at a chosen change of the disk", whole.at_a_change)
        .count("while it started", whole.at_start)
        .count("with unsynced writes in pieces", whole.in_pieces)
        .count("files that stayed", files)
        .count("acknowledged", number(whole.acknowledged))
        .count("incidents acknowledged", number(whole.incidents))
        .count("lost", number(whole.faults.lost))
        .count("phantom", number(whole.faults.phantom))
        .control("SQLite syncs only when it copies its log (NORMAL)", missing(normal))
        .control("SQLite never syncs (OFF)", missing(off))
        .kept();
}
