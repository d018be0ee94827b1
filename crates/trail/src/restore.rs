//! After a backup was put into an empty folder: where the log goes on from.
use store::Db;

use crate::{LogFolder, TrailError, folder::Mark, note::Reader, store::last_checkpoint};

/// Takes the last checkpoint of a restored database as the high-water mark of an installation that
/// has none. Never overwrites a mark: where one exists, it knows more than the backup.
///
/// This is an operator's decision, made once, by `kaogong restore`: whoever restores an older backup
/// over a log that went on loses what was signed since, and every witness will notice.
///
/// # Errors
/// [`TrailError::Changed`] when a mark exists; a checkpoint that does not carry our signature.
pub async fn adopt_restored(db: &Db, log: &LogFolder, vkey: &str) -> Result<u64, TrailError> {
    if log.mark()?.is_some() {
        return Err(TrailError::Changed("the high-water mark exists: this folder is not empty".to_owned()));
    }
    let Some(row) = last_checkpoint(&mut db.read().await?).await? else { return Ok(0) };
    let head = Reader::new(vkey)?.read(&row.note)?;
    log.keep_checkpoint(&row.note)?;
    log.keep_mark(&Mark { size: head.size, root: head.root })?;
    Ok(head.size)
}
