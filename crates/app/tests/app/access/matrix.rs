//! TS1: every route as everybody at every moment, against a table written by hand. TS3: and what they are shown.
use testkit::{Promise, Server, run, tries};

use super::{
    canary::{Canaries, Shown, allowed},
    doors::{Cell, Things, judge, walk, without_row},
    people::{Person, Relation, settle},
    rows,
    world::{Moment, World, worlds},
};

/// The moments at which every door is tried; on PostgreSQL the last.
const MOMENTS: [Moment; 6] = [
    Moment::Announced,
    Moment::UnderWay,
    Moment::HandedIn,
    Moment::Combined,
    Moment::Published,
    Moment::Certified,
];

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_let_in_where_the_table_says_and_is_shown_what_the_list_says() {
    assert_eq!(without_row(), Vec::<String>::new(), "a route and its row in expected.csv belong together");
    for world in worlds().await {
        let things = Things::of(world.end()).await;
        let (mut wrong, mut seen) = (Vec::new(), Shown::new());
        let (mut cells, mut secrets, mut pages) = (0, 0, 0);
        for moment in MOMENTS {
            let Some(tried) =
                Tried::at(world, &things, moment, |person| is_asked(world.engine, moment, person), None)
                    .await
            else {
                continue;
            };
            cells += tried.cells.len();
            pages += tried.cells.iter().filter(|cell| cell.answer.status == 200).count();
            secrets += tried.canaries.len();
            wrong.extend(tried.changed.iter().map(|table| format!("the walk changed {table} at {moment:?}")));
            wrong.extend(judge(&tried.cells, moment));
            seen.extend(tried.canaries.seen(&tried.cells, moment));
        }
        assert!(wrong.is_empty(), "{}: {} of {cells}\n{}", world.engine, wrong.len(), wrong.join("\n"));
        let leaks = beyond(&seen, "");
        assert!(leaks.is_empty(), "{}: shown\n{}", world.engine, leaks.join("\n"));
        let tampered = async |who: &'static str, statement| {
            let is_asked = |person: &Person| person.name == who;
            let tried =
                Tried::at(world, &things, Moment::Certified, is_asked, Some(statement)).await.unwrap();
            (
                judge(&tried.cells, Moment::Certified).len(),
                beyond(&tried.canaries.seen(&tried.cells, Moment::Certified), "").len(),
            )
        };
        let (everywhere, all_is_shown) = tampered("examiner", EVERY_DUTY_IS_EVERYBODYS).await;
        let (wider, _) = tampered("sibling-city", A_CITY_IS_THE_PROVINCE).await;
        Promise::of("TS1", world.engine, module_path!())
            .count("routes", app::routes().len())
            .count("cells", cells)
            .count("unexpected", 0)
            .control("every duty is everybody's", everywhere)
            .control("a duty for one city counts in all", wider)
            .kept();
        Promise::of("TS3", world.engine, module_path!())
            .count("secrets", secrets)
            .count("pages read", pages)
            .count("shown where the list allows it", seen.len())
            .count("shown elsewhere", 0)
            .control("every duty is everybody's", all_is_shown)
            .control(
                "the list without one of its lines",
                beyond(&seen, "GET /batches/{code}/applications").len(),
            )
            .kept();
    }
    testkit::proves!("TS1", "every route as everybody at six moments answers as the hand-written table says");
    testkit::proves!(
        "TS3",
        "names, numbers, questions, keys, marks and credentials stand on no page but the list's"
    );
}

/// Whoever opens a paper is written down.
const WRITTEN_DOWN: [&str; 2] = ["form_print", "trail_entry"];

/// At the last moment everybody, on SQLite; before it and on PostgreSQL, in a check, those who show what is there
/// too early: whoever holds every duty where the things lie, the candidates, the machine at the seat, and nobody.
/// Who may do what is decided above the engine; what a statement leaves out, those few would be shown.
fn is_asked(engine: &str, moment: Moment, person: &Person) -> bool {
    let early = match person.relation {
        Relation::Nobody | Relation::OwnCity | Relation::Self_ | Relation::AtTheSeat => true,
        Relation::Whole
        | Relation::SiblingCity
        | Relation::OtherBody
        | Relation::OtherBatch
        | Relation::Ended
        | Relation::NotYet
        | Relation::OtherCandidate => false,
    };
    early || (moment == Moment::Certified && engine == "sqlite") || tries(0, 1) == 1
}

/// What was shown beyond the list, or before its time; the control leaves out the lines of a place.
fn beyond(seen: &Shown, left_out: &str) -> Vec<String> {
    let mut allowed = allowed();
    allowed.retain(|(_, place, _), _| place != left_out);
    let mut said = Vec::new();
    for ((kind, place, who, moment), token) in seen {
        let since = allowed.get(&((*kind).to_owned(), place.clone(), who.clone()));
        if since.is_none_or(|since| moment < since) {
            said.push(format!("{kind},{place},{who},{moment} {token}"));
        }
    }
    said
}

/// Controls: rows that no rule of the product would write.
const EVERY_DUTY_IS_EVERYBODYS: &str = "INSERT INTO duty_grant (id, account_id, role, org_path, batch_code, valid_from, valid_until, granted_by, reason)
    SELECT a.id || g.role, a.id, g.role, '/demo', NULL, 0, NULL, 'system', 'control'
    FROM account a CROSS JOIN (SELECT DISTINCT role FROM duty_grant) g WHERE a.kind = 'staff'";
const A_CITY_IS_THE_PROVINCE: &str =
    "UPDATE duty_grant SET org_path = '/demo' WHERE org_path = '/demo/xicheng'";

/// Every door as everybody at one moment.
struct Tried {
    canaries: Canaries,
    cells: Vec<Cell>,
    /// Tables in which the walk changed rows.
    changed: Vec<String>,
}

impl Tried {
    async fn at(
        world: &World,
        things: &Things,
        moment: Moment,
        is_asked: impl Fn(&Person) -> bool,
        tampered: Option<&str>,
    ) -> Option<Self> {
        let kept = world.copy(moment).await?;
        let canaries = Canaries::plant(&kept, things).await;
        let mut people = settle(&kept, things).await;
        people.retain(is_asked);
        let db = kept.open().await;
        run(&db, &tampered.map(str::to_owned).into_iter().collect::<Vec<_>>()).await;
        let tables = rows::tables(&db).await;
        let before = rows::prints(&db, &tables).await;
        let server = Server::on(env!("CARGO_BIN_EXE_kaogong"), &kept, moment.clock());
        let cells = tokio::task::block_in_place(|| walk(server.base(), things, &people, moment));
        let mut changed = rows::changed(&before, &rows::prints(&db, &tables).await);
        changed.retain(|table| !WRITTEN_DOWN.contains(&table.as_str()));
        db.close().await;
        Some(Self { canaries, cells, changed })
    }
}
