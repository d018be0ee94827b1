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

/// The papers a batch needs, as its plan lists them.
pub(crate) async fn demands(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Demand>> {
    let levels = plan::levels(tx, batch).await?;
    let mut demands = Vec::new();
    for theory in plan::components(tx, batch).await? {
        let of = |level: &&BatchLevel| {
            level.occupation_code == theory.occupation_code && level.level_code == theory.level_code
        };
        if let (ComponentKind::Theory, Some(level)) = (theory.kind, levels.iter().find(of)) {
            demands.push(Demand { level: level.clone(), theory });
        }
    }
    Ok(demands)
}
