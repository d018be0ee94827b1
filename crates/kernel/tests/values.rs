//! The checked texts and amounts against vectors worked out apart from the code.

#![cfg(test)]

use kernel::{
    AdmissionNumber, BatchCode, CertificateNumber, Day, Digest, IdNumber, LevelCode, Money, OccupationCode,
    OrgPath, PersonName, Phone, Score, Sex, SiteCode, ValueError,
};

fn site() -> SiteCode {
    SiteCode::parse("Y000123000045").unwrap()
}

fn level(text: &str) -> LevelCode {
    LevelCode::parse(text).unwrap()
}

/// The two examples printed in the standard, and demo people whose check characters were computed
/// with its table of weights (7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2), which the code does not use.
/// Source: GB 11643-1999, appendix.
#[test]
fn id_numbers_of_the_standard_are_read() {
    let day = |text| Day::parse(text).unwrap();
    let cases = [
        ("11010519491231002X", "1949-12-31", Sex::Female),
        ("440524188001010014", "1880-01-01", Sex::Male),
        ("999801199003075429", "1990-03-07", Sex::Female),
        ("999900200002290017", "2000-02-29", Sex::Male),
    ];
    for (text, birth, sex) in cases {
        let number = IdNumber::parse(text).unwrap();
        assert_eq!((number.birth_day(), number.sex()), (day(birth), sex), "{text}");
    }
    assert_eq!(IdNumber::parse(" 11010519491231002x ").unwrap().as_str(), "11010519491231002X");
}

#[test]
fn an_id_number_is_refused_for_the_rule_it_breaks() {
    let cases = [
        ("", ValueError::IdLength),
        ("11010519491231002", ValueError::IdLength),
        ("11010519491231002XX", ValueError::IdLength),
        ("1101051949123100２X", ValueError::IdCharacter),
        ("110105194912310O2X", ValueError::IdCharacter),
        ("11010519491231002Y", ValueError::IdCharacter),
        ("X1010519491231002X", ValueError::IdCharacter),
        ("010105194912310020", ValueError::IdCharacter),
        // Right check characters over days that never were.
        ("999900200102290014", ValueError::IdBirthDate),
        ("999900200013010017", ValueError::IdBirthDate),
        ("110105194912310020", ValueError::IdCheckDigit),
    ];
    for (text, error) in cases {
        assert_eq!(IdNumber::parse(text), Err(error), "{text}");
    }
}

#[test]
fn masks_hide_the_middle_even_in_debug() {
    let number = IdNumber::parse("999801199003075429").unwrap();
    assert_eq!(number.masked(), "9998**********5429");
    assert_eq!(format!("{number:?}"), "IdNumber(9998**********5429)");
    let phone = Phone::parse("19900000001").unwrap();
    assert_eq!(phone.masked(), "199****0001");
    assert_eq!(format!("{phone:?}"), "Phone(199****0001)");
    for wrong in ["1990000000", "199000000012", "29900000001", "1990000000a", "１９９００００００１"]
    {
        assert_eq!(Phone::parse(wrong), Err(ValueError::Phone), "{wrong}");
    }
}

#[test]
fn names_that_would_run_or_hide_are_refused() {
    for good in ["王伟", "阿卜杜拉·买买提", "欧阳 娜娜", "𬀩", "䶮", "O'Neil-Smith", "葛\u{E0100}"]
    {
        assert_eq!(PersonName::parse(&format!(" {good} ")).unwrap().as_str(), good);
    }
    for run in ["=1+1", "+86", "-1", "@A1", "\t王", "\r王", "＝1", "＋1", "－1", "＠1", " =1", "　＝1"]
    {
        assert_eq!(PersonName::parse(run), Err(ValueError::NameFormula), "{run:?}");
    }
    for hidden in ["王\u{0}伟", "王\n伟", "王\u{200B}伟", "\u{202E}王伟", "王\u{FEFF}伟", "王\u{7f}"]
    {
        assert_eq!(PersonName::parse(hidden), Err(ValueError::NameControl), "{hidden:?}");
    }
    assert_eq!(PersonName::parse(" 　"), Err(ValueError::NameEmpty));
    assert!(PersonName::parse(&"王".repeat(60)).is_ok());
    assert_eq!(PersonName::parse(&"王".repeat(61)), Err(ValueError::NameLong));
}

