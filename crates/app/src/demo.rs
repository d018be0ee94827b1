//! `kaogong demo`: a province in `./kaogong-data` with its own clock and people.
mod folder;
mod neighbours;
mod province;
mod smoke;
mod staff;
mod timing;

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use identity::{DemoGuide, DemoPhone};
use kernel::Clock;

use crate::{
    clock,
    house::{House, Layout, Options, make_keys},
    seed, serve,
};
use folder::{Folder, State};
use province::Extent;

pub use staff::{DEMO_STAFF, DemoStaff, demo_staff, make_staff};
pub use timing::say_statements;

/// Flags of `kaogong demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoFlags {
    /// Throw the demo's data away and begin anew.
    #[arg(long)]
    fresh: bool,
    /// Run on the machine's clock instead of the founding dates.
    #[arg(long)]
    today: bool,
    /// Start, check every page, stop; not zero when one does not answer.
    #[arg(long)]
    smoke: bool,
    /// With `--smoke`: prepare two batches only and open what they show.
    #[arg(long, requires = "smoke", hide = true)]
    brief: bool,
    /// With `--smoke`: write down how long each kind of page took and how many statements it asked, as JSON.
    #[arg(long, requires = "smoke", hide = true)]
    tour_report: Option<PathBuf>,
    /// Port to begin looking at.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Data folder.
    #[arg(long, default_value = "kaogong-data")]
    data: PathBuf,
}

/// Starts the demo: prepares the province when there is none yet, then says where it is.
///
/// # Errors
/// When the folder is not a demo's or cannot be written, no port is free, or the province cannot be
/// prepared.
pub async fn run(flags: DemoFlags) -> anyhow::Result<()> {
    let folder = Folder::new(&flags.data);
    let state = folder.open(flags.fresh)?;
    let clock = match state {
        State::Ready if flags.today => None,
        State::Ready | State::Begun => Some(folder.clock()),
    };
    let layout = Layout::new(&flags.data, None);
    make_keys(&layout)?;
    let listener = serve::listen(&format!("127.0.0.1:{}", flags.port), true).await?;
    let port = listener.local_addr()?.port();
    let url = format!("http://localhost:{port}");
    let clock = clock::choose(clock.as_deref())?;
    let options = Options { clock, secure_cookies: false, demo: true, public_url: url.clone() };
    let mut house = House::open(layout, options).await?;
    seed::registers(&house).await?;
    demo_staff(&house).await?;
    neighbours::neighbours(&house).await?;
    house.has_neighbours = true;

    let door = serve::Door::Plain;
    let mut server =
        tokio::spawn(serve::serve(house.clone(), listener, door, serve::Acknowledge::AfterCommit));
    let base = format!("http://127.0.0.1:{port}");
    let mut office = rehearse::Office::new(&base, folder.clock());
    let diary = Arc::new(rehearse::Diary::default());
    if flags.smoke {
        office = office.with_diary(Arc::clone(&diary));
    }
    let office = Arc::new(office);
    let extent = if flags.brief { Extent::TwoBatches } else { Extent::Whole };
    if state == State::Begun {
        let prepared = tokio::select! {
            ended = &mut server => return ended?,
            prepared = province::prepare(Arc::clone(&office), extent) => prepared,
        };
        prepared?;
        if flags.today {
            fs::write(folder.clock(), clock::MachineClock.now().text())?;
        }
        if extent == Extent::Whole {
            folder.finish()?;
        }
    }
    if flags.smoke {
        let known = if state == State::Begun { diary.opened() } else { Vec::new() };
        let checked = smoke::check(office, known, extent, flags.tour_report).await;
        folder.remember(house.env.now())?;
        server.abort();
        // The sequencer beside the server gives the last entries their place at the next start.
        return checked;
    }
    println!("考工 演示系统 · Kaogong demo: {url}");
    println!("数据 · data: {} · 停止 · stop: Ctrl-C", flags.data.display());
    let mut tick = tokio::time::interval(REMEMBER_EVERY);
    loop {
        tokio::select! {
            ended = &mut server => {
                folder.remember(house.env.now())?;
                return ended?;
            }
            _ = tick.tick() => folder.remember(house.env.now())?,
        }
    }
}

/// How often the demo's time is written down.
const REMEMBER_EVERY: Duration = Duration::from_secs(15);

/// Who can be tried out, for the sign-in page; where the neighbours of the province are as well, they too.
#[must_use]
pub fn guide(with_neighbours: bool) -> DemoGuide {
    let neighbours = if with_neighbours { neighbours::NEIGHBOUR_STAFF } else { &[] };
    let staff = DEMO_STAFF
        .iter()
        .chain(neighbours)
        .map(|one| (one.login.to_owned(), format!("demo-{}", one.login), one.role.code()))
        .collect();
    let phone = |phone: &rehearse::province::Phone| DemoPhone { number: phone.number, shows: phone.shows };
    DemoGuide { staff, phones: rehearse::province::PHONES.iter().map(phone).collect() }
}
