//! What thousands ask for in the same second, worked out once: a form as JSON for all who sit it, and the
//! heading of everybody who waits for the bell. Kept in the memory of this process and never on its disk.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use web::{Lang, Packed};

use crate::{AttemptId, protocol::Title};

/// Forms kept at most: of one exam day in a province. Source: [own].
const FORMS_MOST: usize = 256;
/// Headings kept at most: more than a batch has candidates. Source: [own].
const TITLES_MOST: usize = 20_000;

#[derive(Debug, Default)]
struct Shelf {
    /// Form to its items. A locked form never changes, and only locked forms come here.
    forms: HashMap<String, Arc<Packed>>,
    titles: HashMap<AttemptId, (Lang, Title)>,
}

/// The copies of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Copies(Arc<Mutex<Shelf>>);

impl Copies {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The items of a form, as JSON.
    #[must_use]
    pub fn form(&self, id: &str) -> Option<Arc<Packed>> {
        self.shelf().forms.get(id).cloned()
    }

    /// Keeps the items of a locked form.
    pub fn keep_form(&self, id: &str, items: Arc<Packed>) {
        let mut shelf = self.shelf();
        if shelf.forms.len() >= FORMS_MOST {
            shelf.forms.clear();
        }
        shelf.forms.insert(id.to_owned(), items);
    }

    /// Keeps the heading of somebody who waits.
    pub fn keep_title(&self, attempt: &AttemptId, lang: Lang, title: Title) {
        let mut shelf = self.shelf();
        if shelf.titles.len() >= TITLES_MOST {
            shelf.titles.clear();
        }
        shelf.titles.insert(attempt.clone(), (lang, title));
    }

    /// The heading of somebody who waited, once: whoever asks again may have a name that was corrected.
    #[must_use]
    pub fn take_title(&self, attempt: &AttemptId, lang: Lang) -> Option<Title> {
        let (kept, title) = self.shelf().titles.remove(attempt)?;
        (kept == lang).then_some(title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(name: &str) -> Title {
        Title {
            occupation: String::new(),
            level: String::new(),
            form_minutes: 90,
            seat: "01-01".into(),
            name: name.into(),
            admission_number: String::new(),
        }
    }

    #[test]
    fn a_heading_is_given_out_once_and_in_the_language_it_was_written_in() {
        let (copies, one, other) = (Copies::default(), AttemptId::from("one"), AttemptId::from("other"));
        copies.keep_title(&one, Lang::Zh, title("甲"));
        copies.keep_title(&other, Lang::Zh, title("乙"));
        assert_eq!(copies.take_title(&one, Lang::Zh), Some(title("甲")));
        assert_eq!(copies.take_title(&one, Lang::Zh), None);
        assert_eq!(copies.take_title(&other, Lang::En), None);
    }

    #[test]
    fn a_form_is_found_under_its_own_id_and_the_shelf_stays_small() {
        let copies = Copies::default();
        for at in 0..=FORMS_MOST {
            copies.keep_form(&format!("form-{at}"), Packed::new(format!("[{at}]")).unwrap().into());
        }
        let last = copies.form(&format!("form-{FORMS_MOST}")).unwrap();
        assert_eq!(last.text(), format!("[{FORMS_MOST}]"));
        assert!(copies.form("form-0").is_none());
    }
}
