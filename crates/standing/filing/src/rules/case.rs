//! A filing as a case (备案办理): what may happen to it, in which order, and by which day. Pure.
use kernel::{Day, WorkingCalendar};
use serde::{Deserialize, Serialize};

use super::{procedure::Procedure, refusal::CaseRefused};

/// What a case asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum CaseKind {
    /// A first filing (首次备案).
    Application,
    /// More occupations, trades or levels (变更评价范围).
    ScopeChange,
    /// Fewer (缩减评价范围).
    ScopeReduction,
    /// More time (延续备案).
    Renewal,
    /// The end of a trial (转正).
    Confirmation,
    /// It shall not count for a while (暂停).
    Suspension,
    /// It shall count again (恢复).
    Resumption,
    /// It shall end (注销).
    Withdrawal,
}

impl CaseKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Application,
        Self::ScopeChange,
        Self::ScopeReduction,
        Self::Renewal,
        Self::Confirmation,
        Self::Suspension,
        Self::Resumption,
        Self::Withdrawal,
    ];

    /// Whether it is about a filing that is there already.
    #[must_use]
    pub fn is_of_a_filing(self) -> bool {
        self != Self::Application
    }

    /// Whether it names lines of a scope.
    #[must_use]
    pub fn names_scope(self) -> bool {
        matches!(self, Self::Application | Self::ScopeChange | Self::ScopeReduction)
    }
}

/// How a case came in.
///
/// Source: 「上门服务」「现场集中办理」「网上申报」「告知承诺」「网络核验」 are the modes that a notice on enterprises' own evaluation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum CaseMode {
    /// 网上申报.
    Online,
    /// 上门服务.
    OnSite,
    /// 现场集中办理.
    Batch,
    /// 告知承诺: some papers are promised and follow.
    Commitment,
    /// 网络核验.
    NetworkCheck,
}

impl CaseMode {
    /// Every mode.
    pub const ALL: [Self; 5] =
        [Self::Online, Self::OnSite, Self::Batch, Self::Commitment, Self::NetworkCheck];

    /// Whether the applicant opens it and hands in the papers; otherwise the authority does, at their place or from
    /// other registers.
    #[must_use]
    pub fn is_by_the_applicant(self) -> bool {
        matches!(self, Self::Online | Self::Commitment)
    }
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum CaseState {
    /// The applicant gathers papers.
    Draft,
    /// The authority looks whether it is complete.
    Submitted,
    /// The applicant corrects what one notice named (一次性告知).
    Returned,
    /// It is complete; experts assess, or where nothing is assessed, it is decided.
    Complete,
    /// All experts have sealed what they found; it is decided.
    Assessed,
    /// Approved, and announced to the public (公示).
    Announced,
    /// Done: the filing says so.
    Granted,
    /// Refused.
    Refused,
    /// The applicant took it back.
    Withdrawn,
}

impl CaseState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Submitted,
        Self::Returned,
        Self::Complete,
        Self::Assessed,
        Self::Announced,
        Self::Granted,
        Self::Refused,
        Self::Withdrawn,
    ];

    /// Whether nothing happens to it any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Granted | Self::Refused | Self::Withdrawn)
    }
}

/// What somebody does to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseAct {
    /// The applicant hands it in.
    Submit,
    /// The authority names what is to be corrected.
    Return,
    /// The authority finds it complete.
    FindComplete,
    /// The last expert has sealed.
    Assess,
    /// Two people approve.
    Approve,
    /// Two people refuse.
    Refuse,
    /// The announcement is over.
    Grant,
    /// The applicant takes it back.
    Withdraw,
}

/// What the next state depends on besides the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// Whether corrections were asked for already.
    pub was_returned: bool,
    /// Whether experts assess it.
    pub is_assessed: bool,
    /// Whether it is announced before it is granted.
    pub is_announced: bool,
}

/// Where a case stands after an act.
///
/// # Errors
/// [`CaseRefused::NotNow`], [`CaseRefused::ReturnedBefore`].
pub fn after(state: CaseState, act: CaseAct, course: Course) -> Result<CaseState, CaseRefused> {
    use CaseAct::{Approve, Assess, FindComplete, Grant, Refuse, Return, Submit, Withdraw};
    use CaseState::{Announced, Assessed, Complete, Draft, Granted, Refused, Returned, Submitted, Withdrawn};
    let is_to_be_decided = state == Assessed || (state == Complete && !course.is_assessed);
    match act {
        Submit if matches!(state, Draft | Returned) => Ok(Submitted),
        Return if state == Submitted && course.was_returned => Err(CaseRefused::ReturnedBefore),
        Return if state == Submitted => Ok(Returned),
        FindComplete if state == Submitted => Ok(Complete),
        Assess if state == Complete && course.is_assessed => Ok(Assessed),
        Approve if is_to_be_decided => Ok(if course.is_announced { Announced } else { Granted }),
        // What is not complete after its one notice is refused as well, and so is what no expert is left to assess.
        Refuse if matches!(state, Returned | Complete | Assessed | Announced) => Ok(Refused),
        Refuse if state == Submitted && course.was_returned => Ok(Refused),
        Grant if state == Announced => Ok(Granted),
        Withdraw if !state.is_over() => Ok(Withdrawn),
        Submit | Return | FindComplete | Assess | Approve | Refuse | Grant | Withdraw => {
            Err(CaseRefused::NotNow)
        }
    }
}

