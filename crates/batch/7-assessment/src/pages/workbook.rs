//! Figures in a workbook: the sheet of a site to be filled in, and the filled one brought back.
use std::collections::{HashMap, HashSet};

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use job::NewJob;
use kernel::{AdmissionNumber, Digest};
use plan::{Batch, InBatch};
use print::{TextSheet, XLSX};
use scheme::ComponentKind;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use venue::SiteId;
use web::{Markup, Message, PageError, PageResult, Upload, UploadedFile, Visit};

use super::{Scoring, table, unreadable::unreadable};
use crate::{
    AssessmentRefused, PartOutcome,
    importing::IMPORT,
    room::{self, Target},
    rooms,
    rules::{EntryState, Figure, HEADINGS_EN, HEADINGS_ZH, RowFault, entry_state, read_workbook},
    store::{self, Entered, Import, ImportRow, RowState},
};

/// Rows written in one step. Source: [own]; a step stays below the 50 ms a write transaction may take.
const AT_ONCE: usize = 250;
/// Faults shown on one page. Source: [own]; whoever has more begins with these.
const FAULTS_SHOWN: usize = 200;
/// Rows on one page.
const ROWS: i64 = 60;

/// What the address of a sheet to be filled in says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TemplateQuery {
    /// Site whose candidates stand in it.
    site: String,
}

/// GET /batches/{code}/scores/…/workbook?site=… — a row a seat, by admission number and without a name.
pub async fn template<D: Scoring>(
    State(env): State<Env>,
    entry: InBatch<D>,
    v: Visit,
    Query(query): Query<TemplateQuery>,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let site = venue::site(&mut tx, &SiteId::from(query.site.as_str())).await?.ok_or(PageError::NotFound)?;
    if !entry.reaches(&site.org_path) {
        return Err(PageError::NotFound);
    }
    let seats = arrangement::seats_of_kind(&mut tx, &batch.code, &site.id, D::KIND).await?;
    let (levels, parts) = plan::levels_and_components(&mut tx, &batch.code).await?;
    let targets = room::targets(&mut tx, &seats, &parts, D::KIND).await?;
    let levels = table::levels(&levels, &parts, v.t);
    drop(tx);
    let place: HashMap<&str, _> = seats.iter().map(|seat| (seat.application_id.as_str(), seat)).collect();
    let name = v.t.pick(&site.name_zh, &site.name_en);
    let row = |target: &Target| {
        let seat = place.get(target.application_id.as_str());
        let (room, number) = seat.map_or_else(Default::default, |seat| (seat.ordinal, seat.number));
        let level = levels.get(&target.component_id).cloned().unwrap_or_default();
        let number = number.to_string();
        vec![name.to_owned(), room.to_string(), number, level, target.number.to_string(), String::new()]
    };
    let rows: Vec<Vec<String>> = targets.iter().map(row).collect();
    let headings = if v.t.pick("zh", "en") == "zh" { HEADINGS_ZH } else { HEADINGS_EN };
    let bytes = TextSheet::of(&headings, &rows).map_err(|error| PageError::Internal(error.to_string()))?;
    Ok(web::download(&format!("{}-{}-{}.xlsx", D::NOUN, batch.code, site.code), XLSX, bytes))
}

#[derive(Template)]
#[template(path = "score/faults.html")]
struct FaultsPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    address: String,
    title: &'static str,
    file: &'a str,
    faults: &'a [RowFault],
    total: usize,
}

/// POST /batches/{code}/scores/…/workbook — every row is looked at before anything is kept; one wrong row
/// and nothing is.
pub async fn bring<D: Scoring>(
    State(env): State<Env>,
    entry: InBatch<D>,
    v: Visit,
    upload: Upload,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let file = upload.file("file").ok_or_else(|| PageError::refused("score-import-needs-file"))?;
    let (figures, mut faults) = read(&env, file).await?;
    let mut tx = env.db.read().await?;
    let known = known(&mut tx, &env, &entry).await?;
    let (rows, skipped) = check(&mut tx, &entry, &known, figures, &mut faults).await?;
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.row);
        let head = plan::stage_head(&mut tx, &entry, 7, &v, env.now()).await?;
        let page = FaultsPage {
            v: &v,
            head,
            batch,
            address: D::address(batch),
            title: super::rooms::title(D::KIND),
            file: &file.name,
            total: faults.len(),
            faults: faults.get(..FAULTS_SHOWN).unwrap_or(&faults),
        };
        return web::page_again(&v, &batch.title(v.t), &page, false);
    }
    drop(tx);
    if rows.is_empty() && skipped == 0 {
        return Err(AssessmentRefused::Nothing.into());
    }
    let import = Import {
        id: env.new_id(),
        batch_code: batch.code.clone(),
        kind: D::KIND,
        file_digest: Digest::from_bytes(&Sha256::digest(&file.bytes).into()),
        file_name: file.name.chars().take(120).collect(),
        row_count: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        skipped_count: skipped,
        job_id: None,
        brought_by: entry.who.account_id.clone(),
        brought_at: env.now(),
    };
    keep(&env, &entry, &import, &rows).await
}

