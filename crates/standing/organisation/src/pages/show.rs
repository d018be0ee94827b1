//! One organisation: filing, place in the tree, what lies under it.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Holding};
use kernel::Day;
use web::{Message, PageError, PageResult, Visit, page};

use super::{ReadRegisters, is_visible, kind_word};
use crate::{Grounds, GroundsSource, Organisation, store};

#[derive(Template)]
#[template(path = "organisation/show.html")]
struct OrganisationPage<'a> {
    v: &'a Visit,
    row: Organisation,
    above: Option<Organisation>,
    children: Vec<Organisation>,
    served_by: Option<Organisation>,
    serves: Vec<Organisation>,
    issuer: Option<Organisation>,
    grounds: Vec<Grounds>,
    today: Day,
}

impl OrganisationPage<'_> {
    fn kind(&self, row: &Organisation) -> String {
        self.v.t.s(kind_word(row.kind))
    }

    fn name(&self, row: &Organisation) -> String {
        self.v.t.pick(&row.name_zh, &row.name_en).to_owned()
    }

    /// From when until when the filing holds; empty for an organisation that is not filed.
    fn filing(&self) -> String {
        let Some(from) = self.row.filed_from else { return String::new() };
        let message = match self.row.filed_to {
            // The register keeps the first day after; people say the last day of it.
            Some(to) => {
                Message::new("organisation-filed-between").with("from", from).with("to", to.plus_days(-1))
            }
            None => Message::new("organisation-filed-since").with("from", from),
        };
        self.v.t.message(&message)
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
    let row = found.filter(|row| is_visible(&held.at, &row.path)).ok_or(PageError::NotFound)?;
    let above = match &row.parent_id {
        Some(parent) => store::by_id(&mut tx, parent).await?,
        None => None,
    };
    let served_by = match &row.served_by_id {
        Some(site) => store::by_id(&mut tx, site).await?,
        None => None,
    };
    let children = store::children(&mut tx, &row.path).await?;
    let serves = store::registration_points_served_by(&mut tx, &row.path).await?;
    let issuer = store::issuer_of(&mut tx, &row.path, today).await?;
    let grounds = (source.0)(&mut tx, &row.path).await?;
    drop(tx);
    let shown = OrganisationPage { v: &v, above, children, served_by, serves, issuer, grounds, today, row };
    page(&v, &shown.name(&shown.row), &shown)
}
