//! TR1: the server is killed while candidates save, again and again, and nothing it acknowledged is
//! lost, invented or replaced by something older.
//!
//! A candidate here is a thread that does what the exam client does: it numbers its changes, sends
//! those that are not acknowledged again as they were, and believes only an answer it has read to
//! its end. After each kill the rows are compared with what every candidate sent and was told. The
//! same run against a server that acknowledges before it commits must find losses. What the offices do is tried in
//! [`office`], and PostgreSQL is stopped under candidates in [`outage`].
pub mod hall;
pub mod invigilator;
pub mod judge;
mod office;
mod outage;
pub mod saver;

use testkit::{Server, tries};

use self::{
    hall::{Dice, End, Hall, look, look_through, one_life, seed, sit_down, the_database_is_sound},
    judge::Faults,
    saver::Saver,
};

/// Kills within which the control must have lost something. [own]: a control that needs more says that the
/// kills miss the saves.
const CONTROL_KILLS: usize = 20;

/// Changes that have to be acknowledged for each kill, on an average: 50,000 in 300 kills. Source: design TR1.
const ACKNOWLEDGED_A_KILL: usize = 167;

/// What was seen.
#[derive(Debug, Default)]
struct Count {
    kills: usize,
    kills_with_saves: usize,
    acknowledged: i64,
    acknowledgements: i64,
    incidents: i64,
    cut_off: usize,
    faults: Faults,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let seed = seed("TR1_SEED");
    Server::each_at_once(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00", move |mut server| async move {
        tokio::task::block_in_place(|| one_engine(&mut server, seed));
    })
    .await;
    testkit::proves!("TR1", "kill -9 with saves under way loses no acknowledged answer, and a control does");
}

fn one_engine(server: &mut Server, seed: u64) {
    let (engine, kills) = (server.engine, tries(150, 5_000));
    let dice = Dice::of(seed);
    let mut hall = sit_down(server, seed);
    let whole = kill_often(server, &mut hall, &dice, kills, &[]);
    println!("{engine}: {whole:?}");
    assert_eq!(whole.faults, Faults::default(), "{engine}, TR1_SEED={seed}");
    assert_eq!(whole.kills, kills, "{engine}");
    assert!(whole.kills_with_saves * 2 > kills, "{engine}: few kills met a save under way: {whole:?}");
    assert_eq!(look_through(server, &hall), Faults::default(), "{engine}, from the first change on");
    let needed = i64::try_from(kills * ACKNOWLEDGED_A_KILL).unwrap();
    assert!(whole.acknowledged >= needed, "{engine}: {needed} changes were to be acknowledged: {whole:?}");
    the_database_is_sound(server);
    let (is_whole, said) = server.command(&["verify", "log"]);
    assert!(is_whole, "{engine}: {said}");
    for saver in &mut hall.savers {
        saver.moves_to(server.base());
        saver.is_shown_its_answers();
    }
    hall.savers.drain(..2).for_each(Saver::hands_in);

    let control = kill_often(server, &mut hall, &dice, CONTROL_KILLS, &["--acknowledge-early"]);
    println!("{engine}, control that acknowledges before the commit: {control:?}");
    testkit::Promise::of("TR1", engine, module_path!())
        .seed(seed)
        .count("kills", whole.kills)
        .count("kills with saves in flight", whole.kills_with_saves)
        .count("acknowledged", whole.acknowledged.try_into().unwrap())
        .count("in requests", whole.acknowledgements.try_into().unwrap())
        .count("incidents acknowledged", whole.incidents.try_into().unwrap())
        .count("saves cut off", whole.cut_off)
        .count("lost", whole.faults.lost.try_into().unwrap())
        .count("phantom", whole.faults.phantom.try_into().unwrap())
        .control("acknowledges before the commit", control.faults.lost.try_into().unwrap())
        .kept();
}

/// Kills the server `times` times, or until something is found.
fn kill_often(server: &mut Server, hall: &mut Hall, dice: &Dice, times: usize, flags: &[&str]) -> Count {
    let (mut count, before) =
        (Count::default(), (hall.told(), hall.incidents_told(), hall.acknowledgements()));
    server.start_again(flags);
    while count.kills < times && count.faults == Faults::default() {
        let lived = one_life(server, hall, End::some_kill(dice));
        server.start_again(flags);
        count.kills += 1;
        count.kills_with_saves += usize::from(lived.under_way > 0 && lived.cut_off > 0);
        count.cut_off += lived.cut_off;
        count.faults += look(server, hall);
    }
    count.acknowledged = hall.told() - before.0;
    count.incidents = hall.incidents_told() - before.1;
    count.acknowledgements = hall.acknowledgements() - before.2;
    count
}
