//! Moving one person to another seat of their sitting, or letting two change places, and taking that back.
use ::store::Tx;
use identity::{Env, Subject};
use kernel::UnixMicros;
use person::Place;
use plan::Batch;
use serde_json::json;
use venue::{Blocked, Room};
use web::{PageError, PageResult};

use crate::{
    RoomUse, Seat, SitePlan, Sitting,
    rules::{
        moving::{Hall, MoveReason, MoveRefused, Moved, Sitter, may_move, plan_move},
        need::{Need, PaperKey},
        planned::Letter,
    },
    store::{
        self,
        moving::{self as rows, Move},
    },
};

/// Everything a move is decided on.
pub(crate) struct Scene {
    pub site: SitePlan,
    pub sitting: Sitting,
    pub need: Need,
    pub origin: Hall,
    pub target: Hall,
    pub seat: Seat,
}

impl Scene {
    /// Reads both rooms with everybody in them; not found when the room or the seat is not of the batch.
    pub async fn load(
        tx: &mut Tx,
        batch: &Batch,
        seat: &str,
        (target, number): (&RoomUse, Option<i64>),
    ) -> PageResult<Self> {
        let code = &batch.code;
        let seat = store::seat(tx, code, seat).await?.ok_or(PageError::NotFound)?;
        let from = store::room_use(tx, code, &seat.room_use_id).await?.ok_or(PageError::NotFound)?;
        let site = store::site_plan(tx, code, &from.site_id).await?.ok_or(PageError::NotFound)?;
        let sitting = store::sitting(tx, &seat.sitting_id).await?.ok_or(PageError::NotFound)?;
        let needed = rows::needed_places(tx, code, &site.site_id, site.draws).await?;
        let mut origin = hall(tx, &from, &needed).await?;
        let mut target =
            if from.id == target.id { origin.clone() } else { hall(tx, target, &needed).await? };
        let sittings = store::sittings(tx, code).await?;
        for one in &mut origin.sitters {
            if one.application == seat.application_id {
                one.busy = busy(tx, &one.application, &sitting.id, &sittings).await?;
            }
        }
        for one in &mut target.sitters {
            if Some(one.number) == number {
                one.busy = busy(tx, &one.application, &sitting.id, &sittings).await?;
            }
        }
        let need = need_of(&sitting);
        Ok(Self { site, sitting, need, origin, target, seat })
    }

    /// What moving them to this place would do.
    ///
    /// # Errors
    /// Everything that forbids it.
    pub fn plan(&self, number: i64) -> Result<Moved, Vec<MoveRefused>> {
        plan_move(&self.need, &self.origin, &self.seat.application_id, &self.target, number)
    }
}

/// The sitting as the rules know it.
pub(crate) fn need_of(sitting: &Sitting) -> Need {
    Need {
        kind: sitting.component_kind,
        delivery: sitting.delivery,
        starts_at: sitting.starts_at,
        minutes: sitting.minutes,
        name_zh: sitting.name_zh.clone(),
        name_en: sitting.name_en.clone(),
        papers: sitting.papers.iter().cloned().collect(),
    }
}

async fn hall(tx: &mut Tx, room: &RoomUse, needed: &[(String, i64, String)]) -> PageResult<Hall> {
    let now = venue::room(tx, &room.room_id).await?.ok_or(PageError::NotFound)?;
    let seats = store::seats_of_room(tx, &room.id).await?;
    let sitter = |seat: Seat| Sitter {
        needs_place: needed.iter().any(|(room, number, who)| {
            (room, *number, who) == (&seat.room_use_id, seat.number, &seat.application_id)
        }),
        application: seat.application_id,
        paper: PaperKey { occupation: seat.occupation_code, level: seat.level_code },
        room_use: seat.room_use_id,
        number: seat.number,
        turn: seat.turn,
        letter: Letter::from_text(&seat.form_letter),
        busy: Vec::new(),
    };
    Ok(Hall {
        room_use: room.id.clone(),
        sitting: room.sitting_id.clone(),
        layout: layout(room, &now),
        sitters: seats.into_iter().map(sitter).collect(),
    })
}

/// The room as it was drawn; what is blocked now is blocked, and it is fitted as it is now.
pub(crate) fn layout(room: &RoomUse, now: &Room) -> Room {
    let all = [room.blocked.text(), now.blocked.text()];
    let all: Vec<&str> = all.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    Room {
        row_count: room.row_count,
        column_count: room.column_count,
        // Both were numbers when they were read.
        blocked: Blocked::parse(&all.join(",")).unwrap_or_default(),
        ..now.clone()
    }
}

/// When somebody sits elsewhere than in this sitting.
async fn busy(
    tx: &mut Tx,
    application: &str,
    sitting: &str,
    sittings: &[Sitting],
) -> sqlx::Result<Vec<(UnixMicros, UnixMicros)>> {
    let seats = store::seats_of_application(tx, application).await?;
    let others = seats.iter().filter(|seat| seat.sitting_id != sitting);
    Ok(others
        .filter_map(|seat| {
            let held = sittings.iter().find(|one| one.id == seat.sitting_id)?;
            Some(held.turn(seat.turn))
        })
        .collect())
}

