//! What a column of a template says.
use serde::Deserialize;

/// What a column says of the applicant; also the name of the field in the applicant's own form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Serial,
    Occupation,
    Level,
    Clause,
    DocumentKind,
    Document,
    Name,
    Sex,
    BornOn,
    Phone,
    HasPrior,
    PriorLevel,
    PriorCertificate,
    Education,
    Region,
    Source,
    Employer,
    Point,
    Category,
    Major,
    ExamKind,
    Ethnicity,
    WorkStartedOn,
    Email,
    WorkYears,
    Household,
    Affiliation,
    Diploma,
    Experience,
    Address,
    Collection,
    Postcode,
    MailAddress,
    PriorIssuedOn,
    /// Of a register of passed parts.
    Part,
    ExamDay,
    Score,
    Basis,
}

impl Field {
    /// Its name in the form and in `template-33.json`.
    #[must_use]
    pub fn code(self) -> String {
        // A unit variant always serialises to its name.
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }
}
