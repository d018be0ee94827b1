//! Duties proposed, given and taken back.
use ::store::{Tx, on, queries, was_changed};
use kernel::{OrgPath, UnixMicros};
use sqlx::FromRow;

/// A duty of an account, whenever it counted, with the names of who gave and ended it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct GrantLine {
    /// Key.
    pub id: String,
    /// Account that holds it.
    pub account_id: String,
    /// Code of the role.
    pub role: String,
    /// Where.
    pub org_path: OrgPath,
    /// Only in this batch.
    pub batch_code: Option<String>,
    /// From when.
    pub valid_from: UnixMicros,
    /// Until when, exclusive.
    pub valid_until: Option<UnixMicros>,
    /// Who decided it: a name, or `system` at installation.
    pub granted_by: String,
    /// Who proposed it; empty at installation.
    pub proposed_by: String,
    /// Why.
    pub reason: String,
    /// When it was taken back.
    pub ended_at: Option<UnixMicros>,
    /// Name of who took it back.
    pub ended_by: String,
    /// Name of whom they stand in for; empty for a duty of one's own.
    pub stands_in_for: String,
}

impl GrantLine {
    /// Whether it counts at `now`.
    #[must_use]
    pub fn counts(&self, now: UnixMicros) -> bool {
        self.ended_at.is_none() && self.valid_from <= now && self.valid_until.is_none_or(|until| now < until)
    }
}

/// A duty proposed for an account.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, serde::Serialize)]
pub struct GrantProposal {
    /// Key, and the key of the grant it becomes.
    pub id: String,
    /// For whom.
    pub account_id: String,
    /// Code of the role.
    pub role: String,
    /// Where.
    pub org_path: OrgPath,
    /// Only in this batch.
    pub batch_code: Option<String>,
    /// From when.
    pub valid_from: UnixMicros,
    /// Until when, exclusive.
    pub valid_until: Option<UnixMicros>,
    /// Why.
    pub reason: String,
    /// Account that proposed it.
    pub proposed_by: String,
    /// Code of the role that let them; empty for a holder who asks for somebody to stand in.
    pub proposed_as: String,
    /// The grant for whose holder they would stand in.
    pub stands_in_for: Option<String>,
    /// When.
    pub proposed_at: UnixMicros,
}

/// A proposal that waits, with the names a page shows.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct WaitingProposal {
    /// What is proposed.
    #[sqlx(flatten)]
    pub proposal: GrantProposal,
    /// Name of the account it is for.
    pub account_name: String,
    /// Name of who proposed it.
    pub proposed_by_name: String,
}

