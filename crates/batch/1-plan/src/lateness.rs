//! How far a last day is away, in working days: holidays and weekends are nobody's delay. Pure.
use kernel::{Day, WorkingCalendar};
use web::Words;

/// Working days within which a last day is said to come soon. Source: [own]; a working week.
const SOON: i64 = 5;

/// How a last day lies to today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lateness {
    /// It is over, by so many working days; by none while only free days have passed since.
    Over(i64),
    /// It is today.
    Today,
    /// It is to come, after so many more working days; after none when only free days lie between.
    Left(i64),
}

impl Lateness {
    /// How `due` lies to `today`.
    #[must_use]
    pub fn of(due: Day, today: Day, calendar: &WorkingCalendar) -> Self {
        let after = |day: Day| day.plus_days(1);
        match due.cmp(&today) {
            std::cmp::Ordering::Less => Self::Over(calendar.working_days_between(after(due), today)),
            std::cmp::Ordering::Equal => Self::Today,
            std::cmp::Ordering::Greater => Self::Left(calendar.working_days_between(after(today), due)),
        }
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Over(_))
    }

    /// Whether it is over or comes soon.
    #[must_use]
    pub fn is_pressing(self) -> bool {
        match self {
            Self::Over(_) | Self::Today => true,
            Self::Left(days) => days <= SOON,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self, t: &Words) -> String {
        match self {
            Self::Over(0) => t.s("lateness-just-over"),
            Self::Over(days) => t.n("lateness-over", days),
            Self::Today => t.s("lateness-today"),
            Self::Left(0) => t.s("lateness-last"),
            Self::Left(days) => t.n("lateness-left", days),
        }
    }

    /// Class of the stylesheet; empty for what has time.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Over(_) => "late",
            Self::Today | Self::Left(_) if self.is_pressing() => "wait",
            Self::Today | Self::Left(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The May holiday of 2021 with its make-up days. Source: 国办发明电〔2020〕27号.
    fn calendar() -> WorkingCalendar {
        let rows = "date,kind,name,source\n2021-05-03,holiday,劳动节,x\n2021-05-04,holiday,劳动节,x\n2021-05-05,holiday,劳动节,x\n2021-05-08,working_day,劳动节,x\n";
        WorkingCalendar::parse_csv(rows).unwrap()
    }

    fn lateness(due: &str, today: &str) -> Lateness {
        Lateness::of(Day::parse(due).unwrap(), Day::parse(today).unwrap(), &calendar())
    }

    #[test]
    fn delay_and_time_left_are_counted_in_working_days() {
        testkit::proves!("S0-10", "the time left is counted without the holiday, and with its make-up day");
        // 30 April 2021 was a Friday; 3 to 5 May were free, the 8th was worked.
        assert_eq!(lateness("2021-04-30", "2021-05-02"), Lateness::Over(0), "only a weekend has passed");
        assert_eq!(lateness("2021-04-30", "2021-05-06"), Lateness::Over(1));
        assert_eq!(lateness("2021-04-30", "2021-05-08"), Lateness::Over(3), "the make-up Saturday counts");
        assert_eq!(lateness("2021-05-06", "2021-05-06"), Lateness::Today);
        assert_eq!(lateness("2021-05-06", "2021-04-30"), Lateness::Left(1));
        assert_eq!(lateness("2021-05-05", "2021-04-30"), Lateness::Left(0));
        assert_eq!(lateness("2021-05-08", "2021-04-30"), Lateness::Left(3));
    }

    #[test]
    fn what_is_over_or_comes_within_a_working_week_presses() {
        let pressing = |days| Lateness::Left(days).is_pressing();
        assert!(Lateness::Over(9).is_pressing() && Lateness::Today.is_pressing() && pressing(5));
        assert!(!pressing(6));
        assert_eq!(
            [Lateness::Over(1), Lateness::Today, Lateness::Left(5), Lateness::Left(6)].map(Lateness::class),
            ["late", "wait", "wait", ""]
        );
        // In a list the latest comes first.
        let mut order = [Lateness::Left(1), Lateness::Today, Lateness::Over(1)];
        order.sort();
        assert_eq!(order[0], Lateness::Over(1));
    }
}
