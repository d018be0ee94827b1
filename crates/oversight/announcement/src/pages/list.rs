//! What was sent in a batch, and the form for the next.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use job::Status;
use kernel::UnixMicros;
use plan::{Batch, InBatch, PublishResults};
use serde::Deserialize;
use venue::Site;
use web::{Form, Markup, Message, PageResult, Visit};

use crate::{
    audience::{self, Reach},
    rules::{Audience, LETTERS_LEAST, LETTERS_MOST},
    store::{self, Announcement},
    telling::SEND,
};

/// Announcements on a page.
const PAGE: i64 = 20;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
}

/// One announcement that was sent.
struct Line {
    sent: Announcement,
    at: UnixMicros,
    audience: String,
    by: String,
    /// How its job stands; none when everybody was looked at.
    open: Option<Open>,
}

/// An announcement that did not reach everybody yet.
struct Open {
    class: &'static str,
    word: &'static str,
    left: i64,
    /// The job, for whoever began it.
    job: Option<String>,
}

#[derive(Template)]
#[template(path = "announcement/list.html")]
pub(super) struct ListPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    form: Form,
    audiences: Vec<(String, String)>,
    has_sites: bool,
    lines: Vec<Line>,
    total: i64,
    page: i64,
    pages: i64,
}

impl ListPage<'_> {
    fn limits(&self) -> String {
        let said =
            Message::new("announcement-text-limits").with("least", LETTERS_LEAST).with("most", LETTERS_MOST);
        self.v.t.message(&said)
    }

    fn progress(&self, line: &Line) -> String {
        let said = Message::new("announcement-progress")
            .with("told", line.sent.told_count)
            .with("n", line.sent.recipient_count);
        self.v.t.message(&said)
    }
}

/// GET /batches/{code}/announcements?page=…
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    Query(asked): Query<Asked>,
    v: Visit,
) -> PageResult<Response> {
    entry.at_whole()?;
    let mut tx = env.db.read().await?;
    let reach = Reach::read(&mut tx, &entry.batch.code).await?;
    let page = load(&mut tx, (&env, &v), &entry, (&reach, Form::default()), &asked.page).await?;
    web::page(&v, &v.t.s("announcement-title"), &page)
}

/// The page with this form in it.
pub(super) async fn load<'a>(
    tx: &mut Tx,
    (env, v): (&Env, &'a Visit),
    entry: &'a InBatch<PublishResults>,
    (reach, form): (&Reach, Form),
    page: &str,
) -> PageResult<ListPage<'a>> {
    let batch = &entry.batch;
    let total = store::sent_count(tx, &batch.code).await?;
    let pages = ((total + PAGE - 1) / PAGE).max(1);
    let page = page.parse().unwrap_or(1).clamp(1, pages);
    let option = |audience: Audience| {
        let said = Message::new("announcement-option")
            .with("audience", audience::words(v.t, &audience, &reach.sites))
            .with("n", reach.count(&audience));
        (audience.value(), v.t.message(&said))
    };
    Ok(ListPage {
        head: plan::stage_head(tx, entry, 1, v, env.now()).await?,
        audiences: reach.audiences().map(option).collect(),
        has_sites: !reach.sites.is_empty(),
        lines: lines(tx, v, entry, ((page - 1) * PAGE, PAGE)).await?,
        v,
        batch,
        form: form.needs(&["audience", "text"]),
        total,
        page,
        pages,
    })
}

async fn lines(
    tx: &mut Tx,
    v: &Visit,
    entry: &InBatch<PublishResults>,
    place: (i64, i64),
) -> PageResult<Vec<Line>> {
    let sent = store::sent(tx, &entry.batch.code, place).await?;
    let is_at_site = sent.iter().any(|one| one.site_id.is_some());
    let sites: Vec<Site> = if is_at_site { venue::sites(tx).await? } else { Vec::new() };
    let names = identity::account_names(tx, sent.iter().map(|one| one.written_by.as_str())).await?;
    let mut lines = Vec::new();
    for one in sent {
        let audience = Audience::of(&one.audience, one.site_id.as_ref());
        lines.push(Line {
            at: one.sent_at.unwrap_or(one.written_at),
            audience: audience.map_or_else(String::new, |known| audience::words(v.t, &known, &sites)),
            by: names.of(&one.written_by).to_owned(),
            open: open(tx, entry, &one).await?,
            sent: one,
        });
    }
    Ok(lines)
}

/// How the job of an announcement stands that has people left. Few have: what ended well asks for no job.
async fn open(
    tx: &mut Tx,
    entry: &InBatch<PublishResults>,
    sent: &Announcement,
) -> sqlx::Result<Option<Open>> {
    let left = sent.recipient_count - sent.told_count - sent.skipped_count;
    if left == 0 {
        return Ok(None);
    }
    let job = job::latest(tx, sent.id.as_str(), SEND.name).await?;
    let (class, word) = match job.as_ref().map(|job| job.status) {
        Some(Status::Waiting | Status::Running) => ("tag now", "announcement-under-way"),
        Some(Status::Cancelled) => ("tag", "announcement-cancelled"),
        Some(Status::Failed | Status::Done) | None => ("tag late", "announcement-stopped"),
    };
    let own = job.filter(|job| job.started_by == entry.who.account_id);
    Ok(Some(Open { class, word, left, job: own.map(|job| job.id.to_string()) }))
}
