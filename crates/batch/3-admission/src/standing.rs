//! How applications stand: one by one, and in figures.
use std::collections::BTreeMap;

use ::store::Tx;
use kernel::{BatchCode, LevelCode, Money, OccupationCode, OrgPath, UnixMicros};
use plan::Batch;
use registration::Application;
use scheme::Clause;

use crate::{
    Count, State,
    store::{
        self, Record,
        queue::{Filter, Part},
    },
};

/// How one application stands, for its applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// When it was last decided; none before the first decision.
    pub decided_at: Option<UnixMicros>,
    /// The clause it was held against, with its legal text in both languages.
    pub clause: Option<Clause>,
    /// Why, in the reviewer's words; empty for an acceptance as proposed.
    pub reason: String,
    /// What is to be paid, while it is.
    pub fee_due: Option<Money>,
    /// When the fee was received.
    pub paid_at: Option<UnixMicros>,
    /// How it stood when the list was frozen without it.
    pub left_from: Option<State>,
}

/// Applications of one occupation and level in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// State.
    pub state: State,
    /// How many.
    pub count: i64,
}

/// Every application of a batch at or below the given nodes, by serial, with how it stands. For acts on
/// the list as a whole; pages ask [`counts`](store::queue::counts) and [`queued`](store::queue::queued).
pub(crate) async fn listed(
    tx: &mut Tx,
    batch: &BatchCode,
    at: &[OrgPath],
) -> sqlx::Result<Vec<(Application, State)>> {
    let records = store::records(tx, batch).await?;
    let applications = registration::applications(tx, batch, at).await?;
    let with_state = |application: Application| {
        let state = Record::state(records.get(&application.id), &application);
        (application, state)
    };
    Ok(applications.into_iter().map(with_state).collect())
}

/// Live counts by occupation, level and state at or below the given nodes; a state without
/// applications has no row.
///
/// # Errors
/// Storage.
pub async fn totals(tx: &mut Tx, batch: &BatchCode, at: &[OrgPath]) -> sqlx::Result<Vec<Total>> {
    let part = Part { batch, at: Some(at) };
    Ok(by_level(&store::queue::counts(tx, part, &Filter::default()).await?))
}

/// Live counts by registration point, occupation, level and state, over what somebody reaches who
/// holds these nodes of the batch.
///
/// # Errors
/// Storage.
pub async fn counts(tx: &mut Tx, batch: &Batch, at: &[OrgPath]) -> sqlx::Result<Vec<Count>> {
    store::queue::counts(tx, Part::held(batch, at), &Filter::default()).await
}

/// How those stood who were left out when the list was frozen, counted in the same way.
///
/// # Errors
/// Storage.
pub async fn left_out(tx: &mut Tx, batch: &Batch, at: &[OrgPath]) -> sqlx::Result<Vec<Count>> {
    store::queue::left_out(tx, Part::held(batch, at)).await
}

/// The same counts without the points.
pub(crate) fn by_level(rows: &[Count]) -> Vec<Total> {
    let mut counts: BTreeMap<(&OccupationCode, &LevelCode, State), i64> = BTreeMap::new();
    for row in rows {
        *counts.entry((&row.occupation_code, &row.level_code, row.state)).or_default() += row.count;
    }
    let total = |((occupation, level, state), count): ((&OccupationCode, &LevelCode, State), i64)| Total {
        occupation_code: occupation.clone(),
        level_code: level.clone(),
        state,
        count,
    };
    counts.into_iter().map(total).collect()
}

/// How an application stands, with what was decided and what is due.
///
/// # Errors
/// Storage.
pub async fn standing(tx: &mut Tx, application: &Application) -> sqlx::Result<Standing> {
    let record = store::record(tx, &application.id).await?;
    let state = Record::state(record.as_ref(), application);
    let latest = store::reviews(tx, &application.id).await?.into_iter().next();
    let clause = match latest.as_ref().and_then(|review| review.clause_id.as_ref()) {
        Some(id) => scheme::clause(tx, id).await?,
        None => None,
    };
    let mut fee_due = None;
    if state == State::Accepted {
        let levels = plan::levels(tx, &application.batch_code).await?;
        let level = levels.into_iter().find(|level| {
            level.occupation_code == application.occupation_code && level.level_code == application.level_code
        });
        fee_due = level.map(|level| level.fee);
    }
    Ok(Standing {
        state,
        decided_at: latest.as_ref().map(|review| review.reviewed_at),
        clause,
        reason: latest.map(|review| review.reason).unwrap_or_default(),
        fee_due,
        paid_at: store::payment(tx, &application.id).await?.map(|payment| payment.recorded_at),
        left_from: record.and_then(|record| record.left_from),
    })
}
