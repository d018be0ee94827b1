//! What the public can find out, and what it cannot.
use std::sync::Arc;

use certificate::{CertificateStatus, IssuerKey, QueryBudget};

use crate::fixture::House;

/// 龚𬱖 and 王慧敏 as a browser writes them into an address.
const GONG: &str = "%E9%BE%9A%F0%AC%B1%96";
const WANG: &str = "%E7%8E%8B%E6%85%A7%E6%95%8F";
const FIRST: &str = "S000099000001213000001";

async fn issued(db: store::Db) -> House {
    let house = House::new(db).await;
    house.passed("2021-01", 1, "龚𬱖").await;
    house.issue("2021-01").await;
    house
}

#[tokio::test]
async fn number_and_name_give_a_masked_answer_and_a_wrong_name_is_no_hint() {
    for (engine, db) in testkit::engines().await {
        let house = issued(db).await;
        let found = house.get(None, &format!("/verify?number={FIRST}&name={GONG}")).await.text();
        let (answer, _) = found.split_once("</section>").unwrap();
        for word in
            ["有效", "龚*", "企业人力资源管理师", "三级/高级工", FIRST, "2021-06-03", "示范省人力资源协会"]
        {
            assert!(answer.contains(word), "{engine}: {word}");
        }
        assert!(!answer.contains("龚𬱖") && !found.contains("9998"));

        // The same answer, byte for byte but for what was typed, whether the number exists or not.
        let other_name = house.get(None, &format!("/verify?number={FIRST}&name={WANG}")).await.text();
        let other_number =
            house.get(None, &format!("/verify?number=S000099000001213000002&name={WANG}")).await.text();
        let no_number = house.get(None, &format!("/verify?number=1234&name={WANG}")).await.text();
        let plain = |page: &str, number: &str| {
            page.replace(&format!("value=\"{number}\""), "").replace(&format!("number%3D{number}%26"), "")
        };
        let expected = plain(&other_name, FIRST);
        assert!(expected.contains("没有查到"));
        assert_eq!(plain(&other_number, "S000099000001213000002"), expected);
        assert_eq!(plain(&no_number, "1234"), expected);
        testkit::proves!(
            "S1-25",
            "anybody can look a certificate up, and every step of it stands in the trail"
        );
        assert_eq!(
            house.number("SELECT COUNT(*) FROM trail_entry WHERE object_kind = 'certificate'").await,
            2
        );
    }
}

#[tokio::test]
async fn a_revoked_certificate_is_revoked_everywhere_and_stays() {
    for (engine, db) in testkit::engines().await {
        let house = issued(db).await;
        let (one, two) = (house.sign_in("province1").await, house.sign_in("province2").await);
        let path = format!("/batches/2021-01/certificates/{FIRST}");
        let file = house.get(Some(&one), &format!("{path}.pdf")).await.bytes;
        let token = house.certificates("2021-01").await[0].token(&house.env.vault).unwrap();
        let good = house.get(None, &format!("/verify?t={token}")).await.text();
        assert!(good.contains("有效") && good.contains("龚𬱖"), "{engine}");
        assert!(house.upload("/verify/file", &file).await.text().contains("有效"));

        let revocation = format!("{path}/revocation");
        assert_eq!(house.post(&one, &revocation, "reason=+").await.status, 422, "without a reason");
        assert_eq!(house.post(&one, &revocation, "reason=found+out").await.status, 303);
        let alone = house.post(&one, &format!("{revocation}/decision"), "decision=approve").await;
        assert_eq!(alone.status, 422, "one person alone");
        assert!(house.get(None, &format!("/verify?t={token}")).await.text().contains("有效"));
        assert_eq!(house.post(&two, &format!("{revocation}/decision"), "decision=approve").await.status, 303);

        let rows = house.certificates("2021-01").await;
        assert_eq!((rows.len(), rows[0].status), (1, CertificateStatus::Revoked));
        assert_eq!(rows[0].revocation_reason.as_deref(), Some("found out"));
        let holder = house.holder("2021-01", 1).await;
        let pages = [
            house.get(None, &format!("/verify?number={FIRST}&name={GONG}")).await,
            house.get(None, &format!("/verify?t={token}")).await,
            house.upload("/verify/file", &file).await,
            house.get(Some(&one), &path).await,
            house.get(Some(&one), "/batches/2021-01/certificates").await,
            house.get(Some(&holder), "/my/certificates/2021-01-001").await,
        ];
        for (at, page) in pages.iter().enumerate() {
            assert!(page.status == 200 && page.text().contains("已作废"), "{engine}: page {at}");
            assert!(!page.text().contains("verdict ok"), "page {at} says it is good");
        }
        assert!(pages[..3].iter().all(|page| !page.text().contains("found out")), "the reason is not public");
        let download = house.get(Some(&holder), "/my/certificates/2021-01-001/certificate.pdf").await;
        assert_eq!(download.status, 422);
        assert_eq!(house.post(&one, &revocation, "reason=again").await.status, 422);
        assert_eq!(
            house.number("SELECT COUNT(*) FROM trail_entry WHERE action = 'certificate.revoke'").await,
            1
        );
    }
}

