//! Drawing the seats of the sites that were asked for, one after the other. The rules work outside any
//! transaction; the new rows are written in small steps while nobody sees the site, and stand when its
//! row is changed. A site that cannot be drawn says why and does not stop the others.
use identity::{Action, Object};
use job::{Kind, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use kernel::{BatchCode, Digest};
use serde_json::json;
use venue::SiteId;
use web::{Lang, Words};

use crate::{
    ground::Ground,
    progress,
    rules::{
        SiteStatus,
        conflict::{Conflict, PlanImpossible},
        lots::{lots, plan_digest},
        overlap::between_sites,
        planned::PlannedSitting,
        seat_plan::{Demand, plan as plan_seats},
    },
    store::{self, Draw, SitePlan},
};

/// Draws the sites a job owes.
pub(crate) const DRAW: Kind = Kind { name: "seat-plan.draw", run, undo };

/// Seats of one step. Source: [own]; a step stays below the 50 ms a write transaction may take.
const SEATS_AT_ONCE: usize = 250;
/// Seats removed in one step. Source: [own], as above.
const CLEAR_AT_ONCE: i64 = 400;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { draw_owed(&work).await })
}

fn undo(work: Work) -> UndoFuture {
    Box::pin(async move { take_back(&work).await })
}

async fn draw_owed(work: &Work) -> Result<Outcome, Stopped> {
    let code = batch_of(work)?;
    let mut tx = work.env.db.write().await?;
    store::ask_again(&mut tx, &work.job.id, work.env.now()).await?;
    work.progress(&mut tx, 0, 0).await?;
    tx.commit().await?;
    let (ground, owed) = {
        let mut tx = work.env.db.read().await?;
        let ground = Ground::load(&mut tx, &code, Words(Lang::Zh)).await?;
        (ground, store::owed(&mut tx, &work.job.id).await?)
    };
    let elsewhere = between_sites(&ground.candidates, &ground.needs);
    let size = |site: &SitePlan| ground.seats(&ground.at(&site.site_id));
    let mut steps = Steps { work, code: &code, done: 0, total: owed.iter().map(size).sum() };
    let (mut drawn, mut refused) = (0, 0);
    for site in &owed {
        let object = Object { path: &site.site_path, batch: Some(code.as_str()) };
        if work.who.may(Action::Arrange, object, work.env.now()).is_none() {
            return Err(Stopped::Refused(Outcome::new("seat-plan-outcome-no-duty")));
        }
        let conflicts = elsewhere.get(&site.site_id).cloned().unwrap_or_default();
        match draw_site(work, &code, &ground, &site.site_id, conflicts).await? {
            Ok(drawing) => {
                steps.write(site, &drawing).await?;
                drawn += 1;
            }
            Err(conflicts) => {
                steps.refuse(site, &conflicts).await?;
                steps.done += size(site);
                refused += 1;
            }
        }
    }
    let key = if refused == 0 { "seat-plan-outcome-drawn" } else { "seat-plan-outcome-partly" };
    Ok(Outcome::new(key).with("n", drawn).with("refused", refused))
}

fn batch_of(work: &Work) -> Result<BatchCode, Stopped> {
    work.job.batch_code.clone().ok_or_else(|| Stopped::Broken("a draw without a batch".into()))
}

/// A site drawn, before anything of it is written.
struct Drawing {
    planned: Vec<PlannedSitting>,
    draw: Draw,
    candidates: usize,
}

async fn draw_site(
    work: &Work,
    code: &BatchCode,
    ground: &Ground,
    site: &SiteId,
    mut conflicts: Vec<Conflict>,
) -> Result<Result<Drawing, Vec<Conflict>>, Stopped> {
    let rooms = venue::rooms(&mut work.env.db.read().await?, site).await?;
    let candidates = ground.at(site);
    let mut chance = [0; 32];
    work.env.entropy.fill(&mut chance);
    let lots = lots(code, &candidates, chance);
    let demand = Demand { candidates: &candidates, rooms: &rooms, needs: &ground.needs, seed: lots.seed };
    let planned = match plan_seats(&demand) {
        Ok(planned) if conflicts.is_empty() => planned,
        Ok(_) => return Ok(Err(conflicts)),
        Err(PlanImpossible::Conflicts(more)) => {
            conflicts.extend(more);
            return Ok(Err(conflicts));
        }
        Err(
            refused @ (PlanImpossible::Nobody | PlanImpossible::NothingToSit(_) | PlanImpossible::Draw(_)),
        ) => return Err(Stopped::Broken(format!("{site}: {refused}"))),
    };
    let hex = |bytes: &[u8; 32]| Digest::from_bytes(bytes).to_string();
    let draw = Draw {
        seed: hex(&lots.seed),
        population: lots.population.to_string(),
        chance: hex(&lots.chance),
        digest: plan_digest(&planned).to_string(),
    };
    Ok(Ok(Drawing { planned, draw, candidates: candidates.len() }))
}

/// How far the job is.
struct Steps<'a> {
    work: &'a Work,
    code: &'a BatchCode,
    done: usize,
    total: usize,
}

