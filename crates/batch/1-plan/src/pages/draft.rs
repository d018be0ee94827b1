//! Drawing up a plan: one form, checked as a whole, saved as a draft.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{Env, Holding};
use kernel::{BatchCode, Day, OccupationCode, OrgPath};
use serde::Deserialize;
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{
    copying::{fill, fill_new},
    levels::LevelChoices,
    seating::{PointChoice, Seating},
    timetable::{DAYS, read_dates, windows},
};
use crate::{
    Batch, InBatch, PlanDuty, Progress, ProgressState, check_timetable,
    rules::{Span, check_parts},
    scope::out_of_scope,
    stage_head,
    store::{self, Plan},
};

/// What may be chosen in the form.
struct Choices {
    levels: LevelChoices,
    seating: Seating,
}

#[derive(Template)]
#[template(path = "batch/form.html")]
struct FormPage<'a> {
    v: &'a Visit,
    head: Markup,
    form: Form,
    choices: Choices,
    action: String,
    is_new: bool,
}

impl FormPage<'_> {
    fn chosen(&self, field: &str, value: &str) -> bool {
        self.form.all(field).iter().any(|sent| sent == value)
    }

    /// Where the batch of a draft is shown: the form is sent below it.
    fn batch_page(&self) -> &str {
        self.action.trim_end_matches("/plan")
    }

    fn deliveries(&self) -> Vec<(String, String)> {
        [("", "delivery-standard"), ("computer", "delivery-computer"), ("paper", "delivery-paper")]
            .map(|(value, key)| (value.to_owned(), self.v.t.s(key)))
            .to_vec()
    }

    fn occupations(&self) -> Vec<&scheme::Occupation> {
        let mut seen: Vec<&scheme::Occupation> = Vec::new();
        for choice in &self.choices.levels.scope {
            if !seen.iter().any(|known| known.id == choice.occupation.id) {
                seen.push(&choice.occupation);
            }
        }
        seen
    }

    /// What a select of the table is for, to be read aloud.
    fn site_label(&self, choice: &PointChoice, occupation: Option<&&scheme::Occupation>) -> String {
        let point = self.v.t.pick(&choice.point.name_zh, &choice.point.name_en);
        let column = match occupation {
            Some(one) => self.v.t.a("plan-site-of", self.v.t.pick(&one.name_zh, &one.name_en)),
            None => self.v.t.s("plan-site"),
        };
        format!("{point} · {column}")
    }

    fn delivery_select(&self, occupation: &scheme::Occupation) -> Markup {
        let code = occupation.code.as_ref().map_or("", |code| code.as_str());
        self.form.select(&self.v.t, &format!("delivery-{code}"), "field-delivery", &self.deliveries())
    }
}

/// What the address of a new plan says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    /// Code of the batch it is made like; by itself of none.
    from: String,
}

/// GET /batches/new?from=…
pub async fn new(
    State(env): State<Env>,
    entry: Holding<PlanDuty>,
    v: Visit,
    Query(query): Query<NewQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let form = match query.from.as_str() {
        "" => Form::filled(&[("theory_at", "09:00"), ("practical_at", "14:00"), ("panel_at", "09:00")]),
        code => {
            let like = store::batch(&mut tx, code).await?;
            let like = like.filter(|batch| entry.at.iter().any(|at| at.contains(&batch.org_path)));
            fill_new(&store::plan(&mut tx, like.ok_or(PageError::NotFound)?).await?)
        }
    };
    let choices = choices(&mut tx, home(&entry)?, env.now().day()).await?;
    let page = FormPage {
        v: &v,
        head: Markup::default(),
        form: marked(form),
        choices,
        action: "/batches".into(),
        is_new: true,
    };
    web::page(&v, &v.t.s("batch-new"), &page)
}

