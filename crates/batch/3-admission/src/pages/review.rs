//! One application: what was given, what is proposed, and the decision.
use askama::Template;
use axum::{
    extract::{Path, Query, State as Extract},
    response::Response,
};
use identity::Env;
use plan::{Batch, BatchPoint, InBatch, Review};
use registration::Opened;
use scheme::{Finding, Truth};
use web::{Form, Lang, Markup, PageError, PageResult, Visit, Words};

use super::{
    filter::{Filter, FilterQuery},
    hold,
    queue::{is_late, level_name, point_name},
};
use crate::{
    Act, Decision, ReviewRow, State,
    decision::{Case, Verdict, decide as decide_case},
    standing::listed,
    store,
};

/// Reasons offered in the form, by key; they are written in the words the applicant will read.
const REASONS: [&str; 6] = [
    "admission-reason-diploma",
    "admission-reason-work",
    "admission-reason-certificate",
    "admission-reason-photo",
    "admission-reason-major",
    "admission-reason-clause",
];
/// The choice that takes the findings of the machine as the reason.
const FINDINGS: &str = "findings";

/// A past decision with the name of who made it.
struct Past {
    row: ReviewRow,
    by: String,
}

#[derive(Template)]
#[template(path = "admission/review.html")]
struct ReviewPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    case: &'a Case,
    opened: Opened,
    points: Vec<BatchPoint>,
    past: Vec<Past>,
    has_photo: bool,
    form: Form,
    filter: Filter,
    is_late: bool,
}

impl ReviewPage<'_> {
    fn level(&self) -> String {
        level_name(self.v, std::slice::from_ref(&self.case.level), &self.case.application)
    }

    fn point(&self) -> String {
        point_name(self.v, &self.points, &self.case.application.point_path)
    }

    fn truth(&self, finding: &Finding) -> (&'static str, String) {
        let (class, key) = match finding.met {
            Truth::Met => ("tag done", "admission-met"),
            Truth::Missing => ("tag wait", "admission-missing"),
            Truth::Unmet => ("tag late", "admission-unmet"),
        };
        (class, self.v.t.s(key))
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
        let mut options = vec![(String::new(), self.v.t.s("admission-reason-own"))];
        if !findings_in_words(self.case).is_empty() {
            options.push((FINDINGS.to_owned(), self.v.t.s("admission-reason-findings")));
        }
        options.extend(REASONS.iter().map(|key| ((*key).to_owned(), self.v.t.s(key))));
        self.form.select(&self.v.t, "offered", "admission-offered", &options)
    }
}

/// What keeps the machine from proposing to accept, in the words the applicant will read.
fn findings_in_words(case: &Case) -> String {
    let worst = match case.opinion.proposed {
        Decision::Accept => return String::new(),
        Decision::Return => Truth::Missing,
        Decision::Refuse => Truth::Unmet,
    };
    let said = case.opinion.findings().iter().filter(|finding| finding.met == worst);
    said.map(|finding| finding.text_zh.as_str()).collect::<Vec<_>>().join("；")
}

/// The reason that counts: the one chosen, then the reviewer's own words.
fn reason(form: &Form, case: &Case, decision: Decision) -> String {
    let offered = match (form.value("offered"), decision) {
        // Offered reasons tell what is wrong; an acceptance has the reviewer's own words only.
        (_, Decision::Accept) => String::new(),
        (FINDINGS, Decision::Return | Decision::Refuse) => findings_in_words(case),
        (key, Decision::Return | Decision::Refuse) => {
            REASONS.iter().find(|known| **known == key).map_or_else(String::new, |key| Words(Lang::Zh).s(key))
        }
    };
    let own = form.value("reason").to_owned();
    [offered, own].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；")
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
    let case = case(&mut tx, &env, &entry, &id).await?;
    let offered = if case.opinion.proposed == Decision::Accept { "" } else { FINDINGS };
    let form = Form::filled(&[("offered", offered)]);
    let page = read_page(&mut tx, &env, &entry.batch, &v, &case, form, query.read()).await?;
    web::page(&v, &case.person.name, &page)
}

/// GET /batches/{code}/admission/{application_id}/photo
pub async fn photo(
    Extract(env): Extract<Env>,
    entry: InBatch<Review>,
    Path((_, id)): Path<(String, String)>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let case = case(&mut tx, &env, &entry, &id).await?;
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
    let unreadable = || PageError::refused("form-unreadable");
    let decision = Decision::from_code(form.value("decision")).ok_or_else(unreadable)?;
    let seen_version = form.value("seen_version").parse().map_err(|_| unreadable())?;
    let filter = query.read();
    let mut tx = env.db.write().await?;
    hold(&mut tx, &entry.batch).await?;
    let case = case(&mut tx, &env, &entry, &id).await?;
    let reason = reason(&form, &case, decision);
    if let Err(refused) = crate::check_review(decision, case.opinion.proposed, &reason)
        && case.state == State::Pending
    {
        form.refuse("reason", refused.message());
        let page = read_page(&mut tx, &env, &entry.batch, &v, &case, form, filter).await?;
        drop(tx);
        return web::page_again(&v, &case.person.name, &page, false);
    }
    let seen_photo = form.all("seen_photo").first().map(String::as_str);
    let verdict = Verdict { decision, reason: &reason, seen_version, seen_photo };
    decide_case(&mut tx, &env, &entry.who, &entry.batch, &case, verdict).await?;
    tx.commit().await?;
    let to = if form.value("back") == "queue" {
        format!("/batches/{}/admission?{}", entry.batch.code, filter.here())
    } else {
        next(&env, &entry, &case, &filter).await?
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
async fn case(tx: &mut ::store::Tx, env: &Env, entry: &InBatch<Review>, id: &str) -> PageResult<Case> {
    let case = Case::read(tx, env, &entry.batch, id).await?;
    if entry.reaches(&case.application.point_path) {
        return Ok(case);
    }
    Err(PageError::NotFound)
}

async fn read_page<'a>(
    tx: &mut ::store::Tx,
    env: &Env,
    batch: &'a Batch,
    v: &'a Visit,
    case: &'a Case,
    form: Form,
    filter: Filter,
) -> PageResult<ReviewPage<'a>> {
    let mut past = Vec::new();
    for row in store::reviews(tx, &case.application.id).await? {
        let by = identity::account_name(tx, &row.reviewed_by).await?;
        past.push(Past { row, by });
    }
    Ok(ReviewPage {
        head: plan::stage_head(tx, batch, 3, v, env.now()).await?,
        opened: case.application.open(&env.vault)?,
        points: plan::points(tx, &batch.code).await?,
        has_photo: !case.photo.is_empty(),
        is_late: is_late(tx, batch, env.now()).await?,
        v,
        batch,
        case,
        past,
        form,
        filter,
    })
}

/// The page of the next application that waits, after this one and then from the beginning; the
/// queue when none is left.
async fn next(env: &Env, entry: &InBatch<Review>, case: &Case, filter: &Filter) -> PageResult<String> {
    let mut tx = env.db.read().await?;
    let rows = listed(&mut tx, &entry.batch.code, &entry.at).await?;
    let here = (case.application.serial, &case.application.id);
    let waiting = || rows.iter().filter(|(row, state)| *state == State::Pending && filter.takes(row));
    let after = waiting().find(|(row, _)| (row.serial, &row.id) > here);
    let address = format!("/batches/{}/admission", entry.batch.code);
    let query = filter.query(Some(State::Pending), 0);
    Ok(match after.or_else(|| waiting().next()) {
        Some((row, _)) => format!("{address}/{}?{query}", row.id),
        None => format!("{address}?{query}"),
    })
}
