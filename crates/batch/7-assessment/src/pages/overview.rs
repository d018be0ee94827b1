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
    store::{self, OpenEntries, PartScores, Run},
};

/// Examiners whose names are looked up for one page. Source: [own]; a province's panel is larger than a page.
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
    let rows = rows(&mut tx, batch, v.t).await?;
    let is_over = sitting::is_over(&mut tx, &batch.code).await?;
    let may = |action| {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        identity::territory(&entry.who.grants, action, object, env.now())
    };
    let clerk = may(Action::EnterScores);
    let run = store::run(&mut tx, &batch.code).await?;
    let job = job::latest(&mut tx, batch.code.as_str(), OBJECTIVE.name).await?;
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
        may_run: clerk.iter().any(|path| path.contains(&batch.org_path)),
        may_practical: !may(Action::ScorePractical).is_empty(),
        may_panel: !may(Action::ScorePanel).is_empty(),
    };
    web::page(&v, &batch.title(v.t), &page)
}

async fn rows(tx: &mut Tx, batch: &Batch, t: Words) -> PageResult<Vec<PartRow>> {
    let (levels, parts) = plan::levels_and_components(tx, &batch.code).await?;
    let expected = Expected::of_parts(tx, &batch.code, parts).await?;
    let scores: HashMap<String, PartScores> = store::scores_by_part(tx, &batch.code)
        .await?
        .into_iter()
        .map(|row| (row.component_id.clone(), row))
        .collect();
    let entries: HashMap<String, OpenEntries> = store::open_entries(tx, &batch.code)
        .await?
        .into_iter()
        .map(|row| (row.component_id.clone(), row))
        .collect();
    let examiners = examiner_names(tx, batch).await?;
    let ids: Vec<_> = expected.parts().iter().map(|(part, _)| &part.component_id).collect();
    let needed: HashMap<scheme::ComponentId, i64> = scheme::components_by_id(tx, &ids)
        .await?
        .into_iter()
        .map(|component| (component.id, component.examiners))
        .collect();
    let mut rows = Vec::new();
    for (part, expected) in expected.parts() {
        let counted = scores.get(&part.id);
        let of = examiners.get(&part.id).cloned().unwrap_or_default();
        let scored = expected - counted.map_or(0, |row| row.away);
        let differ = entries.get(&part.id).map_or(0, |row| row.differ);
        rows.push(PartRow {
            level: level_name(&levels, part, t),
            expected: *expected,
            scored,
            sealed: counted.map_or(0, |row| row.sealed),
            half: entries.get(&part.id).map_or(0, |row| row.open) - differ,
            differ,
            sheets: of.iter().map(|(_, count)| count).sum(),
            sheets_needed: scored * needed.get(&part.component_id).copied().unwrap_or_default(),
            examiners: of,
            part: part.clone(),
        });
    }
    Ok(rows)
}

/// How many scores each examiner has sealed, by part: the busiest first, and not all of a province.
async fn examiner_names(tx: &mut Tx, batch: &Batch) -> PageResult<HashMap<String, Vec<(String, i64)>>> {
    let counts = store::examiner_counts(tx, &batch.code).await?;
    let accounts: BTreeSet<&str> = counts.iter().map(|(_, account, _)| account.as_str()).collect();
    let named: BTreeSet<&str> = accounts.into_iter().take(EXAMINERS_NAMED).collect();
    let names = identity::account_names(tx, named.iter().copied()).await?;
    let mut by_part: HashMap<String, Vec<(String, i64)>> = HashMap::new();
    for (part, account, count) in &counts {
        let name = if named.contains(account.as_str()) { names.of(account) } else { "…" }.to_owned();
        by_part.entry(part.clone()).or_default().push((name, *count));
    }
    Ok(by_part)
}
