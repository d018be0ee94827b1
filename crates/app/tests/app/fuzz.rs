//! TS10: parsers of what comes from outside, fed with what no program wrote.
//!
//! A corpus made here or kept in `data`, mutated by a seeded die: bits turned, pieces cut, doubled and put elsewhere,
//! lengths overwritten. A parser may refuse whatever it likes and must not panic; what it takes, it takes again as it wrote
//! it. In a check the number of tries is fixed and not the time, so that a seed tells the whole run: `TS10_SEED=…` repeats
//! it. At night, and with `TS10_SECONDS=…`, each parser is fed for a time.
mod parsers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Whether a parser keeps its word about one input.
type Word<'p> = Box<dyn Fn(&[u8]) -> Result<(), String> + 'p>;

/// A parser: its name, what it is fed at first, and whether it keeps its word about one input.
pub struct Parser<'p> {
    name: &'static str,
    corpus: Vec<Vec<u8>>,
    /// Tries in a check: what takes long is tried less often.
    tries: usize,
    keeps_its_word: Word<'p>,
}

/// How long a parser is fed at night. Source: the founding order of this test.
const NIGHT: Duration = Duration::from_secs(20 * 60);
/// Faults after which a parser is not fed any more.
const FAULTS_MOST: usize = 20;

/// How much a parser is fed.
#[derive(Debug, Clone, Copy)]
enum Meal {
    /// As often as it says itself, or so often.
    Tries(Option<usize>),
    /// Until then, and at least once.
    For(Duration),
}

impl Meal {
    fn asked() -> Self {
        let seconds =
            std::env::var("TS10_SECONDS").ok().map(|text| Duration::from_secs(text.parse().unwrap()));
        let night = (testkit::tries(0, 1) == 1).then_some(NIGHT);
        seconds.or(night).map_or(Self::Tries(None), Self::For)
    }
}

/// Numbers from a seed. Source: splitmix64, Steele and others 2014.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

/// One to four changes.
fn mutated(from: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = from.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(7) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..bytes.len().min(at + dice.below(64)))),
            3 => {
                let piece = bytes[at..bytes.len().min(at + dice.below(64))].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            4 => {
                let from = dice.below(other.len());
                bytes.splice(at..at, other[from..other.len().min(from + 64)].iter().copied());
            }
            // What stands for a length: nothing, one more than fits, everything.
            5 if at + 4 <= bytes.len() => {
                bytes[at..at + 4]
                    .copy_from_slice([[0; 4], [0xff; 4], [0, 0, 0, 0x80]][dice.below(3)].as_slice());
            }
            _ => {
                let signs = ["\0", "\u{feff}", "１", "𠮷", "\"", ",", "\r", "=", "<", "&", "9", "-"];
                let sign = signs[dice.below(signs.len())];
                bytes.splice(at..at, sign.bytes());
            }
        }
    }
    bytes
}

/// Feeds a parser; how many inputs it had, and what was wrong.
#[expect(clippy::disallowed_methods, reason = "says how long a parser is fed; no input depends on it")]
fn feed(parser: &Parser<'_>, seed: u64, meal: Meal) -> (usize, Vec<String>) {
    let (mut dice, began) = (Dice(seed), Instant::now());
    let (mut inputs, mut wrong) = (0, Vec::new());
    let goes_on = |inputs: usize| match meal {
        Meal::Tries(most) => inputs < most.unwrap_or(parser.tries),
        Meal::For(time) => inputs == 0 || began.elapsed() < time,
    };
    while goes_on(inputs) && wrong.len() < FAULTS_MOST {
        let Parser { name, corpus, .. } = parser;
        let (from, other) = (&corpus[dice.below(corpus.len())], &corpus[dice.below(corpus.len())]);
        let input = mutated(from, other, &mut dice);
        match catch_unwind(AssertUnwindSafe(|| (parser.keeps_its_word)(&input))) {
            Ok(Ok(())) => {}
            Ok(Err(what)) => wrong.push(format!("{name}, turn {inputs}: {what}")),
            Err(_) => wrong.push(format!("{name}, turn {inputs}: it panics at {input:?}")),
        }
        inputs += 1;
    }
    (inputs, wrong)
}

/// Each parser of a kind takes its corpus as it is, and refuses the rest without falling.
fn feed_all(test: &'static str, parsers: &[Parser<'_>]) {
    let seed = std::env::var("TS10_SEED").map_or(20_210_522, |text| text.parse().unwrap());
    let (mut inputs, mut wrong) = (0, Vec::new());
    for parser in parsers {
        for right in &parser.corpus {
            assert_eq!((parser.keeps_its_word)(right), Ok(()), "{} and its own corpus", parser.name);
        }
        let (fed, found) = feed(parser, seed, Meal::asked());
        println!("{}: {fed} inputs", parser.name);
        inputs += fed;
        wrong.extend(found);
    }
    assert_eq!(wrong, Vec::<String>::new(), "{test}: TS10_SEED={seed}");
    let falls = |text: &[u8]| {
        assert!(!text.starts_with(b"2021-") || text.len() != 9, "a byte is missing and it falls");
        Ok(())
    };
    let planted = Parser {
        name: "planted",
        corpus: vec![b"2021-05-22".to_vec()],
        tries: 3_000,
        keeps_its_word: Box::new(falls),
    };
    let found = feed(&planted, seed, Meal::Tries(None)).1.len();
    testkit::Promise::of("TS10", "-", test)
        .seed(seed)
        .count("parsers", parsers.len())
        .count("inputs", inputs)
        .control("a parser that falls", found)
        .kept();
    testkit::proves!("TS10", "no parser of what comes from outside falls over what no program wrote");
}

#[test]
fn workbooks() {
    feed_all(concat!(module_path!(), "::workbooks"), &parsers::workbooks());
}

#[test]
fn tables_in_text() {
    feed_all(concat!(module_path!(), "::tables_in_text"), &parsers::tables_in_text());
}

#[test]
fn pictures() {
    feed_all(concat!(module_path!(), "::pictures"), &parsers::pictures());
}

#[test]
fn certificates() {
    feed_all(concat!(module_path!(), "::certificates"), &parsers::certificates());
}

#[test]
fn values() {
    feed_all(concat!(module_path!(), "::values"), &parsers::values());
}
