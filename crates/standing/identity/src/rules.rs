//! May this person do this here and now? Pure: no clock, no database, no HTTP.
pub mod client;
pub mod conflict;
pub mod credential;
pub mod deputy;
pub mod duty;

use kernel::{OrgPath, UnixMicros};

use crate::{Action, Role};

/// A duty somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Key of the row, recorded in the trail.
    pub id: String,
    /// Which duty.
    pub role: Role,
    /// Where in the organisation tree: this node and everything below it.
    pub path: OrgPath,
    /// Only in this batch, when set.
    pub batch: Option<String>,
    /// From when.
    pub from: UnixMicros,
    /// Until when, exclusive.
    pub until: Option<UnixMicros>,
}

/// What the decision is about.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a> {
    /// Node of the organisation tree the thing belongs to.
    pub path: &'a OrgPath,
    /// Batch it belongs to, if any.
    pub batch: Option<&'a str>,
}

/// Finds the grant that allows `action` on `object` at `now`; `None` is a refusal.
///
/// A grant counts within its half-open window `[from, until)`, at its node and below, and in its
/// batch when it names one.
#[must_use]
pub fn decide<'g>(
    grants: &'g [Grant],
    action: Action,
    object: Object<'_>,
    now: UnixMicros,
) -> Option<&'g Grant> {
    grants.iter().find(|grant| counts(grant, action, object.batch, now) && grant.path.contains(object.path))
}

/// The nodes at which somebody may do `action` within `object`: either the whole object (their
/// grant stands at or above it) or the parts below it that they hold. Empty is a refusal.
#[must_use]
pub fn territory(grants: &[Grant], action: Action, object: Object<'_>, now: UnixMicros) -> Vec<OrgPath> {
    if decide(grants, action, object, now).is_some() {
        return vec![object.path.clone()];
    }
    grants
        .iter()
        .filter(|grant| counts(grant, action, object.batch, now) && object.path.contains(&grant.path))
        .map(|grant| grant.path.clone())
        .collect()
}

/// The nodes at which somebody may do `action` in any batch. Empty is a refusal. What belongs to no batch
/// (accounts, duties, the item bank) is not opened by a duty that was given for one.
#[must_use]
pub fn everywhere(grants: &[Grant], action: Action, now: UnixMicros) -> Vec<OrgPath> {
    let batch = |grant: &'_ Grant| grant.batch.clone().filter(|_| !action.is_of_no_batch());
    let held = grants.iter().filter(|grant| counts(grant, action, batch(grant).as_deref(), now));
    held.map(|grant| grant.path.clone()).collect()
}

fn counts(grant: &Grant, action: Action, batch: Option<&str>, now: UnixMicros) -> bool {
    grant.role.carries(action)
        && grant.from <= now
        && grant.until.is_none_or(|until| now < until)
        && grant.batch.as_deref().is_none_or(|only| batch == Some(only))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role, path: &str) -> Grant {
        Grant {
            id: "g1".into(),
            role,
            path: OrgPath::parse(path).unwrap(),
            batch: None,
            from: UnixMicros::new(100),
            until: Some(UnixMicros::new(200)),
        }
    }

    fn ask(grant: &Grant, action: Action, path: &str, now: i64) -> bool {
        let path = OrgPath::parse(path).unwrap();
        let object = Object { path: &path, batch: Some("2021-01") };
        decide(std::slice::from_ref(grant), action, object, UnixMicros::new(now)).is_some()
    }

    #[test]
    fn a_grant_reaches_its_node_and_below_and_nothing_beside_or_above() {
        let reviewer = grant(Role::Reviewer, "/demo/nancheng");
        assert!(ask(&reviewer, Action::Review, "/demo/nancheng", 150));
        assert!(ask(&reviewer, Action::Review, "/demo/nancheng/point-1", 150));
        assert!(!ask(&reviewer, Action::Review, "/demo/xicheng", 150));
        assert!(!ask(&reviewer, Action::Review, "/demo", 150));
        assert!(
            !ask(&reviewer, Action::Review, "/demo/nancheng-2", 150),
            "a prefix of letters is no ancestor"
        );
    }

    #[test]
    fn a_grant_counts_from_its_first_microsecond_to_before_its_last() {
        let reviewer = grant(Role::Reviewer, "/demo");
        for (now, allowed) in [(99, false), (100, true), (199, true), (200, false)] {
            assert_eq!(ask(&reviewer, Action::Review, "/demo", now), allowed, "at {now}");
        }
    }

    #[test]
    fn a_grant_for_one_batch_says_nothing_about_another() {
        let mut reviewer = grant(Role::Reviewer, "/demo");
        reviewer.batch = Some("2020-02".into());
        assert!(!ask(&reviewer, Action::Review, "/demo", 150));
    }

    #[test]
    fn a_grant_for_one_batch_opens_what_belongs_to_batches_and_nothing_else() {
        let mut province = grant(Role::Province, "/demo");
        province.batch = Some("2021-01".into());
        let at = |action| everywhere(std::slice::from_ref(&province), action, UnixMicros::new(150)).len();
        assert_eq!([Action::ReadBatch, Action::ReadTrail, Action::OwnWork].map(at), [1, 1, 1]);
        assert_eq!([Action::GiveDuties, Action::ReadAccounts].map(at), [0, 0]);
        let mut writer = grant(Role::ItemWriter, "/demo");
        writer.batch = Some("2021-01".into());
        let at = |action| everywhere(std::slice::from_ref(&writer), action, UnixMicros::new(150)).len();
        assert_eq!([Action::WriteItems, Action::ReadItems].map(at), [0, 0]);
    }

    #[test]
    fn nobody_who_manages_accounts_may_touch_the_business() {
        let administrator = grant(Role::Administrator, "/demo");
        for action in
            [Action::Plan, Action::Review, Action::PublishResults, Action::ReadTrail, Action::KeepPapers]
        {
            assert!(!ask(&administrator, action, "/demo", 150), "{action:?}");
        }
    }

    #[test]
    fn whoever_holds_a_part_sees_that_part_of_the_whole() {
        let officer = grant(Role::ExamOfficer, "/demo/nancheng");
        let path = OrgPath::parse("/demo").unwrap();
        let object = Object { path: &path, batch: None };
        let parts = territory(std::slice::from_ref(&officer), Action::Arrange, object, UnixMicros::new(150));
        assert_eq!(parts, vec![OrgPath::parse("/demo/nancheng").unwrap()]);
        assert!(territory(&[officer], Action::Review, object, UnixMicros::new(150)).is_empty());
    }
}
