//! The score sheet of one examiner or panel member: their own figures, sealed as they are sent.
use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
};

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use kernel::{OrgPath, UnixMicros};
use plan::{Batch, BatchComponent, InBatch, ScorePanel, ScorePractical};
use scheme::{Component, ComponentKind};
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::table::{self, Cell, Pages, Row, TableQuery};
use crate::{
    AssessmentRefused, Candidate, Origin, PartOutcome, Roll,
    absences::{Absences, absences},
    roll,
    rules::{Sealed, combine, digest_of, may_seal},
    store::{self, NewScore, NewSealed},
};

/// What one examiner may know of a part.
pub struct Sheet {
    own: HashMap<String, PartOutcome>,
    done: HashSet<String>,
    /// Whom any examiner has scored: they were there, whatever the room's record says.
    written: HashSet<String>,
    absences: Absences,
}

impl Sheet {
    async fn read(tx: &mut Tx, batch: &Batch, part: &BatchComponent, examiner: &str) -> sqlx::Result<Self> {
        Ok(Self {
            own: store::own_sealed(tx, &part.id, examiner).await?,
            done: store::scores_of_part(tx, &part.id).await?.into_keys().collect(),
            written: store::sealed_counts(tx, &batch.code)
                .await?
                .into_iter()
                .filter(|count| count.component_id == part.id)
                .map(|count| count.application_id)
                .collect(),
            absences: absences(tx, &batch.code).await?,
        })
    }

    fn row(&self, candidate: &Candidate, kind: ComponentKind) -> Row {
        let own = self.own.get(&candidate.application_id).copied();
        let attendance = self.absences.of(kind, &candidate.application_id);
        let is_away = attendance.is_recorded && attendance.from_part;
        let is_done = self.done.contains(&candidate.application_id);
        let (note, class) = match (own, is_done, is_away, attendance.from_theory) {
            (Some(_), true, ..) => ("assessment-row-all-sealed", "done"),
            (Some(_), false, ..) => ("assessment-row-sealed", "now"),
            (None, true, ..) => ("", ""),
            (None, false, true, _) => ("assessment-row-away", "late"),
            (None, false, false, true) => ("assessment-row-away-theory", "wait"),
            (None, false, false, false) => ("", ""),
        };
        let is_settled = is_done || (is_away && !self.written.contains(&candidate.application_id));
        let is_open = own.is_none() && !is_settled;
        Row { number: candidate.number.clone(), own, is_open, note, class }
    }
}

/// How many candidates of the batch wait for this examiner's score.
///
/// # Errors
/// Storage.
pub(crate) async fn waiting_scores(
    tx: &mut Tx,
    batch: &Batch,
    kind: ComponentKind,
    who: (&str, &[OrgPath]),
    now: UnixMicros,
) -> sqlx::Result<i64> {
    let roll = roll(tx, &batch.code).await?;
    let mut waiting = 0;
    for part in roll.parts.iter().filter(|part| part.kind == kind && part.starts_at <= now) {
        let sheet = Sheet::read(tx, batch, part, who.0).await?;
        let rows = within(&roll, part, who.1);
        waiting += rows.into_iter().filter(|candidate| sheet.row(candidate, kind).is_open).count();
    }
    Ok(i64::try_from(waiting).unwrap_or(i64::MAX))
}

fn within<'a>(roll: &'a Roll, part: &'a BatchComponent, at: &[OrgPath]) -> Vec<&'a Candidate> {
    roll.of(part).filter(|candidate| at.iter().any(|path| path.contains(&candidate.point_path))).collect()
}

#[derive(Template)]
#[template(path = "score/sheet.html")]
struct SheetPage<'a> {
    v: &'a Visit,
    head: Markup,
    action: String,
    parts: Vec<(&'a BatchComponent, String)>,
    part: &'a BatchComponent,
    query: &'a TableQuery,
    examiners: i64,
    rows: Vec<Row>,
    pages: Pages,
    form: Form,
}

