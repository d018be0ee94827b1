//! Where the tests put what nobody needs afterwards: in memory, where there is room, because to write some
//! hundred thousand small files to a disk and to remove them again takes minutes.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::program::output;

/// Files in memory, on Linux.
const MEMORY: &str = "/dev/shm";
/// What must be free there, in gibibytes. Source: [own], measured: a check has two there at most.
const FREE_LEAST: u64 = 8;

/// The folder within which PostgreSQL and the tests may write; [`Cluster`](crate::postgres::Cluster) removes what it
/// puts there, however the run ends.
#[must_use]
pub fn place() -> PathBuf {
    if has_room(MEMORY) { PathBuf::from(MEMORY) } else { env::temp_dir() }
}

fn has_room(folder: &str) -> bool {
    let free = output(Command::new("df").args(["--output=avail", "--block-size=1G", folder]));
    free.is_ok_and(|said| gibibytes(&said).is_some_and(|free| free >= FREE_LEAST))
}

/// The number below the heading.
fn gibibytes(said: &str) -> Option<u64> {
    said.lines().nth(1)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_space_is_read_from_below_its_heading() {
        assert_eq!(gibibytes("Avail\n   23\n"), Some(23));
        assert_eq!(gibibytes("df: /dev/shm: No such file or directory\n"), None);
    }
}
