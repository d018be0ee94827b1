//! Why a text is not a value.

use thiserror::Error;

/// The rule a text broke. It never repeats the text, which may be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum ValueError {
    /// Not a day of the calendar written `YYYY-MM-DD`, years 0001 to 9999.
    #[error("a day is written YYYY-MM-DD and must exist in the calendar")]
    Day,
    /// Not a China-time instant written `YYYY-MM-DD HH:MM`.
    #[error("a time is written YYYY-MM-DD HH:MM")]
    Time,
    /// Not a score of 0 to 100 with at most two decimals.
    #[error("a score is a number from 0 to 100 with at most two decimals")]
    Score,
    /// Not an amount in yuan with at most two decimals.
    #[error("an amount is a number of yuan with at most two decimals")]
    Money,
    /// A level code is 1 to 8 letters or digits.
    #[error("a level code is 1 to 8 letters or digits")]
    LevelCode,
    /// An occupation code is 1 to 32 letters, digits or hyphens.
    #[error("an occupation code is 1 to 32 letters, digits or hyphens")]
    OccupationCode,
    /// A batch code is 1 to 32 letters, digits or hyphens.
    #[error("a batch code is 1 to 32 letters, digits or hyphens")]
    BatchCode,
    /// An admission number is 1 to 32 letters, digits or hyphens.
    #[error("an admission number is 1 to 32 letters, digits or hyphens")]
    AdmissionNumber,
    /// An organisation path is `/segment/segment` in small letters, digits and hyphens.
    #[error("an organisation path is /segment/segment in small letters, digits and hyphens")]
    OrgPath,
    /// A digest is 64 small hexadecimal digits.
    #[error("a digest is 64 small hexadecimal digits")]
    Digest,
    /// Nothing is left of the name after trimming.
    #[error("the name is empty")]
    NameEmpty,
    /// More than 60 characters.
    #[error("the name is longer than 60 characters")]
    NameLong,
    /// A control or invisible formatting character stands in the name.
    #[error("the name holds a control or invisible character")]
    NameControl,
    /// The first character would make a spreadsheet run the name as a formula.
    #[error("the name begins with a sign that spreadsheets run as a formula")]
    NameFormula,
    /// A mobile number is 11 digits beginning with 1.
    #[error("a mobile number is 11 digits beginning with 1")]
    Phone,
    /// An ID number has 18 characters.
    #[error("an ID number has 18 characters")]
    IdLength,
    /// The first 17 characters are digits, the last a digit or X, the first not 0.
    #[error("an ID number is 17 digits followed by a digit or X, and does not begin with 0")]
    IdCharacter,
    /// Characters 7 to 14 are not a day of the calendar.
    #[error("the birth date inside the ID number does not exist")]
    IdBirthDate,
    /// The last character does not fit the 17 before it.
    #[error("the check character of the ID number does not fit")]
    IdCheckDigit,
    /// A permit of residents of Hong Kong and Macao is H or M and 8 digits, perhaps with 2 more.
    #[error("a permit of residents of Hong Kong and Macao is H or M followed by 8 or 10 digits")]
    HongKongMacaoPermit,
    /// A permit of residents of Taiwan is 8 digits, or 10 on the older booklet.
    #[error("a permit of residents of Taiwan is 8 or 10 digits")]
    TaiwanPermit,
    /// A residence permit of residents of Hong Kong, Macao and Taiwan begins with 810000, 820000 or 830000.
    #[error("a residence permit begins with 810000, 820000 or 830000")]
    ResidencePermit,
    /// A foreigner's permanent residence card has 3 letters and 12 digits, or 18 characters from 9 on.
    #[error("a permanent residence card has 3 letters and 12 digits, or 18 characters beginning with 9")]
    PermanentResidence,
    /// A passport number is 5 to 15 letters and digits with at least one digit.
    #[error("a passport number is 5 to 15 letters and digits")]
    Passport,
    /// A site code is one capital letter and 12 digits.
    #[error("a site code is one capital letter and 12 digits")]
    SiteCode,
    /// A certificate number has 22 characters: site code, year, level, serial.
    #[error("a certificate number is a site code, two digits of the year, a level and six digits")]
    CertificateNumber,
    /// The year cannot be told from two digits: not 2000 to 2099.
    #[error("the year of a certificate number is 2000 to 2099")]
    CertificateYear,
    /// A level takes one position: a digit 1 to 9 or a capital letter.
    #[error("the level of a certificate number is one digit from 1 or one capital letter")]
    CertificateLevel,
    /// The serial is 000001 to 999999.
    #[error("the serial of a certificate number is 1 to 999999")]
    CertificateSerial,
    /// The first line of the calendar file is not `date,kind,name,source`.
    #[error("the calendar file begins with the line date,kind,name,source and is not empty")]
    CalendarHeader,
    /// A line of the calendar file is not a day, a kind and the rest.
    #[error("a line of the calendar file is a day, holiday or working_day, a name, a source")]
    CalendarLine,
    /// A day stands twice in the calendar file.
    #[error("a day stands twice in the calendar file")]
    CalendarTwice,
}

impl ValueError {
    /// The key of the sentence shown to the reader, as the translation files spell it.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Day => "value-day",
            Self::Time => "value-time",
            Self::Score => "value-score",
            Self::Money => "value-money",
            Self::LevelCode => "value-level-code",
            Self::OccupationCode => "value-occupation-code",
            Self::BatchCode => "value-batch-code",
            Self::AdmissionNumber => "value-admission-number",
            Self::OrgPath => "value-org-path",
            Self::Digest => "value-digest",
            Self::NameEmpty => "value-name-empty",
            Self::NameLong => "value-name-long",
            Self::NameControl => "value-name-control",
            Self::NameFormula => "value-name-formula",
            Self::Phone => "value-phone",
            Self::IdLength => "value-id-length",
            Self::IdCharacter => "value-id-character",
            Self::IdBirthDate => "value-id-birth-date",
            Self::IdCheckDigit => "value-id-check-digit",
            Self::HongKongMacaoPermit => "value-hong-kong-macao-permit",
            Self::TaiwanPermit => "value-taiwan-permit",
            Self::ResidencePermit => "value-residence-permit",
            Self::PermanentResidence => "value-permanent-residence",
            Self::Passport => "value-passport",
            Self::SiteCode => "value-site-code",
            Self::CertificateNumber => "value-certificate-number",
            Self::CertificateYear => "value-certificate-year",
            Self::CertificateLevel => "value-certificate-level",
            Self::CertificateSerial => "value-certificate-serial",
            Self::CalendarHeader => "value-calendar-header",
            Self::CalendarLine => "value-calendar-line",
            Self::CalendarTwice => "value-calendar-twice",
        }
    }
}
