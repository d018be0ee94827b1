//! Stage 3 against both engines: the ruler, decisions, payments and the frozen list.
mod fixture;
mod freeze;
mod pages;
mod payment;
mod review;
mod ruler;
