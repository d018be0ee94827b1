//! TR17 and TR18, the storms: everybody of a sitting begins in one moment, and everybody hands in in one moment.
//!
//! The hall is one candidate of the story, copied some hundred times with a session and a check-in of their own. Each is
//! a browser on connections of its own that does what browsers do: it asks again, asks twice side by side, goes away
//! before the answer and comes back. Nothing is timed. What each of them sent and was told is held against the rows; the
//! same judge must name whoever has something planted into the rows, and whoever a server has lost that acknowledges
//! before it commits.
mod candidate;
mod hand_in;
mod judge;
mod line;
mod rows;
mod scene;
mod start;

use std::sync::Arc;

use identity::session::hash;
use kernel::UnixMicros;
use serde_json::{Value, json};
use store::{Db, on};
use testkit::{
    Kept, Server, ask,
    sitters::{Copies, Sitter, multiply, open_unchecked, write_unchecked},
    tries,
};
use tokio::{sync::mpsc, task::block_in_place};

use self::{
    candidate::{Act, Candidate, Nature},
    rows::Rows,
    scene::{Heard, Scene, Stroke, everybody, hears},
};
use crate::access::{Moment, worlds};

/// Who sits in the hall, in a check and at night. Source of the second: shared data, roster-12318.
const CANDIDATES: (usize, usize) = (400, 12_318);
/// When the form opens and when it closes; hours lie between, because the clock runs while the hall fills.
const BELL: &str = "2021-06-03 18:00";
const CLOSE: &str = "2021-06-03 20:00";
/// A little later the clock ends what nobody handed in. Source: `sitting::jobs::close_due`, five seconds.
const SETTLED: &str = "2021-06-03 20:00:10";
/// The people of the controls work longer.
const LAST_CLOSE: &str = "2021-06-03 23:00";

/// A server that acknowledges before it commits.
const EARLY: &[&str] = &["--acknowledge-early"];
/// People before it at a time, and how often a control is tried until it must have found something.
const AT_A_TIME: usize = 8;
const CONTROL_TRIES: usize = 20;

/// Files that are open beside the connections, at most.
const OTHER_FILES: usize = 300;

/// Somebody whose rows are copied.
const TEMPLATE: &str = "SELECT id FROM attempt WHERE state = 'handed_in' ORDER BY id LIMIT 1";
const IS_ABSENT: &str = "INSERT INTO attendance (seat_id, room_use_id, sitting_id, batch_code, application_id, state,
    recorded_by, recorded_at) SELECT seat_id, room_use_id, sitting_id, batch_code, application_id, 'absent', account_id,
    open_at FROM attempt WHERE id = $1";

#[tokio::test(flavor = "multi_thread")]
async fn everybody_begins_in_one_moment_and_hands_in_in_one() {
    enough_files();
    for world in worlds().await {
        let kept = world.end().again().await;
        let (mut hall, others) = Hall::filled(&kept).await;
        let (first, second) = others.split_at(others.len() / 2);
        start::tried(&mut hall, first).await;
        hand_in::tried(&mut hall, second).await;
    }
    testkit::proves!(
        "TR17",
        "a whole hall that presses Begin at once begins once each, and no password is hashed"
    );
    testkit::proves!("TR18", "a whole hall that hands in at the close loses nothing that was acknowledged");
}

/// Ends with the line that helps when this shell may not open as many connections as the storms do: one for each, one
/// more for whoever asks twice, and one for whoever goes away.
fn enough_files() {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let most = line.split_whitespace().next().and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX);
    let needed = tries(CANDIDATES.0, CANDIDATES.1) * 3 / 2 + OTHER_FILES;
    assert!(most >= needed, "this shell may open {most} files: run `ulimit -n {needed}` and try again");
}

/// A hall before its server.
pub struct Hall {
    /// The server.
    pub server: Server,
    /// The items of the form that everybody sits.
    form: Arc<Value>,
    /// Everybody.
    pub candidates: Vec<Candidate>,
}

