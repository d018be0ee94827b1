//! What a granted case does to the register. Pure.
use kernel::{Day, SiteCode};
use organisation::{
    Filing, FilingId, FilingKind, FilingScope, FilingScopeId, Held, OrganisationId, Suspension,
};
use serde::Serialize;

use super::{
    case::CaseKind,
    refusal::CaseRefused,
    request::{Line, covering},
};

/// What a decision says: both people see it, and it is what happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// The code that is given; only for a first filing.
    pub site_code: Option<SiteCode>,
    /// The paper it stands on.
    pub document: String,
    /// The first day it holds: of the filing, of more or fewer lines, of the confirmation, the suspension, its end.
    pub holds_from: Day,
    /// The first day it no longer holds, where it has an end of its own.
    pub holds_to: Option<Day>,
}

/// Whether a case of this kind has an end of its own that must, or may, be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldsTo {
    /// It must be said.
    Needed,
    /// It may be said.
    Possible,
    /// There is none.
    Absent,
}

impl HoldsTo {
    /// Of a kind.
    #[must_use]
    pub fn of(kind: CaseKind) -> Self {
        match kind {
            CaseKind::Application | CaseKind::Renewal => Self::Needed,
            CaseKind::Suspension => Self::Possible,
            CaseKind::ScopeChange
            | CaseKind::ScopeReduction
            | CaseKind::Confirmation
            | CaseKind::Resumption
            | CaseKind::Withdrawal => Self::Absent,
        }
    }
}

/// One thing that is done to the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A filing begins.
    Begin(Filing),
    /// A line of a scope begins.
    Line(FilingScope),
    /// A line of a scope ends before this day.
    EndLine(FilingScopeId, Day),
    /// The filing, and every line that would have ended with it, ends before this day.
    Prolong {
        /// When it would have ended.
        from: Option<Day>,
        /// When it ends now.
        to: Day,
    },
    /// The trial is over.
    Confirm(Day),
    /// It does not count for a while.
    Suspend(Suspension),
    /// It counts again from this day, after the suspension that began on the first.
    Resume(Day, Day),
    /// It ends.
    End(Day),
}

/// What the register needs to know besides the terms.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What the case asks for.
    pub kind: CaseKind,
    /// Which filing.
    pub filing_kind: FilingKind,
    /// Who asks.
    pub organisation: &'a OrganisationId,
    /// The filing as it stands; none for a first one.
    pub about: Option<&'a Held>,
    /// The lines asked for.
    pub lines: &'a [Line],
    /// Id of a filing that begins, and of its case.
    pub ids: (&'a str, &'a str),
    /// Who grants it, in words.
    pub granted_by: &'a str,
    /// Whether a filing begins on trial.
    pub begins_on_trial: bool,
}

/// Whether a granted case of this kind gives a code: a first filing does, but for a station, which issues under another's.
#[must_use]
pub fn gets_code(kind: CaseKind, filing_kind: FilingKind) -> bool {
    kind == CaseKind::Application && filing_kind != FilingKind::Station
}

/// Whether the terms fit the case.
///
/// # Errors
/// [`CaseRefused::CodeNeeded`], [`CaseRefused::NoCode`], [`CaseRefused::EndsBeforeItBegins`].
pub fn check_terms(kind: CaseKind, filing_kind: FilingKind, terms: &Terms) -> Result<(), CaseRefused> {
    match (&terms.site_code, gets_code(kind, filing_kind)) {
        (None, true) => return Err(CaseRefused::CodeNeeded(filing_kind.letter())),
        (Some(_), false) => return Err(CaseRefused::NoCode),
        (Some(code), true) => {
            let fits = |letter: char| code.as_str().starts_with(letter);
            if !filing_kind.letter().is_none_or(fits) {
                return Err(CaseRefused::CodeNeeded(filing_kind.letter()));
            }
        }
        (None, false) => {}
    }
    let is_backwards = terms.holds_to.is_some_and(|to| to <= terms.holds_from);
    let is_open = terms.holds_to.is_none() && HoldsTo::of(kind) == HoldsTo::Needed;
    if is_backwards || is_open { Err(CaseRefused::EndsBeforeItBegins) } else { Ok(()) }
}

