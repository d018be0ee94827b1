//! Sending: who is told is fixed first, in small steps that nobody sees; one row then sends it and begins
//! the job. When the server stops in between, nothing was sent.
use identity::{Env, Subject};
use job::{JobId, NewJob};
use kernel::{Digest, UnixMicros};
use person::PersonId;
use plan::Batch;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{PageError, PageResult};

use crate::{
    AnnouncementId,
    rules::{Audience, Text},
    store::{self, Announcement},
    telling::SEND,
};

/// People fixed in one step. Source: [own]; two values each, a step stays below the 50 ms a write
/// transaction may take.
const AT_ONCE: usize = 500;

/// What was confirmed.
pub(crate) struct Confirmed<'a> {
    /// Made with the page that asked, so that the same answer sent twice is sent once.
    pub id: AnnouncementId,
    pub audience: &'a Audience,
    pub text: &'a Text,
    pub people: Vec<&'a PersonId>,
    /// What binds audience, text and number.
    pub digest: Digest,
}

/// Fixes the people and sends; the job that tells them, or none when this was sent before.
///
/// # Errors
/// [`PageError::NotFound`] for the id of another batch's announcement, [`PageError::Stale`] while another
/// request is sending the same; storage.
pub(crate) async fn send(
    env: &Env,
    who: &Subject,
    batch: &Batch,
    confirmed: &Confirmed<'_>,
) -> PageResult<Option<JobId>> {
    let id = &confirmed.id;
    let new = announcement(who, batch, confirmed, env.now());
    let mut tx = env.db.write().await?;
    if !store::insert(&mut tx, &new).await? {
        let known = store::announcement(&mut tx, id.as_str()).await?;
        let known = known.filter(|known| known.batch_code == batch.code).ok_or(PageError::NotFound)?;
        return if known.sent_at.is_some() { Ok(None) } else { Err(PageError::Stale) };
    }
    tx.commit().await?;
    for chunk in confirmed.people.chunks(AT_ONCE) {
        let mut tx = env.db.write().await?;
        store::insert_recipients(&mut tx, id, chunk).await?;
        tx.commit().await?;
    }
    let mut tx = env.db.write().await?;
    if !store::send(&mut tx, id, env.now()).await? {
        return Err(PageError::Stale);
    }
    let page = format!("/batches/{}/announcements", batch.code);
    let new = NewJob { kind: SEND.name, subject: id.as_str(), batch: Some(&batch.code), page };
    let job = job::begin(&mut tx, env, who, &new).await?;
    who.note("announcement.send", "announcement", id.as_str())
        .batch(batch.code.as_str())
        .payload(json!({
            "audience": confirmed.audience.value(), "people": confirmed.people.len(),
            "text": Digest::from_bytes(&Sha256::digest(confirmed.text.as_str()).into()).as_str(),
            "confirmed": confirmed.digest.as_str(), "job": job.as_str(),
        }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(Some(job))
}

fn announcement(who: &Subject, batch: &Batch, confirmed: &Confirmed<'_>, now: UnixMicros) -> Announcement {
    Announcement {
        id: confirmed.id.clone(),
        batch_code: batch.code.clone(),
        audience: confirmed.audience.code().to_owned(),
        site_id: confirmed.audience.site().cloned(),
        text: confirmed.text.as_str().to_owned(),
        recipient_count: i64::try_from(confirmed.people.len()).unwrap_or(i64::MAX),
        told_count: 0,
        skipped_count: 0,
        written_by: who.account_id.clone(),
        written_at: now,
        sent_at: None,
    }
}
