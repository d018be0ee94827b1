//! Who may give which duty to whom.
use kernel::{OrgPath, UnixMicros};
use web::Message;

use crate::{Action, Grant, Object, Role, decide};

/// A duty somebody wants to give.
#[derive(Debug, Clone, Copy)]
pub struct Giving<'a> {
    /// Account of who proposes or decides.
    pub by: &'a str,
    /// Where they may give duties.
    pub at: &'a [OrgPath],
    /// Account that would hold it.
    pub to: &'a str,
    /// Where it would count.
    pub path: &'a OrgPath,
    /// From when.
    pub from: UnixMicros,
    /// Until when, exclusive.
    pub until: Option<UnixMicros>,
}

/// Why a duty cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivingRefused {
    /// Nobody gives themselves a duty.
    ToOneself,
    /// Beyond where the giver may give.
    OutsideTerritory,
    /// It would never count.
    Over,
    /// Neither of the two is a security administrator.
    NoSecurity,
}

impl GivingRefused {
    /// What to tell the person.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::ToOneself => Message::new("grant-not-to-oneself"),
            Self::OutsideTerritory => Message::new("grant-outside-territory"),
            Self::Over => Message::new("grant-over"),
            Self::NoSecurity => Message::new("grant-needs-security"),
        }
    }

    /// The field of the form it is about.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::ToOneself | Self::NoSecurity => "role",
            Self::OutsideTerritory => "org_path",
            Self::Over => "until",
        }
    }
}

/// Whether whoever reads accounts at `at` sees one that holds its duties at `held`: a newcomer without any, or
/// somebody who works there.
#[must_use]
pub fn sees_account(at: &[OrgPath], held: &[OrgPath]) -> bool {
    held.is_empty() || held.iter().any(|path| at.iter().any(|own| own.contains(path)))
}

/// Whether whoever manages accounts at `at` may reset or close one that holds its duties at `held`: nobody takes
/// over or shuts out somebody who works elsewhere too.
#[must_use]
pub fn keeps_account(at: &[OrgPath], held: &[OrgPath]) -> bool {
    held.iter().all(|path| at.iter().any(|own| own.contains(path)))
}

/// As what somebody gives duties at a place: as security administrator, if they are one there.
#[must_use]
pub fn gives_as(grants: &[Grant], path: &OrgPath, now: UnixMicros) -> Option<Role> {
    let at = Object { path, batch: None };
    let theirs = |grant: &&Grant| decide(std::slice::from_ref(*grant), Action::GiveDuties, at, now).is_some();
    let roles = || grants.iter().filter(theirs).map(|grant| grant.role);
    roles().find(|role| *role == Role::SecurityAdministrator).or_else(|| roles().next())
}

/// Of the two who give a duty one is a security administrator: whoever runs the work does not staff it alone.
///
/// # Errors
/// [`GivingRefused::NoSecurity`].
pub fn check_branches(proposed_as: &str, decides_as: Option<Role>) -> Result<(), GivingRefused> {
    let security = Role::SecurityAdministrator;
    if proposed_as == security.code() || decides_as == Some(security) {
        Ok(())
    } else {
        Err(GivingRefused::NoSecurity)
    }
}

/// Who proposed which duty for whom, where and as what.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Account that proposed it.
    pub by: &'a str,
    /// Code of the role that let them.
    pub proposed_as: &'a str,
    /// Account it is for.
    pub to: &'a str,
    /// Where it would count.
    pub path: &'a OrgPath,
}

/// Whether this person may decide what is asked: it is another's and for another, in their place, and of the two one is a
/// security administrator.
#[must_use]
pub fn may_decide(account: &str, grants: &[Grant], asked: Asked<'_>, now: UnixMicros) -> bool {
    let gives = gives_as(grants, asked.path, now);
    let is_anothers = asked.by != account && asked.to != account;
    is_anothers && gives.is_some() && check_branches(asked.proposed_as, gives).is_ok()
}

