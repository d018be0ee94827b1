//! The number on an admission ticket (准考证号).
//!
//! Pattern: `{yy}{batch:3}{site:2}{room:2}{seat:2}`, digits only, as `21001010217`: year of the exam,
//! running number of the batch in that year, place of the site among the sites of the batch, exam room
//! at the site, seat. How wide site, room and seat are is settled when the first site of the batch is
//! confirmed, two digits at least; a site that outgrew it since has numbers that are longer. No two are
//! equal: two batches differ in the first five digits, two sites in the next, and within a site every
//! number is as long as the others and no seat of an exam room is given twice.
use std::collections::BTreeMap;

use kernel::{AdmissionNumber, Day, ValueError};

/// Most batches a year: three digits. Source: [own]; no national rule for this number is known.
pub const SERIES_MAX: i64 = 999;

/// Narrowest site, room and seat. Source: schemes in use (http://wap.manyoumao.com/zige/4542981.html).
const WIDTH_MIN: usize = 2;

/// Where somebody sits first; their number is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstSeat {
    /// Whose.
    pub application: String,
    /// In which exam room of the site.
    pub ordinal: i64,
    /// On which seat.
    pub number: i64,
}

/// What the numbers of one site have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series {
    /// Day of the exam.
    pub exam: Day,
    /// Running number of the batch in its year.
    pub batch: i64,
    /// Place of the site among the sites of the batch.
    pub site: i64,
    /// How many sites the batch has.
    pub sites: i64,
    /// Digits of the exam room, at least.
    pub room_width: i64,
    /// Digits of the seat, at least.
    pub seat_width: i64,
}

/// Digits that a number up to `longest` takes, two at least.
#[must_use]
pub fn width(longest: i64) -> i64 {
    i64::try_from(longest.to_string().len().max(WIDTH_MIN)).unwrap_or(i64::MAX)
}

/// The number of everybody of one site, by application.
///
/// # Errors
/// A [`ValueError`] when a number would be longer than any may be.
pub fn admission_numbers(
    series: &Series,
    seats: &[FirstSeat],
) -> Result<BTreeMap<String, AdmissionNumber>, ValueError> {
    let digits = |longest: Option<i64>, settled: i64| {
        usize::try_from(width(longest.unwrap_or(0)).max(settled)).unwrap_or(WIDTH_MIN)
    };
    let site_width = digits(Some(series.sites), 0);
    let room_width = digits(seats.iter().map(|seat| seat.ordinal).max(), series.room_width);
    let seat_width = digits(seats.iter().map(|seat| seat.number).max(), series.seat_width);
    let (year, batch, site) = (series.exam.year().rem_euclid(100), series.batch, series.site);
    let number = |seat: &FirstSeat| {
        AdmissionNumber::parse(&format!(
            "{year:02}{batch:03}{site:0site_width$}{:0room_width$}{:0seat_width$}",
            seat.ordinal, seat.number
        ))
    };
    seats.iter().map(|seat| Ok((seat.application.clone(), number(seat)?))).collect()
}

/// The running number for a batch: the digits at the end of its code (`2021-01` is 1) unless another
/// batch of the year has them, else the smallest that is free; none when the year is full.
#[must_use]
pub fn series(code: &str, taken: &[i64]) -> Option<i64> {
    let tail = code.rsplit('-').next().and_then(|digits| digits.parse().ok());
    let is_free = |number: &i64| (1..=SERIES_MAX).contains(number) && !taken.contains(number);
    tail.filter(is_free).or_else(|| (1..=SERIES_MAX).find(is_free))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(application: &str, ordinal: i64, number: i64) -> FirstSeat {
        FirstSeat { application: application.into(), ordinal, number }
    }

    fn numbers(site: i64, (room_width, seat_width): (i64, i64), seats: &[FirstSeat]) -> Vec<String> {
        let exam = Day::parse("2021-05-22").unwrap();
        let series = Series { exam, batch: 1, site, sites: 14, room_width, seat_width };
        admission_numbers(&series, seats).unwrap().values().map(ToString::to_string).collect()
    }

    #[test]
    fn year_batch_site_room_and_seat_follow_each_other() {
        assert_eq!(numbers(1, (2, 2), &[seat("a", 2, 17)]), ["21001010217"]);
        assert_eq!(numbers(14, (2, 2), &[seat("b", 1, 1)]), ["21001140101"]);
    }

    #[test]
    fn every_number_of_a_site_is_as_wide_as_was_settled_or_as_its_widest_needs() {
        assert_eq!(numbers(1, (3, 2), &[seat("a", 2, 17)]), ["210010100217"]);
        let wide = numbers(1, (2, 2), &[seat("a", 1, 7), seat("b", 11, 100), seat("c", 1, 17)]);
        assert_eq!(wide, ["210010101007", "210010111100", "210010101017"]);
        assert_eq!((width(0), width(99), width(100)), (2, 2, 3));
    }

    /// A site that outgrew the width has longer numbers, and still none of another site.
    #[test]
    fn no_number_of_one_site_is_a_number_of_another() {
        let mut all = std::collections::BTreeSet::new();
        let mut count = 0;
        for site in 1..=14 {
            for (ordinal, number) in [(1, 1), (11, 1), (1, 11), (111, 1), (1, 111), (12, 10), (110, 10)] {
                for seats in
                    [vec![seat("a", ordinal, number)], vec![seat("a", ordinal, number), seat("z", 1000, 1)]]
                {
                    let widths = if seats.len() == 1 { (3, 3) } else { (2, 2) };
                    // Each site has one of the two widths, never both.
                    if (site % 2 == 0) == (widths == (3, 3)) {
                        all.insert(numbers(site, widths, &seats)[0].clone());
                        count += 1;
                    }
                }
            }
        }
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_batch_keeps_the_number_in_its_code_when_that_is_free() {
        assert_eq!(series("2021-01", &[]), Some(1));
        assert_eq!(series("2021-07", &[1, 2]), Some(7));
        assert_eq!(series("2021-01", &[1, 2, 4]), Some(3));
        assert_eq!(series("spring", &[]), Some(1));
        assert_eq!(series("2021-5000", &[]), Some(1));
        let full: Vec<i64> = (1..=SERIES_MAX).collect();
        assert_eq!(series("2021-01", &full), None);
    }
}
