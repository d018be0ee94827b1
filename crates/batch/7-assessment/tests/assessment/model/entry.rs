//! A script of paper theory: read by two clerks, round by round, until two of them read the same.
use assessment::{
    PartOutcome,
    rules::{Entry, EntryState, Slot, agreed, entry_state, next_slot},
};
use kernel::Score;
use testkit::model::{Dice, Model, Seen};

const CLERKS: [&str; 3] = ["one", "two", "three"];
const FIGURES: [PartOutcome; 4] = [
    PartOutcome::Absent,
    PartOutcome::Scored(Score(0)),
    PartOutcome::Scored(Score(6000)),
    PartOutcome::Scored(Score(6001)),
];

/// The clerk and the figure are told by the one that stands alone in its round; where none does, they are any. What is
/// agreed is sealed, and nobody is asked any more.
const TABLE: &str = "
                         | nobody | one             | differ | agreed
another clerk, the same  | one    | agreed          | one    | .
another clerk, another   | one    | differ          | one    | .
the same clerk, the same | one    | -AlreadyEntered | one    | .
the same clerk, another  | one    | -AlreadyEntered | one    | .
";

type Figure = (&'static str, PartOutcome);

/// The entries as the product keeps them, and by hand the figures of each round.
#[derive(Default)]
struct Script {
    entries: Vec<Entry>,
    rounds: Vec<Vec<Figure>>,
}

impl Script {
    /// The figure that stands alone in its round.
    fn alone(&self) -> Option<Figure> {
        self.rounds.last().filter(|round| round.len() == 1).and_then(|round| round.first().copied())
    }

    fn enter(&mut self, who: &'static str, outcome: PartOutcome) -> Result<(), String> {
        let slot = next_slot(&self.entries, who).map_err(|refused| format!("{refused:?}"))?;
        if self.alone().is_none() {
            self.rounds.push(Vec::new());
        }
        if let Some(round) = self.rounds.last_mut() {
            round.push((who, outcome));
        }
        let (round, entry) = (self.rounds.len(), self.rounds.last().map_or(0, Vec::len));
        let by_hand = Slot { round: i64::try_from(round).unwrap(), entry: i64::try_from(entry).unwrap() };
        self.entries.push(Entry { round: slot.round, entry: slot.entry, by: who.to_owned(), outcome });
        if slot == by_hand { Ok(()) } else { Err(format!("{slot:?} and not {by_hand:?}")) }
    }

    /// What a clerk is shown, by hand: their own figures and nobody else's.
    fn shown(&self, who: &str) -> EntryState {
        let own = |round: &Vec<Figure>| round.iter().find(|one| one.0 == who).map(|one| one.1);
        match self.rounds.as_slice() {
            [] => EntryState::Open,
            [.., last] if last.len() == 2 => EntryState::Differs(own(last)),
            [only] => own(only).map_or(EntryState::Open, EntryState::Entered),
            [.., before, last] => own(last).map_or(EntryState::Differs(own(before)), EntryState::Entered),
        }
    }

    fn word(&self) -> String {
        let both = self.rounds.last().filter(|round| round.len() == 2 && round[0].1 == round[1].1);
        if agreed(&self.entries) != both.map(|round| round[0].1) {
            return format!("{:?} is agreed", agreed(&self.entries));
        }
        if both.is_some() {
            return "agreed".to_owned();
        }
        let told = CLERKS.map(|who| entry_state(&self.entries, who));
        if told != CLERKS.map(|who| self.shown(who)) {
            return format!("{told:?} are told");
        }
        let is_entered = told.iter().any(|one| matches!(one, EntryState::Entered(_)));
        match (is_entered, told.contains(&EntryState::Open)) {
            (true, _) => "one".to_owned(),
            (false, true) => "nobody".to_owned(),
            (false, false) => "differ".to_owned(),
        }
    }
}

fn step(script: &mut Script, act: &'static str, dice: &mut Dice) -> Seen {
    let (who, what) = act.split_once(", ").unwrap();
    let (clerk, figure) = script.alone().unwrap_or((dice.of(&CLERKS), dice.of(&FIGURES)));
    let others = CLERKS.into_iter().filter(|one| *one != clerk).collect::<Vec<_>>();
    let figures = FIGURES.into_iter().filter(|one| *one != figure).collect::<Vec<_>>();
    let clerk = if who == "the same clerk" { clerk } else { dice.of(&others) };
    let figure = if what == "the same" { figure } else { dice.of(&figures) };
    let done = script.enter(clerk, figure);
    Seen::of(script.word(), done)
}

#[test]
fn two_clerks_go_where_their_table_says_and_nowhere_else() {
    Model::by_act(TABLE).try_out(module_path!(), Script::default, step).kept();
    testkit::proves!(
        "TR21",
        "two clerks agree or begin a new round as a table drawn by hand says, and are told their own figures alone"
    );
}
