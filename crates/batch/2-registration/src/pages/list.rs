//! The applications of a batch: totals, list, one application.
use std::collections::HashMap;

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::{Action, Env, Object};
use kernel::{LevelCode, OccupationCode, OrgPath};
use person::Person;
use plan::{Batch, BatchLevel, BatchPoint, InBatch, ReadApplications, ReadBatch, stage_head};
use serde::Deserialize;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{STAGE, passed, photos};
use crate::{
    Application, ApplicationStatus, ExamKind, Opened, Origin, intake,
    rules::{
        gate::{RegistrationRefused, check_same_facts},
        summary::{Summary, summary},
    },
    store::{self, Filter},
};

/// Rows of one page.
const PAGE_ROWS: i64 = 50;

/// What the address narrows the list to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Narrowed {
    scope: String,
    status: String,
    point: String,
    serial: String,
    page: i64,
}

impl Narrowed {
    /// What cannot be read narrows nothing.
    fn filter(&self) -> Filter {
        let (occupation, level) = self.scope.split_once(':').unwrap_or_default();
        Filter {
            occupation: OccupationCode::parse(occupation).ok(),
            level: LevelCode::parse(level).ok(),
            status: ApplicationStatus::from_code(&self.status),
            point: OrgPath::parse(&self.point).ok(),
            serial: self.serial.trim().parse().ok(),
            person: None,
        }
    }

    /// The address of another page of the same list, of codes that need no escape.
    fn page(&self, filter: &Filter, page: i64) -> String {
        let mut query = vec![format!("page={page}")];
        if let (Some(occupation), Some(level)) = (&filter.occupation, &filter.level) {
            query.push(format!("scope={occupation}:{level}"));
        }
        query.extend(filter.status.map(|status| format!("status={}", status.code())));
        query.extend(filter.point.as_ref().map(|point| format!("point={point}")));
        query.extend(filter.serial.map(|serial| format!("serial={serial}")));
        format!("?{}", query.join("&"))
    }
}

/// Names of what codes in applications mean in this batch.
pub(super) struct Names {
    pub levels: Vec<BatchLevel>,
    pub points: Vec<BatchPoint>,
    /// Every level there is, where one is named that the batch does not certify.
    ladder: Vec<scheme::Level>,
}

impl Names {
    pub async fn load(tx: &mut Tx, batch: &Batch) -> sqlx::Result<Self> {
        Ok(Self {
            levels: plan::levels(tx, &batch.code).await?,
            points: plan::points(tx, &batch.code).await?,
            ladder: Vec::new(),
        })
    }

    /// The same, and the certificate already held by one applicant: it may be of any level.
    pub async fn load_for(tx: &mut Tx, batch: &Batch, application: &Application) -> sqlx::Result<Self> {
        let mut names = Self::load(tx, batch).await?;
        let is_known = |code: &LevelCode| names.levels.iter().any(|level| level.level_code == *code);
        if application.prior_level.as_ref().is_some_and(|code| !is_known(code)) {
            names.ladder = scheme::levels(tx, batch.reference_date).await?;
        }
        Ok(names)
    }

    pub fn occupation(&self, v: &Visit, code: &OccupationCode) -> String {
        let known = self.levels.iter().find(|level| level.occupation_code == *code);
        known.map_or_else(|| code.to_string(), |l| v.t.pick(&l.occupation_zh, &l.occupation_en).to_owned())
    }

    pub fn level(&self, v: &Visit, code: &LevelCode) -> String {
        let certified = self.levels.iter().find(|level| level.level_code == *code);
        if let Some(level) = certified {
            return v.t.pick(&level.level_zh, &level.level_en).to_owned();
        }
        let known = self.ladder.iter().find(|level| level.code == *code);
        known.map_or_else(|| code.to_string(), |level| v.t.pick(&level.name_zh, &level.name_en).to_owned())
    }

    pub fn point(&self, v: &Visit, path: &OrgPath) -> String {
        point_name(v, &self.points, path)
    }

