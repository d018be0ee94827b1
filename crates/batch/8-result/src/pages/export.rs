//! The results as a workbook.
use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use plan::{InBatch, PublishResults};
use print::{TextSheet, XLSX};
use serde::Deserialize;
use serde_json::json;
use web::{PageError, PageResult, Visit};

use super::list;
use crate::ResultRefused;

/// In which template; none for the results alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    template: String,
}

/// GET /batches/{code}/results/workbook?template=… — it carries names, so the trail keeps who took it.
pub async fn workbook(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    Query(asked): Query<Asked>,
    v: Visit,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let lines = list::lines(&mut tx, &entry).await?;
    if lines.is_empty() {
        return Err(ResultRefused::NotDecided.into());
    }
    if !asked.template.is_empty() {
        drop(tx);
        return in_template(&env, &entry, &asked.template, &v, lines).await;
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
            let row =
                [who.number.to_string(), name, document, level, parts(line, &v), v.t.s(line.outcome.key())];
            row.to_vec()
        })
        .collect();
    let heads =
        ["result-number", "result-name", "result-document", "field-level", "plan-parts", "result-outcome"];
    let bytes = TextSheet::of(&heads.map(|key| v.t.s(key)), &rows)
        .map_err(|error| PageError::Internal(error.to_string()))?;
    note(&env, &entry, "", rows.len()).await?;
    Ok(web::download(&format!("results-{}.xlsx", batch.code), XLSX, bytes))
}

/// The parts of a result with their scores, in words.
fn parts(line: &list::Line, v: &Visit) -> String {
    let part = |(part, outcome): &(plan::BatchComponent, assessment::PartOutcome)| {
        format!("{} {}", v.t.pick(&part.name_zh, &part.name_en), list::outcome_text(*outcome, v.t))
    };
    line.parts.iter().map(part).collect::<Vec<_>>().join("；")
}

/// The results behind the columns of a registration template, for systems that take them so.
async fn in_template(
    env: &Env,
    entry: &InBatch<PublishResults>,
    template: &str,
    v: &Visit,
    lines: Vec<list::Line>,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let applications = registration::applications(&mut tx, &batch.code, &entry.at).await?;
    let mut known: HashMap<String, registration::Application> =
        applications.into_iter().map(|one| (one.id.as_str().to_owned(), one)).collect();
    let rows: Vec<_> = lines
        .iter()
        .filter_map(|line| {
            let application = known.remove(&line.candidate.application_id)?;
            let cells = [line.candidate.number.to_string(), parts(line, v), v.t.s(line.outcome.key())];
            Some((application, cells.to_vec()))
        })
        .collect();
    let count = rows.len();
    let heads = ["result-number", "plan-parts", "result-outcome"].map(|key| v.t.s(key));
    let bytes = registration::export(&mut tx, env, batch, template, &heads, rows).await?;
    drop(tx);
    note(env, entry, template, count).await?;
    Ok(web::download(&format!("results-{}.xlsx", batch.code), XLSX, bytes))
}

async fn note(env: &Env, entry: &InBatch<PublishResults>, template: &str, rows: usize) -> PageResult<()> {
    let code = entry.batch.code.as_str();
    let mut tx = env.db.write().await?;
    entry
        .who
        .note("result.export", "batch", code)
        .batch(code)
        .payload(json!({ "template": template, "rows": rows }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(())
}
