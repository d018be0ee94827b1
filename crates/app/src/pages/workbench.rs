//! The workbench: what waits for this person, not a menu of modules; for the province also what is late in
//! which city.
use ::store::Tx;
use admission::Waiting;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Action, Env, Object, Subject};
use kernel::{Day, OrgPath, UnixMicros, WorkingCalendar};
use organisation::Organisation;
use plan::{Agenda, Batch, CityStep, CityTable, Lateness, Ongoing, StageLine, Task, city_table};
use web::{PageResult, StopState, Visit, Words};

use crate::compose;

#[derive(Template)]
#[template(path = "workbench.html")]
struct WorkbenchPage<'a> {
    v: &'a Visit,
    groups: Vec<Group>,
    /// None for who plans no batch.
    delays: Option<Vec<Delays>>,
}

/// Tasks of one urgency.
struct Group {
    name: String,
    tasks: Vec<(Task, Option<Lateness>)>,
}

impl Group {
    fn count(&self) -> usize {
        self.tasks.len()
    }
}

/// What presses in one batch.
struct Delays {
    title: String,
    href: String,
    stages: Vec<(StageLine, Lateness)>,
    steps: Vec<(CityStep, Lateness)>,
    cities: Vec<CityLine>,
}

/// One city: its name, and in each step how much is open and where one sees it.
struct CityLine {
    name: String,
    cells: Vec<(i64, String)>,
}

/// GET /workbench
pub async fn show(State(env): State<Env>, who: Subject, v: Visit) -> PageResult<Response> {
    let now = env.now();
    let mut tx = env.db.read().await?;
    let agenda = Agenda::load(&mut tx).await?;
    let waiting = admission::waiting(&mut tx, &who, &agenda).await?;
    let tasks = compose::tasks(&mut tx, &who, (&agenda, &waiting), now).await?;
    let delays = delays(&mut tx, &who, (&v, &agenda, &waiting), now).await?;
    drop(tx);
    let groups = groups(v.t, tasks, (now.day(), agenda.calendar()));
    web::page(&v, &v.t.s("nav-workbench"), &WorkbenchPage { v: &v, groups, delays })
}

/// The tasks by urgency, the most urgent first; an urgency without tasks is left out.
fn groups(t: Words, tasks: Vec<Task>, (today, calendar): (Day, &WorkingCalendar)) -> Vec<Group> {
    let mut late = Vec::new();
    let (mut soon, mut later, mut undated) = (Vec::new(), Vec::new(), Vec::new());
    for task in tasks {
        let lateness = task.due.map(|due| Lateness::of(due, today, calendar));
        let group = match lateness {
            Some(found) if found.is_over() => &mut late,
            Some(found) if found.is_pressing() => &mut soon,
            Some(_) => &mut later,
            None => &mut undated,
        };
        group.push((task, lateness));
    }
    [("tasks-late", late), ("tasks-soon", soon), ("tasks-later", later), ("tasks-undated", undated)]
        .into_iter()
        .filter(|(_, tasks)| !tasks.is_empty())
        .map(|(key, mut tasks)| {
            tasks.sort_by_key(|(task, _)| task.due);
            Group { name: t.s(key), tasks }
        })
        .collect()
}

/// What presses in each batch this person plans.
async fn delays(
    tx: &mut Tx,
    who: &Subject,
    (v, agenda, waiting): (&Visit, &Agenda, &[Waiting]),
    now: UnixMicros,
) -> sqlx::Result<Option<Vec<Delays>>> {
    if !who.carries(Action::Plan) {
        return Ok(None);
    }
    let count_from = (now.day(), agenda.calendar());
    let mut late = Vec::new();
    for one in agenda.published() {
        let object = Object { path: &one.batch.org_path, batch: Some(one.batch.code.as_str()) };
        let stages = pressing(one.lines(v.t, now), count_from);
        if who.may(Action::Plan, object, now).is_some() && !stages.is_empty() {
            late.push((one, stages));
        }
    }
    if late.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let batches: Vec<&Ongoing> = late.iter().map(|(one, _)| *one).collect();
    let open = compose::open_steps(tx, &batches, waiting, now).await?;
    let bodies = if open.is_empty() { Vec::new() } else { organisation::everything(tx).await? };
    let delays = |(one, stages): (&Ongoing, _)| {
        let of = open.iter().filter(|(code, _)| *code == one.batch.code).map(|(_, step)| step.clone());
        let table = city_table(&one.batch.org_path, &of.collect::<Vec<_>>());
        batch_delays(v.t, &one.batch, stages, (table, &bodies), count_from)
    };
    Ok(Some(late.into_iter().map(delays).collect()))
}

/// The stages that are not done and whose last day is over or comes soon.
fn pressing(lines: Vec<StageLine>, (today, calendar): (Day, &WorkingCalendar)) -> Vec<(StageLine, Lateness)> {
    let with_lateness = |line: StageLine| {
        let lateness = Lateness::of(line.due?, today, calendar);
        (line.stop.state != StopState::Done && lateness.is_pressing()).then_some((line, lateness))
    };
    lines.into_iter().filter_map(with_lateness).collect()
}

fn batch_delays(
    t: Words,
    batch: &Batch,
    stages: Vec<(StageLine, Lateness)>,
    (table, bodies): (CityTable, &[Organisation]),
    (today, calendar): (Day, &WorkingCalendar),
) -> Delays {
    let name = |path: &OrgPath| {
        let body = bodies.iter().find(|body| body.path == *path);
        body.map_or_else(|| path.to_string(), |body| t.pick(&body.name_zh, &body.name_en).to_owned())
    };
    let line = |(path, counts): (OrgPath, Vec<i64>)| CityLine {
        name: name(&path),
        cells: counts.iter().zip(&table.steps).map(|(count, step)| (*count, step.page_of(&path))).collect(),
    };
    Delays {
        title: batch.title(t),
        href: format!("/batches/{}", batch.code),
        stages,
        cities: table.cities.into_iter().map(line).collect(),
        steps: table
            .steps
            .iter()
            .map(|step| (step.clone(), Lateness::of(step.due, today, calendar)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use web::Lang;

    use super::*;

    fn task(title: &'static str, due: Option<&str>) -> Task {
        let due = due.map(|day| Day::parse(day).unwrap());
        Task { title: title.into(), count: 1, href: "/".to_owned(), due }
    }

    #[test]
    fn tasks_stand_by_urgency_and_the_earliest_last_day_first() {
        let calendar = WorkingCalendar::parse_csv(include_str!("../../../../data/calendar-cn.csv")).unwrap();
        let tasks = vec![
            task("undated", None),
            task("later", Some("2021-05-22")),
            task("soon", Some("2021-05-08")),
            task("late", Some("2021-04-29")),
            task("today", Some("2021-04-30")),
        ];
        let groups = groups(Words(Lang::En), tasks, (Day::parse("2021-04-30").unwrap(), &calendar));
        let shown: Vec<(&str, Vec<&str>)> = groups
            .iter()
            .map(|group| (group.name.as_str(), group.tasks.iter().map(|(task, _)| task.title.key).collect()))
            .collect();
        assert_eq!(
            shown,
            [
                ("Overdue", vec!["late"]),
                ("Within five working days", vec!["today", "soon"]),
                ("Later", vec!["later"]),
                ("Without a last day", vec!["undated"]),
            ]
        );
    }
}
