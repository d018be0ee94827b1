//! The figures of a rehearsal.
use std::fs;

use rehearse::{
    Pace,
    rehearsal::{Planted, Risk, Told},
};
use serde_json::{Value, json};

use super::evidence::Batch;

/// Everything that was counted.
pub(super) fn report(
    batch: &Batch,
    told: &Told,
    candidates: usize,
    (peak, pace): (Option<u64>, &Pace),
) -> Value {
    let seconds: serde_json::Map<String, Value> =
        told.seconds.iter().map(|(stage, time)| ((*stage).to_owned(), json!(time.as_secs_f64()))).collect();
    let (rooms_used, rooms_lower_bound) = batch.rooms();
    json!({
        "batch": batch.code.as_str(),
        "engine": batch.engine,
        "candidates": candidates,
        "admitted": batch.admitted.len(),
        "seated": batch.seated(),
        "present": batch.present(),
        "rooms_used": rooms_used,
        "rooms_lower_bound": rooms_lower_bound,
        "attempts": batch.attempts.len(),
        "answers_acknowledged": told.acks.len(),
        "answers_lost": batch.lost(told),
        "results": batch.results.len(),
        "certificates": batch.certificates.len(),
        "certificates_verified": batch.verified(),
        "seconds": seconds,
        "peak_rss_mb": peak,
        "waits": waits(pace),
        "risks": risks(&told.risks),
    })
}

/// How long people waited for the answers of each address, in microseconds, the slowest first. Measured in
/// front of the server, which shares the machine with everybody who asks.
fn waits(pace: &Pace) -> Vec<Value> {
    let us = |time: std::time::Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let line = |one: rehearse::Waits| {
        json!({
            "ask": format!("{} {}", one.method, one.address), "count": one.count, "median_us": us(one.median),
            "p99_us": us(one.p99), "longest_us": us(one.longest),
        })
    };
    pace.waits().into_iter().map(line).collect()
}

/// What was planted and who named it; nobody sat, so every other figure is nothing.
pub(super) fn of_faults(planted: &[Planted], named: &[Risk], candidates: usize) -> Value {
    json!({
        "candidates": candidates,
        "admitted": 0,
        "seated": 0,
        "present": 0,
        "rooms_used": 0,
        "rooms_lower_bound": 0,
        "attempts": 0,
        "answers_acknowledged": 0,
        "answers_lost": 0,
        "results": 0,
        "certificates": 0,
        "certificates_verified": 0,
        "seconds": {},
        "peak_rss_mb": peak_rss_mb(),
        "faults": planted.iter().map(|one| one.code()).collect::<Vec<_>>(),
        "risks": risks(named),
    })
}

fn risks(named: &[Risk]) -> Vec<Value> {
    let risk = |one: &Risk| json!({ "kind": one.kind, "named_by": one.named_by, "said": one.said });
    named.iter().map(risk).collect()
}

/// The most memory this process ever held, server and candidates together; none where the system does
/// not say.
pub(super) fn peak_rss_mb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes.div_ceil(1024))
}