    /// The batch's row of what was applied for.
    fn level_of(&self, application: &Application) -> Option<&BatchLevel> {
        self.levels.iter().find(|level| {
            level.occupation_code == application.occupation_code && level.level_code == application.level_code
        })
    }
}

/// The name of a registration point.
pub(super) fn point_name(v: &Visit, points: &[BatchPoint], path: &OrgPath) -> String {
    let known = points.iter().find(|point| point.point_path == *path);
    known.map_or_else(|| path.to_string(), |point| v.t.pick(&point.point_zh, &point.point_en).to_owned())
}

#[derive(Template)]
#[template(path = "application/list.html")]
pub(super) struct ListPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    names: Names,
    summary: Summary,
    rows: Vec<(Application, Option<Person>)>,
    asked: &'a Narrowed,
    filter: Filter,
    /// The search by document number.
    form: Form,
    /// How many rows the filter leaves.
    pub found: i64,
    page: i64,
    pages: i64,
    sees_rows: bool,
    may_register: bool,
    /// Whether the register of passed parts is open to the reader.
    may_keep_parts: bool,
}

impl ListPage<'_> {
    fn href(&self, page: i64) -> String {
        self.asked.page(&self.filter, page)
    }
}

/// GET /batches/{code}/applications
pub async fn list(
    State(env): State<Env>,
    entry: InBatch<ReadBatch>,
    Query(asked): Query<Narrowed>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let filter = asked.filter();
    let page = read_page(&mut tx, &env, &entry, &v, (&asked, filter), Form::default()).await?;
    web::page(&v, &v.t.s("stage-2"), &page)
}

/// The list as the filter narrows it, with the totals of the reader's part of the batch.
pub(super) async fn read_page<'a, D>(
    tx: &mut Tx,
    env: &Env,
    entry: &'a InBatch<D>,
    v: &'a Visit,
    (asked, filter): (&'a Narrowed, Filter),
    form: Form,
) -> PageResult<ListPage<'a>> {
    let head = stage_head(tx, entry, STAGE, v, env.now()).await?;
    let batch = &entry.batch;
    let summary = summary(&store::totals(tx, &batch.code, &entry.at).await?);
    let found = store::count(tx, &batch.code, &entry.at, &filter).await?;
    let pages = ((found + PAGE_ROWS - 1) / PAGE_ROWS).max(1);
    let page = asked.page.clamp(1, pages);
    let part = ((page - 1) * PAGE_ROWS, PAGE_ROWS);
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    let sees_rows =
        !identity::territory(&entry.who.grants, Action::ReadApplications, object, env.now()).is_empty();
    let applications = match sees_rows {
        true => store::listed(tx, &batch.code, &entry.at, &filter, part).await?,
        false => Vec::new(),
    };
    let ids: Vec<_> = applications.iter().map(|application| application.person_id.clone()).collect();
    let people = person::load_many(tx, &env.vault, &ids).await?;
    let people: HashMap<_, _> = people.into_iter().map(|person| (person.id.clone(), person)).collect();
    let rows = applications.into_iter().map(|row| {
        // Somebody who applied for two levels stands in two rows.
        let person = people.get(&row.person_id).cloned();
        (row, person)
    });
    let at = identity::territory(&entry.who.grants, Action::Register, object, env.now());
    Ok(ListPage {
        v,
        head,
        batch,
        names: Names::load(tx, batch).await?,
        summary,
        rows: rows.collect(),
        asked,
        filter,
        form,
        found,
        page,
        pages,
        sees_rows,
        may_register: !at.is_empty(),
        may_keep_parts: entry.who.may(Action::PublishResults, object, env.now()).is_some(),
    })
}

/// One application of the batch, within the reader's part of it.
pub(super) async fn within<D>(tx: &mut Tx, entry: &InBatch<D>, id: &str) -> PageResult<Application> {
    let found = store::application(tx, id).await?;
    let here = found.filter(|found| found.batch_code == entry.batch.code && entry.reaches(&found.point_path));
    here.ok_or(PageError::NotFound)
}

