//! Keys of the sentences for kinds, modes and states, and their codes in forms and addresses.
use crate::{CaseKind, CaseMode, CaseState};

/// Key of the name of a kind of case.
pub(super) fn kind(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Application => "case-kind-application",
        CaseKind::ScopeChange => "case-kind-scope-change",
        CaseKind::ScopeReduction => "case-kind-scope-reduction",
        CaseKind::Renewal => "case-kind-renewal",
        CaseKind::Confirmation => "case-kind-confirmation",
        CaseKind::Suspension => "case-kind-suspension",
        CaseKind::Resumption => "case-kind-resumption",
        CaseKind::Withdrawal => "case-kind-withdrawal",
    }
}

/// Key of the name of a mode.
pub(super) fn mode(mode: CaseMode) -> &'static str {
    match mode {
        CaseMode::Online => "case-mode-online",
        CaseMode::OnSite => "case-mode-on-site",
        CaseMode::Batch => "case-mode-batch",
        CaseMode::Commitment => "case-mode-commitment",
        CaseMode::NetworkCheck => "case-mode-network-check",
    }
}

/// Class of the tag of a state and key of its words.
pub(super) fn state(state: CaseState) -> (&'static str, &'static str) {
    match state {
        CaseState::Draft => ("tag", "case-state-draft"),
        CaseState::Submitted => ("tag wait", "case-state-submitted"),
        CaseState::Returned => ("tag late", "case-state-returned"),
        CaseState::Complete => ("tag wait", "case-state-complete"),
        CaseState::Assessed => ("tag wait", "case-state-assessed"),
        CaseState::Announced => ("tag wait", "case-state-announced"),
        CaseState::Granted => ("tag done", "case-state-granted"),
        CaseState::Refused => ("tag late", "case-state-refused"),
        CaseState::Withdrawn => ("tag", "case-state-withdrawn"),
    }
}

/// Code of a value in a form: its stored word.
pub(super) fn code<T: serde::Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => code,
        Ok(_) | Err(_) => String::new(),
    }
}
