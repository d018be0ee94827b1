//! What a case asks for and the papers it comes with, while it is gathered or corrected.
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use kernel::{Day, Digest, LevelCode, OccupationCode};
use organisation::ObjectGroup;
use scheme::{Level, Occupation};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{Form, Message, PageError, PageResult, Upload, Visit};

use super::{
    entry::{InCase, PrepareCase, ReadFilingCases},
    show::again,
    words,
};
use crate::{
    CaseRefused, CaseState,
    rules::{
        paper::{FILE_BYTES_MAX, FileKind, check_promise},
        request::{Line, check_line},
    },
    store::{
        case::{self, FilingCase},
        procedure,
        request::{self, Paper, file_place, file_row},
    },
};

/// Most lines of a case. Source: [own]; a college with 33 trades asks for some hundred.
const LINES_MOST: usize = 500;
/// Longest name of a trade, in characters.
const TRADE_CHARS_MAX: usize = 40;

/// Refuses what is done to a case that is with the authority, or over.
fn only_while_gathered(case: &FilingCase) -> PageResult<()> {
    match case.state {
        CaseState::Draft | CaseState::Returned => Ok(()),
        CaseState::Submitted
        | CaseState::Complete
        | CaseState::Assessed
        | CaseState::Announced
        | CaseState::Granted
        | CaseState::Refused
        | CaseState::Withdrawn => Err(PageError::Refused(CaseRefused::NotNow.message())),
    }
}

/// POST /filing-cases/{id}/lines with `occupation`, `trade_zh`, `trade_en`, `level` (several), `group`, `version`.
pub async fn add_lines(
    State(env): State<Env>,
    v: Visit,
    entry: InCase<PrepareCase>,
    mut form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    only_while_gathered(&case)?;
    if !case.kind.names_scope() {
        return Err(PageError::Refused(CaseRefused::NotNow.message()));
    }
    let known = request::lines(&mut tx, &case.id).await?;
    let today = env.now().day();
    let occupations = scheme::occupations(&mut tx, today).await?;
    let levels = scheme::levels(&mut tx, today).await?;
    let added = read_lines(&mut form, &occupations, levels, known);
    if !form.is_ok() {
        drop(tx);
        return again(&env, &v, &entry, case, form).await;
    }
    if !case::touch(&mut tx, &case, env.now()).await? {
        return Err(PageError::Stale);
    }
    for line in &added {
        request::add_line(&mut tx, &case.id, line).await?;
    }
    entry
        .who
        .note("filing-case.line", "filing-case", case.id.as_str())
        .payload(json!({ "added": added }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("{}#scope", entry.here()), "case-line-added"))
}

/// The lines of a form, one for each level; what is wrong is written into it.
fn read_lines(
    form: &mut Form,
    occupations: &[Occupation],
    levels: Vec<Level>,
    mut lines: Vec<Line>,
) -> Vec<Line> {
    let code = form.parse("occupation", OccupationCode::parse);
    let code = code.filter(|code| occupations.iter().any(|row| row.code.as_ref() == Some(code)));
    if code.is_none() {
        form.refuse("occupation", "case-choose-occupation");
    }
    let group = ObjectGroup::ALL.into_iter().find(|group| words::code(group) == form.value("group"));
    if group.is_none() {
        form.refuse("group", "case-choose-group");
    }
    for field in ["trade_zh", "trade_en"] {
        if form.value(field).chars().count() > TRADE_CHARS_MAX {
            form.refuse(field, Message::new("case-words-long").with("n", TRADE_CHARS_MAX));
        }
    }
    let is_chosen = |code: &LevelCode| form.all("level").iter().any(|chosen| chosen == code.as_str());
    let chosen: Vec<LevelCode> = levels.into_iter().map(|row| row.code).filter(is_chosen).collect();
    if chosen.is_empty() {
        form.refuse("level", "case-choose-level");
    }
    let (Some(code), Some(group)) = (code, group) else { return Vec::new() };
    let trade_zh = form.value("trade_zh").to_owned();
    let trade_en = Some(form.value("trade_en").to_owned()).filter(|name| !name.is_empty());
    let first = lines.iter().map(|line| line.position).max().unwrap_or(0) + 1;
    let mut added = Vec::new();
    for (position, level_code) in (first..).zip(chosen) {
        let line = Line {
            position,
            occupation_code: code.clone(),
            trade_en: trade_en.clone().unwrap_or_else(|| trade_zh.clone()),
            trade_zh: trade_zh.clone(),
            level_code,
            object_group: group,
        };
        if lines.len() >= LINES_MOST {
            form.refuse("level", Message::new("case-too-many-lines").with("n", LINES_MOST));
        } else if let Err(refused) = check_line(&line, &lines) {
            form.refuse("level", refused.message());
        } else {
            lines.push(line.clone());
            added.push(line);
        }
    }
    added
}