/// When tickets can be printed.
async fn check_time(tx: &mut Tx, env: &Env, site: &SitePlan) -> PageResult<()> {
    let opens_at = plan::window(tx, &site.batch_code, "tickets").await?.map(|window| window.opens_at);
    may_move(site.status, site.asked_at.is_some(), opens_at, env.now()).map_err(PageError::Refused)
}

/// Why somebody is moved, as the form says it.
pub(crate) struct Why<'a> {
    pub reason: MoveReason,
    pub words: &'a str,
}

/// Makes a move; the site must be as it was seen.
pub(crate) async fn make(
    env: &Env,
    who: &Subject,
    scene: &Scene,
    moved: &Moved,
    why: &Why<'_>,
) -> PageResult<()> {
    let (site, code) = (&scene.site, &scene.site.batch_code);
    let mut tx = env.db.write().await?;
    if !store::touch_site(&mut tx, site).await? {
        return Err(PageError::Stale);
    }
    check_time(&mut tx, env, site).await?;
    let id = env.new_id();
    let number = rows::last_number(&mut tx, code, &site.site_id).await? + 1;
    let words = env.vault.seal(&*env.entropy, words_place(&id), why.words);
    place(&mut tx, scene, moved).await?;
    let row = Move {
        id,
        batch_code: code.clone(),
        site_id: site.site_id.clone(),
        sitting_id: scene.sitting.id.clone(),
        draw: site.draws,
        number,
        application_id: moved.mover.application.clone(),
        from_room_use_id: scene.seat.room_use_id.clone(),
        from_number: scene.seat.number,
        to_room_use_id: moved.mover.room_use.clone(),
        to_number: moved.mover.number,
        swapped_application_id: moved.partner.as_ref().map(|spot| spot.application.clone()),
        reason: why.reason,
        words_sealed: words,
        moved_by: who.account_id.clone(),
        moved_at: env.now(),
        undone_at: None,
    };
    rows::insert(&mut tx, &row).await?;
    note(&mut tx, env, who, "seat.move", (scene, &row)).await?;
    Ok(tx.commit().await?)
}

async fn place(tx: &mut Tx, scene: &Scene, moved: &Moved) -> PageResult<()> {
    let sitting = &scene.sitting.id;
    let is_done = match &moved.partner {
        None => {
            let from = (scene.seat.room_use_id.as_str(), scene.seat.number);
            rows::place(tx, sitting, from, &moved.mover).await?
        }
        Some(partner) => rows::swap(tx, sitting, &moved.mover, partner).await?,
    };
    if is_done { Ok(()) } else { Err(PageError::Stale) }
}

/// Takes the last move of a site back, by the same rules.
pub(crate) async fn take_back(env: &Env, who: &Subject, batch: &Batch, site: &SitePlan) -> PageResult<()> {
    let code = &batch.code;
    let (last, scene) = {
        let mut tx = env.db.read().await?;
        let last = rows::last_standing(&mut tx, code, &site.site_id, site.draws).await?;
        let last = last.ok_or_else(|| PageError::Refused(MoveRefused::NothingToUndo.message()))?;
        let seats = store::seats_of_application(&mut tx, &last.application_id).await?;
        let seat = seats.into_iter().find(|seat| seat.sitting_id == last.sitting_id);
        let seat = seat.ok_or(PageError::NotFound)?;
        let home =
            store::room_use(&mut tx, code, &last.from_room_use_id).await?.ok_or(PageError::NotFound)?;
        let scene = Scene::load(&mut tx, batch, &seat.id, (&home, Some(last.from_number))).await?;
        (last, scene)
    };
    let moved = scene.plan(last.from_number).map_err(refusals)?;
    let mut tx = env.db.write().await?;
    if !store::touch_site(&mut tx, site).await? {
        return Err(PageError::Stale);
    }
    check_time(&mut tx, env, site).await?;
    if !rows::note_undone(&mut tx, &last.id, &who.account_id, env.now()).await? {
        return Err(PageError::Stale);
    }
    place(&mut tx, &scene, &moved).await?;
    note(&mut tx, env, who, "seat.move-back", (&scene, &last)).await?;
    Ok(tx.commit().await?)
}

/// Everything that forbids a move, as one answer.
pub(crate) fn refusals(refused: Vec<MoveRefused>) -> PageError {
    PageError::Mistakes(refused.iter().map(MoveRefused::message).collect())
}

/// Where the words of a move stand.
pub(crate) fn words_place(id: &str) -> Place<'_> {
    Place { table: "seat_move", column: "words_sealed", row: id }
}

/// Ids, rooms and numbers only; the words of the reason stay sealed.
async fn note(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    action: &'static str,
    (scene, row): (&Scene, &Move),
) -> sqlx::Result<()> {
    let payload = json!({
        "site": row.site_id, "sitting": row.sitting_id, "move": row.number, "application": row.application_id,
        "from": { "room": row.from_room_use_id, "seat": row.from_number },
        "to": { "room": row.to_room_use_id, "seat": row.to_number },
        "swapped": row.swapped_application_id, "reason": row.reason.code(),
        "confirmed": scene.site.confirmed_at.is_some(),
    });
    let note = who.note(action, "seat", &scene.seat.id).batch(row.batch_code.as_str());
    note.reason(row.reason.code()).payload(payload).record(tx, env).await
}
