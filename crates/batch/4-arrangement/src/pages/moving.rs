//! Moving somebody: made from the room's page, listed with its reason, taken back.
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use kernel::UnixMicros;
use plan::{Arrange, InBatch};
use web::{Form, PageError, PageResult, Visit};

use super::site::{reached, seen_version};
use crate::{
    SitePlan,
    document::two_digits,
    moving::{self, Scene, Why, refusals, words_place},
    rules::moving::{MoveReason, MoveRefused},
    store::{self, moving::NamedMove},
};

/// Moves shown; the trail holds all of them.
const SHOWN_MOST: usize = 8;
/// Longest reason in words. Source: [own]; a line of a form.
const WORDS_MOST: usize = 200;

/// One move on a page.
pub(super) struct MoveLine {
    pub from: String,
    pub to: String,
    pub is_swap: bool,
    pub reason: String,
    pub words: String,
    pub by: String,
    pub at: UnixMicros,
    pub is_undone: bool,
}

/// The latest of the moves of a site, newest first.
pub(super) fn move_lines(env: &Env, moves: Vec<NamedMove>, v: &Visit) -> PageResult<Vec<MoveLine>> {
    let place = |ordinal: Option<i64>, number: i64| {
        format!("{}-{}", two_digits(ordinal.unwrap_or_default()), two_digits(number))
    };
    let mut lines = Vec::new();
    for NamedMove { row, moved_by_name, from_ordinal, to_ordinal } in moves.into_iter().take(SHOWN_MOST) {
        lines.push(MoveLine {
            from: place(from_ordinal, row.from_number),
            to: place(to_ordinal, row.to_number),
            is_swap: row.swapped_application_id.is_some(),
            reason: v.t.s(row.reason.key()),
            words: env.vault.open(words_place(&row.id), &row.words_sealed)?,
            by: moved_by_name,
            at: row.moved_at,
            is_undone: row.undone_at.is_some(),
        });
    }
    Ok(lines)
}

/// POST /batches/{code}/seat-plan/sites/{site_id}/moves
pub async fn make(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    let code = &entry.batch.code;
    let (scene, moved) = {
        let mut tx = env.db.read().await?;
        let site = reached(&mut tx, &entry, &id).await?;
        let number: i64 = form.value("number").parse().map_err(|_| PageError::refused("form-unreadable"))?;
        let room = store::room_use(&mut tx, code, form.value("room")).await?.ok_or(PageError::NotFound)?;
        let scene = Scene::load(&mut tx, &entry.batch, form.value("seat"), (&room, Some(number))).await?;
        // Whoever may move people here moves nobody elsewhere.
        if scene.site.site_id != site.site_id {
            return Err(PageError::NotFound);
        }
        if scene.site.version != seen_version(&form)? {
            return Err(PageError::Stale);
        }
        let moved = scene.plan(number).map_err(refusals)?;
        (scene, moved)
    };
    let why = why(&form)?;
    moving::make(&env, &entry.who, &scene, &moved, &why).await?;
    Ok(web::done(&room_page(code.as_str(), &moved.mover.room_use), "move-made"))
}

fn why(form: &Form) -> PageResult<Why<'_>> {
    let reason = MoveReason::ALL.into_iter().find(|reason| reason.code() == form.value("reason"));
    let words = form.value("words").trim();
    let needs_words = reason == Some(MoveReason::Other);
    match reason {
        Some(reason) if words.chars().count() <= WORDS_MOST && !(needs_words && words.is_empty()) => {
            Ok(Why { reason, words })
        }
        Some(_) | None => Err(PageError::Refused(MoveRefused::NoReason.message())),
    }
}

/// POST /batches/{code}/seat-plan/sites/{site_id}/moves/reversal — takes the last move back.
pub async fn take_back(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    let site = reached(&mut env.db.read().await?, &entry, &id).await?;
    let site = SitePlan { version: seen_version(&form)?, ..site };
    moving::take_back(&env, &entry.who, &entry.batch, &site).await?;
    let code = entry.batch.code.as_str();
    let to = match form.value("room") {
        "" => format!("/batches/{code}/seat-plan/sites/{id}"),
        room => room_page(code, room),
    };
    Ok(web::done(&to, "move-taken-back"))
}

fn room_page(code: &str, room: &str) -> String {
    format!("/batches/{code}/seat-plan/rooms/{room}")
}
