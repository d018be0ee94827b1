//! Taking procedures and supervision in from files: the whole file is checked first, and nothing is written beside a
//! mistake. A procedure that is there is never changed, nor are its papers and conditions: cases stand on them.
mod column;
mod supervision;

use std::collections::BTreeSet;

use kernel::OrgPath;
use scheme::{
    SeedError, SeedRow,
    import::{Changes, Column, ImportFile, ImportRefused, Mistake, check_table, mistake_of},
};
use store::Tx;

pub use supervision::import_supervision;

use crate::{
    Condition, Material, Procedure, ProcedureId, seed,
    store::procedure::{self as rows, add, add_condition, add_material},
};

/// The files of procedures.
pub const PROCEDURE_FILES: [&str; 3] = ["procedures.csv", "materials.csv", "conditions.csv"];

/// The files that are taken in; one may be missing.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcedureFiles<'a> {
    /// `procedures.csv`.
    pub procedures: Option<ImportFile<'a>>,
    /// `materials.csv`.
    pub materials: Option<ImportFile<'a>>,
    /// `conditions.csv`.
    pub conditions: Option<ImportFile<'a>>,
}

/// A row of a file, with where it stands and the procedure it is about.
struct Read<T> {
    row: u64,
    id: ProcedureId,
    value: T,
}

/// What is not there yet.
struct Fresh<'r> {
    procedures: Vec<&'r Read<Procedure>>,
    papers: Vec<&'r Read<Material>>,
    points: Vec<&'r Read<Condition>>,
}

/// What belongs to a procedure and has a number in it.
trait Numbered: PartialEq {
    fn position(&self) -> i64;
}

impl Numbered for Material {
    fn position(&self) -> i64 {
        self.position
    }
}

impl Numbered for Condition {
    fn position(&self) -> i64 {
        self.position
    }
}

/// Takes procedures in, with their papers and conditions. The caller commits.
///
/// # Errors
/// Every mistake of the files; storage.
pub async fn import_procedures(tx: &mut Tx, files: &ProcedureFiles<'_>) -> Result<Changes, ImportRefused> {
    let mut mistakes = Vec::new();
    let procedures = read(files.procedures, column::PROCEDURE, &mut mistakes, |line| {
        let value = seed::procedure(line)?;
        Ok(vec![(value.id.clone(), value)])
    });
    let materials = read(files.materials, column::MATERIAL, &mut mistakes, |line| {
        Ok(each(seed::ids(line)?, &seed::material(line)?))
    });
    let conditions = read(files.conditions, column::CONDITION, &mut mistakes, |line| {
        Ok(each(seed::ids(line)?, &seed::condition(line)?))
    });
    if !mistakes.is_empty() {
        return Err(ImportRefused::Mistakes(mistakes));
    }
    let known = rows::everything(tx).await?;
    let mut changes = Changes::default();
    let fresh = sort_out(tx, &procedures, &known, (&mut changes, &mut mistakes)).await?;
    let mut papers = Vec::new();
    for one in &materials {
        let there = rows::materials(tx, &one.id).await?;
        papers.extend(belongs(PROCEDURE_FILES[1], one, (&fresh, &known), (&there, &papers), &mut mistakes));
    }
    let mut points = Vec::new();
    for one in &conditions {
        let there = rows::conditions(tx, &one.id).await?;
        points.extend(belongs(PROCEDURE_FILES[2], one, (&fresh, &known), (&there, &points), &mut mistakes));
    }
    mistakes.extend(fresh.iter().filter_map(|one| too_few_points(one, &points)));
    if !mistakes.is_empty() {
        return Err(ImportRefused::Mistakes(mistakes));
    }
    let there = u64::try_from(materials.len() + conditions.len() - papers.len() - points.len());
    changes.unchanged += there.unwrap_or_default();
    write(tx, Fresh { procedures: fresh, papers, points }, &mut changes).await?;
    Ok(changes)
}

async fn write(
    tx: &mut Tx,
    Fresh { procedures, papers, points }: Fresh<'_>,
    changes: &mut Changes,
) -> sqlx::Result<()> {
    let mut note = |file: &str, name: String| changes.added.push((file.to_owned(), name));
    for one in procedures {
        add(tx, &one.value).await?;
        note(PROCEDURE_FILES[0], one.id.to_string());
    }
    for one in papers {
        add_material(tx, &one.id, &one.value).await?;
        note(PROCEDURE_FILES[1], format!("{} {}", one.id, one.value.position));
    }
    for one in points {
        add_condition(tx, &one.id, &one.value).await?;
        note(PROCEDURE_FILES[2], format!("{} {}", one.id, one.value.position));
    }
    Ok(())
}

/// A line may stand in several procedures.
fn each<T: Clone>(ids: Vec<ProcedureId>, value: &T) -> Vec<(ProcedureId, T)> {
    ids.into_iter().map(|id| (id, value.clone())).collect()
}

/// The rows of a file, with every cell that is wrong noted.
fn read<T>(
    file: Option<ImportFile<'_>>,
    columns: &[Column],
    mistakes: &mut Vec<Mistake>,
    parse: impl Fn(&SeedRow) -> Result<Vec<(ProcedureId, T)>, SeedError>,
) -> Vec<Read<T>> {
    let Some(file) = file else { return Vec::new() };
    let before = mistakes.len();
    let lines = check_table(file, columns, mistakes);
    let mut found = Vec::new();
    for line in lines.iter().filter(|_| mistakes.len() == before).collect::<Vec<_>>() {
        match parse(line) {
            Ok(values) => {
                found.extend(values.into_iter().map(|(id, value)| Read { row: line.line(), id, value }));
            }
            Err(error) => mistakes.push(mistake_of(file.name, line.line(), error)),
        }
    }
    found
}

