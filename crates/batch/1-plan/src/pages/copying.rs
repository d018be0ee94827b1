//! The form filled from a plan: from the draft that is changed, or from the plan a new one is made like.
use scheme::{ComponentKind, Delivery};
use web::Form;

use super::seating;
use crate::store::Plan;

/// What a new plan does not take over: its code, and every day. A day of the last batch that stays by
/// mistake would be published.
const OWN: [&str; 9] = [
    "code",
    "registration_from",
    "registration_to",
    "review_to",
    "payment_to",
    "tickets_from",
    "reference",
    "exam",
    "seen_version",
];

/// The form of a new plan like this one: titles, levels, ways to sit, points, sites and times of day.
pub(super) fn fill_new(plan: &Plan) -> Form {
    fill(plan).without(&OWN)
}

/// The form as the draft would have been sent.
pub(super) fn fill(plan: &Plan) -> Form {
    let day = |code: &str, first: bool| {
        let window = plan.windows.iter().find(|window| window.code == code);
        window.map_or_else(String::new, |window| {
            if first { window.opens_at.day().to_string() } else { window.last_day().to_string() }
        })
    };
    let time = |kind| {
        let part = plan.components.iter().find(|part| part.kind == kind);
        part.map_or_else(String::new, |part| part.starts_at.clock_text())
    };
    let mut pairs = vec![
        ("code".to_owned(), plan.batch.code.to_string()),
        ("title_zh".to_owned(), plan.batch.title_zh.clone()),
        ("title_en".to_owned(), plan.batch.title_en.clone()),
        ("registration_from".to_owned(), day("registration", true)),
        ("registration_to".to_owned(), day("registration", false)),
        ("review_to".to_owned(), day("review", false)),
        ("payment_to".to_owned(), day("payment", false)),
        ("tickets_from".to_owned(), day("tickets", true)),
        ("reference".to_owned(), plan.batch.reference_date.to_string()),
        ("exam".to_owned(), plan.batch.exam_date.to_string()),
        ("theory_at".to_owned(), time(ComponentKind::Theory)),
        ("practical_at".to_owned(), time(ComponentKind::Practical)),
        ("panel_at".to_owned(), time(ComponentKind::Panel)),
        ("seen_version".to_owned(), plan.batch.version.to_string()),
    ];
    pairs.extend(seating::fill(plan));
    for level in &plan.levels {
        pairs.push(("scope".to_owned(), format!("{}:{}", level.occupation_code, level.level_code)));
    }
    for part in plan.components.iter().filter(|part| part.kind == ComponentKind::Theory) {
        let value = if part.delivery == Delivery::Paper { "paper" } else { "computer" };
        pairs.push((format!("delivery-{}", part.occupation_code), value.to_owned()));
    }
    let borrowed: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Form::filled(&borrowed)
}

#[cfg(test)]
mod tests {
    use kernel::{BatchCode, Day, OrgPath};

    use super::*;
    use crate::{Batch, store::Window};

    #[test]
    fn a_new_plan_takes_over_everything_but_the_code_and_the_days() {
        let day = |text| Day::parse(text).unwrap();
        let batch = Batch {
            code: BatchCode::parse("2021-01").unwrap(),
            title_zh: "统一认定".to_owned(),
            title_en: "Unified certification".to_owned(),
            org_path: OrgPath::parse("/demo").unwrap(),
            reference_date: day("2021-04-30"),
            exam_date: day("2021-05-22"),
            version: 3,
            published_at: None,
        };
        let window = Window {
            code: "registration".to_owned(),
            opens_at: day("2021-03-16").at(0, 0),
            closes_at: day("2021-05-01").at(0, 0),
        };
        let plan = Plan { batch, levels: vec![], components: vec![], points: vec![], windows: vec![window] };
        let (same, new) = (fill(&plan), fill_new(&plan));
        assert_eq!((same.value("code"), same.value("exam")), ("2021-01", "2021-05-22"));
        assert_eq!((same.value("registration_to"), same.value("seen_version")), ("2021-04-30", "3"));
        assert!(OWN.iter().all(|name| new.value(name).is_empty()));
        assert_eq!(new.value("title_zh"), "统一认定");
    }
}
