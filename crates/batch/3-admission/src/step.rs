//! What the applicant sees of this stage: review, payment, list.
use ::store::Tx;
use identity::Env;
use registration::{Application, StepLine, StepState};
use web::Message;

use crate::{Standing, State, standing::standing, store};

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
        if standing.state == State::LeftOut {
            return Ok(line("admission-step-payment".into(), None, StepState::Late));
        }
        let note = payment_ahead(tx, application).await?;
        return Ok(line("admission-step-payment".into(), note, StepState::Ahead));
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

/// What is to be paid and until when, for who is not accepted yet.
async fn payment_ahead(tx: &mut Tx, application: &Application) -> sqlx::Result<Option<Message>> {
    let levels = plan::levels(tx, &application.batch_code).await?;
    let level = levels.into_iter().find(|level| {
        level.occupation_code == application.occupation_code && level.level_code == application.level_code
    });
    let window = plan::window(tx, &application.batch_code, "payment").await?;
    Ok(level.zip(window).map(|(level, window)| {
        Message::new("admission-step-pay-ahead").with("fee", level.fee).with("day", window.last_day())
    }))
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
