//! The exam client's side of the protocol.
use serde_json::Value;

use crate::{Browser, Fault, Result};

/// One candidate's exam on one machine.
pub struct Desk<'a> {
    browser: &'a Browser,
    id: String,
    csrf: String,
    seq: i64,
    /// What the server told when the exam was opened.
    pub state: Value,
    /// The same, word for word.
    pub told: String,
}

impl<'a> Desk<'a> {
    /// Opens and starts the attempt that the browser shows.
    ///
    /// # Errors
    /// When there is none or it does not start.
    pub fn open(browser: &'a Browser) -> Result<Self> {
        let page = browser.open(&browser.last_path())?;
        let attribute = |name: &str| {
            page.attribute("#exam", name).ok_or_else(|| page.fault("the exam page names no attempt"))
        };
        let (id, csrf) = (attribute("data-attempt")?, attribute("data-csrf")?);
        browser.open(&format!("/attempts/{id}/state"))?;
        let started = browser.post_json(&format!("/attempts/{id}/start"), &csrf, "{}")?;
        if started.status != 200 {
            return Err(started.fault(&started.html));
        }
        let state = read(&started.html);
        let seq = state["acked_seq"].as_i64();
        let seq = seq.ok_or_else(|| Fault::at(&started.path, "the state names no acked_seq"))?;
        Ok(Self { browser, id, csrf, seq, state, told: started.html })
    }

    /// Saves one answer; the status and what was said.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn save(&mut self, no: i64, answer: &str) -> Result<(u16, Value)> {
        self.save_all(&[(no, answer)])
    }

    /// The attempt at which this desk works.
    #[must_use]
    pub fn attempt(&self) -> &str {
        &self.id
    }

    /// The number the next change will have.
    #[must_use]
    pub fn next_seq(&self) -> i64 {
        self.seq + 1
    }

    /// Sends the answers of the last save once more under the numbers they had, as the client does when
    /// the reply did not come.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn save_again(&mut self, answers: &[(i64, &str)]) -> Result<(u16, Value)> {
        self.seq -= i64::try_from(answers.len()).unwrap_or_default();
        self.save_all(answers)
    }

    /// Saves several answers at once, as the client does after it was offline.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn save_all(&mut self, answers: &[(i64, &str)]) -> Result<(u16, Value)> {
        let changes = self.changes(answers);
        let last = changes.last().and_then(|change| change["seq"].as_i64()).unwrap_or(self.seq);
        let body = serde_json::json!({ "epoch": self.state["epoch"], "changes": changes });
        let path = format!("/attempts/{}/answers", self.id);
        let page = self.browser.post_json(&path, &self.csrf, &body.to_string())?;
        if page.status == 200 {
            self.seq = last;
        }
        Ok((page.status, read(&page.html)))
    }

    /// Hands over what this machine still holds though another has taken its place.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn hand_over(&self, answers: &[(i64, &str)]) -> Result<(u16, Value)> {
        let body = serde_json::json!({ "epoch": self.state["epoch"], "changes": self.changes(answers) });
        let path = format!("/attempts/{}/evidence", self.id);
        let page = self.browser.post_json(&path, &self.csrf, &body.to_string())?;
        Ok((page.status, read(&page.html)))
    }

    /// Says that the machine is there; what it hears of its time.
    ///
    /// # Errors
    /// When the server does not answer with it.
    pub fn pulse(&self) -> Result<Value> {
        Ok(read(&self.browser.open(&format!("/attempts/{}/pulse", self.id))?.html))
    }

    /// These answers under the next numbers.
    fn changes(&self, answers: &[(i64, &str)]) -> Vec<Value> {
        (self.seq + 1..)
            .zip(answers)
            .map(|(seq, (no, answer))| serde_json::json!({ "seq": seq, "no": no, "answer": answer, "at": 0 }))
            .collect()
    }

    /// Hands in; the status and what was said.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn hand_in(&self) -> Result<(u16, Value)> {
        let body = serde_json::json!({ "epoch": self.state["epoch"], "last_seq": self.seq });
        let path = format!("/attempts/{}/hand-in", self.id);
        let page = self.browser.post_json(&path, &self.csrf, &body.to_string())?;
        Ok((page.status, read(&page.html)))
    }
}

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}
