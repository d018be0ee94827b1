//! Numbers as people read them.

/// A count with its thousands set apart: `11,438`.
#[must_use]
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let said: Vec<String> = [0, 999, 1_432, 11_438, 1_000_000].into_iter().map(grouped).collect();
        assert_eq!(said, ["0", "999", "1,432", "11,438", "1,000,000"]);
    }
}
