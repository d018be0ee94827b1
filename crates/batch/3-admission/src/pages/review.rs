//! One application: what was given, what is proposed, and the decision.
use askama::Template;
use axum::{
    extract::{Path, Query, State as Extract},
    response::Response,
};
use identity::Env;
use plan::{Batch, InBatch, Review};
use registration::Opened;
use scheme::{Finding, Level, Truth};
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{
    filter::{Asked, FilterQuery},
    hold,
    queue::{is_late, level_name, point_name},
    reason::{FINDINGS, Reasons},
};
use crate::{
    Act, Decision, State,
    decision::{Background, Case, Verdict, decide as decide_case, report},
    store::{
        self,
        queue::{Filter, Part, Place, Turn, queued},
    },
};

#[derive(Template)]
#[template(path = "admission/review.html")]
struct ReviewPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    case: &'a Case,
    opened: Opened,
    background: Background,
    has_photo: bool,
    reasons: Reasons,
    form: Form,
    asked: Asked,
    /// The addresses of the applications before and after this one in the list it was opened from.
    beside: [Option<String>; 2],
    /// The decision whose reason is to be written first; none is made by opening the page.
    act: Option<Decision>,
    is_late: bool,
    levels: Vec<Level>,
}

impl ReviewPage<'_> {
    fn level(&self) -> String {
        level_name(self.v, std::slice::from_ref(&self.case.level), &self.case.application)
    }

    fn point(&self) -> String {
        point_name(self.v, &self.background.points, &self.case.application.point_path)
    }

    fn truth(&self, finding: &Finding) -> (&'static str, String) {
        let (class, key) = match finding.met {
            Truth::Met => ("tag done", "admission-met"),
            Truth::Missing => ("tag wait", "admission-missing"),
            Truth::Unmet => ("tag late", "admission-unmet"),
        };
        (class, self.v.t.s(key))
    }

    /// The name of a level by its code.
    fn rung(&self, code: &str) -> String {
        let found = self.levels.iter().find(|level| level.code.as_str() == code);
        found
            .map_or_else(|| code.to_owned(), |level| self.v.t.pick(&level.name_zh, &level.name_en).to_owned())
    }

    /// What was asked for or found, with its unit.
    fn measured(&self, finding: &Finding, value: &str) -> String {
        match finding.what.as_str() {
            "age"
            | "work-years-total"
            | "work-years-after-level"
            | "certificate-age"
            | "work-years-after-title" => self.v.t.n("admission-years", value),
            "certificate" => self.rung(value),
            _ => value.to_owned(),
        }
    }

    /// Why the machine proposes what it proposes, coloured by how good the news is.
    fn why(&self) -> &'static str {
        match self.case.opinion.proposed {
            Decision::Accept => "why good",
            Decision::Return => "why",
            Decision::Refuse => "why bad",
        }
    }

    fn may_decide(&self) -> bool {
        self.case.state.after(Act::Review(Decision::Accept)).is_ok()
    }

    fn offers(&self) -> Markup {
        self.reasons.select(self.v, &self.form, self.case)
    }

    fn armed(&self) -> &'static str {
        self.act.map_or("", Decision::code)
    }
}

/// GET /batches/{code}/admission/{application_id}
pub async fn show(
    Extract(env): Extract<Env>,
    entry: InBatch<Review>,
    Path((_, id)): Path<(String, String)>,
    Query(query): Query<FilterQuery>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (case, background) = case(&mut tx, &env, &entry, &id).await?;
    let offered = if case.opinion.proposed == Decision::Accept { "" } else { FINDINGS };
    let form = Form::filled(&[("offered", offered)]);
    let page = read_page(&mut tx, &env, &entry, &v, (&case, background), form, &query).await?;
    web::page(&v, &case.person.name, &page)
}

/// GET /batches/{code}/admission/{application_id}/photo
pub async fn photo(
    Extract(env): Extract<Env>,
    entry: InBatch<Review>,
    Path((_, id)): Path<(String, String)>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (case, _) = case(&mut tx, &env, &entry, &id).await?;
    let photo = registration::photo(&mut tx, &env.vault, &env.blobs, &case.application).await?;
    Ok(web::inline("photo.jpg", "image/jpeg", photo.ok_or(PageError::NotFound)?))
}

