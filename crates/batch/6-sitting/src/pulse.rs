//! When each exam computer was last heard of. Kept in memory, because a row for each sign of each
//! machine would be 250 writes a second in a hall of 5,000; once a minute the marks that moved are
//! written ([`crate::jobs::note_signs`]), so a restart forgets a minute of signs and nothing else.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::UnixMicros;

use crate::AttemptId;

/// A mark not moved for so long is of an attempt that is over.
/// Source: [own].
const FORGET_HOURS: i64 = 12;

#[derive(Debug, Clone, Copy)]
struct Mark {
    seen_at: UnixMicros,
    is_noted: bool,
}

/// The marks of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Mutex<HashMap<AttemptId, Mark>>>);

impl Pulse {
    fn marks(&self) -> MutexGuard<'_, HashMap<AttemptId, Mark>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The machine of this attempt has just been heard.
    pub fn heard(&self, attempt: &AttemptId, now: UnixMicros) {
        self.marks().insert(attempt.clone(), Mark { seen_at: now, is_noted: false });
    }

    /// When each of these was last heard by this process.
    #[must_use]
    pub fn of<'a>(
        &self,
        attempts: impl IntoIterator<Item = &'a AttemptId>,
    ) -> HashMap<AttemptId, UnixMicros> {
        let marks = self.marks();
        let known = attempts.into_iter().filter_map(|id| Some((id.clone(), marks.get(id)?.seen_at)));
        known.collect()
    }

    /// Marks that moved since they were taken last; old ones are forgotten.
    #[must_use]
    pub fn take_moved(&self, now: UnixMicros) -> Vec<(AttemptId, UnixMicros)> {
        let mut marks = self.marks();
        marks.retain(|_, mark| mark.seen_at.plus_hours(FORGET_HOURS) > now);
        let moved = marks.iter_mut().filter(|(_, mark)| !mark.is_noted);
        moved
            .map(|(id, mark)| {
                mark.is_noted = true;
                (id.clone(), mark.seen_at)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_taken_once_until_it_moves() {
        let (pulse, id, noon) = (Pulse::default(), AttemptId::from("a"), UnixMicros::new(1));
        pulse.heard(&id, noon);
        assert_eq!(pulse.take_moved(noon), [(id.clone(), noon)]);
        assert_eq!(pulse.take_moved(noon), []);
        pulse.heard(&id, noon.plus_seconds(1));
        assert_eq!(pulse.take_moved(noon), [(id.clone(), noon.plus_seconds(1))]);
        assert_eq!(pulse.of([&id])[&id], noon.plus_seconds(1));
        assert_eq!(pulse.take_moved(noon.plus_hours(13)), []);
        assert!(pulse.of([&id]).is_empty());
    }
}
