//! One ruler for the whole batch (一把尺子量到底).
use std::collections::HashMap;

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

    /// Reads the clauses of these levels of a batch.
    ///
    /// # Errors
    /// As [`Ruler::read`].
    pub async fn of_levels(tx: &mut Tx, batch: &Batch, levels: &[BatchLevel]) -> sqlx::Result<Self> {
        let mut standards: Vec<_> = levels.iter().map(|level| &level.standard_id).collect();
        standards.dedup();
        let every_clause = scheme::clauses_of_standards(tx, &standards, batch.reference_date).await?;
        let mut clauses = HashMap::new();
        for level in levels {
            let is_of = |clause: &&Clause| {
                clause.standard_id == level.standard_id && clause.level_code == level.level_code
            };
            let rows = every_clause.iter().filter(is_of).cloned().collect();
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
