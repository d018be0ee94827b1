//! A browser without pictures: follows links, fills forms, keeps cookies, and can do nothing that a
//! person with a browser could not.
use std::{
    cell::Cell,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use ureq::{Agent, Cookie, http::Uri};

use crate::{Answer, Diary, Echoed, Fault, FormFill, Going, Pace, Page, Result, Sent, form::encode};

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

    /// The same, holding a cookie (`name=value`) already: of somebody who has signed in before, for tests in which
    /// hundreds have.
    ///
    /// # Errors
    /// When that is no cookie.
    pub fn with_cookie(self, cookie: &str) -> Result<Self> {
        let uri: Uri = self.base.parse().map_err(|_| Fault::at(&self.base, "no address of a server"))?;
        let held = Cookie::parse(cookie.to_owned(), &uri)
            .and_then(|cookie| self.agent.cookie_jar_lock().insert(cookie, &uri));
        held.map_err(|error| Fault::at(&self.base, &error.to_string()))?;
        Ok(self)
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
        let path = form.action.clone();
        self.deliver(&Going { path, kind, body, csrf: None, site: "same-origin" })
    }

    /// Sends a change. Whoever watches may have sent it already, or something in its place.
    fn deliver(&self, going: &Going) -> Result<Answer> {
        if let Some(watch) = self.diary.as_ref().and_then(|diary| diary.watch()) {
            let is_noted = Cell::new(false);
            let in_its_place = |other: &Going| {
                is_noted.set(true);
                self.send_as_often(other)
            };
            if let Some(answer) = watch.before(going, &|other| self.go(other), &in_its_place) {
                if !is_noted.get() {
                    self.note_sent(&going.path, &going.body, &answer, Vec::new());
                }
                return Ok(answer);
            }
        }
        self.send_as_often(going)
    }

    /// Sends a change, once or as often as the diary wants it, and gives the answer of a copy that was taken.
    fn send_as_often(&self, going: &Going) -> Result<Answer> {
        let times = self.diary.as_ref().map_or(1, |diary| diary.times(&going.path));
        if times < 2 {
            let answer = self.go(going)?;
            self.note_sent(&going.path, &going.body, &answer, Vec::new());
            return Ok(answer);
        }
        let answers: Vec<_> = thread::scope(|scope| {
            let copies: Vec<_> = (0..times).map(|_| scope.spawn(|| self.go(going))).collect();
            copies.into_iter().map(thread::ScopedJoinHandle::join).collect()
        });
        let mut all = Vec::new();
        for answer in answers {
            all.push(answer.map_err(|_| Fault::at(&going.path, "a copy could not be sent"))??);
        }
        let echoed = |one: &Answer| Echoed { status: one.status().as_u16(), request_id: request_id(one) };
        let echoes = all.iter().map(echoed).collect();
        // Rather what was taken than what was refused, and rather a refusal than "that is under way".
        all.sort_by_key(|answer| (answer.status().as_u16() >= 400, answer.status().as_u16() == 409));
        let Some(first) = all.into_iter().next() else {
            return Err(Fault::at(&going.path, "no copy was sent"));
        };
        if let Some(diary) = self.diary.as_ref().filter(|_| first.status().as_u16() >= 400) {
            diary.not_yet(&going.path);
        }
        self.note_sent(&going.path, &going.body, &first, echoes);
        Ok(first)
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
        let (kind, csrf) = ("application/json".to_owned(), Some(csrf.to_owned()));
        let going = Going { path: path.to_owned(), kind, body: body.into(), csrf, site: "same-origin" };
        page(path, self.deliver(&going)?)
    }

    fn go(&self, going: &Going) -> Result<Answer> {
        let path = &going.path;
        let url = if path.starts_with("http") { path.clone() } else { format!("{}{path}", self.base) };
        let request = self.agent.post(&url).header("Content-Type", &going.kind);
        let request = request.header("Sec-Fetch-Site", going.site);
        let request = match &going.csrf {
            Some(token) => request.header("Accept", "application/json").header("X-CSRF", token),
            None => request.header("Origin", &self.base),
        };
        let answer = self.timed("POST", path, || request.send(&going.body[..]));
        answer.map_err(|error| Fault::at(path, &error.to_string()))
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

    fn note_sent(&self, path: &str, body: &[u8], answer: &Answer, echoes: Vec<Echoed>) {
        let Some(diary) = &self.diary else { return };
        diary.note_sent(Sent {
            path: path.to_owned(),
            status: answer.status().as_u16(),
            request_id: request_id(answer),
            body: String::from_utf8(body.to_vec()).unwrap_or_default(),
            echoes,
        });
    }
}

#[expect(clippy::disallowed_methods, reason = "this side of the server is a person, who waits")]
fn wait(time: Duration) {
    std::thread::sleep(time);
}

fn request_id(answer: &Answer) -> String {
    let id = answer.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    id.unwrap_or_default().to_owned()
}

fn location(answer: &Answer) -> Option<String> {
    let to = answer.headers().get("location")?.to_str().ok()?;
    answer.status().is_redirection().then(|| to.to_owned())
}

/// What a demo says about the work behind a page: `Server-Timing: statements;dur=7`.
fn statements(answer: &Answer) -> Option<u32> {
    let said = answer.headers().get("Server-Timing")?.to_str().ok()?;
    said.strip_prefix("statements;dur=")?.parse().ok()
}

/// After how many seconds the server asks to come again.
fn retry_after(answer: &Answer) -> Option<u32> {
    answer.headers().get("Retry-After")?.to_str().ok()?.parse().ok()
}

fn page(path: &str, mut answer: Answer) -> Result<Page> {
    let status = answer.status().as_u16();
    let (statements, retry_after) = (statements(&answer), retry_after(&answer));
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    let bytes = body.map_err(|error| Fault::at(path, &error.to_string()))?;
    let html = String::from_utf8(bytes.clone()).unwrap_or_default();
    Ok(Page { status, path: path.to_owned(), html, bytes, statements, retry_after })
}
