//! Cases through this crate's own routes, on both engines: what goes through, what is refused, what the register says.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be made must stop")]
mod course;
mod house;
mod register;
mod side;
