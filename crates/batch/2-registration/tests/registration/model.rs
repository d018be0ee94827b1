//! TR21: what registration keeps, beside models drawn by hand: the book of a batch, an application, a roster.
use kernel::UnixMicros;
use registration::{ApplicationId, ApplicationStatus, set_status, settle};
use store::Tx;
use testkit::{
    Statements,
    Value::{NoText, Number, Text},
    look,
    model::{Dice, Model, Seen},
    write,
};

use crate::house::code;

/// The book is opened by whoever applies first; the freeze of the list closes it, even one that nobody opened.
const BOOK: &str = "
         | none   | open   | closed
take     | open   | open   | -
close    | closed | closed | -
";

/// An old page has seen the version before. What a reviewer may decide on, and what an applicant may do again, is asked
/// before these rows are written: by the next stage's rules, and by the pages.
const APPLICATION: &str = "
                       | submitted | accepted  | returned  | withdrawn
accept                 | accepted  | .         | .         | .
accept, an old page    | -         | -         | -         | -
give back              | returned  | .         | .         | .
give back, an old page | -         | -         | -         | -
withdraw               | withdrawn | withdrawn | withdrawn | .
withdraw, an old page  | -         | -         | -         | -
hand in again          | .         | .         | submitted | -
hand in, an old page   | -         | -         | -         | -
write anew             | submitted | submitted | submitted | submitted
write, an old page     | -         | -         | -         | -
";

/// That it was checked before it is confirmed, and confirmed before it is in force, is asked by the pages and the job.
const ROSTER: &str = "
                        | read    | checked   | confirmed | in force
begin work              | read    | checked   | -         | -
begin work, an old page | -       | -         | -         | -
check                   | checked | checked   | -         | -
mend                    | read    | read      | -         | -
mend, an old page       | -       | -         | -         | -
confirm                 | .       | confirmed | -         | -
take back               | .       | .         | read      | -
put in force            | .       | .         | in force  | -
";

/// Whoever is needed for the foreign keys.
const WORLD: &[&str] = &[
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
     VALUES ('a', 'staff', 'a', 'a', 0, 0, 0)",
    "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version, created_at,
     published_at) VALUES ('2021-01', 'x', 'x', '/demo', '2021-04-30', '2021-05-22', 'published', 1, 0, 1)",
    "INSERT INTO person (id, document_kind, document_index, document_sealed, name_sealed, phone_index, phone_sealed,
     detail_sealed, version, created_at) VALUES ('p', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 0)",
    "INSERT INTO job (id, kind, subject, started_by, request_id, page, status, done_count, total_count, outcome,
     outcome_values, beat, turn_count, created_at) VALUES
     ('j1', 'x', 'r', 'a', 'x', 'x', 'done', 0, 0, '', '{}', 0, 0, 0),
     ('j2', 'x', 'r', 'a', 'x', 'x', 'done', 0, 0, '', '{}', 0, 0, 0)",
    "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code, clause_number,
     clause_text, point_path, exam_kind, prior_certificate_sealed, education, major, diploma_sealed, source,
     particulars_sealed, status, origin, submitted_at, version) VALUES ('x', '2021-01', 1, 'p', '4-07-03-04', '3',
     '(1)', '', '/demo', 'first', '', '', '', '', '', '', 'submitted', 'self', 0, 1)",
    "INSERT INTO roster_upload (id, batch_code, digest, sealed_digest, file_name, uploaded_by, uploaded_at, status,
     job_id) VALUES ('r', '2021-01', 'x', 'x', 'x', 'a', 0, 'previewed', 'j1')",
];

const BOOK_STANDS: &str =
    "SELECT CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END FROM registration_book
     WHERE batch_code = $1";
const APPLICATION_STANDS: &str =
    "SELECT CASE WHEN status = 'submitted' AND reviewed_photo IS NOT NULL THEN 'accepted' ELSE status END
     FROM application WHERE id = $1";
const ROSTER_STANDS: &str =
    "SELECT CASE WHEN in_force_at IS NOT NULL THEN 'in force' WHEN status = 'confirmed' THEN 'confirmed'
     WHEN checked_digest IS NOT NULL THEN 'checked' ELSE 'read' END FROM roster_upload WHERE id = $1";
const ROSTER_JOB: &str = "SELECT job_id FROM roster_upload WHERE id = $1";

async fn fresh(tx: &mut Tx) {
    write(tx, WORLD).await;
}

