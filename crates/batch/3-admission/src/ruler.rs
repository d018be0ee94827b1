//! One ruler for the whole batch (一把尺子量到底).
use std::collections::HashMap;

use ::store::Tx;
use kernel::{Day, LevelCode, OccupationCode};
use person::{Person, SealError, Vault};
use plan::Batch;
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
        let mut clauses = HashMap::new();
        for level in plan::levels(tx, &batch.code).await? {
            let rows =
                scheme::clauses(tx, &level.standard_id, &level.level_code, batch.reference_date).await?;
            clauses.insert((level.occupation_code, level.level_code), rows);
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
