//! TR21: the seat plan of a site from the first draw to the tickets, and that of the batch, beside models drawn by hand.
//!
//! Where a rule and a guarded row both say whether something may be done, both are asked, and must say the same.
use arrangement::{
    PlanStatus, SitePlan, SiteStatus,
    rules::{may_confirm, may_draw, may_print_own_ticket, moving::may_move},
    site_plan,
};
use kernel::{BatchCode, UnixMicros};
use store::Tx;
use testkit::{
    Statements,
    Value::{NoText, Number, Text},
    model::{Dice, Model, Seen},
    write,
};
use venue::SiteId;

/// With `?` a job is asked for a draw, with `!` one that was stopped still owes it. An old page has seen the version
/// before the last change; another job is one that the site does not wait for.
const SITE: &str = "
                           | to draw   | to draw ? | to draw ! | drawing   | drawn   | drawn ?   | drawn !   | confirmed
ask                        | to draw ? | -         | to draw ? | -         | drawn ? | -         | drawn ?   | -
ask, an old page           | -         | -         | -         | -         | -       | -         | -         | -
ask before the freeze      | -         | -         | -         | -         | -       | -         | -         | -
ask after the job broke off| to draw ? | to draw ? | to draw ? | drawing   | drawn ? | drawn ?   | drawn ?   | -
begin                      | -         | drawing   | -         | drawing   | -       | drawing   | -         | -
begin, another job         | -         | -         | -         | -         | -       | -         | -         | -
finish                     | -         | -         | -         | drawn     | -       | -         | -         | -
finish, another job        | -         | -         | -         | -         | -       | -         | -         | -
cannot be drawn            | -         | to draw   | .         | to draw   | -       | drawn     | .         | -
cannot, another job        | -         | -         | -         | -         | -       | -         | -         | -
stop                       | -         | to draw ! | -         | to draw ! | -       | drawn !   | -         | -
go on                      | -         | -         | to draw ? | -         | -       | -         | drawn ?   | -
confirm                    | -NotDrawn | -NotDrawn | -NotDrawn | -UnderWay | confirmed | -UnderWay | confirmed | -Confirmed
confirm, an old page       | -         | -         | -         | -         | -       | -         | -         | -
move                       | -         | -         | -         | -         | drawn   | -         | drawn !   | confirmed
move, an old page          | -         | -         | -         | -         | -       | -         | -         | -
move, tickets are out      | -         | -         | -         | -         | drawn   | -         | drawn !   | -
print a ticket             | -         | -         | -         | -         | -       | -         | -         | confirmed
print a ticket, too early  | -         | -         | -         | -         | -       | -         | -         | -
";

/// The plan of a batch with one site, which is drawn when somebody opens the plan.
const BATCH: &str = "
                 | none    | drafted | ready     | confirmed
open             | drafted | -       | -         | -
confirm the site | -       | ready   | -         | -
confirm the plan | -       | -       | confirmed | -
";

const WORLD: &[&str] = &[
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
     VALUES ('a', 'staff', 'a', 'a', 0, 0, 0)",
    "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version, created_at,
     published_at) VALUES ('2021-01', 'x', 'x', '/demo', '2021-04-30', '2021-05-22', 'published', 1, 0, 1)",
    "INSERT INTO site (id, org_path, code, name_zh, name_en, address) VALUES ('s', '/demo/s', '01', 'x', 'x', 'x')",
    "INSERT INTO job (id, kind, subject, started_by, request_id, page, status, done_count, total_count, outcome,
     outcome_values, beat, turn_count, created_at) VALUES
     ('j1', 'x', 'r', 'a', 'x', 'x', 'running', 0, 0, '', '{}', 0, 0, 0),
     ('j2', 'x', 'r', 'a', 'x', 'x', 'running', 0, 0, '', '{}', 0, 0, 0)",
];

const NOW: UnixMicros = UnixMicros::new(100);
const LATER: UnixMicros = UnixMicros::new(101);

async fn plan_of(tx: &mut Tx) -> SitePlan {
    let code = BatchCode::parse("2021-01").unwrap();
    site_plan(tx, &code, &SiteId::from("s")).await.unwrap().unwrap()
}

