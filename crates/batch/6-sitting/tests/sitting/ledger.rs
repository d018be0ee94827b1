//! The answer ledger under repeats, races, refusals and failures.
use std::{sync::Arc, time::Duration};

use sitting::{
    Kept, LedgerError, jobs,
    rules::{Attempt, HandIn, HandInVerdict, Save, Verdict},
    store,
};
use tokio::task::JoinSet;

use crate::fixture::{CLOSE, Hall, SESSION, START, account, chain, change, changes, frame, halls};

fn hand_in(last_seq: i64) -> HandIn {
    HandIn { session: SESSION.into(), epoch: 1, last_seq, arrived_at: START.plus_minutes(5) }
}

async fn end(hall: &Hall, n: usize, asked: HandIn) -> sitting::HandedIn {
    hall.ledger.hand_in(frame(n).id, account(n), "request".into(), asked).await.unwrap()
}

#[tokio::test]
async fn fifty_copies_of_a_save_have_one_effect_and_the_same_reply() {
    for hall in halls().await {
        hall.attempt(1).await;
        let mut copies = JoinSet::new();
        for _ in 0..50 {
            let (ledger, save) = (
                hall.ledger.clone(),
                Save { session: SESSION.into(), epoch: 1, changes: changes(1..=3), arrived_at: START },
            );
            copies.spawn(async move { ledger.save(frame(1).id, account(1), save).await.unwrap() });
        }
        let replies = copies.join_all().await;
        assert_eq!(replies.len(), 50);
        let counted = replies.iter().filter(|kept| kept.verdict == Verdict::Taken(changes(1..=3))).count();
        assert_eq!(counted, 1, "{}", hall.engine);
        for Kept { acked_seq, chain_head, close_at, .. } in &replies {
            assert_eq!((*acked_seq, chain_head, *close_at), (3, &chain(3), CLOSE), "{}", hall.engine);
        }
        assert_eq!(
            hall.answers(1).await,
            [(1, "B".into()), (2, "C".into()), (3, "D".into())],
            "{}",
            hall.engine
        );
    }
}

#[tokio::test]
async fn the_newest_answer_of_an_item_counts_and_a_cleared_one_does_not() {
    for hall in halls().await {
        hall.attempt(1).await;
        let answer = |seq, text: &str| sitting::rules::Change { seq, no: 7, answer: text.into(), at: 0 };
        // Twice the same item in one request and so in one statement.
        hall.save(1, 1, vec![answer(1, "A"), answer(2, "B")]).await.unwrap();
        assert_eq!(hall.answers(1).await, [(7, "B".into())], "{}", hall.engine);
        hall.save(1, 1, vec![answer(3, "C"), answer(4, "")]).await.unwrap();
        assert_eq!(hall.answers(1).await, [], "{}", hall.engine);
    }
}

#[tokio::test]
async fn what_arrives_out_of_order_is_asked_for_again() {
    for hall in halls().await {
        hall.attempt(1).await;
        let early = hall.save(1, 1, changes(3..=4)).await.unwrap();
        assert_eq!((early.verdict, early.acked_seq), (Verdict::Gap, 0), "{}", hall.engine);
        hall.save(1, 1, changes(1..=2)).await.unwrap();
        let late = hall.save(1, 1, changes(1..=4)).await.unwrap();
        assert_eq!((late.verdict, late.acked_seq), (Verdict::Taken(changes(3..=4)), 4), "{}", hall.engine);
        assert_eq!(late.chain_head, chain(4), "{}", hall.engine);
    }
}

#[tokio::test]
async fn the_old_machine_is_fenced_and_the_new_one_goes_on() {
    for hall in halls().await {
        hall.attempt(1).await;
        hall.save(1, 1, changes([1])).await.unwrap();
        let mut tx = hall.env.db.write().await.unwrap();
        assert!(store::next_epoch(&mut tx, &frame(1).id, 1).await.unwrap());
        assert!(!store::next_epoch(&mut tx, &frame(1).id, 1).await.unwrap(), "two invigilators, one move");
        tx.commit().await.unwrap();
        assert_eq!(
            hall.save(1, 1, changes([2])).await.unwrap().verdict,
            Verdict::StaleEpoch,
            "{}",
            hall.engine
        );
        let nobody_yet = hall.save(1, 2, changes([2])).await.unwrap().verdict;
        assert_eq!(nobody_yet, Verdict::OtherBrowser, "before the sign-in there on {}", hall.engine);
        let mut tx = hall.env.db.write().await.unwrap();
        store::rebind(&mut tx, &frame(1).id, &account(1), SESSION).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(hall.save(1, 2, changes([2])).await.unwrap().acked_seq, 2, "{}", hall.engine);
    }
}

