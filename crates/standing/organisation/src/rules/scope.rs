//! What a filing covers (评价范围), and for whom (评价对象). Pure.
use kernel::{Day, LevelCode, OccupationCode, OrgPath};
use serde::{Deserialize, Serialize};

use super::filing::{Filing, FilingKind, Suspension};
use crate::{FilingId, FilingScopeId, OrganisationKind};

/// Who may be evaluated (评价对象).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ObjectGroup {
    /// Whoever works for the body (自主评价).
    OwnStaff,
    /// Its students.
    OwnStudents,
    /// Whoever works in its trade (行业从业人员).
    Industry,
    /// Anybody (社会人员, 第三方评价).
    Public,
}

impl ObjectGroup {
    /// Every group.
    pub const ALL: [Self; 4] = [Self::OwnStaff, Self::OwnStudents, Self::Industry, Self::Public];

    /// Key of its name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::OwnStaff => "filing-group-own-staff",
            Self::OwnStudents => "filing-group-own-students",
            Self::Industry => "filing-group-industry",
            Self::Public => "filing-group-public",
        }
    }
}

/// One line of a scope: an occupation, perhaps one of its trades, at one level, for a group of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct FilingScope {
    /// Its id.
    pub id: FilingScopeId,
    /// The filing.
    pub filing_id: FilingId,
    /// The occupation.
    pub occupation_code: OccupationCode,
    /// The trade (工种) of the occupation, in Chinese; empty for the whole occupation. Trades have no codes.
    pub trade_zh: String,
    /// The same in English.
    pub trade_en: String,
    /// The level.
    pub level_code: LevelCode,
    /// For whom.
    pub object_group: ObjectGroup,
    /// First day it holds.
    pub valid_from: Day,
    /// First day it no longer holds; none while no end is fixed.
    pub valid_to: Option<Day>,
    /// Where the row comes from.
    pub source: String,
}

impl FilingScope {
    /// Whether it is in force on `day`.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day < to)
    }

    /// Whether two lines say the same of a day: a scope does not overlap itself.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let is_same = self.filing_id == other.filing_id
            && self.occupation_code == other.occupation_code
            && self.trade_zh == other.trade_zh
            && self.level_code == other.level_code
            && self.object_group == other.object_group;
        let before = |left: &Self, right: &Self| left.valid_to.is_some_and(|to| to <= right.valid_from);
        is_same && !before(self, other) && !before(other, self)
    }
}

/// A filing with all that says what it is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Where its holder stands.
    pub path: OrgPath,
    /// The filing.
    pub filing: Filing,
    /// When it does not count.
    pub suspensions: Vec<Suspension>,
    /// What it covers.
    pub scope: Vec<FilingScope>,
}

impl Held {
    /// Whether its holder may evaluate this occupation at this level on `day`.
    #[must_use]
    pub fn covers(&self, occupation: &OccupationCode, level: &LevelCode, day: Day) -> bool {
        self.filing.standing(&self.suspensions, day).may_evaluate()
            && self.scope.iter().any(|line| {
                line.covers(day) && line.occupation_code == *occupation && line.level_code == *level
            })
    }
}

/// A body on the way from one that takes part up to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where it stands.
    pub path: OrgPath,
    /// What it is.
    pub kind: OrganisationKind,
}

/// Why a body may not evaluate something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutOfScope {
    /// Neither it nor any body above it holds a filing that covers it.
    NotFiled,
    /// This station or base on the way is not authorised for it.
    NotAuthorised(OrgPath),
}

