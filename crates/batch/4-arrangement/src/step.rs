//! What the candidate sees of this stage: the ticket, and when the exam is.
use ::store::Tx;
use admission::{Standing, State};
use identity::Env;
use kernel::UnixMicros;
use registration::{Applied, StepLine, StepState};
use web::Message;

use crate::{
    pages::opens_at,
    rules::{SiteStatus, may_print_own_ticket},
    store,
};

/// The lines of the applicant's page: the ticket, which opens once there is a seat, and the exam until it
/// is over; of each of these applications, which stand so. Whoever will not sit it has neither.
///
/// # Errors
/// Storage.
pub async fn steps(
    env: &Env,
    tx: &mut Tx,
    applied: &[Applied],
    standings: &[Standing],
) -> sqlx::Result<Vec<Vec<StepLine>>> {
    // Only who is on the list has a seat.
    let admitted = applied.iter().zip(standings).filter(|(_, standing)| standing.state == State::Admitted);
    let ids: Vec<&str> = admitted.map(|(one, _)| one.application.id.as_str()).collect();
    let sites = store::sites_of(tx, &ids).await?;
    let of = |(one, standing): (&Applied, &Standing)| match standing.state {
        State::Refused | State::LeftOut | State::Withdrawn => Vec::new(),
        State::Pending | State::Returned | State::Accepted | State::Paid | State::Admitted => {
            let status = sites.get(one.application.id.as_str()).copied();
            std::iter::once(ticket(env.now(), one, status)).chain(exam(env.now(), one)).collect()
        }
    };
    Ok(applied.iter().zip(standings).map(of).collect())
}

fn ticket(now: UnixMicros, applied: &Applied, status: Option<SiteStatus>) -> StepLine {
    let opens_at = opens_at(&applied.windows);
    if status != Some(SiteStatus::Confirmed) {
        let coming = opens_at.filter(|opens_at| *opens_at > now);
        let note = coming.map(|opens_at| Message::new("step-ticket-from").with("day", opens_at.day()));
        return StepLine { title: "step-ticket".into(), note, state: StepState::Ahead, link: None };
    }
    match may_print_own_ticket(status, opens_at, now) {
        Ok(()) => StepLine {
            title: "step-ticket".into(),
            note: None,
            state: StepState::Now,
            link: Some(("step-ticket-print".into(), format!("/my/tickets/{}", applied.application.id))),
        },
        Err(early) => StepLine {
            title: "step-ticket".into(),
            note: Some(early.message()),
            state: StepState::Ahead,
            link: None,
        },
    }
}

/// When each part is that is not kept from an earlier batch; nothing once the last one is over, because
/// only the result knows who was there.
fn exam(now: UnixMicros, applied: &Applied) -> Option<StepLine> {
    let mut parts = applied.parts.clone();
    parts.retain(|part| applied.kept.iter().all(|one| one.kind != part.kind));
    parts.sort_by_key(|part| (part.starts_at, part.position));
    let ends = parts.iter().map(|part| part.starts_at.plus_minutes(part.minutes)).max();
    let first = parts.first().filter(|_| ends.is_some_and(|ends| now < ends))?;
    let state = if first.starts_at.day() <= now.day() { StepState::Now } else { StepState::Ahead };
    let zh = parts.iter().map(|part| format!("{} {}", part.starts_at.text(), part.name_zh));
    let en = parts.iter().map(|part| format!("{} {}", part.starts_at.text(), part.name_en));
    let note = Message::new("step-exam-at")
        .with("zh", zh.collect::<Vec<_>>().join("；"))
        .with("en", en.collect::<Vec<_>>().join("; "));
    Some(StepLine { title: "step-exam".into(), note: Some(note), state, link: None })
}
