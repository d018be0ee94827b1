//! The documents of the stages, typeset with content as the demo province has it. The PDFs stay in cargo's temporary
//! folder (`target/tmp`) for whoever wants to look at them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod text_layer;

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use print::{PrintRefused, Template, qr_svg};
use serde_json::{Value, json};

macro_rules! document {
    ($name:literal, $stage:literal) => {
        (
            Template {
                name: $name,
                source: include_str!(concat!("../../../batch/", $stage, "/documents/", $name, ".typ")),
            },
            serde_json::from_str::<Value>(include_str!(concat!("data/", $name, ".json"))).unwrap(),
        )
    };
}

/// A head and shoulders on white, 295 × 413 pixels (one inch by one and a half at 300 dpi).
fn portrait() -> Vec<u8> {
    let picture = RgbImage::from_fn(295, 413, |x, y| {
        let (x, y) = (i64::from(x) - 147, i64::from(y));
        let inside =
            |cy: i64, rx: i64, ry: i64| x * x * ry * ry + (y - cy) * (y - cy) * rx * rx < rx * rx * ry * ry;
        match (inside(165, 62, 80), inside(145, 72, 84), inside(430, 135, 165)) {
            (true, _, _) if y > 120 => Rgb([232, 200, 176]),
            (_, true, _) => Rgb([48, 44, 46]),
            (_, _, true) => Rgb([54, 74, 108]),
            (_, _, false) => Rgb([255, 255, 255]),
        }
    });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

fn pictures() -> Vec<(&'static str, Vec<u8>)> {
    let qr = qr_svg("https://kaogong.example/v/1/mVQ2t8sYw0uQb4X9nq3ZpA7kR5eTjH").unwrap();
    vec![("photo.png", portrait()), ("qr.svg", qr.into_bytes())]
}

fn page_count(pdf: &[u8]) -> usize {
    // One page object a page; the page tree is `/Type/Pages`.
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type/Page\n").count() + text.matches("/Type/Page/").count()
}

fn keep(name: &str, pdf: &[u8]) {
    std::fs::write(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), pdf).unwrap();
}

/// Typesets, keeps, counts pages and bytes, and repeats: the same input must give the same bytes.
fn typeset(template: &Template, data: &Value, name: &str, pages: usize) {
    let pdf = template.pdf(data, &pictures()).unwrap();
    keep(&format!("{name}.pdf"), &pdf);
    assert_eq!(page_count(&pdf), pages, "pages of {name}");
    assert!(pdf.len() < 300_000, "{name} has {} bytes", pdf.len());
    assert!(pdf == template.pdf(data, &pictures()).unwrap(), "{name} differs when repeated");
}

#[test]
fn certificate_in_one_and_two_languages() {
    let (template, mut data) = document!("certificate", "9-certificate");
    typeset(&template, &data, "certificate", 1);
    data["second_labels"] = json!({
        "title": "Vocational Skill Level Certificate", "name": "Name", "document_kind": "Type of document",
        "document_number": "Document number", "occupation": "Occupation", "job": "Type of work",
        "level": "Skill level", "number": "Certificate number", "issuer": "Issued by", "issue_date": "Date of issue"
    });
    data["second_text"] = json!(
        "This certificate is issued by the filed assessment body. The holder took part in the assessment of \
         vocational skill levels, passed in theory and in practice, and has the skills of the level named below."
    );
    data["job"] = json!("劳动关系协调");
    typeset(&template, &data, "certificate_bilingual", 1);
}

