//! What the candidate sees of this stage: the ticket, and when the exam is.
use ::store::Tx;
use admission::State;
use identity::Env;
use registration::{Application, StepLine, StepState};
use web::Message;

use crate::{
    pages::{of_site, opens_at},
    rules::{SiteStatus, may_print_own_ticket},
    store,
};

/// The lines of the applicant's page: the ticket, which opens once there is a seat, and the exam until it
/// is over. Whoever will not sit it has neither.
///
/// # Errors
/// Storage.
pub async fn steps(env: &Env, tx: &mut Tx, application: &Application) -> sqlx::Result<Vec<StepLine>> {
    match admission::standing(tx, application).await?.state {
        State::Refused | State::LeftOut | State::Withdrawn => return Ok(Vec::new()),
        State::Pending | State::Returned | State::Accepted | State::Paid | State::Admitted => {}
    }
    let mut lines = vec![ticket(env, tx, application).await?];
    lines.extend(exam(env, tx, application).await?);
    Ok(lines)
}

async fn ticket(env: &Env, tx: &mut Tx, application: &Application) -> sqlx::Result<StepLine> {
    let code = &application.batch_code;
    let seats = store::seats_of_application(tx, application.id.as_str()).await?;
    let status = of_site(tx, code, &seats).await?.map(|site| site.status);
    let opens_at = opens_at(tx, code).await?;
    if status != Some(SiteStatus::Confirmed) {
        let coming = opens_at.filter(|opens_at| *opens_at > env.now());
        let note = coming.map(|opens_at| Message::new("step-ticket-from").with("day", opens_at.day()));
        return Ok(StepLine { title: "step-ticket".into(), note, state: StepState::Ahead, link: None });
    }
    Ok(match may_print_own_ticket(status, opens_at, env.now()) {
        Ok(()) => StepLine {
            title: "step-ticket".into(),
            note: None,
            state: StepState::Now,
            link: Some(("step-ticket-print".into(), format!("/my/tickets/{}", application.id))),
        },
        Err(early) => StepLine {
            title: "step-ticket".into(),
            note: Some(early.message()),
            state: StepState::Ahead,
            link: None,
        },
    })
}

/// When each part is that is not kept from an earlier batch; nothing once the last one is over, because
/// only the result knows who was there.
async fn exam(env: &Env, tx: &mut Tx, application: &Application) -> sqlx::Result<Option<StepLine>> {
    let code = &application.batch_code;
    let kept = registration::kept_of(tx, code, &application.id).await?;
    let mut parts = plan::components(tx, code).await?;
    parts.retain(|part| {
        part.occupation_code == application.occupation_code
            && part.level_code == application.level_code
            && kept.iter().all(|one| one.kind != part.kind)
    });
    parts.sort_by_key(|part| (part.starts_at, part.position));
    let now = env.now();
    let ends = parts.iter().map(|part| part.starts_at.plus_minutes(part.minutes)).max();
    let Some(first) = parts.first().filter(|_| ends.is_some_and(|ends| now < ends)) else {
        return Ok(None);
    };
    let state = if first.starts_at.day() <= now.day() { StepState::Now } else { StepState::Ahead };
    let zh = parts.iter().map(|part| format!("{} {}", part.starts_at.text(), part.name_zh));
    let en = parts.iter().map(|part| format!("{} {}", part.starts_at.text(), part.name_en));
    let note = Message::new("step-exam-at")
        .with("zh", zh.collect::<Vec<_>>().join("；"))
        .with("en", en.collect::<Vec<_>>().join("; "));
    Ok(Some(StepLine { title: "step-exam".into(), note: Some(note), state, link: None }))
}
