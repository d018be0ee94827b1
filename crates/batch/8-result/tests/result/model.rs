//! TR21: the results of a batch from the first decision to their publication, beside a model drawn by hand.
//!
//! What the job and the pages ask before they write (`combining`, `pages::publication`) is asked here in the same order.
use kernel::{AdmissionNumber, Day, Digest, LevelCode, OccupationCode, OrgPath, UnixMicros};
use result::{
    Outcome, Publication,
    store::{
        NewResult, begin, book_and_publication, close, insert_publication, outcomes, put_results, take,
        take_version,
    },
};
use store::Tx;
use testkit::{
    model::{Dice, Model, Seen},
    write,
};

use crate::fixture::code;

/// The book is open while results are decided, and one row closes it. An old page has seen the version before. What is
/// written past the book is not a page's: the rows themselves refuse it once they are published.
const TABLE: &str = "
                       | nothing | open    | decided   | published
begin to decide        | open    | open    | open      | -
write a decision       | -       | open    | -         | -
close the book         | -       | decided | -         | -
look                   | -       | -       | decided   | -
look at an old page    | -       | -       | -         | -
publish                | -       | -       | published | -
publish an old page    | -       | -       | -         | -
write past the book    | nothing | open    | decided   | -
";

const WORLD: &[&str] = &[
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
     VALUES ('a', 'staff', 'a', 'a', 0, 0, 0)",
    "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version, created_at,
     published_at) VALUES ('T-1', 'x', 'x', '/demo', '2021-04-30', '2021-05-22', 'published', 1, 0, 1)",
    "INSERT INTO person (id, document_kind, document_index, document_sealed, name_sealed, phone_index, phone_sealed,
     detail_sealed, version, created_at) VALUES ('p', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 0)",
    "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code, clause_number,
     clause_text, point_path, exam_kind, prior_certificate_sealed, education, major, diploma_sealed, source,
     particulars_sealed, status, origin, submitted_at, version) VALUES ('x', 'T-1', 1, 'p', '4-07-03-04', '3',
     '(1)', '', '/demo', 'first', '', '', '', '', '', '', 'submitted', 'self', 0, 1)",
];

const NOW: UnixMicros = UnixMicros::new(9);

async fn fresh(tx: &mut Tx) {
    write(tx, WORLD).await;
    turn_over(tx).await;
}

fn digest() -> Digest {
    Digest::from_bytes(&[7; 32])
}

/// The same decision turned over: whether it is another afterwards.
async fn turn_over(tx: &mut Tx) -> bool {
    let before = outcomes(tx, &code()).await.unwrap();
    let was_pass = before.first().is_some_and(|one| one.1 == Outcome::Pass);
    let new = NewResult {
        application_id: "x".to_owned(),
        person_id: "p".into(),
        number: AdmissionNumber::parse("N-1").unwrap(),
        occupation_code: OccupationCode::parse("4-07-03-04").unwrap(),
        level_code: LevelCode::parse("3").unwrap(),
        point_path: OrgPath::parse("/demo").unwrap(),
        outcome: if was_pass { Outcome::Fail } else { Outcome::Pass },
    };
    put_results(tx, &code(), &[new], "a", NOW).await.unwrap();
    outcomes(tx, &code()).await.unwrap() != before
}

async fn publish(tx: &mut Tx, seen: i64) -> bool {
    let publication = Publication {
        published_at: NOW,
        notice_ends_on: Day::parse("2021-06-02").unwrap(),
        digest: digest(),
        candidates: 1,
        passes: 1,
    };
    take_version(tx, &code(), seen).await.unwrap()
        && insert_publication(tx, &code(), &publication, "a").await.unwrap()
}

async fn step(tx: &mut Tx, act: &'static str, _: &mut Dice) -> Seen {
    let (book, publication) = book_and_publication(tx, &code()).await.unwrap();
    let (seen, is_published) = (book.map_or(0, |book| book.version), publication.is_some());
    let was_changed = match act {
        "begin to decide" | "look" if is_published => false,
        "begin to decide" => {
            begin(tx, &code()).await.unwrap();
            true
        }
        "write a decision" => take(tx, &code()).await.unwrap() && turn_over(tx).await,
        "close the book" => close(tx, &code(), &digest(), NOW).await.unwrap(),
        "look" => take_version(tx, &code(), seen).await.unwrap(),
        "look at an old page" => take_version(tx, &code(), seen - 1).await.unwrap(),
        "publish" => publish(tx, seen).await,
        "publish an old page" => publish(tx, seen - 1).await,
        "write past the book" => turn_over(tx).await,
        other => unreachable!("{other}"),
    };
    let (book, publication) = book_and_publication(tx, &code()).await.unwrap();
    let word = match (book, publication) {
        (None, None) => "nothing",
        (Some(book), None) if book.digest.is_none() => "open",
        (Some(_), None) => "decided",
        (Some(book), Some(_)) if book.digest.is_some() => "published",
        (_, Some(_)) => "published, and open",
    };
    Seen::changed(word, was_changed)
}

#[tokio::test]
async fn results_go_where_their_table_says_and_nowhere_else() {
    let model = Model::by_act(TABLE);
    for (engine, db) in testkit::engines().await {
        let promise = model.try_rows((engine, &db), module_path!(), fresh, step).await;
        // Whoever publishes does not say what they have seen.
        let careless = async |tx: &mut Tx, act: &'static str, dice: &mut Dice| {
            step(tx, if act == "publish an old page" { "publish" } else { act }, dice).await
        };
        let found = model.walk_rows(&db, fresh, careless).await.caught();
        promise.control("a publication that does not ask what was seen", found).kept();
    }
    testkit::proves!(
        "TR21",
        "results are decided, closed and published once as a table drawn by hand says, and stand from then on"
    );
}
