//! The first administrators of an installation, of accounts and of duties, made by its operator: pages need two people
//! for a duty, and at the beginning there is nobody.
use ::store::Tx;
use kernel::OrgPath;
use serde_json::json;
use web::{PageError, PageResult};

use crate::{
    Env, Grant, NewAccount, Note, Role, grant, insert_account, pages::make_link,
    rules::credential::check_login, store::duty,
};

/// As many of each as the operator may make: one who proposes and one who decides.
const FOUNDERS_MAX: i64 = 2;

/// Makes an administrator of accounts, or of duties, at `path`, who counts from now; gives the link over which they set
/// their password. The caller commits.
///
/// # Errors
/// Refused when there are two such already, for then duties are given by pages; for a login that cannot be;
/// storage.
pub async fn found_administrator(
    tx: &mut Tx,
    env: &Env,
    (login, name): (&str, &str),
    role: Role,
    path: &OrgPath,
) -> PageResult<String> {
    let now = env.now();
    if duty::founders(tx, role.code(), now).await? >= FOUNDERS_MAX {
        return Err(PageError::refused("account-founders-there"));
    }
    check_login(login).map_err(|refused| PageError::Refused(refused.message()))?;
    let id = env.new_id();
    let new = NewAccount { id: &id, kind: "staff", login, display_name: name, password_hash: None };
    if !insert_account(tx, &new, now).await? {
        return Err(PageError::refused("account-login-taken"));
    }
    Note::of("system", "", "account.create", "account", &id).record(tx, env).await?;
    let given = Grant { id: env.new_id(), role, path: path.clone(), batch: None, from: now, until: None };
    grant(tx, &id, &given, "system", "installation").await?;
    let payload = json!({ "role": given.role.code(), "path": path });
    Note::of("system", "", "grant.give", "account", &id).payload(payload).record(tx, env).await?;
    make_link(tx, env, "system", &id).await
}
