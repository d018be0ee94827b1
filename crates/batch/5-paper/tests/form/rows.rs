//! Rows of forms on both engines: what is locked stays, and what candidates read holds no key.
use kernel::{Digest, UnixMicros};
use paper::{
    Form, FormLetter, FormStatus, add_form, add_form_item, add_print, form, form_by_id, form_items,
    form_sums, forms, keys, lock_form, prints, questions, remove_assembled,
};
use store::{Tx, is_unique_violation};

use crate::fixture::{assembled, batch, env, fill_bank, level, lock, occupation, run};

async fn all(tx: &mut Tx) -> Vec<Form> {
    forms(tx, &batch()).await.unwrap()
}

#[tokio::test]
async fn a_locked_form_never_changes() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        fill_bank(&env, "2").await;
        assembled(&env, "2").await;
        let first = all(&mut env.db.read().await.unwrap()).await.remove(0);
        let mut tx = env.db.write().await.unwrap();
        let other = Digest::from_bytes(&[9; 32]);
        assert!(
            !lock_form(&mut tx, &first.id, &other, env.now()).await.unwrap(),
            "another content on {engine}"
        );
        assert!(lock_form(&mut tx, &first.id, &first.digest, env.now()).await.unwrap(), "{engine}");
        assert!(!lock_form(&mut tx, &first.id, &first.digest, env.now()).await.unwrap(), "twice on {engine}");
        let before = form_items(&mut tx, &first.id).await.unwrap();
        let mut more = before[0].clone();
        more.no = 99;
        assert!(!add_form_item(&mut tx, &first.id, &more).await.unwrap(), "an item more on {engine}");
        remove_assembled(&mut tx, &batch(), &occupation(), &level("2")).await.unwrap();
        let left = all(&mut tx).await;
        assert_eq!(left.len(), 1, "only what is not locked goes on {engine}");
        assert_eq!((left[0].status, left[0].locked_at), (FormStatus::Locked, Some(env.now())), "{engine}");
        assert_eq!(form_items(&mut tx, &first.id).await.unwrap(), before, "{engine}");
        let double = Form { id: "double".into(), ..first };
        let refused = add_form(&mut tx, &double, &before).await.unwrap_err();
        assert!(is_unique_violation(&refused), "a second form A on {engine}: {refused}");
    }
}

#[tokio::test]
async fn later_stages_read_only_locked_forms_and_candidates_no_key() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        fill_bank(&env, "3").await;
        assembled(&env, "3").await;
        let first = all(&mut env.db.read().await.unwrap()).await.remove(0);
        let mut tx = env.db.read().await.unwrap();
        assert_eq!(form(&mut tx, &batch(), &occupation(), &level("3"), "A").await.unwrap(), None, "{engine}");
        assert!(questions(&mut tx, &first.id).await.unwrap().is_empty(), "{engine}");
        assert!(keys(&mut tx, &first.id).await.unwrap().is_empty(), "{engine}");
        drop(tx);
        lock(&env, &first.id).await;

        let mut tx = env.db.read().await.unwrap();
        let locked = form(&mut tx, &batch(), &occupation(), &level("3"), "A").await.unwrap().unwrap();
        assert_eq!(
            (locked.id.as_str(), locked.letter, locked.minutes),
            (first.id.as_str(), FormLetter::A, 90)
        );
        let questions = questions(&mut tx, &first.id).await.unwrap();
        let keys = keys(&mut tx, &first.id).await.unwrap();
        assert_eq!((questions.len(), keys.len()), (54, 54), "{engine}");
        assert_eq!(questions.iter().map(|question| question.points.0).sum::<i64>(), 10_000, "{engine}");
        let items = form_items(&mut tx, &first.id).await.unwrap();
        for ((question, key), item) in questions.iter().zip(&keys).zip(&items) {
            assert_eq!(
                (question.no, question.kind, question.points),
                (key.no, key.kind, key.points),
                "{engine}"
            );
            assert_eq!((&key.answer, key.key_version), (&item.key, item.item_version), "{engine}");
            let letters: String = question.options.iter().map(|(letter, _)| letter.as_str()).collect();
            let known = if letters.is_empty() { "TF".to_owned() } else { letters };
            assert!(key.answer.chars().all(|letter| known.contains(letter)), "{engine}: {}", key.answer);
        }
        let sent = serde_json::to_value(&questions[0]).unwrap();
        let names: Vec<&str> = sent.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["kind", "no", "options", "points", "stem"],
            "what is sent to a candidate on {engine}"
        );
    }
}

#[tokio::test]
async fn prints_are_counted_and_only_of_locked_forms() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        fill_bank(&env, "2").await;
        assembled(&env, "2").await;
        let first = all(&mut env.db.read().await.unwrap()).await.remove(0);
        let mut tx = env.db.write().await.unwrap();
        let at = UnixMicros::new(5);
        assert!(!add_print(&mut tx, "p0", &first.id, "paper", "custodian1", at).await.unwrap(), "{engine}");
        lock_form(&mut tx, &first.id, &first.digest, env.now()).await.unwrap();
        for id in ["p1", "p2"] {
            assert!(add_print(&mut tx, id, &first.id, "paper", "custodian1", at).await.unwrap(), "{engine}");
        }
        let counted = prints(&mut tx, &batch()).await.unwrap();
        assert_eq!(counted.len(), 1, "{engine}");
        assert_eq!(
            (counted[0].document.as_str(), counted[0].count, counted[0].last_at),
            ("paper", 2, at),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn a_form_is_a_copy_that_later_versions_of_items_do_not_touch() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        fill_bank(&env, "2").await;
        assembled(&env, "2").await;
        let mut tx = env.db.write().await.unwrap();
        let first = all(&mut tx).await.remove(0);
        let before = form_items(&mut tx, &first.id).await.unwrap();
        run(&mut tx, "UPDATE item SET version = version + 1").await;
        run(&mut tx, "UPDATE item_version SET status = 'refused'").await;
        assert_eq!(form_items(&mut tx, &first.id).await.unwrap(), before, "{engine}");
        let elsewhere = kernel::BatchCode::parse("2021-02").unwrap();
        assert_eq!(form_by_id(&mut tx, &elsewhere, &first.id).await.unwrap(), None, "{engine}");
        assert_eq!(form_by_id(&mut tx, &batch(), &first.id).await.unwrap(), Some(first.clone()), "{engine}");
        let sums = form_sums(&mut tx, &batch()).await.unwrap();
        let own = sums.iter().filter(|sum| sum.form_id == first.id);
        assert_eq!(own.map(|sum| sum.points.0).sum::<i64>(), 10_000, "{engine}");
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, db) in testkit::engines().await {
        for (name, statement) in paper::all_queries() {
            let prepared = testkit::prepare(&db, statement).await;
            prepared.unwrap_or_else(|error| panic!("{name} on {engine}: {error}"));
        }
    }
}
