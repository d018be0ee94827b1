//! A candidate's machine: numbers its changes, sends what is not acknowledged as it was, believes only replies.
use sitting::rules::Change;

use super::{CLOSE, Event, QUIET, Reply, Request, World};
use crate::fixture::ITEMS;

/// Letters of an answer.
const ANSWERS: [&str; 6] = ["A", "B", "ACD", "T", "F", ""];

/// One candidate.
pub struct Client {
    number: usize,
    started: bool,
    /// Every change made, in order: the first has number 1.
    pub made: Vec<Change>,
    /// When each was first sent.
    pub sent_at: Vec<i64>,
    /// The highest number it was told is kept.
    pub told: i64,
    /// What it may write down.
    pub receipt: Option<String>,
    /// It was told that nothing counts any more.
    over: bool,
    hands_in_at: i64,
}

impl Client {
    pub fn new(number: usize) -> Self {
        // The first hands in early, the second at the last moment, the third never.
        let hands_in_at = [12_000, CLOSE - 150, i64::MAX][number % 3];
        let (made, sent_at) = (Vec::new(), Vec::new());
        Self { number, started: false, made, sent_at, told: 0, receipt: None, over: false, hands_in_at }
    }

    pub fn acts(&mut self, world: &mut World) {
        if self.receipt.is_some() || self.over || world.now > QUIET {
            return;
        }
        let number = self.number;
        if !self.started {
            world.send(Event::Arrives(number, Request::Start));
        } else {
            if world.now < self.hands_in_at {
                for _ in 0..world.dice.below(3) {
                    self.changes(world);
                }
            }
            let from = usize::try_from(self.told).unwrap();
            let unsaved = self.made[from..].to_vec();
            if !unsaved.is_empty() {
                for sent in self.sent_at.iter_mut().filter(|sent| **sent < 0) {
                    *sent = world.now;
                }
                world.send(Event::Arrives(number, Request::Save(unsaved)));
            } else if world.now >= self.hands_in_at {
                let last = i64::try_from(self.made.len()).unwrap();
                world.send(Event::Arrives(number, Request::HandIn(last)));
            }
        }
        world.later(600, Event::Acts(number));
    }

    fn changes(&mut self, world: &mut World) {
        let seq = i64::try_from(self.made.len()).unwrap() + 1;
        let answer = ANSWERS[usize::try_from(world.dice.below(6)).unwrap()].to_owned();
        self.made.push(Change { seq, no: 1 + world.dice.below(ITEMS), answer, at: world.now });
        self.sent_at.push(-1);
    }

    pub fn is_told(&mut self, reply: &Reply) {
        match reply {
            Reply::Started => self.started = true,
            Reply::Acknowledged(seq) => self.told = self.told.max(*seq),
            Reply::HandedIn(receipt) => self.receipt = Some(receipt.clone()),
            Reply::Over => self.over = true,
            Reply::Again => {}
        }
    }
}
