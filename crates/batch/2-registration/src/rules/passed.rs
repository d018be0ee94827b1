//! Parts that somebody passed earlier, and which of them a retake keeps.
use std::collections::HashMap;

use kernel::{Day, DocumentNumber, LevelCode, OccupationCode, PersonName, Score};
use scheme::ComponentKind;

use super::{
    draft::Scope,
    roster::{SheetRow, mistake},
    template::{Beside, Field, Template, Value},
    trouble::{Mistake, Trouble},
};

/// A part somebody passed, as a register states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// Who.
    pub name: PersonName,
    /// Their document.
    pub document: DocumentNumber,
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// The part.
    pub kind: ComponentKind,
    /// The day of the examination.
    pub passed_on: Day,
    /// Its score, where the register says.
    pub score: Option<Score>,
    /// What the register rests on.
    pub basis: String,
}

/// Name of a part in a register.
#[must_use]
pub fn part_name(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Theory => "理论知识",
        ComponentKind::Practical => "操作技能",
        ComponentKind::Panel => "综合评审",
        ComponentKind::Other => "其他",
    }
}

/// Reads the rows below the heading of a register.
///
/// # Errors
/// Everything that is wrong, row by row.
pub fn read(rows: &[SheetRow], template: &Template, scope: &Scope) -> Result<Vec<Passed>, Vec<Mistake>> {
    let (mut passed, mut wrong) = (Vec::new(), Vec::new());
    let mut seen: HashMap<(String, OccupationCode, LevelCode, ComponentKind), usize> = HashMap::new();
    for row in rows {
        let of =
            |(field, trouble)| mistake(template, row.row, field, template.cell(&row.cells, field), trouble);
        match read_row(row, template, scope) {
            Ok(one) => {
                let key = (one.document.key(), one.occupation_code.clone(), one.level_code.clone(), one.kind);
                let first = *seen.entry(key).or_insert(row.row);
                if first == row.row {
                    passed.push(one);
                } else {
                    wrong.push(of((Field::Document, Trouble::PersonTwice(first))));
                }
            }
            Err(troubles) => wrong.extend(troubles.into_iter().map(of)),
        }
    }
    if wrong.is_empty() { Ok(passed) } else { Err(wrong) }
}

fn read_row(row: &SheetRow, template: &Template, scope: &Scope) -> Result<Passed, Vec<(Field, Trouble)>> {
    let (mut values, mut wrong) = (HashMap::new(), Vec::new());
    let document_kind =
        template.word(Field::DocumentKind, &template.cell(&row.cells, Field::DocumentKind).text);
    for column in &template.columns {
        let beside = Beside { condition: "", document_kind, latest: scope.latest };
        match column.read(template.cell(&row.cells, column.field), beside) {
            Ok(Some(value)) => {
                values.insert(column.field, value);
            }
            Ok(None) => {}
            Err(trouble) => wrong.push((column.field, trouble)),
        }
    }
    let text = |field| match values.get(&field) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "",
    };
    let of_occupation: Vec<_> =
        scope.offers.iter().filter(|offer| offer.occupation_zh == text(Field::Occupation)).collect();
    let offer = of_occupation.iter().find(|offer| offer.level_zh == text(Field::Level));
    let offered = |names: Vec<&str>| {
        let mut names = names;
        names.dedup();
        names.join("、")
    };
    if of_occupation.is_empty() && values.contains_key(&Field::Occupation) {
        let names = scope.offers.iter().map(|offer| offer.occupation_zh.as_str()).collect();
        wrong.push((Field::Occupation, Trouble::OccupationNotOffered(offered(names))));
    } else if offer.is_none() && values.contains_key(&Field::Level) {
        let names = of_occupation.iter().map(|offer| offer.level_zh.as_str()).collect();
        wrong.push((Field::Level, Trouble::LevelNotOffered(offered(names))));
    }
    let part = ComponentKind::ALL.into_iter().find(|kind| part_name(*kind) == text(Field::Part));
    let basis = text(Field::Basis).to_owned();
    let (name, document, day, score) = (
        values.get(&Field::Name),
        values.get(&Field::Document),
        values.get(&Field::ExamDay),
        values.get(&Field::Score),
    );
    match (name, document, day, offer, part) {
        (
            Some(Value::Name(name)),
            Some(Value::Document(document)),
            Some(Value::Day(day)),
            Some(offer),
            Some(kind),
        ) if wrong.is_empty() => Ok(Passed {
            name: name.clone(),
            document: document.clone(),
            occupation_code: offer.occupation_code.clone(),
            level_code: offer.level_code.clone(),
            kind,
            passed_on: *day,
            score: if let Some(Value::Score(score)) = score { Some(*score) } else { None },
            basis,
        }),
        _ => Err(wrong),
    }
}

/// Whether a part passed on a day still counts in an examination: months are counted from day to day.
#[must_use]
pub fn counts(passed_on: Day, exam: Day, months: i64) -> bool {
    passed_on < exam && months_later(passed_on, months).is_none_or(|last| exam <= last)
}

/// The same day so many months later, or the last of a shorter month; none beyond the calendar.
fn months_later(day: Day, months: i64) -> Option<Day> {
    let count = i64::from(day.year()) * 12 + i64::from(day.month()) - 1 + months;
    let year = i16::try_from(count.div_euclid(12)).ok()?;
    let month = i8::try_from(count.rem_euclid(12) + 1).ok()?;
    (1..=day.day_of_month()).rev().find_map(|last| Day::new(year, month, last).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passed_part_counts_up_to_the_same_day_of_the_last_month() {
        let day = |text| Day::parse(text).unwrap();
        let exam = day("2021-05-22");
        for (passed_on, wanted) in [
            ("2020-05-22", true),
            ("2020-05-21", false),
            ("2020-11-21", true),
            ("2021-05-21", true),
            ("2021-05-22", false),
            ("2021-06-01", false),
        ] {
            assert_eq!(counts(day(passed_on), exam, 12), wanted, "{passed_on}");
        }
        // The last day of a month stands for the days it does not have.
        assert!(counts(day("2020-08-31"), day("2021-02-28"), 6));
        assert!(!counts(day("2020-08-31"), day("2021-03-01"), 6));
    }
}
