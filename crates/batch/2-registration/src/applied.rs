//! An application beside what the plan of its batch says about it: what every stage is asked with for its lines
//! on the applicant's page.
use ::store::Tx;
use plan::{Batch, BatchComponent, BatchLevel, Outline, Window};
use scheme::Clause;

use crate::{Application, ApplicationStatus, ExamKind, KeptComponent, kept_in};

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
    /// Those of them that a retake keeps; a first examination keeps none.
    pub kept: Vec<KeptComponent>,
    /// The clause the application names; none where nobody asked for it.
    pub clause: Option<Clause>,
}

impl Applied {
    /// An application beside its batch alone, for lines that say nothing of what was applied for.
    pub(crate) fn bare(application: Application, (batch, windows): (Batch, Vec<Window>)) -> Self {
        let (level, parts, kept, clause) = (None, Vec::new(), Vec::new(), None);
        Self { application, batch, windows, level, parts, kept, clause }
    }

    /// The same beside what a plan certifies.
    async fn of_plan(
        self,
        tx: &mut Tx,
        (levels, parts): (&[BatchLevel], &[BatchComponent]),
    ) -> sqlx::Result<Self> {
        let application = &self.application;
        let level = levels.iter().find(|level| {
            level.occupation_code == application.occupation_code && level.level_code == application.level_code
        });
        let is_own = |part: &&BatchComponent| {
            part.occupation_code == application.occupation_code && part.level_code == application.level_code
        };
        let parts: Vec<BatchComponent> = parts.iter().filter(is_own).cloned().collect();
        let keeps =
            application.exam_kind == ExamKind::Retake && application.status != ApplicationStatus::Withdrawn;
        let kept =
            if keeps { kept_in(tx, (&self.batch, &parts), Some(&application.id)).await? } else { Vec::new() };
        let level = level.cloned();
        Ok(Self { level, parts, kept, ..self })
    }

    /// One application where its batch and the outline of the plan are known, with the clause it names.
    pub(crate) async fn in_outline(
        tx: &mut Tx,
        application: Application,
        planned: (Batch, Vec<Window>),
        outline: &Outline,
    ) -> sqlx::Result<Self> {
        let known = (outline.levels.as_slice(), outline.components.as_slice());
        let one = Self::bare(application, planned).of_plan(tx, known).await?;
        let Some(level) = one.level.clone() else { return Ok(one) };
        let day = one.batch.reference_date;
        let clauses = scheme::clauses(tx, &level.standard_id, &level.level_code, day).await?;
        let clause = clauses.into_iter().find(|clause| clause.number == one.application.clause_number);
        Ok(Self { clause, ..one })
    }

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
            let planned = planned.cloned().ok_or(sqlx::Error::RowNotFound)?;
            let (levels, parts) = offers.get(application.batch_code.as_str()).cloned().unwrap_or_default();
            all.push(Self::bare(application, planned).of_plan(tx, (&levels, &parts)).await?);
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
