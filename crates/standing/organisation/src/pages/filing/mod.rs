//! The public register of filings: who may evaluate what, for whom, until when.
pub(super) mod list;
pub(super) mod show;
