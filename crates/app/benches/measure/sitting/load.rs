//! Thousands of exam clients, each on a connection of its own.
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use hyper::StatusCode;
use tokio::{sync::Mutex, task::JoinSet};

use testkit::sitters::Sitter;

use super::Lines;
use crate::wire::Wire;

/// Connections opened side by side.
const CONNECT_AT_ONCE: usize = 200;

/// After so long whoever was asked to come again does. Source: `Retry-After` of the product.
const COME_AGAIN: Duration = Duration::from_secs(2);

/// What a candidate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Looks at the page on which candidates wait.
    Wait,
    /// Opens the attempt and receives the form.
    Start,
    /// Saves one answer.
    Save,
    /// Hands in.
    HandIn,
}

/// One candidate on one connection.
pub struct Line {
    wire: Wire,
    sitter: Sitter,
    epoch: i64,
    seq: u64,
}

impl Line {
    /// Connects to `host`.
    pub async fn connect(host: &str, sitter: Sitter) -> Self {
        let mut wire = Wire::connect(host).await;
        // The server has taken it when it answers: before that the kernel alone has.
        assert!(wire.get("/hall").await.0.is_success());
        Self { wire, sitter, epoch: 1, seq: 0 }
    }

    /// Who sits at this machine.
    pub fn sitter(&self) -> &Sitter {
        &self.sitter
    }

    /// Does one thing; anything but a yes is the end of the measurement.
    pub async fn act(&mut self, act: Act) {
        let base = format!("/attempts/{}", self.sitter.attempt);
        let sent = match act {
            Act::Wait => None,
            Act::Start => Some(("start", "{}".to_owned())),
            Act::Save => Some(("answers", self.change())),
            Act::HandIn => {
                Some(("hand-in", format!(r#"{{"epoch":{},"last_seq":{}}}"#, self.epoch, self.seq)))
            }
        };
        let (cookie, csrf) = (&self.sitter.cookie, &self.sitter.csrf);
        let (status, body) = loop {
            let (status, body) = match &sent {
                None => self.wire.get_as(&format!("{base}/state"), cookie).await,
                Some((path, body)) => {
                    self.wire.post(&format!("{base}/{path}"), cookie, csrf, body.clone()).await
                }
            };
            if status != StatusCode::SERVICE_UNAVAILABLE {
                break (status, body);
            }
            // The exam client does so, and what it waits counts.
            tokio::time::sleep(COME_AGAIN).await;
        };
        let said = || String::from_utf8_lossy(&body);
        assert!(status.is_success(), "{act:?}: {status} {}", said());
        let phase = match act {
            Act::Wait => r#""phase":"waiting""#,
            // The reply comes packed, what is this candidate's own in front of it as it is.
            Act::Start => r#""phase":"open""#,
            Act::Save | Act::HandIn => return,
        };
        assert!(said().contains(phase), "{act:?}: {}", said());
    }

    /// The next change: the items in turn.
    fn change(&mut self) -> String {
        self.seq += 1;
        let (seq, no) = (self.seq, (self.seq - 1) % self.sitter.items + 1);
        let answer = ["A", "B", "C", "D"][(self.seq % 4) as usize];
        let epoch = self.epoch;
        format!(r#"{{"epoch":{epoch},"changes":[{{"seq":{seq},"no":{no},"answer":"{answer}","at":0}}]}}"#)
    }
}

/// Everybody.
pub struct Load {
    lines: Lines,
    acknowledged: Arc<AtomicUsize>,
}

impl Load {
    /// Opens a connection for each.
    pub async fn connect(base: &str, sitters: Vec<Sitter>) -> Self {
        let host = base.trim_start_matches("http://").to_owned();
        let mut lines = Vec::with_capacity(sitters.len());
        for some in sitters.chunks(CONNECT_AT_ONCE) {
            let mut opening = JoinSet::new();
            for sitter in some.iter().cloned() {
                let host = host.clone();
                opening.spawn(async move { Line::connect(&host, sitter).await });
            }
            lines.extend(opening.join_all().await.into_iter().map(|line| Arc::new(Mutex::new(line))));
        }
        Self { lines, acknowledged: Arc::default() }
    }

    /// Everybody at their machines.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Saves that were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Everybody does one thing, spread evenly over `within`; how long each waited from the moment at which it
    /// wanted to.
    pub async fn everybody(&self, within: Duration, act: Act) -> Vec<f64> {
        self.spread(within, Duration::ZERO, Duration::ZERO, act).await
    }

    /// Everybody saves once in each `pace`, for `lasting`.
    pub async fn paced(&self, pace: Duration, lasting: Duration) -> Vec<f64> {
        self.spread(pace, pace, lasting, Act::Save).await
    }

    async fn spread(&self, within: Duration, pace: Duration, lasting: Duration, act: Act) -> Vec<f64> {
        let begins = Instant::now() + Duration::from_millis(200);
        let times = if pace.is_zero() { 1 } else { (lasting.as_secs_f64() / pace.as_secs_f64()) as u32 };
        let mut working = JoinSet::new();
        for (at, line) in self.lines.iter().enumerate() {
            let share = at as f64 / self.lines.len() as f64;
            let first = begins + within.mul_f64(share);
            let (line, acknowledged) = (Arc::clone(line), Arc::clone(&self.acknowledged));
            working.spawn(async move {
                let mut waits = Vec::new();
                let mut line = line.lock().await;
                for round in 0..times {
                    let due = first + pace * round;
                    tokio::time::sleep_until(due.into()).await;
                    line.act(act).await;
                    waits.push(due.elapsed().as_secs_f64());
                    acknowledged.fetch_add(usize::from(act == Act::Save), Ordering::SeqCst);
                }
                waits
            });
        }
        working.join_all().await.concat()
    }

    /// Saves as fast as the server answers, `at_once` candidates side by side; saves in a second.
    pub async fn saturated(&self, lasting: Duration, at_once: usize) -> f64 {
        let done = saturated(&self.lines[..at_once.min(self.lines.len())], lasting).await;
        self.acknowledged.fetch_add(done, Ordering::SeqCst);
        done as f64 / lasting.as_secs_f64()
    }
}

/// How many saves these lines got through.
pub async fn saturated(lines: &[Arc<Mutex<Line>>], lasting: Duration) -> usize {
    let ends = Instant::now() + lasting;
    let mut working = JoinSet::new();
    for line in lines {
        let line = Arc::clone(line);
        working.spawn(async move {
            let mut line = line.lock().await;
            let mut done = 0;
            while Instant::now() < ends {
                line.act(Act::Save).await;
                done += 1;
            }
            done
        });
    }
    working.join_all().await.into_iter().sum()
}
