//! Rules of arrangement. Pure: no clock, no database, no HTTP.
pub mod admission_number;
pub mod allocation;
pub mod lots;
pub mod need;
pub mod planned;
pub mod seat_plan;

use kernel::UnixMicros;
use web::Message;

/// How a seat plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStatus {
    /// Drawn; may be drawn again.
    Drafted,
    /// Confirmed; nobody moves any more.
    Confirmed,
}

impl PlanStatus {
    /// Every status.
    pub const ALL: [Self; 2] = [Self::Drafted, Self::Confirmed];

    /// As it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Confirmed => "confirmed",
        }
    }
}

impl TryFrom<String> for PlanStatus {
    type Error = UnknownStatus;

    fn try_from(code: String) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.code() == code).ok_or(UnknownStatus(code))
    }
}

/// A stored status that no version of this program wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no status of a seat plan")]
pub struct UnknownStatus(String);

/// Why something cannot be done with a seat plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArrangementRefused {
    /// Who sits the exam is not settled.
    #[error("the list of admitted candidates is not frozen")]
    NotFrozen,
    /// Nobody moves after confirmation.
    #[error("the seat plan is confirmed")]
    Confirmed,
    /// There is nothing to confirm or to print.
    #[error("there is no confirmed seat plan")]
    NotConfirmed,
    /// Tickets are not printed yet.
    #[error("tickets open at {}", .0.text())]
    TooEarly(UnixMicros),
    /// The year has no running number left.
    #[error("all running numbers of the year are given")]
    SeriesFull,
}

impl ArrangementRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotFrozen => "seat-plan-not-frozen".into(),
            Self::Confirmed => "seat-plan-is-confirmed".into(),
            Self::NotConfirmed => "seat-plan-not-confirmed".into(),
            Self::TooEarly(opens_at) => Message::new("ticket-too-early").with("a", opens_at.text()),
            Self::SeriesFull => "seat-plan-series-full".into(),
        }
    }
}

/// Whether seats may be drawn: only for a frozen list, and never over a confirmed plan.
///
/// # Errors
/// [`ArrangementRefused::NotFrozen`], [`ArrangementRefused::Confirmed`].
pub fn may_draw(is_frozen: bool, status: Option<PlanStatus>) -> Result<(), ArrangementRefused> {
    match (is_frozen, status) {
        (_, Some(PlanStatus::Confirmed)) => Err(ArrangementRefused::Confirmed),
        (false, None | Some(PlanStatus::Drafted)) => Err(ArrangementRefused::NotFrozen),
        (true, None | Some(PlanStatus::Drafted)) => Ok(()),
    }
}

/// Whether a candidate may print their ticket: after confirmation, and not before the tickets open.
///
/// # Errors
/// [`ArrangementRefused::NotConfirmed`], [`ArrangementRefused::TooEarly`].
pub fn may_print_own_ticket(
    status: Option<PlanStatus>,
    opens_at: Option<UnixMicros>,
    now: UnixMicros,
) -> Result<(), ArrangementRefused> {
    if status != Some(PlanStatus::Confirmed) {
        return Err(ArrangementRefused::NotConfirmed);
    }
    match opens_at {
        Some(opens_at) if now < opens_at => Err(ArrangementRefused::TooEarly(opens_at)),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_drawn_for_a_frozen_list_until_the_plan_is_confirmed() {
        for (is_frozen, status, answer) in [
            (false, None, Err(ArrangementRefused::NotFrozen)),
            (true, None, Ok(())),
            (true, Some(PlanStatus::Drafted), Ok(())),
            (false, Some(PlanStatus::Drafted), Err(ArrangementRefused::NotFrozen)),
            (true, Some(PlanStatus::Confirmed), Err(ArrangementRefused::Confirmed)),
        ] {
            assert_eq!(may_draw(is_frozen, status), answer, "{is_frozen} {status:?}");
        }
    }

    #[test]
    fn a_ticket_is_printed_from_the_instant_tickets_open() {
        let opens_at = UnixMicros::new(100);
        let ask = |status, now| may_print_own_ticket(status, Some(opens_at), UnixMicros::new(now));
        assert_eq!(ask(Some(PlanStatus::Confirmed), 100), Ok(()));
        assert_eq!(ask(Some(PlanStatus::Confirmed), 99), Err(ArrangementRefused::TooEarly(opens_at)));
        assert_eq!(ask(Some(PlanStatus::Drafted), 100), Err(ArrangementRefused::NotConfirmed));
        assert_eq!(ask(None, 100), Err(ArrangementRefused::NotConfirmed));
    }
}
