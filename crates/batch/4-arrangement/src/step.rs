//! What the candidate sees of this stage: the ticket.
use ::store::Tx;
use identity::Env;
use registration::{Application, StepLine, StepState};

use crate::{
    pages::{of_site, opens_at},
    rules::{SiteStatus, may_print_own_ticket},
    store,
};

/// The line of the applicant's page: the ticket, once there is a seat.
///
/// # Errors
/// Storage.
pub async fn steps(env: &Env, tx: &mut Tx, application: &Application) -> sqlx::Result<Vec<StepLine>> {
    let code = &application.batch_code;
    let seats = store::seats_of_application(tx, application.id.as_str()).await?;
    let site = of_site(tx, code, &seats).await?;
    let Some(site) = site.filter(|site| site.status == SiteStatus::Confirmed) else {
        return Ok(Vec::new());
    };
    let line = match may_print_own_ticket(Some(site.status), opens_at(tx, code).await?, env.now()) {
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
    };
    Ok(vec![line])
}
