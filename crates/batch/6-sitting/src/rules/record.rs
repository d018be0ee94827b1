//! What is written into a room's record on the day: incidents, violations, extra time.
use kernel::UnixMicros;
use web::Message;

/// Longest note to an event, in characters.
/// Source: [own]; a screenful on a phone.
pub const NOTE_MAX: usize = 500;
/// Minutes an invigilator may give one candidate without asking: what a change of machine or a
/// restart takes, several times over.
/// Source: [own].
const INVIGILATOR_MINUTES: i64 = 15;
/// Minutes one candidate may be given in all. What costs more than an hour is no interruption any
/// more but another sitting, and that is arranged, not typed in at the door.
/// Source: [own].
const CHIEF_MINUTES: i64 = 60;

/// What kind of line a line of the record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventSort {
    /// Something went wrong, and nobody is to blame.
    Incident,
    /// A candidate is said to have broken the rules.
    Violation,
    /// Minutes beyond the turn.
    ExtraTime,
    /// The candidate went on at another machine.
    MachineChange,
    /// A machine that had been left handed over answers that do not count.
    LateAnswers,
}

impl EventSort {
    /// All of them, for tests.
    pub const ALL: [Self; 5] =
        [Self::Incident, Self::Violation, Self::ExtraTime, Self::MachineChange, Self::LateAnswers];

    /// The word of the row.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Violation => "violation",
            Self::ExtraTime => "extra_time",
            Self::MachineChange => "machine_change",
            Self::LateAnswers => "late_answers",
        }
    }

    /// The sort of a row's word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }

    /// Key of its word.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Incident => "event-incident",
            Self::Violation => "event-violation",
            Self::ExtraTime => "event-extra-time",
            Self::MachineChange => "event-machine-change",
            Self::LateAnswers => "event-late-answers",
        }
    }

    /// Class of its tag.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Violation => "late",
            Self::Incident | Self::LateAnswers => "wait",
            Self::ExtraTime | Self::MachineChange => "now",
        }
    }

    /// Whether a person wrote it and may have been wrong: then it can be struck out. Minutes that
    /// were given are never taken back, and what a machine did cannot be undone.
    #[must_use]
    pub fn can_be_struck_out(self) -> bool {
        match self {
            Self::Incident | Self::Violation => true,
            Self::ExtraTime | Self::MachineChange | Self::LateAnswers => false,
        }
    }
}

/// Who gives extra time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// Who watches the room.
    Invigilator,
    /// Who answers for the site: the exam officer.
    Chief,
}

impl Authority {
    /// Minutes one candidate may have been given in all, when this person gives the last of them.
    #[must_use]
    pub fn minutes(self) -> i64 {
        match self {
            Self::Invigilator => INVIGILATOR_MINUTES,
            Self::Chief => CHIEF_MINUTES,
        }
    }
}

/// Why nothing was written into the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordRefused {
    /// No kind was chosen, or one that is not in force.
    #[error("no kind is chosen")]
    NoKind,
    /// A violation without a word on what happened.
    #[error("a violation needs a note")]
    NoNote,
    /// The note is too long.
    #[error("the note is too long")]
    LongNote,
    /// Not a whole number of minutes above nothing.
    #[error("not a number of minutes")]
    NoMinutes,
    /// More than this person may give; what remains.
    #[error("more minutes than may be given: {left} are left")]
    TooManyMinutes {
        /// Minutes that may still be given.
        left: i64,
        /// In all.
        most: i64,
    },
    /// Nobody works there now.
    #[error("nobody is at work")]
    NobodyWorks,
    /// The line cannot be struck out.
    #[error("the line cannot be struck out")]
    NotStruckOut,
}

impl RecordRefused {
    /// What to tell the user.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::NoKind => Message::new("record-no-kind"),
            Self::NoNote => Message::new("record-no-note"),
            Self::LongNote => Message::new("record-long-note").with("n", NOTE_MAX),
            Self::NoMinutes => Message::new("record-no-minutes"),
            Self::TooManyMinutes { left, most } => {
                Message::new("record-too-many-minutes").with("left", left).with("most", most)
            }
            Self::NobodyWorks => Message::new("record-nobody-works"),
            Self::NotStruckOut => Message::new("record-not-struck-out"),
        }
    }
}

