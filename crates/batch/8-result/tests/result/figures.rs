//! Results in figures: by registration point and level, and how the scores are spread.
use identity::Role;

use crate::fixture::{code, houses};

const RESULTS: &str = "/batches/T-1/results";

#[tokio::test]
async fn shares_are_counted_by_point_and_level_and_charts_stand_beside_a_table() {
    for (engine, house) in houses().await {
        house
            .run(
                engine,
                "INSERT INTO batch_point (batch_code, point_path, point_zh, point_en, site_id)
                 VALUES ('T-1', '/huaishui/xicheng/p2', '锡城报名点', 'Xicheng point', 'site');
                 UPDATE admitted SET point_path = '/huaishui/xicheng/p2' WHERE application_id IN ('b1', 'b2');",
            )
            .await;
        house.combine().await;
        let mut tx = house.env.db.read().await.unwrap();
        let (tallies, _) = result::store::figures(&mut tx, &code()).await.unwrap();
        drop(tx);
        let counted: Vec<_> =
            tallies.iter().map(|one| (one.admitted, one.present, one.pass, one.fail, one.absent)).collect();
        // Level 2 in Nancheng: one passes, one fails, one stayed away. Level 3 in Xicheng: one and one.
        assert_eq!(counted, [(3, 2, 1, 1, 1), (2, 2, 1, 1, 0)], "{engine}");
        let (_, body) = house.get("province1", Role::Province, RESULTS).await;
        for shown in ["66.7 %", "50.0 %", "锡城报名点", "<svg", "<rect", "60–69.99", "平均", "与平均差"]
        {
            assert!(body.contains(shown), "{engine} {shown}: {body}");
        }
        let one = format!("{RESULTS}?point=/huaishui/xicheng/p2");
        let (_, body) = house.get("province1", Role::Province, &one).await;
        assert!(body.contains("陈静") && !body.contains("王慧敏"), "{engine}: {body}");
        // The other occupation has no panel: its chart is not drawn for this point.
        assert!(!body.contains("综合评审分数分布"), "{engine}: {body}");
    }
    testkit::proves!(
        "S0-40",
        "pass rates by registration point and level, with their difference from the mean"
    );
}

#[tokio::test]
async fn combining_again_counts_again_and_gives_the_same_digest() {
    for (engine, house) in houses().await {
        house.combine().await;
        let digest = async || {
            let mut tx = house.env.db.read().await.unwrap();
            result::store::book(&mut tx, &code()).await.unwrap().unwrap().digest
        };
        let first = digest().await;
        assert!(first.is_some(), "{engine}");
        house.combine().await;
        assert_eq!(digest().await, first, "{engine}");
        let mut tx = house.env.db.read().await.unwrap();
        let (tallies, _) = result::store::figures(&mut tx, &code()).await.unwrap();
        assert_eq!(
            tallies.iter().map(|one| one.admitted).sum::<i64>(),
            5,
            "{engine}: nobody is counted twice"
        );
    }
}

#[tokio::test]
async fn half_written_results_are_not_decided_and_nobody_can_propose_them() {
    for (engine, house) in houses().await {
        house.combine().await;
        // As after a stop in the middle of a run: rows stand, the book is open.
        house.run(engine, "UPDATE result_book SET digest = NULL").await;
        let (status, _) =
            house.post("province1", Role::Province, "/batches/T-1/results/publication", "").await;
        assert_eq!(status, axum::http::StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        let (_, body) = house.get("province1", Role::Province, RESULTS).await;
        assert!(!body.contains("王慧敏"), "{engine}: {body}");
        house.combine().await;
        let (_, body) = house.get("province1", Role::Province, RESULTS).await;
        assert!(body.contains("王慧敏"), "{engine}: {body}");
    }
}
