//! `kaogong rehearse`: the unified batch of the province, driven over HTTP, with its report and evidence.
//!
//! The people are those of the crate `rehearse` and know only addresses; here stands what an operator
//! does: an installation is opened in an empty folder and an empty database, served on a free port,
//! with a clock that is moved by a file. What they were told and what the rows hold is written side by
//! side for a checker that shares no code with us (docs/formats/evidence.md).
mod evidence;
mod faults;
mod report;

use std::{fs, path::PathBuf, sync::Arc};

use anyhow::{Context, ensure};
use clap::Args;
use rehearse::{
    Pace,
    rehearsal::{self, Planted, Told},
};

use crate::{
    clock,
    demo::demo_staff,
    house::{House, Layout, Options, make_keys},
    seed, serve,
};

/// Before anything happens.
const BEGINS: &str = "2021-03-01 08:00";

/// Flags of `kaogong rehearse`.
#[derive(Debug, Clone, Args)]
pub struct RehearseFlags {
    /// How many apply, up to the 12,318 of the province.
    #[arg(long, default_value_t = 12_318)]
    candidates: usize,
    /// What their fates hang on: one seed, one rehearsal.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many sit at a computer in the same moment.
    #[arg(long, default_value_t = 32)]
    at_once: usize,
    /// An empty database: `sqlite:FILE` or `postgres://…`; a SQLite file in the data folder when absent.
    #[arg(long)]
    database: Option<String>,
    /// An empty folder.
    #[arg(long)]
    data: PathBuf,
    /// Where the report goes, as JSON.
    #[arg(long)]
    report: PathBuf,
    /// Mistakes of configuration to plant, with commas between, or `all`. Each must be named before the day;
    /// the rehearsal ends there.
    #[arg(long, value_delimiter = ',')]
    faults: Vec<String>,
    /// Folder for the evidence.
    #[arg(long)]
    evidence: Option<PathBuf>,
}

impl RehearseFlags {
    fn options(&self) -> rehearsal::Options {
        rehearsal::Options {
            candidates: self.candidates,
            seed: self.seed,
            at_once: self.at_once,
            holders: rehearsal::HOLDERS,
        }
    }
}

/// Rehearses, and fails when anything was not as it should be.
///
/// # Errors
/// A folder or database that is not empty; the first act that did not go; an answer that was lost; a
/// certificate that does not verify.
pub async fn run(flags: RehearseFlags) -> anyhow::Result<()> {
    let layout = Layout::new(&flags.data, flags.database.as_deref());
    fs::create_dir_all(&flags.data).with_context(|| flags.data.display().to_string())?;
    ensure!(
        fs::read_dir(&flags.data)?.next().is_none(),
        "{} is not empty: a rehearsal begins with nothing",
        flags.data.display()
    );
    let clock_file = flags.data.join("clock");
    fs::write(&clock_file, BEGINS)?;
    make_keys(&layout)?;
    let listener = serve::listen("127.0.0.1:0", true).await?;
    let base = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
    let clock = clock::choose(Some(&clock_file))?;
    let options = Options { clock, secure_cookies: false, demo: true, public_url: base.clone() };
    let house = House::open(layout, options).await?;
    let mut tx = house.env.db.read().await?;
    ensure!(
        plan::batches(&mut tx).await?.is_empty(),
        "the database is not empty: a rehearsal begins with nothing"
    );
    drop(tx);
    let planted = planted(&flags.faults)?;
    seed::registers(&house).await?;
    if planted.contains(&Planted::SiteWithoutInvigilators) {
        faults::staff_with_invigilators_in_one_city(&house).await?;
    } else {
        demo_staff(&house).await?;
    }
    let door = serve::Door::Plain;
    let server = tokio::spawn(serve::serve(house.clone(), listener, door, serve::Acknowledge::AfterCommit));
    if !planted.is_empty() {
        let named = faults::named(&house, &base, &clock_file, &flags, &planted).await?;
        let report = report::of_faults(&planted, &named, flags.candidates);
        fs::write(&flags.report, format!("{}\n", serde_json::to_string_pretty(&report)?))?;
        println!("{}", serde_json::to_string_pretty(&report)?);
        server.abort();
        return faults::all_named(&planted, &named);
    }
    let pace = Arc::new(Pace::default());
    let told = tokio::select! {
        ended = server => { ended??; anyhow::bail!("the server ended before the rehearsal") }
        told = played(&base, &clock_file, &flags, Arc::clone(&pace)) => told?,
    };
    // Before the evidence, which holds every certificate, is read into memory.
    let peak = report::peak_rss_mb();
    let batch = evidence::Batch::read(&house, &told).await?;
    let report = report::report(&batch, &told, flags.candidates, (peak, &pace));
    fs::write(&flags.report, format!("{}\n", serde_json::to_string_pretty(&report)?))
        .with_context(|| flags.report.display().to_string())?;
    if let Some(folder) = &flags.evidence {
        batch.write(folder, &told)?;
        fs::copy(&flags.report, folder.join("report.json"))?;
    }
    // The server beside goes on until the process ends: nothing is closed under it.
    println!("{}", serde_json::to_string_pretty(&report)?);
    ensure!(report["answers_lost"] == 0, "acknowledged answers are missing: {}", report["answers_lost"]);
    ensure!(
        report["certificates"] == report["certificates_verified"],
        "{} of {} certificates verify",
        report["certificates_verified"],
        report["certificates"]
    );
    Ok(())
}

/// The mistakes that are asked for.
fn planted(words: &[String]) -> anyhow::Result<Vec<Planted>> {
    if words == ["all"] {
        return Ok(Planted::ALL.to_vec());
    }
    let known = || Planted::ALL.map(Planted::code).join(", ");
    let one =
        |word: &String| Planted::from_code(word).with_context(|| format!("{word}: choose among {}", known()));
    words.iter().map(one).collect()
}

async fn played(
    base: &str,
    clock: &std::path::Path,
    flags: &RehearseFlags,
    pace: Arc<Pace>,
) -> anyhow::Result<Told> {
    let office = Arc::new(rehearse::Office::new(base, clock.to_path_buf()).with_pace(pace));
    let options = flags.options();
    let played =
        tokio::task::spawn_blocking(move || rehearsal::play(&office, options, |line| println!("{line}")));
    Ok(played.await??)
}
