//! A browser without pictures: follows links, fills forms, keeps cookies, and can do nothing that a
//! person with a browser could not.
use std::collections::BTreeSet;

use std::sync::Mutex;

use scraper::{ElementRef, Html, Selector};
use ureq::Agent;

/// One person's browser.
pub struct Browser {
    agent: Agent,
    base: String,
    last: Mutex<String>,
}

/// A change that some browser of this process sent, and how the server took it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Server it went to.
    pub base: String,
    /// Address below it.
    pub path: String,
    /// Status of the answer itself, before any redirect.
    pub status: u16,
    /// Number the server gave the request.
    pub request_id: String,
    /// What was sent, when it is text.
    pub body: String,
}

static OPENED: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

/// Every address of `base` that some browser of this process opened.
#[must_use]
pub fn opened_at(base: &str) -> Vec<String> {
    let all = OPENED.lock().expect("nobody panics while holding it");
    all.iter().filter(|(known, _)| known == base).map(|(_, path)| path.clone()).collect()
}

static SENT: Mutex<Vec<Sent>> = Mutex::new(Vec::new());

/// Every change sent to `base` so far.
#[must_use]
pub fn sent_to(base: &str) -> Vec<Sent> {
    let all = SENT.lock().expect("nobody panics while holding it");
    all.iter().filter(|sent| sent.base == base).cloned().collect()
}

/// Longest chain of redirects that is followed.
const REDIRECTS_MAX: usize = 5;

/// What the browser shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// Status of the last answer.
    pub status: u16,
    /// Address after redirects, below the base.
    pub path: String,
    /// The body as text (empty for files).
    pub html: String,
    /// The body as bytes.
    pub bytes: Vec<u8>,
}

/// A form of a page, being filled.
#[derive(Debug, Clone)]
pub struct FormFill {
    action: String,
    method: String,
    multipart: bool,
    fields: Vec<(String, String)>,
    files: Vec<(String, String, Vec<u8>)>,
    known: Vec<String>,
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a selector of the test is right")
}

impl Browser {
    /// A new browser that knows only where the server is.
    #[must_use]
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false);
        let agent = config.max_redirects(0).max_redirects_will_error(false).build().new_agent();
        Self { agent, base: base.trim_end_matches('/').to_owned(), last: Mutex::default() }
    }

    /// Opens an address.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn get(&self, path: &str) -> Page {
        let mut path = path.to_owned();
        for _ in 0..REDIRECTS_MAX {
            let url = if path.starts_with("http") { path.clone() } else { format!("{}{path}", self.base) };
            self.note_opened(&path);
            let answer = self.agent.get(&url).call().unwrap_or_else(|error| panic!("GET {path}: {error}"));
            match location(&answer) {
                Some(next) => path = next,
                None => {
                    path.clone_into(&mut self.last.lock().expect("one person, one browser"));
                    let shown = page(&path, answer);
                    // A real browser loads the pictures of a page by itself.
                    if shown.html.contains("<img") {
                        shown.sources().iter().for_each(|source| self.note_opened(source));
                    }
                    return shown;
                }
            }
        }
        panic!("{path} redirects for ever");
    }

    /// The address in the browser's bar.
    ///
    /// # Panics
    /// Never: one person uses it.
    pub fn last_path(&self) -> String {
        self.last.lock().expect("one person, one browser").clone()
    }

    /// Opens an address and insists that it is shown.
    ///
    /// # Panics
    /// When the answer is not 200.
    pub fn open(&self, path: &str) -> Page {
        let page = self.get(path);
        assert_eq!(page.status, 200, "GET {path}: {}", page.text());
        page
    }

    /// Clicks the first link whose address holds `part`.
    ///
    /// # Panics
    /// When there is none: a person could not have gone on either.
    pub fn click(&self, page: &Page, part: &str) -> Page {
        let href =
            page.link(part).unwrap_or_else(|| panic!("no link to {part} on {}:\n{}", page.path, page.text()));
        self.open(&href)
    }

    /// Sends a filled form.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn send(&self, form: &FormFill) -> Page {
        let url = if form.action.starts_with("http") {
            form.action.clone()
        } else {
            format!("{}{}", self.base, form.action)
        };
        if form.method == "get" {
            let query: Vec<String> =
                form.fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
            return self.get(&format!("{}?{}", form.action, query.join("&")));
        }
        let (kind, body) = if form.multipart { form.multipart_body() } else { form.plain_body() };
        let answer = self
            .agent
            .post(&url)
            .header("Content-Type", &kind)
            .header("Origin", &self.base)
            .header("Sec-Fetch-Site", "same-origin")
            .send(&body[..])
            .unwrap_or_else(|error| panic!("POST {}: {error}", form.action));
        self.note(&form.action, &body, &answer);
        match location(&answer) {
            Some(next) => self.get(&next),
            None => page(&form.action, answer),
        }
    }

    /// Sends a body (JSON when it begins so, else a form) and gives the answer itself: `path` is
    /// where a redirect would lead.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn post_plain(&self, path: &str, body: &str, csrf: &str) -> Page {
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
        let answer = send().or_else(|_| send()).unwrap_or_else(|error| panic!("POST {path}: {error}"));
        let to = location(&answer);
        page(to.as_deref().unwrap_or(path), answer)
    }

    /// Sends JSON as a page's script does.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn post_json(&self, path: &str, csrf: &str, body: &str) -> Page {
        let answer = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .header("X-CSRF", csrf)
            .header("Sec-Fetch-Site", "same-origin")
            .send(body.as_bytes())
            .unwrap_or_else(|error| panic!("POST {path}: {error}"));
        self.note(path, body.as_bytes(), &answer);
        page(path, answer)
    }

    fn note_opened(&self, path: &str) {
        let opened = (self.base.clone(), path.to_owned());
        OPENED.lock().expect("nobody panics while holding it").insert(opened);
    }

    fn note(&self, path: &str, body: &[u8], answer: &Answer) {
        let id = answer.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
        let sent = Sent {
            base: self.base.clone(),
            path: path.to_owned(),
            status: answer.status().as_u16(),
            request_id: id.to_owned(),
            body: String::from_utf8(body.to_vec()).unwrap_or_default(),
        };
        SENT.lock().expect("nobody panics while holding it").push(sent);
    }
}