impl SheetPage<'_> {
    fn tab(&self, show: &str) -> String {
        format!("{}?component={}&show={show}", self.action, self.part.id)
    }

    fn link(&self, page: impl Borrow<usize>) -> String {
        let show = if self.query.is_sealed() { "sealed" } else { "open" };
        format!("{}&page={}", self.tab(show), page.borrow())
    }

    fn is_ticked(&self, row: &Row) -> bool {
        !self.form.value(&format!("absent-{}", row.number)).is_empty()
    }
}

/// GET /batches/{code}/scores/practical
pub async fn practical(
    State(env): State<Env>,
    entry: InBatch<ScorePractical>,
    v: Visit,
    Query(query): Query<TableQuery>,
) -> PageResult<Response> {
    show(&env, &entry, &v, &query, ComponentKind::Practical, None).await
}

/// GET /batches/{code}/scores/panel
pub async fn panel(
    State(env): State<Env>,
    entry: InBatch<ScorePanel>,
    v: Visit,
    Query(query): Query<TableQuery>,
) -> PageResult<Response> {
    show(&env, &entry, &v, &query, ComponentKind::Panel, None).await
}

/// POST /batches/{code}/scores/practical
pub async fn seal_practical(
    State(env): State<Env>,
    entry: InBatch<ScorePractical>,
    v: Visit,
    form: Form,
) -> PageResult<Response> {
    seal(&env, &entry, &v, form, ComponentKind::Practical).await
}

/// POST /batches/{code}/scores/panel
pub async fn seal_panel(
    State(env): State<Env>,
    entry: InBatch<ScorePanel>,
    v: Visit,
    form: Form,
) -> PageResult<Response> {
    seal(&env, &entry, &v, form, ComponentKind::Panel).await
}

fn address(batch: &Batch, kind: ComponentKind) -> String {
    let noun = if kind == ComponentKind::Panel { "panel" } else { "practical" };
    format!("/batches/{}/scores/{noun}", batch.code)
}

async fn show<D>(
    env: &Env,
    entry: &InBatch<D>,
    v: &Visit,
    query: &TableQuery,
    kind: ComponentKind,
    again: Option<Form>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let head = plan::stage_head(&mut tx, batch, 7, v, env.now()).await?;
    let roll = roll(&mut tx, &batch.code).await?;
    let levels = plan::levels(&mut tx, &batch.code).await?;
    let parts: Vec<(&BatchComponent, String)> = roll
        .parts
        .iter()
        .filter(|part| part.kind == kind && !within(&roll, part, &entry.at).is_empty())
        .map(|part| (part, super::overview::level_name(&levels, part, v.t)))
        .collect();
    let chosen = parts.iter().find(|(part, _)| part.id == query.component).or_else(|| parts.first());
    let Some((part, _)) = chosen else {
        return Err(PageError::refused("assessment-no-candidates"));
    };
    let component = component(&mut tx, part).await?;
    let sheet = Sheet::read(&mut tx, batch, part, &entry.who.account_id).await?;
    let mut rows: Vec<Row> = within(&roll, part, &entry.at)
        .into_iter()
        .map(|candidate| sheet.row(candidate, kind))
        .filter(|row| row.own.is_some() == query.is_sealed())
        .filter(|row| row.is_open || !row.note.is_empty())
        .collect();
    let pages = table::cut(&mut rows, query.page);
    let is_again = again.is_some();
    let page = SheetPage {
        v,
        head,
        action: address(batch, kind),
        part,
        query,
        examiners: component.examiners,
        rows,
        pages,
        form: again.unwrap_or_default(),
        parts: parts.clone(),
    };
    let title = batch.title(v.t);
    if is_again { web::page_again(v, &title, &page, false) } else { web::page(v, &title, &page) }
}

async fn component(tx: &mut Tx, part: &BatchComponent) -> PageResult<Component> {
    let known = scheme::component(tx, &part.component_id).await?;
    known.ok_or_else(|| PageError::Internal(format!("part {} names no component", part.id)))
}

