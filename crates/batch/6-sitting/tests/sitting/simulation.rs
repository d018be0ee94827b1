//! TR20: a hall on a machine that is made up: its clock, its disk and its network are a queue of events and a die.
//!
//! Candidates change answers, send them, lose replies and send again; the network delays, doubles and loses; the server
//! decides with the product's own rules and writes to a disk that keeps nothing until it has synchronised, and stops at
//! any point of its work. Nothing of the product's storage runs here: TR1 and TR2 do that with the real engines. A seed
//! gives the same run twice, so whatever is found can be looked at again: `TR20_SEED=… cargo test -p sitting simulation`.
mod client;
mod judge;
mod server;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use testkit::tries;

use self::{client::Client, judge::judge, server::Server};

/// Candidates of a run.
const CLIENTS: usize = 3;
/// When the sitting opens and closes, in milliseconds of the run.
const OPEN: i64 = 1_000;
const CLOSE: i64 = 20_000;
/// When nobody sends any more and the server is let run.
const QUIET: i64 = 40_000;
/// Seeds within which the control must have lost something. Source: the promise TR20.
const CONTROL_SEEDS: u64 = 50;

/// When a group is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Acknowledge {
    AfterSync,
    BeforeSync,
}

/// A die. Source: splitmix64, Steele and others 2014.
pub struct Dice(u64);

impl Dice {
    /// A number below `end`.
    pub fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }
}

/// What a client asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    Start,
    Save(Vec<sitting::rules::Change>),
    HandIn(i64),
}

/// What it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    Started,
    Acknowledged(i64),
    HandedIn(String),
    Over,
    /// Not now; nothing was done.
    Again,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    /// A client does the next thing it wants.
    Acts(usize),
    /// A request arrives.
    Arrives(usize, Request),
    /// A reply arrives.
    Told(usize, Reply),
    /// The server goes on with what is queued.
    Works,
    /// What it wrote is on the disk; it lives since the boot of this number.
    Synced(u64),
    /// Every second: what is due is closed, the trail is sequenced.
    Ticks,
    /// The power fails.
    Stops,
    /// And comes back.
    Boots,
}

/// Everything.
struct World {
    now: i64,
    dice: Dice,
    events: BinaryHeap<Reverse<(i64, u64)>>,
    what: BTreeMap<u64, Event>,
    next: u64,
}

impl World {
    fn at(&mut self, at: i64, event: Event) {
        self.next += 1;
        self.events.push(Reverse((at.max(self.now), self.next)));
        self.what.insert(self.next, event);
    }

    fn later(&mut self, most: i64, event: Event) {
        let delay = 1 + self.dice.below(most);
        self.at(self.now + delay, event);
    }

    /// Over the network: late, twice, or never.
    fn send(&mut self, event: Event) {
        if self.dice.once_in(8) {
            return;
        }
        if self.dice.once_in(8) {
            self.later(3_000, event.clone());
        }
        self.later(200, event);
    }
}

/// One seed; what is wrong with it, and how many things happened.
fn run(seed: u64, acknowledge: Acknowledge) -> (Vec<String>, usize) {
    let mut world =
        World { now: 0, dice: Dice(seed), events: BinaryHeap::new(), what: BTreeMap::new(), next: 0 };
    let mut server = Server::new(CLIENTS, acknowledge);
    let mut clients: Vec<Client> = (0..CLIENTS).map(Client::new).collect();
    for client in 0..CLIENTS {
        world.later(3_000, Event::Acts(client));
    }
    for second in 0..60 {
        world.at(second * 1_000, Event::Ticks);
    }
    for _ in 0..1 + world.dice.below(4) {
        let at = world.dice.below(QUIET - 5_000);
        world.at(at, Event::Stops);
    }
    let mut happened = 0;
    while let Some(Reverse((at, key))) = world.events.pop() {
        world.now = at;
        happened += 1;
        match world.what.remove(&key).unwrap() {
            Event::Acts(client) => clients[client].acts(&mut world),
            Event::Told(client, reply) => clients[client].is_told(&reply),
            event @ (Event::Arrives(..) | Event::Works | Event::Synced(_) | Event::Ticks) => {
                server.happens(event, &mut world);
            }
            event @ (Event::Stops | Event::Boots) => server.happens(event, &mut world),
        }
    }
    (judge(&server, &clients), happened)
}

#[test]
fn no_seed_loses_an_answer_that_was_acknowledged_or_counts_one_that_was_late() {
    let replay = std::env::var("TR20_SEED").ok().map(|text| text.parse::<u64>().unwrap());
    let base = replay.unwrap_or(20_210_522);
    let seeds = if replay.is_some() { 1 } else { tries(500, 100_000) };
    let (mut happened, mut last) = (0, base);
    for seed in (base..).take(seeds) {
        let (wrong, events) = run(seed, Acknowledge::AfterSync);
        assert_eq!(wrong, Vec::<String>::new(), "TR20_SEED={seed}");
        assert_eq!(run(seed, Acknowledge::AfterSync).1, events, "TR20_SEED={seed}: the same run twice");
        happened += events;
        last = seed;
    }
    println!("seeds {base} to {last}");
    let control: usize =
        (base..base + CONTROL_SEEDS).map(|seed| run(seed, Acknowledge::BeforeSync).0.len()).sum();
    testkit::Promise::of("TR20", "-", module_path!())
        .seed(base)
        .count("seeds", seeds)
        .count("events", happened)
        .count("lost", 0)
        .control("acknowledges before the disk has it", control)
        .kept();
    testkit::proves!(
        "TR20",
        "in a simulated hall no acknowledged answer is lost, none is counted late, and work ends once"
    );
}
