//! A candidate who saves as fast as the server answers.
use std::{collections::BTreeMap, sync::atomic::Ordering};

use rehearse::Browser;
use serde_json::{Value, json};
use sitting::rules::Change;

use super::{Dice, Round};
use crate::story::did;

/// New changes one request carries at most.
const CHANGES_MAX: u64 = 4;
const ANSWERS: [&str; 7] = ["A", "B", "C", "D", "AB", "ACD", ""];

/// The exam client of one candidate, and what it remembers.
pub struct Saver {
    browser: Browser,
    /// Key of the attempt.
    pub id: String,
    csrf: String,
    epoch: i64,
    items: u64,
    /// Every change, number n at place n - 1: a number never changes its content.
    pub sent: Vec<Change>,
    /// Highest number that the server said is kept.
    pub told: i64,
    dice: Dice,
}

impl Saver {
    /// Opens the attempt that the browser shows, and begins.
    pub fn begins(browser: Browser, dice: Dice) -> Self {
        let page = did(browser.open(&browser.last_path()));
        let attribute = |name: &str| page.attribute("#exam", name).expect("the exam page names its attempt");
        let (id, csrf) = (attribute("data-attempt"), attribute("data-csrf"));
        let state = did(browser.post_json(&format!("/attempts/{id}/start"), &csrf, "{}"));
        let state: Value = serde_json::from_str(&state.html).unwrap();
        assert_eq!(state["acked_seq"], 0);
        let items = u64::try_from(state["items"].as_array().unwrap().len()).unwrap();
        let epoch = state["epoch"].as_i64().unwrap();
        Self { browser, id, csrf, epoch, items, sent: Vec::new(), told: 0, dice }
    }

    /// The server has come up at another address.
    pub fn moves_to(&mut self, base: &str) {
        self.browser = self.browser.moved_to(base);
    }

    /// Saves until the server is gone; `true` when a request of its own was cut off.
    pub fn works(&mut self, round: &Round) -> bool {
        loop {
            self.changes_its_mind();
            if round.over.load(Ordering::SeqCst) {
                return false;
            }
            round.under_way.fetch_add(1, Ordering::SeqCst);
            let answer = self.saves();
            round.under_way.fetch_sub(1, Ordering::SeqCst);
            let Some((status, reply)) = answer else { return true };
            match status {
                200 => {
                    self.told = reply["acked_seq"].as_i64().expect("an acknowledgement names a number");
                    // Nobody counts any more once the round is over.
                    let _ = round.acknowledged.send(());
                }
                503 => {}
                other => panic!("{}: {other} {reply}", self.id),
            }
        }
    }

    /// Makes new changes when everything older is acknowledged; else those are sent again.
    fn changes_its_mind(&mut self) {
        if i64::try_from(self.sent.len()).unwrap() > self.told {
            return;
        }
        for _ in 0..=self.dice.below(CHANGES_MAX) {
            let seq = i64::try_from(self.sent.len()).unwrap() + 1;
            let no = i64::try_from(self.dice.below(self.items)).unwrap() + 1;
            let answer = ANSWERS[usize::try_from(self.dice.below(7)).unwrap()].to_owned();
            self.sent.push(Change { seq, no, answer, at: 0 });
        }
    }

    fn saves(&self) -> Option<(u16, Value)> {
        let open = &self.sent[usize::try_from(self.told).unwrap()..];
        let body = json!({ "epoch": self.epoch, "changes": open });
        let path = format!("/attempts/{}/answers", self.id);
        let page = self.browser.post_json(&path, &self.csrf, &body.to_string()).ok()?;
        Some((page.status, serde_json::from_str(&page.html).unwrap_or_default()))
    }

    /// What the candidate would see after a reload is what was sent up to the server's number, and
    /// that is not less than what was acknowledged.
    pub fn is_shown_its_answers(&self) {
        let state = self.state();
        let acked = usize::try_from(state["acked_seq"].as_i64().unwrap()).unwrap();
        assert!(acked >= usize::try_from(self.told).unwrap(), "{state}");
        let shown: BTreeMap<String, String> = serde_json::from_value(state["answers"].clone()).unwrap();
        assert_eq!(shown, self.answers(acked), "{}", self.id);
    }

    /// Ends the work and compares the server's count with its own.
    pub fn hands_in(self) {
        let last = usize::try_from(self.state()["acked_seq"].as_i64().unwrap()).unwrap();
        let body = json!({ "epoch": self.epoch, "last_seq": last });
        let path = format!("/attempts/{}/hand-in", self.id);
        let page = did(self.browser.post_json(&path, &self.csrf, &body.to_string()));
        let reply: Value = serde_json::from_str(&page.html).unwrap();
        assert_eq!((page.status, &reply["answered"]), (200, &json!(self.answers(last).len())), "{reply}");
    }

    fn state(&self) -> Value {
        let page = did(self.browser.open(&format!("/attempts/{}/state", self.id)));
        serde_json::from_str(&page.html).unwrap()
    }

    /// The answers that are not empty after the first `count` changes.
    fn answers(&self, count: usize) -> BTreeMap<String, String> {
        let mut answers = BTreeMap::new();
        for change in &self.sent[..count] {
            answers.insert(change.no.to_string(), change.answer.clone());
        }
        answers.retain(|_, answer| !answer.is_empty());
        answers
    }
}
