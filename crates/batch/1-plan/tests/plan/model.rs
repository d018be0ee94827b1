//! TR21: a plan from draft to publication, beside a model drawn by hand.
use store::Tx;
use testkit::{
    Statements,
    Value::{Number, Text},
    model::{Dice, Model, Seen},
};

/// A page that was drawn before the last change sends the version before it.
const TABLE: &str = "
                     | nothing | draft     | published
draw up              | draft   | -         | -
change               | -       | draft     | -
change, an old page  | -       | -         | -
publish              | -       | published | -
";

async fn word(tx: &mut Tx) -> (&'static str, i64) {
    let batch = plan::batch(tx, "2021-01").await.unwrap();
    match batch {
        None => ("nothing", 0),
        Some(batch) if batch.published_at.is_none() => ("draft", batch.version),
        Some(batch) => ("published", batch.version),
    }
}

async fn step(tx: &mut Tx, rows: &Statements, act: &str) -> Seen {
    let (_, version) = word(tx).await;
    let (code, title, day) = (Text("2021-01"), Text("批次"), Text("2021-05-22"));
    let change = |seen: i64| [code, title, title, day, day, Number(seen)];
    let was_changed = match act {
        "draw up" => {
            let values = [code, title, title, Text("/demo"), day, day, Number(1)];
            rows.run(tx, "INSERT_BATCH", &values).await
        }
        "change" => rows.run(tx, "UPDATE_DRAFT", &change(version)).await,
        "change, an old page" => rows.run(tx, "UPDATE_DRAFT", &change(version - 1)).await,
        "publish" => rows.run(tx, "PUBLISH", &[code, Number(2)]).await,
        other => unreachable!("{other}"),
    };
    Seen::changed(word(tx).await.0, was_changed)
}

#[tokio::test]
async fn a_plan_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(TABLE);
    let rows = Statements::about("batch", &plan::all_queries());
    let careless = rows.clone().without("UPDATE_DRAFT", " AND status = 'draft'");
    for (engine, db) in testkit::engines().await {
        let fresh = async |_: &mut Tx| {};
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| step(tx, &rows, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), &fresh, &take).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| step(tx, &careless, act).await;
        let found = model.walk_rows(&db, &fresh, &take).await.caught();
        promise.control("a change that does not ask whether the plan is a draft", found).kept();
    }
    testkit::proves!("TR21", "a plan is drawn up once, changed until it is published, and never after");
}
