//! Somebody is found by their whole number, where the reader may see them.
use axum::http::StatusCode;

use crate::house::{House, ROSTER, column, roster_cells};

const LIST: &str = "/batches/2021-01/applications";

#[tokio::test]
async fn a_whole_number_finds_its_person_within_the_readers_part_and_leaves_a_trace() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let cells = roster_cells();
        let (name, number) = (&cells[1][column("姓名")], &cells[1][column("证件号码")]);
        let found = house.post(&registrar, LIST, &[("document", number)]).await;
        assert_eq!(found.status, StatusCode::OK, "{engine}: {:?}", found.keys);
        let rows: Vec<_> = found.rows().into_iter().filter(|row| row.len() == 8).collect();
        assert!(rows.len() == 1 && rows[0][1] == *name, "{engine}: {rows:?}");
        assert_eq!(
            found.body.matches(number.as_str()).count(),
            1,
            "{engine}: only in the field it was typed into"
        );

        let point = house.application(house.applications().await[0].id.as_str()).await.point_path;
        let elsewhere =
            ["/demo/nancheng", "/demo/yuntai"].into_iter().find(|node| !point.as_str().starts_with(node));
        let stranger = house.registrar("stranger", elsewhere.unwrap()).await;
        let nothing = house.post(&stranger, LIST, &[("document", number)]).await;
        assert!(nothing.status == StatusCode::OK && !nothing.body.contains(name.as_str()), "{engine}");
        let part = house.post(&registrar, LIST, &[("document", &number[..17])]).await;
        assert_eq!(
            part.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{engine}: a part of a number finds nobody"
        );
        assert!(part.body.contains("id=\"d-document\""), "{engine}");
        let me = house.candidate("19900000001");
        assert_eq!(
            house.post(&me, LIST, &[("document", number)]).await.status,
            StatusCode::NOT_FOUND,
            "{engine}"
        );

        let mut tx = house.env.db.read().await.unwrap();
        let looked = trail::find(&mut tx, "application.find", ("batch", "2021-01")).await.unwrap();
        assert_eq!(looked.len(), 2, "{engine}");
        assert!(looked.iter().all(|entry| !entry.payload.contains(number.as_str())), "{engine}");
        assert!(
            looked[0].payload.contains("\"found\":1") && looked[1].payload.contains("\"found\":0"),
            "{engine}"
        );
    }
}