#[tokio::test]
async fn nobody_reaches_the_attempt_of_somebody_else() {
    for hall in halls().await {
        hall.attempt(1).await;
        hall.attempt(2).await;
        let save = Save { session: SESSION.into(), epoch: 1, changes: changes([1]), arrived_at: START };
        let stranger = hall.ledger.save(frame(1).id, account(2), save.clone()).await;
        assert_eq!(stranger, Err(LedgerError::NotFound), "{}", hall.engine);
        let nowhere = hall.ledger.save("none".into(), account(2), save).await;
        assert_eq!(nowhere, Err(LedgerError::NotFound), "{}", hall.engine);
        let asked = hall.ledger.hand_in(frame(1).id, account(2), String::new(), hand_in(0)).await;
        assert_eq!(asked, Err(LedgerError::NotFound), "{}", hall.engine);
        assert_eq!(hall.answers(1).await, [], "{}", hall.engine);
        assert_eq!(hall.look(1).await.state(), "open", "{}", hall.engine);
    }
}

#[tokio::test]
async fn what_arrives_at_the_close_is_evidence_kept_once_and_never_counted() {
    for hall in halls().await {
        hall.attempt(1).await;
        hall.clock.set(kernel::UnixMicros::new(CLOSE.get() - 1));
        assert_eq!(hall.save(1, 1, changes([1])).await.unwrap().acked_seq, 1, "{}", hall.engine);
        hall.clock.set(CLOSE);
        for _ in 0..2 {
            let late = hall.save(1, 1, changes(2..=3)).await.unwrap();
            assert_eq!(
                (late.verdict, late.acked_seq),
                (Verdict::TooLate(changes(2..=3)), 1),
                "{}",
                hall.engine
            );
        }
        assert_eq!(hall.evidence(1).await, [(2, "C".into()), (3, "D".into())], "{}", hall.engine);
        assert_eq!(hall.answers(1).await, [(1, "B".into())], "{}", hall.engine);
        testkit::proves!("TR7", "a save that arrives at the close is kept as evidence and not counted");
    }
}

#[tokio::test]
async fn a_hand_in_waits_for_what_is_missing_and_is_the_same_every_time() {
    for hall in halls().await {
        hall.attempt(1).await;
        hall.save(1, 1, changes(1..=2)).await.unwrap();
        let missing = end(&hall, 1, hand_in(3)).await;
        assert_eq!((missing.verdict, missing.acked_seq), (HandInVerdict::Missing, 2), "{}", hall.engine);
        let first = end(&hall, 1, hand_in(2)).await;
        assert!(
            matches!(first.verdict, HandInVerdict::HandedIn(ref receipt) if receipt.len() == 10),
            "{}",
            hall.engine
        );
        assert_eq!((first.answered, first.items), (2, 54), "{}", hall.engine);
        for _ in 0..3 {
            assert_eq!(end(&hall, 1, hand_in(2)).await, first, "{}", hall.engine);
        }
        let after = hall.save(1, 1, changes([3])).await.unwrap();
        assert!(matches!(after.verdict, Verdict::HandedIn(_)), "{}", hall.engine);
        assert_eq!(hall.answers(1).await.len(), 2, "{}", hall.engine);
        let mut tx = hall.env.db.read().await.unwrap();
        let trail = trail::find(&mut tx, "attempt.hand-in", ("attempt", frame(1).id.as_str())).await.unwrap();
        assert_eq!(trail.len(), 1, "one hand-in, one entry on {}", hall.engine);
        assert!(trail[0].payload.contains(chain(2).as_str()), "{}", hall.engine);
        assert_eq!((trail[0].actor.as_str(), trail[0].request.as_str()), (account(1).as_str(), "request"));
    }
}

