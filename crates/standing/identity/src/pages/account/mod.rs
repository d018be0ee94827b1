//! The accounts of staff: all of them, one of them, making and closing them.
pub mod form;
pub mod list;
pub mod show;

use web::Words;

use crate::Role;

/// The name of a role by its stored code; the code itself for one this binary does not know.
pub fn role_word(code: &str, t: Words) -> String {
    Role::from_code(code).map_or_else(|| code.to_owned(), |role| t.s(&format!("role-{}", role.code())))
}

/// Every role with its name.
pub fn roles(t: Words) -> Vec<(String, String)> {
    Role::ALL.into_iter().map(|role| (role.code().to_owned(), role_word(role.code(), t))).collect()
}
