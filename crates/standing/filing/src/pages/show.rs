//! One case: what it asks for, how it stands, what happened, and what this visitor may do to it.
use ::store::Tx;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{
    AccountNames, Env, Subject, account_names,
    approval::{self, Proposal},
};
use kernel::{Day, OrgPath};
use organisation::{Filing, ObjectGroup, Organisation};
use web::{Form, PageError, PageResult, Visit, page, page_again};

use super::{
    assessment::{active, candidates},
    decision::{APPROVE, DECISIONS, found},
    entry::{InCase, PrepareCase, ReadFilingCases, Side, Sides},
    handling::{course, may_be_taken_back},
    words,
};
use crate::{
    CaseAct, CaseKind, CaseMode, CaseState, Material, Outcome, Procedure, after,
    rules::{
        change::{HoldsTo, gets_code},
        request::Line,
    },
    store::{
        assessment::{self, Assessor, Points},
        case::FilingCase,
        event::{self, Event},
        objection::{self, Objection},
        procedure,
        request::{self, Paper},
    },
};

/// What happened before a decision, and is not for the applicant: somebody proposed, somebody did not agree.
const BEFORE_THE_DECISION: [&str; 3] = ["propose-approval", "propose-refusal", "proposal-rejected"];

/// A line of the list of papers.
struct PaperLine {
    material: Material,
    paper: Option<Paper>,
}

impl PaperLine {
    /// Kilobytes, rounded up.
    fn kilobytes(&self) -> i64 {
        self.paper.as_ref().map_or(0, |paper| (paper.byte_count + 1023).div_euclid(1024))
    }
}

/// What this visitor may do now.
#[derive(Debug, Clone, Copy, Default)]
struct May {
    prepare: bool,
    hand_in_later: bool,
    withdraw: bool,
    check: bool,
    give_back: bool,
    appoint: bool,
    assess: bool,
    propose: bool,
    approve: bool,
    decide: bool,
    object: bool,
    grant: bool,
    plaque: bool,
}

/// Choices of the forms.
#[derive(Default)]
struct Choices {
    occupations: Vec<(String, String)>,
    levels: Vec<(String, String)>,
    groups: Vec<(String, String)>,
    experts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "case/show.html")]
struct CasePage<'a> {
    v: &'a Visit,
    form: Form,
    case: FilingCase,
    holder: Organisation,
    authority: Organisation,
    procedure: Procedure,
    lines: Vec<Line>,
    line_names: Vec<(String, String)>,
    papers: Vec<PaperLine>,
    assessors: Vec<Assessor>,
    outcome: Option<Outcome>,
    points: Vec<Points>,
    objections: Vec<Objection>,
    events: Vec<Event>,
    names: AccountNames,
    proposal: Option<Proposal>,
    is_proposer: bool,
    filing: Option<Filing>,
    choices: Choices,
    may: May,
    /// Whether the terms are for their eyes: what is decided is, what is not only for the authority's.
    shows_terms: bool,
    today: Day,
}

impl CasePage<'_> {
    fn title(&self) -> String {
        let name = self.v.t.pick(&self.holder.name_zh, &self.holder.name_en).to_owned();
        self.v.t.values("case-title", &[("name", name), ("case", self.v.t.s(words::kind(self.case.kind)))])
    }

    fn tag(&self) -> (&'static str, String) {
        let (class, key) = words::state(self.case.state);
        (class, self.v.t.s(key))
    }

    fn filing_kind(&self) -> String {
        self.v.t.s(self.case.filing_kind.label())
    }

    fn mode(&self) -> String {
        self.v.t.s(words::mode(self.case.mode))
    }

    fn group(&self, group: &ObjectGroup) -> String {
        self.v.t.s(group.label())
    }

    fn is_late(&self) -> bool {
        self.case.is_late(self.today)
    }

    fn names_scope(&self) -> bool {
        self.case.kind.names_scope()
    }

    fn who(&self, account: &str) -> String {
        self.names.of(account).to_owned()
    }

    fn said(&self, event: &Event) -> String {
        self.v.t.s(&format!("case-event-{}", event.act))
    }

    fn may_promise(&self, material: &Material) -> bool {
        self.case.mode == CaseMode::Commitment && material.may_be_promised
    }

    /// A promised paper follows whatever became of the case.
    fn may_hand_in(&self, line: &PaperLine) -> bool {
        let is_promised = line.paper.as_ref().is_some_and(|paper| paper.digest.is_none());
        self.may.prepare || (is_promised && self.may.hand_in_later)
    }

    fn gets_code(&self) -> bool {
        gets_code(self.case.kind, self.case.filing_kind)
    }

    fn has_end(&self) -> bool {
        HoldsTo::of(self.case.kind) != HoldsTo::Absent
    }

    fn last_day(&self, day: &Day) -> Day {
        day.plus_days(-1)
    }

    fn answer_field(&self, one: &Objection) -> String {
        format!("answer-{}", one.number)
    }

    fn sum(&self, account: &str) -> i64 {
        self.points.iter().filter(|row| row.account_id == account).map(|row| row.points).sum()
    }

    fn is_approval(&self) -> bool {
        self.proposal.as_ref().is_some_and(|proposal| proposal.kind == APPROVE)
    }

    fn plaque(&self) -> Option<String> {
        self.filing.as_ref().and_then(|filing| filing.plaque_number.clone())
    }
}

