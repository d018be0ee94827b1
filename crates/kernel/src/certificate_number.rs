//! Numbers of certificates.

use serde::{Deserialize, Serialize};

use crate::text_value::{sqlx_checked_text, text_value};
use crate::{LevelCode, ValueError};

/// The 13 characters the ministry and the province give an evaluation organisation or site: kind
/// letter (1), ministry code (4), province (2), site serial (6).
/// Source: 人社鉴发〔2019〕2号 职业技能等级证书编码规则(试行), parts 1 to 4.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct SiteCode(String);

impl SiteCode {
    /// Reads a site code; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`ValueError::SiteCode`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let code = text.trim();
        let (first, rest) = code.split_at_checked(1).ok_or(ValueError::SiteCode)?;
        let letter = first.bytes().all(|byte| byte.is_ascii_uppercase());
        let digits = rest.len() == 12 && rest.bytes().all(|byte| byte.is_ascii_digit());
        if letter && digits { Ok(Self(code.to_owned())) } else { Err(ValueError::SiteCode) }
    }
}

text_value!(SiteCode);

/// A 22-character certificate number: site code (13), last two digits of the year of issue (2),
/// level (1), serial of the year (6). The rule has no check digit.
/// Source: 人社鉴发〔2019〕2号 职业技能等级证书编码规则(试行).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateNumber(String);

impl CertificateNumber {
    /// Composes the number of the certificate with this serial, 1 to 999999, of `year`.
    ///
    /// # Errors
    /// [`ValueError::CertificateYear`] outside 2000 to 2099, [`ValueError::CertificateLevel`] for
    /// a level of more than one character, [`ValueError::CertificateSerial`].
    pub fn compose(
        site_code: &SiteCode,
        year: i16,
        level: &LevelCode,
        serial: u32,
    ) -> Result<Self, ValueError> {
        if !(2000..=2099).contains(&year) {
            return Err(ValueError::CertificateYear);
        }
        if !is_level(level.as_str()) {
            return Err(ValueError::CertificateLevel);
        }
        if !(1..=999_999).contains(&serial) {
            return Err(ValueError::CertificateSerial);
        }
        Ok(Self(format!("{site_code}{:02}{level}{serial:06}", year % 100)))
    }

    /// Reads a certificate number; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`ValueError::CertificateNumber`] for the wrong length or letters where digits belong,
    /// else the error of the first part that fails.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let number = text.trim();
        if number.len() != 22 {
            return Err(ValueError::CertificateNumber);
        }
        let part = |range| number.get(range).ok_or(ValueError::CertificateNumber);
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (site, year, level, serial) = (part(0..13)?, part(13..15)?, part(15..16)?, part(16..22)?);
        SiteCode::parse(site)?;
        if !digits(year) || !digits(serial) {
            return Err(ValueError::CertificateNumber);
        }
        if !is_level(level) {
            return Err(ValueError::CertificateLevel);
        }
        if serial == "000000" {
            return Err(ValueError::CertificateSerial);
        }
        Ok(Self(number.to_owned()))
    }

    /// The site code, characters 1 to 13.
    #[must_use]
    pub fn site_code(&self) -> SiteCode {
        SiteCode(self.part(0, 13))
    }

    /// The year of issue, 2000 to 2099, from characters 14 and 15.
    #[must_use]
    pub fn year(&self) -> i16 {
        2000 + self.part(13, 15).parse::<i16>().unwrap_or_default()
    }

    /// The level: character 16.
    #[must_use]
    pub fn level(&self) -> LevelCode {
        LevelCode(self.part(15, 16))
    }

    /// The serial, 1 to 999999, from characters 17 to 22.
    #[must_use]
    pub fn serial(&self) -> u32 {
        self.part(16, 22).parse().unwrap_or_default()
    }

    fn part(&self, from: usize, to: usize) -> String {
        self.0.get(from..to).unwrap_or_default().to_owned()
    }
}

text_value!(CertificateNumber);
sqlx_checked_text!(CertificateNumber);

/// One digit from 1, or one capital letter (特级技师, 首席技师).
fn is_level(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|byte| matches!(byte, b'1'..=b'9' | b'A'..=b'Z'));
    first && bytes.next().is_none()
}
