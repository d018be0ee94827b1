//! TR21: an application from its submission to the frozen list, beside a model drawn by hand: review, payment,
//! withdrawal and freeze in any order.
//!
//! Where an act leads and how an application stands are the product's rules. What is written when they agree stands
//! here as the pages do it (`decision`, `receipt`, `freeze`): a fee is kept for good and counts again when a changed
//! application is accepted, and behind the frozen list the row of the batch lets nobody pass.
use admission::{Act, AdmissionRefused, Decision, Recorded, State};
use registration::ApplicationStatus;
use testkit::model::{Dice, Model, Seen};

/// With `$` the fee was taken earlier. What was refused or taken back stays so behind the frozen list.
const TABLE: &str = "
            | accept      | return      | refuse      | change    | withdraw    | pay          | freeze
pending     | accepted    | returned    | refused     | pending   | withdrawn   | -NotAccepted | left_out
returned    | -NotPending | -NotPending | -NotPending | pending   | withdrawn   | -NotAccepted | left_out
refused     | -NotPending | -NotPending | -NotPending | pending   | withdrawn   | -NotAccepted | refused for good
accepted    | -NotPending | -NotPending | -NotPending | pending   | withdrawn   | paid         | left_out
paid        | -NotPending | -NotPending | -NotPending | pending $ | withdrawn $ | -AlreadyPaid | admitted
withdrawn   | -Withdrawn  | -Withdrawn  | -Withdrawn  | pending   | withdrawn   | -Withdrawn   | withdrawn for good
admitted    | -Frozen     | -Frozen     | -Frozen     | -Frozen   | -Frozen     | -Frozen      | -Frozen
left_out    | -Frozen     | -Frozen     | -Frozen     | -Frozen   | -Frozen     | -Frozen      | -Frozen
pending $   | paid        | returned $  | refused $   | pending $ | withdrawn $ | -NotAccepted | left_out
returned $  | -NotPending | -NotPending | -NotPending | pending $ | withdrawn $ | -NotAccepted | left_out
refused $   | -NotPending | -NotPending | -NotPending | pending $ | withdrawn $ | -NotAccepted | refused for good
withdrawn $ | -Withdrawn  | -Withdrawn  | -Withdrawn  | pending $ | withdrawn $ | -Withdrawn   | withdrawn for good
refused for good   | -NotPending | -NotPending | -NotPending | -Frozen | -Frozen | -NotAccepted | -Frozen
withdrawn for good | -Withdrawn  | -Withdrawn  | -Withdrawn  | -Frozen | -Frozen | -Withdrawn   | -Frozen
";

/// The rows of one application, as the stages keep them.
struct Rows {
    recorded: Option<Recorded>,
    status: ApplicationStatus,
    version: i64,
    has_paid: bool,
    is_frozen: bool,
}

fn submitted() -> Rows {
    let status = ApplicationStatus::Submitted;
    Rows { recorded: None, status, version: 1, has_paid: false, is_frozen: false }
}

impl Rows {
    fn state(&self) -> State {
        State::of(self.recorded, self.status, self.version)
    }

    fn word(&self) -> String {
        let word = self.state().code();
        match self.state() {
            State::Refused | State::Withdrawn if self.is_frozen => format!("{word} for good"),
            State::Pending | State::Returned | State::Refused | State::Withdrawn if self.has_paid => {
                format!("{word} $")
            }
            State::Pending | State::Returned | State::Refused | State::Withdrawn => word.to_owned(),
            State::Accepted | State::Paid | State::Admitted | State::LeftOut => word.to_owned(),
        }
    }

    fn take(&mut self, act: Act) -> Result<(), AdmissionRefused> {
        let led = self.state().after(act)?;
        // What the rule lets through the row of the batch does not.
        if self.is_frozen {
            return Err(AdmissionRefused::Frozen);
        }
        let state = if led == State::Accepted && self.has_paid { led.after(Act::Pay)? } else { led };
        match act {
            Act::Review(decision) => {
                self.version += 1;
                self.status = match decision {
                    Decision::Return => ApplicationStatus::Returned,
                    Decision::Accept | Decision::Refuse => ApplicationStatus::Submitted,
                };
                self.recorded = Some(Recorded { state, application_version: self.version });
            }
            Act::Change => self.hand_in(ApplicationStatus::Submitted),
            Act::Withdraw => self.hand_in(ApplicationStatus::Withdrawn),
            Act::Pay => {
                self.has_paid = true;
                self.recorded = self.recorded.map(|row| Recorded { state, ..row });
            }
            Act::Freeze => {
                self.is_frozen = true;
                if matches!(state, State::Admitted | State::LeftOut) {
                    let application_version = self.recorded.map_or(0, |row| row.application_version);
                    self.recorded = Some(Recorded { state, application_version });
                }
            }
        }
        Ok(())
    }

    fn hand_in(&mut self, status: ApplicationStatus) {
        self.version += 1;
        self.status = status;
    }
}

fn step(rows: &mut Rows, act: &'static str, _: &mut Dice) -> Seen {
    let act = match act {
        "accept" => Act::Review(Decision::Accept),
        "return" => Act::Review(Decision::Return),
        "refuse" => Act::Review(Decision::Refuse),
        "change" => Act::Change,
        "withdraw" => Act::Withdraw,
        "pay" => Act::Pay,
        "freeze" => Act::Freeze,
        other => unreachable!("{other}"),
    };
    let done = rows.take(act).map_err(|refused| format!("{refused:?}"));
    Seen::of(rows.word(), done)
}

#[test]
fn an_application_goes_where_its_table_says_and_nowhere_else() {
    Model::by_state(TABLE).try_out(module_path!(), submitted, step).kept();
    testkit::proves!(
        "TR21",
        "review, payment, withdrawal and freeze lead where a table drawn by hand says, and nothing follows the frozen list"
    );
}
