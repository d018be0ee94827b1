//! A workbook of figures: one row a candidate, by admission number.
use std::collections::HashMap;

use web::Message;

use super::{PartOutcome, read_cell};

/// How a heading names the admission number.
const NUMBER: [&str; 2] = ["准考证号", "Admission number"];
/// How a heading names the score.
const SCORE: [&str; 3] = ["分数", "成绩", "Score"];
/// What stands in the place of a score when nobody came.
const ABSENT: [&str; 3] = ["缺考", "absent", "Absent"];
/// The heading stands within so many rows: some put a title above it. Source: [own].
const HEADING_WITHIN: usize = 10;

/// Headings of the sheet to be filled in, in its order; the two that are read again come last.
pub const HEADINGS_ZH: [&str; 6] = ["考点", "考场", "座位", "职业等级", "准考证号", "分数"];
/// The same in English.
pub const HEADINGS_EN: [&str; 6] =
    ["Site", "Room", "Seat", "Occupation and level", "Admission number", "Score"];

/// One figure of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Number of its row, the first of the sheet being 1.
    pub row: usize,
    /// Admission number as written.
    pub number: String,
    /// What was written.
    pub outcome: PartOutcome,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Number of the row.
    pub row: usize,
    /// Key of the column's name.
    pub field: &'static str,
    /// What stands there.
    pub found: String,
    /// What should, and what to do.
    pub message: Message,
}

impl RowFault {
    /// A fault of the column with the admission number.
    #[must_use]
    pub fn number(row: usize, found: &str, message: impl Into<Message>) -> Self {
        Self { row, field: "assessment-number", found: found.to_owned(), message: message.into() }
    }

    /// A fault of the column with the score.
    #[must_use]
    pub fn score(row: usize, found: &str, message: impl Into<Message>) -> Self {
        Self { row, field: "assessment-score", found: found.to_owned(), message: message.into() }
    }
}

/// Reads the rows of a sheet. A row without a score is not filled in yet and is passed over.
///
/// # Errors
/// The sentence, when no row names the two columns.
pub fn read(rows: &[(usize, Vec<String>)]) -> Result<(Vec<Figure>, Vec<RowFault>), Message> {
    let place = |row: &[String], names: &[&str]| row.iter().position(|cell| names.contains(&cell.trim()));
    let heading = rows
        .iter()
        .take(HEADING_WITHIN)
        .enumerate()
        .find_map(|(at, (_, row))| Some((at, place(row, &NUMBER)?, place(row, &SCORE)?)));
    let Some((at, number_at, score_at)) = heading else { return Err("score-import-no-heading".into()) };
    let (mut figures, mut faults) = (Vec::new(), Vec::new());
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (row, cells) in rows.iter().skip(at + 1) {
        let cell = |place: usize| cells.get(place).map(|text| text.trim()).unwrap_or_default();
        let (number, score) = (cell(number_at), cell(score_at));
        if score.is_empty() {
            continue;
        }
        if number.is_empty() {
            faults.push(RowFault::number(*row, number, "score-import-no-number"));
            continue;
        }
        if let Some(earlier) = first.insert(number, *row) {
            let message = Message::new("score-import-twice").with("row", earlier);
            faults.push(RowFault::number(*row, number, message));
            continue;
        }
        let is_absent = ABSENT.contains(&score);
        match read_cell(if is_absent { "" } else { score }, is_absent) {
            Ok(Some(outcome)) => figures.push(Figure { row: *row, number: number.to_owned(), outcome }),
            Ok(None) => {}
            Err(_) => faults.push(RowFault::score(*row, score, "score-import-no-score")),
        }
    }
    Ok((figures, faults))
}

#[cfg(test)]
mod tests {
    use kernel::Score;

    use super::*;

    fn sheet(rows: &[&[&str]]) -> Vec<(usize, Vec<String>)> {
        (1..).zip(rows.iter().map(|row| row.iter().map(ToString::to_string).collect())).collect()
    }

    #[test]
    fn a_sheet_is_read_below_its_heading_wherever_its_columns_stand() {
        let rows = sheet(&[
            &["登分表"],
            &["分数", "", "准考证号"],
            &["61.5", "x", "2101004"],
            &["", "", "2101005"],
            &["缺考", "", "2101006"],
        ]);
        let (figures, faults) = read(&rows).unwrap();
        assert!(faults.is_empty(), "{faults:?}");
        let expected = [("2101004", PartOutcome::Scored(Score(6150))), ("2101006", PartOutcome::Absent)];
        let read: Vec<_> = figures.iter().map(|one| (one.number.as_str(), one.outcome)).collect();
        assert_eq!(read, expected);
        assert_eq!(figures[1].row, 5);
    }

    #[test]
    fn every_wrong_row_is_named_with_its_column_and_what_stands_there() {
        let rows = sheet(&[
            &["准考证号", "分数"],
            &["2101004", "160"],
            &["", "60"],
            &["2101005", "70"],
            &["2101005", "71"],
            &["2101006", "六十"],
        ]);
        let (figures, faults) = read(&rows).unwrap();
        assert_eq!(figures.len(), 1);
        let named: Vec<_> = faults.iter().map(|one| (one.row, one.field, one.found.as_str())).collect();
        let expected = [
            (2, "assessment-score", "160"),
            (3, "assessment-number", ""),
            (5, "assessment-number", "2101005"),
            (6, "assessment-score", "六十"),
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn a_file_without_its_two_columns_is_refused_as_a_whole() {
        let refused = read(&sheet(&[&["姓名", "分数"], &["某", "60"]])).unwrap_err();
        assert_eq!(refused.key, "score-import-no-heading");
        assert!(read(&[]).is_err());
    }

    #[test]
    fn the_sheet_we_give_out_is_the_sheet_we_read() {
        for headings in [HEADINGS_ZH, HEADINGS_EN] {
            let filled = ["南城考点", "1", "7", "三级", "2101004", "88"];
            let (figures, faults) = read(&sheet(&[&headings, &filled])).unwrap();
            assert_eq!((figures.len(), faults.len()), (1, 0));
        }
    }
}
