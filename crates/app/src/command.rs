//! The command line of `kaogong`.
use std::{net::IpAddr, path::PathBuf};

use certificate::{PublicKey, Verdict};
use clap::{Args, Parser};

use crate::{
    backup, clock, docs,
    house::{House, Layout, Options, make_keys},
    import, seed, serve,
};

/// 考工 Kaogong: vocational skill certification, from the filing to the certificate.
#[derive(Debug, Parser)]
#[command(name = "kaogong", version, about)]
pub enum Command {
    /// Make a new installation: keys, schema, registers.
    Init(Place),
    /// Serve it.
    Serve(ServeFlags),
    /// Start the demo province.
    #[cfg(feature = "demo")]
    Demo(crate::demo::DemoFlags),
    /// Take the unified batch of the province through all stages and say what was lost: nothing.
    #[cfg(feature = "demo")]
    Rehearse(crate::rehearsal::RehearseFlags),
    /// Make one of the first two administrators, of accounts or of duties, and print the link over which they set a password.
    Administrator(AdministratorFlags),
    /// Take dated registers in from files: standards, calendar, organisations, venues.
    Import(import::ImportFlags),
    /// Copy everything into an empty folder while the server goes on.
    Backup(backup::BackupFlags),
    /// Put a backup into an empty folder and an empty database.
    Restore(backup::RestoreFlags),
    /// Check the evidence without trusting the server.
    #[command(subcommand)]
    Verify(Verify),
    /// Read one file from outside: the server starts this for every file and ends it when the file asks for too much.
    #[command(hide = true)]
    Decode(DecodeFlags),
    /// Write or check the documents made from the product.
    Docs {
        /// Folder of the repository.
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// Only say what is stale.
        #[arg(long)]
        check: bool,
    },
}

/// Where an installation lies.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Data folder: keys, files, log, and the SQLite file.
    #[arg(long)]
    pub data: PathBuf,
    /// `sqlite:FILE` or `postgres://…`; a SQLite file in the data folder when absent.
    #[arg(long)]
    pub database: Option<String>,
}

/// Flags of `kaogong serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeFlags {
    #[command(flatten)]
    place: Place,
    /// Address to listen at.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Where the public finds us, as printed on certificates.
    #[arg(long, default_value = "http://localhost:8080")]
    public_url: String,
    /// A hall's network is plain HTTP: cookies without `Secure`.
    #[arg(long, conflicts_with_all = ["tls_cert", "trusted_proxy"])]
    plain_http: bool,
    /// Certificate chain in PEM; with `--tls-key` this server speaks HTTPS itself.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key in PEM.
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Address of the proxy that speaks HTTPS for us; nobody else is answered.
    #[arg(long, conflicts_with = "tls_cert")]
    trusted_proxy: Option<IpAddr>,
    /// Demo and tests only: read the time from this file.
    #[arg(long)]
    clock_file: Option<PathBuf>,
    /// Demo and tests only: make the demo's people with their well-known passwords.
    #[cfg(feature = "demo")]
    #[arg(long)]
    demo_staff: bool,
    /// Tests only: acknowledge answers before they are on disk, to show that losing them is noticed.
    #[cfg(feature = "demo")]
    #[arg(long)]
    acknowledge_early: bool,
    /// Tests only: take a form as often as it is sent, to show that its doubles are noticed.
    #[cfg(feature = "demo")]
    #[arg(long)]
    take_repeats: bool,
    /// Tests only: switch a protection off, to show that its absence is noticed.
    #[cfg(feature = "demo")]
    #[arg(long, hide = true)]
    weaken: Option<store::Weakness>,
}

/// Flags of `kaogong administrator`.
#[derive(Debug, Clone, Args)]
pub struct AdministratorFlags {
    /// What is typed to sign in.
    login: String,
    /// Name shown beside what this person does.
    #[arg(long)]
    name: String,
    /// Path of the organisation at and below which it counts.
    #[arg(long)]
    organisation: String,
    /// Give duties (security administrator) instead of keeping accounts.
    #[arg(long)]
    security: bool,
    /// Where browsers find the server, to stand in the link.
    #[arg(long, default_value = "http://localhost:8080")]
    public_url: String,
    #[command(flatten)]
    place: Place,
}

