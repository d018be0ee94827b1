//! One site of a batch: its sittings and rooms, drawn again, confirmed.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Action, Env, Object};
use plan::{Arrange, Batch, InBatch, ReadBatch, stage_head};
use venue::{Site, SiteId};
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{
    conflict::explain,
    moving::{MoveLine, move_lines},
    pack::PackBox,
    seat_plan::{Jobs, begin, status_key, tag},
};
use crate::{
    SitePlan, Sitting, SittingSite, confirmation,
    moving::need_of,
    names::Names,
    rules::{SiteStatus, may_confirm, may_draw},
    store::{self, RoomAtSite},
};

/// One exam room on the page.
struct RoomCard {
    id: String,
    ordinal: i64,
    name: String,
    papers: Vec<(String, i64)>,
    people: i64,
    places: i64,
}

/// One sitting at the site, with its rooms.
struct Held {
    sitting: Sitting,
    needs: SittingSite,
    rooms: Vec<RoomCard>,
    /// Sittings that hold rooms of the same kind at the same time.
    beside: Vec<String>,
}

impl Held {
    fn mixed(&self) -> usize {
        self.rooms.iter().filter(|room| room.papers.len() > 1).count()
    }

    fn is_least(&self) -> bool {
        i64::try_from(self.rooms.len()) == Ok(self.needs.rooms_least)
    }
}

#[derive(Template)]
#[template(path = "seat_plan/site.html")]
struct SitePage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    site: Site,
    plan: SitePlan,
    is_asked: bool,
    is_frozen: bool,
    /// Whether the visitor's duty covers this site.
    may_arrange: bool,
    held: Vec<Held>,
    conflicts: Vec<String>,
    /// Rooms of the site in which nobody can sit.
    seatless: Vec<String>,
    job: Option<Markup>,
    moves: Vec<MoveLine>,
    can_undo: bool,
    pack: Option<PackBox>,
}

impl SitePage<'_> {
    fn status(&self) -> String {
        self.v.t.s(status_key(self.plan.status, self.is_asked, !self.conflicts.is_empty()))
    }

    fn tag(&self) -> &'static str {
        tag(self.plan.status, self.is_asked, !self.conflicts.is_empty())
    }

    fn may_draw(&self) -> bool {
        self.may_arrange && may_draw(self.is_frozen, self.plan.status, self.is_asked).is_ok()
    }

    fn may_confirm(&self) -> bool {
        self.may_arrange && may_confirm(self.plan.status, self.is_asked).is_ok()
    }

    fn is_drawn(&self) -> bool {
        !self.held.is_empty()
    }

    fn rooms(&self) -> usize {
        self.held.iter().map(|held| held.rooms.len()).sum()
    }

    fn rooms_least(&self) -> i64 {
        self.held.iter().map(|held| held.needs.rooms_least).sum()
    }

    fn is_least(&self) -> bool {
        self.held.iter().all(Held::is_least)
    }

    fn rooms_unmixed(&self) -> Option<i64> {
        self.held.iter().map(|held| held.needs.rooms_unmixed).sum()
    }

    fn mixed(&self) -> usize {
        self.held.iter().map(Held::mixed).sum()
    }

    fn delivery(&self, sitting: &Sitting) -> String {
        self.v.t.s(match sitting.delivery {
            scheme::Delivery::Paper => "delivery-paper",
            scheme::Delivery::Computer => "delivery-computer",
            scheme::Delivery::OnSite => "delivery-on-site",
        })
    }
}

/// GET /batches/{code}/seat-plan/sites/{site_id}
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<ReadBatch>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let code = &entry.batch.code;
    let found = venue::site_with_rooms(&mut tx, &SiteId::from(id.as_str())).await?;
    let (site, rooms) = found.ok_or(PageError::NotFound)?;
    if !entry.reaches(&site.org_path) {
        return Err(PageError::NotFound);
    }
    let plan = known(&mut tx, &entry.batch, &site, &v).await?;
    let head = stage_head(&mut tx, &entry, 4, &v, env.now()).await?;
    let jobs = Jobs::load(&mut tx, std::slice::from_ref(&plan)).await?;
    let is_asked = jobs.is_asked(&plan);
    let object = Object { path: &site.org_path, batch: Some(code.as_str()) };
    let may_arrange = entry.who.may(Action::Arrange, object, env.now()).is_some();
    let name = v.t.pick(&site.name_zh, &site.name_en).to_owned();
    let conflicts = explain(&mut tx, code, (&plan.conflicts, &name), v.t).await?;
    let seatless = rooms.iter().filter(|room| venue::capacity(room) == 0);
    // Nothing stands, and nobody was moved, before the site was drawn.
    let is_drawn = plan.draws > 0;
    let moves = if may_arrange && is_drawn {
        move_lines(&env, store::moving::moves(&mut tx, code, &site.id, plan.draws).await?, &v)?
    } else {
        Vec::new()
    };
    let pack = if may_arrange && plan.status == SiteStatus::Confirmed {
        Some(PackBox::load(&mut tx, &entry.who, &plan, &v).await?)
    } else {
        None
    };
    let opens_at = super::opens_at(entry.windows());
    let may_move = crate::rules::moving::may_move(plan.status, is_asked, opens_at, env.now()).is_ok();
    let page = SitePage {
        head,
        batch: &entry.batch,
        is_asked,
        is_frozen: entry.is_done(3),
        may_arrange,
        held: if is_drawn { held(&mut tx, &entry.batch, &site.id, &v).await? } else { Vec::new() },
        conflicts,
        seatless: seatless.map(|room| v.t.pick(&room.name_zh, &room.name_en).to_owned()).collect(),
        job: jobs.bar(&entry.who, &v)?,
        can_undo: may_move && moves.iter().any(|line| !line.is_undone),
        moves,
        pack,
        plan,
        site,
        v: &v,
    };
    web::page(&v, &name, &page)
}

