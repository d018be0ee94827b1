//! The procedures of the demo's jurisdictions, and which authority looks after which body. Running it again changes nothing.
use ::store::Tx;
use kernel::OrgPath;
use organisation::{FilingKind, Supervision};
use scheme::{SeedRow, read_table, word};

use crate::{
    CaseKind, Condition, Material, Procedure, ProcedureId,
    store::procedure::{add, add_condition, add_material},
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

/// Why the files could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A cell or the table is wrong.
    #[error(transparent)]
    Table(#[from] scheme::SeedError),
    /// A line names a body that is not there.
    #[error("supervision.csv: no organisation is at {0}")]
    UnknownBody(OrgPath),
    /// The database refused a row.
    #[error("the database refused a row: {0}")]
    Store(#[from] sqlx::Error),
}

/// Adds what is not there yet and says how many rows were added. The caller commits; on an error nothing may be kept.
///
/// # Errors
/// [`SeedError`].
pub async fn seed(tx: &mut Tx, files: &SeedFiles<'_>) -> Result<u64, SeedError> {
    let mut added = 0;
    for line in read_table("supervision.csv", files.supervision)? {
        let place = |column| line.read(column, OrgPath::parse);
        let (body, authority) = (place("organisation")?, place("authority")?);
        let known = organisation::by_paths(tx, &[&body, &authority]).await?;
        let id = |path: &OrgPath| known.iter().find(|row| row.path == *path).map(|row| row.id.clone());
        let row = Supervision {
            organisation_id: id(&body).ok_or(SeedError::UnknownBody(body))?,
            authority_id: id(&authority).ok_or(SeedError::UnknownBody(authority))?,
            valid_from: line.read("valid_from", str::parse)?,
            valid_to: line.read_optional("valid_to", str::parse)?,
            source: line.text("source")?,
        };
        added += u64::from(organisation::add_supervision(tx, &row).await?);
    }
    for line in read_table("procedures.csv", files.procedures)? {
        added += u64::from(add(tx, &procedure(&line)?).await?);
    }
    for line in read_table("materials.csv", files.materials)? {
        for id in ids(&line)? {
            added += u64::from(add_material(tx, &id, &material(&line)?).await?);
        }
    }
    for line in read_table("conditions.csv", files.conditions)? {
        for id in ids(&line)? {
            added += u64::from(add_condition(tx, &id, &condition(&line)?).await?);
        }
    }
    Ok(added)
}

/// A line may stand in several procedures, whose names are separated by blanks.
fn ids(line: &SeedRow) -> Result<Vec<ProcedureId>, SeedError> {
    Ok(line.text("procedures")?.split_whitespace().map(ProcedureId::from).collect())
}

fn procedure(line: &SeedRow) -> Result<Procedure, SeedError> {
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

fn material(line: &SeedRow) -> Result<Material, SeedError> {
    Ok(Material {
        position: line.read("position", str::parse)?,
        name_zh: line.text("name_zh")?,
        name_en: line.text("name_en")?,
        is_required: line.read("is_required", str::parse)?,
        may_be_promised: line.read("may_be_promised", str::parse)?,
    })
}

fn condition(line: &SeedRow) -> Result<Condition, SeedError> {
    Ok(Condition {
        position: line.read("position", str::parse)?,
        name_zh: line.text("name_zh")?,
        name_en: line.text("name_en")?,
        most: line.read("most", str::parse)?,
        is_veto: line.read("is_veto", str::parse)?,
    })
}
