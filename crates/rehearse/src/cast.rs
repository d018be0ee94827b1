//! The people of a batch, and what should become of each.
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use kernel::Sex;

use crate::{Fault, Result};

/// The canonical thirty, as a registration point would send them.
const ROSTER: &[u8] = include_bytes!("../../../data/demo/roster-30.xlsx");
/// What should become of each, written by hand.
const EXPECTED: &str = include_str!("../../../data/demo/roster-30-expected.csv");

/// One person of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person's line of the roster, a cell for each column.
    pub cells: Vec<String>,
    /// 序号 in the roster.
    pub serial: String,
    /// Name.
    pub name: String,
    /// Mobile phone.
    pub phone: String,
    /// Sex, as the roster states it.
    pub sex: Sex,
    /// `admit`, `return` or `refuse`.
    pub decision: String,
    /// `computer`, `paper` or nothing.
    pub delivery: String,
    /// `pass`, `fail`, `absent` or nothing.
    pub theory: String,
    /// Sealed scores of the practical part.
    pub practical: Vec<String>,
    /// Sealed scores of the panel.
    pub panel: Vec<String>,
    /// `pass`, `fail`, `absent` or nothing.
    pub result: String,
    /// `certificate` or something else.
    pub outcome: String,
}

impl Member {
    /// Whether the application is accepted.
    #[must_use]
    pub fn is_admitted(&self) -> bool {
        self.decision == "admit"
    }

    /// Whether the person does not come to the exam.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.theory == "absent"
    }

    /// Whether the person comes to a computer room.
    #[must_use]
    pub fn sits_at_a_computer(&self) -> bool {
        self.delivery == "computer" && !self.is_absent()
    }
}

/// The people of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// Columns of the roster.
    pub header: Vec<String>,
    /// Everybody, in the order of the roster.
    pub members: Vec<Member>,
    /// The roster as a file.
    pub roster: Vec<u8>,
}

impl Cast {
    /// The canonical thirty.
    ///
    /// # Errors
    /// When roster and table do not belong together.
    pub fn canonical() -> Result<Self> {
        let wrong = |said: &str| Fault::at("roster-30", said);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(ROSTER)).map_err(|error| wrong(&error.to_string()))?;
        let sheet = book.worksheet_range_at(0).ok_or_else(|| wrong("no sheet"))?;
        let sheet = sheet.map_err(|error| wrong(&error.to_string()))?;
        let mut rows = sheet.rows().map(|row| row.iter().map(text).collect::<Vec<String>>());
        let header = rows.next().ok_or_else(|| wrong("no header"))?;
        let mut members = Vec::new();
        for (cells, line) in rows.zip(expected()) {
            let member = member(&header, cells, &line);
            if !line.iter().any(|(name, value)| *name == "name" && *value == member.name) {
                return Err(wrong(&format!("row {} and its expectation disagree", member.serial)));
            }
            members.push(member);
        }
        Ok(Self { header, members, roster: ROSTER.to_vec() })
    }

    /// Those whose application is accepted.
    pub fn admitted(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.is_admitted())
    }

    /// The column of the roster with this heading.
    #[must_use]
    pub fn column(&self, heading: &str) -> Option<usize> {
        self.header.iter().position(|known| known == heading)
    }
}

type Line<'a> = Vec<(&'a str, &'a str)>;

/// The lines of the table of expectations, each cell with its heading.
fn expected() -> impl Iterator<Item = Line<'static>> {
    let mut lines = EXPECTED.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    lines.map(move |line| header.iter().copied().zip(line.split(',')).collect())
}

fn member(header: &[String], cells: Vec<String>, line: &Line<'_>) -> Member {
    let roster = |heading: &str| {
        let at = header.iter().position(|known| known == heading);
        at.and_then(|at| cells.get(at)).cloned().unwrap_or_default()
    };
    let cell = |name: &str| {
        let found = line.iter().find(|(known, _)| *known == name);
        found.map_or_else(String::new, |(_, value)| (*value).to_owned())
    };
    let scores = |name: &str| cell(name).split_whitespace().map(ToOwned::to_owned).collect();
    Member {
        serial: roster("序号"),
        name: roster("姓名"),
        phone: roster("手机号码"),
        sex: if roster("性别") == "男" { Sex::Male } else { Sex::Female },
        decision: cell("decision"),
        delivery: cell("theory_delivery"),
        theory: cell("theory"),
        practical: scores("practical_scores"),
        panel: scores("panel_scores"),
        result: cell("result"),
        outcome: cell("outcome"),
        cells,
    }
}

fn text(cell: &Data) -> String {
    cell.to_string()
}
