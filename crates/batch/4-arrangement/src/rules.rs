//! Rules of arrangement. Pure: no clock, no database, no HTTP.
pub mod admission_number;
pub mod allocation;
pub mod conflict;
pub mod lots;
pub mod moving;
pub mod need;
pub mod overlap;
pub mod planned;
pub mod seat_plan;

use kernel::UnixMicros;
use web::Message;

/// How the seat plan of a batch stands: it is confirmed when every site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStatus {
    /// Some sites are still to be drawn or confirmed.
    Drafted,
    /// Every site is confirmed.
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

/// How one site of a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum SiteStatus {
    /// Nobody has a seat.
    ToDraw,
    /// The rows of a new draw are being written; nobody sees them.
    Drawing,
    /// Drawn; may be drawn again.
    Drawn,
    /// Confirmed; everybody has a number.
    Confirmed,
}

impl SiteStatus {
    /// Every status, the worst first.
    pub const ALL: [Self; 4] = [Self::ToDraw, Self::Drawing, Self::Drawn, Self::Confirmed];
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
    /// Nobody is drawn anew after confirmation.
    #[error("the seat plan is confirmed")]
    Confirmed,
    /// There is nothing to confirm or to print.
    #[error("there is no confirmed seat plan")]
    NotConfirmed,
    /// Nobody has a seat at the site.
    #[error("the site is not drawn")]
    NotDrawn,
    /// A job is at it.
    #[error("the site is being drawn")]
    UnderWay,
    /// No site waits for a draw.
    #[error("no site waits for a draw")]
    NothingToDraw,
    /// Tickets are not printed yet.
    #[error("tickets open at {}", .0.text())]
    TooEarly(UnixMicros),
    /// The year has no running number left.
    #[error("all running numbers of the year are given")]
    SeriesFull,
    /// A number of people in one file that nobody wants.
    #[error("a file of tickets holds 1 to {0} people")]
    PackSize(i64),
    /// Somebody was moved after the pack was made.
    #[error("the pack is out of date")]
    PackOutOfDate,
}

impl ArrangementRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotFrozen => "seat-plan-not-frozen".into(),
            Self::Confirmed => "seat-plan-is-confirmed".into(),
            Self::NotConfirmed => "seat-plan-not-confirmed".into(),
            Self::NotDrawn => "seat-plan-not-drawn".into(),
            Self::UnderWay => "seat-plan-under-way".into(),
            Self::NothingToDraw => "seat-plan-nothing-to-draw".into(),
            Self::TooEarly(opens_at) => Message::new("ticket-too-early").with("a", opens_at.text()),
            Self::SeriesFull => "seat-plan-series-full".into(),
            Self::PackSize(most) => Message::new("pack-refused-size").with("a", most),
            Self::PackOutOfDate => "pack-refused-out-of-date".into(),
        }
    }
}

/// Whether the seats of a site may be drawn: only for a frozen list, never over a confirmed plan, and
/// not while a job is at it. A job that broke off leaves the site half drawn: it is drawn anew.
///
/// # Errors
/// [`ArrangementRefused::NotFrozen`], [`ArrangementRefused::Confirmed`], [`ArrangementRefused::UnderWay`].
pub fn may_draw(is_frozen: bool, status: SiteStatus, is_asked: bool) -> Result<(), ArrangementRefused> {
    match status {
        SiteStatus::Confirmed => Err(ArrangementRefused::Confirmed),
        SiteStatus::ToDraw | SiteStatus::Drawing | SiteStatus::Drawn => match (is_asked, is_frozen) {
            (true, _) => Err(ArrangementRefused::UnderWay),
            (false, false) => Err(ArrangementRefused::NotFrozen),
            (false, true) => Ok(()),
        },
    }
}

/// Whether a site may be confirmed: drawn, and no job is about to draw it again.
///
/// # Errors
/// [`ArrangementRefused::NotDrawn`], [`ArrangementRefused::Confirmed`], [`ArrangementRefused::UnderWay`].
pub fn may_confirm(status: SiteStatus, is_asked: bool) -> Result<(), ArrangementRefused> {
    match status {
        SiteStatus::Confirmed => Err(ArrangementRefused::Confirmed),
        SiteStatus::Drawing => Err(ArrangementRefused::UnderWay),
        SiteStatus::ToDraw => Err(ArrangementRefused::NotDrawn),
        SiteStatus::Drawn if is_asked => Err(ArrangementRefused::UnderWay),
        SiteStatus::Drawn => Ok(()),
    }
}

/// Whether a candidate may print their ticket: after confirmation of their site, and not before the tickets open.
///
/// # Errors
/// [`ArrangementRefused::NotConfirmed`], [`ArrangementRefused::TooEarly`].
pub fn may_print_own_ticket(
    status: Option<SiteStatus>,
    opens_at: Option<UnixMicros>,
    now: UnixMicros,
) -> Result<(), ArrangementRefused> {
    if status != Some(SiteStatus::Confirmed) {
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
    fn seats_are_drawn_for_a_frozen_list_until_the_site_is_confirmed() {
        use SiteStatus::{Confirmed, Drawing, Drawn, ToDraw};
        for (is_frozen, status, is_asked, answer) in [
            (false, ToDraw, false, Err(ArrangementRefused::NotFrozen)),
            (true, ToDraw, false, Ok(())),
            (true, Drawn, false, Ok(())),
            (true, Drawn, true, Err(ArrangementRefused::UnderWay)),
            (true, Drawing, true, Err(ArrangementRefused::UnderWay)),
            (true, Drawing, false, Ok(())),
            (true, Confirmed, false, Err(ArrangementRefused::Confirmed)),
        ] {
            assert_eq!(may_draw(is_frozen, status, is_asked), answer, "{is_frozen} {status:?}");
        }
    }

    #[test]
    fn only_a_drawn_site_at_which_no_job_is_can_be_confirmed() {
        let allowed = |is_asked| {
            let may = |status: &SiteStatus| may_confirm(*status, is_asked).is_ok();
            SiteStatus::ALL.into_iter().filter(may).collect::<Vec<_>>()
        };
        assert_eq!(allowed(false), [SiteStatus::Drawn]);
        assert_eq!(allowed(true), []);
    }

    #[test]
    fn a_ticket_is_printed_from_the_instant_tickets_open() {
        let opens_at = UnixMicros::new(100);
        let ask = |status, now| may_print_own_ticket(status, Some(opens_at), UnixMicros::new(now));
        assert_eq!(ask(Some(SiteStatus::Confirmed), 100), Ok(()));
        assert_eq!(ask(Some(SiteStatus::Confirmed), 99), Err(ArrangementRefused::TooEarly(opens_at)));
        assert_eq!(ask(Some(SiteStatus::Drawn), 100), Err(ArrangementRefused::NotConfirmed));
        assert_eq!(ask(None, 100), Err(ArrangementRefused::NotConfirmed));
    }
}