#[test]
fn admission_ticket() {
    let (template, mut data) = document!("admission_ticket", "4-arrangement");
    typeset(&template, &data, "admission_ticket", 1);
    // A field the design needs and the data lacks is a refusal that names it, not an empty place on paper.
    let ticket = data["tickets"][0].clone();
    data["tickets"].as_array_mut().unwrap().extend([ticket.clone(), ticket]);
    typeset(&template, &data, "admission_tickets", 3);
    data["tickets"][1].as_object_mut().unwrap().remove("number");
    match template.pdf(&data, &pictures()) {
        Err(PrintRefused::Layout { template: "admission_ticket", problems }) => {
            assert!(problems[0].starts_with("line ") && problems[0].contains("number"), "{problems:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn sign_in_sheet_of_thirty_and_of_sixty() {
    let (template, mut data) = document!("sign_in_sheet", "4-arrangement");
    typeset(&template, &data, "sign_in_sheet", 1);
    let room = data["sheets"][0].clone();
    let thirty = room["candidates"].as_array().unwrap().clone();
    data["sheets"][0]["candidates"].as_array_mut().unwrap().extend(thirty);
    typeset(&template, &data, "sign_in_sheet_60", 2);
    // Rooms follow each other, and the pages of each are counted by themselves.
    data["sheets"].as_array_mut().unwrap().push(room);
    typeset(&template, &data, "sign_in_sheets", 3);
    let text = text_layer::text_of(&template.pdf(&data, &pictures()).unwrap());
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    for pages in ["第1页共2页", "第2页共2页", "第1页共1页"] {
        assert!(text.contains(pages), "{pages} is not in {text}");
    }
}

#[test]
fn door_list_and_seat_cards_of_a_mixed_room() {
    let (template, data) = document!("door_list", "4-arrangement");
    typeset(&template, &data, "door_list", 1);
    let text = text_layer::text_of(&template.pdf(&data, &[]).unwrap());
    // How many copies of which paper go into the room's bag.
    for printed in ["第03考场", "劳动关系协调员 三级", "A 8 · B 7", "徐伟文"] {
        assert!(text.contains(printed), "{printed} is not in {text}");
    }
    let (template, data) = document!("seat_card", "4-arrangement");
    typeset(&template, &data, "seat_card", 4);
}

#[test]
fn form_of_a_paper() {
    let (template, data) = document!("form", "5-paper");
    typeset(&template, &data, "form", 4);
}

#[test]
fn answer_sheet_printed_beforehand_and_blank() {
    let (template, mut data) = document!("answer_sheet", "5-paper");
    typeset(&template, &data, "answer_sheet", 1);
    data["candidate"] = Value::Null;
    typeset(&template, &data, "answer_sheet_blank", 1);
}

#[test]
fn a_missing_glyph_is_named_with_its_place() {
    let (template, mut data) = document!("sign_in_sheet", "4-arrangement");
    data["sheets"][0]["candidates"][3]["name"] = json!("王\u{10FFFF}明");
    let refused = template.pdf(&data, &pictures()).unwrap_err();
    assert_eq!(
        refused,
        PrintRefused::MissingGlyph {
            character: '\u{10FFFF}',
            field: "sheets[0].candidates[3].name".to_owned(),
            text: "王\u{10FFFF}明".to_owned(),
        }
    );
    assert!(refused.to_string().contains("U+10FFFF"), "{refused}");
    let in_template = Template { name: "smile", source: "考工 🙂" };
    match in_template.pdf(&json!({}), &[]) {
        Err(PrintRefused::MissingGlyph { character: '🙂', field, .. }) => {
            assert_eq!(field, "template smile")
        }
        other => panic!("{:?}", other.map(|pdf| pdf.len())),
    }
}

#[test]
fn warnings_and_bad_pictures_refuse() {
    let unknown_font = Template { name: "font", source: "#set text(font: \"No Such Font\")\nx" };
    let refused = unknown_font.pdf(&json!({}), &[]).unwrap_err();
    assert!(matches!(refused, PrintRefused::Layout { template: "font", .. }), "{refused}");
    assert!(refused.to_string().contains("line 1"), "{refused}");

    let (template, data) = document!("admission_ticket", "4-arrangement");
    let mut pictures = pictures();
    pictures[0].1.truncate(500);
    match template.pdf(&data, &pictures) {
        Err(PrintRefused::BadImage { name, .. }) => assert_eq!(name, "photo.png"),
        other => panic!("{:?}", other.map(|pdf| pdf.len())),
    }
}

#[test]
fn the_chinese_text_layer_can_be_read() {
    let (template, data) = document!("certificate", "9-certificate");
    let text = text_layer::text_of(&template.pdf(&data, &pictures()).unwrap());
    for field in
        ["name", "document_kind", "document_number", "occupation", "level", "number", "issuer", "issue_date"]
    {
        let printed = data[field].as_str().unwrap();
        assert!(text.contains(printed), "{field} {printed} is not in {text}");
    }
    assert!(text.contains("职业技能等级证书") && text.contains("http://jndj.osta.org.cn"), "{text}");
    // Without a type of work the place is not left empty.
    assert!(text.contains("工种/职业方向--"), "{text}");
    assert!(!text.contains("中华") && !text.contains("国家") && !text.contains("职业资格"), "{text}");
}

#[test]
fn markup_in_the_data_is_printed_verbatim() {
    let (template, mut data) = document!("form", "5-paper");
    let markup = "*a* _i_ #b [c] $d$ `e` <f> @g = h - i \\\\ // j /* k */ ~ 1101************0000 'l' \"m\" https://n.o --";
    data["occupation"] = json!(markup);
    data["sections"][0]["items"][0]["stem"] = json!(format!("{markup}\n*x*｜#y\n$1｜_2_"));
    data["sections"][0]["items"][0]["options"][0]["text"] = json!("#panic(1)");
    let text = text_layer::text_of(&template.pdf(&data, &pictures()).unwrap());
    // Spaces at line ends are not in the layer.
    let joined = |text: &str| text.split_whitespace().collect::<String>();
    let (text, markup) = (joined(&text), joined(markup));
    assert!(text.matches(&markup).count() >= 2, "{markup} is not in {text}");
    for part in ["*x*#y", "$1_2_", "#panic(1)"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn no_file_clock_or_package_is_reachable() {
    for source in
        ["#read(\"/etc/hostname\")", "#import \"@preview/tablex:0.0.8\": *", "#datetime.today().display()"]
    {
        let refused = Template { name: "outside", source }.pdf(&json!({}), &[]);
        assert!(matches!(refused, Err(PrintRefused::Layout { .. })), "{source}");
    }
}