/// Every save either was acknowledged and is there, or was refused and is not: whatever the order in
/// which the queue saw saves and hand-in.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_save_that_races_the_hand_in_is_never_lost_and_never_after_it() {
    const CANDIDATES: usize = 40;
    for hall in halls().await {
        let hall = Arc::new(hall);
        for n in 0..CANDIDATES {
            hall.attempt(n).await;
        }
        let mut tasks = JoinSet::new();
        for n in 0..CANDIDATES {
            let saving = hall.clone();
            tasks.spawn(async move {
                let mut acked = 0;
                for seq in 1..=20 {
                    match saving.save(n, 1, changes([seq])).await.unwrap() {
                        Kept { verdict: Verdict::Taken(new), acked_seq, .. } => {
                            assert_eq!((new.len(), acked_seq), (1, seq));
                            acked = seq;
                        }
                        Kept { verdict: Verdict::HandedIn(_), .. } => break,
                        other => panic!("{other:?}"),
                    }
                }
                (n, acked)
            });
            let ending = hall.clone();
            tasks.spawn(async move {
                for _ in 0..n {
                    tokio::task::yield_now().await;
                }
                end(&ending, n, hand_in(0)).await;
                (n, -1)
            });
        }
        for (n, acked) in tasks.join_all().await.into_iter().filter(|(_, acked)| *acked >= 0) {
            let Attempt::HandedIn(ended) = hall.look(n).await else { panic!("{n} did not hand in") };
            assert_eq!(ended.head.acked_seq, acked, "candidate {n} on {}", hall.engine);
            assert_eq!(ended.head.chain, chain(acked), "candidate {n} on {}", hall.engine);
            let counted = (1..=acked).filter(|seq| !change(*seq).answer.is_empty()).count();
            assert_eq!(hall.answers(n).await.len(), counted, "candidate {n} on {}", hall.engine);
        }
    }
}

#[tokio::test]
async fn nobody_is_answered_before_the_commit() {
    for hall in halls().await {
        let hall = Arc::new(hall);
        hall.attempt(1).await;
        // Holds the writer of SQLite, and the row on PostgreSQL.
        let mut tx = hall.env.db.write().await.unwrap();
        store::rebind(&mut tx, &frame(1).id, &account(1), SESSION).await.unwrap();
        let saving = hall.clone();
        let mut save = tokio::spawn(async move { saving.save(1, 1, changes([1])).await });
        let early = tokio::time::timeout(Duration::from_millis(300), &mut save).await;
        assert!(early.is_err(), "answered while nothing could be written on {}", hall.engine);
        tx.commit().await.unwrap();
        assert_eq!(save.await.unwrap().unwrap().acked_seq, 1, "{}", hall.engine);
        assert_eq!(hall.answers(1).await.len(), 1, "what was acknowledged is there on {}", hall.engine);
    }
}

/// Rules that the database checks at the commit and not before.
const TRAP: [&str; 3] = [
    "DROP TABLE answer_change",
    "CREATE TABLE word (word TEXT PRIMARY KEY)",
    "CREATE TABLE answer_change (attempt_id TEXT NOT NULL, seq BIGINT NOT NULL, item_no BIGINT NOT NULL,
     answer TEXT NOT NULL REFERENCES word (word) DEFERRABLE INITIALLY DEFERRED, client_at BIGINT NOT NULL,
     server_at BIGINT NOT NULL, PRIMARY KEY (attempt_id, seq))",
];

