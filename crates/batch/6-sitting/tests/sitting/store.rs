//! What the other tests do not reach of the rows.
use kernel::BatchCode;
use sitting::{
    LedgerError,
    rules::{Attempt, Begin, Counted, Mark},
    store::{self, ClosingRow, Moved, NewCheckIn, NewMark},
};

use crate::fixture::{Hall, SESSION, START, account, chain, changes, frame, halls};

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, db) in testkit::engines().await {
        for (name, statement) in sitting::all_queries() {
            let prepared = testkit::prepare(&db, statement).await;
            prepared.unwrap_or_else(|error| panic!("{name} on {engine}: {error}"));
        }
    }
}

#[tokio::test]
async fn an_attempt_is_opened_once_and_found_only_by_its_account() {
    for hall in halls().await {
        let id = hall.waiting(1).await;
        let mut tx = hall.env.db.write().await.unwrap();
        assert!(store::attempt(&mut tx, &id, &account(2)).await.unwrap().is_none(), "{}", hall.engine);
        let row = store::attempt_of_seat(&mut tx, "seat-1").await.unwrap().unwrap();
        assert_eq!(row, store::attempt(&mut tx, &id, &account(1)).await.unwrap().unwrap(), "{}", hall.engine);
        assert_eq!(store::attempts(&mut tx, &[&id, &"none".into()]).await.unwrap(), [row], "{}", hall.engine);
        drop(tx);
        let early = kernel::UnixMicros::new(START.get() - 1);
        for outside in [early, frame(1).close_at] {
            assert!(matches!(hall.begin(1, outside).await, Attempt::Waiting(_)), "{}", hall.engine);
        }
        for at in [START, START.plus_minutes(1)] {
            assert!(matches!(hall.begin(1, at).await, Attempt::Open(_)), "{}", hall.engine);
        }
        let mut tx = hall.env.db.write().await.unwrap();
        let begun = trail::find(&mut tx, "attempt.start", ("attempt", id.as_str())).await.unwrap();
        assert_eq!(begun.len(), 1, "it begins once on {}", hall.engine);
        assert!(!store::hold_back(&mut tx, "seat-1").await.unwrap(), "it has begun on {}", hall.engine);
        let of_room = store::attempts_of_room(&mut tx, "room-1").await.unwrap();
        let states: Vec<(&str, &str)> =
            of_room.iter().map(|row| (row.seat_id.as_str(), row.state.as_str())).collect();
        assert_eq!(states, [("seat-1", "open")], "{}", hall.engine);
        let standing = store::standing_of_room(&mut tx, "room-1").await.unwrap();
        assert_eq!((standing.closing, standing.attempts), (None, of_room), "{}", hall.engine);
        let batch = BatchCode::parse("2021-01").unwrap();
        assert!(store::is_any_open(&mut tx, &batch).await.unwrap(), "{}", hall.engine);
        assert_eq!(store::ended_since(&mut tx, START).await.unwrap(), [], "{}", hall.engine);
        assert_eq!(store::due(&mut tx, frame(1).close_at, 10).await.unwrap(), [id], "{}", hall.engine);
    }
}

#[tokio::test]
async fn who_is_marked_as_absent_does_not_begin_and_the_others_of_the_group_do() {
    for hall in halls().await {
        hall.waiting(1).await;
        hall.waiting(2).await;
        let mut tx = hall.env.db.write().await.unwrap();
        let mark = NewMark {
            seat: "seat-1",
            room_use: "room-1",
            sitting: "sitting-1",
            batch: &BatchCode::parse("2021-01").unwrap(),
            application: "application-1",
            mark: Mark::Absent,
            by: &account(1),
            at: START,
        };
        assert!(store::set_mark(&mut tx, mark).await.unwrap(), "{}", hall.engine);
        tx.commit().await.unwrap();
        let (absent, present) = tokio::join!(hall.begin(1, START), hall.begin(2, START));
        assert!(matches!(absent, Attempt::Waiting(_)), "{}", hall.engine);
        assert!(matches!(present, Attempt::Open(_)), "{}", hall.engine);
        assert!(matches!(hall.look(1).await, Attempt::Waiting(_)), "{}", hall.engine);
        assert!(matches!(hall.look(2).await, Attempt::Open(_)), "{}", hall.engine);
    }
}