fn word(plan: &SitePlan) -> String {
    let owes = match (plan.asked_at.is_some(), plan.job_id.is_some()) {
        (true, true) => " ?",
        (false, true) => " !",
        (false, false) => "",
        (true, false) => ", asked of nobody",
    };
    match plan.status {
        SiteStatus::ToDraw => format!("to draw{owes}"),
        SiteStatus::Drawing if owes == " ?" => "drawing".to_owned(),
        SiteStatus::Drawing => format!("drawing{owes}"),
        SiteStatus::Drawn => format!("drawn{owes}"),
        SiteStatus::Confirmed => format!("confirmed{owes}"),
    }
}

/// What the rule says and what the row does.
fn both<E: std::fmt::Debug>(rule: Result<(), E>, was_changed: bool) -> Result<(), String> {
    match (rule, was_changed) {
        (Ok(()), true) => Ok(()),
        (Err(refused), false) => Err(format!("{refused:?}")),
        (Ok(()), false) => Err("the rule allows it and the row does not".to_owned()),
        (Err(refused), true) => Err(format!("{refused:?}, and the row changed")),
    }
}

fn row(was_changed: bool) -> Result<(), String> {
    if was_changed { Ok(()) } else { Err(String::new()) }
}

/// Acts of the officers; a page names the version it has seen.
async fn decide(tx: &mut Tx, rows: &Statements, plan: &SitePlan, act: &str) -> Result<(), String> {
    let (is_asked, version) = (plan.asked_at.is_some(), Number(plan.version));
    let (old, number) = (Number(plan.version - 1), |at: UnixMicros| Number(at.get()));
    let (batch, site) = (Text("2021-01"), Text("s"));
    let next = Text(if plan.job_id.as_ref().is_some_and(|job| job.as_str() == "j1") { "j2" } else { "j1" });
    let ended = plan.job_id.as_ref().map_or(NoText, |job| Text(job.as_str()));
    let ticket = |now| may_print_own_ticket(Some(plan.status), Some(NOW), now);
    match act {
        "ask" => {
            let values = [batch, site, version, next, number(NOW), NoText];
            both(may_draw(true, plan.status, is_asked), rows.run(tx, "ASK", &values).await)
        }
        "ask, an old page" => row(rows.run(tx, "ASK", &[batch, site, old, next, number(NOW), NoText]).await),
        "ask before the freeze" => may_draw(false, plan.status, is_asked).map_err(|why| format!("{why:?}")),
        "ask after the job broke off" => {
            let values = [batch, site, version, next, number(NOW), ended];
            both(may_draw(true, plan.status, false), rows.run(tx, "ASK", &values).await)
        }
        "confirm" => {
            let values = [batch, site, version, number(NOW), Text("a")];
            both(may_confirm(plan.status, is_asked), rows.run(tx, "CONFIRM", &values).await)
        }
        "confirm, an old page" => {
            row(rows.run(tx, "CONFIRM", &[batch, site, old, number(NOW), Text("a")]).await)
        }
        "move" => {
            let rule = may_move(plan.status, is_asked, Some(LATER), NOW);
            both(rule, rows.run(tx, "TOUCH", &[batch, site, version]).await)
        }
        "move, an old page" => row(rows.run(tx, "TOUCH", &[batch, site, old]).await),
        "move, tickets are out" => {
            may_move(plan.status, is_asked, Some(NOW), NOW).map_err(|why| why.key.to_owned())
        }
        "print a ticket" => ticket(NOW).map_err(|why| format!("{why:?}")),
        "print a ticket, too early" => ticket(UnixMicros::new(99)).map_err(|why| format!("{why:?}")),
        other => unreachable!("{other}"),
    }
}

/// Acts of the job that draws.
async fn draw(tx: &mut Tx, rows: &Statements, plan: &SitePlan, act: &str) -> bool {
    let held = plan.job_id.as_ref().map_or("j1", |job| job.as_str());
    let other = if held == "j1" { "j2" } else { "j1" };
    let (what, job) = act.split_once(", ").map_or((act, Text(held)), |(what, _)| (what, Text(other)));
    let (batch, site, hash) = (Text("2021-01"), Text("s"), Text("x"));
    match what {
        "begin" => rows.run(tx, "BEGIN", &[batch, site, job]).await,
        "finish" => rows.run(tx, "FINISH", &[batch, site, job, hash, hash, hash, hash, Number(7)]).await,
        "cannot be drawn" | "cannot" => rows.run(tx, "REFUSE", &[batch, site, job, Text("[]")]).await,
        "stop" => rows.run(tx, "STOP", &[job]).await,
        "go on" => rows.run(tx, "ASK_AGAIN", &[job, Number(8)]).await,
        other => unreachable!("{other}"),
    }
}

