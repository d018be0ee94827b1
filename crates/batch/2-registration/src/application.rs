//! What an application is, and what its sealed fields say.
use kernel::{BatchCode, Day, LevelCode, OccupationCode, OrgPath, UnixMicros};
use person::{Person, PersonId, Place, SealError, Vault};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

kernel::id_types! {
    /// One application.
    ApplicationId;
}

/// How an application stands before the review has decided it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ApplicationStatus {
    /// Handed in.
    Submitted,
    /// Given back for correction.
    Returned,
    /// Taken back by the applicant.
    Withdrawn,
}

impl ApplicationStatus {
    /// All of them, in the order of pages.
    pub const ALL: [Self; 3] = [Self::Submitted, Self::Returned, Self::Withdrawn];

    /// Stored code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Key of its words.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Submitted => "application-submitted",
            Self::Returned => "application-returned",
            Self::Withdrawn => "application-withdrawn",
        }
    }

    /// Class of its tag in the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Submitted => "tag done",
            Self::Returned => "tag wait",
            Self::Withdrawn => "tag",
        }
    }

    /// The status of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// First examination or a retake of failed parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ExamKind {
    /// 正考.
    First,
    /// 补考.
    Retake,
}

impl ExamKind {
    /// Stored code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Retake => "retake",
        }
    }
}

/// Who handed the application in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Origin {
    /// A registration point, by a roster.
    Roster,
    /// The applicant.
    #[serde(rename = "self")]
    #[sqlx(rename = "self")]
    Applicant,
}

impl Origin {
    /// Stored code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Roster => "roster",
            Self::Applicant => "self",
        }
    }
}

/// One person's application for one level of one occupation in a batch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Application {
    /// Key.
    pub id: ApplicationId,
    /// Batch.
    pub batch_code: BatchCode,
    /// 序号 of the roster, or the next of the batch; photos are named by it. Two registration
    /// points may use the same one.
    pub serial: i64,
    /// Who.
    pub person_id: PersonId,
    /// Occupation applied for.
    pub occupation_code: OccupationCode,
    /// Level applied for.
    pub level_code: LevelCode,
    /// Number of the clause (申报条件) the applicant names, as the standard prints it: `(2)`.
    pub clause_number: String,
    /// The clause in the words of the form.
    pub clause_text: String,
    /// Registration point (报名单位).
    pub point_path: OrgPath,
    /// First examination or retake.
    pub exam_kind: ExamKind,
    /// Level of the certificate already held.
    pub prior_level: Option<LevelCode>,
    /// When that was issued.
    pub prior_issued_on: Option<Day>,
    /// 参加工作时间.
    pub work_started_on: Option<Day>,
    /// 专业年限: completed years as stated.
    pub work_years_stated: Option<i64>,
    /// 文化程度.
    pub education: String,
    /// 专业.
    pub major: String,
    /// 考生来源.
    pub source: String,
    /// How it stands.
    pub status: ApplicationStatus,
    /// Who handed it in.
    pub origin: Origin,
    /// When it was last handed in.
    pub submitted_at: UnixMicros,
    /// Counts every change; a form carries the one it was drawn from.
    pub version: i64,
    /// Digest of the photo it was accepted or returned with, empty for none; see
    /// [`photo`](crate::photo).
    pub(crate) reviewed_photo: Option<String>,
    pub(crate) prior_certificate_sealed: String,
    pub(crate) diploma_sealed: String,
    pub(crate) particulars_sealed: String,
}

/// What the form asks beside the facts a clause is held against; sealed as one value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// 所在省(市)区.
    pub region: String,
    /// 认定分类: 初次认定 / 晋级认定.
    pub category: String,
    /// 简要经历.
    pub experience: String,
    /// 证书领取方式.
    pub collection: String,
    /// 邮寄地址.
    pub mail_address: String,
    /// 出生日期, where the document does not tell it; else empty.
    pub born_on: String,
}

/// What is sealed in an application, opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// Number of the certificate already held; empty for none.
    pub prior_certificate: String,
    /// Number of the diploma; empty for none.
    pub diploma: String,
    /// The rest of the form.
    pub particulars: Particulars,
}

impl Application {
    /// Opens the sealed fields.
    ///
    /// # Errors
    /// [`SealError`] when a value was changed or belongs to another row.
    pub fn open(&self, vault: &Vault) -> Result<Opened, SealError> {
        let get = |column, sealed: &str| match sealed {
            "" => Ok(String::new()),
            sealed => vault.open(place(&self.id, column), sealed),
        };
        let particulars = get("particulars_sealed", &self.particulars_sealed)?;
        Ok(Opened {
            prior_certificate: get("prior_certificate_sealed", &self.prior_certificate_sealed)?,
            diploma: get("diploma_sealed", &self.diploma_sealed)?,
            particulars: serde_json::from_str(&particulars)
                .map_err(|_| SealError::DoesNotOpen("application".into()))?,
        })
    }
}

/// Where a sealed field of an application stands.
pub(crate) fn place<'a>(id: &'a ApplicationId, column: &'a str) -> Place<'a> {
    Place { table: "application", column, row: id.as_str() }
}

/// What clauses are held against: the application's facts, its sealed numbers opened, and the day
/// of birth, from the document where it tells it. Papers are not asked for at registration, so none are stated.
///
/// # Errors
/// [`SealError`] when a sealed value does not open.
pub fn facts(vault: &Vault, application: &Application, person: &Person) -> Result<scheme::Facts, SealError> {
    let opened = application.open(vault)?;
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Ok(scheme::Facts {
        birth_day: person
            .document_number()
            .and_then(|number| number.birth_day())
            .or_else(|| Day::parse(&opened.particulars.born_on).ok()),
        prior_level: application.prior_level.clone(),
        prior_certificate_no: given(&opened.prior_certificate),
        prior_issued_on: application.prior_issued_on,
        work_started_on: application.work_started_on,
        work_years_stated: application.work_years_stated,
        education: given(&application.education),
        diploma_no: given(&opened.diploma),
        major: given(&application.major),
        ..scheme::Facts::default()
    })
}
