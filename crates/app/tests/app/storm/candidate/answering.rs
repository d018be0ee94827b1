//! How somebody answers and hands in: as the exam client does, which numbers its changes, sends those that are not
//! acknowledged again as they were, and hands in what the server says it has.
use serde_json::{Value, json};
use sitting::rules::Change;

use super::{Candidate, End, Habit};
use crate::storm::{
    judge::Wrong,
    line::{Ask, Reply},
    scene::{Heard, Scene},
};

const ANSWERS: [&str; 7] = ["A", "B", "C", "D", "AB", "ACD", ""];

impl Candidate {
    /// Saves some times and hands in; or saves until the time is over.
    pub(super) async fn ends(&mut self, scene: &Scene) {
        let mut saves = 0;
        while self.nature.stays || saves < self.nature.saves {
            saves += 1;
            self.changes_its_mind(scene);
            let save = self.save();
            if self.nature.habit == Habit::GoesAway && saves == 1 {
                self.lines[0].goes_away(&save).await;
            }
            let Some(reply) = self.lines[0].comes_again(scene, &save).await else { return };
            if !self.hears_of_save(scene, &reply) {
                break;
            }
        }
        if self.nature.stays {
            return self.is_late(scene).await;
        }
        self.hands_in(scene).await;
    }

    /// The time is over, and one answer more is sent.
    async fn is_late(&mut self, scene: &Scene) {
        while !scene.stroke.is_past() {
            tokio::task::yield_now().await;
        }
        self.adds_one_that_is_void(scene).await;
    }

    async fn hands_in(&mut self, scene: &Scene) {
        self.end = End::Asked;
        match self.nature.habit {
            Habit::GoesAway => {
                let hand_in = self.hand_in();
                self.lines[0].goes_away(&hand_in).await;
            }
            Habit::PressesTwice => {
                self.changes_its_mind(scene);
                let (save, hand_in) = (self.save(), self.hand_in());
                let [one, other] = &mut self.lines;
                let both = tokio::join!(one.comes_again(scene, &save), other.comes_again(scene, &hand_in));
                if let Some(reply) = both.1 {
                    self.hears_of_hand_in(scene, &reply);
                }
                if let Some(reply) = both.0 {
                    self.hears_of_save(scene, &reply);
                }
            }
            Habit::Patient | Habit::AsksAgain => {}
        }
        while self.end == End::Asked {
            // A hand-in that knows of changes that are not there is refused until they are.
            if !self.sent.open().is_empty() {
                let save = self.save();
                let Some(reply) = self.lines[0].comes_again(scene, &save).await else { return };
                self.hears_of_save(scene, &reply);
            }
            let hand_in = self.hand_in();
            let Some(reply) = self.lines[0].comes_again(scene, &hand_in).await else { return };
            self.hears_of_hand_in(scene, &reply);
        }
        if self.nature.habit == Habit::AsksAgain {
            let hand_in = self.hand_in();
            let Some(reply) = self.lines[0].comes_again(scene, &hand_in).await else { return };
            self.hears_of_hand_in(scene, &reply);
            self.adds_one_that_is_void(scene).await;
        }
    }

    /// One more answer when the work has ended: it must not count.
    async fn adds_one_that_is_void(&mut self, scene: &Scene) {
        self.void_from.get_or_insert(self.sent.next());
        self.adds();
        let save = self.save();
        if let Some(reply) = self.lines[0].comes_again(scene, &save).await {
            self.hears_of_save(scene, &reply);
        }
    }

    /// Makes new changes when everything older is acknowledged; else those are sent again.
    fn changes_its_mind(&mut self, scene: &Scene) {
        if !self.sent.open().is_empty() {
            return;
        }
        if scene.stroke.is_past() {
            self.void_from.get_or_insert(self.sent.next());
        }
        for _ in 0..=self.number % 3 {
            self.adds();
        }
    }

    fn adds(&mut self) {
        let seq = self.sent.next();
        let items = i64::try_from(self.sitter.items).unwrap();
        let no = (seq * 7 + self.number) % items + 1;
        let answer = ANSWERS[usize::try_from((seq + self.number) % 7).unwrap()].to_owned();
        self.sent.push(Change { seq, no, answer, at: 0 });
    }

    fn save(&self) -> Ask {
        let body = json!({ "epoch": self.epoch, "changes": self.sent.open() });
        Ask::act(&self.sitter, "answers", body.to_string())
    }

    fn hand_in(&self) -> Ask {
        let body = json!({ "epoch": self.epoch, "last_seq": self.sent.next() - 1 });
        Ask::act(&self.sitter, "hand-in", body.to_string())
    }

    /// What became of a save; whether the work goes on.
    fn hears_of_save(&mut self, scene: &Scene, (status, reply): &Reply) -> bool {
        match (*status, reply["error"].as_str()) {
            (200, _) => {
                self.sent.is_told(reply["acked_seq"].as_i64().expect("an acknowledgement names a number"));
                return true;
            }
            (410, Some("closed")) => {
                self.notes(!scene.stroke.may_be_past(), Wrong::ClosedEarly);
                if reply["kept_as_evidence"] == true {
                    self.evidence.extend(self.sent.open().iter().map(|change| change.seq));
                }
            }
            (410, Some("handed_in")) => {
                let is_another = match &self.end {
                    End::HandedIn { receipt, .. } => reply["receipt"] != receipt.as_str(),
                    End::Asked => false,
                    End::Open | End::TooLate => true,
                };
                self.notes(is_another, Wrong::TwoAnswers);
            }
            // The server no longer has what it acknowledged, and can take nothing that comes after.
            (409, Some("gap")) => self.notes(true, Wrong::Lost),
            (status, _) => panic!("{}: {status} {reply}", self.id()),
        }
        false
    }

    fn hears_of_hand_in(&mut self, scene: &Scene, (status, reply): &Reply) {
        match (*status, reply["error"].as_str()) {
            (200, _) => self.is_told_of_the_end(scene, reply),
            // Something before it is still on its way.
            (409, Some("missing")) => {}
            (410, Some("closed")) => {
                self.notes(!scene.stroke.may_be_past(), Wrong::ClosedEarly);
                if matches!(self.end, End::HandedIn { .. }) {
                    self.notes(true, Wrong::TwoAnswers);
                } else {
                    self.end = End::TooLate;
                }
            }
            (status, _) => panic!("{}: {status} {reply}", self.id()),
        }
    }

    fn is_told_of_the_end(&mut self, scene: &Scene, reply: &Value) {
        let receipt = reply["receipt"].as_str().expect("a hand-in has a receipt").to_owned();
        let answered = reply["answered"].as_i64().expect("a hand-in has a count");
        let end = End::HandedIn { receipt, answered };
        self.notes(self.end != End::Asked && self.end != end, Wrong::TwoAnswers);
        self.end = end;
        scene.tells(Heard::HandedIn);
    }
}