/// POST /filing-cases/{id}/lines/{number}/removal with `version`.
pub async fn take_line(
    State(env): State<Env>,
    entry: InCase<PrepareCase>,
    Path((_, number)): Path<(String, i64)>,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    only_while_gathered(&case)?;
    if !case::touch(&mut tx, &case, env.now()).await? {
        return Err(PageError::Stale);
    }
    if !request::take_line(&mut tx, &case.id, number).await? {
        return Err(PageError::NotFound);
    }
    entry
        .who
        .note("filing-case.line", "filing-case", case.id.as_str())
        .payload(json!({ "taken": number }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("{}#scope", entry.here()), "case-line-taken"))
}

/// POST /filing-cases/{id}/papers/{number} with a file `paper`, or with `until` for a promise; `version`.
pub async fn put_paper(
    State(env): State<Env>,
    entry: InCase<PrepareCase>,
    Path((_, number)): Path<(String, i64)>,
    upload: Upload,
) -> PageResult<Response> {
    let materials = {
        let mut tx = env.db.read().await?;
        entry.as_seen(&mut tx, &upload.form).await?;
        procedure::materials(&mut tx, &entry.case.procedure_id).await?
    };
    let material = materials.into_iter().find(|one| one.position == number).ok_or(PageError::NotFound)?;
    let refused = |refused: CaseRefused| PageError::Refused(refused.message());
    let (now, by) = (env.now(), entry.who.account_id.clone());
    let paper = if let Some(file) = upload.file("paper") {
        if file.bytes.len() > FILE_BYTES_MAX {
            return Err(PageError::refused("form-too-large"));
        }
        let kind = FileKind::of(&file.bytes).map_err(refused)?;
        let row = file_row(&entry.case.id, number);
        let sealed = env.vault.seal_bytes(&*env.entropy, file_place(&row), &file.bytes);
        // The file before the row that names it: a row without its file is never there.
        let sealed_digest = env.blobs.put(&sealed).map_err(::store::Error::from)?;
        let byte_count = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
        Paper {
            position: number,
            digest: Some(Digest::from_bytes(&Sha256::digest(&file.bytes).into())),
            sealed_digest: Some(sealed_digest),
            file_kind: Some(kind),
            byte_count,
            promised_until: None,
            given_by: by,
            given_at: now,
        }
    } else {
        let until =
            Day::parse(upload.form.value("until")).map_err(|_| PageError::refused("case-paper-none"))?;
        check_promise(entry.case.mode, &material, until, now.day()).map_err(refused)?;
        Paper {
            position: number,
            digest: None,
            sealed_digest: None,
            file_kind: None,
            byte_count: 0,
            promised_until: Some(until),
            given_by: by,
            given_at: now,
        }
    };
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &upload.form).await?;
    let papers = request::papers(&mut tx, &case.id).await?;
    let was_promised = papers.iter().any(|one| one.position == number && one.digest.is_none());
    // What was promised follows later, whatever became of the case.
    if !(was_promised && paper.digest.is_some()) {
        only_while_gathered(&case)?;
    }
    if !case::touch(&mut tx, &case, now).await? {
        return Err(PageError::Stale);
    }
    request::put_paper(&mut tx, &case.id, &paper).await?;
    let payload = json!({ "number": number, "digest": paper.digest, "until": paper.promised_until });
    if case.state == CaseState::Draft {
        // The list of papers says it; what happened to the case begins when it is handed in.
        entry
            .who
            .note("filing-case.paper", "filing-case", case.id.as_str())
            .payload(payload)
            .record(&mut tx, &env)
            .await?;
    } else {
        let act = if paper.digest.is_some() { "paper" } else { "promise" };
        entry.note(&mut tx, &env, (act, "filing-case.paper"), &number.to_string(), payload).await?;
    }
    tx.commit().await?;
    Ok(web::done(&format!("{}#papers", entry.here()), "case-paper-kept"))
}

/// GET /filing-cases/{id}/papers/{number}
pub async fn paper(
    State(env): State<Env>,
    entry: InCase<ReadFilingCases>,
    Path((_, number)): Path<(String, i64)>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let papers = request::papers(&mut tx, &entry.case.id).await?;
    drop(tx);
    let found = papers.into_iter().find(|one| one.position == number).ok_or(PageError::NotFound)?;
    let (Some(digest), Some(kind)) = (found.sealed_digest, found.file_kind) else {
        return Err(PageError::NotFound);
    };
    let sealed = env.blobs.get(&digest).map_err(::store::Error::from)?.ok_or(PageError::NotFound)?;
    let row = file_row(&entry.case.id, number);
    let bytes = env.vault.open_bytes(file_place(&row), &sealed)?;
    let name = format!("{}-{number}.{}", entry.case.number, kind.ending());
    Ok(web::download(&name, kind.mime(), bytes))
}
