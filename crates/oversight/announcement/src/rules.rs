//! Whom an announcement goes to, and what it may say. Pure.
use std::collections::{BTreeSet, HashMap};

use admission::{Applied, State};
use kernel::Digest;
use person::PersonId;
use sha2::{Digest as _, Sha256};
use venue::SiteId;
use web::Message;

/// Fewest letters of a text. Source: [own]; less than ten say nothing that a candidate could act on.
pub const LETTERS_LEAST: usize = 10;
/// Most letters of a text. Source: [own]; with the title of the batch four short messages of 67 Chinese
/// letters, which phones join to one.
pub const LETTERS_MOST: usize = 200;

/// Why an announcement is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnnouncementRefused {
    /// Too little to act on.
    #[error("the text has {0} letters, at least {LETTERS_LEAST} are needed")]
    TooShort(usize),
    /// Too much for a phone.
    #[error("the text has {0} letters, at most {LETTERS_MOST} are allowed")]
    TooLong(usize),
    /// A sign that no phone shows.
    #[error("the text has a sign that cannot be shown")]
    Unreadable,
    /// None was chosen, or one that does not exist (any more).
    #[error("no audience was chosen")]
    NoAudience,
    /// There is nobody in the audience now.
    #[error("nobody is in this audience")]
    Nobody,
}

impl AnnouncementRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        let letters = |key, found: &usize| {
            Message::new(key).with("found", found).with("least", LETTERS_LEAST).with("most", LETTERS_MOST)
        };
        match self {
            Self::TooShort(found) => letters("announcement-too-short", found),
            Self::TooLong(found) => letters("announcement-too-long", found),
            Self::Unreadable => "announcement-unreadable".into(),
            Self::NoAudience => "announcement-no-audience".into(),
            Self::Nobody => "announcement-nobody".into(),
        }
    }
}

impl web::Refusal for AnnouncementRefused {
    fn message(&self) -> Message {
        self.message()
    }
}

/// What is said: one paragraph of 10 to 200 letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// Reads a text. Line breaks and runs of blanks become one blank: a short message is one paragraph.
    ///
    /// # Errors
    /// [`AnnouncementRefused::TooShort`], [`AnnouncementRefused::TooLong`] and
    /// [`AnnouncementRefused::Unreadable`].
    pub fn parse(given: &str) -> Result<Self, AnnouncementRefused> {
        let text = given.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().any(char::is_control) {
            return Err(AnnouncementRefused::Unreadable);
        }
        let letters = text.chars().count();
        if letters < LETTERS_LEAST {
            return Err(AnnouncementRefused::TooShort(letters));
        }
        if letters > LETTERS_MOST {
            return Err(AnnouncementRefused::TooLong(letters));
        }
        Ok(Self(text))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everybody whose application stands, however it stands.
    Applied,
    /// 退回待更正: whose application waits for them to correct it.
    Returned,
    /// 待缴费: accepted, the fee is due.
    FeeDue,
    /// 参考人员: on the frozen list.
    Admitted,
    /// Those of the frozen list who sit at one site.
    Site(SiteId),
}

impl Audience {
    /// Those that every batch has, in the order of the form.
    pub const OF_EVERY_BATCH: [Self; 4] = [Self::Applied, Self::Returned, Self::FeeDue, Self::Admitted];

    /// Stored code; also the tail of its key in `locales/` (`announcement-to-…`).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Returned => "returned",
            Self::FeeDue => "fee_due",
            Self::Admitted => "admitted",
            Self::Site(_) => "site",
        }
    }

    /// The site it is narrowed to.
    #[must_use]
    pub fn site(&self) -> Option<&SiteId> {
        match self {
            Self::Site(site) => Some(site),
            Self::Applied | Self::Returned | Self::FeeDue | Self::Admitted => None,
        }
    }

    /// The audience of a stored code, with the site where one belongs to it.
    #[must_use]
    pub fn of(code: &str, site: Option<&SiteId>) -> Option<Self> {
        match (code, site) {
            ("site", Some(site)) => Some(Self::Site(site.clone())),
            (code, None) => Self::OF_EVERY_BATCH.into_iter().find(|known| known.code() == code),
            (_, Some(_)) => None,
        }
    }

    /// Value in the form.
    #[must_use]
    pub fn value(&self) -> String {
        match self.site() {
            Some(site) => format!("site:{site}"),
            None => self.code().to_owned(),
        }
    }

    /// The audience of a value of the form.
    ///
    /// # Errors
    /// [`AnnouncementRefused::NoAudience`].
    pub fn parse(value: &str) -> Result<Self, AnnouncementRefused> {
        let found = match value.strip_prefix("site:") {
            Some(site) => Self::of("site", Some(&SiteId::from(site))),
            None => Self::of(value, None),
        };
        found.ok_or(AnnouncementRefused::NoAudience)
    }

    fn takes(&self, one: &Applied, people: &People) -> bool {
        match self {
            Self::Applied => one.state != State::Withdrawn,
            Self::Returned => one.state == State::Returned,
            Self::FeeDue => one.state == State::Accepted,
            Self::Admitted => one.state == State::Admitted,
            Self::Site(site) => {
                let at = people.seated.get(one.application_id.as_str());
                one.state == State::Admitted && at.is_some_and(|sites| sites.contains(site))
            }
        }
    }
}

/// Everybody of a batch who could be written to.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// One row an application.
    pub applied: Vec<Applied>,
    /// Where each application sits, once the seat plan is confirmed.
    pub seated: HashMap<String, Vec<SiteId>>,
}

impl People {
    /// The people of an audience: whoever has two applications in it stands here once.
    #[must_use]
    pub fn of(&self, audience: &Audience) -> BTreeSet<&PersonId> {
        self.applied.iter().filter(|one| audience.takes(one, self)).map(|one| &one.person_id).collect()
    }
}

