//! The day: thousands check in, answer at computers, and are marked absent or present elsewhere.
use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Scene;
use crate::{Answers, Browser, Crowd, Desk, Fault, Mishap, Page, Result, sitting};

/// A change that a reply said is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ack {
    /// Attempt.
    pub attempt: String,
    /// Number of the change.
    pub seq: i64,
    /// Number of the item.
    pub item: i64,
    /// Digest of the answer that was sent.
    pub answer: [u8; 32],
    /// What the reply says the time is, in microseconds.
    pub at: i64,
}

/// The receipt of somebody who handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Attempt.
    pub attempt: String,
    /// What the candidate may write down.
    pub receipt: String,
}

/// Answers in one save: what somebody does in a few minutes.
const CHANGES_AT_ONCE: usize = 10;

/// Somebody with a code in their hand.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    room: String,
    number: String,
    code: String,
}

/// At the doors of the computer rooms.
pub(super) fn check_in(scene: &mut Scene<'_>) -> Result<()> {
    let invigilator = scene.office.staff("invigilator1")?;
    let rooms = sitting::rooms(&invigilator, scene.batch)?;
    let crowd = scene.crowd;
    let seats = Mutex::new(Vec::new());
    in_parallel(scene.options.at_once, &rooms, |room| {
        let page = invigilator.open(room)?;
        if !page.has_form("/check-in") {
            return Ok(());
        }
        for row in page.rows() {
            let Some(number) = number_of(&row) else { continue };
            if crowd.comes(&number) {
                let shown = invigilator.submit(&row.form("/check-in")?)?;
                let code = shown.all(".code").into_iter().next();
                let code = code.ok_or_else(|| shown.fault("no code is shown"))?;
                let seat = Seat { room: room.clone(), number, code };
                seats.lock().unwrap_or_else(PoisonError::into_inner).push(seat);
            }
        }
        Ok(())
    })?;
    scene.told.waiting = seats.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(())
}

/// At the computers.
pub(super) fn sit(scene: &mut Scene<'_>) -> Result<()> {
    let mut seats = std::mem::take(&mut scene.told.waiting);
    seats.sort_by(|a, b| a.number.cmp(&b.number));
    let known = Answers::read()?;
    let (office, crowd) = (scene.office, scene.crowd);
    let invigilator = office.staff("invigilator1")?;
    let told = Mutex::new((Vec::new(), Vec::new()));
    in_parallel(scene.options.at_once, &seats, |seat| {
        let browser = sitting::enter_hall(office, &seat.number, &seat.code)?;
        let mut exam = Exam::open(&browser, &told)?;
        let answers = exam.answers(crowd, &seat.number, &known)?;
        let half = answers.len() / 2;
        exam.save(&answers[..half])?;
        match crowd.mishap(&seat.number) {
            Mishap::NetworkGoes => exam.repeat()?,
            Mishap::MachineFails => {
                drop(exam);
                let page = invigilator.open(&seat.room)?;
                let row = row_of(&page, &seat.number)?;
                let shown = invigilator.submit(&row.form("/epoch")?)?;
                let code = shown.all(".code").into_iter().next();
                let code = code.ok_or_else(|| shown.fault("no code is shown"))?;
                let other = sitting::enter_hall(office, &seat.number, &code)?;
                let mut exam = Exam::open(&other, &told)?;
                exam.save(&answers[half..])?;
                return exam.hand_in();
            }
            Mishap::Nothing | Mishap::NeverHandsIn => {}
        }
        exam.save(&answers[half..])?;
        if crowd.mishap(&seat.number) == Mishap::NeverHandsIn { Ok(()) } else { exam.hand_in() }
    })?;
    let (acks, receipts) = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    (scene.told.acks, scene.told.receipts) = (acks, receipts);
    Ok(())
}

type Kept = Mutex<(Vec<Ack>, Vec<Receipt>)>;

/// One exam at one machine, and where its replies are kept.
struct Exam<'a> {
    desk: Desk<'a>,
    told: &'a Kept,
    last: Vec<(i64, String)>,
}

impl<'a> Exam<'a> {
    fn open(browser: &'a Browser, told: &'a Kept) -> Result<Self> {
        Ok(Self { desk: Desk::open(browser)?, told, last: Vec::new() })
    }

    /// What this candidate answers to each item: all but a few right, or a third.
    fn answers(&self, crowd: &Crowd, number: &str, known: &Answers) -> Result<Vec<(i64, String)>> {
        let items = self.desk.state["items"].as_array().cloned().unwrap_or_default();
        let knows = if crowd.passes(number, "theory") { items.len() * 9 / 10 } else { items.len() / 3 };
        let mut answers = Vec::new();
        for item in items.iter().take(knows) {
            let stem = item["stem"].as_str().unwrap_or_default();
            let right = known.of(stem).ok_or_else(|| Fault::at("exam", "an item of no bank"))?;
            answers.push((item["no"].as_i64().unwrap_or_default(), right.to_owned()));
        }
        Ok(answers)
    }

