//! The right to evaluate (备案, 授权): who may hold which, and how it stands on a day. Pure.
use kernel::{Day, SiteCode};
use serde::{Deserialize, Serialize};

use super::kind::OrganisationKind;
use crate::{FilingId, OrganisationId};

/// What a filing entitles to. One legal body may hold several.
///
/// Source: 用人单位, 院校评价机构, 社会培训评价组织 and 专项职业能力考核机构 are the kinds of a provincial list (Qinghai,
/// 2025-07-25, <http://www.qhosta.com/ncms/article_f4f85f493f51cf410ec8078d15a589a8.shtml>); 「鼓励备案企业申请为社会培训评价组织」.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum FilingKind {
    /// An employer evaluates its own people (用人单位).
    Employer,
    /// Anybody may be evaluated (社会培训评价组织).
    Social,
    /// A skilled-worker school evaluates (技工院校).
    School,
    /// Special abilities are assessed (专项职业能力).
    SpecialAbility,
    /// A station or base acts within the filing of its network (授牌).
    Station,
}

impl FilingKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Employer, Self::Social, Self::School, Self::SpecialAbility, Self::Station];

    /// Key of its name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Employer => "filing-kind-employer",
            Self::Social => "filing-kind-social",
            Self::School => "filing-kind-school",
            Self::SpecialAbility => "filing-kind-special-ability",
            Self::Station => "filing-kind-station",
        }
    }

    /// Whether a body of this kind may hold it.
    #[must_use]
    pub fn may_be_held_by(self, kind: OrganisationKind) -> bool {
        use OrganisationKind::{
            Association, Base, College, Enterprise, HeadStation, SpecialAbilityBody, Subsidiary,
        };
        match self {
            Self::Employer => matches!(kind, Enterprise | Subsidiary),
            Self::Social => matches!(kind, Association | Enterprise | Subsidiary | College),
            Self::School => kind == College,
            Self::SpecialAbility => {
                matches!(kind, SpecialAbilityBody | Association | Enterprise | College)
            }
            Self::Station => matches!(kind, HeadStation | Base),
        }
    }

    /// The letter its certificate numbers begin with; none where none is fixed.
    ///
    /// Source: 人社鉴发〔2019〕2号 《职业技能等级证书编码规则(试行)》 for `Y` and `S`; `J` for skilled-worker schools [own].
    #[must_use]
    pub fn letter(self) -> Option<char> {
        match self {
            Self::Employer => Some('Y'),
            Self::Social => Some('S'),
            Self::School => Some('J'),
            Self::SpecialAbility | Self::Station => None,
        }
    }
}

/// One filing of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Filing {
    /// Its id.
    pub id: FilingId,
    /// The body that holds it.
    pub organisation_id: OrganisationId,
    /// What it entitles to.
    pub kind: FilingKind,
    /// The first 13 characters of the certificate numbers it issues; none where it issues none.
    pub site_code: Option<SiteCode>,
    /// Who granted it, in words.
    pub granted_by: String,
    /// The paper it stands on.
    pub document: String,
    /// The day it was granted.
    pub granted_on: Day,
    /// First day it holds.
    pub valid_from: Day,
    /// First day it no longer holds; none while no end is fixed.
    pub valid_to: Option<Day>,
    /// The day it was confirmed; none while it is on trial (试运行).
    pub confirmed_on: Option<Day>,
    /// The day it was withdrawn or given up.
    pub ended_on: Option<Day>,
    /// Number on its plaque (授牌); none while none was handed over.
    pub plaque_number: Option<String>,
    /// The day the plaque was handed over.
    pub plaque_on: Option<Day>,
    /// Where the row comes from.
    pub source: String,
}

/// Days on which a filing does not count (暂停).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Suspension {
    /// The filing.
    pub filing_id: FilingId,
    /// First day.
    pub from_day: Day,
    /// First day it counts again; none while nobody has said.
    pub to_day: Option<Day>,
    /// The paper it stands on.
    pub document: String,
}

impl Suspension {
    /// Whether the filing does not count on `day` because of it.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.from_day <= day && self.to_day.is_none_or(|to| day < to)
    }
}

/// How a filing stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It begins later.
    NotYet,
    /// It holds, and has still to be confirmed.
    OnTrial,
    /// It holds.
    InForce,
    /// It does not count for now.
    Suspended,
    /// Its time is over.
    Expired,
    /// It was withdrawn or given up.
    Ended,
}

