//! What the applicant sees of this stage, and how later stages add theirs to the same page.
//!
//! A later crate offers `pub async fn steps(…, applied) -> sqlx::Result<Vec<Vec<StepLine>>>`, the lines of each of
//! several applications; `app` asks them in order and layers the list over the router:
//!
//! ```text
//! let sources = StepSources::new(vec![|env, tx, applied| Box::pin(stage_lines(env, tx, applied))]);
//! router.layer(axum::Extension(sources))
//! ```
use std::{convert::Infallible, future::Future, pin::Pin, sync::Arc};

use ::store::Tx;
use axum::{extract::FromRequestParts, http::request::Parts};
use identity::Env;
use web::Message;

use crate::{Application, ApplicationStatus, Applied};

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Done.
    Done,
    /// The applicant's turn, or under way.
    Now,
    /// Refused or missed.
    Late,
    /// To come.
    Ahead,
}

impl StepState {
    /// Classes of the dot in the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "dot done",
            Self::Now => "dot now",
            Self::Late => "dot late",
            Self::Ahead => "dot",
        }
    }

    /// Key of the state in words, for who does not see the dot.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "step-done",
            Self::Now => "step-now",
            Self::Late => "step-late",
            Self::Ahead => "step-ahead",
        }
    }
}

/// One line: what, how it stands, and where to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    /// What the step is.
    pub title: Message,
    /// When or why, in a second voice.
    pub note: Option<Message>,
    /// How it stands.
    pub state: StepState,
    /// Words of the link and where it leads.
    pub link: Option<(Message, String)>,
}

/// The first line: handed in, given back, or taken back.
pub(crate) fn own_step(application: &Application) -> StepLine {
    let (title, state) = match application.status {
        ApplicationStatus::Submitted => ("step-submitted", StepState::Done),
        ApplicationStatus::Returned => ("step-returned", StepState::Now),
        ApplicationStatus::Withdrawn => ("step-withdrawn", StepState::Late),
    };
    let page = format!("/my/applications/{}", application.id);
    let link = match application.status {
        ApplicationStatus::Returned => (Message::new("step-correct"), format!("{page}/resubmission")),
        ApplicationStatus::Submitted | ApplicationStatus::Withdrawn => (Message::new("step-see"), page),
    };
    let note = Message::new("step-submitted-at").with("at", application.submitted_at.text());
    StepLine { title: title.into(), note: Some(note), state, link: Some(link) }
}

/// Lines in the making.
pub type StepFuture<'a> = Pin<Box<dyn Future<Output = sqlx::Result<Vec<Vec<StepLine>>>> + Send + 'a>>;

/// Asks for the lines of each of these applications, in their order.
pub type StepSource = for<'a> fn(&'a Env, &'a mut Tx, &'a [Applied]) -> StepFuture<'a>;

/// The stages that are asked, in order.
#[derive(Debug, Clone, Default)]
pub struct StepSources(Arc<[StepSource]>);

impl StepSources {
    /// A list for `app` to layer over the router.
    #[must_use]
    pub fn new(sources: Vec<StepSource>) -> Self {
        Self(sources.into())
    }

    /// The lines of every stage, of each of these applications.
    ///
    /// # Errors
    /// Storage.
    pub async fn lines(
        &self,
        env: &Env,
        tx: &mut Tx,
        applied: &[Applied],
    ) -> sqlx::Result<Vec<Vec<StepLine>>> {
        let mut lines = vec![Vec::new(); applied.len()];
        for source in self.0.iter() {
            let more = source(env, tx, applied).await?;
            for (of, more) in lines.iter_mut().zip(more) {
                of.extend(more);
            }
        }
        Ok(lines)
    }
}

impl<S: Sync> FromRequestParts<S> for StepSources {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
