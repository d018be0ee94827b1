//! A seeded walk beside a machine: which act comes next, and whether it came to what was drawn.
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{At, Cell, Dice, Model, Seen};
use crate::Promise;

/// Acts on one machine, at most: most machines come to an end and stay there.
const ACTS_MOST: usize = 40;

fn seed() -> u64 {
    std::env::var("TR21_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_210_522)
}

/// What comes next on a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A new machine, in the first state of the model.
    Begin,
    /// This act on it; then [`Walk::saw`].
    Take(&'static str),
}

/// A walk beside a machine, driven by whoever has the machine.
#[derive(Debug)]
pub struct Walk<'m> {
    model: &'m Model,
    /// For whatever is drawn beside the acts.
    pub dice: Dice,
    seed: u64,
    /// Steps to go.
    steps: usize,
    /// Acts until a new machine begins.
    left: usize,
    state: &'static str,
    act: &'static str,
    path: Vec<&'static str>,
    tried: BTreeMap<At, usize>,
    difference: Option<String>,
}

impl<'m> Walk<'m> {
    /// A walk of so many steps beside a machine of this model.
    #[must_use]
    pub fn new(model: &'m Model, steps: usize) -> Self {
        let seed = seed();
        Self {
            model,
            dice: Dice::new(seed),
            seed,
            steps,
            left: 0,
            state: "",
            act: "",
            path: Vec::new(),
            tried: BTreeMap::new(),
            difference: None,
        }
    }

    /// What to do now; none at the end, and after the first difference.
    pub fn turn(&mut self) -> Option<Turn> {
        if self.difference.is_some() || self.steps == 0 {
            return None;
        }
        let acts: Vec<&'static str> = self.model.acts_in(self.state).map(|(act, _)| act).collect();
        let mut guide = None;
        // Every second time on the way to what was not tried yet: chance alone seldom comes to the far end of a table.
        if self.left > 0 && self.tried.len() < self.model.cells.len() && self.dice.below(2) == 0 {
            guide = self.toward_untried();
            if guide.is_none() && !self.path.is_empty() {
                self.left = 0;
            }
        }
        // There is no machine yet, or nothing can be done with it any more.
        if self.left == 0 || acts.is_empty() {
            self.left = 1 + self.dice.below(ACTS_MOST);
            self.state = self.model.states.first().copied().unwrap_or_default();
            self.path.clear();
            return Some(Turn::Begin);
        }
        self.left -= 1;
        self.steps -= 1;
        self.act = guide.unwrap_or_else(|| self.dice.of(&acts));
        Some(Turn::Take(self.act))
    }

    /// The first act on the shortest way to a cell that was never tried; none where there is no way from here.
    fn toward_untried(&self) -> Option<&'static str> {
        let mut reached = BTreeSet::from([self.state]);
        let mut ways = VecDeque::from([(self.state, None)]);
        while let Some((state, first)) = ways.pop_front() {
            for (act, cell) in self.model.acts_in(state) {
                let first = first.unwrap_or(act);
                if !self.tried.contains_key(&(state, act)) {
                    return Some(first);
                }
                if let Cell::Leads(to) = cell
                    && reached.insert(to)
                {
                    ways.push_back((to, Some(first)));
                }
            }
        }
        None
    }

    /// Notes what the act came to.
    ///
    /// # Panics
    /// When no act was taken.
    pub fn saw(&mut self, seen: &Seen) {
        let at = (self.state, self.act);
        let cell = self.model.cells[&at];
        *self.tried.entry(at).or_default() += 1;
        self.path.push(self.act);
        let fits = match cell {
            Cell::Leads(to) => seen.state == to && seen.refused.is_none(),
            Cell::Refused(why) => {
                let is_why = |said: &String| why.is_empty() || said == why;
                seen.state == self.state && seen.refused.as_ref().is_some_and(is_why)
            }
        };
        if let (Cell::Leads(to), true) = (cell, fits) {
            self.state = to;
        }
        if !fits {
            let Self { state, act, path, .. } = self;
            self.difference =
                Some(format!("{act:?} in {state:?}: {cell:?} was drawn, {seen:?} came, after {path:?}"));
        }
    }

    /// What was walked.
    pub fn end(self) -> Walked {
        Walked { seed: self.seed, tried: self.tried, difference: self.difference }
    }
}

/// A walk that is over.
#[derive(Debug)]
#[must_use = "it says whether the machine is that of the model"]
pub struct Walked {
    seed: u64,
    tried: BTreeMap<At, usize>,
    difference: Option<String>,
}

impl Walked {
    /// The promise as this walk kept it; its control is still to come.
    ///
    /// # Panics
    /// When the machine went elsewhere than the model, or a cell was never tried.
    pub fn promise(&self, model: &Model, engine: &str, test: &'static str) -> Promise {
        let Self { seed, tried, difference } = self;
        println!("TR21_SEED={seed}");
        assert_eq!(*difference, None::<String>, "TR21_SEED={seed}");
        let untried: Vec<_> = model.cells.keys().filter(|at| !tried.contains_key(*at)).collect();
        assert!(untried.is_empty(), "TR21_SEED={seed}: never tried: {untried:?}");
        let legal = model.cells.values().filter(|cell| matches!(cell, Cell::Leads(_))).count();
        Promise::of("TR21", engine, test)
            .seed(*seed)
            .count("steps", tried.values().sum())
            .count("states", model.states.len())
            .count("legal acts taken", legal)
            .count("illegal acts refused", model.cells.len() - legal)
            .count("differences", 0)
    }

    /// One difference found, for a control.
    ///
    /// # Panics
    /// When there was none: then the walk cannot tell.
    #[must_use]
    pub fn caught(&self) -> usize {
        assert!(
            self.difference.is_some(),
            "TR21_SEED={}: nothing differs from a model that is wrong",
            self.seed
        );
        1
    }
}
