//! What a new installation starts with: its registers.
use identity::Note;
use scheme::import::{ImportFile, ImportRefused};
use store::Tx;

use crate::{House, import::conflicts};

/// Takes the registers in: occupations, levels, standards, calendar, organisations, procedures of filings, sites. Running
/// it again changes nothing.
///
/// # Errors
/// A seed file that is not what it should be; storage.
pub async fn registers(house: &House) -> anyhow::Result<u64> {
    let mut tx = house.env.db.write().await?;
    let scheme_files = scheme::SeedFiles {
        occupations: include_str!("../../../data/scheme/occupations.csv"),
        levels: include_str!("../../../data/scheme/levels.csv"),
        standards: include_str!("../../../data/scheme/standards.csv"),
        clauses: include_str!("../../../data/scheme/clauses.json"),
        components: include_str!("../../../data/scheme/components.csv"),
        fees: include_str!("../../../data/scheme/fees.csv"),
        time_limits: include_str!("../../../data/scheme/time-limits.csv"),
        calendar: include_str!("../../../data/calendar-cn.csv"),
    };
    let mut added = scheme::seed(&mut tx, &scheme_files).await?;
    let organisation_files = organisation::SeedFiles {
        organisations: include_str!("../../../data/organisation/organisations.csv"),
        filings: include_str!("../../../data/organisation/filings.csv"),
        scopes: include_str!("../../../data/organisation/filing-scopes.csv"),
    };
    added += organisation::seed(&mut tx, &organisation_files).await?;
    let filing_files = filing::SeedFiles {
        supervision: include_str!("../../../data/filing/supervision.csv"),
        procedures: include_str!("../../../data/filing/procedures.csv"),
        materials: include_str!("../../../data/filing/materials.csv"),
        conditions: include_str!("../../../data/filing/conditions.csv"),
    };
    added += u64::try_from(filing::seed(&mut tx, &filing_files).await.map_err(first)?)?;
    let venue_files = venue::SeedFiles {
        sites: include_str!("../../../data/venue/sites.csv"),
        rooms: include_str!("../../../data/venue/rooms.csv"),
    };
    added += venue::seed(&mut tx, &venue_files).await?;
    added += admission::seed(&mut tx, include_str!("../../../data/admission/reasons.csv")).await?;
    added += duty_conflicts(&mut tx).await.map_err(first)?;
    if added > 0 {
        let payload = serde_json::json!({ "rows": added });
        Note::of("system", "", "house.seed", "house", "registers")
            .payload(payload)
            .record(&mut tx, &house.env)
            .await?;
    }
    tx.commit().await?;
    Ok(added)
}

async fn duty_conflicts(tx: &mut Tx) -> Result<u64, ImportRefused> {
    let text = include_str!("../../../data/identity/duty-conflicts.csv");
    let changes = conflicts::take(tx, ImportFile { name: "duty-conflicts.csv", text }).await?;
    Ok(u64::try_from(changes.added.len()).unwrap_or_default())
}

/// The first mistake says enough of files that are in the binary.
fn first(refused: ImportRefused) -> anyhow::Error {
    match refused {
        ImportRefused::Mistakes(mistakes) => {
            anyhow::anyhow!(mistakes.first().map(ToString::to_string).unwrap_or_default())
        }
        ImportRefused::Store(error) => error.into(),
    }
}
