//! Crashes between any two steps, older backups, and two sequencers.
use std::fs;

use trail::{LogFolder, TrailError};

use crate::{
    attack::forget_from,
    fixture::{Log, copy, execute, logs, until_blocked_by},
};

/// How far the second run came before the power went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Crash {
    Placed,
    SomeTiles,
    Tiles,
    Mark,
    Row,
    Announced,
}

/// A log of 250 leaves, then a run over 300 more (so that tiles fill up) that died at `crash`.
async fn crashed(log: &Log, crash: Crash) {
    log.record(250).await;
    log.sequence().await.unwrap();
    let before = log.home.path().with_extension("before");
    copy(log.home.path(), &before);
    log.record(300).await;
    log.sequence().await.unwrap();
    let after = log.home.path().with_extension("after");
    copy(log.home.path(), &after);
    if crash < Crash::Row {
        assert_eq!(log.sql("DELETE FROM trail_checkpoint WHERE size = 550").await.unwrap(), 1);
    }
    // The folder as it was before the run, and on it what the run got done.
    fs::remove_dir_all(log.log.folder()).unwrap();
    copy(&before, log.home.path());
    let redo = |names: &[&str]| {
        for name in names {
            let target = log.home.path().join(name);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(after.join(name), target).unwrap();
        }
    };
    if crash >= Crash::SomeTiles {
        redo(&["log/tile/entries/000", "log/tile/entries/001", "log/tile/0/000"]);
        fs::write(log.path("tile/0/.001.new"), b"half a ti").unwrap();
    }
    if crash >= Crash::Tiles {
        redo(&["log/tile/entries/002.p/38", "log/tile/0/001", "log/tile/0/002.p/38", "log/tile/1/000.p/2"]);
    }
    if crash >= Crash::Mark {
        redo(&["mark/size"]);
    }
    if crash >= Crash::Announced {
        redo(&["log/checkpoint"]);
    }
    fs::remove_dir_all(before).unwrap();
    fs::remove_dir_all(after).unwrap();
}

#[tokio::test]
async fn a_crash_between_any_two_steps_is_recovered() {
    for crash in [Crash::Placed, Crash::SomeTiles, Crash::Tiles, Crash::Mark, Crash::Row, Crash::Announced] {
        for log in logs().await {
            crashed(&log, crash).await;
            log.record(10).await;
            let done = log.sequence().await.unwrap_or_else(|error| panic!("{crash:?}: {error}"));
            assert_eq!(done.size, 560, "{crash:?}");
            let report = log.assert_clean().await;
            assert_eq!((report.sequenced, report.pending), (560, 0), "{crash:?}");
        }
    }
}

#[tokio::test]
async fn a_crash_after_the_row_is_recovered_without_new_entries() {
    for log in logs().await {
        crashed(&log, Crash::Row).await;
        assert!(!log.verify().await.problems.is_empty(), "the old checkpoint file is seen");
        let done = log.sequence().await.unwrap();
        assert_eq!((done.size, done.new), (550, 0));
        log.assert_clean().await;
    }
}

#[tokio::test]
async fn more_than_one_chunk_is_sequenced_without_gaps() {
    for log in logs().await {
        let actor = trail::Actor { account: "a".to_owned(), grant: "g".to_owned() };
        let ids: Vec<String> = (0..4_500).map(|number| number.to_string()).collect();
        let entries: Vec<trail::Entry<'_>> = ids
            .iter()
            .map(|id| trail::Entry {
                at: crate::fixture::MORNING,
                actor: &actor,
                action: "seat.given",
                object: ("seat", id),
                batch: None,
                outcome: trail::Outcome::Done,
                reason: "",
                request: "r",
                payload: serde_json::json!({}),
            })
            .collect();
        let mut tx = log.db.write().await.unwrap();
        trail::record_new(&mut tx, &log.desk, &entries).await.unwrap();
        tx.commit().await.unwrap();
        let done = log.sequence().await.unwrap();
        assert_eq!((done.size, done.new), (4_500, 4_500));
        assert_eq!(log.count("trail_checkpoint").await, 3);
        let done = log.sequence().await.unwrap();
        assert_eq!((done.size, done.new), (4_500, 0));
        assert_eq!(log.assert_clean().await.sequenced, 4_500);
        assert!(!log.path("tile/0/007.p").exists(), "the partial tiles of a full one are dropped");
    }
}

