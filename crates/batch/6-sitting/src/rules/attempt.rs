//! An attempt: one candidate's work on one form, and what may happen to it.
//!
//! Windows are half-open: what arrives at `open_at` is in time, what arrives at `close_at` is late.
//! "Arrives" is the instant the server stamped before the request had to wait for anything.
use std::collections::BTreeMap;

use kernel::{Digest, UnixMicros};
use serde::{Deserialize, Serialize};

use super::{Begin, CHANGES_MAX, Change, EVIDENCE_MAX, HandIn, HandInVerdict, Save, Verdict, chain};
use crate::AttemptId;

/// What is known of an attempt in every state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Key.
    pub id: AttemptId,
    /// The candidate's account: nobody else may touch the attempt.
    pub account_id: String,
    /// Rises when the candidate moves to another machine; what the old one sends is refused.
    pub epoch: i64,
    /// The session that was opened at the seat in this epoch: nobody else writes, not even the same
    /// account signed in elsewhere.
    pub session: Option<String>,
    /// From when the form is shown.
    pub open_at: UnixMicros,
    /// From when nothing counts any more.
    pub close_at: UnixMicros,
    /// Items of the form.
    pub item_count: i64,
}

/// The end of the chain of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of the last counted change; 0 for none.
    pub acked_seq: i64,
    /// Rolling hash up to it.
    pub chain: Digest,
}

/// The candidate was checked in and has not begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What does not depend on the state.
    pub frame: Frame,
    /// An empty chain.
    pub head: Head,
}

/// The candidate has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// What does not depend on the state.
    pub frame: Frame,
    /// The chain so far.
    pub head: Head,
}

/// The work has ended; nothing about it changes any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What does not depend on the state.
    pub frame: Frame,
    /// The whole chain.
    pub head: Head,
    /// When it ended.
    pub ended_at: UnixMicros,
    /// What the candidate may write down.
    pub receipt: String,
}

/// An attempt is exactly one of these. Each transition consumes the old state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Checked in.
    Waiting(Waiting),
    /// Begun.
    Open(Open),
    /// The candidate has handed in.
    HandedIn(Ended),
    /// The time was over.
    Closed(Ended),
}

/// What the candidate is shown: the state and the clock together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Before the start.
    Waiting,
    /// Answers count.
    Open,
    /// At or after the close.
    Closed,
    /// The candidate is done.
    HandedIn,
}

/// Changes counted earlier: number to item and answer.
pub type Counted = BTreeMap<i64, (i64, String)>;

impl Frame {
    /// Whether this session was opened at the seat in the present epoch.
    #[must_use]
    pub fn is_held_by(&self, session: &str) -> bool {
        self.session.as_deref() == Some(session)
    }
}

impl Head {
    /// An empty chain.
    ///
    /// # Errors
    /// Never: the constant is a digest.
    pub fn empty() -> Result<Self, kernel::ValueError> {
        Ok(Self { acked_seq: 0, chain: Digest::parse(chain::NO_CHANGES)? })
    }

    /// Whether `change` was counted already.
    fn knows(&self, change: &Change) -> bool {
        change.seq <= self.acked_seq
    }

    /// Whether a number that was counted is now said to have been something else.
    fn contradicts(&self, changes: &[Change], counted: &Counted) -> bool {
        let is_same = |change: &Change| {
            counted.get(&change.seq).is_some_and(|(no, answer)| *no == change.no && *answer == change.answer)
        };
        changes.iter().any(|change| self.knows(change) && !is_same(change))
    }

    fn advance(self, changes: &[Change]) -> Self {
        changes.iter().fold(self, |head, change| Self {
            acked_seq: change.seq,
            chain: chain::step(&head.chain, change),
        })
    }

    /// What of late changes is kept as evidence.
    fn evidence(&self, changes: &[Change]) -> Vec<Change> {
        let kept = |change: &&Change| !self.knows(change) && change.seq - self.acked_seq <= EVIDENCE_MAX;
        changes.iter().filter(kept).cloned().collect()
    }
}

impl Waiting {
    /// The candidate begins.
    ///
    /// # Errors
    /// The attempt as it was, when `now` is outside `[open_at, close_at)`.
    pub fn start(self, now: UnixMicros) -> Result<Open, Box<Self>> {
        if now < self.frame.open_at || now >= self.frame.close_at {
            return Err(Box::new(self));
        }
        Ok(Open { frame: self.frame, head: self.head })
    }
}

impl Open {
    /// Counts changes that continue the chain.
    fn save(self, save: &Save, counted: &Counted) -> (Self, Verdict) {
        let new: Vec<Change> =
            save.changes.iter().filter(|change| !self.head.knows(change)).cloned().collect();
        let contradicts = self.head.contradicts(&save.changes, counted);
        let only_repeats = new.is_empty() && !save.changes.is_empty() && !contradicts;
        if save.arrived_at >= self.frame.close_at && !only_repeats {
            let evidence = self.head.evidence(&save.changes);
            return (self, Verdict::TooLate(evidence));
        }
        if contradicts {
            return (self, Verdict::Conflict);
        }
        let first = self.head.acked_seq + 1;
        let continues = new.iter().zip(first..).all(|(change, seq)| change.seq == seq);
        if !continues {
            return (self, Verdict::Gap);
        }
        let head = self.head.advance(&new);
        (Self { head, ..self }, Verdict::Taken(new))
    }
}

fn end(frame: Frame, head: Head, at: UnixMicros) -> Ended {
    let receipt = chain::receipt(&frame.id, &head.chain);
    Ended { frame, head, ended_at: at, receipt }
}

