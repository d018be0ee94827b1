//! Stage 7: theory on computers by key, theory on paper entered twice, the rest by sealed scores.
use std::{collections::HashMap, io::Cursor};

use calamine::{Reader, Xlsx};
use rust_xlsxwriter::Workbook;

use crate::{Batch, Browser, Fault, Member, Numbers, Office, Page, Result};

/// What a clerk types for a pass and for a fail on paper, and the slip the other clerk notices.
const PASS: &str = "78";
const FAIL: &str = "52";
const SLIP: &str = "87";
/// What stands in a workbook for somebody who did not come.
const ABSENT: &str = "缺考";
/// Where the admission number stands in a sheet; the score stands behind it.
const NUMBER_COLUMN: usize = 4;

/// Scores what was sat on computers; waits until it is done.
///
/// # Errors
/// When an attempt is still open.
pub fn objective(office: &Office, batch: &Batch) -> Result<Page> {
    let clerk = office.staff("clerk1")?;
    let page = clerk.open(&batch.at("/scores"))?;
    let begun = clerk.submit(&page.form("/scores/objective")?)?;
    clerk.settled(begun)
}

/// Two clerks enter the paper scores without seeing each other's; a slip is noticed and put right. The
/// first brings a workbook of each site, the second types; both go back to the sheets for what differs.
///
/// # Errors
/// When an entry is refused.
pub fn enter_twice(office: &Office, batch: &Batch, numbers: &Numbers) -> Result<()> {
    bring(office, batch, numbers, "clerk1", &Sheet::ENTRIES)?;
    enter(office, batch, numbers, "clerk2", false)?;
    enter(office, batch, numbers, "clerk1", false)?;
    enter(office, batch, numbers, "clerk2", false)
}

/// One clerk enters the paper scores room by room, with or without a slip for the first person.
///
/// # Errors
/// When the entry is refused.
pub fn enter(office: &Office, batch: &Batch, numbers: &Numbers, login: &str, slip: bool) -> Result<()> {
    let clerk = office.staff(login)?;
    let mut slip = slip;
    for room in rooms(&clerk, batch, "entries")? {
        let page = clerk.open(&room)?;
        if !page.has_form(&room) {
            continue;
        }
        let mut form = page.form(&room)?;
        let mut is_filled = false;
        for member in batch.cast.members.iter().filter(|one| one.delivery == "paper") {
            let number = numbers.of(member)?;
            let score = format!("score-{number}");
            if !form.asks(&score) {
                continue;
            }
            is_filled = true;
            form = match member.theory.as_str() {
                "absent" => form.tick(&format!("absent-{number}"), "1"),
                "pass" if slip => {
                    slip = false;
                    form.set(&score, SLIP)
                }
                read => form.set(&score, written(read)),
            };
        }
        if is_filled {
            clerk.submit(&form)?;
        }
    }
    Ok(())
}

fn written(theory: &str) -> &'static str {
    match theory {
        "pass" => PASS,
        "absent" => ABSENT,
        _ => FAIL,
    }
}

/// Every room of a kind of sheet, whatever the site.
///
/// # Errors
/// When they are not shown.
pub fn rooms(browser: &Browser, batch: &Batch, noun: &str) -> Result<Vec<String>> {
    let part = format!("/scores/{noun}/rooms/");
    let mut found = Vec::new();
    for page in sites(browser, batch, noun)? {
        found.extend(page.links(&part));
    }
    Ok(found)
}

/// The page of every site of a kind of sheet; with one site the list itself is its page.
fn sites(browser: &Browser, batch: &Batch, noun: &str) -> Result<Vec<Page>> {
    let action = format!("/scores/{noun}");
    let page = browser.click(&browser.open(&batch.at("/scores"))?, &action)?;
    let links = page.links(&format!("{action}?site="));
    if links.is_empty() {
        return Ok(vec![page]);
    }
    links.iter().map(|link| browser.open(link)).collect()
}

/// A sheet to be filled in as a workbook: its noun, and what is written for whom.
struct Sheet {
    noun: &'static str,
    figure: fn(&Member, usize) -> Option<String>,
    seat: usize,
    /// Written for the first person who passed.
    slip: Option<&'static str>,
}

impl Sheet {
    const ENTRIES: Self = Self {
        noun: "entries",
        figure: |member, _| (member.delivery == "paper").then(|| written(&member.theory).to_owned()),
        seat: 0,
        slip: Some(SLIP),
    };
}

