//! What may happen to a job, and when another process may take it over.
use std::collections::{BTreeMap, HashMap};

use kernel::Day;
use serde::{Deserialize, Serialize};

use crate::JobId;

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Status {
    /// Nobody has begun it.
    Waiting,
    /// A worker is at it.
    Running,
    /// It came to its end.
    Done,
    /// It cannot go on; the outcome says why.
    Failed,
    /// Somebody stopped it, and what it had begun was taken back.
    Cancelled,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// Stored code; also the tail of its key in `locales/` (`job-status-…`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether it is still going to change by itself.
    #[must_use]
    pub fn is_open(self) -> bool {
        match self {
            Self::Waiting | Self::Running => true,
            Self::Done | Self::Failed | Self::Cancelled => false,
        }
    }
}

/// Why a job is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JobRefused {
    /// It has ended: there is nothing to cancel.
    #[error("the job has ended")]
    Ended,
    /// It is under way or came to its end: there is nothing to begin again.
    #[error("the job does not stand still")]
    NotStopped,
}

/// Whether a job can be cancelled.
///
/// # Errors
/// [`JobRefused::Ended`].
pub fn may_cancel(status: Status) -> Result<(), JobRefused> {
    if status.is_open() { Ok(()) } else { Err(JobRefused::Ended) }
}

/// Whether a job can be begun again where it stopped.
///
/// # Errors
/// [`JobRefused::NotStopped`].
pub fn may_resume(status: Status) -> Result<(), JobRefused> {
    match status {
        Status::Failed | Status::Cancelled => Ok(()),
        Status::Waiting | Status::Running | Status::Done => Err(JobRefused::NotStopped),
    }
}

/// How a job ended: a sentence of `locales/` and the values in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Key of the sentence.
    pub key: String,
    /// Its values by name: numbers and days only, because a job's row holds no personal data.
    pub values: BTreeMap<String, String>,
}

impl Outcome {
    /// A sentence without numbers.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), values: BTreeMap::new() }
    }

    /// The same sentence with one number more.
    #[must_use]
    pub fn with(mut self, name: &str, number: usize) -> Self {
        self.values.insert(name.to_owned(), number.to_string());
        self
    }

    /// The same sentence with a value that somebody else wrote, if it is a number or a day.
    #[must_use]
    pub fn quoting(mut self, name: &str, value: &str) -> Self {
        if value.parse::<i64>().is_ok() || Day::parse(value).is_ok() {
            self.values.insert(name.to_owned(), value.to_owned());
        }
        self
    }
}

/// How long the transaction of a step should stay open, in microseconds: half of the 50 ms that one may take.
/// Source: docs/decisions/0017-steps-by-their-time.md.
const STEP_MICROS: i64 = 25_000;
/// Rows of the first step of a job. Source: [own].
pub(crate) const STEP_ROWS_FIRST: usize = 100;
/// Fewer rows are not worth a commit, and more make a save wait that comes in between. Source: [own].
const STEP_ROWS: (usize, usize) = (25, 500);

/// How many rows the next step should have after one of `rows` rows that was open for `micros`. It at most
/// doubles or halves, because one step may have had bad luck; a step of less than a portion says nothing.
#[must_use]
pub fn next_portion(portion: usize, rows: usize, micros: i64) -> usize {
    let Ok(micros @ 1..) = u64::try_from(micros) else { return portion };
    if rows < portion {
        return portion;
    }
    let fit = rows as u64 * STEP_MICROS.unsigned_abs() / micros;
    let fit = usize::try_from(fit).unwrap_or(usize::MAX);
    fit.clamp(portion / 2, portion * 2).clamp(STEP_ROWS.0, STEP_ROWS.1)
}

/// Looks a worker may stay silent before another process takes its job over. Source: [own]; with ten looks
/// a second and a beat every five seconds a worker misses six beats.
pub const SILENT_LOOKS_MOST: u32 = 300;

/// Watches the workers of other processes. It counts its own looks and reads no clock.
#[derive(Debug, Default)]
pub struct Watch {
    seen: HashMap<JobId, (i64, u32)>,
}

impl Watch {
    /// Takes one look at every running job of somebody else, with its beat; returns those whose
    /// worker has been silent for too long.
    pub fn look(&mut self, running: &[(JobId, i64)]) -> Vec<JobId> {
        let before = std::mem::take(&mut self.seen);
        let mut silent = Vec::new();
        for (id, beat) in running {
            let looks = match before.get(id) {
                Some((seen, looks)) if seen == beat => looks + 1,
                Some(_) | None => 0,
            };
            if looks >= SILENT_LOOKS_MOST {
                silent.push(id.clone());
            } else {
                self.seen.insert(id.clone(), (*beat, looks));
            }
        }
        silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_is_as_large_as_the_time_it_may_take() {
        let cases = [
            // As planned: it stays.
            ((100, 100, 25_000), 100),
            // Twice as slow, twice as fast.
            ((100, 100, 50_000), 50),
            ((100, 100, 12_500), 200),
            // Much slower, much faster: by half, by double.
            ((100, 100, 4_000_000), 50),
            ((100, 100, 1), 200),
            // Never below, never above.
            ((30, 30, 90_000), 25),
            ((400, 400, 1_000), 500),
            // The last rows of a file, and a clock that stood still or went back, say nothing.
            ((100, 7, 90_000), 100),
            ((100, 100, 0), 100),
            ((100, 100, -5), 100),
        ];
        for ((portion, rows, micros), next) in cases {
            assert_eq!(next_portion(portion, rows, micros), next, "{portion} {rows} {micros}");
        }
    }

    #[test]
    fn only_open_work_is_cancelled_and_only_stopped_work_begun_again() {
        let allowed = |may: fn(Status) -> Result<(), JobRefused>| {
            Status::ALL.into_iter().filter(|status| may(*status).is_ok()).collect::<Vec<_>>()
        };
        assert_eq!(allowed(may_cancel), [Status::Waiting, Status::Running]);
        assert_eq!(allowed(may_resume), [Status::Failed, Status::Cancelled]);
    }

    #[test]
    fn a_sentence_keeps_numbers_and_days_and_nobodys_name() {
        let said =
            Outcome::new("over").quoting("day", "2021-05-01").quoting("n", "7").quoting("name", "秦子");
        assert_eq!(said.values.into_values().collect::<Vec<_>>(), ["2021-05-01", "7"]);
    }

    #[test]
    fn a_worker_is_given_up_only_after_many_looks_without_a_beat() {
        let mut watch = Watch::default();
        let quiet = |beat| [(JobId::from("a"), beat)];
        for _ in 0..300 {
            assert_eq!(watch.look(&quiet(7)), []);
        }
        // One beat, and the count begins anew.
        for _ in 0..300 {
            assert_eq!(watch.look(&quiet(8)), []);
        }
        assert_eq!(watch.look(&quiet(8)), [JobId::from("a")]);
    }

    #[test]
    fn a_job_that_ended_and_ran_again_is_watched_anew() {
        let mut watch = Watch::default();
        let quiet = [(JobId::from("a"), 1)];
        for _ in 0..299 {
            watch.look(&quiet);
        }
        watch.look(&[]);
        for _ in 0..300 {
            assert_eq!(watch.look(&quiet), []);
        }
    }
}