impl Standing {
    /// Whether its holder may evaluate and issue.
    #[must_use]
    pub fn may_evaluate(self) -> bool {
        match self {
            Self::OnTrial | Self::InForce => true,
            Self::NotYet | Self::Suspended | Self::Expired | Self::Ended => false,
        }
    }
}

impl Filing {
    /// How it stands on `day`, with its `suspensions`.
    #[must_use]
    pub fn standing(&self, suspensions: &[Suspension], day: Day) -> Standing {
        let is_out = |one: &Suspension| one.filing_id == self.id && one.covers(day);
        if self.ended_on.is_some_and(|ended| ended <= day) {
            Standing::Ended
        } else if day < self.valid_from {
            Standing::NotYet
        } else if self.valid_to.is_some_and(|to| to <= day) {
            Standing::Expired
        } else if suspensions.iter().any(is_out) {
            Standing::Suspended
        } else if self.confirmed_on.is_some_and(|confirmed| confirmed <= day) {
            Standing::InForce
        } else {
            Standing::OnTrial
        }
    }
}

/// Why a filing cannot be as it is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilingRefused {
    /// A body of that kind cannot hold it.
    #[error(
        "a filing of this kind is not for such a body: employers are enterprises, schools are colleges, stations \
         are head stations and bases (备案类别与机构类型不符)"
    )]
    NotForThisBody,
    /// Its code begins with the letter of another kind, or it has one and issues nothing.
    #[error("a code that begins with {expected}")]
    WrongCode {
        /// The letter it begins with, or `nothing` for a kind that issues under another's.
        expected: String,
    },
    /// A day is before another that it must follow.
    #[error("a day that is not before {0}")]
    OutOfOrder(Day),
    /// A number of a plaque without its day, or a day without a number.
    #[error("both the number of the plaque and its day, or neither")]
    HalfAPlaque,
}

impl FilingRefused {
    /// Column of the file it is about.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::NotForThisBody => "kind",
            Self::WrongCode { .. } => "site_code",
            Self::OutOfOrder(_) => "valid_to",
            Self::HalfAPlaque => "plaque_number",
        }
    }
}

