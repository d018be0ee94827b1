//! TR21: a state machine of the product beside a model of it, drawn by hand.
//!
//! A [`Model`] is a table: for every state and every act the state it leads to, or `-` where the act must be refused and
//! change nothing, or `-word` where it must be refused for this reason. It knows nothing of the code it judges. A [`Walk`]
//! chooses acts by a seeded die, legal and illegal ones, and holds what each came to against the table; a walk that left
//! out a cell of the table proves nothing. The control is the same walk beside every table that is wrong in one cell: each
//! of them must be found out. `TR21_SEED=…` repeats a walk.
mod walk;

use std::collections::BTreeMap;

use store::{Db, Tx};

use crate::{Promise, tries};

pub use walk::{Turn, Walk, Walked};

/// Wrong models that are tried beside a machine in rows, which is slow.
const WRONG_IN_ROWS: usize = 8;

/// A die. Source: splitmix64, Steele and others 2014.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The die of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`; 0 where there is none.
    ///
    /// # Panics
    /// Never: the number fits.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let end = u64::try_from(end.max(1)).expect("it fits");
        usize::try_from((z ^ (z >> 31)) % end).expect("it fits")
    }

    /// One of these.
    ///
    /// # Panics
    /// When there is none.
    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// What an act came to in the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    state: String,
    refused: Option<String>,
}

impl Seen {
    /// It was taken, and the machine stands like this.
    #[must_use]
    pub fn taken(state: impl Into<String>) -> Self {
        Self { state: state.into(), refused: None }
    }

    /// It was refused for this reason, and the machine stands like this.
    #[must_use]
    pub fn refused(state: impl Into<String>, why: impl Into<String>) -> Self {
        Self { state: state.into(), refused: Some(why.into()) }
    }

    /// What a rule said, and how the machine stands.
    #[must_use]
    pub fn of(state: impl Into<String>, said: Result<(), String>) -> Self {
        Self { state: state.into(), refused: said.err() }
    }

    /// What a guarded statement did, and how the machine stands.
    #[must_use]
    pub fn changed(state: impl Into<String>, was_changed: bool) -> Self {
        Self { state: state.into(), refused: (!was_changed).then(String::new) }
    }
}

/// What the table says of one act in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Leads(&'static str),
    /// For this reason, or whichever when it is empty.
    Refused(&'static str),
}

impl Cell {
    /// None for `.`, which is never tried: another guard stands before it.
    fn read(text: &'static str) -> Option<Self> {
        match text.strip_prefix('-') {
            Some(why) => Some(Self::Refused(why)),
            None if text == "." => None,
            None => Some(Self::Leads(text)),
        }
    }
}

