//! The outbox: the rows.
use ::store::{Tx, on, queries};
use kernel::{Entropy, UnixMicros};
use person::{Place, Vault};
use sqlx::FromRow;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Key.
    pub id: String,
    /// To whom.
    pub phone: String,
    /// What it says.
    pub text: String,
    /// Why it is sent, as a key of `locales/`.
    pub purpose: String,
    /// When it was written.
    pub created_at: UnixMicros,
    /// When the gateway took it.
    pub sent_at: Option<UnixMicros>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    phone_sealed: String,
    text_sealed: String,
    purpose: String,
    created_at: UnixMicros,
    sent_at: Option<UnixMicros>,
}

queries! {
    QUEUE = "INSERT INTO message (id, phone_sealed, text_sealed, purpose, created_at, sent_at)
             VALUES ($1, $2, $3, $4, $5, NULL)";
    UNSENT = "SELECT id, phone_sealed, text_sealed, purpose, created_at, sent_at FROM message
              WHERE sent_at IS NULL ORDER BY created_at, id LIMIT $1";
    RECENT = "SELECT id, phone_sealed, text_sealed, purpose, created_at, sent_at FROM message
              ORDER BY created_at DESC, id DESC LIMIT $1";
    MARK_SENT = "UPDATE message SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL";
}

/// Puts a message into the outbox.
///
/// # Errors
/// Storage.
pub async fn queue(tx: &mut Tx, vault: &Vault, entropy: &dyn Entropy, new: &Outgoing) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(QUEUE)
        .bind(&new.id)
        .bind(vault.seal(entropy, at("phone_sealed", &new.id), &new.phone))
        .bind(vault.seal(entropy, at("text_sealed", &new.id), &new.text))
        .bind(&new.purpose)
        .bind(new.created_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// What the gateway has still to take, oldest first.
///
/// # Errors
/// Storage.
pub async fn unsent(tx: &mut Tx, vault: &Vault, limit: i64) -> sqlx::Result<Vec<Outgoing>> {
    let rows: Vec<Row> = on!(tx, |conn| sqlx::query_as(UNSENT).bind(limit).fetch_all(conn).await)?;
    open_all(vault, rows)
}

/// The newest messages, sent or not.
///
/// # Errors
/// Storage.
pub async fn recent(tx: &mut Tx, vault: &Vault, limit: i64) -> sqlx::Result<Vec<Outgoing>> {
    let rows: Vec<Row> = on!(tx, |conn| sqlx::query_as(RECENT).bind(limit).fetch_all(conn).await)?;
    open_all(vault, rows)
}

/// Notes that the gateway took a message.
///
/// # Errors
/// Storage.
pub async fn mark_sent(tx: &mut Tx, id: &str, now: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(MARK_SENT).bind(id).bind(now).execute(conn).await.map(|_| ()))
}

fn at<'a>(column: &'a str, id: &'a str) -> Place<'a> {
    Place { table: "message", column, row: id }
}

fn open_all(vault: &Vault, rows: Vec<Row>) -> sqlx::Result<Vec<Outgoing>> {
    let open = |row: Row| -> Result<Outgoing, person::SealError> {
        Ok(Outgoing {
            phone: vault.open(at("phone_sealed", &row.id), &row.phone_sealed)?,
            text: vault.open(at("text_sealed", &row.id), &row.text_sealed)?,
            purpose: row.purpose,
            created_at: row.created_at,
            sent_at: row.sent_at,
            id: row.id,
        })
    };
    rows.into_iter().map(open).collect::<Result<_, _>>().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