#[derive(Template)]
#[template(path = "application/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    names: Names,
    application: &'a Application,
    person: Person,
    opened: Opened,
    /// Whether the reader's duty needs the numbers of papers.
    sees_numbers: bool,
    has_photo: bool,
    /// The clause in English, for who reads English.
    clause_en: Option<String>,
    /// Parts that a retake keeps, in words.
    kept: Vec<String>,
    /// Whether the reader may correct name or document number now.
    may_correct: bool,
    /// Whether the reader registers here and the application was given back.
    is_returned_here: bool,
    /// Whether it may be handed in again with nothing changed but the photo.
    may_hand_in: bool,
}

impl ShowPage<'_> {
    fn day(&self, day: &Option<kernel::Day>) -> String {
        day.map_or_else(|| "—".to_owned(), |day| day.to_string())
    }
}

/// GET /batches/{code}/applications/{id}
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<ReadApplications>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let application = within(&mut tx, &entry, &id).await?;
    let head = stage_head(&mut tx, &entry, STAGE, &v, env.now()).await?;
    let here = Object { path: &application.point_path, batch: Some(entry.batch.code.as_str()) };
    let may = |duty| entry.who.may(duty, here, env.now()).is_some();
    let (person, photo) = person::load_with_photo(&mut tx, &env.vault, &application.person_id).await?;
    let photo = crate::photo_chosen(&application, photo);
    let checked = intake::check_open(&mut tx, &env, &entry.batch, intake::windows(&entry)).await?;
    let is_closed = checked == Err(RegistrationRefused::BookClosed);
    let is_open = checked.is_ok();
    let is_returned_here =
        is_open && application.status == ApplicationStatus::Returned && may(Action::Register);
    let reviewed = application.reviewed_photo.as_deref();
    let kept = match application.exam_kind {
        ExamKind::Retake => crate::kept_of(&mut tx, &entry.batch.code, &application.id).await?,
        ExamKind::First => Vec::new(),
    };
    let names = Names::load_for(&mut tx, &entry.batch, &application).await?;
    let page = ShowPage {
        v: &v,
        sees_numbers: [Action::Register, Action::Review].into_iter().any(may),
        head,
        batch: &entry.batch,
        clause_en: clause_english(&mut tx, &v, &entry.batch, names.level_of(&application), &application)
            .await?,
        names,
        application: &application,
        person,
        opened: application.open(&env.vault)?,
        has_photo: photo.is_some(),
        kept: passed::kept_words(&v, &kept),
        may_correct: may(Action::CorrectPerson)
            && application.status != ApplicationStatus::Withdrawn
            && !is_closed,
        is_returned_here,
        may_hand_in: is_returned_here
            && check_same_facts(application.status, reviewed, photo.as_deref()).is_ok(),
    };
    web::page(&v, &v.t.s("application-title"), &page)
}

/// The clause of an application in English, where the reader reads English and the standard has one. What
/// was filed is the Chinese text; it stands beside.
pub(super) async fn clause_english(
    tx: &mut Tx,
    v: &Visit,
    batch: &Batch,
    level: Option<&BatchLevel>,
    application: &Application,
) -> sqlx::Result<Option<String>> {
    let Some(level) = level.filter(|_| v.t.english()) else { return Ok(None) };
    let clauses = scheme::clauses(tx, &level.standard_id, &level.level_code, batch.reference_date).await?;
    let clause = clauses.into_iter().find(|clause| clause.number == application.clause_number);
    Ok(clause.map(|clause| clause.text_en).filter(|text| !text.is_empty()))
}

/// GET /batches/{code}/applications/{id}/photo
pub async fn photo(
    State(env): State<Env>,
    entry: InBatch<ReadApplications>,
    Path((_, id)): Path<(String, String)>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let application = within(&mut tx, &entry, &id).await?;
    photos::answer(&env, &mut tx, &application).await
}
