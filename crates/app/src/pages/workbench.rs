//! The workbench: what waits for this person, not a menu of modules.
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Env, Subject};
use plan::Task;
use web::{PageResult, Visit};

use crate::compose;

#[derive(Template)]
#[template(path = "workbench.html")]
struct WorkbenchPage<'a> {
    v: &'a Visit,
    tasks: Vec<Task>,
}

/// GET /workbench
pub async fn show(State(env): State<Env>, who: Subject, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let tasks = compose::tasks(&mut tx, &who, env.now()).await?;
    web::page(&v, &v.t.s("nav-workbench"), &WorkbenchPage { v: &v, tasks })
}
