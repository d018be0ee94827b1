//! A clause's condition in words: what the machine will hold against an application.
use std::fmt::Write as _;

use kernel::LevelCode;
use web::{Markup, Message, Words, escape};

use super::words;
use crate::{Level, Predicate};

/// The condition as a list, its parts as lists below it.
pub fn condition(predicate: &Predicate, levels: &[Level], t: Words) -> Markup {
    let mut html = String::from("<ul>");
    item(predicate, levels, t, &mut html);
    html.push_str("</ul>");
    Markup(html)
}

fn item(predicate: &Predicate, levels: &[Level], t: Words, html: &mut String) {
    if let Predicate::All(parts) = predicate {
        return list("scheme-if-all", parts, levels, t, html);
    }
    if let Predicate::Any(parts) = predicate {
        return list("scheme-if-any", parts, levels, t, html);
    }
    let _ = write!(html, "<li>{}</li>", leaf(predicate, levels, t));
}

fn list(key: &str, parts: &[Predicate], levels: &[Level], t: Words, html: &mut String) {
    let _ = write!(html, "<li>{}<ul>", escape(&t.s(key)));
    for part in parts {
        item(part, levels, t, html);
    }
    html.push_str("</ul></li>");
}

/// One leaf; legal words of the registration form stay Chinese and say so.
fn leaf(predicate: &Predicate, levels: &[Level], t: Words) -> String {
    let years = |key, years: &i64| escape(&t.n(key, years));
    let at = |key, level: &LevelCode| escape(&t.a(key, words::level(levels, level, t)));
    let at_for = |key, level: &LevelCode, years: &i64| {
        escape(&t.message(&Message::new(key).with("level", words::level(levels, level, t)).with("n", years)))
    };
    // Chinese text sets no blank before a word it quotes.
    let blank = t.pick("", " ");
    let chinese = |text: &str| format!("{blank}<span lang=\"zh-CN\">{}</span>", escape(text));
    match predicate {
        Predicate::All(_) | Predicate::Any(_) => String::new(),
        Predicate::AgeAtLeast { years: n } => years("scheme-if-age", n),
        Predicate::WorkYearsTotalAtLeast { years: n } => years("scheme-if-work-total", n),
        Predicate::WorkYearsAfterLevelAtLeast { level, years } => {
            at_for("scheme-if-work-after-level", level, years)
        }
        Predicate::HoldsCertificate { level } => at("scheme-if-certificate", level),
        Predicate::CertificateAgeAtLeast { level, years } => {
            at_for("scheme-if-certificate-age", level, years)
        }
        Predicate::HoldsTitle { grade } => escape(&t.s("scheme-if-title")) + &chinese(grade),
        Predicate::WorkYearsAfterTitleAtLeast { grade, years: n } => {
            years("scheme-if-work-after-title", n) + &chinese(grade)
        }
        Predicate::Diploma { kinds, majors, evaluated, in_school_ok } => {
            let mut text = escape(&t.s("scheme-if-diploma")) + &chinese(&kinds.join("、"));
            if !majors.is_empty() {
                text += &escape(&t.s("scheme-if-major"));
                text += &chinese(&majors.join("、"));
            }
            if *evaluated {
                text += &escape(&t.s("scheme-if-evaluated"));
            }
            if *in_school_ok {
                text += &escape(&t.s("scheme-if-in-school"));
            }
            text
        }
        Predicate::MeasureAtLeast { measure, at_least } => {
            years("scheme-if-measure", at_least) + &chinese(measure)
        }
        Predicate::Stated { fact } => {
            let known = words::fact(fact, t).map(|words| format!("{blank}{}", escape(&words)));
            escape(&t.s("scheme-if-stated")) + &known.unwrap_or_else(|| chinese(fact))
        }
    }
}

#[cfg(test)]
mod tests {
    use web::Lang;

    use super::*;

    #[test]
    fn every_leaf_has_words_in_both_languages_and_quotes_legal_terms_as_chinese() {
        let text = r#"{"all":[{"holds_certificate":{"level":"4"}},{"any":[
            {"age_at_least":{"years":16}},{"work_years_total_at_least":{"years":6}},
            {"work_years_after_level_at_least":{"level":"4","years":5}},
            {"certificate_age_at_least":{"level":"4","years":2}},{"holds_title":{"grade":"初级"}},
            {"work_years_after_title_at_least":{"grade":"初级","years":3}},
            {"diploma":{"kinds":["大专"],"majors":["人力资源"],"evaluated":true,"in_school_ok":true}},
            {"measure_at_least":{"measure":"公里","at_least":100}},{"stated":{"fact":"学徒期满"}}]}]}"#;
        let predicate = Predicate::parse(text).unwrap();
        for lang in [Lang::Zh, Lang::En] {
            let html = condition(&predicate, &[], Words(lang)).0;
            assert_eq!(html.matches("<li>").count(), 12, "{html}");
            assert!(!html.contains("scheme-if"), "{html}");
        }
        let english = condition(&predicate, &[], Words(Lang::En)).0;
        let outside: String = english
            .split("<span lang=\"zh-CN\">")
            .map(|part| part.split_once("</span>").map_or(part, |(_, rest)| rest))
            .collect();
        assert!(outside.is_ascii(), "Chinese outside its element: {outside}");
        assert!(english.contains("<span lang=\"zh-CN\">大专</span>"));
    }
}
