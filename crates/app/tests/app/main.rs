//! One binary for all tests of the product as a whole.
mod operating;
mod queries;
mod story;
mod walk;
mod words;
