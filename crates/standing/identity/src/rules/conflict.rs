//! Which duties one person does not hold together (不相容岗位), and whether one more may stand beside those somebody has.
use kernel::{Day, UnixMicros};
use serde::Deserialize;

use crate::{Grant, Role};

/// How near two duties must be to be kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Reach {
    /// Wherever they are held.
    Anywhere,
    /// Where one is held at, above or below the place of the other.
    Place,
    /// There, and for the same batch; a duty for every batch is for each of them.
    Batch,
}

impl Reach {
    /// Key of its name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Anywhere => "conflict-anywhere",
            Self::Place => "conflict-place",
            Self::Batch => "conflict-batch",
        }
    }
}

/// Two duties that one person does not hold at the same time: a line of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Key.
    pub id: String,
    /// One of the two.
    pub one: Role,
    /// The other; none for every other duty.
    pub other: Option<Role>,
    /// How near they must be.
    pub reach: Reach,
    /// First day on which it holds.
    pub valid_from: Day,
    /// First day on which it holds no more.
    pub valid_to: Option<Day>,
    /// Why, in Chinese.
    pub reason_zh: String,
    /// Why, in English.
    pub reason_en: String,
    /// Where it is written.
    pub source: String,
}

impl Conflict {
    /// Whether nobody holds both of these duties.
    #[must_use]
    pub fn forbids(&self, one: &Grant, other: &Grant) -> bool {
        let near = one.path.contains(&other.path) || other.path.contains(&one.path);
        let is_same_batch = one.batch.is_none() || other.batch.is_none() || one.batch == other.batch;
        let is_reached = match self.reach {
            Reach::Anywhere => true,
            Reach::Place => near,
            Reach::Batch => near && is_same_batch,
        };
        self.names(one.role, other.role) && is_reached && self.meets(one, other)
    }

    fn names(&self, one: Role, other: Role) -> bool {
        let names =
            |left, right| self.one == left && self.other.map_or(left != right, |other| other == right);
        names(one, other) || names(other, one)
    }

    /// Whether there is an instant at which both count and the line holds.
    fn meets(&self, one: &Grant, other: &Grant) -> bool {
        let begins = [one.from, other.from, self.valid_from.at(0, 0)].into_iter().max();
        let ends =
            [one.until, other.until, self.valid_to.map(|day| day.at(0, 0))].into_iter().flatten().min();
        begins.zip(ends).is_none_or(|(begins, ends)| begins < ends)
    }
}

/// What stands against a duty: the line of the matrix, and the duty that is held already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Why.
    pub conflict: Conflict,
    /// Beside which duty.
    pub held: Grant,
}

/// What stands against `wanted` beside the duties somebody holds or will hold.
#[must_use]
pub fn clash(matrix: &[Conflict], held: &[Grant], wanted: &Grant) -> Option<Clash> {
    held.iter().find_map(|held| {
        let conflict = matrix.iter().find(|conflict| conflict.forbids(held, wanted))?;
        Some(Clash { conflict: conflict.clone(), held: held.clone() })
    })
}

/// The pairs among one person's duties that the matrix keeps apart and that count at `now`: it may have become
/// stricter since they were given.
#[must_use]
pub fn clashes(matrix: &[Conflict], held: &[Grant], now: UnixMicros) -> Vec<(Grant, Clash)> {
    let today: Vec<Conflict> = matrix.iter().filter(|conflict| holds(conflict, now)).cloned().collect();
    let beside = |(place, one): (usize, &Grant)| Some((one.clone(), clash(&today, held.get(..place)?, one)?));
    held.iter().enumerate().filter_map(beside).collect()
}

fn holds(conflict: &Conflict, now: UnixMicros) -> bool {
    conflict.valid_from.at(0, 0) <= now && conflict.valid_to.is_none_or(|day| now < day.at(0, 0))
}

#[cfg(test)]
mod tests {
    use kernel::OrgPath;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn line(one: Role, other: Option<Role>, reach: Reach) -> Conflict {
        Conflict {
            id: "c".into(),
            one,
            other,
            reach,
            valid_from: day("2021-01-01"),
            valid_to: None,
            reason_zh: String::new(),
            reason_en: String::new(),
            source: String::new(),
        }
    }

    fn held(role: Role, path: &str, batch: Option<&str>) -> Grant {
        Grant {
            id: "g".into(),
            role,
            path: OrgPath::parse(path).unwrap(),
            batch: batch.map(str::to_owned),
            from: day("2021-03-01").at(0, 0),
            until: None,
        }
    }

