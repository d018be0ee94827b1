//! TR17: everybody presses Begin in the moment in which the form opens, and asks again.
//!
//! Before the storm the places of the password pool are taken by sign-ins that never come to their end. Whoever would
//! need a password hashed waits behind them for ever, as the sign-ins do that come after; everybody begins all the same.
use std::sync::Arc;

use testkit::{Promise, ask, run, sitters::Sitter};
use tokio::task::JoinHandle;

use super::{
    AT_A_TIME, BELL, EARLY, Hall,
    candidate::{Act, Candidate},
    judge::{Faults, Wrong, beginnings, people},
    line::{Ask, Line, Reply},
    scene::{Heard, Stroke, everybody, hears},
};

/// People who come to the page on which they wait, side by side.
const COME_AT_ONCE: usize = 200;
/// Sign-ins that take the places of the password pool. [own]: more than it has, or the control finds nothing.
const BLOCKERS: usize = 8;
/// Sign-ins that come after them.
const SIGN_INS: usize = 4;

/// From now on a password of this account takes days to compare. The cost stands in what is stored of it.
const COSTS_DAYS: &str = "UPDATE account SET password_hash =
    REPLACE(REPLACE(password_hash, 'm=19456,', 'm=64,'), 't=2,', 't=4000000000,') WHERE login = 'clerk2'";
const WHO_COSTS_DAYS: &str = "SELECT login FROM account WHERE password_hash LIKE '%,t=4000000000,%'";

/// What would be wrong with one person each; the last of them is absent.
const PLANTED: &[(&str, Wrong)] = &[
    (
        "INSERT INTO trail_entry (id, at, actor, grant_id, action, object_kind, object_id, object_seq, batch, outcome,
         reason, request_id, node, prev_hash, payload_salt, payload, payload_commitment, entry_hash)
         SELECT 'planted', at, actor, grant_id, action, object_kind, object_id, object_seq + 1000, batch, outcome,
         reason, request_id, node, prev_hash, payload_salt, payload, payload_commitment, entry_hash
         FROM trail_entry WHERE object_kind = 'attempt' AND object_id = $1 AND action = 'attempt.start'",
        Wrong::RecordedTwice,
    ),
    ("UPDATE attempt SET started_at = open_at - 1 WHERE id = $1", Wrong::BegunOutside),
    (
        "UPDATE check_in SET code_hash = 'planted' WHERE seat_id = (SELECT seat_id FROM attempt WHERE id = $1)",
        Wrong::CodeLeft,
    ),
    ("UPDATE attempt SET state = 'waiting', started_at = NULL WHERE id = $1", Wrong::NotRecorded),
    ("UPDATE attempt SET state = 'open', started_at = open_at WHERE id = $1", Wrong::AbsentBegan),
];

/// What was seen beside the rows.
#[derive(Debug)]
struct Seen {
    put_off: usize,
    sign_ins_unanswered: usize,
}

/// The storm, the judgement, the controls.
pub async fn tried(hall: &mut Hall, others: &[Sitter]) {
    let seen = storm(hall).await;
    let faults = beginnings(&hall.candidates, &hall.rows().await);
    assert_eq!(faults, Faults::new(), "{}", hall.server.engine);
    let planted = planted(hall).await;
    let early = acknowledged_early(hall, others).await;
    let all = &hall.candidates;
    let waits: usize = all.iter().map(|one| one.waits).sum();
    Promise::of("TR17", hall.server.engine, module_path!())
        .count("candidates", all.len())
        .count("begun", all.iter().filter(|one| one.has_form).count())
        .count("absent", all.iter().filter(|one| one.nature.is_absent).count())
        .count("told to wait", waits)
        .count("put off", seen.put_off)
        .count("with a fault", 0)
        .control("an entry, an early beginning, a code, no beginning and an absent one planted", planted)
        .control("acknowledges before the commit, and is killed", early)
        .control("sign-ins meanwhile, which need a password", seen.sign_ins_unanswered)
        .kept();
}

