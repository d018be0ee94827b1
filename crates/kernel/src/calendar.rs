//! Working days.

use std::collections::BTreeSet;

use crate::{Day, ValueError};

/// Which days are worked: Monday to Friday, less the holidays, plus the weekend days worked in
/// their stead (调休). The State Council publishes both for one year at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingCalendar {
    holidays: BTreeSet<Day>,
    make_up: BTreeSet<Day>,
    known_until: Day,
}

impl WorkingCalendar {
    /// A calendar whose notices reach to `known_until`, that day included.
    #[must_use]
    pub const fn new(holidays: BTreeSet<Day>, make_up: BTreeSet<Day>, known_until: Day) -> Self {
        Self { holidays, make_up, known_until }
    }

    /// Reads the lines `date,kind,name,source` of `data/calendar-cn.csv`; kinds are `holiday` and
    /// `working_day`. A notice covers a calendar year, so the calendar is known until the end of
    /// the year of its last line.
    ///
    /// # Errors
    /// [`ValueError::CalendarHeader`], [`ValueError::CalendarLine`],
    /// [`ValueError::CalendarTwice`].
    pub fn parse_csv(text: &str) -> Result<Self, ValueError> {
        let mut lines = text.trim_start_matches('\u{FEFF}').lines();
        if lines.next() != Some("date,kind,name,source") {
            return Err(ValueError::CalendarHeader);
        }
        let (mut holidays, mut make_up) = (BTreeSet::new(), BTreeSet::new());
        for line in lines.filter(|line| !line.is_empty()) {
            let cells: Vec<&str> = line.split(',').collect();
            let [day, kind, _, _] = cells[..] else {
                return Err(ValueError::CalendarLine);
            };
            let day = Day::parse(day).map_err(|_| ValueError::CalendarLine)?;
            let fresh = match kind {
                "holiday" => holidays.insert(day) && !make_up.contains(&day),
                "working_day" => make_up.insert(day) && !holidays.contains(&day),
                _ => return Err(ValueError::CalendarLine),
            };
            if !fresh {
                return Err(ValueError::CalendarTwice);
            }
        }
        let last = holidays.last().max(make_up.last()).ok_or(ValueError::CalendarHeader)?;
        let known_until = Day::new(last.year(), 12, 31)?;
        Ok(Self::new(holidays, make_up, known_until))
    }

    /// The last day the published notices cover.
    #[must_use]
    pub const fn known_until(&self) -> Day {
        self.known_until
    }

    /// Whether the day is worked. Beyond the notices only weekends are known.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        self.make_up.contains(&day) || (!day.is_weekend() && !self.holidays.contains(&day))
    }

    /// Whether no notice covers the day yet: what is computed from it may still move.
    #[must_use]
    pub fn is_provisional(&self, day: Day) -> bool {
        day > self.known_until
    }

    /// How many days are worked from `from` to `to`, both included; 0 if `to` is earlier.
    #[must_use]
    pub fn working_days_between(&self, from: Day, to: Day) -> i64 {
        let mut count = 0;
        let mut day = from;
        while day <= to {
            count += i64::from(self.is_working(day));
            let next = day.plus_days(1);
            if next == day {
                break;
            }
            day = next;
        }
        count
    }

    /// The `n`th working day after `day`, which itself is not counted; before it when `n` is
    /// negative; `day` itself, worked or not, when `n` is 0. Stops at the ends of the calendar.
    #[must_use]
    pub fn plus_working_days(&self, day: Day, n: i64) -> Day {
        let step = n.signum();
        let mut left = n.unsigned_abs();
        let mut day = day;
        while left > 0 {
            let next = day.plus_days(step);
            if next == day {
                break;
            }
            day = next;
            left -= u64::from(self.is_working(day));
        }
        day
    }
}
