//! What a browser shows: its words, links, rows and forms.
use scraper::{ElementRef, Html, Selector};

use crate::{Fault, FormFill, Result, form::encode};

/// What the browser shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// Status of the last answer.
    pub status: u16,
    /// Address after redirects, below the server.
    pub path: String,
    /// The body as text (empty for files).
    pub html: String,
    /// The body as bytes.
    pub bytes: Vec<u8>,
    /// How many statements of SQL were asked for it, where the server says so (a demo does).
    pub statements: Option<u32>,
    /// After how many seconds the server asks to come again.
    pub retry_after: Option<u32>,
}

impl Page {
    /// The page, if it was answered with 200.
    ///
    /// # Errors
    /// What it says otherwise.
    pub fn shown(self) -> Result<Self> {
        if self.status == 200 {
            return Ok(self);
        }
        Err(self.fault(&format!("{} {}", self.status, self.text())))
    }

    /// A fault of this page.
    #[must_use]
    pub fn fault(&self, said: &str) -> Fault {
        Fault::at(&self.path, said)
    }

    /// The words a reader sees, blanks folded.
    #[must_use]
    pub fn text(&self) -> String {
        let html = Html::parse_document(&self.html);
        let main = parsed("main").and_then(|main| html.select(&main).next());
        words(main.unwrap_or_else(|| html.root_element()))
    }

    /// Whether a job is under way at which this page looks.
    #[must_use]
    pub fn has_running_job(&self) -> bool {
        self.html.contains("id=\"job-state\"") && self.html.contains("hx-trigger=\"every")
    }

    /// The address of the first link that holds `part`.
    #[must_use]
    pub fn link(&self, part: &str) -> Option<String> {
        self.links(part).into_iter().next()
    }

    /// The same, where going on depends on it.
    ///
    /// # Errors
    /// When there is none.
    pub fn need_link(&self, part: &str) -> Result<String> {
        self.link(part).ok_or_else(|| self.fault(&format!("no link to {part}: {}", self.text())))
    }

    /// The addresses of all links that hold `part`, in order, each once.
    #[must_use]
    pub fn links(&self, part: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for href in self.attributes("a[href]", "href") {
            if href.contains(part) && !found.contains(&href) {
                found.push(href);
            }
        }
        found
    }

    /// The table row that holds these words, as a page of its own.
    ///
    /// # Errors
    /// When there is none.
    pub fn row(&self, words: &str) -> Result<Self> {
        let html = Html::parse_document(&self.html);
        let rows = parsed("tbody tr");
        let mut rows = rows.iter().flat_map(|rows| html.select(rows));
        let row = rows.find(|row| row.text().any(|text| text.trim() == words));
        let row = row.ok_or_else(|| self.fault(&format!("no row with {words}: {}", self.text())))?;
        Ok(Self { html: format!("<table><tbody>{}</tbody></table>", row.html()), ..self.clone() })
    }

    /// Every row of the tables of the page, each as a page of its own.
    #[must_use]
    pub fn rows(&self) -> Vec<Self> {
        let html = Html::parse_document(&self.html);
        let Some(rows) = parsed("tbody tr") else { return Vec::new() };
        let alone = |row: ElementRef<'_>| Self {
            status: self.status,
            path: self.path.clone(),
            html: format!("<table><tbody>{}</tbody></table>", row.html()),
            bytes: Vec::new(),
            statements: self.statements,
            retry_after: self.retry_after,
        };
        html.select(&rows).map(alone).collect()
    }

    /// The value of an attribute of the first element that `css` selects.
    #[must_use]
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.attributes(css, name).into_iter().next()
    }

    /// The text of each element that `css` selects.
    #[must_use]
    pub fn all(&self, css: &str) -> Vec<String> {
        let html = Html::parse_document(&self.html);
        parsed(css).map(|css| html.select(&css).map(words).collect()).unwrap_or_default()
    }

    /// The first form whose address ends in `action`, with what it holds already.
    ///
    /// # Errors
    /// When the page has none.
    pub fn form(&self, action: &str) -> Result<FormFill> {
        self.nth_form(action, 0)
    }

    /// The form number `n`, from 0, whose address ends in `action`.
    ///
    /// # Errors
    /// When the page has fewer.
    pub fn nth_form(&self, action: &str, n: usize) -> Result<FormFill> {
        let form = self.forms(action).into_iter().nth(n);
        form.ok_or_else(|| self.fault(&format!("no form {n} to {action}: {}", self.text())))
    }

    /// The first form to `action` that has the field `name`.
    ///
    /// # Errors
    /// When the page has none.
    pub fn form_with(&self, action: &str, name: &str) -> Result<FormFill> {
        let form = self.forms(action).into_iter().find(|form| form.names().iter().any(|known| known == name));
        form.ok_or_else(|| self.fault(&format!("no form to {action} with {name}: {}", self.text())))
    }

    /// Every form whose address ends in `action`.
    #[must_use]
    pub fn forms(&self, action: &str) -> Vec<FormFill> {
        let html = Html::parse_document(&self.html);
        let forms = parsed("form");
        let forms = forms.iter().flat_map(|forms| html.select(forms));
        forms
            .filter(|form| form.value().attr("action").is_some_and(|known| leads_to(known, action)))
            .map(|form| FormFill::read(form).with_controls_elsewhere(&html, form.value().attr("id")))
            .collect()
    }

    /// The values of all elements that `css` selects.
    #[must_use]
    pub fn values(&self, css: &str) -> Vec<String> {
        self.attributes(css, "value")
    }

    /// Where the forms of the page that change something lead.
    #[must_use]
    pub fn actions(&self) -> Vec<String> {
        self.attributes("form[method=post]", "action")
    }

    /// Where the pictures of the page come from.
    #[must_use]
    pub fn sources(&self) -> Vec<String> {
        self.attributes("img[src]", "src")
    }

    /// What the page asks for as it is looked at or searched in: parts that it loads again by itself, and its
    /// forms that only look something up, sent as they stand.
    #[must_use]
    pub fn asked_for(&self) -> Vec<String> {
        let html = Html::parse_document(&self.html);
        let (Some(forms), Some(fields)) = (parsed("form[method=get][action]"), parsed("input[name]")) else {
            return Vec::new();
        };
        let searched = html.select(&forms).filter_map(|form| {
            let value = |field: scraper::ElementRef<'_>| {
                let value = field.value().attr("value").unwrap_or_default();
                Some(format!("{}={}", field.value().attr("name")?, encode(value)))
            };
            let query: Vec<String> = form.select(&fields).filter_map(value).collect();
            Some(format!("{}?{}", form.value().attr("action")?, query.join("&")))
        });
        self.attributes("[hx-get]", "hx-get").into_iter().chain(searched).collect()
    }

    /// Whether the page has a form to this address.
    #[must_use]
    pub fn has_form(&self, action: &str) -> bool {
        let html = Html::parse_document(&self.html);
        let Some(forms) = parsed("form") else { return false };
        html.select(&forms).any(|f| f.value().attr("action").is_some_and(|known| leads_to(known, action)))
    }

    fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.html);
        let Some(css) = parsed(css) else { return Vec::new() };
        html.select(&css).filter_map(|element| element.value().attr(name)).map(ToOwned::to_owned).collect()
    }
}

/// A selector that cannot be read selects nothing.
pub(crate) fn parsed(css: &str) -> Option<Selector> {
    Selector::parse(css).ok()
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a form's address ends in `action`, whatever is asked for behind it.
fn leads_to(address: &str, action: &str) -> bool {
    address.split('?').next().unwrap_or_default().ends_with(action)
}
