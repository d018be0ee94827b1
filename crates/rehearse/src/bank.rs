//! The item banks that the papers are made of, and what somebody who knows everything answers.
use std::{collections::HashMap, io::Cursor};

use calamine::{Reader, Xlsx};

use crate::{Browser, Fault, Office, Page, Result, variant};

/// One bank: its name, occupation and level, its blueprint and its items.
struct Bank {
    name: &'static str,
    occupation: &'static str,
    level: &'static str,
    blueprint: &'static [u8],
    items: &'static [u8],
}

const BANKS: [Bank; 4] = [
    Bank {
        name: "hr-3",
        occupation: "4-07-03-04",
        level: "3",
        blueprint: include_bytes!("../../../data/items/blueprint-hr-3.xlsx"),
        items: include_bytes!("../../../data/items/items-hr-3.xlsx"),
    },
    Bank {
        name: "hr-2",
        occupation: "4-07-03-04",
        level: "2",
        blueprint: include_bytes!("../../../data/items/blueprint-hr-2.xlsx"),
        items: include_bytes!("../../../data/items/items-hr-2.xlsx"),
    },
    Bank {
        name: "lr-3",
        occupation: "4-07-03-02",
        level: "3",
        blueprint: include_bytes!("../../../data/items/blueprint-lr-3.xlsx"),
        items: include_bytes!("../../../data/items/items-lr-3.xlsx"),
    },
    Bank {
        name: "hr-4",
        occupation: "4-07-03-04",
        level: "4",
        blueprint: include_bytes!("../../../data/items/blueprint-hr-4.xlsx"),
        items: include_bytes!("../../../data/items/items-hr-4.xlsx"),
    },
];

/// Banks of the founding batch, which come first.
const FOUNDING: usize = 3;

/// Levels without content of their own sit demonstration papers of the nearest bank: bank, occupation,
/// level, and how the level is written in its items. Source: `data/items`, [own].
const DEMONSTRATIONS: [(&str, &str, &str, &str); 3] = [
    ("hr-2", "4-07-03-04", "1", "一级/高级技师"),
    ("lr-3", "4-07-03-02", "4", "四级/中级工"),
    ("lr-3", "4-07-03-02", "2", "二级/技师"),
];

/// A writer brings blueprints and items of all levels of the province.
///
/// # Errors
/// When a file is refused.
pub fn import_province(office: &Office) -> Result<()> {
    import_levels(office, true)
}

/// The same, with or without the demonstration papers of the levels that have no content of their own.
///
/// # Errors
/// When a file is refused.
pub fn import_levels(office: &Office, demonstrations: bool) -> Result<()> {
    let writer = office.staff("writer1")?;
    for bank in &BANKS {
        import_file(&writer, bank, "blueprint", bank.blueprint)?;
        import_file(&writer, bank, "items", bank.items)?;
    }
    let wanted = if demonstrations { DEMONSTRATIONS.as_slice() } else { &[] };
    for (name, occupation, level, written) in wanted.iter().copied() {
        let Some(bank) = BANKS.iter().find(|bank| bank.name == name) else { continue };
        let items = demonstration(bank, written)?;
        let other = Bank { occupation, level, ..*bank };
        import_file(&writer, &other, "blueprint", bank.blueprint)?;
        import_file(&writer, &other, "items", &items)?;
    }
    Ok(())
}

/// A writer brings items of which one has no key: what the preview says.
///
/// # Errors
/// When the file is not even previewed.
pub fn import_without_key(office: &Office) -> Result<Page> {
    let writer = office.staff("writer1")?;
    let Some(bank) = BANKS.first() else { return Err(Fault::at("banks", "there is none")) };
    let mut rows = rows(bank)?;
    let key = rows.first().and_then(|header| header.iter().position(|name| name == "答案"));
    if let Some(cell) = key.and_then(|at| rows.get_mut(1).and_then(|row| row.get_mut(at))) {
        cell.clear();
    }
    let file = variant::workbook(&rows)?;
    let form = writer.open("/items/imports")?.form("/items/imports")?;
    let form = form.set("occupation", bank.occupation).set("level", bank.level);
    writer.send(&form.file("file", "items-without-key.xlsx", file))
}