/// GET /filing-cases/{id}
pub async fn show(State(env): State<Env>, v: Visit, entry: InCase<ReadFilingCases>) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let shown = load(&mut tx, &env, &v, &entry.who, (entry.sides, entry.case), Form::default()).await?;
    page(&v, &shown.title(), &shown)
}

/// The page again, with what is wrong in one of its forms.
pub(super) async fn again<S: Side>(
    env: &Env,
    v: &Visit,
    entry: &InCase<S>,
    case: FilingCase,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let shown = load(&mut tx, env, v, &entry.who, (entry.sides, case), form).await?;
    page_again(v, &shown.title(), &shown, false)
}

async fn load<'a>(
    tx: &mut Tx,
    env: &Env,
    v: &'a Visit,
    who: &Subject,
    (sides, case): (Sides, FilingCase),
    form: Form,
) -> PageResult<CasePage<'a>> {
    let today = env.now().day();
    let bodies = organisation::by_paths(tx, &[&case.org_path, &case.authority_path]).await?;
    let body =
        |path: &OrgPath| bodies.iter().find(|row| row.path == *path).cloned().ok_or(PageError::NotFound);
    let (holder, authority) = (body(&case.org_path)?, body(&case.authority_path)?);
    let known = procedure::by_id(tx, &case.procedure_id).await?;
    let papers = papers(tx, &case).await?;
    let lines = request::lines(tx, &case.id).await?;
    let assessors = assessment::assessors(tx, &case.id).await?;
    let (outcome, points) = outcome(tx, &case, (&known, &assessors), sides).await?;
    // Nobody objects before it is announced.
    let objections = match case.announced_until {
        Some(_) => objection::objections(tx, &case.id).await?,
        None => Vec::new(),
    };
    let undecided = sides.sees_undecided() && !case.state.is_over();
    let proposal = match undecided {
        true => approval::pending_of(tx, DECISIONS, case.id.as_str()).await?,
        false => None,
    };
    let mut may = may(who, sides, &case, &known, (&assessors, &objections, proposal.as_ref()), today);
    let mut experts = if may.appoint { candidates(tx, &case, env.now()).await? } else { Vec::new() };
    may.appoint &= active(&assessors, &experts) < known.assessors;
    experts.retain(|id| !assessors.iter().any(|one| one.account_id == *id));
    let mut events = event::events(tx, &case.id).await?;
    events.retain(|event| sides.sees_undecided() || !BEFORE_THE_DECISION.contains(&event.act.as_str()));
    let accounts = events.iter().map(|event| event.account_id.as_str());
    let accounts = accounts.chain(assessors.iter().map(|one| one.account_id.as_str()));
    let names = account_names(tx, accounts.chain(experts.iter().map(String::as_str))).await?;
    let filing = match &case.filing_id {
        Some(id) => organisation::one_filing(tx, id).await?,
        None => None,
    };
    let (line_names, mut choices) = scope_words(tx, v, &lines, today).await?;
    choices.experts = experts.into_iter().map(|id| (id.clone(), names.of(&id).to_owned())).collect();
    let is_proposer = proposal.as_ref().is_some_and(|one| one.proposed_by == who.account_id);
    let form =
        if may.propose && form.is_ok() { proposed(&case, &known, filing.as_ref(), today) } else { form };
    let is_decided = matches!(case.state, CaseState::Announced | CaseState::Granted);
    let shows_terms = is_decided || (sides.sees_undecided() && case.state != CaseState::Refused);
    Ok(CasePage {
        v,
        shows_terms,
        form,
        case,
        holder,
        authority,
        procedure: known,
        lines,
        line_names,
        papers,
        assessors,
        outcome,
        points,
        objections,
        events,
        names,
        proposal,
        is_proposer,
        filing,
        choices,
        may,
        today,
    })
}

/// What a procedure would give, for the form of the proposal.
fn proposed(case: &FilingCase, known: &Procedure, filing: Option<&Filing>, today: Day) -> Form {
    let from = match (case.kind, filing.and_then(|filing| filing.valid_to)) {
        (CaseKind::Renewal, Some(ends)) => ends.max(today),
        (_, _) => today,
    };
    let to = from.plus_years(known.valid_years).plus_days(-1).to_string();
    let is_needed = HoldsTo::of(case.kind) == HoldsTo::Needed;
    Form::filled(&[("holds_from", &from.to_string()), ("holds_to", if is_needed { &to } else { "" })])
}

