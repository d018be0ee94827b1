//! Typesetting the documents of this stage. They are Chinese whatever language the page has.
use std::sync::LazyLock;

use kernel::Day;
use print::{PrintRefused, Printer, Template};
use serde_json::{Map, Value};
use web::{Lang, Message, PageError, PageResult, Words};

/// The language of documents handed out.
pub(super) const ZH: Words = Words(Lang::Zh);

pub(super) const ADMISSION_TICKET: Template =
    Template { name: "admission_ticket", source: include_str!("../../documents/admission_ticket.typ") };
pub(super) const SIGN_IN_SHEET: Template =
    Template { name: "sign_in_sheet", source: include_str!("../../documents/sign_in_sheet.typ") };

/// Parses the fonts once, when the first document is asked for.
static PRINTER: LazyLock<Printer> = LazyLock::new(Printer::new);

/// Typesets away from the threads that answer requests.
pub(super) async fn pdf(
    template: Template,
    data: Value,
    pictures: Vec<(&'static str, Vec<u8>)>,
) -> PageResult<Vec<u8>> {
    let done = tokio::task::spawn_blocking(move || PRINTER.pdf(&template, &data, &pictures)).await;
    done.map_err(|error| PageError::Internal(error.to_string()))?.map_err(refusal)
}

fn refusal(refused: PrintRefused) -> PageError {
    match refused {
        PrintRefused::MissingGlyph { character, .. } => {
            PageError::Refused(Message::new("document-missing-glyph").with("a", character))
        }
        refused @ (PrintRefused::Layout { .. } | PrintRefused::BadImage { .. }) => {
            PageError::Internal(refused.to_string())
        }
    }
}

/// The labels a template names, each the sentence `PREFIX-name`.
pub(super) fn labels(prefix: &str, names: &[&str]) -> Map<String, Value> {
    let label = |name: &&str| {
        ((*name).to_owned(), Value::String(ZH.s(&format!("{prefix}-{}", name.replace('_', "-")))))
    };
    names.iter().map(label).collect()
}

/// `5月22日（星期六）`.
pub(super) fn day_text(day: Day) -> String {
    // 1 January 1970 was a Thursday; an instant of the day in China, eight hours before UTC.
    let days = day.at(8, 0).get().div_euclid(86_400_000_000);
    let weekday = ZH.s(&format!("ticket-weekday-{}", (days + 4).rem_euclid(7)));
    format!("{}月{}日（{weekday}）", day.month(), day.day_of_month())
}

/// A seat or room as doors and desks show it: two digits at least.
pub(super) fn two_digits(number: i64) -> String {
    format!("{number:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_number_is_left_to_the_template() {
        let labels = labels("sheet", &["page", "document_number"]);
        assert_eq!(labels["page"], "第 {page} 页　共 {pages} 页");
        assert_eq!(labels["document_number"], "证件号码");
    }

    #[test]
    fn the_founding_exam_was_on_a_saturday() {
        assert_eq!(day_text(Day::parse("2021-05-22").unwrap()), "5月22日（星期六）");
        assert_eq!(day_text(Day::parse("1969-12-28").unwrap()), "12月28日（星期日）");
    }
}