queries! {
    GRANT_LINES = "SELECT g.id, g.account_id, g.role, g.org_path, g.batch_code, g.valid_from, g.valid_until,
        COALESCE(giver.display_name, g.granted_by) AS granted_by,
        COALESCE(proposer.display_name, '') AS proposed_by, g.reason, g.ended_at,
        COALESCE(ender.display_name, '') AS ended_by, COALESCE(holder.display_name, '') AS stands_in_for
        FROM duty_grant g LEFT JOIN account giver ON giver.id = g.granted_by
        LEFT JOIN account proposer ON proposer.id = g.proposed_by
        LEFT JOIN account ender ON ender.id = g.ended_by
        LEFT JOIN duty_grant theirs ON theirs.id = g.stands_in_for
        LEFT JOIN account holder ON holder.id = theirs.account_id
        WHERE g.account_id = $1 ORDER BY g.valid_from DESC, g.id";
    GRANT_LINE = "SELECT g.id, g.account_id, g.role, g.org_path, g.batch_code, g.valid_from, g.valid_until,
        g.granted_by, COALESCE(g.proposed_by, '') AS proposed_by, g.reason, g.ended_at,
        COALESCE(g.ended_by, '') AS ended_by, COALESCE(g.stands_in_for, '') AS stands_in_for
        FROM duty_grant g WHERE g.id = $1";
    GRANTS_NOW = "SELECT g.id, g.account_id, g.role, g.org_path, g.batch_code, g.valid_from, g.valid_until,
        g.granted_by, COALESCE(g.proposed_by, '') AS proposed_by, g.reason, g.ended_at,
        COALESCE(g.ended_by, '') AS ended_by, COALESCE(g.stands_in_for, '') AS stands_in_for
        FROM duty_grant g WHERE g.ended_at IS NULL AND g.valid_from <= $1
        AND (g.valid_until IS NULL OR g.valid_until > $1) ORDER BY g.account_id, g.id";
    /// Who can sign in with a password now; who was invited and never came does not count.
    HOLDERS = "SELECT g.account_id, g.role, g.org_path, g.batch_code FROM duty_grant g
        JOIN account a ON a.id = g.account_id
        WHERE g.ended_at IS NULL AND g.valid_from <= $1 AND (g.valid_until IS NULL OR g.valid_until > $1)
        AND a.disabled_at IS NULL AND a.password_hash IS NOT NULL ORDER BY g.account_id, g.id";
    NOTE_PROPOSER = "UPDATE duty_grant SET proposed_by = $2, stands_in_for = $3 WHERE id = $1";
    /// Whoever takes this duty back comes before or after, not between.
    HOLD = "UPDATE duty_grant SET ended_at = ended_at WHERE id = $1 AND ended_at IS NULL";
    /// Who stands in for the holder of a duty, or for any of an account, and has not ended.
    STAND_INS = "SELECT s.id, s.account_id FROM duty_grant s JOIN duty_grant theirs ON theirs.id = s.stands_in_for
        WHERE (theirs.id = $1 OR theirs.account_id = $2) AND s.ended_at IS NULL
        AND (s.valid_until IS NULL OR s.valid_until > $3) ORDER BY s.id";
    END_GRANT = "UPDATE duty_grant SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL
        AND (valid_until IS NULL OR valid_until > $2)";
    END_GRANTS_OF = "UPDATE duty_grant SET ended_at = $2, ended_by = $3
        WHERE account_id = $1 AND ended_at IS NULL AND (valid_until IS NULL OR valid_until > $2)";
    /// Open accounts with a password that hold a role now, but for one grant and one account.
    OTHERS_WITH_ROLE = "SELECT COUNT(DISTINCT g.account_id) FROM duty_grant g JOIN account a ON a.id = g.account_id
        WHERE g.role = $1 AND g.ended_at IS NULL AND g.valid_from <= $2
        AND (g.valid_until IS NULL OR g.valid_until > $2) AND g.batch_code IS NULL
        AND a.disabled_at IS NULL AND a.password_hash IS NOT NULL AND g.id <> $3 AND a.id <> $4";
    /// Open accounts that hold a role now, activated or not.
    FOUNDERS = "SELECT COUNT(DISTINCT g.account_id) FROM duty_grant g JOIN account a ON a.id = g.account_id
        WHERE g.role = $1 AND g.ended_at IS NULL AND g.valid_from <= $2
        AND (g.valid_until IS NULL OR g.valid_until > $2) AND a.disabled_at IS NULL";
    INSERT_PROPOSAL = "INSERT INTO grant_proposal (id, account_id, role, org_path, batch_code, valid_from,
        valid_until, reason, proposed_by, proposed_as, stands_in_for, proposed_at, status, decided_by,
        decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'proposed', NULL, NULL)";
    PROPOSAL = "SELECT id, account_id, role, org_path, batch_code, valid_from, valid_until, reason,
        proposed_by, proposed_as, stands_in_for, proposed_at FROM grant_proposal WHERE id = $1";
    PROPOSAL_WAITS = "SELECT COUNT(*) FROM grant_proposal WHERE id = $1 AND status = 'proposed'";
    DECIDE_PROPOSAL = "UPDATE grant_proposal SET status = $2, decided_by = $3, decided_at = $4
        WHERE id = $1 AND status = 'proposed'";
    WAITING = "SELECT p.id, p.account_id, p.role, p.org_path, p.batch_code, p.valid_from, p.valid_until,
        p.reason, p.proposed_by, p.proposed_as, p.stands_in_for, p.proposed_at, a.display_name AS account_name,
        b.display_name AS proposed_by_name
        FROM grant_proposal p JOIN account a ON a.id = p.account_id JOIN account b ON b.id = p.proposed_by
        WHERE p.status = 'proposed' ORDER BY p.proposed_at, p.id";
}

/// Every duty an account ever held, newest first.
///
/// # Errors
/// Storage.
pub async fn grant_lines(tx: &mut Tx, account: &str) -> sqlx::Result<Vec<GrantLine>> {
    on!(tx, |conn| sqlx::query_as(GRANT_LINES).bind(account).fetch_all(conn).await)
}

pub(crate) async fn grant_line(tx: &mut Tx, id: &str) -> sqlx::Result<Option<GrantLine>> {
    on!(tx, |conn| sqlx::query_as(GRANT_LINE).bind(id).fetch_optional(conn).await)
}

/// Every duty that counts now, by account.
///
/// # Errors
/// Storage.
pub(crate) async fn grants_now(tx: &mut Tx, now: UnixMicros) -> sqlx::Result<Vec<GrantLine>> {
    on!(tx, |conn| sqlx::query_as(GRANTS_NOW).bind(now).fetch_all(conn).await)
}

