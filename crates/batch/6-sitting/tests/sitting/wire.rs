//! The names that travel, compared with the client's own file.
use std::collections::{BTreeMap, BTreeSet};

use kernel::Digest;
use sitting::{
    protocol::{
        AnswersBody, AnswersReply, Change, ErrorName, EvidenceBody, EvidenceReply, HandInBody, HandInReply,
        Item, Option as Choice, Phase, Pulse, Refusal, State, Title,
    },
    rules::NO_CHANGES,
};

use crate::fixture::START;

const CLIENT: &str = include_str!("../../../../../clients/exam/protocol.ts");

/// The fields of an interface of the client; the optional ones end in a question mark.
fn interface(name: &str) -> BTreeSet<String> {
    let (_, after) = CLIENT.split_once(&format!("export interface {name} {{")).unwrap();
    let (body, _) = after.split_once("\n}").unwrap_or((after, ""));
    let body =
        after.split_once(" }\n").map_or(body, |(line, _)| if line.contains('\n') { body } else { line });
    let fields = body.split(';').filter_map(|field| field.split_once(':'));
    fields.map(|(field, _)| field.trim().to_owned()).collect()
}

/// The words of a union of texts of the client.
fn union(name: &str) -> BTreeSet<String> {
    let (_, after) = CLIENT.split_once(&format!("export type {name} = ")).unwrap();
    let (line, _) = after.split_once(';').unwrap();
    line.split('|').map(|word| word.trim().trim_matches('"').to_owned()).collect()
}

fn ours(value: &impl serde::Serialize) -> BTreeSet<String> {
    serde_json::to_value(value).unwrap().as_object().unwrap().keys().cloned().collect()
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn title() -> Title {
    let text = String::new;
    Title {
        occupation: text(),
        level: text(),
        form_minutes: 90,
        seat: text(),
        name: text(),
        admission_number: text(),
    }
}

fn item() -> Item {
    Item { no: 1, kind: "single", stem: String::new(), options: Vec::new(), points: String::new() }
}

#[test]
fn the_client_and_the_server_name_every_field_alike() {
    let change = Change { seq: 1, no: 1, answer: String::new(), at: 0 };
    let state = State {
        attempt: String::new(),
        epoch: 1,
        phase: Phase::Open,
        server_now: START,
        open_at: START,
        close_at: START,
        acked_seq: 0,
        chain_head: Digest::parse(NO_CHANGES).unwrap(),
        title: title(),
        answers: BTreeMap::new(),
        receipt: None,
    };
    assert_eq!(ours(&Choice { letter: String::new(), text: String::new() }), interface("Option"));
    assert_eq!(ours(&item()), interface("Item"));
    assert_eq!(ours(&title()), interface("Title"));
    let (before, after) = state.around_items().unwrap();
    let written: serde_json::Value = serde_json::from_str(&format!("{before}[]{after}")).unwrap();
    assert_eq!(ours(&written), interface("State"));
    assert_eq!(ours(&change), interface("Change"));
    assert_eq!(ours(&AnswersBody { epoch: 1, changes: vec![change] }), interface("AnswersBody"));
    let reply = AnswersReply {
        acked_seq: 1,
        server_now: START,
        close_at: START,
        chain_head: Digest::parse(NO_CHANGES).unwrap(),
    };
    assert_eq!(ours(&reply), interface("AnswersReply"));
    assert_eq!(ours(&HandInBody { epoch: 1, last_seq: 1 }), interface("HandInBody"));
    let reply = HandInReply { phase: Phase::HandedIn, receipt: String::new(), answered: 1, items: 2 };
    assert_eq!(ours(&reply), interface("HandInReply"));
    let pulse = Pulse { phase: Phase::Open, server_now: START, close_at: START, acked_seq: 0 };
    assert_eq!(ours(&pulse), interface("Pulse"));
    assert_eq!(ours(&EvidenceBody { epoch: 1, changes: Vec::new() }), interface("EvidenceBody"));
    assert_eq!(ours(&EvidenceReply { kept: 1 }), interface("EvidenceReply"));
    let refusal = Refusal {
        error: ErrorName::Gap,
        acked_seq: Some(1),
        kept_as_evidence: Some(true),
        receipt: Some(String::new()),
    };
    let fields: BTreeSet<String> =
        interface("Refusal").iter().map(|field| field.trim_end_matches('?').to_owned()).collect();
    assert_eq!(ours(&refusal), fields);
}

#[test]
fn the_client_and_the_server_name_every_phase_and_refusal_alike() {
    let phases = [Phase::Waiting, Phase::Open, Phase::Closed, Phase::HandedIn].map(word);
    assert_eq!(BTreeSet::from(phases), union("Phase"));
    assert_eq!(BTreeSet::from(ErrorName::ALL.map(word)), union("ErrorName"));
}
