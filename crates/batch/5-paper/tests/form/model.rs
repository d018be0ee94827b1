//! TR21: a form of a paper from assembly to lock, beside a model drawn by hand.
use itembank::ItemKind;
use kernel::{Digest, Score, UnixMicros};
use paper::{
    Form, FormItem, FormLetter, FormStatus, add_form, add_form_item, add_print, form, form_by_id, form_items,
    lock_form, remove_assembled,
};
use store::Tx;
use testkit::{
    model::{Dice, Model, Seen},
    write,
};

use crate::fixture::{batch, level, occupation};

/// Only what is locked is printed or sat, and what is locked never changes.
const TABLE: &str = "
                 | nothing   | assembled | locked
assemble         | assembled | assembled | -
remove           | -         | nothing   | -
add an item      | -         | assembled | -
lock             | -         | locked    | -
lock other words | -         | -         | -
print            | -         | -         | locked
sit              | -         | -         | locked
";

/// Whatever a form stands on; an item for each that a walk may add.
const WORLD: &[&str] = &[
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
     VALUES ('a', 'staff', 'a', 'a', 0, 0, 0)",
    "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version, created_at,
     published_at) VALUES ('2021-01', 'x', 'x', '/demo', '2021-04-30', '2021-05-22', 'published', 1, 0, 1)",
    "INSERT INTO item_bank (id, org_path, occupation_code, level_code) VALUES ('bank', '/demo', '4-07-03-04', '3')",
    "INSERT INTO item_import (digest, bank_id, kind, file_digest, file_name, staged_by, staged_at)
     VALUES ('import', 'bank', 'items', 'x', 'x', 'a', 0)",
    "INSERT INTO blueprint (id, bank_id, version, import_digest, created_by, created_at)
     VALUES ('b', 'bank', 1, 'import', 'a', 0)",
    "INSERT INTO item (id, bank_id, number, version)
     WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 45)
     SELECT 'i' || n, 'bank', n, 1 FROM n",
    "INSERT INTO item_version (item_id, version, import_digest, kind, point_code, cognition, difficulty_centi, stem,
     options, answer_key, explanation, status, created_by, created_at, review_reason)
     SELECT id, 1, 'import', 'judgement', 'A', 'x', 50, 'x', '[]', 'T', '', 'accepted', 'a', 0, '' FROM item",
];

const NOW: UnixMicros = UnixMicros::new(5);

async fn begin(tx: &mut Tx) {
    write(tx, WORLD).await;
}

fn words(byte: u8) -> Digest {
    Digest::from_bytes(&[byte; 32])
}

fn assembled() -> Form {
    Form {
        id: "f".to_owned(),
        batch_code: batch(),
        occupation_code: occupation(),
        level_code: level("3"),
        letter: FormLetter::A,
        blueprint_id: "b".to_owned(),
        seed: "x".to_owned(),
        minutes: 90,
        digest: words(7),
        status: FormStatus::Assembled,
        assembled_by: "a".to_owned(),
        assembled_at: NOW,
        locked_at: None,
    }
}

/// The item after those the form has.
async fn next_item(tx: &mut Tx) -> FormItem {
    let no = form_items(tx, "f").await.unwrap().len() + 1;
    FormItem {
        no: i64::try_from(no).unwrap(),
        item_id: format!("i{no}"),
        item_version: 1,
        point_code: "A".to_owned(),
        kind: ItemKind::Judgement,
        difficulty: 50,
        stem: "x".to_owned(),
        options: Vec::new(),
        key: "T".to_owned(),
        points: Score(100),
    }
}

async fn stands(tx: &mut Tx) -> &'static str {
    match form_by_id(tx, &batch(), "f").await.unwrap().map(|form| form.status) {
        None => "nothing",
        Some(FormStatus::Assembled) => "assembled",
        Some(FormStatus::Locked) => "locked",
    }
}

async fn step(tx: &mut Tx, act: &'static str, dice: &mut Dice) -> Seen {
    let before = stands(tx).await;
    let was_changed = match act {
        // As the page does: what is not locked goes first, and what stays is locked.
        "assemble" => {
            remove_assembled(tx, &batch(), &occupation(), &level("3")).await.unwrap();
            let is_free = stands(tx).await == "nothing";
            if is_free {
                add_form(tx, &assembled(), &[]).await.unwrap();
            }
            is_free
        }
        "remove" => {
            remove_assembled(tx, &batch(), &occupation(), &level("3")).await.unwrap();
            stands(tx).await != before
        }
        "add an item" => {
            let item = next_item(tx).await;
            add_form_item(tx, "f", &item).await.unwrap()
        }
        "lock" => lock_form(tx, "f", &words(7), NOW).await.unwrap(),
        "lock other words" => lock_form(tx, "f", &words(8), NOW).await.unwrap(),
        "print" => {
            let id = format!("print-{}", dice.below(usize::MAX));
            add_print(tx, &id, "f", "paper", "a", NOW).await.unwrap()
        }
        "sit" => form(tx, &batch(), &occupation(), &level("3"), "A").await.unwrap().is_some(),
        other => unreachable!("{other}"),
    };
    Seen::changed(stands(tx).await, was_changed)
}

#[tokio::test]
async fn a_form_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(TABLE);
    for (engine, db) in testkit::engines().await {
        let promise = model.try_rows((engine, &db), module_path!(), begin, step).await;
        let careless = async |tx: &mut Tx, act: &'static str, dice: &mut Dice| {
            step(tx, if act == "lock other words" { "lock" } else { act }, dice).await
        };
        let found = model.walk_rows(&db, begin, careless).await.caught();
        promise.control("a lock that does not ask what is locked", found).kept();
    }
    testkit::proves!(
        "TR21",
        "a form is assembled anew until it is locked, locked only as it was seen, and printed and sat only then"
    );
}
