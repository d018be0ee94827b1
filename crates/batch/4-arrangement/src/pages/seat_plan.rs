//! The seat plan of a batch: every site with how it stands, and the draw of those that wait for one.
use std::collections::HashMap;

use ::store::Tx;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Action, Env, Object, Subject};
use job::{Job, JobId, NewJob};
use plan::{Arrange, Batch, InBatch, ReadBatch, stage_head};
use web::{Form, Markup, PageResult, Visit};

use crate::{
    SiteFigures, SitePlan,
    drawing::DRAW,
    ground::Ground,
    progress,
    rules::{ArrangementRefused, SiteStatus, may_draw},
    store,
};

/// One site on the page.
struct Line {
    plan: SitePlan,
    name: String,
    figures: Option<SiteFigures>,
    is_asked: bool,
}

impl Line {
    fn status_key(&self) -> &'static str {
        status_key(self.plan.status, self.is_asked, !self.plan.conflicts.is_empty())
    }

    fn tag(&self) -> &'static str {
        tag(self.plan.status, self.is_asked, !self.plan.conflicts.is_empty())
    }
}

/// The word for how a site stands.
pub(super) fn status_key(status: SiteStatus, is_asked: bool, has_conflicts: bool) -> &'static str {
    if is_asked {
        return "site-plan-being-drawn";
    }
    match status {
        SiteStatus::ToDraw | SiteStatus::Drawing if has_conflicts => "site-plan-impossible",
        SiteStatus::ToDraw | SiteStatus::Drawing => "site-plan-to-draw",
        SiteStatus::Drawn => "site-plan-drawn",
        SiteStatus::Confirmed => "site-plan-confirmed",
    }
}

/// The class of that word.
pub(super) fn tag(status: SiteStatus, is_asked: bool, has_conflicts: bool) -> &'static str {
    if is_asked {
        return "tag now";
    }
    match status {
        SiteStatus::ToDraw | SiteStatus::Drawing if has_conflicts => "tag late",
        SiteStatus::ToDraw | SiteStatus::Drawing => "tag",
        SiteStatus::Drawn => "tag wait",
        SiteStatus::Confirmed => "tag done",
    }
}

#[derive(Template)]
#[template(path = "seat_plan/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    is_frozen: bool,
    may_decide: bool,
    lines: Vec<Line>,
    job: Option<Markup>,
    refused: Option<String>,
}

impl ShowPage<'_> {
    fn count(&self, status: SiteStatus) -> usize {
        self.lines.iter().filter(|line| line.plan.status == status).count()
    }

    fn confirmed(&self) -> usize {
        self.count(SiteStatus::Confirmed)
    }

    fn impossible(&self) -> usize {
        self.lines.iter().filter(|line| line.tag() == "tag late").count()
    }

    fn people(&self) -> i64 {
        self.lines.iter().map(|line| line.plan.candidates).sum()
    }

    fn sum(&self, of: fn(&SiteFigures) -> i64) -> i64 {
        self.lines.iter().filter_map(|line| line.figures.as_ref()).map(of).sum()
    }

    fn rooms(&self) -> i64 {
        self.sum(|figures| figures.rooms)
    }

    fn rooms_least(&self) -> i64 {
        self.sum(|figures| figures.rooms_least)
    }

    fn rooms_mixed(&self) -> i64 {
        self.sum(|figures| figures.rooms_mixed)
    }

    /// How many sites wait for a draw that no job is at.
    fn to_draw(&self) -> usize {
        let waits = |line: &&Line| {
            matches!(line.plan.status, SiteStatus::ToDraw | SiteStatus::Drawing) && !line.is_asked
        };
        self.lines.iter().filter(waits).count()
    }
}

/// GET /batches/{code}/seat-plan
pub async fn show(State(env): State<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let code = &entry.batch.code;
    let head = stage_head(&mut tx, &entry, 4, &v, env.now()).await?;
    let is_frozen = admission::is_frozen(&mut tx, code).await?;
    let mut sites = store::site_plans(&mut tx, code).await?;
    let mut refused = None;
    if sites.is_empty() && is_frozen {
        match Ground::load(&mut tx, code, v.t).await {
            Ok(ground) => sites = ground.to_draw(code),
            Err(web::PageError::Refused(message)) => refused = Some(v.t.message(&message)),
            Err(error) => return Err(error),
        }
    }
    sites.retain(|site| entry.reaches(&site.site_path));
    let jobs = Jobs::load(&mut tx, &sites).await?;
    let lines = lines(&mut tx, &entry, sites, &jobs, &v).await?;
    let object = Object { path: &entry.batch.org_path, batch: Some(code.as_str()) };
    let page = ShowPage {
        head,
        batch: &entry.batch,
        is_frozen,
        may_decide: entry.who.may(Action::Arrange, object, env.now()).is_some(),
        lines,
        job: jobs.bar(&entry.who, &v)?,
        refused,
        v: &v,
    };
    web::page(&v, &v.t.s("seat-plan"), &page)
}

