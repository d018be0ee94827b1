//! TR21: how figures become a score, beside models drawn by hand.
mod entry;
mod panel;
