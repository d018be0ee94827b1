//! The applicant's own pages: what they handed in, how it stands, what comes next.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{FromRequestParts, Path, State},
    http::request::Parts,
    response::Response,
};
use identity::{Env, Subject};
use kernel::UnixMicros;
use plan::Batch;
use web::{Form, PageError, PageResult, Upload, Visit};

use super::{
    list::{Names, clause_english},
    passed, photos,
};
use crate::{
    Application, ApplicationStatus, ExamKind, StepLine, StepSources, StepState, intake,
    rules::{
        gate::{RegistrationRefused, check_photo},
        photo::encode_again,
    },
    step::own_step,
    store,
};

/// Somebody signed in with a phone; staff get the 404 of a page that is not theirs.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub who: Subject,
    /// Blind index of their phone.
    pub phone_index: String,
}

impl FromRequestParts<Env> for Candidate {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, PageError> {
        let who = Subject::from_request_parts(parts, env).await?;
        let phone_index = who.phone_index.clone().ok_or(PageError::NotFound)?;
        Ok(Self { who, phone_index })
    }
}

impl Candidate {
    /// One of their own applications, with its batch.
    pub(super) async fn own(&self, tx: &mut Tx, id: &str) -> PageResult<(Application, Batch)> {
        let all = store::applications_of_phone(tx, &self.phone_index).await?;
        let own =
            all.into_iter().find(|application| application.id.as_str() == id).ok_or(PageError::NotFound)?;
        let batch = plan::batch(tx, own.batch_code.as_str()).await?.ok_or(PageError::NotFound)?;
        Ok((own, batch))
    }
}

/// One application as the applicant reads it.
struct Card {
    application: Application,
    title: String,
    batch_title: String,
    steps: Vec<StepLine>,
}

impl Card {
    /// Class and words of the tag: how the person stands, which is what the furthest step says. A form that
    /// was given back or taken back says so itself.
    fn tag(&self, v: &Visit) -> (&'static str, String) {
        let status = self.application.status;
        let at = match status {
            ApplicationStatus::Returned | ApplicationStatus::Withdrawn => None,
            ApplicationStatus::Submitted => furthest(&self.steps),
        };
        let Some(step) = at else { return (status.class(), v.t.s(status.key())) };
        let class = match step.state {
            StepState::Done => "tag done",
            StepState::Now => "tag now",
            StepState::Late => "tag late",
            StepState::Ahead => "tag",
        };
        // A note without values is a word of its own, such as an outcome.
        let word = step.note.as_ref().filter(|note| note.values.is_empty());
        let words = word.map_or_else(String::new, |note| format!(" · {}", v.t.message(note)));
        (class, format!("{}{words}", v.t.message(&step.title)))
    }

    async fn load(
        tx: &mut Tx,
        env: &Env,
        v: &Visit,
        sources: &StepSources,
        application: Application,
    ) -> PageResult<Self> {
        let batch = plan::batch(tx, application.batch_code.as_str()).await?.ok_or(PageError::NotFound)?;
        let names = Names::load(tx, &batch).await?;
        let occupation = names.occupation(v, &application.occupation_code);
        let level = names.level(v, &application.level_code);
        let mut steps = vec![own_step(&application)];
        if application.status != ApplicationStatus::Withdrawn {
            steps.extend(sources.lines(env, tx, &application).await?);
        }
        Ok(Self {
            title: format!("{occupation} · {level}"),
            batch_title: batch.title(v.t),
            application,
            steps,
        })
    }
}

/// The last step that was missed or refused; else the one whose turn it is; else the last that is done.
fn furthest(steps: &[StepLine]) -> Option<&StepLine> {
    let last = |state| steps.iter().rfind(|step| step.state == state);
    let now = || steps.iter().find(|step| step.state == StepState::Now);
    last(StepState::Late).or_else(now).or_else(|| last(StepState::Done))
}

#[derive(Template)]
#[template(path = "mine/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    cards: Vec<Card>,
    open: Vec<Batch>,
}

impl ListPage<'_> {
    fn has_applied(&self, batch: &Batch) -> bool {
        self.cards.iter().any(|card| card.application.batch_code == batch.code)
    }
}

