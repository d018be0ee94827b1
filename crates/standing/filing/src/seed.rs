//! The procedures of the demo's jurisdictions, and which authority looks after which body. Running it again changes nothing.
use ::store::Tx;
use kernel::OrgPath;
use organisation::FilingKind;
use scheme::{
    SeedError, SeedRow,
    import::{ImportFile, ImportRefused},
    word,
};

use crate::{
    CaseKind, Condition, Material, Procedure, ProcedureId,
    import::{PROCEDURE_FILES, ProcedureFiles, import_procedures, import_supervision},
};

/// The texts of the seed files; the caller read or embedded them.
#[derive(Debug, Clone, Copy)]
pub struct SeedFiles<'a> {
    /// `supervision.csv`.
    pub supervision: &'a str,
    /// `procedures.csv`.
    pub procedures: &'a str,
    /// `materials.csv`.
    pub materials: &'a str,
    /// `conditions.csv`.
    pub conditions: &'a str,
}

/// Adds what is not there yet and says how many rows were added. The caller commits; on an error nothing may be kept.
///
/// # Errors
/// As an import.
pub async fn seed(tx: &mut Tx, files: &SeedFiles<'_>) -> Result<usize, ImportRefused> {
    let named = |name, text| ImportFile { name, text };
    let supervision = import_supervision(tx, named("supervision.csv", files.supervision)).await?;
    let [procedures, materials, conditions] = PROCEDURE_FILES;
    let files = ProcedureFiles {
        procedures: Some(named(procedures, files.procedures)),
        materials: Some(named(materials, files.materials)),
        conditions: Some(named(conditions, files.conditions)),
    };
    Ok(supervision.added.len() + import_procedures(tx, &files).await?.added.len())
}

/// A line may stand in several procedures, whose names are separated by blanks.
pub(crate) fn ids(line: &SeedRow) -> Result<Vec<ProcedureId>, SeedError> {
    Ok(line.text("procedures")?.split_whitespace().map(ProcedureId::from).collect())
}

pub(crate) fn procedure(line: &SeedRow) -> Result<Procedure, SeedError> {
    let number = |column| line.read(column, str::parse::<i64>);
    Ok(Procedure {
        id: line.text("id")?.as_str().into(),
        authority_path: line.read("authority", OrgPath::parse)?,
        filing_kind: line.read("filing_kind", word::<FilingKind>)?,
        case_kind: line.read("case_kind", word::<CaseKind>)?,
        accept_days: number("accept_days")?,
        assess_days: number("assess_days")?,
        decide_days: number("decide_days")?,
        announce_days: number("announce_days")?,
        assessors: number("assessors")?,
        pass_points: number("pass_points")?,
        begins_on_trial: line.read("begins_on_trial", str::parse)?,
        valid_years: number("valid_years")?,
        valid_from: line.read("valid_from", str::parse)?,
        valid_to: line.read_optional("valid_to", str::parse)?,
        source: line.text("source")?,
    })
}

pub(crate) fn material(line: &SeedRow) -> Result<Material, SeedError> {
    Ok(Material {
        position: line.read("position", str::parse)?,
        name_zh: line.text("name_zh")?,
        name_en: line.text("name_en")?,
        is_required: line.read("is_required", str::parse)?,
        may_be_promised: line.read("may_be_promised", str::parse)?,
    })
}

pub(crate) fn condition(line: &SeedRow) -> Result<Condition, SeedError> {
    Ok(Condition {
        position: line.read("position", str::parse)?,
        name_zh: line.text("name_zh")?,
        name_en: line.text("name_en")?,
        most: line.read("most", str::parse)?,
        is_veto: line.read("is_veto", str::parse)?,
    })
}
