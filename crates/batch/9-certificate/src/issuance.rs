//! Issuing, step by step. The order of the steps is explained in docs/issuance.md: whatever cannot
//! be taken back is written down before it is done.
use std::collections::BTreeSet;

use ::store::{Db, Tx};
use futures_util::future::join_all;
use identity::Env;
use kernel::{BatchCode, CertificateNumber, Digest, SiteCode, UnixMicros};
use organisation::Evaluator;
use person::{Person, SealError};
use plan::{Progress, ProgressState};
use registration::ApplicationId;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{
    By, IssueError, Issuer,
    page::{self, Page},
    rules::{IssueRefused, IssuerKey, Payload, commitment, sign_pdf, sign_token},
    store::{self, Certificate, CertificateStatus, NewIntent, Order, Signed},
};

/// What one run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Issued {
    /// Certificates signed in this run.
    pub issued: i64,
    /// Those something stands in the way of.
    pub refused: i64,
}

/// Finishes what was begun, then issues up to `at_most` of what was decided, of one batch or of all.
/// A refusal is kept with the decision and does not stop the others.
///
/// # Errors
/// [`IssueError`]; what was signed before stays signed.
pub async fn issue_waiting(
    env: &Env,
    issuer: &Issuer,
    by: By<'_>,
    batch: Option<&BatchCode>,
    at_most: i64,
) -> Result<Issued, IssueError> {
    let mut run = resume(env, issuer, by, batch).await?;
    let orders = store::waiting(&mut env.db.read().await?, batch, at_most).await?;
    for orders in orders.chunks(abreast()) {
        run.issue(env, issuer, by, orders).await?;
    }
    for code in codes(orders.iter().map(|order| &order.batch_code)) {
        report(&env.db, code, env.now()).await?;
    }
    Ok(run)
}

/// Signs every certificate whose number was taken and whose signature is missing, because something
/// stopped in between. Run at the start of the server; issuing begins with it for its own batch.
///
/// # Errors
/// [`IssueError`].
pub async fn resume_intended(env: &Env, issuer: &Issuer, by: By<'_>) -> Result<Issued, IssueError> {
    resume(env, issuer, by, None).await
}

pub(crate) async fn resume(
    env: &Env,
    issuer: &Issuer,
    by: By<'_>,
    batch: Option<&BatchCode>,
) -> Result<Issued, IssueError> {
    /// Looked at in one run.
    const AT_ONCE: i64 = 1000;
    let begun = store::intended(&mut env.db.read().await?, batch, AT_ONCE).await?;
    let mut run = Issued::default();
    for row in &begun {
        let done = finish(env, issuer, by, &row.number).await;
        run.count(env, &row.application_id, done).await?;
    }
    for code in codes(begun.iter().map(|row| &row.batch_code)) {
        report(&env.db, code, env.now()).await?;
    }
    Ok(run)
}

/// How many certificates are typeset side by side: typesetting is what takes the time.
pub(crate) fn abreast() -> usize {
    /// More would starve the requests of a large machine. Source: [own].
    const MOST: usize = 4;
    std::thread::available_parallelism().map_or(1, |threads| threads.get().min(MOST))
}

impl Issued {
    /// Issues a few certificates side by side; their numbers are taken one after the other, in the order
    /// given.
    pub(crate) async fn issue(
        &mut self,
        env: &Env,
        issuer: &Issuer,
        by: By<'_>,
        orders: &[Order],
    ) -> Result<(), IssueError> {
        let drafts = join_all(orders.iter().map(|order| tried(env, issuer, order))).await;
        let mut begun = Vec::new();
        let mut counted = Ok(());
        for (order, draft) in orders.iter().zip(drafts) {
            let number = match draft {
                Ok(draft) => intend(env, issuer, by, order, &draft).await,
                Err(error) => Err(error),
            };
            match number {
                Ok(number) => begun.push((order, number)),
                Err(error) => counted = counted.and(self.count(env, &order.application_id, Err(error)).await),
            }
        }
        // What has a number is signed now, also when something else stops the run.
        let done = join_all(begun.iter().map(|(_, number)| finish(env, issuer, by, number))).await;
        for ((order, _), done) in begun.iter().zip(done) {
            counted = counted.and(self.count(env, &order.application_id, done).await);
        }
        counted
    }

