//! Desks at which one act after the other is sent: tills, and sheets on which clerks and examiners write figures down.
//! One act is one row; its form is a copy of the page's with that row filled in.
use std::{sync::atomic::Ordering, thread};

use kernel::Money;
use rehearse::{Batch, Browser, FormFill, Office, assessment};
use testkit::Server;

use super::{
    judge::{Deed, What},
    rows::{Rows, fee},
};
use crate::{
    kill::hall::{Dice, Life, Lived, after},
    story::did,
};

/// Who receives fees, and at how many tills.
const REGISTRAR: &str = "registrar1";
const TILLS: usize = 2;
/// Who writes figures down: login, noun of the sheets, kind of part, and how many they are.
const WRITERS: [(&str, &str, &str, usize); 3] = [
    ("clerk", "entries", "theory", 2),
    ("examiner", "practical", "practical", 3),
    ("panel", "panel", "panel", 5),
];
/// A kill comes after 1 to this many acknowledgements.
const ACKNOWLEDGEMENTS_MAX: usize = 16;
/// And then up to this much later: an act of an unoptimised server takes some hundredths of a second.
const MICROSECONDS_MAX: u64 = 30_000;

/// A form as its page was drawn, and the rows of it that are this desk's.
struct Sheet {
    form: FormFill,
    rows: Vec<String>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Fees.
    Till,
    /// Figures of a kind of part.
    Figures(&'static str),
}

/// Something to be sent until it is kept.
struct Act {
    form: FormFill,
    deed: Deed,
    is_done: bool,
}

/// Somebody at a desk, and what they remember.
pub struct Desk {
    browser: Browser,
    login: String,
    /// How much kinder they are than their colleagues, in points.
    kindness: u64,
    sheets: Vec<Sheet>,
    acts: Vec<Act>,
}

/// Everybody sits down: at tills, and before the sheet of every room.
pub fn desks(office: &Office) -> Vec<Desk> {
    let batch = did(Batch::founding());
    let mut all: Vec<Desk> = (0..TILLS).map(|till| Desk::at_a_till(office, &batch, till)).collect();
    for (login, noun, part, count) in WRITERS {
        all.extend((0..count).map(|at| Desk::before_sheets(office, &batch, (login, at), (noun, part))));
    }
    all
}

impl Desk {
    fn at_a_till(office: &Office, batch: &Batch, till: usize) -> Self {
        let browser = did(office.sign_in(REGISTRAR));
        let form = did(did(browser.open(&batch.at("/payments"))).form("/payments"));
        let rows = rows_of(&form, "receipt-").into_iter().skip(till).step_by(TILLS).collect();
        let sheets = vec![Sheet { form, rows, kind: Kind::Till }];
        Self { browser, login: REGISTRAR.to_owned(), kindness: 0, sheets, acts: Vec::new() }
    }

