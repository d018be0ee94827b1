//! When an application may be handed in, corrected, taken back; and who may see what is whose.
use kernel::{Day, UnixMicros};
use plan::Window;
use web::{Message, PageError};

use crate::ApplicationStatus;

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
    /// To take an application back is asked twice.
    #[error("the applicant did not say that they are sure")]
    NotSure,
    /// The application was accepted with the photo it has.
    #[error("the application was accepted with this photo")]
    PhotoReviewed,
    /// An application given back, handed in again as it was.
    #[error("nothing is new since the application was given back")]
    NothingNew,
    /// A roster with a wrong row.
    #[error("{0} rows are wrong, nothing was written")]
    WrongRows(usize),
    /// The roster was taken in before.
    #[error("this roster was taken in before")]
    Confirmed,
    /// A job is at the roster.
    #[error("the roster is being worked on")]
    RosterBusy,
    /// Rows of the roster were mended and not checked since.
    #[error("the roster was not checked since it was changed")]
    NotChecked,
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
            Self::NotSure => "registration-not-sure".into(),
            Self::PhotoReviewed => "registration-photo-reviewed".into(),
            Self::NothingNew => "registration-nothing-new".into(),
            Self::WrongRows(rows) => Message::new("roster-wrong-rows").with("rows", rows),
            Self::Confirmed => "roster-confirmed-before".into(),
            Self::RosterBusy => "roster-busy".into(),
            Self::NotChecked => "roster-not-checked".into(),
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

/// What another photo does to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewPhoto {
    /// It is the photo from now on.
    Kept,
    /// It is the first photo of an application accepted without one: somebody looks again.
    ReviewedAgain,
}

/// Whether an application may be given another photo. `reviewed` is the digest of the photo it was
/// decided on, empty for none.
///
/// # Errors
/// It was taken back, or accepted with a photo.
pub fn check_photo(
    status: ApplicationStatus,
    reviewed: Option<&str>,
) -> Result<NewPhoto, RegistrationRefused> {
    match (status, reviewed) {
        (ApplicationStatus::Withdrawn, _) => Err(RegistrationRefused::Withdrawn),
        (ApplicationStatus::Returned, _) | (ApplicationStatus::Submitted, None) => Ok(NewPhoto::Kept),
        (ApplicationStatus::Submitted, Some("")) => Ok(NewPhoto::ReviewedAgain),
        (ApplicationStatus::Submitted, Some(_)) => Err(RegistrationRefused::PhotoReviewed),
    }
}

/// Whether an application may be handed in again with nothing changed but its photo, which is
/// `current` now; `reviewed` is the one it was given back with, empty for none.
///
/// # Errors
/// It was not given back, or the photo is the same.
pub fn check_same_facts(
    status: ApplicationStatus,
    reviewed: Option<&str>,
    current: Option<&str>,
) -> Result<(), RegistrationRefused> {
    match status {
        ApplicationStatus::Withdrawn => Err(RegistrationRefused::Withdrawn),
        ApplicationStatus::Submitted => Err(RegistrationRefused::NotReturned),
        ApplicationStatus::Returned
            if reviewed.is_some() && reviewed == Some(current.unwrap_or_default()) =>
        {
            Err(RegistrationRefused::NothingNew)
        }
        ApplicationStatus::Returned => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_exchanged_until_the_application_is_accepted_with_it() {
        use ApplicationStatus::{Returned, Submitted, Withdrawn};
        let refused = Err(RegistrationRefused::PhotoReviewed);
        for (status, reviewed, wanted) in [
            (Submitted, None, Ok(NewPhoto::Kept)),
            (Submitted, Some("9f2c"), refused),
            (Submitted, Some(""), Ok(NewPhoto::ReviewedAgain)),
            (Returned, Some("9f2c"), Ok(NewPhoto::Kept)),
            (Returned, Some(""), Ok(NewPhoto::Kept)),
            (Withdrawn, None, Err(RegistrationRefused::Withdrawn)),
        ] {
            assert_eq!(check_photo(status, reviewed), wanted, "{status:?} {reviewed:?}");
        }
    }

    #[test]
    fn a_new_photo_alone_is_enough_to_hand_in_again_and_no_photo_is_not() {
        use ApplicationStatus::{Returned, Submitted, Withdrawn};
        let same = Err(RegistrationRefused::NothingNew);
        for (status, reviewed, current, wanted) in [
            (Returned, Some("old"), Some("new"), Ok(())),
            (Returned, Some(""), Some("new"), Ok(())),
            (Returned, Some("old"), Some("old"), same.clone()),
            (Returned, Some(""), None, same),
            (Submitted, None, Some("new"), Err(RegistrationRefused::NotReturned)),
            (Withdrawn, None, Some("new"), Err(RegistrationRefused::Withdrawn)),
        ] {
            assert_eq!(check_same_facts(status, reviewed, current), wanted, "{status:?} {reviewed:?}");
        }
    }

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
