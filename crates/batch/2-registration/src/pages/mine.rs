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
use plan::{Batch, Window};
use web::{Form, PageError, PageResult, Upload, Visit};

use super::{list::point_name, passed, photos};
use crate::{
    Application, ApplicationStatus, Applied, ExamKind, Filed, StepLine, StepSources, StepState,
    decoding::Portrait,
    rules::{
        gate::{RegistrationRefused, check_photo},
        photo::Picture,
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
    /// One of their own applications.
    pub(super) async fn own(&self, tx: &mut Tx, id: &str) -> PageResult<Application> {
        let all = store::applications_of_phone(tx, &self.phone_index).await?;
        let own = all.into_iter().find(|application| application.id.as_str() == id);
        own.ok_or(PageError::NotFound)
    }

    /// The same with what is known of it, and its batch.
    pub(super) async fn own_in_batch(
        &self,
        tx: &mut Tx,
        env: &Env,
        id: &str,
    ) -> PageResult<(Filed, (Batch, Vec<Window>))> {
        let own = store::filed_by(tx, &env.vault, id, &self.phone_index).await?.ok_or(PageError::NotFound)?;
        let planned = plan::planned(tx, own.application.batch_code.as_str()).await?;
        Ok((own, planned.ok_or(PageError::NotFound)?))
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

    /// The cards of these applications; the stages are asked for all of them together.
    async fn load(
        tx: &mut Tx,
        env: &Env,
        v: &Visit,
        sources: &StepSources,
        applied: Vec<Applied>,
    ) -> sqlx::Result<Vec<Self>> {
        let lines = sources.lines(env, tx, &applied).await?;
        Ok(applied.into_iter().zip(lines).map(|(applied, lines)| Self::of(v, applied, lines)).collect())
    }

    fn of(v: &Visit, applied: Applied, lines: Vec<StepLine>) -> Self {
        let Applied { application, batch, level, .. } = applied;
        let title = level.map_or_else(
            || format!("{} · {}", application.occupation_code, application.level_code),
            |level| {
                let occupation = v.t.pick(&level.occupation_zh, &level.occupation_en);
                format!("{occupation} · {}", v.t.pick(&level.level_zh, &level.level_en))
            },
        );
        let mut steps = vec![own_step(&application)];
        if application.status != ApplicationStatus::Withdrawn {
            steps.extend(lines);
        }
        Self { title, batch_title: batch.title(v.t), application, steps }
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
    let applications = store::applications_of_phone(&mut tx, &candidate.phone_index).await?;
    let planned = plan::every_planned(&mut tx).await?;
    let applied = Applied::load(&mut tx, applications, &planned).await?;
    let cards = Card::load(&mut tx, &env, &v, &sources, applied).await?;
    let open = open_batches(planned, env.now());
    web::narrow_page(&v, &v.t.s("my-title"), &ListPage { v: &v, cards, open })
}

/// Published batches that take applications now.
fn open_batches(planned: Vec<(Batch, Vec<Window>)>, now: UnixMicros) -> Vec<Batch> {
    let is_open = |(batch, windows): &(Batch, Vec<Window>)| {
        batch.published_at.is_some()
            && windows.iter().any(|window| window.code == "registration" && window.is_open(now))
    };
    planned.into_iter().filter(is_open).map(|(batch, _)| batch).collect()
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
    let (own, planned) = candidate.own_in_batch(&mut tx, &env, &id).await?;
    let Filed { application, person, photo, is_closed, consents } = own;
    let outline = plan::outline(&mut tx, &planned.0.code).await?;
    let applied = Applied::in_outline(&mut tx, application.clone(), planned, &outline).await?;
    let (kept, clause) = (passed::kept_words(&v, &applied.kept), applied.clause.clone());
    let cards = Card::load(&mut tx, &env, &v, &sources, vec![applied]).await?;
    let mut page = ShowPage {
        v: &v,
        point: point_name(&v, &outline.points, &application.point_path),
        // What was filed is the Chinese text; it stands beside.
        clause_en: clause.filter(|clause| v.t.english() && !clause.text_en.is_empty()).map(|one| one.text_en),
        person,
        has_photo: crate::photo_chosen(&application, photo).is_some(),
        kept,
        photo_stays: check_photo(application.status, application.reviewed_photo.as_deref())
            == Err(RegistrationRefused::PhotoReviewed),
        consents,
        may_change: application.status != ApplicationStatus::Withdrawn && !is_closed,
        card: cards.into_iter().next().ok_or(PageError::NotFound)?,
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
    let application = {
        let mut tx = env.db.read().await?;
        candidate.own(&mut tx, &id).await?
    };
    if application.status == ApplicationStatus::Withdrawn {
        return Err(RegistrationRefused::Withdrawn.into());
    }
    let file = upload.file("photo").ok_or(RegistrationRefused::NoFile)?.bytes.clone();
    let read = env.decoder.in_turn(move |decoder| decoder.read_one::<Portrait>(&(), &file)).await?;
    let Picture(jpeg) = read?;
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
    let application = candidate.own(&mut tx, &id).await?;
    photos::answer(&env, &mut tx, &application).await
}
