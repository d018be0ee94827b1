//! Rules of a plan: the order of its dates and the spans between them in working days. Pure.
use kernel::{Day, WorkingCalendar};
use scheme::{Bound, TimeLimit};
use web::Message;

use crate::store::{BatchComponent, Window};

/// The dates of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timetable {
    /// First day of registration.
    pub registration_from: Day,
    /// Last day of registration.
    pub registration_to: Day,
    /// Last day of review.
    pub review_to: Day,
    /// Last day of payment.
    pub payment_to: Day,
    /// First day on which tickets can be printed.
    pub tickets_from: Day,
    /// Day on which years of work are counted.
    pub reference: Day,
    /// Day of the exam.
    pub exam: Day,
}

/// A span that a rule in force demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Working days between the end of the step and the exam, the day of the exam not counted.
    pub working_days: i64,
    /// Legal words.
    pub text: String,
}

/// Why a plan cannot stand as it is; the field to change is part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    /// A step ends before it begins, or after a step that builds on it.
    #[error("{field} is {day}, which must not be before {earlier}")]
    OutOfOrder {
        /// Field of the form.
        field: &'static str,
        /// Its day.
        day: Day,
        /// The day it must not precede.
        earlier: Day,
    },
    /// Registration ends too near the exam.
    #[error("registration ends {found} working days before the exam, {needed} are needed")]
    TooNearExam {
        /// Working days there are.
        found: i64,
        /// Working days the rule demands.
        needed: i64,
        /// Legal words.
        text: String,
    },
    /// Nothing is certified.
    #[error("the plan names no occupation and level")]
    NoScope,
    /// Nobody can register.
    #[error("the plan names no registration point")]
    NoPoint,
    /// A registration point sends its people nowhere.
    #[error("{0} has no site")]
    NoSite(String),
    /// Two parts of one level at the same time.
    #[error("{first} ends at {until}, {second} begins at {from}")]
    PartsOverlap {
        /// The part that begins first.
        first: String,
        /// When it ends.
        until: String,
        /// The part that begins before that.
        second: String,
        /// When it begins.
        from: String,
    },
    /// A level has no price.
    #[error("no fee is in force for {0}")]
    NoFee(String),
    /// No standard is in force.
    #[error("no standard is in force for {0}")]
    NoStandard(String),
    /// No filing of the body covers it.
    #[error("no filing covers {0}")]
    OutOfScope(String),
    /// A station or base that takes part is not authorised for it.
    #[error("{body} is not authorised for {what}")]
    NotAuthorised {
        /// Name of the station or base.
        body: String,
        /// Occupation and level.
        what: String,
    },
}

impl PlanRefused {
    /// Field of the form the sentence belongs to.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::OutOfOrder { field, .. } => field,
            Self::TooNearExam { .. } => "registration_to",
            Self::PartsOverlap { .. } => "practical_at",
            Self::NoScope | Self::NoFee(_) | Self::NoStandard(_) | Self::OutOfScope(_) => "scope",
            Self::NoPoint | Self::NoSite(_) | Self::NotAuthorised { .. } => "points",
        }
    }

    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::OutOfOrder { day, earlier, .. } => {
                Message::new("plan-out-of-order").with("day", day).with("earlier", earlier)
            }
            Self::TooNearExam { found, needed, text } => Message::new("plan-too-near-exam")
                .with("found", found)
                .with("needed", needed)
                .with("text", text),
            Self::PartsOverlap { first, until, second, from } => Message::new("plan-parts-overlap")
                .with("first", first)
                .with("until", until)
                .with("second", second)
                .with("from", from),
            Self::NoScope => "plan-no-scope".into(),
            Self::NoPoint => "plan-no-point".into(),
            Self::NoSite(point) => Message::new("plan-no-site").with("point", point),
            Self::NoFee(what) => Message::new("plan-no-fee").with("what", what),
            Self::NoStandard(what) => Message::new("plan-no-standard").with("what", what),
            Self::OutOfScope(what) => Message::new("plan-out-of-scope").with("what", what),
            Self::NotAuthorised { body, what } => {
                Message::new("plan-not-authorised").with("body", body).with("what", what)
            }
        }
    }
}

