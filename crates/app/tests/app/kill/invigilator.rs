//! An invigilator who writes down one incident after the other: every one stands in the trail.
use std::sync::atomic::Ordering;

use rehearse::{Browser, FormFill};

use super::hall::Life;
use crate::story::did;

/// The invigilator of the room, and what they remember.
pub struct Invigilator {
    browser: Browser,
    form: FormFill,
    /// Incidents that were sent.
    pub sent: i64,
    /// Those of them of which the server said that they are written down.
    pub told: i64,
}

impl Invigilator {
    /// Opens the page of the room.
    pub fn enters(browser: &Browser, room: &str) -> Self {
        let page = did(browser.open(room));
        let form = did(page.form("/incidents")).tick("kind", "power");
        Self { browser: browser.moved_to(""), form, sent: 0, told: 0 }
    }

    /// The server has come up at another address.
    pub fn moves_to(&mut self, base: &str) {
        self.browser = self.browser.moved_to(base);
    }

    /// Writes incidents down until the server is gone.
    pub fn works(&mut self, life: &Life) {
        while !life.over.load(Ordering::SeqCst) {
            self.sent += 1;
            // Each in words of its own: the same form is not taken twice.
            let incident = self.form.clone().set("note", &format!("第{}次", self.sent));
            let Ok(answer) = self.browser.send_only(&incident) else { return };
            match answer.status {
                303 => {
                    self.told += 1;
                    // Nobody counts any more once the life is over.
                    let _ = life.acknowledged.send(());
                }
                503 => drop(life.put_off.fetch_add(1, Ordering::SeqCst)),
                other => panic!("an incident: {other} {}", answer.text()),
            }
        }
    }
}
