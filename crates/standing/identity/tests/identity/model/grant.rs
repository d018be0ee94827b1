//! A duty: proposed, given, counting from its first instant to the one before its last, taken back.
//!
//! Three places of the product say whether a duty counts: the line of a page, the decision on a request, and the
//! statement that loads a session. They must say the same.
use std::cell::Cell;

use identity::{Action, Grant, Object, Role, decide, grant, grant_lines};
use kernel::{OrgPath, UnixMicros};
use store::Tx;
use testkit::{
    Statements,
    Value::{NoText, Number, Text},
    look,
    model::{Dice, Model, Seen},
    write,
};

/// A proposal may be decided late: then the duty counts from the decision. That one which is over is not given is asked
/// by the page.
const TABLE: &str = "
             | proposed        | proposed, begun | proposed, over | refused | to come    | counts     | over | taken back
give         | to come         | counts          | .              | -       | -          | -          | -    | -
refuse       | refused         | refused         | refused        | -       | -          | -          | -    | -
take back    | -               | -               | -              | -       | taken back | taken back | -    | -
it begins    | proposed, begun | -               | -              | -       | counts     | -          | -    | -
it ends      | proposed, over  | proposed, over  | -              | -       | over       | over       | -    | -
";

const EARLY: UnixMicros = UnixMicros::new(500);
const FROM: UnixMicros = UnixMicros::new(1_000);
const UNTIL: UnixMicros = UnixMicros::new(2_000);

const PEOPLE: &[&str] =
    &["INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
    VALUES ('holder', 'staff', 'holder', 'x', 0, 0, 0), ('a', 'staff', 'a', 'a', 0, 0, 0),
    ('b', 'staff', 'b', 'b', 0, 0, 0)"];
const PROPOSAL: &str = "SELECT status FROM grant_proposal WHERE id = $1";

async fn begin(tx: &mut Tx, rows: &Statements) {
    write(tx, PEOPLE).await;
    let (id, to, role, path) = (Text("g"), Text("holder"), Text(Role::Reviewer.code()), Text("/demo"));
    let (from, until) = (Number(FROM.get()), Number(UNTIL.get()));
    let values =
        [id, to, role, path, NoText, from, until, Text("x"), Text("a"), Text("province"), NoText, Number(1)];
    rows.run(tx, "INSERT_PROPOSAL", &values).await;
}

/// How the duty stands at `now`, if everybody says the same of it.
async fn word(tx: &mut Tx, rows: &Statements, now: UnixMicros) -> &'static str {
    match look(tx, PROPOSAL, "g").await.as_deref() {
        Some("approved") => {}
        Some("rejected") => return "refused",
        _ if now < FROM => return "proposed",
        _ if now < UNTIL => return "proposed, begun",
        _ => return "proposed, over",
    }
    let line = grant_lines(tx, "holder").await.unwrap().remove(0);
    let held = Grant {
        id: line.id.clone(),
        role: Role::Reviewer,
        path: line.org_path.clone(),
        batch: None,
        from: line.valid_from,
        until: line.valid_until,
    };
    let object = Object { path: &line.org_path, batch: Some("2021-01") };
    let is_ended = line.ended_at.is_some();
    let is_allowed = !is_ended && decide(&[held], Action::Review, object, now).is_some();
    let is_loaded = rows.finds(tx, "GRANTS_OF", &[Text("holder"), Number(now.get())]).await;
    match (is_ended, [line.counts(now), is_allowed, is_loaded]) {
        (true, [false, false, false]) => "taken back",
        (false, [true, true, true]) => "counts",
        (false, [false, false, false]) if now < line.valid_from => "to come",
        (false, [false, false, false]) => "over",
        _ => "told otherwise by one than by another",
    }
}

async fn step(tx: &mut Tx, rows: &Statements, clock: &Cell<UnixMicros>, act: &str) -> Seen {
    let (before, now) = (word(tx, rows, clock.get()).await, clock.get());
    let (id, by) = (Text("g"), Text("b"));
    let was_changed = match act {
        "give" => {
            let values = [id, Text("approved"), by, Number(now.get())];
            let is_decided = rows.run(tx, "DECIDE_PROPOSAL", &values).await;
            if is_decided {
                let path = OrgPath::parse("/demo").unwrap();
                let (from, until) = (FROM.max(now), Some(UNTIL));
                let given = Grant { id: "g".into(), role: Role::Reviewer, path, batch: None, from, until };
                grant(tx, "holder", &given, "b", "x").await.unwrap();
            }
            is_decided
        }
        "refuse" => {
            let values = [id, Text("rejected"), by, Number(now.get())];
            rows.run(tx, "DECIDE_PROPOSAL", &values).await
        }
        "take back" => rows.run(tx, "END_GRANT", &[id, Number(now.get()), by]).await,
        "it begins" | "it ends" => {
            clock.set(now.max(if act == "it ends" { UNTIL } else { FROM }));
            word(tx, rows, clock.get()).await != before
        }
        other => unreachable!("{other}"),
    };
    Seen::changed(word(tx, rows, clock.get()).await, was_changed)
}

#[tokio::test]
async fn a_duty_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(TABLE);
    let rows = Statements::about("grant", &identity::all_queries());
    let careless = rows.clone().without("END_GRANT", " AND ended_at IS NULL");
    for (engine, db) in testkit::engines().await {
        let clock = Cell::new(EARLY);
        let fresh = async |tx: &mut Tx| {
            clock.set(EARLY);
            begin(tx, &rows).await;
        };
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| step(tx, &rows, &clock, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), &fresh, &take).await;
        let take =
            async |tx: &mut Tx, act: &'static str, _: &mut Dice| step(tx, &careless, &clock, act).await;
        let found = model.walk_rows(&db, &fresh, &take).await.caught();
        promise.control("a duty that is taken back twice", found).kept();
    }
    testkit::proves!(
        "TR21",
        "a duty counts from its decision and its first day to its last or its end, and everybody says so alike"
    );
}