#[tokio::test]
async fn an_older_backup_is_refused_until_it_is_continued_by_people() {
    for log in logs().await {
        log.record(6).await;
        log.sequence().await.unwrap();
        log.record(6).await;
        log.sequence().await.unwrap();
        let signed = fs::read_to_string(log.path("checkpoint")).unwrap();
        forget_from(&log, 6).await;
        // More than were lost, so that only the number of leaves could look right again.
        log.record(20).await;
        let error = log.sequence().await.unwrap_err();
        assert!(matches!(error, TrailError::Behind { have: 6, signed: 12 }), "{error}");
        assert_eq!(log.count("trail_leaf").await, 6, "no place was given");
        assert_eq!(fs::read_to_string(log.path("checkpoint")).unwrap(), signed);

        // Places given by hand do not help: the leaves are others.
        log.sql(
            "INSERT INTO trail_leaf (leaf_index, entry_id, leaf_hash)
                SELECT 5 + ROW_NUMBER() OVER (ORDER BY e.id), e.id, e.entry_hash
                FROM trail_pending p JOIN trail_entry e ON e.id = p.entry_id",
        )
        .await
        .unwrap();
        log.sql("DELETE FROM trail_pending").await.unwrap();
        let error = log.sequence().await.unwrap_err();
        assert!(matches!(error, TrailError::Forked(12)), "{error}");
        fs::remove_file(log.home.path().join("mark/size")).unwrap();
        assert!(matches!(log.sequence().await.unwrap_err(), TrailError::MarkMissing));
        assert_eq!(fs::read_to_string(log.path("checkpoint")).unwrap(), signed);
    }
}

#[tokio::test]
async fn an_emptied_database_is_refused() {
    for log in logs().await {
        log.record(6).await;
        log.sequence().await.unwrap();
        log.unguard().await;
        for table in ["trail_checkpoint", "trail_leaf", "trail_pending", "trail_entry"] {
            log.sql(&format!("DELETE FROM {table}")).await.unwrap();
        }
        log.record(9).await;
        assert!(matches!(log.sequence().await.unwrap_err(), TrailError::Behind { have: 0, signed: 6 }));
        fs::remove_file(log.path("checkpoint")).unwrap();
        assert!(matches!(log.sequence().await.unwrap_err(), TrailError::Behind { have: 0, signed: 6 }));
    }
}

#[tokio::test]
async fn a_sqlite_copy_of_yesterday_is_refused() {
    let mut log = logs().await.remove(0);
    log.record(3).await;
    log.sequence().await.unwrap();
    let copy = log.home.path().join("yesterday.db");
    log.db.copy_sqlite_to(copy.to_str().unwrap()).await.unwrap();
    log.record(3).await;
    log.sequence().await.unwrap();
    log.db = store::Db::open(&format!("sqlite:{}", copy.display())).await.unwrap();
    log.record(5).await;
    assert!(matches!(log.sequence().await.unwrap_err(), TrailError::Behind { have: 3, signed: 6 }));
}

#[tokio::test]
async fn an_entry_changed_while_it_waited_or_a_changed_tile_stops_the_log() {
    for log in logs().await {
        log.record(3).await;
        log.sequence().await.unwrap();
        log.record(1).await;
        let waiting = "WHERE id IN (SELECT entry_id FROM trail_pending)";
        log.sql(&format!("UPDATE trail_entry SET reason = 'nothing' {waiting}")).await.unwrap();
        assert!(matches!(log.sequence().await.unwrap_err(), TrailError::Changed(_)));
        log.sql("UPDATE trail_entry SET reason = '复核 second look' WHERE reason = 'nothing'").await.unwrap();
        let tile = log.path("tile/0/000.p/3");
        let bytes = fs::read(&tile).unwrap();
        fs::write(&tile, [&bytes[..95], &[bytes[95] ^ 1]].concat()).unwrap();
        assert!(matches!(log.sequence().await.unwrap_err(), TrailError::Forked(3)));
        fs::write(&tile, bytes).unwrap();
        assert_eq!(log.sequence().await.unwrap().size, 4);
        log.assert_clean().await;
    }
}

#[tokio::test]
async fn two_sequencers_never_fork_the_log() {
    for log in logs().await {
        log.record(4).await;
        let held =
            fs::File::options().write(true).create(true).truncate(false).open(log.path("lock")).unwrap();
        held.lock().unwrap();
        assert!(matches!(log.sequence().await.unwrap_err(), TrailError::Busy));
        drop(held);

        // A second one, with its own folder: only the first may go on.
        log.sequence().await.unwrap();
        log.record(4).await;
        let other =
            LogFolder::open(log.home.path().join("other"), log.home.path().join("other-mark")).unwrap();
        let second = trail::sequence(&log.db, &other, &log.signer, crate::fixture::MORNING).await;
        assert!(matches!(second.unwrap_err(), TrailError::MarkMissing));
        assert_eq!(log.sequence().await.unwrap().size, 8);

        if log.db.engine() == store::Engine::Postgres {
            log.record(1).await;
            let mut first = log.db.write().await.unwrap();
            let place = "INSERT INTO trail_leaf (leaf_index, entry_id, leaf_hash)
                SELECT 8, entry_id, 'x' FROM trail_pending";
            assert_eq!(execute(&mut first, place).await.unwrap(), 1);
            let (db, folder, signer) = (log.db.clone(), log.log.clone(), log.signer.clone());
            let second =
                tokio::spawn(
                    async move { trail::sequence(&db, &folder, &signer, crate::fixture::MORNING).await },
                );
            until_blocked_by(&mut first, &log).await;
            first.commit().await.unwrap();
            assert!(matches!(second.await.unwrap().unwrap_err(), TrailError::Faster));
            log.sql("DELETE FROM trail_leaf WHERE leaf_index = 8").await.unwrap();
        }
        log.sequence().await.unwrap();
        log.assert_clean().await;
    }
}