impl From<RecordRefused> for web::PageError {
    fn from(refused: RecordRefused) -> Self {
        Self::Refused(refused.message())
    }
}

/// When the work ends after `minutes` more, where `given` were given before. It never ends sooner,
/// and what has reached its close is not opened again.
///
/// # Errors
/// [`RecordRefused`] when the minutes are none, too many, or the time is over at `now`.
pub fn later_close(
    close_at: UnixMicros,
    given: i64,
    minutes: i64,
    by: Authority,
    now: UnixMicros,
) -> Result<UnixMicros, RecordRefused> {
    if minutes < 1 {
        return Err(RecordRefused::NoMinutes);
    }
    let (most, left) = (by.minutes(), (by.minutes() - given).max(0));
    if minutes > left {
        return Err(RecordRefused::TooManyMinutes { left, most });
    }
    if now >= close_at {
        return Err(RecordRefused::NobodyWorks);
    }
    Ok(close_at.plus_minutes(minutes))
}

/// A note as it is kept: without blanks around it.
///
/// # Errors
/// When it is too long, or a violation has none.
pub fn note(sort: EventSort, typed: &str) -> Result<String, RecordRefused> {
    let note = typed.trim();
    if sort == EventSort::Violation && note.is_empty() {
        return Err(RecordRefused::NoNote);
    }
    if note.chars().count() > NOTE_MAX {
        return Err(RecordRefused::LongNote);
    }
    Ok(note.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOSE: UnixMicros = UnixMicros::new(1_621_650_600_000_000);

    #[test]
    fn time_is_only_ever_added_and_only_while_there_is_some_left() {
        for minutes in [i64::MIN, -1, 0] {
            let refused = later_close(CLOSE, 0, minutes, Authority::Chief, CLOSE.plus_minutes(-1));
            assert_eq!(refused, Err(RecordRefused::NoMinutes), "{minutes}");
        }
        let last = UnixMicros::new(CLOSE.get() - 1);
        assert_eq!(later_close(CLOSE, 0, 1, Authority::Invigilator, last), Ok(CLOSE.plus_minutes(1)));
        let late = later_close(CLOSE, 0, 1, Authority::Invigilator, CLOSE);
        assert_eq!(late, Err(RecordRefused::NobodyWorks));
    }

    #[test]
    fn an_invigilator_gives_a_quarter_of_an_hour_and_the_chief_an_hour_in_all() {
        let give = |given, minutes, by| later_close(CLOSE, given, minutes, by, CLOSE.plus_minutes(-30));
        assert_eq!(give(0, 15, Authority::Invigilator), Ok(CLOSE.plus_minutes(15)));
        let more = RecordRefused::TooManyMinutes { left: 5, most: 15 };
        assert_eq!(give(10, 6, Authority::Invigilator), Err(more));
        assert_eq!(give(10, 50, Authority::Chief), Ok(CLOSE.plus_minutes(50)));
        let more = RecordRefused::TooManyMinutes { left: 0, most: 15 };
        assert_eq!(give(40, 1, Authority::Invigilator), Err(more), "the chief gave more than they may");
        assert_eq!(
            give(0, i64::MAX, Authority::Chief),
            Err(RecordRefused::TooManyMinutes { left: 60, most: 60 })
        );
    }

    #[test]
    fn a_violation_is_told_in_words_and_an_incident_may_be() {
        assert_eq!(note(EventSort::Incident, "  "), Ok(String::new()));
        assert_eq!(note(EventSort::Violation, " \n"), Err(RecordRefused::NoNote));
        assert_eq!(note(EventSort::Violation, " 手机 "), Ok("手机".into()));
        assert_eq!(note(EventSort::Incident, &"长".repeat(NOTE_MAX + 1)), Err(RecordRefused::LongNote));
        assert!(note(EventSort::Incident, &"长".repeat(NOTE_MAX)).is_ok());
    }

    #[test]
    fn every_sort_has_a_word_of_its_own() {
        for sort in EventSort::ALL {
            assert_eq!(EventSort::from_code(sort.code()), Some(sort));
        }
        assert_eq!(EventSort::from_code("fire"), None);
    }
}
