//! Properties of the checked texts and amounts.

#![cfg(test)]

use kernel::{CertificateNumber, Day, IdNumber, LevelCode, OrgPath, PersonName, Phone, Score, SiteCode};
use proptest::prelude::*;

/// The check character by the table of weights of the standard.
fn with_check_character(body: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    let check = "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap()).unwrap();
    format!("{body}{check}")
}

prop_compose! {
    fn id_numbers()(area in 110_000u32..1_000_000, days in 0i64..50_000, order in 0u32..1000) -> (String, Day) {
        let birth = Day::new(1900, 1, 1).unwrap().plus_days(days);
        (with_check_character(&format!("{area}{}{order:03}", birth.to_string().replace('-', ""))), birth)
    }
}

proptest! {
    #[test]
    fn id_numbers_round_trip((text, birth) in id_numbers()) {
        let number = IdNumber::parse(&text).unwrap();
        prop_assert_eq!(number.birth_day(), birth);
        prop_assert_eq!(number.to_string(), text);
    }

    /// MOD 11-2 catches every single slip of a key, and every two neighbours swapped.
    #[test]
    fn a_single_slip_in_an_id_number_is_refused((text, _) in id_numbers()) {
        for place in 0..18 {
            for wrong in "0123456789X".chars().filter(|wrong| !text[place..].starts_with(*wrong)) {
                let mut slip = text.clone();
                slip.replace_range(place..=place, &wrong.to_string());
                prop_assert!(IdNumber::parse(&slip).is_err(), "{} for {}", slip, text);
            }
            if place < 17 && text[place..=place] != text[place + 1..place + 2] {
                let swapped: String = text[place..place + 2].chars().rev().collect();
                let mut slip = text.clone();
                slip.replace_range(place..place + 2, &swapped);
                prop_assert!(IdNumber::parse(&slip).is_err(), "{} for {}", slip, text);
            }
        }
    }

    #[test]
    fn certificate_numbers_round_trip(site in "[A-Z][0-9]{12}", year in 2000i16..2100, code in "[1-9A-Z]", serial in 1u32..1_000_000) {
        let number = CertificateNumber::compose(&SiteCode::parse(&site).unwrap(), year, &LevelCode::parse(&code).unwrap(), serial).unwrap();
        prop_assert_eq!(number.as_str().len(), 22);
        prop_assert_eq!(CertificateNumber::parse(number.as_str()), Ok(number.clone()));
        prop_assert_eq!(number.site_code().to_string(), site);
        prop_assert_eq!((number.year(), number.level(), number.serial()), (year, LevelCode::parse(&code).unwrap(), serial));
    }

    /// The mean is within the scores, within half a hundredth of the true mean, and blind to order.
    #[test]
    fn the_mean_is_between_the_scores(scores in prop::collection::vec(0i64..=10_000, 1..20)) {
        let values: Vec<Score> = scores.iter().copied().map(Score).collect();
        let mean = Score::mean(&values).unwrap();
        prop_assert!(values.iter().min().unwrap() <= &mean && &mean <= values.iter().max().unwrap());
        let count = i64::try_from(scores.len()).unwrap();
        let twice_off = 2 * (mean.0 * count - scores.iter().sum::<i64>());
        prop_assert!(-count < twice_off && twice_off <= count);
        let mut reversed = values;
        reversed.reverse();
        prop_assert_eq!(Score::mean(&reversed), Some(mean));
    }

    #[test]
    fn scores_round_trip(hundredths in 0i64..=10_000) {
        prop_assert_eq!(Score::parse(&Score(hundredths).to_string()), Ok(Score(hundredths)));
        prop_assert_eq!(Score::parse(&Score(hundredths).short()), Ok(Score(hundredths)));
    }

    /// No text whatever brings a parser down.
    #[test]
    fn no_text_brings_a_parser_down(text in any::<String>()) {
        let _ = (IdNumber::parse(&text), CertificateNumber::parse(&text), SiteCode::parse(&text));
        let _ = (Day::parse(&text), kernel::UnixMicros::parse_text(&text), Score::parse(&text));
        let _ = (PersonName::parse(&text), Phone::parse(&text), OrgPath::parse(&text));
        let _ = kernel::WorkingCalendar::parse_csv(&text);
    }
}
