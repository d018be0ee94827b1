//! TR1 and TR2 at the desks of the offices: the server is killed while fees are received, figures written down and
//! certificates issued, and nothing of it is lost, half there or there twice. On SQLite it runs before a disk that knows
//! what was synced, and with half of the kills the power goes.
//!
//! The people are those of the story, at whose end everything has been done once; it is taken back ([`back`]) and done
//! again, act by act, over HTTP. Whoever is cut off finds out from the rows whether their act is there and goes on. After
//! each kill every row is compared with what was sent and told. The same judge must name what is planted into the rows,
//! and what a server has lost that answers before it commits.
mod back;
mod desk;
mod issue;
mod judge;
mod rows;

use store::Blobs;
use testkit::{Disk, Kept, Promise, Server, tries};
use tokio::runtime::Handle;

use self::{
    desk::{Desk, desks},
    issue::Issuing,
    judge::{Deed, Found, What, judge},
    rows::{Before, Rows},
};
use super::hall::{Dice, seed, the_database_is_sound};
use crate::access::{Moment, worlds};

/// Kills while certificates are issued, in each round: there are only some certificates.
const KILLS_AT_ISSUE: usize = 3;
/// Kills within which the control must have lost something. [own]: a control that needs more says that the kills miss
/// the acts.
const CONTROL_KILLS: usize = 20;
/// A server that answers a request before it commits.
const LATE: &[&str] = &["--weaken", "late-commit"];
/// A server that never syncs its database.
const OFF: &[&str] = &["--weaken", "synchronous-off"];

/// How long it goes on at the desks, and how.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// Kills after which it ends; else when everything is done.
    kills: usize,
    /// Flags of the server.
    flags: &'static [&'static str],
    /// Whether the power goes with each kill.
    is_dark: bool,
}

const WHOLE: Run = Run { kills: usize::MAX, flags: &[], is_dark: false };
const CONTROL_LATE: Run = Run { kills: CONTROL_KILLS, flags: LATE, is_dark: false };
const CONTROL_OFF: Run = Run { kills: CONTROL_KILLS, flags: OFF, is_dark: true };

/// What would be wrong with one thing each.
const PLANTED: &[&str] = &[
    "DELETE FROM admission_payment
     WHERE application_id = (SELECT MIN(application_id) FROM admission_payment)",
    "UPDATE admission_payment SET receipt_number = 'PLANTED'
     WHERE application_id = (SELECT MIN(application_id) FROM admission_payment)",
    "UPDATE admission SET state = 'accepted'
     WHERE application_id = (SELECT MIN(application_id) FROM admission_payment)",
    "DELETE FROM trail_entry WHERE id = (SELECT MAX(id) FROM trail_entry WHERE action = 'admission.payment')",
    "DELETE FROM score_entry WHERE id = (SELECT MAX(id) FROM score_entry)",
    "UPDATE sealed_score SET score_centi = 0 WHERE id = (SELECT MIN(id) FROM sealed_score)",
    "DELETE FROM component_score
     WHERE id = (SELECT MIN(id) FROM component_score WHERE origin = 'sealed_scores')",
    "DELETE FROM trail_entry WHERE id = (SELECT MAX(id) FROM trail_entry WHERE action = 'score.seal')",
    "DELETE FROM certificate WHERE number = (SELECT MAX(number) FROM certificate)",
    "UPDATE certificate SET status = 'intended' WHERE number = (SELECT MIN(number) FROM certificate)",
    "UPDATE certificate SET pdf_digest = payload_digest WHERE number = (SELECT MIN(number) FROM certificate)",
    "UPDATE certificate SET application_id = (SELECT MAX(id) FROM application) || '-planted'
     WHERE number = (SELECT MIN(number) FROM certificate)",
    "UPDATE certificate_serial SET last_serial = last_serial + 1
     WHERE last_serial = (SELECT MAX(last_serial) FROM certificate_serial)",
    "DELETE FROM trail_entry WHERE id = (SELECT MAX(id) FROM trail_entry WHERE action = 'certificate.issue')",
];

/// What was seen.
#[derive(Debug, Default)]
struct Count {
    kills: usize,
    kills_with_acts: usize,
    losses: usize,
    cut_off: usize,
    fees: usize,
    figures: usize,
    certificates: usize,
}

