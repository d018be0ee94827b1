//! Files become rows in three steps, on both engines.
use identity::Role;
use itembank::{
    Change, Confirmed, Content, ItemFilter, ItemStatus, Review, accept_import, accepted_items, bank_for,
    banks, blueprint, confirm, count_items, coverage, import, imports, item, items, next_draft, review,
    status_counts, versions, waiting,
};
use kernel::{LevelCode, OccupationCode, UnixMicros};

use crate::fixture::{HR, env, file, filled, key, org, reviewer, stage, subject, writer};

#[tokio::test]
async fn nothing_is_in_the_bank_before_it_is_confirmed_and_again_changes_nothing() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        assert_eq!(key(stage(&env, "2", &file("items-hr-2")).await), "item-import-no-blueprint", "{engine}");
        let plan = stage(&env, "2", &file("blueprint-hr-2")).await.unwrap();
        let bank = banks(&mut env.db.read().await.unwrap()).await.unwrap().remove(0);
        assert_eq!(blueprint(&mut env.db.read().await.unwrap(), &bank.id).await.unwrap(), None, "{engine}");
        let done = confirm(&env, &writer(), plan.as_str()).await.unwrap();
        assert_eq!(done, Confirmed { new: 1, changed: 0, same: 0 }, "{engine}");
        let known = blueprint(&mut env.db.read().await.unwrap(), &bank.id).await.unwrap().unwrap();
        assert_eq!((known.version, known.points.len()), (1, 30), "{engine}");

        let digest = stage(&env, "2", &file("items-hr-2")).await.unwrap();
        let all = ItemFilter::default();
        assert_eq!(
            count_items(&mut env.db.read().await.unwrap(), &bank.id, &all).await.unwrap(),
            0,
            "{engine}"
        );
        let done = confirm(&env, &writer(), digest.as_str()).await.unwrap();
        assert_eq!(done, Confirmed { new: 120, changed: 0, same: 0 }, "{engine}");

        assert_eq!(stage(&env, "2", &file("items-hr-2")).await.unwrap(), digest, "{engine}");
        for (digest, same) in [(&digest, 120), (&plan, 1)] {
            let done = confirm(&env, &writer(), digest.as_str()).await.unwrap();
            assert_eq!(done, Confirmed { new: 0, changed: 0, same }, "{engine}");
        }
        let mut tx = env.db.read().await.unwrap();
        assert_eq!(blueprint(&mut tx, &bank.id).await.unwrap().unwrap(), known, "{engine}");
        let rows = items(&mut tx, &bank.id, &all, i64::MAX, 0).await.unwrap();
        assert!(rows.len() == 120 && rows.iter().all(|item| item.version == 1), "{engine}");
        let lines = imports(&mut tx, 10).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.drafts).sum::<i64>(), 120, "{engine}");
        assert_eq!(itembank::drafts_of(&mut tx, &digest).await.unwrap(), 120, "{engine}");
        let kept = import(&mut tx, digest.as_str()).await.unwrap().unwrap();
        assert_eq!(kept.confirmed_by.as_deref(), Some("writer"), "{engine}");
    }
}

#[tokio::test]
async fn a_changed_row_becomes_a_new_version_and_the_old_one_stays() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        let first = filled(&env).await;
        let mut tx = env.db.write().await.unwrap();
        assert_eq!(accept_import(&mut tx, &first, "reviewer", env.now()).await.unwrap(), 120, "{engine}");
        tx.commit().await.unwrap();

        let second = stage(&env, "2", &one_stem_changed()).await.unwrap();
        assert_ne!(first, second);
        let reading = itembank::read(&env, second.as_str()).await.unwrap();
        let Content::Items(rows) = &reading.content else { panic!("items") };
        let changed: Vec<i64> =
            rows.iter().filter(|(_, change)| *change == Change::Changed).map(|(row, _)| row.number).collect();
        assert_eq!(changed, [3], "{engine}");
        let done = confirm(&env, &writer(), second.as_str()).await.unwrap();
        assert_eq!(done, Confirmed { new: 0, changed: 1, same: 119 }, "{engine}");

        let mut tx = env.db.read().await.unwrap();
        let bank = &reading.bank.id;
        assert_eq!(
            accepted_items(&mut tx, bank).await.unwrap().len(),
            119,
            "a new version waits on {engine}"
        );
        let third = items(&mut tx, bank, &ItemFilter::default(), 1, 2).await.unwrap().remove(0);
        assert_eq!((third.number, third.version, third.status), (3, 2, ItemStatus::Draft), "{engine}");
        let versions = versions(&mut tx, &third.id).await.unwrap();
        let stems: Vec<bool> = versions.iter().map(|version| version.content.stem.contains("改写")).collect();
        assert_eq!(stems, [true, false], "{engine}");
        assert_eq!(versions[1].status, ItemStatus::Accepted, "{engine}");
    }
}

