//! A correction of who somebody is: everything it writes.
use ::store::{Tx, is_unique_violation};
use identity::{Action, Env, Object, Subject, territory};
use message::Outgoing;
use person::Person;
use plan::Batch;
use serde_json::json;
use web::{Lang, Message, PageError, PageResult, Words};

use crate::{
    Application, ApplicationId,
    intake::hold_book,
    rules::correction::{Correction, CorrectionRefused},
    store,
};

/// Corrects a person and hands each of their applications in again: a decision made on another name
/// or number is made anew. `seen` is the application it was asked from and the version that was seen.
/// The caller commits, unless a rule refused.
///
/// # Errors
/// Outside: the list of the batch is frozen; stale when an application changed meanwhile; storage.
/// Inside: what stands in the way in other batches and at other places, and a number that is taken.
pub(crate) async fn correct(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    person: &Person,
    correction: &Correction,
    (seen, seen_version): (&Application, i64),
) -> PageResult<Result<(), CorrectionRefused>> {
    hold_book(tx, &seen.batch_code).await?;
    let applications = store::everywhere(tx, &person.id).await?;
    for application in &applications {
        if let Err(refused) = check_place(tx, env, who, application).await? {
            return Ok(Err(refused));
        }
    }
    let (vault, entropy) = (&env.vault, &*env.entropy);
    match person::correct(tx, vault, entropy, &person.id, &correction.name, &correction.document).await {
        Ok(true) => {}
        Ok(false) => return Ok(Err(CorrectionRefused::DocumentTaken)),
        Err(error) if is_unique_violation(&error) => return Ok(Err(CorrectionRefused::DocumentTaken)),
        Err(error) => return Err(error.into()),
    }
    for application in &applications {
        let version = if application.id == seen.id { seen_version } else { application.version };
        if !store::hand_in_again(tx, &application.id, version, env.now()).await? {
            return Err(PageError::Stale);
        }
        note(tx, env, who, person, correction, application).await?;
    }
    Ok(Ok(()))
}

/// Whether whoever corrects may do so where this application stands. The books of open batches are
/// held in the order of their codes, so that two corrections never wait for each other.
async fn check_place(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    application: &Application,
) -> PageResult<Result<(), CorrectionRefused>> {
    let batch = plan::batch(tx, application.batch_code.as_str()).await?.ok_or(PageError::NotFound)?;
    if !store::open_book(tx, &batch.code).await? {
        return Ok(Err(CorrectionRefused::FrozenElsewhere));
    }
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    let at = territory(&who.grants, Action::CorrectPerson, object, env.now());
    let reaches = at.iter().any(|at| at.contains(&application.point_path));
    Ok(if reaches { Ok(()) } else { Err(CorrectionRefused::OutOfReach) })
}

/// Keyed digests of who it was and who it is: they can be compared with a document, not read.
async fn note(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    person: &Person,
    correction: &Correction,
    application: &Application,
) -> sqlx::Result<()> {
    let digest =
        |name: &str, document: &str| env.vault.index("person.identity", &format!("{name}\u{1f}{document}"));
    who.note("application.correct", "application", application.id.as_str())
        .batch(application.batch_code.as_str())
        .reason(&correction.reason)
        .payload(json!({
            "changed": correction.changed,
            "before": digest(&person.name, &person.document),
            "after": digest(correction.name.as_str(), correction.document.as_str()),
        }))
        .record(tx, env)
        .await
}

/// Tells the applicant that they were corrected, without the values.
pub(crate) async fn tell(
    tx: &mut Tx,
    env: &Env,
    batch: &Batch,
    person: &Person,
    application: &ApplicationId,
) -> sqlx::Result<()> {
    let text = Message::new("registration-text-corrected")
        .with("batch", &batch.title_zh)
        .with("address", format!("{}/my/applications/{application}", env.public_url));
    let outgoing = Outgoing {
        id: env.new_id(),
        phone: person.phone.clone(),
        // In Chinese: what applicants wrote to us in.
        text: Words(Lang::Zh).message(&text),
        purpose: "message-registration-corrected".to_owned(),
        created_at: env.now(),
        sent_at: None,
    };
    message::queue(tx, &env.vault, &*env.entropy, &outgoing).await
}
