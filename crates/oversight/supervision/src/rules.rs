//! Who is responsible for which step, and whether anybody is there for it. Pure.
use std::collections::{BTreeMap, BTreeSet};

use identity::{Action, Holder, Role};
use kernel::OrgPath;
use plan::BatchComponent;
use scheme::{ComponentKind, Delivery};

/// Where a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// For the batch as a whole; who holds a part of it cannot.
    Whole,
    /// At each registration point.
    Point,
    /// At each exam site.
    Site,
}

/// Something that must be done in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Stage of the nine.
    pub stage: usize,
    /// What is done.
    pub action: Action,
    /// Key of its name in `locales/`.
    pub key: &'static str,
    /// Where.
    pub ground: Ground,
    /// How many different people it takes: two propose and decide, two enter what is on paper.
    pub needed: usize,
}

const fn step(stage: usize, action: Action, key: &'static str, ground: Ground) -> Step {
    Step { stage, action, key, ground, needed: 1 }
}

const fn by_two(stage: usize, action: Action, key: &'static str) -> Step {
    Step { stage, action, key, ground: Ground::Whole, needed: 2 }
}

/// All steps there may be, in the order of the stages.
const STEPS: [Step; 14] = [
    by_two(1, Action::Plan, "responsibility-plan"),
    step(2, Action::Register, "responsibility-register", Ground::Point),
    step(3, Action::Review, "responsibility-review", Ground::Point),
    step(3, Action::RecordPayment, "responsibility-payment", Ground::Point),
    step(3, Action::Freeze, "responsibility-freeze", Ground::Whole),
    step(4, Action::Arrange, "responsibility-arrange", Ground::Site),
    by_two(5, Action::KeepPapers, "responsibility-papers"),
    step(6, Action::Invigilate, "responsibility-invigilate", Ground::Site),
    step(7, Action::EnterScores, "responsibility-scores", Ground::Site),
    step(7, Action::ScorePractical, "responsibility-practical", Ground::Site),
    step(7, Action::ScorePanel, "responsibility-panel", Ground::Site),
    by_two(8, Action::PublishResults, "responsibility-results"),
    by_two(9, Action::IssueCertificates, "responsibility-certificates"),
    step(9, Action::HandOut, "responsibility-handout", Ground::Point),
];

/// The steps of a batch with these parts: nobody scores a panel that is not held.
#[must_use]
pub fn steps(parts: &[BatchComponent]) -> Vec<Step> {
    let has = |kind| parts.iter().any(|part| part.kind == kind);
    let on_paper =
        parts.iter().any(|part| part.kind == ComponentKind::Theory && part.delivery == Delivery::Paper);
    let wanted = |mut step: Step| {
        let kind = match step.key {
            "responsibility-papers" | "responsibility-scores" => ComponentKind::Theory,
            "responsibility-practical" => ComponentKind::Practical,
            "responsibility-panel" => ComponentKind::Panel,
            _ => return Some(step),
        };
        if step.key == "responsibility-scores" && on_paper {
            step.needed = 2;
        }
        has(kind).then_some(step)
    };
    STEPS.into_iter().filter_map(wanted).collect()
}

/// A step with the people who may do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What.
    pub step: Step,
    /// People who may do it in the whole batch.
    pub central: usize,
    /// Places where it is done, as far as the reader sees them; none for a step of the whole batch.
    pub places: usize,
    /// Places that have somebody of their own for it.
    pub own: usize,
    /// Places where fewer may do it than it takes.
    pub missing: Vec<OrgPath>,
}

impl Duty {
    /// Whether it cannot be done somewhere.
    #[must_use]
    pub fn is_wanting(&self) -> bool {
        !self.missing.is_empty() || self.lacks_people()
    }

    /// Whether the whole batch has fewer people for it than it takes.
    #[must_use]
    pub fn lacks_people(&self) -> bool {
        self.step.ground == Ground::Whole && self.central < self.step.needed
    }
}

