//! One group of jobs applied, in order, to the attempts they concern. No database.
use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::UnixMicros;

use super::{Begun, HandedIn, Job, Kept, LedgerError};
use crate::{
    AttemptId,
    rules::{Attempt, Begin, Change, Counted, Verdict},
    store::{AttemptRow, Moved, TakenAnswer},
};

/// An attempt with the row it was read from and what the group does to it.
struct Page {
    row: AttemptRow,
    attempt: Attempt,
    /// Changes counted in this group, with their arrival.
    taken: Vec<(Change, UnixMicros)>,
    /// Counted changes whose numbers may come again.
    counted: Counted,
    /// An invigilator marked its candidate as absent.
    is_barred: bool,
    /// Who began it in this group, by which request, and when it arrived.
    begun_by: Option<(String, String, UnixMicros)>,
    /// Who ended it in this group: account and request, both empty for the clock.
    ended_by: Option<(String, String)>,
}

impl Page {
    fn of(row: AttemptRow) -> sqlx::Result<Self> {
        let attempt = row.attempt()?;
        Ok(Self {
            row,
            attempt,
            taken: Vec::new(),
            counted: Counted::new(),
            is_barred: false,
            begun_by: None,
            ended_by: None,
        })
    }

    /// The candidate begins, if nothing is against it; how the attempt stands then.
    fn begin(self, account: &str, request: &str, asked: &Begin) -> (Self, Box<Begun>) {
        let place = self.row.place.clone();
        if self.is_barred {
            let attempt = self.attempt.clone();
            return (self, Begun { place, attempt }.into());
        }
        let was_waiting = matches!(self.attempt, Attempt::Waiting(_));
        let next = self.attempt.begin(asked);
        let begun_by = if was_waiting && matches!(next, Attempt::Open(_)) {
            Some((account.to_owned(), request.to_owned(), asked.arrived_at))
        } else {
            self.begun_by
        };
        (Self { attempt: next.clone(), begun_by, ..self }, Begun { place, attempt: next }.into())
    }
}

/// An attempt that began in this group, for the trail.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    /// The row it was.
    pub row: &'a AttemptRow,
    /// Account that began it.
    pub account: &'a str,
    /// Request that began it.
    pub request: &'a str,
}

/// An attempt that ended in this group, for the trail.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// Where it belongs and what it was.
    pub row: &'a AttemptRow,
    /// What it is.
    pub attempt: &'a Attempt,
    /// Account that ended it; empty for the clock.
    pub account: &'a str,
    /// Request that ended it.
    pub request: &'a str,
}

/// An answer that waits for the commit.
pub enum Outcome {
    Begin(Result<Box<Begun>, LedgerError>),
    Save(Result<Kept, LedgerError>),
    HandIn(Result<HandedIn, LedgerError>, AttemptId),
    Close(Result<bool, LedgerError>),
}

/// The attempts of one group.
#[derive(Default)]
pub struct Book {
    pages: BTreeMap<AttemptId, Page>,
    /// Late changes with their attempt, epoch and arrival.
    pub evidence: Vec<(AttemptId, i64, Change, UnixMicros)>,
}

impl Book {
    /// Opens the book on these rows.
    pub fn open(rows: Vec<AttemptRow>) -> sqlx::Result<Self> {
        let mut book = Self::default();
        for row in rows {
            let page = Page::of(row)?;
            book.pages.insert(page.attempt.frame().id.clone(), page);
        }
        Ok(book)
    }

    /// Applies one job.
    pub fn apply(&mut self, job: &Job) -> Outcome {
        match job {
            Job::Begin { attempt, account, request, asked, .. } => {
                let begin = |page: Page| page.begin(account, request, asked);
                Outcome::Begin(self.turn(attempt, Some(account), |page, _| begin(page)))
            }
            Job::Save { attempt, account, save, .. } => {
                Outcome::Save(self.turn(attempt, Some(account), |mut page, evidence| {
                    let (next, verdict) = page.attempt.save(save, &page.counted);
                    match &verdict {
                        Verdict::Taken(new) => {
                            let counted = |change: &Change| (change.seq, (change.no, change.answer.clone()));
                            page.counted.extend(new.iter().map(counted));
                            page.taken.extend(new.iter().map(|change| (change.clone(), save.arrived_at)));
                        }
                        Verdict::TooLate(late) => {
                            let kept = late
                                .iter()
                                .map(|change| (attempt.clone(), save.epoch, change.clone(), save.arrived_at));
                            evidence.extend(kept);
                        }
                        Verdict::Gap
                        | Verdict::Conflict
                        | Verdict::StaleEpoch
                        | Verdict::OtherBrowser
                        | Verdict::TooEarly
                        | Verdict::HandedIn(_)
                        | Verdict::Malformed => {}
                    }
                    let head = next.head().clone();
                    let kept = Kept {
                        verdict,
                        acked_seq: head.acked_seq,
                        chain_head: head.chain,
                        close_at: next.frame().close_at,
                    };
                    (Page { attempt: next, ..page }, kept)
                }))
            }
            Job::HandIn { attempt, account, request, asked, .. } => {
                let result = self.turn(attempt, Some(account), |page, _| {
                    let was_open = page.attempt.ended().is_none();
                    let (next, verdict) = page.attempt.hand_in(asked);
                    let ended_by = match page.ended_by {
                        None if was_open && next.ended().is_some() => {
                            Some((account.clone(), request.clone()))
                        }
                        earlier => earlier,
                    };
                    let reply = HandedIn {
                        verdict,
                        acked_seq: next.head().acked_seq,
                        answered: 0,
                        items: next.frame().item_count,
                    };
                    (Page { attempt: next, ended_by, ..page }, reply)
                });
                Outcome::HandIn(result, attempt.clone())
            }
            Job::Close { attempt, at, .. } => Outcome::Close(self.turn(attempt, None, |page, _| {
                let was_open = page.attempt.ended().is_none();
                let next = page.attempt.close(*at);
                let closed = was_open && next.ended().is_some();
                let ended_by = if closed { Some(Default::default()) } else { page.ended_by };
                (Page { attempt: next, ended_by, ..page }, closed)
            })),
        }
    }

