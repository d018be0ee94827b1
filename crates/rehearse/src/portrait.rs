//! Portraits of people who do not exist: a drawn head and shoulders, decided by a word.
mod canvas;

use std::io::{Cursor, Write};

use image::ImageFormat;
use kernel::Sex;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{Chance, Fault, Result};
use canvas::{Canvas, Colour};

const BACKGROUNDS: [Colour; 4] = [[198, 219, 236], [214, 226, 232], [236, 238, 240], [176, 205, 230]];
const SKINS: [Colour; 5] =
    [[246, 215, 190], [240, 203, 174], [231, 190, 158], [222, 178, 146], [250, 224, 203]];
const HAIRS: [Colour; 4] = [[32, 28, 30], [46, 36, 32], [66, 46, 36], [24, 24, 30]];
const CLOTHES: [Colour; 7] =
    [[38, 48, 72], [58, 62, 68], [30, 60, 66], [92, 44, 52], [70, 84, 112], [52, 72, 56], [104, 88, 74]];
const SHIRTS: [Colour; 4] = [[248, 248, 246], [222, 232, 244], [244, 234, 222], [230, 238, 230]];
const TIES: [Colour; 4] = [[120, 36, 40], [40, 64, 110], [54, 88, 74], [90, 70, 40]];

/// A portrait in JPEG, 295 by 413 pixels, as photo shops make it for documents.
///
/// # Errors
/// When the encoder fails.
pub fn jpeg(word: &str, sex: Sex) -> Result<Vec<u8>> {
    let picture = draw(&mut Chance::of(word), sex).finish();
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .map_err(|error| Fault::at("portrait", &error.to_string()))?;
    Ok(bytes.into_inner())
}

/// An archive of portraits named by serial number: `0001.jpg`, of a word and a sex each.
///
/// # Errors
/// When the archive cannot be made.
pub fn archive<'a>(people: impl Iterator<Item = (&'a str, &'a str, Sex)>) -> Result<Vec<u8>> {
    let drawn = people.map(|(serial, word, sex)| Ok((serial, jpeg(word, sex)?)));
    let drawn = drawn.collect::<Result<Vec<_>>>()?;
    let files: Vec<(&str, &[u8])> = drawn.iter().map(|(serial, bytes)| (*serial, bytes.as_slice())).collect();
    archive_of(&files)
}

/// An archive of portraits that were drawn before: serial number and file of each.
///
/// # Errors
/// When the archive cannot be made.
pub fn archive_of(files: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let wrong = |said: String| Fault::at("portraits", &said);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (serial, bytes) in files {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(format!("{serial:0>4}.jpg"), stored).map_err(|error| wrong(error.to_string()))?;
        zip.write_all(bytes).map_err(|error| wrong(error.to_string()))?;
    }
    Ok(zip.finish().map_err(|error| wrong(error.to_string()))?.into_inner())
}

/// Measures of a face; the canvas is 590 by 826.
struct Face {
    centre: i32,
    eyes: i32,
    width: i32,
    height: i32,
    skin: Colour,
    hair: Colour,
    style: Style,
}

/// How the hair is worn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Short,
    Parted,
    Cropped,
    Fringe,
    Bob,
    Long,
    TiedBack,
}

fn draw(chance: &mut Chance, sex: Sex) -> Canvas {
    let style = match sex {
        Sex::Male => chance.pick(&[Style::Short, Style::Parted, Style::Cropped, Style::Parted], Style::Short),
        Sex::Female => chance.pick(&[Style::Fringe, Style::Bob, Style::Long, Style::TiedBack], Style::Bob),
    };
    let face = Face {
        centre: 295 + chance.between(-4, 4),
        eyes: 372 + chance.between(-6, 6),
        width: chance.between(102, 116),
        height: chance.between(142, 156),
        skin: chance.pick(&SKINS, SKINS[0]),
        hair: chance.pick(&HAIRS, HAIRS[0]),
        style,
    };
    let background = chance.pick(&BACKGROUNDS, BACKGROUNDS[0]);
    let mut canvas = Canvas::shaded(background);
    hair_behind(&mut canvas, &face);
    body(&mut canvas, &face, chance, sex);
    head(&mut canvas, &face);
    features(&mut canvas, &face, chance, sex);
    hair_in_front(&mut canvas, &face);
    if chance.below(3) == 0 {
        glasses(&mut canvas, &face, chance);
    }
    canvas
}

