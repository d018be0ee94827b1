//! Taking a fee.
use kernel::Money;
use serde::Serialize;

use super::refused::AdmissionRefused;

/// Number of a receipt: 1 to 32 letters, digits or hyphens, unique in its batch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct ReceiptNumber(String);

impl ReceiptNumber {
    /// Reads a receipt number; blanks around are dropped and small letters become capitals, so that
    /// one receipt is not taken for two.
    ///
    /// # Errors
    /// [`AdmissionRefused::Receipt`].
    pub fn parse(text: &str) -> Result<Self, AdmissionRefused> {
        let text = text.trim();
        let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if fits && (1..=32).contains(&text.len()) {
            return Ok(Self(text.to_ascii_uppercase()));
        }
        Err(AdmissionRefused::Receipt)
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ReceiptNumber {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.pad(&self.0)
    }
}

/// What was given must be what is due: neither a part nor a tip.
///
/// # Errors
/// [`AdmissionRefused::WrongAmount`].
pub fn check_amount(due: Money, given: Money) -> Result<(), AdmissionRefused> {
    if due == given {
        return Ok(());
    }
    Err(AdmissionRefused::WrongAmount { due, given })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_fee_is_taken() {
        let due = Money::parse("380").unwrap();
        assert_eq!(check_amount(due, Money::parse("380.00").unwrap()), Ok(()));
        for wrong in ["379.99", "380.01", "0", "38"] {
            let given = Money::parse(wrong).unwrap();
            assert_eq!(check_amount(due, given), Err(AdmissionRefused::WrongAmount { due, given }));
        }
    }

    #[test]
    fn a_receipt_has_one_spelling() {
        assert_eq!(ReceiptNumber::parse(" a-17 "), ReceiptNumber::parse("A-17"));
        for wrong in ["", "  ", "17/2", "=1+1", "一七", &"1".repeat(33)] {
            assert_eq!(ReceiptNumber::parse(wrong), Err(AdmissionRefused::Receipt), "{wrong}");
        }
    }
}
