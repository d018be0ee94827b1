//! Whether anybody holds a duty somewhere.
use ::store::Tx;
use kernel::{OrgPath, UnixMicros};

use crate::{
    Action, Role,
    store::duty::{GrantLine, grants_now},
};

/// The places and batches where a duty is held now: path, and batch when it is for one only.
///
/// # Errors
/// Storage.
pub async fn held_at(
    tx: &mut Tx,
    action: Action,
    now: UnixMicros,
) -> sqlx::Result<Vec<(OrgPath, Option<String>)>> {
    let carries = |line: &GrantLine| Role::from_code(&line.role).is_some_and(|role| role.carries(action));
    let lines = grants_now(tx, now).await?;
    Ok(lines.into_iter().filter(carries).map(|line| (line.org_path, line.batch_code)).collect())
}