/// Everybody at work, and what was there before them.
struct Staff {
    desks: Vec<Desk>,
    issuing: Issuing,
    before: Before,
    disk: Option<Disk>,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_payment_score_or_certificate_is_lost_when_the_server_is_killed() {
    let seed = seed("TR1_SEED");
    let worlds = worlds().await.iter();
    let under_way: Vec<_> = worlds.map(|world| tokio::spawn(one_engine(world.end(), seed))).collect();
    for one in under_way {
        one.await.unwrap();
    }
    testkit::proves!(
        "TR1",
        "kill -9 loses no payment, score or certificate, and leaves none half written; a control does"
    );
    testkit::proves!(
        "TR2",
        "a loss of power loses no payment, score or certificate, and leaves none half written; a control does"
    );
}

async fn one_engine(kept: &'static Kept, seed: u64) {
    let kept = kept.again().await;
    tokio::task::block_in_place(|| {
        Handle::current().block_on(back::take_back(&kept.database));
        let (binary, at) = (env!("CARGO_BIN_EXE_kaogong"), Moment::Certified.clock());
        if kept.engine == "sqlite" {
            let (server, disk) = Server::on_kept_disk(binary, &kept, at);
            tried(server, Some(disk), seed);
        } else {
            tried(Server::on(binary, &kept, at), None, seed);
        }
    });
}

fn tried(mut server: Server, disk: Option<Disk>, seed: u64) {
    let (engine, dice) = (server.engine, Dice::of(seed));
    let mut staff = Staff::comes(&server, disk);
    let (mut count, rounds) = (Count::default(), u64::try_from(tries(1, 40)).unwrap());
    for round in 1..=rounds {
        if round > 1 {
            again(&mut server, &staff, &[]);
        }
        staff.begins(&server, round);
        let found = at_the_desks(&mut server, &mut staff, &dice, WHOLE, &mut count);
        assert_eq!(found, Found::default(), "{engine}, TR1_SEED={seed}");
        let found = at_issue(&mut server, &mut staff, &dice, &mut count);
        assert_eq!(found, Found::default(), "{engine}, TR1_SEED={seed}");
        staff.counts(&mut count);
    }
    println!("{engine}: {count:?}");
    assert!(count.kills_with_acts * 2 > count.kills, "{engine}: few kills met an act under way: {count:?}");
    let is_much = count.fees > 10 && count.figures > 50 && count.certificates > 10;
    assert!(is_much, "{engine}: the story has fewer people: {count:?}");
    the_database_is_sound(&server);
    let (is_whole, said) = server.command(&["verify", "log"]);
    assert!(is_whole, "{engine}: {said}");

    let planted = planted(&server, &staff);
    let control = |server: &mut Server, staff: &mut Staff, run: Run, round: u64| {
        again(server, staff, run.flags);
        staff.begins(server, round);
        let found = at_the_desks(server, staff, &dice, run, &mut Count::default());
        println!("{engine}, control {run:?}: {found:?}");
        found.lost.len()
    };
    let late = control(&mut server, &mut staff, CONTROL_LATE, rounds + 1);
    if staff.disk.is_some() {
        assert!(count.losses * 2 >= count.kills, "the power went too seldom: {count:?}");
        let off = control(&mut server, &mut staff, CONTROL_OFF, rounds + 2);
        told("TR2", engine, seed, &count)
            .count("losses of power", count.losses)
            .control("SQLite never syncs (OFF)", off)
            .kept();
    }
    told("TR1", engine, seed, &count)
        .count("kills", count.kills)
        .control("rows, entries and a file planted or taken away", planted)
        .control("answers before the commit", late)
        .kept();
}

/// What was done meanwhile.
fn told(id: &'static str, engine: &str, seed: u64, count: &Count) -> Promise {
    Promise::of(id, engine, module_path!())
        .seed(seed)
        .count("kills with acts under way", count.kills_with_acts)
        .count("acts cut off", count.cut_off)
        .count("payments acknowledged", count.fees)
        .count("figures acknowledged", count.figures)
        .count("certificates shown", count.certificates)
        .count("lost", 0)
        .count("half there, or twice", 0)
}

impl Staff {
    fn comes(server: &Server, disk: Option<Disk>) -> Self {
        let office = server.office();
        Self { desks: desks(office), issuing: Issuing::comes(office), before: Before::default(), disk }
    }

    /// The process has ended; on a disk that knows what was synced the power goes with every second end. Whether it did.
    fn loses_power(&self, kills: usize, is_dark: bool) -> bool {
        let disk = self.disk.as_ref().filter(|_| is_dark || kills.is_multiple_of(2));
        disk.iter().for_each(|disk| disk.loses_power());
        disk.is_some()
    }

    /// Half a minute passes, of which a worker of the job is silent. What we write ourselves is on the disk.
    fn silence_passes(&mut self, server: &mut Server, workers: &[String]) {
        let Some(disk) = &self.disk else { return issue::silence_passes(server, workers) };
        server.stop();
        issue::silence_passes(server, workers);
        disk.holds_everything();
        server.start_again(&[]);
        self.moves_to(server.base());
    }

