//! TR21: an announcement and one of its people, beside a model drawn by hand: nobody is told twice.
use announcement::{
    AnnouncementId,
    store::{Announcement, announcement, insert, insert_recipients, send, skip, tell},
};
use kernel::{BatchCode, UnixMicros};
use person::PersonId;
use store::Tx;
use testkit::{
    look,
    model::{Dice, Model, Seen},
    write,
};

/// It is sent with everybody who was counted and only then. That nobody is told of what was not sent is the job's: it
/// begins with the sending.
const TABLE: &str = "
            | written | fixed | sent    | told | passed over
write again | -       | -     | -       | -    | -
fix         | fixed   | .     | .       | .    | .
send        | -       | sent  | -       | -    | -
tell        | -       | .     | told    | -    | -
pass over   | -       | .     | passed over | - | -
";

const WORLD: &[&str] = &[
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
     VALUES ('a', 'staff', 'a', 'a', 0, 0, 0)",
    "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version, created_at,
     published_at) VALUES ('2021-01', 'x', 'x', '/demo', '2021-04-30', '2021-05-22', 'published', 1, 0, 1)",
    "INSERT INTO person (id, document_kind, document_index, document_sealed, name_sealed, phone_index, phone_sealed,
     detail_sealed, version, created_at) VALUES ('p', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 0)",
];
const PERSON: &str =
    "SELECT CASE WHEN told_at IS NOT NULL AND skipped_at IS NOT NULL THEN 'told and passed over'
     WHEN told_at IS NOT NULL THEN 'told' WHEN skipped_at IS NOT NULL THEN 'passed over' ELSE 'fixed' END
     FROM announcement_recipient WHERE announcement_id = $1";

const NOW: UnixMicros = UnixMicros::new(5);

fn written() -> Announcement {
    Announcement {
        id: AnnouncementId::from("x"),
        batch_code: BatchCode::parse("2021-01").unwrap(),
        audience: "applied".to_owned(),
        site_id: None,
        text: "x".to_owned(),
        recipient_count: 1,
        told_count: 0,
        skipped_count: 0,
        written_by: "a".to_owned(),
        written_at: NOW,
        sent_at: None,
    }
}

async fn fresh(tx: &mut Tx) {
    write(tx, WORLD).await;
    insert(tx, &written()).await.unwrap();
}

async fn step(tx: &mut Tx, act: &'static str, _: &mut Dice) -> Seen {
    let (id, person) = (AnnouncementId::from("x"), PersonId::from("p"));
    let was_changed = match act {
        "write again" => insert(tx, &written()).await.unwrap(),
        "fix" => {
            insert_recipients(tx, &id, &[&person]).await.unwrap();
            true
        }
        "send" => send(tx, &id, NOW).await.unwrap(),
        "tell" => tell(tx, &id, &person, NOW).await.unwrap(),
        "pass over" => skip(tx, &id, &person, NOW).await.unwrap(),
        other => unreachable!("{other}"),
    };
    let is_sent = announcement(tx, "x").await.unwrap().is_some_and(|one| one.sent_at.is_some());
    let word = match look(tx, PERSON, "x").await {
        None if is_sent => "sent to nobody".to_owned(),
        None => "written".to_owned(),
        Some(word) if is_sent && word == "fixed" => "sent".to_owned(),
        Some(word) => word,
    };
    Seen::changed(word, was_changed)
}

#[tokio::test]
async fn an_announcement_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(TABLE);
    for (engine, db) in testkit::engines().await {
        let promise = model.try_rows((engine, &db), module_path!(), fresh, step).await;
        // The mark of who was told is forgotten.
        let careless = async |tx: &mut Tx, act: &'static str, dice: &mut Dice| {
            if act == "tell" {
                write(tx, &["UPDATE announcement_recipient SET told_at = NULL"]).await;
            }
            step(tx, act, dice).await
        };
        let found = model.walk_rows(&db, fresh, careless).await.caught();
        promise.control("a job that forgets whom it has told", found).kept();
    }
    testkit::proves!(
        "TR21",
        "an announcement is sent once, with everybody who was counted, and each is told once"
    );
}
