//! Who is asking, what they hold, and the note they leave in the trail.
use std::marker::PhantomData;

use axum::{extract::FromRequestParts, http::request::Parts};
use kernel::{OrgPath, UnixMicros};
use serde_json::Value;
use store::Tx;
use trail::{Actor, Entry, Outcome};
use web::PageError;

use crate::{Action, Env, Grant, Object, decide, everywhere};

/// Whether an account works here or is examined here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Works here; has grants.
    Staff,
    /// Is examined here; has no grant and sees what belongs to their phone.
    Candidate,
}

/// A signed-in account, as loaded for this request.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Account.
    pub account_id: String,
    /// Staff or candidate.
    pub kind: Kind,
    /// Name to show.
    pub name: String,
    /// Blind index of a candidate's phone.
    pub phone_index: Option<String>,
    /// Duties that count now.
    pub grants: Vec<Grant>,
    /// This request.
    pub request_id: String,
}

impl Subject {
    /// The grant that allows `action` on `object` now.
    #[must_use]
    pub fn may(&self, action: Action, object: Object<'_>, now: UnixMicros) -> Option<&Grant> {
        decide(&self.grants, action, object, now)
    }

    /// Whether `action` is among this subject's duties anywhere.
    #[must_use]
    pub fn carries(&self, action: Action) -> bool {
        self.grants.iter().any(|grant| grant.role.carries(action))
    }

    /// Begins a note for the trail: who did `action` to the thing `id` of `kind`.
    #[must_use]
    pub fn note<'a>(&self, action: &'static str, kind: &'a str, id: &'a str) -> Note<'a> {
        let grant = self.grants.iter().map(|grant| grant.id.as_str()).collect::<Vec<_>>().join(" ");
        Note {
            actor: Actor { account: self.account_id.clone(), grant },
            request: self.request_id.clone(),
            action,
            object: (kind, id),
            batch: None,
            reason: "",
            outcome: Outcome::Done,
            payload: Value::Null,
        }
    }
}

/// One entry of the trail in the making.
#[derive(Debug, Clone)]
pub struct Note<'a> {
    actor: Actor,
    request: String,
    action: &'static str,
    object: (&'a str, &'a str),
    batch: Option<&'a str>,
    reason: &'a str,
    outcome: Outcome,
    payload: Value,
}

impl<'a> Note<'a> {
    /// A note of the system itself or of somebody not signed in (`actor` says which).
    #[must_use]
    pub fn of(actor: &str, request: &str, action: &'static str, kind: &'a str, id: &'a str) -> Self {
        Self {
            actor: Actor { account: actor.to_owned(), grant: String::new() },
            request: request.to_owned(),
            action,
            object: (kind, id),
            batch: None,
            reason: "",
            outcome: Outcome::Done,
            payload: Value::Null,
        }
    }

    /// The batch it belongs to.
    #[must_use]
    pub fn batch(mut self, code: &'a str) -> Self {
        self.batch = Some(code);
        self
    }

    /// Why, in the person's own words. No personal data of others.
    #[must_use]
    pub fn reason(mut self, reason: &'a str) -> Self {
        self.reason = reason;
        self
    }

    /// It was refused.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.outcome = Outcome::Refused;
        self
    }

    /// Values before and after, digests, counts. Never a name, number or phone.
    #[must_use]
    pub fn payload(mut self, payload: Value) -> Self {
        self.payload = payload;
        self
    }

    /// Writes the entry in the caller's transaction: either both happen or neither.
    ///
    /// # Errors
    /// A unique violation when somebody changed the same thing at the same time; storage.
    pub async fn record(self, tx: &mut Tx, env: &Env) -> sqlx::Result<()> {
        trail::record(tx, &env.desk, &self.entry(env.now())).await.map(|_| ())
    }

    /// The entry itself, for [`trail::record_new`].
    #[must_use]
    pub fn entry(&self, at: UnixMicros) -> Entry<'_> {
        Entry {
            at,
            actor: &self.actor,
            action: self.action,
            object: self.object,
            batch: self.batch,
            outcome: self.outcome,
            reason: self.reason,
            request: &self.request,
            payload: self.payload.clone(),
        }
    }
}

impl FromRequestParts<Env> for Subject {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &Env) -> Result<Self, PageError> {
        parts.extensions.get::<Self>().cloned().ok_or(PageError::SignIn)
    }
}

/// Names, in a handler's signature, what it takes to enter: `Holding<Review>`.
pub trait Duty: Send + Sync + 'static {
    /// The action behind the name.
    const ACTION: Action;
}

/// The subject, because they carry `D` somewhere; with the nodes where they do.
#[derive(Debug, Clone)]
pub struct Holding<D> {
    /// Who.
    pub who: Subject,
    /// Where: the topmost nodes of the organisation tree at which the duty is held.
    pub at: Vec<OrgPath>,
    duty: PhantomData<D>,
}

impl<D: Duty> FromRequestParts<Env> for Holding<D> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, PageError> {
        let who = Subject::from_request_parts(parts, env).await?;
        let at = everywhere(&who.grants, D::ACTION, env.now());
        if at.is_empty() {
            return Err(PageError::NotFound);
        }
        Ok(Self { who, at, duty: PhantomData })
    }
}