type Answer = ureq::http::Response<ureq::Body>;

fn location(answer: &Answer) -> Option<String> {
    let to = answer.headers().get("location")?.to_str().ok()?;
    answer.status().is_redirection().then(|| to.to_owned())
}

fn page(path: &str, mut answer: Answer) -> Page {
    let status = answer.status().as_u16();
    let bytes =
        answer.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec().expect("the answer ends");
    let html = String::from_utf8(bytes.clone()).unwrap_or_default();
    Page { status, path: path.to_owned(), html, bytes }
}

impl Page {
    /// The words a reader sees, blanks folded.
    #[must_use]
    pub fn text(&self) -> String {
        let html = Html::parse_document(&self.html);
        let main = html.select(&selector("main")).next().unwrap_or_else(|| html.root_element());
        main.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The address of the first link that holds `part`.
    #[must_use]
    pub fn link(&self, part: &str) -> Option<String> {
        self.links(part).into_iter().next()
    }

    /// The addresses of all links that hold `part`, in order, each once.
    #[must_use]
    pub fn links(&self, part: &str) -> Vec<String> {
        let html = Html::parse_document(&self.html);
        let mut found: Vec<String> = Vec::new();
        for href in html.select(&selector("a[href]")).filter_map(|a| a.value().attr("href")) {
            if href.contains(part) && !found.iter().any(|known| known == href) {
                found.push(href.to_owned());
            }
        }
        found
    }

    /// The table row that holds these words, as a page of its own.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn row(&self, words: &str) -> Self {
        let html = Html::parse_document(&self.html);
        let row = html
            .select(&selector("tbody tr"))
            .find(|row| row.text().any(|text| text.trim() == words))
            .unwrap_or_else(|| panic!("no row with {words} on {}:\n{}", self.path, self.text()));
        Self { html: format!("<table><tbody>{}</tbody></table>", row.html()), ..self.clone() }
    }

