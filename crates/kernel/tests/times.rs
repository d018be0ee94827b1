//! Days, instants, the working calendar, the fixed clock and ids.

#![cfg(test)]

use std::collections::{BTreeSet, HashSet};

use kernel::{
    Clock, Day, Entropy, FixedClock, SeededEntropy, UnixMicros, ValueError, WorkingCalendar, new_id,
};
use proptest::prelude::*;

const CALENDAR: &str = include_str!("../../../data/calendar-cn.csv");

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn calendar() -> WorkingCalendar {
    WorkingCalendar::parse_csv(CALENDAR).unwrap()
}

#[test]
fn days_are_read_in_one_form_only() {
    assert_eq!(day("2021-05-22").to_string(), "2021-05-22");
    assert_eq!(day("0001-01-01").to_string(), "0001-01-01");
    for wrong in [
        "",
        "2021-5-22",
        "20210522",
        "2021-05-22T09",
        "2021-02-29",
        "2021-13-01",
        "2021-00-10",
        "2021-04-31",
        "0000-01-01",
        "-2021-05-2",
        "2021/05/22",
        "２021-05-2",
        " 2021-05-22",
    ] {
        assert_eq!(Day::parse(wrong), Err(ValueError::Day), "{wrong}");
    }
    assert!(day("2021-05-22").is_weekend() && day("2021-05-23").is_weekend());
    assert!(!day("2021-05-21").is_weekend() && !day("2021-05-24").is_weekend());
}

#[test]
fn anniversaries_of_a_leap_day_fall_on_the_28th() {
    let leap = day("2016-02-29");
    assert_eq!(leap.plus_years(1), day("2017-02-28"));
    assert_eq!(leap.plus_years(4), day("2020-02-29"));
    assert_eq!(leap.plus_years(-1), day("2015-02-28"));
    assert_eq!(leap.full_years_until(day("2017-02-27")), 0);
    assert_eq!(leap.full_years_until(day("2017-02-28")), 1);
    assert_eq!(leap.full_years_until(day("2020-02-28")), 3);
    assert_eq!(leap.full_years_until(day("2020-02-29")), 4);
}

#[test]
fn only_completed_years_and_months_count() {
    let hired = day("2017-04-30");
    assert_eq!(hired.full_years_until(day("2021-04-29")), 3);
    assert_eq!(hired.full_years_until(day("2021-04-30")), 4);
    assert_eq!(hired.full_years_until(day("2016-04-30")), 0);
    assert_eq!(hired.full_months_until(day("2017-05-29")), 0);
    assert_eq!(hired.full_months_until(day("2017-05-30")), 1);
    assert_eq!(day("2021-01-31").full_months_until(day("2021-02-27")), 0);
    assert_eq!(day("2021-01-31").full_months_until(day("2021-02-28")), 1);
    assert_eq!(day("2021-01-31").full_months_until(day("2021-03-30")), 1);
    assert_eq!(day("2021-01-31").full_months_until(day("2020-01-31")), 0);
}

/// Microseconds worked out by another program's time library.
#[test]
fn instants_are_told_in_china_time() {
    let cases = [
        ("2021-05-22 09:00", 1_621_645_200_000_000),
        ("1970-01-01 00:00", -28_800_000_000),
        ("2021-01-01 00:00", 1_609_430_400_000_000),
        ("1969-12-31 23:59", -28_860_000_000),
        ("2024-02-29 23:59", 1_709_222_340_000_000),
    ];
    for (text, micros) in cases {
        let instant = UnixMicros::new(micros);
        assert_eq!(UnixMicros::parse_text(text), Ok(instant), "{text}");
        assert_eq!(UnixMicros::parse_text(&text.replace(' ', "T")), Ok(instant), "{text}");
        assert_eq!(instant.text(), text);
        assert_eq!(instant.day().to_string(), text[..10]);
        assert_eq!(instant.clock_text(), text[11..]);
    }
    assert_eq!(day("2021-05-22").at(9, 0).get(), 1_621_645_200_000_000);
    assert_eq!(day("2021-05-22").at(24, 0), day("2021-05-23").at(0, 0));
    // One microsecond before midnight is still the day before.
    assert_eq!(UnixMicros(day("2021-05-22").at(0, 0).get() - 1).text(), "2021-05-21 23:59");
    let seconds = UnixMicros::parse_text("2021-05-22T09:00:30").unwrap();
    assert_eq!(seconds.minus(day("2021-05-22").at(9, 0)), 30_000_000);
    for wrong in [
        "",
        "2021-05-22",
        "2021-05-22 9:00",
        "2021-05-22 24:00",
        "2021-05-22 09:60",
        "2021-05-22 09:00:60",
        "2021-05-22 09:00:00:00",
        "2021-02-29 09:00",
        "2021-05-22 09",
        "2021-05-22 09:00:",
        "2021-05-22T09:00Z",
        "2021-05-22  09:00",
    ] {
        assert_eq!(UnixMicros::parse_text(wrong), Err(ValueError::Time), "{wrong}");
    }
}

