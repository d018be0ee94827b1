//! Every named statement, on both engines.

#[tokio::test]
async fn every_query_prepares_on_both_engines() {
    let queries = app::all_queries();
    assert!(queries.len() > 50, "the list of statements is complete: {}", queries.len());
    for (engine, db) in testkit::engines().await {
        for (name, sql) in &queries {
            if let Err(error) = testkit::prepare(&db, sql).await {
                panic!("{name} on {engine}: {error}\n{sql}");
            }
        }
    }
}

#[tokio::test]
async fn a_misspelt_column_would_be_found() {
    for (engine, db) in testkit::engines().await {
        assert!(testkit::prepare(&db, "SELECT nmae FROM batch").await.is_err(), "{engine}");
    }
}
