//! Taking applications in: what may be named, who is known, and the writing of one or many.
use std::collections::HashMap;

use ::store::Tx;
use identity::{Env, Subject};
use kernel::{BatchCode, DocumentNumber, OrgPath, UnixMicros};
use person::{NewPerson, Person, PersonId};
use plan::{Batch, BatchLevel, InBatch, ProgressState, Window};
use serde_json::{Value, json};
use web::{PageError, PageResult};

use crate::{
    Application, ApplicationId, ApplicationStatus, Origin,
    application::place,
    roster_file::Limits,
    rules::{
        draft::{Draft, Offer, Scope},
        gate::{RegistrationRefused, check_window},
        roster::{Known, Register, RowDraft},
    },
    store::{self, Figure},
};

/// How large a roster may be now.
pub(crate) async fn limits(tx: &mut Tx, env: &Env) -> sqlx::Result<Limits> {
    let today = env.now().day();
    let size = |value: i64| usize::try_from(value).unwrap_or_default();
    let [rows, megabytes] =
        store::figures(tx, [Figure::RosterRows, Figure::RosterMegabytes], today).await?.map(size);
    Ok(Limits { rows, megabytes })
}

/// What may be registered in a batch by somebody who acts at these places, given its window of registration.
pub(crate) async fn scope(
    tx: &mut Tx,
    (batch, registration): (&Batch, Option<&Window>),
    at: &[OrgPath],
    now: UnixMicros,
) -> sqlx::Result<Scope> {
    let (certified, parts) = plan::levels_and_components(tx, &batch.code).await?;
    let mut standards: Vec<_> = certified.iter().map(|level| &level.standard_id).collect();
    standards.dedup();
    let clauses = scheme::clauses_of_standards(tx, &standards, batch.reference_date).await?;
    let offer = |level: BatchLevel| Offer {
        clauses: clauses
            .iter()
            .filter(|clause| clause.standard_id == level.standard_id && clause.level_code == level.level_code)
            .cloned()
            .collect(),
        occupation_code: level.occupation_code,
        occupation_zh: level.occupation_zh,
        occupation_en: level.occupation_en,
        level_code: level.level_code,
        level_zh: level.level_zh,
        level_en: level.level_en,
    };
    let offers = certified.clone().into_iter().map(offer).collect();
    let levels = scheme::levels(tx, batch.reference_date).await?;
    let points = plan::points(tx, &batch.code).await?;
    let english = levels.iter().map(|level| (level.name_zh.clone(), level.name_en.clone()));
    let english = english.chain(points.iter().map(|point| (point.point_zh.clone(), point.point_en.clone())));
    Ok(Scope {
        offers,
        english: english.collect(),
        levels: levels.into_iter().map(|level| (level.name_zh, level.code)).collect(),
        points: points.into_iter().map(|point| (point.point_zh, point.point_path)).collect(),
        sittings: parts
            .into_iter()
            .map(|part| {
                let until = part.starts_at.plus_minutes(part.minutes);
                (part.occupation_code, part.level_code, part.starts_at, until)
            })
            .collect(),
        at: at.to_vec(),
        takes_new: batch.published_at.is_some() && registration.is_some_and(|window| window.is_open(now)),
        latest: now.day().max(batch.reference_date),
    })
}

