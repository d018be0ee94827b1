//! How far the assessment of a batch is, in figures the database counts.
use std::collections::HashMap;

use ::store::Tx;
use kernel::{BatchCode, UnixMicros};
use plan::{BatchComponent, Progress, ProgressState};

use crate::store;

/// This stage on the rail.
const STAGE: i64 = 7;

/// How many scores each part of a batch needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected(Vec<(BatchComponent, i64)>);

impl Expected {
    /// Reads it; nothing is expected before everybody has a seat.
    pub(crate) async fn read(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Self> {
        let parts = plan::components(tx, batch).await?;
        let is_seated = arrangement::is_confirmed(tx, batch).await?;
        Self::of_parts(tx, batch, parts, is_seated).await
    }

    /// The same, where the parts of the batch are known, and whether everybody has a seat.
    pub(crate) async fn of_parts(
        tx: &mut Tx,
        batch: &BatchCode,
        parts: Vec<BatchComponent>,
        is_seated: bool,
    ) -> sqlx::Result<Self> {
        if !is_seated {
            return Ok(Self(parts.into_iter().map(|part| (part, 0)).collect()));
        }
        let levels = admission::admitted_by_level(tx, batch).await?;
        let kept = registration::kept_components(tx, batch).await?;
        let of = |part: &BatchComponent| {
            let level = levels.iter().find(|(occupation, level, _)| {
                *occupation == part.occupation_code && *level == part.level_code
            });
            let kept = kept.iter().filter(|one| one.is_of(part)).count();
            let kept = i64::try_from(kept).unwrap_or(i64::MAX);
            level.map_or(0, |(_, _, count)| *count - kept)
        };
        Ok(Self(parts.into_iter().map(|part| (of(&part), part)).map(|(count, part)| (part, count)).collect()))
    }

    /// Each part and the scores it needs.
    pub(crate) fn parts(&self) -> &[(BatchComponent, i64)] {
        &self.0
    }

    /// Whether so many sealed scores a part are all that are needed.
    pub(crate) fn is_met(&self, sealed: &HashMap<String, i64>) -> bool {
        let is_met =
            |(part, count): &(BatchComponent, i64)| sealed.get(&part.id).copied().unwrap_or(0) >= *count;
        self.0.iter().any(|(_, count)| *count > 0) && self.0.iter().all(is_met)
    }
}

/// Tells the rail how many scores are sealed.
pub(crate) async fn report(
    tx: &mut Tx,
    batch: &BatchCode,
    expected: &Expected,
    now: UnixMicros,
) -> sqlx::Result<()> {
    // Two last sheets sealed in the same moment would each tell the rail of the other's absence.
    plan::hold_progress(tx, batch, STAGE, now).await?;
    let sealed = store::sealed_by_part(tx, batch).await?;
    let (state, note_key) = if expected.is_met(&sealed) {
        (ProgressState::Done, "assessment-note-done")
    } else {
        (ProgressState::Now, "assessment-note-now")
    };
    let progress = Progress { state, count: sealed.values().sum(), note_key };
    plan::report_progress(tx, batch, STAGE, progress, now).await
}
