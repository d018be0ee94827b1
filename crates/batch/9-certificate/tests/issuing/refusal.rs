//! What is refused is refused before a number is taken.
use crate::fixture::{House, MORNING};

#[tokio::test]
async fn no_photo_stops_one_and_not_the_others_and_leaves_no_gap() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        let without = house.passed("2021-01", 1, "王慧敏").await;
        house.passed("2021-01", 2, "李建国").await;
        // U+E000 is private: no font of ours writes it.
        house.passed("2021-01", 3, "李\u{E000}").await;
        house.forget_photo(&without).await;
        let (one, _) = house.issue("2021-01").await;
        let rows = house.certificates("2021-01").await;
        assert_eq!(rows.len(), 1, "{engine}");
        assert_eq!(rows[0].number.as_str(), "S000099000001213000001");
        let list = house.get(Some(&one), "/batches/2021-01/certificates").await.text();
        assert!(list.contains("没有照片") && list.contains("name: U+E000"), "{list}");
        assert_eq!(house.number("SELECT last_serial FROM certificate_serial").await, 1);

        house.keep_photo(&without).await;
        let again = house.post(&one, "/batches/2021-01/certificates/issue/continuation", "").await;
        assert_eq!(again.status, 303, "{}", again.text());
        house.work_off().await;
        let rows = house.certificates("2021-01").await;
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[1].number.serial(), &rows[1].application_id), (2, &without));
        assert_eq!(house.number("SELECT COUNT(*) FROM certificate_order WHERE refusal <> ''").await, 1);
    }
}

#[tokio::test]
async fn an_organisation_that_is_not_filed_that_day_issues_nothing() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "王慧敏").await;
        house.sql("UPDATE filing SET valid_to = '2021-06-03' WHERE id = 'filing-demo'").await;
        house.issue("2021-01").await;
        assert_eq!(house.certificates("2021-01").await.len(), 0, "{engine}");
        assert_eq!(house.number("SELECT COUNT(*) FROM certificate_serial").await, 0);
        let refused = "SELECT COUNT(*) FROM certificate_order WHERE refusal = 'certificate-no-issuer'
                       AND refusal_detail = '2021-06-03'";
        assert_eq!(house.number(refused).await, 1);
        assert_eq!(house.clock_day(), "2021-06-03");
    }
}

#[tokio::test]
async fn a_name_with_a_word_of_the_state_is_refused_unless_it_is_registered() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "王慧敏").await;
        house.sql("UPDATE organisation SET name_zh = '中国示范协会' WHERE path = '/demo'").await;
        let (one, _) = house.issue("2021-01").await;
        assert_eq!(house.certificates("2021-01").await.len(), 0, "{engine}");
        let list = house.get(Some(&one), "/batches/2021-01/certificates").await.text();
        assert!(list.contains("不得使用的字样“中国”"), "{list}");
    }
    for (engine, db) in testkit::engines().await {
        let house = House::with(db, |issuer| issuer.entitled_words = vec!["中国".to_owned()]).await;
        house.passed("2021-01", 1, "王慧敏").await;
        house.sql("UPDATE organisation SET name_zh = '中国示范协会' WHERE path = '/demo'").await;
        house.issue("2021-01").await;
        assert_eq!(house.certificates("2021-01").await.len(), 1, "{engine}");
    }
}

impl House {
    fn clock_day(&self) -> String {
        assert_eq!(self.env.now(), MORNING);
        self.env.now().day().to_string()
    }
}
