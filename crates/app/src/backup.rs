//! Backup and restore: the database by its engine's own means, the files, the log and the public
//! keys in one folder with a list of digests; the secret keys apart, in a folder of their own.
//!
//! A backup counts only once it was restored: `kaogong restore` checks every digest, puts everything
//! into an empty place, and goes on from the log's last checkpoint only; `kaogong verify log` reads the whole log.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use clap::Args;
use sha2::{Digest, Sha256};
use store::{Db, Engine};
use trail::LogFolder;

use crate::{command::Place, house::Layout};

/// File of a backup that lists every other file with its SHA-256.
const MANIFEST: &str = "MANIFEST";

/// Flags of `kaogong backup`.
#[derive(Debug, Clone, Args)]
pub struct BackupFlags {
    #[command(flatten)]
    place: Place,
    /// New folder for database, files, log and public keys.
    #[arg(long)]
    to: PathBuf,
    /// New folder for the secret keys; keep it elsewhere. Left out, the keys are not copied.
    #[arg(long)]
    keys_to: Option<PathBuf>,
}

/// Flags of `kaogong restore`.
#[derive(Debug, Clone, Args)]
pub struct RestoreFlags {
    #[command(flatten)]
    place: Place,
    /// Folder of the backup.
    #[arg(long)]
    from: PathBuf,
    /// Folder of the secret keys.
    #[arg(long)]
    keys_from: PathBuf,
}

/// Carries out `kaogong backup`.
///
/// # Errors
/// When the target is not new, the database cannot be copied, or the disk refuses.
pub async fn backup(flags: &BackupFlags) -> anyhow::Result<()> {
    let layout = Layout::new(&flags.place.data, flags.place.database.as_deref());
    new_folder(&flags.to)?;
    // The database first: files and tiles only grow, so that what its rows name is there after.
    let db = Db::open(&layout.database).await?;
    match db.engine() {
        Engine::Sqlite => db.copy_sqlite_to(&flags.to.join("database.sqlite").display().to_string()).await?,
        Engine::Postgres => dump(&layout.database, &flags.to.join("database.dump"))?,
    }
    db.close().await;
    copy_tree(&layout.blobs(), &flags.to.join("files"))?;
    copy_tree(&layout.log(), &flags.to.join("log"))?;
    // The newest checkpoint is in the database; the file may be of a moment later.
    let _ = fs::remove_file(flags.to.join("log/checkpoint"));
    let _ = fs::remove_file(flags.to.join("log/lock"));
    for public in public_keys(&layout.data)? {
        fs::copy(&public, flags.to.join(file_name(&public)?))?;
    }
    write_manifest(&flags.to)?;
    println!("backup: {}", flags.to.display());
    match &flags.keys_to {
        Some(keys) => {
            new_folder(keys)?;
            copy_tree(&layout.keys(), keys)?;
            println!("secret keys: {}: keep them apart from the backup", keys.display());
        }
        None => println!("secret keys were not copied: without them the personal data cannot be read"),
    }
    Ok(())
}

/// Carries out `kaogong restore`.
///
/// # Errors
/// When the target is not empty, a file of the backup changed, or the log does not verify.
pub async fn restore(flags: &RestoreFlags) -> anyhow::Result<()> {
    let layout = Layout::new(&flags.place.data, flags.place.database.as_deref());
    check_manifest(&flags.from)?;
    new_folder(&layout.data)?;
    copy_tree(&flags.keys_from, &layout.keys())?;
    copy_tree(&flags.from.join("files"), &layout.blobs())?;
    copy_tree(&flags.from.join("log"), &layout.log())?;
    for public in public_keys(&flags.from)? {
        fs::copy(&public, layout.data.join(file_name(&public)?))?;
    }
    let sqlite = flags.from.join("database.sqlite");
    if sqlite.exists() {
        let target =
            layout.database.strip_prefix("sqlite:").context("this backup is of a SQLite database")?;
        ensure!(!Path::new(target).exists(), "{target} exists: restore goes into an empty place");
        fs::copy(&sqlite, target)?;
    } else {
        load_dump(&layout.database, &flags.from.join("database.dump"))?;
    }
    let db = Db::open(&layout.database).await?;
    let key = fs::read_to_string(layout.log_public_key())?;
    let log = LogFolder::open(layout.log(), layout.high_water())?;
    let size = trail::adopt_restored(&db, &log, key.trim()).await?;
    db.close().await;
    println!("restored: {} entries in the log; run `kaogong verify log` before serving", size);
    Ok(())
}

fn new_folder(folder: &Path) -> anyhow::Result<()> {
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    ensure!(is_empty, "{} is not empty: choose a new folder", folder.display());
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

fn file_name(path: &Path) -> anyhow::Result<&std::ffi::OsStr> {
    path.file_name().context("a file has a name")
}

fn public_keys(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(files.filter(|path| path.extension().is_some_and(|kind| kind == "pub")).collect())
}

fn copy_tree(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let target = to.join(file_name(&path)?);
        // What is just being written has a name with a dot until it is whole; it is not needed, and may be gone.
        if file_name(&path)?.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            copy_tree(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files_below(&path, found)? } else { found.push(path) }
    }
    Ok(())
}

fn digest_of(path: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

fn write_manifest(folder: &Path) -> anyhow::Result<()> {
    let mut files = Vec::new();
    files_below(folder, &mut files)?;
    files.sort();
    let mut text = String::new();
    for file in files {
        text.push_str(&format!("{}  {}\n", digest_of(&file)?, file.strip_prefix(folder)?.display()));
    }
    Ok(fs::write(folder.join(MANIFEST), text)?)
}

/// Every listed file is there with the bytes it had, and no other.
fn check_manifest(folder: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(folder.join(MANIFEST))
        .with_context(|| format!("{} holds no backup of ours: {MANIFEST} is missing", folder.display()))?;
    let mut files = Vec::new();
    files_below(folder, &mut files)?;
    for line in text.lines() {
        let (digest, name) = line.split_once("  ").context("the manifest is damaged")?;
        ensure!(digest_of(&folder.join(name))? == digest, "{name} changed since the backup was made");
    }
    let listed = text.lines().count();
    ensure!(
        files.len() == listed + 1,
        "the backup has {} files, its manifest lists {listed}",
        files.len() - 1
    );
    Ok(())
}

fn dump(url: &str, to: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(postgres_tool("pg_dump"));
    command.args(["--format=custom", "--no-owner", "--file"]).arg(to).arg(url);
    run(command, "pg_dump")
}

fn load_dump(url: &str, from: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(postgres_tool("pg_restore"));
    command.args(["--no-owner", "--exit-on-error", "--single-transaction", "--dbname", url]).arg(from);
    run(command, "pg_restore")
}

fn run(mut command: Command, name: &str) -> anyhow::Result<()> {
    let done = command
        .output()
        .with_context(|| format!("{name} could not be started: install the PostgreSQL client"))?;
    ensure!(done.status.success(), "{name} failed: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

/// The tool on the path, or of the newest server that Debian installed.
fn postgres_tool(name: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin").join(name)))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}
