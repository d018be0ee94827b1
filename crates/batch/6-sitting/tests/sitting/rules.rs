//! The attempt as a state machine: walks, windows, repeats.
use kernel::UnixMicros;
use proptest::prelude::*;
use sitting::rules::{
    Attempt, Change, Counted, HandIn, HandInVerdict, Head, Phase, Save, Verdict, Waiting, receipt, step,
};

use crate::fixture::{CLOSE, SESSION, START, change, changes, frame};

fn waiting() -> Attempt {
    Attempt::Waiting(Waiting { frame: frame(1), head: Head::empty().unwrap() })
}

fn open() -> Attempt {
    let Attempt::Waiting(waiting) = waiting() else { unreachable!() };
    Attempt::Open(waiting.start(START).unwrap())
}

fn save(seqs: impl IntoIterator<Item = i64>, arrived_at: UnixMicros) -> Save {
    Save { session: SESSION.into(), epoch: 1, changes: changes(seqs), arrived_at }
}

/// What the changes of the fixture were when they were counted.
fn counted() -> Counted {
    changes(1..=20).into_iter().map(|change| (change.seq, (change.no, change.answer))).collect()
}

fn at(micros_from_close: i64) -> UnixMicros {
    UnixMicros::new(CLOSE.get() + micros_from_close)
}

#[test]
fn a_window_lets_in_its_first_microsecond_and_not_its_last() {
    let start = |micros: i64| {
        let Attempt::Waiting(waiting) = waiting() else { unreachable!() };
        waiting.start(UnixMicros::new(START.get() + micros)).is_ok()
    };
    assert_eq!([start(-1), start(0), start(1)], [false, true, true]);
    for (micros, counts) in [(-1, true), (0, false), (1, false)] {
        let (after, verdict) = open().save(&save([1], at(micros)), &counted());
        assert_eq!(matches!(verdict, Verdict::Taken(ref new) if new.len() == 1), counts, "{micros}");
        assert_eq!(matches!(verdict, Verdict::TooLate(ref kept) if kept.len() == 1), !counts, "{micros}");
        assert_eq!(after.head().acked_seq, i64::from(counts), "{micros}");
        let (_, verdict) = open().hand_in(&HandIn {
            session: SESSION.into(),
            epoch: 1,
            last_seq: 0,
            arrived_at: at(micros),
        });
        assert_eq!(matches!(verdict, HandInVerdict::HandedIn(_)), counts, "{micros}");
        assert_eq!(open().close(at(micros)).ended().is_none(), counts, "{micros}");
        assert_eq!(open().phase(at(micros)) == Phase::Open, counts, "{micros}");
        let Attempt::Waiting(late) = waiting() else { unreachable!() };
        assert_eq!(late.start(at(micros)).is_ok(), counts, "{micros}");
    }
}

#[test]
fn a_repeat_is_acknowledged_again_and_changes_nothing_even_after_the_close() {
    let (once, first) = open().save(&save(1..=3, START), &counted());
    assert_eq!(first, Verdict::Taken(changes(1..=3)));
    let (twice, again) = once.clone().save(&save(2..=3, at(5)), &counted());
    assert_eq!((again, &twice), (Verdict::Taken(Vec::new()), &once));
    let closed = once.close(at(0));
    let (after, again) = closed.clone().save(&save(1..=3, at(5)), &counted());
    assert_eq!((again, after), (Verdict::Taken(Vec::new()), closed));
}

#[test]
fn what_does_not_continue_the_chain_is_a_gap_and_nothing_of_it_counts() {
    for wrong in [vec![2], vec![1, 3], vec![2, 1], vec![1, 1]] {
        let (after, verdict) = open().save(&save(wrong.clone(), START), &counted());
        assert_eq!((verdict, after), (Verdict::Gap, open()), "{wrong:?}");
    }
}

#[test]
fn nothing_enters_before_the_start_or_with_an_epoch_of_another_machine() {
    assert_eq!(waiting().save(&save([1], START), &counted()), (waiting(), Verdict::TooEarly));
    assert_eq!(waiting().save(&save([1], CLOSE), &counted()).1, Verdict::TooLate(changes([1])));
    for epoch in [0, 2] {
        let stale = Save { epoch, ..save([1], START) };
        assert_eq!(open().save(&stale, &counted()), (open(), Verdict::StaleEpoch));
        let asked = HandIn { session: SESSION.into(), epoch, last_seq: 0, arrived_at: START };
        assert_eq!(open().hand_in(&asked), (open(), HandInVerdict::StaleEpoch));
    }
}

#[test]
fn a_session_that_does_not_hold_the_seat_changes_nothing() {
    let other = Save { session: "another".into(), ..save([1], START) };
    assert_eq!(open().save(&other, &counted()), (open(), Verdict::OtherBrowser));
    let asked = HandIn { session: "another".into(), epoch: 1, last_seq: 0, arrived_at: START };
    assert_eq!(open().hand_in(&asked), (open(), HandInVerdict::OtherBrowser));
    let Attempt::Waiting(mut waiting) = waiting() else { unreachable!() };
    waiting.frame.session = None;
    let free = Attempt::Open(waiting.start(START).unwrap());
    assert_eq!(free.save(&save([1], START), &counted()).1, Verdict::OtherBrowser, "nobody has signed in");
}

#[test]
fn a_number_with_another_content_is_a_conflict_unless_the_time_is_over() {
    let (once, _) = open().save(&save(1..=3, START), &counted());
    let other = |arrived_at| Save { changes: vec![Change { no: 9, ..change(2) }], ..save([], arrived_at) };
    assert_eq!(once.clone().save(&other(START), &counted()), (once.clone(), Verdict::Conflict));
    assert_eq!(
        once.clone().save(&save([2], START), &Counted::new()).1,
        Verdict::Conflict,
        "unknown is not equal"
    );
    assert_eq!(once.save(&other(CLOSE), &counted()).1, Verdict::TooLate(Vec::new()));
}

