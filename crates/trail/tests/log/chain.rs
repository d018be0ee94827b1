//! What is written, and how it is found again.
use std::sync::Arc;

use kernel::{Clock, Entropy, FixedClock};
use serde_json::json;
use store::is_unique_violation;
use trail::{Actor, Desk, Entry, Outcome, Place, Turn, Wanted};

use crate::fixture::{Log, MORNING, logs, until_blocked_by};

fn actor() -> Actor {
    Actor { account: "acc-1".to_owned(), grant: "grant-1".to_owned() }
}

fn entry<'a>(actor: &'a Actor, action: &'static str, id: &'a str) -> Entry<'a> {
    Entry {
        at: MORNING,
        actor,
        action,
        object: ("batch", id),
        batch: Some(id),
        outcome: Outcome::Done,
        reason: "",
        request: "req-1",
        payload: json!(null),
    }
}

#[tokio::test]
async fn history_and_find_and_recent_give_back_what_was_recorded() {
    for log in logs().await {
        let (db, actor) = (&log.db, actor());
        let mut tx = db.write().await.unwrap();
        let first = trail::record(&mut tx, &log.desk, &entry(&actor, "plan.opened", "b1")).await.unwrap();
        let refusal = Entry {
            outcome: Outcome::Refused,
            reason: "not two persons",
            payload: json!({ "before": 1, "after": 2 }),
            ..entry(&actor, "plan.closed", "b1")
        };
        trail::record(&mut tx, &log.desk, &refusal).await.unwrap();
        let other = Entry { batch: None, at: MORNING.plus_seconds(5), ..entry(&actor, "plan.opened", "b2") };
        trail::record(&mut tx, &log.desk, &other).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.read().await.unwrap();
        let history = trail::history(&mut tx, "batch", "b1").await.unwrap();
        let told: Vec<_> =
            history.iter().map(|row| (row.object_seq, row.action.as_str(), row.outcome.as_str())).collect();
        assert_eq!(told, [(1, "plan.opened", "done"), (2, "plan.closed", "refused")]);
        assert_eq!((&history[0].id, &history[0].entry_hash), (&first.id, &first.entry_hash));
        assert_eq!(
            (history[1].reason.as_str(), history[1].payload.as_str()),
            ("not two persons", r#"{"after":2,"before":1}"#)
        );
        assert_eq!(
            (history[0].actor.as_str(), history[0].grant.as_str(), history[0].at),
            ("acc-1", "grant-1", MORNING)
        );
        assert_eq!(trail::find(&mut tx, "plan.closed", ("batch", "b1")).await.unwrap(), history[1..]);
        assert_eq!(trail::find(&mut tx, "plan.closed", ("batch", "b2")).await.unwrap(), []);
        let everything =
            trail::listed(&mut tx, &trail::Wanted::default(), &trail::Turn::Start, 2).await.unwrap();
        let newest: Vec<String> = everything.into_iter().map(|row| row.object_id).collect();
        assert_eq!(newest, ["b2", "b1"]);
        assert_eq!(trail::recent(&mut tx, "b1", 10).await.unwrap().len(), 2);
        assert_eq!(history[0].leaf_index, None);
        drop(tx);

        log.sequence().await.unwrap();
        let history = trail::history(&mut db.read().await.unwrap(), "batch", "b1").await.unwrap();
        assert_eq!([history[0].leaf_index, history[1].leaf_index], [Some(0), Some(1)]);
        log.assert_clean().await;
    }
    testkit::proves!(
        "S2-18",
        "what was done to a thing is told in order, with who, when, why and by which right"
    );
}

#[tokio::test]
async fn a_list_is_narrowed_and_read_page_by_page_without_gap_or_repeat() {
    for log in logs().await {
        let recorded = log.record(7).await;
        let all: Vec<&str> = recorded.iter().rev().map(|one| one.id.as_str()).collect();
        let mut tx = log.db.read().await.unwrap();
        let everything = Wanted::default();
        let (mut turn, mut told) = (Turn::Start, Vec::new());
        loop {
            let page = trail::listed(&mut tx, &everything, &turn, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            turn = Turn::Older(Place { at: last.at, id: last.id.clone() });
            told.extend(page.into_iter().map(|row| row.id));
        }
        assert_eq!(told, all, "newest first");
        let rows = trail::listed(&mut tx, &everything, &Turn::Start, 7).await.unwrap();
        let fourth = Place { at: rows[3].at, id: rows[3].id.clone() };
        let newer = trail::listed(&mut tx, &everything, &Turn::Newer(fourth), 2).await.unwrap();
        assert_eq!(newer, rows[1..3], "the two just before it, newest first");
        let ends = Wanted { from: Some(rows[4].at), until: Some(rows[1].at), ..Wanted::default() };
        assert_eq!(trail::listed(&mut tx, &ends, &Turn::Start, 7).await.unwrap(), rows[2..5]);
        for (actors, action, count) in [
            (Some(vec!["acc-1".to_owned()]), None, 7),
            (Some(vec!["acc-2".to_owned()]), None, 0),
            (Some(Vec::new()), None, 0),
            (None, Some("score.entered".to_owned()), 7),
            (None, Some("score.sealed".to_owned()), 0),
        ] {
            let wanted = Wanted { actors, action, ..Wanted::default() };
            let found = trail::listed(&mut tx, &wanted, &Turn::Start, 9).await.unwrap();
            assert_eq!(found.len(), count, "{wanted:?}");
        }
    }
}

#[tokio::test]
async fn rolling_back_leaves_no_entry() {
    for log in logs().await {
        let actor = actor();
        let mut tx = log.db.write().await.unwrap();
        trail::record(&mut tx, &log.desk, &entry(&actor, "plan.opened", "b1")).await.unwrap();
        drop(tx);
        assert_eq!(log.count("trail_entry").await, 0);
        assert_eq!(log.count("trail_pending").await, 0);
    }
}

#[tokio::test]
async fn bulk_writes_first_entries_only() {
    for log in logs().await {
        let actor = actor();
        let ids: Vec<String> = (0..1203).map(|number| format!("b{number}")).collect();
        let entries: Vec<_> = ids.iter().map(|id| entry(&actor, "plan.opened", id)).collect();
        let mut tx = log.db.write().await.unwrap();
        let recorded = trail::record_new(&mut tx, &log.desk, &entries).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(recorded.len(), 1203);
        let history = trail::history(&mut log.db.read().await.unwrap(), "batch", "b700").await.unwrap();
        assert_eq!((&history[0].id, &history[0].entry_hash), (&recorded[700].id, &recorded[700].entry_hash));

        let mut tx = log.db.write().await.unwrap();
        let error = trail::record_new(&mut tx, &log.desk, &entries[..1]).await.unwrap_err();
        assert!(is_unique_violation(&error), "{error}");
        drop(tx);
        let report = log.assert_clean().await;
        assert_eq!((report.entries, report.objects, report.pending), (1203, 1203, 1203));
    }
}

#[tokio::test]
async fn bulk_continues_each_chain_and_one_that_is_named_twice() {
    for log in logs().await {
        let actor = actor();
        let ids: Vec<String> = (0..603).map(|number| format!("b{number}")).collect();
        let opened: Vec<_> = ids.iter().step_by(2).map(|id| entry(&actor, "plan.opened", id)).collect();
        let mut later: Vec<_> = ids.iter().map(|id| entry(&actor, "plan.changed", id)).collect();
        later.push(entry(&actor, "plan.closed", "b600"));
        let mut tx = log.db.write().await.unwrap();
        trail::record_new(&mut tx, &log.desk, &opened).await.unwrap();
        let recorded = trail::record_each(&mut tx, &log.desk, &later).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(recorded.len(), 604);
        let mut tx = log.db.read().await.unwrap();
        let actions = |rows: Vec<trail::HistoryRow>| -> Vec<String> {
            rows.into_iter().map(|row| row.action).collect()
        };
        let of = actions(trail::history(&mut tx, "batch", "b1").await.unwrap());
        assert_eq!(of, ["plan.changed"]);
        let of = actions(trail::history(&mut tx, "batch", "b600").await.unwrap());
        assert_eq!(of, ["plan.opened", "plan.changed", "plan.closed"]);
        drop(tx);
        let report = log.assert_clean().await;
        assert_eq!((report.entries, report.objects), (302 + 604, 603));
    }
}

#[tokio::test]
async fn of_two_writers_of_one_object_exactly_one_wins() {
    for log in logs().await {
        let actor = actor();
        let mut first = log.db.write().await.unwrap();
        let (db, desk) = (log.db.clone(), log.desk.clone());
        trail::record(&mut first, &desk, &entry(&actor, "plan.opened", "b1")).await.unwrap();
        let second = tokio::spawn(async move {
            let actor = self::actor();
            let mut tx = db.write().await?;
            trail::record(&mut tx, &desk, &entry(&actor, "plan.opened", "b1")).await?;
            tx.commit().await
        });
        until_blocked_by(&mut first, &log).await;
        first.commit().await.unwrap();
        let second = second.await.unwrap();
        match log.db.engine() {
            // The second writer looked only after the first was done, and went behind it.
            store::Engine::Sqlite => assert_eq!(second.map_err(|error| error.to_string()), Ok(())),
            store::Engine::Postgres => assert!(is_unique_violation(&second.unwrap_err())),
        }
        // Whoever holds an old view of the chain fails on either engine.
        let stale = "INSERT INTO trail_entry (id, at, actor, grant_id, action, object_kind, object_id, object_seq,
                outcome, reason, request_id, node, prev_hash, payload_salt, payload, payload_commitment, entry_hash)
            SELECT 'x', at, actor, grant_id, action, object_kind, object_id, object_seq,
                outcome, reason, request_id, node, prev_hash, payload_salt, payload, payload_commitment, entry_hash
            FROM trail_entry WHERE object_seq = 1";
        assert!(is_unique_violation(&log.sql(stale).await.unwrap_err()));
        log.assert_clean().await;
    }
}

#[tokio::test]
async fn writers_who_try_again_make_one_chain_without_gaps() {
    for log in logs().await {
        let writers = (0..6).map(|_| {
            let (db, desk) = (log.db.clone(), log.desk.clone());
            tokio::spawn(async move {
                let actor = actor();
                let mut left = 10;
                while left > 0 {
                    let mut tx = db.write().await.unwrap();
                    match trail::record(&mut tx, &desk, &entry(&actor, "plan.touched", "b1")).await {
                        Ok(_) => {
                            tx.commit().await.unwrap();
                            left -= 1;
                        }
                        Err(error) => assert!(is_unique_violation(&error), "{error}"),
                    }
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let history = trail::history(&mut log.db.read().await.unwrap(), "batch", "b1").await.unwrap();
        assert_eq!(
            history.iter().map(|row| row.object_seq).collect::<Vec<_>>(),
            (1..=60).collect::<Vec<_>>()
        );
        log.assert_clean().await;
    }
}

#[tokio::test]
async fn what_a_bundle_or_an_engine_cannot_hold_is_refused() {
    for log in logs().await {
        let (actor, long) = (actor(), "长".repeat(22_000));
        for reason in ["a\0b", long.as_str()] {
            let mut tx = log.db.write().await.unwrap();
            let refused = Entry { reason, ..entry(&actor, "plan.opened", "b1") };
            let error = trail::record(&mut tx, &log.desk, &refused).await.unwrap_err();
            assert!(matches!(error, sqlx::Error::Encode(_)), "{error}");
        }
        let mut tx = log.db.write().await.unwrap();
        let far =
            Entry { at: kernel::UnixMicros(9_007_199_254_740_992), ..entry(&actor, "plan.opened", "b1") };
        assert!(trail::record(&mut tx, &log.desk, &far).await.is_err());
        let near =
            Entry { at: kernel::UnixMicros(9_007_199_254_740_991), ..entry(&actor, "plan.opened", "b1") };
        trail::record(&mut tx, &log.desk, &near).await.unwrap();
    }
}

/// Entropy whose every byte is 0x11, so that a vector can be written by hand.
struct Ones;

impl Entropy for Ones {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0x11);
    }
}

/// The bytes of format 1, written by hand after RFC 8785; commitment and hashes were computed
/// apart from this program.
#[tokio::test]
async fn the_first_entries_have_these_bytes() {
    const FIRST: &str = concat!(
        r#"{"action":"plan.opened","actor":"acc-1","at":1621645200000000,"batch":"2021-1","grant":"grant-1","#,
        r#""id":"01799196-0a80-7111-9111-111111111111","node":"南城\t1","object_id":"b/1","object_kind":"batch","#,
        r#""object_seq":1,"outcome":"done","payload":"706231c27ef51064810dce31cb9ebc7840b43146e0fdd1b9977bea6adb41cbcc","#,
        r#""prev":"0000000000000000000000000000000000000000000000000000000000000000","#,
        "\"reason\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7f}é€😀\u{2028}\",",
        r#""request":"req-1","v":1}"#
    );
    for mut log in logs().await {
        log.desk = Desk {
            entropy: Arc::new(Ones),
            clock: Arc::new(FixedClock::new(MORNING)),
            node: "南城\t1".into(),
        };
        let actor = actor();
        let vector = Entry {
            object: ("batch", "b/1"),
            batch: Some("2021-1"),
            reason: "\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}é€😀\u{2028}",
            payload: json!({ "b": 1, "a": "考工" }),
            ..entry(&actor, "plan.opened", "")
        };
        let mut tx = log.db.write().await.unwrap();
        let recorded = trail::record(&mut tx, &log.desk, &vector).await.unwrap();
        tx.commit().await.unwrap();
        log.sequence().await.unwrap();
        let bundle = std::fs::read(log.path("tile/entries/000.p/1")).unwrap();
        assert_eq!(std::str::from_utf8(&bundle[2..]).unwrap(), FIRST);
        assert_eq!(usize::from(u16::from_be_bytes([bundle[0], bundle[1]])), FIRST.len());
        assert_eq!(recorded.entry_hash, "1a6f4d03b1cb595336a740e01ba17e827e6c70d3faa384c4bfd565fa9b880c99");
        let note = std::fs::read_to_string(log.path("checkpoint")).unwrap();
        let lines: Vec<&str> = note.lines().collect();
        assert_eq!(
            lines[..5],
            [
                "kaogong/nancheng",
                "1",
                "Gm9NA7HLWVM2p0DgG6F+gn5scNP6o4TEv9Vl+puIDJk=",
                "after 0",
                "at 1621645200000000"
            ]
        );
        assert_eq!(Clock::now(&*log.clock), MORNING);
        log.assert_clean().await;
    }
}

#[tokio::test]
async fn every_statement_prepares_on_every_engine() {
    for log in logs().await {
        for (name, statement) in trail::ALL_QUERIES {
            let prepared = testkit::prepare(&log.db, statement).await;
            assert!(prepared.is_ok(), "{name}: {prepared:?}");
        }
    }
}

#[tokio::test]
async fn a_key_text_is_read_back_and_a_bad_name_refused() {
    let log = Log::new(testkit::engines().await.remove(0).1);
    let again = trail::Signer::from_secret_text(log.signer.secret_text()).unwrap();
    assert_eq!(again.verifier(), log.signer.verifier());
    assert!(!format!("{:?}", log.signer).contains(log.signer.secret_text()));
    assert!(trail::Signer::generate("two words", [1; 32]).is_err());
    assert!(trail::Signer::generate("a+b", [1; 32]).is_err());
    assert!(trail::Signer::from_secret_text("PRIVATE+KEY+a+00000000+AQ==").is_err());
}
