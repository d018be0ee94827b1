//! A form of a page, being filled.
use scraper::{ElementRef, Html};

use crate::{Fault, Result, page::parsed};

/// A form of a page, being filled. A field it lacks is noticed when it is sent.
#[derive(Debug, Clone)]
pub struct FormFill {
    pub(crate) action: String,
    pub(crate) method: String,
    pub(crate) multipart: bool,
    pub(crate) fields: Vec<(String, String)>,
    files: Vec<(String, String, Vec<u8>)>,
    known: Vec<String>,
    missing: Option<String>,
}

impl FormFill {
    pub(crate) fn read(form: ElementRef<'_>) -> Self {
        let attribute = |name| form.value().attr(name).unwrap_or_default().to_owned();
        let mut fill = Self {
            action: attribute("action"),
            method: attribute("method").to_lowercase(),
            multipart: attribute("enctype") == "multipart/form-data",
            fields: Vec::new(),
            files: Vec::new(),
            known: Vec::new(),
            missing: None,
        };
        if let Some(controls) = parsed("input, select, textarea, button") {
            form.select(&controls).for_each(|control| fill.read_control(control));
        }
        fill
    }

    /// The same with the controls that stand elsewhere on the page and name the form by its id.
    pub(crate) fn with_controls_elsewhere(mut self, page: &Html, id: Option<&str>) -> Self {
        let Some(id) = id else { return self };
        if let Some(controls) = parsed("[form]") {
            let named = page.select(&controls).filter(|control| control.value().attr("form") == Some(id));
            named.for_each(|control| self.read_control(control));
        }
        self
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
                let Some(options) = parsed("option") else { return };
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
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.must_know(name);
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Types into the field, if the form has it.
    #[must_use]
    pub fn set_if_asked(self, name: &str, value: &str) -> Self {
        if self.asks(name) { self.set(name, value) } else { self }
    }

    /// Ticks one more box of a group, or presses a named button.
    #[must_use]
    pub fn tick(mut self, name: &str, value: &str) -> Self {
        self.must_know(name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Chooses a file.
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

    /// Every value the form holds for a field.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Names of the fields of the form.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.known
    }

    /// Whether the form has the field.
    #[must_use]
    pub fn asks(&self, name: &str) -> bool {
        self.known.iter().any(|known| known == name)
    }

    /// Where the form goes.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// # Errors
    /// When something was filled that the form does not have.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.missing {
            Some(name) => {
                Err(Fault::at(&self.action, &format!("the form has no field {name}: {:?}", self.known)))
            }
            None => Ok(()),
        }
    }

    fn must_know(&mut self, name: &str) {
        if !self.asks(name) && self.missing.is_none() {
            self.missing = Some(name.to_owned());
        }
    }

    pub(crate) fn plain_body(&self) -> (String, Vec<u8>) {
        let pairs: Vec<String> =
            self.fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
        ("application/x-www-form-urlencoded".into(), pairs.join("&").into_bytes())
    }

    pub(crate) fn multipart_body(&self) -> (String, Vec<u8>) {
        const BOUNDARY: &str = "----kaogong-boundary-of-a-rehearsal";
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
pub(crate) fn encode(text: &str) -> String {
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
