//! Forms: values as sent, errors by field, checked against forgery before a handler sees them.
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::header,
};

use crate::{
    Markup, Message, PageError, Visit, Words,
    once::{self, Turn},
};

/// Largest form without files.
const FORM_BYTES_MAX: usize = 2 * 1024 * 1024;

/// A form as the browser sent it, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    errors: BTreeMap<String, Message>,
    needed: BTreeSet<String>,
}

impl Form {
    /// An empty form, or one filled with what is known.
    #[must_use]
    pub fn filled(values: &[(&str, &str)]) -> Self {
        let mut form = Self::default();
        for (name, value) in values {
            form.values.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        form
    }

    /// The value of a field, trimmed; empty when absent.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|list| list.first()).map_or("", |value| value.trim())
    }

    /// Every value of a field that may be chosen several times.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every field whose name begins with `prefix`, with the rest of its name.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.values.iter().filter_map(move |(name, list)| {
            Some((name.strip_prefix(prefix)?, list.first().map_or("", |value| value.trim())))
        })
    }

    /// The form without the values of these fields: a password is never sent back.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.values.retain(|name, _| !names.contains(&name.as_str()));
        self
    }

    /// The form with these fields marked as required, in words and for screen readers.
    #[must_use]
    pub fn needs(mut self, names: &[&str]) -> Self {
        self.needed.extend(names.iter().map(|name| (*name).to_owned()));
        self
    }

    /// Reads a field by a value's own parser; a refusal becomes the field's error.
    pub fn parse<T, E: Refusal>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(self.value(name)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(name, error.message());
                None
            }
        }
    }

    /// A field that must not be empty.
    pub fn required(&mut self, name: &str) -> Option<String> {
        let value = self.value(name).to_owned();
        if value.is_empty() {
            self.refuse(name, "form-required");
            return None;
        }
        Some(value)
    }

    /// Marks a field as wrong.
    pub fn refuse(&mut self, name: &str, message: impl Into<Message>) {
        self.errors.entry(name.to_owned()).or_insert_with(|| message.into());
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// The sentences of all errors, to stand at the head of the form.
    #[must_use]
    pub fn summary(&self, t: &Words) -> Markup {
        if self.errors.is_empty() {
            return Markup::default();
        }
        let mut html = String::from("<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\">");
        let _ = write!(html, "<h2>{}</h2><ul>", escape(&t.s("form-mistakes")));
        for (name, message) in &self.errors {
            let said = t.quoting(&t.message(message));
            let _ = write!(html, "<li><a href=\"#f-{}\">{said}</a></li>", escape(name));
        }
        html.push_str("</ul></div>");
        Markup(html)
    }

    /// A labelled input with its hint and error. `kind` is an HTML input type.
    #[must_use]
    pub fn input(&self, t: &Words, name: &str, kind: &str, label: &str) -> Markup {
        self.field(t, name, label, |described| {
            format!(
                "<input id=\"f-{name}\" name=\"{name}\" type=\"{kind}\" value=\"{}\"{described}>",
                escape(self.value(name))
            )
        })
    }

    /// A labelled text area.
    #[must_use]
    pub fn area(&self, t: &Words, name: &str, label: &str) -> Markup {
        self.field(t, name, label, |described| {
            format!(
                "<textarea id=\"f-{name}\" name=\"{name}\" rows=\"3\"{described}>{}</textarea>",
                escape(self.value(name))
            )
        })
    }

    /// A labelled choice of one; `options` are (value, words).
    #[must_use]
    pub fn select(&self, t: &Words, name: &str, label: &str, options: &[(String, String)]) -> Markup {
        self.field(t, name, label, |described| {
            let mut html = format!("<select id=\"f-{name}\" name=\"{name}\"{described}>");
            for (value, words) in options {
                let chosen = if self.value(name) == value { " selected" } else { "" };
                let _ =
                    write!(html, "<option value=\"{}\"{chosen}>{}</option>", escape(value), escape(words));
            }
            html + "</select>"
        })
    }

    /// A labelled file to choose; `accept` as in HTML.
    #[must_use]
    pub fn file(&self, t: &Words, name: &str, label: &str, accept: &str) -> Markup {
        self.field(t, name, label, |described| {
            format!(
                "<input id=\"f-{name}\" name=\"{name}\" type=\"file\" accept=\"{}\"{described}>",
                escape(accept)
            )
        })
    }

    /// One checkbox that sends `yes`, with its error.
    #[must_use]
    pub fn check(&self, t: &Words, name: &str, label: &str) -> Markup {
        let (class, described) = match self.errors.contains_key(name) {
            true => ("field wrong", format!(" aria-describedby=\"d-{name}\" aria-invalid=\"true\"")),
            false => ("field", String::new()),
        };
        let (words, mark, needed) = (escape(&t.s(label)), self.mark(t, name), self.aria_required(name));
        let checked = if self.value(name).is_empty() { "" } else { " checked" };
        let error = self.error(t, name);
        Markup(format!(
            "<div class=\"{class}\">{error}<label class=\"check\"><input id=\"f-{name}\" type=\"checkbox\" \
             name=\"{name}\" value=\"yes\"{checked}{needed}{described}> <span>{words}{mark}</span></label></div>"
        ))
    }

    /// The error of a field that is drawn by hand; nothing when it is right.
    #[must_use]
    pub fn error(&self, t: &Words, name: &str) -> Markup {
        let Some(message) = self.errors.get(name) else { return Markup::default() };
        let said = t.quoting(&t.message(message));
        Markup(format!("<p class=\"field-error\" id=\"d-{name}\">{said}</p>"))
    }

    fn mark(&self, t: &Words, name: &str) -> String {
        if !self.needed.contains(name) {
            return String::new();
        }
        format!(" <span class=\"needed\">{}</span>", escape(&t.s("form-needed")))
    }

    fn aria_required(&self, name: &str) -> &'static str {
        if self.needed.contains(name) { " aria-required=\"true\"" } else { "" }
    }

    /// A hint is the sentence `LABEL-hint`, when there is one.
    fn field(&self, t: &Words, name: &str, label: &str, control: impl FnOnce(&str) -> String) -> Markup {
        let error = self.errors.get(name);
        let hint_key = format!("{label}-hint");
        let hint = Some(t.s(&hint_key)).filter(|text| *text != hint_key);
        let mut described = String::new();
        if hint.is_some() || error.is_some() {
            let _ = write!(described, " aria-describedby=\"d-{name}\"");
        }
        if error.is_some() {
            described.push_str(" aria-invalid=\"true\"");
        }
        described.push_str(self.aria_required(name));
        let class = if error.is_some() { "field wrong" } else { "field" };
        let (words, mark) = (escape(&t.s(label)), self.mark(t, name));
        let mut html = format!("<div class=\"{class}\"><label for=\"f-{name}\">{words}{mark}</label>");
        if hint.is_some() || error.is_some() {
            let _ = write!(html, "<div id=\"d-{name}\">");
            if let Some(hint) = hint {
                let _ = write!(html, "<p class=\"hint\">{}</p>", escape(&hint));
            }
            if let Some(error) = error {
                let _ = write!(html, "<p class=\"field-error\">{}</p>", t.quoting(&t.message(error)));
            }
            html.push_str("</div>");
        }
        html.push_str(&control(&described));
        Markup(html + "</div>")
    }

    fn push(&mut self, name: &str, value: String) {
        self.values.entry(name.to_owned()).or_default().push(value);
    }
}

