//! A database with the scheme's seed and three people, and the project's own item files.
use std::sync::Arc;

use identity::{Action, Env, Grant, Kind, NewAccount, Role, Subject};
use itembank::{Sheet, StagedFile, read_workbook};
use kernel::{Day, Digest, FixedClock, LevelCode, OccupationCode, OrgPath, SeededEntropy, UnixMicros};
use scheme::SeedFiles;
use store::{Blobs, Db};

const SEED: SeedFiles<'static> = SeedFiles {
    occupations: include_str!("../../../../../data/scheme/occupations.csv"),
    levels: include_str!("../../../../../data/scheme/levels.csv"),
    standards: include_str!("../../../../../data/scheme/standards.csv"),
    clauses: include_str!("../../../../../data/scheme/clauses.json"),
    components: include_str!("../../../../../data/scheme/components.csv"),
    fees: include_str!("../../../../../data/scheme/fees.csv"),
    time_limits: include_str!("../../../../../data/scheme/time-limits.csv"),
    calendar: include_str!("../../../../../data/calendar-cn.csv"),
};

pub const HR: &str = "4-07-03-04";

/// The bytes of a file of `data/items`.
pub fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/../../../data/items/{name}.xlsx", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).expect(&path)
}

pub fn sheet(name: &str) -> Sheet {
    read_workbook(&file(name)).unwrap()
}

/// An environment over `db` with the scheme's rows and the accounts of [`writer`], [`reviewer`] and [`custodian`].
pub async fn env(db: Db) -> Env {
    let clock = Arc::new(FixedClock::new(Day::parse("2021-04-20").unwrap().at(9, 0)));
    let entropy = Arc::new(SeededEntropy::new(7));
    let mut tx = db.write().await.unwrap();
    scheme::seed(&mut tx, &SEED).await.unwrap();
    for id in ["writer", "reviewer", "custodian"] {
        let account = NewAccount { id, kind: "staff", login: id, display_name: id, password_hash: None };
        identity::insert_account(&mut tx, &account, UnixMicros::new(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let folder = tempfile::tempdir().unwrap().keep();
    Env {
        db,
        vault: person::Vault::generate(&*entropy),
        blobs: Blobs::open(folder).unwrap(),
        desk: trail::Desk { entropy: entropy.clone(), clock: clock.clone(), node: "test".into() },
        clock,
        entropy,
        decoder: identity::Decoder::in_process(),
        secure_cookies: false,
        demo: false,
        nav: Arc::new(Vec::new()),
        public_url: "https://kaogong.example".into(),
    }
}

/// Somebody who holds `role` at `path`.
pub fn subject(id: &str, role: Role, path: &str) -> Subject {
    let grant = Grant {
        id: format!("grant-{id}"),
        role,
        path: org(path),
        batch: None,
        from: UnixMicros::new(0),
        until: None,
    };
    Subject {
        account_id: id.into(),
        kind: Kind::Staff,
        name: id.into(),
        phone_index: None,
        grants: vec![grant],
        request_id: "r".into(),
    }
}

pub fn writer() -> Subject {
    subject("writer", Role::ItemWriter, "/demo")
}

pub fn reviewer() -> Subject {
    let reviewer = subject("reviewer", Role::ItemReviewer, "/demo");
    assert!(!reviewer.carries(Action::WriteItems));
    reviewer
}

pub fn org(path: &str) -> OrgPath {
    OrgPath::parse(path).unwrap()
}

/// Hands in a file for a level of 企业人力资源管理师.
pub async fn stage(env: &Env, level: &str, bytes: &[u8]) -> web::PageResult<Digest> {
    let (org_path, occupation) = (org("/demo"), OccupationCode::parse(HR).unwrap());
    let level = LevelCode::parse(level).unwrap();
    let bytes = bytes.to_vec().into();
    let file =
        StagedFile {
            org_path: &org_path, occupation: &occupation, level: &level, name: "文件.xlsx", bytes
        };
    itembank::stage(env, &writer(), file).await
}

/// Hands in and confirms blueprint and items of 企业人力资源管理师 level 2; the digest of the items' import.
pub async fn filled(env: &Env) -> Digest {
    let blueprint = stage(env, "2", &file("blueprint-hr-2")).await.unwrap();
    itembank::confirm(env, &writer(), blueprint.as_str()).await.unwrap();
    let items = stage(env, "2", &file("items-hr-2")).await.unwrap();
    itembank::confirm(env, &writer(), items.as_str()).await.unwrap();
    items
}

/// The sentence key of a refusal.
pub fn key<T>(result: web::PageResult<T>) -> &'static str {
    match result {
        Err(web::PageError::Refused(message)) => message.key,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not refused"),
    }
}
