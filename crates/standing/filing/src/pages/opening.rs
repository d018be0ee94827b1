//! Opening a case: for which body, and what it asks for.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{Action, Env, Subject, everywhere};
use kernel::{Day, OrgPath};
use organisation::{FilingKind, Held, Organisation, OrganisationKind};
use serde::Deserialize;
use serde_json::json;
use web::{Form, PageError, PageResult, Visit, page, page_again};

use super::{entry::MayOpen, words};
use crate::{
    CaseKind, CaseMode, CaseState,
    rules::{procedure::in_force, request::check_opening},
    store::{
        case::{self, FilingCase},
        event, procedure,
    },
};

/// Bodies named on a page; whoever looks for another narrows the list.
const BODIES_MOST: usize = 30;
/// Longest wish, in characters.
const WISH_CHARS_MAX: usize = 500;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OpeningQuery {
    organisation: String,
    q: String,
}

#[derive(Template)]
#[template(path = "case/new.html")]
struct OpeningPage<'a> {
    v: &'a Visit,
    form: Form,
    q: String,
    /// Bodies to choose from, when none is chosen.
    bodies: Vec<Organisation>,
    more: bool,
    chosen: Option<Organisation>,
    subjects: Vec<(String, String)>,
    modes: Vec<(String, String)>,
    authorities: Vec<(String, String)>,
}

/// GET /filing-cases/new?organisation=…&q=…
pub async fn new(
    State(env): State<Env>,
    v: Visit,
    held: MayOpen,
    Query(query): Query<OpeningQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let mut bodies = bodies(&mut tx, &env, &held.who).await?;
    let is_only = bodies.len() == 1;
    let chosen = bodies.iter().position(|row| row.id.as_str() == query.organisation || is_only);
    let form = Form::default();
    let shown = match chosen {
        Some(place) => chosen_page(&mut tx, &env, &v, &held.who, bodies.swap_remove(place), form).await?,
        None if query.organisation.is_empty() => {
            let wanted = query.q.trim().to_lowercase();
            bodies.retain(|row| {
                [&row.name_zh, &row.name_en].iter().any(|name| name.to_lowercase().contains(&wanted))
            });
            let more = bodies.len() > BODIES_MOST;
            bodies.truncate(BODIES_MOST);
            OpeningPage {
                v: &v,
                form,
                q: query.q,
                bodies,
                more,
                chosen: None,
                subjects: vec![],
                modes: vec![],
                authorities: vec![],
            }
        }
        None => return Err(PageError::NotFound),
    };
    page(&v, &v.t.s("case-open"), &shown)
}

async fn chosen_page<'a>(
    tx: &mut Tx,
    env: &Env,
    v: &'a Visit,
    who: &Subject,
    chosen: Organisation,
    form: Form,
) -> PageResult<OpeningPage<'a>> {
    let today = env.now().day();
    let subjects = subjects(tx, v, &chosen, today).await?;
    let asked = asked(tx, &chosen, today).await?;
    let name = |row: &Organisation| (row.path.to_string(), v.t.pick(&row.name_zh, &row.name_en).to_owned());
    let authorities = asked.authorities.iter().chain(&asked.head).map(name).collect();
    let modes = modes(env, who, &chosen).into_iter();
    let modes = modes.map(|mode| (words::code(mode), v.t.s(words::mode(mode)))).collect();
    Ok(OpeningPage {
        v,
        form: form.needs(&["subject", "mode", "authority"]),
        q: String::new(),
        bodies: vec![],
        more: false,
        chosen: Some(chosen),
        subjects,
        modes,
        authorities,
    })
}

/// The bodies for which somebody may open a case: those they manage, and those that the authority for which they work
/// looks after, or whose network they run.
async fn bodies(tx: &mut Tx, env: &Env, who: &Subject) -> PageResult<Vec<Organisation>> {
    let now = env.now();
    let mut roots = everywhere(&who.grants, Action::ApplyForFilings, now);
    let authorities = everywhere(&who.grants, Action::HandleFilings, now);
    roots.extend(organisation::supervised_by(tx, &authorities, now.day()).await?);
    roots.extend(authorities);
    let mut rows: Vec<Organisation> = Vec::new();
    for root in topmost(roots) {
        rows.extend(organisation::within(tx, &root).await?);
    }
    rows.retain(|row| FilingKind::ALL.iter().any(|kind| kind.may_be_held_by(row.kind)));
    Ok(rows)
}

