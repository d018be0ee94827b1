//! The accounts of staff: all of them, one of them, making and closing them.
pub mod form;
pub mod list;
pub mod show;

use ::store::Tx;
use kernel::{OrgPath, UnixMicros};
use web::{PageError, PageResult, Words};

use crate::{
    Role, StaffAccount,
    rules::duty::sees_account,
    store::{account, duty},
};

/// The account, for whoever reads accounts at `at`; not found for one that works elsewhere.
///
/// # Errors
/// Not found; storage.
pub async fn seen(tx: &mut Tx, at: &[OrgPath], id: &str, now: UnixMicros) -> PageResult<StaffAccount> {
    let account = account::staff_account(tx, id).await?.ok_or(PageError::NotFound)?;
    if sees_account(at, &held(tx, id, now).await?) { Ok(account) } else { Err(PageError::NotFound) }
}

/// Where an account holds duties now.
async fn held(tx: &mut Tx, id: &str, now: UnixMicros) -> PageResult<Vec<OrgPath>> {
    let lines = duty::grant_lines(tx, id).await?.into_iter().filter(|line| line.counts(now));
    Ok(lines.map(|line| line.org_path).collect())
}

/// The name of a role by its stored code; the code itself for one this binary does not know.
pub fn role_word(code: &str, t: Words) -> String {
    Role::from_code(code).map_or_else(|| code.to_owned(), |role| role_name(role, t))
}

/// The name of a role.
pub fn role_name(role: Role, t: Words) -> String {
    t.s(&format!("role-{}", role.code()))
}

/// Every role with its name.
pub fn roles(t: Words) -> Vec<(String, String)> {
    Role::ALL.into_iter().map(|role| (role.code().to_owned(), role_name(role, t))).collect()
}
