//! Pages of stage 2.
use identity::Env;
use web::{Cell, Route};

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![]
}

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[];
