//! Supervision (督导): whether the work of a batch is in the right hands.
//!
//! The responsibility matrix (职责分工) is not written by hand: it is read from what each role may do and
//! from the duties that count now ([`rules`]), each held against the places where its step is done. It counts
//! people and names none, and it says where nobody could do what must be done. How many examiners a part
//! takes is the standard's affair and not looked at.
pub mod pages;
mod rules;

pub use pages::{PERMISSIONS, routes};
pub use rules::{Duty, Ground, Matrix, Places, Staffing, Step, steps};
