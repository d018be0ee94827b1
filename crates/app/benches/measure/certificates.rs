//! Pages of certificates: with photo and QR code by the product's printer, beside the bare typesetter on the
//! same page.
use image::{ImageFormat, Rgb, RgbImage};
use print::{Template, qr_svg};
use serde_json::Value;
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_pdf::PdfOptions;

use crate::{row::Row, timing::seconds};

/// Pages of one run.
const PAGES: usize = 100;
const SOURCE: &str = include_str!("../../../batch/9-certificate/documents/certificate.typ");
const STYLE: &str = include_str!("../../../print/src/kaogong.typ");
const DATA: &str = include_str!("../../../print/tests/documents/data/certificate.json");
/// As long as a token is: header, payload and signature of one certificate.
const TOKEN_BYTES: usize = 900;

struct Bare<'a> {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
    files: Vec<(&'a str, Bytes)>,
}

fn id(name: &str) -> FileId {
    FileId::new(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).unwrap()))
}

impl World for Bare<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Ok(Source::new(id, STYLE.to_owned())) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let wanted = id.get().vpath().get_without_slash();
        let found = self.files.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, bytes)| bytes.clone()).ok_or_else(|| FileError::NotFound(wanted.into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn fonts() -> Vec<Font> {
    let folder =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../clients/node_modules/@expo-google-fonts/noto-serif-sc");
    ["400Regular/NotoSerifSC_400Regular.ttf", "700Bold/NotoSerifSC_700Bold.ttf"]
        .iter()
        .map(|file| Font::new(Bytes::new(std::fs::read(format!("{folder}/{file}")).unwrap()), 0).unwrap())
        .collect()
}

/// A portrait as a photo counter gives it, 295 × 413.
fn portrait(number: usize) -> Vec<u8> {
    let shade = u8::try_from(number % 200).unwrap();
    let picture = RgbImage::from_fn(295, 413, |x, y| {
        let (x, y) = (x as u8, y as u8);
        Rgb([x.wrapping_add(shade), y, x ^ y])
    });
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

/// Everything a page differs by.
fn data(number: usize) -> Value {
    let mut data: Value = serde_json::from_str(DATA).unwrap();
    data["photo"] = "photo.jpg".into();
    data["number"] = format!("S00009900000121400{number:04}").into();
    data
}

fn token(number: usize) -> String {
    let token: String =
        (0..TOKEN_BYTES).map(|at| char::from(b'A' + ((at * 7 + number) % 26) as u8)).collect();
    format!("https://kaogong.example/verify?t={token}")
}

pub fn run() -> Vec<Row> {
    let template = Template { name: "certificate", source: SOURCE };
    let photos: Vec<Vec<u8>> = (0..PAGES).map(portrait).collect();
    let page = |number: usize| {
        let qr = qr_svg(&token(number)).unwrap();
        let images = [("photo.jpg", photos[number].clone()), ("qr.svg", qr.into_bytes())];
        template.pdf(&data(number), &images).unwrap()
    };
    page(0);
    let (ours, bytes) = seconds(|| (0..PAGES).map(|number| page(number).len()).sum::<usize>());
    let fonts = fonts();
    let mut world = Bare {
        library: LazyHash::new(<Library as LibraryExt>::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        main: Source::new(id("main.typ"), SOURCE.to_owned()),
        files: Vec::new(),
    };
    let codes: Vec<String> = (0..PAGES).map(|number| qr_svg(&token(number)).unwrap()).collect();
    let (bare, _) = seconds(|| {
        for number in 0..PAGES {
            world.files = vec![
                ("data.json", Bytes::from_string(data(number).to_string())),
                ("photo.jpg", Bytes::new(photos[number].clone())),
                ("qr.svg", Bytes::from_string(codes[number].clone())),
            ];
            let document = typst::compile(&world).output.unwrap();
            typst_pdf::pdf(&document, &PdfOptions::default()).unwrap();
            typst::comemo::evict(3);
        }
    });
    let (drawn, _) = seconds(|| (0..PAGES).for_each(|number| drop(qr_svg(&token(number)).unwrap())));
    let a_second = |seconds: f64| PAGES as f64 / seconds;
    let row = |metric: &str, figure| Row::new("certificates", "-", metric, figure);
    vec![
        row("pages with photo and QR code, one thread", (a_second(ours), "pages/s"))
            .times_at_least("bare typesetter on the same page", a_second(bare), 0.7)
            .fails_beyond(0.4),
        row("bytes of a page", (bytes as f64 / PAGES as f64, "bytes")),
        row("drawing one QR code", (drawn / PAGES as f64 * 1000.0, "ms")),
    ]
}
