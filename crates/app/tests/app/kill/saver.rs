//! A candidate who saves as fast as the server answers.
use std::{collections::BTreeMap, sync::atomic::Ordering};

use rehearse::Browser;
use serde_json::{Value, json};
use sitting::rules::Change;

use super::{
    hall::{Dice, Life},
    judge::Sent,
};
use crate::story::did;

/// New changes one request carries at most. [own]: as many as a client sends that was cut off for minutes.
const CHANGES_MAX: u64 = 30;
const ANSWERS: [&str; 7] = ["A", "B", "C", "D", "AB", "ACD", ""];

/// The exam client of one candidate, and what it remembers.
pub struct Saver {
    browser: Browser,
    /// Key of the attempt.
    pub id: String,
    csrf: String,
    epoch: i64,
    items: u64,
    /// What it sent and was told.
    pub sent: Sent,
    /// Requests of which it read an acknowledgement.
    pub acknowledgements: i64,
    /// The server no longer has what it acknowledged, and can take nothing that comes after.
    pub has_gap: bool,
    dice: Dice,
}

impl Saver {
    /// Opens the attempt that the browser shows, and begins.
    pub fn begins(browser: Browser, dice: Dice) -> Self {
        let page = did(browser.open(&browser.last_path()));
        let attribute = |name: &str| page.attribute("#exam", name).expect("the exam page names its attempt");
        let (id, csrf) = (attribute("data-attempt"), attribute("data-csrf"));
        Self::starts(browser, (id, csrf), dice)
    }

    /// Begins the attempt of this key, with the token that its page would carry.
    pub fn starts(browser: Browser, (id, csrf): (String, String), dice: Dice) -> Self {
        let state = did(browser.post_json(&format!("/attempts/{id}/start"), &csrf, "{}"));
        let state: Value = serde_json::from_str(&state.html).unwrap();
        assert_eq!(state["acked_seq"], 0);
        let items = u64::try_from(state["items"].as_array().unwrap().len()).unwrap();
        let epoch = state["epoch"].as_i64().unwrap();
        Self {
            browser,
            id,
            csrf,
            epoch,
            items,
            sent: Sent::default(),
            acknowledgements: 0,
            has_gap: false,
            dice,
        }
    }

    /// The server has come up at another address.
    pub fn moves_to(&mut self, base: &str) {
        self.browser = self.browser.moved_to(base);
    }

    /// Saves until the server is gone; `true` when a request of its own was cut off.
    pub fn works(&mut self, life: &Life) -> bool {
        loop {
            self.changes_its_mind();
            if life.over.load(Ordering::SeqCst) {
                return false;
            }
            life.under_way.fetch_add(1, Ordering::SeqCst);
            let answer = self.saves();
            life.under_way.fetch_sub(1, Ordering::SeqCst);
            let Some((status, reply)) = answer else { return true };
            match status {
                200 => {
                    self.sent
                        .is_told(reply["acked_seq"].as_i64().expect("an acknowledgement names a number"));
                    self.acknowledgements += 1;
                    // Nobody counts any more once the life is over.
                    let _ = life.acknowledged.send(());
                }
                503 => drop(life.put_off.fetch_add(1, Ordering::SeqCst)),
                409 if reply["error"] == "gap" => {
                    self.has_gap = true;
                    return false;
                }
                other => panic!("{}: {other} {reply}", self.id),
            }
        }
    }

    /// Makes new changes when everything older is acknowledged; else those are sent again.
    fn changes_its_mind(&mut self) {
        if !self.sent.open().is_empty() {
            return;
        }
        for _ in 0..=self.dice.below(CHANGES_MAX) {
            let seq = self.sent.next();
            let no = i64::try_from(self.dice.below(self.items)).unwrap() + 1;
            let answer = ANSWERS[usize::try_from(self.dice.below(7)).unwrap()].to_owned();
            self.sent.push(Change { seq, no, answer, at: 0 });
        }
    }

    fn saves(&self) -> Option<(u16, Value)> {
        let body = json!({ "epoch": self.epoch, "changes": self.sent.open() });
        let path = format!("/attempts/{}/answers", self.id);
        let page = self.browser.post_json(&path, &self.csrf, &body.to_string()).ok()?;
        assert!(
            page.status != 503 || page.retry_after.is_some(),
            "{}: it does not say when to come again",
            self.id
        );
        Some((page.status, serde_json::from_str(&page.html).unwrap_or_default()))
    }

    /// What the candidate would see after a reload is what was sent up to the server's number, and
    /// that is not less than what was acknowledged.
    pub fn is_shown_its_answers(&self) {
        let state = self.state();
        let acked = usize::try_from(state["acked_seq"].as_i64().unwrap()).unwrap();
        assert!(acked >= usize::try_from(self.sent.told()).unwrap(), "{state}");
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
        for change in &self.sent.changes[..count] {
            answers.insert(change.no.to_string(), change.answer.clone());
        }
        answers.retain(|_, answer| !answer.is_empty());
        answers
    }
}
