//! The roster as a file again, with what is wrong beside each row.
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use plan::{InBatch, Register};
use rust_xlsxwriter::{Color, Format, Workbook, XlsxError};
use web::{PageError, PageResult, Visit};

use super::{own, scope_of};
use crate::{
    intake,
    pages::template::XLSX,
    rules::{
        roster::REMARKS,
        template::{Cell, Field, TEMPLATE},
        trouble::Mistake,
    },
    staging,
    store::roster_row as rows,
};

/// Rows looked at in one turn.
const AT_ONCE: i64 = 500;

/// One row of the file: its cells, the fields that are wrong, and the sentences about them.
struct Written {
    cells: Vec<Cell>,
    wrong: Vec<Field>,
    remark: String,
}

/// GET /batches/{code}/roster/{id}/annotated — mended and handed in again, the last column is passed over.
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
    let (mut written, mut after) = (Vec::new(), 0);
    loop {
        let chunk = rows::rows_after(&mut tx, &roster.id, after, AT_ONCE).await?;
        let Some(last) = chunk.last() else { break };
        after = last.row_no;
        let mut opened = Vec::new();
        for row in &chunk {
            opened.push((row.row_no, staging::cells(&env, &roster.id, row)?, staging::twice(row)));
        }
        let looked = staging::look(&mut tx, &env, &entry.batch.code, &scope, opened).await?;
        written.extend(looked.rows.into_iter().map(|row| Written {
            wrong: row.mistakes().iter().filter_map(|mistake| mistake.field).collect(),
            remark: row.mistakes().iter().map(|mistake| sentence(&v, mistake)).collect::<Vec<_>>().join("\n"),
            cells: row.cells,
        }));
    }
    drop(tx);
    let file = intake::blocking(move || workbook(&written)).await?;
    let bytes = file.map_err(|error| PageError::Internal(error.to_string()))?;
    Ok(web::download("roster-annotated.xlsx", XLSX, bytes))
}

fn sentence(v: &Visit, mistake: &Mistake) -> String {
    let (expected, cure) = (v.t.message(&mistake.trouble.expected()), v.t.message(&mistake.trouble.cure()));
    format!("{}: {expected} {cure}", mistake.column)
}

/// Text cells throughout: nothing in the file is run as a formula, whatever it begins with.
fn workbook(written: &[Written]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let text = Format::new().set_num_format("@");
    let wrong = Format::new().set_num_format("@").set_background_color(Color::RGB(0x00F6_D5D0));
    let heading = Format::new().set_bold().set_num_format("@");
    let remark = Format::new().set_text_wrap();
    let last = u16::try_from(TEMPLATE.columns.len()).unwrap_or_default();
    for (place, column) in (0_u16..).zip(&TEMPLATE.columns) {
        sheet.set_column_format(place, &text)?.set_column_width(place, 18)?;
        sheet.write_string_with_format(0, place, &column.name, &heading)?;
    }
    sheet.set_column_width(last, 60)?.write_string_with_format(0, last, REMARKS, &heading)?;
    for (row, line) in (1_u32..).zip(written) {
        for (place, (column, cell)) in (0_u16..).zip(TEMPLATE.columns.iter().zip(&line.cells)) {
            let format = if line.wrong.contains(&column.field) { &wrong } else { &text };
            if !cell.text.is_empty() || line.wrong.contains(&column.field) {
                sheet.write_string_with_format(row, place, &cell.text, format)?;
            }
        }
        if !line.remark.is_empty() {
            sheet.write_string_with_format(row, last, &line.remark, &remark)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}
