//! The figures of a rehearsal.
use std::fs;

use rehearse::rehearsal::Told;
use serde_json::{Value, json};

use super::evidence::Batch;

/// Everything that was counted.
pub(super) fn report(batch: &Batch, told: &Told, candidates: usize) -> Value {
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
        "peak_rss_mb": peak_rss_mb(),
        "risks": [],
        "findings": told.findings,
    })
}

/// The most memory this process ever held, server and candidates together; none where the system does
/// not say.
fn peak_rss_mb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes.div_ceil(1024))
}
