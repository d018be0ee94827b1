//! What a case may ask for. Pure.
use std::collections::BTreeSet;

use kernel::{Day, LevelCode, OccupationCode};
use organisation::{FilingKind, Held, ObjectGroup, OrganisationKind, Standing};
use serde::Serialize;

use super::{case::CaseKind, refusal::CaseRefused};

/// One line that a case asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Line {
    /// Its number in the case.
    pub position: i64,
    /// The occupation.
    pub occupation_code: OccupationCode,
    /// A trade of it; empty for the whole.
    pub trade_zh: String,
    /// The same in English.
    pub trade_en: String,
    /// The level.
    pub level_code: LevelCode,
    /// For whom.
    pub object_group: ObjectGroup,
}

impl Line {
    /// Whether a row of a scope says the same.
    pub fn is_of(&self, row: &organisation::FilingScope) -> bool {
        row.occupation_code == self.occupation_code
            && row.trade_zh == self.trade_zh
            && row.level_code == self.level_code
            && row.object_group == self.object_group
    }

    fn is_same(&self, other: &Self) -> bool {
        self.occupation_code == other.occupation_code
            && self.trade_zh == other.trade_zh
            && self.level_code == other.level_code
            && self.object_group == other.object_group
    }
}

/// Whether a case of this kind may be opened: for a first filing the body's kind and what it holds count, for anything
/// else how the filing stands today.
///
/// # Errors
/// [`CaseRefused::NotForThisKind`], [`CaseRefused::HeldAlready`], [`CaseRefused::NotOfThisStanding`].
pub fn check_opening(
    kind: CaseKind,
    filing_kind: FilingKind,
    body: OrganisationKind,
    (held, about): (&[Held], Option<&Held>),
    today: Day,
) -> Result<(), CaseRefused> {
    use CaseKind::{
        Application, Confirmation, Renewal, Resumption, ScopeChange, ScopeReduction, Suspension, Withdrawal,
    };
    let standing = |one: &Held| one.filing.standing(&one.suspensions, today);
    let Some(about) = about else {
        if !filing_kind.may_be_held_by(body) || kind != Application {
            return Err(CaseRefused::NotForThisKind);
        }
        let of_kind = held.iter().any(|one| one.filing.kind == filing_kind && is_live(standing(one)));
        return if of_kind { Err(CaseRefused::HeldAlready) } else { Ok(()) };
    };
    let filing = &about.filing;
    // What has a day to come already is not decided twice.
    if filing.ended_on.is_some() || (kind == Confirmation && filing.confirmed_on.is_some()) {
        return Err(CaseRefused::NotOfThisStanding);
    }
    let is_other = |one: &&Held| one.filing.id != filing.id && one.filing.kind == filing.kind;
    if kind == Renewal && held.iter().filter(is_other).any(|one| is_live(standing(one))) {
        return Err(CaseRefused::HeldAlready);
    }
    let fits = match (kind, standing(about)) {
        (Application, _) | (_, Standing::Ended) => false,
        (ScopeChange | ScopeReduction, standing) => standing.may_evaluate(),
        // Whoever is late renews as well.
        (Renewal, standing) => standing.may_evaluate() || standing == Standing::Expired,
        (Confirmation, standing) => standing == Standing::OnTrial,
        (Suspension, standing) => standing.may_evaluate(),
        (Resumption, standing) => standing == Standing::Suspended,
        (Withdrawal, standing) => standing != Standing::Expired,
    };
    if fits { Ok(()) } else { Err(CaseRefused::NotOfThisStanding) }
}

/// Whether it counts, or may count again.
fn is_live(standing: Standing) -> bool {
    !matches!(standing, Standing::Ended | Standing::Expired)
}

