//! What may wait for anybody: the batches that are not over, by when their stages are due, and what was
//! proposed. Read once for the whole workbench, however many batches there ever were.
use std::{collections::BTreeMap, sync::Arc};

use ::store::Tx;
use identity::{
    Subject,
    approval::{self, Proposal, ProposedDuty, Waiting},
};
use kernel::{BatchCode, Day, UnixMicros, WorkingCalendar};
use web::Words;

use crate::{
    Batch, StageLine, Task, Window,
    deadline::Deadlines,
    head::stage_lines,
    store::{self, Course},
};

/// With this stage a batch is over.
const LAST: i64 = 9;

/// A batch that is not over.
pub struct Ongoing {
    /// The batch.
    pub batch: Batch,
    course: Course,
    deadlines: Deadlines,
}

impl Ongoing {
    /// The last day on which `stage` (1–9) is in time; none when nothing says so.
    #[must_use]
    pub fn due(&self, stage: usize) -> Option<Day> {
        self.deadlines.last_day(stage)
    }

    /// One window of the plan.
    #[must_use]
    pub fn window(&self, code: &str) -> Option<&Window> {
        self.deadlines.window(code)
    }

    /// A task in this batch; `page` stands behind the batch's address.
    #[must_use]
    pub fn task(&self, key: &'static str, count: i64, page: &str, due: Option<Day>) -> Task {
        Task::in_batch(&self.batch, key, count, page, due)
    }

    /// The nine stages as the rail shows them.
    #[must_use]
    pub fn lines(&self, t: Words, now: UnixMicros) -> Vec<StageLine> {
        stage_lines(&self.batch, &self.course, &self.deadlines, (t, now))
    }

    /// Whether the rail shows `stage` (1–9) as done.
    #[must_use]
    pub fn is_done(&self, stage: i64) -> bool {
        self.course.is_done(stage)
    }
}

/// See the module.
pub struct Agenda {
    batches: Vec<Ongoing>,
    /// Batches that are over, and in which something is proposed all the same.
    over: Vec<Ongoing>,
    proposals: Vec<Proposal>,
    duties: Vec<ProposedDuty>,
    calendar: Arc<WorkingCalendar>,
}

impl Agenda {
    /// Reads it.
    ///
    /// # Errors
    /// Storage.
    pub async fn load(tx: &mut Tx) -> sqlx::Result<Self> {
        let Waiting { acts: proposals, duties } = approval::all_waiting(tx).await?;
        let proposed: Vec<&str> = proposals.iter().filter_map(|one| one.batch_code.as_deref()).collect();
        let batches = store::unfinished_or(tx, &proposed).await?;
        let almanac = scheme::almanac(tx).await?;
        let known = batches.into_iter().map(|(batch, course)| {
            let deadlines = Deadlines::new(&batch, &course, &almanac);
            Ongoing { batch, course, deadlines }
        });
        let (over, batches) = known.partition(|one| one.is_done(LAST));
        Ok(Self { batches, over, proposals, duties, calendar: almanac.calendar })
    }

    /// The working calendar the last days were counted by.
    #[must_use]
    pub fn calendar(&self) -> &WorkingCalendar {
        &self.calendar
    }

    /// Published batches whose `stage` (1–9) is not done.
    pub fn at(&self, stage: i64) -> impl Iterator<Item = &Ongoing> {
        self.published().filter(move |one| !one.is_done(stage))
    }

    /// Published batches that are not over.
    pub fn published(&self) -> impl Iterator<Item = &Ongoing> {
        self.batches.iter().filter(|one| one.batch.published_at.is_some())
    }

    /// Plans that are not published yet.
    pub fn drafts(&self) -> impl Iterator<Item = &Ongoing> {
        self.batches.iter().filter(|one| one.batch.published_at.is_none())
    }

    /// The duties that were proposed and are not decided.
    #[must_use]
    pub fn proposed_duties(&self) -> &[ProposedDuty] {
        &self.duties
    }

    /// What was proposed and is not decided: of one kind, in one batch.
    pub fn proposed_in(&self, kind: &str, batch: &BatchCode) -> impl Iterator<Item = &Proposal> {
        self.proposals
            .iter()
            .filter(move |one| one.kind == kind && one.batch_code.as_deref() == Some(batch.as_str()))
    }

    /// What others than `who` proposed, batch by batch, also where the batch is over.
    pub fn proposed_by_others(&self, kind: &str, who: &Subject) -> Vec<(&Batch, Vec<&Proposal>)> {
        let mut by_batch: BTreeMap<&str, Vec<&Proposal>> = BTreeMap::new();
        for one in self.proposals.iter().filter(|one| one.kind == kind && one.proposed_by != who.account_id) {
            if let Some(code) = &one.batch_code {
                by_batch.entry(code).or_default().push(one);
            }
        }
        let known = self.batches.iter().chain(&self.over).map(|one| &one.batch);
        let with_batch = |(code, proposals): (&str, _)| {
            known.clone().find(|batch| batch.code.as_str() == code).map(|batch| (batch, proposals))
        };
        by_batch.into_iter().filter_map(with_batch).collect()
    }
}
