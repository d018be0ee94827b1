//! TR21: the row of a job beside a model drawn by hand: claimed, told to stop, given back, ended, begun again.
use job::Status;
use store::Tx;
use testkit::{
    Statements,
    Value::{NoText, Number, Text},
    look,
    model::{Dice, Model, Seen},
    write,
};

/// With `!` somebody asked for its end. Another worker is one that does not hold the job.
const TABLE: &str = "
                          | waiting   | running   | waiting ! | running ! | done | failed  | cancelled
claim                     | running   | -         | running ! | -         | -    | -       | -
go on                     | -         | running   | -         | -         | -    | -       | -
go on, another worker     | -         | -         | -         | -         | -    | -       | -
end as done               | -         | done      | -         | done      | -    | -       | -
end as failed             | -         | failed    | -         | failed    | -    | -       | -
end as cancelled          | -         | cancelled | -         | cancelled | -    | -       | -
end, another worker       | -         | -         | -         | -         | -    | -       | -
give back                 | -         | waiting   | -         | waiting ! | -    | -       | -
give back, its own worker | -         | -         | -         | -         | -    | -       | -
release                   | -         | waiting   | -         | waiting ! | -    | -       | -
release, another worker   | -         | -         | -         | -         | -    | -       | -
cancel                    | waiting ! | running ! | -         | -         | -    | -       | -
resume                    | -         | -         | -         | -         | -    | waiting | waiting
";

const ACCOUNT: &str =
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
     VALUES ('a', 'staff', 'a', 'a', 0, 0, 0)";
const STANDS: &str =
    "SELECT CASE WHEN status IN ('waiting', 'running') AND cancel_asked_at IS NOT NULL THEN status || ' !'
     ELSE status END FROM job WHERE id = $1";
const HOLDER: &str = "SELECT COALESCE(worker, 'w1') FROM job WHERE id = $1";

async fn begin(tx: &mut Tx, rows: &Statements) {
    write(tx, &[ACCOUNT]).await;
    let (kind, subject, request, page) = (Text("count"), Text("1"), Text("r"), Text("/jobs"));
    let values = [Text("j"), kind, subject, NoText, Text("a"), request, page, Number(1)];
    rows.run(tx, "INSERT", &values).await;
}

async fn step(tx: &mut Tx, rows: &Statements, act: &str) -> Seen {
    let holder = look(tx, HOLDER, "j").await.unwrap_or_default();
    let other = if holder == "w1" { "w2" } else { "w1" };
    let (what, who) = match act.split_once(", ") {
        Some((what, "another worker")) => (what, other),
        Some((what, _)) => (what, holder.as_str()),
        // Whoever gives a job back watches those of other processes.
        None if act == "give back" => (act, other),
        None => (act, holder.as_str()),
    };
    let (id, who) = (Text("j"), Text(who));
    let end = |status: Status| [id, who, Text(status.code()), Text("said"), Text("{}"), Number(9)];
    let was_changed = match what {
        "claim" => rows.run(tx, "CLAIM", &[id, who, Number(5)]).await,
        "go on" => rows.run(tx, "PROGRESS", &[id, who, Number(1), Number(2)]).await,
        "end as done" | "end" => rows.run(tx, "END", &end(Status::Done)).await,
        "end as failed" => rows.run(tx, "END", &end(Status::Failed)).await,
        "end as cancelled" => rows.run(tx, "END", &end(Status::Cancelled)).await,
        "give back" => rows.run(tx, "GIVE_BACK", &[id, who]).await,
        "release" => rows.run(tx, "RELEASE", &[who]).await,
        "cancel" => rows.run(tx, "ASK_CANCEL", &[id, Number(7)]).await,
        "resume" => rows.run(tx, "RESUME", &[id]).await,
        other => unreachable!("{other}"),
    };
    Seen::changed(look(tx, STANDS, "j").await.unwrap_or_default(), was_changed)
}

#[tokio::test]
async fn a_job_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(TABLE);
    let rows = Statements::about("job", job::ALL_QUERIES);
    let careless = rows.clone().without("CLAIM", " AND status = 'waiting'");
    for (engine, db) in testkit::engines().await {
        let fresh = async |tx: &mut Tx| begin(tx, &rows).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| step(tx, &rows, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), &fresh, &take).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| step(tx, &careless, act).await;
        let found = model.walk_rows(&db, &fresh, &take).await.caught();
        promise.control("a claim that does not ask whether the job waits", found).kept();
    }
    testkit::proves!(
        "TR21",
        "a job waits, runs, stops and begins again as a table drawn by hand says, and only for the worker that holds it"
    );
}
