//! Two languages: Chinese first, English complete.
use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{Markup, form::escape};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The value of the HTML `lang` attribute and the folder under `locales/`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// From a cookie or a query parameter; anything unknown is `None`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "zh" | "zh-CN" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that we speak.
    #[must_use]
    pub fn from_header(header: &str) -> Self {
        header.split(',').find_map(|part| Self::from_tag(part.trim().get(..2)?)).unwrap_or_default()
    }
}

struct Bundles {
    zh: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

static BUNDLES: LazyLock<Bundles> = LazyLock::new(|| Bundles { zh: bundle(Lang::Zh), en: bundle(Lang::En) });

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let tag: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    for (language, _, text) in words::FILES {
        if *language == lang.tag() {
            // A broken line is skipped by the parser; the tidy check reports it.
            let resource = match FluentResource::try_new((*text).to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
    }
    bundle
}

/// Speaks one language. Handed to every template as `t`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words(pub Lang);

impl Words {
    /// The sentence of `key`; the key itself when there is none (a tidy check refuses that).
    #[must_use]
    pub fn s(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The sentence of `key` with one number named `n`, which also chooses between one and many.
    #[must_use]
    pub fn n(&self, key: &str, n: impl ToString) -> String {
        let number = n.to_string();
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::try_number(&number));
        self.format(key, Some(&args))
    }

    /// The sentence of `key` with one value named `a`.
    #[must_use]
    pub fn a(&self, key: &str, a: impl ToString) -> String {
        let mut args = FluentArgs::new();
        args.set("a", a.to_string());
        self.format(key, Some(&args))
    }

    /// The sentence of a message with all its values.
    #[must_use]
    pub fn message(&self, message: &Message) -> String {
        if !self.english() || message.english.is_empty() {
            return self.values(message.key, &message.values);
        }
        let said = message.values.iter().map(|(name, value)| {
            let english = message.english.iter().find(|(known, _)| known == name);
            (*name, english.map_or(value, |(_, words)| words).clone())
        });
        self.values(message.key, &said.collect::<Vec<_>>())
    }

    /// The sentence of `key` with these values; the number named `n` also chooses between one and many.
    #[must_use]
    pub fn values(&self, key: &str, values: &[(&str, String)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            let value = match *name {
                "n" => FluentValue::try_number(value),
                _ => FluentValue::from(value.clone()),
            };
            args.set((*name).to_owned(), value);
        }
        self.format(key, Some(&args))
    }

    /// A sentence in which data may be quoted, as HTML: on an English page Chinese words stand in
    /// elements marked as Chinese, so that a screen reader speaks them as such.
    #[must_use]
    pub fn quoting(&self, text: &str) -> Markup {
        let text = escape(text);
        if !self.english() {
            return Markup(text);
        }
        let mut html = String::with_capacity(text.len());
        let mut inside = false;
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            // 二级/技师 is one quotation, not two.
            let joins = inside && "/、·".contains(letter) && letters.peek().copied().is_some_and(is_han);
            if (is_han(letter) || joins) != inside {
                html.push_str(if inside { "</span>" } else { "<span lang=\"zh-CN\">" });
                inside = !inside;
            }
            html.push(letter);
        }
        if inside {
            html.push_str("</span>");
        }
        Markup(html)
    }

    /// Chinese or English of a pair kept as data.
    #[must_use]
    pub fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.0 {
            Lang::En if !en.is_empty() => en,
            Lang::En | Lang::Zh => zh,
        }
    }

    /// The HTML language tag.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.0.tag()
    }

    /// Whether the interface is in English.
    #[must_use]
    pub fn english(&self) -> bool {
        self.0 == Lang::En
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = match self.0 {
            Lang::Zh => &BUNDLES.zh,
            Lang::En => &BUNDLES.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

/// Something to tell the user, before the language is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Key in `locales/`.
    pub key: &'static str,
    /// Values the sentence names.
    pub values: Vec<(&'static str, String)>,
    /// Those of them that have a name of their own in English.
    pub english: Vec<(&'static str, String)>,
}

impl Message {
    /// A sentence without values.
    #[must_use]
    pub fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new(), english: Vec::new() }
    }

    /// Adds a value the sentence names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Adds a value that is called otherwise in English, such as the title of a batch.
    #[must_use]
    pub fn with_both(mut self, name: &'static str, zh: &str, en: &str) -> Self {
        self.english.push((name, en.to_owned()));
        self.with(name, zh)
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}

/// Whether a letter is a Chinese character. Source: Unicode, blocks CJK Unified Ideographs with
/// extension A and the supplementary ideographic planes.
fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_chooses_between_one_and_many() {
        let en = Words(Lang::En);
        assert_eq!(en.n("seat-plan-places", 1), "1 seat");
        assert_eq!(en.n("seat-plan-places", 24), "24 seats");
        assert_eq!(en.n("registration-note", 12_318), "12318 applications");
        assert_eq!(Words(Lang::Zh).n("seat-plan-places", 1), "1 座");
    }

    #[test]
    fn chinese_words_in_an_english_sentence_are_marked_and_the_rest_is_escaped() {
        let said = Words(Lang::En).quoting("The column is “姓名” & not 名<b>.");
        let marked = "The column is “<span lang=\"zh-CN\">姓名</span>” &amp; not <span lang=\"zh-CN\">名</span>&lt;b&gt;.";
        assert_eq!(said.0, marked);
        let said = Words(Lang::En).quoting("one of 二级/技师、三级, please");
        assert_eq!(said.0, "one of <span lang=\"zh-CN\">二级/技师、三级</span>, please");
        assert_eq!(Words(Lang::Zh).quoting("列名是“姓名”<").0, "列名是“姓名”&lt;");
    }
}