/// The procedures that are not there yet.
async fn sort_out<'r>(
    tx: &mut Tx,
    read: &'r [Read<Procedure>],
    known: &[Procedure],
    (changes, mistakes): (&mut Changes, &mut Vec<Mistake>),
) -> sqlx::Result<Vec<&'r Read<Procedure>>> {
    let paths: BTreeSet<&OrgPath> = read.iter().map(|one| &one.value.authority_path).collect();
    let there = organisation::by_paths(tx, &paths.into_iter().collect::<Vec<_>>()).await?;
    let mut fresh: Vec<&Read<Procedure>> = Vec::new();
    for one in read {
        if known.contains(&one.value) {
            changes.unchanged += 1;
            continue;
        }
        let others = known.iter().chain(fresh.iter().map(|read| &read.value));
        if !there.iter().any(|row| row.path == one.value.authority_path) {
            mistakes.push(wrong(
                (PROCEDURE_FILES[0], one.row, "authority"),
                one.value.authority_path.to_string(),
                "an organisation of the register",
                "correct the path, or take in the organisation first",
            ));
        }
        mistakes.extend(mistake_in(one, others));
        fresh.push(one);
    }
    Ok(fresh)
}

/// Why a procedure cannot stand, beside the others.
fn mistake_in<'a>(one: &Read<Procedure>, mut others: impl Iterator<Item = &'a Procedure>) -> Option<Mistake> {
    let row = &one.value;
    let wrong = |field, found: String, expected: &str, cure: &str| {
        Some(wrong((PROCEDURE_FILES[0], one.row, field), found, expected, cure))
    };
    if let Some(to) = row.valid_to.filter(|to| *to <= row.valid_from) {
        return wrong("valid_to", to.to_string(), "a day after valid_from", "correct one of the two days");
    }
    if (row.assessors > 0) != (row.pass_points > 0) {
        let expected = "points with which a body passes where experts assess, and 0 where none do";
        return wrong("pass_points", row.pass_points.to_string(), expected, "correct one of the two numbers");
    }
    let other = others.find(|other| other.id == row.id || overlap(row, other))?;
    if other.id == row.id {
        let cure =
            "a procedure in the register is never changed: add one with a new id and a later valid_from";
        return wrong("id", row.id.to_string(), "an id of its own, or what the register says under it", cure);
    }
    let until = other.valid_to.map_or_else(|| "open".to_owned(), |to| to.to_string());
    let expected = format!("days on which {} is not in force ({} to {until})", other.id, other.valid_from);
    wrong("valid_from", row.valid_from.to_string(), &expected, "begin later, or end before the other begins")
}

/// Whether two procedures of one authority for one kind of case are in force at once; one without an end holds until a
/// later one begins.
fn overlap(left: &Procedure, right: &Procedure) -> bool {
    let about = |one: &Procedure| (one.authority_path.clone(), one.filing_kind, one.case_kind);
    let (first, second) = if left.valid_from <= right.valid_from { (left, right) } else { (right, left) };
    let meets =
        first.valid_from == second.valid_from || first.valid_to.is_some_and(|to| to > second.valid_from);
    about(left) == about(right) && meets
}

/// The row, if it is to be added to a procedure of this import; nothing, if the register says it already.
fn belongs<'r, T: Numbered>(
    file: &str,
    one: &'r Read<T>,
    (fresh, known): (&[&Read<Procedure>], &[Procedure]),
    (there, earlier): (&[T], &[&Read<T>]),
    mistakes: &mut Vec<Mistake>,
) -> Option<&'r Read<T>> {
    let position = one.value.position();
    let mut mistake = |field: &str, found: String, expected: &str, cure: &str| {
        mistakes.push(wrong((file, one.row, field), found, expected, cure));
        None
    };
    if known.iter().any(|procedure| procedure.id == one.id) {
        if there.contains(&one.value) {
            return None;
        }
        let expected = format!("a row that the register has in {}", one.id);
        let cure =
            "a procedure in the register is never changed: add one with a new id and a later valid_from";
        return mistake("procedures", one.id.to_string(), &expected, cure);
    }
    if !fresh.iter().any(|procedure| procedure.id == one.id) {
        let expected = "a procedure of procedures.csv or of the register";
        return mistake("procedures", one.id.to_string(), expected, "correct the id, or add the procedure");
    }
    if earlier.iter().any(|other| other.id == one.id && other.value.position() == position) {
        let expected = format!("each number once in {}", one.id);
        return mistake("position", position.to_string(), &expected, "correct one of the two numbers");
    }
    Some(one)
}

/// Why nobody could ever pass.
fn too_few_points(one: &Read<Procedure>, points: &[&Read<Condition>]) -> Option<Mistake> {
    let own = points.iter().filter(|point| point.id == one.id);
    let most: i64 = own.map(|point| point.value.most).sum();
    (one.value.pass_points > most).then(|| {
        wrong(
            (PROCEDURE_FILES[0], one.row, "pass_points"),
            one.value.pass_points.to_string(),
            &format!("at most the points of its conditions ({most})"),
            "add its conditions to conditions.csv, or lower the number",
        )
    })
}

fn wrong((file, row, field): (&str, u64, &str), found: String, expected: &str, cure: &str) -> Mistake {
    Mistake {
        file: file.to_owned(),
        row,
        field: field.to_owned(),
        found,
        expected: expected.to_owned(),
        cure: cure.to_owned(),
    }
}
