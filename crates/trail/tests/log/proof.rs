//! Proofs, and a second verifier that shares no code with the first.
use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};
use trail::TrailError;

use crate::fixture::logs;

/// Runs the verifier of Node's standard library; gives its verdict and what it printed.
fn stranger(folder: &Path, key: &str, disclosed: Option<&Path>) -> (bool, Value) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verify_log.mjs");
    let run = Command::new("node").arg(script).arg(folder).arg(key).args(disclosed).output().unwrap();
    let printed = String::from_utf8_lossy(&run.stdout).into_owned();
    let summary = serde_json::from_str(&printed);
    assert!(summary.is_ok(), "{printed}{}", String::from_utf8_lossy(&run.stderr));
    (run.status.success(), summary.unwrap())
}

#[tokio::test]
async fn every_entry_is_proved_to_a_stranger() {
    for log in logs().await {
        for count in [1, 255, 44, 300] {
            log.record(count).await;
            log.sequence().await.unwrap();
        }
        let mut proofs = Vec::new();
        for id in log.texts("SELECT entry_id FROM trail_leaf ORDER BY leaf_index").await.into_iter().flatten()
        {
            let proof = trail::proof(&log.db, &log.log, &id).await.unwrap();
            assert!(proof.holds());
            proofs.push(proof);
        }
        assert_eq!(proofs.len(), 600);
        let mut payloads = Vec::new();
        let opened = "SELECT id || '|' || payload_salt || '|' || payload FROM trail_entry";
        for row in log.texts(opened).await.into_iter().flatten() {
            let parts: Vec<&str> = row.splitn(3, '|').collect();
            payloads.push(json!({ "id": parts[0], "salt": parts[1], "payload": parts[2] }));
        }
        let disclosed = log.home.path().join("disclosed.json");
        fs::write(&disclosed, json!({ "payloads": payloads, "proofs": proofs }).to_string()).unwrap();
        let (right, summary) = stranger(log.log.folder(), log.signer.verifier(), Some(&disclosed));
        assert!(right, "{summary}");
        assert_eq!(summary["size"], 600);
        assert_eq!(summary["root"], proofs[0].root.as_str());
        assert_eq!((&summary["objects"], &summary["open"]), (&json!(5), &json!(0)));
        assert_eq!((&summary["payloads"], &summary["proofs"]), (&json!(600), &json!(600)));

        // The stranger is no yes-man.
        let other = trail::Signer::generate("kaogong/nancheng", [9; 32]).unwrap();
        assert!(!stranger(log.log.folder(), other.verifier(), None).0);
        for name in ["tile/entries/001", "tile/0/000", "tile/1/000.p/2", "checkpoint"] {
            let bytes = fs::read(log.path(name)).unwrap();
            let mut changed = bytes.clone();
            changed[40] ^= 1;
            fs::write(log.path(name), changed).unwrap();
            assert!(!stranger(log.log.folder(), log.signer.verifier(), None).0, "{name}");
            fs::write(log.path(name), bytes).unwrap();
        }
        let mut proofs = serde_json::to_value(&proofs[..1]).unwrap();
        proofs[0]["path"].as_array_mut().unwrap().swap(0, 1);
        fs::write(&disclosed, json!({ "payloads": [], "proofs": proofs }).to_string()).unwrap();
        assert!(!stranger(log.log.folder(), log.signer.verifier(), Some(&disclosed)).0);
    }
}

#[tokio::test]
async fn no_proof_without_a_checkpoint_and_none_from_changed_tiles() {
    for log in logs().await {
        let first = log.record(1).await.remove(0);
        assert!(matches!(trail::proof(&log.db, &log.log, &first.id).await, Err(TrailError::NotSequenced(_))));
        log.sequence().await.unwrap();
        let second = log.record(2).await.remove(0);
        assert!(matches!(
            trail::proof(&log.db, &log.log, &second.id).await,
            Err(TrailError::NotSequenced(_))
        ));
        assert!(matches!(trail::proof(&log.db, &log.log, "nobody").await, Err(TrailError::NotSequenced(_))));
        log.sequence().await.unwrap();
        let proof = trail::proof(&log.db, &log.log, &second.id).await.unwrap();
        assert_eq!((proof.index, proof.size, proof.leaf.as_str()), (1, 3, second.entry_hash.as_str()));
        assert_eq!(proof.checkpoint, fs::read_to_string(log.path("checkpoint")).unwrap());
        let mut wrong = proof.clone();
        wrong.index = 2;
        assert!(!wrong.holds());
        fs::write(log.path("tile/0/000.p/3"), [0; 96]).unwrap();
        assert!(matches!(trail::proof(&log.db, &log.log, &second.id).await, Err(TrailError::Changed(_))));
    }
}