/// How many people a place has in each role; whoever has two roles counts once in the sum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Staffing {
    roles: BTreeMap<Role, usize>,
    /// Different people who may do at least one of the steps.
    pub people: usize,
}

impl Staffing {
    /// People with a role.
    #[must_use]
    pub fn of(&self, role: Role) -> usize {
        self.roles.get(&role).copied().unwrap_or(0)
    }

    fn count<'h>(holders: impl Iterator<Item = &'h Holder>) -> Self {
        let mut by_role: BTreeMap<Role, BTreeSet<&str>> = BTreeMap::new();
        for holder in holders.filter(|holder| STEPS.iter().any(|step| holder.role.carries(step.action))) {
            by_role.entry(holder.role).or_default().insert(&holder.account_id);
        }
        let people = by_role.values().flatten().collect::<BTreeSet<_>>().len();
        Self { roles: by_role.into_iter().map(|(role, people)| (role, people.len())).collect(), people }
    }
}

/// Where the work of a batch is done, as far as the reader sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Registration points.
    pub points: BTreeSet<OrgPath>,
    /// Exam sites.
    pub sites: BTreeSet<OrgPath>,
    /// The bodies directly below the batch's own to which they belong.
    pub cities: BTreeSet<OrgPath>,
}

/// The responsibility matrix of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// Every step with its people.
    pub duties: Vec<Duty>,
    /// Whoever may act in the whole batch.
    pub central: Staffing,
    /// Each city by itself, with whoever holds a role at it or below.
    pub cities: BTreeMap<OrgPath, Staffing>,
}

impl Matrix {
    /// Of a batch held at `root`.
    #[must_use]
    pub fn of(root: &OrgPath, places: &Places, steps: &[Step], holders: &[Holder]) -> Self {
        let staffing = |city: &OrgPath| {
            let here = holders.iter().filter(|holder| city.contains(&holder.path));
            (city.clone(), Staffing::count(here))
        };
        Self {
            duties: steps.iter().map(|step| duty(root, places, *step, holders)).collect(),
            central: Staffing::count(holders.iter().filter(|holder| holder.path.contains(root))),
            cities: places.cities.iter().filter(|city| *city != root).map(staffing).collect(),
        }
    }
}

