//! The duties a handler's signature may name in the item bank.
use identity::{Action, Duty};

/// Import items and blueprints.
#[derive(Debug, Clone, Copy)]
pub struct WriteItems;

impl Duty for WriteItems {
    const ACTION: Action = Action::WriteItems;
}

/// Accept or refuse items.
#[derive(Debug, Clone, Copy)]
pub struct ReviewItems;

impl Duty for ReviewItems {
    const ACTION: Action = Action::ReviewItems;
}

/// See the item bank, keys included.
#[derive(Debug, Clone, Copy)]
pub struct ReadItems;

impl Duty for ReadItems {
    const ACTION: Action = Action::ReadItems;
}
