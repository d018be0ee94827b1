//! Stage 1, plan (计划): a batch is drawn up, checked against the calendar, and published by two
//! people.
//!
//! The plan says which occupations and levels are certified by which standard, in which parts, how
//! each part is sat, at which site, for how much, and until when each step must be done. Its rules
//! count in working days. Once published it does not change; everybody may read its notice.
//! Later stages enter a batch through [`InBatch`], draw their heading with [`stage_head`], and
//! report how they stand with [`report_progress`]; the rail reads all nine in one query.
mod agenda;
mod city;
mod deadline;
mod duty;
mod entry;
mod head;
mod lateness;
pub mod pages;
mod risk;
mod rules;
mod scope;
mod store;
mod task;

pub use agenda::{Agenda, Ongoing};
pub use city::{CityStep, CityTable, OpenStep, city_table};
pub use duty::{
    Arrange, CorrectPerson, EnterScores, Freeze, HandOut, Invigilate, IssueCertificates, KeepPapers,
    PlanDuty, PublishResults, ReadApplications, ReadBatch, RecordPayment, Register, Review, ScorePanel,
    ScorePractical, WatchRooms,
};
pub use entry::InBatch;
pub use head::{StageLine, stage_head, stage_head_by};
pub use lateness::Lateness;
pub use pages::{PERMISSIONS, routes};
pub use risk::{Outlook, Risk, risks};
pub use rules::{PlanRefused, Timetable, check_timetable};
pub use store::{
    Batch, BatchComponent, BatchLevel, BatchPoint, Elsewhere, Outline, Progress, ProgressState, Window,
    batch, batches, components, components_of, every_planned, hold_progress, levels, levels_and_components,
    offers_of, outline, planned, points, queries as all_queries, report_progress, report_share, window,
};
pub use task::{Task, tasks};

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &["plan.draft", "plan.change", "plan.publish"];
