//! Everybody who tries the doors: a member of staff for each duty, people with every duty in the wrong place,
//! batch or time, candidates and nobody.
use std::collections::BTreeMap;

use identity::{Role, session};
use testkit::{Kept, ask, run};

use super::doors::Things;
use crate::walk::ROLES;

/// How somebody stands to the things behind the doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Not signed in.
    Nobody,
    /// One duty over the whole of the body.
    Whole,
    /// Every duty in the city where the things lie.
    OwnCity,
    /// Every duty in another city of the body.
    SiblingCity,
    /// Every duty in another body.
    OtherBody,
    /// Every duty over the body, for another batch.
    OtherBatch,
    /// Every duty over the body, until yesterday.
    Ended,
    /// Every duty over the body, from tomorrow on.
    NotYet,
    /// The candidate whom the things are about.
    Self_,
    /// Another candidate.
    OtherCandidate,
    /// At the machine of the attempt.
    AtTheSeat,
}

/// Somebody with a session.
#[derive(Debug, Clone)]
pub struct Person {
    /// Role or relation, for what is said of them.
    pub name: String,
    /// How they stand to the things.
    pub relation: Relation,
    /// Code of the one duty, when there is one.
    pub role: &'static str,
    /// Value of the header `Cookie`.
    pub cookie: String,
    /// Token of the session.
    pub csrf: String,
}

impl Person {
    /// Whether the account is examined here and does not work here.
    pub fn is_candidate(&self) -> bool {
        self.role == "candidate"
    }
}

/// Far from every moment of the story.
const LONG_AGO: i64 = 0;
const FAR_AHEAD: i64 = 4_000_000_000_000_000;

/// Relation and name of somebody, where their duties lie, for which batch, and from when until when.
type Stranger = (Relation, &'static str, &'static str, Option<&'static str>, (i64, i64));

/// Every duty at a place, for a batch, within a time.
const STRANGERS: [Stranger; 6] = [
    (Relation::OwnCity, "own-city", "/demo/nancheng", None, (LONG_AGO, FAR_AHEAD)),
    (Relation::SiblingCity, "sibling-city", "/demo/xicheng", None, (LONG_AGO, FAR_AHEAD)),
    (Relation::OtherBody, "other-body", "/federation", None, (LONG_AGO, FAR_AHEAD)),
    (Relation::OtherBatch, "other-batch", "/demo", Some("2021-99"), (LONG_AGO, FAR_AHEAD)),
    (Relation::Ended, "ended", "/demo", None, (LONG_AGO, 1)),
    (Relation::NotYet, "not-yet", "/demo", None, (FAR_AHEAD, FAR_AHEAD + 1)),
];

/// Gives everybody an account, their duties and a session in what was kept, before a server starts on it.
pub async fn settle(kept: &Kept, things: &Things) -> Vec<Person> {
    let db = kept.open().await;
    let mut statements = Vec::new();
    let mut people = vec![Person {
        name: "nobody".into(),
        relation: Relation::Nobody,
        role: "",
        cookie: String::new(),
        csrf: String::new(),
    }];
    let accounts: BTreeMap<String, String> =
        ask(&db, "SELECT login || ' ' || id FROM account WHERE login IS NOT NULL")
            .await
            .iter()
            .filter_map(|line| line.split_once(' ').map(|(login, id)| (login.to_owned(), id.to_owned())))
            .collect();
    for &(role, login) in ROLES {
        people.push(enters(&mut statements, role, Relation::Whole, role, &accounts[login]));
    }
    for (relation, login, place, batch, (from, until)) in STRANGERS {
        statements.push(account(login, "staff", login));
        for role in Role::ALL {
            let batch = batch.map_or("NULL".to_owned(), |code| format!("'{code}'"));
            statements.push(format!(
                "INSERT INTO duty_grant (id, account_id, role, org_path, batch_code, valid_from, valid_until, \
                 granted_by, reason) VALUES ('{login}-{role}', '{login}', '{role}', '{place}', {batch}, {from}, \
                 {until}, 'system', 'test')",
                role = role.code()
            ));
        }
        people.push(enters(&mut statements, login, relation, "", login));
    }
    for (relation, name, phone) in [
        (Relation::Self_, "candidate", things.at("own_phone")),
        (Relation::OtherCandidate, "other-candidate", things.at("other_phone")),
    ] {
        let login = format!("phone:{phone}");
        let id = accounts.get(&login).cloned().unwrap_or_else(|| name.to_owned());
        if !accounts.contains_key(&login) {
            statements.push(account(&id, "candidate", &login));
        }
        people.push(enters(&mut statements, name, relation, "candidate", &id));
    }
    let attempt = things.at("attempt");
    if let Some(account) =
        ask(&db, &format!("SELECT account_id FROM attempt WHERE id = '{attempt}'")).await.first()
    {
        people.push(enters(&mut statements, "at-the-seat", Relation::AtTheSeat, "candidate", account));
        let name = session::hash("at-the-seat");
        statements.push(format!("UPDATE attempt SET seat_session = '{name}' WHERE id = '{attempt}'"));
    }
    run(&db, &statements).await;
    db.close().await;
    people
}

fn account(id: &str, kind: &str, login: &str) -> String {
    format!(
        "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at) \
         VALUES ('{id}', '{kind}', '{login}', 'A stranger', 0, 0, 0)"
    )
}

/// A session whose cookie is the person's own name.
fn enters(
    statements: &mut Vec<String>,
    name: &str,
    relation: Relation,
    role: &'static str,
    account: &str,
) -> Person {
    let csrf = format!("token-of-{name}");
    statements.push(format!(
        "INSERT INTO session (token_hash, account_id, csrf, created_at, seen_at, expires_at, ended_at) \
         VALUES ('{}', '{account}', '{csrf}', {LONG_AGO}, {FAR_AHEAD}, {FAR_AHEAD}, NULL)",
        session::hash(name)
    ));
    Person { name: name.to_owned(), relation, role, cookie: format!("kaogong={name}"), csrf }
}
