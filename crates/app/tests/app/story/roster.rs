//! The thirty people and what should become of each, read from the table written by hand.
use std::{collections::HashMap, path::PathBuf};

/// One line of `data/demo/roster-30-expected.csv`.
#[derive(Debug, Clone)]
pub struct Expected {
    pub serial: String,
    pub name: String,
    pub decision: String,
    pub delivery: String,
    pub theory: String,
    pub practical: Vec<String>,
    pub panel: Vec<String>,
    pub result: String,
    pub outcome: String,
}

impl Expected {
    pub fn is_admitted(&self) -> bool {
        self.decision == "admit"
    }

    pub fn is_absent(&self) -> bool {
        self.theory == "absent"
    }

    pub fn phone(&self) -> String {
        format!("19900000{:0>3}", self.serial)
    }
}

pub fn data(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data").join(file)
}

/// All thirty lines.
pub fn expected() -> Vec<Expected> {
    let text = std::fs::read_to_string(data("demo/roster-30-expected.csv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let cell = |name: &str| cells[header.iter().position(|known| *known == name).unwrap()].to_owned();
            let scores = |name: &str| cell(name).split_whitespace().map(ToOwned::to_owned).collect();
            Expected {
                serial: cell("row"),
                name: cell("name"),
                decision: cell("decision"),
                delivery: cell("theory_delivery"),
                theory: cell("theory"),
                practical: scores("practical_scores"),
                panel: scores("panel_scores"),
                result: cell("result"),
                outcome: cell("outcome"),
            }
        })
        .collect()
}

/// What a candidate who knows everything answers: stem to key, read from the item files.
pub fn right_answers() -> HashMap<String, String> {
    use calamine::{Reader, Xlsx, open_workbook};
    let mut known = HashMap::new();
    for bank in ["hr-3", "hr-2", "lr-3"] {
        let mut book: Xlsx<_> = open_workbook(data(&format!("items/items-{bank}.xlsx"))).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let mut rows = sheet.rows();
        let header: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
        let column = |name: &str| header.iter().position(|known| known == name).unwrap();
        let (stem, key) = (column("题干"), column("答案"));
        for row in rows {
            let answer = match row[key].to_string().as_str() {
                "对" => "T".to_owned(),
                "错" => "F".to_owned(),
                letters => letters.to_owned(),
            };
            known.insert(fold(&row[stem].to_string()), answer);
        }
    }
    known
}

/// A stem without blanks, as a reader compares it.
pub fn fold(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A zip of portraits named by serial number: a plain picture of a different colour for each.
pub fn portraits() -> Vec<u8> {
    use std::io::{Cursor, Write};
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for serial in 1..=30_u8 {
        let picture =
            image::RgbImage::from_pixel(295, 413, image::Rgb([200 - serial * 3, 210, 180 + serial * 2]));
        let mut jpeg = Cursor::new(Vec::new());
        picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
        zip.start_file(format!("{serial:04}.jpg"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(jpeg.get_ref()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
