//! TR2, TR6, TR4: the disk under a hall that is at work loses power, refuses to sync, and is full.
//!
//! A kill leaves the machine's memory alone, so that it cannot see a sync that is missing. Here the binary runs
//! before a disk that knows what was synced (`testkit::Disk`). The three promises are tried one after the other
//! over one installation, which takes longest to make; what breaks it, the controls, comes last.
mod full;
mod power;
mod refused;

use testkit::{Disk, Server};

use crate::kill::{
    hall::{Dice, Hall, seed, sit_down},
    judge::Faults,
};

/// Everything that is tried here works on these.
struct Bench {
    server: Server,
    disk: Disk,
    hall: Hall,
    dice: Dice,
    seed: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_outlives_a_disk_that_fails() {
    let seed = seed("TR2_SEED");
    tokio::task::block_in_place(|| run(seed));
    testkit::proves!("TR2", "a loss of power loses no acknowledged answer; without full syncs it does");
    testkit::proves!("TR6", "after a sync that failed nothing is acknowledged and the server stops");
    testkit::proves!(
        "TR4",
        "on a full disk nothing acknowledged is lost, and it goes on when there is space"
    );
}

fn run(seed: u64) {
    let (mut server, disk) = Server::on_a_disk(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00");
    let hall = sit_down(&mut server, seed);
    let mut bench = Bench { server, disk, hall, dice: Dice::of(seed), seed };
    let files = power::what_was_made_stays(&mut bench);
    let power = power::lose_power(&mut bench);
    let refused = refused::refuse_syncs(&mut bench);
    let full = full::fill_up(&mut bench);

    // What a control loses is lost: each has candidates of its own.
    bench.hall.invigilator = None;
    let mut others = bench.hall.savers.split_off(3);
    refused::kept(&mut bench, refused);
    let next = others.split_off(3);
    bench.hall.savers = std::mem::replace(&mut others, next);
    full::kept(&mut bench, full);
    let next = others.split_off(4);
    bench.hall.savers = std::mem::replace(&mut others, next);
    let normal = power::control(&mut bench, "synchronous-normal");
    bench.hall.savers = others;
    let off = power::control(&mut bench, "synchronous-off");
    power::kept(&bench, power, files, normal, off);
}

fn the_log_is_whole(server: &Server) {
    let (is_whole, said) = server.command(&["verify", "log"]);
    assert!(is_whole, "{said}");
}

fn number(count: i64) -> usize {
    usize::try_from(count).unwrap()
}

/// What a control has to find: changes that were acknowledged and are not there.
fn missing(faults: Faults) -> usize {
    number(faults.lost)
}
