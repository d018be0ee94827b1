//! The server: one queue, one group at a time, the product's rules over what the disk holds.
use std::collections::BTreeMap;

use kernel::UnixMicros;
use sha2::{Digest as _, Sha256};
use sitting::rules::{Attempt, Change, Counted, Frame, HandIn, HandInVerdict, Head, Save, Verdict, Waiting};

use super::{Acknowledge, CLOSE, Event, OPEN, Reply, Request, World};
use crate::fixture::{ITEMS, SESSION};

/// Milliseconds after the close before an attempt is ended by the clock.
const SETTLE: i64 = 5_000;

/// A change that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedChange {
    pub no: i64,
    pub answer: String,
    /// When its request was there.
    pub arrived: i64,
}

/// What a disk holds.
#[derive(Debug, Clone)]
pub struct Rows {
    pub attempts: Vec<Attempt>,
    pub counted: Vec<BTreeMap<i64, CountedChange>>,
    /// Entries of the trail: of which attempt, and what.
    pub entries: Vec<(usize, &'static str)>,
    /// The entries in the order of the log.
    pub sequence: Vec<usize>,
}

struct Queued {
    client: usize,
    request: Request,
    arrived: i64,
}

/// The machine.
pub struct Server {
    acknowledge: Acknowledge,
    /// What outlives a stop.
    pub disk: Rows,
    /// What was written and is not synchronised, with whom to answer then.
    pending: Option<(Rows, Vec<(usize, Reply)>)>,
    queue: Vec<Queued>,
    is_up: bool,
    boot: u64,
    /// Heads of the log that were signed and shown: size and root.
    pub heads: Vec<(usize, String)>,
}

fn time(millis: i64) -> UnixMicros {
    UnixMicros::new(millis * 1_000)
}

fn new_attempt(number: usize) -> Attempt {
    let frame = Frame {
        id: format!("attempt-{number}").into(),
        account_id: format!("candidate-{number}"),
        epoch: 1,
        session: Some(SESSION.into()),
        open_at: time(OPEN),
        close_at: time(CLOSE),
        item_count: ITEMS,
    };
    Attempt::Waiting(Waiting { frame, head: Head::empty().unwrap() })
}

/// A rolling hash over the entries of a log, by hand.
pub fn root(rows: &Rows, size: usize) -> String {
    let step = |root: String, entry: &usize| {
        let text = format!("{root}\n{:?}", rows.entries[*entry]);
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    rows.sequence[..size].iter().fold(String::new(), step)
}

impl Server {
    pub fn new(clients: usize, acknowledge: Acknowledge) -> Self {
        let disk = Rows {
            attempts: (0..clients).map(new_attempt).collect(),
            counted: vec![BTreeMap::new(); clients],
            entries: Vec::new(),
            sequence: Vec::new(),
        };
        let (queue, heads) = (Vec::new(), Vec::new());
        Self { acknowledge, disk, pending: None, queue, is_up: true, boot: 0, heads }
    }

    pub fn happens(&mut self, event: Event, world: &mut World) {
        match event {
            Event::Arrives(client, request) if self.is_up => {
                self.queue.push(Queued { client, request, arrived: world.now });
                world.later(20, Event::Works);
            }
            Event::Works if self.is_up && self.pending.is_none() => self.writes(world),
            Event::Synced(boot) if self.is_up && boot == self.boot => self.is_synced(world),
            Event::Ticks if self.is_up && self.pending.is_none() => self.ticks(world),
            Event::Stops => {
                // What is not synchronised is gone, with everybody who waited.
                (self.is_up, self.pending) = (false, None);
                self.queue.clear();
                world.later(2_000, Event::Boots);
            }
            Event::Boots if !self.is_up => {
                self.is_up = true;
                self.boot += 1;
            }
            // Nobody is there, or it is busy: what is queued waits, a tick comes again.
            Event::Arrives(..) | Event::Works | Event::Synced(_) | Event::Ticks | Event::Boots => {}
            Event::Acts(_) | Event::Told(..) => unreachable!("that is the clients'"),
        }
    }

    fn writes(&mut self, world: &mut World) {
        if self.queue.is_empty() {
            return;
        }
        let mut rows = self.disk.clone();
        let replies = std::mem::take(&mut self.queue)
            .into_iter()
            .map(|asked| (asked.client, decide(&mut rows, &asked, world.now)))
            .collect();
        self.commits(rows, replies, world);
    }

    fn commits(&mut self, rows: Rows, replies: Vec<(usize, Reply)>, world: &mut World) {
        let replies = match self.acknowledge {
            Acknowledge::AfterSync => replies,
            Acknowledge::BeforeSync => {
                replies.into_iter().for_each(|(client, reply)| world.send(Event::Told(client, reply)));
                Vec::new()
            }
        };
        self.pending = Some((rows, replies));
        world.later(60, Event::Synced(self.boot));
    }

    fn is_synced(&mut self, world: &mut World) {
        let Some((rows, replies)) = self.pending.take() else { return };
        self.disk = rows;
        replies.into_iter().for_each(|(client, reply)| world.send(Event::Told(client, reply)));
        // A head is signed only over what is on the disk.
        let size = self.disk.sequence.len();
        if self.heads.last().is_none_or(|head| head.0 < size) {
            self.heads.push((size, root(&self.disk, size)));
        }
        world.later(5, Event::Works);
    }

    fn ticks(&mut self, world: &mut World) {
        let mut rows = self.disk.clone();
        for number in 0..rows.attempts.len() {
            if rows.attempts[number].ended().is_none() && world.now >= CLOSE + SETTLE {
                rows.attempts[number] = rows.attempts[number].clone().close(time(world.now));
                rows.entries.push((number, "closed"));
            }
        }
        rows.sequence.extend(rows.sequence.len()..rows.entries.len());
        self.commits(rows, Vec::new(), world);
    }
}

fn decide(rows: &mut Rows, asked: &Queued, now: i64) -> Reply {
    let attempt = rows.attempts[asked.client].clone();
    match &asked.request {
        Request::Start => start(rows, asked, attempt, now),
        Request::Save(changes) => save(rows, asked, attempt, changes),
        Request::HandIn(last_seq) => {
            let (session, arrived_at) = (SESSION.into(), time(asked.arrived));
            let had_ended = attempt.ended().is_some();
            let (attempt, verdict) =
                attempt.hand_in(&HandIn { session, epoch: 1, last_seq: *last_seq, arrived_at });
            if !had_ended && attempt.ended().is_some() {
                rows.entries.push((asked.client, "handed in"));
            }
            rows.attempts[asked.client] = attempt;
            match verdict {
                HandInVerdict::HandedIn(receipt) => Reply::HandedIn(receipt),
                HandInVerdict::TooLate => Reply::Over,
                HandInVerdict::Missing | HandInVerdict::TooEarly => Reply::Again,
                HandInVerdict::StaleEpoch | HandInVerdict::OtherBrowser => Reply::Again,
            }
        }
    }
}

fn start(rows: &mut Rows, asked: &Queued, attempt: Attempt, now: i64) -> Reply {
    match attempt {
        Attempt::Waiting(waiting) => match waiting.start(time(now)) {
            Ok(open) => {
                rows.attempts[asked.client] = Attempt::Open(open);
                Reply::Started
            }
            Err(waiting) if waiting.frame.open_at > time(now) => Reply::Again,
            Err(_) => Reply::Over,
        },
        Attempt::Open(_) => Reply::Started,
        Attempt::HandedIn(_) | Attempt::Closed(_) => Reply::Over,
    }
}

fn save(rows: &mut Rows, asked: &Queued, attempt: Attempt, changes: &[Change]) -> Reply {
    let known = &rows.counted[asked.client];
    let counted: Counted = known.iter().map(|(seq, one)| (*seq, (one.no, one.answer.clone()))).collect();
    let arrived_at = time(asked.arrived);
    let save = Save { session: SESSION.into(), epoch: 1, changes: changes.to_vec(), arrived_at };
    let (attempt, verdict) = attempt.save(&save, &counted);
    let acked = attempt.head().acked_seq;
    rows.attempts[asked.client] = attempt;
    match verdict {
        Verdict::Taken(new) => {
            for change in new {
                let one = CountedChange { no: change.no, answer: change.answer, arrived: asked.arrived };
                rows.counted[asked.client].insert(change.seq, one);
            }
            Reply::Acknowledged(acked)
        }
        Verdict::TooLate(_) => Reply::Over,
        Verdict::HandedIn(receipt) => Reply::HandedIn(receipt),
        Verdict::Gap | Verdict::TooEarly => Reply::Again,
        Verdict::Conflict | Verdict::StaleEpoch | Verdict::OtherBrowser | Verdict::Malformed => Reply::Again,
    }
}
