//! What the candidate sees of this stage: the certificate.
use std::collections::HashMap;

use ::store::Tx;
use registration::{Applied, StepLine, StepState};
use result::Outcome;
use web::Message;

use crate::{
    Certificate,
    store::{self, CertificateStatus},
};

/// The certificate of each of these applications, as a line of the applicant's page; `outcomes` is what is
/// published of their results.
///
/// # Errors
/// Storage.
pub async fn steps(
    tx: &mut Tx,
    applied: &[Applied],
    outcomes: &HashMap<String, Outcome>,
) -> sqlx::Result<Vec<Vec<StepLine>>> {
    // A certificate is of somebody who passed.
    let passed = |one: &&Applied| outcomes.get(one.application.id.as_str()) == Some(&Outcome::Pass);
    let ids: Vec<_> = applied.iter().filter(passed).map(|one| one.application.id.clone()).collect();
    let mut certificates: HashMap<_, _> = store::of_applications(tx, &ids)
        .await?
        .into_iter()
        .filter(|row| row.status != CertificateStatus::Intended)
        .map(|row| (row.application_id.clone(), row))
        .collect();
    let mut of = |one: &Applied| {
        let id = &one.application.id;
        match certificates.remove(id) {
            Some(row) => vec![issued(one, &row)],
            // Whoever did not pass gets none from this batch; the line of the result says so.
            None => match outcomes.get(id.as_str()) {
                Some(Outcome::Fail | Outcome::Absent) => Vec::new(),
                Some(Outcome::Pass) | None => vec![line(StepState::Ahead, None, None)],
            },
        }
    };
    Ok(applied.iter().map(&mut of).collect())
}

fn line(state: StepState, note: Option<Message>, link: Option<(Message, String)>) -> StepLine {
    StepLine { title: "certificate-step".into(), note, state, link }
}

fn issued(one: &Applied, row: &Certificate) -> StepLine {
    let link = Some((Message::new("certificate-see"), format!("/my/certificates/{}", one.application.id)));
    match row.revoked_on() {
        Some(day) => line(StepState::Late, Some(Message::new("certificate-revoked-on").with("a", day)), link),
        None => {
            let note = Message::new("certificate-issued-on").with("a", row.issued_on);
            line(StepState::Done, Some(note), link)
        }
    }
}
