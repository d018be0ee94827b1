//! The register of passed parts: handed in by one of the province, decided by another, and what the
//! retakes of the batch keep of it.
use std::ops::ControlFlow;

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use decode::{Decoder, Unread};
use identity::{
    Env,
    approval::{self, Decision, Proposed},
};
use kernel::Digest;
use person::Place;
use plan::{Batch, InBatch, PublishResults, stage_head};
use scheme::ComponentKind;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{Form, Markup, PageError, PageResult, Upload, Visit};

use super::STAGE;
use crate::{
    decoding::Rows,
    intake, retake,
    roster_file::{FileRefused, Limits},
    rules::{
        gate::RegistrationRefused,
        passed::{self, Passed, part_name},
        roster::{Heading, SheetRow},
        template::PASSED,
        trouble::Mistake,
    },
    store::passed::{self as rows, PassedImport, PassedRow},
};

/// The act that needs a second person.
pub(crate) const REGISTER: &str = "passed-part.register";
/// Most lines of one register. Source: [own]; written in one step, which stays below 50 ms.
const LINES_MOST: usize = 1_000;
/// Lines on a page.
const PAGE: i64 = 50;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Page of the register that waits.
    page: String,
}

/// One line of the register that waits, opened.
struct Line {
    name: String,
    document: String,
    level: String,
    part: &'static str,
    row: PassedRow,
}

/// A register that waits for its second person.
struct Waiting {
    import: PassedImport,
    lines: Vec<Line>,
    /// Whether this reader handed it in.
    is_own: bool,
    page: i64,
    pages: i64,
}

#[derive(Template)]
#[template(path = "passed/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    form: Form,
    months: i64,
    retakes: i64,
    /// How many retakes keep something.
    keeping: usize,
    mistakes: Vec<Mistake>,
    waiting: Option<Waiting>,
    imports: Vec<PassedImport>,
}

/// GET /batches/{code}/passed-parts?page=…
pub async fn list(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    Query(asked): Query<Asked>,
    v: Visit,
) -> PageResult<Response> {
    entry.at_whole()?;
    let page = read_page(&env, &entry, &v, &asked, Vec::new()).await?;
    web::page(&v, &v.t.s("passed-title"), &page)
}

async fn read_page<'a>(
    env: &Env,
    entry: &'a InBatch<PublishResults>,
    v: &'a Visit,
    asked: &Asked,
    mistakes: Vec<Mistake>,
) -> PageResult<ListPage<'a>> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let imports = rows::imports(&mut tx, &batch.code).await?;
    let mut keeping: Vec<_> = retake::kept_components(&mut tx, &batch.code)
        .await?
        .into_iter()
        .map(|kept| kept.application_id)
        .collect();
    keeping.dedup();
    let first = imports.iter().find(|import| import.in_force_at.is_none());
    let waiting = match first {
        Some(import) => Some(open_waiting(&mut tx, env, entry, import, asked).await?),
        None => None,
    };
    Ok(ListPage {
        v,
        head: stage_head(&mut tx, entry, STAGE, v, env.now()).await?,
        batch,
        form: Form::default(),
        months: retake::months(&mut tx, batch.exam_date).await?,
        retakes: rows::retakes(&mut tx, &batch.code).await?,
        keeping: keeping.len(),
        mistakes,
        waiting,
        imports,
    })
}

async fn open_waiting(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<PublishResults>,
    import: &PassedImport,
    asked: &Asked,
) -> PageResult<Waiting> {
    let pages = ((import.row_count + PAGE - 1) / PAGE).max(1);
    let page = asked.page.parse().unwrap_or(1).clamp(1, pages);
    let levels = plan::levels(tx, &entry.batch.code).await?;
    let mut lines = Vec::new();
    for row in rows::rows(tx, &import.id, ((page - 1) * PAGE, PAGE)).await? {
        let opened = env.vault.open(holder_place(&row.id), &row.holder_sealed);
        let opened = opened.map_err(|error| PageError::Internal(error.to_string()))?;
        let (name, document) = opened.split_once('\u{1f}').unwrap_or_default();
        let level = levels
            .iter()
            .find(|level| level.occupation_code == row.occupation_code && level.level_code == row.level_code);
        lines.push(Line {
            name: name.to_owned(),
            document: document.to_owned(),
            level: level.map_or_else(String::new, |l| format!("{} {}", l.occupation_zh, l.level_zh)),
            part: part_name(row.component_kind),
            row,
        });
    }
    let is_own = import.proposed_by == entry.who.account_id;
    Ok(Waiting { import: import.clone(), lines, is_own, page, pages })
}

/// POST /batches/{code}/passed-parts — all of a register or nothing of it.
pub async fn propose(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    v: Visit,
    upload: Upload,
) -> PageResult<Response> {
    entry.at_whole()?;
    let scope = {
        let mut tx = env.db.read().await?;
        intake::scope(&mut tx, (&entry.batch, entry.window("registration")), &entry.at, env.now()).await?
    };
    let file = upload.file("file").ok_or(RegistrationRefused::NoFile)?.clone();
    let limits = Limits { rows: LINES_MOST, megabytes: 4 };
    let bytes = file.bytes.clone();
    let sheet = env.decoder.in_turn(move |decoder| sheet(decoder, &bytes, limits)).await??;
    let mut mistakes = Heading::find_of(&sheet, &PASSED).mistakes();
    let mut found = Vec::new();
    if mistakes.is_empty() {
        match passed::read(sheet.get(1..).unwrap_or_default(), &PASSED, &scope) {
            Ok(read) => found = read,
            Err(wrong) => mistakes = wrong,
        }
    }
    if !mistakes.is_empty() {
        let page = read_page(&env, &entry, &v, &Asked::default(), mistakes).await?;
        return web::page_again(&v, &v.t.s("passed-title"), &page, false);
    }
    if found.is_empty() {
        return Err(FileRefused::Empty.into());
    }
    keep(&env, &entry, &file.name, &found).await?;
    Ok(web::done(&format!("/batches/{}/passed-parts", entry.batch.code), "passed-proposed"))
}