impl Hall {
    /// Copies people into what was kept, and serves it hours before the bell; beside the hall's own come those of the
    /// controls.
    async fn filled(kept: &Kept) -> (Self, Vec<Sitter>) {
        let db = kept.open().await;
        let template = ask(&db, TEMPLATE).await.concat();
        let form = Arc::new(form_of(&db, &template).await);
        db.close().await;
        let at = |text: &str| UnixMicros::parse_text(text).unwrap();
        let (bell, close, last) = (at(BELL), at(CLOSE), at(LAST_CLOSE));
        let count = tries(CANDIDATES.0, CANDIDATES.1);
        let copies = Copies { name: "storm", count, window: Some((bell, close)), hash };
        let sitters = multiply(&kept.database, &template, &copies).await;
        let count = AT_A_TIME * CONTROL_TRIES * 2;
        let copies = Copies { name: "control", count, window: Some((bell, last)), hash };
        let others = multiply(&kept.database, &template, &copies).await;

        let server = Server::on(env!("CARGO_BIN_EXE_kaogong"), kept, Moment::Certified.clock());
        let seated = |(number, sitter)| Candidate::new(sitter, server.base(), Nature::of(number));
        let candidates: Vec<Candidate> = sitters.into_iter().enumerate().map(seated).collect();
        mark_the_absent(&kept.database, &candidates).await;
        (Self { server, form, candidates }, others)
    }

    /// Others at their machines, without peculiarities.
    fn seats(&self, sitters: &[Sitter]) -> Vec<Candidate> {
        let seat = |sitter: &Sitter| Candidate::new(sitter.clone(), self.server.base(), Nature::PLAIN);
        sitters.iter().map(seat).collect()
    }

    /// A storm about this instant.
    fn scene(&self, stroke: Stroke) -> (Arc<Scene>, mpsc::UnboundedReceiver<Heard>) {
        Scene::new(&self.form, stroke)
    }

    /// The server is killed and comes up again.
    fn starts_again(&mut self, flags: &[&str]) {
        block_in_place(|| self.server.start_again(flags));
    }

    /// Everybody does the same before the server, which is killed as soon as so much is heard of one of them, and
    /// comes up again with its protections.
    async fn cut_short(
        &mut self,
        candidates: Vec<Candidate>,
        act: Act,
        (until, stroke): (Heard, Stroke),
    ) -> Vec<Candidate> {
        let (scene, mut ear) = self.scene(stroke);
        let mut storm = tokio::spawn(everybody(Arc::clone(&scene), candidates, act));
        hears(&mut storm, &mut ear, (until, 1)).await;
        scene.ends();
        block_in_place(|| self.server.stop());
        let candidates = storm.await.unwrap();
        self.starts_again(&[]);
        candidates
    }

    async fn open(&self) -> Db {
        Db::open(&self.server.database).await.unwrap()
    }

    /// What the database holds.
    async fn rows(&self) -> Rows {
        self.rows_with(&[]).await
    }

    /// What it would hold after these statements, each about one attempt; nothing of that stays.
    async fn rows_with(&self, plants: &[(&'static str, &str)]) -> Rows {
        let db = self.open().await;
        let mut tx = if plants.is_empty() { db.read().await.unwrap() } else { db.write().await.unwrap() };
        for (statement, attempt) in plants {
            let changed = on!(&mut tx, |conn| sqlx::query(*statement)
                .bind(*attempt)
                .execute(conn)
                .await
                .map(|done| done.rows_affected()));
            assert_eq!(changed.unwrap(), 1, "{attempt}: {statement}");
        }
        let rows = Rows::read(&mut tx).await;
        drop(tx);
        db.close().await;
        rows
    }
}

/// The items of the form somebody sits, read from its rows.
async fn form_of(db: &Db, attempt: &str) -> Value {
    let form = ask(db, &format!("SELECT form_id FROM attempt WHERE id = '{attempt}'")).await.concat();
    let mut tx = db.read().await.unwrap();
    let questions = paper::questions(&mut tx, &form).await.unwrap();
    let items = questions.into_iter().map(|question| {
        let option = |(letter, text): (String, String)| json!({ "letter": letter, "text": text });
        let options: Vec<Value> = question.options.into_iter().map(option).collect();
        let (no, kind, points) = (question.no, question.kind.code(), question.points.short());
        json!({ "no": no, "kind": kind, "stem": question.stem, "options": options, "points": points })
    });
    let form: Value = items.collect();
    assert!(form.as_array().is_some_and(|items| items.len() >= 30), "a form has items: {form}");
    form
}

/// An invigilator has marked some of them as absent, whose machines stand there with their sessions all the same.
async fn mark_the_absent(database: &str, candidates: &[Candidate]) {
    let db = open_unchecked(database).await;
    let mut tx = write_unchecked(&db).await;
    for absent in candidates.iter().filter(|one| one.nature.is_absent) {
        on!(&mut tx, |conn| sqlx::query(IS_ABSENT).bind(absent.id()).execute(conn).await.map(|_| ()))
            .unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await;
}
