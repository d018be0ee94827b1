//! A form that was taken is not taken again: a double click, a request that a network sends twice, a page that is sent
//! again from the browser's history.
//!
//! The token in every form of a page names the page as it was drawn ([`page_token`]). The same page, address and
//! content can be under way once and be taken once; whoever comes after that is told that the page is out of date. What
//! was refused, or answered with a file, may be sent again. What the exam's script sends has numbers of its own.
use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::Response,
};

use crate::PageError;

/// Forms that are remembered. Source: [own]; what a province sends in some minutes, in 2 MB.
const REMEMBERED_MOST: usize = 20_000;
/// Parts a session's token from the name of the page.
const PARTED_BY: char = '.';

/// The token of a session as a form of one page carries it.
#[must_use]
pub fn page_token(session: &str, page: &str) -> String {
    format!("{session}{PARTED_BY}{page}")
}

/// The session's part of a token.
pub(crate) fn session_of(token: &str) -> &str {
    token.split_once(PARTED_BY).map_or(token, |(session, _)| session)
}

/// Which forms were sent to this process.
#[derive(Debug, Clone, Default)]
pub struct SentForms(Arc<Mutex<Sent>>);

#[derive(Debug, Default)]
struct Sent {
    forms: HashMap<u64, Way>,
    order: VecDeque<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    UnderWay,
    Taken,
}

/// The form of the request that is being answered.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    sent: SentForms,
    form: Arc<Mutex<Option<u64>>>,
}

impl SentForms {
    fn hold(&self) -> MutexGuard<'_, Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Takes the turn of a form. `token` as it was sent; one that names no page is not looked at.
    ///
    /// # Errors
    /// [`PageError::Stale`] when the same form is under way or was taken.
    pub(crate) fn take(&self, token: &str, address: &str, content: impl Hash) -> Result<(), PageError> {
        if !token.contains(PARTED_BY) {
            return Ok(());
        }
        let mut hasher = DefaultHasher::new();
        (token, address, content).hash(&mut hasher);
        let form = hasher.finish();
        let mut sent = self.sent.hold();
        if sent.forms.contains_key(&form) {
            return Err(PageError::Stale);
        }
        sent.forms.insert(form, Way::UnderWay);
        *self.form.lock().unwrap_or_else(PoisonError::into_inner) = Some(form);
        Ok(())
    }

    fn end(&self, state: Option<Way>) {
        let Some(form) = self.form.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let mut sent = self.sent.hold();
        match state {
            Some(state) => {
                sent.forms.insert(form, state);
                sent.order.push_back(form);
                while sent.order.len() > REMEMBERED_MOST {
                    let oldest = sent.order.pop_front();
                    oldest.map(|oldest| sent.forms.remove(&oldest));
                }
            }
            None => drop(sent.forms.remove(&form)),
        }
    }
}

/// Gives the turn back when a request is given up.
struct Ended(Turn);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.end(None);
    }
}

/// Middleware: lets every form lead on once.
pub async fn take_once(State(sent): State<SentForms>, mut request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let turn = Turn { sent, form: Arc::default() };
    request.extensions_mut().insert(turn.clone());
    let ended = Ended(turn);
    let response = next.run(request).await;
    // Behind a file that is kept the page stays as it was, and so does its form.
    let is_file = response.headers().contains_key(header::CONTENT_DISPOSITION);
    let is_taken = response.status().is_success() || response.status() == StatusCode::SEE_OTHER;
    if is_taken && !is_file {
        ended.0.end(Some(Way::Taken));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(sent: &SentForms) -> Turn {
        Turn { sent: sent.clone(), form: Arc::default() }
    }

    #[test]
    fn a_form_is_under_way_once_and_leads_on_once() {
        let sent = SentForms::default();
        let token = page_token("session", "page-1");
        let first = turn(&sent);
        assert!(first.take(&token, "/a", "x").is_ok());
        assert!(turn(&sent).take(&token, "/a", "x").is_err(), "under way");
        first.end(None);
        let again = turn(&sent);
        assert!(again.take(&token, "/a", "x").is_ok(), "it was refused");
        again.end(Some(Way::Taken));
        assert!(turn(&sent).take(&token, "/a", "x").is_err(), "it was taken");
        for (token, address, content) in
            [(page_token("session", "page-2"), "/a", "x"), (token.clone(), "/b", "x"), (token, "/a", "y")]
        {
            assert!(turn(&sent).take(&token, address, content).is_ok(), "another page, address or content");
        }
    }

    #[test]
    fn only_so_many_are_remembered() {
        let sent = SentForms::default();
        for n in 0..REMEMBERED_MOST + 5 {
            let turn = turn(&sent);
            assert!(turn.take("a.b", "/a", n).is_ok());
            turn.end(Some(Way::Taken));
        }
        let held = sent.hold();
        assert_eq!((held.forms.len(), held.order.len()), (REMEMBERED_MOST, REMEMBERED_MOST));
    }
}
