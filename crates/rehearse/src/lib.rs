//! People who only click, type and read: a whole batch driven through the pages of a running server.
//!
//! A [`Browser`] can do nothing that a person's could not. A [`Batch`] has its [`Calendar`] and its
//! [`Cast`]: everybody who applies, with what should become of each. The acts stand in one module
//! for each stage ([`plan`], [`registration`], … [`certificate`]); each clicks through a step for all
//! people of a batch and says in a [`Fault`] on which page it could not go on. The story test, the
//! demo province and the rehearsal are made of the same acts. Only the clock is not a page: an
//! [`Office`] moves it by writing a file, which a release build refuses to read.
//!
//! This crate knows the product by its addresses alone: it depends on no stage and on no table.
pub mod admission;
pub mod announcement;
pub mod arrangement;
pub mod assessment;
pub mod bank;
mod batch;
mod browser;
mod calendar;
mod cast;
pub mod certificate;
mod chance;
mod crowd;
mod desk;
mod diary;
mod fault;
pub mod filing;
mod form;
mod office;
mod pace;
mod page;
pub mod paper;
pub mod plan;
pub mod portrait;
pub mod province;
pub mod registration;
pub mod rehearsal;
pub mod result;
mod script;
pub mod sitting;
mod variant;
mod watch;

pub use bank::Answers;
pub use batch::Batch;
pub use browser::Browser;
pub use calendar::Calendar;
pub use cast::{Cast, Member};
pub use chance::Chance;
pub use crowd::{Crowd, Mishap};
pub use desk::Desk;
pub use diary::{Diary, Echoed, Sent};
pub use fault::{Fault, Result};
pub use form::FormFill;
pub use office::Office;
pub use pace::{Pace, Waits};
pub use page::Page;
pub use script::{Act, Done, Script, play};
pub use sitting::Numbers;
pub use watch::{Answer, Going, Watch};