/// Everything that is wrong with the dates, in the order of the form.
#[must_use]
pub fn check_timetable(
    dates: &Timetable,
    before_exam: Option<&Span>,
    calendar: &WorkingCalendar,
) -> Vec<PlanRefused> {
    let order = [
        ("registration_to", dates.registration_to, dates.registration_from),
        ("review_to", dates.review_to, dates.registration_to),
        ("payment_to", dates.payment_to, dates.review_to),
        ("tickets_from", dates.tickets_from, dates.payment_to),
        ("exam", dates.exam, dates.tickets_from),
    ];
    let mut refused: Vec<PlanRefused> = order
        .into_iter()
        .filter(|(_, day, earlier)| day < earlier)
        .map(|(field, day, earlier)| PlanRefused::OutOfOrder { field, day, earlier })
        .collect();
    if let Some(span) = before_exam {
        // The day registration ends and the day of the exam do not count themselves.
        let found =
            calendar.working_days_between(dates.registration_to.plus_days(1), dates.exam.plus_days(-1));
        if found < span.working_days {
            let (needed, text) = (span.working_days, span.text.clone());
            refused.push(PlanRefused::TooNearExam { found, needed, text });
        }
    }
    refused
}

/// Parts of one occupation and level of which the second begins before the first has ended: nobody sits
/// twice at once. A part held in several groups may end later still; that shows when seats are drawn.
#[must_use]
pub fn check_parts(parts: &[BatchComponent]) -> Vec<PlanRefused> {
    let mut refused = Vec::new();
    for first in parts {
        let until = first.starts_at.plus_minutes(first.minutes);
        for second in parts {
            let same =
                second.occupation_code == first.occupation_code && second.level_code == first.level_code;
            let later = (second.starts_at, second.position) > (first.starts_at, first.position);
            if same && later && second.starts_at < until {
                refused.push(PlanRefused::PartsOverlap {
                    first: first.name_zh.clone(),
                    until: until.text(),
                    second: second.name_zh.clone(),
                    from: second.starts_at.text(),
                });
            }
        }
    }
    refused
}

/// Windows in which an office has something to do, and what is said when one ends on a day off.
const OFFICE_WINDOWS: [(&str, &str); 5] = [
    ("registration", "risk-off-registration"),
    ("review", "risk-off-review"),
    ("payment", "risk-off-payment"),
    ("arrangement", "risk-off-arrangement"),
    ("papers", "risk-off-papers"),
];

/// The windows whose last day is a day off: the key of the sentence and the day.
#[must_use]
pub fn days_off(windows: &[Window], calendar: &WorkingCalendar) -> Vec<(&'static str, Day)> {
    let off = |(code, key): &(&str, &'static str)| {
        let window = windows.iter().find(|window| window.code == *code)?;
        (!calendar.is_working(window.last_day())).then(|| (*key, window.last_day()))
    };
    OFFICE_WINDOWS.iter().filter_map(off).collect()
}

/// The parts that everybody passes because no mark is asked for.
#[must_use]
pub fn parts_without_mark(parts: &[BatchComponent]) -> Vec<&BatchComponent> {
    parts.iter().filter(|part| part.pass_mark.0 <= 0).collect()
}

/// The last day on which a stage keeps to `limit`: at least so many working days lie between it and the
/// exam, or at most so many working days after the exam it is done. The day of the exam is none of them.
#[must_use]
pub fn last_day_in_time(exam: Day, limit: &TimeLimit, calendar: &WorkingCalendar) -> Day {
    match limit.bound {
        Bound::AtLeast => calendar.plus_working_days(exam, -limit.working_days).plus_days(-1),
        Bound::AtMost => calendar.plus_working_days(exam, limit.working_days),
    }
}

#[cfg(test)]
mod tests {
    use scheme::{Confidence, Validity};

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn founding_dates() -> Timetable {
        Timetable {
            registration_from: day("2021-03-16"),
            registration_to: day("2021-04-30"),
            review_to: day("2021-05-03"),
            payment_to: day("2021-05-05"),
            tickets_from: day("2021-05-08"),
            reference: day("2021-04-30"),
            exam: day("2021-05-22"),
        }
    }

    fn calendar() -> WorkingCalendar {
        WorkingCalendar::parse_csv(include_str!("../../../../data/calendar-cn.csv")).unwrap()
    }

    fn span(working_days: i64) -> Span {
        Span { working_days, text: "registration ends in time".into() }
    }

    fn part(kind: scheme::ComponentKind, starts_at: &str, minutes: i64, mark: i64) -> BatchComponent {
        BatchComponent {
            id: starts_at.into(),
            occupation_code: kernel::OccupationCode::parse("4-07-03-04").unwrap(),
            level_code: kernel::LevelCode::parse("3").unwrap(),
            component_id: "one".into(),
            kind,
            position: 1,
            name_zh: format!("{kind:?}"),
            name_en: String::new(),
            delivery: scheme::Delivery::Computer,
            minutes,
            pass_mark: kernel::Score(mark),
            starts_at: kernel::UnixMicros::parse_text(&format!("2021-05-22 {starts_at}")).unwrap(),
        }
    }

