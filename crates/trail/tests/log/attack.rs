//! What somebody with the database, the folder or even the key in hand may try.
use std::fs;

use trail::LogFolder;

use crate::fixture::{Log, copy, logs};

/// Everything about entries from leaf `first` on disappears from the database.
pub async fn forget_from(log: &Log, first: i64) {
    log.unguard().await;
    let gone = format!("IN (SELECT entry_id FROM trail_leaf WHERE leaf_index >= {first})");
    log.sql("DELETE FROM trail_entry WHERE id IN (SELECT entry_id FROM trail_pending)").await.unwrap();
    log.sql("DELETE FROM trail_pending").await.unwrap();
    log.sql(&format!("DELETE FROM trail_entry WHERE id {gone}")).await.unwrap();
    log.sql(&format!("DELETE FROM trail_leaf WHERE leaf_index >= {first}")).await.unwrap();
    log.sql(&format!("DELETE FROM trail_checkpoint WHERE size > {first}")).await.unwrap();
}

#[tokio::test]
async fn reordered_leaves_are_found() {
    for log in logs().await {
        log.record(6).await;
        log.sequence().await.unwrap();
        for swap in [
            "UPDATE trail_leaf SET leaf_index = 1000 + 5 - leaf_index WHERE leaf_index IN (2, 3)",
            "UPDATE trail_leaf SET leaf_index = leaf_index - 1000 WHERE leaf_index >= 1000",
        ] {
            assert_eq!(log.sql(swap).await.unwrap(), 2);
        }
        assert!(!log.verify().await.problems.is_empty());
    }
}

#[tokio::test]
async fn an_inserted_row_is_found() {
    for log in logs().await {
        log.record(6).await;
        log.sequence().await.unwrap();
        let copied =
            "at, actor, grant_id, action, object_kind, OBJECT, batch, outcome, reason, request_id, node,
            prev_hash, payload_salt, payload, payload_commitment, entry_hash";
        let into = copied.replace("OBJECT", "object_id, object_seq");
        for object in ["object_id, object_seq + 1", "'candidate-9', 1"] {
            let from = copied.replace("OBJECT", object);
            let fake = format!(
                "INSERT INTO trail_entry (id, {into})
                    SELECT 'fake', {from} FROM trail_entry WHERE object_id = 'candidate-4'"
            );
            assert_eq!(log.sql(&fake).await.unwrap(), 1);
            assert!(!log.verify().await.problems.is_empty(), "{object}");
            log.sql("INSERT INTO trail_pending (entry_id) VALUES ('fake')").await.unwrap();
            assert!(!log.verify().await.problems.is_empty(), "{object}, queued");
            assert!(log.sequence().await.is_err(), "{object}: the log signs no entry with a wrong hash");
            log.sql("DELETE FROM trail_leaf WHERE entry_id = 'fake'").await.unwrap();
            log.sql("DELETE FROM trail_pending WHERE entry_id = 'fake'").await.unwrap();
            log.sql("DELETE FROM trail_entry WHERE id = 'fake'").await.unwrap();
            log.assert_clean().await;
        }
        log.sql(
            "INSERT INTO trail_checkpoint (size, root, note, at)
            SELECT 3, root, note, at FROM trail_checkpoint",
        )
        .await
        .unwrap();
        assert!(!log.verify().await.problems.is_empty(), "checkpoint");
    }
}

#[tokio::test]
async fn a_cut_off_end_is_found() {
    for log in logs().await {
        log.record(6).await;
        log.sequence().await.unwrap();
        log.record(6).await;
        log.sequence().await.unwrap();
        forget_from(&log, 6).await;
        assert!(!log.verify().await.problems.is_empty());
        // And with the published checkpoint put back as well: the mark outside knows better.
        let old = log.texts("SELECT note FROM trail_checkpoint").await.remove(0).unwrap();
        fs::write(log.path("checkpoint"), old).unwrap();
        let problems = log.verify().await.problems;
        assert!(problems.iter().any(|problem| problem.where_ == "high-water mark"), "{problems:?}");
    }
}

#[tokio::test]
async fn a_backup_of_database_folder_and_mark_replayed_is_found_by_who_holds_a_checkpoint() {
    for log in logs().await {
        log.record(6).await;
        log.sequence().await.unwrap();
        copy(log.home.path(), &log.home.path().with_extension("backup"));
        log.record(6).await;
        log.sequence().await.unwrap();
        let held = fs::read_to_string(log.path("checkpoint")).unwrap();
        let key = log.signer.verifier();
        let report = trail::verify_against(&log.db, &log.log, key, &[&held]).await.unwrap();
        assert_eq!(report.problems, []);

        forget_from(&log, 6).await;
        copy(&log.home.path().with_extension("backup"), log.home.path());
        fs::remove_dir_all(log.home.path().with_extension("backup")).unwrap();
        log.assert_clean().await;
        let report = trail::verify_against(&log.db, &log.log, key, &[&held]).await.unwrap();
        assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
        assert_eq!(report.problems[0].where_, "held checkpoint 1");
    }
}

#[tokio::test]
async fn a_history_rewritten_with_the_key_is_found_by_who_holds_a_checkpoint() {
    for mut log in logs().await {
        log.record(6).await;
        log.sequence().await.unwrap();
        let held = fs::read_to_string(log.path("checkpoint")).unwrap();
        log.unguard().await;
        for table in ["trail_checkpoint", "trail_leaf", "trail_pending", "trail_entry"] {
            log.sql(&format!("DELETE FROM {table}")).await.unwrap();
        }
        log.log = LogFolder::open(log.home.path().join("log2"), log.home.path().join("mark2")).unwrap();
        log.record(7).await;
        log.sequence().await.unwrap();
        log.assert_clean().await;
        let key = log.signer.verifier();
        let report = trail::verify_against(&log.db, &log.log, key, &[&held]).await.unwrap();
        assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
    }
}

#[tokio::test]
async fn a_checkpoint_of_another_key_is_not_believed() {
    for log in logs().await {
        log.record(3).await;
        log.sequence().await.unwrap();
        let other = trail::Signer::generate("kaogong/nancheng", [9; 32]).unwrap();
        let report = trail::verify(&log.db, &log.log, other.verifier()).await.unwrap();
        assert!(!report.problems.is_empty());
        assert!(trail::verify(&log.db, &log.log, "kaogong/nancheng+00000000+AAAA").await.is_err());
        assert!(trail::sequence(&log.db, &log.log, &other, crate::fixture::MORNING).await.is_err());
    }
}