/// The items of a bank as those of another level, each marked in its explanation.
fn demonstration(bank: &Bank, level: &str) -> Result<Vec<u8>> {
    let mut rows = rows(bank)?;
    let header = rows.first().cloned().unwrap_or_default();
    for cells in rows.iter_mut().skip(1) {
        for (heading, cell) in header.iter().zip(cells) {
            match heading.as_str() {
                "等级" => level.clone_into(cell),
                "解析" => *cell = format!("[示范题，取自 {}] {cell}", bank.name),
                _ => {}
            }
        }
    }
    variant::workbook(&rows)
}

/// The rows of a bank's items, the header first.
fn rows(bank: &Bank) -> Result<Vec<Vec<String>>> {
    let wrong = |said: &str| Fault::at(bank.name, said);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bank.items)).map_err(|error| wrong(&error.to_string()))?;
    let sheet = book.worksheet_range_at(0).ok_or_else(|| wrong("no sheet"))?;
    let sheet = sheet.map_err(|error| wrong(&error.to_string()))?;
    Ok(sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect())
}

/// A writer brings blueprints and items of the founding batch.
///
/// # Errors
/// When a file is refused.
pub fn import(office: &Office) -> Result<()> {
    let writer = office.staff("writer1")?;
    for bank in BANKS.iter().take(FOUNDING) {
        import_file(&writer, bank, "blueprint", bank.blueprint)?;
        import_file(&writer, bank, "items", bank.items)?;
    }
    Ok(())
}

fn import_file(writer: &Browser, bank: &Bank, kind: &str, bytes: &[u8]) -> Result<Page> {
    let form = writer.open("/items/imports")?.form("/items/imports")?;
    let form = form.set("occupation", bank.occupation).set("level", bank.level);
    let preview = writer.submit(&form.file("file", &format!("{kind}-{}.xlsx", bank.name), bytes.to_vec()))?;
    writer.submit(&preview.form("/confirmation")?)
}

/// A reviewer looks at one item and then accepts what was brought, import by import.
///
/// # Errors
/// When there is nothing to review or the review is refused.
pub fn review(office: &Office) -> Result<()> {
    let reviewer = office.staff("itemreviewer1")?;
    let drafts = reviewer.open("/items?status=draft")?;
    let item = drafts.links("/items/").into_iter().find(|l| !l.contains("imports") && !l.contains('?'));
    let page = reviewer.open(&item.ok_or_else(|| drafts.fault("no draft to look at"))?)?;
    reviewer.submit(&page.form("/review")?.tick("decision", "accept"))?;
    for import in reviewer.open("/items/imports")?.links("/items/imports/") {
        let page = reviewer.open(&import)?;
        if page.has_form("/review") {
            reviewer.submit(&page.form("/review")?)?;
        }
    }
    Ok(())
}

/// What a candidate who knows everything answers: stem to key, read from the item files.
#[derive(Debug, Clone, Default)]
pub struct Answers(HashMap<String, String>);

impl Answers {
    /// Reads the keys of all banks.
    ///
    /// # Errors
    /// When an item file cannot be read.
    pub fn read() -> Result<Self> {
        let mut known = HashMap::new();
        for bank in &BANKS {
            let wrong = |said: &str| Fault::at(bank.name, said);
            let mut rows = rows(bank)?.into_iter();
            let header = rows.next().unwrap_or_default();
            let column = |name: &str| {
                header.iter().position(|known| known == name).ok_or_else(|| wrong("a column is missing"))
            };
            let (stem, key) = (column("题干")?, column("答案")?);
            for row in rows {
                let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
                let answer = match cell(key).as_str() {
                    "对" => "T".to_owned(),
                    "错" => "F".to_owned(),
                    letters => letters.to_owned(),
                };
                known.insert(fold(&cell(stem)), answer);
            }
        }
        Ok(Self(known))
    }

    /// The key of the item with this stem.
    #[must_use]
    pub fn of(&self, stem: &str) -> Option<&str> {
        self.0.get(&fold(stem)).map(String::as_str)
    }
}

/// A stem without blanks, as a reader compares it.
fn fold(text: &str) -> String {
    text.split_whitespace().collect()
}
