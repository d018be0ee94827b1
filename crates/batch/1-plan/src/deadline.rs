//! By when each stage must be done: the window of the batch's own plan, the time limit every batch keeps,
//! and for the exam its day. The earliest counts.
use std::sync::Arc;

use kernel::{Day, WorkingCalendar};
use scheme::{Almanac, TimeLimit};

use crate::{
    Batch,
    rules::last_day_in_time,
    store::{Course, Window},
};

/// The window of the plan in which a stage is done.
const WINDOWS: [(usize, &str); 4] = [(2, "registration"), (3, "payment"), (4, "arrangement"), (5, "papers")];

/// The time limit a stage keeps, counted from the exam. The plan is held against the one of registration
/// when it is written down (`check_timetable`).
const TIME_LIMITS: [(usize, &str); 4] = [
    (4, "arrangement_before_exam"),
    (7, "score_entry_after_exam"),
    (8, "public_notice_start_after_exam"),
    (9, "certificate_after_exam"),
];

/// The stage whose last day is the day of the exam.
const SITTING: usize = 6;

/// Everything that says by when the stages of one batch must be done.
pub(crate) struct Deadlines {
    exam: Day,
    windows: Vec<Window>,
    limits: Vec<TimeLimit>,
    calendar: Arc<WorkingCalendar>,
}

impl Deadlines {
    /// What is in force on the day of the batch's exam.
    pub(crate) fn new(batch: &Batch, course: &Course, almanac: &Almanac) -> Self {
        Self {
            exam: batch.exam_date,
            windows: course.windows.clone(),
            limits: TimeLimit::in_force(&almanac.limits, batch.exam_date).into_iter().cloned().collect(),
            calendar: Arc::clone(&almanac.calendar),
        }
    }

    /// One window of the plan.
    pub(crate) fn window(&self, code: &str) -> Option<&Window> {
        self.windows.iter().find(|window| window.code == code)
    }

    /// The last day on which `stage` (1–9) is in time; none when nothing says so.
    pub(crate) fn last_day(&self, stage: usize) -> Option<Day> {
        let code = |codes: &[(usize, &'static str)]| {
            codes.iter().find(|(known, _)| *known == stage).map(|(_, code)| *code)
        };
        let window = code(&WINDOWS).and_then(|code| self.window(code));
        let limit = code(&TIME_LIMITS).and_then(|code| self.limits.iter().find(|limit| limit.code == code));
        let days = [
            window.map(Window::last_day),
            limit.map(|limit| last_day_in_time(self.exam, limit, &self.calendar)),
            (stage == SITTING).then_some(self.exam),
        ];
        days.into_iter().flatten().min()
    }
}
