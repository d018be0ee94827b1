//! The proof that one entry is in the log: it needs nobody's word but the signature.
use serde::Serialize;
use store::Db;
use tlog_tiles::{Hash, check_record, prove_record};

use crate::{
    LogFolder, TrailError,
    folder::TileHashes,
    leaf::{hex, unhex},
    sequence::unsigned,
    store::leaf_of,
};

/// Everything a stranger needs beside the entry itself and the log's public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Place of the leaf, from 0.
    pub index: u64,
    /// Leaves under the checkpoint.
    pub size: u64,
    /// The leaf's hash, 64 small hexadecimal digits.
    pub leaf: String,
    /// Root of the tree, 64 small hexadecimal digits.
    pub root: String,
    /// The audit path of RFC 6962, section 2.1.1, from the leaf upwards, in the same digits.
    pub path: Vec<String>,
    /// The signed checkpoint that states `size` and `root`.
    pub checkpoint: String,
}

impl Proof {
    /// Whether the path leads from the leaf to the root. The signature is not looked at here.
    #[must_use]
    pub fn holds(&self) -> bool {
        let hash = |text: &String| unhex(text).map(Hash);
        let path: Option<Vec<Hash>> = self.path.iter().map(hash).collect();
        match (path, hash(&self.leaf), hash(&self.root)) {
            (Some(path), Some(leaf), Some(root)) => {
                check_record(&path, self.size, root, self.index, leaf).is_ok()
            }
            _ => false,
        }
    }
}

/// The proof of one entry against the latest checkpoint, read from the tiles.
///
/// # Errors
/// [`TrailError::NotSequenced`] until a checkpoint covers the entry; [`TrailError::Changed`] when
/// the tiles do not lead to the root that was signed.
pub async fn proof(db: &Db, log: &LogFolder, entry_id: &str) -> Result<Proof, TrailError> {
    let mut tx = db.read().await?;
    let waiting = || TrailError::NotSequenced(entry_id.to_owned());
    let found = leaf_of(&mut tx, entry_id).await?.ok_or_else(waiting)?;
    drop(tx);
    if found.leaf_index >= found.size {
        return Err(waiting());
    }
    let (index, size, log) = (unsigned(found.leaf_index), unsigned(found.size), log.clone());
    let path =
        tokio::task::spawn_blocking(move || prove_record(size, index, &TileHashes { log: &log, size }))
            .await??;
    let path = path.iter().map(|hash| hex(&hash.0)).collect();
    let proof = Proof { index, size, leaf: found.leaf_hash, root: found.root, path, checkpoint: found.note };
    if proof.holds() {
        Ok(proof)
    } else {
        Err(TrailError::Changed(format!("the tiles that prove {entry_id}")))
    }
}
