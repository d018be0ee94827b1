//! Occupations, levels, standards, time limits and the calendar: one contract test per store function, on
//! both engines.
use crate::fixture::{ON, SEED, day, level, seeded};
use kernel::OccupationCode;
use scheme::{Bound, CalendarDay, TimeLimit, Validity};

fn hr() -> OccupationCode {
    OccupationCode::parse("4-07-03-04").unwrap()
}

#[tokio::test]
async fn an_occupation_is_found_by_code_and_by_name_on_a_day() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let on = day(ON);
        let found = scheme::occupation(&mut tx, &hr(), on).await.unwrap().unwrap();
        assert_eq!(found.name_zh, "企业人力资源管理师", "{engine}");
        assert_eq!(found.levels.text(), "4 3 2 1");
        let named = scheme::occupation_named(&mut tx, "劳动关系协调员", on).await.unwrap().unwrap();
        assert_eq!(named.code.unwrap().as_str(), "4-07-03-02");
        assert_eq!(scheme::occupation(&mut tx, &hr(), day("2015-07-28")).await.unwrap(), None);
        assert_eq!(scheme::occupation_named(&mut tx, "没有", on).await.unwrap(), None);
        let all = scheme::occupations(&mut tx, on).await.unwrap();
        let enabled: Vec<&str> =
            all.iter().filter(|row| row.enabled).map(|row| row.name_zh.as_str()).collect();
        assert_eq!((all.len(), enabled), (26, vec!["劳动关系协调员", "企业人力资源管理师"]), "{engine}");
        assert!(all.last().unwrap().code.is_none(), "unconfirmed codes come last on {engine}");
    }
}

#[tokio::test]
async fn an_occupation_is_added_once() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let hr = scheme::occupation(&mut tx, &hr(), day(ON)).await.unwrap().unwrap();
        let own = scheme::Occupation { id: "own".into(), code: None, enabled: false, ..hr };
        assert!(scheme::add_occupation(&mut tx, &own).await.unwrap(), "{engine}");
        assert!(!scheme::add_occupation(&mut tx, &own).await.unwrap(), "{engine}");
    }
}

#[tokio::test]
async fn only_an_occupation_with_a_code_can_be_confirmed_and_only_once() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        for (id, confirmed) in
            [("occ-tea", true), ("occ-tea", false), ("occ-driller", false), ("occ-x", false)]
        {
            let done = scheme::confirm_occupation(&mut tx, &id.into()).await.unwrap();
            assert_eq!(done, confirmed, "{id} on {engine}");
        }
    }
}

#[tokio::test]
async fn levels_are_rows_each_with_a_national_equivalent() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let codes =
            |levels: Vec<scheme::Level>| levels.iter().map(|row| row.code.to_string()).collect::<String>();
        assert_eq!(codes(scheme::levels(&mut tx, day(ON)).await.unwrap()), "54321", "{engine}");
        let later = day("2022-03-18");
        assert_eq!(codes(scheme::levels(&mut tx, later).await.unwrap()), "54321TS", "{engine}");
        let chief = scheme::level(&mut tx, &level("S"), later).await.unwrap().unwrap();
        assert_eq!((chief.name_zh.as_str(), chief.national_equivalent.as_str()), ("首席技师", "1"));
        assert_eq!(scheme::level(&mut tx, &level("S"), day(ON)).await.unwrap(), None);
        let third = scheme::level_named(&mut tx, "三级/高级工", day(ON)).await.unwrap().unwrap();
        assert_eq!(third.code, level("3"));
        testkit::proves!("S3-05", "a chief technician counts as the highest national level");
        // An enterprise's own ladder needs rows and nothing else.
        let own = scheme::Level { code: level("E7"), position: 8, ..chief };
        assert!(scheme::add_level(&mut tx, &own).await.unwrap(), "{engine}");
        assert!(!scheme::add_level(&mut tx, &own).await.unwrap(), "{engine}");
        assert_eq!(codes(scheme::levels(&mut tx, later).await.unwrap()), "54321TSE7", "{engine}");
        testkit::proves!("S3-04", "an own level is a row with its national equivalent");
    }
}

