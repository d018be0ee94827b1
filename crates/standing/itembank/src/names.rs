//! What occupations and levels are called today.
use ::store::Tx;
use kernel::{Day, LevelCode, OccupationCode};
use scheme::{Level, Occupation};
use web::Words;

use crate::Bank;

/// Names of all occupations and levels in force.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub occupations: Vec<Occupation>,
    pub levels: Vec<Level>,
}

impl Names {
    /// Loads them: two queries, however many banks a page shows.
    pub async fn load(tx: &mut Tx, day: Day) -> sqlx::Result<Self> {
        let mut occupations = scheme::occupations(tx, day).await?;
        occupations.retain(|occupation| occupation.enabled && occupation.code.is_some());
        Ok(Self { occupations, levels: scheme::levels(tx, day).await? })
    }

    pub fn occupation(&self, code: &OccupationCode) -> Option<&Occupation> {
        self.occupations.iter().find(|occupation| occupation.code.as_ref() == Some(code))
    }

    pub fn level(&self, code: &LevelCode) -> Option<&Level> {
        self.levels.iter().find(|level| level.code == *code)
    }

    /// Occupation and level of a bank in the reader's language; the codes when they have no name today.
    pub fn of(&self, bank: &Bank, t: Words) -> String {
        let occupation = self.occupation(&bank.occupation_code);
        let level = self.level(&bank.level_code);
        format!(
            "{} · {}",
            occupation.map_or(bank.occupation_code.as_str(), |row| t.pick(&row.name_zh, &row.name_en)),
            level.map_or(bank.level_code.as_str(), |row| t.pick(&row.name_zh, &row.name_en)),
        )
    }
}
