//! TR21: an item of the bank, in the version that counts, beside a model drawn by hand.
use itembank::{
    ItemContent, ItemKind, ItemStatus, NewVersion, Review, accept_import, add_item, change_item, item, review,
};
use kernel::{Digest, UnixMicros};
use store::Tx;
use testkit::{
    model::{Dice, Model, Seen},
    write,
};

/// Nobody reviews what they imported; what was reviewed changes only by another version, which is a draft again.
const TABLE: &str = "
                           | draft    | accepted | refused
accept                     | accepted | -        | -
accept, as its writer      | -        | -        | -
accept, an earlier version | -        | -        | -
refuse                     | refused  | -        | -
refuse, as its writer      | -        | -        | -
accept the file            | accepted | -        | -
accept the file, as writer | -        | -        | -
change                     | draft    | draft    | draft
change, an old page        | -        | -        | -
";

/// The digest of the file, 64 digits.
const FILE: [u8; 32] = [0x11; 32];

const WORLD: &[&str] = &[
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at) VALUES
     ('writer', 'staff', 'writer', 'x', 0, 0, 0), ('reviewer', 'staff', 'reviewer', 'x', 0, 0, 0)",
    "INSERT INTO item_bank (id, org_path, occupation_code, level_code) VALUES ('bank', '/demo', '4-07-03-04', '3')",
    "INSERT INTO item_import (digest, bank_id, kind, file_digest, file_name, staged_by, staged_at)
     VALUES ('1111111111111111111111111111111111111111111111111111111111111111', 'bank', 'items', 'x', 'x',
     'writer', 0)",
];

const NOW: UnixMicros = UnixMicros::new(5);

fn content(explanation: String) -> ItemContent {
    ItemContent {
        kind: ItemKind::Judgement,
        point_code: "A".to_owned(),
        cognition: "x".to_owned(),
        difficulty: 50,
        stem: "x".to_owned(),
        options: Vec::new(),
        key: "T".to_owned(),
        explanation,
    }
}

async fn begin(tx: &mut Tx) {
    write(tx, WORLD).await;
    let import = Digest::from_bytes(&FILE);
    let new = NewVersion { import: &import, by: "writer", at: NOW };
    add_item(tx, "i", "bank", 1, &content(String::new()), new).await.unwrap();
}

async fn step(tx: &mut Tx, act: &'static str, _: &mut Dice) -> Seen {
    let import = Digest::from_bytes(&FILE);
    let now = item(tx, "i").await.unwrap().unwrap().version;
    let (what, who) = act.split_once(", ").unwrap_or((act, ""));
    let by = if who.ends_with("writer") { "writer" } else { "reviewer" };
    let version = if who == "an earlier version" { now - 1 } else { now };
    let told = |status| Review { status, by, at: NOW, reason: "" };
    let was_changed = match what {
        "accept" => review(tx, "i", version, told(ItemStatus::Accepted)).await.unwrap(),
        "refuse" => review(tx, "i", version, told(ItemStatus::Refused)).await.unwrap(),
        "accept the file" => accept_import(tx, &import, by, NOW).await.unwrap() > 0,
        "change" => {
            let seen = if who == "an old page" { now - 1 } else { now };
            let new = NewVersion { import: &import, by: "writer", at: NOW };
            change_item(tx, "i", seen, &content(format!("after {seen}")), new).await.unwrap()
        }
        other => unreachable!("{other}"),
    };
    let stands = item(tx, "i").await.unwrap().unwrap();
    Seen::changed(stands.status.code(), was_changed)
}

#[tokio::test]
async fn an_item_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(TABLE);
    for (engine, db) in testkit::engines().await {
        let promise = model.try_rows((engine, &db), module_path!(), begin, step).await;
        // Whoever wrote the item is taken for its reviewer.
        let careless = async |tx: &mut Tx, act: &'static str, dice: &mut Dice| {
            step(tx, act.strip_suffix(", as its writer").unwrap_or(act), dice).await
        };
        let found = model.walk_rows(&db, begin, careless).await.caught();
        promise.control("a writer who is taken for somebody else", found).kept();
    }
    testkit::proves!(
        "TR21",
        "an item is reviewed once in each version and never by its writer, as a table drawn by hand says"
    );
}