/// The filing under which the body at the end of `way` evaluates this occupation at this level on `day`: the nearest on
/// the way up that issues certificates, provided that every station and base below it is authorised too.
///
/// `way` goes from the body up to the root; `held` is what the bodies on it hold.
///
/// # Errors
/// [`OutOfScope`].
pub fn filing_for<'h>(
    way: &[Step],
    held: &'h [Held],
    (occupation, level): (&OccupationCode, &LevelCode),
    day: Day,
) -> Result<&'h Held, OutOfScope> {
    for step in way {
        let own = held.iter().filter(|one| one.path == step.path && one.covers(occupation, level, day));
        let (stations, filings): (Vec<_>, Vec<_>) =
            own.partition(|one| one.filing.kind == FilingKind::Station);
        if let Some(found) =
            filings.into_iter().min_by_key(|one| (one.filing.granted_on, one.filing.id.clone()))
        {
            return Ok(found);
        }
        if step.kind.is_of_a_network() && stations.is_empty() {
            return Err(OutOfScope::NotAuthorised(step.path.clone()));
        }
    }
    Err(OutOfScope::NotFiled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn path(text: &str) -> OrgPath {
        OrgPath::parse(text).unwrap()
    }

    fn held(at: &str, kind: FilingKind, levels: &[&str]) -> Held {
        let id = format!("{at}-{kind:?}");
        let line = |level: &&str| FilingScope {
            id: format!("{id}-{level}").into(),
            filing_id: id.clone().into(),
            occupation_code: OccupationCode::parse("4-07-03-04").unwrap(),
            trade_zh: String::new(),
            trade_en: String::new(),
            level_code: LevelCode::parse(level).unwrap(),
            object_group: ObjectGroup::Public,
            valid_from: day("2021-01-01"),
            valid_to: Some(day("2022-01-01")),
            source: String::new(),
        };
        let filing = Filing {
            id: id.clone().into(),
            organisation_id: at.into(),
            kind,
            site_code: None,
            granted_by: String::new(),
            document: String::new(),
            granted_on: day("2020-12-01"),
            valid_from: day("2020-12-01"),
            valid_to: None,
            confirmed_on: None,
            ended_on: None,
            plaque_number: None,
            plaque_on: None,
            source: String::new(),
        };
        Held { path: path(at), filing, suspensions: vec![], scope: levels.iter().map(line).collect() }
    }

    fn ask(
        way: &[(&str, OrganisationKind)],
        held: &[Held],
        level: &str,
        on: &str,
    ) -> Result<String, OutOfScope> {
        let way: Vec<Step> = way.iter().map(|(at, kind)| Step { path: path(at), kind: *kind }).collect();
        let what = (&OccupationCode::parse("4-07-03-04").unwrap(), &LevelCode::parse(level).unwrap());
        filing_for(&way, held, what, day(on)).map(|found| found.filing.id.to_string())
    }

    #[test]
    fn a_body_evaluates_what_the_nearest_filing_above_covers() {
        let all = [held("/f", FilingKind::Social, &["4", "3"])];
        let way = [("/f/c", OrganisationKind::CityCentre), ("/f", OrganisationKind::Association)];
        assert_eq!(ask(&way, &all, "3", "2021-05-22"), Ok("/f-Social".to_owned()));
        assert_eq!(
            ask(&way, &all, "2", "2021-05-22"),
            Err(OutOfScope::NotFiled),
            "a level that is not in it"
        );
        assert_eq!(ask(&way, &all, "3", "2022-01-01"), Err(OutOfScope::NotFiled), "a day after its end");
        assert_eq!(ask(&way, &[], "3", "2021-05-22"), Err(OutOfScope::NotFiled));
        let out = Suspension {
            filing_id: "/f-Social".into(),
            from_day: day("2021-05-01"),
            to_day: None,
            document: String::new(),
        };
        let suspended = [Held { suspensions: vec![out], ..all[0].clone() }];
        assert_eq!(ask(&way, &suspended, "3", "2021-05-22"), Err(OutOfScope::NotFiled), "suspended");
    }

    #[test]
    fn a_station_evaluates_only_within_its_authorisation() {
        let way = [
            ("/f/s/b", OrganisationKind::Base),
            ("/f/s", OrganisationKind::HeadStation),
            ("/f", OrganisationKind::Association),
        ];
        let network = held("/f", FilingKind::Social, &["4", "3"]);
        let (station, base) =
            (held("/f/s", FilingKind::Station, &["3"]), held("/f/s/b", FilingKind::Station, &["4", "3"]));
        let all = [network.clone(), station, base.clone()];
        assert_eq!(ask(&way, &all, "3", "2021-05-22"), Ok("/f-Social".to_owned()));
        let refused = |at: &str| Err(OutOfScope::NotAuthorised(path(at)));
        assert_eq!(ask(&way, &all, "4", "2021-05-22"), refused("/f/s"), "the head station has level 3 alone");
        assert_eq!(ask(&way, &[network.clone(), base], "3", "2021-05-22"), refused("/f/s"));
        assert_eq!(ask(&way, &[network], "3", "2021-05-22"), refused("/f/s/b"));
        testkit::proves!(
            "S1-05",
            "a station evaluates only what its own authorisation and its network's filing cover"
        );
    }

    #[test]
    fn of_two_filings_the_one_that_covers_it_counts() {
        let way = [("/e", OrganisationKind::Enterprise)];
        let all = [held("/e", FilingKind::Employer, &["5"]), held("/e", FilingKind::Social, &["4"])];
        assert_eq!(ask(&way, &all, "5", "2021-05-22"), Ok("/e-Employer".to_owned()));
        assert_eq!(ask(&way, &all, "4", "2021-05-22"), Ok("/e-Social".to_owned()));
    }

    #[test]
    fn a_scope_does_not_overlap_itself() {
        let line = held("/f", FilingKind::Social, &["3"]).scope.remove(0);
        let with = |from: &str, to: Option<&str>| FilingScope {
            valid_from: day(from),
            valid_to: to.map(day),
            ..line.clone()
        };
        for (other, overlaps) in [
            (with("2021-12-31", None), true),
            (with("2022-01-01", None), false),
            (with("2020-01-01", Some("2021-01-01")), false),
            (with("2020-01-01", Some("2021-01-02")), true),
            (FilingScope { trade_zh: "招聘".to_owned(), ..line.clone() }, false),
            (FilingScope { object_group: ObjectGroup::OwnStaff, ..line.clone() }, false),
            (FilingScope { filing_id: "g".into(), ..line.clone() }, false),
        ] {
            assert_eq!((line.overlaps(&other), other.overlaps(&line)), (overlaps, overlaps), "{other:?}");
        }
    }
}
