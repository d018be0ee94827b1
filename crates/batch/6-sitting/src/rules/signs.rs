//! Whether an exam computer is still there, from when it was last heard of.
use kernel::UnixMicros;

/// Silence after which a machine heard of by this process counts as offline: two of its signs, which
/// come every 20 seconds, and a little.
/// Source: [own].
const SILENT_SECONDS: i64 = 45;
/// The same where only the coarse mark is known, which is up to a minute old: after a restart, or when
/// another node hears the machine.
/// Source: [own].
const COARSE_SECONDS: i64 = SILENT_SECONDS + 75;

/// Since when a machine is silent; nothing while it is there. `heard` is what this process remembers,
/// `noted` the mark in the rows (or, without one, when the work began): the later of them counts.
#[must_use]
pub fn offline_since(heard: Option<UnixMicros>, noted: UnixMicros, now: UnixMicros) -> Option<UnixMicros> {
    let (last, patience) = match heard {
        Some(heard) if heard >= noted => (heard, SILENT_SECONDS),
        Some(_) | None => (noted, COARSE_SECONDS),
    };
    (now >= last.plus_seconds(patience)).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: UnixMicros = UnixMicros::new(1_621_656_000_000_000);

    #[test]
    fn a_machine_is_offline_from_its_last_sign_on() {
        let since = |seconds| offline_since(Some(NOON), NOON.plus_seconds(-30), NOON.plus_seconds(seconds));
        assert_eq!(since(0), None);
        assert_eq!(since(44), None);
        assert_eq!(since(45), Some(NOON));
        assert_eq!(since(3600), Some(NOON));
    }

    #[test]
    fn after_a_restart_the_coarse_mark_counts_and_is_given_its_minute() {
        assert_eq!(offline_since(None, NOON, NOON.plus_seconds(119)), None);
        assert_eq!(offline_since(None, NOON, NOON.plus_seconds(120)), Some(NOON));
    }

    #[test]
    fn what_another_node_heard_later_counts() {
        let heard = Some(NOON.plus_minutes(-10));
        assert_eq!(offline_since(heard, NOON, NOON.plus_seconds(60)), None);
        assert_eq!(offline_since(heard, NOON, NOON.plus_seconds(121)), Some(NOON));
    }
}