/// GET /my
pub async fn list(
    State(env): State<Env>,
    candidate: Candidate,
    sources: StepSources,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let mut cards = Vec::new();
    for application in store::applications_of_phone(&mut tx, &candidate.phone_index).await? {
        cards.push(Card::load(&mut tx, &env, &v, &sources, application).await?);
    }
    let open = open_batches(&mut tx, env.now()).await?;
    web::narrow_page(&v, &v.t.s("my-title"), &ListPage { v: &v, cards, open })
}

/// Published batches that take applications now.
async fn open_batches(tx: &mut Tx, now: UnixMicros) -> sqlx::Result<Vec<Batch>> {
    let mut open = Vec::new();
    for batch in plan::batches(tx).await? {
        let window = plan::window(tx, &batch.code, "registration").await?;
        if batch.published_at.is_some() && window.is_some_and(|window| window.is_open(now)) {
            open.push(batch);
        }
    }
    Ok(open)
}

#[derive(Template)]
#[template(path = "mine/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    card: Card,
    point: String,
    /// The clause in English, for who reads English.
    clause_en: Option<String>,
    person: person::Person,
    has_photo: bool,
    /// Parts that a retake keeps, in words.
    kept: Vec<String>,
    /// Whether the application was accepted with the photo.
    photo_stays: bool,
    consents: Vec<(String, String, UnixMicros)>,
    may_change: bool,
    form: Form,
}

impl ShowPage<'_> {
    fn consent(&self, kind: &str) -> String {
        self.v.t.s(&format!("consent-{kind}"))
    }
}

/// GET /my/applications/{id}
pub async fn show(
    State(env): State<Env>,
    candidate: Candidate,
    Path(id): Path<String>,
    sources: StepSources,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (application, batch) = candidate.own(&mut tx, &id).await?;
    let names = Names::load(&mut tx, &batch).await?;
    let mut page = ShowPage {
        v: &v,
        point: names.point(&v, &application.point_path),
        clause_en: clause_english(&mut tx, &v, &batch, &names, &application).await?,
        person: person::load(&mut tx, &env.vault, &application.person_id).await?,
        has_photo: crate::photo_digest(&mut tx, &application).await?.is_some(),
        kept: passed::kept_words(&v, &crate::kept_of(&mut tx, &batch.code, &application.id).await?),
        photo_stays: check_photo(application.status, application.reviewed_photo.as_deref())
            == Err(RegistrationRefused::PhotoReviewed),
        consents: store::consents(&mut tx, &application.id).await?,
        may_change: application.status != ApplicationStatus::Withdrawn
            && !store::is_closed(&mut tx, &application.batch_code).await?,
        card: Card::load(&mut tx, &env, &v, &sources, application).await?,
        form: Form::default(),
    };
    let here = format!("/my/applications/{id}");
    for step in &mut page.card.steps {
        // The way to this page is for the list.
        step.link = step.link.take().filter(|(_, to)| *to != here);
    }
    web::narrow_page(&v, &page.card.title, &page)
}

/// POST /my/applications/{id}/photo
pub async fn keep_photo(
    State(env): State<Env>,
    candidate: Candidate,
    Path(id): Path<String>,
    upload: Upload,
) -> PageResult<Response> {
    let (application, _) = {
        let mut tx = env.db.read().await?;
        candidate.own(&mut tx, &id).await?
    };
    if application.status == ApplicationStatus::Withdrawn {
        return Err(RegistrationRefused::Withdrawn.into());
    }
    let file = upload.file("photo").ok_or(RegistrationRefused::NoFile)?.bytes.clone();
    let jpeg = intake::blocking(move || encode_again(&file))
        .await?
        .map_err(|refused| PageError::Refused(refused.message()))?;
    let is_new = photos::keep(&env, &candidate.who, &application, &jpeg).await??;
    Ok(web::done(&format!("/my/applications/{id}"), if is_new { "photo-kept" } else { "photo-same" }))
}

/// GET /my/photo/{id}
pub async fn photo(
    State(env): State<Env>,
    candidate: Candidate,
    Path(id): Path<String>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (application, _) = candidate.own(&mut tx, &id).await?;
    photos::answer(&env, &mut tx, &application).await
}