#[test]
fn sums_of_time_stop_at_the_ends() {
    let noon = day("2021-05-22").at(12, 0);
    assert_eq!(noon.plus_days(-1).text(), "2021-05-21 12:00");
    assert_eq!(noon.plus_hours(13).text(), "2021-05-23 01:00");
    assert_eq!(noon.plus_minutes(-61).text(), "2021-05-22 10:59");
    assert_eq!(noon.plus_seconds(59).minus(noon), 59_000_000);
    assert_eq!(noon.plus_days(i64::MAX), UnixMicros(i64::MAX));
    assert_eq!(UnixMicros(i64::MAX).day(), day("9999-12-31"));
    assert_eq!(UnixMicros(i64::MIN).day(), day("0001-01-01"));
    assert_eq!(day("2021-05-22").plus_days(i64::MAX), day("9999-12-31"));
    assert_eq!(day("2021-05-22").plus_years(i64::MIN), day("0001-01-01"));
}

/// The exam notice of the demo batch: published on Friday 30 April 2021, counted to Friday 21 May.
/// 1 to 5 May are holidays; Saturday 8 May is worked in their stead. By hand: 30 Apr, 6, 7, 8,
/// 10-14, 17-21 May.
#[test]
fn the_notice_of_the_demo_batch_is_fourteen_working_days() {
    let calendar = calendar();
    assert_eq!(calendar.working_days_between(day("2021-04-30"), day("2021-05-21")), 14);
    assert_eq!(calendar.plus_working_days(day("2021-04-30"), 1), day("2021-05-06"));
    assert_eq!(calendar.plus_working_days(day("2021-04-30"), 3), day("2021-05-08"));
    assert_eq!(calendar.plus_working_days(day("2021-05-06"), -1), day("2021-04-30"));
    assert_eq!(calendar.plus_working_days(day("2021-05-01"), 0), day("2021-05-01"));
    assert!(calendar.is_working(day("2021-05-08")) && !calendar.is_working(day("2021-05-05")));
    assert_eq!(calendar.working_days_between(day("2021-05-21"), day("2021-04-30")), 0);
}

/// Working days of whole years as the notices of the State Council leave them: weekdays less
/// holidays on weekdays plus weekend days worked, counted from the file by another program.
#[test]
fn the_file_gives_the_published_years() {
    let calendar = calendar();
    let year = |year| {
        let (first, last) = (Day::new(year, 1, 1).unwrap(), Day::new(year, 12, 31).unwrap());
        calendar.working_days_between(first, last)
    };
    assert_eq!([2021, 2022, 2023, 2024, 2025, 2026].map(year), [250, 249, 249, 251, 248, 248]);
    assert_eq!(calendar.known_until(), day("2026-12-31"));
    assert!(!calendar.is_provisional(day("2026-12-31")));
    assert!(calendar.is_provisional(day("2027-01-01")));
    // Beyond the notices New Year's Day is only a Friday.
    assert!(calendar.is_working(day("2027-01-01")));
}

#[test]
fn a_broken_calendar_file_is_refused() {
    let parse = WorkingCalendar::parse_csv;
    let head = "date,kind,name,source\n";
    assert_eq!(parse(""), Err(ValueError::CalendarHeader));
    assert_eq!(parse(head), Err(ValueError::CalendarHeader));
    assert_eq!(parse("2021-01-01,holiday,a,b\n"), Err(ValueError::CalendarHeader));
    for line in
        ["2021-01-32,holiday,a,b", "2021-01-01,feast,a,b", "2021-01-01,holiday,a", "2021-01-01,holiday,a,b,c"]
    {
        assert_eq!(parse(&format!("{head}{line}\n")), Err(ValueError::CalendarLine), "{line}");
    }
    for second in ["holiday", "working_day"] {
        let twice = format!("{head}2021-01-01,holiday,a,b\n2021-01-01,{second},a,b\n");
        assert_eq!(parse(&twice), Err(ValueError::CalendarTwice), "{second}");
    }
    let known = parse(&format!("\u{FEFF}{head}2021-01-01,holiday,a,b\r\n")).unwrap();
    assert_eq!(
        known,
        WorkingCalendar::new(BTreeSet::from([day("2021-01-01")]), BTreeSet::new(), day("2021-12-31"))
    );
}

