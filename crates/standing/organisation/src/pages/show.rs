//! One organisation: filing, place in the tree, what lies under it.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Holding, ReadRegisters};
use kernel::Day;
use web::{PageError, PageResult, Visit, page};

use super::{Seen, words};
use crate::{Evaluator, Grounds, GroundsSource, Held, Organisation, store};

#[derive(Template)]
#[template(path = "organisation/show.html")]
struct OrganisationPage<'a> {
    v: &'a Visit,
    row: Organisation,
    above: Option<Organisation>,
    children: Vec<Organisation>,
    served_by: Option<Organisation>,
    serves: Vec<Organisation>,
    held: Vec<Held>,
    issuer: Option<Organisation>,
    grounds: Vec<Grounds>,
    today: Day,
}

impl OrganisationPage<'_> {
    fn kind(&self, row: &Organisation) -> String {
        self.v.t.s(words::kind(row.kind))
    }

    fn name(&self, row: &Organisation) -> String {
        self.v.t.pick(&row.name_zh, &row.name_en).to_owned()
    }

    fn filing_kind(&self, held: &Held) -> String {
        self.v.t.s(held.filing.kind.label())
    }

    fn validity(&self, held: &Held) -> String {
        words::validity(&held.filing, self.v.t)
    }

    fn tag(&self, held: &Held) -> (&'static str, String) {
        let (class, key) = words::standing(held.filing.standing(&held.suspensions, self.today));
        (class, self.v.t.s(key))
    }
}

/// GET /organisations/{id}
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadRegisters>,
    source: GroundsSource,
    Path(id): Path<String>,
) -> PageResult<Response> {
    let today = env.now().day();
    let mut tx = env.db.read().await?;
    let found = store::by_id(&mut tx, &id.as_str().into()).await?;
    let seen = Seen::from(&mut tx, &held.at, today).await?;
    let row = found.filter(|row| seen.has(&row.path)).ok_or(PageError::NotFound)?;
    let served_by = match &row.served_by_id {
        Some(site) => store::by_id(&mut tx, site).await?,
        None => None,
    };
    let children = store::children(&mut tx, &row.path).await?;
    let serves = store::registration_points_served_by(&mut tx, &row.path).await?;
    let evaluator = Evaluator::load(&mut tx, &row.path).await?;
    let above = row.path.parent().and_then(|above| evaluator.body(&above).cloned());
    let issuer = evaluator.issuer(today).map(|(body, _)| body.clone());
    let own = evaluator.held_by(&row.path);
    let grounds = (source.0)(&mut tx, &row.path).await?;
    drop(tx);
    let shown = OrganisationPage {
        v: &v,
        above,
        children,
        served_by,
        serves,
        held: own,
        issuer,
        grounds,
        today,
        row,
    };
    page(&v, &shown.name(&shown.row), &shown)
}