/// Somebody downloads the sheet of each site, fills it in, and brings it back.
fn bring(office: &Office, batch: &Batch, numbers: &Numbers, login: &str, sheet: &Sheet) -> Result<()> {
    let browser = office.staff(login)?;
    let mut figures: HashMap<String, String> = HashMap::new();
    let mut slip = sheet.slip;
    for member in &batch.cast.members {
        if let (Ok(number), Some(figure)) = (numbers.of(member), (sheet.figure)(member, sheet.seat)) {
            let wrong = if member.theory == "pass" { slip.take() } else { None };
            figures.insert(number.to_owned(), wrong.map_or(figure, ToOwned::to_owned));
        }
    }
    for page in sites(&browser, batch, sheet.noun)? {
        let Some(link) = page.link(&format!("/scores/{}/workbook?site=", sheet.noun)) else { continue };
        let (filled, rows) = fill(&browser.open(&link)?.bytes, &figures)?;
        if rows == 0 {
            continue;
        }
        let action = format!("/scores/{}/workbook", sheet.noun);
        let form = page.form(&action)?.file("file", &format!("{}.xlsx", sheet.noun), filled);
        let begun = browser.submit(&form)?;
        browser.settled(begun)?;
    }
    Ok(())
}

/// The sheet with everybody's figure in its last column, and how many that are.
fn fill(sheet: &[u8], figures: &HashMap<String, String>) -> Result<(Vec<u8>, usize)> {
    let fault = |said: String| Fault::at("workbook", &said);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(sheet)).map_err(|error| fault(error.to_string()))?;
    let name = book.sheet_names().first().cloned().unwrap_or_default();
    let range = book.worksheet_range(&name).map_err(|error| fault(error.to_string()))?;
    let mut filled = Workbook::new();
    let out = filled.add_worksheet();
    let mut count = 0;
    for (line, row) in (0_u32..).zip(range.rows()) {
        let mut cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        let number = cells.get(NUMBER_COLUMN).cloned().unwrap_or_default();
        if let (Some(figure), Some(cell)) = (figures.get(&number), cells.get_mut(NUMBER_COLUMN + 1)) {
            cell.clone_from(figure);
            count += 1;
        }
        for (column, cell) in (0_u16..).zip(&cells) {
            out.write_string(line, column, cell).map_err(|error| fault(error.to_string()))?;
        }
    }
    Ok((filled.save_to_buffer().map_err(|error| fault(error.to_string()))?, count))
}

/// A kind of part that examiners score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scored {
    /// The practical part, by three examiners.
    Practical,
    /// The panel, by five members.
    Panel,
}

impl Scored {
    /// As addresses and the logins of its examiners name it.
    fn names(self) -> (&'static str, &'static str, usize) {
        match self {
            Self::Practical => ("practical", "examiner", 3),
            Self::Panel => ("panel", "panel", 5),
        }
    }

    /// What an examiner writes into a workbook.
    fn figure(self) -> fn(&Member, usize) -> Option<String> {
        match self {
            Self::Practical => {
                |member, seat| Some(member.practical.get(seat).map_or(ABSENT, String::as_str).to_owned())
            }
            Self::Panel => {
                |member, seat| Some(member.panel.get(seat).map_or(ABSENT, String::as_str).to_owned())
            }
        }
    }

    fn of(self, member: &Member, seat: usize) -> Option<&String> {
        match self {
            Self::Practical => member.practical.get(seat),
            Self::Panel => member.panel.get(seat),
        }
    }
}

/// Sealed scores for a kind of part, by as many examiners as it needs.
///
/// # Errors
/// When a sheet is refused.
pub fn score(office: &Office, batch: &Batch, numbers: &Numbers, kind: Scored) -> Result<()> {
    let (_, _, seats) = kind.names();
    score_by_first(office, batch, numbers, kind, seats)
}

/// The sealed scores of the first so many examiners; the first of them brings a workbook.
///
/// # Errors
/// When a sheet is refused.
pub fn score_by_first(
    office: &Office,
    batch: &Batch,
    numbers: &Numbers,
    kind: Scored,
    seats: usize,
) -> Result<()> {
    let (noun, login, _) = kind.names();
    let sheet = Sheet { noun, figure: kind.figure(), seat: 0, slip: None };
    bring(office, batch, numbers, &format!("{login}1"), &sheet)?;
    (1..seats).try_for_each(|seat| score_by(office, batch, numbers, kind, seat))
}

/// One examiner's sealed scores for every candidate of a kind of part, room by room.
///
/// # Errors
/// When a sheet is refused.
pub fn score_by(office: &Office, batch: &Batch, numbers: &Numbers, kind: Scored, seat: usize) -> Result<()> {
    let (noun, login, _) = kind.names();
    let examiner = office.staff(&format!("{login}{}", seat + 1))?;
    for room in rooms(&examiner, batch, noun)? {
        let page = examiner.open(&room)?;
        if !page.has_form(&room) {
            continue;
        }
        let mut form = page.form(&room)?;
        let mut is_filled = false;
        for member in batch.cast.admitted() {
            let number = numbers.of(member)?;
            let score = format!("score-{number}");
            if !form.asks(&score) {
                continue;
            }
            is_filled = true;
            form = match kind.of(member, seat) {
                Some(value) => form.set(&score, value),
                None => form.tick(&format!("absent-{number}"), "1"),
            };
        }
        if is_filled {
            examiner.submit(&form)?;
        }
    }
    Ok(())
}
