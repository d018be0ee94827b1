//! The number on an admission ticket (准考证号).
//!
//! Pattern: `{yy}{batch:3}{site:2}{room:2}{seat:2}`, digits only, as `21001010217`: year of the exam,
//! running number of the batch in that year, place of the site among the sites of the batch, exam room
//! at the site, seat. Site, room and seat are as wide as the longest of the batch needs, two digits at
//! least. No two are equal: two batches differ in the first five digits, and within a batch every
//! number is as long as the others and no seat of an exam room is given twice.
use std::collections::BTreeMap;

use kernel::{AdmissionNumber, Day, ValueError};
use venue::SiteId;

/// Most batches a year: three digits. Source: [own]; no national rule for this number is known.
pub const SERIES_MAX: i64 = 999;

/// Narrowest site, room and seat. Source: schemes in use (http://wap.manyoumao.com/zige/4542981.html).
const WIDTH_MIN: usize = 2;

/// Where somebody sits first; their number is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstSeat {
    /// Whose.
    pub application: String,
    /// At which site.
    pub site: SiteId,
    /// In which exam room of the site.
    pub ordinal: i64,
    /// On which seat.
    pub number: i64,
}

/// The number of everybody of one batch, by application.
///
/// # Errors
/// A [`ValueError`] when a number would be longer than any may be.
pub fn admission_numbers(
    exam: Day,
    series: i64,
    seats: &[FirstSeat],
) -> Result<BTreeMap<String, AdmissionNumber>, ValueError> {
    let mut sites: BTreeMap<&SiteId, usize> = seats.iter().map(|seat| (&seat.site, 0)).collect();
    for (place, number) in sites.values_mut().zip(1..) {
        *place = number;
    }
    let width = |longest: Option<usize>| longest.unwrap_or(0).max(WIDTH_MIN);
    let digits = |number: i64| number.to_string().len();
    let site_width = width(Some(sites.len().to_string().len()));
    let room_width = width(seats.iter().map(|seat| digits(seat.ordinal)).max());
    let seat_width = width(seats.iter().map(|seat| digits(seat.number)).max());
    let year = exam.year().rem_euclid(100);
    let number = |seat: &FirstSeat| {
        let site = sites.get(&seat.site).copied().unwrap_or_default();
        AdmissionNumber::parse(&format!(
            "{year:02}{series:03}{site:0site_width$}{:0room_width$}{:0seat_width$}",
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

    fn seat(application: &str, site: &str, ordinal: i64, number: i64) -> FirstSeat {
        FirstSeat { application: application.into(), site: site.into(), ordinal, number }
    }

    fn numbers(seats: &[FirstSeat]) -> Vec<String> {
        let exam = Day::parse("2021-05-22").unwrap();
        admission_numbers(exam, 1, seats).unwrap().values().map(ToString::to_string).collect()
    }

    #[test]
    fn year_batch_site_room_and_seat_follow_each_other() {
        assert_eq!(numbers(&[seat("a", "s1", 2, 17), seat("b", "s2", 1, 1)]), ["21001010217", "21001020101"]);
    }

    #[test]
    fn every_number_of_a_batch_is_as_wide_as_the_widest() {
        let wide = numbers(&[seat("a", "s1", 1, 7), seat("b", "s1", 11, 100), seat("c", "s1", 1, 17)]);
        assert_eq!(wide, ["210010101007", "210010111100", "210010101017"]);
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
