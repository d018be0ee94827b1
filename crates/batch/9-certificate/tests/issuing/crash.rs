//! A fault between taking a number and signing; many at once.
use std::{fs, sync::Arc};

use certificate::{By, CertificateStatus, SerialScope, issue_waiting, resume_intended, verify_token};
use kernel::BatchCode;

use crate::fixture::House;

/// The file store fails, as a full disk does, after the number was taken and before the signature
/// is kept. The same number is finished later; the next certificate gets the next one.
#[tokio::test]
async fn a_crash_between_intent_and_signature_is_finished_with_the_same_number() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "龚𬱖").await;
        house.decide_only("2021-01").await;
        let files = house.home.path().join("files");
        let (kept, broken) = (house.home.path().join("kept"), house.home.path().join("broken"));
        let run = || issue_waiting(&house.env, &house.issuer, By::System, None, 10);

        // The photo must still be read, so only writing fails: each folder of the store is a file.
        break_files(&files, &kept);
        assert!(run().await.is_err(), "{engine}: a certificate was issued without its file");
        let begun = house.certificates("2021-01").await;
        assert_eq!((begun.len(), begun[0].status), (1, CertificateStatus::Intended));
        assert_eq!(begun[0].token(&house.env.vault).unwrap(), "");
        let intended = begun[0].payload(&house.env.vault).unwrap();
        assert!(run().await.is_err(), "and the fault stays a fault");
        assert_eq!(house.number("SELECT last_serial FROM certificate_serial").await, 1);
        let public = house.get(None, &format!("/verify?number={}&name=%E9%BE%9A", begun[0].number)).await;
        assert!(public.text().contains("没有查到"), "an intended certificate counts for nothing");

        fs::rename(&files, &broken).unwrap();
        fs::rename(&kept, &files).unwrap();
        house.clock.advance_seconds(3 * 86_400);
        assert_eq!(resume_intended(&house.env, &house.issuer, By::System).await.unwrap().issued, 1);
        let done = house.certificates("2021-01").await;
        assert_eq!((done.len(), done[0].status), (1, CertificateStatus::Valid));
        assert_eq!(done[0].number, begun[0].number);
        let signed = verify_token(&done[0].token(&house.env.vault).unwrap(), &house.issuer.keys()).unwrap();
        assert_eq!(signed, intended, "what is signed is what was written down, also days later");
        assert_eq!(resume_intended(&house.env, &house.issuer, By::System).await.unwrap().issued, 0);
        assert_eq!(run().await.unwrap().issued, 0, "nobody gets a second number");

        house.batch("2021-02").await;
        house.passed("2021-02", 1, "王慧敏").await;
        house.decide_only("2021-02").await;
        assert_eq!(run().await.unwrap().issued, 1);
        assert_eq!(house.certificates("2021-02").await[0].number.serial(), 2);
    }
}

/// Copies the store to `kept`, then puts a plain file in place of each of its folders that holds nothing yet.
fn break_files(files: &std::path::Path, kept: &std::path::Path) {
    fs::create_dir(kept).unwrap();
    for folder in fs::read_dir(files).unwrap() {
        let folder = folder.unwrap();
        let copy = kept.join(folder.file_name());
        fs::create_dir(&copy).unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), copy.join(file.file_name())).unwrap();
        }
        if fs::remove_dir(folder.path()).is_ok() {
            fs::write(folder.path(), "").unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_at_once_get_twenty_numbers_without_a_gap() {
    for (engine, db) in testkit::engines().await {
        let house = Arc::new(House::new(db).await);
        let codes: Vec<String> = (1..=20).map(|number| format!("2021-{:02}", number + 10)).collect();
        for code in &codes {
            house.batch(code).await;
            house.passed(code, 1, "王慧敏").await;
            house.decide_only(code).await;
        }
        let mut runs = Vec::new();
        // Each batch twice, so that two runs also race for the same certificate.
        for code in codes.iter().chain(&codes) {
            let (house, code) = (house.clone(), BatchCode::parse(code).unwrap());
            runs.push(tokio::spawn(async move {
                issue_waiting(&house.env, &house.issuer, By::System, Some(&code), 5).await.unwrap()
            }));
        }
        for run in runs {
            assert_eq!(run.await.unwrap().refused, 0);
        }
        let mut serials = Vec::new();
        for code in &codes {
            let rows = house.certificates(code).await;
            assert_eq!((rows.len(), rows[0].status), (1, CertificateStatus::Valid), "{engine} {code}");
            serials.push(rows[0].number.serial());
        }
        serials.sort_unstable();
        assert_eq!(serials, (1..=20).collect::<Vec<_>>(), "{engine}");
        assert_eq!(house.number("SELECT last_serial FROM certificate_serial").await, 20);
        let intents = "SELECT COUNT(*) FROM trail_entry WHERE action = 'certificate.intend'";
        let issues = "SELECT COUNT(*) FROM trail_entry WHERE action = 'certificate.issue'";
        assert_eq!((house.number(intents).await, house.number(issues).await), (20, 20));
    }
}

#[tokio::test]
async fn the_serial_may_run_for_each_level() {
    for (engine, db) in testkit::engines().await {
        let house = House::with(db, |issuer| issuer.serial_scope = SerialScope::YearAndLevel).await;
        house.sql("INSERT INTO certificate_serial (site_code, year, level_code, last_serial) VALUES ('S000099000001', 2021, '', 7)").await;
        house.sql("INSERT INTO certificate_serial (site_code, year, level_code, last_serial) VALUES ('S000099000001', 2021, '3', 999998)").await;
        house.passed("2021-01", 1, "王慧敏").await;
        house.passed("2021-01", 2, "李建国").await;
        house.issue("2021-01").await;
        let rows = house.certificates("2021-01").await;
        assert_eq!(rows.len(), 1, "{engine}: a seventh digit was found");
        assert_eq!(rows[0].number.as_str(), "S000099000001213999999");
        assert_eq!(
            house
                .number("SELECT COUNT(*) FROM certificate_order WHERE refusal = 'certificate-serials-used'")
                .await,
            1
        );
    }
}
