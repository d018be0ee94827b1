//! Duties: proposed by one, decided by another, taken back by one. Nobody gives a duty to themselves.
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Day, Digest, OrgPath, UnixMicros};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{Form, Message, PageError, PageResult, Visit};

use super::account::{seen, show::again};
use crate::{
    Env, GiveDuties, Grant, GrantProposal, Holding, NotGiven, PlaceSource, Places, Role, Subject,
    approval::{self, Decision, Proposed},
    giving::clash_with,
    grant,
    rules::duty::{Giving, check_branches, check_giving, gives_as},
    store::{account, duty},
};

/// The kind of approval.
const GIVE: &str = "grant.give";
/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 200;

/// POST /accounts/{id}/grant-proposals with `role`, `org_path`, `batch`, `from`, `until`, `reason`.
pub async fn propose(
    State(env): State<Env>,
    v: Visit,
    held: Holding<GiveDuties>,
    source: PlaceSource,
    Path(id): Path<String>,
    mut form: Form,
) -> PageResult<Response> {
    let who = &held.who;
    let proposal = {
        let mut tx = env.db.read().await?;
        let account = seen(&mut tx, &held.at, &id, env.now()).await?;
        if account.disabled_at.is_some() {
            return Err(PageError::refused("account-is-closed"));
        }
        let places = (source.0)(&mut tx).await?;
        match read(&env, &mut form, &held, &id, &places) {
            Some(proposal) => refuse_clash(&mut tx, &mut form, ("role", source), proposal).await?,
            None => None,
        }
    };
    let Some(proposal) = proposal else {
        return again(&env, &v, who, source, &id, form).await;
    };
    put(&env, who, &proposal).await?;
    Ok(web::done(&format!("/accounts/{id}"), "grant-proposed"))
}

/// Writes a proposal down, for somebody else to decide.
pub async fn put(env: &Env, who: &Subject, proposal: &GrantProposal) -> PageResult<()> {
    let mut tx = env.db.write().await?;
    duty::insert_proposal(&mut tx, proposal).await?;
    let digest = digest(proposal);
    let what =
        Proposed { kind: GIVE, object: &proposal.id, batch: None, digest: &digest, reason: &proposal.reason };
    approval::propose(&mut tx, env, who, what).await?;
    who.note("grant.propose", "account", &proposal.account_id)
        .reason(&proposal.reason)
        .payload(json!({ "proposal": proposal.id, "role": proposal.role, "path": proposal.org_path,
            "stands_in_for": proposal.stands_in_for }))
        .record(&mut tx, env)
        .await?;
    Ok(tx.commit().await?)
}

/// The proposal a form makes; none when something in it is wrong.
fn read(
    env: &Env,
    form: &mut Form,
    held: &Holding<GiveDuties>,
    id: &str,
    places: &Places,
) -> Option<GrantProposal> {
    let now = env.now();
    let role = Role::from_code(form.value("role"));
    if role.is_none() {
        form.refuse("role", "grant-choose-role");
    }
    let path = OrgPath::parse(form.value("org_path")).ok();
    let path = path.filter(|path| places.organisations.iter().any(|place| place.code == path.as_ref()));
    if path.is_none() {
        form.refuse("org_path", "grant-choose-place");
    }
    let batch = Some(form.value("batch").to_owned()).filter(|code| !code.is_empty());
    if batch.as_ref().is_some_and(|code| !places.batches.iter().any(|place| place.code == *code)) {
        form.refuse("batch", "grant-choose-batch");
    }
    let (from, until, reason) = read_terms(form);
    let (role, path, from) = (role?, path?, from?);
    let giving = Giving { by: &held.who.account_id, at: &held.at, to: id, path: &path, from, until };
    if let Err(refused) = check_giving(&giving, now) {
        form.refuse(refused.field(), refused.message());
    }
    let gives = gives_as(&held.who.grants, &path, now);
    form.is_ok().then(|| GrantProposal {
        id: env.new_id(),
        account_id: id.to_owned(),
        role: role.code().to_owned(),
        org_path: path,
        batch_code: batch,
        valid_from: from,
        valid_until: until,
        reason,
        proposed_by: held.who.account_id.clone(),
        proposed_as: gives.map_or("", Role::code).to_owned(),
        stands_in_for: None,
        proposed_at: now,
    })
}