/// The cells of a drawn table, line by line; the first line names the columns.
fn lines(table: &'static str) -> Vec<Vec<&'static str>> {
    let drawn = table.lines().filter(|line| !line.trim().is_empty());
    drawn.map(|line| line.split('|').map(str::trim).collect()).collect()
}

/// A state and an act.
type At = (&'static str, &'static str);

/// A machine as somebody drew it.
#[derive(Debug, Clone)]
pub struct Model {
    /// The first is where a machine begins.
    states: Vec<&'static str>,
    cells: BTreeMap<At, Cell>,
}

impl Model {
    /// Drawn with a line for each act and a column for each state, `|` between them. A cell is the state it leads to,
    /// `-` and perhaps the reason for which it is refused, or `.` where it is not tried.
    ///
    /// # Panics
    /// When a line has not a cell for each column, or a cell names no state.
    #[must_use]
    pub fn by_act(table: &'static str) -> Self {
        let lines = lines(table);
        let states = lines.first().map_or(&[][..], |head| &head[1..]);
        Self::of(states.to_vec(), &lines, |line, column| (column, line))
    }

    /// Drawn with a line for each state and a column for each act, `|` between them.
    ///
    /// # Panics
    /// When a line has not a cell for each column, or a cell names no state.
    #[must_use]
    pub fn by_state(table: &'static str) -> Self {
        let lines = lines(table);
        let states = lines.iter().skip(1).map(|line| line[0]);
        Self::of(states.collect(), &lines, |line, column| (line, column))
    }

    fn of(
        states: Vec<&'static str>,
        lines: &[Vec<&'static str>],
        at: fn(&'static str, &'static str) -> At,
    ) -> Self {
        let mut cells = BTreeMap::new();
        for line in lines.iter().skip(1) {
            assert_eq!(line.len(), lines[0].len(), "{line:?}");
            for (&column, &text) in lines[0].iter().zip(line).skip(1) {
                if let Some(cell) = Cell::read(text) {
                    cells.insert(at(line[0], column), cell);
                }
            }
        }
        for (at, cell) in &cells {
            if let Cell::Leads(to) = cell {
                assert!(states.contains(to), "{at:?} leads to {to}, which is no state");
            }
        }
        Self { states, cells }
    }

    /// Every model that differs from this one in one cell.
    #[must_use]
    pub fn wrong(&self) -> Vec<Self> {
        let with = |at: &At, cell| {
            let mut wrong = self.clone();
            wrong.cells.insert(*at, cell);
            wrong
        };
        let mut all = Vec::new();
        for (at, cell) in &self.cells {
            match *cell {
                Cell::Leads(to) => {
                    all.push(with(at, Cell::Refused("")));
                    all.push(with(at, Cell::Leads(self.another(to))));
                }
                Cell::Refused(why) => {
                    all.push(with(at, Cell::Leads(at.0)));
                    if !why.is_empty() {
                        all.push(with(at, Cell::Refused("another reason")));
                    }
                }
            }
        }
        all
    }

    /// What is drawn of the acts in one state.
    fn acts_in(&self, state: &'static str) -> impl Iterator<Item = (&'static str, Cell)> {
        let here = self.cells.range((state, "")..).take_while(move |(at, _)| at.0 == state);
        here.map(|(at, cell)| (at.1, *cell))
    }

    /// The state after this one in the order of the table.
    fn another(&self, state: &str) -> &'static str {
        let place = self.states.iter().position(|one| *one == state).unwrap_or_default();
        self.states[(place + 1) % self.states.len()]
    }

    /// Tries a machine that needs no rows: `begin` makes one, `step` takes an act on it.
    ///
    /// # Panics
    /// When it goes elsewhere than the model, a cell was never tried, or a wrong model was not found out.
    pub fn try_out<M>(
        &self,
        test: &'static str,
        begin: impl Fn() -> M,
        step: impl Fn(&mut M, &'static str, &mut Dice) -> Seen,
    ) -> Promise {
        let promise = self.walk(&begin, &step).promise(self, "-", test);
        let found: usize = self.wrong().iter().map(|wrong| wrong.walk(&begin, &step).caught()).sum();
        promise.control("a model that is wrong in one cell", found)
    }

    /// Walks beside a machine that needs no rows.
    pub fn walk<M>(
        &self,
        begin: impl Fn() -> M,
        step: impl Fn(&mut M, &'static str, &mut Dice) -> Seen,
    ) -> Walked {
        let mut walk = Walk::new(self, tries(10_000, 1_000_000));
        let mut machine = begin();
        while let Some(turn) = walk.turn() {
            match turn {
                Turn::Begin => machine = begin(),
                Turn::Take(act) => {
                    let seen = step(&mut machine, act, &mut walk.dice);
                    walk.saw(&seen);
                }
            }
        }
        walk.end()
    }

    /// Tries a machine that stands in rows: `begin` writes one, `step` takes an act on it, each machine in a transaction
    /// that is rolled back. The control takes a few of the wrong models.
    ///
    /// # Panics
    /// As [`Model::try_out`]; when no transaction begins.
    pub async fn try_rows(
        &self,
        (engine, db): (&str, &Db),
        test: &'static str,
        begin: impl AsyncFn(&mut Tx),
        step: impl AsyncFn(&mut Tx, &'static str, &mut Dice) -> Seen,
    ) -> Promise {
        let promise = self.walk_rows(db, &begin, &step).await.promise(self, engine, test);
        let (wrong, mut found) = (self.wrong(), 0);
        for model in wrong.iter().step_by(wrong.len().div_ceil(WRONG_IN_ROWS)) {
            found += model.walk_rows(db, &begin, &step).await.caught();
        }
        promise.control("a model that is wrong in one cell", found)
    }

    /// Walks beside a machine that stands in rows.
    ///
    /// # Panics
    /// When no transaction begins.
    pub async fn walk_rows(
        &self,
        db: &Db,
        begin: impl AsyncFn(&mut Tx),
        step: impl AsyncFn(&mut Tx, &'static str, &mut Dice) -> Seen,
    ) -> Walked {
        let mut walk = Walk::new(self, tries(1_000, 20_000));
        let mut tx = db.write().await.expect("a transaction begins");
        while let Some(turn) = walk.turn() {
            match turn {
                Turn::Begin => {
                    // There is one writer: what the machine before has written goes first.
                    drop(tx);
                    tx = db.write().await.expect("a transaction begins");
                    begin(&mut tx).await;
                }
                Turn::Take(act) => {
                    let seen = step(&mut tx, act, &mut walk.dice).await;
                    walk.saw(&seen);
                }
            }
        }
        walk.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lamp() -> Model {
        Model::by_act(
            "
                  | off    | on     | broken
            press | on     | off    | -no light
            drop  | broken | broken | -",
        )
    }

    /// A lamp that is on or off, or broken.
    fn step(lamp: &mut Option<bool>, act: &str) -> Seen {
        let said = match (act, *lamp) {
            ("press", Some(is_on)) => {
                *lamp = Some(!is_on);
                Ok(())
            }
            ("drop", Some(_)) => {
                *lamp = None;
                Ok(())
            }
            _ => Err("no light".to_owned()),
        };
        let state = match lamp {
            Some(false) => "off",
            Some(true) => "on",
            None => "broken",
        };
        Seen::of(state, said)
    }

    #[test]
    fn a_machine_is_held_against_its_model_and_every_wrong_model_is_found_out() {
        let found = lamp().wrong().len();
        assert_eq!(found, 11, "two for each arrow and each reason, one for a refusal without");
        let _ = lamp().try_out(module_path!(), || Some(false), |lamp, act, _| step(lamp, act));
    }

    #[test]
    fn a_machine_that_changes_while_it_refuses_is_found_out() {
        let walked = lamp().walk(
            || Some(false),
            |lamp, act, _| {
                let seen = step(lamp, act);
                if lamp.is_none() && act == "press" { Seen::refused("off", "no light") } else { seen }
            },
        );
        assert_eq!(walked.caught(), 1);
    }

    #[test]
    #[should_panic(expected = "never tried")]
    fn a_walk_that_left_something_out_proves_nothing() {
        let model = lamp();
        let mut walk = Walk::new(&model, 1);
        let mut lamp = Some(false);
        while let Some(turn) = walk.turn() {
            if let Turn::Take(act) = turn {
                walk.saw(&step(&mut lamp, act));
            }
        }
        let _ = walk.end().promise(&model, "-", module_path!());
    }

    #[test]
    #[should_panic(expected = "which is no state")]
    fn a_cell_names_a_state() {
        let _ = Model::by_state("|press\noff|onn");
    }
}