/// The rows first, in small steps; then the job, with which they count.
async fn keep<D: Scoring>(
    env: &Env,
    entry: &InBatch<D>,
    import: &Import,
    rows: &[ImportRow],
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.write().await?;
    store::insert_import(&mut tx, import).await?;
    tx.commit().await?;
    for chunk in rows.chunks(AT_ONCE) {
        let mut tx = env.db.write().await?;
        store::insert_rows(&mut tx, &import.id, chunk).await?;
        tx.commit().await?;
    }
    let page = format!("{}/workbooks/{}", D::address(batch), import.id);
    let new = NewJob { kind: IMPORT.name, subject: &import.id, batch: Some(&batch.code), page: page.clone() };
    let mut tx = env.db.write().await?;
    let job = job::begin(&mut tx, env, &entry.who, &new).await?;
    store::set_job(&mut tx, &import.id, &job).await?;
    tx.commit().await?;
    Ok(web::done(&page, "score-import-begun"))
}

/// Reads the file beside the threads that answer requests.
async fn read(env: &Env, file: &UploadedFile) -> PageResult<(Vec<Figure>, Vec<RowFault>)> {
    let bytes = file.bytes.clone();
    let rows = env.decoder.in_turn(move |decoder| registration::texts(decoder, &bytes)).await?;
    let rows = rows.map_err(unreadable)?;
    read_workbook(&rows).map_err(PageError::Refused)
}

/// Everybody whose figure this person may write down by now, by admission number.
async fn known<D: Scoring>(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<D>,
) -> PageResult<HashMap<AdmissionNumber, Target>> {
    let batch = &entry.batch;
    let is_run = store::run(tx, &batch.code).await?.is_some();
    let sittings = arrangement::sittings(tx, &batch.code).await?;
    let ripe: Vec<_> = sittings
        .iter()
        .filter(|one| {
            one.component_kind == D::KIND
                && rooms::is_ripe(
                    (one.component_kind, one.delivery),
                    (one.starts_at, one.ends_at),
                    is_run,
                    env.now(),
                )
        })
        .collect();
    let within: HashSet<String> = arrangement::room_uses(tx, &batch.code)
        .await?
        .into_iter()
        .filter(|room| entry.reaches(&room.site_path))
        .map(|room| room.id)
        .collect();
    let parts = plan::components(tx, &batch.code).await?;
    let mut known = HashMap::new();
    for sitting in ripe {
        let mut seats = arrangement::seats_of_sitting(tx, &sitting.id).await?;
        seats.retain(|seat| within.contains(&seat.room_use_id));
        for target in room::targets(tx, &seats, &parts, D::KIND).await? {
            known.insert(target.number.clone(), target);
        }
    }
    Ok(known)
}

/// The rows to be written down, and how many say again what stands there.
async fn check<D: Scoring>(
    tx: &mut Tx,
    entry: &InBatch<D>,
    known: &HashMap<AdmissionNumber, Target>,
    figures: Vec<Figure>,
    faults: &mut Vec<RowFault>,
) -> PageResult<(Vec<ImportRow>, i64)> {
    let who = entry.who.account_id.as_str();
    let mut found = Vec::new();
    for figure in figures {
        let number = AdmissionNumber::parse(&figure.number).ok();
        match number.and_then(|number| known.get(&number)) {
            Some(target) => found.push((figure, target)),
            None => faults.push(RowFault::number(figure.row, &figure.number, "score-import-unknown")),
        }
    }
    let ids: Vec<&str> = found.iter().map(|(_, target)| target.application_id.as_str()).collect();
    let (own, done) = known_of(tx, D::KIND, &ids, who).await?;
    let (mut rows, mut skipped) = (Vec::new(), 0);
    for (figure, target) in found {
        let before = own.get(&target.key());
        let is_again = before.is_some_and(|before| *before == figure.outcome);
        if done.contains(&target.key()) || is_again {
            skipped += 1;
        } else if before.is_some() {
            let message = if D::KIND == ComponentKind::Theory {
                "score-import-entered-before"
            } else {
                "score-import-sealed-before"
            };
            let text = figure.outcome.score().map_or_else(String::new, |score| score.short());
            faults.push(RowFault::score(figure.row, &text, Message::new(message)));
        } else {
            rows.push(row(&figure, target));
        }
    }
    Ok((rows, skipped))
}

