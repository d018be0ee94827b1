//! A table of admission numbers with a figure to enter beside each: what clerks and examiners share.
use std::collections::HashMap;

use ::store::Tx;
use kernel::AdmissionNumber;
use plan::{BatchComponent, BatchLevel};
use serde::Deserialize;
use web::{Form, Message, Words};

use crate::{
    room::{RoomRoll, Target},
    rules::{PartOutcome, read_cell},
};

/// What the address of a sheet says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TableQuery {
    /// `open` or `sealed`.
    pub show: String,
}

impl TableQuery {
    /// Whether the visitor wants what they have finished.
    pub fn is_sealed(&self) -> bool {
        self.show == "sealed"
    }
}

/// Where a sheet lies: its address and the way back.
pub struct Place {
    /// Address of the list of rooms.
    pub rooms: String,
    /// Address of the sheet.
    pub address: String,
    /// Site, by id and name.
    pub site: (String, String),
    /// Number of the exam room at its site.
    pub ordinal: i64,
    /// Name on the door.
    pub room: String,
    /// When its sitting begins.
    pub starts_at: String,
}

/// Finds the names of a room.
pub async fn place(tx: &mut Tx, rooms: &str, roll: &RoomRoll, t: Words) -> sqlx::Result<Place> {
    let site = venue::site(tx, &roll.room.site_id).await?;
    let name = site.map(|site| t.pick(&site.name_zh, &site.name_en).to_owned()).unwrap_or_default();
    Ok(Place {
        rooms: rooms.to_owned(),
        address: format!("{rooms}/rooms/{}", roll.room.id),
        site: (roll.room.site_id.to_string(), name),
        ordinal: roll.room.ordinal,
        room: t.pick(&roll.room.room_name, &roll.room.room_name_en).to_owned(),
        starts_at: roll.sitting.starts_at.text(),
    })
}

/// Occupation and level of each part in words.
pub fn levels(levels: &[BatchLevel], parts: &[BatchComponent], t: Words) -> HashMap<String, String> {
    parts.iter().map(|part| (part.id.clone(), super::overview::level_name(levels, part, t))).collect()
}

/// One row for one person: nothing of anybody else's stands in it.
pub struct Row {
    /// On the ticket and on the script.
    pub number: AdmissionNumber,
    /// Part of the batch.
    pub part: String,
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
pub fn find<'a>(targets: &'a [Target], number: &str) -> Option<&'a Target> {
    targets.iter().find(|target| target.number.as_str() == number)
}
