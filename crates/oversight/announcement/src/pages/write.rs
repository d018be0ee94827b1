//! Writing an announcement: first what it would be is shown, then it is sent.
use askama::Template;
use axum::{extract::State, response::Response};
use identity::Env;
use plan::{Batch, InBatch, PublishResults};
use web::{Form, Markup, PageError, PageResult, Visit};

use super::list;
use crate::{
    AnnouncementId,
    audience::{self, Reach},
    rules::{AnnouncementRefused, Audience, Text, digest},
    sending::{self, Confirmed},
    telling::as_read,
};

#[derive(Template)]
#[template(path = "announcement/confirm.html")]
struct ConfirmPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    id: String,
    value: String,
    audience: String,
    count: usize,
    text: &'a str,
    /// As it is read on the phone.
    message: String,
    digest: String,
    /// Whether something else was confirmed than what stands here now.
    has_changed: bool,
}

/// POST /batches/{code}/announcements — `act` is `check` for a look at it, `edit` to go back to the form, or
/// `send` with what was looked at.
pub async fn write(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let reach = {
        let mut tx = env.db.read().await?;
        Reach::read(&mut tx, &entry.batch.code).await?
    };
    let is_edit = form.value("act") == "edit";
    let asked = if is_edit { None } else { read(&mut form, &reach) };
    let Some((audience, text)) = asked else {
        let is_ok = form.is_ok();
        let mut tx = env.db.read().await?;
        let page = list::load(&mut tx, (&env, &v), &entry, (&reach, form), "").await?;
        let title = v.t.s("announcement-title");
        return if is_ok { web::page(&v, &title, &page) } else { web::page_again(&v, &title, &page, false) };
    };
    let people: Vec<_> = reach.people.of(&audience).into_iter().collect();
    let seen = digest(&audience, &text, people.len());
    let is_send = form.value("act") == "send";
    if is_send && form.value("digest") == seen.as_str() {
        let id = read_id(form.value("id"))?;
        let confirmed = Confirmed { id, audience: &audience, text: &text, people, digest: seen };
        let job = sending::send(&env, &entry.who, &entry.batch, &confirmed).await?;
        return Ok(match job {
            Some(job) => web::done(&format!("/jobs/{job}"), "announcement-sent"),
            None => {
                web::done(&format!("/batches/{}/announcements", entry.batch.code), "announcement-sent-before")
            }
        });
    }
    let mut tx = env.db.read().await?;
    let page = ConfirmPage {
        head: plan::stage_head(&mut tx, &entry, 1, &v, env.now()).await?,
        batch: &entry.batch,
        id: env.new_id(),
        value: audience.value(),
        audience: audience::words(v.t, &audience, &reach.sites),
        count: people.len(),
        message: as_read(&entry.batch, text.as_str()),
        text: text.as_str(),
        digest: seen.to_string(),
        has_changed: is_send,
        v: &v,
    };
    let title = v.t.s("announcement-confirm");
    if is_send { web::page_again(&v, &title, &page, false) } else { web::page(&v, &title, &page) }
}

/// Audience and text, when both can be sent; what is wrong stands at its field otherwise.
fn read(form: &mut Form, reach: &Reach) -> Option<(Audience, Text)> {
    let audience = form.parse("audience", |value| {
        let audience = Audience::parse(value)?;
        if !reach.audiences().any(|known| known == audience) {
            return Err(AnnouncementRefused::NoAudience);
        }
        if reach.count(&audience) == 0 {
            return Err(AnnouncementRefused::Nobody);
        }
        Ok(audience)
    });
    let text = form.parse("text", Text::parse);
    Some((audience?, text?))
}

/// The id that the page was given; what is no id was not given by a page of ours.
fn read_id(given: &str) -> PageResult<AnnouncementId> {
    let is_id = given.len() == ID_LETTERS && given.chars().all(|one| one.is_ascii_hexdigit() || one == '-');
    if is_id { Ok(given.into()) } else { Err(PageError::refused("form-unreadable")) }
}

/// Letters of an id. Source: RFC 9562, section 4: 32 hexadecimal digits and four hyphens.
const ID_LETTERS: usize = 36;
