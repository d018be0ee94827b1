//! A template and its data become a PDF, or are refused with the reason.

use std::fmt::Write as _;
use std::sync::LazyLock;

use serde_json::Value;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::Bytes;
use typst::layout::{Frame, FrameItem};
use typst::syntax::Source;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, WorldExt};
use typst_pdf::PdfOptions;

use crate::world::{DocumentWorld, file_id};
use crate::{font, picture};

/// After how many documents without use a cached layout step is dropped. Kept for ever, the cache of a long batch
/// grew to 1.2 GB; dropped at once, nothing is shared between documents of one template.
const CACHED_DOCUMENTS: usize = 3;

/// A document design: a stage owns the source text and takes it in with `include_str!`.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Short name for messages, such as `admission_ticket`.
    pub name: &'static str,
    /// The Typst source. It reads its content with `json("data.json")`.
    pub source: &'static str,
}

/// Why a document was not printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintRefused {
    /// The fonts cannot write a character.
    #[error("no glyph for {character:?} (U+{:04X}) in {field}: {text:?}", u32::from(*.character))]
    MissingGlyph {
        /// The character without a glyph.
        character: char,
        /// Where in the data it stands, such as `candidates[3].name`; the template's name if it stands there.
        field: String,
        /// The whole text it stands in.
        text: String,
    },
    /// The template does not fit the data, or layout gave an error or a warning.
    #[error("template {template}: {}", .problems.join("; "))]
    Layout {
        /// Name of the template.
        template: &'static str,
        /// Each problem as `line 12: message`.
        problems: Vec<String>,
    },
    /// A picture cannot be read.
    #[error("picture {name}: {reason}")]
    BadImage {
        /// Name under which the picture was given.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// What all documents share.
struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

/// Made for the first document (some 0.1 s): reading the fonts takes fifty megabytes, which a server that prints
/// nothing does not hold.
static PRESS: LazyLock<Press> = LazyLock::new(|| {
    let fonts = font::fonts();
    let book = LazyHash::new(FontBook::from_fonts(&fonts));
    Press { library: LazyHash::new(<Library as LibraryExt>::default()), book, fonts }
});

impl Template {
    /// Typesets the template with `data` (its `data.json`) and `images` (name, file content; PNG, JPEG or SVG) as a
    /// tagged PDF 1.7. The same input gives the same bytes.
    ///
    /// Image names come from a small fixed set (`photo.jpg`, `seat-012.png`); a name with more than four digits is
    /// refused. Layout is CPU work of some milliseconds a page: call it off the async threads.
    ///
    /// # Errors
    /// [`PrintRefused`]: a character without glyph, a picture that cannot be read, a layout error or warning.
    pub fn pdf(&self, data: &Value, images: &[(&str, Vec<u8>)]) -> Result<Vec<u8>, PrintRefused> {
        check_glyphs(&PRESS.fonts, data, &mut String::new())?;
        for (name, bytes) in images {
            picture::check(name, bytes)
                .map_err(|reason| PrintRefused::BadImage { name: (*name).to_owned(), reason })?;
        }
        let pdf = self.typeset(data, images);
        typst::comemo::evict(CACHED_DOCUMENTS);
        pdf
    }

    fn typeset(&self, data: &Value, images: &[(&str, Vec<u8>)]) -> Result<Vec<u8>, PrintRefused> {
        let refused = |problems| PrintRefused::Layout { template: self.name, problems };
        let main = file_id("main.typ").map_err(|e| refused(vec![e.to_string()]))?;
        let mut files = vec![("data.json", Bytes::from_string(data.to_string()))];
        files.extend(images.iter().map(|(name, bytes)| (*name, Bytes::new(bytes.clone()))));
        let world = DocumentWorld {
            library: &PRESS.library,
            book: &PRESS.book,
            fonts: &PRESS.fonts,
            template: Source::new(main, self.source.to_owned()),
            files,
        };
        let explain = |found: &[SourceDiagnostic]| {
            refused(found.iter().map(|problem| one_line(&world, problem)).collect())
        };

        let Warned { output, warnings } = typst::compile(&world);
        let document = output.map_err(|errors| explain(&errors))?;
        if !warnings.is_empty() {
            return Err(explain(&warnings));
        }
        let pdf = typst_pdf::pdf(&document, &pdf_options()).map_err(|errors| explain(&errors))?;
        // The data was checked before; this finds what the template itself, or an upper-casing in it, wrote.
        match document.pages().iter().find_map(|page| unwritten(&page.frame)) {
            None => Ok(pdf),
            Some((character, text)) => {
                let field = format!("template {}", self.name);
                Err(PrintRefused::MissingGlyph { character, field, text })
            }
        }
    }
}

fn pdf_options() -> PdfOptions {
    PdfOptions {
        creator: typst::foundations::Smart::Custom(Some("Kaogong".to_owned())),
        ..PdfOptions::default()
    }
}

/// `line 12: message (hint)`; without the line if the problem is not in the template.
fn one_line(world: &DocumentWorld<'_>, problem: &SourceDiagnostic) -> String {
    let mut text = String::new();
    let in_template = problem.span.id() == Some(world.template.id());
    if let Some(range) = world.range(problem.span).filter(|_| in_template)
        && let Some(line) = world.template.lines().byte_to_line(range.start)
    {
        // Writing to a String cannot fail.
        let _ = write!(text, "line {}: ", line + 1);
    }
    text.push_str(&problem.message);
    for hint in &problem.hints {
        let _ = write!(text, " ({})", hint.v);
    }
    text
}

/// Every string of the data, with `path` naming where it stands.
fn check_glyphs(fonts: &[Font], data: &Value, path: &mut String) -> Result<(), PrintRefused> {
    let before = path.len();
    match data {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => {
            if let Some(character) = font::first_missing(fonts, text) {
                return Err(PrintRefused::MissingGlyph {
                    character,
                    field: path.clone(),
                    text: text.clone(),
                });
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let _ = write!(path, "[{index}]");
                check_glyphs(fonts, item, path)?;
                path.truncate(before);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let _ = write!(path, "{}{name}", if before == 0 { "" } else { "." });
                check_glyphs(fonts, value, path)?;
                path.truncate(before);
            }
        }
    }
    Ok(())
}

/// The first character that was set with the font's empty box, and its line.
fn unwritten(frame: &Frame) -> Option<(char, String)> {
    frame.items().find_map(|(_, item)| match item {
        FrameItem::Group(group) => unwritten(&group.frame),
        FrameItem::Text(text) => {
            let glyph = text.glyphs.iter().find(|glyph| glyph.id == 0)?;
            let character = text.text.get(glyph.range())?.chars().next()?;
            Some((character, text.text.to_string()))
        }
        FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => None,
    })
}
