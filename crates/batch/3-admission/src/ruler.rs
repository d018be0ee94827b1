//! One ruler for the whole batch (一把尺子量到底).
use std::collections::{BTreeMap, HashMap, btree_map::Entry};

use ::store::Tx;
use kernel::{Day, LevelCode, OccupationCode};
use person::{Person, SealError, Vault};
use plan::{Batch, BatchLevel};
use registration::Application;
use scheme::Clause;

use crate::Opinion;

/// The clauses of everything a batch certifies, by the standard its plan names, in force on its
/// reference date. It knows no territory: every reviewer measures with the same rows.
#[derive(Debug, Clone)]
pub struct Ruler {
    reference: Day,
    clauses: HashMap<(OccupationCode, LevelCode), Vec<Clause>>,
}

impl Ruler {
    /// Reads the clauses of a batch.
    ///
    /// # Errors
    /// Storage; a stored condition of a kind this binary does not know.
    pub async fn read(tx: &mut Tx, batch: &Batch) -> sqlx::Result<Self> {
        let levels = plan::levels(tx, &batch.code).await?;
        Self::of_levels(tx, batch, &levels).await
    }

    /// Reads the clauses of these levels of a batch: one question for each standard they follow.
    ///
    /// # Errors
    /// As [`Ruler::read`].
    pub async fn of_levels(tx: &mut Tx, batch: &Batch, levels: &[BatchLevel]) -> sqlx::Result<Self> {
        let mut of_standard: BTreeMap<&str, Vec<Clause>> = BTreeMap::new();
        let mut clauses = HashMap::new();
        for level in levels {
            let known = match of_standard.entry(level.standard_id.as_str()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place
                    .insert(scheme::clauses_in_force(tx, &level.standard_id, batch.reference_date).await?),
            };
            let rows = known.iter().filter(|clause| clause.level_code == level.level_code).cloned().collect();
            clauses.insert((level.occupation_code.clone(), level.level_code.clone()), rows);
        }
        Ok(Self { reference: batch.reference_date, clauses })
    }

    /// Holds an application against the clause it names.
    ///
    /// # Errors
    /// [`SealError`] when a sealed value of the application does not open.
    pub fn measure(
        &self,
        vault: &Vault,
        application: &Application,
        person: &Person,
    ) -> Result<Opinion, SealError> {
        let facts = registration::facts(vault, application, person)?;
        let level = (application.occupation_code.clone(), application.level_code.clone());
        let clauses = self.clauses.get(&level).map_or(&[][..], Vec::as_slice);
        Ok(Opinion::form(clauses, &application.clause_number, &facts, self.reference))
    }
}
