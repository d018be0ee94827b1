//! Names of papers in the visitor's language.
use std::collections::BTreeSet;

use ::store::Tx;
use kernel::BatchCode;
use plan::BatchLevel;
use web::Words;

use crate::rules::need::PaperKey;

/// Occupations and levels of a batch.
pub(crate) struct Names {
    levels: Vec<BatchLevel>,
    t: Words,
}

impl Names {
    pub async fn load(tx: &mut Tx, batch: &BatchCode, t: Words) -> sqlx::Result<Self> {
        Ok(Self { levels: plan::levels(tx, batch).await?, t })
    }

    /// The batch's row of a paper.
    pub fn level(&self, paper: &PaperKey) -> Option<&BatchLevel> {
        self.levels
            .iter()
            .find(|one| one.occupation_code == paper.occupation && one.level_code == paper.level)
    }

    /// Occupation and level.
    pub fn paper(&self, paper: &PaperKey) -> String {
        self.level(paper).map_or_else(
            || paper.stratum(),
            |one| {
                let occupation = self.t.pick(&one.occupation_zh, &one.occupation_en);
                format!("{occupation} {}", short(self.t.pick(&one.level_zh, &one.level_en)))
            },
        )
    }

    /// Only the level when all `papers` are of one occupation, else both.
    pub fn among(&self, paper: &PaperKey, papers: &[PaperKey]) -> String {
        let occupations: BTreeSet<_> = papers.iter().map(|one| &one.occupation).collect();
        match self.level(paper) {
            Some(one) if occupations.len() < 2 => short(self.t.pick(&one.level_zh, &one.level_en)).to_owned(),
            Some(_) | None => self.paper(paper),
        }
    }
}

/// `三级/高级工` is 三级 to those who sit in the room.
fn short(level: &str) -> &str {
    level.split('/').next().unwrap_or(level).trim()
}
