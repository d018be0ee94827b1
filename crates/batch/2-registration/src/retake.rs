//! What retakes keep (保留合格科目): a part passed earlier need not be sat again for as long as the figure in
//! force says. Until the list is frozen it follows the registers; from then on it stands.
use std::collections::{BTreeSet, HashMap, HashSet};

use ::store::Tx;
use kernel::{BatchCode, Day, LevelCode, OccupationCode, OrgPath, Score, UnixMicros};
use plan::{Batch, BatchComponent};
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
    /// Occupation applied for.
    pub occupation_code: OccupationCode,
    /// Level applied for.
    pub level_code: LevelCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// Which part of them.
    pub kind: ComponentKind,
    /// When it was passed.
    pub passed_on: Day,
    /// With which score, where the register says.
    pub score: Option<Score>,
    /// What the register rests on.
    pub basis: String,
}

impl KeptComponent {
    /// Whether this part of the batch is the one that is kept.
    #[must_use]
    pub fn is_of(&self, part: &BatchComponent) -> bool {
        self.kind == part.kind
            && self.occupation_code == part.occupation_code
            && self.level_code == part.level_code
    }
}

/// The kinds of parts each application of a batch keeps, for those that keep any.
///
/// # Errors
/// Storage.
pub async fn kept_kinds(
    tx: &mut Tx,
    batch: &BatchCode,
) -> sqlx::Result<HashMap<ApplicationId, BTreeSet<ComponentKind>>> {
    let mut kinds: HashMap<ApplicationId, BTreeSet<ComponentKind>> = HashMap::new();
    for one in kept(tx, batch, None).await? {
        kinds.entry(one.application_id).or_default().insert(one.component_kind);
    }
    Ok(kinds)
}

/// The parts that candidates of a batch need not sit, by application: no seat, no missing score; they
/// count as passed. Once the list is frozen, those of the people on it.
///
/// # Errors
/// Storage.
pub async fn kept_components(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<KeptComponent>> {
    Ok(kept(tx, batch, None).await?.into_iter().map(component).collect())
}

/// The same, where the batch and its parts are known; of one application, or of all.
///
/// # Errors
/// Storage.
pub async fn kept_in(
    tx: &mut Tx,
    (batch, parts): (&Batch, &[BatchComponent]),
    application: Option<&ApplicationId>,
) -> sqlx::Result<Vec<KeptComponent>> {
    let found = match passed::kept(tx, &batch.code, application.map(ApplicationId::as_str)).await? {
        passed::Kept::Fixed(found) => found,
        passed::Kept::Live(found) => counted(tx, (batch, parts), found).await?,
    };
    Ok(found.into_iter().map(component).collect())
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
        occupation_code: found.occupation_code,
        level_code: found.level_code,
        point_path: found.point_path,
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
    match passed::kept(tx, batch, id).await? {
        passed::Kept::Fixed(found) => Ok(found),
        passed::Kept::Live(found) => counting(tx, batch, found).await,
    }
}

/// What the registers say now.
async fn follow(tx: &mut Tx, batch: &BatchCode, id: Option<&str>) -> sqlx::Result<Vec<passed::Found>> {
    let live = passed::live(tx, batch, id).await?;
    counting(tx, batch, live).await
}

/// Of what the registers say, latest first of each part, what counts in the batch.
async fn counting(
    tx: &mut Tx,
    batch: &BatchCode,
    live: Vec<passed::Found>,
) -> sqlx::Result<Vec<passed::Found>> {
    if live.is_empty() {
        return Ok(Vec::new());
    }
    let Some(found) = plan::batch(tx, batch.as_str()).await? else { return Ok(Vec::new()) };
    let parts = plan::components(tx, batch).await?;
    counted(tx, (&found, &parts), live).await
}

/// The same, where the batch and its parts are known.
async fn counted(
    tx: &mut Tx,
    (batch, parts): (&Batch, &[BatchComponent]),
    live: Vec<passed::Found>,
) -> sqlx::Result<Vec<passed::Found>> {
    if live.is_empty() {
        return Ok(Vec::new());
    }
    let months = months(tx, batch.exam_date).await?;
    let mut kept: Vec<passed::Found> = Vec::new();
    for one in live {
        // The latest that counts of each part comes first.
        let is_next = kept.last().is_none_or(|last| {
            (&last.application_id, last.component_kind) != (&one.application_id, one.component_kind)
        });
        if is_next && counts(one.passed_on, batch.exam_date, months) {
            kept.push(one);
        }
    }
    let of_one = kept.chunk_by(|one, next| one.application_id == next.application_id);
    Ok(of_one.filter(|own| leaves_something(own, parts)).flatten().cloned().collect())
}

/// Whether something is left to examine. Whoever passed every part has the right to a certificate, not to
/// another examination: their registers contradict their application, and they keep nothing by it.
fn leaves_something(own: &[passed::Found], parts: &[BatchComponent]) -> bool {
    own.first().is_some_and(|one| {
        parts
            .iter()
            .filter(|part| part.occupation_code == one.occupation_code && part.level_code == one.level_code)
            .any(|part| own.iter().all(|kept| kept.component_kind != part.kind))
    })
}

/// Closes the book: from now on no application of the batch is added, changed or withdrawn. Called in the
/// transaction that freezes the list of admitted candidates, before [`keep_components`]; the rail then shows
/// this stage as done. `false` when it was closed before.
///
/// # Errors
/// Storage.
pub async fn close_book(tx: &mut Tx, batch: &BatchCode, now: UnixMicros) -> sqlx::Result<bool> {
    store::close_book(tx, batch, now).await
}

/// From here on the admitted keep what the registers say now, whatever registers come later.
///
/// # Errors
/// Storage.
pub async fn keep_components(
    tx: &mut Tx,
    batch: &BatchCode,
    admitted: &HashSet<&ApplicationId>,
) -> sqlx::Result<usize> {
    let mut kept = follow(tx, batch, None).await?;
    kept.retain(|one| admitted.contains(&one.application_id));
    passed::fix(tx, &kept).await?;
    Ok(kept.len())
}
