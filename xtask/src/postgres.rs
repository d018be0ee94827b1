//! A temporary PostgreSQL cluster for the tests: a folder, a Unix socket, no network. It is
//! stopped and deleted when we end, however we end.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::prerequisites::{install, is_root};
use crate::program::{on_path, output};

/// Longest folder whose socket `<folder>/.s.PGSQL.5432` still fits the kernel's 107 bytes.
const FOLDER_BYTES_MAX: usize = 90;

/// Settings of a cluster whose data nobody needs after a crash of the machine. The commit path
/// stays as in production (`synchronous_commit` is left on); only the disk flush is skipped.
const SETTINGS: &str = "
listen_addresses = ''
max_connections = 200
fsync = off
full_page_writes = off
max_wal_size = 2GB
timezone = 'UTC'
";

/// Stops the cluster and deletes its folder as soon as the process that holds the other end of
/// its standard input is gone. It stands in its own process group, so that Ctrl-C does not reach
/// it, and works after a kill as well.
const GUARD: &str = r#"
trap '' HUP INT TERM
folder=$1; shift
read -r _
"$@" >/dev/null 2>&1
rm -rf "$folder"
"#;

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
        let programs = Programs::find()?;
        let folder = within.join(format!("kaogong-pg-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
        Self::start_in(&programs, &folder)
    }

    fn start_in(programs: &Programs, folder: &Path) -> Result<Self> {
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(folder)
            .args(programs.words("pg_ctl"))
            .args(["stop", "-m", "immediate", "-D"])
            .arg(folder.join("data"))
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("the guard of the temporary cluster could not be started")?;
        let mut cluster = Self { url: String::new(), left: folder.join("left"), guard };
        cluster.url = programs.start(folder)?;
        fs::create_dir(&cluster.left)
            .with_context(|| format!("{} could not be made", cluster.left.display()))?;
        Ok(cluster)
    }

    /// From here on it syncs what it commits and writes whole pages, as in production: for whoever measures.
    ///
    /// # Errors
    /// When it does not take the settings.
    pub fn as_in_production(&self) -> Result<()> {
        let programs = Programs::find()?;
        for setting in [
            "ALTER SYSTEM SET fsync = on",
            "ALTER SYSTEM SET full_page_writes = on",
            "SELECT pg_reload_conf()",
        ] {
            output(programs.command("psql").args([self.url(), "--quiet", "--command", setting]))?;
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
    Programs::find().map(|_| ())
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
            Cluster::start_in(&Programs::find()?, &std::path::absolute(folder)?)?
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
    let programs = Programs::find()?;
    fs::create_dir_all(folder).with_context(|| format!("{} could not be made", folder.display()))?;
    let folder = std::path::absolute(folder)?;
    let data = folder.join("data");
    let url = if programs.is_running(&data) { address(&folder) } else { programs.start(&folder)? };
    println!("export TEST_PG='{url}'");
    let stop = programs.words("pg_ctl").join(" ");
    println!("# stop it with: {stop} stop -D {}", data.display());
    Ok(())
}

fn address(folder: &Path) -> String {
    format!("postgres://kaogong@localhost/kaogong?host={}", folder.display())
}

/// Where PostgreSQL's programs are, and as whom they run: they refuse to run as root.
struct Programs {
    folder: PathBuf,
    /// Words before the program's name, for example `setpriv --reuid=65534 …`; empty if not root.
    prefix: Vec<String>,
    /// Owner and group of the cluster's files when we are root.
    owner: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Result<Self> {
        let folder = match programs_folder() {
            Some(found) => found,
            None => {
                install("PostgreSQL is missing (the tests run on both engines)", &["postgresql"])?;
                programs_folder()
                    .context("PostgreSQL was installed but initdb is not where it is expected")?
            }
        };
        if !is_root()? {
            return Ok(Self { folder, prefix: Vec::new(), owner: None });
        }
        let number =
            |flag| -> Result<u32> { Ok(output(Command::new("id").args([flag, "nobody"]))?.trim().parse()?) };
        let (user, group) = (number("-u")?, number("-g")?);
        if on_path("setpriv").is_none() {
            bail!(
                "PostgreSQL does not run as root and setpriv is missing: run `apt-get install -y util-linux`."
            );
        }
        let prefix = vec![
            "setpriv".to_owned(),
            format!("--reuid={user}"),
            format!("--regid={group}"),
            "--clear-groups".to_owned(),
        ];
        Ok(Self { folder, prefix, owner: Some((user, group)) })
    }

    /// The words that run one of PostgreSQL's programs as the right user.
    fn words(&self, program: &str) -> Vec<String> {
        let program = self.folder.join(program).display().to_string();
        self.prefix.iter().cloned().chain(std::iter::once(program)).collect()
    }

    fn command(&self, program: &str) -> Command {
        let mut words = self.words(program).into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).env("LC_ALL", "C");
        command
    }

    fn is_running(&self, data: &Path) -> bool {
        output(self.command("pg_ctl").arg("status").arg("-D").arg(data)).is_ok()
    }

    /// Makes the cluster if the folder has none yet, starts it and returns its address.
    fn start(&self, folder: &Path) -> Result<String> {
        if folder.as_os_str().len() > FOLDER_BYTES_MAX
            || folder.display().to_string().contains(['\'', ' ', '%', '?'])
        {
            bail!(
                "{} is too long or has special characters for a socket: choose another with TMPDIR or --dir.",
                folder.display()
            );
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        if let Some((user, group)) = self.owner {
            chown(folder, Some(user), Some(group))?;
        }
        let data = folder.join("data");
        let fresh = !data.exists();
        if fresh {
            self.make(folder, &data)?;
        }
        output(
            self.command("pg_ctl")
                .current_dir(folder)
                .args(["start", "--wait", "--silent", "-D"])
                .arg(&data)
                .arg("-l")
                .arg(folder.join("log")),
        )
        .with_context(|| {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            format!("PostgreSQL did not start; its log says:\n{log}")
        })?;
        if fresh {
            output(self.command("createdb").arg("-h").arg(folder).args(["-U", "kaogong", "kaogong"]))?;
        }
        Ok(address(folder))
    }

    fn make(&self, folder: &Path, data: &Path) -> Result<()> {
        output(
            self.command("initdb")
                .current_dir(folder)
                .args([
                    "--username=kaogong",
                    "--auth=trust",
                    "--locale=C",
                    "--encoding=UTF8",
                    "--no-sync",
                    "-D",
                ])
                .arg(data),
        )?;
        let file = data.join("postgresql.conf");
        let before = fs::read_to_string(&file).context("initdb wrote no postgresql.conf")?;
        let socket = format!("unix_socket_directories = '{}'\n", folder.display());
        fs::write(&file, before + SETTINGS + &socket)?;
        Ok(())
    }
}

/// The newest Debian installation, else wherever `initdb` is on `PATH`.
fn programs_folder() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let newest = debian
        .filter_map(|entry| {
            let number: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            folder.join("initdb").is_file().then_some((number, folder))
        })
        .max_by_key(|(number, _)| *number);
    match newest {
        Some((_, folder)) => Some(folder),
        None => on_path("initdb")?.parent().map(Path::to_path_buf),
    }
}
