//! The vocabulary every other crate speaks.
//!
//! A certification batch is told in a handful of values: *when* ([`UnixMicros`], [`Day`], and the
//! [`WorkingCalendar`] by which public notices are counted), *who* ([`PersonName`], [`IdNumber`],
//! [`DocumentNumber`], [`Phone`]), *where* ([`OrgPath`], [`SiteCode`]), *what* ([`OccupationCode`], [`LevelCode`],
//! [`BatchCode`]), *how well* ([`Score`]), *for how much* ([`Money`]), and at the end a
//! [`CertificateNumber`]. A value that exists has passed the rules of its kind; a text that does
//! not is a [`ValueError`], whose key names the sentence the reader is shown.
//! Nothing here reads a clock, a file or a source of randomness: time comes in through [`Clock`],
//! entropy through [`Entropy`], and [`fixed`] holds the two that tests and the demo province use.
//! Numbers fixed by regulation (fees, ages, pass marks) are not here: they are dated rows of
//! `scheme`.

mod calendar;
mod certificate_number;
mod clock;
mod codes;
mod day;
mod digest;
mod document;
pub mod fixed;
mod id_number;
mod ids;
mod money;
mod names;
mod org_path;
mod phone;
mod score;
mod text_value;
mod time;
mod value_error;

pub use calendar::WorkingCalendar;
pub use certificate_number::{CertificateNumber, SiteCode};
pub use clock::{Clock, Entropy};
pub use codes::{AdmissionNumber, BatchCode, LevelCode, OccupationCode};
pub use day::Day;
pub use digest::Digest;
pub use document::{DocumentKind, DocumentNumber, narrow};
pub use fixed::{FixedClock, SeededEntropy};
pub use id_number::{IdNumber, Sex};
pub use ids::new_id;
pub use money::Money;
pub use names::PersonName;
pub use org_path::OrgPath;
pub use phone::Phone;
pub use score::Score;
pub use time::UnixMicros;
pub use value_error::ValueError;
