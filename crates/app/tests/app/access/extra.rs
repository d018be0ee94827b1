//! TS4: fields that nobody asked for reach no row.
use store::Db;
use testkit::{Promise, run};

use super::{
    body::{NUMBER, TEXT},
    rows,
    world::{Moment, worlds},
};

#[tokio::test(flavor = "multi_thread")]
async fn fields_nobody_asked_for_reach_no_row() {
    for world in worlds().await {
        let engine = world.engine;
        let extras = &world.found.extras;
        let db = world.end().open().await;
        let found = taken(&db).await;
        db.close().await;
        assert!(found.is_empty(), "{engine}: {found:?}");
        let untried = world.found.fails_whole.iter().filter(|route| !extras.contains_key(*route));
        assert!(extras.len() > 70, "{engine}: {} kinds of change", extras.len());
        assert_eq!(untried.collect::<Vec<_>>(), Vec::<&&str>::new(), "{engine}");
        // Bodies in JSON are refused for a field nobody knows, and a sign-in with a login for the code of one by phone;
        // whoever else refuses a field has read it.
        let may_refuse = |route: &str| route.starts_with("/attempts/") || route == "/sessions";
        let refused = extras.iter().filter(|(route, (_, is_made))| !is_made && !may_refuse(route));
        assert_eq!(refused.collect::<Vec<_>>(), [], "{engine}");
        let kept = world.copy(Moment::Certified).await.unwrap();
        let db = kept.open().await;
        let one = [
            format!("UPDATE seat_plan SET draws = {NUMBER}"),
            format!("UPDATE batch SET title_en = '{TEXT}'"),
        ];
        run(&db, &one).await;
        let control = taken(&db).await;
        db.close().await;
        assert_eq!(control.len(), 2, "{engine}: {control:?}");
        Promise::of("TS4", engine, module_path!())
            .count("kinds of change", extras.len())
            .count("extra fields sent", extras.values().map(|(fields, _)| fields).sum())
            .count("made without them", extras.values().filter(|(_, is_made)| *is_made).count())
            .count("refused because of them", extras.values().filter(|(_, is_made)| !is_made).count())
            .count("columns reached", 0)
            .control("a handler that takes two of them", control.len())
            .kept();
    }
    testkit::proves!(
        "TS4",
        "every kind of change was sent with a field for every column of the schema, and took none"
    );
}

/// Columns that hold what was sent in extra fields.
async fn taken(db: &Db) -> Vec<String> {
    let mut found = Vec::new();
    for table in rows::tables(db).await {
        for (column, is_text) in &table.columns {
            let values = rows::values(db, &table.name, column).await;
            let number = NUMBER.to_string();
            let is_taken = |value: &String| if *is_text { value.contains(TEXT) } else { *value == number };
            if values.iter().any(is_taken) {
                found.push(format!("{}.{column}", table.name));
            }
        }
    }
    found
}
