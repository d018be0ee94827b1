//! The results as a workbook.
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use plan::{InBatch, PublishResults};
use serde_json::json;
use web::{PageError, PageResult, Visit};

use super::list::{self, ListQuery};
use crate::{ResultRefused, store, workbook};

/// Media type of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// GET /batches/{code}/results/workbook?outcome=…&level=…&point=… — what the list shows, all pages of it.
/// It carries names, so the trail keeps who took it.
pub async fn workbook(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    v: Visit,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let book = store::book(&mut tx, &batch.code).await?;
    if book.is_none_or(|book| book.digest.is_none()) {
        return Err(ResultRefused::NotDecided.into());
    }
    let levels = plan::levels(&mut tx, &batch.code).await?;
    let points = plan::points(&mut tx, &batch.code).await?;
    let parts = plan::components(&mut tx, &batch.code).await?;
    let wanted = list::wanted(&entry, &query, &points);
    let lines = store::lines(&mut tx, &batch.code, &wanted, (0, i64::MAX)).await?;
    let people = list::people(&mut tx, &env, &lines).await?;
    let mut scores = list::scores(&mut tx, &parts, &lines).await?;
    drop(tx);
    let rows: Vec<Vec<String>> = lines
        .iter()
        .zip(people)
        .map(|(line, (name, document))| {
            let level = list::level_name(&levels, &line.occupation_code, &line.level_code, v.t);
            let parts: Vec<String> = scores
                .remove(&line.application_id)
                .unwrap_or_default()
                .into_iter()
                .map(|(part, outcome)| {
                    let name = v.t.pick(&part.name_zh, &part.name_en);
                    format!("{name} {}", list::outcome_text(outcome, v.t))
                })
                .collect();
            let point = list::point_name(&points, &line.point_path, v.t);
            let outcome = v.t.s(line.outcome.key());
            vec![line.number.clone(), name, document, level, parts.join("；"), outcome, point]
        })
        .collect();
    let heads = [
        "result-number",
        "result-name",
        "result-document",
        "field-level",
        "plan-parts",
        "result-outcome",
        "result-point",
    ]
    .map(|key| v.t.s(key));
    let count = rows.len();
    let written = tokio::task::spawn_blocking(move || workbook::write(&heads, &rows)).await;
    let bytes = written.map_err(|error| PageError::Internal(error.to_string()))??;
    let mut tx = env.db.write().await?;
    entry
        .who
        .note("result.export", "batch", batch.code.as_str())
        .batch(batch.code.as_str())
        .payload(json!({ "rows": count }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::download(&format!("results-{}.xlsx", batch.code), XLSX, bytes))
}
