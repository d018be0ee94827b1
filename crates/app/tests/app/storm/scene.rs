//! What everybody of a storm has before them: the clock, the form, and who waits to hear of them.
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use testkit::Server;
use tokio::{
    sync::mpsc,
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use super::candidate::{Act, Candidate};

/// Nobody waits longer for a server that is well. [own]: a whole province before an unoptimised server.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// What becomes known of somebody while a storm lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// They were told to wait.
    Waits,
    /// They have the form.
    Begun,
    /// Their hand-in was acknowledged.
    HandedIn,
}

/// An instant of the server's clock, as people see it who cannot look at that clock. Between the two marks nobody
/// knows on which side of it something falls.
#[derive(Debug, Default)]
pub struct Stroke {
    is_near: AtomicBool,
    is_past: AtomicBool,
}

impl Stroke {
    /// An instant long past.
    pub fn over() -> Self {
        Self { is_near: AtomicBool::new(true), is_past: AtomicBool::new(true) }
    }

    /// The clock is moved to it.
    pub fn strikes(&self, server: &mut Server, at: &str) {
        self.is_near.store(true, Ordering::SeqCst);
        server.clock(at);
        self.is_past.store(true, Ordering::SeqCst);
    }

    /// What was heard before this is from before the instant when it is not so.
    pub fn may_be_past(&self) -> bool {
        self.is_near.load(Ordering::SeqCst)
    }

    /// What is sent from now on arrives at the instant or after it.
    pub fn is_past(&self) -> bool {
        self.is_past.load(Ordering::SeqCst)
    }
}

/// One storm.
pub struct Scene {
    /// The instant it is about: when the form opens, or when it closes.
    pub stroke: Stroke,
    /// The items of the form, as everybody has to get them.
    pub form: Arc<Value>,
    heard: mpsc::UnboundedSender<Heard>,
    under_way: AtomicUsize,
    put_off: AtomicUsize,
    is_over: AtomicBool,
}

impl Scene {
    /// A storm about `stroke`, and the ear of whoever conducts it.
    pub fn new(form: &Arc<Value>, stroke: Stroke) -> (Arc<Self>, mpsc::UnboundedReceiver<Heard>) {
        let (heard, ear) = mpsc::unbounded_channel();
        let scene = Self {
            stroke,
            form: Arc::clone(form),
            heard,
            under_way: AtomicUsize::new(0),
            put_off: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        };
        (Arc::new(scene), ear)
    }

    /// Something becomes known; nobody may be listening any more.
    pub fn tells(&self, what: Heard) {
        let _ = self.heard.send(what);
    }

    /// The server will answer nobody any more.
    pub fn ends(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }

    /// Whether it was told so.
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// Counts a request while it is under way.
    pub async fn while_under_way<T>(&self, request: impl Future<Output = T>) -> T {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let answer = request.await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        answer
    }

    /// Requests that are under way.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::SeqCst)
    }

    /// Somebody was asked to come again.
    pub fn puts_off(&self) {
        self.put_off.fetch_add(1, Ordering::SeqCst);
    }

    /// How often somebody was.
    pub fn put_off(&self) -> usize {
        self.put_off.load(Ordering::SeqCst)
    }
}

/// Everybody does the same in one moment; all of them, in the order of their names, when the last one is done.
pub async fn everybody(scene: Arc<Scene>, candidates: Vec<Candidate>, act: Act) -> Vec<Candidate> {
    let mut working = JoinSet::new();
    for candidate in candidates {
        working.spawn(candidate.does(act, Arc::clone(&scene)));
    }
    let mut done = timeout(PATIENCE, working.join_all()).await.expect("everybody gets an answer");
    done.sort_by(|one, other| one.id().cmp(other.id()));
    done
}

/// Waits until so many were heard of in a storm that goes on.
pub async fn hears(
    storm: &mut JoinHandle<Vec<Candidate>>,
    ear: &mut mpsc::UnboundedReceiver<Heard>,
    (what, times): (Heard, usize),
) {
    let counting = async {
        let mut left = times;
        while left > 0 {
            let next = timeout(PATIENCE, ear.recv()).await.expect("the server goes on answering");
            left -= usize::from(next.expect("somebody is there") == what);
        }
    };
    tokio::select! {
        biased;
        () = counting => {}
        ended = storm => panic!("it ended before {times} were {what:?}: {:?}", ended.err()),
    }
}