/// Whether `filing` may be held by a body of kind `holder`.
///
/// # Errors
/// [`FilingRefused`].
pub fn check_filing(filing: &Filing, holder: OrganisationKind) -> Result<(), FilingRefused> {
    if !filing.kind.may_be_held_by(holder) {
        return Err(FilingRefused::NotForThisBody);
    }
    if let Some(code) = &filing.site_code {
        let fits = |letter: char| code.as_str().starts_with(letter);
        let refused = |expected: &str| Err(FilingRefused::WrongCode { expected: expected.to_owned() });
        match filing.kind.letter() {
            Some(letter) if !fits(letter) => return refused(&letter.to_string()),
            None if filing.kind == FilingKind::Station => return refused("nothing, for it has none"),
            Some(_) | None => {}
        }
    }
    let begins = filing.valid_from;
    if filing.valid_to.is_some_and(|to| to <= begins) {
        return Err(FilingRefused::OutOfOrder(begins.plus_days(1)));
    }
    if filing.confirmed_on.is_some_and(|confirmed| confirmed < filing.granted_on) {
        return Err(FilingRefused::OutOfOrder(filing.granted_on));
    }
    if filing.plaque_number.is_some() != filing.plaque_on.is_some() {
        return Err(FilingRefused::HalfAPlaque);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn filing(kind: FilingKind) -> Filing {
        Filing {
            id: "f".into(),
            organisation_id: "o".into(),
            kind,
            site_code: None,
            granted_by: "示范省人社厅".to_owned(),
            document: String::new(),
            granted_on: day("2020-11-20"),
            valid_from: day("2020-12-01"),
            valid_to: Some(day("2023-12-01")),
            confirmed_on: Some(day("2021-03-01")),
            ended_on: None,
            plaque_number: None,
            plaque_on: None,
            source: String::new(),
        }
    }

    #[test]
    fn a_filing_stands_on_each_day_as_its_days_say() {
        let mut row = filing(FilingKind::Social);
        let suspended = |from: &str, to: Option<&str>| Suspension {
            filing_id: "f".into(),
            from_day: day(from),
            to_day: to.map(day),
            document: String::new(),
        };
        let out = [suspended("2021-06-01", Some("2021-07-01")), suspended("2022-01-01", None)];
        for (on, expected) in [
            ("2020-11-30", Standing::NotYet),
            ("2020-12-01", Standing::OnTrial),
            ("2021-02-28", Standing::OnTrial),
            ("2021-03-01", Standing::InForce),
            ("2021-05-31", Standing::InForce),
            ("2021-06-01", Standing::Suspended),
            ("2021-06-30", Standing::Suspended),
            ("2021-07-01", Standing::InForce),
            ("2022-01-01", Standing::Suspended),
            ("2023-11-30", Standing::Suspended),
            ("2023-12-01", Standing::Expired),
        ] {
            assert_eq!(row.standing(&out, day(on)), expected, "{on}");
        }
        let of_another = [Suspension { filing_id: "g".into(), ..out[0].clone() }];
        assert_eq!(row.standing(&of_another, day("2021-06-15")), Standing::InForce);
        row.ended_on = Some(day("2021-06-15"));
        assert_eq!(row.standing(&out, day("2021-06-14")), Standing::Suspended);
        assert_eq!(row.standing(&out, day("2021-06-15")), Standing::Ended);
        row.ended_on = None;
        row.confirmed_on = None;
        assert_eq!(row.standing(&[], day("2023-11-30")), Standing::OnTrial);
        let may = [
            Standing::NotYet,
            Standing::OnTrial,
            Standing::InForce,
            Standing::Suspended,
            Standing::Expired,
            Standing::Ended,
        ];
        assert_eq!(may.map(Standing::may_evaluate), [false, true, true, false, false, false]);
    }

    #[test]
    fn a_filing_is_held_by_the_body_it_is_for() {
        use OrganisationKind::{
            Association, Authority, Base, CityCentre, College, Enterprise, ExamSite, HeadStation, Subsidiary,
        };
        let held = |kind: FilingKind| {
            OrganisationKind::ALL
                .into_iter()
                .filter(|holder| check_filing(&filing(kind), *holder).is_ok())
                .collect::<Vec<_>>()
        };
        assert_eq!(held(FilingKind::Employer), [Enterprise, Subsidiary]);
        assert_eq!(held(FilingKind::School), [College]);
        assert_eq!(held(FilingKind::Station), [HeadStation, Base]);
        assert_eq!(
            held(FilingKind::Social),
            [Association, Enterprise, College, Subsidiary],
            "S3-17: an enterprise too"
        );
        for never in [Authority, CityCentre, ExamSite] {
            let any = FilingKind::ALL.into_iter().any(|kind| kind.may_be_held_by(never));
            assert!(!any, "{never:?}");
        }
        testkit::proves!(
            "S2-28",
            "only a social evaluation organisation, a skilled-worker school or an enterprise may hold a filing that \
             issues certificates; on any other body it is refused"
        );
        testkit::proves!("S3-17", "an enterprise may hold a social filing beside the one for its own people");
    }

    #[test]
    fn a_code_begins_with_the_letter_of_its_kind_and_days_follow_one_another() {
        let mut row = filing(FilingKind::Employer);
        row.site_code = Some(SiteCode::parse("S000099000001").unwrap());
        let wrong = |letter: &str| Err(FilingRefused::WrongCode { expected: letter.to_owned() });
        assert_eq!(check_filing(&row, OrganisationKind::Enterprise), wrong("Y"));
        row.kind = FilingKind::Social;
        assert_eq!(check_filing(&row, OrganisationKind::Enterprise), Ok(()));
        row.kind = FilingKind::Station;
        assert_eq!(check_filing(&row, OrganisationKind::Base), wrong("nothing, for it has none"));
        let social = |change: fn(&mut Filing)| {
            let mut row = filing(FilingKind::Social);
            change(&mut row);
            check_filing(&row, OrganisationKind::Association)
        };
        let order = |text: &str| Err(FilingRefused::OutOfOrder(day(text)));
        assert_eq!(social(|row| row.valid_to = Some(row.valid_from)), order("2020-12-02"));
        assert_eq!(social(|row| row.confirmed_on = Some(day("2020-11-19"))), order("2020-11-20"));
        assert_eq!(social(|row| row.plaque_number = Some("001".to_owned())), Err(FilingRefused::HalfAPlaque));
        assert_eq!(social(|row| row.valid_to = None), Ok(()));
    }
}
