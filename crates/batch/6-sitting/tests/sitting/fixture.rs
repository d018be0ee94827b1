//! A hall: an environment whose clock stands still, and attempts at its seats.
use std::sync::Arc;

use ::store::{Blobs, Db, Tx};
use identity::{Env, NewAccount};
use kernel::{BatchCode, FixedClock, SeededEntropy, UnixMicros};
use person::Vault;
use sitting::{
    AttemptId, Ledger,
    rules::{Attempt, Begin, Change, Frame, Head, Save},
    store::{self, NewAttempt, Place},
};

use crate::world;

/// 2021-05-22 09:00 in China.
pub const START: UnixMicros = UnixMicros::new(1_621_645_200_000_000);
/// Ninety minutes later.
pub const CLOSE: UnixMicros = START.plus_minutes(90);
/// The session at every seat, until a browser signs in there.
pub const SESSION: &str = "session-at-the-seat";
/// Items of the form.
pub const ITEMS: i64 = 54;

/// One hall on one engine.
pub struct Hall {
    pub engine: &'static str,
    pub env: Env,
    pub clock: Arc<FixedClock>,
    pub ledger: Ledger,
}

/// A hall on every engine, five minutes into the sitting.
pub async fn halls() -> Vec<Hall> {
    let engines = testkit::engines().await;
    let mut halls = Vec::new();
    for (engine, db) in engines {
        let hall = hall(engine, db);
        let mut tx = hall.env.db.write().await.unwrap();
        world::write(&mut tx).await;
        tx.commit().await.unwrap();
        halls.push(hall);
    }
    halls
}

fn hall(engine: &'static str, db: Db) -> Hall {
    let clock = Arc::new(FixedClock::new(START.plus_minutes(5)));
    let entropy = Arc::new(SeededEntropy::new(7));
    let folder = tempfile::tempdir().unwrap().keep();
    let env = Env {
        db,
        clock: clock.clone(),
        entropy: entropy.clone(),
        vault: Vault::generate(&*entropy),
        blobs: Blobs::open(folder).unwrap(),
        desk: trail::Desk { entropy, clock: clock.clone(), node: "test".into() },
        decoder: identity::Decoder::in_process(),
        secure_cookies: false,
        demo: false,
        nav: Arc::new(Vec::new()),
        public_url: "http://localhost".into(),
    };
    let ledger = Ledger::start(&env);
    Hall { engine, env, clock, ledger }
}

impl Hall {
    /// Candidate `n` has begun; the account is named `candidate-n`.
    pub async fn attempt(&self, n: usize) -> AttemptId {
        let id = self.waiting(n).await;
        let began = self.begin(n, START.plus_minutes(1)).await;
        assert!(matches!(began, Attempt::Open(_)));
        id
    }

    /// Candidate `n` is checked in and has not begun.
    pub async fn waiting(&self, n: usize) -> AttemptId {
        let (frame, account) = (frame(n), account(n));
        let mut tx = self.env.db.write().await.unwrap();
        let new = NewAccount {
            id: &account,
            kind: "candidate",
            login: &account,
            display_name: "*",
            password_hash: None,
        };
        identity::insert_account(&mut tx, &new, START).await.unwrap();
        world::candidate(self, &mut tx, n).await;
        let place = place(n);
        let head = Head::empty().unwrap();
        assert!(
            store::insert_attempt(&mut tx, &NewAttempt { place: &place, frame: &frame, head: &head })
                .await
                .unwrap()
        );
        store::rebind(&mut tx, &frame.id, &account, SESSION).await.unwrap();
        tx.commit().await.unwrap();
        frame.id
    }

    /// Candidate `n` asks to begin at `at`; how the attempt stands then.
    pub async fn begin(&self, n: usize, at: UnixMicros) -> Attempt {
        let asked = Begin { session: SESSION.into(), arrived_at: at };
        self.ledger.begin(frame(n).id, account(n), format!("begin-{n}"), asked).await.unwrap().attempt
    }

    /// The row of an attempt, as the rules see it.
    pub async fn look(&self, n: usize) -> Attempt {
        let mut tx = self.env.db.read().await.unwrap();
        store::attempt(&mut tx, &frame(n).id, &account(n)).await.unwrap().unwrap().attempt().unwrap()
    }

    /// The answers that count.
    pub async fn answers(&self, n: usize) -> Vec<(i64, String)> {
        let mut tx = self.env.db.read().await.unwrap();
        store::answers_of(&mut tx, &frame(n).id).await.unwrap()
    }

    /// Number and text of what is kept as evidence.
    pub async fn evidence(&self, n: usize) -> Vec<(i64, String)> {
        const EVIDENCE: &str = "SELECT seq, answer FROM late_answer WHERE attempt_id = $1 ORDER BY seq";
        let mut tx: Tx = self.env.db.read().await.unwrap();
        ::store::on!(&mut tx, |conn| sqlx::query_as(EVIDENCE).bind(frame(n).id).fetch_all(conn).await)
            .unwrap()
    }

    /// Saves for candidate `n`, arriving now.
    pub async fn save(
        &self,
        n: usize,
        epoch: i64,
        changes: Vec<Change>,
    ) -> Result<sitting::Kept, sitting::LedgerError> {
        let save = Save { session: SESSION.into(), epoch, changes, arrived_at: self.env.now() };
        self.ledger.save(frame(n).id, account(n), save).await
    }
}

pub fn account(n: usize) -> String {
    format!("candidate-{n}")
}

pub fn frame(n: usize) -> Frame {
    Frame {
        id: format!("attempt-{n:06}").into(),
        account_id: account(n),
        epoch: 1,
        session: Some(SESSION.into()),
        open_at: START,
        close_at: CLOSE,
        item_count: ITEMS,
    }
}

fn place(n: usize) -> Place {
    Place {
        seat_id: format!("seat-{n}"),
        batch_code: BatchCode::parse("2021-01").unwrap(),
        application_id: format!("application-{n}"),
        sitting_id: "sitting-1".into(),
        room_use_id: Some("room-1".into()),
        form_id: "form-a".into(),
        seat_label: "01-01".into(),
        admission_number: world::admission_number(n),
    }
}

/// Change number `seq`: an answer to an item that follows from it.
pub fn change(seq: i64) -> Change {
    let letters = ["A", "B", "C", "D", "AB", "ACD", ""];
    let letter = letters[usize::try_from(seq).unwrap() % letters.len()];
    Change { seq, no: (seq - 1) % ITEMS + 1, answer: letter.into(), at: 0 }
}

/// Changes of these numbers.
pub fn changes(seqs: impl IntoIterator<Item = i64>) -> Vec<Change> {
    seqs.into_iter().map(change).collect()
}

/// The chain over changes 1 to `last`.
pub fn chain(last: i64) -> kernel::Digest {
    (1..=last).fold(Head::empty().unwrap().chain, |head, seq| sitting::rules::step(&head, &change(seq)))
}
