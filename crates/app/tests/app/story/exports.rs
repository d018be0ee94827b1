//! TS8: whatever text reaches a file for a spreadsheet stays a text there.
//!
//! Once the story is told, every text that a file may carry is replaced in the rows by one that a spreadsheet would
//! compute, sign by sign, and every file is fetched. Which addresses answer such files the walk finds out.
use std::{collections::BTreeSet, io::Cursor};

use app::route_of;
use calamine::{Data, Reader, Xlsx};
use kernel::SeededEntropy;
use person::{Place, Vault};
use serde_json::Value;
use store::{Db, Tx, on};
use testkit::{Page, Server};

/// Every route that answers a file for a spreadsheet, who takes it, and which files it offers. `SITE` and `ROSTER` are
/// filled in.
const EXPORTERS: &[(&str, &str, &[&str])] = &[
    (
        "/batches/{code}/admission/workbook",
        "province1",
        &["?list=review", "?list=admitted", "?list=review&template=TEMPLATE"],
    ),
    ("/batches/{code}/results/workbook", "province1", &["", "?template=TEMPLATE"]),
    ("/batches/{code}/roster/template", "registrar1", &["", "?id=TEMPLATE"]),
    ("/batches/{code}/roster/{id}/annotated", "registrar1", &[""]),
    ("/batches/{code}/scores/entries/workbook", "clerk1", &["?site=SITE"]),
    ("/batches/{code}/scores/practical/workbook", "examiner1", &["?site=SITE"]),
    ("/batches/{code}/scores/panel/workbook", "panel1", &["?site=SITE"]),
    ("/batches/{code}/totals/{file}", "province1", &["totals.xlsx", "totals.csv"]),
];

/// What a spreadsheet may take for the beginning of a formula. Source: ASVS 5.0, 1.2.10; OWASP, CSV Injection.
const SIGNS: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];
/// Stands in every text that was planted.
const MARK: &str = "KG-PLANTED";

/// Columns of plain text that a file may carry.
const COLUMNS: &[(&str, &[&str])] = &[
    ("site", &["name_zh", "name_en"]),
    ("organisation", &["name_zh", "name_en"]),
    ("batch", &["title_zh", "title_en"]),
    ("batch_level", &["occupation_zh", "occupation_en", "level_zh", "level_en"]),
    ("batch_component", &["name_zh", "name_en"]),
    ("batch_point", &["point_zh", "point_en"]),
    ("level", &["name_zh", "name_en"]),
    ("occupation", &["name_zh", "name_en"]),
    ("application", &["clause_text", "education", "major", "source"]),
    ("room_use", &["room_name", "room_name_en"]),
];
/// Sealed columns: one text, or JSON with texts in it.
const SEALED: &[(&str, &str, &[&str])] = &[
    ("person", "id", &["name_sealed", "document_sealed", "phone_sealed", "detail_sealed"]),
    ("application", "id", &["particulars_sealed", "diploma_sealed", "prior_certificate_sealed"]),
];

/// Whether an answer is a file for a spreadsheet.
pub fn is_table(page: &Page) -> bool {
    page.bytes.starts_with(b"PK\x03\x04") || page.html.starts_with('\u{feff}')
}

/// What the walk found and the list above does not have, and the other way round.
pub fn without_a_case(found: &BTreeSet<&'static str>) -> Vec<String> {
    let known: BTreeSet<&str> = EXPORTERS.iter().map(|exporter| exporter.0).collect();
    let missing =
        found.difference(&known).map(|path| format!("{path} answers a table and has no case in exports"));
    let extra =
        known.difference(found).map(|path| format!("{path} has a case in exports and answers no table"));
    missing.chain(extra).collect()
}

/// Plants, fetches, judges; the mistakes found.
pub fn carry_texts(server: &Server) -> Vec<String> {
    let runtime = tokio::runtime::Handle::current();
    let db = runtime.block_on(Db::open(&server.database)).unwrap();
    let (mut wrong, mut files, mut cells) = (Vec::new(), 0, 0);
    let browsers: Vec<_> = EXPORTERS.iter().map(|exporter| server.staff(exporter.1)).collect();
    for sign in SIGNS {
        // PostgreSQL holds no NUL: there only sealed texts can have one.
        let plain = *sign != '\0' || server.engine == "sqlite";
        runtime.block_on(plant(&db, server, *sign, plain));
        for ((path, _, offers), browser) in EXPORTERS.iter().zip(&browsers) {
            let mut carried = 0;
            for address in addresses(server, &runtime, &db, path, offers) {
                let page = browser.open(&address);
                let found = if page.html.starts_with('\u{feff}') {
                    judge_text(&page.html)
                } else {
                    judge(&page.bytes)
                };
                carried += found.0;
                files += 1;
                wrong.extend(found.1.into_iter().map(|what| format!("{address}, {sign:?}: {what}")));
            }
            cells += carried;
            // The empty template carries no text of anybody's.
            if carried == 0 && *path != "/batches/{code}/roster/template" && plain {
                wrong.push(format!("{path}: nothing that was planted came out, {sign:?}"));
            }
        }
    }
    runtime.block_on(db.close());
    assert_eq!(judge_text("\u{feff}'=KG-PLANTED,1\n").1, Vec::<String>::new());
    testkit::Promise::of("TS8", server.engine, module_path!())
        .count("exporters", EXPORTERS.len())
        .count("files", files)
        .count("cells", cells)
        .control("the sign in front of a text in CSV", judge_text("\u{feff}=KG-PLANTED,1\n").1.len())
        .control("the type of a cell", judge(&crate::bombs::formula(MARK)).1.len())
        .kept();
    testkit::proves!("TS8", "no file for a spreadsheet holds a text that it would compute");
    wrong
}

