//! Every sentence the product says, in both languages, as carried inside the binary.
//!
//! A crate of its own so that editing a sentence rebuilds only this and what prints it.

/// Language tag, file name, Fluent text.
pub const FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/words.rs"));
