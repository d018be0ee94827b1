//! From the application to the certificate: bars for the reader's part of the batch, and a row a city.
use std::{borrow::Borrow, collections::HashMap};

use ::store::Tx;
use admission::CityNames;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::Env;
use kernel::OrgPath;
use plan::{Batch, InBatch, ReadBatch};
use web::{Markup, PageResult, Visit};

use crate::{Funnel, Row, Step};

/// The page is about all nine stages: none of them is the current one.
const WHOLE: usize = 0;

#[derive(Template)]
#[template(path = "funnel/show.html")]
struct FunnelPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    total: Row,
    cities: Vec<(String, Row)>,
    /// The parts somebody sees who does not see the whole.
    part: Vec<String>,
}

impl FunnelPage<'_> {
    fn steps(&self) -> [Step; 7] {
        Step::ALL
    }

    fn step(&self, step: impl Borrow<Step>) -> String {
        let step = step.borrow();
        self.v.t.s(step.key())
    }

    fn count(&self, row: impl Borrow<Row>, step: impl Borrow<Step>) -> i64 {
        row.borrow().of(*step.borrow())
    }

    /// Whether anybody of all who are counted came as far; before, there is nothing to compare.
    fn is_reached(&self, step: impl Borrow<Step>) -> bool {
        let step = *step.borrow();
        step == Step::Applied || self.total.of(step) > 0
    }

    /// `80.1 %`, or nothing when nobody applied.
    fn share(&self, row: impl Borrow<Row>, step: impl Borrow<Step>) -> String {
        row.borrow()
            .share(*step.borrow())
            .map_or_else(String::new, |share| format!("{}.{} %", share / 10, share % 10))
    }
}

/// GET /batches/{code}/funnel
pub async fn show(State(env): State<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let funnel = funnel(&mut tx, &entry).await?;
    let names = CityNames::read(&mut tx, batch, v.t).await?;
    let part = match entry.at_whole() {
        Ok(()) => Vec::new(),
        Err(_) => entry.at.iter().map(|path| names.of(path)).collect(),
    };
    let page = FunnelPage {
        head: plan::stage_head(&mut tx, &entry, WHOLE, &v, env.now()).await?,
        total: funnel.total(),
        cities: funnel.cities.iter().map(|(city, row)| (names.of(city), *row)).collect(),
        v: &v,
        batch,
        part,
    };
    web::page(&v, &v.t.s("funnel"), &page)
}

async fn funnel(tx: &mut Tx, entry: &InBatch<ReadBatch>) -> PageResult<Funnel> {
    let (batch, root) = (&entry.batch, &entry.batch.org_path);
    let (counts, left_out) = admission::counts_with_left(tx, batch, &entry.at).await?;
    let mut funnel = Funnel::of_counts(root, &counts, &left_out);
    let admitted = admission::admitted(tx, &batch.code).await?.into_iter();
    let mine = admitted.filter(|row| entry.reaches(&row.point_path));
    let points: HashMap<String, OrgPath> =
        mine.map(|row| (row.application_id.to_string(), row.point_path)).collect();
    funnel.reach(root, Step::Present, &sitting::present(tx, &batch.code).await?, &points);
    funnel.reach(root, Step::Passed, &result::passed(tx, &batch.code).await?, &points);
    funnel.reach(root, Step::Certified, &certificate::certified(tx, &batch.code).await?, &points);
    Ok(funnel)
}
