//! Who is to be scored in what.
use std::collections::BTreeSet;

use ::store::Tx;
use kernel::{AdmissionNumber, BatchCode, LevelCode, OccupationCode, OrgPath};
use plan::BatchComponent;
use scheme::ComponentKind;

/// A candidate as assessment knows them: by admission number, without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Application.
    pub application_id: String,
    /// Number on the ticket and on the script.
    pub number: AdmissionNumber,
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// Parts they passed before and do not sit again.
    pub kept: BTreeSet<ComponentKind>,
}

impl Candidate {
    /// Whether they sit this part: it is one of their level, and they did not pass it before.
    #[must_use]
    pub fn sits(&self, part: &BatchComponent) -> bool {
        self.occupation_code == part.occupation_code
            && self.level_code == part.level_code
            && !self.kept.contains(&part.kind)
    }
}

/// The candidates of a batch by admission number, and the parts they sit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    /// Admitted and arranged candidates, by admission number.
    pub candidates: Vec<Candidate>,
    /// Parts of every level.
    pub parts: Vec<BatchComponent>,
}

impl Roll {
    /// Who sits a part.
    pub fn of<'a>(&'a self, part: &'a BatchComponent) -> impl Iterator<Item = &'a Candidate> {
        self.candidates.iter().filter(|candidate| candidate.sits(part))
    }

    /// The part with this id.
    #[must_use]
    pub fn part(&self, id: &str) -> Option<&BatchComponent> {
        self.parts.iter().find(|part| part.id == id)
    }
}

/// Reads the roll of a batch; empty before the list of candidates is frozen and arranged.
///
/// # Errors
/// Storage.
pub async fn roll(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Roll> {
    let parts = plan::components(tx, batch).await?;
    let mut numbers = arrangement::admission_numbers(tx, batch).await?;
    let mut kept = registration::kept_kinds(tx, batch).await?;
    let mut candidates: Vec<Candidate> = admission::admitted(tx, batch)
        .await?
        .into_iter()
        .filter_map(|one| {
            let number = numbers.remove(one.application_id.as_str())?;
            Some(Candidate {
                kept: kept.remove(&one.application_id).unwrap_or_default(),
                application_id: one.application_id.as_str().to_owned(),
                number,
                occupation_code: one.occupation_code,
                level_code: one.level_code,
                point_path: one.point_path,
            })
        })
        .collect();
    candidates.sort_by(|one, other| one.number.cmp(&other.number));
    Ok(Roll { candidates, parts })
}
