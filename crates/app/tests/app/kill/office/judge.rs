//! What must be true of the rows after a kill, decided from what the offices sent, were told and were shown.
use std::collections::{BTreeMap, BTreeSet};

use super::rows::Rows;

/// What somebody at a desk writes down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// That the fee of an application was received.
    Fee {
        /// Which.
        application: String,
    },
    /// A figure for a candidate.
    Figure {
        /// Whose.
        login: String,
        /// Kind of part.
        part: String,
        /// The candidate's admission number.
        number: String,
    },
}

/// One act at a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// What is written down.
    pub what: What,
    /// As what: a receipt with its amount, or hundredths of a point.
    pub value: String,
    /// It was sent.
    pub is_sent: bool,
    /// The server said that it is kept.
    pub is_told: bool,
}

/// What is wrong, one sentence each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Somebody was told that it is kept, or shown it, and it is not there.
    pub lost: Vec<String>,
    /// Nobody sent it, or it is half there, or there twice.
    pub phantom: Vec<String>,
}

impl Found {
    /// How much it is.
    pub fn count(&self) -> usize {
        self.lost.len() + self.phantom.len()
    }
}

/// Compares the rows with what was sent and told at the desks, and with the certificates that were shown: number and
/// digest of the file.
pub fn judge(deeds: &[&Deed], shown: &BTreeMap<String, String>, rows: &Rows) -> Found {
    let mut found = Found { phantom: halves(rows), ..Found::default() };
    let mut held = rows.held();
    if held.len() != rows.payments.len() + rows.figures.len() {
        found.phantom.push("something stands there twice".to_owned());
    }
    for deed in deeds {
        match held.remove(&deed.what) {
            Some(value) if value == deed.value && deed.is_sent => {}
            Some(value) => {
                found.phantom.push(format!("{:?} is {value}, and not {}", deed.what, deed.value));
                found.lost.extend(deed.is_told.then(|| format!("{:?}: {}", deed.what, deed.value)));
            }
            None => found.lost.extend(deed.is_told.then(|| format!("{:?}: {}", deed.what, deed.value))),
        }
    }
    found.phantom.extend(held.into_iter().map(|(what, value)| format!("nobody sent {what:?}: {value}")));
    for (number, digest) in shown {
        let is_it = rows.certificates.iter().any(|row| {
            row.number == *number && row.is_signed() && row.pdf_digest == *digest && rows.has_file_of(row)
        });
        found.lost.extend((!is_it).then(|| format!("certificate {number} with the file {digest}")));
    }
    found
}

/// Whatever is written in one transaction is there as a whole or not at all.
fn halves(rows: &Rows) -> Vec<String> {
    let paid = rows.payments.iter().map(|(application, ..)| application.clone());
    let mut found = [
        unpaired("a payment and its entry", rows.payment_lines(), rows.entries_of_payments()),
        unpaired("a payment and who is marked as paid", paid, rows.paid.iter().cloned()),
        unpaired("a figure and its entry", rows.figure_lines(), rows.entries_of_figures()),
        unpaired("a score and its figures", rows.scores.iter().cloned(), complete(rows)),
        unpaired("a certificate and its intent", rows.intent_lines(), rows.entries_of_intents()),
        unpaired("a certificate and its issue", rows.issue_lines(), rows.entries_of_issues()),
    ]
    .concat();
    let signed = rows.certificates.iter().filter(|row| row.is_signed());
    let without = signed.filter(|row| !rows.has_file_of(row));
    found.extend(without.map(|row| format!("certificate {} has no file", row.number)));
    if rows.numbered != rows.certificates.len() {
        let (numbered, there) = (rows.numbered, rows.certificates.len());
        found.push(format!("{numbered} numbers were taken, {there} certificates are there"));
    }
    found
}

/// Candidates of whom everybody has written a figure down.
fn complete(rows: &Rows) -> BTreeSet<(String, String)> {
    let mut missing: BTreeMap<(String, String), i64> = BTreeMap::new();
    for figure in &rows.figures {
        let (application, part) = (figure.application_id.clone(), figure.component_id.clone());
        *missing.entry((application, part)).or_insert_with(|| needed(&figure.kind)) -= 1;
    }
    missing.into_iter().filter(|(_, figures)| *figures == 0).map(|(of, _)| of).collect()
}

/// How many figures make a score. Source: `data/scheme/components.csv`; on paper two clerks.
fn needed(kind: &str) -> i64 {
    match kind {
        "practical" => 3,
        "panel" => 5,
        _ => 2,
    }
}

/// What does not stand on both sides equally often.
fn unpaired<T: Ord + std::fmt::Debug>(
    what: &str,
    one: impl IntoIterator<Item = T>,
    other: impl IntoIterator<Item = T>,
) -> Vec<String> {
    let mut times: BTreeMap<T, (usize, usize)> = BTreeMap::new();
    one.into_iter().for_each(|line| times.entry(line).or_default().0 += 1);
    other.into_iter().for_each(|line| times.entry(line).or_default().1 += 1);
    let differ = times.into_iter().filter(|(_, (one, other))| one != other);
    differ.map(|(line, (one, other))| format!("{what}: {line:?} {one} and {other} times")).collect()
}

#[test]
fn the_judge_of_the_desks_names_each_fault_and_nothing_else() {
    let what = |application: &str| What::Fee { application: application.to_owned() };
    let deed = |application: &str, is_sent, is_told| Deed {
        what: what(application),
        value: "R1 38000".to_owned(),
        is_sent,
        is_told,
    };
    let rows = Rows::of_payments(&[("a", "R1", 38_000)]);
    let none = BTreeMap::new();
    let found = |deeds: &[Deed], rows: &Rows| {
        let found = judge(&deeds.iter().collect::<Vec<_>>(), &none, rows);
        (found.lost.len(), found.phantom.len())
    };
    let told = deed("a", true, true);
    assert_eq!(found(std::slice::from_ref(&told), &rows), (0, 0));
    assert_eq!(found(&[deed("a", true, false)], &rows), (0, 0), "cut off, and there as a whole");
    assert_eq!(found(&[told.clone(), deed("b", true, false)], &rows), (0, 0), "cut off, and not there");
    assert_eq!(found(&[told.clone(), deed("b", true, true)], &rows), (1, 0));
    assert_eq!(found(&[deed("a", false, false)], &rows), (0, 1), "nobody sent it");
    assert_eq!(found(&[], &rows), (0, 1));
    let other = Rows::of_payments(&[("a", "R2", 38_000)]);
    assert_eq!(found(std::slice::from_ref(&told), &other), (1, 1), "with another receipt");
    let half = Rows { paid: BTreeSet::new(), ..rows.clone() };
    assert_eq!(found(std::slice::from_ref(&told), &half), (0, 1));
    let half = Rows { entries: Vec::new(), ..rows };
    assert_eq!(found(&[told], &half), (0, 1));
    let shown = BTreeMap::from([("S000099000001213000001".to_owned(), "0".repeat(64))]);
    assert_eq!(judge(&[], &shown, &Rows::default()).lost.len(), 1);
}
