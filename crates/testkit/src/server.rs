//! The real binary, serving an empty installation on one engine, with a clock that can be moved.
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use rehearse::{Diary, Office, Sent};

use crate::Browser;

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

    fn start(binary: &str, engine: &'static str, database: Option<String>, at: &str) -> Self {
        let data = crate::engines::folder();
        fs::write(data.join("clock"), at).expect("the clock is written");
        let database = database.unwrap_or_else(|| format!("sqlite:{}", data.join("kaogong.db").display()));
        let mut server = Self {
            child: Command::new("true").spawn().expect("a process starts"),
            base: String::new(),
            office: Office::new("", PathBuf::new()),
            diary: Arc::default(),
            data,
            engine,
            database,
            binary: binary.into(),
        };
        server.command(&["init"]);
        server.launch(&["--demo-staff"]);
        server
    }

    fn launch(&mut self, flags: &[&str]) {
        let mut child = Command::new(&self.binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--plain-http"])
            .arg("--data")
            .arg(&self.data)
            .args(["--database", &self.database])
            .arg("--clock-file")
            .arg(self.data.join("clock"))
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output is ours");
        BufReader::new(out).read_line(&mut line).expect("it says where it listens");
        let base = line.trim().strip_prefix("listening at ").unwrap_or_else(|| panic!("it said {line:?}"));
        self.base = base.to_owned();
        self.office = Office::new(base, self.data.join("clock")).with_diary(Arc::clone(&self.diary));
        self.child = child;
    }

    /// Starts the server again on the same data, with these flags besides the usual ones. It
    /// listens elsewhere than before. The demo's people are there already: hashing their passwords
    /// again would take seconds.
    pub fn start_again(&mut self, flags: &[&str]) {
        self.stop();
        self.launch(flags);
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

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
