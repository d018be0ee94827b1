//! What must hold when everything is over, by hand: nothing of the rules is asked here.
use sha2::{Digest, Sha256};
use sitting::rules::Attempt;

use super::{CLOSE, Client, Server, server::root};

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Everything that is wrong.
pub fn judge(server: &Server, clients: &[Client]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, client) in clients.iter().enumerate() {
        let rows = &server.disk.counted[number];
        let mut fault = |what: String| wrong.push(format!("candidate {number}: {what}"));
        for (seq, change) in (1..).zip(&client.made) {
            let kept =
                rows.get(&seq).is_some_and(|kept| kept.no == change.no && kept.answer == change.answer);
            if seq <= client.told && !kept {
                fault(format!("{seq} was acknowledged and is not there as it was"));
            }
        }
        // Numbers go from 1 without a gap, each is what was made, and was there before the close.
        for (expected, (seq, kept)) in (1..).zip(rows) {
            let made = client.made.get(usize::try_from(*seq).unwrap() - 1);
            if *seq != expected || made.is_none_or(|made| made.no != kept.no || made.answer != kept.answer) {
                fault(format!("{seq} was never made, or something before it is missing"));
            }
            if kept.arrived >= CLOSE || client.sent_at[usize::try_from(*seq).unwrap() - 1] >= CLOSE {
                fault(format!("{seq} came at {} and counts", kept.arrived));
            }
        }
        let head = rows.iter().fold("0".repeat(64), |head, (seq, kept)| {
            hex(&format!("{head}\n{seq}\n{}\n{}", kept.no, kept.answer))
        });
        let receipt = hex(&format!("{head}\nattempt-{number}"))[..10].to_ascii_uppercase();
        let ends = server.disk.entries.iter().filter(|entry| entry.0 == number).count();
        if ends != 1 {
            fault(format!("the work ended {ends} times"));
        }
        let attempt = &server.disk.attempts[number];
        if attempt.ended().is_none_or(|ended| ended.receipt != receipt) {
            fault(format!("it stands as {} and its receipt is not {receipt}", attempt.state()));
        }
        let is_handed_in = matches!(attempt, Attempt::HandedIn(_));
        if client.receipt.as_ref().is_some_and(|told| *told != receipt || !is_handed_in) {
            fault("it was told of a hand-in that is not there".to_owned());
        }
        if is_handed_in && rows.len() < client.made.len() {
            fault("it handed in and something it had made is missing".to_owned());
        }
    }
    let disk = &server.disk;
    if disk.sequence != (0..disk.entries.len()).collect::<Vec<_>>() {
        wrong.push("the log has a gap, or waits for something".to_owned());
    }
    for (size, shown) in &server.heads {
        if disk.sequence.len() < *size || root(disk, *size) != *shown {
            wrong.push(format!("the head over {size} entries is not the log's"));
        }
    }
    wrong
}