/// POST /batches
pub async fn create(
    State(env): State<Env>,
    entry: Holding<PlanDuty>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    let home = home(&entry)?.clone();
    let mut tx = env.db.write().await?;
    let Some(plan) = read_plan(&mut tx, &env, &mut form, &home, None).await? else {
        return again(&mut tx, &env, &v, form, &home, None).await;
    };
    let code = plan.batch.code.clone();
    if !store::insert_batch(&mut tx, &plan.batch, env.now()).await? {
        form.refuse("code", "batch-code-taken");
        return again(&mut tx, &env, &v, form, &home, None).await;
    }
    store::replace_parts(&mut tx, &plan).await?;
    let progress = Progress { state: ProgressState::Now, count: 0, note_key: "plan-note-draft" };
    store::report_progress(&mut tx, &code, 1, progress, env.now()).await?;
    entry
        .who
        .note("plan.draft", "batch", code.as_str())
        .batch(code.as_str())
        .payload(json!({ "plan": plan }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{code}"), "plan-saved"))
}

/// GET /batches/{code}/plan
pub async fn edit(State(env): State<Env>, entry: InBatch<PlanDuty>, v: Visit) -> PageResult<Response> {
    entry.at_whole()?;
    let mut tx = env.db.read().await?;
    if entry.batch.published_at.is_some() {
        return Err(PageError::refused("plan-published-fixed"));
    }
    let head = stage_head(&mut tx, &entry, 1, &v, env.now()).await?;
    let windows = entry.course().windows.clone();
    let plan = store::plan_with(&mut tx, entry.batch, windows).await?;
    let choices = choices(&mut tx, &plan.batch.org_path, env.now().day()).await?;
    let action = format!("/batches/{}/plan", plan.batch.code);
    let form = marked(fill(&plan));
    web::page(&v, &plan.batch.title(v.t), &FormPage { v: &v, head, form, choices, action, is_new: false })
}

/// POST /batches/{code}/plan
pub async fn change(
    State(env): State<Env>,
    entry: InBatch<PlanDuty>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    if entry.batch.published_at.is_some() {
        return Err(PageError::refused("plan-published-fixed"));
    }
    let home = entry.batch.org_path.clone();
    let mut tx = env.db.write().await?;
    let Some(mut plan) = read_plan(&mut tx, &env, &mut form, &home, Some(&entry.batch.code)).await? else {
        return again(&mut tx, &env, &v, form, &home, Some(&entry)).await;
    };
    plan.batch.version = form.value("seen_version").parse().unwrap_or_default();
    if !store::update_draft(&mut tx, &plan.batch).await? {
        return Err(PageError::Stale);
    }
    store::replace_parts(&mut tx, &plan).await?;
    let code = plan.batch.code.clone();
    entry
        .who
        .note("plan.change", "batch", code.as_str())
        .batch(code.as_str())
        .payload(json!({ "plan": plan }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{code}"), "plan-saved"))
}

async fn again(
    tx: &mut Tx,
    env: &Env,
    v: &Visit,
    form: Form,
    home: &OrgPath,
    entry: Option<&InBatch<PlanDuty>>,
) -> PageResult<Response> {
    let choices = choices(tx, home, env.now().day()).await?;
    let head = match entry {
        Some(entry) => stage_head(tx, entry, 1, v, env.now()).await?,
        None => Markup::default(),
    };
    let to = |entry: &InBatch<PlanDuty>| format!("/batches/{}/plan", entry.batch.code);
    let action = entry.map_or_else(|| "/batches".to_owned(), to);
    let form = marked(form);
    let page = FormPage { v, head, form, choices, action, is_new: entry.is_none() };
    web::page_again(v, &v.t.s("batch-new"), &page, false)
}

/// The form with what must be filled marked.
fn marked(form: Form) -> Form {
    form.needs(&["code", "title_zh", "title_en"]).needs(&DAYS)
}

/// The organisation in whose name this person plans.
fn home(entry: &Holding<PlanDuty>) -> Result<&OrgPath, PageError> {
    entry.at.first().ok_or(PageError::NotFound)
}

async fn choices(tx: &mut Tx, home: &OrgPath, day: Day) -> sqlx::Result<Choices> {
    Ok(Choices { levels: LevelChoices::load(tx, home, day).await?, seating: Seating::load(tx, home).await? })
}

/// Reads the whole form; `None` when something in it is wrong and marked.
async fn read_plan(
    tx: &mut Tx,
    env: &Env,
    form: &mut Form,
    home: &OrgPath,
    known: Option<&BatchCode>,
) -> PageResult<Option<Plan>> {
    let code = match known {
        Some(code) => Some(code.clone()),
        None => form.parse("code", BatchCode::parse),
    };
    let (title_zh, title_en) = (form.required("title_zh"), form.required("title_en"));
    let dates = read_dates(form);
    let (Some(code), Some(title_zh), Some(title_en), Some(dates)) = (code, title_zh, title_en, dates) else {
        return Ok(None);
    };
    let calendar = scheme::calendar(tx).await?;
    let rule = scheme::time_limit(tx, "registration_end_before_exam", dates.exam).await?;
    let span = rule.map(|rule| Span { working_days: rule.working_days, text: rule.text_zh });
    for refused in check_timetable(&dates, span.as_ref(), &calendar) {
        form.refuse(refused.field(), refused.message());
    }
    let batch = Batch {
        code,
        title_zh,
        title_en,
        org_path: home.clone(),
        reference_date: dates.reference,
        exam_date: dates.exam,
        version: 1,
        published_at: None,
    };
    let mut plan =
        Plan { windows: windows(&dates), batch, levels: vec![], components: vec![], points: vec![] };
    let choices = choices(tx, home, plan.batch.exam_date).await?;
    choices.levels.read(tx, env, form, &mut plan).await?;
    for refused in check_parts(&plan.components) {
        form.refuse(refused.field(), refused.message());
    }
    let mut occupations: Vec<OccupationCode> =
        plan.levels.iter().map(|level| level.occupation_code.clone()).collect();
    occupations.dedup();
    plan.points = choices.seating.read(form, &occupations);
    for refused in out_of_scope(tx, &plan, &[plan.batch.exam_date]).await? {
        form.refuse(refused.field(), refused.message());
    }
    Ok(form.is_ok().then_some(plan))
}
