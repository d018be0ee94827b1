//! Certificates are issued by a job, of which nobody is told one by one: what counts as acknowledged is what the list
//! has shown as valid, with the file behind it.
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use kernel::Digest;
use rehearse::{Browser, Office};
use sha2::{Digest as _, Sha256};
use store::Db;
use testkit::{Server, ask, run};
use tokio::runtime::Handle;

use crate::{
    kill::hall::{Dice, passes},
    story::did,
};

const LIST: &str = "/batches/2021-01/certificates?show=decided";
/// What may be done on it.
const PROPOSAL: &str = "/certificates/issue";
const DECISION: &str = "/certificates/issue/decision";
const CONTINUATION: &str = "/certificates/issue/continuation";

/// How often the list is looked at, and the rows whether a number was taken.
const LIST_EVERY: Duration = Duration::from_millis(50);
const ROWS_EVERY: Duration = Duration::from_millis(5);
/// Looks within which what is waited for must have come: two minutes at least.
const LISTS_MOST: usize = 2_400;
const ROWS_MOST: usize = 24_000;
/// A kill comes after 1 to this many more numbers were taken.
const NUMBERS_MAX: u64 = 2;
/// And then up to this much later: a page takes an unoptimised typesetter some tenths of a second.
const MICROSECONDS_MAX: u64 = 400_000;

/// How many numbers were taken, and for how many certificates none was.
const NUMBERED: &str = "SELECT CAST(COUNT(*) AS TEXT) FROM certificate";
const UNNUMBERED: &str = "SELECT CAST(COUNT(*) AS TEXT) FROM standing_order o WHERE NOT EXISTS
    (SELECT 1 FROM certificate c WHERE c.application_id = o.application_id)";
const AT_WORK: &str = "SELECT worker FROM job WHERE kind = 'certificate.issue' AND status = 'running'";

/// Two people who issue, and what the list has shown them.
pub struct Issuing {
    proposer: Browser,
    approver: Browser,
    /// Number to the digest of the file.
    pub shown: BTreeMap<String, String>,
}

impl Issuing {
    /// Both sign in.
    pub fn comes(office: &Office) -> Self {
        let [proposer, approver] = ["province1", "province2"].map(|login| did(office.sign_in(login)));
        Self { proposer, approver, shown: BTreeMap::new() }
    }

    /// The server has come up at another address.
    pub fn moves_to(&mut self, base: &str) {
        self.proposer = self.proposer.moved_to(base);
        self.approver = self.approver.moved_to(base);
    }

    /// Looks at the list, does what is to be done, and reads what is issued. Whether nothing is left to do; none when
    /// the server is gone.
    fn looks(&mut self) -> Option<bool> {
        let page = self.approver.get(LIST).ok()?;
        if page.status == 503 {
            return Some(false);
        }
        assert_eq!(page.status, 200, "{}", page.text());
        let is_done = !self.acts_on(&page)? && !page.has_running_job();
        for row in page.rows() {
            let Some(link) = row.link("/certificates/") else { continue };
            let number = link.rsplit('/').next().unwrap().to_owned();
            if row.all(".tag.done").is_empty() || self.shown.contains_key(&number) {
                continue;
            }
            let file = self.approver.get(&format!("{link}.pdf")).ok()?;
            assert_eq!(file.status, 200, "{number} is shown as valid, and its file is not: {}", file.text());
            self.shown.insert(number, digest(&file.bytes));
        }
        Some(is_done)
    }

    /// One proposes, the other decides, and lets go on what broke off; whether there was something to do.
    fn acts_on(&self, page: &rehearse::Page) -> Option<bool> {
        if page.has_form(DECISION) {
            let form = did(page.form(DECISION)).tick("decision", "approve");
            self.approver.send_only(&form).ok()?;
        } else if page.has_form(CONTINUATION) {
            self.approver.send_only(&did(page.form(CONTINUATION))).ok()?;
        } else if page.has_form(PROPOSAL) {
            let page = self.proposer.get(LIST).ok()?;
            // Meanwhile it may be proposed: then there is nothing to send.
            let Ok(form) = page.form(PROPOSAL) else { return Some(true) };
            self.proposer.send_only(&form).ok()?;
        } else {
            return Some(false);
        }
        Some(true)
    }

    /// Looks on until everything is issued.
    pub fn finishes(&mut self) {
        for _ in 0..LISTS_MOST {
            if self.looks().expect("the server goes on answering") {
                return;
            }
            passes(LIST_EVERY);
        }
        panic!("the certificates are not issued: {} of them are", self.shown.len());
    }

    /// How many files are no longer the ones that were shown.
    pub fn other_files(&self) -> usize {
        let file = |number: &str| {
            let address = format!("/batches/2021-01/certificates/{number}.pdf");
            digest(&did(self.approver.open(&address)).bytes)
        };
        let is_other = |(number, shown): &(&String, &String)| file(number) != **shown;
        self.shown.iter().filter(is_other).count()
    }
}

fn digest(bytes: &[u8]) -> String {
    Digest::from_bytes(&Sha256::digest(bytes).into()).as_str().to_owned()
}

/// The job issues and both look on, until the server is killed in the middle of it. Who worked on the job.
pub fn one_life(server: &mut Server, issuing: &mut Issuing, dice: &Dice) -> Vec<String> {
    let (more, pause) = (1 + dice.below(NUMBERS_MAX), dice.below(MICROSECONDS_MAX));
    let is_over = &AtomicBool::new(false);
    let database = server.database.clone();
    thread::scope(|scope| {
        scope.spawn(move || {
            while !is_over.load(Ordering::SeqCst) && issuing.looks().is_some() {
                passes(LIST_EVERY);
            }
        });
        let workers = at_work_after(&database, usize::try_from(more).unwrap());
        passes(Duration::from_micros(pause));
        is_over.store(true, Ordering::SeqCst);
        server.stop();
        workers
    })
}

/// Waits until so many more numbers were taken, or all; who works on the job then. It is claimed before a number is
/// taken, so that they are those of this life.
fn at_work_after(database: &str, more: usize) -> Vec<String> {
    Handle::current().block_on(async {
        let db = Db::open(database).await.unwrap();
        let before = number(&db, NUMBERED).await;
        for _ in 0..ROWS_MOST {
            let numbered = number(&db, NUMBERED).await;
            if numbered >= before + more || (numbered > 0 && number(&db, UNNUMBERED).await == 0) {
                let workers = ask(&db, AT_WORK).await;
                // Whoever holds SQLite open would spare the next start its recovery.
                db.close().await;
                return workers;
            }
            passes(ROWS_EVERY);
        }
        panic!("no number is taken any more");
    })
}

async fn number(db: &Db, statement: &str) -> usize {
    ask(db, statement).await.concat().parse().unwrap()
}

/// Half a minute passes. Of a worker who is silent so long another one takes the job over (decision 0008); this is what
/// it writes then.
pub fn silence_passes(server: &Server, workers: &[String]) {
    const WAITS: &str = "UPDATE job SET status = 'waiting', worker = NULL WHERE status = 'running'";
    let waits = |worker: &String| format!("{WAITS} AND worker = '{worker}'");
    let statements: Vec<String> = workers.iter().map(waits).collect();
    Handle::current().block_on(async {
        let db = Db::open(&server.database).await.unwrap();
        run(&db, &statements).await;
        db.close().await;
    });
}
