//! TR8: a change that is sent fifty times at once has one effect.
//!
//! The story's browsers do it: the first change of each route that is taken goes out as often, and the story goes on
//! with one of the answers. What had an effect is what stands in the trail under the number of its request, because
//! nothing changes without an entry (TS17); and nothing that there may be one of is there twice in the end.
use std::collections::{BTreeMap, BTreeSet};

use app::route_of;
use store::{Db, Tx, on};
use testkit::{Promise, Sent, Server};

use crate::{access::worlds, walk::AFTER_A_FAULT};

/// Copies of a change. Source: the promise.
const COPIES: usize = 50;

/// Every call is an act of its own: there nobody is signed in yet, a wrong password counts each time, or nothing is
/// changed.
const EACH_COUNTS: [&str; 5] =
    ["/hall", "/my-account/password", "/one-time-codes", "/sessions", "/verify/file"];

/// A machine that comes back begins again, which has no effect of its own.
const COMES_BACK: &str = "/attempts/{id}/start";

/// What there may be one of, as the rows in which there are more.
const DOUBLES: [(&str, &str); 9] = [
    (
        "seat of a part",
        "SELECT sitting_id, application_id FROM seat GROUP BY sitting_id, application_id HAVING COUNT(*) > 1",
    ),
    (
        "person in a place",
        "SELECT room_use_id, number, turn FROM seat GROUP BY room_use_id, number, turn HAVING COUNT(*) > 1",
    ),
    ("payment", "SELECT application_id FROM admission_payment GROUP BY application_id HAVING COUNT(*) > 1"),
    ("admission", "SELECT application_id FROM admitted GROUP BY application_id HAVING COUNT(*) > 1"),
    (
        "admission number",
        "SELECT application_id FROM admission_number GROUP BY application_id HAVING COUNT(*) > 1",
    ),
    ("check-in", "SELECT seat_id FROM check_in GROUP BY seat_id HAVING COUNT(*) > 1"),
    ("attempt", "SELECT seat_id FROM attempt GROUP BY seat_id HAVING COUNT(*) > 1"),
    (
        "certificate",
        "SELECT application_id FROM certificate WHERE status <> 'revoked' GROUP BY application_id
         HAVING COUNT(*) > 1",
    ),
    ("number of a certificate", "SELECT number FROM certificate GROUP BY number HAVING COUNT(*) > 1"),
];

/// What became of the copies of a story.
#[derive(Debug, Default)]
pub struct Echoes {
    routes: BTreeSet<&'static str>,
    wrong: Vec<String>,
}

/// From now on the first change of each route goes out many times.
pub fn begin(server: &Server) {
    server.echo(COPIES, |address| route_of("POST", address).filter(|route| !EACH_COUNTS.contains(route)));
}

/// What the story's copies did.
pub async fn heard(server: &Server) -> Echoes {
    let db = Db::open(&server.database).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let mut sent = Vec::new();
    for one in server.sent().into_iter().filter(|one| !one.echoes.is_empty() && one.status < 400) {
        let effects = effects(&mut tx, &one).await;
        sent.push((one, effects));
    }
    let mut wrong = judge(&sent);
    let routes = sent.iter().filter_map(|(one, _)| route_of("POST", &one.path)).collect();
    for (what, statement) in DOUBLES {
        let twice = on!(&mut tx, |conn| sqlx::query(statement).fetch_all(conn).await.map(|rows| rows.len()));
        match twice.unwrap() {
            0 => {}
            twice => wrong.push(format!("{twice} times there is more than one {what}")),
        }
    }
    drop(tx);
    db.close().await;
    Echoes { routes, wrong }
}

/// How many of the copies left an entry.
async fn effects(tx: &mut Tx, sent: &Sent) -> usize {
    const ENTRIES: &str = "SELECT COUNT(*) FROM trail_entry WHERE request_id = $1";
    let mut effects = 0;
    for echo in &sent.echoes {
        let id = &echo.request_id;
        let entries: i64 =
            on!(&mut *tx, |conn| sqlx::query_scalar(ENTRIES).bind(id).fetch_one(conn).await).unwrap();
        effects += usize::from(entries > 0);
    }
    effects
}

fn judge(sent: &[(Sent, usize)]) -> Vec<String> {
    let rolled_up = app::rolled_up();
    let mut wrong = Vec::new();
    for (one, effects) in sent {
        let Some(route) = route_of("POST", &one.path) else { continue };
        let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
        one.echoes.iter().for_each(|echo| *statuses.entry(echo.status).or_default() += 1);
        // 503 is "try again": it says that nothing was done.
        if statuses.keys().any(|status| *status >= 500 && *status != 503) {
            wrong.push(format!("POST {route}: {statuses:?}"));
        }
        let is_kept = *effects == 1 || (*effects == 0 && route == COMES_BACK);
        if !is_kept && !rolled_up.contains(&format!("POST {route}").as_str()) {
            wrong.push(format!("POST {route}: {effects} effects of {COPIES} copies, {statuses:?}"));
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_sent_fifty_times_at_once_has_one_effect() {
    for world in worlds().await {
        let Echoes { routes, wrong } = &world.echoes;
        let mut wrong = wrong.clone();
        let exempt = [&EACH_COUNTS[..], AFTER_A_FAULT].concat();
        let known = app::routes();
        let posted = known.iter().filter(|route| route.method == "POST").map(|route| route.path);
        let never = posted.filter(|path| !routes.contains(path) && !exempt.contains(path));
        wrong.extend(never.map(|path| format!("POST {path} was never sent many times")));
        assert!(wrong.is_empty(), "{}:\n{}", world.engine, wrong.join("\n"));
        let kept = world.end().again().await;
        let mut server = Server::on(env!("CARGO_BIN_EXE_kaogong"), &kept, "2021-06-03 15:00");
        assert_eq!(without_protection(&server).await, 0, "{}: it is on here too", world.engine);
        server.start_again(&["--take-repeats"]);
        let control = without_protection(&server).await;
        Promise::of("TR8", world.engine, module_path!())
            .count("routes", routes.len())
            .count("copies of each", COPIES)
            .count("with another effect than one", 0)
            .control("a form is taken as often as it is sent", control)
            .kept();
    }
    testkit::proves!("TR8", "each kind of change, sent fifty times at once in a whole batch, has one effect");
}

/// A duty is proposed for a clerk by as many copies of one form; what the judge finds.
async fn without_protection(server: &Server) -> usize {
    begin(server);
    tokio::task::block_in_place(|| {
        let province = server.staff("province1");
        let account = province.open("/accounts?q=clerk2").row("clerk2").link("/accounts/").unwrap();
        let form = province.open(&account).form("/grant-proposals").set("role", "exam-officer");
        let form =
            form.set("org_path", "/demo/nancheng").set("reason", "新任考务").set("until", "2021-12-31");
        assert_eq!(province.send(&form).status, 200);
    });
    let db = Db::open(&server.database).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let last = server.sent().into_iter().rev().find(|one| !one.echoes.is_empty()).unwrap();
    let effects = effects(&mut tx, &last).await;
    drop(tx);
    db.close().await;
    judge(&[(last, effects)]).len()
}