/// Whether the days fit those of the filing; every line that does not.
///
/// # Errors
/// [`CaseRefused::DayDoesNotFit`], [`CaseRefused::CoveredAlready`].
pub fn check_days(asked: &Asked<'_>, terms: &Terms, today: Day) -> Result<(), CaseRefused> {
    let Some(held) = asked.about else { return Ok(()) };
    let (day, limit) = (terms.holds_from, held.filing.valid_to);
    let before_its_end = limit.is_none_or(|limit| day < limit);
    let fits = match asked.kind {
        CaseKind::Application => true,
        CaseKind::ScopeChange => {
            let is_there = |line: &&Line| {
                let later = |row: &&FilingScope| row.valid_to.is_none_or(|over| day < over);
                held.scope.iter().filter(later).any(|row| line.is_of(row))
            };
            if let Some(line) = asked.lines.iter().find(is_there) {
                return Err(CaseRefused::CoveredAlready(line.position));
            }
            before_its_end && limit.is_none_or(|limit| today < limit)
        }
        CaseKind::ScopeReduction => {
            let counts = |row: &FilingScope| row.covers(day) && row.valid_from != day;
            asked.lines.iter().flat_map(|line| covering(held, line, today)).all(counts)
        }
        CaseKind::Renewal => terms.holds_to > limit && limit.is_some(),
        CaseKind::Confirmation => before_its_end && day >= held.filing.granted_on,
        CaseKind::Suspension => before_its_end && held.suspensions.iter().all(|one| one.from_day != day),
        CaseKind::Resumption => {
            let inside = |one: &Suspension| one.from_day < day && one.to_day.is_none_or(|over| day < over);
            held.suspensions.iter().filter(|one| one.covers(today)).all(inside)
        }
        CaseKind::Withdrawal => before_its_end,
    };
    if fits { Ok(()) } else { Err(CaseRefused::DayDoesNotFit) }
}

/// What a granted case does, in the order in which it is done.
#[must_use]
pub fn changes(asked: &Asked<'_>, terms: &Terms, today: Day) -> Vec<Change> {
    // What gives a right does not reach back behind the day it is granted.
    let from = match asked.kind {
        CaseKind::Application | CaseKind::ScopeChange | CaseKind::Confirmation => terms.holds_from.max(today),
        CaseKind::ScopeReduction
        | CaseKind::Renewal
        | CaseKind::Suspension
        | CaseKind::Resumption
        | CaseKind::Withdrawal => terms.holds_from,
    };
    match (asked.kind, asked.about) {
        (CaseKind::Application, _) => begin(asked, terms, (from, today)),
        (_, None) => Vec::new(),
        (CaseKind::ScopeChange, Some(held)) => {
            let id = held.filing.id.clone();
            scope(asked, &id, (from, held.filing.valid_to), terms).map(Change::Line).collect()
        }
        (CaseKind::ScopeReduction, Some(held)) => {
            let rows = asked.lines.iter().flat_map(|line| covering(held, line, today));
            rows.map(|row| Change::EndLine(row.id.clone(), from)).collect()
        }
        (CaseKind::Renewal, Some(held)) => prolong(held, terms, today),
        (CaseKind::Confirmation, Some(_)) => vec![Change::Confirm(from)],
        (CaseKind::Suspension, Some(held)) => vec![Change::Suspend(Suspension {
            filing_id: held.filing.id.clone(),
            from_day: from,
            to_day: terms.holds_to,
            document: terms.document.clone(),
        })],
        (CaseKind::Resumption, Some(held)) => held
            .suspensions
            .iter()
            .filter(|one| one.covers(today))
            .map(|one| Change::Resume(one.from_day, from))
            .collect(),
        (CaseKind::Withdrawal, Some(_)) => vec![Change::End(from)],
    }
}

