//! The queue: every application of the batch by how it stands.
use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Query, State as Extract},
    response::Response,
};
use identity::{Action, Env};
use kernel::{OrgPath, UnixMicros};
use person::Person;
use plan::{Batch, BatchLevel, BatchPoint, InBatch, ReadBatch};
use registration::Application;
use web::{Form, Markup, PageResult, Visit};

use super::{
    filter::{Asked, FilterQuery, Paged, read_page},
    reach,
};
use crate::{
    Decision, Frozen, Opinion, Ruler, State, Total,
    standing::by_level,
    store::{
        self,
        queue::{Filter, Part, Queued},
    },
};

/// One line of the queue.
struct Line {
    application: Application,
    person: Person,
    state: State,
    /// What is proposed; only while it waits.
    opinion: Option<Opinion>,
}

impl Line {
    fn proposed(&self) -> Option<&Decision> {
        self.opinion.as_ref().map(|opinion| &opinion.proposed)
    }

    fn is_pending(&self) -> bool {
        self.state == State::Pending
    }

    /// Whether it can be accepted from the queue: it waits, and the machine proposes so.
    fn may_accept(&self) -> bool {
        self.proposed() == Some(&Decision::Accept)
    }
}

#[derive(Template)]
#[template(path = "admission/queue.html")]
struct QueuePage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    asked: Asked,
    paged: Paged,
    form: Form,
    counts: Vec<(State, i64)>,
    lines: Vec<Line>,
    /// Rows the filter leaves.
    found: i64,
    levels: Vec<BatchLevel>,
    points: Vec<BatchPoint>,
    frozen: Option<Frozen>,
    sees_rows: bool,
    may_review: bool,
    may_pay: bool,
    may_freeze: bool,
    is_late: bool,
}

impl QueuePage<'_> {
    fn count(&self, state: State) -> i64 {
        self.counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count)
    }

    /// Everybody but those who took it back.
    fn all(&self) -> i64 {
        let stay = self.counts.iter().filter(|(state, _)| *state != State::Withdrawn);
        stay.map(|(_, count)| count).sum()
    }

    /// Everybody the tab of all states shows.
    fn every(&self) -> i64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// 报名完成: nothing is left for the applicant to do.
    fn complete(&self) -> i64 {
        self.count(State::Paid) + self.count(State::Admitted)
    }

    fn states(&self) -> Vec<State> {
        State::ALL
            .into_iter()
            .filter(|state| self.count(*state) > 0 || self.asked.filter.state == Some(*state))
            .collect()
    }

    fn level_name(&self, row: &Application) -> String {
        level_name(self.v, &self.levels, row)
    }

    fn point_name(&self, path: &OrgPath) -> String {
        point_name(self.v, &self.points, path)
    }

    fn select(&self, field: &str) -> Markup {
        let any = (String::new(), self.v.t.s("admission-any"));
        let mut options = vec![any];
        let add = |value: String, words: &str, options: &mut Vec<(String, String)>| {
            if !options.iter().any(|(known, _)| *known == value) {
                options.push((value, words.to_owned()));
            }
        };
        for level in &self.levels {
            if field == "occupation" {
                let name = self.v.t.pick(&level.occupation_zh, &level.occupation_en);
                add(level.occupation_code.to_string(), name, &mut options);
            } else if field == "level" {
                add(
                    level.level_code.to_string(),
                    self.v.t.pick(&level.level_zh, &level.level_en),
                    &mut options,
                );
            }
        }
        if field == "point" {
            for point in &self.points {
                add(
                    point.point_path.to_string(),
                    self.v.t.pick(&point.point_zh, &point.point_en),
                    &mut options,
                );
            }
        }
        let label = match field {
            "occupation" => "field-occupation",
            "level" => "field-level",
            _ => "admission-point",
        };
        self.form.select(&self.v.t, field, label, &options)
    }

    /// Whether many can be accepted from here at once.
    fn may_accept_many(&self) -> bool {
        self.may_review && self.frozen.is_none() && self.lines.iter().any(Line::may_accept)
    }
}

/// Occupation and level of an application in the visitor's language.
pub(super) fn level_name(v: &Visit, levels: &[BatchLevel], row: &Application) -> String {
    let level = levels
        .iter()
        .find(|level| level.occupation_code == row.occupation_code && level.level_code == row.level_code);
    level.map_or_else(String::new, |level| {
        let occupation = v.t.pick(&level.occupation_zh, &level.occupation_en);
        format!("{occupation} · {}", v.t.pick(&level.level_zh, &level.level_en))
    })
}