async fn papers(tx: &mut Tx, case: &FilingCase) -> PageResult<Vec<PaperLine>> {
    let materials = procedure::materials(tx, &case.procedure_id).await?;
    let mut papers = request::papers(tx, &case.id).await?;
    let mut line = |material: Material| {
        let place = papers.iter().position(|paper| paper.position == material.position);
        PaperLine { paper: place.map(|place| papers.swap_remove(place)), material }
    };
    Ok(materials.into_iter().map(&mut line).collect())
}

/// What the experts found: for the authority once all have sealed, for the applicant once it is decided.
async fn outcome(
    tx: &mut Tx,
    case: &FilingCase,
    (known, assessors): (&Procedure, &[Assessor]),
    sides: Sides,
) -> PageResult<(Option<Outcome>, Vec<Points>)> {
    let is_known = match case.state {
        CaseState::Draft | CaseState::Submitted | CaseState::Returned | CaseState::Complete => false,
        CaseState::Assessed => sides.sees_undecided() || sides.assesses,
        CaseState::Withdrawn => sides.sees_undecided(),
        CaseState::Announced | CaseState::Granted | CaseState::Refused => true,
    };
    let sealed: Vec<&str> =
        assessors.iter().filter(|one| one.sealed_at.is_some()).map(|one| one.account_id.as_str()).collect();
    // Before as many have sealed as the procedure asks for there is nothing to show.
    let is_whole = i64::try_from(sealed.len()).unwrap_or(i64::MAX) >= known.assessors;
    if !known.is_assessed() || !is_known || !is_whole {
        return Ok((None, Vec::new()));
    }
    let mut points = assessment::points(tx, &case.id).await?;
    points.retain(|row| sealed.contains(&row.account_id.as_str()));
    Ok((Some(found(tx, known, (assessors, &points)).await?), points))
}

fn may(
    who: &Subject,
    sides: Sides,
    case: &FilingCase,
    known: &Procedure,
    (assessors, objections, proposal): (&[Assessor], &[Objection], Option<&Proposal>),
    today: Day,
) -> May {
    let can = |act| after(case.state, act, course(case, known)).is_ok();
    let prepares = PrepareCase::admits(sides, case);
    let handles = sides.handles;
    let is_free = proposal.is_none();
    let is_quiet = objections.iter().all(|one| one.is_upheld == Some(false));
    let is_over = case.announced_until.is_some_and(|until| until <= today);
    let is_mine = |one: &&Assessor| one.account_id == who.account_id;
    May {
        prepare: prepares && can(CaseAct::Submit),
        hand_in_later: prepares,
        withdraw: prepares && may_be_taken_back(case),
        check: handles && can(CaseAct::FindComplete) && is_free,
        give_back: handles && can(CaseAct::Return),
        appoint: handles && can(CaseAct::Assess),
        assess: can(CaseAct::Assess)
            && assessors.iter().find(is_mine).is_some_and(|one| one.sealed_at.is_none()),
        propose: handles && is_free && can(CaseAct::Refuse),
        approve: can(CaseAct::Approve),
        decide: handles && proposal.is_some_and(|one| one.proposed_by != who.account_id),
        object: handles && case.state == CaseState::Announced,
        grant: handles && can(CaseAct::Grant) && is_over && is_quiet && is_free,
        plaque: handles && case.state == CaseState::Granted,
    }
}

/// Names of the lines, and what a new line may be.
async fn scope_words(
    tx: &mut Tx,
    v: &Visit,
    lines: &[Line],
    today: Day,
) -> PageResult<(Vec<(String, String)>, Choices)> {
    let occupations = scheme::occupations(tx, today).await?;
    let levels = scheme::levels(tx, today).await?;
    let occupations: Vec<(String, String)> = occupations
        .into_iter()
        .filter_map(|row| Some((row.code?.to_string(), v.t.pick(&row.name_zh, &row.name_en).to_owned())))
        .collect();
    let levels: Vec<(String, String)> = levels
        .into_iter()
        .map(|row| (row.code.to_string(), v.t.pick(&row.name_zh, &row.name_en).to_owned()))
        .collect();
    let name = |of: &[(String, String)], code: &str| {
        of.iter().find(|(known, _)| known == code).map_or_else(|| code.to_owned(), |(_, name)| name.clone())
    };
    let named = lines
        .iter()
        .map(|line| {
            (name(&occupations, line.occupation_code.as_str()), name(&levels, line.level_code.as_str()))
        })
        .collect();
    let groups = ObjectGroup::ALL.map(|group| (words::code(group), v.t.s(group.label()))).to_vec();
    Ok((named, Choices { occupations, levels, groups, experts: vec![] }))
}
