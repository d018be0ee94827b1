//! TR18: everybody saves and hands in within the last moments, and the clock passes the close meanwhile.
use std::{sync::Arc, time::Duration};

use testkit::{Promise, ask, sitters::Sitter};

use super::{
    AT_A_TIME, CLOSE, EARLY, Hall, SETTLED,
    candidate::{Act, Candidate, End, Habit},
    judge::{Faults, Wrong, endings, people},
    rows::Rows,
    scene::{Heard, Stroke, everybody, hears},
};
use crate::kill::hall::passes;

/// How often, and how long apart, it is looked whether the clock has ended everything.
const LOOKS_MOST: usize = 6_000;
const LOOK_EVERY: Duration = Duration::from_millis(100);
const WORKS_STILL: &str =
    "SELECT id FROM attempt WHERE state IN ('waiting', 'open') AND id LIKE 'storm-%' LIMIT 1";

/// What would be wrong with one person each who handed in.
const PLANTED: &[(&str, Wrong)] = &[
    (
        "DELETE FROM answer_change WHERE attempt_id = $1
         AND item_no = (SELECT MAX(c.item_no) FROM answer_change c WHERE c.attempt_id = $1)",
        Wrong::Lost,
    ),
    ("UPDATE attempt SET state = 'closed' WHERE id = $1", Wrong::HandInLost),
    ("UPDATE attempt SET receipt = 'PLANTED' WHERE id = $1", Wrong::HandInLost),
    (
        "INSERT INTO trail_entry (id, at, actor, grant_id, action, object_kind, object_id, object_seq, batch, outcome,
         reason, request_id, node, prev_hash, payload_salt, payload, payload_commitment, entry_hash)
         SELECT 'planted', at, actor, grant_id, action, object_kind, object_id, object_seq + 1000, batch, outcome,
         reason, request_id, node, prev_hash, payload_salt, payload, payload_commitment, entry_hash
         FROM trail_entry WHERE object_kind = 'attempt' AND object_id = $1 AND action = 'attempt.hand-in'",
        Wrong::NotEndedOnce,
    ),
];
/// An answer that came too late is counted, as if it had been in time.
const COUNTS_LATE: [&str; 2] = [
    "INSERT INTO answer_change (attempt_id, seq, item_no, answer, client_at, server_at)
     SELECT l.attempt_id, l.seq, l.item_no, l.answer, l.client_at, l.server_at FROM late_answer l
     JOIN attempt a ON a.id = l.attempt_id WHERE a.id = $1 AND l.seq = a.acked_seq + 1",
    "UPDATE attempt SET acked_seq = acked_seq + 1 WHERE id = $1",
];
/// By it, and by a chain that does not continue to it.
const COUNTED_LATE: [Wrong; 2] = [Wrong::CountedLate, Wrong::NobodySent];

/// The storm, the judgement, the controls.
pub async fn tried(hall: &mut Hall, others: &[Sitter]) {
    let under_way = storm(hall).await;
    let rows = hall.rows().await;
    assert_eq!(endings(&hall.candidates, &rows), Faults::new(), "{}", hall.server.engine);
    let planted = planted(hall, &rows).await;
    let early = acknowledged_early(hall, others).await;
    let count = |is: fn(&Candidate) -> bool| hall.candidates.iter().filter(|one| is(one)).count();
    let (handed_in, late) = (count(has_handed_in), count(|one| !one.evidence.is_empty()));
    let told: i64 = hall.candidates.iter().map(|one| one.sent.told()).sum();
    let is_storm = [handed_in, late, under_way].iter().all(|count| *count > 0) && told > 0;
    assert!(
        is_storm,
        "{}: {handed_in} handed in, {late} were late, {under_way} under way",
        hall.server.engine
    );
    Promise::of("TR18", hall.server.engine, module_path!())
        .count("candidates", hall.candidates.len())
        .count("hand-ins acknowledged", handed_in)
        .count("told that it is too late", count(|one| one.end == End::TooLate))
        .count("answers acknowledged", usize::try_from(told).unwrap())
        .count("with answers after the close", late)
        .count("requests under way at the close", under_way)
        .count("with a fault", 0)
        .control("an answer, two hand-ins and an entry changed, a late answer counted", planted)
        .control("acknowledges before the commit, and is killed", early)
        .kept();
}