#[test]
fn certificate_numbers_are_composed_as_the_rule_says() {
    let number = CertificateNumber::compose(&site(), 2019, &level("5"), 1).unwrap();
    assert_eq!(number.as_str(), "Y000123000045195000001");
    let wrong = |year, code, serial| CertificateNumber::compose(&site(), year, &level(code), serial);
    assert_eq!(wrong(1999, "5", 1), Err(ValueError::CertificateYear));
    assert_eq!(wrong(2100, "5", 1), Err(ValueError::CertificateYear));
    assert_eq!(wrong(2021, "0", 1), Err(ValueError::CertificateLevel));
    assert_eq!(wrong(2021, "t", 1), Err(ValueError::CertificateLevel));
    assert_eq!(wrong(2021, "55", 1), Err(ValueError::CertificateLevel));
    assert_eq!(wrong(2021, "5", 0), Err(ValueError::CertificateSerial));
    assert_eq!(wrong(2021, "5", 1_000_000), Err(ValueError::CertificateSerial));
    let cases = [
        ("Y00012300004519500001", ValueError::CertificateNumber),
        ("Y0001230000451950000011", ValueError::CertificateNumber),
        ("y000123000045195000001", ValueError::SiteCode),
        ("Y00012300004A195000001", ValueError::SiteCode),
        ("Y0001230000451A5000001", ValueError::CertificateNumber),
        ("Y00012300004519500000A", ValueError::CertificateNumber),
        ("Y000123000045190000001", ValueError::CertificateLevel),
        ("Y000123000045195000000", ValueError::CertificateSerial),
        ("Y0001230000451级0001", ValueError::CertificateNumber),
    ];
    for (text, error) in cases {
        assert_eq!(CertificateNumber::parse(text), Err(error), "{text}");
    }
    for wrong in ["", "Y00012300004", "Y0001230000455", "0000123000045", "级00012300004"] {
        assert_eq!(SiteCode::parse(wrong), Err(ValueError::SiteCode), "{wrong}");
    }
}

#[test]
fn codes_keep_to_their_alphabet() {
    assert_eq!(BatchCode::parse(" 2021-SX-01 ").unwrap().as_str(), "2021-SX-01");
    assert_eq!(OccupationCode::parse("4-07-03-04").unwrap().to_string(), "4-07-03-04");
    let long = "1".repeat(33);
    for wrong in ["", " ", "a b", "a/b", "批次", long.as_str()] {
        assert_eq!(BatchCode::parse(wrong), Err(ValueError::BatchCode), "{wrong}");
        assert_eq!(OccupationCode::parse(wrong), Err(ValueError::OccupationCode), "{wrong}");
        assert_eq!(AdmissionNumber::parse(wrong), Err(ValueError::AdmissionNumber), "{wrong}");
        assert_eq!(LevelCode::parse(wrong), Err(ValueError::LevelCode), "{wrong}");
    }
    assert_eq!(BatchCode::parse(&"1".repeat(32)).unwrap().as_str().len(), 32);
    assert_eq!(LevelCode::parse("123456789"), Err(ValueError::LevelCode));
}

#[test]
fn paths_contain_whole_segments_only() {
    let path = |text| OrgPath::parse(text).unwrap();
    let (province, city) = (path("/province"), path("/province/nancheng"));
    assert!(province.contains(&city) && province.contains(&province));
    assert!(!city.contains(&province));
    assert!(!path("/province/nan").contains(&city));
    assert_eq!(city.parent(), Some(province.clone()));
    assert_eq!(province.parent(), None);
    assert_eq!(province.child("nancheng"), Ok(city));
    assert_eq!(province.child("a/b/"), Err(ValueError::OrgPath));
    for wrong in ["", "/", "province", "/province/", "//a", "/A", "/a b", "/市", "/a/../b"] {
        assert_eq!(OrgPath::parse(wrong), Err(ValueError::OrgPath), "{wrong}");
    }
}