/// Accounts that work somewhere and nowhere within these nodes.
///
/// # Errors
/// Storage.
pub async fn elsewhere(tx: &mut Tx, at: &[&OrgPath], now: UnixMicros) -> sqlx::Result<Vec<String>> {
    let (here, mut there): (Vec<_>, Vec<_>) = grants_now(tx, now)
        .await?
        .into_iter()
        .partition(|grant| at.iter().any(|own| own.contains(&grant.org_path)));
    there.retain(|grant| !here.iter().any(|other| other.account_id == grant.account_id));
    there.dedup_by(|one, other| one.account_id == other.account_id);
    Ok(there.into_iter().map(|grant| grant.account_id).collect())
}

/// Writes down who proposed a duty that was given, and for which other its holder stands in.
pub(crate) async fn note_proposer(tx: &mut Tx, given: &GrantProposal) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(NOTE_PROPOSER)
        .bind(&given.id)
        .bind(&given.proposed_by)
        .bind(&given.stands_in_for)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Holds a duty until the end of the transaction, so that nobody takes it back meanwhile; `false` when somebody has.
pub(crate) async fn hold(tx: &mut Tx, id: &str) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(HOLD)
        .bind(id)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Who stands in for the holder of a grant, or of any grant of an account: grant and account.
pub(crate) async fn stand_ins(
    tx: &mut Tx,
    (grant, account): (&str, &str),
    now: UnixMicros,
) -> sqlx::Result<Vec<(String, String)>> {
    on!(tx, |conn| sqlx::query_as(STAND_INS).bind(grant).bind(account).bind(now).fetch_all(conn).await)
}

/// Takes a duty back; `false` when it was over already.
///
/// # Errors
/// Storage.
pub(crate) async fn end_grant(tx: &mut Tx, id: &str, by: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(END_GRANT)
        .bind(id)
        .bind(now)
        .bind(by)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Takes every duty of an account back; how many those were.
///
/// # Errors
/// Storage.
pub(crate) async fn end_grants_of(
    tx: &mut Tx,
    account: &str,
    by: &str,
    now: UnixMicros,
) -> sqlx::Result<u64> {
    on!(tx, |conn| sqlx::query(END_GRANTS_OF)
        .bind(account)
        .bind(now)
        .bind(by)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// How many people hold a role now, without one grant and without one account.
///
/// # Errors
/// Storage.
pub(crate) async fn others_with_role(
    tx: &mut Tx,
    role: &str,
    without_grant: &str,
    without_account: &str,
    now: UnixMicros,
) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(OTHERS_WITH_ROLE)
        .bind(role)
        .bind(now)
        .bind(without_grant)
        .bind(without_account)
        .fetch_one(conn)
        .await)
}

/// How many open accounts hold a role now.
pub(crate) async fn founders(tx: &mut Tx, role: &str, now: UnixMicros) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(FOUNDERS).bind(role).bind(now).fetch_one(conn).await)
}

pub(crate) async fn insert_proposal(tx: &mut Tx, row: &GrantProposal) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_PROPOSAL)
        .bind(&row.id)
        .bind(&row.account_id)
        .bind(&row.role)
        .bind(&row.org_path)
        .bind(&row.batch_code)
        .bind(row.valid_from)
        .bind(row.valid_until)
        .bind(&row.reason)
        .bind(&row.proposed_by)
        .bind(&row.proposed_as)
        .bind(&row.stands_in_for)
        .bind(row.proposed_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

pub(crate) async fn proposal(tx: &mut Tx, id: &str) -> sqlx::Result<Option<GrantProposal>> {
    on!(tx, |conn| sqlx::query_as(PROPOSAL).bind(id).fetch_optional(conn).await)
}

pub(crate) async fn proposal_waits(tx: &mut Tx, id: &str) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| sqlx::query_scalar(PROPOSAL_WAITS).bind(id).fetch_one(conn).await)?;
    Ok(count > 0)
}

pub(crate) async fn decide_proposal(
    tx: &mut Tx,
    id: &str,
    status: &str,
    by: &str,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(DECIDE_PROPOSAL)
        .bind(id)
        .bind(status)
        .bind(by)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Every proposal that waits for its second person, oldest first.
///
/// # Errors
/// Storage.
pub async fn waiting_proposals(tx: &mut Tx) -> sqlx::Result<Vec<WaitingProposal>> {
    on!(tx, |conn| sqlx::query_as(WAITING).fetch_all(conn).await)
}

/// Every duty of somebody who can sign in with a password: account, role, place, batch.
pub(crate) async fn held_now(
    tx: &mut Tx,
    now: UnixMicros,
) -> sqlx::Result<Vec<(String, String, OrgPath, Option<String>)>> {
    on!(tx, |conn| sqlx::query_as(HOLDERS).bind(now).fetch_all(conn).await)
}
