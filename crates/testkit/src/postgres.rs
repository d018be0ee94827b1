//! A PostgreSQL of a test's own, which may be stopped in the middle of its work: a folder, a Unix socket, no network.
//!
//! The cluster that all tests share is xtask's, which skips the disk. This one keeps what it commits as in production.
//! It is found and started in the same way; xtask builds without any of our crates, so the way stands there once more.
use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::engines;

/// What a server needs that is asked through its socket alone. Everything that makes a commit durable stands here too,
/// so that nothing of it hangs on how PostgreSQL was built.
const SETTINGS: &str = "
listen_addresses = ''
max_connections = 60
fsync = on
full_page_writes = on
synchronous_commit = on
timezone = 'UTC'
";

/// Stops the cluster and removes its folder as soon as the process that holds the other end of its standard input is
/// gone. It stands in its own process group, so that Ctrl-C does not reach it, and works after a kill as well.
const GUARD: &str = r#"
trap '' HUP INT TERM
folder=$1; shift
read -r _
"$@" >/dev/null 2>&1
rm -rf "$folder"
"#;

/// A cluster with one empty database. Dropping it stops it and removes its folder.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    folder: PathBuf,
    guard: Child,
}

impl Cluster {
    /// Makes and starts one.
    ///
    /// # Panics
    /// When PostgreSQL is missing or does not start.
    #[must_use]
    pub fn start() -> Self {
        let (programs, folder) = (Programs::find(), engines::folder());
        if let Some((user, group)) = programs.owner {
            chown(&folder, Some(user), Some(group)).expect("the folder is given away");
        }
        let guard = programs.guard(&folder);
        let cluster = Self { programs, folder, guard };
        cluster.make();
        cluster.starts(&[]);
        let mut create = cluster.programs.tool("createdb");
        done(create.arg("-h").arg(&cluster.folder).args(["-U", "kaogong", "kaogong"]));
        cluster
    }

    /// Address of its database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://kaogong@localhost/kaogong?host={}", self.folder.display())
    }

    /// It comes up, with these settings (`name=value`) besides its own, and answers when this returns.
    ///
    /// # Panics
    /// When it does not.
    pub fn starts(&self, settings: &[&str]) {
        let settings: Vec<String> = settings.iter().map(|setting| format!("-c {setting}")).collect();
        let log = self.folder.join("log");
        let mut start = self.programs.server("pg_ctl");
        start.current_dir(&self.folder).args(["start", "--wait", "--silent", "-D"]).arg(self.data());
        done(start.arg("-l").arg(log).args(["-o", &settings.join(" ")]));
    }

    /// Its processes end at once, in the middle of whatever they do, and write nothing down: what is not in its log
    /// when this returns is found by no start.
    ///
    /// # Panics
    /// When it does not run.
    pub fn stops_at_once(&self) {
        let mut stop = self.programs.server("pg_ctl");
        stop.current_dir(&self.folder).args(["stop", "--wait", "--silent", "-m", "immediate", "-D"]);
        done(stop.arg(self.data()));
    }

    /// Its database, empty until now, holds what the one at this address does.
    ///
    /// # Panics
    /// When that cannot be copied.
    pub fn takes_copy_of(&self, url: &str) {
        let dump = self.folder.join("copy.dump");
        let mut take = self.programs.tool("pg_dump");
        done(take.args(["--format=custom", "--no-owner", "--file"]).arg(&dump).arg(url));
        let mut give = self.programs.tool("pg_restore");
        give.args(["--no-owner", "--exit-on-error", "--single-transaction", "--dbname", &self.url()]);
        done(give.arg(&dump));
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn make(&self) {
        let mut make = self.programs.server("initdb");
        make.current_dir(&self.folder).args(["--username=kaogong", "--auth=trust", "--locale=C"]);
        done(make.args(["--encoding=UTF8", "--no-sync", "-D"]).arg(self.data()));
        let file = self.data().join("postgresql.conf");
        let before = fs::read_to_string(&file).expect("initdb writes a configuration");
        let socket = format!("unix_socket_directories = '{}'\n", self.folder.display());
        fs::write(&file, before + SETTINGS + &socket).expect("the configuration is written");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // What still runs then ends with the machine's temporary files.
        let _ = self.guard.wait();
    }
}

/// Where PostgreSQL's programs are, and as whom its server runs: it refuses to run as root.
#[derive(Debug)]
struct Programs {
    folder: PathBuf,
    /// Words before the program's name, for example `setpriv --reuid=65534 …`; empty if we are not root.
    prefix: Vec<String>,
    /// Owner and group of the cluster's files when we are root.
    owner: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Self {
        let folder = programs_folder();
        let number = |arguments: &[&str]| -> u32 {
            done(Command::new("id").args(arguments)).trim().parse().expect("id says a number")
        };
        if number(&["-u"]) != 0 {
            return Self { folder, prefix: Vec::new(), owner: None };
        }
        let (user, group) = (number(&["-u", "nobody"]), number(&["-g", "nobody"]));
        let ids = [format!("--reuid={user}"), format!("--regid={group}")];
        let prefix = [vec!["setpriv".to_owned()], ids.to_vec(), vec!["--clear-groups".to_owned()]].concat();
        Self { folder, prefix, owner: Some((user, group)) }
    }

    /// The words that run a program of the server as the right user.
    fn words(&self, program: &str) -> Vec<String> {
        let program = self.folder.join(program).display().to_string();
        self.prefix.iter().cloned().chain(std::iter::once(program)).collect()
    }

    /// A program that has to do with the cluster's files.
    fn server(&self, program: &str) -> Command {
        let mut words = self.words(program).into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).env("LC_ALL", "C");
        command
    }

    /// A program that asks the server, or another one.
    fn tool(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.env("LC_ALL", "C");
        command
    }

    fn guard(&self, folder: &Path) -> Child {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(folder).args(self.words("pg_ctl"));
        guard.args(["stop", "-m", "immediate", "-D"]).arg(folder.join("data"));
        guard.stdin(Stdio::piped()).process_group(0).spawn().expect("the guard of the cluster starts")
    }
}

/// The newest Debian installation, else wherever `initdb` is on `PATH`.
fn programs_folder() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let newest = debian
        .filter_map(|entry| {
            let number: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            folder.join("initdb").is_file().then_some((number, folder))
        })
        .max_by_key(|(number, _)| *number);
    if let Some((_, folder)) = newest {
        return folder;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file());
    found.expect("PostgreSQL's programs are missing: `cargo xtask postgres` says how to get them")
}

/// Runs a program to its end, and gives what it printed.
fn done(command: &mut Command) -> String {
    let done = command.stdin(Stdio::null()).output().expect("the program starts");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success(),
        "{command:?}: {}: {said}{}",
        done.status,
        String::from_utf8_lossy(&done.stderr)
    );
    said
}
