//! The set of files that says what is certified and by which rule. Any part of the set may come alone.
use std::collections::BTreeSet;

use store::Tx;

use super::{
    Changes, ImportFile, ImportRefused, Mistake,
    clause::read_clauses,
    column::{COMPONENT, FEE, LEVEL, OCCUPATION, STANDARD, TIME_LIMIT},
    dated::{Kind, Read, sort_out},
    table::{Column, check_table, mistake_of},
};
use crate::{
    Clause, Component, Fee, Level, Occupation, SeedError, SeedRow, Standard, TimeLimit, seed,
    store::{everything, register, write},
};

/// The files of the set, in the order they are taken in.
pub const STANDARD_FILES: [&str; 7] = [
    "occupations.csv",
    "levels.csv",
    "standards.csv",
    "clauses.json",
    "components.csv",
    "fees.csv",
    "time-limits.csv",
];

/// Takes a set of files in. The caller commits.
///
/// # Errors
/// Every mistake of the files; storage.
pub async fn import_standards(tx: &mut Tx, files: &[ImportFile<'_>]) -> Result<Changes, ImportRefused> {
    let mut mistakes = Vec::new();
    let read = Set::read(files, &mut mistakes);
    let known = Set::known(tx).await?;
    let fresh = read.fresh(&known, &mut mistakes);
    fresh.check_references(&known, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(ImportRefused::Mistakes(mistakes));
    }
    let mut changes = Changes { added: fresh.names(), unchanged: 0 };
    let added = u64::try_from(changes.added.len()).unwrap_or(u64::MAX);
    changes.unchanged = u64::try_from(read.names().len()).unwrap_or(u64::MAX).saturating_sub(added);
    fresh.write(tx).await?;
    Ok(changes)
}

/// Every row of a set of files.
#[derive(Debug, Clone, Default)]
struct Set {
    occupations: Vec<Read<Occupation>>,
    levels: Vec<Read<Level>>,
    standards: Vec<Read<Standard>>,
    clauses: Vec<Read<Clause>>,
    components: Vec<Read<Component>>,
    fees: Vec<Read<Fee>>,
    time_limits: Vec<Read<TimeLimit>>,
}

const OCCUPATIONS: Kind<Occupation> = Kind {
    file: "occupations.csv",
    id: |row| row.id.to_string(),
    thing: |row| row.code.as_ref().map(ToString::to_string),
    validity: |row| &row.validity,
    // An occupation that was confirmed since stays confirmed.
    is_same: |known, read| *known == Occupation { enabled: known.enabled, ..read.clone() },
};
const LEVELS: Kind<Level> = Kind {
    file: "levels.csv",
    id: |row| format!("{} from {}", row.code, row.validity.valid_from),
    thing: |row| Some(row.code.to_string()),
    validity: |row| &row.validity,
    is_same: PartialEq::eq,
};
const STANDARDS: Kind<Standard> = Kind {
    file: "standards.csv",
    id: |row| row.id.to_string(),
    thing: |row| Some(row.occupation_code.to_string()),
    validity: |row| &row.validity,
    is_same: PartialEq::eq,
};
const CLAUSES: Kind<Clause> = Kind {
    file: "clauses.json",
    id: |row| row.id.to_string(),
    thing: |row| Some(format!("{} {} {}", row.standard_id, row.level_code, row.number)),
    validity: |row| &row.validity,
    is_same: PartialEq::eq,
};
const COMPONENTS: Kind<Component> = Kind {
    file: "components.csv",
    id: |row| row.id.to_string(),
    thing: |row| Some(format!("{} {} {}", row.standard_id, row.level_code, row.position)),
    validity: |row| &row.validity,
    is_same: PartialEq::eq,
};
const FEES: Kind<Fee> = Kind {
    file: "fees.csv",
    id: |row| row.id.to_string(),
    thing: |row| Some(format!("{} {}", row.component_id, row.jurisdiction)),
    validity: |row| &row.validity,
    is_same: PartialEq::eq,
};
const TIME_LIMITS: Kind<TimeLimit> = Kind {
    file: "time-limits.csv",
    id: |row| format!("{} from {}", row.code, row.validity.valid_from),
    thing: |row| Some(row.code.clone()),
    validity: |row| &row.validity,
    is_same: PartialEq::eq,
};

impl Set {
    fn read(files: &[ImportFile<'_>], mistakes: &mut Vec<Mistake>) -> Self {
        let mut set = Self::default();
        for file in files {
            match file.name {
                "occupations.csv" => set.occupations = table(*file, OCCUPATION, seed::occupation, mistakes),
                "levels.csv" => set.levels = table(*file, LEVEL, seed::level, mistakes),
                "standards.csv" => set.standards = table(*file, STANDARD, seed::standard, mistakes),
                "clauses.json" => set.clauses = read_clauses(*file, mistakes),
                "components.csv" => {
                    set.components = table(*file, COMPONENT, seed::component, mistakes);
                    check_components(&set.components, mistakes);
                }
                "fees.csv" => set.fees = table(*file, FEE, seed::fee, mistakes),
                "time-limits.csv" => set.time_limits = table(*file, TIME_LIMIT, seed::time_limit, mistakes),
                other => mistakes.push(Mistake {
                    file: other.to_owned(),
                    row: 1,
                    field: "file".to_owned(),
                    found: other.to_owned(),
                    expected: format!("one of {}", STANDARD_FILES.join(", ")),
                    cure: "rename or remove the file".to_owned(),
                }),
            }
        }
        set
    }

    async fn known(tx: &mut Tx) -> sqlx::Result<Self> {
        fn rows<T>(values: Vec<T>) -> Vec<Read<T>> {
            values.into_iter().map(|value| Read { row: 0, value }).collect()
        }
        Ok(Self {
            occupations: rows(everything::occupations(tx).await?),
            levels: rows(everything::levels(tx).await?),
            standards: rows(register::standards(tx).await?),
            clauses: rows(everything::clauses(tx).await?),
            components: rows(everything::components(tx).await?),
            fees: rows(everything::fees(tx).await?),
            time_limits: rows(everything::time_limits(tx).await?),
        })
    }

    /// The rows that are not there yet.
    fn fresh(&self, known: &Self, mistakes: &mut Vec<Mistake>) -> Self {
        Self {
            occupations: sort_out(&OCCUPATIONS, &self.occupations, &values(&known.occupations), mistakes),
            levels: sort_out(&LEVELS, &self.levels, &values(&known.levels), mistakes),
            standards: sort_out(&STANDARDS, &self.standards, &values(&known.standards), mistakes),
            clauses: sort_out(&CLAUSES, &self.clauses, &values(&known.clauses), mistakes),
            components: sort_out(&COMPONENTS, &self.components, &values(&known.components), mistakes),
            fees: sort_out(&FEES, &self.fees, &values(&known.fees), mistakes),
            time_limits: sort_out(&TIME_LIMITS, &self.time_limits, &values(&known.time_limits), mistakes),
        }
    }

    /// What a row refers to is there, or comes with it.
    fn check_references(&self, known: &Self, mistakes: &mut Vec<Mistake>) {
        let codes = |set: &Self| -> Vec<String> {
            set.occupations.iter().filter_map(|read| (OCCUPATIONS.thing)(&read.value)).collect()
        };
        let occupations: BTreeSet<String> = codes(self).into_iter().chain(codes(known)).collect();
        let levels = names(&self.levels, &known.levels, |row| row.code.to_string());
        let standards = names(&self.standards, &known.standards, |row| row.id.to_string());
        let components = names(&self.components, &known.components, |row| row.id.to_string());
        let mut must = |file: &str, row: u64, field: &str, name: String, there: &BTreeSet<String>| {
            if !there.contains(&name) {
                mistakes.push(Mistake {
                    file: file.to_owned(),
                    row,
                    field: field.to_owned(),
                    found: name,
                    expected: "something of the register or of these files".to_owned(),
                    cure: "correct the name, or take in first what it names".to_owned(),
                });
            }
        };
        for Read { row, value } in &self.standards {
            let code = value.occupation_code.to_string();
            must(STANDARDS.file, *row, "occupation_code", code, &occupations);
            for level in value.levels.codes() {
                must(STANDARDS.file, *row, "levels", level.to_string(), &levels);
            }
        }
        for Read { row, value } in &self.clauses {
            must(CLAUSES.file, *row, "standard_id", value.standard_id.to_string(), &standards);
            must(CLAUSES.file, *row, "level_code", value.level_code.to_string(), &levels);
        }
        for Read { row, value } in &self.components {
            must(COMPONENTS.file, *row, "standard_id", value.standard_id.to_string(), &standards);
            must(COMPONENTS.file, *row, "level_code", value.level_code.to_string(), &levels);
        }
        for Read { row, value } in &self.fees {
            must(FEES.file, *row, "component_id", value.component_id.to_string(), &components);
        }
    }

    /// File and identity of every row.
    fn names(&self) -> Vec<(String, String)> {
        fn of<T>(kind: &Kind<T>, rows: &[Read<T>]) -> Vec<(String, String)> {
            rows.iter().map(|read| (kind.file.to_owned(), (kind.id)(&read.value))).collect()
        }
        [
            of(&OCCUPATIONS, &self.occupations),
            of(&LEVELS, &self.levels),
            of(&STANDARDS, &self.standards),
            of(&CLAUSES, &self.clauses),
            of(&COMPONENTS, &self.components),
            of(&FEES, &self.fees),
            of(&TIME_LIMITS, &self.time_limits),
        ]
        .concat()
    }

    async fn write(&self, tx: &mut Tx) -> sqlx::Result<()> {
        for read in &self.occupations {
            write::add_occupation(tx, &read.value).await?;
        }
        for read in &self.levels {
            write::add_level(tx, &read.value).await?;
        }
        for read in &self.standards {
            write::add_standard(tx, &read.value).await?;
        }
        for read in &self.clauses {
            write::add_clause(tx, &read.value).await?;
        }
        for read in &self.components {
            write::add_component(tx, &read.value).await?;
        }
        for read in &self.fees {
            write::add_fee(tx, &read.value).await?;
        }
        for read in &self.time_limits {
            write::add_time_limit(tx, &read.value).await?;
        }
        Ok(())
    }
}

fn values<T: Clone>(rows: &[Read<T>]) -> Vec<T> {
    rows.iter().map(|read| read.value.clone()).collect()
}

fn names<T>(fresh: &[Read<T>], known: &[Read<T>], name: fn(&T) -> String) -> BTreeSet<String> {
    fresh.iter().chain(known).map(|read| name(&read.value)).collect()
}

fn table<T>(
    file: ImportFile<'_>,
    columns: &[Column],
    read: fn(&SeedRow) -> Result<T, SeedError>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Read<T>> {
    let before = mistakes.len();
    let rows = check_table(file, columns, mistakes);
    let mut values = Vec::new();
    for row in &rows {
        match read(row) {
            Ok(value) => values.push(Read { row: row.line(), value }),
            // A cell that was named already is not named twice.
            Err(_) if mistakes.len() > before => {}
            Err(error) => mistakes.push(mistake_of(file.name, row.line(), error)),
        }
    }
    values
}

fn check_components(rows: &[Read<Component>], mistakes: &mut Vec<Mistake>) {
    for Read { row, value } in rows {
        if let Err(refused) = value.check() {
            mistakes.push(Mistake {
                file: COMPONENTS.file.to_owned(),
                row: *row,
                field: "row".to_owned(),
                found: value.id.to_string(),
                expected: refused.to_string(),
                cure: "correct the row".to_owned(),
            });
        }
    }
}
