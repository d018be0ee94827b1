//! What a run saw of the promises of `docs/reliability.md`: counts, and the control that had to fail.
use std::{collections::BTreeMap, fs::OpenOptions, io::Write};

use serde_json::json;

/// How much of a promise is tried: the first number in a check, the second in `cargo xtask night`.
#[must_use]
pub fn tries(check: usize, night: usize) -> usize {
    if std::env::var_os("NIGHT").is_some() { night } else { check }
}

/// One promise as one test saw it on one engine. A line of it goes to the file that `TRUST_LOG` names, and
/// `cargo xtask check` makes `trust-report.json` of all lines.
///
/// ```
/// testkit::Promise::of("TR1", "sqlite", module_path!())
///     .seed(7)
///     .count("kills", 300)
///     .count("lost", 0)
///     .control("acknowledges before the commit", 12)
///     .kept();
/// ```
#[derive(Debug)]
#[must_use = "a promise counts once it is `kept`"]
pub struct Promise {
    id: &'static str,
    engine: String,
    test: &'static str,
    seed: Option<u64>,
    counts: BTreeMap<&'static str, usize>,
    controls: Vec<serde_json::Value>,
}

impl Promise {
    /// `id` as in `docs/reliability.md`; `engine` is `sqlite`, `postgres` or `-`; `test` is `module_path!()`.
    pub fn of(id: &'static str, engine: &str, test: &'static str) -> Self {
        Self {
            id,
            engine: engine.to_owned(),
            test,
            seed: None,
            counts: BTreeMap::new(),
            controls: Vec::new(),
        }
    }

    /// The seed that repeats the run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// How many of something the run saw: kills, acknowledgements, routes, losses.
    pub fn count(mut self, what: &'static str, number: usize) -> Self {
        self.counts.insert(what, number);
        self
    }

    /// The same judge with the protection switched off: what was switched off, and how many faults it found.
    ///
    /// # Panics
    /// When it found none: a control that passes says that the test cannot fail.
    pub fn control(mut self, switched_off: &'static str, found: usize) -> Self {
        assert!(found > 0, "{}, {}: the control \"{switched_off}\" found nothing", self.id, self.engine);
        self.controls.push(json!({ "switched_off": switched_off, "found": found }));
        self
    }

    /// Notes the promise as kept.
    ///
    /// # Panics
    /// When no control was run, or the log cannot be written.
    pub fn kept(self) {
        let Self { id, engine, test, seed, counts, controls } = self;
        assert!(!controls.is_empty(), "{id} has no control");
        let line = json!({ "id": id, "engine": engine, "test": test, "seed": seed, "counts": counts, "controls": controls });
        println!("kept {line}");
        let Ok(file) = std::env::var("TRUST_LOG") else { return };
        let mut log = OpenOptions::new().create(true).append(true).open(file).expect("TRUST_LOG");
        log.write_all(format!("{line}\n").as_bytes()).expect("TRUST_LOG");
    }
}

#[test]
#[should_panic(expected = "found nothing")]
fn a_control_that_finds_nothing_is_a_failure() {
    let _ = Promise::of("TR0", "-", module_path!()).control("nothing", 0);
}

#[test]
#[should_panic(expected = "has no control")]
fn a_promise_without_a_control_is_not_kept() {
    Promise::of("TR0", "-", module_path!()).count("kills", 3).kept();
}
