//! Whom certificates are for: what the stages before say.
use std::collections::HashMap;

use ::store::Tx;
use kernel::{BatchCode, Day, Digest, LevelCode, OccupationCode, OrgPath};
use person::PersonId;
use registration::ApplicationId;
use sha2::{Digest as _, Sha256};

/// Somebody who passed and whose notice is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Application.
    pub application_id: ApplicationId,
    /// Person.
    pub person_id: PersonId,
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// 序号 of the registration.
    pub serial: i64,
}

/// Everybody of a batch a certificate may be issued to today, by occupation, level and serial.
///
/// # Errors
/// Storage.
pub(crate) async fn certifiable(
    tx: &mut Tx,
    batch: &BatchCode,
    org_path: &OrgPath,
    today: Day,
) -> sqlx::Result<Vec<Candidate>> {
    let passed = result::certifiable(tx, batch, today).await?;
    if passed.is_empty() {
        return Ok(Vec::new());
    }
    let everybody = registration::applications(tx, batch, std::slice::from_ref(org_path)).await?;
    let mut by_id: HashMap<_, _> = everybody.into_iter().map(|row| (row.id.to_string(), row)).collect();
    let mut candidates: Vec<_> = passed
        .iter()
        .filter_map(|id| by_id.remove(id))
        .map(|row| Candidate {
            application_id: row.id,
            person_id: row.person_id,
            occupation_code: row.occupation_code,
            level_code: row.level_code,
            point_path: row.point_path,
            serial: row.serial,
        })
        .collect();
    candidates.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    Ok(candidates)
}

fn sort_key(row: &Candidate) -> (&OccupationCode, &LevelCode, i64, &ApplicationId) {
    (&row.occupation_code, &row.level_code, row.serial, &row.application_id)
}

/// SHA-256 over exactly whom the decision is about and the results it stands on: one line with the
/// digest of the published results, then one line a candidate.
pub(crate) fn digest(results: &str, candidates: &[Candidate]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(results.as_bytes());
    hash.update(b"\n");
    for row in candidates {
        for part in [row.application_id.as_str(), row.person_id.as_str(), row.occupation_code.as_str()] {
            hash.update(part.as_bytes());
            hash.update(b" ");
        }
        hash.update(row.level_code.as_str().as_bytes());
        hash.update(b"\n");
    }
    Digest::from_bytes(&hash.finalize().into())
}