/// The places of which none lies below another.
fn topmost(mut paths: Vec<OrgPath>) -> Vec<OrgPath> {
    paths.sort_unstable();
    paths.dedup();
    let all = paths.clone();
    paths.retain(|path| !all.iter().any(|other| other != path && other.contains(path)));
    paths
}

/// How this person may bring in a case of this body.
fn modes(env: &Env, who: &Subject, body: &Organisation) -> Vec<CaseMode> {
    let object = identity::Object { path: &body.path, batch: None };
    let applies = who.may(Action::ApplyForFilings, object, env.now()).is_some();
    // Nobody handles a case of a body they manage.
    let handles = !applies && !everywhere(&who.grants, Action::HandleFilings, env.now()).is_empty();
    let may = |mode: &CaseMode| if mode.is_by_the_applicant() { applies } else { handles };
    CaseMode::ALL.into_iter().filter(may).collect()
}

/// Whom a body asks.
struct AskedOf {
    /// Who looks after it.
    authorities: Vec<Organisation>,
    /// For a station or base: the head of its network.
    head: Option<Organisation>,
}

impl AskedOf {
    fn of(&self, kind: FilingKind) -> Vec<&Organisation> {
        if kind == FilingKind::Station {
            self.head.iter().collect()
        } else {
            self.authorities.iter().collect()
        }
    }
}

async fn asked(tx: &mut Tx, body: &Organisation, today: Day) -> PageResult<AskedOf> {
    // Stations and bases hold nothing but what their network gives them.
    if !body.kind.is_of_a_network() {
        let authorities = organisation::authorities_of(tx, &body.path, today).await?;
        return Ok(AskedOf { authorities, head: None });
    }
    let way: Vec<OrgPath> = std::iter::successors(body.path.parent(), OrgPath::parent).collect();
    let mut above = organisation::by_paths(tx, &way.iter().collect::<Vec<_>>()).await?;
    // In the order of the tree: the nearest is the last.
    above.retain(|row| row.kind == OrganisationKind::Association);
    Ok(AskedOf { authorities: Vec::new(), head: above.pop() })
}

/// What a case may ask for: of a kind of filing, or of one that is there.
async fn subjects(
    tx: &mut Tx,
    v: &Visit,
    body: &Organisation,
    today: Day,
) -> PageResult<Vec<(String, String)>> {
    let held = organisation::held_at(tx, std::slice::from_ref(&body.path)).await?;
    let mut options = Vec::new();
    for kind in FilingKind::ALL {
        if check_opening(CaseKind::Application, kind, body.kind, (&held, None), today).is_ok() {
            let said = v.t.values("case-subject-first", &[("kind", v.t.s(kind.label()))]);
            options.push((format!("first:{}", words::code(kind)), said));
        }
    }
    for one in &held {
        for kind in CaseKind::ALL {
            let about = (held.as_slice(), Some(one));
            if check_opening(kind, one.filing.kind, body.kind, about, today).is_ok() {
                let filing = v.t.s(one.filing.kind.label());
                let said =
                    v.t.values("case-subject-of", &[("case", v.t.s(words::kind(kind))), ("kind", filing)]);
                options.push((format!("{}:{}", one.filing.id, words::code(kind)), said));
            }
        }
    }
    Ok(options)
}

/// What a chosen subject means.
fn read_subject<'h>(text: &str, held: &'h [Held]) -> Option<(CaseKind, FilingKind, Option<&'h Held>)> {
    let (id, code) = text.rsplit_once(':')?;
    if id == "first" {
        let kind = FilingKind::ALL.into_iter().find(|kind| words::code(kind) == code)?;
        return Some((CaseKind::Application, kind, None));
    }
    let about = held.iter().find(|one| one.filing.id.as_str() == id)?;
    let kind = CaseKind::ALL.into_iter().find(|kind| words::code(kind) == code)?;
    Some((kind, about.filing.kind, Some(about)))
}

