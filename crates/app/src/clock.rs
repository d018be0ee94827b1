//! The machine's clock and entropy, and in the demo a clock that can be moved.
use std::sync::Arc;

use kernel::{Clock, Entropy, UnixMicros};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the clock comes from")]
    fn now(&self) -> UnixMicros {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        UnixMicros::new(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The machine's source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineEntropy;

impl Entropy for MachineEntropy {
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing may go on: keys and codes would be guessable"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the machine gives randomness");
    }
}

/// A clock that runs from a moment written in a file: the demo and the tests move it by writing the
/// file again. Time goes on from there at the machine's pace.
#[cfg(feature = "demo")]
#[derive(Debug)]
pub struct FileClock {
    file: std::path::PathBuf,
    last: std::sync::Mutex<Reading>,
}

#[cfg(feature = "demo")]
#[derive(Debug, Clone, Default)]
struct Reading {
    modified: Option<std::time::SystemTime>,
    text: String,
    shift: i64,
}

#[cfg(feature = "demo")]
impl FileClock {
    /// Reads `file`, which holds one instant as `2021-04-30 09:00`.
    ///
    /// # Errors
    /// When the file does not hold an instant.
    pub fn open(file: std::path::PathBuf) -> anyhow::Result<Arc<Self>> {
        let clock = Self { last: std::sync::Mutex::default(), file };
        anyhow::ensure!(
            clock.read().is_some(),
            "{} does not hold an instant such as 2021-04-30 09:00",
            clock.file.display()
        );
        Ok(Arc::new(clock))
    }

    fn read(&self) -> Option<i64> {
        let modified = std::fs::metadata(&self.file).and_then(|meta| meta.modified()).ok();
        let mut last = self.last.lock().ok()?;
        if modified.is_some() && modified == last.modified {
            return Some(last.shift);
        }
        let text = std::fs::read_to_string(&self.file).ok()?;
        let wanted = UnixMicros::parse_text(text.trim()).ok()?;
        if text != last.text {
            last.shift = wanted.minus(MachineClock.now());
            last.text = text;
        }
        last.modified = modified;
        Some(last.shift)
    }
}

#[cfg(feature = "demo")]
impl Clock for FileClock {
    fn now(&self) -> UnixMicros {
        // A file that is half written keeps the time it had.
        let shift = self.read().or_else(|| self.last.lock().ok().map(|last| last.shift)).unwrap_or_default();
        UnixMicros::new(MachineClock.now().get().saturating_add(shift))
    }
}

/// Which clock to run by.
///
/// # Errors
/// A clock file outside the demo: a release never takes one.
pub fn choose(clock_file: Option<&std::path::Path>) -> anyhow::Result<Arc<dyn Clock>> {
    match clock_file {
        None => Ok(Arc::new(MachineClock)),
        #[cfg(feature = "demo")]
        Some(file) => Ok(FileClock::open(file.to_path_buf())?),
        #[cfg(not(feature = "demo"))]
        Some(_) => anyhow::bail!(
            "--clock-file is for the demo and the tests; this is a release build, whose clock is the machine's"
        ),
    }
}
