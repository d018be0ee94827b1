//! The registration template to download: the columns that a roster must have, ready to be filled.
use axum::{extract::Query, response::Response};
use plan::{InBatch, Register};
use print::XLSX;
use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};
use serde::Deserialize;
use web::{PageError, PageResult};

use crate::rules::template::{Column, template};

/// Rows made ready for filling. Source: [own]; a larger roster is pasted below them.
const ROWS: u32 = 5_000;
/// Longest list of words a spreadsheet takes in a cell's choice. Source: the format's limit, 255 characters.
const LIST_MOST: usize = 255;

/// Which template is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    id: String,
}

/// GET /batches/{code}/roster/template?id=…
pub async fn show(_: InBatch<Register>, Query(asked): Query<Asked>) -> PageResult<Response> {
    let bytes =
        workbook(&template(&asked.id).columns).map_err(|error| PageError::Internal(error.to_string()))?;
    Ok(web::download("roster.xlsx", XLSX, bytes))
}

/// Text cells throughout, so that no long number loses its last digits; columns of a choice offer it.
fn workbook(columns: &[Column]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (text, heading) = (Format::new().set_num_format("@"), Format::new().set_bold().set_num_format("@"));
    for (place, column) in (0_u16..).zip(columns) {
        sheet.set_column_format(place, &text)?.set_column_width(place, 18)?;
        sheet.write_with_format(0, place, column.name.as_str(), &heading)?;
        let codes: Vec<&String> = match column.words.is_empty() {
            true => column.codes.iter().collect(),
            false => column.words.keys().collect(),
        };
        let length = codes.iter().map(|word| word.chars().count() + 1).sum::<usize>();
        if !codes.is_empty() && length <= LIST_MOST {
            let choice = DataValidation::new().allow_list_strings(&codes)?;
            sheet.add_data_validation(1, place, ROWS, place, &choice)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}
