//! The list of those who sit the exam.
use kernel::{BatchCode, Digest, LevelCode, OccupationCode, OrgPath};
use person::PersonId;
use registration::ApplicationId;
use sha2::{Digest as _, Sha256};

use super::{
    refused::AdmissionRefused,
    state::{Act, State},
};

/// Somebody on the frozen list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Admitted {
    /// The application.
    pub application_id: ApplicationId,
    /// Who.
    pub person_id: PersonId,
    /// Occupation applied for.
    pub occupation_code: OccupationCode,
    /// Level applied for.
    pub level_code: LevelCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// Serial number of the application in the batch (序号).
    pub serial: i64,
}

/// The list as freezing would make it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Those who are accepted and have paid.
    pub admitted: Vec<Admitted>,
    /// The others who applied, with how they stand; neither the refused nor the withdrawn.
    pub left_out: Vec<(Admitted, State)>,
    /// SHA-256 over both.
    pub digest: Digest,
}

impl List {
    /// Draws the list up from every application of the batch and how it stands.
    #[must_use]
    pub fn draw(batch: &BatchCode, rows: Vec<(Admitted, State)>) -> Self {
        let (mut admitted, mut left_out) = (Vec::new(), Vec::new());
        for (row, state) in rows {
            match state.after(Act::Freeze) {
                Ok(State::Admitted) => admitted.push(row),
                Ok(State::LeftOut) => left_out.push((row, state)),
                Ok(
                    State::Pending
                    | State::Returned
                    | State::Refused
                    | State::Accepted
                    | State::Paid
                    | State::Withdrawn,
                )
                | Err(_) => {}
            }
        }
        Self::of(batch, admitted, left_out)
    }

    /// The list made of exactly these rows.
    #[must_use]
    pub fn of(batch: &BatchCode, mut admitted: Vec<Admitted>, mut left_out: Vec<(Admitted, State)>) -> Self {
        admitted.sort_by(|left, right| left.application_id.cmp(&right.application_id));
        left_out.sort_by(|(left, _), (right, _)| left.application_id.cmp(&right.application_id));
        let digest = digest(batch, &admitted, &left_out);
        Self { admitted, left_out, digest }
    }

    /// How many are left out in one state.
    #[must_use]
    pub fn left_in(&self, state: State) -> usize {
        self.left_out.iter().filter(|(_, left)| *left == state).count()
    }

    /// Whether the list may be frozen: somebody is on it, and nobody who still waits for a decision
    /// is passed over in silence.
    ///
    /// # Errors
    /// [`AdmissionRefused::NobodyPaid`], [`AdmissionRefused::PendingLeft`].
    pub fn check(&self, leave_out_reason: &str) -> Result<(), AdmissionRefused> {
        if self.admitted.is_empty() {
            return Err(AdmissionRefused::NobodyPaid);
        }
        let pending = self.left_in(State::Pending);
        if pending > 0 && leave_out_reason.trim().is_empty() {
            return Err(AdmissionRefused::PendingLeft(pending));
        }
        Ok(())
    }
}

/// One line a row, in the order of application ids: batch; then `+` and the row for the admitted;
/// then `-`, the row and the state for those left out. Blanks of the line are tabs.
fn digest(batch: &BatchCode, admitted: &[Admitted], left_out: &[(Admitted, State)]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(format!("kaogong-admission-list-1\n{batch}\n"));
    let line = |row: &Admitted| {
        let Admitted { application_id, person_id, occupation_code, level_code, point_path, serial } = row;
        format!("{application_id}\t{person_id}\t{occupation_code}\t{level_code}\t{point_path}\t{serial}")
    };
    for row in admitted {
        hash.update(format!("+\t{}\n", line(row)));
    }
    for (row, state) in left_out {
        hash.update(format!("-\t{}\t{}\n", line(row), state.code()));
    }
    Digest::from_bytes(&hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(id: u32) -> Admitted {
        Admitted {
            application_id: format!("application-{id:05}").into(),
            person_id: format!("person-{id}").into(),
            occupation_code: OccupationCode::parse("4-07-03-04").unwrap(),
            level_code: LevelCode::parse("3").unwrap(),
            point_path: OrgPath::parse("/demo/nancheng").unwrap(),
            serial: i64::from(id),
        }
    }

    fn list(rows: Vec<(Admitted, State)>) -> List {
        List::draw(&BatchCode::parse("2021-01").unwrap(), rows)
    }

    proptest! {
        #[test]
        fn exactly_the_paid_are_on_the_list_in_whatever_order_they_come(
            rows in prop::collection::vec((0u32..1000, prop::sample::select(State::ALL.to_vec())), 0..60),
            turn in 0usize..60,
        ) {
            let mut rows: Vec<(Admitted, State)> = rows
                .into_iter()
                .collect::<std::collections::BTreeMap<_, _>>()
                .into_iter()
                .map(|(id, state)| (row(id), state))
                .collect();
            let drawn = list(rows.clone());
            let mut paid: Vec<Admitted> =
                rows.iter().filter(|(_, state)| *state == State::Paid).map(|(row, _)| row.clone()).collect();
            paid.sort_by_key(|row| row.application_id.clone());
            prop_assert_eq!(&drawn.admitted, &paid);
            let left = rows.iter().filter(|(_, state)| {
                matches!(state, State::Pending | State::Returned | State::Accepted)
            });
            prop_assert_eq!(drawn.left_out.len(), left.count());
            let places = rows.len().max(1);
            rows.rotate_left(turn % places);
            prop_assert_eq!(list(rows), drawn);
        }
    }

    #[test]
    fn the_digest_knows_everybody_on_either_side() {
        let base = vec![(row(1), State::Paid), (row(2), State::Pending)];
        let first = list(base.clone()).digest;
        let mut moved = base.clone();
        moved[0].0.point_path = OrgPath::parse("/demo/xicheng").unwrap();
        assert_ne!(list(moved).digest, first);
        let mut returned = base;
        returned[1].1 = State::Returned;
        assert_ne!(list(returned).digest, first);
    }

    #[test]
    fn nobody_who_waits_for_a_decision_is_passed_over_in_silence() {
        let waiting = list(vec![(row(1), State::Paid), (row(2), State::Pending), (row(3), State::Accepted)]);
        assert_eq!(waiting.check(" "), Err(AdmissionRefused::PendingLeft(1)));
        assert_eq!(waiting.check("papers never came"), Ok(()));
        let done = list(vec![(row(1), State::Paid), (row(3), State::Accepted), (row(4), State::Returned)]);
        assert_eq!(done.check(""), Ok(()));
        assert_eq!(list(vec![(row(3), State::Accepted)]).check("all"), Err(AdmissionRefused::NobodyPaid));
    }
}
