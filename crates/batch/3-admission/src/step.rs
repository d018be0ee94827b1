//! What the applicant sees of this stage: review, payment, list.
use ::store::Tx;
use identity::Env;
use kernel::{UnixMicros, WorkingCalendar};
use registration::{Applied, StepLine, StepState};
use web::Message;

use crate::{Standing, State};

/// The lines of the applicant's page: review, payment, list; of each of these applications, which stand so.
///
/// # Errors
/// Storage.
pub async fn steps(
    env: &Env,
    tx: &mut Tx,
    applied: &[Applied],
    standings: &[Standing],
) -> sqlx::Result<Vec<Vec<StepLine>>> {
    let is_due = standings.iter().any(|standing| standing.paid_at.is_none() && standing.fee_due.is_some());
    let calendar = if is_due { Some(scheme::calendar(tx).await?) } else { None };
    let of = |(applied, standing): (&Applied, &Standing)| {
        if standing.state == State::Withdrawn {
            return Vec::new();
        }
        let mut lines = vec![review_line(applied, standing)];
        if standing.state != State::Refused {
            lines.push(payment_line(env.now(), applied, standing, calendar.as_ref()));
            lines.push(list_line(standing));
        }
        lines
    };
    Ok(applied.iter().zip(standings).map(of).collect())
}

fn line(title: Message, note: Option<Message>, state: StepState) -> StepLine {
    StepLine { title, note, state, link: None }
}

fn review_line(applied: &Applied, standing: &Standing) -> StepLine {
    let reason = || Some(Message::new("admission-step-reason").with("reason", &standing.reason));
    let before_freeze = standing.left_from.unwrap_or(standing.state);
    let is_final = standing.state == State::LeftOut;
    let clause = standing.clause.as_ref().map(|clause| {
        Message::new("admission-step-clause")
            .with("number", &clause.number)
            .with("zh", &clause.text_zh)
            .with("en", &clause.text_en)
    });
    match before_freeze {
        State::Pending if is_final => {
            let because = standing.leave_out_reason.as_ref();
            let note = because.map(|reason| Message::new("admission-step-reason").with("reason", reason));
            line("admission-step-undecided".into(), note, StepState::Late)
        }
        State::Pending => {
            let window = applied.window("review");
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
    }
}

fn payment_line(
    now: UnixMicros,
    applied: &Applied,
    standing: &Standing,
    calendar: Option<&WorkingCalendar>,
) -> StepLine {
    if let Some(paid_at) = standing.paid_at {
        let note = Message::new("admission-step-at").with("at", paid_at.text());
        return line("admission-step-paid".into(), Some(note), StepState::Done);
    }
    let Some(fee) = standing.fee_due else {
        if standing.state == State::LeftOut {
            return line("admission-step-payment".into(), None, StepState::Late);
        }
        return line("admission-step-payment".into(), payment_ahead(applied), StepState::Ahead);
    };
    let title = Message::new("admission-step-pay").with("fee", fee);
    let Some((window, calendar)) = applied.window("payment").zip(calendar) else {
        return line(title, None, StepState::Now);
    };
    let (today, last) = (now.day(), window.last_day());
    if last < today {
        let note = Message::new("admission-step-pay-late").with("day", last);
        return line(title, Some(note), StepState::Late);
    }
    let working_days = calendar.working_days_between(today, last);
    let note = Message::new("admission-step-pay-until").with("day", last).with("n", working_days);
    line(title, Some(note), StepState::Now)
}

/// What is to be paid and until when, for who is not accepted yet.
fn payment_ahead(applied: &Applied) -> Option<Message> {
    let (level, window) = applied.level.as_ref().zip(applied.window("payment"))?;
    Some(Message::new("admission-step-pay-ahead").with("fee", level.fee).with("day", window.last_day()))
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