/// Who of these rows' people is known, with their applications in this batch, and who stands under
/// the rows' serials.
pub(crate) async fn known(
    tx: &mut Tx,
    env: &Env,
    batch: &BatchCode,
    rows: &[RowDraft],
) -> PageResult<Register> {
    let drafts: Vec<&Draft> = rows.iter().filter_map(|row| row.draft.as_ref().ok()).collect();
    let documents: Vec<&DocumentNumber> = drafts.iter().map(|draft| &draft.document).collect();
    let serials: Vec<i64> = drafts.iter().map(|draft| draft.serial).collect();
    let mut register = Register::default();
    for holder in store::serial_holders(tx, batch, &serials).await? {
        register.serials.insert((holder.point_path, holder.serial), holder.person_id);
    }
    let people = person::load_by_documents(tx, &env.vault, &documents).await?;
    let ids: Vec<PersonId> = people.iter().map(|person| person.id.clone()).collect();
    let mut of_person: HashMap<PersonId, Vec<Application>> = HashMap::new();
    for application in store::of_people(tx, batch, &ids).await? {
        of_person.entry(application.person_id.clone()).or_default().push(application);
    }
    let phones: HashMap<_, _> = drafts.iter().map(|draft| (&draft.document, &draft.phone)).collect();
    let moves = |document: &DocumentNumber, person: &Person| {
        phones.get(document).is_some_and(|phone| phone.as_str() != person.phone)
    };
    let moving = people
        .iter()
        .filter(|person| person.document_number().is_some_and(|document| moves(&document, person)));
    let moving: Vec<&str> = moving.map(|person| person.id.as_str()).collect();
    let elsewhere = store::elsewhere(tx, &moving, batch).await?;
    for person in people {
        let Some(document) = person.document_number() else { continue };
        let mut applications = Vec::new();
        for application in of_person.remove(&person.id).unwrap_or_default() {
            let opened = application.open(&env.vault)?;
            applications.push((application, opened));
        }
        let is_elsewhere = elsewhere.contains(&person.id);
        register.people.insert(document, Known { person, applications, is_elsewhere });
    }
    Ok(register)
}

/// Takes the book of a batch for the rest of the transaction.
///
/// # Errors
/// [`RegistrationRefused::BookClosed`] after the freeze.
pub(crate) async fn hold_book(tx: &mut Tx, batch: &BatchCode) -> PageResult<()> {
    if store::open_book(tx, batch).await? { Ok(()) } else { Err(RegistrationRefused::BookClosed.into()) }
}

/// The windows in which a batch takes applications: of registration, and of the review for corrections.
pub(crate) type Windows<'a> = (Option<&'a Window>, Option<&'a Window>);

/// Those of the batch that was entered.
pub(crate) fn windows<D>(entry: &InBatch<D>) -> Windows<'_> {
    (entry.window("registration"), entry.window("review"))
}

/// Rosters bring new applications while registration is open and corrections until the review ends.
pub(crate) async fn check_open(
    tx: &mut Tx,
    env: &Env,
    batch: &Batch,
    (registration, review): Windows<'_>,
) -> sqlx::Result<Result<(), RegistrationRefused>> {
    if store::is_closed(tx, &batch.code).await? {
        return Ok(Err(RegistrationRefused::BookClosed));
    }
    let (is_published, now) = (batch.published_at.is_some(), env.now());
    let open = check_window(registration, is_published, now);
    Ok(open.or_else(|refused| check_window(review, is_published, now).map_err(|_| refused)))
}

/// The person of a draft: written when new, brought up to date when known.
pub(crate) async fn keep_person(
    tx: &mut Tx,
    env: &Env,
    draft: &Draft,
    known: Option<&Person>,
) -> PageResult<PersonId> {
    if let Some(person) = known {
        if draft.moves(person) {
            let (phone, detail) = (&draft.phone, &draft.detail);
            person::update_contact(tx, &env.vault, &*env.entropy, &person.id, phone, detail).await?;
        }
        return Ok(person.id.clone());
    }
    let new = new_person(env, draft);
    person::insert(tx, &env.vault, &*env.entropy, &new, env.now()).await?;
    Ok(new.id)
}

/// The person of a draft that nobody knows yet.
pub(crate) fn new_person(env: &Env, draft: &Draft) -> NewPerson {
    NewPerson {
        id: env.new_id().into(),
        name: draft.name.clone(),
        document: draft.document.clone(),
        phone: draft.phone.clone(),
        detail: draft.detail.clone(),
    }
}

/// The row of a draft, sealed for its id.
pub(crate) fn row(
    env: &Env,
    batch: &BatchCode,
    person_id: PersonId,
    draft: &Draft,
    origin: Origin,
) -> Application {
    let empty = Application {
        id: env.new_id().into(),
        batch_code: batch.clone(),
        serial: draft.serial,
        person_id,
        occupation_code: draft.occupation_code.clone(),
        level_code: draft.level_code.clone(),
        clause_number: String::new(),
        clause_text: String::new(),
        point_path: draft.point_path.clone(),
        exam_kind: draft.exam_kind,
        prior_level: None,
        prior_issued_on: None,
        work_started_on: None,
        work_years_stated: None,
        education: String::new(),
        major: String::new(),
        source: String::new(),
        status: ApplicationStatus::Submitted,
        origin,
        submitted_at: env.now(),
        version: 1,
        reviewed_photo: None,
        prior_certificate_sealed: String::new(),
        diploma_sealed: String::new(),
        particulars_sealed: String::new(),
    };
    restated(env, &empty, draft, origin)
}

