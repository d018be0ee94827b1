//! How the assessment stands: counts, and nobody's figures.
use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::Tx;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Action, Env, Object};
use plan::{Batch, BatchComponent, BatchLevel, InBatch, ReadBatch};
use scheme::ComponentKind;
use web::{Markup, PageResult, Visit, Words};

use crate::{
    Roll, roll,
    rules::{Entry, agreed},
    store,
};

/// How one part stands.
struct PartRow {
    part: BatchComponent,
    level: String,
    expected: i64,
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

    fn is_theory(&self) -> bool {
        self.part.kind == ComponentKind::Theory
    }

    fn way(&self) -> &'static str {
        match (self.part.kind, self.part.delivery) {
            (ComponentKind::Theory, scheme::Delivery::Computer) => "assessment-way-objective",
            (ComponentKind::Theory, scheme::Delivery::Paper | scheme::Delivery::OnSite) => {
                "assessment-way-entries"
            }
            (ComponentKind::Practical | ComponentKind::Panel | ComponentKind::Other, _) => {
                "assessment-way-sealed"
            }
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
    may_enter: bool,
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
    let head = plan::stage_head(&mut tx, batch, 7, &v, env.now()).await?;
    let mut roll = roll(&mut tx, &batch.code).await?;
    let is_whole = entry.at_whole().is_ok();
    if !is_whole {
        roll.candidates.retain(|candidate| entry.reaches(&candidate.point_path));
    }
    let mut rows = rows(&mut tx, batch, &roll, v.t).await?;
    if !is_whole {
        // Who scores how much elsewhere is none of a part's business.
        rows.iter_mut().for_each(|row| row.examiners.clear());
    }
    let is_over = sitting::is_over(&mut tx, &batch.code).await?;
    let may = |action| {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        !identity::territory(&entry.who.grants, action, object, env.now()).is_empty()
    };
    let page = OverviewPage {
        v: &v,
        head,
        batch,
        expected: rows.iter().map(|row| row.expected).sum(),
        sealed: rows.iter().map(|row| row.sealed).sum(),
        rows,
        is_over,
        may_enter: may(Action::EnterScores),
        may_practical: may(Action::ScorePractical),
        may_panel: may(Action::ScorePanel),
    };
    web::page(&v, &batch.title(v.t), &page)
}

async fn rows(tx: &mut Tx, batch: &Batch, roll: &Roll, t: Words) -> PageResult<Vec<PartRow>> {
    let levels = plan::levels(tx, &batch.code).await?;
    let here: HashSet<&str> = roll.candidates.iter().map(|one| one.application_id.as_str()).collect();
    let mut sealed: HashMap<String, i64> = HashMap::new();
    for score in store::component_scores(tx, &batch.code).await? {
        *sealed.entry(score.component_id).or_default() +=
            i64::from(here.contains(score.application_id.as_str()));
    }
    let mut sheets: HashMap<String, i64> = HashMap::new();
    for count in store::sealed_counts(tx, &batch.code).await? {
        if here.contains(count.application_id.as_str()) {
            *sheets.entry(count.component_id).or_default() += count.sealed;
        }
    }
    let mut entered = store::entries_of_batch(tx, &batch.code).await?;
    entered.retain(|(_, application), _| here.contains(application.as_str()));
    let entries = count_entries(&entered);
    let examiners = examiner_names(tx, batch).await?;
    let mut rows = Vec::new();
    for part in &roll.parts {
        let expected = i64::try_from(roll.of(part).count()).unwrap_or(i64::MAX);
        let component = scheme::component(tx, &part.component_id).await?;
        let (half, differ) = entries.get(part.id.as_str()).copied().unwrap_or_default();
        rows.push(PartRow {
            level: level_name(&levels, part, t),
            expected,
            sealed: sealed.get(&part.id).copied().unwrap_or_default(),
            half,
            differ,
            sheets: sheets.get(&part.id).copied().unwrap_or_default(),
            sheets_needed: expected * component.map_or(0, |component| component.examiners),
            examiners: examiners.get(&part.id).cloned().unwrap_or_default(),
            part: part.clone(),
        });
    }
    Ok(rows)
}

/// By part: entered once, and entered twice without agreement.
fn count_entries(entries: &HashMap<(String, String), Vec<Entry>>) -> HashMap<&str, (i64, i64)> {
    let mut counts: HashMap<&str, (i64, i64)> = HashMap::new();
    for ((part, _), entries) in entries {
        if agreed(entries).is_some() {
            continue;
        }
        let (half, differ) = counts.entry(part).or_default();
        let is_half = entries.last().is_some_and(|last| last.entry == 1);
        let is_second_round = entries.last().is_some_and(|last| last.round > 1);
        *half += i64::from(is_half && !is_second_round);
        *differ += i64::from(!is_half || is_second_round);
    }
    counts
}

async fn examiner_names(tx: &mut Tx, batch: &Batch) -> PageResult<HashMap<String, Vec<(String, i64)>>> {
    let counts = store::examiner_counts(tx, &batch.code).await?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut by_part: HashMap<String, Vec<(String, i64)>> = HashMap::new();
    for (part, account, count) in counts {
        if !names.contains_key(&account) {
            let name = identity::account_name(tx, &account).await?;
            names.insert(account.clone(), name);
        }
        let name = names.get(&account).cloned().unwrap_or_default();
        by_part.entry(part).or_default().push((name, count));
    }
    Ok(by_part)
}
