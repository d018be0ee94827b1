//! A workbook of figures, written down as a job. Two people bring one each; what they wrote is compared
//! candidate by candidate as it is written, exactly as on the sheets, and neither sees the other's.
use std::collections::{BTreeSet, HashMap};

use identity::Action;
use job::{Kind, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use plan::Batch;
use scheme::{Component, ComponentKind};
use serde_json::json;

use crate::{
    AssessmentRefused,
    figures::{Writer, Written},
    progress::{self, Expected},
    room::Target,
    rules::digest_of,
    scoring::batch_of,
    store::{self, Entered, Import, ImportRow, RowState},
};

/// Writes the figures of a workbook down.
pub(crate) const IMPORT: Kind = Kind { name: "score.import", run, undo };

/// Rows of one step. Source: [own]; a step stays below the 50 ms a write transaction may take.
const AT_ONCE: i64 = 40;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { write(&work).await })
}

/// A figure that was written down stays, as on a sheet; the rest waits.
fn undo(_: Work) -> UndoFuture {
    Box::pin(async { Ok(()) })
}

/// The duty by which figures of a kind of part are written down.
pub(crate) fn duty_of(kind: ComponentKind) -> Action {
    match kind {
        ComponentKind::Theory | ComponentKind::Other => Action::EnterScores,
        ComponentKind::Practical => Action::ScorePractical,
        ComponentKind::Panel => Action::ScorePanel,
    }
}

async fn write(work: &Work) -> Result<Outcome, Stopped> {
    let gone = || Stopped::Broken("the workbook of the job is gone".to_owned());
    let mut tx = work.env.db.read().await?;
    let code = work.job.batch_code.clone().ok_or_else(gone)?;
    let import = store::import(&mut tx, &code, &work.job.subject).await?.ok_or_else(gone)?;
    drop(tx);
    let batch = batch_of(work, duty_of(import.kind)).await?;
    let mut tx = work.env.db.read().await?;
    let mut components: HashMap<String, Component> = HashMap::new();
    for part in plan::components(&mut tx, &batch.code).await? {
        if let Some(component) = scheme::component(&mut tx, &part.component_id).await? {
            components.insert(part.id, component);
        }
    }
    let expected = Expected::read(&mut tx, &batch.code).await?;
    drop(tx);
    let total = usize::try_from(import.row_count).unwrap_or_default();
    loop {
        let rows = store::rows_waiting(&mut work.env.db.read().await?, &import.id, AT_ONCE).await?;
        if rows.is_empty() {
            break;
        }
        step(work, &batch, &import, (&components, &expected), &rows, total).await?;
    }
    let counts = store::row_counts(&mut work.env.db.read().await?, &import.id).await?;
    let of = |state| {
        let count = counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count);
        usize::try_from(count).unwrap_or_default()
    };
    let said = Outcome::new("score-outcome-import").with("rows", total - of(RowState::Refused));
    Ok(said.with("differ", of(RowState::Differs)).with("refused", of(RowState::Refused)))
}

/// Some rows, with what became of each, in one transaction.
async fn step(
    work: &Work,
    batch: &Batch,
    import: &Import,
    (components, expected): (&HashMap<String, Component>, &Expected),
    rows: &[ImportRow],
    total: usize,
) -> Result<(), Stopped> {
    let env = &work.env;
    let mut tx = env.db.write().await?;
    let parts: BTreeSet<&str> = rows.iter().map(|row| row.component_id.as_str()).collect();
    for part in parts {
        store::take_sheet(&mut tx, part).await?;
    }
    let ids: Vec<&str> = rows.iter().map(|row| row.application_id.as_str()).collect();
    let Entered { mut entries, done } = store::entries_of(&mut tx, &ids).await?;
    let writer = Writer { env, batch: &batch.code, who: &work.who.account_id };
    let mut lines = Vec::new();
    for row in rows {
        let target = target(row);
        let written = if done.contains(&target.key()) {
            Err(AssessmentRefused::Complete)
        } else if import.kind == ComponentKind::Theory {
            let key = (row.component_id.clone(), row.application_id.clone());
            writer.enter(&mut tx, &target, entries.entry(key).or_default(), row.outcome()).await?
        } else {
            let component = components.get(&row.component_id);
            let component =
                component.ok_or_else(|| Stopped::Broken("a part names no component".to_owned()))?;
            writer.seal(&mut tx, component, &target, row.outcome()).await?
        };
        let (state, refusal) = match &written {
            Ok(Written::Entered) => (RowState::Entered, ""),
            Ok(Written::Agreed) => (RowState::Agreed, ""),
            Ok(Written::Differs) => (RowState::Differs, ""),
            Err(refused) => (RowState::Refused, refused.message().key),
        };
        if written.is_ok() {
            lines.push(format!("{} {}", row.number, row.outcome().text()));
        }
        store::settle_row(&mut tx, &import.id, row.row_no, state, refusal).await?;
    }
    progress::report(&mut tx, &batch.code, expected, env.now()).await?;
    let parts: BTreeSet<&str> = rows.iter().map(|row| row.component_id.as_str()).collect();
    for part in parts {
        note(&mut tx, work, batch, (import, part), &lines).await?;
    }
    let counts = store::row_counts(&mut tx, &import.id).await?;
    let waiting = counts.iter().find(|(state, _)| *state == RowState::Waiting).map_or(0, |(_, count)| *count);
    work.progress(&mut tx, total - usize::try_from(waiting).unwrap_or_default().min(total), total).await?;
    tx.commit().await?;
    Ok(())
}

/// As the sheets do: a keyed hash proves later what was written, and shows nothing to a reader of the trail.
async fn note(
    tx: &mut ::store::Tx,
    work: &Work,
    batch: &Batch,
    (import, part): (&Import, &str),
    lines: &[String],
) -> sqlx::Result<()> {
    let action = if import.kind == ComponentKind::Theory { "score.enter" } else { "score.seal" };
    let seal = work.env.vault.index("score.seal", digest_of(lines).as_str());
    work.who
        .note(action, "component", part)
        .batch(batch.code.as_str())
        .payload(json!({ "import": import.id, "count": lines.len(), "seal": seal, "file": import.file_digest.as_str() }))
        .record(tx, &work.env)
        .await
}

fn target(row: &ImportRow) -> Target {
    Target {
        application_id: row.application_id.clone(),
        number: row.number.clone(),
        component_id: row.component_id.clone(),
        room_use_id: row.room_use_id.clone(),
    }
}
