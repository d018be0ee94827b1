//! The one list of crates. Everything the product offers passes through here.
use identity::{Action, Env, NavRule, Subject};
use kernel::UnixMicros;
use plan::Task;
use registration::StepSources;
use store::Tx;
use web::{Cell, NavItem, Route};

use crate::pages;

/// Every route of the product.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    [
        pages::routes(),
        identity::pages::routes(),
        itembank::routes(),
        plan::routes(),
        registration::routes(),
        admission::routes(),
        arrangement::routes(),
        paper::routes(),
        sitting::routes(),
        assessment::routes(),
        result::routes(),
        certificate::routes(),
    ]
    .concat()
}

/// The hand-written permission matrix of every crate.
#[must_use]
pub fn permissions() -> Vec<Cell> {
    [
        pages::PERMISSIONS,
        identity::pages::PERMISSIONS,
        itembank::PERMISSIONS,
        plan::PERMISSIONS,
        registration::PERMISSIONS,
        admission::PERMISSIONS,
        arrangement::PERMISSIONS,
        paper::PERMISSIONS,
        sitting::PERMISSIONS,
        assessment::PERMISSIONS,
        result::PERMISSIONS,
        certificate::PERMISSIONS,
    ]
    .concat()
}

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    let listed = [
        trail::ALL_QUERIES,
        person::ALL_QUERIES,
        message::ALL_QUERIES,
        identity::ALL_QUERIES,
        identity::approval::ALL_QUERIES,
        scheme::ALL_QUERIES,
        organisation::ALL_QUERIES,
        venue::ALL_QUERIES,
        plan::ALL_QUERIES,
        result::ALL_QUERIES,
    ];
    let gathered = [
        itembank::all_queries(),
        registration::all_queries(),
        admission::all_queries(),
        arrangement::all_queries(),
        paper::all_queries(),
        sitting::all_queries(),
        assessment::all_queries(),
        certificate::all_queries(),
    ];
    [listed.concat(), gathered.concat()].concat()
}

/// Every word the trail may hold.
#[must_use]
pub fn trail_actions() -> Vec<&'static str> {
    [
        trail::TRAIL_ACTIONS,
        identity::TRAIL_ACTIONS,
        itembank::TRAIL_ACTIONS,
        plan::TRAIL_ACTIONS,
        registration::TRAIL_ACTIONS,
        admission::TRAIL_ACTIONS,
        arrangement::TRAIL_ACTIONS,
        paper::TRAIL_ACTIONS,
        sitting::TRAIL_ACTIONS,
        assessment::TRAIL_ACTIONS,
        result::TRAIL_ACTIONS,
        certificate::TRAIL_ACTIONS,
        &["house.seed"],
    ]
    .concat()
}

/// Routes that do not leave one entry a request but a rolling hash (see `trail::ROLLED_UP`).
#[must_use]
pub fn rolled_up() -> Vec<&'static str> {
    [trail::ROLLED_UP, sitting::ROLLED_UP].concat()
}

/// The top navigation.
#[must_use]
pub fn navigation() -> Vec<NavRule> {
    let rule = |key, href, action| NavRule { item: NavItem { key, href }, action };
    vec![
        rule("nav-workbench", "/workbench", None),
        rule("nav-batches", "/batches", Some(Action::ReadBatch)),
        rule("nav-items", "/items", Some(Action::ReadItems)),
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
    all.extend(registration::tasks(tx, who, now).await?);
    all.extend(admission::tasks(tx, who, now).await?);
    all.extend(arrangement::tasks(tx, who, now).await?);
    all.extend(paper::tasks(tx, who, now).await?);
    all.extend(sitting::tasks(tx, who, now).await?);
    all.extend(assessment::tasks(tx, who, now).await?);
    all.extend(result::tasks(tx, who, now).await?);
    all.extend(certificate::tasks(tx, who, now).await?);
    Ok(all)
}

/// What each stage adds to the applicant's page, in order.
#[must_use]
pub fn steps() -> StepSources {
    StepSources::new(vec![
        |env, tx, application| Box::pin(admission::steps(env, tx, application)),
        |env, tx, application| Box::pin(arrangement::steps(env, tx, application)),
        |env, tx, application| Box::pin(result::steps(env, tx, application)),
        |env, tx, application| Box::pin(certificate::steps(env, tx, application)),
    ])
}