/// Flags of `kaogong decode`.
#[derive(Debug, Clone, Args)]
pub struct DecodeFlags {
    /// The kind of file.
    kind: String,
    /// Most memory to write to, in bytes.
    #[arg(long)]
    memory_bytes: u64,
    /// Most seconds of computing.
    #[arg(long)]
    cpu_seconds: u64,
    /// Tests only: hold it to nothing, to show that what files do is noticed.
    #[cfg(feature = "demo")]
    #[arg(long)]
    unlimited: bool,
}

/// What can be verified.
#[derive(Debug, clap::Subcommand)]
pub enum Verify {
    /// Every row, hash and signature of the trail.
    Log(Place),
    /// The counts of a batch at every stage, and where each of its certificates comes from.
    Batch {
        /// Code of the batch.
        code: String,
        #[command(flatten)]
        place: Place,
    },
    /// A certificate's PDF, with nothing but the issuer's public key.
    Certificate {
        /// The PDF.
        file: PathBuf,
        /// The issuer's public key (`issuer.pub`); several after a change of keys.
        #[arg(long, required = true)]
        key: Vec<PathBuf>,
    },
}

/// Carries out a command.
///
/// # Errors
/// What went wrong, in one sentence with its cause.
pub async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Init(place) => init(&place).await,
        Command::Serve(flags) => serve_house(flags).await,
        #[cfg(feature = "demo")]
        Command::Demo(flags) => crate::demo::run(flags).await,
        #[cfg(feature = "demo")]
        Command::Rehearse(flags) => crate::rehearsal::run(flags).await,
        Command::Administrator(flags) => administrator(flags).await,
        Command::Import(flags) => import_registers(&flags).await,
        Command::Backup(flags) => backup::backup(&flags).await,
        Command::Restore(flags) => backup::restore(&flags).await,
        Command::Verify(Verify::Log(place)) => verify_log(&place).await,
        Command::Verify(Verify::Batch { code, place }) => verify_batch(&code, &place).await,
        Command::Verify(Verify::Certificate { file, key }) => verify_certificate(&file, &key),
        Command::Docs { root, check } => docs::run(&root, check).await,
        Command::Decode(flags) => decode(&flags),
    }
}

/// Reads one file from outside, from standard input to standard output.
///
/// # Errors
/// An unknown kind; streams that end early.
pub fn decode(flags: &DecodeFlags) -> anyhow::Result<()> {
    let limits = decode::Limits { memory_bytes: flags.memory_bytes, cpu_seconds: flags.cpu_seconds };
    #[cfg(feature = "demo")]
    let limits = Some(limits).filter(|_| !flags.unlimited);
    #[cfg(not(feature = "demo"))]
    let limits = Some(limits);
    Ok(decode::run(&crate::compose::decoders(), &flags.kind, limits)?)
}

async fn init(place: &Place) -> anyhow::Result<()> {
    let layout = Layout::new(&place.data, place.database.as_deref());
    for made in make_keys(&layout)? {
        println!("made {}: back it up apart from the data", made.display());
    }
    let house = open(layout, None, false, String::new()).await?;
    let added = seed::registers(&house).await?;
    house.sequence().await?;
    println!("registers: {added} rows added");
    Ok(())
}

async fn administrator(flags: AdministratorFlags) -> anyhow::Result<()> {
    let layout = Layout::new(&flags.place.data, flags.place.database.as_deref());
    let house = open(layout, None, false, flags.public_url).await?;
    let path = kernel::OrgPath::parse(&flags.organisation)?;
    let mut tx = house.env.db.write().await?;
    anyhow::ensure!(
        organisation::by_path(&mut tx, &path).await?.is_some(),
        "there is no organisation at {path}: take it in first with `kaogong import organisations FILE`"
    );
    let role =
        if flags.security { identity::Role::SecurityAdministrator } else { identity::Role::Administrator };
    let names = (flags.login.as_str(), flags.name.as_str());
    let made = identity::found_administrator(&mut tx, &house.env, names, role, &path).await;
    let link = made.map_err(|refused| match refused {
        web::PageError::Refused(message) => {
            anyhow::anyhow!(web::Words(web::Lang::En).message(&message))
        }
        other @ (web::PageError::NotFound
        | web::PageError::SignIn
        | web::PageError::Forged
        | web::PageError::Mistakes(_)
        | web::PageError::Stale
        | web::PageError::Busy
        | web::PageError::Internal(_)) => other.into(),
    })?;
    tx.commit().await?;
    println!("{link}");
    println!("hand it over: it works once, for three days, and is not shown again");
    house.env.db.close().await;
    Ok(())
}

