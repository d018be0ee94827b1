//! When an application may be handed in, corrected, taken back; and who may see what is whose.
use kernel::{Day, UnixMicros};
use plan::Window;
use web::{Message, PageError};

/// Why an application cannot be handed in or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationRefused {
    /// The plan is a draft, or has no window.
    #[error("the batch is not published")]
    NotPublished,
    /// Too early.
    #[error("registration opens on {0}")]
    NotOpen(Day),
    /// Too late.
    #[error("registration ended on {0}")]
    Over(Day),
    /// The list of admitted candidates is frozen.
    #[error("the list of this batch is frozen")]
    BookClosed,
    /// Staff have no applications of their own.
    #[error("sign in with a phone")]
    NotACandidate,
    /// Only an application given back can be corrected.
    #[error("this application was not given back")]
    NotReturned,
    /// It was taken back before.
    #[error("this application was withdrawn")]
    Withdrawn,
    /// A roster with a wrong row.
    #[error("{0} rows are wrong, nothing was written")]
    WrongRows(usize),
    /// The roster was taken in before.
    #[error("this roster was taken in before")]
    Confirmed,
    /// No file was chosen.
    #[error("no file was chosen")]
    NoFile,
}

impl RegistrationRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotPublished => "registration-not-published".into(),
            Self::NotOpen(day) => Message::new("registration-not-open").with("day", day),
            Self::Over(day) => Message::new("registration-over").with("day", day),
            Self::BookClosed => "registration-book-closed".into(),
            Self::NotACandidate => "registration-not-a-candidate".into(),
            Self::NotReturned => "registration-not-returned".into(),
            Self::Withdrawn => "registration-withdrawn".into(),
            Self::WrongRows(rows) => Message::new("roster-wrong-rows").with("rows", rows),
            Self::Confirmed => "roster-confirmed-before".into(),
            Self::NoFile => "registration-no-file".into(),
        }
    }
}

impl From<RegistrationRefused> for PageError {
    fn from(refused: RegistrationRefused) -> Self {
        Self::Refused(refused.message())
    }
}

/// Whether `now` is inside a window of a published batch.
///
/// # Errors
/// [`RegistrationRefused`], with the day that matters.
pub fn check_window(
    window: Option<&Window>,
    is_published: bool,
    now: UnixMicros,
) -> Result<(), RegistrationRefused> {
    let Some(window) = window.filter(|_| is_published) else { return Err(RegistrationRefused::NotPublished) };
    if now < window.opens_at {
        return Err(RegistrationRefused::NotOpen(window.opens_at.day()));
    }
    if window.is_open(now) { Ok(()) } else { Err(RegistrationRefused::Over(window.last_day())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registration_is_open_from_its_first_microsecond_to_before_its_end() {
        let at = |text| UnixMicros::parse_text(text).unwrap();
        let window = Window {
            code: "registration".into(),
            opens_at: at("2021-03-16 00:00"),
            closes_at: at("2021-05-01 00:00"),
        };
        let check = |now| check_window(Some(&window), true, now);
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(check(at("2021-03-16 00:00")), Ok(()));
        assert_eq!(check(at("2021-04-30 23:59")), Ok(()));
        let early = UnixMicros::new(at("2021-03-16 00:00").get() - 1);
        assert_eq!(check(early), Err(RegistrationRefused::NotOpen(day("2021-03-16"))));
        assert_eq!(check(at("2021-05-01 00:00")), Err(RegistrationRefused::Over(day("2021-04-30"))));
        let unpublished = check_window(Some(&window), false, at("2021-04-01 00:00"));
        assert_eq!(unpublished, Err(RegistrationRefused::NotPublished));
        assert_eq!(check_window(None, true, at("2021-04-01 00:00")), Err(RegistrationRefused::NotPublished));
    }
}
