//! The real binary, serving an empty installation on one engine, with a clock that can be moved.
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
};

use rehearse::{Diary, Office, Sent, Watch};

use crate::{Browser, Disk, Kept, kept::copy_tree};

/// A running server; it ends with the value.
pub struct Server {
    child: Child,
    base: String,
    data: PathBuf,
    /// Name of the engine.
    pub engine: &'static str,
    /// Address of its database.
    pub database: String,
    binary: PathBuf,
    office: Office,
    diary: Arc<Diary>,
    environment: Vec<(String, String)>,
    /// Where the log of its present life begins.
    log_from: usize,
}

impl Server {
    /// Starts `binary` (`env!("CARGO_BIN_EXE_kaogong")`) at the instant `at` on each engine.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn each(binary: &str, at: &str) -> Vec<Self> {
        let mut all = Vec::new();
        for (engine, database) in crate::engines::empty_databases().await {
            all.push(Self::start(binary, engine, database, at));
        }
        all
    }

    /// Starts `binary` on each engine and does `work` with all of them at once: each waits more for its own
    /// server than it computes.
    ///
    /// # Panics
    /// When a server does not come up, and when the work panics on an engine.
    pub async fn each_at_once<Done: Future<Output = ()> + Send + 'static>(
        binary: &str,
        at: &str,
        work: impl Fn(Self) -> Done,
    ) {
        let under_way: Vec<_> =
            Self::each(binary, at).await.into_iter().map(|server| tokio::spawn(work(server))).collect();
        for one in under_way {
            if let Err(error) = one.await {
                panic!("{error}");
            }
        }
    }

    /// Starts `binary` at the instant `at` on SQLite, before a disk that can fail.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn on_a_disk(binary: &str, at: &str) -> (Self, Disk) {
        let data = Disk::folder();
        let (mut server, disk) = Self::over_a_disk(binary, data, at);
        let (made, said) = server.command(&["init"]);
        assert!(made, "{said}");
        server.launch(&["--demo-staff"]);
        (server, disk)
    }

    fn start(binary: &str, engine: &'static str, database: Option<String>, at: &str) -> Self {
        let data = crate::engines::folder();
        fs::write(clock_of(&data), at).expect("the clock is written");
        let database = database.unwrap_or_else(|| format!("sqlite:{}", data.join("kaogong.db").display()));
        let mut server = Self::over(binary, engine, data, database);
        server.command(&["init"]);
        server.launch(&["--demo-staff"]);
        server
    }

    /// Starts `binary` on what was kept of another server, at the instant `at`.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn on(binary: &str, kept: &Kept, at: &str) -> Self {
        fs::write(clock_of(&kept.data), at).expect("the clock is written");
        let mut server = Self::over(binary, kept.engine, kept.data.clone(), kept.database.clone());
        server.launch(&[]);
        server
    }

    /// Starts `binary` on what was kept of another server on SQLite, before a disk that can fail.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn on_kept_disk(binary: &str, kept: &Kept, at: &str) -> (Self, Disk) {
        assert_eq!(kept.engine, "sqlite");
        let data = Disk::folder();
        copy_tree(&kept.data, &data, |name| name != "lock");
        let (mut server, disk) = Self::over_a_disk(binary, data, at);
        server.launch(&[]);
        (server, disk)
    }

    /// Not started yet, over this folder and a disk under it that holds what lies there.
    fn over_a_disk(binary: &str, data: PathBuf, at: &str) -> (Self, Disk) {
        fs::write(clock_of(&data), at).expect("the clock is written");
        let database = format!("sqlite:{}", data.join("kaogong.db").display());
        let disk = Disk::under(&data);
        let mut server = Self::over(binary, "sqlite", data, database);
        server.set_environment(disk.environment());
        (server, disk)
    }

    /// A server that is not started yet, over an installation that is there already.
    #[must_use]
    pub fn over(binary: &str, engine: &'static str, data: PathBuf, database: String) -> Self {
        Self {
            child: ended(),
            base: String::new(),
            office: Office::new("", PathBuf::new()),
            diary: Arc::default(),
            data,
            engine,
            database,
            binary: binary.into(),
            environment: Vec::new(),
            log_from: 0,
        }
    }

    /// From its next start on the server, and every command of the binary, finds these variables.
    pub fn set_environment(&mut self, variables: Vec<(String, String)>) {
        self.environment = variables;
    }

    fn launch(&mut self, flags: &[&str]) {
        if let Err(said) = self.try_launch(flags) {
            panic!("it does not say where it listens, but {said:?}");
        }
    }

    /// Its log stands beside its data, and goes on from life to life.
    fn try_launch(&mut self, flags: &[&str]) -> Result<(), String> {
        self.log_from = self.log().len();
        let log = fs::OpenOptions::new().create(true).append(true).open(log_of(&self.data));
        // What it leaves there is found by whoever looks through its folder.
        let temporary = self.data.join("tmp");
        fs::create_dir_all(&temporary).expect("a folder is made");
        let mut child = Command::new(&self.binary)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("TMPDIR", &temporary)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(if flags.contains(&"--trusted-proxy") { None } else { Some("--plain-http") })
            .arg("--data")
            .arg(&self.data)
            .args(["--database", &self.database])
            .arg("--clock-file")
            .arg(clock_of(&self.data))
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(log.expect("the server's log"))
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output is ours");
        let read = BufReader::new(out).read_line(&mut line);
        self.child = child;
        read.expect("its output is text");
        let Some(base) = line.trim().strip_prefix("listening at ") else {
            self.stop();
            return Err(line + &self.said());
        };
        self.base = base.to_owned();
        self.office = Office::new(base, clock_of(&self.data)).with_diary(Arc::clone(&self.diary));
        Ok(())
    }

    /// Everything the server has written to its log so far.
    ///
    /// # Panics
    /// When that is not text.
    #[must_use]
    pub fn log(&self) -> String {
        let log = fs::read(log_of(&self.data)).unwrap_or_default();
        String::from_utf8(log).expect("the server's log is text")
    }

    /// What it has said there since its last start.
    ///
    /// # Panics
    /// When that is not text.
    #[must_use]
    pub fn said(&self) -> String {
        self.log().split_off(self.log_from)
    }

    /// The file that its clock follows.
    #[must_use]
    pub fn clock_file(&self) -> PathBuf {
        clock_of(&self.data)
    }

    /// Number of its process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Starts the server again on the same data, with these flags besides the usual ones. It
    /// listens elsewhere than before. The demo's people are there already: hashing their passwords
    /// again would take seconds.
    pub fn start_again(&mut self, flags: &[&str]) {
        self.stop();
        self.launch(flags);
    }

    /// As [`Server::start_again`], where it may be that it does not come up.
    ///
    /// # Errors
    /// What it said instead of where it listens.
    pub fn try_start_again(&mut self, flags: &[&str]) -> Result<(), String> {
        self.stop();
        self.try_launch(flags)
    }

    /// Waits until the server has ended by itself; how.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub fn ends(&mut self) -> ExitStatus {
        self.child.wait().expect("the server is ours")
    }

    /// How the server has ended, if it has.
    ///
    /// # Panics
    /// When it cannot be asked.
    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the server is ours")
    }

    /// Kills the server with `SIGKILL`: nothing of it runs any more when this returns.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Moves the clock: the one act of a story that a browser could not do.
    ///
    /// # Panics
    /// When time would go back, or the file cannot be written.
    pub fn clock(&mut self, at: &str) {
        self.office.clock(at).unwrap_or_else(|fault| panic!("{fault}"));
    }

    /// A new browser in front of this server.
    #[must_use]
    pub fn browser(&self) -> Browser {
        self.office.browser().into()
    }

    /// Where it listens.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The same server as the acts of a rehearsal see it; what they do stands in the same diary.
    #[must_use]
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// Every address that some browser of this server opened.
    #[must_use]
    pub fn opened(&self) -> Vec<String> {
        self.diary.opened()
    }

    /// Every change sent to this server so far.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.diary.sent()
    }

    /// Shows every change to `watch` before a browser of this server sends it.
    pub fn watched_by(&self, watch: Arc<dyn Watch>) {
        self.diary.watched_by(watch);
    }

    /// From now on the first change of each kind that is taken is sent `times` times at once.
    pub fn echo(&self, times: usize, kind: fn(&str) -> Option<&'static str>) {
        self.diary.echo(times, kind);
    }

    /// A browser with this member of the demo's staff signed in.
    ///
    /// # Panics
    /// When the sign-in does not lead to the workbench.
    #[must_use]
    pub fn staff(&self, login: &str) -> Browser {
        self.office.sign_in(login).unwrap_or_else(|fault| panic!("{fault}")).into()
    }

    /// A browser with the owner of this phone signed in by the code that was sent to it.
    ///
    /// # Panics
    /// When no code comes or it does not let in.
    #[must_use]
    pub fn candidate(&self, phone: &str) -> Browser {
        self.office.candidate(phone).unwrap_or_else(|fault| panic!("{fault}")).into()
    }

    /// Runs a command of the binary with exactly these arguments.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn bare_command(&self, arguments: &[&str]) -> (bool, String) {
        let done = Command::new(&self.binary).args(arguments).output().expect("the command starts");
        let text =
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        (done.status.success(), text)
    }

    /// Runs a command of the binary on this installation and gives its exit and output.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn command(&self, arguments: &[&str]) -> (bool, String) {
        let done = Command::new(&self.binary)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .args(arguments)
            .arg("--data")
            .arg(&self.data)
            .args(["--database", &self.database])
            .output()
            .expect("the command starts");
        let text =
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        (done.status.success(), text)
    }
}

/// Beside the data: moving the clock is not an act of the server.
fn clock_of(data: &Path) -> PathBuf {
    data.with_extension("clock")
}

/// What it says on its standard error; beside the data too, for that may be lost.
fn log_of(data: &Path) -> PathBuf {
    data.with_extension("stderr")
}

/// A process that is over: before the first start.
fn ended() -> Child {
    Command::new("true").spawn().expect("a process starts")
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