    /// Counts one certificate; a refusal is kept with the decision, so that the list shows it.
    pub(crate) async fn count(
        &mut self,
        env: &Env,
        application: &ApplicationId,
        done: Result<(), IssueError>,
    ) -> Result<(), IssueError> {
        match done {
            Ok(()) => self.issued += 1,
            Err(IssueError::Refused(refused)) => {
                self.refused += 1;
                let mut tx = env.db.write().await?;
                store::refuse(&mut tx, application, refused.key(), &refused.detail()).await?;
                tx.commit().await?;
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Each batch once.
fn codes<'a>(all: impl Iterator<Item = &'a BatchCode>) -> BTreeSet<&'a BatchCode> {
    all.collect()
}

/// Step 0: what the certificate says, typeset once.
async fn tried(env: &Env, issuer: &Issuer, order: &Order) -> Result<Draft, IssueError> {
    let draft = draft(env, issuer, order).await?;
    rehearse(env, issuer, &draft).await?;
    Ok(draft)
}

/// A certificate before it has a number.
struct Draft {
    person: Person,
    photo: Vec<u8>,
    site: SiteCode,
    issuer_path: kernel::OrgPath,
    salt: [u8; 32],
    /// With a number of serial 999999, which is replaced when the real one is taken.
    payload: Payload,
}

/// Step 0: gathers what the certificate says and refuses what can be refused while there is no
/// number.
async fn draft(env: &Env, issuer: &Issuer, order: &Order) -> Result<Draft, IssueError> {
    let today = env.now().day();
    let mut tx = env.db.read().await?;
    let batch = plan::batch(&mut tx, order.batch_code.as_str()).await?.ok_or(sqlx::Error::RowNotFound)?;
    // What was examined was covered on the day of the exam; who signs must hold that filing still.
    let body = Evaluator::load(&mut tx, &batch.org_path).await?;
    let held = body.filing_for(&order.occupation_code, &order.level_code, batch.exam_date).ok();
    let held = held.filter(|held| held.filing.standing(&held.suspensions, today).may_evaluate());
    let (filed, site) = held
        .and_then(|held| Some((body.body(&held.path)?, held.filing.site_code.clone()?)))
        .ok_or(IssueRefused::NoIssuer { day: today })?;
    let levels = plan::levels(&mut tx, &order.batch_code).await?;
    let level = levels
        .into_iter()
        .find(|level| level.occupation_code == order.occupation_code && level.level_code == order.level_code)
        .ok_or_else(|| IssueRefused::NotInPlan {
            occupation: order.occupation_code.clone(),
            level: order.level_code.clone(),
        })?;
    let person = person::load(&mut tx, &env.vault, &order.person_id).await?;
    let photo = photo_of(&mut tx, env, &order.application_id).await?;
    drop(tx);
    let photo = photo.ok_or(IssueRefused::NoPhoto)?;
    let mut salt = [0; 32];
    env.entropy.fill(&mut salt);
    let payload = Payload {
        batch: order.batch_code.clone(),
        commitment: commitment(&salt, &person.document),
        document: person.masked_document(),
        document_kind: person.document_kind.clone(),
        issued_on: today,
        issuer: filed.name_zh.clone(),
        key: issuer.key.public().id().to_owned(),
        level: level.level_zh,
        log: issuer.log_origin.clone(),
        name: person.name.clone(),
        number: CertificateNumber::compose(&site, today.year(), &order.level_code, 999_999)
            .map_err(IssueRefused::from)?,
        occupation: level.occupation_zh,
        v: Payload::VERSION,
    };
    Ok(Draft { person, photo, site, issuer_path: filed.path.clone(), salt, payload })
}

/// Step 0, second half: the page is typeset once with a specimen number, so that a character no font
/// has, or a forbidden word, is found before a number is taken.
async fn rehearse(env: &Env, issuer: &Issuer, draft: &Draft) -> Result<(), IssueError> {
    let token = sign_token(&IssuerKey::generate([0; 32]), &draft.payload);
    page::check_qr(&page::qr_content(env, &token))?;
    // The code itself can go wrong in no other way, and is the most expensive part of the page.
    let page = Page { payload: &draft.payload, document: &draft.person.document, qr: &env.public_url };
    page::typeset(env, issuer, page, draft.photo.clone()).await.map(|_| ())
}

/// Steps 1 and 2, in one transaction: the number is taken, and what is going to be signed is written
/// down. If the application has its number already (somebody was faster, or a crash came after), the
/// counter is rolled back and that number is given.
async fn intend(
    env: &Env,
    issuer: &Issuer,
    by: By<'_>,
    order: &Order,
    draft: &Draft,
) -> Result<CertificateNumber, IssueError> {
    let year = draft.payload.issued_on.year();
    let mut tx = env.db.write().await?;
    let level = issuer.serial_scope.counter_level(&order.level_code);
    let serial =
        store::next_serial(&mut tx, &draft.site, year, level).await?.ok_or(IssueRefused::SerialsUsed)?;
    let number = CertificateNumber::compose(&draft.site, year, &order.level_code, serial)
        .map_err(IssueRefused::from)?;
    let payload = Payload { number: number.clone(), ..draft.payload.clone() };
    let text =
        String::from_utf8(payload.canonical()).map_err(|error| IssueError::Internal(error.to_string()))?;
    let digest = sha256(text.as_bytes());
    let seal = |column, plain: &str| env.vault.seal(&*env.entropy, store::place(&number, column), plain);
    let salt: String = draft.salt.iter().map(|byte| format!("{byte:02x}")).collect();
    let intent = NewIntent {
        order,
        number: &number,
        issuer_path: &draft.issuer_path,
        issuer_name: &payload.issuer,
        issued_on: payload.issued_on,
        payload_sealed: seal("payload_sealed", &text),
        payload_digest: &digest,
        salt_sealed: seal("salt_sealed", &salt),
        intended_at: env.now(),
    };
    if !store::insert_intent(&mut tx, &intent).await? {
        drop(tx);
        let known = store::certificate_of(&mut env.db.read().await?, &order.application_id).await?;
        return known.map(|row| row.number).ok_or_else(|| IssueError::Internal(format!("{number} is taken")));
    }
    by.note("certificate.intend", &number)
        .batch(order.batch_code.as_str())
        .payload(json!({
            "application": order.application_id.as_str(),
            "issuer": draft.issuer_path.as_str(),
            "payload_digest": digest.as_str(),
        }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(number)
}

/// The photo the application was accepted with.
async fn photo_of(tx: &mut Tx, env: &Env, id: &ApplicationId) -> Result<Option<Vec<u8>>, IssueError> {
    let application = registration::application(tx, id.as_str()).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(registration::photo(tx, &env.vault, &env.blobs, &application).await?)
}

/// Steps 3 and 4: signs exactly what was written down, prints it, keeps the sealed file, and then
/// makes the certificate valid. Doing it twice gives the same signature, so a crash costs nothing.
async fn finish(
    env: &Env,
    issuer: &Issuer,
    by: By<'_>,
    number: &CertificateNumber,
) -> Result<(), IssueError> {
    let mut tx = env.db.read().await?;
    let row = store::by_number(&mut tx, number).await?.ok_or(sqlx::Error::RowNotFound)?;
    if row.status != CertificateStatus::Intended {
        return Ok(());
    }
    let person = person::load(&mut tx, &env.vault, &row.person_id).await?;
    let photo = photo_of(&mut tx, env, &row.application_id).await?;
    drop(tx);
    let payload = intended_payload(env, &row, &person)?;
    let token = sign_token(&issuer.key, &payload);
    let photo = photo.ok_or(IssueRefused::NoPhoto)?;
    let qr = page::qr_content(env, &token);
    let page = Page { payload: &payload, document: &person.document, qr: &qr };
    let page = page::typeset(env, issuer, page, photo).await?;
    let file = sign_pdf(&issuer.key, page, &token);
    let sealed = env.vault.seal_bytes(&*env.entropy, store::place(number, "pdf_file"), &file);
    let signed = Signed {
        token_sealed: env.vault.seal(&*env.entropy, store::place(number, "token_sealed"), &token),
        token_digest: sha256(token.as_bytes()),
        pdf_digest: sha256(&file),
        pdf_file: env.blobs.put(&sealed)?,
        signed_at: env.now(),
    };
    let mut tx = env.db.write().await?;
    if !store::finish(&mut tx, number, &signed).await? {
        // Another run signed the same bytes; its row stands.
        return Ok(());
    }
    store::refuse(&mut tx, &row.application_id, "", "").await?;
    by.note("certificate.issue", number)
        .batch(row.batch_code.as_str())
        .payload(json!({
            "issuer": row.issuer_path.as_str(),
            "key": payload.key,
            "payload_digest": row.payload_digest.as_str(),
            "pdf_digest": signed.pdf_digest.as_str(),
            "token_digest": signed.token_digest.as_str(),
        }))
        .record(&mut tx, env)
        .await?;
    Ok(tx.commit().await?)
}

/// What was written down before signing, after checking that it is still that, and still the
/// holder's.
fn intended_payload(env: &Env, row: &Certificate, person: &Person) -> Result<Payload, IssueError> {
    let payload = row.payload(&env.vault)?;
    if sha256(&payload.canonical()) != row.payload_digest || payload.number != row.number {
        return Err(SealError::DoesNotOpen("certificate".into()).into());
    }
    let salt = unhex(&row.salt(&env.vault)?).ok_or_else(|| SealError::DoesNotOpen("certificate".into()))?;
    if !payload.is_opened_by(&salt, &person.document) {
        return Err(IssueRefused::HolderChanged.into());
    }
    Ok(payload)
}

/// Tells the rail how many certificates are issued.
pub(crate) async fn report(db: &Db, batch: &BatchCode, now: UnixMicros) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    let counts = store::counts(&mut tx, batch).await?;
    let is_done = counts.ordered > 0 && counts.signed == counts.ordered;
    let state = if is_done { ProgressState::Done } else { ProgressState::Now };
    let progress =
        Progress { state, count: counts.signed - counts.revoked, note_key: "certificate-note-issued" };
    plan::report_progress(&mut tx, batch, 9, progress, now).await?;
    tx.commit().await
}

/// SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    Digest::from_bytes(&Sha256::digest(bytes).into())
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let byte = |at: usize| text.get(2 * at..2 * at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    bytes?.try_into().ok()
}
