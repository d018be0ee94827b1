//! The applications with how they stand, or the admitted alone, as a file in the columns of a template.
use axum::{
    extract::{Query, State as Extract},
    response::Response,
};
use identity::Env;
use plan::{Freeze, InBatch};
use print::XLSX;
use serde::Deserialize;
use serde_json::json;
use web::{PageResult, Visit};

use crate::{State, standing::listed};

/// Which list, in which template.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    list: String,
    template: String,
}

/// GET /batches/{code}/admission/workbook?list=admitted&template=… — it carries whole numbers, so the trail
/// keeps who took it.
pub async fn workbook(
    Extract(env): Extract<Env>,
    entry: InBatch<Freeze>,
    Query(asked): Query<Asked>,
    v: Visit,
) -> PageResult<Response> {
    entry.at_whole()?;
    let (batch, is_admitted) = (&entry.batch, asked.list == "admitted");
    let mut tx = env.db.read().await?;
    let rows: Vec<_> = listed(&mut tx, &batch.code, &entry.at)
        .await?
        .into_iter()
        .filter(|(_, state)| !is_admitted || *state == State::Admitted)
        .map(|(application, state)| (application, vec![v.t.s(super::words::state_key(&state))]))
        .collect();
    let count = rows.len();
    let heads = [v.t.s("admission-export-state")];
    let outline = plan::outline(&mut tx, &batch.code).await?;
    let bytes = registration::export(&mut tx, &env, (batch, &outline), &asked.template, &heads, rows).await?;
    drop(tx);
    let list = if is_admitted { "admitted" } else { "review" };
    let mut tx = env.db.write().await?;
    entry
        .who
        .note("admission.export", "batch", batch.code.as_str())
        .batch(batch.code.as_str())
        .payload(json!({ "list": list, "template": asked.template, "rows": count }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::download(&format!("{list}-{}.xlsx", batch.code), XLSX, bytes))
}
