//! The document font, Noto Serif SC in two weights (OFL-1.1), and what it can write.

use typst::foundations::Bytes;
use typst::text::Font;

static REGULAR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/serif_regular.ttf"));
static BOLD: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/serif_bold.ttf"));

/// Both weights, parsed. The bytes stay where the program has them.
pub(crate) fn fonts() -> Vec<Font> {
    [REGULAR, BOLD].into_iter().filter_map(|data| Font::new(Bytes::new(data), 0)).collect()
}

/// The first character of `text` that one of the weights has no glyph for. A line break needs none.
pub(crate) fn first_missing(fonts: &[Font], text: &str) -> Option<char> {
    let written = |c: char| c == '\n' || fonts.iter().all(|font| font.info().coverage.contains(u32::from(c)));
    text.chars().find(|&c| !written(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_are_there_and_write_rare_names() {
        let fonts = fonts();
        let weights: Vec<u16> = fonts.iter().map(|f| f.info().variant.weight.to_number()).collect();
        assert_eq!(weights, [400, 700]);
        assert!(fonts.iter().all(|f| f.info().family == "Noto Serif SC"));
        // 䶮 and 𬱖 stand in names of the demo roster, 㛃 in Extension A.
        assert_eq!(first_missing(&fonts, "考工䶮𬱖㛃·ABCxyz0189“”《》（）※\n"), None);
        assert_eq!(first_missing(&fonts, "王🙂"), Some('🙂'));
        assert_eq!(first_missing(&fonts, "\u{10FFFF}"), Some('\u{10FFFF}'));
        assert_eq!(first_missing(&fonts, "a\0b"), Some('\0'));
    }
}
