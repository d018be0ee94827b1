//! Somebody at a machine: what their browser sends, what it was told, and what it does when it hears nothing.
mod answering;

use std::{collections::BTreeSet, sync::Arc};

use serde_json::json;
use testkit::sitters::Sitter;

use super::{
    judge::Wrong,
    line::{Ask, Line, Reply},
    scene::{Heard, Scene},
};
use crate::kill::judge::Sent;

/// What somebody does beside what everybody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Nothing: they wait for each answer.
    Patient,
    /// They ask once more when they have the answer.
    AsksAgain,
    /// Two windows ask side by side.
    PressesTwice,
    /// The first request is broken off, and asked again on another connection.
    GoesAway,
}

/// What everybody does in a storm.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// Looks at the page on which candidates wait.
    Wait,
    /// Presses Begin until the form is there.
    Begin,
    /// Saves and hands in.
    End,
}

/// How somebody is.
#[derive(Debug, Clone, Copy)]
pub struct Nature {
    /// What they do beside the rest.
    pub habit: Habit,
    /// How often they save before they hand in.
    pub saves: usize,
    /// They never hand in: they save until the time is over.
    pub stays: bool,
    /// An invigilator marked them as absent; their machine presses Begin all the same.
    pub is_absent: bool,
    /// Whether the browser reads what comes packed.
    pub unpacks: bool,
}

impl Nature {
    /// Somebody without peculiarities.
    pub const PLAIN: Self =
        Self { habit: Habit::Patient, saves: 2, stays: false, is_absent: false, unpacks: true };

    /// That of number `number` of a hall: every mixture is there.
    pub fn of(number: usize) -> Self {
        let habit = match number % 4 {
            0 => Habit::Patient,
            1 => Habit::AsksAgain,
            2 => Habit::PressesTwice,
            _ => Habit::GoesAway,
        };
        let (saves, stays, is_absent) = (number % 7, number % 5 == 4, number % 21 == 3);
        Self { habit, saves, stays, is_absent, unpacks: (number / 4).is_multiple_of(2) }
    }
}

/// What somebody knows of the end of their work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// They have not handed in.
    Open,
    /// They have asked to and were not answered.
    Asked,
    /// They were told that the time is over.
    TooLate,
    /// Their hand-in was acknowledged.
    HandedIn {
        /// What they may write down.
        receipt: String,
        /// How many items they were told have an answer.
        answered: i64,
    },
}

/// The candidate, and what they remember.
pub struct Candidate {
    sitter: Sitter,
    lines: [Line; 2],
    /// How they are.
    pub nature: Nature,
    epoch: i64,
    /// Makes their answers others than their neighbours'.
    number: i64,
    /// How often they were told to wait.
    pub waits: usize,
    /// The form was shown to them, whole or not.
    pub is_shown: bool,
    /// They got the whole form.
    pub has_form: bool,
    /// Answers that they sent, and what was acknowledged of them.
    pub sent: Sent,
    /// First of the changes that must not count: it was made after the close, or after the acknowledged hand-in.
    pub void_from: Option<i64>,
    /// Changes of which they were told that they came too late and are kept.
    pub evidence: BTreeSet<i64>,
    /// How their work ended, as they were told.
    pub end: End,
    /// What is wrong by the answers alone.
    pub wrong: BTreeSet<Wrong>,
}

impl Candidate {
    /// Sits down before the server at `base`.
    pub fn new(sitter: Sitter, base: &str, nature: Nature) -> Self {
        let number = sitter.attempt.rsplit('-').next().and_then(|number| number.parse().ok());
        Self {
            number: number.expect("a copy's name ends in its number"),
            lines: [Line::to(base, nature.unpacks), Line::to(base, !nature.unpacks)],
            sitter,
            nature,
            epoch: 0,
            waits: 0,
            is_shown: false,
            has_form: false,
            sent: Sent::default(),
            void_from: None,
            evidence: BTreeSet::new(),
            end: End::Open,
            wrong: BTreeSet::new(),
        }
    }

    /// Key of the attempt.
    pub fn id(&self) -> &str {
        &self.sitter.attempt
    }

    /// The server listens elsewhere now.
    pub fn moves_to(&mut self, base: &str) {
        self.lines.iter_mut().for_each(|line| line.moves_to(base));
    }

    /// Does one thing.
    pub async fn does(mut self, act: Act, scene: Arc<Scene>) -> Self {
        match act {
            Act::Wait => self.looks(&scene).await,
            Act::Begin => self.begins(&scene).await,
            // Who is absent has nothing to hand in.
            Act::End if self.nature.is_absent => {}
            Act::End => self.ends(&scene).await,
        }
        self
    }

    async fn looks(&mut self, scene: &Scene) {
        let look = Ask::look(&self.sitter);
        if let Some(reply) = self.lines[0].comes_again(scene, &look).await {
            self.hears_of_start(scene, &reply);
        }
    }

    /// Presses Begin until the form is there; or until the time has surely come, and the answer still is to wait.
    async fn begins(&mut self, scene: &Scene) {
        let press = Ask::act(&self.sitter, "start", "{}".to_owned());
        match self.nature.habit {
            Habit::GoesAway => self.lines[0].goes_away(&press).await,
            Habit::PressesTwice => {
                let [one, other] = &mut self.lines;
                let both = tokio::join!(one.comes_again(scene, &press), other.comes_again(scene, &press));
                for reply in [both.0, both.1].into_iter().flatten() {
                    self.hears_of_start(scene, &reply);
                }
            }
            Habit::Patient | Habit::AsksAgain => {}
        }
        let mut is_last = false;
        while !is_last {
            let is_time = scene.stroke.is_past();
            let Some(reply) = self.lines[0].comes_again(scene, &press).await else { return };
            self.hears_of_start(scene, &reply);
            is_last = is_time || self.is_shown;
        }
        if self.nature.habit == Habit::AsksAgain
            && let Some(reply) = self.lines[0].comes_again(scene, &press).await
        {
            self.hears_of_start(scene, &reply);
        }
    }

    fn hears_of_start(&mut self, scene: &Scene, (status, state): &Reply) {
        assert_eq!(*status, 200, "{}: {state}", self.id());
        let items = &state["items"];
        match state["phase"].as_str() {
            Some("open") => {
                self.is_shown = true;
                self.epoch = state["epoch"].as_i64().expect("a form comes with its epoch");
                let is_whole = *items == *scene.form;
                self.has_form |= is_whole;
                self.notes(!is_whole, Wrong::OtherForm);
                self.notes(!scene.stroke.may_be_past(), Wrong::ShownEarly);
                scene.tells(Heard::Begun);
            }
            Some("waiting") => {
                self.waits += 1;
                self.notes(*items != json!([]), Wrong::ShownEarly);
                scene.tells(Heard::Waits);
            }
            other => panic!("{} stands as {other:?}", self.id()),
        }
    }

    fn notes(&mut self, is_wrong: bool, wrong: Wrong) {
        if is_wrong {
            self.wrong.insert(wrong);
        }
    }
}