/// The items of level 2 with another stem in the row of number 3, written by another program.
fn one_stem_changed() -> Vec<u8> {
    let sheet = crate::fixture::sheet("items-hr-2");
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    for (at, row) in (0_u32..).zip(&sheet.rows) {
        for (column, text) in (0_u16..).zip(&row.cells) {
            let text = if row.cells[0] == "3" && column == 8 { "改写后的题干" } else { text };
            page.write_string(at, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn a_review_is_of_the_version_seen_and_never_of_ones_own_import() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        filled(&env).await;
        let mut tx = env.db.write().await.unwrap();
        let bank = banks(&mut tx).await.unwrap().remove(0).id;
        let first = items(&mut tx, &bank, &ItemFilter::default(), 1, 0).await.unwrap().remove(0);
        let by = |by| Review { status: ItemStatus::Refused, by, at: env.now(), reason: "选项重复" };
        assert!(!review(&mut tx, &first.id, 1, by("writer")).await.unwrap(), "own import on {engine}");
        assert!(!review(&mut tx, &first.id, 2, by("reviewer")).await.unwrap(), "no such version on {engine}");
        assert!(review(&mut tx, &first.id, 1, by("reviewer")).await.unwrap(), "{engine}");
        assert!(
            !review(&mut tx, &first.id, 1, by("custodian")).await.unwrap(),
            "decided already on {engine}"
        );
        let after = item(&mut tx, &first.id).await.unwrap().unwrap();
        assert_eq!(
            (after.status, after.review_reason.as_str()),
            (ItemStatus::Refused, "选项重复"),
            "{engine}"
        );
        let next = next_draft(&mut tx, &bank, "reviewer", 1).await.unwrap().unwrap();
        assert_eq!(item(&mut tx, &next).await.unwrap().unwrap().number, 2, "{engine}");
        let back = next_draft(&mut tx, &bank, "reviewer", 120).await.unwrap();
        assert_eq!(back, Some(next), "from the beginning again on {engine}");
        assert_eq!(next_draft(&mut tx, &bank, "writer", 1).await.unwrap(), None, "{engine}");
        let counts = status_counts(&mut tx, &bank).await.unwrap();
        let counts: Vec<(ItemStatus, i64)> = counts.iter().map(|line| (line.status, line.count)).collect();
        assert_eq!(counts, [(ItemStatus::Draft, 119), (ItemStatus::Refused, 1)], "{engine}");
    }
}

#[tokio::test]
async fn drafts_wait_for_reviewers_of_the_bank_and_not_for_their_importer() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        let digest = filled(&env).await;
        let count = async |who: &identity::Subject| -> i64 {
            let mut tx = env.db.read().await.unwrap();
            waiting(&mut tx, who, env.now()).await.unwrap().iter().map(|line| line.count).sum()
        };
        assert_eq!(count(&reviewer()).await, 120, "{engine}");
        assert_eq!(count(&subject("writer", Role::ItemReviewer, "/demo")).await, 0, "own import on {engine}");
        assert_eq!(count(&subject("x", Role::ItemReviewer, "/other")).await, 0, "another bank on {engine}");
        assert_eq!(count(&writer()).await, 0, "no reviewer on {engine}");
        let mut tx = env.db.write().await.unwrap();
        assert_eq!(accept_import(&mut tx, &digest, "writer", env.now()).await.unwrap(), 0, "{engine}");
        assert_eq!(accept_import(&mut tx, &digest, "reviewer", env.now()).await.unwrap(), 120, "{engine}");
        tx.commit().await.unwrap();
        assert_eq!(count(&reviewer()).await, 0, "{engine}");
    }
}

#[tokio::test]
async fn the_nearest_bank_above_serves_and_its_coverage_is_counted() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        let digest = filled(&env).await;
        let mut tx = env.db.write().await.unwrap();
        let (occupation, level) = (OccupationCode::parse(HR).unwrap(), LevelCode::parse("2").unwrap());
        let mine = bank_for(&mut tx, &org("/demo/nancheng"), &occupation, &level).await.unwrap().unwrap();
        assert_eq!(mine.org_path, org("/demo"), "{engine}");
        let near = itembank::Bank { id: "near".into(), org_path: org("/demo/nancheng"), ..mine.clone() };
        assert_eq!(itembank::open_bank(&mut tx, &near).await.unwrap(), near, "{engine}");
        assert_eq!(itembank::open_bank(&mut tx, &near).await.unwrap(), near, "once on {engine}");
        let found = bank_for(&mut tx, &org("/demo/nancheng"), &occupation, &level).await.unwrap().unwrap();
        assert_eq!(found, near, "{engine}");
        assert_eq!(bank_for(&mut tx, &org("/other"), &occupation, &level).await.unwrap(), None, "{engine}");
        assert_eq!(itembank::bank(&mut tx, "near").await.unwrap(), Some(near), "{engine}");

        let covered = coverage(&mut tx).await.unwrap();
        assert!(covered.len() == 30 && covered.iter().all(|point| point.accepted == 0), "{engine}");
        accept_import(&mut tx, &digest, "reviewer", UnixMicros::new(1)).await.unwrap();
        let covered = coverage(&mut tx).await.unwrap();
        assert_eq!(covered.iter().map(|point| point.accepted).sum::<i64>(), 120, "{engine}");
        assert!(covered.iter().all(|point| point.accepted >= 4 && point.per_form == 1), "{engine}");
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, db) in testkit::engines().await {
        for (name, statement) in itembank::all_queries() {
            let prepared = testkit::prepare(&db, statement).await;
            prepared.unwrap_or_else(|error| panic!("{name} on {engine}: {error}"));
        }
    }
}
