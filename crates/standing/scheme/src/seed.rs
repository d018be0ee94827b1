//! The rows a new installation begins with. Running it again changes nothing: what an organisation
//! has confirmed or added since stays as it is.
pub(crate) mod table;

use kernel::{LevelCode, Money, OccupationCode, Score};
use serde::de::{DeserializeOwned, IntoDeserializer, value::StrDeserializer};
use store::Tx;

use self::table::{SeedRow, read_table};
use crate::{
    CalendarDay, Clause, Component, Fee, Level, LevelList, Occupation, Standard, TimeLimit, Validity,
    store::write::{
        add_calendar_day, add_clause, add_component, add_fee, add_level, add_occupation, add_standard,
        add_time_limit,
    },
};

/// The texts of the seed files; the caller read or embedded them.
#[derive(Debug, Clone, Copy)]
pub struct SeedFiles<'a> {
    /// `data/scheme/occupations.csv`.
    pub occupations: &'a str,
    /// `data/scheme/levels.csv`.
    pub levels: &'a str,
    /// `data/scheme/standards.csv`.
    pub standards: &'a str,
    /// `data/scheme/clauses.json`.
    pub clauses: &'a str,
    /// `data/scheme/components.csv`.
    pub components: &'a str,
    /// `data/scheme/fees.csv`.
    pub fees: &'a str,
    /// `data/scheme/time-limits.csv`.
    pub time_limits: &'a str,
    /// `data/calendar-cn.csv`.
    pub calendar: &'a str,
}