/// Works beside a serving process too: the log is left to it, and this entry waits for its place there.
async fn import_registers(flags: &import::ImportFlags) -> anyhow::Result<()> {
    let layout = Layout::new(&flags.place.data, flags.place.database.as_deref());
    let house = open(layout, None, false, String::new()).await?;
    import::run(&house, flags).await?;
    house.env.db.close().await;
    Ok(())
}

async fn open(
    layout: Layout,
    clock_file: Option<&std::path::Path>,
    secure_cookies: bool,
    public_url: String,
) -> anyhow::Result<House> {
    let clock = clock::choose(clock_file)?;
    House::open(layout, Options { clock, secure_cookies, demo: clock_file.is_some(), public_url }).await
}

async fn serve_house(flags: ServeFlags) -> anyhow::Result<()> {
    anyhow::ensure!(
        flags.plain_http || flags.tls_cert.is_some() || flags.trusted_proxy.is_some(),
        "say how browsers reach this server: --tls-cert and --tls-key, --trusted-proxy ADDRESS, or --plain-http for a hall"
    );
    #[cfg(feature = "demo")]
    if let Some(weakness) = flags.weaken {
        store::weaken(weakness);
    }
    let layout = Layout::new(&flags.place.data, flags.place.database.as_deref());
    let house = open(layout, flags.clock_file.as_deref(), !flags.plain_http, flags.public_url).await?;
    #[cfg(feature = "demo")]
    let house = House { takes_repeats: flags.take_repeats, ..house };
    #[cfg(feature = "demo")]
    if flags.demo_staff {
        crate::demo::demo_staff(&house).await?;
    }
    let listener = serve::listen(&flags.listen, false).await?;
    let scheme = if flags.tls_cert.is_some() { "https" } else { "http" };
    println!("listening at {scheme}://{}", listener.local_addr()?);
    let door = match (flags.tls_cert, flags.tls_key, flags.trusted_proxy) {
        (Some(cert), Some(key), _) => serve::Door::Tls { cert, key },
        (_, _, Some(proxy)) => serve::Door::Proxy(proxy),
        _ => serve::Door::Plain,
    };
    #[cfg(feature = "demo")]
    let acknowledge =
        if flags.acknowledge_early { serve::Acknowledge::Early } else { serve::Acknowledge::AfterCommit };
    #[cfg(not(feature = "demo"))]
    let acknowledge = serve::Acknowledge::AfterCommit;
    serve::serve(house, listener, door, acknowledge).await
}

async fn verify_log(place: &Place) -> anyhow::Result<()> {
    let layout = Layout::new(&place.data, place.database.as_deref());
    let key = std::fs::read_to_string(layout.log_public_key())?;
    let db = store::Db::open(&layout.database).await?;
    let log = trail::LogFolder::open(layout.log(), layout.high_water())?;
    let report = trail::verify(&db, &log, key.trim()).await?;
    println!("{} entries, {} in the log, {} waiting", report.entries, report.sequenced, report.pending);
    for problem in &report.problems {
        println!("PROBLEM {}: {}", problem.where_, problem.what);
    }
    anyhow::ensure!(report.problems.is_empty(), "{} problems", report.problems.len());
    println!("the log is whole");
    Ok(())
}

async fn verify_batch(code: &str, place: &Place) -> anyhow::Result<()> {
    let layout = Layout::new(&place.data, place.database.as_deref());
    let report = crate::verify_batch::verify_batch(&layout, code).await?;
    for (stage, count) in &report.counts {
        println!("{stage}: {count}");
    }
    for fault in &report.faults {
        println!("FAULT {fault}");
    }
    anyhow::ensure!(report.faults.is_empty(), "{} faults", report.faults.len());
    println!("every certificate of batch {code} has its whole ancestry in the log");
    Ok(())
}

fn verify_certificate(file: &std::path::Path, keys: &[PathBuf]) -> anyhow::Result<()> {
    let bytes = std::fs::read(file)?;
    let mut known = Vec::new();
    for key in keys {
        known.push(PublicKey::from_text(&std::fs::read_to_string(key)?)?);
    }
    match certificate::verify_pdf(&bytes, &known) {
        Verdict::Genuine(payload) => {
            println!("genuine: {} {}", payload.number, payload.name);
            println!("every byte is as it was signed; whether it was revoked since, the public query says");
            Ok(())
        }
        Verdict::Altered => anyhow::bail!("altered: the bytes are not those that were signed"),
        Verdict::NotOurs => anyhow::bail!("not ours: no signature by the given keys"),
    }
}