async fn step(tx: &mut Tx, rows: &Statements, act: &str) -> Seen {
    let plan = plan_of(tx).await;
    let is_job = ["begin", "finish", "cannot", "stop", "go on"].iter().any(|what| act.starts_with(what));
    let done =
        if is_job { row(draw(tx, rows, &plan, act).await) } else { decide(tx, rows, &plan, act).await };
    Seen::of(word(&plan_of(tx).await), done)
}

async fn begin(tx: &mut Tx, rows: &Statements) {
    write(tx, WORLD).await;
    let values = [Text("2021-01"), Text("s"), Text("/demo/s"), Number(1), Number(3)];
    rows.run(tx, "INSERT", &values).await;
}

/// The plan of the whole batch: the row of the plan is held first, as a confirmation does.
async fn whole(tx: &mut Tx, rows: &Statements, act: &str) -> Seen {
    let (batch, site) = (Text("2021-01"), Text("s"));
    let was_changed = match act {
        "open" => rows.run(tx, "OPEN", &[batch, Number(1)]).await,
        "confirm the site" => {
            let version = Number(plan_of(tx).await.version);
            rows.run(tx, "HOLD", &[batch]).await
                && rows.run(tx, "CONFIRM", &[batch, site, version, Number(2), Text("a")]).await
        }
        "confirm the plan" => rows.run(tx, "CONFIRM_WHOLE", &[batch, Number(3)]).await,
        other => unreachable!("{other}"),
    };
    let code = BatchCode::parse("2021-01").unwrap();
    let plan = arrangement::seat_plan(tx, &code).await.unwrap();
    let is_site_confirmed = plan_of(tx).await.status == SiteStatus::Confirmed;
    let word = match plan.map(|plan| plan.status) {
        None => "none",
        Some(PlanStatus::Drafted) if is_site_confirmed => "ready",
        Some(PlanStatus::Drafted) => "drafted",
        Some(PlanStatus::Confirmed) => "confirmed",
    };
    let is_confirmed = arrangement::is_confirmed(tx, &code).await.unwrap();
    if is_confirmed != (word == "confirmed") {
        return Seen::refused(word, "another thing is told");
    }
    Seen::changed(word, was_changed)
}

#[tokio::test]
async fn a_site_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(SITE);
    let rows = Statements::about("site_plan ", &arrangement::all_queries());
    let careless = rows.clone().without("FINISH", " AND status = 'drawing'");
    for (engine, db) in testkit::engines().await {
        let fresh = async |tx: &mut Tx| begin(tx, &rows).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| step(tx, &rows, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), &fresh, &take).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| step(tx, &careless, act).await;
        let found = model.walk_rows(&db, &fresh, &take).await.caught();
        promise.control("a draw that stands without having begun", found).kept();
    }
    testkit::proves!(
        "TR21",
        "a site is drawn, stopped, drawn again, confirmed and changed as a table drawn by hand says, rule and row alike"
    );
}

#[tokio::test]
async fn the_plan_of_a_batch_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(BATCH);
    let rows = Statements::about("_plan ", &arrangement::all_queries());
    let careless = rows.clone().without("CONFIRM_WHOLE", " AND site_plan.status <> 'confirmed'");
    for (engine, db) in testkit::engines().await {
        let fresh = async |tx: &mut Tx| {
            begin(tx, &rows).await;
            write(tx, &["UPDATE site_plan SET status = 'drawn'"]).await;
        };
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| whole(tx, &rows, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), &fresh, &take).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| whole(tx, &careless, act).await;
        let found = model.walk_rows(&db, &fresh, &take).await.caught();
        promise.control("a plan that is not asked whether its sites are confirmed", found).kept();
    }
}
