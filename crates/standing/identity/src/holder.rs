//! Whether anybody holds a duty somewhere.
use ::store::Tx;
use kernel::{OrgPath, UnixMicros};

use crate::{
    Action, Role,
    store::duty::{GrantLine, grants_now, held_now},
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

/// Somebody who holds a role somewhere now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Account.
    pub account_id: String,
    /// What they hold.
    pub role: Role,
    /// Where.
    pub path: OrgPath,
    /// Only in this batch.
    pub batch_code: Option<String>,
}

/// Everybody who holds a role anywhere now and can sign in with a password.
///
/// # Errors
/// Storage.
pub async fn holders(tx: &mut Tx, now: UnixMicros) -> sqlx::Result<Vec<Holder>> {
    let holder = |(account_id, role, path, batch_code): (String, String, OrgPath, Option<String>)| {
        Some(Holder { account_id, role: Role::from_code(&role)?, path, batch_code })
    };
    Ok(held_now(tx, now).await?.into_iter().filter_map(holder).collect())
}
