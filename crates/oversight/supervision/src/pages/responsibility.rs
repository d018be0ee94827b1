//! The responsibility matrix of a batch: each step with who may do it, and each city with its people.
use std::{borrow::Borrow, collections::BTreeSet};

use ::store::Tx;
use admission::CityNames;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Env, Holder, Role};
use kernel::OrgPath;
use plan::{InBatch, ReadBatch};
use web::{Markup, PageResult, Visit};

use crate::{Duty, Ground, Matrix, Places, Staffing, steps};

/// The page is about all nine stages: none of them is the current one.
const WHOLE: usize = 0;

/// Roles that work at a place, in the order of the stages; those of the centre count in the sum alone, because
/// nine columns do not fit on paper.
const ROLES: [Role; 7] = [
    Role::Registrar,
    Role::Reviewer,
    Role::ExamOfficer,
    Role::Invigilator,
    Role::ScoreClerk,
    Role::Examiner,
    Role::PanelMember,
];

#[derive(Template)]
#[template(path = "responsibility/show.html")]
struct ResponsibilityPage<'a> {
    v: &'a Visit,
    head: Markup,
    matrix: Matrix,
    root: &'a OrgPath,
    names: CityNames,
    /// The parts somebody sees who does not see the whole.
    part: Vec<String>,
}

impl ResponsibilityPage<'_> {
    fn roles(&self) -> [Role; 7] {
        ROLES
    }

    fn role(&self, role: impl Borrow<Role>) -> String {
        self.v.t.s(&format!("role-{}", role.borrow().code()))
    }

    /// The roles that carry a step.
    fn done_by(&self, duty: &Duty) -> String {
        let roles = duty.step.action.roles().iter().map(|role| self.role(role));
        roles.collect::<Vec<_>>().join(&self.v.t.s("responsibility-or"))
    }

    /// `1 / 13`, or a dash for what concerns the whole batch.
    fn own(&self, duty: &Duty) -> String {
        match duty.step.ground {
            Ground::Whole => "—".to_owned(),
            Ground::Point | Ground::Site => format!("{} / {}", duty.own, duty.places),
        }
    }

    /// The cities of the places where people are missing.
    fn missing(&self, duty: &Duty) -> String {
        let cities: BTreeSet<OrgPath> =
            duty.missing.iter().map(|place| admission::city_of(self.root, place)).collect();
        let names = cities.iter().map(|city| self.names.of(city));
        names.collect::<Vec<_>>().join(&self.v.t.s("responsibility-and"))
    }

    fn name(&self, city: &OrgPath) -> String {
        self.names.of(city)
    }

    fn count(&self, staffing: &Staffing, role: impl Borrow<Role>) -> usize {
        staffing.of(*role.borrow())
    }
}

/// GET /batches/{code}/responsibilities
pub async fn show(State(env): State<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let now = env.now();
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let names = CityNames::read(&mut tx, batch, v.t).await?;
    let part = match entry.at_whole() {
        Ok(()) => Vec::new(),
        Err(_) => entry.at.iter().map(|path| names.of(path)).collect(),
    };
    let places = places(&mut tx, &entry).await?;
    let steps = steps(&plan::components(&mut tx, &batch.code).await?);
    let mut holders: Vec<Holder> = identity::holders(&mut tx, now).await?;
    holders.retain(|one| one.batch_code.as_deref().is_none_or(|code| code == batch.code.as_str()));
    let page = ResponsibilityPage {
        head: plan::stage_head(&mut tx, &entry, WHOLE, &v, now).await?,
        matrix: Matrix::of(&batch.org_path, &places, &steps, &holders),
        root: &batch.org_path,
        names,
        part,
        v: &v,
    };
    web::page(&v, &v.t.s("responsibility"), &page)
}

/// Points and sites of the batch within the reader's reach.
async fn places(tx: &mut Tx, entry: &InBatch<ReadBatch>) -> sqlx::Result<Places> {
    let root = &entry.batch.org_path;
    let points = plan::points(tx, &entry.batch.code).await?;
    let used: BTreeSet<_> = points.iter().flat_map(plan::BatchPoint::sites).collect();
    let sites = venue::sites(tx).await?.into_iter().filter(|site| used.contains(&site.id));
    let mut places = Places {
        points: points.iter().map(|point| point.point_path.clone()).collect(),
        sites: sites.map(|site| site.org_path).collect(),
        cities: BTreeSet::new(),
    };
    places.points.retain(|path| entry.reaches(path));
    places.sites.retain(|path| entry.reaches(path));
    places.cities =
        places.points.iter().chain(&places.sites).map(|path| admission::city_of(root, path)).collect();
    Ok(places)
}