/// Whether this duty may be proposed or decided by this person.
///
/// # Errors
/// [`GivingRefused`].
pub fn check_giving(giving: &Giving<'_>, now: UnixMicros) -> Result<(), GivingRefused> {
    if giving.by == giving.to {
        return Err(GivingRefused::ToOneself);
    }
    if !giving.at.iter().any(|held| held.contains(giving.path)) {
        return Err(GivingRefused::OutsideTerritory);
    }
    if giving.until.is_some_and(|until| until <= now || until <= giving.from) {
        return Err(GivingRefused::Over);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_who_give_one_is_a_security_administrator() {
        let held = |role, path: &str| Grant {
            id: "g".into(),
            role,
            path: OrgPath::parse(path).unwrap(),
            batch: None,
            from: UnixMicros::new(0),
            until: None,
        };
        let both = [held(Role::Province, "/demo"), held(Role::SecurityAdministrator, "/demo/nancheng")];
        let gives = |path: &str| gives_as(&both, &OrgPath::parse(path).unwrap(), UnixMicros::new(1));
        assert_eq!(gives("/demo/nancheng/point"), Some(Role::SecurityAdministrator));
        assert_eq!(gives("/demo"), Some(Role::Province));
        assert_eq!(gives("/federation"), None);
        let (security, province) = (Role::SecurityAdministrator, Role::Province);
        for (proposed, decides, expected) in [
            (security, security, Ok(())),
            (security, province, Ok(())),
            (province, security, Ok(())),
            (province, province, Err(GivingRefused::NoSecurity)),
        ] {
            assert_eq!(check_branches(proposed.code(), Some(decides)), expected, "{proposed:?} {decides:?}");
        }
        assert_eq!(check_branches("", None), Err(GivingRefused::NoSecurity));
        let (here, above) =
            (OrgPath::parse("/demo/nancheng").unwrap(), OrgPath::parse("/federation").unwrap());
        let asked = Asked { by: "a", proposed_as: "province", to: "b", path: &here };
        let may = |account: &str, asked| may_decide(account, &both, asked, UnixMicros::new(1));
        assert!(may("c", asked));
        assert!(!may("a", asked) && !may("b", asked), "neither one's own proposal nor one's own duty");
        assert!(!may("c", Asked { path: &above, ..asked }), "not elsewhere");
        let province = OrgPath::parse("/demo").unwrap();
        assert!(!may("c", Asked { path: &province, ..asked }), "there they are of the province alone");
    }

    #[test]
    fn an_account_is_read_where_it_works_and_managed_where_all_of_it_works() {
        let path = |text| OrgPath::parse(text).unwrap();
        let (province, city, other) = ([path("/demo")], [path("/demo/nancheng")], [path("/federation")]);
        let both = [path("/demo/nancheng"), path("/federation")];
        for (at, held, sees, keeps) in [
            (&province[..], &city[..], true, true),
            (&city, &province, false, false),
            (&other, &city, false, false),
            (&province, &both, true, false),
            (&other, &[], true, true),
        ] {
            assert_eq!((sees_account(at, held), keeps_account(at, held)), (sees, keeps), "{at:?} {held:?}");
        }
    }

    #[test]
    fn a_duty_is_given_to_another_within_ones_own_place_and_for_a_time_to_come() {
        let path = |text| OrgPath::parse(text).unwrap();
        let (at, city, other) = ([path("/demo/nancheng")], path("/demo/nancheng/site"), path("/demo"));
        let giving = Giving {
            by: "a",
            at: &at,
            to: "b",
            path: &city,
            from: UnixMicros::new(100),
            until: Some(UnixMicros::new(300)),
        };
        let now = UnixMicros::new(200);
        assert_eq!(check_giving(&giving, now), Ok(()));
        assert_eq!(check_giving(&Giving { until: None, ..giving }, now), Ok(()));
        assert_eq!(check_giving(&Giving { to: "a", ..giving }, now), Err(GivingRefused::ToOneself));
        assert_eq!(
            check_giving(&Giving { path: &other, ..giving }, now),
            Err(GivingRefused::OutsideTerritory)
        );
        for (from, until) in [(100, 200), (100, 199), (300, 300), (400, 300)] {
            let over = Giving { from: UnixMicros::new(from), until: Some(UnixMicros::new(until)), ..giving };
            assert_eq!(check_giving(&over, now), Err(GivingRefused::Over), "{from} to {until}");
        }
    }
}
