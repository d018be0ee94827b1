//! `kaogong import`: dated registers from files into an installation, also while it serves.
pub(crate) mod conflicts;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use clap::{Args, ValueEnum};
use filing::{PROCEDURE_FILES, ProcedureFiles};
use identity::Note;
use kernel::Digest;
use organisation::FILING_FILES;
use scheme::import::{Changes, ImportFile, ImportRefused, STANDARD_FILES};
use sha2::{Digest as _, Sha256};
use store::Tx;

use crate::{command::Place, house::House};

/// Files of sites and rooms.
const VENUE_FILES: [&str; 2] = ["sites.csv", "rooms.csv"];
/// Rows named one by one in what is printed.
const ROWS_NAMED: usize = 200;

/// What can be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Occupations, levels, standards, clauses, components, fees, time limits.
    Standards,
    /// Holidays and make-up days.
    Calendar,
    /// The tree of organisations.
    Organisations,
    /// Filings and their scopes.
    Filings,
    /// Sites and rooms.
    Venues,
    /// Duties that one person does not hold together.
    DutyConflicts,
    /// Procedures of authorities for filings, with their papers and conditions.
    Procedures,
    /// Which authority looks after which body.
    Supervision,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Standards => "standards",
            Self::Calendar => "calendar",
            Self::Organisations => "organisations",
            Self::Filings => "filings",
            Self::Venues => "venues",
            Self::DutyConflicts => "duty-conflicts",
            Self::Procedures => "procedures",
            Self::Supervision => "supervision",
        }
    }

    /// The files a folder may hold; none where one file of any name is taken.
    fn files(self) -> &'static [&'static str] {
        match self {
            Self::Standards => &STANDARD_FILES,
            Self::Venues => &VENUE_FILES,
            Self::Filings => &FILING_FILES,
            Self::Procedures => &PROCEDURE_FILES,
            Self::Calendar | Self::Organisations | Self::DutyConflicts | Self::Supervision => &[],
        }
    }
}