fn sheet(decoder: &Decoder, bytes: &[u8], limits: Limits) -> Result<Vec<SheetRow>, Unread<FileRefused>> {
    let mut rows = Vec::new();
    decoder.read::<Rows>(&limits, bytes, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

async fn keep(env: &Env, entry: &InBatch<PublishResults>, name: &str, found: &[Passed]) -> PageResult<()> {
    let code = &entry.batch.code;
    let import = PassedImport {
        id: env.new_id(),
        batch_code: code.clone(),
        file_name: name.chars().filter(|c| !c.is_control()).take(120).collect(),
        row_count: i64::try_from(found.len()).unwrap_or(i64::MAX),
        proposed_by: entry.who.account_id.clone(),
        proposed_at: env.now(),
        in_force_at: None,
    };
    let new: Vec<PassedRow> = found.iter().map(|one| row(env, &import.id, one)).collect();
    let digest = digest(&new);
    let mut tx = env.db.write().await?;
    if rows::imports(&mut tx, code).await?.iter().any(|import| import.in_force_at.is_none()) {
        return Err(PageError::refused("passed-waiting-already"));
    }
    rows::insert(&mut tx, &import, &new).await?;
    let what = Proposed {
        kind: REGISTER,
        object: &import.id,
        batch: Some(code.as_str()),
        digest: &digest,
        reason: "",
    };
    approval::propose(&mut tx, env, &entry.who, what).await?;
    entry
        .who
        .note("passed-part.propose", "passed-import", &import.id)
        .batch(code.as_str())
        .payload(json!({ "digest": digest.as_str(), "rows": new.len() }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(())
}

fn row(env: &Env, import: &str, one: &Passed) -> PassedRow {
    let id = env.new_id();
    let holder = format!("{}\u{1f}{}", one.name, one.document.masked());
    PassedRow {
        import_id: import.to_owned(),
        document_index: person::document_index(&env.vault, &one.document),
        holder_sealed: env.vault.seal(&*env.entropy, holder_place(&id), &holder),
        occupation_code: one.occupation_code.clone(),
        level_code: one.level_code.clone(),
        component_kind: one.kind,
        passed_on: one.passed_on,
        score_centi: one.score,
        basis: one.basis.clone(),
        id,
    }
}

fn holder_place(id: &str) -> Place<'_> {
    Place { table: "passed_component", column: "holder_sealed", row: id }
}

/// SHA-256 of everything a register says, in whichever order its rows are read.
fn digest(rows: &[PassedRow]) -> Digest {
    let mut rows: Vec<&PassedRow> = rows.iter().collect();
    rows.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    let mut all = Sha256::new();
    for row in rows {
        let said = [
            row.id.as_str(),
            &row.document_index,
            row.occupation_code.as_str(),
            row.level_code.as_str(),
            part_name(row.component_kind),
            &row.passed_on.to_string(),
            &row.score_centi.map(|score| score.to_string()).unwrap_or_default(),
            &row.basis,
        ];
        all.update(said.join("\u{1f}"));
        all.update("\n");
    }
    Digest::from_bytes(&all.finalize().into())
}

/// POST /batches/{code}/passed-parts/{id}/decision
pub async fn decide(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let code = &entry.batch.code;
    let mut tx = env.db.write().await?;
    let import = rows::import(&mut tx, code, &id).await?.ok_or(PageError::NotFound)?;
    let decision = match form.value("decision") {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject,
        _ => return Err(PageError::refused("form-unreadable")),
    };
    let digest = digest(&rows::rows(&mut tx, &import.id, (0, i64::MAX)).await?);
    let approved = approval::decide(&mut tx, &env, &entry.who, REGISTER, &id, &digest, decision).await?;
    let said = match approved {
        Some(_) if !rows::put_in_force(&mut tx, &import.id, env.now()).await? => {
            return Err(PageError::Stale);
        }
        Some(_) => "passed-in-force",
        None => {
            rows::remove(&mut tx, &import.id).await?;
            "passed-rejected"
        }
    };
    entry
        .who
        .note("passed-part.decide", "passed-import", &import.id)
        .batch(code.as_str())
        .payload(json!({ "digest": digest.as_str(), "rows": import.row_count, "decision": said }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{code}/passed-parts"), said))
}

/// Words of the parts that an application keeps, with their days.
pub(super) fn kept_words(v: &Visit, kept: &[retake::KeptComponent]) -> Vec<String> {
    let word = |kind| {
        v.t.s(match kind {
            ComponentKind::Theory => "part-theory",
            ComponentKind::Practical => "part-practical",
            ComponentKind::Panel => "part-panel",
            ComponentKind::Other => "part-other",
        })
    };
    kept.iter()
        .map(|one| {
            let said =
                web::Message::new("passed-kept").with("part", word(one.kind)).with("day", one.passed_on);
            v.t.message(&said)
        })
        .collect()
}
