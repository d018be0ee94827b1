//! What retakes keep (保留合格科目): a part passed earlier need not be sat again for as long as the figure in
//! force says. Until the list is frozen it follows the registers; from then on it stands.
use ::store::Tx;
use kernel::{BatchCode, Day, Score, UnixMicros};
use scheme::ComponentKind;

use crate::{
    ApplicationId,
    rules::passed::counts,
    store::{self, Figure, passed},
};

/// A part that an applicant keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptComponent {
    /// Whose.
    pub application_id: ApplicationId,
    /// Which part of their occupation and level.
    pub kind: ComponentKind,
    /// When it was passed.
    pub passed_on: Day,
    /// With which score, where the register says.
    pub score: Option<Score>,
    /// What the register rests on.
    pub basis: String,
}

/// The parts that candidates of a batch need not sit, by application: no seat, no missing score; they
/// count as passed.
///
/// # Errors
/// Storage.
pub async fn kept_components(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<KeptComponent>> {
    Ok(kept(tx, batch, None).await?.into_iter().map(component).collect())
}

/// The parts that one application keeps.
///
/// # Errors
/// Storage.
pub async fn kept_of(
    tx: &mut Tx,
    batch: &BatchCode,
    application: &ApplicationId,
) -> sqlx::Result<Vec<KeptComponent>> {
    let found = kept(tx, batch, Some(application.as_str())).await?;
    Ok(found.into_iter().map(component).collect())
}

fn component(found: passed::Found) -> KeptComponent {
    KeptComponent {
        application_id: found.application_id,
        kind: found.component_kind,
        passed_on: found.passed_on,
        score: found.score_centi,
        basis: found.basis,
    }
}

/// How many months a passed part counts in a batch.
pub(crate) async fn months(tx: &mut Tx, exam: Day) -> sqlx::Result<i64> {
    store::figure(tx, Figure::KeptComponentMonths, exam).await
}

async fn kept(tx: &mut Tx, batch: &BatchCode, id: Option<&str>) -> sqlx::Result<Vec<passed::Found>> {
    if store::is_closed(tx, batch).await? {
        return passed::fixed(tx, batch, id).await;
    }
    let Some(found) = plan::batch(tx, batch.as_str()).await? else { return Ok(Vec::new()) };
    let months = months(tx, found.exam_date).await?;
    let mut kept: Vec<passed::Found> = Vec::new();
    for one in passed::live(tx, batch, id).await? {
        // The latest that counts of each part comes first.
        let is_next = kept.last().is_none_or(|last| {
            (&last.application_id, last.component_kind) != (&one.application_id, one.component_kind)
        });
        if is_next && counts(one.passed_on, found.exam_date, months) {
            kept.push(one);
        }
    }
    Ok(kept)
}

/// Closes the book: from now on no application of the batch is added, changed or withdrawn, and what
/// retakes keep is what they keep now. Called in the transaction that freezes the list of admitted
/// candidates; the rail then shows this stage as done. `false` when it was closed before.
///
/// # Errors
/// Storage.
pub async fn close_book(tx: &mut Tx, batch: &BatchCode, now: UnixMicros) -> sqlx::Result<bool> {
    let kept = kept(tx, batch, None).await?;
    if !store::close_book(tx, batch, now).await? {
        return Ok(false);
    }
    passed::fix(tx, &kept).await?;
    Ok(true)
}
