//! Correcting who somebody is: a misspelt name, or a number that is valid and another person's.
use kernel::{DocumentNumber, PersonName};
use person::Person;
use web::{Message, PageError};

/// Why a correction cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionRefused {
    /// Name and number are what is kept.
    #[error("nothing differs from what is kept")]
    NothingNew,
    /// There is no reason.
    #[error("a correction needs a reason")]
    NoReason,
    /// The reason repeats the name or the number, and reasons stand in the trail.
    #[error("the reason repeats the name or the number")]
    ReasonQuotes,
    /// The number is somebody else's; two people are never made one.
    #[error("the document number is somebody else's")]
    DocumentTaken,
    /// The person stands on the frozen list of another batch.
    #[error("the person stands on the frozen list of another batch")]
    FrozenElsewhere,
    /// The person has applied where whoever corrects has no duty.
    #[error("the person has applied at another registration point too")]
    OutOfReach,
}

impl CorrectionRefused {
    /// The sentence.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::NothingNew => "correction-nothing-new",
            Self::NoReason => "correction-no-reason",
            Self::ReasonQuotes => "correction-reason-quotes",
            Self::DocumentTaken => "correction-document-taken",
            Self::FrozenElsewhere => "correction-frozen-elsewhere",
            Self::OutOfReach => "correction-out-of-reach",
        }
        .into()
    }

    /// The field of the form it stands at; none for what no field can mend.
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::NothingNew => Some("name"),
            Self::NoReason | Self::ReasonQuotes => Some("reason"),
            Self::DocumentTaken => Some("document"),
            Self::FrozenElsewhere | Self::OutOfReach => None,
        }
    }
}

impl From<CorrectionRefused> for PageError {
    fn from(refused: CorrectionRefused) -> Self {
        Self::Refused(refused.message())
    }
}

/// Who somebody is from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Name.
    pub name: PersonName,
    /// Document number.
    pub document: DocumentNumber,
    /// What differs, as the trail lists it.
    pub changed: Vec<&'static str>,
    /// Why.
    pub reason: String,
}

impl Correction {
    /// A correction of what is kept of a person.
    ///
    /// # Errors
    /// [`CorrectionRefused::NothingNew`], [`CorrectionRefused::NoReason`],
    /// [`CorrectionRefused::ReasonQuotes`].
    pub fn of(
        known: &Person,
        name: PersonName,
        document: DocumentNumber,
        reason: &str,
    ) -> Result<Self, CorrectionRefused> {
        let compared =
            [("name", name.as_str() == known.name), ("document", document.as_str() == known.document)];
        let changed: Vec<&'static str> =
            compared.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect();
        if changed.is_empty() {
            return Err(CorrectionRefused::NothingNew);
        }
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(CorrectionRefused::NoReason);
        }
        let said = reason.to_uppercase();
        let values = [name.as_str(), document.as_str(), &known.name, &known.document];
        if values.into_iter().any(|value| !value.is_empty() && said.contains(&value.to_uppercase())) {
            return Err(CorrectionRefused::ReasonQuotes);
        }
        Ok(Self { name, document, changed, reason: reason.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "99010119900307645X";
    const OTHER: &str = "999824199607135423";

    fn correction(name: &str, document: &str, reason: &str) -> Result<Vec<&'static str>, CorrectionRefused> {
        let known = Person {
            id: "p".into(),
            name: "欧阳测试".into(),
            document_kind: "居民身份证".into(),
            document: NUMBER.into(),
            phone: "19900000001".into(),
            detail: person::Detail::default(),
        };
        let kind = kernel::DocumentKind::ResidentCard;
        let (name, document) =
            (PersonName::parse(name).unwrap(), DocumentNumber::parse(kind, document).unwrap());
        Correction::of(&known, name, document, reason).map(|correction| correction.changed)
    }

    #[test]
    fn a_correction_says_what_differs_and_why_without_repeating_it() {
        assert_eq!(correction("欧阳测式", NUMBER, "与身份证不符"), Ok(vec!["name"]));
        assert_eq!(correction("欧阳测试", OTHER, "录入串行"), Ok(vec!["document"]));
        assert_eq!(correction("欧阳测式", OTHER, "录入串行"), Ok(vec!["name", "document"]));
        assert_eq!(correction("欧阳测试", NUMBER, "与身份证不符"), Err(CorrectionRefused::NothingNew));
        assert_eq!(correction("欧阳测式", NUMBER, "  "), Err(CorrectionRefused::NoReason));
        for reason in ["欧阳测试写错了", "应为欧阳测式", "99010119900307645x 写错", "应为 999824199607135423"]
        {
            assert_eq!(
                correction("欧阳测式", OTHER, reason),
                Err(CorrectionRefused::ReasonQuotes),
                "{reason}"
            );
        }
    }
}