/// Whether the lines are what a case of this kind may ask for; every one that is not.
///
/// # Errors
/// [`CaseRefused::NoScope`], [`CaseRefused::CoveredAlready`], [`CaseRefused::NotCovered`], [`CaseRefused::NothingLeft`].
pub fn check_lines(
    kind: CaseKind,
    lines: &[Line],
    about: Option<&Held>,
    today: Day,
) -> Result<(), Vec<CaseRefused>> {
    if !kind.names_scope() {
        return Ok(());
    }
    if lines.is_empty() {
        return Err(vec![CaseRefused::NoScope]);
    }
    let covers = |line: &Line| about.is_some_and(|held| covering(held, line, today).next().is_some());
    let refused: Vec<CaseRefused> = match kind {
        CaseKind::ScopeChange => lines
            .iter()
            .filter(|line| covers(line))
            .map(|line| CaseRefused::CoveredAlready(line.position))
            .collect(),
        CaseKind::ScopeReduction => {
            let mut refused: Vec<CaseRefused> = lines
                .iter()
                .filter(|line| !covers(line))
                .map(|line| CaseRefused::NotCovered(line.position))
                .collect();
            let lost: BTreeSet<&str> = about
                .into_iter()
                .flat_map(|held| lines.iter().flat_map(move |line| covering(held, line, today)))
                .map(|row| row.id.as_str())
                .collect();
            let now = about.into_iter().flat_map(|held| &held.scope).filter(|row| row.covers(today)).count();
            if refused.is_empty() && lost.len() == now {
                refused.push(CaseRefused::NothingLeft);
            }
            refused
        }
        CaseKind::Application
        | CaseKind::Renewal
        | CaseKind::Confirmation
        | CaseKind::Suspension
        | CaseKind::Resumption
        | CaseKind::Withdrawal => Vec::new(),
    };
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// The rows of a scope that say today what a line says.
pub fn covering<'h>(
    held: &'h Held,
    line: &'h Line,
    today: Day,
) -> impl Iterator<Item = &'h organisation::FilingScope> {
    held.scope.iter().filter(move |row| row.covers(today) && line.is_of(row))
}

/// Whether a line may stand beside the others.
///
/// # Errors
/// [`CaseRefused::LineTwice`].
pub fn check_line(line: &Line, others: &[Line]) -> Result<(), CaseRefused> {
    if others.iter().any(|other| other.is_same(line)) { Err(CaseRefused::LineTwice) } else { Ok(()) }
}

#[cfg(test)]
pub(crate) mod tests {
    use kernel::OrgPath;
    use organisation::{Filing, FilingScope};

    use super::*;

    pub(crate) fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    pub(crate) fn line(position: i64, level: &str) -> Line {
        Line {
            position,
            occupation_code: OccupationCode::parse("4-07-03-04").unwrap(),
            trade_zh: String::new(),
            trade_en: String::new(),
            level_code: LevelCode::parse(level).unwrap(),
            object_group: ObjectGroup::Public,
        }
    }

    /// Holds levels 4 and 3 from 2020-12-01 to 2023-11-30.
    pub(crate) fn held(kind: FilingKind, confirmed: Option<&str>) -> Held {
        let scope = |level: &str| FilingScope {
            id: format!("s-{level}").into(),
            filing_id: "f".into(),
            occupation_code: OccupationCode::parse("4-07-03-04").unwrap(),
            trade_zh: String::new(),
            trade_en: String::new(),
            level_code: LevelCode::parse(level).unwrap(),
            object_group: ObjectGroup::Public,
            valid_from: day("2020-12-01"),
            valid_to: Some(day("2023-12-01")),
            source: String::new(),
        };
        let filing = Filing {
            id: "f".into(),
            organisation_id: "o".into(),
            kind,
            site_code: None,
            granted_by: String::new(),
            document: String::new(),
            granted_on: day("2020-11-20"),
            valid_from: day("2020-12-01"),
            valid_to: Some(day("2023-12-01")),
            confirmed_on: confirmed.map(day),
            ended_on: None,
            plaque_number: None,
            plaque_on: None,
            source: String::new(),
        };
        let path = OrgPath::parse("/demo").unwrap();
        Held { path, filing, suspensions: vec![], scope: ["4", "3"].map(scope).to_vec() }
    }

