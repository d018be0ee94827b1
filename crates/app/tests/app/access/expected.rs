//! `expected.csv`, read.
use std::collections::BTreeSet;

use super::{people::Relation, world::Moment};

/// How far a duty reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Wherever it is held.
    Any,
    /// At any place of the batch's body.
    Batch,
    /// Where the thing lies, or above.
    Thing,
    /// At any place of the body, for whatever batch.
    Body,
    /// Only over the whole of the batch's body.
    Whole,
    /// One's own.
    Own,
    /// The machine at the seat.
    Seat,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Door {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, with names of things in place of the router's.
    pub path: &'static str,
    /// Duties, or `anyone`, `signed-in`, `candidate`.
    pub who: BTreeSet<&'static str>,
    /// How far they reach.
    pub reach: Reach,
    /// First moment for whoever holds a duty over the whole body, and for everybody else.
    since: (u8, u8),
}

impl Door {
    /// Whether it is there for whoever stands so to the things.
    pub fn is_there(&self, relation: Relation, moment: Moment) -> bool {
        let (whole, others) = self.since;
        moment.number() >= if relation == Relation::Whole { whole } else { others }
    }

    /// Whether accounts, duties or items are behind it.
    pub fn is_of_no_batch(&self) -> bool {
        ["/accounts", "/grant", "/items", "/filing-cases"].iter().any(|start| self.path.starts_with(start))
    }

    /// The smallest body that a route of the exam computer reads.
    pub fn json(&self) -> Option<&'static str> {
        let last = self.path.strip_prefix("/attempts/{attempt}/").filter(|_| self.method == "POST")?;
        Some(match last {
            "start" => "{}",
            "hand-in" => r#"{"epoch":1,"last_seq":0}"#,
            _ => r#"{"epoch":1,"changes":[]}"#,
        })
    }

    /// Method and path with nameless things: the same for the router's path and this one.
    pub fn shape(method: &str, path: &str) -> String {
        let mut shape = format!("{method} ");
        let mut rest = path.split('?').next().unwrap_or_default();
        while let Some((before, named)) = rest.split_once('{') {
            shape.push_str(before);
            shape.push_str("{}");
            rest = named.split_once('}').map_or("", |(_, after)| after);
        }
        shape + rest
    }
}

/// Duties with work inside a batch.
const BATCH: &str = "province reviewer registrar exam-officer custodian invigilator examiner panel-member score-clerk auditor";
/// Every duty.
const OTHERS: &str =
    "administrator security-administrator item-writer item-reviewer manager filing-officer assessor";
/// Duties that deal with applicants by name.
const PEOPLE: &str = "province reviewer registrar exam-officer auditor";
/// Duties in the rooms.
const HALL: &str = "exam-officer invigilator";

/// Every row.
pub fn doors() -> Vec<Door> {
    let lines = include_str!("expected.csv").lines().filter(|line| !line.starts_with('#'));
    lines.map(door).collect()
}

fn door(line: &'static str) -> Door {
    let cells: Vec<&str> = line.split(',').collect();
    let [method, path, who, reach, since] = cells[..] else { panic!("{line}") };
    let who = who.split(' ').flat_map(|word| match word {
        "batch" => BATCH.split(' ').collect::<Vec<_>>(),
        "staff" => BATCH.split(' ').chain(OTHERS.split(' ')).collect(),
        "people" => PEOPLE.split(' ').collect(),
        "hall" => HALL.split(' ').collect(),
        one => vec![one],
    });
    let (whole, others) = since.split_once('/').unwrap_or((since, since));
    let reach = match reach {
        "any" => Reach::Any,
        "batch" => Reach::Batch,
        "thing" => Reach::Thing,
        "body" => Reach::Body,
        "whole" => Reach::Whole,
        "own" => Reach::Own,
        "seat" => Reach::Seat,
        other => panic!("{other}: {line}"),
    };
    Door { method, path, who: who.collect(), reach, since: (whole.parse().unwrap(), others.parse().unwrap()) }
}
