//! The results as a workbook.
use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use plan::{BatchComponent, InBatch, Outline, PublishResults};
use print::{TextSheet, XLSX};
use serde::Deserialize;
use serde_json::json;
use web::{PageError, PageResult, Visit, Words};

use super::list::{self, ListQuery, PartSaid, Said};
use crate::{
    ResultRefused,
    store::{self, Line},
};

/// In which template; none for the results alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    template: String,
}

/// GET /batches/{code}/results/workbook?outcome=…&level=…&point=…&template=… — what the list shows, all
/// pages of it. It carries names, so the trail keeps who took it.
pub async fn workbook(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    Query(asked): Query<Asked>,
    v: Visit,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let (book, publication) = store::book_and_publication(&mut tx, &batch.code).await?;
    // As on the page: before publication nobody reads a figure but those who publish.
    if publication.is_none() {
        entry.at_whole()?;
    }
    if book.is_none_or(|book| book.digest.is_none()) {
        return Err(ResultRefused::NotDecided.into());
    }
    let outline = plan::outline(&mut tx, &batch.code).await?;
    let wanted = list::wanted(&entry, &query, &outline.points);
    let lines = store::lines(&mut tx, &batch.code, &wanted, (0, i64::MAX)).await?;
    let mut scores = list::scores(&mut tx, &batch.code, &outline.components, &lines).await?;
    if !asked.template.is_empty() {
        drop(tx);
        return in_template(&env, &entry, (&asked.template, &outline), &v, (lines, scores)).await;
    }
    drop(tx);
    let people = list::people(&env, &lines)?;
    let rows: Vec<Vec<String>> = lines
        .iter()
        .zip(people)
        .map(|(line, (name, document))| {
            let level = list::level_name(&outline.levels, &line.occupation_code, &line.level_code, v.t);
            let parts = parts_text(&mut scores, line, v.t);
            let point = list::point_name(&outline.points, &line.point_path, v.t);
            let outcome = v.t.s(line.outcome.key());
            vec![line.number.clone(), name, document, level, parts, outcome, point]
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
    let written = tokio::task::spawn_blocking(move || TextSheet::of(&heads, &rows)).await;
    let internal = |error: String| PageError::Internal(error);
    let bytes = written.map_err(|error| internal(error.to_string()))?;
    let bytes = bytes.map_err(|error| internal(error.to_string()))?;
    note(&env, &entry, "", count).await?;
    Ok(web::download(&format!("results-{}.xlsx", batch.code), XLSX, bytes))
}

/// The parts of a result with their scores, in words.
fn parts_text(scores: &mut Said, line: &Line, t: Words) -> String {
    let part = |(part, said): (BatchComponent, PartSaid)| {
        format!("{} {}", t.pick(&part.name_zh, &part.name_en), said.text(t))
    };
    let parts = scores.remove(&line.application_id).unwrap_or_default();
    parts.into_iter().map(part).collect::<Vec<_>>().join("；")
}

/// The results behind the columns of a registration template, for systems that take them so.
async fn in_template(
    env: &Env,
    entry: &InBatch<PublishResults>,
    (template, outline): (&str, &Outline),
    v: &Visit,
    (lines, mut scores): (Vec<Line>, Said),
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let applications = registration::applications(&mut tx, &batch.code, &entry.at).await?;
    let mut known: HashMap<String, registration::Application> =
        applications.into_iter().map(|one| (one.id.as_str().to_owned(), one)).collect();
    let mut rows = Vec::new();
    for line in &lines {
        let Some(application) = known.remove(&line.application_id) else { continue };
        let parts = parts_text(&mut scores, line, v.t);
        rows.push((application, vec![line.number.clone(), parts, v.t.s(line.outcome.key())]));
    }
    let count = rows.len();
    let heads = ["result-number", "plan-parts", "result-outcome"].map(|key| v.t.s(key));
    let bytes = registration::export(&mut tx, env, (batch, outline), template, &heads, rows).await?;
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
