//! Who counts as absent from a part before anybody has scored them.

/// What is known of one candidate's attendance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// Whether attendance of this part was recorded at all.
    pub is_recorded: bool,
    /// Recorded as absent from this part.
    pub from_part: bool,
    /// Recorded as absent from the theory part.
    pub from_theory: bool,
}

/// Whether the candidate is absent from the part.
///
/// The record of the part itself decides. Where none was kept, who did not come to the theory part
/// did not come that day. Somebody whom an examiner or a clerk has already written down was there.
/// Source: one attendance record per sitting; the rest is the practice of an exam day [own].
#[must_use]
pub fn is_absent(attendance: Attendance, is_written_down: bool) -> bool {
    let absent = if attendance.is_recorded { attendance.from_part } else { attendance.from_theory };
    absent && !is_written_down
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_of_the_part_decides_and_without_one_the_theory_does() {
        let of = |is_recorded, from_part, from_theory| Attendance { is_recorded, from_part, from_theory };
        assert!(is_absent(of(true, true, false), false));
        assert!(!is_absent(of(true, false, true), false), "came back for the practical part");
        assert!(is_absent(of(false, false, true), false));
        assert!(!is_absent(of(false, false, false), false));
        for any in [of(true, true, true), of(false, true, true)] {
            assert!(!is_absent(any, true), "somebody has scored them");
        }
    }
}
