//! How an application stands in this stage, and what may happen to it.
use registration::ApplicationStatus;
use serde::{Deserialize, Serialize};

use super::refused::AdmissionRefused;

/// What a reviewer decides, and what the machine proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Decision {
    /// The conditions are met.
    Accept,
    /// The applicant has to correct or complete it.
    Return,
    /// The conditions are not met.
    Refuse,
}

impl Decision {
    /// All, in the order of the buttons.
    pub const ALL: [Self; 3] = [Self::Accept, Self::Return, Self::Refuse];

    /// Stored word, value of the button and tail of its keys in `locales/`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Return => "return",
            Self::Refuse => "refuse",
        }
    }

    /// The decision of a stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.code() == code)
    }
}

/// How an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum State {
    /// 待审核: submitted, or submitted again, and waits for a reviewer.
    Pending,
    /// 退回: waits for the applicant.
    Returned,
    /// 不予通过.
    Refused,
    /// 待缴费: accepted, the fee is due.
    Accepted,
    /// 已缴费: waits for the list to be frozen.
    Paid,
    /// 报名完成: on the frozen list.
    Admitted,
    /// The list was frozen without it.
    LeftOut,
    /// The applicant took it back.
    Withdrawn,
}

/// What happens to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A reviewer decides.
    Review(Decision),
    /// The applicant changes it and hands it in again.
    Change,
    /// The applicant takes it back.
    Withdraw,
    /// The fee is recorded, or counts again after a second acceptance.
    Pay,
    /// The list is frozen.
    Freeze,
}

/// What this stage recorded about an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// How it stood then.
    pub state: State,
    /// The version the decision gave the application.
    pub application_version: i64,
}

impl State {
    /// All, in the order in which pages count them.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Returned,
        Self::Refused,
        Self::Accepted,
        Self::Paid,
        Self::Admitted,
        Self::LeftOut,
        Self::Withdrawn,
    ];

    /// Stored word and tail of its key in `locales/` (`admission-state-…`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Returned => "returned",
            Self::Refused => "refused",
            Self::Accepted => "accepted",
            Self::Paid => "paid",
            Self::Admitted => "admitted",
            Self::LeftOut => "left_out",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Where an act leads from here.
    ///
    /// # Errors
    /// What stands in the way: a decision stands until the applicant changes the application, a fee
    /// is taken once and only from the accepted, and nothing follows the frozen list.
    pub fn after(self, act: Act) -> Result<Self, AdmissionRefused> {
        match (self, act) {
            (Self::Admitted | Self::LeftOut, _) => Err(AdmissionRefused::Frozen),
            (_, Act::Change) => Ok(Self::Pending),
            (_, Act::Withdraw) => Ok(Self::Withdrawn),
            (Self::Withdrawn, Act::Review(_) | Act::Pay) => Err(AdmissionRefused::Withdrawn),
            (Self::Pending, Act::Review(Decision::Accept)) => Ok(Self::Accepted),
            (Self::Pending, Act::Review(Decision::Return)) => Ok(Self::Returned),
            (Self::Pending, Act::Review(Decision::Refuse)) => Ok(Self::Refused),
            (_, Act::Review(_)) => Err(AdmissionRefused::NotPending),
            (Self::Accepted, Act::Pay) => Ok(Self::Paid),
            (Self::Paid, Act::Pay) => Err(AdmissionRefused::AlreadyPaid),
            (Self::Pending | Self::Returned | Self::Refused, Act::Pay) => Err(AdmissionRefused::NotAccepted),
            (Self::Paid, Act::Freeze) => Ok(Self::Admitted),
            (Self::Pending | Self::Returned | Self::Accepted, Act::Freeze) => Ok(Self::LeftOut),
            (Self::Refused | Self::Withdrawn, Act::Freeze) => Ok(self),
        }
    }

    /// How an application stands, from what this stage recorded (none before the first review) and
    /// from the application as it is now.
    #[must_use]
    pub fn of(recorded: Option<Recorded>, status: ApplicationStatus, version: i64) -> Self {
        let Some(recorded) = recorded else {
            return if status == ApplicationStatus::Withdrawn { Self::Withdrawn } else { Self::Pending };
        };
        if matches!(recorded.state, Self::Admitted | Self::LeftOut) {
            return recorded.state;
        }
        match status {
            ApplicationStatus::Withdrawn => Self::Withdrawn,
            // Whoever changes an application after the decision asks for another one.
            ApplicationStatus::Submitted | ApplicationStatus::Returned
                if recorded.application_version < version =>
            {
                Self::Pending
            }
            ApplicationStatus::Submitted | ApplicationStatus::Returned => recorded.state,
        }
    }
}

