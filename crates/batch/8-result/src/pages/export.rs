//! The results as a workbook.
use axum::{extract::State, response::Response};
use identity::Env;
use plan::{InBatch, PublishResults};
use print::{TextSheet, XLSX};
use serde_json::json;
use web::{PageError, PageResult, Visit};

use super::list;
use crate::ResultRefused;

/// GET /batches/{code}/results/workbook. It carries names, so the trail keeps who took it.
pub async fn workbook(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    v: Visit,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let lines = list::lines(&mut tx, &entry).await?;
    if lines.is_empty() {
        return Err(ResultRefused::NotDecided.into());
    }
    let levels = plan::levels(&mut tx, &batch.code).await?;
    let people = list::people(&mut tx, &env, batch, &lines).await?;
    drop(tx);
    let rows: Vec<Vec<String>> = lines
        .iter()
        .zip(people)
        .map(|(line, (name, document))| {
            let who = &line.candidate;
            let level = list::level_name(&levels, &who.occupation_code, &who.level_code, v.t);
            let parts: Vec<String> = line
                .parts
                .iter()
                .map(|(part, outcome)| {
                    let name = v.t.pick(&part.name_zh, &part.name_en);
                    format!("{name} {}", list::outcome_text(*outcome, v.t))
                })
                .collect();
            let row =
                [who.number.to_string(), name, document, level, parts.join("；"), v.t.s(line.outcome.key())];
            row.to_vec()
        })
        .collect();
    let heads =
        ["result-number", "result-name", "result-document", "field-level", "plan-parts", "result-outcome"];
    let bytes = TextSheet::of(&heads.map(|key| v.t.s(key)), &rows)
        .map_err(|error| PageError::Internal(error.to_string()))?;
    let mut tx = env.db.write().await?;
    entry
        .who
        .note("result.export", "batch", batch.code.as_str())
        .batch(batch.code.as_str())
        .payload(json!({ "rows": rows.len() }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::download(&format!("results-{}.xlsx", batch.code), XLSX, bytes))
}