    fn save(&mut self, answers: &[(i64, String)]) -> Result<()> {
        for chunk in answers.chunks(CHANGES_AT_ONCE) {
            let given: Vec<(i64, &str)> = chunk.iter().map(|(no, answer)| (*no, answer.as_str())).collect();
            let first = self.desk.next_seq();
            let (status, reply) = self.desk.save_all(&given)?;
            self.keep(status, &reply, first, chunk)?;
            self.last = chunk.to_vec();
        }
        Ok(())
    }

    /// The reply was lost: what was sent is sent as it was, and counts once.
    fn repeat(&mut self) -> Result<()> {
        let given: Vec<(i64, &str)> = self.last.iter().map(|(no, answer)| (*no, answer.as_str())).collect();
        let (status, reply) = self.desk.save_again(&given)?;
        match status {
            200 => Ok(()),
            _ => Err(Fault::at("exam", &format!("what was sent twice is refused: {status} {reply}"))),
        }
    }

    fn keep(&self, status: u16, reply: &Value, first: i64, sent: &[(i64, String)]) -> Result<()> {
        if status != 200 {
            return Err(Fault::at("exam", &format!("{status} {reply}")));
        }
        let acked = reply["acked_seq"].as_i64().unwrap_or_default();
        let at = reply["server_now"].as_i64().unwrap_or_default();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for (seq, (item, answer)) in (first..).zip(sent).filter(|(seq, _)| *seq <= acked) {
            let attempt = self.desk.attempt().to_owned();
            let answer = Sha256::digest(answer.as_bytes()).into();
            told.0.push(Ack { attempt, seq, item: *item, answer, at });
        }
        Ok(())
    }

    fn hand_in(&self) -> Result<()> {
        let (status, reply) = self.desk.hand_in()?;
        let receipt = reply["receipt"].as_str().unwrap_or_default().to_owned();
        if status != 200 || receipt.is_empty() {
            return Err(Fault::at("exam", &format!("handing in: {status} {reply}")));
        }
        let attempt = self.desk.attempt().to_owned();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.1.push(Receipt { attempt, receipt });
        Ok(())
    }
}

/// Which records are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// Those of the exam's day.
    ThatDay,
    /// The panels', a day later.
    NextDay,
}

/// Who did not come is marked, and the record of each room is closed.
pub(super) fn close(scene: &mut Scene<'_>, held: Held) -> Result<()> {
    let invigilator = scene.office.staff("invigilator2")?;
    let rooms = sitting::rooms(&invigilator, scene.batch)?;
    let crowd = scene.crowd;
    in_parallel(scene.options.at_once, &rooms, |room| {
        let page = invigilator.open(room)?;
        let is_due = sitting::can_be_closed(&page) && (held == Held::NextDay || !sitting::is_panel(&page));
        if !is_due {
            return Ok(());
        }
        let gone = page.rows().into_iter().filter(|row| number_of(row).is_some_and(|one| !crowd.comes(&one)));
        if let Ok(mut form) = page.form("/absentees") {
            for row in gone {
                let seat = row.attribute("input[name=absent]", "value");
                let seat = seat.ok_or_else(|| page.fault("a row without a box for absence"))?;
                form = form.tick("absent", &seat);
            }
            return invigilator.submit(&form.set("then", "close")).map(drop);
        }
        for row in gone.filter(|row| row.has_form("/absence")) {
            let answer = invigilator.send_only(&row.form("/absence")?)?;
            if !(200..400).contains(&answer.status) {
                return Err(answer.fault(&answer.text()));
            }
        }
        invigilator.submit(&invigilator.open(room)?.form("/attendance")?).map(drop)
    })
}

fn number_of(row: &Page) -> Option<String> {
    row.all("small.mono").into_iter().next().filter(|number| !number.is_empty())
}

fn row_of(page: &Page, number: &str) -> Result<Page> {
    let rows: HashMap<String, Page> =
        page.rows().into_iter().filter_map(|row| Some((number_of(&row)?, row))).collect();
    rows.get(number).cloned().ok_or_else(|| page.fault(&format!("{number} does not sit here")))
}

/// Does something for each of many, so many at a time; the first fault ends it.
pub(super) fn in_parallel<T: Sync>(
    at_once: usize,
    all: &[T],
    act: impl Fn(&T) -> Result<()> + Sync,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let fault = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, all.len().max(1)) {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(found) = act(one) {
                        fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(found);
                        next.store(all.len(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    fault.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}