async fn lines(
    tx: &mut Tx,
    entry: &InBatch<ReadBatch>,
    sites: Vec<SitePlan>,
    jobs: &Jobs,
    v: &Visit,
) -> PageResult<Vec<Line>> {
    let names: HashMap<_, _> = venue::sites(tx)
        .await?
        .into_iter()
        .map(|site| (site.id.clone(), v.t.pick(&site.name_zh, &site.name_en).to_owned()))
        .collect();
    let mut figures: HashMap<_, _> = store::site_figures(tx, &entry.batch.code)
        .await?
        .into_iter()
        .map(|figures| (figures.site_id.clone(), figures))
        .collect();
    let line = |plan: SitePlan| Line {
        name: names.get(&plan.site_id).cloned().unwrap_or_default(),
        figures: figures.remove(&plan.site_id),
        is_asked: jobs.is_asked(&plan),
        plan,
    };
    Ok(sites.into_iter().map(line).collect())
}

/// The jobs that draw some sites.
pub(super) struct Jobs(Vec<Job>);

impl Jobs {
    /// Reads those the sites still wait for.
    pub async fn load(tx: &mut Tx, sites: &[SitePlan]) -> sqlx::Result<Self> {
        let mut ids: Vec<&JobId> = sites.iter().filter_map(|site| site.job_id.as_ref()).collect();
        ids.sort();
        ids.dedup();
        let mut jobs = Vec::new();
        for id in ids {
            jobs.extend(job::job(tx, id.as_str()).await?);
        }
        Ok(Self(jobs))
    }

    fn of(&self, site: &SitePlan) -> Option<&Job> {
        self.0.iter().find(|job| Some(&job.id) == site.job_id.as_ref())
    }

    /// Whether a job is going to draw the site: one that broke off is not.
    pub fn is_asked(&self, site: &SitePlan) -> bool {
        site.asked_at.is_some() && self.of(site).is_some_and(|job| job.status.is_open())
    }

    /// A job that was asked and broke off; another may take the site over.
    pub fn ended(&self, site: &SitePlan) -> Option<&JobId> {
        self.of(site).filter(|job| !job.status.is_open()).map(|job| &job.id)
    }

    /// The bar of what the visitor began and is under way or was stopped.
    pub fn bar(&self, who: &Subject, v: &Visit) -> PageResult<Option<Markup>> {
        let own = self.0.iter().rev().find(|job| job.started_by == who.account_id);
        own.map(|job| job::state(v, job)).transpose()
    }
}

/// POST /batches/{code}/seat-plan — draws every site that waits for it.
pub async fn draw(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    v: Visit,
    _: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let code = &entry.batch.code;
    let page = format!("/batches/{code}/seat-plan");
    begin(&env, &entry, &v, page.clone(), |site| {
        (matches!(site.status, SiteStatus::ToDraw | SiteStatus::Drawing), site.version)
    })
    .await?;
    Ok(web::done(&page, "seat-plan-begun"))
}

/// Begins a job for the sites that `wanted` names, each as it was seen.
pub(super) async fn begin(
    env: &Env,
    entry: &InBatch<Arrange>,
    v: &Visit,
    page: String,
    wanted: impl Fn(&SitePlan) -> (bool, i64),
) -> PageResult<()> {
    let code = &entry.batch.code;
    let (ground, is_frozen, jobs) = {
        let mut tx = env.db.read().await?;
        let is_frozen = admission::is_frozen(&mut tx, code).await?;
        if !is_frozen {
            return Err(ArrangementRefused::NotFrozen.into());
        }
        let known = store::site_plans(&mut tx, code).await?;
        let jobs = Jobs::load(&mut tx, &known).await?;
        (Ground::load(&mut tx, code, v.t).await?, is_frozen, jobs)
    };
    let mut tx = env.db.write().await?;
    store::open(&mut tx, code, env.now()).await?;
    for site in ground.to_draw(code) {
        store::insert_site(&mut tx, &site).await?;
    }
    let new = NewJob { kind: DRAW.name, subject: code.as_str(), batch: Some(code), page };
    let job = job::begin(&mut tx, env, &entry.who, &new).await?;
    let (mut asked, mut refused) = (0, None);
    for site in store::site_plans(&mut tx, code).await? {
        let (is_wanted, seen) = wanted(&site);
        if !is_wanted {
            continue;
        }
        if let Err(why) = may_draw(is_frozen, site.status, jobs.is_asked(&site)) {
            refused = Some(why);
            continue;
        }
        let seen = SitePlan { version: seen, ..site.clone() };
        if !store::ask(&mut tx, &seen, (&job, jobs.ended(&site)), env.now()).await? {
            return Err(web::PageError::Stale);
        }
        asked += 1;
    }
    if asked == 0 {
        return Err(refused.unwrap_or(ArrangementRefused::NothingToDraw).into());
    }
    progress::report(&mut tx, env, code).await?;
    Ok(tx.commit().await?)
}
