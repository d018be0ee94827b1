//! What may happen to a case. Pure.
pub mod assessment;
pub mod case;
pub mod change;
pub mod paper;
pub mod procedure;
pub mod refusal;
pub mod request;
