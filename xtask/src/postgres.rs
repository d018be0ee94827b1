//! A temporary PostgreSQL cluster for the tests: a folder, a Unix socket, no network. It is
//! stopped and deleted when we end, however we end.

#[path = "../../crates/testkit/src/postgres/programs.rs"]
mod programs;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::{Context, Error, Result, bail};

use self::programs::{Programs, address, data, done};
use crate::prerequisites::install;

/// Longest folder whose socket `<folder>/.s.PGSQL.5432` still fits the kernel's 107 bytes.
const FOLDER_BYTES_MAX: usize = 90;

/// Settings of a cluster whose data nobody needs after a crash of the machine. The commit path
/// stays as in production (`synchronous_commit` is left on); only the disk flush is skipped.
const SETTINGS: &str = "
listen_addresses = ''
max_connections = 200
fsync = off
full_page_writes = off
max_wal_size = 512MB
timezone = 'UTC'
";

/// A running cluster. Dropping it stops it and deletes its folder.
pub struct Cluster {
    url: String,
    left: PathBuf,
    guard: Child,
}

impl Cluster {
    /// Makes and starts a cluster in a new folder within this one.
    ///
    /// # Errors
    /// When PostgreSQL is missing and may not be installed, or does not start.
    pub fn start(within: &Path) -> Result<Self> {
        let programs = found()?;
        let folder = within.join(format!("kaogong-pg-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
        Self::start_in(&programs, &folder)
    }

    fn start_in(programs: &Programs, folder: &Path) -> Result<Self> {
        let guard =
            programs.guard(folder).context("the guard of the temporary cluster could not be started")?;
        let mut cluster = Self { url: String::new(), left: folder.join("left"), guard };
        cluster.url = start(programs, folder)?;
        fs::create_dir(&cluster.left)
            .with_context(|| format!("{} could not be made", cluster.left.display()))?;
        Ok(cluster)
    }

    /// From here on it syncs what it commits and writes whole pages, as in production: for whoever measures.
    ///
    /// # Errors
    /// When it does not take the settings.
    pub fn as_in_production(&self) -> Result<()> {
        let programs = found()?;
        for setting in [
            "ALTER SYSTEM SET fsync = on",
            "ALTER SYSTEM SET full_page_writes = on",
            "SELECT pg_reload_conf()",
        ] {
            done(programs.tool("psql").args([self.url(), "--quiet", "--command", setting]))
                .map_err(Error::msg)?;
        }
        Ok(())
    }

    /// Drops what one process of tests made for itself in it (`testkit` names its databases by its
    /// number): a database takes fourteen megabytes, and four hundred of them do not fit into everybody's memory.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn forget(&self, process: u32) -> Result<()> {
        let each = format!(
            "SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database \
             WHERE datname LIKE 'd{process}\\_%' \\gexec\n"
        );
        let mut psql = found()?.tool("psql");
        let psql = psql.args([self.url(), "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1"]);
        let mut psql = psql.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("psql")?;
        psql.stdin.take().context("psql has no input")?.write_all(each.as_bytes())?;
        if !psql.wait()?.success() {
            bail!("the databases of the tests of process {process} could not be dropped");
        }
        Ok(())
    }

    /// A folder beside the data for what tests leave behind: it goes with the cluster.
    #[must_use]
    pub fn left(&self) -> &Path {
        &self.left
    }

    /// The connection address, as the tests expect it in `TEST_PG`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        if let Err(error) = self.guard.wait() {
            eprintln!("the temporary PostgreSQL cluster may still be running: {error}");
        }
    }
}

/// Makes sure that PostgreSQL's programs are there, without starting anything.
///
/// # Errors
/// One sentence with the command that helps.
pub fn ready() -> Result<()> {
    found().map(|_| ())
}

/// `cargo xtask postgres [--dir DIR] [--detach]`: a cluster for running tests by hand.
///
/// # Errors
/// When PostgreSQL is missing or does not start, or the folder holds something else.
pub fn command(folder: Option<&Path>, detach: bool) -> Result<()> {
    if detach {
        let folder = folder.context("--detach needs --dir DIR: you will want to find the cluster again")?;
        return leave_running(folder);
    }
    let cluster = match folder {
        None => Cluster::start(&std::env::temp_dir())?,
        Some(folder) => {
            fs::create_dir(folder).with_context(|| {
                format!("{} must not exist yet: it is deleted at the end", folder.display())
            })?;
            Cluster::start_in(&found()?, &std::path::absolute(folder)?)?
        }
    };
    println!("export TEST_PG='{}'", cluster.url());
    println!("PostgreSQL runs until you press Enter.");
    // One byte is enough; the end of input counts as well.
    std::io::stdin().read(&mut [0]).context("standard input could not be read")?;
    Ok(())
}

/// Starts the cluster in `folder`, making it on first use, and leaves it running.
fn leave_running(folder: &Path) -> Result<()> {
    let programs = found()?;
    fs::create_dir_all(folder).with_context(|| format!("{} could not be made", folder.display()))?;
    let folder = std::path::absolute(folder)?;
    let is_running = done(programs.server("pg_ctl").arg("status").arg("-D").arg(data(&folder))).is_ok();
    let url = if is_running { address(&folder) } else { start(&programs, &folder)? };
    println!("export TEST_PG='{url}'");
    let stop = programs.server("pg_ctl");
    println!("# stop it with: {stop:?} stop -D {}", data(&folder).display());
    Ok(())
}

/// PostgreSQL's programs, installed now where they are missing and may be.
fn found() -> Result<Programs> {
    if let Some(programs) = Programs::find().map_err(Error::msg)? {
        return Ok(programs);
    }
    install("PostgreSQL is missing (the tests run on both engines)", &["postgresql"])?;
    let installed = Programs::find().map_err(Error::msg)?;
    installed.context("PostgreSQL was installed but initdb is not where it is expected")
}

/// Makes the cluster if the folder has none yet, starts it and returns its address.
fn start(programs: &Programs, folder: &Path) -> Result<String> {
    if folder.as_os_str().len() > FOLDER_BYTES_MAX
        || folder.display().to_string().contains(['\'', ' ', '%', '?'])
    {
        bail!(
            "{} is too long or has special characters for a socket: choose another with TMPDIR or --dir.",
            folder.display()
        );
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    let is_fresh = !data(folder).exists();
    if is_fresh {
        programs.make(folder, SETTINGS).map_err(Error::msg)?;
    }
    programs.start(folder, "").map_err(Error::msg)?;
    if is_fresh {
        programs.make_database(folder).map_err(Error::msg)?;
    }
    Ok(address(folder))
}
