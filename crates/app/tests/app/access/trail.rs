//! TS17: no change without its entry of the trail.
use std::collections::{BTreeMap, BTreeSet};

use testkit::{Promise, Server, ask, run};

use super::{
    ask::{Asker, Question},
    doors::Things,
    hostile::{DROPPED, breakable},
    people::{Person, settle},
    rows,
    world::{Moment, World, worlds},
};

/// Routes that rightly leave no entry or cannot be tried here, and why.
const WITHOUT_ENTRY: [(&str, &str); 6] = [
    (
        "/attempts/{id}/answers",
        "thousands a second: each attempt's chain is rolled up every minute and at its end",
    ),
    ("/batches/{code}/applications", "a search, by POST so that a number stands in no address"),
    ("/verify/file", "a check by the public, which changes nothing"),
    (
        "/batches/{code}/certificates/issue/continuation",
        "only after a power cut; tried in the crate's own tests",
    ),
    ("/jobs/{id}/cancellation", "only while long work is under way; tried in the crate's own tests"),
    ("/jobs/{id}/resumption", "only after long work broke off; tried in the crate's own tests"),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_changes_when_the_trail_cannot_be_written() {
    for world in worlds().await {
        let found = &world.found;
        let mut wrong: Vec<String> = found.faults.clone();
        wrong.extend(judge(&found.unlogged));
        let without = |route: &&str| WITHOUT_ENTRY.iter().any(|(known, _)| known == route);
        let posted: BTreeSet<_> =
            app::routes().iter().filter(|route| route.method == "POST").map(|route| route.path).collect();
        let untried = posted.iter().filter(|route| !found.fails_whole.contains(*route) && !without(route));
        wrong.extend(untried.map(|route| format!("{route} was not tried")));
        let control = control(world).await;
        assert!(wrong.is_empty(), "{}:\n{}", world.engine, wrong.join("\n"));
        Promise::of("TS17", world.engine, module_path!())
            .count("routes that fail whole without a trail", found.fails_whole.len())
            .count("routes that leave none or are not tried here", WITHOUT_ENTRY.len())
            .count("changes without an entry", 0)
            .count("forged changes refused", found.forged.values().sum())
            .count("routes where nobody is signed in", found.tokenless.len())
            .control("entries of the trail are dropped without a word", control)
            .kept();
    }
    testkit::proves!(
        "TS17",
        "each kind of change fails whole, on both engines, while the trail refuses its entry"
    );
}

/// Routes that changed rows although the trail was broken.
fn judge(unlogged: &BTreeMap<&'static str, BTreeSet<String>>) -> Vec<String> {
    let is_known = |route: &str, tables: &BTreeSet<String>| {
        let known = WITHOUT_ENTRY.iter().any(|(known, _)| *known == route);
        known && tables.iter().all(|table| ["answer_change", "attempt"].contains(&table.as_str()))
    };
    let wrong = unlogged.iter().filter(|(route, tables)| !tables.is_empty() && !is_known(route, tables));
    wrong.map(|(route, tables)| format!("{route} changed {tables:?} and left no entry")).collect()
}

/// Changes of one's own, made while entries are dropped: the same judge must find them.
async fn control(world: &World) -> usize {
    let kept = world.copy(Moment::Certified).await.unwrap();
    let people = settle(&kept, &Things::of(world.end()).await).await;
    let db = kept.open().await;
    run(&db, &breakable(&db, DROPPED)).await;
    run(&db, &[format!("UPDATE {} SET broken = 1", rows::SWITCH)]).await;
    let (tables, grant) = (rows::tables(&db).await, ask(&db, A_GRANT).await.remove(0));
    let server = Server::on(env!("CARGO_BIN_EXE_kaogong"), &kept, Moment::Certified.clock());
    let asker = Asker::new(server.base());
    let giver: &Person = people.iter().find(|person| person.role == "security-administrator").unwrap();
    let before = rows::prints(&db, &tables).await;
    let body = format!("csrf={}&reason=moved", giver.csrf);
    let body = Some(("application/x-www-form-urlencoded", body.as_str()));
    let question = Question { cookie: &giver.cookie, body, site: "same-origin", ..Question::default() };
    let said = tokio::task::block_in_place(|| asker.ask(&format!("/grants/{grant}/revocation"), &question));
    let changed = rows::changed(&before, &rows::prints(&db, &tables).await);
    db.close().await;
    assert_eq!(said.status, 303, "{}: the duty is taken back", world.engine);
    judge(&BTreeMap::from([("/grants/{id}/revocation", changed.into_iter().collect())])).len()
}

const A_GRANT: &str =
    "SELECT g.id FROM duty_grant g JOIN account a ON a.id = g.account_id WHERE a.login = 'reviewer1'";