/// Why seed files could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A file is not the table it should be.
    #[error("{file}: {cause}")]
    Table {
        /// Name of the file.
        file: &'static str,
        /// What the table reader says.
        cause: csv::Error,
    },
    /// A cell does not hold what its column needs.
    #[error("{file}, line {line}, column {column}: {problem}")]
    Cell {
        /// Name of the file.
        file: &'static str,
        /// Line in the file, the header being 1.
        line: u64,
        /// Name of the column.
        column: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The clauses are not the JSON they should be.
    #[error("clauses.json: {0}")]
    Json(#[from] serde_json::Error),
    /// The database refused a row.
    #[error("the database refused a seed row: {0}")]
    Store(#[from] sqlx::Error),
}

/// Adds every row of the files that is not there yet and says how many were added. The caller
/// commits; on an error nothing may be kept.
///
/// # Errors
/// [`SeedError`], naming file, line and column where it can.
pub async fn seed(tx: &mut Tx, files: &SeedFiles<'_>) -> Result<u64, SeedError> {
    let mut added = 0;
    for row in read_table("occupations.csv", files.occupations)? {
        added += u64::from(add_occupation(tx, &occupation(&row)?).await?);
    }
    for row in read_table("levels.csv", files.levels)? {
        added += u64::from(add_level(tx, &level(&row)?).await?);
    }
    for row in read_table("standards.csv", files.standards)? {
        added += u64::from(add_standard(tx, &standard(&row)?).await?);
    }
    let clauses: Vec<Clause> = serde_json::from_str(files.clauses)?;
    for clause in &clauses {
        added += u64::from(add_clause(tx, clause).await?);
    }
    for row in read_table("components.csv", files.components)? {
        added += u64::from(add_component(tx, &component(&row)?).await?);
    }
    for row in read_table("fees.csv", files.fees)? {
        added += u64::from(add_fee(tx, &fee(&row)?).await?);
    }
    for row in read_table("time-limits.csv", files.time_limits)? {
        added += u64::from(add_time_limit(tx, &time_limit(&row)?).await?);
    }
    for row in read_table("calendar-cn.csv", files.calendar)? {
        added += u64::from(add_calendar_day(tx, &calendar_day(&row)?).await?);
    }
    Ok(added)
}

/// Reads a word of a fixed list by the names serde knows it by, so that files, JSON and database
/// agree.
///
/// # Errors
/// When the list has no such word; the message names those it has.
pub fn word<T: DeserializeOwned>(text: &str) -> Result<T, serde::de::value::Error> {
    let word: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    T::deserialize(word)
}

fn validity(row: &SeedRow) -> Result<Validity, SeedError> {
    Ok(Validity {
        valid_from: row.read("valid_from", str::parse)?,
        valid_to: row.read_optional("valid_to", str::parse)?,
        source: row.text("source")?,
        confidence: row.read("confidence", word)?,
    })
}

pub(crate) fn occupation(row: &SeedRow) -> Result<Occupation, SeedError> {
    Ok(Occupation {
        id: row.text("id")?.into(),
        code: row.read_optional("code", OccupationCode::parse)?,
        dictionary: row.text("dictionary")?,
        name_zh: row.text("name_zh")?,
        name_en: row.text("name_en")?,
        levels: row.read("levels", LevelList::parse)?,
        enabled: row.read("enabled", |cell| match cell {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err("write yes or no"),
        })?,
        note: row.text("note")?,
        validity: validity(row)?,
    })
}

pub(crate) fn level(row: &SeedRow) -> Result<Level, SeedError> {
    Ok(Level {
        code: row.read("code", LevelCode::parse)?,
        position: row.read("position", str::parse)?,
        name_zh: row.text("name_zh")?,
        name_en: row.text("name_en")?,
        national_equivalent: row.read("national_equivalent", LevelCode::parse)?,
        validity: validity(row)?,
    })
}

pub(crate) fn standard(row: &SeedRow) -> Result<Standard, SeedError> {
    Ok(Standard {
        id: row.text("id")?.into(),
        occupation_code: row.read("occupation_code", OccupationCode::parse)?,
        version: row.text("version")?,
        name_zh: row.text("name_zh")?,
        name_en: row.text("name_en")?,
        levels: row.read("levels", LevelList::parse)?,
        validity: validity(row)?,
    })
}

pub(crate) fn component(row: &SeedRow) -> Result<Component, SeedError> {
    Ok(Component {
        id: row.text("id")?.into(),
        standard_id: row.text("standard_id")?.into(),
        level_code: row.read("level_code", LevelCode::parse)?,
        kind: row.read("kind", word)?,
        position: row.read("position", str::parse)?,
        name_zh: row.text("name_zh")?,
        name_en: row.text("name_en")?,
        delivery: row.read("delivery", word)?,
        minutes: row.read("minutes", str::parse)?,
        weight_percent: row.read("weight_percent", str::parse)?,
        pass_mark: row.read("pass_mark", Score::parse)?,
        scoring: row.read("scoring", word)?,
        examiners: row.read("examiners", str::parse)?,
        combination: row.read("combination", word)?,
        rounding: row.read("rounding", word)?,
        third_on_difference: row.read_optional("third_on_difference", Score::parse)?,
        validity: validity(row)?,
    })
}

pub(crate) fn fee(row: &SeedRow) -> Result<Fee, SeedError> {
    Ok(Fee {
        id: row.text("id")?.into(),
        component_id: row.text("component_id")?.into(),
        amount: row.read("amount", Money::parse)?,
        jurisdiction: row.text("jurisdiction")?,
        document: row.text("document")?,
        validity: validity(row)?,
    })
}

pub(crate) fn time_limit(row: &SeedRow) -> Result<TimeLimit, SeedError> {
    Ok(TimeLimit {
        code: row.text("code")?,
        working_days: row.read("working_days", str::parse)?,
        bound: row.read("bound", word)?,
        text_zh: row.text("text_zh")?,
        text_en: row.text("text_en")?,
        validity: validity(row)?,
    })
}

pub(crate) fn calendar_day(row: &SeedRow) -> Result<CalendarDay, SeedError> {
    Ok(CalendarDay {
        day: row.read("date", str::parse)?,
        kind: row.text("kind")?,
        name: row.text("name")?,
        source: row.text("source")?,
    })
}