/// A value's refusal as a sentence for the form.
pub trait Refusal {
    /// What to tell the user.
    fn message(&self) -> Message;
}

impl Refusal for kernel::ValueError {
    fn message(&self) -> Message {
        Message::new(self.key())
    }
}

impl Refusal for Message {
    fn message(&self) -> Message {
        self.clone()
    }
}

/// Whether the token of the form is this session's; nobody's session needs none (the origin is
/// checked by middleware for every visitor).
fn check_token(visit: &Visit, sent: &str) -> Result<(), PageError> {
    let (session, sent) = (once::session_of(&visit.csrf), once::session_of(sent));
    if session.is_empty() || constant_time_equal(session, sent) {
        return Ok(());
    }
    Err(PageError::Forged)
}

fn constant_time_equal(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &S) -> Result<Self, PageError> {
        let visit = request.extensions().get::<Visit>().cloned().unwrap_or_default();
        let turn = request.extensions().get::<Turn>().cloned();
        let body = axum::body::to_bytes(request.into_body(), FORM_BYTES_MAX)
            .await
            .map_err(|_| PageError::refused("form-too-large"))?;
        let mut form = Self::default();
        for (name, value) in form_pairs(&body)? {
            form.push(&name, value);
        }
        check_token(&visit, form.value("csrf"))?;
        if let Some(turn) = turn {
            turn.take(form.value("csrf"), &visit.here, &form.values)?;
        }
        Ok(form)
    }
}

