//! A PostgreSQL of a test's own, which may be stopped in the middle of its work.
//!
//! The cluster that all tests share is xtask's, which skips the disk. This one keeps what it commits as in production.
mod programs;

use std::{path::PathBuf, process::Child};

use self::programs::{Programs, address, data, done};
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
        let programs = Programs::find().expect("PostgreSQL's programs can be run");
        let programs = programs.expect("PostgreSQL is there: `cargo xtask postgres` says how to get it");
        let folder = engines::folder();
        let guard = programs.guard(&folder).expect("the guard of the cluster starts");
        let cluster = Self { programs, folder, guard };
        cluster.programs.make(&cluster.folder, SETTINGS).expect("a cluster is made");
        cluster.starts(&[]);
        cluster.programs.make_database(&cluster.folder).expect("a database is made");
        cluster
    }

    /// Address of its database.
    #[must_use]
    pub fn url(&self) -> String {
        address(&self.folder)
    }

    /// It comes up, with these settings (`name=value`) besides its own, and answers when this returns.
    ///
    /// # Panics
    /// When it does not.
    pub fn starts(&self, settings: &[&str]) {
        let settings: Vec<String> = settings.iter().map(|setting| format!("-c {setting}")).collect();
        self.programs.start(&self.folder, &settings.join(" ")).expect("PostgreSQL starts");
    }

    /// Its processes end at once, in the middle of whatever they do, and write nothing down: what is not in its log
    /// when this returns is found by no start.
    ///
    /// # Panics
    /// When it does not run.
    pub fn stops_at_once(&self) {
        let mut stop = self.programs.server("pg_ctl");
        stop.current_dir(&self.folder).args(["stop", "--wait", "--silent", "-m", "immediate", "-D"]);
        done(stop.arg(data(&self.folder))).expect("PostgreSQL stops");
    }

    /// Its database, empty until now, holds what the one at this address does.
    ///
    /// # Panics
    /// When that cannot be copied.
    pub fn takes_copy_of(&self, url: &str) {
        let dump = self.folder.join("copy.dump");
        let mut take = self.programs.tool("pg_dump");
        done(take.args(["--format=custom", "--no-owner", "--file"]).arg(&dump).arg(url))
            .expect("it is copied");
        let mut give = self.programs.tool("pg_restore");
        give.args(["--no-owner", "--exit-on-error", "--single-transaction", "--dbname", &self.url()]);
        done(give.arg(&dump)).expect("the copy is taken in");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // What still runs then ends with the machine's temporary files.
        let _ = self.guard.wait();
    }
}
