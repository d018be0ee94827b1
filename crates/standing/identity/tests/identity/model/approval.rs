//! An act that needs two people: proposed by one, decided by another over the same content, and proposed again.
use std::sync::Arc;

use identity::{
    Decoder, Env, Kind, Subject,
    approval::{self, Decision, Proposed, pending},
};
use kernel::{Digest, FixedClock, SeededEntropy, UnixMicros};
use store::{Blobs, Db, Tx};
use testkit::{
    look,
    model::{Dice, Model, Seen},
    write,
};
use web::PageError;

/// Whoever decides is not who proposed, unless the act says so; `changed` is over other content than was proposed.
const TABLE: &str = "
                   | nothing    | waits                        | approved   | rejected
propose            | waits      | -approval-waiting-already    | waits      | waits
approve            | -not found | approved                     | -not found | -not found
approve, changed   | -not found | -approval-changed-since      | -not found | -not found
approve, their own | -not found | -approval-needs-second-person| -not found | -not found
reject             | -not found | rejected                     | -not found | -not found
reject, changed    | -not found | rejected                     | -not found | -not found
reject, their own  | -not found | -approval-needs-second-person| -not found | -not found
";

const PEOPLE: &[&str] =
    &["INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
    VALUES ('a', 'staff', 'a', 'a', 0, 0, 0), ('b', 'staff', 'b', 'b', 0, 0, 0)"];
const LATEST: &str =
    "SELECT status FROM approval WHERE object_id = $1 ORDER BY proposed_at DESC, id DESC LIMIT 1";

const KIND: &str = "plan.publication";

/// An environment whose clock is moved on by the test.
fn env(db: &Db) -> (Env, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::new(UnixMicros::parse_text("2021-04-12 10:00").unwrap()));
    let entropy = Arc::new(SeededEntropy::new(7));
    let folder = tempfile::tempdir().unwrap().keep();
    let env = Env {
        db: db.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        vault: person::Vault::generate(&*entropy),
        blobs: Blobs::open(folder).unwrap(),
        decoder: Decoder::in_process(),
        desk: trail::Desk { entropy, clock: clock.clone(), node: "test".into() },
        secure_cookies: false,
        demo: false,
        nav: Arc::new(Vec::new()),
        public_url: "http://localhost".into(),
    };
    (env, clock)
}

fn person_named(id: &str) -> Subject {
    Subject {
        account_id: id.to_owned(),
        kind: Kind::Staff,
        name: id.to_owned(),
        phone_index: None,
        grants: Vec::new(),
        request_id: "r".to_owned(),
    }
}

fn said<T>(result: Result<T, PageError>) -> Result<T, String> {
    result.map_err(|error| {
        if let PageError::Refused(message) = &error { message.key.to_owned() } else { error.to_string() }
    })
}

async fn step(tx: &mut Tx, env: &Env, act: &str, dice: &mut Dice) -> Seen {
    let waiting = pending(tx, KIND, "x").await.unwrap();
    let proposer = waiting.map_or_else(|| dice.of(&["a", "b"]).to_owned(), |one| one.proposed_by);
    let other = if proposer == "a" { "b" } else { "a" };
    let (what, how) = act.split_once(", ").unwrap_or((act, ""));
    let who = person_named(if what == "propose" || how == "their own" { proposer.as_str() } else { other });
    let digest = Digest::from_bytes(&[if how == "changed" { 8 } else { 7 }; 32]);
    let done = match what {
        "propose" => {
            let proposed = Proposed { kind: KIND, object: "x", batch: None, digest: &digest, reason: "x" };
            said(approval::propose(tx, env, &who, proposed).await)
        }
        "approve" => {
            let decided = approval::decide(tx, env, &who, KIND, "x", &digest, Decision::Approve).await;
            said(decided)
                .and_then(|act| act.map(|_| ()).ok_or_else(|| "the act is not to be done".to_owned()))
        }
        "reject" => {
            let decided = approval::decide(tx, env, &who, KIND, "x", &digest, Decision::Reject).await;
            said(decided).and_then(|act| act.map_or(Ok(()), |_| Err("the act is to be done".to_owned())))
        }
        other => unreachable!("{other}"),
    };
    let word = match look(tx, LATEST, "x").await.as_deref() {
        None => "nothing".to_owned(),
        Some("proposed") => "waits".to_owned(),
        Some(status) => status.to_owned(),
    };
    Seen::of(word, done)
}

#[tokio::test]
async fn an_act_of_two_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(TABLE);
    for (engine, db) in testkit::engines().await {
        let (env, clock) = env(&db);
        let fresh = async |tx: &mut Tx| write(tx, PEOPLE).await;
        let take = async |tx: &mut Tx, act: &'static str, dice: &mut Dice| {
            clock.advance_seconds(1);
            step(tx, &env, act, dice).await
        };
        let promise = model.try_rows((engine, &db), module_path!(), &fresh, &take).await;
        // Whoever proposed is taken for somebody else.
        let careless = async |tx: &mut Tx, act: &'static str, dice: &mut Dice| {
            clock.advance_seconds(1);
            step(tx, &env, act.strip_suffix(", their own").unwrap_or(act), dice).await
        };
        let found = model.walk_rows(&db, &fresh, &careless).await.caught();
        promise.control("a proposer who decides", found).kept();
    }
    testkit::proves!(
        "TR21",
        "an act that needs two people is proposed and decided as a table drawn by hand says, never by one alone"
    );
}