async fn seal<D>(
    env: &Env,
    entry: &InBatch<D>,
    v: &Visit,
    mut form: Form,
    kind: ComponentKind,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let roll = roll(&mut tx, &batch.code).await?;
    let part =
        roll.part(form.value("component")).filter(|part| part.kind == kind).ok_or(PageError::NotFound)?;
    if env.now() < part.starts_at {
        return Err(AssessmentRefused::NotBegun(part.starts_at).into());
    }
    let component = component(&mut tx, part).await?;
    drop(tx);
    let candidates = within(&roll, part, &entry.at);
    let cells = table::read_cells(&mut form);
    if cells.is_empty() && form.is_ok() {
        return Err(AssessmentRefused::Nothing.into());
    }

    let mut tx = env.db.write().await?;
    store::take_sheet(&mut tx, &part.id).await?;
    let done = store::scores_of_part(&mut tx, &part.id).await?.into_keys().collect();
    let one = Seal { env, batch, part, component: &component, examiner: &entry.who.account_id, done };
    let mut lines = Vec::new();
    for cell in &cells {
        match one.seal(&mut tx, &candidates, cell).await? {
            Ok(()) => lines.push(format!("{} {}", cell.number, cell.outcome.text())),
            Err(refused) => form.refuse(&cell.field, table::at_number(&cell.number, &refused.message())),
        }
    }
    if !form.is_ok() {
        drop(tx);
        let query = TableQuery { component: part.id.clone(), ..TableQuery::default() };
        return show(env, entry, v, &query, kind, Some(form)).await;
    }
    super::report(&mut tx, batch, &roll, env.now()).await?;
    // A keyed hash: it proves later what was sealed, and shows nothing to a reader of the trail.
    let seal = env.vault.index("score.seal", digest_of(&lines).as_str());
    entry
        .who
        .note("score.seal", "component", &part.id)
        .batch(batch.code.as_str())
        .payload(json!({ "count": lines.len(), "seal": seal }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    let back = format!("{}?component={}", address(batch, kind), part.id);
    Ok(web::done(&back, "assessment-sealed"))
}

/// Sealing one sheet.
struct Seal<'a> {
    env: &'a Env,
    batch: &'a Batch,
    part: &'a BatchComponent,
    component: &'a Component,
    examiner: &'a str,
    done: HashSet<String>,
}

impl Seal<'_> {
    /// Seals one figure, and the part's score when it was the last one needed.
    async fn seal(
        &self,
        tx: &mut Tx,
        candidates: &[&Candidate],
        cell: &Cell,
    ) -> PageResult<Result<(), AssessmentRefused>> {
        let Some(candidate) = table::find(candidates, &cell.number) else {
            return Ok(Err(AssessmentRefused::UnknownNumber));
        };
        let application = candidate.application_id.as_str();
        if self.done.contains(application) {
            return Ok(Err(AssessmentRefused::Complete));
        }
        let mut sealed = store::sealed_of_candidate(tx, &self.part.id, application).await?;
        if let Err(refused) = may_seal(self.component, &sealed, self.examiner, cell.outcome) {
            return Ok(Err(refused));
        }
        let new = NewSealed {
            id: &self.env.new_id(),
            batch: &self.batch.code,
            application,
            component: &self.part.id,
            examiner: self.examiner,
            outcome: cell.outcome,
            at: self.env.now(),
        };
        if !store::insert_sealed(tx, new).await? {
            return Ok(Err(AssessmentRefused::AlreadySealed));
        }
        sealed.push(Sealed { examiner: self.examiner.to_owned(), outcome: cell.outcome });
        let Some(outcome) = combine(self.component, &sealed) else { return Ok(Ok(())) };
        let mut inputs: Vec<String> =
            sealed.iter().map(|one| format!("{} {}", one.examiner, one.outcome.text())).collect();
        inputs.sort();
        let score = NewScore {
            id: self.env.new_id(),
            application_id: application.to_owned(),
            component_id: self.part.id.clone(),
            outcome,
            origin: Origin::SealedScores,
            inputs_digest: digest_of(&inputs),
        };
        store::insert_scores(tx, &self.batch.code, &[score], self.examiner, self.env.now()).await?;
        Ok(Ok(()))
    }
}