/// From when until when, and why, in a form with `from`, `until` and `reason`; the last day counts whole.
pub fn read_terms(form: &mut Form) -> (Option<UnixMicros>, Option<UnixMicros>, String) {
    let from = form.parse("from", Day::parse).map(|day| day.at(0, 0));
    let until = match form.value("until") {
        "" => None,
        _ => form.parse("until", Day::parse).map(|last| last.plus_days(1).at(0, 0)),
    };
    let reason = form.required("reason").unwrap_or_default();
    if reason.chars().count() > REASON_CHARS_MAX {
        form.refuse("reason", Message::new("grant-reason-long").with("n", REASON_CHARS_MAX));
    }
    (from, until, reason)
}

/// POST /grant-proposals/{id}/decision with `decision` (approve, reject).
pub async fn decide(
    State(env): State<Env>,
    held: Holding<GiveDuties>,
    source: PlaceSource,
    Path(id): Path<String>,
    form: Form,
) -> PageResult<Response> {
    let (who, now) = (&held.who, env.now());
    let mut tx = env.db.write().await?;
    let proposal = duty::proposal(&mut tx, &id).await?.ok_or(PageError::NotFound)?;
    if !held.at.iter().any(|path| path.contains(&proposal.org_path)) {
        return Err(PageError::NotFound);
    }
    let decision = match form.value("decision") {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject,
        _ => return Err(PageError::refused("form-unreadable")),
    };
    if !duty::proposal_waits(&mut tx, &id).await? {
        return Err(PageError::Stale);
    }
    let Some(role) = Role::from_code(&proposal.role) else {
        return Err(PageError::Internal(format!("{} is no role", proposal.role)));
    };
    let giving = Giving {
        by: &who.account_id,
        at: &held.at,
        to: &proposal.account_id,
        path: &proposal.org_path,
        from: proposal.valid_from,
        until: proposal.valid_until,
    };
    if decision == Decision::Approve {
        let gives = gives_as(&who.grants, &proposal.org_path, now);
        check_giving(&giving, now)
            .and_then(|()| check_branches(&proposal.proposed_as, gives))
            .map_err(|refused| PageError::Refused(refused.message()))?;
    }
    let digest = digest(&proposal);
    let approved = approval::decide(&mut tx, &env, who, GIVE, &id, &digest, decision).await?;
    let (status, action, sentence) = match approved {
        Some(_) => ("approved", "grant.give", "grant-given"),
        None => ("rejected", "grant.refuse", "grant-refused"),
    };
    if !duty::decide_proposal(&mut tx, &id, status, &who.account_id, now).await? {
        return Err(PageError::Stale);
    }
    if approved.is_some() {
        give(&mut tx, (&proposal, role), source, (&who.account_id, now)).await?;
    }
    who.note(action, "account", &proposal.account_id)
        .reason(&proposal.reason)
        .payload(json!({ "proposal": id, "role": proposal.role, "path": proposal.org_path,
            "batch": proposal.batch_code, "digest": digest.as_str() }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/accounts/{}", proposal.account_id), sentence))
}

/// The proposal, unless somebody who has the duties of its account does not get this one; then the form says why.
pub async fn refuse_clash(
    tx: &mut ::store::Tx,
    form: &mut Form,
    (field, source): (&'static str, PlaceSource),
    proposal: GrantProposal,
) -> PageResult<Option<GrantProposal>> {
    let Some(role) = Role::from_code(&proposal.role) else { return Ok(None) };
    let wanted = wanted(&proposal, role);
    Ok(match clash_with(tx, &proposal.account_id, &wanted).await? {
        Some(clash) => {
            form.refuse(field, clash.message(&(source.0)(tx).await?));
            None
        }
        None => Some(proposal),
    })
}

/// The duty that a proposal would become.
fn wanted(proposal: &GrantProposal, role: Role) -> Grant {
    Grant {
        id: proposal.id.clone(),
        role,
        path: proposal.org_path.clone(),
        batch: proposal.batch_code.clone(),
        from: proposal.valid_from,
        until: proposal.valid_until,
    }
}

/// Writes the duty; it never counts before it was decided.
async fn give(
    tx: &mut ::store::Tx,
    (proposal, role): (&GrantProposal, Role),
    source: PlaceSource,
    (by, now): (&str, UnixMicros),
) -> PageResult<()> {
    if let Some(theirs) = &proposal.stands_in_for
        && !duty::hold(tx, theirs).await?
    {
        return Err(PageError::refused("stand-in-holder-left"));
    }
    let account = account::staff_account(tx, &proposal.account_id).await?.ok_or(PageError::NotFound)?;
    if account.disabled_at.is_some() {
        return Err(PageError::refused("account-is-closed"));
    }
    let wanted = wanted(proposal, role);
    let given = Grant { from: wanted.from.max(now), ..wanted };
    match grant(tx, &proposal.account_id, &given, by, &proposal.reason).await {
        Err(NotGiven::Clash(clash)) => {
            return Err(PageError::Refused(clash.message(&(source.0)(tx).await?)));
        }
        Err(NotGiven::Store(error)) => return Err(error.into()),
        Ok(()) => {}
    }
    Ok(duty::note_proposer(tx, proposal).await?)
}

/// POST /grants/{id}/revocation with `reason` — one person is enough, and it counts at once.
pub async fn revoke(
    State(env): State<Env>,
    held: Holding<GiveDuties>,
    Path(id): Path<String>,
    form: Form,
) -> PageResult<Response> {
    let (who, now) = (&held.who, env.now());
    let mut tx = env.db.write().await?;
    let line = duty::grant_line(&mut tx, &id).await?.ok_or(PageError::NotFound)?;
    if !held.at.iter().any(|path| path.contains(&line.org_path)) {
        return Err(PageError::NotFound);
    }
    if form.value("reason").is_empty() {
        return Err(PageError::refused("grant-end-reason"));
    }
    if is_last(&mut tx, &line.role, (&id, ""), now).await? {
        return Err(PageError::refused("account-last-administrator"));
    }
    if !duty::end_grant(&mut tx, &id, &who.account_id, now).await? {
        return Err(PageError::Stale);
    }
    end_stand_ins(&mut tx, &env, who, (&id, ""), form.value("reason")).await?;
    who.note("grant.end", "account", &line.account_id)
        .reason(form.value("reason"))
        .payload(json!({ "grant": id, "role": line.role, "path": line.org_path }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/accounts/{}", line.account_id), "grant-ended"))
}

/// Ends the duties of whoever stands in for the holder of a grant, or of any grant of an account.
pub async fn end_stand_ins(
    tx: &mut ::store::Tx,
    env: &Env,
    who: &Subject,
    whose: (&str, &str),
    reason: &str,
) -> PageResult<()> {
    for (id, account) in duty::stand_ins(tx, whose, env.now()).await? {
        duty::end_grant(tx, &id, &who.account_id, env.now()).await?;
        let payload = json!({ "grant": id });
        who.note("grant.end", "account", &account).reason(reason).payload(payload).record(tx, env).await?;
    }
    Ok(())
}

/// Whether nobody but this grant or this account would keep accounts, or duties.
pub async fn is_last(
    tx: &mut ::store::Tx,
    role: &str,
    (grant, account): (&str, &str),
    now: UnixMicros,
) -> sqlx::Result<bool> {
    let is_kept = [Role::Administrator, Role::SecurityAdministrator].iter().any(|kept| kept.code() == role);
    Ok(is_kept && duty::others_with_role(tx, role, grant, account, now).await? == 0)
}

/// SHA-256 of everything a proposal says.
fn digest(proposal: &GrantProposal) -> Digest {
    // A proposal of plain values always serialises.
    let bytes = serde_json::to_vec(proposal).unwrap_or_default();
    Digest::from_bytes(&Sha256::digest(bytes).into())
}
