//! The head of every page inside a batch: its title and the rail.
use ::store::Tx;
use askama::Template;
use kernel::{Day, UnixMicros};
use scheme::Almanac;
use web::{Markup, PageResult, Stop, StopState, Visit, Words};

use crate::{
    Batch, InBatch,
    deadline::Deadlines,
    store::{Course, ProgressState},
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
pub async fn stage_head<D>(
    tx: &mut Tx,
    entry: &InBatch<D>,
    stage: usize,
    v: &Visit,
    now: UnixMicros,
) -> PageResult<Markup> {
    stage_head_by(&scheme::almanac(tx).await?, entry, stage, v, now)
}

/// The same, where the almanac is known.
///
/// # Errors
/// A template that cannot be rendered.
pub fn stage_head_by<D>(
    almanac: &Almanac,
    entry: &InBatch<D>,
    stage: usize,
    v: &Visit,
    now: UnixMicros,
) -> PageResult<Markup> {
    let (batch, course) = (&entry.batch, entry.course());
    let deadlines = Deadlines::new(batch, course, almanac);
    let lines = stage_lines(batch, course, &deadlines, (v.t, now));
    let stops: Vec<Stop> = lines.into_iter().map(|line| line.stop).collect();
    let rail = web::rail(v.t, &stops, stage)?;
    web::fragment(&HeadTemplate { t: v.t, batch, rail })
}

/// The nine stages of a batch as its rail shows them.
pub(crate) fn stage_lines(
    batch: &Batch,
    course: &Course,
    deadlines: &Deadlines,
    (t, now): (Words, UnixMicros),
) -> Vec<StageLine> {
    let stops = stops(batch, course, deadlines, (t, now)).into_iter();
    stops.map(|stop| StageLine { due: deadlines.last_day(stop.number), stop }).collect()
}

fn stops(batch: &Batch, course: &Course, deadlines: &Deadlines, (t, now): (Words, UnixMicros)) -> Vec<Stop> {
    let mut stops = Vec::with_capacity(STAGES.len());
    for (index, path) in STAGES.iter().enumerate() {
        let number = index + 1;
        let reported = course.progress.iter().find(|row| usize::try_from(row.stage) == Ok(number));
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
