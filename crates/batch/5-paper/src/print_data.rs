//! What the templates in `documents/` print: the fields their headers list, in words.
use itembank::ItemKind;
use kernel::{Day, Score};
use plan::BatchLevel;
use serde_json::{Value, json};
use web::{Message, Words};

use crate::{Form, FormItem};

/// What a document says beside the form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printed<'a> {
    /// Name of the batch.
    pub plan: &'a str,
    /// Occupation and level.
    pub level: &'a BatchLevel,
    /// The day it is sat: the document's own date.
    pub day: Day,
}

/// Choices a judgement has on the answer sheet.
const JUDGEMENT_CHOICES: usize = 2;
/// Section numbers as papers write them.
const SECTION_NUMBERS: [&str; 3] = ["一", "二", "三"];

/// The code in the footer: batch, occupation, level, letter and the first digits of the content's digest.
pub(crate) fn form_code(form: &Form) -> String {
    let head: String = form.digest.as_str().chars().take(8).collect();
    format!(
        "{}-{}-{}-{}-{head}",
        form.batch_code,
        form.occupation_code,
        form.level_code,
        form.letter.as_str()
    )
}

/// `data.json` of `form.typ`: the questions, never a key.
pub(crate) fn paper_data(t: Words, form: &Form, items: &[FormItem], printed: &Printed<'_>) -> Value {
    let letter = form.letter.as_str();
    let level = printed.level;
    let total: i64 = items.iter().map(|item| item.points.0).sum();
    json!({
        "language": "zh",
        "title": format!("{} {} {letter}", level.occupation_zh, level.level_zh),
        "date": printed.day.to_string(),
        "labels": {
            "secrecy": t.s("paper-print-secrecy"), "paper": t.s("paper-print-paper"), "form": t.s("paper-print-form"),
            "duration": t.s("paper-print-duration"), "total": t.s("paper-print-total"),
            "items": t.s("paper-print-items"), "name": t.s("paper-print-name"), "number": t.s("paper-print-number"),
            "seat": t.s("paper-print-seat"), "rules": t.s("paper-print-rules"), "page": t.s("paper-print-page"),
            "end": t.s("paper-print-end"), "blank": t.s("paper-print-blank"),
        },
        "plan": printed.plan,
        "occupation": level.occupation_zh,
        "level": level.level_zh,
        "form": letter,
        "code": form_code(form),
        "duration": t.n("paper-print-minutes", form.minutes),
        "total": t.a("paper-print-points", Score(total).short()),
        "items": t.n("paper-print-count", items.len()),
        "rules": [t.s("paper-print-rule-1"), t.s("paper-print-rule-2"), t.s("paper-print-rule-3")],
        "sections": sections(items).map(|(number, kind, items)| paper_section(t, number, kind, &items))
            .collect::<Vec<_>>(),
    })
}

/// The items by kind, with the number of the section; a kind without items is left out.
fn sections(items: &[FormItem]) -> impl Iterator<Item = (&'static str, ItemKind, Vec<&FormItem>)> {
    let of = |kind| items.iter().filter(move |item| item.kind == kind).collect::<Vec<_>>();
    let there =
        ItemKind::ALL.into_iter().map(move |kind| (kind, of(kind))).filter(|(_, items)| !items.is_empty());
    SECTION_NUMBERS.into_iter().zip(there).map(|(number, (kind, items))| (number, kind, items))
}

fn paper_section(t: Words, number: &str, kind: ItemKind, items: &[&FormItem]) -> Value {
    let points: i64 = items.iter().map(|item| item.points.0).sum();
    let key = match kind {
        ItemKind::Single => "paper-print-note-single",
        ItemKind::Multiple => "paper-print-note-multiple",
        ItemKind::Judgement => "paper-print-note-judgement",
    };
    let number_of = |item: Option<&&FormItem>| item.map_or(0, |item| item.no);
    let note = Message::new(key)
        .with("from", number_of(items.first()))
        .with("to", number_of(items.last()))
        .with("points", Score(points).short());
    json!({
        "heading": format!("{number}、{}", t.s(section_name(kind))),
        "note": t.message(&note),
        "kind": kind.code(),
        "items": items.iter().map(|item| json!({
            "number": item.no,
            "stem": format!("{}{}", t.a("paper-print-worth", item.points.short()), item.stem),
            "options": ('A'..='Z').zip(&item.options)
                .map(|(letter, text)| json!({ "letter": letter, "text": text })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

fn section_name(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Single => "paper-print-single",
        ItemKind::Multiple => "paper-print-multiple",
        ItemKind::Judgement => "paper-print-judgement",
    }
}

/// `data.json` of `answer_sheet.typ`: a sheet without a name, for `digits` digits of the admission number.
pub(crate) fn answer_sheet_data(
    t: Words,
    form: &Form,
    items: &[FormItem],
    printed: &Printed<'_>,
    digits: i64,
) -> Value {
    let choices = |item: &FormItem| match item.kind {
        ItemKind::Judgement => JUDGEMENT_CHOICES,
        ItemKind::Single | ItemKind::Multiple => item.options.len(),
    };
    let section = |(_, kind, items): (&str, ItemKind, Vec<&FormItem>)| {
        json!({
            "name": t.s(section_name(kind)),
            "kind": kind.code(),
            "items": items.iter().map(|item| json!({ "number": item.no, "choices": choices(item) }))
                .collect::<Vec<_>>(),
        })
    };
    let level = printed.level;
    json!({
        "language": "zh",
        "title": form_code(form),
        "date": printed.day.to_string(),
        "labels": {
            "heading": t.s("paper-print-sheet"), "name": t.s("paper-print-name"), "seat": t.s("paper-print-seat"),
            "number": t.s("paper-print-number-fill"), "form": t.s("paper-print-form-mark"),
            "absent": t.s("paper-print-absent"), "absent_note": t.s("paper-print-absent-note"),
            "right": t.s("paper-print-right"), "wrong": t.s("paper-print-wrong"),
            "rules": t.s("paper-print-rules"),
            "yes": t.s("item-judgement-true"), "no": t.s("item-judgement-false"),
        },
        "plan": printed.plan,
        "occupation": level.occupation_zh,
        "level": level.level_zh,
        "code": form_code(form),
        "number_length": digits,
        "candidate": Value::Null,
        "forms": [form.letter.as_str()],
        "qr": "qr.svg",
        "rules": [t.s("paper-print-sheet-rule-1"), t.s("paper-print-sheet-rule-2")],
        "sections": sections(items).map(section).collect::<Vec<_>>(),
    })
}