#[test]
fn evidence_is_bounded_and_never_counts() {
    let (after, verdict) = open().save(&save([1, 1000, 1001], CLOSE), &counted());
    assert_eq!((verdict, after), (Verdict::TooLate(changes([1, 1000])), open()));
}

#[test]
fn what_no_client_of_ours_sends_is_malformed_and_weighs_nothing() {
    let odd =
        |change: Change| Save { session: SESSION.into(), epoch: 1, changes: vec![change], arrived_at: START };
    for wrong in [
        Change { no: 0, ..change(1) },
        Change { no: 55, ..change(1) },
        Change { answer: "BA".into(), ..change(1) },
        Change { seq: 0, ..change(1) },
        Change { seq: i64::MIN, ..change(1) },
    ] {
        assert_eq!(open().save(&odd(wrong), &counted()), (open(), Verdict::Malformed));
    }
    assert_eq!(open().save(&save(1..=513, START), &counted()).1, Verdict::Malformed);
    assert!(matches!(open().save(&save(1..=512, START), &counted()).1, Verdict::Taken(_)));
}

/// The vector is made with `printf` and `sha256sum`, not with this program.
#[test]
fn the_chain_and_the_receipt_can_be_made_with_sha256sum() {
    let first = Change { seq: 1, no: 5, answer: "B".into(), at: 0 };
    let second = Change { seq: 2, no: 5, answer: String::new(), at: 0 };
    let head = step(&Head::empty().unwrap().chain, &first);
    assert_eq!(head.as_str(), "09adfc8258497d60b6825d3f081779d96a930b4133300c3e1595e8ac86819288");
    let head = step(&head, &second);
    assert_eq!(head.as_str(), "b6906411027633f973689aee636dd91dfc5aa226ea3bf322e31193e9ac8f8763");
    assert_eq!(receipt(&"attempt-1".into(), &head), "723959D8B0");
}

#[derive(Debug, Clone)]
enum Move {
    Start(i64),
    Save { epoch: i64, first: i64, count: i64, minute: i64 },
    HandIn { epoch: i64, last: i64, minute: i64 },
    Close(i64),
}

fn moves() -> impl Strategy<Value = Move> {
    let minute = || -5..100i64;
    prop_oneof![
        minute().prop_map(Move::Start),
        (1..=2i64, 1..12i64, 0..5i64, minute()).prop_map(|(epoch, first, count, minute)| Move::Save {
            epoch,
            first,
            count,
            minute
        }),
        (1..=2i64, 0..12i64, minute()).prop_map(|(epoch, last, minute)| Move::HandIn { epoch, last, minute }),
        minute().prop_map(Move::Close),
    ]
}

fn walk(attempt: Attempt, next: &Move) -> (Attempt, bool) {
    let when = |minute: i64| START.plus_minutes(minute);
    match next {
        Move::Start(minute) => match attempt {
            Attempt::Waiting(waiting) => match waiting.start(when(*minute)) {
                Ok(open) => (Attempt::Open(open), true),
                Err(waiting) => (Attempt::Waiting(*waiting), true),
            },
            begun @ (Attempt::Open(_) | Attempt::HandedIn(_) | Attempt::Closed(_)) => (begun, true),
        },
        Move::Save { epoch, first, count, minute } => {
            let save = Save {
                session: SESSION.into(),
                epoch: *epoch,
                changes: changes(*first..first + count),
                arrived_at: when(*minute),
            };
            let (attempt, verdict) = attempt.save(&save, &counted());
            let counted = matches!(&verdict, Verdict::Taken(new) if !new.is_empty());
            (attempt, !counted || (save.arrived_at < CLOSE && *epoch == 1))
        }
        Move::HandIn { epoch, last, minute } => (
            attempt
                .hand_in(&HandIn {
                    session: SESSION.into(),
                    epoch: *epoch,
                    last_seq: *last,
                    arrived_at: when(*minute),
                })
                .0,
            true,
        ),
        Move::Close(minute) => (attempt.close(when(*minute)), true),
    }
}

proptest! {
    #[test]
    fn a_random_walk_never_reaches_an_impossible_state(walks in prop::collection::vec(moves(), 0..60)) {
        let mut now = waiting();
        for next in &walks {
            let before = now.clone();
            let in_time;
            (now, in_time) = walk(now, next);
            prop_assert!(in_time, "late or stale changes were counted by {next:?}");
            prop_assert!(now.head().acked_seq >= before.head().acked_seq);
            let whole = crate::fixture::chain(now.head().acked_seq);
            prop_assert_eq!(&now.head().chain, &whole, "the chain is over exactly the counted changes");
            prop_assert_eq!(now.frame(), before.frame());
            match (&before, &now) {
                (Attempt::HandedIn(_) | Attempt::Closed(_), _) => prop_assert_eq!(&before, &now, "an end is an end"),
                (Attempt::Open(_), Attempt::Waiting(_)) => prop_assert!(false, "nobody goes back to waiting"),
                (Attempt::Waiting(_), Attempt::HandedIn(_)) => prop_assert!(false, "nobody hands in unseen work"),
                (Attempt::Waiting(_), _) if now.head().acked_seq > 0 => prop_assert!(false, "counted before the start"),
                _ => {}
            }
            if let Attempt::Closed(ended) = &now {
                prop_assert!(ended.ended_at >= CLOSE, "nobody is closed early");
            }
            if let Attempt::HandedIn(ended) = &now {
                prop_assert!(ended.ended_at < CLOSE, "nobody hands in late");
            }
        }
    }
}
