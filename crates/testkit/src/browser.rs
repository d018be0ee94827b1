//! The rehearsal's browser for tests: what a person could not do stops the test at once.
use std::ops::Deref;

use rehearse::FormFill;

/// One person's browser.
pub struct Browser(rehearse::Browser);

/// What the browser shows.
#[derive(Debug, Clone)]
pub struct Page(rehearse::Page);

/// For acts of a rehearsal, which say what went wrong instead of stopping.
impl Deref for Browser {
    type Target = rehearse::Browser;

    fn deref(&self) -> &rehearse::Browser {
        &self.0
    }
}

impl Deref for Page {
    type Target = rehearse::Page;

    fn deref(&self) -> &rehearse::Page {
        &self.0
    }
}

impl From<rehearse::Browser> for Browser {
    fn from(browser: rehearse::Browser) -> Self {
        Self(browser)
    }
}

impl From<rehearse::Page> for Page {
    fn from(page: rehearse::Page) -> Self {
        Self(page)
    }
}

/// The value, or the end of the test with the fault.
fn must<T>(result: rehearse::Result<T>) -> T {
    result.unwrap_or_else(|fault| panic!("{fault}"))
}

impl Browser {
    /// Opens an address.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn get(&self, path: &str) -> Page {
        Page(must(self.0.get(path)))
    }

    /// Opens an address and insists that it is shown.
    ///
    /// # Panics
    /// When the answer is not 200.
    pub fn open(&self, path: &str) -> Page {
        Page(must(self.0.open(path)))
    }

    /// Clicks the first link whose address holds `part`.
    ///
    /// # Panics
    /// When there is none: a person could not have gone on either.
    pub fn click(&self, page: &Page, part: &str) -> Page {
        Page(must(self.0.click(page, part)))
    }

    /// Sends a filled form.
    ///
    /// # Panics
    /// When the form lacks a field that was filled; when the server does not answer.
    pub fn send(&self, form: &FormFill) -> Page {
        Page(must(self.0.send(form)))
    }

    /// Sends a body (JSON when it begins so, else a form) and gives the answer itself: `path` is
    /// where a redirect would lead.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn post_plain(&self, path: &str, body: &str, csrf: &str) -> Page {
        Page(must(self.0.post_plain(path, body, csrf)))
    }

    /// Sends JSON as a page's script does.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn post_json(&self, path: &str, csrf: &str, body: &str) -> Page {
        Page(must(self.0.post_json(path, csrf, body)))
    }
}

impl Page {
    /// The table row that holds these words, as a page of its own.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn row(&self, words: &str) -> Self {
        Self(must(self.0.row(words)))
    }

    /// The first form whose address ends in `action`, with what it holds already.
    ///
    /// # Panics
    /// When the page has none.
    #[must_use]
    pub fn form(&self, action: &str) -> FormFill {
        must(self.0.form(action))
    }

    /// The form number `n`, from 0, whose address ends in `action`.
    ///
    /// # Panics
    /// When the page has fewer.
    #[must_use]
    pub fn nth_form(&self, action: &str, n: usize) -> FormFill {
        must(self.0.nth_form(action, n))
    }

    /// The first form to `action` that has the field `name`.
    ///
    /// # Panics
    /// When the page has none.
    #[must_use]
    pub fn form_with(&self, action: &str, name: &str) -> FormFill {
        must(self.0.form_with(action, name))
    }
}
