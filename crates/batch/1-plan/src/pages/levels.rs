//! The levels a plan may name: those whose standard is in force and that a filing covers; and what a form chose of them.
use ::store::Tx;
use identity::Env;
use kernel::{Day, LevelCode, OccupationCode, OrgPath, UnixMicros};
use organisation::Evaluator;
use scheme::{ComponentKind, Delivery, Standard};
use web::{Form, PageResult};

use crate::{BatchComponent, BatchLevel, PlanRefused, store::Plan};

/// One level of one occupation.
pub(super) struct ScopeChoice {
    pub value: String,
    pub occupation: scheme::Occupation,
    pub level: scheme::Level,
}

impl ScopeChoice {
    /// As refusals name it.
    fn name(&self) -> String {
        format!("{} {}", self.occupation.name_zh, self.level.name_zh)
    }
}

/// What may be chosen, and what may not.
pub(super) struct LevelChoices {
    pub scope: Vec<ScopeChoice>,
    /// What has a standard, and is covered by no filing.
    pub beyond: Vec<ScopeChoice>,
}

impl LevelChoices {
    /// What the body at `home` may choose for an exam on `day`.
    pub(super) async fn load(tx: &mut Tx, home: &OrgPath, day: Day) -> sqlx::Result<Self> {
        let levels = scheme::levels(tx, day).await?;
        let standards = scheme::standards(tx).await?;
        let body = Evaluator::load(tx, home).await?;
        let (mut scope, mut beyond) = (Vec::new(), Vec::new());
        for occupation in scheme::occupations(tx, day).await?.into_iter().filter(|o| o.enabled) {
            let Some(code) = occupation.code.clone() else { continue };
            let Some(standard) = Standard::in_force(&standards, &code, day) else { continue };
            for level in levels.iter().filter(|level| standard.levels.codes().contains(&level.code)) {
                let value = format!("{code}:{}", level.code);
                let is_covered = body.filing_for(&code, &level.code, day).is_ok();
                let choices = if is_covered { &mut scope } else { &mut beyond };
                choices.push(ScopeChoice { value, occupation: occupation.clone(), level: level.clone() });
            }
        }
        Ok(Self { scope, beyond })
    }

    /// Reads what a form chose into the plan, with parts and fees; what cannot be is written into the form.
    pub(super) async fn read(
        &self,
        tx: &mut Tx,
        env: &Env,
        form: &mut Form,
        plan: &mut Plan,
    ) -> PageResult<()> {
        let chosen: Vec<String> = form.all("scope").to_vec();
        let is_chosen = |choice: &&ScopeChoice| chosen.contains(&choice.value);
        if let Some(choice) = self.beyond.iter().find(is_chosen) {
            let refused = PlanRefused::OutOfScope(choice.name());
            form.refuse(refused.field(), refused.message());
        }
        for choice in self.scope.iter().filter(is_chosen) {
            if let Err(refused) = add_level(tx, env, form, plan, choice).await? {
                form.refuse(refused.field(), refused.message());
            }
        }
        if plan.levels.is_empty() && !self.beyond.iter().any(|choice| is_chosen(&choice)) {
            form.refuse("scope", PlanRefused::NoScope.message());
        }
        Ok(())
    }
}

async fn add_level(
    tx: &mut Tx,
    env: &Env,
    form: &mut Form,
    plan: &mut Plan,
    choice: &ScopeChoice,
) -> PageResult<Result<(), PlanRefused>> {
    let day = plan.batch.exam_date;
    let name = choice.name();
    let code: OccupationCode = match choice.occupation.code.clone() {
        Some(code) => code,
        None => return Ok(Err(PlanRefused::NoStandard(name))),
    };
    let level: LevelCode = choice.level.code.clone();
    let Some(standard) = scheme::standard_in_force(tx, &code, day).await? else {
        return Ok(Err(PlanRefused::NoStandard(name)));
    };
    let parts = scheme::components(tx, &standard.id, &level, day).await?;
    let fees = scheme::fees(tx, &standard.id, &level, jurisdiction(&plan.batch.org_path), day).await?;
    let ids: Vec<_> = parts.iter().map(|part| part.id.clone()).collect();
    let Some(fee) = scheme::total_fee(&fees, &ids) else { return Ok(Err(PlanRefused::NoFee(name))) };
    for part in parts {
        let Some(starts_at) = starts_at(form, part.kind, day) else { continue };
        plan.components.push(BatchComponent {
            id: env.new_id(),
            occupation_code: code.clone(),
            level_code: level.clone(),
            component_id: part.id,
            kind: part.kind,
            position: part.position,
            name_zh: part.name_zh,
            name_en: part.name_en,
            delivery: delivery(form, &code, part.kind, part.delivery),
            minutes: part.minutes,
            pass_mark: part.pass_mark,
            starts_at,
        });
    }
    plan.levels.push(BatchLevel {
        occupation_code: code,
        level_code: level,
        standard_id: standard.id,
        occupation_zh: choice.occupation.name_zh.clone(),
        occupation_en: choice.occupation.name_en.clone(),
        level_zh: choice.level.name_zh.clone(),
        level_en: choice.level.name_en.clone(),
        fee,
    });
    Ok(Ok(()))
}

/// Whose prices hold: the topmost organisation of the tree.
fn jurisdiction(path: &OrgPath) -> &str {
    path.as_str().trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// Theory and practical on the day of the exam, a panel on the day after.
fn starts_at(form: &mut Form, kind: ComponentKind, exam: Day) -> Option<UnixMicros> {
    let (field, day) = match kind {
        ComponentKind::Theory => ("theory_at", exam),
        ComponentKind::Practical | ComponentKind::Other => ("practical_at", exam),
        ComponentKind::Panel => ("panel_at", exam.plus_days(1)),
    };
    form.parse(field, |time| UnixMicros::parse_text(&format!("{day} {time}")))
}

/// The plan may sit theory on paper or on computers whatever the standard's usual way is.
fn delivery(form: &Form, occupation: &OccupationCode, kind: ComponentKind, usual: Delivery) -> Delivery {
    if kind != ComponentKind::Theory {
        return usual;
    }
    match form.value(&format!("delivery-{occupation}")) {
        "paper" => Delivery::Paper,
        "computer" => Delivery::Computer,
        _ => usual,
    }
}
