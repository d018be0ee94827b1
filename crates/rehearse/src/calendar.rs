//! The days of a batch, counted back from its exam.
use kernel::{Day, WorkingCalendar};

use crate::{Fault, Result};

/// Holidays and the weekend days worked in their stead.
const HOLIDAYS: &str = include_str!("../../../data/calendar-cn.csv");
/// Working days between the end of registration and the exam. Source: `data/scheme/time-limits.csv`,
/// `registration_end_before_exam`.
const BEFORE_EXAM: i64 = 7;
/// The founding batch's exam, and the day on which its people's years are counted.
const FOUNDING: [&str; 2] = ["2021-05-22", "2021-04-30"];
/// Days between the end of registration and the exam in the founding batch.
const FOUNDING_LEAD: i64 = 22;

/// The days of a batch, as the plan's form asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
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

impl Calendar {
    /// The founding days.
    ///
    /// # Errors
    /// Never, as long as the days are days.
    pub fn founding() -> Result<Self> {
        Self::before(FOUNDING[0], FOUNDING_LEAD)
    }

    /// The days of a batch with its exam on `exam`, whose registration ends `lead` days before, or
    /// earlier, as the rule of the working days demands.
    ///
    /// # Errors
    /// When `exam` is no day.
    pub fn before(exam: &str, lead: i64) -> Result<Self> {
        let wrong = |text: &str| Fault::at("calendar", &format!("{text} cannot be read"));
        let exam = Day::parse(exam).map_err(|_| wrong(exam))?;
        let counted = Day::parse(FOUNDING[1]).map_err(|_| wrong(FOUNDING[1]))?;
        let holidays = WorkingCalendar::parse_csv(HOLIDAYS).map_err(|_| wrong("the calendar"))?;
        let mut registration_to = exam.plus_days(-lead);
        while holidays.working_days_between(registration_to.plus_days(1), exam.plus_days(-1)) < BEFORE_EXAM {
            registration_to = registration_to.plus_days(-1);
        }
        // Years are counted on the last day of the founding batch's kind that registration reaches.
        let mut months = 0;
        while months_later(counted, months + 1) <= registration_to {
            months += 1;
        }
        while months_later(counted, months) > registration_to {
            months -= 1;
        }
        Ok(Self {
            registration_from: registration_to.plus_days(-45),
            registration_to,
            review_to: registration_to.plus_days(4),
            payment_to: registration_to.plus_days(5),
            tickets_from: registration_to.plus_days(8),
            reference: months_later(counted, months),
            exam,
        })
    }

    /// Whole months between the founding batch's reference date and this one's.
    #[must_use]
    pub fn months_from_founding(&self) -> i64 {
        let Ok(counted) = Day::parse(FOUNDING[1]) else { return 0 };
        let years = i64::from(self.reference.year()) - i64::from(counted.year());
        years * 12 + i64::from(self.reference.month()) - i64::from(counted.month())
    }
}

/// The same day this many months later, or earlier when negative; a day that the month does not have
/// becomes its last.
pub(crate) fn months_later(day: Day, months: i64) -> Day {
    let all = i64::from(day.year()) * 12 + i64::from(day.month()) - 1 + months;
    let (year, month) = (i16::try_from(all.div_euclid(12)), i8::try_from(all.rem_euclid(12) + 1));
    let (Ok(year), Ok(month)) = (year, month) else { return day };
    let last = (1..=day.day_of_month()).rev().find_map(|of_month| Day::new(year, month, of_month).ok());
    last.unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(calendar: &Calendar) -> Vec<String> {
        let Calendar { registration_from, registration_to, review_to, payment_to, tickets_from, .. } =
            calendar;
        let steps = [registration_from, registration_to, review_to, payment_to, tickets_from];
        steps.into_iter().chain([&calendar.reference, &calendar.exam]).map(ToString::to_string).collect()
    }

    #[test]
    fn the_founding_days_come_out_as_they_were() {
        let expected = [
            "2021-03-16",
            "2021-04-30",
            "2021-05-04",
            "2021-05-05",
            "2021-05-08",
            "2021-04-30",
            "2021-05-22",
        ];
        assert_eq!(days(&Calendar::founding().unwrap()), expected);
    }

    #[test]
    fn registration_ends_seven_working_days_before_the_exam_whatever_was_asked() {
        // Before 2021-05-08 stand 7, 6 May, 30, 29, 28, 27, 26 April: seven, so 25 April is the last.
        let calendar = Calendar::before("2021-05-08", 3).unwrap();
        assert_eq!(calendar.registration_to.to_string(), "2021-04-25");
        assert_eq!(calendar.reference.to_string(), "2021-03-30");
    }

    #[test]
    fn years_are_counted_whole_months_away_from_the_founding_day() {
        for (exam, lead, reference, months) in [
            ("2020-12-19", 22, "2020-10-30", -6),
            ("2021-04-30", 22, "2021-03-30", -1),
            ("2021-06-19", 29, "2021-04-30", 0),
            ("2021-11-20", 22, "2021-09-30", 5),
        ] {
            let calendar = Calendar::before(exam, lead).unwrap();
            assert_eq!(
                (calendar.reference.to_string().as_str(), calendar.months_from_founding()),
                (reference, months)
            );
        }
    }
}
