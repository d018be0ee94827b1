//! Which papers a batch needs: every occupation and level with a theory part.
use ::store::Tx;
use kernel::BatchCode;
use plan::{BatchComponent, BatchLevel};
use scheme::ComponentKind;

use crate::{Form, FormLetter, FormStatus};

/// A paper the batch needs.
#[derive(Debug, Clone)]
pub(crate) struct Demand {
    pub level: BatchLevel,
    pub theory: BatchComponent,
}

impl Demand {
    /// Whether a form is one of this paper.
    pub fn is_of(&self, form: &Form) -> bool {
        form.occupation_code == self.level.occupation_code && form.level_code == self.level.level_code
    }

    /// Whether every form of this paper is locked.
    pub fn is_locked(&self, forms: &[Form]) -> bool {
        let locked = forms.iter().filter(|form| self.is_of(form) && form.status == FormStatus::Locked);
        locked.count() == FormLetter::ALL.len()
    }
}

/// How many papers of a batch, by its parts, have not all their forms locked.
pub(crate) fn open_count<'a>(parts: impl Iterator<Item = &'a BatchComponent>, forms: &[&Form]) -> usize {
    let is_locked = |theory: &BatchComponent| {
        let is_of = |form: &&&Form| {
            form.occupation_code == theory.occupation_code && form.level_code == theory.level_code
        };
        let locked = forms.iter().filter(is_of).filter(|form| form.status == FormStatus::Locked);
        locked.count() == FormLetter::ALL.len()
    };
    parts.filter(|part| part.kind == ComponentKind::Theory && !is_locked(part)).count()
}

/// The papers a batch needs, as its plan lists them.
pub(crate) async fn demands(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Demand>> {
    let (levels, parts) = plan::levels_and_components(tx, batch).await?;
    Ok(demands_of(&levels, &parts))
}

/// The papers of these levels.
pub(crate) fn demands_of(levels: &[BatchLevel], parts: &[BatchComponent]) -> Vec<Demand> {
    let demand = |theory: &BatchComponent| {
        let of = |level: &&BatchLevel| {
            level.occupation_code == theory.occupation_code && level.level_code == theory.level_code
        };
        Some(Demand { level: levels.iter().find(of)?.clone(), theory: theory.clone() })
    };
    parts.iter().filter(|part| part.kind == ComponentKind::Theory).filter_map(demand).collect()
}
