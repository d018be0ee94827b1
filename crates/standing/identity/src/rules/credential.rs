//! Logins and passwords that may be used.
use std::collections::BTreeSet;

use web::Message;

/// Shortest password. Source: [own]; NIST SP 800-63B-4 asks for 8 with a second factor and 15 without,
/// and here tries are delayed.
const PASSWORD_CHARS_MIN: usize = 12;
/// Longest password: what a hash should ever be asked to read. Source: NIST SP 800-63B-4 asks for at
/// least 64; [own] value.
const PASSWORD_CHARS_MAX: usize = 128;
/// Fewest different characters. Source: [own]; refuses `1111111111` and its like.
const PASSWORD_DIFFERENT_MIN: usize = 5;
/// Shortest and longest login. Source: [own] configuration.
const LOGIN_CHARS_MIN: usize = 3;
/// Longest login. Source: [own] configuration.
const LOGIN_CHARS_MAX: usize = 32;

/// Why a login or a password cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialRefused {
    /// A login is small letters, digits, dots, hyphens.
    Login,
    /// Too short.
    Short,
    /// Too long.
    Long,
    /// Too few different characters, or only digits.
    Simple,
    /// The login is part of it.
    HoldsLogin,
    /// The two do not agree.
    NotRepeated,
}

impl CredentialRefused {
    /// What to tell the person.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Login => Message::new("account-login-wrong"),
            Self::Short => Message::new("account-password-short").with("n", PASSWORD_CHARS_MIN),
            Self::Long => Message::new("account-password-long").with("n", PASSWORD_CHARS_MAX),
            Self::Simple => Message::new("account-password-simple"),
            Self::HoldsLogin => Message::new("account-password-holds-login"),
            Self::NotRepeated => Message::new("account-password-not-repeated"),
        }
    }
}

/// Whether a login may be given to a member of staff.
///
/// # Errors
/// [`CredentialRefused::Login`]; never a candidate's `phone:…`.
pub fn check_login(login: &str) -> Result<(), CredentialRefused> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    let fits = (LOGIN_CHARS_MIN..=LOGIN_CHARS_MAX).contains(&login.len()) && login.bytes().all(allowed);
    if fits { Ok(()) } else { Err(CredentialRefused::Login) }
}

/// Whether a password may be set for `login`; `repeated` is what was typed the second time.
///
/// # Errors
/// [`CredentialRefused`].
pub fn check_password(password: &str, repeated: &str, login: &str) -> Result<(), CredentialRefused> {
    let count = password.chars().count();
    if count < PASSWORD_CHARS_MIN {
        return Err(CredentialRefused::Short);
    }
    if count > PASSWORD_CHARS_MAX {
        return Err(CredentialRefused::Long);
    }
    if password.to_lowercase().contains(&login.to_lowercase()) {
        return Err(CredentialRefused::HoldsLogin);
    }
    let different: BTreeSet<char> = password.chars().collect();
    if different.len() < PASSWORD_DIFFERENT_MIN || password.chars().all(|one| one.is_ascii_digit()) {
        return Err(CredentialRefused::Simple);
    }
    if password == repeated { Ok(()) } else { Err(CredentialRefused::NotRepeated) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_short_plain_and_never_a_candidates() {
        for fine in ["zhou", "officer-9", "li.si.3"] {
            assert_eq!(check_login(fine), Ok(()), "{fine}");
        }
        let long = "a".repeat(33);
        for wrong in ["", "ab", "Zhou", "phone:1", "周", "a b c", long.as_str()] {
            assert_eq!(check_login(wrong), Err(CredentialRefused::Login), "{wrong}");
        }
    }

    #[test]
    fn a_password_that_would_be_guessed_is_refused() {
        let refused = |password| check_password(password, password, "officer9").err();
        assert_eq!(refused("four little boats"), None);
        assert_eq!(refused("四只小船过大江北去了好远"), None);
        assert_eq!(refused("short-one"), Some(CredentialRefused::Short));
        assert_eq!(refused("aaaaaaaaaaaa"), Some(CredentialRefused::Simple));
        assert_eq!(refused("20210316091500"), Some(CredentialRefused::Simple));
        assert_eq!(refused("my-Officer9-pass"), Some(CredentialRefused::HoldsLogin));
        assert_eq!(refused(&"ab cd ef ".repeat(20)), Some(CredentialRefused::Long));
        let once = check_password("four little boats", "four little goats", "officer9");
        assert_eq!(once, Err(CredentialRefused::NotRepeated));
    }
}
