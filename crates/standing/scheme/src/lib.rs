//! What is certified, and by which rule: occupations, levels, standards, eligibility clauses,
//! components, fees, the working calendar and the time limits of a batch.
//!
//! Nothing here is a constant. Years of work, pass marks, minutes, fees and time limits differ by
//! standard, province and year, so each is a row with the days it is in force, its source and how
//! far the source can be trusted ([`Validity`]). A later rule is a new row; the old one stays, and a
//! batch is always judged by the rows in force on its reference date.
//!
//! A clause (申报条件) carries its legal text and, beside it, the same condition as a tree that can
//! be computed ([`Predicate`]). [`evaluate`] holds it against what an applicant gave and explains
//! every leaf; it proposes, a person decides.
//!
//! Rules are in `rules`, rows in `store`; [`seed`] writes the rows a new installation begins with.
//! Standards and calendar are public law, so their pages are open to everybody.
pub mod import;
pub mod pages;
mod rules;
mod seed;
mod store;

pub use pages::{PERMISSIONS, routes};
pub use rules::{
    clause::{Clause, Materials, clause_named, clause_position, clauses_met},
    component::{Combination, Component, ComponentKind, ComponentRefused, Delivery, Rounding, Scoring},
    dated::{Confidence, Validity},
    evaluation::{Evaluation, Facts, Finding, Proposal, Truth, evaluate},
    predicate::{Predicate, PredicateError},
    register::{Bound, CalendarDay, Fee, Level, LevelList, Occupation, Standard, TimeLimit, total_fee},
};
pub use seed::{
    SeedError, SeedFiles, seed,
    table::{SeedRow, read_table},
    word,
};
pub use store::{
    all_queries,
    almanac::{Almanac, almanac},
    read::{
        calendar, clause, clauses, clauses_by_id, clauses_in_force, clauses_of_standards, component,
        components, components_by_id, fees, level, level_named, levels, occupation, occupation_named,
        occupations, standard, standard_in_force, time_limit, time_limits,
    },
    register::{
        calendar_days, calendar_years, clauses_of, components_of, fees_of, occupation_rows, standards,
        standards_of,
    },
    write::{
        add_calendar_day, add_clause, add_component, add_fee, add_level, add_occupation, add_standard,
        add_time_limit, confirm_occupation,
    },
};

kernel::id_types! {
    /// One dated row of an occupation.
    OccupationId;
    /// One standard: an occupation in one generation of rules.
    StandardId;
    /// One eligibility clause of a standard.
    ClauseId;
    /// One component of a standard's examination at one level.
    ComponentId;
    /// One fee.
    FeeId;
}
