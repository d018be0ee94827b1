//! The code that signs a candidate in at the exam computer.

/// Signs of a code: no 0, 1, I or O, because a person reads it aloud or from a slip. 32 of them,
/// so that a byte's lowest five bits choose one without favour.
/// Source: [own].
pub const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A code of six signs (30 bits) from six random bytes.
#[must_use]
pub fn check_in_code(random: [u8; 6]) -> String {
    let sign = |byte: u8| CODE_LETTERS.get(usize::from(byte & 31)).map_or('2', |sign| char::from(*sign));
    random.into_iter().map(sign).collect()
}

/// What was typed, as codes are written: capitals, without blanks and hyphens.
#[must_use]
pub fn normal_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_reached_by_as_many_bytes_as_every_other() {
        let mut reached = std::collections::BTreeMap::new();
        for byte in 0..=u8::MAX {
            let code = check_in_code([byte; 6]);
            assert_eq!(code.len(), 6);
            *reached.entry(code).or_insert(0) += 1;
        }
        assert_eq!(reached.len(), 32);
        assert!(reached.values().all(|count| *count == 8));
    }

    #[test]
    fn a_code_typed_in_another_way_is_the_same_code() {
        assert_eq!(normal_code(" ab2-3 cd "), "AB23CD");
    }
}
