//! Numbers of the documents people prove themselves by.

use std::fmt;

use crate::{Day, IdNumber, Sex, ValueError};

/// Kind of a document, as forms name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    /// 居民身份证.
    ResidentCard,
    /// 港澳居民来往内地通行证.
    HongKongMacaoPermit,
    /// 台湾居民来往大陆通行证.
    TaiwanPermit,
    /// 港澳台居民居住证.
    ResidencePermit,
    /// 外国人永久居留身份证.
    PermanentResidence,
    /// 护照.
    Passport,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::ResidentCard,
        Self::HongKongMacaoPermit,
        Self::TaiwanPermit,
        Self::ResidencePermit,
        Self::PermanentResidence,
        Self::Passport,
    ];

    /// Its name in forms, rosters and certificates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResidentCard => "居民身份证",
            Self::HongKongMacaoPermit => "港澳居民来往内地通行证",
            Self::TaiwanPermit => "台湾居民来往大陆通行证",
            Self::ResidencePermit => "港澳台居民居住证",
            Self::PermanentResidence => "外国人永久居留身份证",
            Self::Passport => "护照",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The number of a document of a known kind, in the one form in which it is kept and compared.
///
/// `Debug` shows the masked form, so that a log line gives no one's number away.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DocumentNumber {
    kind: DocumentKind,
    number: String,
    born: Option<(Day, Sex)>,
}

impl DocumentNumber {
    /// Reads a number as documents of this kind carry it: full-width characters and inner blanks are
    /// made plain, small letters capital. A resident number of 15 digits, given until 1999, becomes the
    /// 18 of today: GB 11643-1999 put the century into it and a check character behind it.
    ///
    /// # Errors
    /// The first rule of the kind that the text breaks.
    pub fn parse(kind: DocumentKind, text: &str) -> Result<Self, ValueError> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
        let plain = plain.to_ascii_uppercase();
        match kind {
            DocumentKind::ResidentCard => resident(&plain).map(Self::from),
            DocumentKind::ResidencePermit => {
                let id = resident(&plain)?;
                // Source: 国办发〔2018〕81号, 港澳台居民居住证申领发放办法, article 7: 810000, 820000, 830000.
                let area = ["810000", "820000", "830000"].iter().any(|area| plain.starts_with(area));
                if area { Ok(Self { kind, ..id.into() }) } else { Err(ValueError::ResidencePermit) }
            }
            DocumentKind::HongKongMacaoPermit => {
                // The two digits after the ninth character count the times the card was renewed.
                let is_long = plain.len() == 9 || plain.len() == 11;
                let digits = plain.strip_prefix(['H', 'M']).filter(|rest| all_digits(rest));
                let number = plain.get(..9).filter(|_| is_long && digits.is_some());
                number.map(|number| Self::bare(kind, number)).ok_or(ValueError::HongKongMacaoPermit)
            }
            DocumentKind::TaiwanPermit => {
                let is_number = matches!(plain.len(), 8 | 10) && all_digits(&plain);
                if is_number { Ok(Self::bare(kind, &plain)) } else { Err(ValueError::TaiwanPermit) }
            }
            DocumentKind::PermanentResidence => permanent(&plain),
            DocumentKind::Passport => {
                let is_number = (5..=15).contains(&plain.len())
                    && plain.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    && plain.bytes().any(|byte| byte.is_ascii_digit());
                if is_number { Ok(Self::bare(kind, &plain)) } else { Err(ValueError::Passport) }
            }
        }
    }

    /// Every document this text may be the number of, the resident card first.
    #[must_use]
    pub fn guesses(text: &str) -> Vec<Self> {
        DocumentKind::ALL.into_iter().filter_map(|kind| Self::parse(kind, text).ok()).collect()
    }

    fn bare(kind: DocumentKind, number: &str) -> Self {
        Self { kind, number: number.to_owned(), born: None }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The day of birth, where the number tells it.
    #[must_use]
    pub fn birth_day(&self) -> Option<Day> {
        self.born.map(|(day, _)| day)
    }

    /// The sex, where the number tells it.
    #[must_use]
    pub fn sex(&self) -> Option<Sex> {
        self.born.map(|(_, sex)| sex)
    }

    /// What tells this document from every other: the number itself for the cards of one register of
    /// numbers, and the kind with the number for the rest.
    #[must_use]
    pub fn key(&self) -> String {
        match self.born {
            Some(_) => self.number.clone(),
            None => format!("{}:{}", self.kind.name(), self.number),
        }
    }

    /// The number with its middle hidden: `9998**********5423`, `E1*****78`.
    #[must_use]
    pub fn masked(&self) -> String {
        let length = self.number.len();
        let shown = if self.born.is_some() { 4 } else { 2 };
        let head = self.number.get(..shown).unwrap_or_default();
        let tail = self.number.get(length.saturating_sub(shown)..).unwrap_or_default();
        format!("{head}{}{tail}", "*".repeat(length.saturating_sub(2 * shown)))
    }
}

impl From<IdNumber> for DocumentNumber {
    fn from(id: IdNumber) -> Self {
        let born = Some((id.birth_day(), id.sex()));
        Self { kind: DocumentKind::ResidentCard, number: id.into(), born }
    }
}

impl fmt::Debug for DocumentNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "DocumentNumber({:?}, {})", self.kind, self.masked())
    }
}

/// A resident number of 18 characters, made of 15 digits where those were given.
fn resident(plain: &str) -> Result<IdNumber, ValueError> {
    if plain.len() != 15 || !all_digits(plain) {
        return IdNumber::parse(plain);
    }
    let (area, rest) = plain.split_at(6);
    // All of them were born in the twentieth century or are over 120 years old.
    let found = "0123456789X".chars().map(|check| IdNumber::parse(&format!("{area}19{rest}{check}")));
    let mut refused = ValueError::IdCheckDigit;
    for number in found {
        match number {
            Ok(id) => return Ok(id),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// Cards of 2017 carry three letters and twelve digits, those of 2023 a number of 18 that begins with 9.
/// Source: 国家移民管理局公告 2023 年第 12 号, the new card; its numbers keep GB 11643-1999.
fn permanent(plain: &str) -> Result<DocumentNumber, ValueError> {
    let kind = DocumentKind::PermanentResidence;
    if plain.len() == 18 && plain.starts_with('9') {
        return Ok(DocumentNumber { kind, ..IdNumber::parse(plain)?.into() });
    }
    let parts = plain.get(..3).zip(plain.get(3..)).filter(|_| plain.len() == 15);
    let fits = |(country, digits): (&str, &str)| {
        country.bytes().all(|byte| byte.is_ascii_uppercase()) && all_digits(digits)
    };
    if parts.is_some_and(fits) {
        Ok(DocumentNumber::bare(kind, plain))
    } else {
        Err(ValueError::PermanentResidence)
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A full-width sign as the plain one.
#[must_use]
pub fn narrow(sign: char) -> char {
    match sign {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => {
            u32::from(sign).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(sign)
        }
        other => other,
    }
}
