//! The story's installation, kept at six moments.
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use testkit::{Kept, Server, Watch};
use tokio::sync::OnceCell;

use super::hostile::{Found, Hostile};
use crate::{
    echo::{self, Echoes},
    story,
};

/// States of a batch at which the doors are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// The plan is published, nobody has applied.
    Announced,
    /// The exam is on: one candidate has handed in, another works, the rest have not begun.
    UnderWay,
    /// Every room is closed, nothing is scored.
    HandedIn,
    /// Scores are combined into results that nobody has published.
    Combined,
    /// Results are published.
    Published,
    /// Certificates are issued and handed out, one is revoked.
    Certified,
}

impl Moment {
    /// Its number in `expected.csv`.
    pub fn number(self) -> u8 {
        match self {
            Self::Announced => 1,
            Self::UnderWay => 2,
            Self::HandedIn => 3,
            Self::Combined => 4,
            Self::Published => 5,
            Self::Certified => 6,
        }
    }

    /// When it is.
    pub fn clock(self) -> &'static str {
        match self {
            Self::Announced => "2021-03-16 10:00",
            Self::UnderWay => "2021-05-22 09:10",
            Self::HandedIn => "2021-05-23 18:30",
            Self::Combined => "2021-05-26 09:10",
            Self::Published => "2021-05-26 09:40",
            Self::Certified => "2021-06-03 15:00",
        }
    }
}

/// The story on one engine.
pub struct World {
    /// Name of the engine.
    pub engine: &'static str,
    moments: BTreeMap<Moment, Kept>,
    /// What somebody between the browsers and the server tried.
    pub found: Found,
    /// The data folder as the killed server left it, with the write-ahead log of its database.
    pub raw: PathBuf,
    /// What became of the changes that were sent many times at once.
    pub echoes: Echoes,
    /// How many stages the story reached.
    pub reached: usize,
    /// The story's own server, stopped; with its diary.
    server: Mutex<Option<Server>>,
}

impl World {
    /// A copy of what was kept at a moment; on PostgreSQL only the last one is.
    pub async fn copy(&self, moment: Moment) -> Option<Kept> {
        match self.moments.get(&moment) {
            Some(kept) => Some(kept.again().await),
            None => None,
        }
    }

    /// What is kept of the last moment, to be read only.
    pub fn end(&self) -> &Kept {
        &self.moments[&Moment::Certified]
    }

    /// The story's own server, once, stopped.
    pub fn take_server(&self) -> Server {
        self.server.lock().unwrap().take().expect("nobody has taken it")
    }
}

static WORLDS: OnceCell<Vec<World>> = OnceCell::const_new();
static BEGUN: AtomicBool = AtomicBool::new(false);

/// The story on every engine there is, told once for all tests of this program.
pub async fn worlds() -> &'static [World] {
    let tell = || async {
        assert!(!BEGUN.swap(true, Ordering::SeqCst), "the story broke off in another test");
        let servers = Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00").await;
        let under_way: Vec<_> = servers.into_iter().map(|server| tokio::spawn(told(server))).collect();
        let mut worlds = Vec::new();
        for one in under_way {
            worlds.push(one.await.unwrap());
        }
        worlds
    };
    WORLDS.get_or_init(tell).await
}

async fn told(mut server: Server) -> World {
    let engine = server.engine;
    let mut moments = BTreeMap::new();
    let hostile = Arc::new(Hostile::at(&server.database).await);
    server.watched_by(Arc::clone(&hostile) as Arc<dyn Watch>);
    echo::begin(&server);
    let reached = tokio::task::block_in_place(|| {
        // A database of PostgreSQL is copied only when nobody is connected to it.
        let mut keep = |server: &Server, moment: Moment| {
            if engine == "sqlite" {
                let kept = tokio::runtime::Handle::current().block_on(Kept::live(server));
                moments.insert(moment, kept);
            }
        };
        let reached = story::tell(&mut server, &mut keep);
        server.stop();
        reached
    });
    let raw = Kept::raw(&server);
    let echoes = echo::heard(&server).await;
    let found = hostile.ends().await;
    moments.insert(Moment::Certified, Kept::of(&server).await);
    World { engine, moments, reached, echoes, found, raw, server: Mutex::new(Some(server)) }
}
