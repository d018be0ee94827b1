//! How applications stand: one by one, and in figures.
use std::collections::BTreeMap;

use ::store::Tx;
use kernel::{BatchCode, LevelCode, Money, OccupationCode, OrgPath, UnixMicros};
use plan::Batch;
use registration::{Application, Applied};
use scheme::{Clause, ClauseId};

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
    /// Why those were left out whom nobody had decided on; none before the list is frozen.
    pub leave_out_reason: Option<String>,
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

/// Every application of a batch at or below the given nodes, by serial, with how it stands. For the
/// workbook; pages ask [`counts`](store::queue::counts) and [`queued`](store::queue::queued).
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

/// The same, and how those stood who were left out when the list was frozen, counted in the same way. Of
/// one point, occupation, level and state there may be several rows.
///
/// # Errors
/// Storage.
pub async fn counts_with_left(
    tx: &mut Tx,
    batch: &Batch,
    at: &[OrgPath],
) -> sqlx::Result<(Vec<Count>, Vec<Count>)> {
    store::queue::counts_with_left(tx, Part::held(batch, at)).await
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
    let applied = Applied::of(tx, application).await?;
    let mut all = standings(tx, std::slice::from_ref(&applied)).await?;
    all.pop().ok_or(sqlx::Error::RowNotFound)
}

/// The same of several applications, in their order.
///
/// # Errors
/// Storage.
pub async fn standings(tx: &mut Tx, applied: &[Applied]) -> sqlx::Result<Vec<Standing>> {
    let ids: Vec<&str> = applied.iter().map(|one| one.application.id.as_str()).collect();
    let records = store::full_records(tx, &ids).await?;
    // Nearly always it is the clause the application names.
    let named: Vec<&Clause> = applied.iter().filter_map(|one| one.clause.as_ref()).collect();
    let decided = records.values().filter_map(|row| row.clause_id.as_ref());
    let others: Vec<&ClauseId> = decided.filter(|id| named.iter().all(|known| known.id != **id)).collect();
    let others = scheme::clauses_by_id(tx, &others).await?;
    let clause = |id: &ClauseId| named.iter().copied().chain(&others).find(|known| known.id == *id).cloned();
    let of = |one: &Applied| {
        let row = records.get(&one.application.id);
        let state = Record::state(row.map(|row| &row.record), &one.application);
        Standing {
            state,
            decided_at: row.and_then(|row| row.reviewed_at),
            clause: row.and_then(|row| row.clause_id.as_ref()).and_then(clause),
            reason: row.and_then(|row| row.reason.clone()).unwrap_or_default(),
            fee_due: one.level.as_ref().filter(|_| state == State::Accepted).map(|level| level.fee),
            paid_at: row.and_then(|row| row.paid_at),
            left_from: row.and_then(|row| row.record.left_from),
            leave_out_reason: row.and_then(|row| row.leave_out_reason.clone()),
        }
    };
    Ok(applied.iter().map(of).collect())
}
