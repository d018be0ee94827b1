//! Prepares the province by clicking through it, with a bar that shows how far it is.
use std::sync::Arc;

use rehearse::{Done, Office, province};

/// Signs of the bar.
const BAR: usize = 24;

/// How much of the province is prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// A plan that waits and a batch that is open: enough for a first look by `cargo xtask check`.
    TwoBatches,
}

/// Plays everything that has happened in the province and leaves the clock where the demo begins.
///
/// # Errors
/// The first step that did not go as it should.
pub async fn prepare(office: Arc<Office>, extent: Extent) -> anyhow::Result<()> {
    println!("准备演示省份,约需一分钟 · preparing the demo province, about a minute");
    let played = tokio::task::spawn_blocking(move || {
        let mut scripts = province::scripts()?;
        if extent == Extent::TwoBatches {
            scripts = scripts.split_off(scripts.len().saturating_sub(2));
        }
        rehearse::play(&office, &scripts, |done| println!("{}", line(&done)))?;
        office.clock(province::ENDS)
    });
    Ok(played.await??)
}

/// One line: how far, when, which batch, what.
fn line(done: &Done<'_>) -> String {
    let full = done.done * BAR / done.of.max(1);
    let bar = "█".repeat(full) + &"░".repeat(BAR - full);
    let (chinese, english) = done.act.words();
    format!("{bar} {:>3}/{}  {}  {}  {chinese} · {english}", done.done, done.of, done.at, done.batch.title_zh)
}