/// Everybody begins. The server is killed at the end, and comes up again.
async fn storm(hall: &mut Hall) -> Seen {
    passwords_cost_days(hall).await;
    let blockers = sign_in(hall, "clerk2", BLOCKERS);
    let mut candidates = comes(hall).await;
    let sign_ins = sign_in(hall, "province1", SIGN_INS);

    let (scene, mut ear) = hall.scene(Stroke::default());
    let early = candidates.len() / 4;
    let mut storm = tokio::spawn(everybody(Arc::clone(&scene), candidates, Act::Begin));
    hears(&mut storm, &mut ear, (Heard::Waits, early)).await;
    scene.stroke.strikes(&mut hall.server, BELL);
    candidates = storm.await.unwrap();

    assert_eq!(unanswered(&blockers), BLOCKERS, "somebody's password was compared after all");
    let seen = Seen { put_off: scene.put_off(), sign_ins_unanswered: unanswered(&sign_ins) };
    hall.candidates = candidates;
    hall.starts_again(&[]);
    seen
}

/// Everybody looks at the page on which they wait.
async fn comes(hall: &mut Hall) -> Vec<Candidate> {
    let (scene, _ear) = hall.scene(Stroke::default());
    let (mut coming, mut there) = (std::mem::take(&mut hall.candidates), Vec::new());
    while !coming.is_empty() {
        let some = coming.split_off(coming.len().saturating_sub(COME_AT_ONCE));
        there.extend(everybody(Arc::clone(&scene), some, Act::Wait).await);
    }
    there
}

async fn passwords_cost_days(hall: &Hall) {
    let db = hall.open().await;
    run(&db, &[COSTS_DAYS.to_owned()]).await;
    assert_eq!(
        ask(&db, WHO_COSTS_DAYS).await,
        ["clerk2"],
        "what is stored of a password has another shape now"
    );
    db.close().await;
}

/// So many browsers sign in as the same person.
fn sign_in(hall: &Hall, login: &str, times: usize) -> Vec<JoinHandle<Option<Reply>>> {
    let one = || {
        let (mut line, sign_in) = (Line::to(hall.server.base(), false), Ask::sign_in(login));
        tokio::spawn(async move { line.asks(&sign_in).await })
    };
    (0..times).map(|_| one()).collect()
}

fn unanswered(asked: &[JoinHandle<Option<Reply>>]) -> usize {
    asked.iter().filter(|one| !one.is_finished()).count()
}

/// The judge names who has something planted, and nobody else.
async fn planted(hall: &Hall) -> usize {
    let is_there = |one: &&Candidate| !one.nature.is_absent;
    let there = hall.candidates.iter().filter(is_there).take(PLANTED.len() - 1);
    let absent = hall.candidates.iter().find(|one| one.nature.is_absent);
    let chosen: Vec<&str> = there.chain(absent).map(Candidate::id).collect();
    let plants = PLANTED.iter().zip(&chosen).map(|((statement, _), id)| (*statement, *id));
    let rows = hall.rows_with(&plants.collect::<Vec<_>>()).await;
    let faults = beginnings(&hall.candidates, &rows);
    let expected = PLANTED.iter().zip(&chosen).map(|((_, wrong), id)| ((*id).to_owned(), *wrong));
    assert_eq!(faults, expected.collect::<Faults>(), "{}", hall.server.engine);
    faults.len()
}

/// A few begin before a server that acknowledges before it commits, and that is killed at the first acknowledgement:
/// how many have a form and no beginning.
async fn acknowledged_early(hall: &mut Hall, others: &[Sitter]) -> usize {
    for some in others.chunks(AT_A_TIME) {
        hall.starts_again(EARLY);
        let (scene, _ear) = hall.scene(Stroke::over());
        let mut candidates = hall.seats(some);
        // What all of them read is worked out for the first; then an answer is there in a moment.
        let first = candidates.split_off(candidates.len() - 1);
        everybody(Arc::clone(&scene), first, Act::Begin).await;
        candidates = everybody(scene, candidates, Act::Wait).await;
        candidates = hall.cut_short(candidates, Act::Begin, (Heard::Begun, Stroke::over())).await;
        candidates.retain(|one| one.has_form);
        let found = people(&beginnings(&candidates, &hall.rows().await));
        if found > 0 {
            return found;
        }
    }
    0
}