/// Flags of `kaogong import`.
#[derive(Debug, Clone, Args)]
pub struct ImportFlags {
    /// What the file holds.
    kind: Kind,
    /// The file; for standards, filings, procedures and venues also a folder with several.
    file: PathBuf,
    #[command(flatten)]
    pub place: Place,
    /// Say what would change and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// One file that was read.
struct Input {
    name: String,
    text: String,
}

/// Carries out `kaogong import`.
///
/// # Errors
/// A file that cannot be read; every mistake in it; storage.
pub async fn run(house: &House, flags: &ImportFlags) -> anyhow::Result<()> {
    let inputs = read(flags)?;
    let mut tx = house.env.db.write().await?;
    let changes = match take(&mut tx, flags.kind, &inputs).await {
        Ok(changes) => changes,
        Err(ImportRefused::Store(error)) => return Err(error.into()),
        Err(ImportRefused::Mistakes(mistakes)) => {
            for mistake in &mistakes {
                println!("{mistake}");
            }
            bail!("{} mistakes; nothing was written", mistakes.len());
        }
    };
    let would = if flags.dry_run { "would be " } else { "" };
    for (file, name) in changes.added.iter().take(ROWS_NAMED) {
        println!("+ {file}: {name}");
    }
    if changes.added.len() > ROWS_NAMED {
        println!("+ {} more", changes.added.len() - ROWS_NAMED);
    }
    if !flags.dry_run && !changes.added.is_empty() {
        note(&mut tx, house, flags.kind, &inputs, &changes).await?;
        tx.commit().await?;
    }
    println!(
        "{}: {} rows {would}added, {} there already",
        flags.kind.code(),
        changes.added.len(),
        changes.unchanged
    );
    Ok(())
}

/// The mistakes of a file, as `kaogong import` would print them; nothing is written.
///
/// # Errors
/// Storage.
#[cfg(feature = "demo")]
pub(crate) async fn mistakes(
    house: &House,
    kind: Kind,
    name: &str,
    text: &str,
) -> anyhow::Result<Vec<String>> {
    let mut tx = house.env.db.write().await?;
    match take(&mut tx, kind, &[Input { name: name.to_owned(), text: text.to_owned() }]).await {
        Ok(_) => Ok(Vec::new()),
        Err(ImportRefused::Store(error)) => Err(error.into()),
        Err(ImportRefused::Mistakes(mistakes)) => Ok(mistakes.iter().map(ToString::to_string).collect()),
    }
}

async fn take(tx: &mut Tx, kind: Kind, inputs: &[Input]) -> Result<Changes, ImportRefused> {
    let files: Vec<ImportFile<'_>> =
        inputs.iter().map(|input| ImportFile { name: &input.name, text: &input.text }).collect();
    let named = |name: &str| files.iter().find(|file| file.name == name).copied();
    match (kind, files.first()) {
        (Kind::Standards, _) => scheme::import::import_standards(tx, &files).await,
        (Kind::Venues, _) => venue::import(tx, named("sites.csv"), named("rooms.csv")).await,
        (Kind::Filings, _) => {
            organisation::import_filings(tx, named(FILING_FILES[0]), named(FILING_FILES[1])).await
        }
        (Kind::Calendar, Some(file)) => scheme::import::import_calendar(tx, *file).await,
        (Kind::Organisations, Some(file)) => organisation::import(tx, *file).await,
        (Kind::DutyConflicts, Some(file)) => conflicts::take(tx, *file).await,
        (Kind::Procedures, _) => {
            let [procedures, materials, conditions] = PROCEDURE_FILES.map(named);
            filing::import_procedures(tx, &ProcedureFiles { procedures, materials, conditions }).await
        }
        (Kind::Supervision, Some(file)) => filing::import_supervision(tx, *file).await,
        (Kind::Calendar | Kind::Organisations | Kind::DutyConflicts | Kind::Supervision, None) => {
            Ok(Changes::default())
        }
    }
}

/// The import's entry in the trail, in the same transaction: what came in, by digest.
async fn note(
    tx: &mut Tx,
    house: &House,
    kind: Kind,
    inputs: &[Input],
    changes: &Changes,
) -> anyhow::Result<()> {
    let digest = |text: &str| Digest::from_bytes(&Sha256::digest(text.as_bytes()).into()).to_string();
    let files: Vec<_> = inputs
        .iter()
        .map(|input| serde_json::json!({ "file": input.name, "digest": digest(&input.text) }))
        .collect();
    let payload = serde_json::json!({ "kind": kind.code(), "rows": changes.added.len(), "files": files });
    Note::of("system", "", "register.import", "register", kind.code())
        .payload(payload)
        .record(tx, &house.env)
        .await?;
    Ok(())
}

fn read(flags: &ImportFlags) -> anyhow::Result<Vec<Input>> {
    let known = flags.kind.files();
    if !flags.file.is_dir() {
        let name = flags.file.file_name().and_then(|name| name.to_str()).context("the file has a name")?;
        ensure!(
            known.is_empty() || known.contains(&name),
            "{name} is none of {}: rename the file or give a folder",
            known.join(", ")
        );
        return Ok(vec![Input { name: name.to_owned(), text: text_of(&flags.file)? }]);
    }
    ensure!(!known.is_empty(), "{} is a folder: give the file", flags.file.display());
    let mut inputs = Vec::new();
    for name in known {
        let path = flags.file.join(name);
        if path.exists() {
            inputs.push(Input { name: (*name).to_owned(), text: text_of(&path)? });
        }
    }
    ensure!(!inputs.is_empty(), "{} holds none of {}", flags.file.display(), known.join(", "));
    Ok(inputs)
}

fn text_of(path: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    String::from_utf8(bytes).map_err(|_| {
        anyhow::anyhow!("{} is not UTF-8 text: save it as CSV UTF-8 (or JSON) and try again", path.display())
    })
}
