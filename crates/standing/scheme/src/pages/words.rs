//! How codes of the scheme are called on its pages.
use kernel::{Day, LevelCode};
use web::{Message, Words};

use crate::{
    Combination, Component, Confidence, Delivery, Level, LevelList, Rounding, Scoring, Standard, Validity,
};

/// How a row stands on a day: class of its tag and key of its word.
pub fn standing(validity: &Validity, day: Day) -> (&'static str, &'static str) {
    if validity.covers(day) {
        ("tag done", "scheme-in-force")
    } else if validity.valid_from > day {
        ("tag wait", "scheme-to-come")
    } else {
        ("tag", "scheme-ended")
    }
}

/// From when until when a row is in force.
pub fn span(validity: &Validity, t: Words) -> String {
    let message = match validity.valid_to {
        Some(to) => Message::new("scheme-valid-between").with("from", validity.valid_from).with("to", to),
        None => Message::new("scheme-valid-since").with("from", validity.valid_from),
    };
    t.message(&message)
}

/// What a grade of confidence means.
pub fn confidence(grade: Confidence) -> &'static str {
    match grade {
        Confidence::A => "scheme-confidence-a",
        Confidence::B => "scheme-confidence-b",
        Confidence::C => "scheme-confidence-c",
        Confidence::D => "scheme-confidence-d",
    }
}

/// How a component is sat.
pub fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Paper => "scheme-delivery-paper",
        Delivery::Computer => "scheme-delivery-computer",
        Delivery::OnSite => "scheme-delivery-on-site",
    }
}

/// How a component gets its score: who scores, how several scores become one, how it is rounded.
pub fn scoring(component: &Component, t: Words) -> String {
    let rounding = match component.rounding {
        Rounding::HundredthHalfUp => "scheme-rounding-hundredth",
        Rounding::WholeHalfUp => "scheme-rounding-whole",
    };
    let scores = match (component.scoring, component.combination) {
        (Scoring::Objective, _) => t.s("scheme-scoring-objective"),
        (Scoring::SealedScores, Combination::Single) => t.s("scheme-scoring-single"),
        (Scoring::SealedScores, Combination::Mean) => t.n("scheme-scoring-mean", component.examiners),
        (Scoring::SealedScores, Combination::TrimmedMean) => {
            t.n("scheme-scoring-trimmed", component.examiners)
        }
    };
    let third = component.third_on_difference.map(|limit| t.a("scheme-third-examiner", limit));
    [Some(scores), Some(t.s(rounding)), third]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(&t.s("scheme-and"))
}

/// The version of a standard: data keep it as `2018 generation`.
pub fn version(standard: &Standard, t: Words) -> String {
    let year = standard.version.strip_suffix(" generation");
    year.map_or_else(|| standard.version.clone(), |year| t.a("scheme-generation", year))
}

/// The full name of a level; its code where the ladder has no such level.
pub fn level(levels: &[Level], code: &LevelCode, t: Words) -> String {
    let found = levels.iter().find(|level| level.code == *code);
    found.map_or_else(|| code.to_string(), |level| t.pick(&level.name_zh, &level.name_en).to_owned())
}

/// The full names of several levels.
pub fn level_list(levels: &[Level], list: &LevelList, t: Words) -> Vec<String> {
    list.codes().iter().map(|code| level(levels, code, t)).collect()
}

/// Several levels in few words: 五级–一级. Empty where none is known.
pub fn level_span(levels: &[Level], list: &LevelList, t: Words) -> String {
    let short = |code: &LevelCode| {
        let name = level(levels, code, t);
        name.split('/').next().unwrap_or(&name).trim().to_owned()
    };
    match list.codes() {
        [] => String::new(),
        [only] => short(only),
        [first, .., last] => format!("{}–{}", short(first), short(last)),
    }
}

/// The name of a paper that proves a clause.
pub fn material(code: &str, t: Words) -> String {
    match code {
        "prior_certificate" => t.s("scheme-material-prior-certificate"),
        "work_proof" => t.s("scheme-material-work-proof"),
        "diploma" => t.s("scheme-material-diploma"),
        other => other.to_owned(),
    }
}

/// The name of a fact an applicant states; none where the data name it in Chinese already.
pub fn fact(code: &str, t: Words) -> Option<String> {
    (code == "preparatory_technician_certificate").then(|| t.s("scheme-fact-preparatory-technician"))
}