fn hair_behind(canvas: &mut Canvas, face: &Face) {
    let (x, y, hair) = (face.centre, face.eyes, canvas::darker(face.hair, 6));
    match face.style {
        Style::Long => {
            canvas.ellipse(x, y - 6, face.width + 34, face.height + 26, hair);
            canvas.box_of(x - face.width - 34, y, x + face.width + 34, y + 250, hair);
        }
        Style::Bob => {
            canvas.ellipse(x, y - 4, face.width + 34, face.height + 22, hair);
            canvas.box_of(x - face.width - 34, y, x + face.width + 34, y + 120, hair);
            canvas.ellipse(x, y + 116, face.width + 34, 34, hair);
        }
        Style::Fringe => canvas.ellipse(x, y + 4, face.width + 22, face.height + 14, hair),
        Style::TiedBack => canvas.ellipse(x, y - face.height - 6, 46, 42, hair),
        Style::Short | Style::Parted | Style::Cropped => {}
    }
}

fn body(canvas: &mut Canvas, face: &Face, chance: &mut Chance, sex: Sex) {
    let x = face.centre;
    let cloth = chance.pick(&CLOTHES, CLOTHES[0]);
    let shirt = chance.pick(&SHIRTS, SHIRTS[0]);
    let shoulder = if sex == Sex::Male { 258 } else { 228 };
    canvas.ellipse(x, 836, shoulder, 244, cloth);
    canvas.box_of(x - shoulder, 836, x + shoulder, 826, cloth);
    canvas.ellipse(x - 20, 850, shoulder - 60, 236, canvas::lighter(cloth, 6));
    // Shirt and neck stand in the opening of the jacket.
    canvas.triangle([(x - 84, 582), (x + 84, 582), (x, 820)], shirt);
    if sex == Sex::Male && chance.below(3) > 0 {
        let tie = chance.pick(&TIES, TIES[0]);
        canvas.triangle([(x - 20, 628), (x + 20, 628), (x, 666)], tie);
        canvas.triangle([(x, 642), (x - 24, 840), (x + 24, 840)], tie);
    }
    let neck = canvas::darker(face.skin, 22);
    let half = if sex == Sex::Male { 58 } else { 48 };
    canvas.box_of(x - half, face.eyes + 96, x + half, 594, neck);
    canvas.ellipse(x, 592, half, 34, neck);
    canvas.triangle([(x - half - 8, 572), (x - half - 44, 606), (x - 8, 672)], canvas::lighter(shirt, 6));
    canvas.triangle([(x + half + 8, 572), (x + half + 44, 606), (x + 8, 672)], canvas::darker(shirt, 10));
    canvas.triangle([(x - half - 34, 586), (x - half - 92, 614), (x - 10, 826)], canvas::lighter(cloth, 16));
    canvas.triangle([(x + half + 34, 586), (x + half + 92, 614), (x + 10, 826)], canvas::darker(cloth, 10));
}

fn head(canvas: &mut Canvas, face: &Face) {
    let (x, y) = (face.centre, face.eyes);
    for side in [-1, 1] {
        canvas.ellipse(x + side * (face.width - 2), y + 14, 18, 34, canvas::darker(face.skin, 14));
    }
    canvas.ellipse(x, y - 4, face.width, face.height, face.skin);
    // A fuller jaw than an egg has, and light from the left.
    canvas.ellipse(x, y + 74, face.width - 22, 86, face.skin);
    canvas.veil(x - 34, y - 20, face.width / 2, face.height / 2, [255, 255, 255], 9);
    canvas.veil(x + 62, y + 24, 44, 100, [120, 70, 50], 9);
    for side in [-1, 1] {
        canvas.veil(x + side * 54, y + 56, 34, 24, [226, 110, 100], 12);
    }
}

