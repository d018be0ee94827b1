//! The exam computer: the page around the client, and what the client asks.
use std::{convert::Infallible, sync::Arc};

use ::store::Tx;
use askama::Template;
use axum::{
    Extension, Json,
    extract::{FromRequestParts, Path, State},
    http::{header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use identity::{Env, Subject, session::SessionName};
use serde::de::IgnoredAny;
use web::{Packed, PageError, PageResult, SignedJson, Visit};

use super::json::Refused;
use crate::{
    Arrival, AttemptId, Begun, Ledger,
    protocol::{
        AnswersBody, AnswersReply, ErrorName, HandInBody, HandInReply, Item, Option as Choice, Phase,
        Refusal, State as Wire, Title,
    },
    rules::{Attempt, Begin, HandIn, HandInVerdict, Save, Verdict},
    store::{self, Place},
};

type Who = Result<Subject, PageError>;
type At = Result<SessionName, PageError>;
type Body<T> = Result<SignedJson<T>, PageError>;

/// What the browser at the seat reads: its language, and whether a reply may come compressed.
pub struct Screen {
    v: Visit,
    takes_gzip: bool,
}

impl FromRequestParts<Env> for Screen {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, Infallible> {
        let takes_gzip = web::takes_gzip(&parts.headers);
        Ok(Self { v: Visit::from_request_parts(parts, env).await?, takes_gzip })
    }
}

#[derive(Template)]
#[template(path = "attempt/show.html")]
struct Shell<'a> {
    v: &'a Visit,
    attempt: &'a str,
    title: Title,
    /// Key of the journal on the machine: 256 bits in hexadecimal digits, one for each attempt.
    journal: String,
}

/// GET /attempts/{id} — for the browser at the seat; also for one that sat there before, which gets no
/// question any more but may hand over what it still holds.
pub async fn show(
    State(env): State<Env>,
    Path(id): Path<String>,
    who: Who,
    at: At,
    v: Visit,
) -> PageResult<Response> {
    let (Ok(who), Ok(at)) = (who, at) else { return Ok(Redirect::to("/hall").into_response()) };
    let mut tx = env.db.read().await?;
    let row =
        store::attempt(&mut tx, &id.as_str().into(), &who.account_id).await?.ok_or(PageError::NotFound)?;
    let attempt = row.attempt()?;
    let frame = attempt.frame();
    let sat_in = store::sat_in(&mut tx, &frame.id, &at.0).await?;
    let was_left = sat_in.is_some_and(|epoch| epoch < frame.epoch);
    if !is_open_to(&attempt, &at) && !was_left {
        return Ok(web::done("/hall", "hall-other-browser"));
    }
    let title = title(&mut tx, &env, (&row.place, &attempt), &v).await?;
    let journal = ["journal-key-1", "journal-key-2"].map(|half| env.vault.index(half, &id)).concat();
    Ok(Html(Shell { v: &v, attempt: &id, title, journal }.render()?).into_response())
}

/// GET /attempts/{id}/state
pub async fn state(
    State(env): State<Env>,
    Extension(ledger): Extension<Ledger>,
    Path(id): Path<String>,
    who: Who,
    at: At,
    screen: Screen,
) -> Result<Response, Refused> {
    let (who, at) = (who.map_err(Refused::body)?, at.map_err(Refused::body)?);
    let mut tx = env.db.read().await?;
    let row = store::attempt(&mut tx, &id.into(), &who.account_id).await?.ok_or(Refused::NotFound)?;
    let attempt = row.attempt()?;
    if !is_open_to(&attempt, &at) {
        return Err(Refused::named(ErrorName::OtherBrowser));
    }
    let title = Box::pin(title(&mut tx, &env, (&row.place, &attempt), &screen.v)).await?;
    drop(tx);
    if attempt.phase(env.now()) == Phase::Waiting {
        ledger.copies().keep_title(&attempt.frame().id, screen.v.t.0, title.clone());
    }
    wire(&env, &ledger, &row.place, &attempt, (title, screen.takes_gzip)).await
}

/// Whether this browser sees the attempt: the one at the seat, and once the work has ended any other
/// in which the candidate is signed in.
fn is_open_to(attempt: &Attempt, at: &SessionName) -> bool {
    attempt.ended().is_some() || attempt.frame().is_held_by(&at.0)
}

/// POST /attempts/{id}/start — opens the attempt within its window; before and after it only says
/// where the attempt stands.
pub async fn start(
    State(env): State<Env>,
    Extension(ledger): Extension<Ledger>,
    Path(id): Path<String>,
    who: Who,
    at: At,
    (arrival, screen): (Arrival, Screen),
    body: Body<IgnoredAny>,
) -> Result<Response, Refused> {
    let arrived_at = arrival.at(&env);
    let (who, at) = (who.map_err(Refused::body)?, at.map_err(Refused::body)?);
    body.map_err(Refused::body)?;
    let id: AttemptId = id.into();
    // Whoever begins, moved here or only comes back: one way, so that a whole province takes a few commits.
    let asked = Begin { session: at.0.clone(), arrived_at };
    let Begun { place, attempt } = *ledger.begin(id.clone(), who.account_id, who.request_id, asked).await?;
    if !is_open_to(&attempt, &at) {
        return Err(Refused::named(ErrorName::OtherBrowser));
    }
    let title = match ledger.copies().take_title(&id, screen.v.t.0) {
        Some(title) => title,
        // In a box: a whole province begins in one second, and few of them come this way.
        None => {
            Box::pin(async { title(&mut env.db.read().await?, &env, (&place, &attempt), &screen.v).await })
                .await?
        }
    };
    if attempt.phase(env.now()) == Phase::Waiting {
        ledger.copies().keep_title(&id, screen.v.t.0, title.clone());
    }
    ledger.pulse().heard(&id, env.now());
    wire(&env, &ledger, &place, &attempt, (title, screen.takes_gzip)).await
}

/// POST /attempts/{id}/answers
pub async fn answers(
    State(env): State<Env>,
    Extension(ledger): Extension<Ledger>,
    Path(id): Path<String>,
    who: Who,
    at: At,
    arrival: Arrival,
    body: Body<AnswersBody>,
) -> Result<Json<AnswersReply>, Refused> {
    let arrived_at = arrival.at(&env);
    let who = who.map_err(Refused::body)?;
    let SignedJson(AnswersBody { epoch, changes }) = body.map_err(Refused::body)?;
    let session = at.map_err(Refused::body)?.0;
    let save = Save { session, epoch, changes, arrived_at };
    let id: AttemptId = id.into();
    let kept = ledger.save(id.clone(), who.account_id, save).await?;
    if matches!(kept.verdict, Verdict::Taken(_)) {
        ledger.pulse().heard(&id, env.now());
    }
    let acked_seq = Some(kept.acked_seq);
    match kept.verdict {
        Verdict::Taken(_) => Ok(Json(AnswersReply {
            acked_seq: kept.acked_seq,
            server_now: env.now(),
            close_at: kept.close_at,
            chain_head: kept.chain_head,
        })),
        Verdict::Gap => Err(Refused::Named(Refusal { acked_seq, ..Refusal::of(ErrorName::Gap) })),
        Verdict::Conflict => Err(Refused::Named(Refusal { acked_seq, ..Refusal::of(ErrorName::Conflict) })),
        Verdict::OtherBrowser => Err(Refused::named(ErrorName::OtherBrowser)),
        Verdict::StaleEpoch => Err(Refused::named(ErrorName::StaleEpoch)),
        Verdict::TooEarly => Err(Refused::TooEarly),
        Verdict::TooLate(evidence) => {
            let kept_as_evidence = Some(!evidence.is_empty());
            Err(Refused::Named(Refusal { acked_seq, kept_as_evidence, ..Refusal::of(ErrorName::Closed) }))
        }
        Verdict::HandedIn(receipt) => {
            Err(Refused::Named(Refusal { receipt: Some(receipt), ..Refusal::of(ErrorName::HandedIn) }))
        }
        Verdict::Malformed => Err(Refused::Unreadable),
    }
}

/// POST /attempts/{id}/hand-in
pub async fn hand_in(
    State(env): State<Env>,
    Extension(ledger): Extension<Ledger>,
    Path(id): Path<String>,
    who: Who,
    at: At,
    arrival: Arrival,
    body: Body<HandInBody>,
) -> Result<Json<HandInReply>, Refused> {
    let arrived_at = arrival.at(&env);
    let who = who.map_err(Refused::body)?;
    let SignedJson(HandInBody { epoch, last_seq }) = body.map_err(Refused::body)?;
    let asked = HandIn { session: at.map_err(Refused::body)?.0, epoch, last_seq, arrived_at };
    let done = ledger.hand_in(id.into(), who.account_id, who.request_id, asked).await?;
    let acked_seq = Some(done.acked_seq);
    match done.verdict {
        HandInVerdict::HandedIn(receipt) => {
            let (answered, items) = (done.answered, done.items);
            Ok(Json(HandInReply { phase: Phase::HandedIn, receipt, answered, items }))
        }
        HandInVerdict::Missing => {
            Err(Refused::Named(Refusal { acked_seq, ..Refusal::of(ErrorName::Missing) }))
        }
        HandInVerdict::OtherBrowser => Err(Refused::named(ErrorName::OtherBrowser)),
        HandInVerdict::StaleEpoch => Err(Refused::named(ErrorName::StaleEpoch)),
        HandInVerdict::TooEarly => Err(Refused::TooEarly),
        HandInVerdict::TooLate => {
            Err(Refused::Named(Refusal { acked_seq, ..Refusal::of(ErrorName::Closed) }))
        }
    }
}

async fn wire(
    env: &Env,
    ledger: &Ledger,
    place: &Place,
    attempt: &Attempt,
    (title, takes_gzip): (Title, bool),
) -> Result<Response, Refused> {
    let now = env.now();
    let (frame, head, phase) = (attempt.frame(), attempt.head(), attempt.phase(now));
    let answers = match head.acked_seq {
        0 => Vec::new(),
        _ => Box::pin(async { store::answers_of(&mut env.db.read().await?, &frame.id).await }).await?,
    };
    let state = Wire {
        attempt: frame.id.to_string(),
        epoch: frame.epoch,
        phase,
        server_now: now,
        open_at: frame.open_at,
        close_at: frame.close_at,
        acked_seq: head.acked_seq,
        chain_head: head.chain.clone(),
        title,
        answers: answers.into_iter().map(|(no, answer)| (no.to_string(), answer)).collect(),
        receipt: attempt.ended().map(|ended| ended.receipt.clone()),
    };
    let (before, after) = state.around_items().map_err(unwritten)?;
    let json = (header::CONTENT_TYPE, "application/json");
    if phase != Phase::Open {
        return Ok(([json], format!("{before}[]{after}")).into_response());
    }
    let items = items(env, ledger, &place.form_id).await?;
    if takes_gzip {
        let gzip = (header::CONTENT_ENCODING, "gzip");
        return Ok(([json, gzip], items.gzip(&before, after)).into_response());
    }
    Ok(([json], format!("{before}{}{after}", items.text())).into_response())
}

/// A form. Nobody asks for it before the bell.
async fn items(env: &Env, ledger: &Ledger, form: &str) -> PageResult<Arc<Packed>> {
    ledger.copies().form(form, Box::pin(write_out(env, form))).await
}

/// The form, field by field: what is not named here does not travel.
async fn write_out(env: &Env, form: &str) -> PageResult<Arc<Packed>> {
    let questions = paper::questions(&mut env.db.read().await?, form).await?;
    if questions.is_empty() {
        return Err(PageError::Internal(format!("the form {form} has no questions")));
    }
    let option = |(letter, text): (String, String)| Choice { letter, text };
    let items: Vec<Item> = questions
        .into_iter()
        .map(|question| Item {
            no: question.no,
            kind: question.kind.code(),
            stem: question.stem,
            options: question.options.into_iter().map(option).collect(),
            points: question.points.short(),
        })
        .collect();
    let json = serde_json::to_string(&items).map_err(unwritten)?;
    let packed = Packed::new(json).map_err(|error| PageError::Internal(error.to_string()))?;
    Ok(Arc::new(packed))
}

fn unwritten(error: serde_json::Error) -> PageError {
    PageError::Internal(error.to_string())
}

async fn title(tx: &mut Tx, env: &Env, (place, attempt): (&Place, &Attempt), v: &Visit) -> PageResult<Title> {
    let application =
        registration::application(tx, &place.application_id).await?.ok_or(PageError::NotFound)?;
    let person = person::load(tx, &env.vault, &application.person_id).await?;
    let levels = plan::levels(tx, &place.batch_code).await?;
    let level = levels
        .iter()
        .find(|one| {
            one.occupation_code == application.occupation_code && one.level_code == application.level_code
        })
        .ok_or(PageError::NotFound)?;
    let frame = attempt.frame();
    Ok(Title {
        occupation: v.t.pick(&level.occupation_zh, &level.occupation_en).to_owned(),
        level: v.t.pick(&level.level_zh, &level.level_en).to_owned(),
        form_minutes: frame.close_at.minus(frame.open_at) / 60_000_000,
        seat: place.seat_label.clone(),
        name: person.name,
        admission_number: place.admission_number.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes one request of an exam computer may hold while it is answered. Source: [own]; 12,318 of them come in one
    /// second, and at 38 kB, which `start` once took, that is half a gigabyte.
    const BYTES_MOST: usize = 4_096;

    fn bytes<A, B, C, D, E, F, G, Answer>(_: impl Fn(A, B, C, D, E, F, G) -> Answer) -> usize {
        size_of::<Answer>()
    }

    #[test]
    fn a_request_of_an_exam_computer_is_small_while_it_waits() {
        for (name, bytes) in
            [("start", bytes(start)), ("answers", bytes(answers)), ("hand-in", bytes(hand_in))]
        {
            assert!(bytes <= BYTES_MOST, "{name} holds {bytes} bytes");
        }
    }
}
