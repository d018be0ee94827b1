//! Why something cannot be done to a case, and what the person is told.
use kernel::Day;
use web::Message;

/// Why something cannot be done to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseRefused {
    /// Not in this state.
    NotNow,
    /// Corrections are asked for once.
    ReturnedBefore,
    /// A paper is missing: its number and its name in both languages.
    MissingPaper(i64, String, String),
    /// A paper may be promised only in the mode of commitment, and this one never.
    NotToBePromised,
    /// It is promised for a day that is over.
    PromisedForThePast,
    /// The case names nothing.
    NoScope,
    /// The filing covers this line already.
    CoveredAlready(i64),
    /// The filing does not cover this line, so that it cannot lose it.
    NotCovered(i64),
    /// It would lose everything; that is a withdrawal.
    NothingLeft,
    /// The same line stands there already.
    LineTwice,
    /// Nothing is to be done with a filing that stands so.
    NotOfThisStanding,
    /// A body of this kind cannot hold such a filing.
    NotForThisKind,
    /// It holds one already; what is wished is a change of that.
    HeldAlready,
    /// It is announced until the day before this.
    AnnouncedUntil(Day),
    /// So many objections have no answer.
    OpenObjections(usize),
    /// An objection was right.
    UpheldObjection,
    /// The experts found that it does not pass.
    NotPassed,
    /// Points beyond what a condition gives.
    BeyondMost {
        /// Its number.
        number: i64,
        /// The most it gives.
        most: i64,
    },
    /// A condition without points.
    NotScored(i64),
    /// A kind of file that is not taken.
    NotThisFile,
    /// A code of 13 characters is needed, beginning with this letter.
    CodeNeeded(Option<char>),
    /// Nothing of this kind gets a code.
    NoCode,
    /// It would end before it begins.
    EndsBeforeItBegins,
    /// A day that does not fit those of the filing.
    DayDoesNotFit,
    /// Somebody has this code, or is about to get it.
    CodeTaken,
    /// There are as many experts as the procedure asks for.
    EnoughAssessors,
}

impl CaseRefused {
    /// What to tell the person.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotNow => "case-not-now".into(),
            Self::ReturnedBefore => "case-returned-before".into(),
            Self::MissingPaper(number, zh, en) => {
                Message::new("case-missing-paper").with("number", number).with_both("name", zh, en)
            }
            Self::NotToBePromised => "case-not-to-be-promised".into(),
            Self::PromisedForThePast => "case-promised-for-the-past".into(),
            Self::NoScope => "case-no-scope".into(),
            Self::CoveredAlready(number) => Message::new("case-covered-already").with("number", number),
            Self::NotCovered(number) => Message::new("case-not-covered").with("number", number),
            Self::NothingLeft => "case-nothing-left".into(),
            Self::LineTwice => "case-line-twice".into(),
            Self::NotOfThisStanding => "case-not-of-this-standing".into(),
            Self::NotForThisKind => "case-not-for-this-kind".into(),
            Self::HeldAlready => "case-held-already".into(),
            Self::AnnouncedUntil(day) => Message::new("case-announced-until").with("day", day.plus_days(-1)),
            Self::OpenObjections(count) => Message::new("case-open-objections").with("n", count),
            Self::UpheldObjection => "case-upheld-objection".into(),
            Self::NotPassed => "case-not-passed".into(),
            Self::BeyondMost { number, most } => {
                Message::new("case-beyond-most").with("number", number).with("most", most)
            }
            Self::NotScored(number) => Message::new("case-not-scored").with("number", number),
            Self::NotThisFile => "case-not-this-file".into(),
            Self::CodeNeeded(Some(letter)) => Message::new("case-code-needed").with("letter", letter),
            Self::CodeNeeded(None) => "case-code-needed-any".into(),
            Self::NoCode => "case-no-code".into(),
            Self::EndsBeforeItBegins => "case-ends-before-it-begins".into(),
            Self::DayDoesNotFit => "case-day-does-not-fit".into(),
            Self::CodeTaken => "case-code-taken".into(),
            Self::EnoughAssessors => "case-enough-assessors".into(),
        }
    }
}