/// POST /filing-cases with `organisation`, `subject`, `mode`, `authority`, `wish`.
pub async fn open(State(env): State<Env>, v: Visit, held: MayOpen, mut form: Form) -> PageResult<Response> {
    let who = &held.who;
    let mut tx = env.db.write().await?;
    let bodies = bodies(&mut tx, &env, who).await?;
    let body = bodies.into_iter().find(|row| row.id.as_str() == form.value("organisation"));
    let body = body.ok_or(PageError::NotFound)?;
    let Some(new) = read(&mut tx, &env, who, &body, &mut form).await? else {
        drop(tx);
        let mut tx = env.db.read().await?;
        let shown = chosen_page(&mut tx, &env, &v, who, body, form).await?;
        return page_again(&v, &v.t.s("case-open"), &shown, false);
    };
    case::open(&mut tx, &new).await?;
    event::add(&mut tx, &new.id, ("open", &who.account_id), &new.wish, env.now()).await?;
    who.note("filing-case.open", "filing-case", new.id.as_str())
        .payload(json!({
            "number": new.number, "kind": new.kind, "filing_kind": new.filing_kind, "path": new.org_path,
            "authority": new.authority_path, "mode": new.mode,
        }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/filing-cases/{}", new.id), "case-opened"))
}

/// The case a form opens; none when something in it is wrong.
async fn read(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    body: &Organisation,
    form: &mut Form,
) -> PageResult<Option<FilingCase>> {
    let (now, today) = (env.now(), env.now().day());
    let held = organisation::held_at(tx, std::slice::from_ref(&body.path)).await?;
    let subject = read_subject(form.value("subject"), &held);
    let subject = subject
        .filter(|(kind, of, about)| check_opening(*kind, *of, body.kind, (&held, *about), today).is_ok());
    let mode = modes(env, who, body).into_iter().find(|mode| words::code(mode) == form.value("mode"));
    if mode.is_none() {
        form.refuse("mode", "case-choose-mode");
    }
    let wish = form.value("wish").to_owned();
    if wish.chars().count() > WISH_CHARS_MAX {
        form.refuse("wish", web::Message::new("case-words-long").with("n", WISH_CHARS_MAX));
    }
    let Some((kind, filing_kind, about)) = subject else {
        form.refuse("subject", "case-choose-subject");
        return Ok(None);
    };
    let asked = asked(tx, body, today).await?;
    let authority =
        asked.of(filing_kind).into_iter().find(|row| row.path.as_str() == form.value("authority"));
    let may_ask = |path: &OrgPath| {
        mode.is_some_and(CaseMode::is_by_the_applicant)
            || who.may(Action::HandleFilings, identity::Object { path, batch: None }, now).is_some()
    };
    let Some(authority) = authority.map(|row| row.path.clone()).filter(may_ask) else {
        form.refuse("authority", "case-choose-authority");
        return Ok(None);
    };
    let procedures = procedure::for_kind(tx, filing_kind, kind).await?;
    let Some(procedure) = in_force(&procedures, &authority, today) else {
        form.refuse("subject", "case-no-procedure");
        return Ok(None);
    };
    let (Some(mode), true) = (mode, form.is_ok()) else { return Ok(None) };
    Ok(Some(FilingCase {
        id: env.new_id().into(),
        number: case::next_number(tx, today.year()).await?,
        kind,
        filing_kind,
        organisation_id: body.id.clone(),
        org_path: body.path.clone(),
        filing_id: about.map(|held| held.filing.id.clone()),
        authority_path: authority,
        procedure_id: procedure.id.clone(),
        mode,
        state: CaseState::Draft,
        version: 1,
        wish,
        correction: String::new(),
        due_on: None,
        site_code: None,
        document: String::new(),
        holds_from: None,
        holds_to: None,
        reason: String::new(),
        announced_until: None,
        opened_by: who.account_id.clone(),
        opened_at: now,
        changed_at: now,
    }))
}