/// How the site stands; one that nobody drew has no row yet.
async fn known(tx: &mut Tx, batch: &Batch, site: &Site, v: &Visit) -> PageResult<SitePlan> {
    if let Some(plan) = store::site_plan(tx, &batch.code, &site.id).await? {
        return Ok(plan);
    }
    if !admission::is_frozen(tx, &batch.code).await? {
        return Err(PageError::NotFound);
    }
    let ground = crate::ground::Ground::load(tx, &batch.code, v.t).await?;
    let mine = ground.to_draw(&batch.code).into_iter().find(|plan| plan.site_id == site.id);
    mine.ok_or(PageError::NotFound)
}

async fn held(tx: &mut Tx, batch: &Batch, site: &SiteId, v: &Visit) -> PageResult<Vec<Held>> {
    let code = &batch.code;
    let names = Names::load(tx, code, v.t).await?;
    let rooms = store::rooms_at(tx, code, site).await?;
    let here = store::sittings_at(tx, code, site).await?;
    let held = |(sitting, needs): &(Sitting, SittingSite)| {
        let cards = rooms.iter().filter(|one| one.room.sitting_id == sitting.id);
        let beside = here.iter().map(|(other, _)| other).filter(|other| {
            other.id != sitting.id
                && need_of(other).room_kind() == need_of(sitting).room_kind()
                && other.starts_at < sitting.ends_at
                && sitting.starts_at < other.ends_at
        });
        Held {
            rooms: cards.map(|one| card(one, &names, v)).collect(),
            beside: beside.map(|one| v.t.pick(&one.name_zh, &one.name_en).to_owned()).collect(),
            needs: needs.clone(),
            sitting: sitting.clone(),
        }
    };
    Ok(here.iter().map(held).collect())
}

fn card(at: &RoomAtSite, names: &Names, v: &Visit) -> RoomCard {
    let room = &at.room;
    RoomCard {
        id: room.id.clone(),
        ordinal: room.ordinal,
        name: v.t.pick(&room.room_name, &room.room_name_en).to_owned(),
        people: at.people(),
        places: room.places,
        papers: at.papers.iter().map(|(paper, count)| (names.paper(paper), *count)).collect(),
    }
}

/// The site of an address, for an officer whose duty covers it, as it stands.
pub(super) async fn reached(tx: &mut Tx, entry: &InBatch<Arrange>, id: &str) -> PageResult<SitePlan> {
    let plan = store::site_plan(tx, &entry.batch.code, &SiteId::from(id)).await?;
    plan.filter(|plan| entry.reaches(&plan.site_path)).ok_or(PageError::NotFound)
}

/// The version a form was made from.
pub(super) fn seen_version(form: &Form) -> PageResult<i64> {
    form.value("seen_version").parse().map_err(|_| PageError::refused("form-unreadable"))
}

/// POST /batches/{code}/seat-plan/sites/{site_id} — draws this site, for the first time or again.
pub async fn draw(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
    form: Form,
) -> PageResult<Response> {
    let site = venue::site(&mut env.db.read().await?, &SiteId::from(id.as_str())).await?;
    let site = site.filter(|site| entry.reaches(&site.org_path)).ok_or(PageError::NotFound)?;
    let seen = seen_version(&form)?;
    let page = format!("/batches/{}/seat-plan/sites/{id}", entry.batch.code);
    begin(&env, &entry, &v, page.clone(), |plan| (plan.site_id == site.id, seen)).await?;
    Ok(web::done(&page, "seat-plan-begun"))
}

/// POST /batches/{code}/seat-plan/sites/{site_id}/confirmation
pub async fn confirm(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    let (site, prepared) = {
        let mut tx = env.db.read().await?;
        let site = reached(&mut tx, &entry, &id).await?;
        if site.version != seen_version(&form)? {
            return Err(PageError::Stale);
        }
        let prepared = confirmation::prepare(&mut tx, &entry.batch, &site).await?;
        (site, prepared)
    };
    let mut tx = env.db.write().await?;
    confirmation::confirm(&mut tx, &env, &entry.who, (&entry.batch, &site), &prepared).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{}/seat-plan/sites/{id}", entry.batch.code), "seat-plan-confirmed"))
}