#[test]
fn digests_are_small_hexadecimal() {
    // SHA-256 of nothing. Source: FIPS 180-4 example values.
    let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let digest = Digest::parse(text).unwrap();
    assert_eq!(digest.as_str(), text);
    assert_eq!(Digest::from_bytes(&[0xa0; 32]).as_str(), "a0".repeat(32));
    for wrong in ["", &text[1..], &text.to_uppercase(), &text.replace('e', "g")] {
        assert_eq!(Digest::parse(wrong), Err(ValueError::Digest), "{wrong}");
    }
}

#[test]
fn scores_and_amounts_are_whole_hundredths() {
    for (text, hundredths) in [("84", 8400), ("84.5", 8450), ("84.05", 8405), (" 0 ", 0), ("100.00", 10_000)]
    {
        assert_eq!(Score::parse(text), Ok(Score(hundredths)), "{text}");
    }
    for wrong in [
        "",
        ".",
        "84.",
        ".5",
        "84.505",
        "-1",
        "+1",
        "100.01",
        "1e2",
        "８４",
        "8 4",
        "84,5",
        "99999999999999999999",
    ] {
        assert_eq!(Score::parse(wrong), Err(ValueError::Score), "{wrong}");
    }
    assert_eq!((Score(8400).to_string(), Score(8400).short()), ("84.00".into(), "84".into()));
    assert_eq!((Score(8405).to_string(), Score(8405).short()), ("84.05".into(), "84.05".into()));
    assert_eq!(Money::parse("380"), Ok(Money(38_000)));
    assert_eq!(Money(38_000).to_string(), "380.00");
    assert_eq!(Money(-5).to_string(), "-0.05");
    assert_eq!(Money::parse("-1"), Err(ValueError::Money));
    assert_eq!([Money(1), Money(2)].into_iter().sum::<Money>(), Money(3));
}

#[test]
fn the_mean_rounds_half_up() {
    let mean = |scores: &[i64]| Score::mean(&scores.iter().copied().map(Score).collect::<Vec<_>>());
    assert_eq!(mean(&[]), None);
    // 84, 69 and 87 points: 80 exactly.
    assert_eq!(mean(&[8400, 6900, 8700]), Some(Score(8000)));
    assert_eq!(mean(&[1, 2]), Some(Score(2)));
    assert_eq!(mean(&[1, 1, 2]), Some(Score(1)));
    assert_eq!(mean(&[0, 0, 0, 1]), Some(Score(0)));
    assert_eq!(mean(&[i64::MAX, i64::MAX]), Some(Score(i64::MAX)));
}

#[test]
fn every_error_has_its_own_key() {
    let errors = [
        ValueError::Day,
        ValueError::Time,
        ValueError::Score,
        ValueError::Money,
        ValueError::LevelCode,
        ValueError::OccupationCode,
        ValueError::BatchCode,
        ValueError::AdmissionNumber,
        ValueError::OrgPath,
        ValueError::Digest,
        ValueError::NameEmpty,
        ValueError::NameLong,
        ValueError::NameControl,
        ValueError::NameFormula,
        ValueError::Phone,
        ValueError::IdLength,
        ValueError::IdCharacter,
        ValueError::IdBirthDate,
        ValueError::IdCheckDigit,
        ValueError::HongKongMacaoPermit,
        ValueError::TaiwanPermit,
        ValueError::ResidencePermit,
        ValueError::PermanentResidence,
        ValueError::Passport,
        ValueError::SiteCode,
        ValueError::CertificateNumber,
        ValueError::CertificateYear,
        ValueError::CertificateLevel,
        ValueError::CertificateSerial,
        ValueError::CalendarHeader,
        ValueError::CalendarLine,
        ValueError::CalendarTwice,
    ];
    let keys: std::collections::BTreeSet<&str> = errors.iter().map(ValueError::key).collect();
    assert_eq!(keys.len(), errors.len());
    assert!(keys.iter().all(|key| key.starts_with("value-")));
}