    #[test]
    fn nobody_sits_two_parts_at_once() {
        use scheme::ComponentKind::{Practical, Theory};
        let after = [part(Theory, "09:00", 90, 6000), part(Practical, "10:30", 120, 6000)];
        assert_eq!(check_parts(&after), vec![]);
        let during = [part(Practical, "10:29", 120, 6000), part(Theory, "09:00", 90, 6000)];
        let refused = check_parts(&during);
        assert!(
            matches!(refused.as_slice(), [PlanRefused::PartsOverlap { first, second, .. }]
                if first == "Theory" && second == "Practical"),
            "{refused:?}"
        );
    }

    #[test]
    fn a_part_without_a_mark_is_noticed() {
        use scheme::ComponentKind::{Practical, Theory};
        let parts = [part(Theory, "09:00", 90, 0), part(Practical, "14:00", 120, 1)];
        assert_eq!(parts_without_mark(&parts), [&parts[0]]);
    }

    #[test]
    fn a_window_that_ends_in_the_may_holiday_is_named_with_its_day() {
        let window = |code: &str, last: &str| Window {
            code: code.into(),
            opens_at: day("2021-03-16").at(0, 0),
            closes_at: day(last).plus_days(1).at(0, 0),
        };
        // 30 April is a Friday, 5 May the last day of the holiday, 8 May a Saturday that is worked.
        let windows = [
            window("registration", "2021-04-30"),
            window("payment", "2021-05-05"),
            window("arrangement", "2021-05-08"),
        ];
        assert_eq!(days_off(&windows, &calendar()), [("risk-off-payment", day("2021-05-05"))]);
    }

    #[test]
    fn the_founding_timetable_stands() {
        assert_eq!(check_timetable(&founding_dates(), Some(&span(7)), &calendar()), vec![]);
    }

    #[test]
    fn working_days_are_counted_without_the_may_holiday_and_the_two_end_days() {
        // 6, 7, 8 (make-up), 10–14 and 17–21 May 2021: thirteen working days.
        assert_eq!(check_timetable(&founding_dates(), Some(&span(13)), &calendar()), vec![]);
        let refused = check_timetable(&founding_dates(), Some(&span(14)), &calendar());
        assert!(
            matches!(refused.as_slice(), [PlanRefused::TooNearExam { found: 13, needed: 14, .. }]),
            "{refused:?}"
        );
    }

    fn limit(bound: Bound, working_days: i64) -> TimeLimit {
        let validity = Validity {
            valid_from: Day::EPOCH,
            valid_to: None,
            source: String::new(),
            confidence: Confidence::D,
        };
        TimeLimit {
            code: String::new(),
            working_days,
            bound,
            text_zh: String::new(),
            text_en: String::new(),
            validity,
        }
    }

    #[test]
    fn a_time_limit_says_the_last_day_before_or_after_the_exam() {
        let exam = day("2021-05-22");
        let last = |bound, days| last_day_in_time(exam, &limit(bound, days), &calendar()).to_string();
        // The exam is on a Saturday: 17 to 21 May lie between the 16th and it.
        assert_eq!(last(Bound::AtLeast, 5), "2021-05-16");
        let after = [3, 5, 10].map(|days| last(Bound::AtMost, days));
        assert_eq!(after, ["2021-05-26", "2021-05-28", "2021-06-04"]);
    }

    #[test]
    fn the_last_day_in_time_is_the_last_one_a_timetable_may_name() {
        for needed in 1..=20 {
            let last = last_day_in_time(day("2021-05-22"), &limit(Bound::AtLeast, needed), &calendar());
            let is_too_near = |registration_to: Day| {
                let dates = Timetable { registration_to, ..founding_dates() };
                let refused = check_timetable(&dates, Some(&span(needed)), &calendar());
                refused.iter().any(|one| matches!(one, PlanRefused::TooNearExam { .. }))
            };
            assert!(!is_too_near(last) && is_too_near(last.plus_days(1)), "{needed} from {last}");
        }
    }

    #[test]
    fn a_step_never_ends_before_the_step_it_builds_on() {
        let mut dates = founding_dates();
        dates.review_to = day("2021-04-29");
        let refused = check_timetable(&dates, None, &calendar());
        assert_eq!(
            refused,
            vec![PlanRefused::OutOfOrder {
                field: "review_to",
                day: day("2021-04-29"),
                earlier: day("2021-04-30")
            }]
        );
    }
}