/// POST /batches/{code}/admission/{application_id}/review
pub async fn decide(
    Extract(env): Extract<Env>,
    entry: InBatch<Review>,
    Path((_, id)): Path<(String, String)>,
    Query(query): Query<FilterQuery>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    super::find(&env, &entry, &id).await?;
    let unreadable = || PageError::refused("form-unreadable");
    let decision = Decision::from_code(form.value("decision")).ok_or_else(unreadable)?;
    let seen_version = form.value("seen_version").parse().map_err(|_| unreadable())?;
    let mut tx = env.db.write().await?;
    hold(&mut tx, &entry.batch).await?;
    let (case, background) = case(&mut tx, &env, &entry, &id).await?;
    let reason = Reasons::read(&mut tx, env.now().day()).await?.given(&form, &case, decision);
    if let Err(refused) = crate::check_review(decision, case.opinion.proposed, &reason)
        && case.state == State::Pending
    {
        form.refuse("reason", refused.message());
        let page = read_page(&mut tx, &env, &entry, &v, (&case, background), form, &query).await?;
        drop(tx);
        return web::page_again(&v, &case.person.name, &page, false);
    }
    let seen_photo = form.all("seen_photo").first().map(String::as_str);
    let verdict = Verdict { decision, reason: &reason, seen_version, seen_photo, order: None };
    decide_case(&mut tx, &env, &entry.who, &entry.batch, &case, verdict).await?;
    report(&mut tx, &env, &entry.batch).await?;
    tx.commit().await?;
    let asked = query.read();
    let to = if form.value("back") == "queue" {
        format!("/batches/{}/admission?{}", entry.batch.code, asked.here())
    } else {
        next(&env, &entry, &case, &asked).await?
    };
    Ok(web::done(
        &to,
        match decision {
            Decision::Accept => "admission-done-accept",
            Decision::Return => "admission-done-return",
            Decision::Refuse => "admission-done-refuse",
        },
    ))
}

/// The case, if it is in the reviewer's territory.
async fn case(
    tx: &mut ::store::Tx,
    env: &Env,
    entry: &InBatch<Review>,
    id: &str,
) -> PageResult<(Case, Background)> {
    let (case, background) = Case::read(tx, env, &entry.batch, id).await?;
    if entry.reaches(&case.application.point_path) {
        return Ok((case, background));
    }
    Err(PageError::NotFound)
}

async fn read_page<'a>(
    tx: &mut ::store::Tx,
    env: &Env,
    entry: &'a InBatch<Review>,
    v: &'a Visit,
    (case, background): (&'a Case, Background),
    form: Form,
    query: &FilterQuery,
) -> PageResult<ReviewPage<'a>> {
    let batch = &entry.batch;
    let asked = query.read();
    Ok(ReviewPage {
        head: plan::stage_head(tx, entry, 3, v, env.now()).await?,
        opened: case.application.open(&env.vault)?,
        has_photo: !case.photo.is_empty(),
        reasons: Reasons::read(tx, env.now().day()).await?,
        beside: beside(tx, entry, case, &asked).await?,
        act: Decision::from_code(&query.act),
        is_late: is_late(entry, env.now()),
        levels: scheme::levels(tx, batch.reference_date).await?,
        v,
        batch,
        case,
        background,
        form,
        asked,
    })
}

fn place(case: &Case) -> Place {
    Place { serial: case.application.serial, application_id: case.application.id.clone() }
}

fn address(entry: &InBatch<Review>, id: &registration::ApplicationId, query: &str) -> String {
    format!("/batches/{}/admission/{id}?{query}", entry.batch.code)
}

/// The addresses of the applications before and after this one that the filter leaves.
async fn beside(
    tx: &mut ::store::Tx,
    entry: &InBatch<Review>,
    case: &Case,
    asked: &Asked,
) -> PageResult<[Option<String>; 2]> {
    let part = Part::held(&entry.batch, &entry.at);
    let found = store::queue::beside(tx, part, &asked.filter, &place(case)).await?;
    Ok(found.map(|id| id.map(|id| address(entry, &id, &asked.here()))))
}

/// The page of the next application that waits, after this one and then from the beginning; the
/// queue when none is left.
async fn next(env: &Env, entry: &InBatch<Review>, case: &Case, asked: &Asked) -> PageResult<String> {
    let mut tx = env.db.read().await?;
    let part = Part::held(&entry.batch, &entry.at);
    let waiting = Filter { state: Some(State::Pending), ..asked.filter.clone() };
    let query = asked.of_state(&State::Pending);
    for turn in [Turn::After(place(case)), Turn::Start] {
        if let Some(row) = queued(&mut tx, part, &waiting, &turn, 1).await?.first() {
            return Ok(address(entry, &row.application_id, &query));
        }
    }
    Ok(format!("/batches/{}/admission?{query}", entry.batch.code))
}
