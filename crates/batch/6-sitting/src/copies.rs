//! What thousands ask for in the same second, worked out once: a form as JSON for all who sit it, and the
//! heading of everybody who waits for the bell. Kept in the memory of this process and never on its disk.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OnceCell;
use web::{Lang, Packed};

use crate::{AttemptId, protocol::Title};

/// Forms kept at most: of one exam day in a province. Source: [own].
const FORMS_MOST: usize = 256;
/// Headings kept at most: more than a batch has candidates. Source: [own].
const TITLES_MOST: usize = 20_000;

/// The items of one form, once somebody has written them out.
type Form = Arc<OnceCell<Arc<Packed>>>;

#[derive(Debug, Default)]
struct Shelf {
    /// Form to its items. A locked form never changes, and only locked forms come here.
    forms: HashMap<String, Form>,
    titles: HashMap<AttemptId, (Lang, Title)>,
}

/// The copies of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Copies(Arc<Mutex<Shelf>>);

impl Copies {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The items of a locked form, as JSON. `written` writes them out for the first who asks; whoever asks meanwhile
    /// waits for that, because a thousand begin with the same commit. What fails is tried by the next.
    ///
    /// # Errors
    /// Those of `written`.
    pub async fn form<E>(
        &self,
        id: &str,
        written: impl Future<Output = Result<Arc<Packed>, E>>,
    ) -> Result<Arc<Packed>, E> {
        let form = self.place_of(id);
        form.get_or_try_init(|| written).await.cloned()
    }

    fn place_of(&self, id: &str) -> Form {
        let mut shelf = self.shelf();
        if shelf.forms.len() >= FORMS_MOST && !shelf.forms.contains_key(id) {
            shelf.forms.clear();
        }
        Arc::clone(shelf.forms.entry(id.to_owned()).or_default())
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

    fn packed(text: &str) -> Arc<Packed> {
        Packed::new(text.to_owned()).unwrap().into()
    }

    #[tokio::test]
    async fn a_form_is_written_out_once_however_many_ask_for_it_at_once() {
        let copies = Copies::default();
        let times = std::sync::atomic::AtomicUsize::new(0);
        let write = async || {
            tokio::task::yield_now().await;
            times.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Ok::<_, String>(packed("[1]"))
        };
        let (one, other) = tokio::join!(copies.form("form", write()), copies.form("form", write()));
        assert_eq!((one.unwrap().text(), other.unwrap().text()), ("[1]", "[1]"));
        assert_eq!(times.into_inner(), 1);
    }

    #[tokio::test]
    async fn what_could_not_be_written_out_is_tried_by_the_next() {
        let copies = Copies::default();
        let failed = copies.form("form", async { Err("no database") }).await;
        assert_eq!(failed.unwrap_err(), "no database");
        let written = copies.form("form", async { Ok::<_, String>(packed("[1]")) }).await;
        assert_eq!(written.unwrap().text(), "[1]");
    }

    #[tokio::test]
    async fn a_form_is_found_under_its_own_id_and_the_shelf_stays_small() {
        let copies = Copies::default();
        for at in 0..=FORMS_MOST {
            let own = format!("[{at}]");
            let form = copies.form(&format!("form-{at}"), async { Ok::<_, String>(packed(&own)) }).await;
            assert_eq!(form.unwrap().text(), own);
        }
        assert_eq!(copies.shelf().forms.len(), 1);
    }
}
