//! The leaves of a condition, each held against the facts.
use kernel::{Day, LevelCode};

use super::evaluation::{Facts, Finding, Truth};

/// The smallest number of completed years a leaf asks for, and the number found, if it is known.
struct Years {
    required: i64,
    found: Option<i64>,
}

impl Years {
    fn finding(self, what: &str, subject: &str, zh: &str, en: &str) -> Finding {
        let Self { required, found } = self;
        let met = match found {
            Some(years) if years >= required => Truth::Met,
            Some(_) => Truth::Unmet,
            None => Truth::Missing,
        };
        let (found_zh, found_en) = match found {
            Some(years) => (format!("现有 {years} 年"), format!("{years} found")),
            None => ("没有可计算的日期".to_owned(), "no date to count from".to_owned()),
        };
        Finding {
            what: what.to_owned(),
            subject: subject.to_owned(),
            required: required.to_string(),
            found: found.map(|years| years.to_string()).unwrap_or_default(),
            met,
            about_zh: zh.to_owned(),
            about_en: en.to_owned(),
            text_zh: format!("{zh}要求满 {required} 年，{found_zh}"),
            text_en: format!("{en}: {required} years required, {found_en}"),
        }
    }
}

fn thing(what: &str, subject: &str, found: &str, met: Truth, zh: &str, en: &str) -> Finding {
    let (state_zh, state_en) = match met {
        Truth::Met => ("符合", "met"),
        Truth::Missing => ("缺少证明", "evidence missing"),
        Truth::Unmet => ("不符合", "not met"),
    };
    Finding {
        what: what.to_owned(),
        subject: subject.to_owned(),
        required: subject.to_owned(),
        found: found.to_owned(),
        met,
        about_zh: zh.to_owned(),
        about_en: en.to_owned(),
        text_zh: format!("{zh}：{state_zh}"),
        text_en: format!("{en}: {state_en}"),
    }
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Where the applicant has not said which certificate he holds, a paper is missing; where he said
/// another one, the condition is not met.
fn holds_level(facts: &Facts, level: &LevelCode) -> Truth {
    match (&facts.prior_level, given(facts.prior_certificate_no.as_ref())) {
        (Some(held), _) if held != level => Truth::Unmet,
        (Some(_), Some(_)) => Truth::Met,
        (Some(_) | None, _) => Truth::Missing,
    }
}

fn holds_title(facts: &Facts, grade: &str) -> Truth {
    match given(facts.title_grade.as_ref()) {
        Some(held) if held == grade => Truth::Met,
        Some(_) => Truth::Unmet,
        None => Truth::Missing,
    }
}

pub(super) fn age(facts: &Facts, years: i64, reference: Day) -> Finding {
    let found = facts.birth_day.map(|born| born.full_years_until(reference));
    Years { required: years, found }.finding("age", "", "年龄", "age")
}

pub(super) fn work_total(facts: &Facts, years: i64, reference: Day) -> Finding {
    let found = facts.years_total(reference);
    Years { required: years, found }.finding(
        "work-years-total",
        "",
        "累计从事本职业或相关职业工作",
        "work in this or a related occupation",
    )
}

pub(super) fn work_after_level(facts: &Facts, level: &LevelCode, years: i64, reference: Day) -> Finding {
    // Years after a certificate of another level are no years after this one.
    let found = match &facts.prior_level {
        Some(held) if held != level => Some(0),
        Some(_) | None => facts.years_after_prior(reference),
    };
    Years { required: years, found }.finding(
        "work-years-after-level",
        level.as_str(),
        &format!("取得{level}级证书后累计工作"),
        &format!("work after the level {level} certificate"),
    )
}

pub(super) fn certificate_age(facts: &Facts, level: &LevelCode, years: i64, reference: Day) -> Finding {
    let found = match &facts.prior_level {
        Some(held) if held != level => Some(0),
        Some(_) | None => facts.prior_issued_on.map(|day| day.full_years_until(reference)),
    };
    Years { required: years, found }.finding(
        "certificate-age",
        level.as_str(),
        &format!("取得{level}级证书"),
        &format!("time since the level {level} certificate"),
    )
}

pub(super) fn work_after_title(facts: &Facts, grade: &str, years: i64, reference: Day) -> Finding {
    let found = match holds_title(facts, grade) {
        Truth::Unmet => Some(0),
        Truth::Missing | Truth::Met => facts.title_given_on.map(|day| facts.work_years_since(day, reference)),
    };
    Years { required: years, found }.finding(
        "work-years-after-title",
        grade,
        &format!("取得{grade}职称后累计工作"),
        &format!("work after the title {grade}"),
    )
}

pub(super) fn certificate(facts: &Facts, level: &LevelCode) -> Finding {
    thing(
        "certificate",
        level.as_str(),
        facts.prior_level.as_ref().map(LevelCode::as_str).unwrap_or_default(),
        holds_level(facts, level),
        &format!("持有{level}级证书及证书编号"),
        &format!("holds the level {level} certificate, with its number"),
    )
}

pub(super) fn title(facts: &Facts, grade: &str) -> Finding {
    thing(
        "title",
        grade,
        given(facts.title_grade.as_ref()).unwrap_or_default(),
        holds_title(facts, grade),
        &format!("具有{grade}职称"),
        &format!("holds the title {grade}"),
    )
}

pub(super) fn education(facts: &Facts, kinds: &[String]) -> Finding {
    let held = given(facts.education.as_ref());
    let met = match held {
        Some(held) if kinds.iter().any(|kind| kind == held) => Truth::Met,
        Some(_) => Truth::Unmet,
        None => Truth::Missing,
    };
    let wanted = kinds.join("、");
    thing(
        "education",
        &wanted,
        held.unwrap_or_default(),
        met,
        &format!("文化程度为{wanted}"),
        &format!("education is one of {wanted}"),
    )
}

pub(super) fn diploma_number(facts: &Facts, in_school_ok: bool) -> Finding {
    let student = given(facts.student_no.as_ref()).filter(|_| in_school_ok);
    let held = given(facts.diploma_no.as_ref()).or(student);
    let met = if held.is_some() { Truth::Met } else { Truth::Missing };
    let (zh, en) = if in_school_ok {
        ("毕业证书编号或在校证明", "number of the diploma, or proof of being a final-year student")
    } else {
        ("毕业证书编号", "number of the diploma")
    };
    thing("diploma-number", "", held.unwrap_or_default(), met, zh, en)
}

/// Whether another major is "related" (相关专业) is for a person to judge, on a paper that shows
/// it: an unlisted major is never refused by arithmetic.
pub(super) fn major(facts: &Facts, majors: &[String]) -> Finding {
    let held = given(facts.major.as_ref());
    let listed = held.is_some_and(|held| majors.iter().any(|major| major == held));
    thing(
        "major",
        &majors.join("、"),
        held.unwrap_or_default(),
        if listed { Truth::Met } else { Truth::Missing },
        "所学为本专业或相关专业",
        "the major is this or a related one",
    )
}

pub(super) fn school_evaluated(facts: &Facts) -> Finding {
    let met = match facts.school_evaluated {
        Some(true) => Truth::Met,
        Some(false) => Truth::Unmet,
        None => Truth::Missing,
    };
    thing(
        "school-evaluated",
        "",
        "",
        met,
        "学校培养目标经评估论证",
        "the school's programme was assessed for this level",
    )
}

pub(super) fn measure(facts: &Facts, measure: &str, at_least: i64) -> Finding {
    let held = facts.measures.get(measure).copied();
    let met = match held {
        Some(value) if value >= at_least => Truth::Met,
        Some(_) => Truth::Unmet,
        None => Truth::Missing,
    };
    Finding {
        required: at_least.to_string(),
        ..thing(
            "measure",
            measure,
            &held.map(|value| value.to_string()).unwrap_or_default(),
            met,
            &format!("{measure}不少于{at_least}"),
            &format!("{measure} is at least {at_least}"),
        )
    }
}

pub(super) fn stated(facts: &Facts, fact: &str) -> Finding {
    let held = facts.stated.contains(fact);
    let met = if held { Truth::Met } else { Truth::Missing };
    thing("stated", fact, if held { fact } else { "" }, met, &format!("证明 {fact}"), fact)
}

/// One paper a clause asks for, once papers were asked for at all.
pub(super) fn material(given: &std::collections::BTreeSet<String>, wanted: &str) -> Finding {
    let held = given.contains(wanted);
    let met = if held { Truth::Met } else { Truth::Missing };
    let zh = format!("材料 {wanted}");
    thing("material", wanted, if held { wanted } else { "" }, met, &zh, &format!("paper {wanted}"))
}
