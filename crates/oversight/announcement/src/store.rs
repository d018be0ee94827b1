//! Announcements and who they are for: the rows.
use ::store::{Many, Tx, on, push_keys, queries, was_changed};
use kernel::{BatchCode, UnixMicros};
use person::PersonId;
use sqlx::{FromRow, QueryBuilder};
use venue::SiteId;

use crate::AnnouncementId;

/// One announcement.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Announcement {
    /// Key.
    pub id: AnnouncementId,
    /// Its batch.
    pub batch_code: BatchCode,
    /// Code of the audience.
    pub audience: String,
    /// The site it is narrowed to, if to one.
    pub site_id: Option<SiteId>,
    /// What it says, without the title of the batch.
    pub text: String,
    /// To how many people.
    pub recipient_count: i64,
    /// How many of them were told.
    pub told_count: i64,
    /// How many had taken their application back when it was their turn.
    pub skipped_count: i64,
    /// Account.
    pub written_by: String,
    /// When it was confirmed.
    pub written_at: UnixMicros,
    /// When its people were fixed and the job began; none for one that was never sent.
    pub sent_at: Option<UnixMicros>,
}

/// An announcement as somebody was told it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Told {
    /// Who was told.
    pub person_id: PersonId,
    /// Of which batch it is.
    pub batch_code: BatchCode,
    /// What it says.
    pub text: String,
    /// When.
    pub told_at: UnixMicros,
}

queries! {
    INSERT = "INSERT INTO announcement (id, batch_code, audience, site_id, text, recipient_count, told_count,
              skipped_count, written_by, written_at, sent_at) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, NULL)
              ON CONFLICT (id) DO NOTHING";
    /// Only with everybody who was counted.
    SEND = "UPDATE announcement SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL AND recipient_count =
            (SELECT COUNT(*) FROM announcement_recipient WHERE announcement_id = $1)";
    ONE = "SELECT id, batch_code, audience, site_id, text, recipient_count, told_count, skipped_count, written_by,
           written_at, sent_at FROM announcement WHERE id = $1";
    SENT = "SELECT id, batch_code, audience, site_id, text, recipient_count, told_count, skipped_count, written_by,
            written_at, sent_at FROM announcement WHERE batch_code = $1 AND sent_at IS NOT NULL
            ORDER BY sent_at DESC, id DESC LIMIT $2 OFFSET $3";
    SENT_COUNT = "SELECT COUNT(*) FROM announcement WHERE batch_code = $1 AND sent_at IS NOT NULL";
    UNTOLD = "SELECT person_id FROM announcement_recipient WHERE announcement_id = $1 AND told_at IS NULL
              AND skipped_at IS NULL ORDER BY person_id LIMIT $2";
    TELL = "UPDATE announcement_recipient SET told_at = $3 WHERE announcement_id = $1 AND person_id = $2
            AND told_at IS NULL AND skipped_at IS NULL";
    SKIP = "UPDATE announcement_recipient SET skipped_at = $3 WHERE announcement_id = $1 AND person_id = $2
            AND told_at IS NULL AND skipped_at IS NULL";
    COUNT_ON = "UPDATE announcement SET told_count = told_count + $2, skipped_count = skipped_count + $3
                WHERE id = $1";
}

/// Writes an announcement that is not sent yet; `false` when its id is taken.
///
/// # Errors
/// Storage.
pub async fn insert(tx: &mut Tx, new: &Announcement) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(INSERT)
        .bind(&new.id)
        .bind(&new.batch_code)
        .bind(&new.audience)
        .bind(&new.site_id)
        .bind(&new.text)
        .bind(new.recipient_count)
        .bind(&new.written_by)
        .bind(new.written_at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Fixes some of the people it goes to.
///
/// # Errors
/// Storage.
pub async fn insert_recipients(tx: &mut Tx, id: &AnnouncementId, people: &[&PersonId]) -> sqlx::Result<()> {
    let mut rows = Many::new("INSERT INTO announcement_recipient (announcement_id, person_id) ", "");
    for person in people {
        rows.row().put(id.as_str()).put(person.as_str());
    }
    rows.write(tx).await.map(|_| ())
}

/// Sends it: from now on it is listed, and its job may tell people; `false` when it was sent before or
/// somebody it counts is missing.
///
/// # Errors
/// Storage.
pub async fn send(tx: &mut Tx, id: &AnnouncementId, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(SEND)
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// One announcement, sent or not.
///
/// # Errors
/// Storage.
pub async fn announcement(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Announcement>> {
    on!(tx, |conn| sqlx::query_as(ONE).bind(id).fetch_optional(conn).await)
}

/// One page of what was sent in a batch, newest first.
///
/// # Errors
/// Storage.
pub async fn sent(
    tx: &mut Tx,
    batch: &BatchCode,
    (offset, limit): (i64, i64),
) -> sqlx::Result<Vec<Announcement>> {
    on!(tx, |conn| sqlx::query_as(SENT).bind(batch).bind(limit).bind(offset).fetch_all(conn).await)
}

/// How many were sent in a batch.
///
/// # Errors
/// Storage.
pub async fn sent_count(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(SENT_COUNT).bind(batch).fetch_one(conn).await)
}

/// Who is still to be told.
///
/// # Errors
/// Storage.
pub async fn untold(tx: &mut Tx, id: &AnnouncementId, at_most: i64) -> sqlx::Result<Vec<PersonId>> {
    on!(tx, |conn| sqlx::query_scalar(UNTOLD).bind(id).bind(at_most).fetch_all(conn).await)
}

/// Notes that somebody is told; `false` when they were told, or passed over, before.
///
/// # Errors
/// Storage.
pub async fn tell(
    tx: &mut Tx,
    id: &AnnouncementId,
    person: &PersonId,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    mark(tx, TELL, (id, person), now).await
}

/// Notes that somebody is passed over, because they took their application back; `false` when they were
/// told, or passed over, before.
///
/// # Errors
/// Storage.
pub async fn skip(
    tx: &mut Tx,
    id: &AnnouncementId,
    person: &PersonId,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    mark(tx, SKIP, (id, person), now).await
}

async fn mark(
    tx: &mut Tx,
    statement: &'static str,
    (id, person): (&AnnouncementId, &PersonId),
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(statement)
        .bind(id)
        .bind(person)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds to how many were told and how many were passed over, in the transaction that marked them.
///
/// # Errors
/// Storage.
pub async fn count_on(tx: &mut Tx, id: &AnnouncementId, told: i64, skipped: i64) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(COUNT_ON).bind(id).bind(told).bind(skipped).execute(conn).await.map(|_| ()))
}

/// What these people were told, newest first.
///
/// # Errors
/// Storage.
pub async fn told_to(tx: &mut Tx, people: &[&str]) -> sqlx::Result<Vec<Told>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT r.person_id, a.batch_code, a.text, r.told_at FROM announcement_recipient r
             JOIN announcement a ON a.id = r.announcement_id WHERE r.told_at IS NOT NULL AND r.person_id IN (",
        );
        push_keys(&mut query, people);
        query.push("ORDER BY r.told_at DESC, a.id DESC, r.person_id");
        query.build_query_as().fetch_all(conn).await
    })
}
