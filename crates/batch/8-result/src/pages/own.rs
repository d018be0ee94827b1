//! A candidate's own result.
use askama::Template;
use assessment::PartOutcome;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Subject};
use plan::{Batch, BatchComponent};
use web::{PageError, PageResult, Visit};

use super::list::{self, PartSaid};
use crate::{Outcome, Publication, store};

struct OwnPart {
    part: BatchComponent,
    said: PartSaid,
}

impl OwnPart {
    fn passes(&self) -> bool {
        match self.said {
            PartSaid::Sat(outcome) => outcome.score().is_some_and(|score| score >= self.part.pass_mark),
            PartSaid::Kept(..) => true,
        }
    }
}

#[derive(Template)]
#[template(path = "result/own.html")]
struct OwnPage<'a> {
    v: &'a Visit,
    batch: &'a Batch,
    level: String,
    outcome: Outcome,
    parts: Vec<OwnPart>,
    publication: &'a Publication,
}

impl OwnPage<'_> {
    fn score(&self, part: &OwnPart) -> String {
        match part.said {
            PartSaid::Sat(PartOutcome::Scored(score)) => self.v.t.a("result-points", score.short()),
            PartSaid::Sat(PartOutcome::Absent) | PartSaid::Kept(..) => part.said.text(self.v.t),
        }
    }

    /// Why, part by part, where the outcome is not a pass.
    fn reasons(&self) -> Vec<String> {
        let t = self.v.t;
        let name = |part: &OwnPart| t.pick(&part.part.name_zh, &part.part.name_en).to_owned();
        self.parts
            .iter()
            .filter(|part| !part.passes())
            .filter_map(|part| match part.said {
                PartSaid::Kept(..) => None,
                PartSaid::Sat(PartOutcome::Absent) => Some(t.a("result-reason-absent", name(part))),
                PartSaid::Sat(PartOutcome::Scored(score)) => {
                    let below = web::Message::new("result-reason-below").with("part", name(part));
                    let below = below.with("score", score.short());
                    Some(t.message(&below.with("mark", part.part.pass_mark.short())))
                }
            })
            .collect()
    }
}

/// GET /my/results/{application_id}: its owner's, once published; to anybody else it does not exist.
pub async fn show(
    State(env): State<Env>,
    who: Subject,
    Path(application_id): Path<String>,
    v: Visit,
) -> PageResult<Response> {
    let phone = who.phone_index.as_deref().ok_or(PageError::NotFound)?;
    let mut tx = env.db.read().await?;
    let application = registration::applications_of_phone(&mut tx, phone)
        .await?
        .into_iter()
        .find(|application| application.id.as_str() == application_id)
        .ok_or(PageError::NotFound)?;
    let publication =
        store::publication(&mut tx, &application.batch_code).await?.ok_or(PageError::NotFound)?;
    let batch = plan::batch(&mut tx, application.batch_code.as_str()).await?.ok_or(PageError::NotFound)?;
    let outcome = store::published_outcome(&mut tx, &application_id).await?.ok_or(PageError::NotFound)?;
    let sealed = assessment::scores_of_candidate(&mut tx, &application_id).await?;
    let levels = plan::levels(&mut tx, &application.batch_code).await?;
    let kept = registration::kept_of(&mut tx, &application.batch_code, &application.id).await?;
    let all = plan::components(&mut tx, &application.batch_code).await?;
    let said = |part: &BatchComponent| {
        let sat = sealed.iter().find(|score| score.component_id == part.id);
        let earlier = || kept.iter().find(|one| one.is_of(part));
        sat.map(|score| PartSaid::Sat(score.outcome)).or_else(|| earlier().map(PartSaid::of_kept))
    };
    let parts =
        all.iter().filter_map(|part| Some(OwnPart { part: part.clone(), said: said(part)? })).collect();
    let level = list::level_name(&levels, &application.occupation_code, &application.level_code, v.t);
    let page = OwnPage { v: &v, batch: &batch, level, outcome, parts, publication: &publication };
    web::narrow_page(&v, &v.t.s("result-own"), &page)
}
