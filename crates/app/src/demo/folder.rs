//! The demo's folder: whether the province in it is complete.
use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use kernel::UnixMicros;

/// Says how far the province is; only a demo's folder has it.
const MARK: &str = "demo-province";
const BEGUN: &str = "begun";
const READY: &str = "ready";

/// The demo's time as it was last seen.
const SEEN: &str = "clock.seen";
/// A time is written without its seconds, and some of them before the end: so much is added.
const MINUTES_ON: i64 = 2;

/// How a folder stands once it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Empty until now: the province is still to be prepared.
    Begun,
    /// The province stands.
    Ready,
}

/// A folder for a demo.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// At this place.
    pub fn new(place: &Path) -> Self {
        Self(place.to_path_buf())
    }

    /// Where the demo's time is read from.
    pub fn clock(&self) -> PathBuf {
        self.0.join("clock")
    }

    /// The time goes on from where the demo was left, so that nothing ever happened in the future.
    fn continue_clock(&self) -> anyhow::Result<()> {
        let read = |file: PathBuf| {
            let text = fs::read_to_string(file).unwrap_or_default();
            UnixMicros::parse_text(text.trim()).ok()
        };
        let left = read(self.0.join(SEEN)).map(|left| left.plus_minutes(MINUTES_ON));
        if let Some(left) = left.max(read(self.clock())) {
            fs::write(self.clock(), left.text())?;
        }
        Ok(())
    }

    /// Remembers what time it is in the demo.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember(&self, now: UnixMicros) -> anyhow::Result<()> {
        Ok(fs::write(self.0.join(SEEN), now.text())?)
    }

    /// Opens the folder. What an interrupted preparation left is thrown away, and so is everything
    /// when `fresh`; a folder that no demo made is never touched.
    ///
    /// # Errors
    /// When the folder is somebody else's or cannot be written.
    pub fn open(&self, fresh: bool) -> anyhow::Result<State> {
        let place = self.0.display();
        let mark = fs::read_to_string(self.0.join(MARK)).unwrap_or_default();
        let is_empty = match fs::read_dir(&self.0) {
            Ok(mut entries) => entries.next().is_none(),
            Err(_) => true,
        };
        match mark.as_str() {
            READY if !fresh => {
                self.continue_clock()?;
                return Ok(State::Ready);
            }
            READY | BEGUN => {
                if mark == BEGUN {
                    println!(
                        "上次准备未完成,重新开始 · the last preparation was interrupted; beginning anew"
                    );
                }
                fs::remove_dir_all(&self.0).with_context(|| format!("cannot empty {place}"))?;
            }
            _ if is_empty => {}
            _ => bail!(
                "{place} 不是演示系统的数据文件夹,未作改动;请用 --data 另选一个 · \
                 {place} holds something that no demo of this version made; it was left alone. \
                 Choose another folder with --data, or remove it yourself"
            ),
        }
        fs::create_dir_all(&self.0).with_context(|| format!("cannot make {place}"))?;
        fs::write(self.0.join(MARK), BEGUN)?;
        fs::write(self.clock(), rehearse::province::BEGINS)?;
        Ok(State::Begun)
    }

    /// The province is complete.
    ///
    /// # Errors
    /// When the mark cannot be written.
    pub fn finish(&self) -> anyhow::Result<()> {
        Ok(fs::write(self.0.join(MARK), READY)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(place: &Path) -> Vec<String> {
        let mut all: Vec<String> = fs::read_dir(place)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        all.sort();
        all
    }

    #[test]
    fn an_interrupted_preparation_is_thrown_away_and_a_finished_one_is_kept() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path());
        assert_eq!(folder.open(false).unwrap(), State::Begun);
        fs::write(place.path().join("kaogong.db"), "half").unwrap();
        assert_eq!(folder.open(false).unwrap(), State::Begun);
        assert_eq!(names(place.path()), ["clock", "demo-province"], "half a province is gone");
        fs::write(place.path().join("kaogong.db"), "whole").unwrap();
        folder.finish().unwrap();
        assert_eq!(folder.open(false).unwrap(), State::Ready);
        assert_eq!(names(place.path()), ["clock", "demo-province", "kaogong.db"]);
        assert_eq!(folder.open(true).unwrap(), State::Begun);
        assert_eq!(names(place.path()), ["clock", "demo-province"], "asked for anew");
    }

    #[test]
    fn time_goes_on_from_where_the_demo_was_left() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path());
        folder.open(false).unwrap();
        fs::write(folder.clock(), "2021-04-30 09:00").unwrap();
        folder.finish().unwrap();
        folder.open(false).unwrap();
        assert_eq!(fs::read_to_string(folder.clock()).unwrap(), "2021-04-30 09:00");
        folder.remember(UnixMicros::parse_text("2021-04-30 10:15").unwrap()).unwrap();
        folder.open(false).unwrap();
        assert_eq!(fs::read_to_string(folder.clock()).unwrap(), "2021-04-30 10:17");
    }

    #[test]
    fn a_folder_that_no_demo_made_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("kaogong.db"), "real").unwrap();
        for fresh in [false, true] {
            assert!(Folder::new(place.path()).open(fresh).is_err());
            assert_eq!(names(place.path()), ["kaogong.db"]);
        }
    }
}
