//! The file of a roster becomes rows of a table: read once to find what is wrong with the file itself,
//! and once more to hand its rows on, a few at a time.
use std::{ops::ControlFlow, sync::Arc};

use decode::{Decoder, Unread};
use job::{Stopped, Work};
use tokio::sync::mpsc;

use crate::{
    decoding::{Rows, Whole},
    intake,
    roster_file::{FileRefused, Limits},
    rules::{
        roster::{Heading, SheetRow},
        template::template,
    },
    staging::{self, AT_ONCE, number},
    store::{
        roster::{self as rosters, Roster},
        roster_row as rows,
    },
};

/// Portions of rows that wait between the reader and the table. Source: [own].
const WAITING: usize = 2;

/// An opened file, looked through from end to end.
pub(crate) struct File {
    bytes: Arc<Vec<u8>>,
    limits: Limits,
    head: Vec<SheetRow>,
    /// Rows that hold something.
    rows: usize,
}

/// Opens the file and looks through it.
///
/// # Errors
/// Refused, when it is no roster; broken, when it is not there or does not open.
pub(crate) async fn open(work: &Work, roster: &Roster) -> Result<File, Stopped> {
    let env = &work.env;
    let sealed = env.blobs.get(&roster.sealed_digest).map_err(|error| Stopped::Broken(error.to_string()))?;
    let sealed = sealed.ok_or_else(|| Stopped::Broken("the file of the roster is gone".to_owned()))?;
    let opened = env.vault.open_bytes(staging::file_place(&roster.id), &sealed);
    let bytes = Arc::new(opened.map_err(|error| Stopped::Broken(error.to_string()))?);
    drop(sealed);
    let limits = {
        let mut tx = env.db.read().await?;
        intake::limits(&mut tx, env).await?
    };
    let looked = Arc::clone(&bytes);
    let measure = env.decoder.in_turn(move |decoder| decoder.read_one::<Whole>(&limits, &looked)).await?;
    let measure = measure.map_err(web::PageError::from)?;
    Ok(File { bytes, limits, head: measure.head, rows: measure.rows })
}

/// Finds the heading and keeps it.
///
/// # Errors
/// Storage.
pub(crate) async fn keep_heading(work: &Work, roster: &Roster, file: &File) -> Result<Heading, Stopped> {
    let chosen = roster.template_chosen.then(|| template(&roster.template_id));
    let heading = Heading::find(&file.head, chosen);
    let sealed = staging::seal_heading(&work.env, &roster.id, &heading.cells);
    let mut step = work.step().await?;
    let row_no = number(heading.row);
    rosters::set_heading(&mut step.tx, &roster.id, &sealed, &heading.template.id, row_no).await?;
    work.progress(&mut step.tx, 0, 0).await?;
    step.commit(1).await?;
    Ok(heading)
}

/// Puts every row below the heading into the table; says how many those are.
///
/// # Errors
/// As [`open`]; storage.
pub(crate) async fn stage(work: &Work, roster: &Roster, file: File) -> Result<usize, Stopped> {
    let total = file.rows.saturating_sub(1);
    let columns = template(&roster.template_id).columns.len();
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let decoder = work.env.decoder.clone();
    // Not in turn: it waits for the steps below, and there are as many of these as jobs run at once.
    let reader = tokio::task::spawn_blocking(move || read(&decoder, &file, &sender));
    let mut done = 0;
    while let Some(portion) = receiver.recv().await {
        let portion: Vec<SheetRow> = portion;
        let sealed: Vec<(i64, String)> = portion
            .iter()
            .map(|row| {
                let kept = row.cells.get(..columns.min(row.cells.len())).unwrap_or_default();
                let row_no = number(row.row);
                (row_no, staging::seal_row(&work.env, &roster.id, row_no, kept))
            })
            .collect();
        let mut step = work.step().await?;
        rows::insert_rows(&mut step.tx, &roster.id, &sealed).await?;
        done += portion.len();
        work.progress(&mut step.tx, done, total * 2).await?;
        step.commit(portion.len()).await?;
    }
    let read = reader.await.map_err(|error| Stopped::Broken(error.to_string()))?;
    read.map_err(web::PageError::from)?;
    let mut step = work.step().await?;
    rosters::set_staged(&mut step.tx, &roster.id, work.env.now()).await?;
    work.progress(&mut step.tx, total, total * 2).await?;
    step.commit(1).await?;
    Ok(total)
}

/// Hands the rows on in portions. Whoever took them may have gone: then there is nothing left to do.
fn read(decoder: &Decoder, file: &File, to: &mpsc::Sender<Vec<SheetRow>>) -> Result<(), Unread<FileRefused>> {
    let mut portion = Vec::with_capacity(AT_ONCE);
    decoder.read::<Rows>(&file.limits, &file.bytes, &mut |row| {
        if row.row == 1 {
            return ControlFlow::Continue(());
        }
        portion.push(row);
        if portion.len() < AT_ONCE {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut portion, Vec::with_capacity(AT_ONCE));
        if to.blocking_send(full).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    if !portion.is_empty() {
        // Nobody waits for it when the step before has failed.
        to.blocking_send(portion).ok();
    }
    Ok(())
}