    fn turn<T>(
        &mut self,
        id: &AttemptId,
        account: Option<&String>,
        act: impl FnOnce(Page, &mut Vec<(AttemptId, i64, Change, UnixMicros)>) -> (Page, T),
    ) -> Result<T, LedgerError> {
        let page = self.pages.remove(id).ok_or(LedgerError::NotFound)?;
        if account.is_some_and(|account| *account != page.attempt.frame().account_id) {
            self.pages.insert(id.clone(), page);
            return Err(LedgerError::NotFound);
        }
        let (page, said) = act(page, &mut self.evidence);
        self.pages.insert(id.clone(), page);
        Ok(said)
    }

    /// Attempts whose row must move, with the row they move from.
    pub fn moved(&self) -> sqlx::Result<Vec<Moved<'_>>> {
        let mut moved = Vec::new();
        for page in self.pages.values() {
            if page.row.attempt()? != page.attempt {
                let begun_at = page.begun_by.as_ref().map(|(_, _, at)| *at);
                moved.push(Moved { before: &page.row, after: &page.attempt, begun_at });
            }
        }
        Ok(moved)
    }

    /// Seats at which one of these jobs would begin an attempt that waits.
    pub fn seats_to_begin(&self, jobs: &[Job]) -> Vec<&str> {
        self.seats_of(jobs, |attempt| matches!(attempt, Attempt::Waiting(_)))
    }

    /// Seats whose code has done its work: a candidate who was let in with it is in the exam.
    pub fn seats_begun(&self, jobs: &[Job]) -> Vec<&str> {
        self.seats_of(jobs, |attempt| matches!(attempt, Attempt::Open(_)))
    }

    fn seats_of(&self, jobs: &[Job], stands: impl Fn(&Attempt) -> bool) -> Vec<&str> {
        // A browser that does not hold the seat, or holds another one, uses nobody's code up.
        let begins = jobs.iter().filter_map(|job| match job {
            Job::Begin { attempt, account, asked, .. } => self.pages.get(attempt).filter(|page| {
                let frame = page.attempt.frame();
                frame.account_id == *account && frame.is_held_by(&asked.session)
            }),
            Job::Save { .. } | Job::HandIn { .. } | Job::Close { .. } => None,
        });
        begins.filter(|page| stands(&page.attempt)).map(|page| page.row.place.seat_id.as_str()).collect()
    }

    /// Nobody begins at these seats.
    pub fn bar(&mut self, seats: &HashSet<String>) {
        for page in self.pages.values_mut() {
            page.is_barred = seats.contains(&page.row.place.seat_id);
        }
    }

    /// Attempts that began in this group.
    pub fn beginnings(&self) -> Vec<Beginning<'_>> {
        let begun = self.pages.values().filter_map(|page| Some((page, page.begun_by.as_ref()?)));
        begun.map(|(page, (account, request, _))| Beginning { row: &page.row, account, request }).collect()
    }

    /// Which counted numbers of which attempt this job brings again: the first and the last. Nothing
    /// of an attempt that is not its own.
    pub fn repeats<'a>(&self, job: &'a Job) -> Option<(&'a AttemptId, i64, i64)> {
        let Job::Save { attempt, account, save, .. } = job else { return None };
        let page = self.pages.get(attempt)?;
        let frame = page.attempt.frame();
        if *account != frame.account_id || !frame.is_held_by(&save.session) {
            return None;
        }
        let known = page.attempt.head().acked_seq;
        let again = || save.changes.iter().map(|change| change.seq).filter(|seq| *seq <= known);
        Some((attempt, again().min()?, again().max()?))
    }

    /// Takes note of what was counted before this group.
    pub fn learn(&mut self, attempt: &AttemptId, counted: Counted) {
        if let Some(page) = self.pages.get_mut(attempt) {
            page.counted.extend(counted);
        }
    }

    /// Changes to be counted, in order.
    pub fn changes(&self) -> Vec<TakenAnswer<'_>> {
        let pages = self.pages.iter();
        let taken = pages
            .flat_map(|(attempt, page)| page.taken.iter().map(move |(change, at)| (attempt, change, *at)));
        taken.map(|(attempt, change, at)| TakenAnswer { attempt, change, at }).collect()
    }

    /// Attempts that ended in this group.
    pub fn endings(&self) -> Vec<Ending<'_>> {
        let ended = self.pages.values().filter_map(|page| Some((page, page.ended_by.as_ref()?)));
        ended
            .map(|(page, (account, request))| Ending {
                row: &page.row,
                attempt: &page.attempt,
                account,
                request,
            })
            .collect()
    }

    /// Puts the count of answered items into the replies of hand-ins.
    pub fn fill_counts(outcomes: &mut [Outcome], counts: &HashMap<AttemptId, i64>) {
        for outcome in outcomes {
            if let Outcome::HandIn(Ok(reply), attempt) = outcome {
                reply.answered = counts.get(attempt).copied().unwrap_or(0);
            }
        }
    }
}
