//! What a form says, exactly: this is what two people lock.
use itembank::ItemKind;
use kernel::{BatchCode, Digest, LevelCode, OccupationCode, Score};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Which of the three forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, sqlx::Type)]
#[sqlx(type_name = "text")]
pub enum FormLetter {
    /// Form A.
    A,
    /// Form B.
    B,
    /// The reserve (备用卷), for when a form was burnt.
    R,
}

impl FormLetter {
    /// Every form, in order.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::R];

    /// As it is stored and printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::R => "R",
        }
    }
}

/// An item as it stands in a form, key included. It is shown to paper custodians and to scoring, never to candidates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormItem {
    /// Its number in the form, from 1.
    pub no: i64,
    /// Which item of the bank.
    pub item_id: String,
    /// In which version.
    pub item_version: i64,
    /// Its assessment point.
    pub point_code: String,
    /// How it is answered.
    pub kind: ItemKind,
    /// Expected share of right answers, in hundredths.
    pub difficulty: i64,
    /// The question.
    pub stem: String,
    /// Texts of the options, A first; empty for a judgement.
    pub options: Vec<String>,
    /// Letters in order; `T` or `F` for a judgement.
    pub key: String,
    /// What it is worth.
    pub points: Score,
}

/// Everything a form says.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FormContent<'a> {
    /// The batch.
    pub batch: &'a BatchCode,
    /// The occupation.
    pub occupation: &'a OccupationCode,
    /// The level.
    pub level: &'a LevelCode,
    /// Which form.
    pub letter: FormLetter,
    /// Time allowed.
    pub minutes: i64,
    /// Its items by number.
    pub items: &'a [FormItem],
}

impl FormContent<'_> {
    /// SHA-256 over the content as JSON, fields in the order of the struct, no blanks.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn digest(&self) -> Result<Digest, serde_json::Error> {
        Ok(Digest::from_bytes(&Sha256::digest(serde_json::to_vec(self)?).into()))
    }
}