/// The row as it stands after the draft: what it says anew, handed in now.
pub(crate) fn restated(env: &Env, known: &Application, draft: &Draft, origin: Origin) -> Application {
    let seal = |id: &ApplicationId, column, plain: &str| match plain {
        "" => String::new(),
        plain => env.vault.seal(&*env.entropy, place(id, column), plain),
    };
    // A struct of strings always serialises.
    let particulars = serde_json::to_string(&draft.particulars).unwrap_or_default();
    Application {
        serial: draft.serial,
        clause_number: draft.clause_number.clone(),
        clause_text: draft.clause_text.clone(),
        point_path: draft.point_path.clone(),
        exam_kind: draft.exam_kind,
        prior_level: draft.facts.prior_level.clone(),
        prior_issued_on: draft.facts.prior_issued_on,
        work_started_on: draft.facts.work_started_on,
        work_years_stated: draft.facts.work_years_stated,
        education: text(&draft.facts.education).to_owned(),
        major: text(&draft.facts.major).to_owned(),
        source: draft.source.clone(),
        status: ApplicationStatus::Submitted,
        origin,
        submitted_at: env.now(),
        prior_certificate_sealed: seal(
            &known.id,
            "prior_certificate_sealed",
            text(&draft.facts.prior_certificate_no),
        ),
        diploma_sealed: seal(&known.id, "diploma_sealed", text(&draft.facts.diploma_no)),
        particulars_sealed: seal(&known.id, "particulars_sealed", &particulars),
        ..known.clone()
    }
}

/// Writes applications and the first entry of each in the trail. Those of a roster stand when the
/// roster is in force.
pub(crate) async fn submit(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    rows: &[(Application, Value)],
    roster: Option<&str>,
) -> PageResult<()> {
    let applications: Vec<Application> = rows.iter().map(|(row, _)| row.clone()).collect();
    store::insert_many(tx, &applications, roster).await?;
    let notes: Vec<_> = rows
        .iter()
        .map(|(row, payload)| {
            let note = who.note("application.submit", "application", row.id.as_str());
            note.batch(row.batch_code.as_str()).payload(payload.clone())
        })
        .collect();
    let entries: Vec<_> = notes.iter().map(|note| note.entry(env.now())).collect();
    trail::record_new(tx, &env.desk, &entries).await?;
    Ok(())
}

/// Writes an application anew and says in the trail what changed.
///
/// # Errors
/// [`PageError::Stale`] when somebody changed it since it was read.
pub(crate) async fn rewrite(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    action: &'static str,
    row: &Application,
    payload: Value,
) -> PageResult<()> {
    if !store::rewrite(tx, row).await? {
        return Err(PageError::Stale);
    }
    let note = who.note(action, "application", row.id.as_str());
    note.batch(row.batch_code.as_str()).payload(payload).record(tx, env).await?;
    Ok(())
}

/// What the trail commits to: the choice in the open, the facts by a keyed digest.
pub(crate) fn payload(env: &Env, draft: &Draft, changed: &[&'static str]) -> Value {
    // Facts of plain values always serialise.
    let facts = serde_json::to_string(&draft.facts).unwrap_or_default();
    json!({
        "occupation": draft.occupation_code,
        "level": draft.level_code,
        "clause": draft.clause_number,
        "point": draft.point_path,
        "serial": draft.serial,
        "changed": changed,
        "facts": env.vault.index("application.facts", &facts),
    })
}

/// Tells the rail how many applications stand now.
pub(crate) async fn report(tx: &mut Tx, batch: &BatchCode, now: UnixMicros) -> sqlx::Result<()> {
    store::report_progress(tx, batch, ProgressState::Now, now).await
}

fn text(given: &Option<String>) -> &str {
    given.as_deref().unwrap_or_default()
}