async fn run(hall: &Hall, statements: &[&'static str]) {
    let mut tx = hall.env.db.write().await.unwrap();
    for statement in statements {
        ::store::on!(&mut tx, |conn| sqlx::query(*statement).execute(conn).await.map(|_| ())).unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_commit_that_fails_refuses_everybody_who_waits_and_loses_nobody_else() {
    for hall in halls().await {
        let hall = Arc::new(hall);
        for n in 0..5 {
            hall.attempt(n).await;
        }
        run(&hall, &TRAP).await;
        let mut saves = JoinSet::new();
        for n in 0..5 {
            let saving = hall.clone();
            saves.spawn(async move { saving.save(n, 1, changes([1])).await });
        }
        let replies = saves.join_all().await;
        assert!(
            replies.iter().all(|reply| *reply == Err(LedgerError::Busy)),
            "{replies:?} on {}",
            hall.engine
        );
        assert_eq!(hall.look(0).await.head().acked_seq, 0, "{}", hall.engine);
        run(&hall, &["INSERT INTO word (word) VALUES ('B')"]).await;
        assert_eq!(
            hall.save(0, 1, changes([1])).await.unwrap().acked_seq,
            1,
            "sent again on {}",
            hall.engine
        );
        hall.env.db.close().await;
        assert_eq!(
            hall.save(0, 1, changes([2])).await,
            Err(LedgerError::Busy),
            "no database on {}",
            hall.engine
        );
    }
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    for hall in halls().await {
        hall.attempt(1).await;
        let mut tx = hall.env.db.write().await.unwrap();
        store::rebind(&mut tx, &frame(1).id, &account(1), SESSION).await.unwrap();
        let mut waiting = JoinSet::new();
        let mut refused = 0;
        // One group is under way and one job may be held; the queue takes 16 384 more.
        for _ in 0..20_000 {
            let (ledger, save) = (
                hall.ledger.clone(),
                Save { session: SESSION.into(), epoch: 1, changes: changes([1]), arrived_at: START },
            );
            waiting.spawn(async move { ledger.save(frame(1).id, account(1), save).await });
        }
        while let Ok(Some(reply)) =
            tokio::time::timeout(Duration::from_millis(500), waiting.join_next()).await
        {
            assert_eq!(reply.unwrap(), Err(LedgerError::Busy), "{}", hall.engine);
            refused += 1;
        }
        assert!((2_500..=3_616).contains(&refused), "{refused} on {}", hall.engine);
        tx.commit().await.unwrap();
        let acknowledged = waiting.join_all().await;
        assert_eq!(acknowledged.len(), 20_000 - refused);
        assert!(acknowledged.iter().all(Result::is_ok), "{}", hall.engine);
    }
}

#[tokio::test]
async fn the_clock_ends_every_attempt_a_few_seconds_after_its_close_and_once() {
    for hall in halls().await {
        hall.attempt(1).await;
        hall.waiting(2).await;
        hall.attempt(3).await;
        hall.save(1, 1, changes(1..=2)).await.unwrap();
        end(&hall, 3, hand_in(0)).await;
        for (seconds, closed) in [(0, 0), (19, 0), (20, 2), (21, 0)] {
            hall.clock.set(CLOSE.plus_seconds(seconds));
            assert_eq!(
                jobs::close_due(&hall.env, &hall.ledger).await.unwrap(),
                closed,
                "{seconds} s on {}",
                hall.engine
            );
        }
        let states = [hall.look(1).await.state(), hall.look(2).await.state(), hall.look(3).await.state()];
        assert_eq!(states, ["closed", "closed", "handed_in"], "{}", hall.engine);
        let Attempt::Closed(ended) = hall.look(1).await else { panic!() };
        assert_eq!((ended.head.acked_seq, &ended.head.chain), (2, &chain(2)), "{}", hall.engine);
        let mut tx = hall.env.db.read().await.unwrap();
        let trail = trail::find(&mut tx, "attempt.close", ("attempt", frame(1).id.as_str())).await.unwrap();
        assert_eq!(trail.len(), 1, "{}", hall.engine);
        assert!(trail[0].payload.contains(chain(2).as_str()), "{}", hall.engine);
        let batch = kernel::BatchCode::parse("2021-01").unwrap();
        let responses = store::responses_of(&mut tx, &batch).await.unwrap();
        let counts: Vec<_> =
            responses.iter().map(|one| (one.application_id.as_str(), one.answers.len())).collect();
        assert_eq!(
            counts,
            [("application-1", 2), ("application-2", 0), ("application-3", 0)],
            "{}",
            hall.engine
        );
    }
}

#[tokio::test]
async fn the_minute_puts_chains_that_have_grown_into_the_trail() {
    for hall in halls().await {
        hall.attempt(1).await;
        hall.attempt(2).await;
        hall.save(1, 1, changes(1..=3)).await.unwrap();
        assert_eq!(jobs::roll_up(&hall.env).await.unwrap(), 1, "{}", hall.engine);
        assert_eq!(jobs::roll_up(&hall.env).await.unwrap(), 0, "nothing new on {}", hall.engine);
        hall.save(1, 1, changes([4])).await.unwrap();
        assert_eq!(jobs::roll_up(&hall.env).await.unwrap(), 1, "{}", hall.engine);
        let mut tx = hall.env.db.read().await.unwrap();
        let trail = trail::find(&mut tx, "answers.roll-up", ("sitting", "sitting-1")).await.unwrap();
        let has = |entry: usize, last| trail[entry].payload.contains(chain(last).as_str());
        assert_eq!((trail.len(), has(0, 3), has(1, 4)), (2, true, true), "{}", hall.engine);
    }
}

/// The negative control: what every other test here would have to notice.
#[cfg(feature = "demo")]
#[tokio::test]
async fn a_ledger_that_acknowledges_early_acknowledges_what_it_loses() {
    for hall in halls().await {
        hall.attempt(1).await;
        run(&hall, &TRAP).await;
        let early = sitting::Ledger::acknowledge_early(&hall.env);
        let save = Save { session: SESSION.into(), epoch: 1, changes: changes([1]), arrived_at: START };
        let kept = early.save(frame(1).id, account(1), save).await.unwrap();
        assert_eq!(kept.acked_seq, 1, "{}", hall.engine);
        assert_eq!(hall.look(1).await.head().acked_seq, 0, "acknowledged and lost on {}", hall.engine);
    }
}
