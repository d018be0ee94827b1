//! Pictures as people really send them, and as nobody should: turned by the camera, made for a printer, with
//! another file hidden behind, too large, or none at all.
use std::io::Cursor;

use axum::http::StatusCode;
use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, Rgb, RgbImage, Rgba};

use crate::{
    house::{House, ROSTER},
    photos::archive,
};

const PHOTOS: &str = "/batches/2021-01/photos";

fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.into().write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A JPEG with one more segment behind its first two bytes.
fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, content, &jpeg[2..]].concat()
}

/// A camera held on its side: 420 × 300 with a red stripe at the left, and the note that it is to be turned
/// by a quarter, so that the stripe comes to lie on top.
fn turned() -> Vec<u8> {
    let pixel = |x, _| if x < 60 { Rgb([220, 20, 20]) } else { Rgb([230, 230, 230]) };
    let jpeg = written(RgbImage::from_fn(420, 300, pixel), ImageFormat::Jpeg);
    // Exif: one entry, 0x0112 orientation, one short, value 6.
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    with_segment(&jpeg, 0xe1, exif)
}

/// Eight by eight pixels in four inks, all in the middle: the smallest file a printer's program writes.
/// Every block is two bits, "no difference" and "end of block".
fn cmyk() -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let adobe = [b"Adobe".as_slice(), &[0, 100, 0, 0, 0, 0, 0]].concat();
    let quantise = [vec![0], vec![1; 64]].concat();
    let mut frame = vec![8, 0, 8, 0, 8, 4];
    frame.extend((1..=4).flat_map(|ink| [ink, 0x11, 0]));
    let code = |class: u8| [vec![class, 1], vec![0; 15], vec![0]].concat();
    let mut scan = vec![4];
    scan.extend((1..=4).flat_map(|ink| [ink, 0]));
    scan.extend([0, 63, 0]);
    for (marker, content) in
        [(0xee, adobe), (0xdb, quantise), (0xc0, frame), (0xc4, code(0x00)), (0xc4, code(0x10)), (0xda, scan)]
    {
        file.extend([0xff, marker]);
        file.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
        file.extend(content);
    }
    file.extend([0x00, 0xff, 0xd9]);
    file
}

/// A JPEG that is a zip and a web page as well.
fn polyglot() -> Vec<u8> {
    let jpeg = written(RgbImage::from_pixel(300, 420, Rgb([90, 120, 90])), ImageFormat::Jpeg);
    let page = with_segment(&jpeg, 0xfe, b"<script>alert('HIDDEN-PAGE')</script>");
    [page, archive(&[("HIDDEN-FILE.txt", b"HIDDEN-TEXT")])].concat()
}

/// A PNG that says it is 50,000 × 50,000: 7.5 GB when it is believed.
fn boast() -> Vec<u8> {
    let mut png = written(RgbImage::from_pixel(2, 2, Rgb([1, 2, 3])), ImageFormat::Png);
    png[16..20].copy_from_slice(&50_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&50_000_u32.to_be_bytes());
    let check = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&check.to_be_bytes());
    png
}

/// The check of a PNG's chunk. Source: W3C PNG specification, annex D.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 },
        )
    })
}

#[tokio::test]
async fn a_picture_is_kept_upright_in_three_colours_with_nothing_hidden_or_refused_with_the_reason() {
    let grey = written(ImageBuffer::from_pixel(300, 420, Luma([99_u8])), ImageFormat::Png);
    let deep = written(
        ImageBuffer::from_pixel(300, 420, Rgba([9_000_u16, 9_000, 60_000, 30_000])),
        ImageFormat::Png,
    );
    let (whole, polyglot) =
        (written(RgbImage::from_pixel(300, 420, Rgb([5, 5, 5])), ImageFormat::Jpeg), polyglot());
    let bytes = archive(&[
        ("1.jpg", &turned()),
        ("2.jpg", &cmyk()),
        ("3.jpg", &polyglot),
        ("4.png", &grey),
        ("5.jpg", &deep),
        ("6.png", &boast()),
        ("7.jpg", b"GIF89a\x01\0\x01\0\0\0\0;"),
        ("8.jpg", &whole[..whole.len() / 3]),
        ("9.jpg", b"MZ\x90\0\x03this program cannot be run"),
        ("10.jpg", b""),
    ]);
    for needle in [b"HIDDEN-PAGE".as_slice(), b"HIDDEN-FILE"] {
        assert!(polyglot.windows(needle.len()).any(|part| part == needle), "the trap is laid");
    }
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let page = house.send_file(&registrar, PHOTOS, "file", "p.zip", &bytes).await;
        assert_eq!(page.status, StatusCode::OK, "{engine}: {:?}", page.keys);
        let refused: Vec<(String, bool)> =
            page.rows().into_iter().map(|row| (row[0].clone(), row[1].contains("8000"))).collect();
        // The one that boasts is told how large a picture may be, the others that they are none.
        let told = [("6.png", true), ("7.jpg", false), ("8.jpg", false), ("9.jpg", false), ("10.jpg", false)];
        assert_eq!(refused, told.map(|(name, is_large)| (name.to_owned(), is_large)), "{engine}");
        let rows = house.applications().await;
        let mut kept = Vec::new();
        for application in &rows[..5] {
            let address = format!("/batches/2021-01/applications/{}/photo", application.id);
            let photo = house.get(&registrar, &address).await;
            for hidden in [b"HIDDEN".as_slice(), b"Exif", b"PK\x03\x04", b"Adobe"] {
                assert!(
                    !photo.bytes.windows(hidden.len()).any(|part| part == hidden),
                    "{engine}: {hidden:?}"
                );
            }
            kept.push(
                image::load_from_memory_with_format(&photo.bytes, ImageFormat::Jpeg).unwrap().to_rgb8(),
            );
        }
        let sizes: Vec<(u32, u32)> = kept.iter().map(RgbImage::dimensions).collect();
        assert_eq!(sizes, [(300, 420), (8, 8), (300, 420), (300, 420), (300, 420)], "{engine}");
        let (top, below) = (kept[0].get_pixel(150, 20).0, kept[0].get_pixel(150, 300).0);
        assert!(
            top[0] > 180 && top[1] < 80 && below[1] > 180,
            "{engine}: the stripe lies on top: {top:?} {below:?}"
        );
        let [red, green, blue] = kept[1].get_pixel(4, 4).0;
        assert!(red.abs_diff(green) < 12 && green.abs_diff(blue) < 12, "{engine}: {red} {green} {blue}");
    }
}

#[tokio::test]
async fn a_portrait_of_fifty_megabytes_is_refused_before_it_is_read_to_its_end() {
    let mut large = written(RgbImage::from_pixel(300, 420, Rgb([90, 120, 90])), ImageFormat::Jpeg);
    large.resize(50 << 20, 0);
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let upload = format!("/my/applications/{}/photo", house.applications().await[0].id);
        let refused =
            house.send_file(&house.candidate("19900000001"), &upload, "photo", "me.jpg", &large).await;
        assert_eq!(refused.keys, ["form-too-large"], "{engine}");
        let in_a_zip = archive(&[("1.jpg", &large)]);
        let refused = house.send_file(&registrar, PHOTOS, "file", "p.zip", &in_a_zip).await;
        assert_eq!(refused.keys, ["photos-too-large"], "{engine}");
        assert_eq!(house.number("SELECT COUNT(*) FROM person_photo").await, 0, "{engine}");
    }
}