    /// The value of an attribute of the first element that `css` selects.
    #[must_use]
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        let html = Html::parse_document(&self.html);
        html.select(&selector(css)).find_map(|element| element.value().attr(name).map(ToOwned::to_owned))
    }

    /// The text of each element that `css` selects.
    #[must_use]
    pub fn all(&self, css: &str) -> Vec<String> {
        let html = Html::parse_document(&self.html);
        html.select(&selector(css))
            .map(|e| e.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// The first form whose address ends in `action`, with what it holds already.
    ///
    /// # Panics
    /// When the page has none.
    #[must_use]
    pub fn form(&self, action: &str) -> FormFill {
        let html = Html::parse_document(&self.html);
        let form = html
            .select(&selector("form"))
            .find(|form| form.value().attr("action").is_some_and(|known| leads_to(known, action)))
            .unwrap_or_else(|| panic!("no form to {action} on {}:\n{}", self.path, self.text()));
        FormFill::read(form)
    }

    /// The form number `n`, from 0, whose address ends in `action`.
    ///
    /// # Panics
    /// When the page has fewer.
    #[must_use]
    pub fn nth_form(&self, action: &str, n: usize) -> FormFill {
        let html = Html::parse_document(&self.html);
        html.select(&selector("form"))
            .filter(|form| form.value().attr("action").is_some_and(|known| leads_to(known, action)))
            .nth(n)
            .map(FormFill::read)
            .unwrap_or_else(|| panic!("no form {n} to {action} on {}:\n{}", self.path, self.text()))
    }

    /// The first form to `action` that has the field `name`.
    ///
    /// # Panics
    /// When the page has none.
    #[must_use]
    pub fn form_with(&self, action: &str, name: &str) -> FormFill {
        let html = Html::parse_document(&self.html);
        html.select(&selector("form"))
            .filter(|form| form.value().attr("action").is_some_and(|known| leads_to(known, action)))
            .map(FormFill::read)
            .find(|form| form.known.iter().any(|known| known == name))
            .unwrap_or_else(|| panic!("no form to {action} with {name} on {}:\n{}", self.path, self.text()))
    }

    /// Where the forms of the page that change something lead.
    #[must_use]
    pub fn actions(&self) -> Vec<String> {
        let html = Html::parse_document(&self.html);
        html.select(&selector("form[method=post]"))
            .filter_map(|form| form.value().attr("action").map(ToOwned::to_owned))
            .collect()
    }

    /// Where the pictures of the page come from.
    #[must_use]
    pub fn sources(&self) -> Vec<String> {
        let html = Html::parse_document(&self.html);
        html.select(&selector("img[src]"))
            .filter_map(|img| img.value().attr("src").map(ToOwned::to_owned))
            .collect()
    }

    /// Whether the page has a form to this address.
    #[must_use]
    pub fn has_form(&self, action: &str) -> bool {
        let html = Html::parse_document(&self.html);
        html.select(&selector("form"))
            .any(|f| f.value().attr("action").is_some_and(|known| leads_to(known, action)))
    }
}

impl FormFill {
    fn read(form: ElementRef<'_>) -> Self {
        let attribute = |name| form.value().attr(name).unwrap_or_default().to_owned();
        let mut fill = Self {
            action: attribute("action"),
            method: attribute("method").to_lowercase(),
            multipart: attribute("enctype") == "multipart/form-data",
            fields: Vec::new(),
            files: Vec::new(),
            known: Vec::new(),
        };
        for control in form.select(&selector("input, select, textarea, button")) {
            fill.read_control(control);
        }
        fill
    }

    fn read_control(&mut self, control: ElementRef<'_>) {
        let element = control.value();
        let Some(name) = element.attr("name").map(ToOwned::to_owned) else { return };
        if element.attr("disabled").is_some() {
            return;
        }
        self.known.push(name.clone());
        let kind = element.attr("type").unwrap_or_default();
        match element.name() {
            "input" if kind == "file" || kind == "submit" => {}
            "input" if (kind == "checkbox" || kind == "radio") && element.attr("checked").is_none() => {}
            "input" => self.fields.push((name, element.attr("value").unwrap_or_default().to_owned())),
            "textarea" => self.fields.push((name, control.text().collect())),
            "select" => {
                let options = selector("option");
                let mut all = control.select(&options);
                let chosen = control
                    .select(&options)
                    .find(|o| o.value().attr("selected").is_some())
                    .or_else(|| all.next());
                if let Some(option) = chosen {
                    self.fields.push((name, option.value().attr("value").unwrap_or_default().to_owned()));
                }
            }
            _ => {}
        }
    }

    /// Types into a field that the form has.
    ///
    /// # Panics
    /// When the form has no such field.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.must_know(name);
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Ticks one more box of a group, or presses a named button.
    ///
    /// # Panics
    /// When the form has no such field.
    #[must_use]
    pub fn tick(mut self, name: &str, value: &str) -> Self {
        self.must_know(name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Chooses a file.
    ///
    /// # Panics
    /// When the form has no such field.
    #[must_use]
    pub fn file(mut self, name: &str, file_name: &str, bytes: Vec<u8>) -> Self {
        self.must_know(name);
        self.files.push((name.to_owned(), file_name.to_owned(), bytes));
        self
    }

    /// The value the form holds for a field.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Names of the fields of the form.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.known
    }

    /// Where the form goes.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    fn must_know(&self, name: &str) {
        assert!(
            self.known.iter().any(|known| known == name),
            "the form to {} has no field {name}: {:?}",
            self.action,
            self.known
        );
    }

    fn plain_body(&self) -> (String, Vec<u8>) {
        let pairs: Vec<String> =
            self.fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
        ("application/x-www-form-urlencoded".into(), pairs.join("&").into_bytes())
    }

    fn multipart_body(&self) -> (String, Vec<u8>) {
        const BOUNDARY: &str = "----kaogong-test-boundary";
        let mut body = Vec::new();
        for (name, value) in &self.fields {
            body.extend_from_slice(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        for (name, file, bytes) in &self.files {
            body.extend_from_slice(
                format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                     Content-Type: application/octet-stream\r\n\r\n"
                )
                .as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        (format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }
}

/// Percent-encodes a form value.
fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Whether a form's address ends in `action`, whatever is asked for behind it.
fn leads_to(address: &str, action: &str) -> bool {
    address.split('?').next().unwrap_or_default().ends_with(action)
}