#[tokio::test]
async fn a_new_generation_of_a_standard_takes_over_on_its_first_day() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let old = scheme::standard_in_force(&mut tx, &hr(), day(ON)).await.unwrap().unwrap();
        assert_eq!(old.version, "2018 generation", "{engine}");
        let next = scheme::Standard {
            id: "hr-next".into(),
            version: "2023 generation".into(),
            validity: Validity { valid_from: day("2024-01-01"), ..old.validity.clone() },
            ..old.clone()
        };
        assert!(scheme::add_standard(&mut tx, &next).await.unwrap());
        assert!(!scheme::add_standard(&mut tx, &next).await.unwrap());
        for (on, id) in [("2018-12-31", None), ("2023-12-31", Some(&old)), ("2024-01-01", Some(&next))] {
            let found = scheme::standard_in_force(&mut tx, &hr(), day(on)).await.unwrap();
            assert_eq!(found.as_ref(), id, "{on} on {engine}");
        }
        assert_eq!(scheme::standard(&mut tx, &old.id).await.unwrap(), Some(old), "{engine}");
    }
}

#[tokio::test]
async fn time_limits_are_working_days_with_a_source() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        for (code, days, bound) in [
            ("public_notice", 5, Bound::AtLeast),
            ("registration_end_before_exam", 7, Bound::AtLeast),
            ("arrangement_before_exam", 5, Bound::AtLeast),
            ("certificate_after_exam", 10, Bound::AtMost),
        ] {
            let rule = scheme::time_limit(&mut tx, code, day(ON)).await.unwrap().unwrap();
            assert_eq!((rule.working_days, rule.bound), (days, bound), "{code} on {engine}");
        }
        let all = scheme::time_limits(&mut tx, day(ON)).await.unwrap();
        assert_eq!(all.len(), 6, "{engine}");
        let longer = TimeLimit {
            working_days: 7,
            validity: Validity { valid_from: day("2021-01-01"), ..all[0].validity.clone() },
            ..all[0].clone()
        };
        assert!(scheme::add_time_limit(&mut tx, &longer).await.unwrap(), "{engine}");
        let now = scheme::time_limits(&mut tx, day(ON)).await.unwrap();
        assert_eq!((now.len(), &now[0]), (6, &longer), "the later row alone stands on {engine}");
        assert_eq!(scheme::time_limit(&mut tx, "no_such", day(ON)).await.unwrap(), None);
        for bound in Bound::ALL {
            let rule = TimeLimit { code: format!("{bound:?}"), bound, ..all[0].clone() };
            assert!(scheme::add_time_limit(&mut tx, &rule).await.unwrap(), "{engine}");
            assert!(!scheme::add_time_limit(&mut tx, &rule).await.unwrap(), "{engine}");
        }
    }
}

#[tokio::test]
async fn the_calendar_is_the_published_one() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let calendar = scheme::calendar(&mut tx).await.unwrap();
        assert_eq!(Ok(calendar.clone()), kernel::WorkingCalendar::parse_csv(SEED.calendar), "{engine}");
        assert_eq!(calendar.working_days_between(day(ON), day("2021-05-21")), 14, "{engine}");
        let extra = CalendarDay {
            day: day("2027-01-01"),
            kind: "holiday".into(),
            name: "元旦".into(),
            source: "test".into(),
        };
        assert!(scheme::add_calendar_day(&mut tx, &extra).await.unwrap(), "{engine}");
        assert!(!scheme::add_calendar_day(&mut tx, &extra).await.unwrap(), "{engine}");
        assert_eq!(scheme::calendar(&mut tx).await.unwrap().known_until(), day("2027-12-31"));
    }
}
