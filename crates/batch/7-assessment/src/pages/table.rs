//! A table of admission numbers with a figure to enter beside each: what clerks and examiners share.
use kernel::AdmissionNumber;
use serde::Deserialize;
use web::{Form, Message, Words};

use crate::{
    Candidate,
    rules::{PartOutcome, read_cell},
};

/// Rows on one page: about as many as a person enters before a break.
const ROWS: usize = 60;

/// What the address of a table says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TableQuery {
    /// Part.
    pub component: String,
    /// `open` or `sealed`.
    pub show: String,
    /// Page, from 1.
    pub page: usize,
}

impl TableQuery {
    /// Whether the visitor wants what they have finished.
    pub fn is_sealed(&self) -> bool {
        self.show == "sealed"
    }
}

/// One row for one person: nothing of anybody else's stands in it.
pub struct Row {
    /// On the ticket and on the script.
    pub number: AdmissionNumber,
    /// This person's own figure.
    pub own: Option<PartOutcome>,
    /// Whether a figure may be entered.
    pub is_open: bool,
    /// Key of a remark.
    pub note: &'static str,
    /// Class of the remark's tag.
    pub class: &'static str,
}

impl Row {
    /// The own figure in words.
    pub fn own_text(&self, t: Words) -> String {
        match self.own {
            Some(PartOutcome::Scored(score)) => score.short(),
            Some(PartOutcome::Absent) => t.s("assessment-absent"),
            None => String::new(),
        }
    }
}

/// One page of rows.
pub struct Pages {
    /// This page, from 1.
    pub page: usize,
    /// How many pages there are, at least 1.
    pub last: usize,
    /// All rows.
    pub total: usize,
}

/// Cuts one page out of the rows.
pub fn cut(rows: &mut Vec<Row>, page: usize) -> Pages {
    let total = rows.len();
    let last = total.div_ceil(ROWS).max(1);
    let page = page.clamp(1, last);
    let first = (page - 1) * ROWS;
    rows.drain(..first);
    rows.truncate(ROWS);
    Pages { page, last, total }
}

/// A figure as sent, with the field it stands in.
pub struct Cell {
    /// Field the mistake belongs to.
    pub field: String,
    /// Admission number as sent.
    pub number: String,
    /// What was entered.
    pub outcome: PartOutcome,
}

/// Reads every figure of the table; what is no figure is marked in the form.
pub fn read_cells(form: &mut Form) -> Vec<Cell> {
    let sent: Vec<(String, String)> =
        form.with_prefix("score-").map(|(number, value)| (number.to_owned(), value.to_owned())).collect();
    let mut cells = Vec::new();
    for (number, value) in sent {
        let is_absent = !form.value(&format!("absent-{number}")).is_empty();
        let field = format!("score-{number}");
        match read_cell(&value, is_absent) {
            Ok(Some(outcome)) => cells.push(Cell { field, number, outcome }),
            Ok(None) => {}
            Err(message) => form.refuse(&field, at_number(&number, &message)),
        }
    }
    cells
}

/// Reads pasted lines `admission number,score`; an absent candidate is `缺考` or `absent`.
pub fn read_lines(form: &mut Form) -> Vec<Cell> {
    let mut cells = Vec::new();
    let text = form.value("lines").to_owned();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (number, value) = line.split_once([',', '，', '\t']).unwrap_or((line, ""));
        let (number, value) = (number.trim(), value.trim());
        let is_absent = matches!(value, "缺考" | "absent");
        match read_cell(if is_absent { "" } else { value }, is_absent) {
            Ok(Some(outcome)) => cells.push(Cell { field: "lines".into(), number: number.into(), outcome }),
            Ok(None) => {
                form.refuse("lines", Message::new("assessment-line-without-score").with("number", number))
            }
            Err(message) => form.refuse("lines", at_number(number, &message)),
        }
    }
    cells
}

/// A sentence about one row names the row.
pub fn at_number(number: &str, message: &Message) -> Message {
    match message.key {
        "assessment-score-and-absent" => Message::new("assessment-score-and-absent"),
        "value-score" => Message::new("assessment-no-score"),
        key => Message::new(key),
    }
    .with("number", number)
}

/// The candidate with this admission number, among those the person may enter.
pub fn find<'a>(candidates: &[&'a Candidate], number: &str) -> Option<&'a Candidate> {
    candidates.iter().find(|candidate| candidate.number.as_str() == number).copied()
}
