//! An application beside what the plan of its batch says about it: what every stage is asked with for its lines
//! on the applicant's page.
use ::store::Tx;
use plan::{Batch, BatchComponent, BatchLevel, Window};

use crate::Application;

/// See the module.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The application.
    pub application: Application,
    /// Its batch.
    pub batch: Batch,
    /// Every window of the plan.
    pub windows: Vec<Window>,
    /// What was applied for; none when the plan does not certify it.
    pub level: Option<BatchLevel>,
    /// The parts of that level.
    pub parts: Vec<BatchComponent>,
}

impl Applied {
    /// Reads the plans of these applications, of which `known` has the batches.
    ///
    /// # Errors
    /// `RowNotFound` for an application of a batch that is not known; storage.
    pub async fn load(
        tx: &mut Tx,
        applications: Vec<Application>,
        known: &[(Batch, Vec<Window>)],
    ) -> sqlx::Result<Vec<Self>> {
        let codes: Vec<&str> = applications.iter().map(|one| one.batch_code.as_str()).collect();
        let offers = plan::offers_of(tx, &codes).await?;
        let mut all = Vec::with_capacity(applications.len());
        for application in applications {
            let planned = known.iter().find(|(batch, _)| batch.code == application.batch_code);
            let (batch, windows) = planned.cloned().ok_or(sqlx::Error::RowNotFound)?;
            let (levels, parts) = offers.get(application.batch_code.as_str()).cloned().unwrap_or_default();
            let level = levels.into_iter().find(|level| {
                level.occupation_code == application.occupation_code
                    && level.level_code == application.level_code
            });
            let is_own = |part: &BatchComponent| {
                part.occupation_code == application.occupation_code
                    && part.level_code == application.level_code
            };
            let parts = parts.into_iter().filter(is_own).collect();
            all.push(Self { application, batch, windows, level, parts });
        }
        Ok(all)
    }

    /// One application with the plan of its batch.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub async fn of(tx: &mut Tx, application: &Application) -> sqlx::Result<Self> {
        let planned = plan::planned(tx, application.batch_code.as_str()).await?;
        let known: Vec<_> = planned.into_iter().collect();
        let mut all = Self::load(tx, vec![application.clone()], &known).await?;
        all.pop().ok_or(sqlx::Error::RowNotFound)
    }

    /// One window of the plan.
    #[must_use]
    pub fn window(&self, code: &str) -> Option<&Window> {
        self.windows.iter().find(|window| window.code == code)
    }
}
