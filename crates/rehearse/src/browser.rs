//! A browser without pictures: follows links, fills forms, keeps cookies, and can do nothing that a
//! person with a browser could not.
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ureq::Agent;

use crate::{Diary, Fault, FormFill, Pace, Page, Result, Sent, form::encode};

/// Longest chain of redirects that is followed.
const REDIRECTS_MAX: usize = 5;
/// Largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How long it waits before it looks at a job again, and how often it does.
const JOB_LOOK_EVERY: Duration = Duration::from_millis(100);
const JOB_LOOKS_MOST: usize = 36_000;

/// One person's browser.
pub struct Browser {
    agent: Agent,
    base: String,
    last: Mutex<String>,
    diary: Option<Arc<Diary>>,
    pace: Option<Arc<Pace>>,
}

impl Browser {
    /// A new browser that knows only where the server is.
    #[must_use]
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false);
        let agent = config.max_redirects(0).max_redirects_will_error(false).build().new_agent();
        let base = base.trim_end_matches('/').to_owned();
        Self { agent, base, last: Mutex::default(), diary: None, pace: None }
    }

    /// The same, whose steps are kept in a diary.
    #[must_use]
    pub fn with_diary(base: &str, diary: Arc<Diary>) -> Self {
        Self { diary: Some(diary), ..Self::new(base) }
    }

    /// The same, whose waits are noted.
    #[must_use]
    pub fn with_pace(self, pace: Arc<Pace>) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// The same browser, with its cookies, in front of a server that has come up again elsewhere.
    /// What it does there stands in no diary.
    #[must_use]
    pub fn moved_to(&self, base: &str) -> Self {
        let last = Mutex::new(self.last_path());
        let base = base.trim_end_matches('/').to_owned();
        Self { agent: self.agent.clone(), base, last, diary: None, pace: self.pace.clone() }
    }

    /// Opens an address, whatever the answer.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn get(&self, path: &str) -> Result<Page> {
        // What stands behind # is a place on the page; nobody sends it.
        let mut path = path.split('#').next().unwrap_or_default().to_owned();
        for _ in 0..REDIRECTS_MAX {
            let url = if path.starts_with("http") { path.clone() } else { format!("{}{path}", self.base) };
            self.note_opened(&path);
            let answer = self.timed("GET", &path, || self.agent.get(&url).call());
            let answer = answer.map_err(|error| Fault::at(&path, &error.to_string()))?;
            let Some(next) = location(&answer) else {
                path.clone_into(&mut self.last.lock().unwrap_or_else(PoisonError::into_inner));
                let shown = page(&path, answer)?;
                // A real browser loads the pictures of a page by itself.
                if shown.html.contains("<img") {
                    shown.sources().iter().for_each(|source| self.note_opened(source));
                }
                return Ok(shown);
            };
            path = next;
        }
        Err(Fault::at(&path, "redirects for ever"))
    }

    /// The address in the browser's bar.
    #[must_use]
    pub fn last_path(&self) -> String {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens an address and insists that it is shown.
    ///
    /// # Errors
    /// When the answer is not 200.
    pub fn open(&self, path: &str) -> Result<Page> {
        self.get(path)?.shown()
    }

    /// Clicks the first link whose address holds `part`.
    ///
    /// # Errors
    /// When there is none: a person could not have gone on either.
    pub fn click(&self, page: &Page, part: &str) -> Result<Page> {
        self.open(&page.need_link(part)?)
    }

    /// Sends a filled form by POST and looks at the answer itself, not at the page it leads to: who
    /// decides one application after the other reads only the next one.
    ///
    /// # Errors
    /// When the form lacks a field that was filled; when the server does not answer.
    pub fn send_only(&self, form: &FormFill) -> Result<Page> {
        page(&form.action, self.post(form)?)
    }

    /// Sends a filled form, whatever the answer.
    ///
    /// # Errors
    /// When the form lacks a field that was filled; when the server does not answer.
    pub fn send(&self, form: &FormFill) -> Result<Page> {
        form.check()?;
        if form.method == "get" {
            let query: Vec<String> =
                form.fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
            return self.get(&format!("{}?{}", form.action, query.join("&")));
        }
        let answer = self.post(form)?;
        match location(&answer) {
            Some(next) => self.get(&next),
            None => page(&form.action, answer),
        }
    }

    fn post(&self, form: &FormFill) -> Result<Answer> {
        form.check()?;
        let (kind, body) = if form.multipart { form.multipart_body() } else { form.plain_body() };
        let url = if form.action.starts_with("http") {
            form.action.clone()
        } else {
            format!("{}{}", self.base, form.action)
        };
        let request = self
            .agent
            .post(&url)
            .header("Content-Type", &kind)
            .header("Origin", &self.base)
            .header("Sec-Fetch-Site", "same-origin");
        let answer = self.timed("POST", &form.action, || request.send(&body[..]));
        let answer = answer.map_err(|error| Fault::at(&form.action, &error.to_string()))?;
        self.note_sent(&form.action, &body, &answer);
        Ok(answer)
    }

    /// Waits, as the page does by itself, until the job at which it looks has ended.
    ///
    /// # Errors
    /// When the job takes longer than an hour, or its page is not shown.
    pub fn settled(&self, mut page: Page) -> Result<Page> {
        for _ in 0..JOB_LOOKS_MOST {
            if !page.has_running_job() {
                return Ok(page);
            }
            wait(JOB_LOOK_EVERY);
            page = self.open(&page.path)?;
        }
        Err(page.fault("the job does not end"))
    }

    /// Sends a filled form and insists that what follows is shown.
    ///
    /// # Errors
    /// When the server refuses it or does not answer.
    pub fn submit(&self, form: &FormFill) -> Result<Page> {
        self.send(form)?.shown()
    }

    /// Sends a body (JSON when it begins so, else a form) and gives the answer itself: `path` is
    /// where a redirect would lead.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn post_plain(&self, path: &str, body: &str, csrf: &str) -> Result<Page> {
        let kind =
            if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let send = || {
            self.agent
                .post(format!("{}{path}", self.base))
                .header("Content-Type", kind)
                .header("X-CSRF", csrf)
                .header("Sec-Fetch-Site", "same-origin")
                .send(body.as_bytes())
        };
        // A server that refused a body unread has closed the connection; browsers try once more.
        let answer = send().or_else(|_| send()).map_err(|error| Fault::at(path, &error.to_string()))?;
        let to = location(&answer);
        page(to.as_deref().unwrap_or(path), answer)
    }

    /// Sends JSON as a page's script does.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn post_json(&self, path: &str, csrf: &str, body: &str) -> Result<Page> {
        let request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .header("X-CSRF", csrf)
            .header("Sec-Fetch-Site", "same-origin");
        let answer = self.timed("POST", path, || request.send(body.as_bytes()));
        let answer = answer.map_err(|error| Fault::at(path, &error.to_string()))?;
        self.note_sent(path, body.as_bytes(), &answer);
        page(path, answer)
    }

    fn timed<T>(&self, method: &'static str, path: &str, ask: impl FnOnce() -> T) -> T {
        match &self.pace {
            Some(pace) => pace.timed(method, path, ask),
            None => ask(),
        }
    }

    fn note_opened(&self, path: &str) {
        if let Some(diary) = &self.diary {
            diary.note_opened(path);
        }
    }

    fn note_sent(&self, path: &str, body: &[u8], answer: &Answer) {
        let Some(diary) = &self.diary else { return };
        let id = answer.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
        diary.note_sent(Sent {
            path: path.to_owned(),
            status: answer.status().as_u16(),
            request_id: id.to_owned(),
            body: String::from_utf8(body.to_vec()).unwrap_or_default(),
        });
    }
}

type Answer = ureq::http::Response<ureq::Body>;

#[expect(clippy::disallowed_methods, reason = "this side of the server is a person, who waits")]
fn wait(time: Duration) {
    std::thread::sleep(time);
}

fn location(answer: &Answer) -> Option<String> {
    let to = answer.headers().get("location")?.to_str().ok()?;
    answer.status().is_redirection().then(|| to.to_owned())
}

fn page(path: &str, mut answer: Answer) -> Result<Page> {
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    let bytes = body.map_err(|error| Fault::at(path, &error.to_string()))?;
    let html = String::from_utf8(bytes.clone()).unwrap_or_default();
    Ok(Page { status, path: path.to_owned(), html, bytes })
}