impl Steps<'_> {
    /// Replaces the rows of a site and lets them stand.
    async fn write(&mut self, site: &SitePlan, drawing: &Drawing) -> Result<(), Stopped> {
        let (work, env) = (self.work, &self.work.env);
        let mut tx = env.db.write().await?;
        if !store::begin_drawing(&mut tx, site, &work.job.id).await? {
            return Err(Stopped::Lost);
        }
        work.progress(&mut tx, self.done, self.total).await?;
        tx.commit().await?;
        loop {
            let mut tx = env.db.write().await?;
            work.progress(&mut tx, self.done, self.total).await?;
            let cleared = store::clear_some(&mut tx, self.code, &site.site_id, CLEAR_AT_ONCE).await?;
            tx.commit().await?;
            if cleared == 0 {
                break;
            }
        }
        let rows = self.rows(site, drawing).await?;
        let mut tx = env.db.write().await?;
        work.progress(&mut tx, self.done, self.total).await?;
        store::insert_ground(&mut tx, &rows).await?;
        tx.commit().await?;
        for chunk in rows.seats.chunks(SEATS_AT_ONCE) {
            self.done += chunk.len();
            let mut tx = env.db.write().await?;
            work.progress(&mut tx, self.done, self.total).await?;
            store::insert_seats(&mut tx, chunk).await?;
            tx.commit().await?;
        }
        self.flip(site, drawing, rows.rooms.len()).await
    }

    /// The rows of a drawing. Sittings that are not known yet are written first: several jobs may
    /// make them at once, and one of each stands.
    async fn rows(&self, site: &SitePlan, drawing: &Drawing) -> Result<store::NewPlan, Stopped> {
        let env = &self.work.env;
        let known = store::sittings(&mut env.db.read().await?, self.code).await?;
        let make = |known: &[store::Sitting]| {
            store::new_plan(self.code, &drawing.planned, (&site.site_path, known), &|| env.new_id())
        };
        let rows = make(&known);
        let mut tx = env.db.write().await?;
        self.work.progress(&mut tx, self.done, self.total).await?;
        store::insert_sittings(&mut tx, &rows).await?;
        tx.commit().await?;
        let known = store::sittings(&mut env.db.read().await?, self.code).await?;
        Ok(make(&known))
    }

    async fn flip(&self, site: &SitePlan, drawing: &Drawing, rooms: usize) -> Result<(), Stopped> {
        let (work, env, code) = (self.work, &self.work.env, self.code);
        let mut tx = env.db.write().await?;
        work.progress(&mut tx, self.done, self.total).await?;
        if !store::finish_drawing(&mut tx, site, &work.job.id, &drawing.draw, env.now()).await? {
            return Err(Stopped::Lost);
        }
        store::set_ends(&mut tx, code).await?;
        progress::report(&mut tx, env, code).await?;
        let draw = &drawing.draw;
        let payload = json!({
            "site": site.site_id, "draws": site.draws + 1, "seed": draw.seed, "population": draw.population,
            "chance": draw.chance, "seats": draw.digest, "candidates": drawing.candidates, "rooms": rooms,
        });
        let note = work.who.note("seat_plan.draw", "seat_plan", code.as_str()).batch(code.as_str());
        note.payload(payload).record(&mut tx, env).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps why a site cannot be drawn. What stood there before still stands.
    async fn refuse(&self, site: &SitePlan, conflicts: &[Conflict]) -> Result<(), Stopped> {
        let (work, env, code) = (self.work, &self.work.env, self.code);
        if site.status == SiteStatus::Drawing {
            clear(work, site).await?;
        }
        let text = serde_json::to_string(conflicts).map_err(|error| Stopped::Broken(error.to_string()))?;
        let mut tx = env.db.write().await?;
        work.progress(&mut tx, self.done, self.total).await?;
        if !store::refuse_drawing(&mut tx, site, &work.job.id, &text).await? {
            return Err(Stopped::Lost);
        }
        progress::report(&mut tx, env, code).await?;
        let note = work.who.note("seat_plan.refuse", "seat_plan", code.as_str()).batch(code.as_str());
        let payload = json!({ "site": site.site_id, "conflicts": conflicts.len() });
        note.payload(payload).record(&mut tx, env).await?;
        Ok(tx.commit().await?)
    }
}

/// Removes what was written of a site that nobody sees.
async fn clear(work: &Work, site: &SitePlan) -> Result<(), Stopped> {
    loop {
        let mut tx = work.env.db.write().await?;
        work.check_hold(&mut tx).await?;
        let cleared = store::clear_some(&mut tx, &site.batch_code, &site.site_id, CLEAR_AT_ONCE).await?;
        tx.commit().await?;
        if cleared == 0 {
            return Ok(());
        }
    }
}

/// A cancelled draw: a site whose rows were being replaced is to be drawn, the others stand as they did.
async fn take_back(work: &Work) -> Result<(), Stopped> {
    let owed = store::owed(&mut work.env.db.read().await?, &work.job.id).await?;
    for site in owed.iter().filter(|site| site.status == SiteStatus::Drawing) {
        clear(work, site).await?;
    }
    let mut tx = work.env.db.write().await?;
    work.check_hold(&mut tx).await?;
    store::stop_asking(&mut tx, &work.job.id).await?;
    progress::report(&mut tx, &work.env, &batch_of(work)?).await?;
    Ok(tx.commit().await?)
}