#[tokio::test]
async fn a_code_is_used_up_by_whoever_holds_the_seat_and_by_nobody_else() {
    for hall in halls().await {
        let id = hall.attempt(1).await;
        hall.waiting(2).await;
        let mut tx = hall.env.db.write().await.unwrap();
        // The candidate moves: the old machine is fenced, and a new code lies at the seat.
        assert!(store::next_epoch(&mut tx, &id, 1).await.unwrap());
        let new = NewCheckIn {
            seat: "seat-1",
            application: "application-1",
            sitting: "sitting-1",
            by: "invigilator",
            at: START,
            code_hash: "new",
        };
        store::put_check_in(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
        let left = async |hall: &Hall| {
            let mut tx = hall.env.db.read().await.unwrap();
            let unused = store::check_ins_of(&mut tx, "application-1").await.unwrap();
            unused.into_iter().next().map(|row| row.code_hash).unwrap_or_default()
        };
        let asked = || Begin { session: SESSION.into(), arrived_at: START };
        assert!(matches!(hall.begin(1, START).await, Attempt::Open(_)), "{}", hall.engine);
        assert_eq!(left(&hall).await, "new", "the old machine on {}", hall.engine);
        let of_another = hall.ledger.begin(id.clone(), account(2), "begin".into(), asked()).await;
        assert_eq!(of_another, Err(LedgerError::NotFound), "{}", hall.engine);
        let mut tx = hall.env.db.write().await.unwrap();
        store::rebind(&mut tx, &id, &account(1), SESSION).await.unwrap();
        tx.commit().await.unwrap();
        let of_another = hall.ledger.begin(id, account(2), "begin".into(), asked()).await;
        assert_eq!(of_another, Err(LedgerError::NotFound), "{}", hall.engine);
        assert_eq!(left(&hall).await, "new", "somebody else on {}", hall.engine);
        hall.begin(1, START).await;
        assert_eq!(left(&hall).await, "", "whoever holds the seat on {}", hall.engine);
    }
}

#[tokio::test]
async fn a_row_that_moved_since_it_was_read_is_not_moved_again() {
    for hall in halls().await {
        hall.attempt(1).await;
        hall.attempt(2).await;
        let mut tx = hall.env.db.write().await.unwrap();
        let ids = [&frame(1).id, &frame(2).id];
        let rows = store::attempts(&mut tx, &ids).await.unwrap();
        drop(tx);
        hall.save(2, 1, changes([1])).await.unwrap();
        let mut tx = hall.env.db.write().await.unwrap();
        let save = sitting::rules::Save {
            session: SESSION.into(),
            epoch: 1,
            changes: changes(1..=2),
            arrived_at: START,
        };
        let moved: Vec<_> =
            rows.iter().map(|row| row.attempt().unwrap().save(&save, &Counted::new()).0).collect();
        let both: Vec<_> =
            rows.iter().zip(&moved).map(|(before, after)| Moved { before, after, begun_at: None }).collect();
        assert!(!store::update_attempts(&mut tx, &both).await.unwrap(), "{}", hall.engine);
        drop(tx);
        let mut tx = hall.env.db.write().await.unwrap();
        assert!(store::update_attempts(&mut tx, &both[..1]).await.unwrap(), "{}", hall.engine);
        tx.commit().await.unwrap();
        assert_eq!(hall.look(1).await.head().chain, chain(2), "{}", hall.engine);
        assert_eq!(hall.look(2).await.head().chain, chain(1), "{}", hall.engine);
    }
}

#[tokio::test]
async fn a_check_in_gives_codes_one_after_another() {
    for hall in halls().await {
        hall.waiting(1).await;
        let mut tx = hall.env.db.write().await.unwrap();
        let new = |code_hash| NewCheckIn {
            seat: "seat-1",
            application: "application-1",
            sitting: "sitting-1",
            by: "invigilator",
            at: START,
            code_hash,
        };
        assert!(
            !store::put_code(&mut tx, "seat-1", "x").await.unwrap(),
            "nobody is checked in on {}",
            hall.engine
        );
        store::put_check_in(&mut tx, new("one")).await.unwrap();
        store::count_failure(&mut tx, "seat-1").await.unwrap();
        let row = store::check_ins_of(&mut tx, "application-1").await.unwrap().remove(0);
        assert_eq!((row.code_hash.as_str(), row.failed_tries), ("one", 1), "{}", hall.engine);
        store::put_check_in(&mut tx, new("two")).await.unwrap();
        assert!(store::put_code(&mut tx, "seat-1", "three").await.unwrap(), "{}", hall.engine);
        let open = store::check_ins_of(&mut tx, "application-1").await.unwrap();
        assert_eq!((open[0].code_hash.as_str(), open[0].failed_tries), ("three", 0), "{}", hall.engine);
        for left in [1, 0] {
            let spent = store::spend_codes(&mut tx, &["seat-1", "seat-2"]).await.unwrap();
            assert_eq!(spent, left, "{}", hall.engine);
        }
        assert_eq!(store::check_ins_of(&mut tx, "application-1").await.unwrap(), [], "{}", hall.engine);
    }
}

#[tokio::test]
async fn every_mark_is_one_the_table_knows_and_none_changes_after_the_closing() {
    for hall in halls().await {
        hall.waiting(1).await;
        let batch = BatchCode::parse("2021-01").unwrap();
        let mut tx = hall.env.db.write().await.unwrap();
        let new = |mark| NewMark {
            seat: "seat-1",
            room_use: "room-1",
            sitting: "sitting-1",
            batch: &batch,
            application: "application-1",
            mark,
            by: "invigilator",
            at: START,
        };
        for mark in Mark::ALL {
            assert!(store::set_mark(&mut tx, new(mark)).await.unwrap(), "{mark:?} on {}", hall.engine);
            let rows = store::attendance_of_room(&mut tx, "room-1").await.unwrap();
            assert_eq!(rows[0].mark(), Some(mark), "{}", hall.engine);
            assert_eq!(store::attendance_of_batch(&mut tx, &batch).await.unwrap(), rows, "{}", hall.engine);
        }
        assert!(!store::take_back_mark(&mut tx, "seat-1", Mark::Present).await.unwrap(), "{}", hall.engine);
        assert!(store::take_back_mark(&mut tx, "seat-1", Mark::Absent).await.unwrap(), "{}", hall.engine);
        store::record_others(&mut tx, &[new(Mark::Absent)]).await.unwrap();
        let row = ClosingRow {
            room_use_id: "room-1".into(),
            sitting_id: "sitting-1".into(),
            expected: 1,
            present: 0,
            absent: 1,
            closed_by: "invigilator".into(),
            closed_at: START,
        };
        assert!(store::close_record(&mut tx, &batch, &row).await.unwrap(), "{}", hall.engine);
        assert!(!store::close_record(&mut tx, &batch, &row).await.unwrap(), "{}", hall.engine);
        let standing = store::standing_of_room(&mut tx, "room-1").await.unwrap();
        assert_eq!(standing.closing.as_ref(), Some(&row), "{}", hall.engine);
        assert_eq!(standing.marks.into_iter().collect::<Vec<_>>(), [("seat-1".to_owned(), Mark::Absent)]);
        let rows = [row];
        assert_eq!(
            store::closing_of_room(&mut tx, "room-1").await.unwrap().into_iter().collect::<Vec<_>>(),
            rows,
            "{}",
            hall.engine
        );
        assert_eq!(store::closings_of_batch(&mut tx, &batch).await.unwrap(), rows, "{}", hall.engine);
        assert!(!store::set_mark(&mut tx, new(Mark::Present)).await.unwrap(), "closed on {}", hall.engine);
        assert!(
            !store::take_back_mark(&mut tx, "seat-1", Mark::Absent).await.unwrap(),
            "closed on {}",
            hall.engine
        );
    }
}

/// A check-in says on the rail that the sittings go on. Said by hundreds at a time, it must not be one row
/// that each writes and the next waits for; on SQLite writers queue for the whole file anyway.
#[tokio::test]
async fn a_check_in_does_not_wait_for_the_check_in_of_somebody_else_to_tell_the_rail() {
    for hall in halls().await.into_iter().filter(|hall| hall.engine == "postgres") {
        let (code, db) = (BatchCode::parse("2021-01").unwrap(), &hall.env.db);
        let going_on =
            |count| plan::Progress { state: plan::ProgressState::Now, count, note_key: "sitting-note-rooms" };
        let mut tx = db.write().await.unwrap();
        plan::report_progress(&mut tx, &code, 6, going_on(0), START).await.unwrap();
        tx.commit().await.unwrap();
        let (mut one, mut other) = (db.write().await.unwrap(), db.write().await.unwrap());
        let patience = "SET LOCAL lock_timeout = '300ms'";
        ::store::on!(&mut other, |conn| sqlx::query(patience).execute(conn).await.map(|_| ())).unwrap();
        plan::report_progress(&mut one, &code, 6, going_on(0), START).await.unwrap();
        plan::report_progress(&mut other, &code, 6, going_on(0), START).await.unwrap();
        // The control: what is new is written, and the second waits for the first.
        plan::report_progress(&mut one, &code, 6, going_on(1), START).await.unwrap();
        let waited = plan::report_progress(&mut other, &code, 6, going_on(2), START).await.unwrap_err();
        assert!(waited.to_string().contains("lock timeout"), "{waited}");
    }
}
