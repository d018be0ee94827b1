//! One installation as its people see it: where it is, what time it is there, who is signed in.
use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{Browser, Diary, Fault, Pace, Result};

/// Everybody's way to one server.
pub struct Office {
    base: String,
    clock: PathBuf,
    at: Mutex<String>,
    diary: Option<Arc<Diary>>,
    pace: Option<Arc<Pace>>,
    signed_in: Mutex<HashMap<String, Arc<Browser>>>,
}

impl Office {
    /// In front of the server at `base`, whose time is read from the file `clock`.
    #[must_use]
    pub fn new(base: &str, clock: PathBuf) -> Self {
        let at = fs::read_to_string(&clock).unwrap_or_default().trim().to_owned();
        let (base, at) = (base.to_owned(), Mutex::new(at));
        Self { base, clock, at, diary: None, pace: None, signed_in: Mutex::default() }
    }

    /// The same, with a diary of what every browser does.
    #[must_use]
    pub fn with_diary(self, diary: Arc<Diary>) -> Self {
        Self { diary: Some(diary), ..self }
    }

    /// The same, with a note of how long everybody waits.
    #[must_use]
    pub fn with_pace(self, pace: Arc<Pace>) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// Moves the clock forward: the one act that a browser could not do. Everybody signs in again
    /// afterwards, as sessions end.
    ///
    /// # Errors
    /// When time would go back, or the file cannot be written.
    pub fn clock(&self, at: &str) -> Result<()> {
        let mut now = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        if at == now.as_str() {
            return Ok(());
        }
        if at < now.as_str() {
            return Err(Fault::at("clock", &format!("time goes forward, not from {now} to {at}")));
        }
        let temporary = self.clock.with_extension("new");
        let written = fs::write(&temporary, at).and_then(|()| fs::rename(&temporary, &self.clock));
        written.map_err(|error| Fault::at("clock", &error.to_string()))?;
        at.clone_into(&mut now);
        self.signed_in.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    /// The time the clock was set to.
    #[must_use]
    pub fn now(&self) -> String {
        self.at.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A new browser in front of the server.
    #[must_use]
    pub fn browser(&self) -> Browser {
        let browser = match &self.diary {
            Some(diary) => Browser::with_diary(&self.base, Arc::clone(diary)),
            None => Browser::new(&self.base),
        };
        match &self.pace {
            Some(pace) => browser.with_pace(Arc::clone(pace)),
            None => browser,
        }
    }

    /// The browser of this member of the demo's staff, signed in once until the clock moves.
    ///
    /// # Errors
    /// When the sign-in does not lead to the workbench.
    pub fn staff(&self, login: &str) -> Result<Arc<Browser>> {
        let known = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner).get(login).cloned();
        if let Some(browser) = known {
            return Ok(browser);
        }
        let browser = Arc::new(self.sign_in(login)?);
        let mut signed_in = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner);
        signed_in.insert(login.to_owned(), Arc::clone(&browser));
        Ok(browser)
    }

    /// A new browser with this member of the demo's staff signed in.
    ///
    /// # Errors
    /// When the sign-in does not lead to the workbench.
    pub fn sign_in(&self, login: &str) -> Result<Browser> {
        let browser = self.browser();
        let form = browser.open("/sign-in")?.form_with("/sessions", "login")?;
        let page = browser.submit(&form.set("login", login).set("password", &format!("demo-{login}")))?;
        if page.path == "/workbench" {
            return Ok(browser);
        }
        Err(page.fault(&format!("{login} is not signed in: {}", page.text())))
    }

    /// A browser with the owner of this phone signed in by the code that was sent to it.
    ///
    /// # Errors
    /// When no code comes or it does not let in.
    pub fn candidate(&self, phone: &str) -> Result<Browser> {
        let browser = self.browser();
        let form = browser.open("/sign-in")?.form("/one-time-codes")?.set("phone", phone);
        let page = browser.submit(&form)?;
        let messages = browser.open("/messages")?;
        let sent = messages.all("ol.timeline li").into_iter().find(|text| text.contains(phone));
        let sent = sent.ok_or_else(|| messages.fault("no message to the phone that asked for a code"))?;
        let text = sent.rsplit(phone).next().unwrap_or_default();
        let code: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect();
        browser.submit(&page.form_with("/sessions", "code")?.set("code", &code))?;
        Ok(browser)
    }
}