fn addresses(
    server: &Server,
    runtime: &tokio::runtime::Handle,
    db: &Db,
    path: &str,
    offers: &[&str],
) -> Vec<String> {
    const SITES: &str = "SELECT DISTINCT site_id FROM room_use ORDER BY site_id";
    let opened = server.opened().into_iter().rev().find(|address| route_of("GET", address) == Some(path));
    let base = match path {
        "/batches/{code}/totals/{file}" => "/batches/2021-01/totals/".to_owned(),
        "/batches/{code}/roster/{id}/annotated" => opened.expect("somebody looked at an annotated roster"),
        _ => path.replace("{code}", "2021-01"),
    };
    let sites: Vec<String> = runtime.block_on(async {
        let mut tx = db.read().await.unwrap();
        on!(&mut tx, |conn| sqlx::query_scalar(SITES).fetch_all(conn).await).unwrap()
    });
    let templates = registration::export_templates();
    let mut all = Vec::new();
    for offer in offers {
        let address = format!("{base}{offer}");
        if offer.contains("SITE") {
            all.extend(sites.iter().map(|site| address.replace("SITE", site)));
        } else if offer.contains("TEMPLATE") {
            all.extend(templates.iter().map(|template| address.replace("TEMPLATE", template.0)));
        } else {
            all.push(address);
        }
    }
    all
}

async fn plant(db: &Db, server: &Server, sign: char, plain: bool) {
    let text = format!("{sign}{MARK}");
    let mut tx = db.write().await.unwrap();
    if plain {
        for (table, columns) in COLUMNS {
            for column in *columns {
                run(&mut tx, &format!("UPDATE {table} SET {column} = $1"), &[&text]).await;
            }
        }
    }
    let key = std::fs::read_to_string(server.data().join("keys/person.key")).unwrap();
    let (vault, entropy) = (Vault::from_text(&key).unwrap(), SeededEntropy::new(u64::from(u32::from(sign))));
    for (table, id, columns) in SEALED {
        for column in *columns {
            let select = format!("SELECT {id}, {column} FROM {table} ORDER BY {id}");
            let rows: Vec<(String, String)> =
                on!(&mut tx, |conn| sqlx::query_as(sqlx::AssertSqlSafe(select.clone()))
                    .fetch_all(conn)
                    .await)
                .unwrap();
            for (row, sealed) in rows.into_iter().filter(|row| !row.1.is_empty()) {
                let place = Place { table, column, row: &row };
                let planted = replaced(&vault.open(place, &sealed).unwrap(), &text);
                let sealed = vault.seal(&entropy, place, &planted);
                run(&mut tx, &format!("UPDATE {table} SET {column} = $1 WHERE {id} = $2"), &[&sealed, &row])
                    .await;
            }
        }
    }
    let rows: Vec<(String, i64, String)> = {
        const ROWS: &str =
            "SELECT roster_id, row_no, cells_sealed FROM roster_row ORDER BY roster_id, row_no";
        on!(&mut tx, |conn| sqlx::query_as(ROWS).fetch_all(conn).await).unwrap()
    };
    for (roster, row_no, sealed) in rows {
        let key = format!("{roster}/{row_no}");
        let place = Place { table: "roster_row", column: "cells_sealed", row: &key };
        let mut cells: Value = serde_json::from_str(&vault.open(place, &sealed).unwrap()).unwrap();
        cells.as_array_mut().unwrap().iter_mut().for_each(|cell| cell["text"] = text.clone().into());
        let sealed = vault.seal(&entropy, place, &cells.to_string());
        const WRITE: &str =
            "UPDATE roster_row SET cells_sealed = $1 WHERE roster_id = $2 AND CAST(row_no AS TEXT) = $3";
        run(&mut tx, WRITE, &[&sealed, &roster, &row_no.to_string()]).await;
    }
    tx.commit().await.unwrap();
}

async fn run(tx: &mut Tx, statement: &str, values: &[&str]) {
    on!(tx, |conn| {
        let query = sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()));
        values.iter().fold(query, |query, value| query.bind(*value)).execute(conn).await.map(|_| ())
    })
    .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The same, with every text replaced.
fn replaced(plain: &str, text: &str) -> String {
    let Ok(mut object @ Value::Object(_)) = serde_json::from_str::<Value>(plain) else {
        return text.to_owned();
    };
    for value in object.as_object_mut().unwrap().values_mut().filter(|value| value.is_string()) {
        *value = text.into();
    }
    object.to_string()
}

/// How many cells of a workbook carry what was planted, and what is wrong with them.
fn judge(bytes: &[u8]) -> (usize, Vec<String>) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let (mut carried, mut wrong) = (0, Vec::new());
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).unwrap();
        wrong.extend(
            formulas.used_cells().map(|(row, column, text)| format!("{row}:{column} is the formula {text}")),
        );
        for (row, column, cell) in book.worksheet_range(&name).unwrap().used_cells() {
            let is_planted = cell.to_string().contains(MARK);
            carried += usize::from(is_planted);
            if is_planted && !matches!(cell, Data::String(_)) {
                wrong.push(format!("{row}:{column} is no text"));
            }
        }
    }
    (carried, wrong)
}

/// As [`judge`], of a table in text: a cell that begins with a sign has one in front that makes it a text.
fn judge_text(text: &str) -> (usize, Vec<String>) {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let cells: Vec<String> =
        reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    let wrong =
        cells.iter().filter(|cell| cell.starts_with(SIGNS)).map(|cell| format!("{cell:?} is computed"));
    (cells.iter().filter(|cell| cell.contains(MARK)).count(), wrong.collect())
}
