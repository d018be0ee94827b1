//! What the candidate sees of this stage: the certificate.
use ::store::Tx;
use identity::Env;
use registration::{Application, StepLine, StepState};
use result::Outcome;
use web::Message;

use crate::store::{self, CertificateStatus};

/// The certificate of an application, as a line of the applicant's page.
///
/// # Errors
/// Storage.
pub async fn steps(_: &Env, tx: &mut Tx, application: &Application) -> sqlx::Result<Vec<StepLine>> {
    let certificate = store::certificate_of(tx, &application.id).await?;
    let line = |title, state, note, link| StepLine { title: Message::new(title), note, state, link };
    let Some(row) = certificate.filter(|row| row.status != CertificateStatus::Intended) else {
        // Whoever did not pass gets none from this batch; the line of the result says so.
        let has_failed = match result::store::published_outcome(tx, application.id.as_str()).await? {
            Some(Outcome::Fail | Outcome::Absent) => true,
            Some(Outcome::Pass) | None => false,
        };
        let ahead = line("certificate-step", StepState::Ahead, None, None);
        return Ok(if has_failed { Vec::new() } else { vec![ahead] });
    };
    let link = Some((Message::new("certificate-see"), format!("/my/certificates/{}", application.id)));
    Ok(vec![match row.revoked_on() {
        Some(day) => line(
            "certificate-step",
            StepState::Late,
            Some(Message::new("certificate-revoked-on").with("a", day)),
            link,
        ),
        None => {
            let note = Message::new("certificate-issued-on").with("a", row.issued_on);
            line("certificate-step", StepState::Done, Some(note), link)
        }
    }])
}
