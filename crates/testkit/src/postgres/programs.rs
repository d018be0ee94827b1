//! PostgreSQL's own programs: where they are, as whom they run, and a cluster made and started with them in a folder
//! of its own, asked through a Unix socket alone.
//!
//! Standard library only: xtask, which builds without any crate of ours, takes this file in as well.
use std::{
    fs, io,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Stops a cluster and removes its folder as soon as the process that holds the other end of its standard input is
/// gone. It stands in its own process group, so that Ctrl-C does not reach it, and works after a kill as well.
const GUARD: &str = r#"
trap '' HUP INT TERM
folder=$1; shift
read -r _
"$@" >/dev/null 2>&1
rm -rf "$folder"
"#;

/// The words before a program that refuses to run as root.
const AS_NOBODY: &str = "setpriv";

/// The programs, and as whom the server runs.
#[derive(Debug)]
pub struct Programs {
    folder: PathBuf,
    /// Words before the program's name, for example `setpriv --reuid=65534 …`; empty if we are not root.
    prefix: Vec<String>,
    /// Owner and group of a cluster's files when we are root.
    owner: Option<(u32, u32)>,
}

impl Programs {
    /// Those of the newest installation; `None` where there is none.
    ///
    /// # Errors
    /// One sentence, when we are root and cannot become somebody else.
    pub fn find() -> Result<Option<Self>, String> {
        let Some(folder) = programs_folder() else { return Ok(None) };
        let number = |arguments: &[&str]| -> Result<u32, String> {
            let said = done(Command::new("id").args(arguments))?;
            said.trim().parse().map_err(|_| format!("`id` said {said:?}"))
        };
        if number(&["-u"])? != 0 {
            return Ok(Some(Self { folder, prefix: Vec::new(), owner: None }));
        }
        if !is_on_path(AS_NOBODY) {
            let cure = "run `apt-get install -y util-linux`";
            return Err(format!("PostgreSQL does not run as root and {AS_NOBODY} is missing: {cure}."));
        }
        let (user, group) = (number(&["-u", "nobody"])?, number(&["-g", "nobody"])?);
        let words = [AS_NOBODY, &format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups"];
        let prefix = words.map(str::to_owned).to_vec();
        Ok(Some(Self { folder, prefix, owner: Some((user, group)) }))
    }

    /// A program that has to do with a cluster's files, as the right user.
    pub fn server(&self, program: &str) -> Command {
        let mut words = self.words(program).into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).env("LC_ALL", "C");
        command
    }

    /// A program that asks a server.
    pub fn tool(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.env("LC_ALL", "C");
        command
    }

    /// Makes a cluster in a folder, with these settings; nobody waits for a disk meanwhile.
    ///
    /// # Errors
    /// What the program says.
    pub fn make(&self, folder: &Path, settings: &str) -> Result<(), String> {
        if let Some((user, group)) = self.owner {
            chown(folder, Some(user), Some(group))
                .map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let mut make = self.server("initdb");
        make.current_dir(folder).args([
            "--username=kaogong",
            "--auth=trust",
            "--locale=C",
            "--encoding=UTF8",
        ]);
        done(make.args(["--no-sync", "-D"]).arg(data(folder)))?;
        let file = data(folder).join("postgresql.conf");
        let socket = format!("unix_socket_directories = '{}'\n", folder.display());
        let before = fs::read_to_string(&file);
        let written = before.and_then(|before| fs::write(&file, before + settings + &socket));
        written.map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Starts the cluster of a folder, with options of `postgres`, and waits until it answers.
    ///
    /// # Errors
    /// What its log says.
    pub fn start(&self, folder: &Path, options: &str) -> Result<(), String> {
        let log = folder.join("log");
        let mut start = self.server("pg_ctl");
        start.current_dir(folder).args(["start", "--wait", "--silent", "-o", options, "-D"]);
        done(start.arg(data(folder)).arg("-l").arg(&log)).map(|_| ()).map_err(|error| {
            let log = fs::read_to_string(log).unwrap_or_default();
            format!("PostgreSQL did not start ({error}); its log says:\n{log}")
        })
    }

    /// Makes the one database that everybody finds at [`address`].
    ///
    /// # Errors
    /// What the program says.
    pub fn make_database(&self, folder: &Path) -> Result<(), String> {
        let mut make = self.tool("createdb");
        done(make.arg("-h").arg(folder).args(["-U", "kaogong", "kaogong"])).map(|_| ())
    }

    /// Watches over a folder and the cluster in it: both go when its standard input is closed.
    ///
    /// # Errors
    /// When there is no shell.
    pub fn guard(&self, folder: &Path) -> io::Result<Child> {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(folder).args(self.words("pg_ctl"));
        guard.args(["stop", "-m", "immediate", "-D"]).arg(data(folder));
        guard.stdin(Stdio::piped()).process_group(0).spawn()
    }

    fn words(&self, program: &str) -> Vec<String> {
        let program = self.folder.join(program).display().to_string();
        self.prefix.iter().cloned().chain(std::iter::once(program)).collect()
    }
}

/// Where the files of a folder's cluster are.
pub fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// The address of the database in a folder's cluster.
pub fn address(folder: &Path) -> String {
    format!("postgres://kaogong@localhost/kaogong?host={}", folder.display())
}

/// Runs a program to its end, and gives what it printed.
///
/// # Errors
/// That it does not start, or what it said when it failed.
pub fn done(command: &mut Command) -> Result<String, String> {
    let done = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() {
        return Ok(said);
    }
    Err(format!("{command:?} ({}): {said}{}", done.status, String::from_utf8_lossy(&done.stderr)))
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
    newest
        .map(|(_, folder)| folder)
        .or_else(|| folders_of_path().find(|folder| folder.join("initdb").is_file()))
}

fn is_on_path(program: &str) -> bool {
    folders_of_path().any(|folder| folder.join(program).is_file())
}

fn folders_of_path() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect::<Vec<_>>().into_iter()
}