/// A duty reaches a place when it is held there or above.
fn duty(root: &OrgPath, places: &Places, step: Step, holders: &[Holder]) -> Duty {
    let able: Vec<&Holder> = holders.iter().filter(|holder| holder.role.carries(step.action)).collect();
    let people = |place: &OrgPath, local: bool| {
        let reach = able.iter().filter(|holder| holder.path.contains(place));
        let reach = reach.filter(|holder| !local || !holder.path.contains(root));
        reach.map(|holder| holder.account_id.as_str()).collect::<BTreeSet<_>>().len()
    };
    let none = BTreeSet::new();
    let at = match step.ground {
        Ground::Whole => &none,
        Ground::Point => &places.points,
        Ground::Site => &places.sites,
    };
    Duty {
        step,
        central: people(root, false),
        places: at.len(),
        own: at.iter().filter(|place| people(place, true) > 0).count(),
        missing: at.iter().filter(|place| people(place, false) < step.needed).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use testkit::proves;

    use super::*;

    fn path(text: &str) -> OrgPath {
        OrgPath::parse(text).unwrap()
    }

    fn paths(texts: &[&str]) -> BTreeSet<OrgPath> {
        texts.iter().map(|text| path(text)).collect()
    }

    fn holder(account: &str, role: Role, at: &str) -> Holder {
        Holder { account_id: account.into(), role, path: path(at), batch_code: None }
    }

    /// Two points; everybody sits at the site of the south.
    fn places() -> Places {
        Places {
            points: paths(&["/demo/south/point", "/demo/west/point"]),
            sites: paths(&["/demo/south/site"]),
            cities: paths(&["/demo/south", "/demo/west"]),
        }
    }

    fn all(needed_by_clerks: usize) -> Vec<Step> {
        let clerks = |mut step: Step| {
            if step.action == Action::EnterScores {
                step.needed = needed_by_clerks;
            }
            step
        };
        STEPS.into_iter().map(clerks).collect()
    }

    fn of(matrix: &Matrix, action: Action) -> (usize, usize, usize, Vec<String>, bool) {
        let duty = matrix.duties.iter().find(|duty| duty.step.action == action).unwrap();
        let missing = duty.missing.iter().map(ToString::to_string).collect();
        (duty.central, duty.own, duty.places, missing, duty.is_wanting())
    }

    #[test]
    fn each_step_says_who_may_do_it_and_where_nobody_may() {
        let holders = [
            holder("chief", Role::Province, "/demo"),
            holder("second", Role::Province, "/demo"),
            holder("keeper", Role::Custodian, "/demo"),
            holder("li", Role::ExamOfficer, "/demo/south"),
            holder("li", Role::Registrar, "/demo/south/point"),
            holder("wu", Role::Invigilator, "/demo/west"),
            holder("clerk", Role::ScoreClerk, "/demo/south"),
            holder("other", Role::ExamOfficer, "/federation/west"),
            holder("reader", Role::Auditor, "/demo"),
        ];
        let matrix = Matrix::of(&path("/demo"), &places(), &all(2), &holders);
        assert_eq!(of(&matrix, Action::Plan), (2, 0, 0, vec![], false));
        assert_eq!(of(&matrix, Action::KeepPapers), (1, 0, 0, vec![], true), "nobody locks alone");
        assert_eq!(of(&matrix, Action::Arrange), (0, 1, 1, vec![], false), "nobody sits in the west");
        let west = vec!["/demo/west/point".to_owned()];
        assert_eq!(of(&matrix, Action::RecordPayment), (0, 1, 2, west, true));
        assert_eq!(of(&matrix, Action::Review), (2, 0, 2, vec![], false), "the province reviews for all");
        let site = vec!["/demo/south/site".to_owned()];
        assert_eq!(of(&matrix, Action::Invigilate), (0, 0, 1, site.clone(), true), "the west's is elsewhere");
        assert_eq!(of(&matrix, Action::EnterScores), (0, 1, 1, site, true), "two enter, and there is one");
        assert_eq!(
            (matrix.central.people, matrix.central.of(Role::Custodian)),
            (3, 1),
            "a reader does nothing"
        );
        let south = &matrix.cities[&path("/demo/south")];
        assert_eq!((south.people, south.of(Role::ExamOfficer), south.of(Role::Registrar)), (2, 1, 1));
        assert_eq!(matrix.cities[&path("/demo/west")].people, 1);
        proves!(
            "S0-06",
            "who may do each step, at the province and in each city, read from what the platform allows"
        );
        proves!("S0-31", "how many people of the exam's work each city has");
    }

    #[test]
    fn who_holds_only_parts_cannot_do_what_concerns_the_whole() {
        let holders = [holder("a", Role::Province, "/demo/south"), holder("b", Role::Province, "/demo/west")];
        let matrix = Matrix::of(&path("/demo"), &places(), &all(1), &holders);
        assert_eq!(of(&matrix, Action::Freeze), (0, 0, 0, vec![], true));
        assert_eq!(of(&matrix, Action::Review), (0, 2, 2, vec![], false));
    }

    #[test]
    fn a_batch_without_cities_is_its_organisation_s_own_work() {
        let holders = [
            holder("chief", Role::Province, "/college"),
            holder("wu", Role::Invigilator, "/college/centre/site"),
        ];
        let places = Places {
            points: paths(&["/college"]),
            sites: paths(&["/college/centre/site"]),
            cities: paths(&["/college"]),
        };
        let matrix = Matrix::of(&path("/college"), &places, &all(1), &holders);
        assert!(matrix.cities.is_empty());
        assert_eq!(of(&matrix, Action::Invigilate).3, Vec::<String>::new());
        assert_eq!(of(&matrix, Action::Arrange).3, ["/college/centre/site"], "nobody arranges");
        assert!(of(&matrix, Action::PublishResults).4);
    }
}