    /// A round begins: all is to be done, and nobody was told anything.
    fn begins(&mut self, server: &Server, round: u64) {
        self.desks.iter_mut().for_each(|desk| desk.begins(round));
        self.issuing.shown.clear();
        self.before = Before::of(server);
        self.moves_to(server.base());
    }

    fn moves_to(&mut self, base: &str) {
        self.desks.iter_mut().for_each(|desk| desk.moves_to(base));
        self.issuing.moves_to(base);
    }

    fn judges(&self, rows: &Rows) -> Found {
        let deeds: Vec<&Deed> = self.desks.iter().flat_map(Desk::deeds).collect();
        judge(&deeds, &self.issuing.shown, rows)
    }

    fn open(&self) -> usize {
        self.desks.iter().map(Desk::open).sum()
    }

    /// Adds what was acknowledged in this round.
    fn counts(&self, count: &mut Count) {
        for deed in self.desks.iter().flat_map(Desk::deeds).filter(|deed| deed.is_told) {
            match deed.what {
                What::Fee { .. } => count.fees += 1,
                What::Figure { .. } => count.figures += 1,
            }
        }
        count.certificates += self.issuing.shown.len();
    }
}

/// Everything is to be done once more.
fn again(server: &mut Server, staff: &Staff, flags: &[&str]) {
    server.stop();
    Handle::current().block_on(back::take_back(&server.database));
    staff.disk.iter().for_each(Disk::holds_everything);
    server.start_again(flags);
}

/// Fees are received and figures written down until all is done, the server was killed so often, or something is found.
fn at_the_desks(
    server: &mut Server,
    staff: &mut Staff,
    dice: &Dice,
    Run { kills, flags, is_dark }: Run,
    count: &mut Count,
) -> Found {
    let (mut found, killed_before) = (Found::default(), count.kills);
    while staff.open() > 0 && count.kills - killed_before < kills && found == Found::default() {
        let lived = desk::one_life(server, &mut staff.desks, dice);
        count.losses += usize::from(staff.loses_power(count.kills, is_dark));
        server.start_again(flags);
        staff.moves_to(server.base());
        let rows = Rows::of(server, &staff.before);
        found = staff.judges(&rows);
        staff.desks.iter_mut().for_each(|desk| desk.looks(&rows));
        count.kills += 1;
        count.kills_with_acts += usize::from(lived.under_way > 0 && lived.cut_off > 0);
        count.cut_off += lived.cut_off;
    }
    found
}

/// Certificates are issued until all are, or something is found.
fn at_issue(server: &mut Server, staff: &mut Staff, dice: &Dice, count: &mut Count) -> Found {
    for _ in 0..KILLS_AT_ISSUE {
        let workers = issue::one_life(server, &mut staff.issuing, dice);
        count.losses += usize::from(staff.loses_power(count.kills, false));
        server.start_again(&[]);
        staff.moves_to(server.base());
        count.kills += 1;
        // Who was at work when it was killed had a certificate in hand.
        count.kills_with_acts += usize::from(!workers.is_empty());
        let found = staff.judges(&Rows::of(server, &staff.before));
        if found != Found::default() {
            return found;
        }
        staff.silence_passes(server, &workers);
    }
    staff.issuing.finishes();
    let rows = Rows::of(server, &staff.before);
    let all = rows.certificates.iter().filter(|row| row.is_signed()).count();
    assert_eq!((staff.issuing.shown.len(), rows.certificates.len()), (all, all), "{}", server.engine);
    assert_eq!(staff.issuing.other_files(), 0, "{}", server.engine);
    staff.judges(&rows)
}

/// The judge finds each thing that is wrong; how many those are.
fn planted(server: &Server, staff: &Staff) -> usize {
    let whole = Rows::of(server, &staff.before);
    assert_eq!(staff.judges(&whole), Found::default());
    for statement in PLANTED.iter().copied() {
        let found = staff.judges(&Rows::with(server, &staff.before, statement));
        assert!(found.count() > 0, "{}: nothing is found after {statement}", server.engine);
    }
    let files = Blobs::open(server.data().join("files")).unwrap();
    let name = whole.files.first().expect("certificates have files");
    let (file, aside) = (files.folder().join(&name[..2]).join(name), server.data().join("aside"));
    std::fs::rename(&file, &aside).unwrap();
    let found = staff.judges(&Rows::of(server, &staff.before));
    std::fs::rename(&aside, &file).unwrap();
    assert!(!found.lost.is_empty(), "{}: nothing is found without {name}", server.engine);
    PLANTED.len() + 1
}