fn row(figure: &Figure, target: &Target) -> ImportRow {
    ImportRow {
        row_no: i64::try_from(figure.row).unwrap_or(i64::MAX),
        application_id: target.application_id.clone(),
        component_id: target.component_id.clone(),
        room_use_id: target.room_use_id.clone(),
        number: target.number.clone(),
        score_centi: figure.outcome.score(),
        state: RowState::Waiting,
        refusal: String::new(),
    }
}

/// What this person has written down that still waits for others, and whose score is sealed.
async fn known_of(
    tx: &mut Tx,
    kind: ComponentKind,
    ids: &[&str],
    who: &str,
) -> sqlx::Result<(HashMap<(String, String), PartOutcome>, HashSet<(String, String)>)> {
    if kind != ComponentKind::Theory {
        let sealed = store::sealed_for(tx, ids, who).await?;
        return Ok((sealed.own, sealed.done));
    }
    let Entered { entries, done } = store::entries_of(tx, ids).await?;
    let mine =
        entries.into_iter().filter_map(|((part, application), entries)| match entry_state(&entries, who) {
            EntryState::Entered(outcome) => Some(((application, part), outcome)),
            EntryState::Open | EntryState::Differs(_) => None,
        });
    Ok((mine.collect(), done))
}

/// What the address of a workbook says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ShowQuery {
    /// Page, from 1.
    page: i64,
}

#[derive(Template)]
#[template(path = "score/workbook.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    address: String,
    title: &'static str,
    is_theory: bool,
    import: &'a Import,
    job: Option<Markup>,
    counts: Vec<(RowState, i64)>,
    rows: Vec<ImportRow>,
    page: i64,
    pages: i64,
}

impl ShowPage<'_> {
    fn count(&self, state: RowState) -> i64 {
        self.counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count)
    }

    fn own(&self, row: &ImportRow) -> String {
        row.score_centi.map_or_else(|| self.v.t.s("assessment-absent"), kernel::Score::short)
    }

    /// What differs, or why it was refused; the sentence names its candidate.
    fn why(&self, row: &ImportRow) -> String {
        if row.refusal.is_empty() {
            return self.v.t.s("assessment-row-differs");
        }
        self.v.t.values(&row.refusal, &[("number", row.number.to_string())])
    }
}

/// GET /batches/{code}/scores/…/workbooks/{import}: its bringer's; to anybody else it does not exist.
pub async fn show<D: Scoring>(
    State(env): State<Env>,
    entry: InBatch<D>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
    Query(query): Query<ShowQuery>,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let import = store::import(&mut tx, &batch.code, &id).await?;
    let is_own = |import: &Import| import.brought_by == entry.who.account_id && import.kind == D::KIND;
    let import = import.filter(is_own).ok_or(PageError::NotFound)?;
    let head = plan::stage_head(&mut tx, &entry, 7, &v, env.now()).await?;
    let job = match &import.job_id {
        Some(id) => job::job(&mut tx, id.as_str()).await?,
        None => None,
    };
    let counts = store::row_counts(&mut tx, &import.id).await?;
    let to_see: i64 = counts
        .iter()
        .filter(|(state, _)| matches!(state, RowState::Differs | RowState::Refused))
        .map(|(_, count)| count)
        .sum();
    let pages = ((to_see + ROWS - 1) / ROWS).max(1);
    let page = query.page.clamp(1, pages);
    let rows = store::rows_to_see(&mut tx, &import.id, ((page - 1) * ROWS, ROWS)).await?;
    let shown = ShowPage {
        v: &v,
        head,
        batch,
        address: D::address(batch),
        title: super::rooms::title(D::KIND),
        is_theory: D::KIND == ComponentKind::Theory,
        job: job.map(|job| job::state(&v, &job)).transpose()?,
        import: &import,
        counts,
        rows,
        page,
        pages,
    };
    web::page(&v, &batch.title(v.t), &shown)
}
