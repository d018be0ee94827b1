//! Typesetting the documents of this stage. They are Chinese whatever language the page has.
pub(crate) mod room;
pub(crate) mod ticket;

use kernel::Day;
use print::{PrintRefused, Template};
use serde_json::{Map, Value};
use web::{Lang, Message, PageError, PageResult, Words};

/// The language of documents handed out.
pub(crate) const ZH: Words = Words(Lang::Zh);

pub(crate) const ADMISSION_TICKET: Template =
    Template { name: "admission_ticket", source: include_str!("../documents/admission_ticket.typ") };
pub(crate) const SIGN_IN_SHEET: Template =
    Template { name: "sign_in_sheet", source: include_str!("../documents/sign_in_sheet.typ") };
pub(crate) const DOOR_LIST: Template =
    Template { name: "door_list", source: include_str!("../documents/door_list.typ") };
pub(crate) const SEAT_CARD: Template =
    Template { name: "seat_card", source: include_str!("../documents/seat_card.typ") };

/// One document to be typeset: its template, its content, the pictures it names.
pub(crate) struct Document {
    pub template: Template,
    pub data: Value,
    pub pictures: Vec<(String, Vec<u8>)>,
}

/// Typesets away from the threads that answer requests.
pub(crate) async fn pdf(document: Document) -> PageResult<Vec<u8>> {
    typeset(document).await?.map_err(refusal)
}

/// The same, with the printer's own refusal.
pub(crate) async fn typeset(document: Document) -> PageResult<Result<Vec<u8>, PrintRefused>> {
    let Document { template, data, pictures } = document;
    let done = tokio::task::spawn_blocking(move || {
        let pictures: Vec<(&str, Vec<u8>)> =
            pictures.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        template.pdf(&data, &pictures)
    });
    done.await.map_err(|error| PageError::Internal(error.to_string()))
}

pub(crate) fn refusal(refused: PrintRefused) -> PageError {
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
pub(crate) fn labels(prefix: &str, names: &[&str]) -> Map<String, Value> {
    let label = |name: &&str| {
        ((*name).to_owned(), Value::String(ZH.s(&format!("{prefix}-{}", name.replace('_', "-")))))
    };
    names.iter().map(label).collect()
}

/// `5月22日（星期六）`.
pub(crate) fn day_text(day: Day) -> String {
    // 1 January 1970 was a Thursday; an instant of the day in China, eight hours before UTC.
    let days = day.at(8, 0).get().div_euclid(86_400_000_000);
    let weekday = ZH.s(&format!("ticket-weekday-{}", (days + 4).rem_euclid(7)));
    format!("{}月{}日（{weekday}）", day.month(), day.day_of_month())
}

/// A seat or room as doors and desks show it: two digits at least.
pub(crate) fn two_digits(number: i64) -> String {
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
