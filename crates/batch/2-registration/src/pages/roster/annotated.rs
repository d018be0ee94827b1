//! The roster as a file again, with what is wrong beside each row.
use ::store::Tx;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use plan::{InBatch, Register};
use print::{Line, XLSX};
use web::{PageError, PageResult, Visit};

use super::{own, scope_of};
use crate::{
    export,
    rules::{
        draft::Scope,
        roster::{REMARKS, RowState},
        template::{Cell, Template, template},
        trouble::Mistake,
    },
    staging,
    store::{
        roster::Roster,
        roster_row::{self as rows, RosterRow},
    },
};

/// Rows looked at in one turn.
const AT_ONCE: i64 = 500;

/// GET /batches/{code}/roster/{id}/annotated — mended and handed in again, the last column is passed over.
/// However long the roster is, only some portions of it stand in memory.
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<Register>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let roster = own(&mut tx, &entry, &id).await?;
    if roster.staged_at.is_none() {
        return Err(PageError::NotFound);
    }
    let scope = scope_of(&mut tx, &env, &entry).await?;
    let columns = template(&roster.template_id);
    let names = columns.columns.iter().map(|column| column.name.as_str());
    let (sender, writer) = export::writer(names.chain([REMARKS]).map(str::to_owned).collect());
    let mut after = 0;
    loop {
        let chunk = rows::rows_after(&mut tx, &roster.id, after, AT_ONCE).await?;
        let Some(last) = chunk.last() else { break };
        after = last.row_no;
        let lines = lines(&mut tx, &env, &entry, (&roster, &scope, columns), &v, &chunk).await?;
        if sender.send(lines).await.is_err() {
            break;
        }
    }
    drop((tx, sender));
    let bytes = export::finish(writer).await?;
    Ok(web::download("roster-annotated.xlsx", XLSX, bytes))
}

/// The lines of some rows; only those that were refused are looked at anew.
async fn lines(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<Register>,
    (roster, scope, columns): (&Roster, &Scope, &Template),
    v: &Visit,
    chunk: &[RosterRow],
) -> PageResult<Vec<Line>> {
    let (mut lines, mut places, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for row in chunk {
        let cells = staging::cells(env, &roster.id, row)?;
        lines.push(Line::from(texts(columns, &cells)));
        if row.state == RowState::Refused {
            places.push(lines.len() - 1);
            refused.push((row.row_no, cells, staging::twice(row)));
        }
    }
    let looked = staging::look(tx, env, &entry.batch.code, (scope, columns), refused).await?;
    for (place, row) in places.into_iter().zip(&looked.rows) {
        let Some(line) = lines.get_mut(place) else { continue };
        let of = |mistake: &Mistake| {
            let field = mistake.field?;
            columns.columns.iter().position(|column| column.field == field)
        };
        line.marked = row.mistakes().iter().filter_map(of).collect();
        let sentences: Vec<String> = row.mistakes().iter().map(|mistake| sentence(v, mistake)).collect();
        line.cells.push(sentences.join("\n"));
    }
    Ok(lines)
}

/// Every column of the template has its place, also where the row is shorter.
fn texts(columns: &Template, cells: &[Cell]) -> Vec<String> {
    let text = |place| cells.get(place).map(|cell: &Cell| cell.text.clone()).unwrap_or_default();
    (0..columns.columns.len()).map(text).collect()
}

fn sentence(v: &Visit, mistake: &Mistake) -> String {
    let (expected, cure) = (v.t.message(&mistake.trouble.expected()), v.t.message(&mistake.trouble.cure()));
    format!("{}: {expected} {cure}", mistake.column)
}
