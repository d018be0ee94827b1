//! The head of every page inside a batch: its title and the rail.
use ::store::Tx;
use askama::Template;
use kernel::{Day, UnixMicros};
use web::{Markup, PageResult, Stop, StopState, Visit, Words};

use crate::{
    Batch,
    deadline::Deadlines,
    store::{self, ProgressRow, ProgressState},
};

/// Where each stage's page lies below the batch.
const STAGES: [&str; 9] = [
    "",
    "/applications",
    "/admission",
    "/seat-plan",
    "/papers",
    "/sittings",
    "/scores",
    "/results",
    "/certificates",
];

/// Registration ends with its window. What stays open until the list is frozen is the book, and that is
/// the work of the stage after it: nobody is late because the last day to apply has passed.
const REGISTRATION: usize = 2;

#[derive(Template)]
#[template(path = "batch/_head.html")]
struct HeadTemplate<'a> {
    t: Words,
    batch: &'a Batch,
    rail: Markup,
}

/// Title and rail; `stage` (1–9) is the one this page belongs to.
///
/// # Errors
/// Storage; a template that cannot be rendered.
pub async fn stage_head(
    tx: &mut Tx,
    batch: &Batch,
    stage: usize,
    v: &Visit,
    now: UnixMicros,
) -> PageResult<Markup> {
    let progress = store::progress(tx, &batch.code).await?;
    let deadlines = Deadlines::load(tx, batch).await?;
    let stops = stops(batch, &progress, &deadlines, v.t, now);
    let rail = web::rail(v.t, &stops, stage)?;
    web::fragment(&HeadTemplate { t: v.t, batch, rail })
}

fn stops(
    batch: &Batch,
    progress: &[ProgressRow],
    deadlines: &Deadlines,
    t: Words,
    now: UnixMicros,
) -> Vec<Stop> {
    let mut stops = Vec::with_capacity(STAGES.len());
    for (index, path) in STAGES.iter().enumerate() {
        let number = index + 1;
        let reported = progress.iter().find(|row| usize::try_from(row.stage) == Ok(number));
        let last_day = deadlines.last_day(number);
        let is_late = last_day.is_some_and(|day| day < now.day());
        let state = match reported.map(|row| row.state) {
            Some(ProgressState::Done) => StopState::Done,
            Some(ProgressState::Now) if is_late && number == REGISTRATION => StopState::Done,
            Some(ProgressState::Now) | None if is_late => StopState::Late,
            Some(ProgressState::Now) => StopState::Now,
            None => StopState::Ahead,
        };
        let note = match (reported, last_day) {
            (Some(row), _) => t.values(
                &row.note_key,
                &[("n", row.note_count.to_string()), ("of", row.note_total.to_string())],
            ),
            (None, Some(day)) => t.a("stage-until", day),
            (None, None) => "—".to_owned(),
        };
        let name = t.s(&format!("stage-{number}"));
        stops.push(Stop { number, name, href: format!("/batches/{}{path}", batch.code), state, note });
    }
    stops
}

/// A stage of a batch as its rail shows it, with its last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageLine {
    /// Name, state, note.
    pub stop: Stop,
    /// The last day on which it is in time; none when nothing says so.
    pub due: Option<Day>,
}

/// The nine stages of a batch as its rail shows them.
///
/// # Errors
/// Storage.
pub async fn stage_lines(
    tx: &mut Tx,
    batch: &Batch,
    t: Words,
    now: UnixMicros,
) -> sqlx::Result<Vec<StageLine>> {
    let progress = store::progress(tx, &batch.code).await?;
    let deadlines = Deadlines::load(tx, batch).await?;
    let stops = stops(batch, &progress, &deadlines, t, now);
    Ok(stops.into_iter().map(|stop| StageLine { due: deadlines.last_day(stop.number), stop }).collect())
}
