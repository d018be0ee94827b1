//! Files from outside are read in a process of their own.
//!
//! A stage says how a kind of file is read by implementing [`Decoding`]: a pure function from bytes to parts. Where it
//! runs is the [`Decoder`]'s matter: a server starts its own binary once more for every file (`kaogong decode KIND`),
//! without environment, files to write or more memory and computing time than [`Limits`] gives, writes the
//! file to it and reads the parts, a line of JSON each. Whatever a file does to its reader, the server sees a line that
//! says why not, or an end without such a line.
//!
//! Not done: a filter of system calls. A reader that a file takes over may read what the server's user may read, but
//! writes nothing, and it holds no key.
mod child;
mod limits;
mod parent;

use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Semaphore;
use web::{PageError, PageResult};

pub use child::{Entry, read, run};
pub use limits::{BY_THE_PIECE, Limits};

/// A kind of file and how it is read.
pub trait Decoding {
    /// What the kind is called on the command line.
    const KIND: &'static str;
    /// What the reader is told besides the bytes.
    type Ask: Serialize + DeserializeOwned;
    /// What the file is made of.
    type Part: Serialize + DeserializeOwned;
    /// Why it is not taken.
    type Refused: Serialize + DeserializeOwned + From<Stopped>;

    /// Hands the parts on in their order; whoever takes them may have seen enough.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn decode(ask: &Self::Ask, file: &[u8], give: Give<'_, Self::Part>) -> Result<(), Self::Refused>;
}

/// What takes the parts.
pub type Give<'g, Part> = &'g mut dyn FnMut(Part) -> ControlFlow<()>;

/// How a reader ended that did not say how the file ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The system ended it: it wanted more memory or computing time than a file may take.
    Exceeded,
    /// It gave up by itself: a fault of ours that a file found.
    Broke,
}

/// Why nothing was read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread<Refused> {
    /// The file is not taken.
    #[error("the file is refused")]
    Refused(Refused),
    /// No reader could be started: the file may be good.
    #[error("no reader: {0}")]
    NoReader(String),
}

impl<Refused> From<Refused> for Unread<Refused> {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl<Refused: Into<PageError>> From<Unread<Refused>> for PageError {
    fn from(unread: Unread<Refused>) -> Self {
        match unread {
            Unread::Refused(refused) => refused.into(),
            Unread::NoReader(cause) => Self::Internal(cause),
        }
    }
}

/// Where files are read.
#[derive(Debug, Clone)]
pub struct Decoder {
    place: Place,
    turns: Arc<Semaphore>,
}

#[derive(Debug, Clone)]
enum Place {
    Child { binary: Arc<Path>, limits: fn(usize) -> Limits },
    InProcess,
}

impl Decoder {
    /// Every file in a process of its own, which runs `binary decode KIND`.
    #[must_use]
    pub fn child(binary: PathBuf) -> Self {
        Self::at(Place::Child { binary: binary.into(), limits: Limits::of_file })
    }

    /// Without any protection, in the calling process: for tests of a stage, which have no binary.
    #[must_use]
    pub fn in_process() -> Self {
        Self::at(Place::InProcess)
    }

    fn at(place: Place) -> Self {
        // Each turn takes a core and up to the memory of `Limits`.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { place, turns: Arc::new(Semaphore::new(cores)) }
    }

    /// Does work that reads files beside the threads that answer requests; at once only as many as there are cores.
    ///
    /// Nobody may wait here with a transaction open: whoever reads may be waiting for that transaction.
    ///
    /// # Errors
    /// [`PageError::Internal`] when the work panicked.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> PageResult<T> {
        let internal = |error: &dyn std::error::Error| PageError::Internal(error.to_string());
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|error| internal(&error))?;
        let decoder = self.clone();
        let work = move || {
            let done = work(&decoder);
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| internal(&error))
    }

    /// Reads a file and hands its parts on. Waits for the reader: not for a thread that answers requests.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn read<D: Decoding>(
        &self,
        ask: &D::Ask,
        file: &[u8],
        take: Give<'_, D::Part>,
    ) -> Result<(), Unread<D::Refused>> {
        match &self.place {
            Place::InProcess => D::decode(ask, file, take).map_err(Unread::Refused),
            Place::Child { binary, limits } => parent::read::<D>(binary, limits(file.len()), ask, file, take),
        }
    }

    /// Reads a file that is one part.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn read_one<D: Decoding>(&self, ask: &D::Ask, file: &[u8]) -> Result<D::Part, Unread<D::Refused>> {
        let mut whole = None;
        self.read::<D>(ask, file, &mut |part| {
            whole = Some(part);
            ControlFlow::Break(())
        })?;
        whole.ok_or_else(|| Unread::Refused(Stopped::Broke.into()))
    }
}

/// The running binary, even when the file it was started from has been replaced meanwhile.
///
/// # Errors
/// When the system does not say which it is.
pub fn own_binary() -> io::Result<PathBuf> {
    let link = PathBuf::from("/proc/self/exe");
    if link.exists() { Ok(link) } else { std::env::current_exe() }
}

/// Bytes as text, for parts that hold some: `#[serde(with = "decode::bytes")]`.
pub mod bytes {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes them.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    /// Reads them.
    ///
    /// # Errors
    /// The deserializer's; text that is no base64.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