#[test]
fn the_wire_carries_plain_texts_and_checks_them() {
    let number: IdNumber = serde_json::from_str("\"11010519491231002x\"").unwrap();
    assert_eq!(serde_json::to_string(&number).unwrap(), "\"11010519491231002X\"");
    assert!(serde_json::from_str::<IdNumber>("\"110105194912310020\"").is_err());
    assert!(serde_json::from_str::<PersonName>("\"=1\"").is_err());
    assert!(serde_json::from_str::<Day>("\"2021-02-29\"").is_err());
    assert_eq!(serde_json::to_string(&Day::new(2021, 5, 2).unwrap()).unwrap(), "\"2021-05-02\"");
    assert_eq!(serde_json::to_string(&Score(8400)).unwrap(), "8400");
}

#[test]
fn a_document_number_is_read_by_the_rules_of_its_kind() {
    use kernel::{DocumentKind as Kind, DocumentNumber};
    let read = |kind, text| DocumentNumber::parse(kind, text).map(|number| number.as_str().to_owned());
    let kept = [
        (Kind::ResidentCard, "999824199607135423", "999824199607135423"),
        (Kind::ResidentCard, "９９９８２４ 19960713 5423", "999824199607135423"),
        // The 15 digits of GB 11643-1989 and the number the standard of 1999 makes of them.
        (Kind::ResidentCard, "110105491231002", "11010519491231002X"),
        (Kind::HongKongMacaoPermit, "h12345678", "H12345678"),
        (Kind::HongKongMacaoPermit, "M1234567802", "M12345678"),
        (Kind::TaiwanPermit, "12345678", "12345678"),
        (Kind::TaiwanPermit, "0123456789", "0123456789"),
        (Kind::PermanentResidence, "USA110085122501", "USA110085122501"),
        (Kind::PermanentResidence, "999824199607135423", "999824199607135423"),
        (Kind::Passport, "e12345678", "E12345678"),
    ];
    for (kind, text, number) in kept {
        assert_eq!(read(kind, text).as_deref(), Ok(number), "{kind:?} {text}");
    }
    let refused = [
        (Kind::ResidentCard, "99982419960713542", ValueError::IdLength),
        (Kind::ResidentCard, "110105491331002", ValueError::IdBirthDate),
        (Kind::ResidentCard, "999824199607135424", ValueError::IdCheckDigit),
        (Kind::HongKongMacaoPermit, "A12345678", ValueError::HongKongMacaoPermit),
        (Kind::HongKongMacaoPermit, "H1234567", ValueError::HongKongMacaoPermit),
        (Kind::TaiwanPermit, "1234567", ValueError::TaiwanPermit),
        (Kind::TaiwanPermit, "T2345678", ValueError::TaiwanPermit),
        (Kind::ResidencePermit, "999824199607135423", ValueError::ResidencePermit),
        (Kind::PermanentResidence, "US1110085122501", ValueError::PermanentResidence),
        (Kind::Passport, "ABCDEF", ValueError::Passport),
        (Kind::Passport, "E12-456", ValueError::Passport),
    ];
    for (kind, text, error) in refused {
        assert_eq!(read(kind, text), Err(error), "{kind:?} {text}");
    }
    let old = DocumentNumber::parse(Kind::ResidentCard, "110105491231002").unwrap();
    assert_eq!(old.birth_day().unwrap().to_string(), "1949-12-31");
    assert_eq!((old.sex(), old.masked().as_str()), (Some(Sex::Female), "1101**********002X"));
    let passport = DocumentNumber::parse(Kind::Passport, "E12345678").unwrap();
    assert_eq!(format!("{passport:?}"), "DocumentNumber(Passport, E1*****78)");
    let same_digits = DocumentNumber::parse(Kind::Passport, "12345678").unwrap();
    let permit = DocumentNumber::parse(Kind::TaiwanPermit, "12345678").unwrap();
    assert_ne!(same_digits.key(), permit.key(), "one number on two documents is two people");
    for kind in Kind::ALL {
        assert_eq!(Kind::named(kind.name()), Some(kind));
    }
}