    fn before_sheets(
        office: &Office,
        batch: &Batch,
        (login, at): (&str, usize),
        (noun, part): (&str, &'static str),
    ) -> Self {
        let login = format!("{login}{}", at + 1);
        let browser = did(office.sign_in(&login));
        let mut sheets = Vec::new();
        for room in did(assessment::rooms(&browser, batch, noun)) {
            let forms = did(browser.open(&room)).forms(&room);
            sheets.extend(forms.into_iter().map(|form| {
                let rows = rows_of(&form, "score-");
                Sheet { form, rows, kind: Kind::Figures(part) }
            }));
        }
        // Two clerks read the same from a script; examiners differ a little.
        let kindness = if part == "theory" { 0 } else { u64::try_from(at).unwrap() };
        Self { browser, login, kindness, sheets, acts: Vec::new() }
    }

    /// A round begins: everything is to be written down, with other receipts and figures than in any round before.
    pub fn begins(&mut self, round: u64) {
        let mut acts = Vec::new();
        for sheet in &self.sheets {
            acts.extend(sheet.rows.iter().map(|row| self.act(sheet, row, round)));
        }
        self.acts = acts;
    }

    fn act(&self, sheet: &Sheet, row: &str, round: u64) -> Act {
        let form = sheet.form.clone();
        let (form, what, value) = match sheet.kind {
            Kind::Till => {
                let receipt = format!("R{round}-{}", row.rsplit('-').next().unwrap().to_uppercase());
                let amount = form.value(&format!("amount-{row}")).and_then(|text| Money::parse(text).ok());
                let value = fee(&receipt, amount.expect("the page says what is due").0);
                let form = form.tick("paid", row).set(&format!("receipt-{row}"), &receipt);
                (form, What::Fee { application: row.to_owned() }, value)
            }
            Kind::Figures(part) => {
                let digits: u64 = row.bytes().map(u64::from).sum();
                let points = 60 + digits % 25 + round % 7 + self.kindness;
                let form = form.set(&format!("score-{row}"), &points.to_string());
                let (login, part) = (self.login.clone(), part.to_owned());
                (form, What::Figure { login, part, number: row.to_owned() }, (points * 100).to_string())
            }
        };
        Act { form, deed: Deed { what, value, is_sent: false, is_told: false }, is_done: false }
    }

    /// Everything this desk has to do with.
    pub fn deeds(&self) -> impl Iterator<Item = &Deed> {
        self.acts.iter().map(|act| &act.deed)
    }

    /// How much is still to be sent.
    pub fn open(&self) -> usize {
        self.acts.iter().filter(|act| !act.is_done).count()
    }

    /// The server has come up at another address.
    pub fn moves_to(&mut self, base: &str) {
        self.browser = self.browser.moved_to(base);
    }

    /// What is there is not sent again, whether its answer came or was cut off.
    pub fn looks(&mut self, rows: &Rows) {
        let held = rows.held();
        for act in &mut self.acts {
            act.is_done = act.is_done || held.contains_key(&act.deed.what);
        }
    }

    /// Sends what is open until the server is gone; `true` when a request of its own was cut off.
    fn works(&mut self, life: &Life) -> bool {
        let Self { browser, acts, login, .. } = self;
        for act in acts.iter_mut().filter(|act| !act.is_done) {
            while !act.is_done {
                if life.over.load(Ordering::SeqCst) {
                    return false;
                }
                act.deed.is_sent = true;
                life.under_way.fetch_add(1, Ordering::SeqCst);
                let answer = browser.send_only(&act.form);
                life.under_way.fetch_sub(1, Ordering::SeqCst);
                let Ok(answer) = answer else { return true };
                match answer.status {
                    303 => {
                        (act.deed.is_told, act.is_done) = (true, true);
                        // Nobody counts any more once the life is over.
                        let _ = life.acknowledged.send(());
                    }
                    503 => drop(life.put_off.fetch_add(1, Ordering::SeqCst)),
                    other => panic!("{login}, {:?}: {other} {}", act.deed, answer.text()),
                }
            }
        }
        false
    }
}

/// What stands behind this beginning in the names of a form's fields.
fn rows_of(form: &FormFill, beginning: &str) -> Vec<String> {
    form.names().iter().filter_map(|name| name.strip_prefix(beginning)).map(ToOwned::to_owned).collect()
}

/// Everybody works until the server is killed, at some moment before all is done.
pub fn one_life(server: &mut Server, desks: &mut [Desk], dice: &Dice) -> Lived {
    let open: usize = desks.iter().map(Desk::open).sum();
    let most = u64::try_from(open.min(ACKNOWLEDGEMENTS_MAX)).unwrap();
    let (acknowledgements, pause) = (1 + dice.below(most), dice.below(MICROSECONDS_MAX));
    let (life, heard) = Life::begins();
    thread::scope(|scope| {
        let life = &life;
        let working: Vec<_> = desks.iter_mut().map(|desk| scope.spawn(|| desk.works(life))).collect();
        after(&heard, acknowledgements, pause);
        life.over.store(true, Ordering::SeqCst);
        let under_way = life.under_way.load(Ordering::SeqCst);
        server.stop();
        let cut_off = working.into_iter().map(|desk| desk.join().unwrap()).filter(|cut| *cut).count();
        Lived { under_way, cut_off, ended: None }
    })
}
