//! A disk that can fail, in front of the real binary: `shim/disk.c`, preloaded.
use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// What the two sides share, as the shim has it: five numbers and a text.
const CONTROL_BYTES: usize = 6 * 8 + 80;
/// Places of the numbers.
const LEFT: u64 = 0;
const PIECES: u64 = 8;
const REFUSE: u64 = 16;
const DIES: u64 = 24;
const SYNCS: u64 = 32;
const REFUSED: u64 = 40;
const WHERE: u64 = 48;

/// The disk under one data folder. It holds what a machine would find after its power went.
#[derive(Debug)]
pub struct Disk {
    data: PathBuf,
    kept: PathBuf,
    control: File,
}

impl Disk {
    /// A new empty folder, in memory where the machine has that: the power goes hundreds of times, and each
    /// time everything is copied.
    pub(crate) fn folder() -> PathBuf {
        let memory = Path::new("/dev/shm");
        let place =
            if kilobytes_free(memory) >= NEEDED { memory.to_path_buf() } else { std::env::temp_dir() };
        tempfile::Builder::new().prefix("kaogong-disk-").tempdir_in(place).expect("a temporary folder").keep()
    }

    /// A whole disk under `data`; whatever lies there now is on it.
    ///
    /// # Panics
    /// When the shim cannot be compiled, or files cannot be copied.
    #[must_use]
    pub fn under(data: &Path) -> Self {
        let kept = data.with_extension("disk");
        fs::create_dir_all(&kept).expect("a folder is made");
        let control = File::create_new(kept.join("control"))
            .and_then(|_| File::options().read(true).write(true).open(kept.join("control")));
        let control = control.expect("the control is made");
        control.write_all_at(&[0; CONTROL_BYTES], 0).expect("the control is written");
        let disk = Self { data: data.to_path_buf(), kept, control };
        disk.has_space();
        disk.holds_everything();
        disk
    }

    /// The variables that put a program in front of this disk.
    ///
    /// # Panics
    /// When the shim cannot be compiled.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let shown = |path: &Path| path.display().to_string();
        vec![
            ("LD_PRELOAD".to_owned(), shown(shim())),
            ("FAULTY_BELOW".to_owned(), shown(&self.data)),
            ("FAULTY_DISK".to_owned(), shown(&self.kept)),
            ("FAULTY_CONTROL".to_owned(), shown(&self.kept.join("control"))),
        ]
    }

    /// The power goes, and comes back: of the data folder there is only what was on the disk. Nobody may
    /// have it open.
    ///
    /// # Panics
    /// When the files cannot be moved.
    pub fn loses_power(&self) {
        fs::remove_dir_all(&self.data).expect("what was in memory goes");
        fs::rename(self.kept.join("tree"), &self.data).expect("what was on the disk comes");
        self.holds_everything();
    }

    /// From now on random sectors and names that nobody synced get to the disk too; 0: not any more.
    pub fn lets_pieces_through(&self, seed: u64) {
        self.set(PIECES, i64::from_le_bytes(seed.to_le_bytes()));
    }

    /// The process dies at the `count`th change of this disk from now on, counted from 1; 0: it lives.
    pub fn kills_at(&self, count: i64) {
        self.set(DIES, count);
    }

    /// The next sync of a path that ends in this text fails, once.
    ///
    /// # Panics
    /// When the text is too long.
    pub fn refuses_sync(&self, path: &str) {
        let mut text = path.as_bytes().to_vec();
        assert!(text.len() < CONTROL_BYTES - 48, "{path} is too long");
        text.push(0);
        self.control.write_all_at(&text, WHERE).expect("the control is written");
        self.set(REFUSE, 1);
    }

    /// Files may grow by so many bytes together, then the disk is full.
    pub fn fills_up_after(&self, bytes: i64) {
        self.set(LEFT, bytes);
    }

    /// Somebody made space.
    pub fn has_space(&self) {
        self.set(LEFT, -1);
    }

    /// How many syncs have succeeded.
    #[must_use]
    pub fn syncs(&self) -> i64 {
        self.get(SYNCS)
    }

    /// How many calls were refused.
    #[must_use]
    pub fn refused(&self) -> i64 {
        self.get(REFUSED)
    }

    fn set(&self, place: u64, number: i64) {
        self.control.write_all_at(&number.to_le_bytes(), place).expect("the control is written");
    }

    fn get(&self, place: u64) -> i64 {
        let mut bytes = [0; 8];
        self.control.read_exact_at(&mut bytes, place).expect("the control is read");
        i64::from_le_bytes(bytes)
    }

    /// Whatever lies in the data folder now is on the disk: what somebody wrote who does not stand before it. No process
    /// may be at work there.
    ///
    /// # Panics
    /// When the files cannot be copied.
    pub fn holds_everything(&self) {
        for part in ["inode", "tree"] {
            match fs::remove_dir_all(self.kept.join(part)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
                Ok(()) | Err(_) => {}
            }
            fs::create_dir(self.kept.join(part)).expect("a folder is made");
        }
        self.holds(&self.data, &self.kept.join("tree")).expect("the files are copied");
    }

    fn holds(&self, from: &Path, to: &Path) -> io::Result<()> {
        for entry in fs::read_dir(from)? {
            let (entry, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
            let target = to.join(&name);
            if entry.is_dir() {
                fs::create_dir(&target)?;
                self.holds(&entry, &target)?;
            } else if !name.to_string_lossy().contains("-shm") {
                let bytes = self.kept.join("inode").join(fs::metadata(&entry)?.ino().to_string());
                fs::copy(&entry, &bytes)?;
                fs::hard_link(&bytes, &target)?;
            }
        }
        Ok(())
    }
}

/// Kilobytes for a house after a batch, what of it is on the disk, and copies of both. Source: [own]; containers
/// often have 64 MB there.
const NEEDED: u64 = 1_000_000;

/// None where the folder is missing.
fn kilobytes_free(folder: &Path) -> u64 {
    let said = Command::new("df").arg("-Pk").arg(folder).output();
    let text = said.map(|said| String::from_utf8_lossy(&said.stdout).into_owned()).unwrap_or_default();
    let free = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    free.unwrap_or_default()
}

/// Memory is scarcer than a disk.
impl Drop for Disk {
    fn drop(&mut self) {
        for folder in [&self.data, &self.kept] {
            // What cannot be removed goes with the machine's memory.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// The compiled shim, made once in a run.
fn shim() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("shim/disk.c");
        let library = crate::engines::folder().join("disk.so");
        let compiler = std::env::var_os("CC").unwrap_or_else(|| OsString::from("cc"));
        let mut compile = Command::new(compiler);
        compile.args(["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o"]).arg(&library).arg(&source);
        let done = compile.args(["-ldl", "-lpthread"]).output();
        let done = done.expect("a C compiler is missing: run `sudo apt-get install -y gcc`");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        library
    })
}
