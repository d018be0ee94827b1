//! One binary for all tests of the product as a whole.
mod queries;
mod story;