/// Name of a registration point in the visitor's language.
pub(super) fn point_name(v: &Visit, points: &[BatchPoint], path: &OrgPath) -> String {
    let point = points.iter().find(|point| point.point_path == *path);
    point.map_or_else(|| path.to_string(), |point| v.t.pick(&point.point_zh, &point.point_en).to_owned())
}

/// GET /batches/{code}/admission
pub async fn show(
    Extract(env): Extract<Env>,
    entry: InBatch<ReadBatch>,
    Query(query): Query<FilterQuery>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let (review, pay) = (reach(&entry, &env, Action::Review), reach(&entry, &env, Action::RecordPayment));
    // Figures are for everybody who works in the batch, people only for those who deal with them.
    let at = if !review.is_empty() {
        &review
    } else if !pay.is_empty() {
        &pay
    } else {
        &entry.at
    };
    let sees_rows = !review.is_empty() || !pay.is_empty();
    let asked = query.read();
    let (part, filter) = (Part::held(batch, at), &asked.filter);
    let every_state = Filter { state: None, ..filter.clone() };
    let totals = by_level(&store::queue::counts(&mut tx, part, &every_state).await?);
    let counts = State::ALL.map(|state| (state, sum(&totals, state))).to_vec();
    let is_wanted = |state: State| filter.state.is_none_or(|wanted| wanted == state);
    let found = counts.iter().filter(|(state, _)| is_wanted(*state)).map(|(_, count)| count).sum();
    let paged = if sees_rows { read_page(&mut tx, part, &asked).await? } else { Paged::default() };
    let levels = plan::levels(&mut tx, &batch.code).await?;
    let lines = lines(&mut tx, &env, (batch, &levels), &paged.rows).await?;
    // Before this stage is done there is nothing to ask for.
    let frozen = if entry.is_done(3) { store::frozen(&mut tx, &batch.code).await? } else { None };
    let form = Form::filled(&[
        ("occupation", filter.occupation.as_ref().map_or("", |code| code.as_str())),
        ("level", filter.level.as_ref().map_or("", |code| code.as_str())),
        ("point", filter.point.as_ref().map_or("", |path| path.as_str())),
    ]);
    let page = QueuePage {
        head: plan::stage_head(&mut tx, &entry, 3, &v, env.now()).await?,
        levels,
        points: plan::points(&mut tx, &batch.code).await?,
        frozen,
        may_review: !review.is_empty(),
        may_pay: !pay.is_empty(),
        may_freeze: reach(&entry, &env, Action::Freeze).contains(&batch.org_path),
        is_late: is_late(&entry, env.now()),
        v: &v,
        batch,
        asked,
        paged,
        form,
        counts,
        lines,
        found,
        sees_rows,
    };
    web::page(&v, &v.t.s("stage-3"), &page)
}

fn sum(totals: &[Total], state: State) -> i64 {
    totals.iter().filter(|total| total.state == state).map(|total| total.count).sum()
}

/// Whether the window of review is over. It is half-open and nothing stops: people decide.
pub(super) fn is_late<D>(entry: &InBatch<D>, now: UnixMicros) -> bool {
    entry.window("review").is_some_and(|window| window.closes_at <= now)
}

async fn lines(
    tx: &mut ::store::Tx,
    env: &Env,
    (batch, levels): (&Batch, &[BatchLevel]),
    rows: &[Queued],
) -> PageResult<Vec<Line>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = rows.iter().map(|row| row.application_id.clone()).collect();
    let applications = registration::applications_chosen(tx, &ids).await?;
    let ids: Vec<_> = applications.iter().map(|row| row.person_id.clone()).collect();
    let people = person::load_many(tx, &env.vault, &ids).await?;
    let people: HashMap<_, _> = people.into_iter().map(|person| (person.id.clone(), person)).collect();
    let mut applications: HashMap<_, _> =
        applications.into_iter().map(|application| (application.id.clone(), application)).collect();
    // Only what waits is measured.
    let is_measured = rows.iter().any(|row| row.state == State::Pending);
    let measured = if is_measured { levels } else { &[] };
    let ruler = Ruler::of_levels(tx, batch, measured).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(application) = applications.remove(&row.application_id) else { continue };
        // One person may apply for two levels.
        let Some(person) = people.get(&application.person_id).cloned() else { continue };
        let opinion = match row.state {
            State::Pending => Some(ruler.measure(&env.vault, &application, &person)?),
            State::Returned
            | State::Refused
            | State::Accepted
            | State::Paid
            | State::Admitted
            | State::LeftOut
            | State::Withdrawn => None,
        };
        lines.push(Line { application, person, state: row.state, opinion });
    }
    Ok(lines)
}