fn begin(asked: &Asked<'_>, terms: &Terms, (from, today): (Day, Day)) -> Vec<Change> {
    let (id, _) = asked.ids;
    let filing = Filing {
        id: id.into(),
        organisation_id: asked.organisation.clone(),
        kind: asked.filing_kind,
        site_code: terms.site_code.clone(),
        granted_by: asked.granted_by.to_owned(),
        document: terms.document.clone(),
        granted_on: today,
        valid_from: from,
        valid_to: terms.holds_to,
        confirmed_on: (!asked.begins_on_trial).then_some(from),
        ended_on: None,
        plaque_number: None,
        plaque_on: None,
        source: terms.document.clone(),
    };
    let lines = scope(asked, &filing.id, (from, terms.holds_to), terms).map(Change::Line);
    std::iter::once(Change::Begin(filing.clone())).chain(lines).collect()
}

fn scope<'a>(
    asked: &'a Asked<'a>,
    filing: &'a FilingId,
    (from, to): (Day, Option<Day>),
    terms: &'a Terms,
) -> impl Iterator<Item = FilingScope> + 'a {
    let (_, case) = asked.ids;
    asked.lines.iter().map(move |line| FilingScope {
        id: format!("{case}-{}", line.position).into(),
        filing_id: filing.clone(),
        occupation_code: line.occupation_code.clone(),
        trade_zh: line.trade_zh.clone(),
        trade_en: line.trade_en.clone(),
        level_code: line.level_code.clone(),
        object_group: line.object_group,
        valid_from: from,
        valid_to: to,
        source: terms.document.clone(),
    })
}

/// Whoever renews late does not hold it for the days between.
fn prolong(held: &Held, terms: &Terms, today: Day) -> Vec<Change> {
    let Some(to) = terms.holds_to else { return Vec::new() };
    let mut changes = vec![Change::Prolong { from: held.filing.valid_to, to }];
    let is_late = held.filing.valid_to.is_some_and(|ended| ended < today);
    let again = if is_late { terms.holds_from.max(today) } else { terms.holds_from };
    let gap = held.filing.valid_to.filter(|ended| *ended < again);
    changes.extend(gap.map(|ended| {
        Change::Suspend(Suspension {
            filing_id: held.filing.id.clone(),
            from_day: ended,
            to_day: Some(again),
            document: terms.document.clone(),
        })
    }));
    changes
}

#[cfg(test)]
mod tests {
    use super::{
        super::request::tests::{day, held, line},
        *,
    };

    fn terms(code: Option<&str>, from: &str, to: Option<&str>) -> Terms {
        Terms {
            site_code: code.map(|code| SiteCode::parse(code).unwrap()),
            document: "示范人社函〔2021〕9号".to_owned(),
            holds_from: day(from),
            holds_to: to.map(day),
        }
    }

    fn ask(kind: CaseKind, about: Option<&Held>, lines: &[Line], terms: &Terms) -> Vec<Change> {
        let asked = Asked {
            kind,
            filing_kind: FilingKind::Social,
            organisation: &"o".into(),
            about,
            lines,
            ids: ("f-new", "case-1"),
            granted_by: "示范省人力资源和社会保障厅",
            begins_on_trial: false,
        };
        changes(&asked, terms, day("2021-03-16"))
    }

    #[test]
    fn the_code_begins_with_the_letter_of_what_it_is_for() {
        let ask = |kind, filing_kind, terms: &Terms| check_terms(kind, filing_kind, terms);
        let with = |code: Option<&str>| terms(code, "2021-04-01", Some("2024-04-01"));
        let first = CaseKind::Application;
        assert_eq!(ask(first, FilingKind::Social, &with(Some("S000099000009"))), Ok(()));
        let needed = |letter| Err(CaseRefused::CodeNeeded(Some(letter)));
        assert_eq!(ask(first, FilingKind::Social, &with(Some("Y000099000009"))), needed('S'));
        assert_eq!(ask(first, FilingKind::Employer, &with(None)), needed('Y'));
        assert_eq!(ask(first, FilingKind::Station, &with(None)), Ok(()));
        assert_eq!(ask(first, FilingKind::Station, &with(Some("S000099000009"))), Err(CaseRefused::NoCode));
        assert_eq!(
            ask(CaseKind::Renewal, FilingKind::Social, &with(Some("S000099000009"))),
            Err(CaseRefused::NoCode)
        );
    }