async fn book(tx: &mut Tx, rows: &Statements, act: &str) -> Seen {
    let was_changed = match act {
        "take" => rows.run(tx, "OPEN_BOOK", &[Text("2021-01")]).await,
        "close" => registration::close_book(tx, &code(), UnixMicros::new(5)).await.unwrap(),
        other => unreachable!("{other}"),
    };
    let word = look(tx, BOOK_STANDS, "2021-01").await.unwrap_or_else(|| "none".to_owned());
    let is_closed = registration::is_closed(tx, &code()).await.unwrap();
    if is_closed != (word == "closed") {
        return Seen::refused(word, "another thing is told");
    }
    Seen::changed(word, was_changed)
}

async fn application(tx: &mut Tx, rows: &Statements, act: &str) -> Seen {
    let id = ApplicationId::from("x");
    let now = registration::application(tx, "x").await.unwrap().unwrap().version;
    let (what, seen) = act.split_once(", ").map_or((act, now), |(what, _)| (what, now - 1));
    let was_changed = match what {
        "accept" => settle(tx, &id, seen, ApplicationStatus::Submitted, "photo").await.unwrap(),
        "give back" => settle(tx, &id, seen, ApplicationStatus::Returned, "photo").await.unwrap(),
        "withdraw" => set_status(tx, &id, seen, ApplicationStatus::Withdrawn).await.unwrap(),
        "hand in again" | "hand in" => {
            rows.run(tx, "HAND_IN_AGAIN", &[Text("x"), Number(seen), Number(5)]).await
        }
        "write anew" | "write" => {
            let (text, none) = (Text(""), NoText);
            let head = [Text("x"), Number(seen), Text("(1)"), text, Text("/demo"), Text("first"), none, text];
            let facts = [none, none, Number(7), text, text, text, text, text];
            let tail = [Number(6), Number(1), Text("self")];
            rows.run(tx, "REWRITE", &[&head[..], &facts[..], &tail[..]].concat()).await
        }
        other => unreachable!("{other}"),
    };
    Seen::changed(look(tx, APPLICATION_STANDS, "x").await.unwrap_or_default(), was_changed)
}

async fn roster(tx: &mut Tx, rows: &Statements, act: &str) -> Seen {
    let job = look(tx, ROSTER_JOB, "r").await.unwrap_or_default();
    let other = Text(if job == "j1" { "j2" } else { "j1" });
    let (id, job) = (Text("r"), Text(&job));
    let was_changed = match act {
        "begin work" => rows.run(tx, "BEGIN_WORK", &[id, other, job]).await,
        "begin work, an old page" => rows.run(tx, "BEGIN_WORK", &[id, other, other]).await,
        "check" => rows.run(tx, "SET_CHECKED", &[id, Text("digest")]).await,
        "mend" => rows.run(tx, "FORGET_CHECK", &[id, job]).await,
        "mend, an old page" => rows.run(tx, "FORGET_CHECK", &[id, other]).await,
        "confirm" => rows.run(tx, "CONFIRM", &[id, Number(5)]).await,
        "take back" => rows.run(tx, "TAKE_BACK", &[id]).await,
        "put in force" => rows.run(tx, "PUT_IN_FORCE", &[id, Number(6)]).await,
        other => unreachable!("{other}"),
    };
    Seen::changed(look(tx, ROSTER_STANDS, "r").await.unwrap_or_default(), was_changed)
}

#[tokio::test]
async fn the_book_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(BOOK);
    let rows = Statements::about("registration_book", &registration::all_queries());
    let careless = rows.clone().without("OPEN_BOOK", "WHERE registration_book.closed_at IS NULL");
    for (engine, db) in testkit::engines().await {
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| book(tx, &rows, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), fresh, &take).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| book(tx, &careless, act).await;
        let found = model.walk_rows(&db, fresh, &take).await.caught();
        promise.control("a closed book that is taken", found).kept();
    }
}

#[tokio::test]
async fn an_application_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(APPLICATION);
    let rows = Statements::about("UPDATE application ", &registration::all_queries());
    let careless = rows.clone().without("HAND_IN_AGAIN", " AND status <> 'withdrawn'");
    for (engine, db) in testkit::engines().await {
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| application(tx, &rows, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), fresh, &take).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| application(tx, &careless, act).await;
        let found = model.walk_rows(&db, fresh, &take).await.caught();
        promise.control("what was taken back is handed in again", found).kept();
    }
    testkit::proves!(
        "TR21",
        "an application is returned, withdrawn and handed in again as a table drawn by hand says, never from an old page"
    );
}

#[tokio::test]
async fn a_roster_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(ROSTER);
    let rows = Statements::about("roster_upload", &registration::all_queries());
    let careless = rows.clone().without("TAKE_BACK", " AND in_force_at IS NULL");
    for (engine, db) in testkit::engines().await {
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| roster(tx, &rows, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), fresh, &take).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| roster(tx, &careless, act).await;
        let found = model.walk_rows(&db, fresh, &take).await.caught();
        promise.control("a roster in force is taken back", found).kept();
    }
}
