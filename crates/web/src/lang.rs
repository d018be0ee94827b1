//! Two languages: Chinese first, English complete.
use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

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

    /// The sentence of `key` with one number named `n`.
    #[must_use]
    pub fn n(&self, key: &str, n: impl ToString) -> String {
        let mut args = FluentArgs::new();
        args.set("n", n.to_string());
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
        let mut args = FluentArgs::new();
        for (name, value) in &message.values {
            args.set(*name, FluentValue::from(value.clone()));
        }
        self.format(message.key, Some(&args))
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
}

impl Message {
    /// A sentence without values.
    #[must_use]
    pub fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new() }
    }

    /// Adds a value the sentence names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}