    #[test]
    fn a_pair_is_kept_apart_whichever_came_first_and_other_pairs_are_not() {
        let line = line(Role::Registrar, Some(Role::Reviewer), Reach::Anywhere);
        let [registrar, reviewer, officer] =
            [Role::Registrar, Role::Reviewer, Role::ExamOfficer].map(|role| held(role, "/demo", None));
        assert!(line.forbids(&registrar, &reviewer) && line.forbids(&reviewer, &registrar));
        for (one, other) in [(&registrar, &officer), (&registrar, &registrar), (&reviewer, &reviewer)] {
            assert!(!line.forbids(one, other), "{:?} {:?}", one.role, other.role);
        }
    }

    #[test]
    fn a_duty_may_be_kept_apart_from_every_other() {
        let line = line(Role::Auditor, None, Reach::Anywhere);
        let auditor = held(Role::Auditor, "/demo", None);
        for role in Role::ALL {
            let other = held(role, "/federation", None);
            assert_eq!(line.forbids(&auditor, &other), role != Role::Auditor, "{role:?}");
            assert_eq!(line.forbids(&other, &auditor), role != Role::Auditor, "{role:?}");
        }
        assert!(!line.forbids(&held(Role::Reviewer, "/demo", None), &held(Role::Registrar, "/demo", None)));
    }

    #[test]
    fn how_near_is_asked_of_place_and_batch() {
        let pair = |reach| line(Role::Examiner, Some(Role::ScoreClerk), reach);
        for (path, batch, expected) in [
            ("/demo", None, [true, true, true]),
            ("/demo/nancheng", None, [true, true, true]),
            ("/federation", None, [true, false, false]),
            ("/demo/nancheng-2", Some("2021-01"), [true, true, true]),
            ("/demo", Some("2021-02"), [true, true, false]),
        ] {
            let (one, other) =
                (held(Role::Examiner, "/demo", Some("2021-01")), held(Role::ScoreClerk, path, batch));
            let found = [Reach::Anywhere, Reach::Place, Reach::Batch].map(|reach| {
                assert_eq!(pair(reach).forbids(&one, &other), pair(reach).forbids(&other, &one));
                pair(reach).forbids(&one, &other)
            });
            assert_eq!(found, expected, "{path} {batch:?}");
        }
        let sisters = [held(Role::Examiner, "/demo/a", None), held(Role::ScoreClerk, "/demo/b", None)];
        assert!(!pair(Reach::Place).forbids(&sisters[0], &sisters[1]));
    }

    #[test]
    fn duties_that_never_count_at_once_may_follow_each_other() {
        let matrix = [line(Role::Registrar, Some(Role::Reviewer), Reach::Anywhere)];
        let first = Grant { until: Some(day("2021-04-01").at(0, 0)), ..held(Role::Registrar, "/demo", None) };
        let second = Grant { from: day("2021-04-01").at(0, 0), ..held(Role::Reviewer, "/demo", None) };
        assert_eq!(clash(&matrix, std::slice::from_ref(&first), &second), None);
        let a_moment_earlier = Grant { from: second.from.plus_seconds(-1), ..second.clone() };
        let found = clash(&matrix, std::slice::from_ref(&first), &a_moment_earlier).unwrap();
        assert_eq!((found.held, found.conflict), (first.clone(), matrix[0].clone()));
        // The line itself has a time as well.
        let over = [Conflict { valid_to: Some(day("2021-03-01")), ..matrix[0].clone() }];
        assert_eq!(clash(&over, std::slice::from_ref(&first), &a_moment_earlier), None);
        let later = [Conflict { valid_from: day("2021-04-01"), ..matrix[0].clone() }];
        assert_eq!(clash(&later, &[first], &a_moment_earlier), None);
    }

    #[test]
    fn what_was_given_before_the_matrix_became_stricter_is_found_once_it_holds() {
        let matrix = [Conflict {
            valid_from: day("2021-06-01"),
            ..line(Role::Registrar, Some(Role::Reviewer), Reach::Place)
        }];
        let both = [held(Role::Registrar, "/demo/nancheng", None), held(Role::Reviewer, "/demo", None)];
        assert!(clashes(&matrix, &both, day("2021-05-31").at(23, 59)).is_empty());
        let found = clashes(&matrix, &both, day("2021-06-01").at(0, 0));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0.role, found[0].1.held.role), (Role::Reviewer, Role::Registrar));
    }
}
