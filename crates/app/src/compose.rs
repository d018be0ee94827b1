//! The one list of crates. Everything the product offers passes through here.
use identity::{Action, Env, NavRule, Subject};
use kernel::UnixMicros;
use plan::Task;
use store::Tx;
use web::{Cell, NavItem, Route};

use crate::pages;

/// Every route of the product.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    [pages::routes(), identity::pages::routes(), plan::routes()].concat()
}

/// The hand-written permission matrix of every crate.
#[must_use]
pub fn permissions() -> Vec<Cell> {
    [pages::PERMISSIONS, identity::pages::PERMISSIONS, plan::PERMISSIONS].concat()
}

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [
        person::ALL_QUERIES,
        message::ALL_QUERIES,
        identity::ALL_QUERIES,
        identity::approval::ALL_QUERIES,
        trail::ALL_QUERIES,
        plan::ALL_QUERIES,
    ]
    .concat()
}

/// Every word the trail may hold.
#[must_use]
pub fn trail_actions() -> Vec<&'static str> {
    [identity::TRAIL_ACTIONS, plan::TRAIL_ACTIONS, trail::TRAIL_ACTIONS, &["house.seed"]].concat()
}

/// Routes that do not leave one entry a request but a rolling hash (see `trail::ROLLED_UP`).
#[must_use]
pub fn rolled_up() -> Vec<&'static str> {
    trail::ROLLED_UP.to_vec()
}

/// The top navigation.
#[must_use]
pub fn navigation() -> Vec<NavRule> {
    let rule = |key, href, action| NavRule { item: NavItem { key, href }, action };
    vec![
        rule("nav-workbench", "/workbench", None),
        rule("nav-batches", "/batches", Some(Action::ReadBatch)),
        rule("nav-trail", "/trail", Some(Action::ReadTrail)),
    ]
}

/// What waits for this person, stage by stage.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut all = Vec::new();
    all.extend(plan::tasks(tx, who, now).await?);
    Ok(all)
}