    #[test]
    fn what_must_end_ends_after_it_begins() {
        let ask = |kind, to| check_terms(kind, FilingKind::Station, &terms(None, "2021-04-01", to));
        let refused = Err(CaseRefused::EndsBeforeItBegins);
        assert_eq!(ask(CaseKind::Application, None), refused);
        assert_eq!(ask(CaseKind::Renewal, Some("2021-04-01")), refused);
        assert_eq!(ask(CaseKind::Renewal, Some("2021-04-02")), Ok(()));
        assert_eq!(ask(CaseKind::Suspension, None), Ok(()));
        assert_eq!(ask(CaseKind::Withdrawal, None), Ok(()));
    }

    #[test]
    fn a_first_filing_begins_with_its_lines() {
        let all = ask(
            CaseKind::Application,
            None,
            &[line(1, "4"), line(2, "3")],
            &terms(Some("S000099000009"), "2021-04-01", Some("2024-04-01")),
        );
        let [Change::Begin(filing), Change::Line(first), Change::Line(second)] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!(
            (filing.granted_on, filing.valid_from, filing.valid_to),
            (day("2021-03-16"), day("2021-04-01"), Some(day("2024-04-01")))
        );
        assert_eq!(filing.confirmed_on, Some(day("2021-04-01")));
        assert_eq!((first.filing_id.as_str(), first.level_code.as_str()), ("f-new", "4"));
        assert_eq!(
            (second.id.as_str(), second.valid_from, second.valid_to),
            ("case-1-2", day("2021-04-01"), Some(day("2024-04-01")))
        );
    }

    #[test]
    fn more_lines_end_with_the_filing_and_fewer_end_on_their_day() {
        let firm = held(FilingKind::Social, None);
        let more = ask(CaseKind::ScopeChange, Some(&firm), &[line(1, "2")], &terms(None, "2021-04-01", None));
        let [Change::Line(row)] = more.as_slice() else { panic!("{more:?}") };
        assert_eq!((row.valid_from, row.valid_to), (day("2021-04-01"), Some(day("2023-12-01"))));
        let fewer =
            ask(CaseKind::ScopeReduction, Some(&firm), &[line(1, "3")], &terms(None, "2021-04-01", None));
        assert_eq!(fewer, [Change::EndLine("s-3".into(), day("2021-04-01"))]);
    }

    #[test]
    fn whoever_renews_late_holds_nothing_in_between() {
        let firm = held(FilingKind::Social, None);
        let prolonged = Change::Prolong { from: Some(day("2023-12-01")), to: day("2026-12-01") };
        let in_time =
            ask(CaseKind::Renewal, Some(&firm), &[], &terms(None, "2023-12-01", Some("2026-12-01")));
        assert_eq!(in_time, std::slice::from_ref(&prolonged));
        let late = ask(CaseKind::Renewal, Some(&firm), &[], &terms(None, "2024-01-10", Some("2026-12-01")));
        let [first, Change::Suspend(gap)] = late.as_slice() else { panic!("{late:?}") };
        assert_eq!(
            (first, gap.from_day, gap.to_day),
            (&prolonged, day("2023-12-01"), Some(day("2024-01-10")))
        );
    }

    #[test]
    fn a_suspension_is_over_when_it_is_resumed() {
        let firm = held(FilingKind::Social, None);
        let all = ask(CaseKind::Suspension, Some(&firm), &[], &terms(None, "2021-03-01", None));
        let [Change::Suspend(out)] = all.as_slice() else { panic!("{all:?}") };
        let suspended = Held { suspensions: vec![out.clone()], ..firm };
        let resumed = ask(CaseKind::Resumption, Some(&suspended), &[], &terms(None, "2021-04-01", None));
        assert_eq!(resumed, [Change::Resume(day("2021-03-01"), day("2021-04-01"))]);
        let ended = ask(CaseKind::Withdrawal, Some(&suspended), &[], &terms(None, "2021-05-01", None));
        assert_eq!(ended, [Change::End(day("2021-05-01"))]);
        testkit::proves!(
            "S1-03",
            "what was granted is suspended, counts again, and ends on days that a paper names"
        );
    }
}