#[tokio::test]
async fn a_good_signature_without_its_row_does_not_count() {
    for (engine, db) in testkit::engines().await {
        let house = issued(db).await;
        let one = house.sign_in("province1").await;
        let file = house.get(Some(&one), &format!("/batches/2021-01/certificates/{FIRST}.pdf")).await.bytes;
        let row = &house.certificates("2021-01").await[0];
        let token = row.token(&house.env.vault).unwrap();
        house.sql("DELETE FROM certificate").await;
        for page in
            [house.get(None, &format!("/verify?t={token}")).await, house.upload("/verify/file", &file).await]
        {
            assert!(page.text().contains("登记册里没有"), "{engine}");
        }
    }
}

#[tokio::test]
async fn files_that_are_not_ours_or_not_as_they_were_are_named() {
    for (engine, db) in testkit::engines().await {
        let house = issued(db).await;
        let one = house.sign_in("province1").await;
        let file = house.get(Some(&one), &format!("/batches/2021-01/certificates/{FIRST}.pdf")).await.bytes;
        let update = [&file, &b"9 0 obj<<>>endobj\n%%EOF\n"[..]].concat();
        assert!(house.upload("/verify/file", &update).await.text().contains("改动过"), "{engine}");
        assert!(house.upload("/verify/file", b"%PDF-1.7\n%%EOF\n").await.text().contains("没有本平台的签名"));
        assert_eq!(house.upload("/verify/file", b"").await.status, 422);
        let token = house.certificates("2021-01").await[0].token(&house.env.vault).unwrap();
        let altered = house.get(None, &format!("/verify?t={}", token.replacen('A', "B", 1))).await;
        assert!(altered.text().contains("已被改动"));
        let checks = "SELECT COUNT(*) FROM trail_entry WHERE action = 'certificate.check'";
        assert_eq!(house.number(checks).await, 2);
    }
}

#[tokio::test]
async fn the_public_may_ask_only_so_often_but_a_token_is_free() {
    for (engine, db) in testkit::engines().await {
        let house = House::with(db, |issuer| issuer.budget = Arc::new(QueryBudget::new(2))).await;
        let ask = format!("/verify?number={FIRST}&name={GONG}");
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(house.get(None, &ask).await.status);
        }
        assert_eq!(answers, [200, 200, 503], "{engine}");
        assert_eq!(house.upload("/verify/file", b"%PDF").await.status, 503);
        assert_eq!(house.get(None, "/verify").await.status, 200);
        assert_eq!(house.get(None, "/verify?t=K1.x.y").await.status, 200);
        house.clock.advance_seconds(60);
        assert_eq!(house.get(None, &ask).await.status, 200);
    }
}

#[tokio::test]
async fn certificates_of_an_earlier_key_stay_good() {
    for (engine, db) in testkit::engines().await {
        let earlier = IssuerKey::generate([7; 32]);
        let public = earlier.public();
        let first = House::with(db.clone(), |issuer| issuer.key = earlier).await;
        first.passed("2021-01", 1, "龚𬱖").await;
        first.issue("2021-01").await;
        let token = first.certificates("2021-01").await[0].token(&first.env.vault).unwrap();
        let mut next = (*first.issuer).clone();
        next.key = IssuerKey::generate([8; 32]);
        assert!(certificate::verify_token(&token, &next.keys()).is_err(), "{engine}");
        next.earlier_keys = vec![public];
        assert!(certificate::verify_token(&token, &next.keys()).is_ok());
    }
}