fn has_handed_in(candidate: &Candidate) -> bool {
    matches!(candidate.end, End::HandedIn { .. })
}

/// Everybody hands in, and the clock ends what is left; how many requests were under way at the close.
async fn storm(hall: &mut Hall) -> usize {
    let mut candidates = std::mem::take(&mut hall.candidates);
    candidates.iter_mut().for_each(|one| one.moves_to(hall.server.base()));
    let hands_in = |one: &&Candidate| !one.nature.stays && !one.nature.is_absent;
    let early = candidates.iter().filter(hands_in).count() / 3;
    let (scene, mut ear) = hall.scene(Stroke::default());
    let mut storm = tokio::spawn(everybody(Arc::clone(&scene), candidates, Act::End));
    hears(&mut storm, &mut ear, (Heard::HandedIn, early)).await;
    let under_way = scene.under_way();
    scene.stroke.strikes(&mut hall.server, CLOSE);
    hall.candidates = storm.await.unwrap();
    hall.server.clock(SETTLED);
    the_clock_ends_the_rest(hall).await;
    under_way
}

async fn the_clock_ends_the_rest(hall: &Hall) {
    let db = hall.open().await;
    let mut looks = 0;
    while !ask(&db, WORKS_STILL).await.is_empty() {
        looks += 1;
        assert!(looks < LOOKS_MOST, "{}: somebody works on after the close", hall.server.engine);
        tokio::task::block_in_place(|| passes(LOOK_EVERY));
    }
    db.close().await;
}

/// The judge names who has something planted, and nobody else.
async fn planted(hall: &Hall, rows: &Rows) -> usize {
    let has_answers = |one: &&Candidate| has_handed_in(one) && one.sent.told() > 0;
    let chosen: Vec<&str> =
        hall.candidates.iter().filter(has_answers).take(PLANTED.len()).map(Candidate::id).collect();
    let next_is_late =
        |one: &&Candidate| one.nature.stays && rows.is_late(one.id(), rows.of(one.id()).acked_seq + 1);
    // Nothing of theirs may still be on its way when they are told.
    let is_calm = |one: &&Candidate| one.nature.habit == Habit::Patient;
    let late = hall.candidates.iter().filter(next_is_late).find(is_calm).expect("somebody was late").id();
    let mut plants: Vec<(&str, &str)> =
        PLANTED.iter().zip(&chosen).map(|((statement, _), id)| (*statement, *id)).collect();
    plants.extend(COUNTS_LATE.map(|statement| (statement, late)));
    let faults = endings(&hall.candidates, &hall.rows_with(&plants).await);
    let mut expected: Faults =
        PLANTED.iter().zip(&chosen).map(|((_, wrong), id)| ((*id).to_owned(), *wrong)).collect();
    expected.extend(COUNTED_LATE.map(|wrong| (late.to_owned(), wrong)));
    assert_eq!(faults, expected, "{}", hall.server.engine);
    people(&faults)
}

/// A few hand in before a server that acknowledges before it commits, and that is killed at the first acknowledgement:
/// how many have a receipt of a hand-in that is not there.
async fn acknowledged_early(hall: &mut Hall, others: &[Sitter]) -> usize {
    for some in others.chunks(AT_A_TIME) {
        hall.starts_again(EARLY);
        let (scene, _ear) = hall.scene(Stroke::over());
        let mut candidates = everybody(scene, hall.seats(some), Act::Begin).await;
        candidates = hall.cut_short(candidates, Act::End, (Heard::HandedIn, Stroke::default())).await;
        candidates.retain(has_handed_in);
        let found = people(&endings(&candidates, &hall.rows().await));
        if found > 0 {
            return found;
        }
    }
    0
}
