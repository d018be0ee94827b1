//! How a jurisdiction handles a kind of case (备案办理规程): its papers, its steps, their days. Dated data.
use kernel::{Day, OrgPath};
use organisation::FilingKind;

use super::case::CaseKind;
use crate::ProcedureId;

/// One procedure.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Procedure {
    /// Its id.
    pub id: ProcedureId,
    /// Whose: this authority, and those below it that have none of their own.
    pub authority_path: OrgPath,
    /// For which filings.
    pub filing_kind: FilingKind,
    /// For which cases.
    pub case_kind: CaseKind,
    /// Working days until it is found complete or returned.
    pub accept_days: i64,
    /// Working days until the experts have sealed.
    pub assess_days: i64,
    /// Working days until it is decided.
    pub decide_days: i64,
    /// Working days of public announcement; 0 for none.
    pub announce_days: i64,
    /// Experts; 0 when nobody assesses.
    pub assessors: i64,
    /// Points with which a body passes.
    pub pass_points: i64,
    /// Whether what is granted begins on trial (试运行) and is confirmed later.
    pub begins_on_trial: bool,
    /// Years for which it holds.
    pub valid_years: i64,
    /// First day of the procedure.
    pub valid_from: Day,
    /// First day it no longer holds.
    pub valid_to: Option<Day>,
    /// Where it is written.
    pub source: String,
}

impl Procedure {
    /// Whether experts assess.
    #[must_use]
    pub fn is_assessed(&self) -> bool {
        self.assessors > 0
    }

    /// Whether it is announced before it is granted.
    #[must_use]
    pub fn is_announced(&self) -> bool {
        self.announce_days > 0
    }
}

/// A paper of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Material {
    /// Its number in the list.
    pub position: i64,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Whether nothing goes on without it.
    pub is_required: bool,
    /// Whether it may follow under a commitment.
    pub may_be_promised: bool,
}

/// The procedure in force on `day` for cases of this kind before `authority`: its own, or that of the nearest above it.
#[must_use]
pub fn in_force<'p>(all: &'p [Procedure], authority: &OrgPath, day: Day) -> Option<&'p Procedure> {
    let holds = |one: &&Procedure| one.valid_from <= day && one.valid_to.is_none_or(|to| day < to);
    let is_of = |one: &&Procedure| one.authority_path.contains(authority);
    all.iter()
        .filter(holds)
        .filter(is_of)
        .max_by_key(|one| (one.authority_path.as_str().len(), one.valid_from))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn procedure(id: &str, authority: &str, from: &str, to: Option<&str>) -> Procedure {
        Procedure {
            id: id.into(),
            authority_path: OrgPath::parse(authority).unwrap(),
            filing_kind: FilingKind::Social,
            case_kind: CaseKind::Application,
            accept_days: 5,
            assess_days: 20,
            decide_days: 10,
            announce_days: 5,
            assessors: 3,
            pass_points: 80,
            begins_on_trial: false,
            valid_years: 3,
            valid_from: Day::parse(from).unwrap(),
            valid_to: to.map(|to| Day::parse(to).unwrap()),
            source: String::new(),
        }
    }

    #[test]
    fn the_nearest_procedure_of_the_day_counts() {
        let all = [
            procedure("province", "/authority", "2020-01-01", Some("2021-01-01")),
            procedure("province-new", "/authority", "2021-01-01", None),
            procedure("city", "/authority/jiangcheng", "2021-03-01", None),
        ];
        let ask = |authority: &str, day: &str| {
            let found = in_force(&all, &OrgPath::parse(authority).unwrap(), Day::parse(day).unwrap());
            found.map(|one| one.id.to_string())
        };
        assert_eq!(ask("/authority", "2020-12-31").as_deref(), Some("province"));
        assert_eq!(ask("/authority", "2021-01-01").as_deref(), Some("province-new"));
        assert_eq!(ask("/authority/jiangcheng", "2021-02-28").as_deref(), Some("province-new"));
        assert_eq!(ask("/authority/jiangcheng", "2021-03-01").as_deref(), Some("city"));
        assert_eq!(ask("/federation", "2021-03-01"), None);
    }
}
