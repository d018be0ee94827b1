//! Entering a case: the handler's signature loads it and asks on which side of it somebody stands.
use std::marker::PhantomData;

use ::store::Tx;
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use identity::{Action, Duty, Env, Object, Subject, everywhere};
use kernel::OrgPath;
use web::{Form, PageError, PageResult};

use crate::{
    CaseState,
    store::{
        assessment,
        case::{self, FilingCase},
        event,
    },
};

/// Handle the cases that are put before one's authority.
#[derive(Debug, Clone, Copy)]
pub struct HandleFilings;

impl Duty for HandleFilings {
    const ACTION: Action = Action::HandleFilings;
}

/// Assess bodies, where one was appointed.
#[derive(Debug, Clone, Copy)]
pub struct AssessFilings;

impl Duty for AssessFilings {
    const ACTION: Action = Action::AssessFilings;
}

/// See cases from one of their sides.
#[derive(Debug, Clone, Copy)]
pub struct ReadFilingCases;

impl Duty for ReadFilingCases {
    const ACTION: Action = Action::ReadFilingCases;
}

/// Hand in what a case needs, from the side that opened it.
#[derive(Debug, Clone, Copy)]
pub struct PrepareCase;

/// On which sides of a case somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sides {
    /// As the body that asks.
    pub applies: bool,
    /// As the authority that is asked.
    pub handles: bool,
    /// As one of its experts.
    pub assesses: bool,
    /// Looks at it as an auditor of the authority.
    pub audits_authority: bool,
    /// Looks at it as an auditor of the body.
    pub audits_applicant: bool,
}

impl Sides {
    /// Whether what the authority has not decided yet is for their eyes.
    #[must_use]
    pub fn sees_undecided(self) -> bool {
        self.handles || self.audits_authority
    }
}

/// A side of a case, named in a handler's signature.
pub trait Side: Send + Sync + 'static {
    /// Whether somebody who stands so may enter.
    fn admits(sides: Sides, case: &FilingCase) -> bool;
}

impl Side for PrepareCase {
    fn admits(sides: Sides, case: &FilingCase) -> bool {
        if case.mode.is_by_the_applicant() { sides.applies } else { sides.handles }
    }
}

impl Side for HandleFilings {
    fn admits(sides: Sides, _: &FilingCase) -> bool {
        sides.handles
    }
}

impl Side for AssessFilings {
    fn admits(sides: Sides, _: &FilingCase) -> bool {
        sides.assesses
    }
}

impl Side for ReadFilingCases {
    fn admits(sides: Sides, case: &FilingCase) -> bool {
        // What an applicant only gathers is nobody else's yet.
        let is_handed_in = case.state != CaseState::Draft || !case.mode.is_by_the_applicant();
        let looks = sides.handles || sides.audits_authority || sides.audits_applicant;
        sides.applies || sides.assesses || (looks && is_handed_in)
    }
}

/// The case of `/filing-cases/{id}/…`, because the subject stands on a side of it that `S` admits.
///
/// Whoever does not, or asks for a case that does not exist, gets the same 404.
#[derive(Debug, Clone)]
pub struct InCase<S> {
    /// Who.
    pub who: Subject,
    /// Which case.
    pub case: FilingCase,
    /// Where they stand.
    pub sides: Sides,
    side: PhantomData<S>,
}

impl<S> InCase<S> {
    /// The address of the case.
    pub fn here(&self) -> String {
        format!("/filing-cases/{}", self.case.id)
    }

    /// The case as it is now, if it is still what the form's page showed.
    ///
    /// # Errors
    /// Stale when it changed; storage.
    pub async fn as_seen(&self, tx: &mut Tx, form: &Form) -> PageResult<FilingCase> {
        let now = case::by_id(tx, self.case.id.as_str()).await?.ok_or(PageError::NotFound)?;
        if form.value("version") == now.version.to_string() { Ok(now) } else { Err(PageError::Stale) }
    }

    /// Notes an act for whoever looks at the case, and writes it to the trail. The case's row was changed before.
    ///
    /// # Errors
    /// Storage.
    pub async fn note(
        &self,
        tx: &mut Tx,
        env: &Env,
        (act, action): (&'static str, &'static str),
        words: &str,
        payload: serde_json::Value,
    ) -> PageResult<()> {
        event::add(tx, &self.case.id, (act, &self.who.account_id), words, env.now()).await?;
        let note = self.who.note(action, "filing-case", self.case.id.as_str()).reason(words).payload(payload);
        Ok(note.record(tx, env).await?)
    }
}

impl<S: Side> FromRequestParts<Env> for InCase<S> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, PageError> {
        let who = Subject::from_request_parts(parts, env).await?;
        let params = RawPathParams::from_request_parts(parts, env).await.map_err(|_| PageError::NotFound)?;
        let id = params.iter().find(|(name, _)| *name == "id").map(|(_, value)| value.to_owned());
        let mut tx = env.db.read().await?;
        let case = case::by_id(&mut tx, &id.unwrap_or_default()).await?.ok_or(PageError::NotFound)?;
        let sides = sides_of(&mut tx, env, &who, &case).await?;
        if !S::admits(sides, &case) {
            return Err(PageError::NotFound);
        }
        Ok(Self { who, case, sides, side: PhantomData })
    }
}

async fn sides_of(tx: &mut Tx, env: &Env, who: &Subject, case: &FilingCase) -> sqlx::Result<Sides> {
    let now = env.now();
    let may = |action, path: &OrgPath| who.may(action, Object { path, batch: None }, now).is_some();
    let is_expert = may(Action::AssessFilings, &case.authority_path);
    let assessors = if is_expert { assessment::assessors(tx, &case.id).await? } else { Vec::new() };
    let is_auditor = |path| may(Action::ReadTrail, path) && may(Action::ReadFilingCases, path);
    let applies = may(Action::ApplyForFilings, &case.org_path);
    let assesses = assessors.iter().any(|one| one.account_id == who.account_id);
    Ok(Sides {
        applies,
        // Nobody handles a case of a body they manage, or one they assess.
        handles: may(Action::HandleFilings, &case.authority_path) && !applies && !assesses,
        assesses,
        audits_authority: is_auditor(&case.authority_path),
        audits_applicant: is_auditor(&case.org_path),
    })
}

/// Somebody who may open a case somewhere: as the body that asks, or as the authority that serves it.
#[derive(Debug, Clone)]
pub struct MayOpen {
    /// Who.
    pub who: Subject,
}

impl FromRequestParts<Env> for MayOpen {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, PageError> {
        let who = Subject::from_request_parts(parts, env).await?;
        let may = |action| !everywhere(&who.grants, action, env.now()).is_empty();
        if may(Action::ApplyForFilings) || may(Action::HandleFilings) {
            return Ok(Self { who });
        }
        Err(PageError::NotFound)
    }
}