impl Attempt {
    /// What does not depend on the state.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        match self {
            Self::Waiting(Waiting { frame, .. }) | Self::Open(Open { frame, .. }) => frame,
            Self::HandedIn(Ended { frame, .. }) | Self::Closed(Ended { frame, .. }) => frame,
        }
    }

    /// The end of the chain.
    #[must_use]
    pub fn head(&self) -> &Head {
        match self {
            Self::Waiting(Waiting { head, .. }) | Self::Open(Open { head, .. }) => head,
            Self::HandedIn(Ended { head, .. }) | Self::Closed(Ended { head, .. }) => head,
        }
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn ended(&self) -> Option<&Ended> {
        match self {
            Self::Waiting(_) | Self::Open(_) => None,
            Self::HandedIn(ended) | Self::Closed(ended) => Some(ended),
        }
    }

    /// The word of the row.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match self {
            Self::Waiting(_) => "waiting",
            Self::Open(_) => "open",
            Self::HandedIn(_) => "handed_in",
            Self::Closed(_) => "closed",
        }
    }

    /// What the candidate is shown at `now`.
    #[must_use]
    pub fn phase(&self, now: UnixMicros) -> Phase {
        let over = now >= self.frame().close_at;
        match self {
            Self::HandedIn(_) => Phase::HandedIn,
            Self::Closed(_) => Phase::Closed,
            Self::Waiting(_) | Self::Open(_) if over => Phase::Closed,
            Self::Waiting(_) => Phase::Waiting,
            Self::Open(_) => Phase::Open,
        }
    }

    /// The candidate begins, where they wait, at the seat, and it is time; else nothing changes.
    #[must_use]
    pub fn begin(self, asked: &Begin) -> Self {
        match self {
            Self::Waiting(waiting) if waiting.frame.is_held_by(&asked.session) => {
                match waiting.start(asked.arrived_at) {
                    Ok(open) => Self::Open(open),
                    Err(waiting) => Self::Waiting(*waiting),
                }
            }
            Self::Waiting(_) | Self::Open(_) | Self::HandedIn(_) | Self::Closed(_) => self,
        }
    }

    /// Counts, keeps as evidence, or refuses changes. A change that was counted before is a repeat:
    /// it has no effect and is acknowledged again, also after the close. `counted` holds at least
    /// the counted changes whose numbers come again.
    #[must_use]
    pub fn save(self, save: &Save, counted: &Counted) -> (Self, Verdict) {
        let frame = self.frame();
        if save.epoch != frame.epoch {
            return (self, Verdict::StaleEpoch);
        }
        if !frame.is_held_by(&save.session) {
            return (self, Verdict::OtherBrowser);
        }
        let items = frame.item_count;
        if save.changes.len() > CHANGES_MAX || !save.changes.iter().all(|change| change.is_well_formed(items))
        {
            return (self, Verdict::Malformed);
        }
        match self {
            Self::Waiting(waiting) if save.arrived_at < waiting.frame.close_at => {
                (Self::Waiting(waiting), Verdict::TooEarly)
            }
            Self::Waiting(waiting) => {
                let evidence = waiting.head.evidence(&save.changes);
                (Self::Waiting(waiting), Verdict::TooLate(evidence))
            }
            Self::Open(open) => {
                let (open, verdict) = open.save(save, counted);
                (Self::Open(open), verdict)
            }
            Self::HandedIn(ended) => {
                let receipt = ended.receipt.clone();
                (Self::HandedIn(ended), Verdict::HandedIn(receipt))
            }
            Self::Closed(ended) => {
                let evidence = ended.head.evidence(&save.changes);
                let repeats = !save.changes.is_empty()
                    && save.changes.iter().all(|change| ended.head.knows(change))
                    && !ended.head.contradicts(&save.changes, counted);
                let verdict = if repeats { Verdict::Taken(Vec::new()) } else { Verdict::TooLate(evidence) };
                (Self::Closed(ended), verdict)
            }
        }
    }

    /// Ends the work because the candidate wants to; a second time changes nothing.
    #[must_use]
    pub fn hand_in(self, asked: &HandIn) -> (Self, HandInVerdict) {
        let frame = self.frame();
        if asked.epoch != frame.epoch {
            return (self, HandInVerdict::StaleEpoch);
        }
        if !frame.is_held_by(&asked.session) {
            return (self, HandInVerdict::OtherBrowser);
        }
        let late = asked.arrived_at >= frame.close_at;
        match self {
            Self::HandedIn(ended) => {
                let receipt = ended.receipt.clone();
                (Self::HandedIn(ended), HandInVerdict::HandedIn(receipt))
            }
            Self::Closed(_) => (self, HandInVerdict::TooLate),
            Self::Waiting(_) | Self::Open(_) if late => (self, HandInVerdict::TooLate),
            Self::Waiting(_) => (self, HandInVerdict::TooEarly),
            Self::Open(open) if asked.last_seq > open.head.acked_seq => {
                (Self::Open(open), HandInVerdict::Missing)
            }
            Self::Open(open) => {
                let ended = end(open.frame, open.head, asked.arrived_at);
                let receipt = ended.receipt.clone();
                (Self::HandedIn(ended), HandInVerdict::HandedIn(receipt))
            }
        }
    }

    /// Ends the work because the time is over: at `now`, if that is at or after the close and it
    /// has not ended.
    #[must_use]
    pub fn close(self, now: UnixMicros) -> Self {
        match self {
            Self::Waiting(Waiting { frame, head }) | Self::Open(Open { frame, head })
                if now >= frame.close_at =>
            {
                Self::Closed(end(frame, head, now))
            }
            Self::Waiting(_) | Self::Open(_) | Self::HandedIn(_) | Self::Closed(_) => self,
        }
    }
}