fn form_pairs(body: &Bytes) -> Result<Vec<(String, String)>, PageError> {
    serde_urlencoded::from_bytes(body).map_err(|_| PageError::refused("form-unreadable"))
}

/// A file of a form.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// Field it was chosen in.
    pub field: String,
    /// Name on the user's machine; never used as a path.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// A form with files. The route sets its own body limit.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// The fields that are no files.
    pub form: Form,
    /// The files, in order, without empty ones.
    pub files: Vec<UploadedFile>,
}

impl Upload {
    /// The file chosen in `field`.
    #[must_use]
    pub fn file(&self, field: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|file| file.field == field)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let visit = request.extensions().get::<Visit>().cloned().unwrap_or_default();
        let turn = request.extensions().get::<Turn>().cloned();
        let is_multipart = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"multipart/form-data"));
        if !is_multipart {
            return Ok(Self { form: Form::from_request(request, state).await?, files: Vec::new() });
        }
        let unreadable = |_| PageError::refused("form-too-large");
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| PageError::refused("form-unreadable"))?;
        let mut upload = Self::default();
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let field = part.name().unwrap_or_default().to_owned();
            let Some(name) = part.file_name().map(ToOwned::to_owned) else {
                let value = part.text().await.map_err(unreadable)?;
                upload.form.push(&field, value);
                continue;
            };
            let bytes = part.bytes().await.map_err(unreadable)?;
            if !bytes.is_empty() {
                upload.files.push(UploadedFile { field, name, bytes });
            }
        }
        check_token(&visit, upload.form.value("csrf"))?;
        if let Some(turn) = turn {
            let files: Vec<_> = upload.files.iter().map(|file| (&file.field, &file.bytes)).collect();
            turn.take(upload.form.value("csrf"), &visit.here, (&upload.form.values, files))?;
        }
        Ok(upload)
    }
}

/// A JSON body whose request carries the session's token in the header `X-CSRF`.
#[derive(Debug, Clone)]
pub struct SignedJson<T>(pub T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> FromRequest<S> for SignedJson<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &S) -> Result<Self, PageError> {
        let visit = request.extensions().get::<Visit>().cloned().unwrap_or_default();
        let sent = request.headers().get("x-csrf").and_then(|value| value.to_str().ok()).unwrap_or("");
        check_token(&visit, sent)?;
        let body = axum::body::to_bytes(request.into_body(), FORM_BYTES_MAX)
            .await
            .map_err(|_| PageError::refused("form-too-large"))?;
        serde_json::from_slice(&body).map(Self).map_err(|_| PageError::refused("form-unreadable"))
    }
}

/// Escapes text for HTML content and attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