/// Checks a reviewer's decision against what the machine proposed; tells whether it departs from it.
///
/// # Errors
/// Without a reason: to return, to refuse, or to depart from the proposal.
pub fn check_review(decision: Decision, proposed: Decision, reason: &str) -> Result<bool, AdmissionRefused> {
    let departs = decision != proposed;
    if !reason.trim().is_empty() {
        return Ok(departs);
    }
    if departs {
        return Err(AdmissionRefused::DepartureNeedsReason);
    }
    match decision {
        Decision::Accept => Ok(false),
        Decision::Return | Decision::Refuse => Err(AdmissionRefused::ReasonNeeded),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            4 => prop::sample::select(Decision::ALL.to_vec()).prop_map(Act::Review),
            2 => Just(Act::Change),
            1 => Just(Act::Withdraw),
            3 => Just(Act::Pay),
            1 => Just(Act::Freeze),
        ]
    }

    /// The rows as the stores of this stage and of registration keep them.
    struct Rows {
        recorded: Option<Recorded>,
        status: ApplicationStatus,
        version: i64,
        has_paid: bool,
    }

    impl Rows {
        fn state(&self) -> State {
            State::of(self.recorded, self.status, self.version)
        }

        fn keep(&mut self, act: Act, state: State) {
            match act {
                Act::Review(decision) => {
                    self.version += 1;
                    self.status = match decision {
                        Decision::Return => ApplicationStatus::Returned,
                        Decision::Accept | Decision::Refuse => ApplicationStatus::Submitted,
                    };
                    self.recorded = Some(Recorded { state, application_version: self.version });
                }
                Act::Change | Act::Withdraw => {
                    self.version += 1;
                    self.status = match act {
                        Act::Withdraw => ApplicationStatus::Withdrawn,
                        Act::Change | Act::Review(_) | Act::Pay | Act::Freeze => ApplicationStatus::Submitted,
                    };
                }
                Act::Pay | Act::Freeze => {
                    self.has_paid |= act == Act::Pay;
                    let application_version =
                        self.recorded.map_or(self.version, |row| row.application_version);
                    if self.recorded.is_some() || state == State::LeftOut {
                        self.recorded = Some(Recorded { state, application_version });
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_walk_reaches_the_list_without_acceptance_and_payment(acts in prop::collection::vec(act(), 1..60)) {
            let mut rows =
                Rows { recorded: None, status: ApplicationStatus::Submitted, version: 1, has_paid: false };
            let (mut state, mut stands_accepted) = (State::Pending, false);
            for act in acts {
                let before = state;
                let Ok(after) = state.after(act) else { continue };
                prop_assert!(!matches!(before, State::Admitted | State::LeftOut), "{before:?} is final");
                if matches!(act, Act::Change | Act::Withdraw | Act::Review(_)) {
                    stands_accepted = act == Act::Review(Decision::Accept);
                }
                // A fee that was taken counts again when the changed application is accepted.
                state = if after == State::Accepted && rows.has_paid { after.after(Act::Pay).unwrap() } else { after };
                if !(act == Act::Freeze && matches!(state, State::Refused | State::Withdrawn)) {
                    rows.keep(act, state);
                }
                prop_assert_eq!(rows.state(), state, "the rows after {:?} from {:?}", act, before);
                if matches!(state, State::Paid | State::Admitted) {
                    prop_assert!(stands_accepted && rows.has_paid);
                }
            }
        }
    }

    #[test]
    fn every_arrow_is_as_drawn() {
        let acts = [
            Act::Review(Decision::Accept),
            Act::Review(Decision::Return),
            Act::Review(Decision::Refuse),
            Act::Change,
            Act::Withdraw,
            Act::Pay,
            Act::Freeze,
        ];
        let drawn = [
            ("pending", ["accepted", "returned", "refused", "pending", "withdrawn", "-", "left_out"]),
            ("returned", ["-", "-", "-", "pending", "withdrawn", "-", "left_out"]),
            ("refused", ["-", "-", "-", "pending", "withdrawn", "-", "refused"]),
            ("accepted", ["-", "-", "-", "pending", "withdrawn", "paid", "left_out"]),
            ("paid", ["-", "-", "-", "pending", "withdrawn", "-", "admitted"]),
            ("admitted", ["-", "-", "-", "-", "-", "-", "-"]),
            ("left_out", ["-", "-", "-", "-", "-", "-", "-"]),
            ("withdrawn", ["-", "-", "-", "pending", "withdrawn", "-", "withdrawn"]),
        ];
        assert_eq!(drawn.len(), State::ALL.len());
        for (from, to) in drawn {
            let from = State::from_code(from).unwrap();
            let found = acts.map(|act| from.after(act).map_or("-", State::code));
            assert_eq!(found, to, "{from:?}");
        }
    }

    #[test]
    fn to_refuse_or_to_depart_from_the_proposal_takes_a_reason() {
        use Decision::{Accept, Refuse, Return};
        assert_eq!(check_review(Accept, Accept, ""), Ok(false));
        assert_eq!(check_review(Refuse, Refuse, " "), Err(AdmissionRefused::ReasonNeeded));
        assert_eq!(check_review(Return, Return, ""), Err(AdmissionRefused::ReasonNeeded));
        assert_eq!(check_review(Accept, Refuse, ""), Err(AdmissionRefused::DepartureNeedsReason));
        assert_eq!(check_review(Accept, Refuse, "the employer confirmed two more years"), Ok(true));
        assert_eq!(check_review(Refuse, Refuse, "3 years of 4"), Ok(false));
    }
}
