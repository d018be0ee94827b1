//! Words and colours of states and decisions; they take references because templates hand those out.
use crate::{Decision, State};

/// Key of a state in words.
pub fn state_key(state: &State) -> &'static str {
    match state {
        State::Pending => "admission-state-pending",
        State::Returned => "admission-state-returned",
        State::Refused => "admission-state-refused",
        State::Accepted => "admission-state-accepted",
        State::Paid => "admission-state-paid",
        State::Admitted => "admission-state-admitted",
        State::LeftOut => "admission-state-left-out",
        State::Withdrawn => "admission-state-withdrawn",
    }
}

/// Classes of a state's tag in the style sheet.
pub fn state_class(state: &State) -> &'static str {
    match state {
        State::Pending | State::Accepted => "tag wait",
        State::Returned => "tag now",
        State::Refused | State::LeftOut => "tag late",
        State::Paid | State::Admitted => "tag done",
        State::Withdrawn => "tag",
    }
}

/// Key of a proposal in words.
pub fn proposal_key(proposed: &Decision) -> &'static str {
    match proposed {
        Decision::Accept => "admission-propose-accept",
        Decision::Return => "admission-propose-return",
        Decision::Refuse => "admission-propose-refuse",
    }
}

/// Key of a decision that was made, in words.
pub fn decision_key(decision: &Decision) -> &'static str {
    match decision {
        Decision::Accept => "admission-did-accept",
        Decision::Return => "admission-did-return",
        Decision::Refuse => "admission-did-refuse",
    }
}