#[test]
fn ids_are_uuids_that_sort_by_time() {
    let clock = FixedClock::new(UnixMicros::parse_text("2021-04-30 09:00").unwrap());
    let entropy = SeededEntropy::new(7);
    let mut ids = Vec::new();
    for _ in 0..1000 {
        ids.push(new_id(&clock, &entropy));
        clock.advance_seconds(1);
    }
    assert!(ids.is_sorted());
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 1000);
    // 2021-04-30 09:00 in China is 1,619,744,400,000 ms: 0179204a2280 in hexadecimal.
    assert!(ids[0].starts_with("0179204a-2280-7"), "{}", ids[0]);
    for id in &ids {
        let groups: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{id}");
        assert_eq!(&id[14..15], "7", "version of {id}");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "variant of {id}");
    }
    // The random bits differ even within one millisecond.
    assert_ne!(new_id(&clock, &entropy), new_id(&clock, &entropy));
}

#[test]
fn the_fixed_clock_stands_and_is_set() {
    let clock = FixedClock::new(UnixMicros(5));
    assert_eq!((clock.now(), clock.now()), (UnixMicros(5), UnixMicros(5)));
    clock.set(UnixMicros(9));
    clock.advance_seconds(-1);
    assert_eq!(clock.now(), UnixMicros(9 - 1_000_000));
}

/// The first three outputs of splitmix64 for the seed 1234567.
/// Source: Rosetta Code, Pseudo-random numbers/Splitmix64; recomputed in another language.
#[test]
fn seeded_entropy_is_splitmix() {
    let mut bytes = [0u8; 24];
    SeededEntropy::new(1_234_567).fill(&mut bytes);
    let words: Vec<u64> =
        bytes.chunks(8).map(|chunk| u64::from_le_bytes(chunk.try_into().unwrap())).collect();
    assert_eq!(words, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    let mut odd = [0u8; 11];
    SeededEntropy::new(1_234_567).fill(&mut odd);
    assert_eq!(odd, bytes[..11]);
}

mod declared {
    kernel::id_types! {
        /// A batch.
        BatchId;
        /// A seat.
        SeatId;
    }
}

#[test]
fn declared_ids_are_plain_texts() {
    let id = declared::BatchId::from("b1");
    assert_eq!((id.as_str(), id.to_string()), ("b1", "b1".to_owned()));
    assert_eq!(id, declared::BatchId::from("b1".to_owned()));
    assert_eq!(serde_json::to_string(&declared::SeatId::from("s1")).unwrap(), "\"s1\"");
}

fn days() -> impl Strategy<Value = Day> {
    // 2020-06-01 to about the end of 2027: across every notice and both ends of the file.
    (0i64..2770).prop_map(|days| day("2020-06-01").plus_days(days))
}

proptest! {
    #[test]
    fn days_round_trip(days in -600_000i64..2_900_000) {
        let one = day("1970-01-01").plus_days(days);
        prop_assert_eq!(Day::parse(&one.to_string()), Ok(one));
        prop_assert_eq!(one.plus_days(1).plus_days(-1), one);
        prop_assert_eq!(one.at(0, 0).get(), (days * 24 - 8) * 3_600_000_000);
        prop_assert_eq!(one.at(23, 59).day(), one);
    }

    /// The full years are those whose anniversary has come and whose next has not.
    #[test]
    fn full_years_are_anniversaries_that_came(from in days(), gap in 0i64..20_000) {
        let later = from.plus_days(gap);
        let years = from.full_years_until(later);
        prop_assert!(from.plus_years(years) <= later && later < from.plus_years(years + 1));
        let months = from.full_months_until(later);
        prop_assert_eq!(months / 12, years);
        prop_assert!(from.full_months_until(later.plus_days(1)) >= months);
    }

    /// The `n`th working day after a day closes a span of exactly `n`, and is itself worked.
    #[test]
    fn plus_and_between_are_inverse(from in days(), n in 1i64..60) {
        let calendar = calendar();
        let to = calendar.plus_working_days(from, n);
        prop_assert!(calendar.is_working(to));
        prop_assert_eq!(calendar.working_days_between(from.plus_days(1), to), n);
        let back = calendar.plus_working_days(to, -n);
        // From a working day one comes back to it; else to the working day before it.
        prop_assert!(back <= from && calendar.is_working(back));
        prop_assert_eq!(back == from, calendar.is_working(from));
        prop_assert_eq!(calendar.plus_working_days(back, n), to);
    }

    #[test]
    fn between_is_additive(one in days(), first in 0i64..200, second in 0i64..200) {
        let calendar = calendar();
        let (middle, last) = (one.plus_days(first), one.plus_days(first + second));
        let whole = calendar.working_days_between(one, last);
        let parts = calendar.working_days_between(one, middle) + calendar.working_days_between(middle.plus_days(1), last);
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn instants_round_trip(minutes in -1_000_000i64..40_000_000) {
        let instant = UnixMicros(minutes * 60_000_000);
        prop_assert_eq!(UnixMicros::parse_text(&instant.text()), Ok(instant));
    }
}
