//! Accounts as their list finds them, on both engines.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
use identity::{AccountFilter, Grant, NewAccount, Role, grant, insert_account, staff_accounts};
use kernel::{OrgPath, UnixMicros};
use store::{Db, Tx};

const NOW: UnixMicros = UnixMicros::new(1_000);

/// Three staff accounts, one without a password, and a candidate's.
async fn filled(db: &Db) -> Tx {
    let mut tx = db.write().await.unwrap();
    for (id, kind, login, name, password_hash) in [
        ("a1", "staff", "anna", "考务甲", Some("hash")),
        ("a2", "staff", "b%c", "审核_乙", None),
        ("a3", "staff", "berta", "Clerk", Some("hash")),
        ("c1", "candidate", "phone:x", "**** 0001", None),
    ] {
        let account = NewAccount { id, kind, login, display_name: name, password_hash };
        assert!(insert_account(&mut tx, &account, NOW).await.unwrap());
    }
    for (id, account, role, until) in [
        ("g1", "a1", Role::ExamOfficer, None),
        ("g2", "a3", Role::ExamOfficer, Some(UnixMicros::new(900))),
        ("g3", "a3", Role::ScoreClerk, Some(UnixMicros::new(2_000))),
    ] {
        let path = OrgPath::parse("/demo").unwrap();
        let from = UnixMicros::new(500);
        let given = Grant { id: id.into(), role, path, batch: None, from, until };
        grant(&mut tx, account, &given, "system", "test").await.unwrap();
    }
    tx
}

async fn found(tx: &mut Tx, words: &str, role: &str, state: &str) -> Vec<String> {
    let filter = AccountFilter { words: words.into(), role: role.into(), state: state.into() };
    let rows = staff_accounts(tx, &filter, NOW, 10, 0).await.unwrap();
    let count = identity::count_staff_accounts(tx, &filter, NOW).await.unwrap();
    assert_eq!(i64::try_from(rows.len()).unwrap(), count, "the count is of the same rows");
    rows.into_iter().map(|row| row.login).collect()
}

#[tokio::test]
async fn accounts_are_found_by_words_by_a_role_that_counts_and_by_standing() {
    for (engine, db) in testkit::engines().await {
        let mut tx = filled(&db).await;
        for (words, role, state, wanted) in [
            ("", "", "", &["anna", "b%c", "berta"][..]),
            ("AN", "", "", &["anna"][..]),
            ("考务", "", "", &["anna"][..]),
            ("clerk", "", "", &["berta"][..]),
            ("%", "", "", &["b%c"][..]),
            ("_", "", "", &["b%c"][..]),
            ("!", "", "", &[][..]),
            ("phone", "", "", &[][..]),
            ("", "exam-officer", "", &["anna"][..]),
            ("", "score-clerk", "", &["berta"][..]),
            ("", "", "waiting", &["b%c"][..]),
            ("", "", "open", &["anna", "berta"][..]),
            ("", "", "closed", &[][..]),
        ] {
            assert_eq!(
                found(&mut tx, words, role, state).await,
                wanted,
                "{words} {role} {state} on {engine}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_of_the_list_follows_the_one_before_and_a_candidate_is_no_staff() {
    for (engine, db) in testkit::engines().await {
        let mut tx = filled(&db).await;
        let all = AccountFilter::default();
        let second = staff_accounts(&mut tx, &all, NOW, 2, 2).await.unwrap();
        assert_eq!(second.iter().map(|row| row.login.as_str()).collect::<Vec<_>>(), ["berta"], "{engine}");
        assert_eq!(second[0].last_sign_in, None, "{engine}");
        assert!(identity::staff_account(&mut tx, "c1").await.unwrap().is_none(), "{engine}");
        let lines = identity::grant_lines(&mut tx, "a3").await.unwrap();
        let counting: Vec<_> =
            lines.iter().filter(|line| line.counts(NOW)).map(|line| line.role.as_str()).collect();
        assert_eq!((lines.len(), counting), (2, vec!["score-clerk"]), "{engine}");
    }
}