    #[test]
    fn a_first_filing_is_for_bodies_that_may_hold_it_and_do_not_yet() {
        let ask = |kind, body, held: &[Held], on: &str| {
            check_opening(CaseKind::Application, kind, body, (held, None), day(on))
        };
        let social = [held(FilingKind::Social, None)];
        assert_eq!(ask(FilingKind::Employer, OrganisationKind::Enterprise, &social, "2021-03-16"), Ok(()));
        testkit::proves!(
            "S3-17",
            "a filed enterprise applies for a second filing as a social evaluation organisation"
        );
        let refused = Err(CaseRefused::HeldAlready);
        assert_eq!(ask(FilingKind::Social, OrganisationKind::Enterprise, &social, "2021-03-16"), refused);
        assert_eq!(
            ask(FilingKind::Social, OrganisationKind::Enterprise, &social, "2023-12-01"),
            Ok(()),
            "expired"
        );
        let kind = Err(CaseRefused::NotForThisKind);
        assert_eq!(ask(FilingKind::School, OrganisationKind::Enterprise, &[], "2021-03-16"), kind);
        assert_eq!(ask(FilingKind::Social, OrganisationKind::ExamSite, &[], "2021-03-16"), kind);
    }

    #[test]
    fn a_filing_is_changed_only_as_it_stands() {
        use CaseKind::{Confirmation, Renewal, Resumption, ScopeChange, Suspension, Withdrawal};
        let trial = held(FilingKind::Social, None);
        let firm = held(FilingKind::Social, Some("2020-12-01"));
        let out = organisation::Suspension {
            filing_id: "f".into(),
            from_day: day("2021-01-01"),
            to_day: None,
            document: String::new(),
        };
        let suspended = Held { suspensions: vec![out], ..firm.clone() };
        let mut ended = firm.clone();
        ended.filing.ended_on = Some(day("2021-02-01"));
        let all = [&trial, &firm, &suspended, &ended];
        for (kind, expected) in [
            (ScopeChange, [true, true, false, false]),
            (Renewal, [true, true, false, false]),
            (Confirmation, [true, false, false, false]),
            (Suspension, [true, true, false, false]),
            (Resumption, [false, false, true, false]),
            (Withdrawal, [true, true, true, false]),
            (CaseKind::Application, [false; 4]),
        ] {
            let found = all.map(|one| {
                let about = (&[][..], Some(one));
                check_opening(
                    kind,
                    FilingKind::Social,
                    OrganisationKind::Association,
                    about,
                    day("2021-03-16"),
                )
                .is_ok()
            });
            assert_eq!(found, expected, "{kind:?}");
        }
        let late = (&[][..], Some(&firm));
        let ask = |kind| {
            check_opening(kind, FilingKind::Social, OrganisationKind::Association, late, day("2024-01-01"))
        };
        assert_eq!((ask(Renewal), ask(Withdrawal)), (Ok(()), Err(CaseRefused::NotOfThisStanding)));
    }

    #[test]
    fn a_scope_grows_by_what_is_new_and_shrinks_by_what_is_there() {
        let firm = held(FilingKind::Social, None);
        let ask = |kind, lines: &[Line]| check_lines(kind, lines, Some(&firm), day("2021-03-16"));
        assert_eq!(ask(CaseKind::ScopeChange, &[line(1, "2")]), Ok(()));
        let again = Err(vec![CaseRefused::CoveredAlready(2)]);
        assert_eq!(ask(CaseKind::ScopeChange, &[line(1, "2"), line(2, "3")]), again);
        assert_eq!(ask(CaseKind::ScopeReduction, &[line(1, "3")]), Ok(()));
        assert_eq!(ask(CaseKind::ScopeReduction, &[line(1, "2")]), Err(vec![CaseRefused::NotCovered(1)]));
        let all = ask(CaseKind::ScopeReduction, &[line(1, "3"), line(2, "4")]);
        assert_eq!(all, Err(vec![CaseRefused::NothingLeft]));
        for kind in [CaseKind::Application, CaseKind::ScopeChange, CaseKind::ScopeReduction] {
            assert_eq!(ask(kind, &[]), Err(vec![CaseRefused::NoScope]));
        }
        assert_eq!(ask(CaseKind::Renewal, &[]), Ok(()));
    }
}
