//! How applications stand: for the applicant, and in figures.
use std::collections::BTreeMap;

use ::store::Tx;
use identity::Env;
use kernel::{BatchCode, LevelCode, Money, OccupationCode, OrgPath, UnixMicros};
use registration::{Application, StepLine, StepState};
use scheme::Clause;
use web::Message;

use crate::{
    State,
    store::{self, Record},
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

/// Every application of a batch at or below the given nodes, by serial, with how it stands.
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
    Ok(count_by_level(&listed(tx, batch, at).await?))
}

pub(crate) fn count_by_level(rows: &[(Application, State)]) -> Vec<Total> {
    let mut counts: BTreeMap<(&OccupationCode, &LevelCode, State), i64> = BTreeMap::new();
    for (application, state) in rows {
        *counts.entry((&application.occupation_code, &application.level_code, *state)).or_default() += 1;
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

/// The lines of the applicant's page: review, payment, list.
///
/// # Errors
/// Storage.
pub async fn steps(env: &Env, tx: &mut Tx, application: &Application) -> sqlx::Result<Vec<StepLine>> {
    let standing = standing(tx, application).await?;
    if standing.state == State::Withdrawn {
        return Ok(Vec::new());
    }
    let mut lines = vec![review_line(tx, application, &standing).await?];
    if standing.state != State::Refused {
        lines.push(payment_line(env, tx, application, &standing).await?);
        lines.push(list_line(&standing));
    }
    Ok(lines)
}

fn line(title: Message, note: Option<Message>, state: StepState) -> StepLine {
    StepLine { title, note, state, link: None }
}

async fn review_line(tx: &mut Tx, application: &Application, standing: &Standing) -> sqlx::Result<StepLine> {
    let reason = || Some(Message::new("admission-step-reason").with("reason", &standing.reason));
    let before_freeze = standing.left_from.unwrap_or(standing.state);
    let is_final = standing.state == State::LeftOut;
    let clause = standing.clause.as_ref().map(|clause| {
        Message::new("admission-step-clause")
            .with("number", &clause.number)
            .with("zh", &clause.text_zh)
            .with("en", &clause.text_en)
    });
    Ok(match before_freeze {
        State::Pending if is_final => {
            let frozen = store::frozen(tx, &application.batch_code).await?;
            let note = frozen
                .map(|list| Message::new("admission-step-reason").with("reason", list.leave_out_reason));
            line("admission-step-undecided".into(), note, StepState::Late)
        }
        State::Pending => {
            let window = plan::window(tx, &application.batch_code, "review").await?;
            let note =
                window.map(|window| Message::new("admission-step-until").with("day", window.last_day()));
            line("admission-step-review".into(), note, StepState::Now)
        }
        State::Returned if is_final => line("admission-step-returned".into(), reason(), StepState::Late),
        State::Returned => line("admission-step-returned".into(), reason(), StepState::Now),
        State::Refused => line("admission-step-refused".into(), reason(), StepState::Late),
        State::Accepted | State::Paid | State::Admitted | State::LeftOut | State::Withdrawn => {
            line("admission-step-accepted".into(), clause, StepState::Done)
        }
    })
}

async fn payment_line(
    env: &Env,
    tx: &mut Tx,
    application: &Application,
    standing: &Standing,
) -> sqlx::Result<StepLine> {
    if let Some(paid_at) = standing.paid_at {
        let note = Message::new("admission-step-at").with("at", paid_at.text());
        return Ok(line("admission-step-paid".into(), Some(note), StepState::Done));
    }
    let Some(fee) = standing.fee_due else {
        let state = if standing.state == State::LeftOut { StepState::Late } else { StepState::Ahead };
        return Ok(line("admission-step-payment".into(), None, state));
    };
    let title = Message::new("admission-step-pay").with("fee", fee);
    let Some(window) = plan::window(tx, &application.batch_code, "payment").await? else {
        return Ok(line(title, None, StepState::Now));
    };
    let (today, last) = (env.now().day(), window.last_day());
    if last < today {
        let note = Message::new("admission-step-pay-late").with("day", last);
        return Ok(line(title, Some(note), StepState::Late));
    }
    let working_days = scheme::calendar(tx).await?.working_days_between(today, last);
    let note = Message::new("admission-step-pay-until").with("day", last).with("n", working_days);
    Ok(line(title, Some(note), StepState::Now))
}

fn list_line(standing: &Standing) -> StepLine {
    match standing.state {
        State::Admitted => line("admission-step-admitted".into(), None, StepState::Done),
        State::LeftOut => line("admission-step-left-out".into(), None, StepState::Late),
        State::Pending
        | State::Returned
        | State::Refused
        | State::Accepted
        | State::Paid
        | State::Withdrawn => line("admission-step-list".into(), None, StepState::Ahead),
    }
}