/// SHA-256 over what is confirmed: to whom, what, and to how many people.
#[must_use]
pub fn digest(audience: &Audience, text: &Text, people: usize) -> Digest {
    let said = [audience.value().as_str(), text.as_str(), &people.to_string()].join("\u{1f}");
    Digest::from_bytes(&Sha256::digest(said).into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn applied(application: &str, person: &str, state: State) -> Applied {
        Applied { application_id: application.into(), person_id: person.into(), state }
    }

    fn people() -> People {
        People {
            applied: vec![
                applied("a", "ann", State::Admitted),
                applied("b", "ann", State::Returned),
                applied("c", "bo", State::Accepted),
                applied("d", "bo", State::Accepted),
                applied("e", "cai", State::Withdrawn),
                applied("f", "dun", State::Admitted),
                applied("g", "eve", State::Refused),
                applied("h", "fei", State::LeftOut),
            ],
            seated: HashMap::from([
                ("a".to_owned(), vec!["north".into()]),
                ("f".to_owned(), vec!["north".into(), "south".into()]),
                // A seat of somebody who is not on the list (any more) counts for nothing.
                ("c".to_owned(), vec!["south".into()]),
            ]),
        }
    }

    #[test]
    fn each_audience_holds_its_own_people_and_each_of_them_once() {
        let people = people();
        let names = |audience: &Audience| {
            people.of(audience).into_iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&Audience::Applied), ["ann", "bo", "dun", "eve", "fei"], "not who took it back");
        assert_eq!(names(&Audience::Returned), ["ann"]);
        assert_eq!(names(&Audience::FeeDue), ["bo"], "two applications, one person");
        assert_eq!(names(&Audience::Admitted), ["ann", "dun"]);
        assert_eq!(names(&Audience::Site("north".into())), ["ann", "dun"]);
        assert_eq!(names(&Audience::Site("south".into())), ["dun"]);
        assert_eq!(names(&Audience::Site("nowhere".into())), [""; 0]);
    }

    #[test]
    fn an_audience_is_read_back_from_its_value_and_its_code() {
        let site = Audience::Site("north".into());
        for audience in Audience::OF_EVERY_BATCH.into_iter().chain([site]) {
            assert_eq!(Audience::parse(&audience.value()), Ok(audience.clone()));
            assert_eq!(Audience::of(audience.code(), audience.site()), Some(audience));
        }
        for wrong in ["", "site", "everybody", "withdrawn"] {
            assert_eq!(Audience::parse(wrong), Err(AnnouncementRefused::NoAudience), "{wrong}");
        }
    }

    #[test]
    fn a_text_is_one_paragraph_of_ten_to_two_hundred_letters() {
        let parse = |letters: usize| Text::parse(&"请".repeat(letters)).map(|_| ());
        assert_eq!(parse(9), Err(AnnouncementRefused::TooShort(9)));
        assert_eq!(parse(10), Ok(()));
        assert_eq!(parse(200), Ok(()));
        assert_eq!(parse(201), Err(AnnouncementRefused::TooLong(201)));
        assert_eq!(Text::parse(" \n "), Err(AnnouncementRefused::TooShort(0)), "blanks are no letters");
        let text = Text::parse("  请带准考证，\r\n\r\n提前 30　分钟到考点。 ").unwrap();
        assert_eq!(text.as_str(), "请带准考证， 提前 30 分钟到考点。");
        assert_eq!(Text::parse("请带准考证\u{7}提前到考点。"), Err(AnnouncementRefused::Unreadable));
    }

    #[test]
    fn a_confirmation_is_for_this_audience_this_text_and_this_number_only() {
        let (text, other) =
            (Text::parse("请带准考证提前到考点").unwrap(), Text::parse("请带身份证提前到考点").unwrap());
        let seen = digest(&Audience::Admitted, &text, 25);
        assert_eq!(seen, digest(&Audience::Admitted, &text, 25));
        assert_ne!(seen, digest(&Audience::Admitted, &text, 26));
        assert_ne!(seen, digest(&Audience::Admitted, &other, 25));
        assert_ne!(seen, digest(&Audience::Site("25".into()), &text, 25));
    }

    proptest! {
        #[test]
        fn nobody_who_took_the_application_back_is_in_any_audience(
            rows in prop::collection::vec((0u8..20, prop::sample::select(State::ALL.to_vec())), 0..40),
        ) {
            let applied: Vec<_> = rows
                .iter()
                .enumerate()
                .map(|(at, (person, state))| applied(&at.to_string(), &person.to_string(), *state))
                .collect();
            let seated = applied.iter().map(|one| (one.application_id.to_string(), vec!["site".into()])).collect();
            let people = People { applied, seated };
            let all = people.of(&Audience::Applied);
            for audience in [Audience::Returned, Audience::FeeDue, Audience::Admitted, Audience::Site("site".into())] {
                prop_assert!(people.of(&audience).is_subset(&all), "{audience:?}");
            }
            prop_assert_eq!(people.of(&Audience::Site("site".into())), people.of(&Audience::Admitted));
            for person in all {
                let theirs = people.applied.iter().filter(|one| one.person_id == *person);
                prop_assert!(theirs.into_iter().any(|one| one.state != State::Withdrawn));
            }
        }

        #[test]
        fn a_text_that_was_read_is_read_again_as_itself(given in "\\PC{0,260}") {
            if let Ok(text) = Text::parse(&given) {
                let letters = text.as_str().chars().count();
                prop_assert!((LETTERS_LEAST..=LETTERS_MOST).contains(&letters));
                prop_assert_eq!(Text::parse(text.as_str()), Ok(text));
            }
        }
    }
}
