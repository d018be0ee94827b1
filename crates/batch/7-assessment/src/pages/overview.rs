//! How the assessment stands: counts, and nobody's figures.
use std::collections::{BTreeSet, HashMap};

use ::store::Tx;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Action, Env, Object};
use plan::{Batch, BatchComponent, BatchLevel, InBatch, ReadBatch};
use scheme::ComponentKind;
use web::{Markup, PageResult, Visit, Words};

use crate::{
    progress::Expected,
    scoring::OBJECTIVE,
    store::{self, Examiner, PartFigures, Run},
};

/// Examiners who are named on one page. Source: [own]; a province's panel is larger than a page.
const EXAMINERS_NAMED: usize = 24;

/// How one part stands.
struct PartRow {
    part: BatchComponent,
    level: String,
    expected: i64,
    /// Those of them whom examiners score: the others were absent by the record of their room.
    scored: i64,
    sealed: i64,
    /// Entered once, waiting for the second clerk.
    half: i64,
    /// Two figures that differ.
    differ: i64,
    /// Scores sealed by examiners, and how many are needed.
    sheets: i64,
    sheets_needed: i64,
    /// Each examiner's name and number of sealed scores.
    examiners: Vec<(String, i64)>,
}

impl PartRow {
    fn is_done(&self) -> bool {
        self.expected > 0 && self.sealed >= self.expected
    }

    fn way(&self) -> &'static str {
        match (self.part.kind, self.part.delivery) {
            (ComponentKind::Theory, scheme::Delivery::Computer) => "assessment-way-objective",
            (ComponentKind::Theory, scheme::Delivery::Paper | scheme::Delivery::OnSite) => {
                "assessment-way-entries"
            }
            (ComponentKind::Panel, _) => "assessment-way-sealed-panel",
            (ComponentKind::Practical | ComponentKind::Other, _) => "assessment-way-sealed",
        }
    }

    /// Who scores: a panel has members, the other parts have examiners.
    fn sheets_words(&self) -> &'static str {
        match self.part.kind {
            ComponentKind::Panel => "assessment-sheets-panel",
            ComponentKind::Theory | ComponentKind::Practical | ComponentKind::Other => "assessment-sheets",
        }
    }
}

#[derive(Template)]
#[template(path = "score/overview.html")]
struct OverviewPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    rows: Vec<PartRow>,
    expected: i64,
    sealed: i64,
    is_over: bool,
    is_running: bool,
    job: Option<Markup>,
    run: Option<Run>,
    may_enter: bool,
    may_run: bool,
    may_practical: bool,
    may_panel: bool,
}

/// Occupation and level of a part in words.
pub fn level_name(levels: &[BatchLevel], part: &BatchComponent, t: Words) -> String {
    levels
        .iter()
        .find(|level| level.occupation_code == part.occupation_code && level.level_code == part.level_code)
        .map(|level| {
            let occupation = t.pick(&level.occupation_zh, &level.occupation_en);
            format!("{occupation} · {}", t.pick(&level.level_zh, &level.level_en))
        })
        .unwrap_or_default()
}

/// GET /batches/{code}/scores
pub async fn show(State(env): State<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let head = plan::stage_head(&mut tx, &entry, 7, &v, env.now()).await?;
    let rows = rows(&mut tx, &entry, v.t).await?;
    let may = |action| {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        identity::territory(&entry.who.grants, action, object, env.now())
    };
    let clerk = may(Action::EnterScores);
    let may_run = clerk.iter().any(|path| path.contains(&batch.org_path));
    // The rail hears of the end of the last attempt within a minute; who may begin the run is told at once.
    let is_over = entry.is_done(6) || (may_run && sitting::is_over(&mut tx, &batch.code).await?);
    // Nothing runs before the sittings are over.
    let run = if is_over && may_run { store::run(&mut tx, &batch.code).await? } else { None };
    let job = if is_over { job::latest(&mut tx, batch.code.as_str(), OBJECTIVE.name).await? } else { None };
    // Whoever began it steers it; others see on the rail how far it is.
    let job = job.filter(|job| job.started_by == entry.who.account_id);
    let is_running = job.as_ref().is_some_and(|job| job.status.is_open());
    let page = OverviewPage {
        v: &v,
        head,
        batch,
        expected: rows.iter().map(|row| row.expected).sum(),
        sealed: rows.iter().map(|row| row.sealed).sum(),
        rows,
        is_over,
        is_running,
        job: job.map(|job| job::state(&v, &job)).transpose()?,
        run,
        may_enter: !clerk.is_empty(),
        may_run,
        may_practical: !may(Action::ScorePractical).is_empty(),
        may_panel: !may(Action::ScorePanel).is_empty(),
    };
    web::page(&v, &batch.title(v.t), &page)
}

async fn rows(tx: &mut Tx, entry: &InBatch<ReadBatch>, t: Words) -> PageResult<Vec<PartRow>> {
    let batch = &entry.batch;
    let (levels, parts) = plan::levels_and_components(tx, &batch.code).await?;
    let expected = Expected::of_parts(tx, &batch.code, parts, entry.is_done(4)).await?;
    let mut figures = store::part_figures(tx, &batch.code).await?;
    let named = named(&figures);
    let ids: Vec<_> = expected.parts().iter().map(|(part, _)| &part.component_id).collect();
    let needed: HashMap<scheme::ComponentId, i64> = scheme::components_by_id(tx, &ids)
        .await?
        .into_iter()
        .map(|component| (component.id, component.examiners))
        .collect();
    let mut rows = Vec::new();
    for (part, expected) in expected.parts() {
        let counted = figures.remove(&part.id).unwrap_or_default();
        let scored = expected - counted.away;
        rows.push(PartRow {
            level: level_name(&levels, part, t),
            expected: *expected,
            scored,
            sealed: counted.sealed,
            half: counted.open - counted.differ,
            differ: counted.differ,
            sheets: counted.examiners.iter().map(|one| one.sealed).sum(),
            sheets_needed: scored * needed.get(&part.component_id).copied().unwrap_or_default(),
            examiners: counted.examiners.into_iter().map(|one| line(one, &named)).collect(),
            part: part.clone(),
        });
    }
    Ok(rows)
}

/// The accounts whose names are shown: not all of a province.
fn named(figures: &HashMap<String, PartFigures>) -> BTreeSet<String> {
    let accounts = figures.values().flat_map(|part| &part.examiners).map(|one| one.account_id.clone());
    accounts.collect::<BTreeSet<_>>().into_iter().take(EXAMINERS_NAMED).collect()
}

/// An examiner's name and how many scores they have sealed.
fn line(one: Examiner, named: &BTreeSet<String>) -> (String, i64) {
    let name = if named.contains(&one.account_id) { one.name } else { "…".to_owned() };
    (name, one.sealed)
}