fn features(canvas: &mut Canvas, face: &Face, chance: &mut Chance, sex: Sex) {
    let (x, y) = (face.centre, face.eyes);
    let apart = chance.between(43, 49);
    let open = chance.between(8, 11);
    let brow = canvas::darker(face.hair, 4);
    let thick = if sex == Sex::Male { 7 } else { 4 };
    for side in [-1, 1] {
        let eye = x + side * apart;
        canvas.ellipse(eye, y - 30, 30, thick, brow);
        canvas.ellipse(eye, y - 26, 32, thick, face.skin);
        canvas.ellipse(eye, y, 24, open + 3, canvas::darker(face.skin, 40));
        canvas.ellipse(eye, y + 2, 22, open, [250, 250, 248]);
        canvas.ellipse(eye, y + 1, 11, open + 1, [52, 36, 30]);
        canvas.ellipse(eye - 3, y - 3, 3, 3, [240, 240, 240]);
        canvas.ellipse(eye, y - open - 1, 25, 3, [48, 36, 34]);
    }
    let shade = canvas::darker(face.skin, 26);
    canvas.triangle([(x + 2, y + 8), (x + 14, y + 56), (x - 2, y + 60)], canvas::darker(face.skin, 12));
    canvas.ellipse(x - 11, y + 60, 6, 4, shade);
    canvas.ellipse(x + 11, y + 60, 6, 4, shade);
    let lips = if sex == Sex::Male { canvas::darker(face.skin, 46) } else { [190, 92, 92] };
    let smile = chance.between(3, 8);
    canvas.ellipse(x, y + 96, 32, 9 + smile / 3, lips);
    canvas.ellipse(x, y + 94 - smile, 36, 8, face.skin);
    canvas.ellipse(x, y + 97, 27, 2, canvas::darker(lips, 40));
    canvas.veil(x, y + 122, 20, 5, [110, 60, 50], 16);
}

fn hair_in_front(canvas: &mut Canvas, face: &Face) {
    let (x, y, hair) = (face.centre, face.eyes, face.hair);
    let (wide, high) = (face.width + 12, face.height + 16);
    let top = y - 4 - high;
    let line = match face.style {
        Style::Cropped => y - 100,
        Style::Short | Style::Parted | Style::TiedBack => y - 84,
        Style::Long | Style::Bob => y - 76,
        Style::Fringe => y - 46,
    };
    canvas.cap(x, y - 4, wide, high, line, hair);
    match face.style {
        Style::Fringe => canvas.ellipse(x, line - 4, face.width - 8, 18, hair),
        Style::Parted => {
            canvas.ellipse(x + 26, line - 10, face.width - 34, 30, hair);
            canvas.ellipse(x - 74, line - 12, 24, 26, hair);
        }
        Style::Long | Style::Bob => {
            canvas.ellipse(x - 44, line - 4, 74, 30, hair);
            canvas.ellipse(x + 62, line - 6, 58, 32, hair);
        }
        Style::Short => canvas.ellipse(x, line - 12, face.width - 14, 22, hair),
        Style::Cropped => canvas.ellipse(x, line - 8, face.width - 30, 14, hair),
        Style::TiedBack => canvas.ellipse(x, line + 12, face.width - 18, 30, face.skin),
    }
    // What falls beside the face: long hair far down, short hair to the ears.
    let (wide, down, inwards) = match face.style {
        Style::Long | Style::Bob => (15, 104, -3),
        Style::Fringe => (13, 60, -3),
        Style::Short | Style::Parted | Style::Cropped | Style::TiedBack => (8, 2, 5),
    };
    for side in [-1, 1] {
        let middle = (line + y + down) / 2;
        canvas.ellipse(x + side * (face.width - inwards), middle, wide, middle - line + wide, hair);
    }
    canvas.veil(x - 30, top + 46, 62, 26, [255, 255, 255], 12);
}

fn glasses(canvas: &mut Canvas, face: &Face, chance: &mut Chance) {
    let (x, y) = (face.centre, face.eyes);
    let frame = chance.pick(&[[40, 40, 44], [90, 62, 44], [110, 114, 120]], [40, 40, 44]);
    for side in [-1, 1] {
        canvas.ring(x + side * 47, y + 2, 40, 30, 4, frame);
    }
    canvas.box_of(x - 9, y - 4, x + 9, y, frame);
    canvas.box_of(x - face.width, y - 10, x - 86, y - 6, frame);
    canvas.box_of(x + 86, y - 10, x + face.width, y - 6, frame);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_word_draws_the_same_face_and_another_word_another() {
        let first = jpeg("甲", Sex::Male).unwrap();
        assert_eq!(first, jpeg("甲", Sex::Male).unwrap());
        assert_ne!(first, jpeg("乙", Sex::Male).unwrap());
        assert_ne!(first, jpeg("甲", Sex::Female).unwrap());
        let picture = image::load_from_memory(&first).unwrap();
        assert_eq!((picture.width(), picture.height()), (295, 413));
    }
}