/// The last day on which the authority does its next step in time; none while it waits for somebody else. The first day
/// that counts is the one after `since`.
#[must_use]
pub fn due_on(
    state: CaseState,
    since: Day,
    procedure: &Procedure,
    calendar: &WorkingCalendar,
) -> Option<Day> {
    let days = match state {
        CaseState::Submitted => procedure.accept_days,
        CaseState::Complete if procedure.is_assessed() => procedure.assess_days,
        CaseState::Complete | CaseState::Assessed => procedure.decide_days,
        CaseState::Draft
        | CaseState::Returned
        | CaseState::Announced
        | CaseState::Granted
        | CaseState::Refused
        | CaseState::Withdrawn => return None,
    };
    Some(calendar.plus_working_days(since, days))
}

#[cfg(test)]
mod tests {
    use super::{
        CaseAct::{self, Approve, Assess, FindComplete, Grant, Refuse, Return, Submit, Withdraw},
        CaseRefused,
        CaseState::{
            self, Announced, Assessed, Complete, Draft, Granted, Refused, Returned, Submitted, Withdrawn,
        },
        Course, after,
    };

    const ACTS: [CaseAct; 8] = [Submit, Return, FindComplete, Assess, Approve, Refuse, Grant, Withdraw];
    const PLAIN: Course = Course { was_returned: false, is_assessed: true, is_announced: true };

    /// Every cell where something happens, drawn by hand from what a case is; everything else is refused.
    const DRAWN: &[(CaseState, CaseAct, CaseState)] = &[
        (Draft, Submit, Submitted),
        (Draft, Withdraw, Withdrawn),
        (Submitted, Return, Returned),
        (Submitted, FindComplete, Complete),
        (Submitted, Withdraw, Withdrawn),
        (Returned, Submit, Submitted),
        (Returned, Refuse, Refused),
        (Returned, Withdraw, Withdrawn),
        (Complete, Assess, Assessed),
        (Complete, Refuse, Refused),
        (Complete, Withdraw, Withdrawn),
        (Assessed, Approve, Announced),
        (Assessed, Refuse, Refused),
        (Assessed, Withdraw, Withdrawn),
        (Announced, Grant, Granted),
        (Announced, Refuse, Refused),
        (Announced, Withdraw, Withdrawn),
    ];

    #[test]
    fn a_case_goes_where_the_drawing_says_and_nowhere_else() {
        for state in CaseState::ALL {
            for act in ACTS {
                let drawn = DRAWN.iter().find(|(from, by, _)| (*from, *by) == (state, act));
                let expected = drawn.map(|(_, _, to)| *to).ok_or(CaseRefused::NotNow);
                assert_eq!(after(state, act, PLAIN), expected, "{state:?} {act:?}");
            }
        }
        testkit::proves!(
            "S1-04",
            "application, assessment, approval and publication follow one another, case by case"
        );
    }

    #[test]
    fn corrections_are_asked_for_once_and_then_it_is_complete_or_refused() {
        let again = Course { was_returned: true, ..PLAIN };
        assert_eq!(after(Submitted, Return, again), Err(CaseRefused::ReturnedBefore));
        assert_eq!(after(Submitted, Refuse, again), Ok(Refused));
        assert_eq!(after(Submitted, Refuse, PLAIN), Err(CaseRefused::NotNow), "its one notice comes first");
        assert_eq!(after(Submitted, FindComplete, again), Ok(Complete));
    }

    #[test]
    fn what_nobody_assesses_is_decided_once_complete_and_what_is_not_announced_is_granted() {
        let short = Course { is_assessed: false, is_announced: false, ..PLAIN };
        assert_eq!(after(Complete, Approve, short), Ok(Granted));
        assert_eq!(after(Complete, Refuse, short), Ok(Refused));
        assert_eq!(after(Complete, Assess, short), Err(CaseRefused::NotNow));
        assert_eq!(after(Complete, Approve, PLAIN), Err(CaseRefused::NotNow), "experts come first");
    }
}
