//! A data folder: keys, database, files and log of one installation.
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use certificate::{Issuer, IssuerKey, QueryBudget, SerialScope};
use identity::Env;
use kernel::{Clock, Entropy};
use person::Vault;
use readership::Readers;
use store::{Blobs, Db};
use trail::{Desk, LogFolder, Signer};

use crate::{clock::MachineEntropy, compose};

/// Where everything of one installation lies.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Folder given by `--data`.
    pub data: PathBuf,
    /// Address given by `--database`; SQLite in the data folder when absent.
    pub database: String,
}

impl Layout {
    /// From the command line.
    #[must_use]
    pub fn new(data: &Path, database: Option<&str>) -> Self {
        let file = data.join("kaogong.db");
        let database = database.map_or_else(|| format!("sqlite:{}", file.display()), ToOwned::to_owned);
        Self { data: data.to_path_buf(), database }
    }

    /// Secret keys; backed up apart from everything else.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.data.join("keys")
    }

    /// Sealed files.
    #[must_use]
    pub fn blobs(&self) -> PathBuf {
        self.data.join("files")
    }

    /// Tiles and checkpoint of the trail.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.data.join("log")
    }

    /// Remembers the highest log size ever signed; never part of a backup.
    #[must_use]
    pub fn high_water(&self) -> PathBuf {
        self.data.join("log.high-water")
    }

    /// The public half of the key that signs certificates.
    #[must_use]
    pub fn issuer_public_key(&self) -> PathBuf {
        self.data.join("issuer.pub")
    }

    /// The public half of the log's key.
    #[must_use]
    pub fn log_public_key(&self) -> PathBuf {
        self.data.join("log.pub")
    }
}

/// An opened installation.
#[derive(Clone)]
pub struct House {
    /// Where it lies.
    pub layout: Layout,
    /// What handlers run in.
    pub env: Env,
    /// The trail's folder.
    pub log: Arc<LogFolder>,
    /// Signs checkpoints.
    pub signer: Arc<Signer>,
    /// Issues certificates.
    pub issuer: Arc<Issuer>,
    /// Counts what the public reads.
    pub readers: Readers,
    /// Whether the bodies beside the demo's province have their people here.
    #[cfg(feature = "demo")]
    pub has_neighbours: bool,
    /// Whether a form is taken as often as it is sent: for the control of a test.
    #[cfg(feature = "demo")]
    pub takes_repeats: bool,
}

/// How to open a house.
#[derive(Clone)]
pub struct Options {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether browsers reach us by HTTPS.
    pub secure_cookies: bool,
    /// Whether this is the demo.
    pub demo: bool,
    /// Where the public finds us.
    pub public_url: String,
}

/// Makes the keys of a new installation; existing keys are left alone and reported.
///
/// # Errors
/// When the folder cannot be written.
pub fn make_keys(layout: &Layout) -> anyhow::Result<Vec<PathBuf>> {
    let keys = layout.keys();
    store::make_folder(&keys).with_context(|| format!("cannot make {}", keys.display()))?;
    let entropy = MachineEntropy;
    let mut made = Vec::new();
    let person = keys.join("person.key");
    if !person.exists() {
        write_secret(&person, &Vault::generate(&entropy).to_text())?;
        made.push(person);
    }
    let issuer = keys.join("issuer.key");
    if !issuer.exists() {
        let mut random = [0; 32];
        entropy.fill(&mut random);
        let key = IssuerKey::generate(random);
        write_secret(&issuer, &key.to_text())?;
        store::replace_file(&layout.issuer_public_key(), format!("{}\n", key.public_text()).as_bytes())?;
        made.push(issuer);
    }
    let log = keys.join("log.key");
    if !log.exists() {
        let mut random = [0; 32];
        entropy.fill(&mut random);
        let mut name = [0; 4];
        entropy.fill(&mut name);
        let signer = Signer::generate(&format!("kaogong/{:08x}", u32::from_be_bytes(name)), random)?;
        write_secret(&log, signer.secret_text())?;
        store::replace_file(&layout.log_public_key(), format!("{}\n", signer.verifier()).as_bytes())?;
        made.push(log);
    }
    Ok(made)
}

fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    store::sync_file(&file)?;
    Ok(store::sync_folder(path.parent().unwrap_or(Path::new("")))?)
}

fn read_key(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| {
        format!(
            "cannot read {}: run `kaogong init --data …` first, or put the keys back from their own backup",
            path.display()
        )
    })
}

/// Public queries a minute this node answers. [own] setting; what it caps stands at [`QueryBudget`].
const PUBLIC_QUERIES_A_MINUTE: u32 = 600;

fn issuer(layout: &Layout, signer: &Signer) -> anyhow::Result<Issuer> {
    Ok(Issuer {
        key: IssuerKey::from_text(&read_key(&layout.keys().join("issuer.key"))?)?,
        earlier_keys: Vec::new(),
        serial_scope: SerialScope::Year,
        log_origin: signer.verifier().split('+').next().unwrap_or_default().to_owned(),
        entitled_words: Vec::new(),
        budget: Arc::new(QueryBudget::new(PUBLIC_QUERIES_A_MINUTE)),
    })
}

impl House {
    /// Opens an installation and brings its schema up to date.
    ///
    /// # Errors
    /// Missing keys, an unreachable database, a failed migration.
    pub async fn open(layout: Layout, options: Options) -> anyhow::Result<Self> {
        let vault = Vault::from_text(&read_key(&layout.keys().join("person.key"))?)?;
        let signer = Signer::from_secret_text(read_key(&layout.keys().join("log.key"))?.trim())?;
        let issuer = issuer(&layout, &signer)?;
        let db =
            Db::open(&layout.database).await.with_context(|| format!("cannot open {}", layout.database))?;
        if let Err(error) = db.settle().await {
            tracing::warn!(%error, "what the database's log holds could not be copied into the database yet");
        }
        store::migrate(&db).await.context("the schema could not be brought up to date")?;
        let log = LogFolder::open(layout.log(), layout.high_water())?;
        let entropy: Arc<dyn Entropy> = Arc::new(MachineEntropy);
        let desk = Desk { entropy: entropy.clone(), clock: options.clock.clone(), node: "1".into() };
        let env = Env {
            db,
            clock: options.clock,
            entropy,
            vault,
            blobs: Blobs::open(layout.blobs())?,
            desk,
            decoder: decode::Decoder::child(decode::own_binary()?),
            secure_cookies: options.secure_cookies,
            demo: options.demo,
            nav: Arc::new(compose::navigation()),
            public_url: options.public_url.into(),
        };
        Ok(Self {
            layout,
            readers: Readers::new(Arc::clone(&env.clock)),
            env,
            log: Arc::new(log),
            signer: Arc::new(signer),
            issuer: Arc::new(issuer),
            #[cfg(feature = "demo")]
            has_neighbours: false,
            #[cfg(feature = "demo")]
            takes_repeats: false,
        })
    }

    /// Gives every waiting trail entry its place in the log and signs a checkpoint.
    ///
    /// # Errors
    /// Storage; a log that is ahead of the database (an old backup was put back).
    pub async fn sequence(&self) -> anyhow::Result<()> {
        trail::sequence(&self.env.db, &self.log, &self.signer, self.env.now()).await?;
        Ok(())
    }
}
