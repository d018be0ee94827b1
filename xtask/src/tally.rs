//! Counting what tests reported: libtest, Node's runner, plain TAP lines, and the engines used.

use std::ops::AddAssign;

/// How many tests passed, failed and were skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ran and found what they expect.
    pub passed: u32,
    /// Ran and found something else, or never finished.
    pub failed: u32,
    /// Did not run.
    pub skipped: u32,
}

impl Tally {
    /// One check that passed.
    pub const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    /// One check that failed.
    pub const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// [`Tally::PASSED`] if the answer is yes, else [`Tally::FAILED`].
    #[must_use]
    pub fn of(good: bool) -> Self {
        if good { Self::PASSED } else { Self::FAILED }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Reads the output of `cargo test` line by line.
#[derive(Debug, Default)]
pub struct Libtest {
    announced: u32,
    finished: u32,
    tally: Tally,
}

impl Libtest {
    /// Takes one line of output.
    pub fn see(&mut self, line: &str) {
        if is_announcement(line) {
            self.announced += 1;
        } else if let Some(summary) = line.strip_prefix("test result: ") {
            self.finished += 1;
            self.tally += Tally {
                passed: number_before(summary, " passed"),
                failed: number_before(summary, " failed"),
                skipped: number_before(summary, " ignored"),
            };
        }
    }

    /// The sum over all test binaries. A binary that announced tests and never reported (it
    /// crashed), and a run that failed without a failed test (it did not compile), count as one
    /// failure each.
    #[must_use]
    pub fn finish(&self, succeeded: bool) -> Tally {
        let mut tally = self.tally;
        tally.failed += self.announced.saturating_sub(self.finished);
        if !succeeded && tally.failed == 0 {
            tally.failed = 1;
        }
        tally
    }
}

/// `running 12 tests`, as libtest prints it before the tests of a binary.
fn is_announcement(line: &str) -> bool {
    let number = line
        .strip_prefix("running ")
        .and_then(|rest| rest.strip_suffix(" tests").or_else(|| rest.strip_suffix(" test")));
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// The number that stands directly before `word`; 0 if there is none.
fn number_before(text: &str, word: &str) -> u32 {
    let before = text.split(word).next().filter(|before| before.len() < text.len());
    before.and_then(|before| before.rsplit(' ').next()).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Reads TAP, with or without the summary that Node's test runner adds.
#[derive(Debug, Default)]
pub struct Tap {
    lines: Tally,
    summary: Option<Tally>,
    planned: Option<u32>,
}

impl Tap {
    /// Takes one line of output.
    pub fn see(&mut self, line: &str) {
        if let Some(fact) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            self.see_summary(fact);
        } else if let Some(count) = line.strip_prefix("1..") {
            self.planned = count.trim().parse().ok();
        } else if line.starts_with("not ok ") || line == "not ok" {
            self.lines.failed += 1;
        } else if line.starts_with("ok ") || line == "ok" {
            let skipped = line.to_ascii_uppercase().contains("# SKIP");
            self.lines += if skipped { Tally { skipped: 1, ..Tally::default() } } else { Tally::PASSED };
        }
    }

    fn see_summary(&mut self, fact: &str) {
        let mut words = fact.split_whitespace();
        let (Some(word), Some(Ok(number)), None) =
            (words.next(), words.next().map(str::parse::<u32>), words.next())
        else {
            return;
        };
        let mut summary = self.summary.unwrap_or_default();
        match word {
            "pass" => summary.passed += number,
            "fail" | "cancelled" => summary.failed += number,
            "skipped" | "skip" | "todo" => summary.skipped += number,
            _ => return,
        }
        self.summary = Some(summary);
    }

    /// The runner's own summary if it gave one, else the counted lines. Tests that were planned
    /// and never reported, a run that failed without a failed test, and a run without any test
    /// count as one failure.
    #[must_use]
    pub fn finish(&self, succeeded: bool) -> Tally {
        let mut tally = self.summary.unwrap_or(self.lines);
        let seen = self.lines.passed + self.lines.failed + self.lines.skipped;
        let incomplete = self.summary.is_none() && self.planned.is_some_and(|planned| planned != seen);
        if incomplete || (!succeeded && tally.failed == 0) || tally == Tally::default() {
            tally.failed += 1;
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn libtest(text: &str, succeeded: bool) -> Tally {
        let mut reader = Libtest::default();
        text.lines().for_each(|line| reader.see(line));
        reader.finish(succeeded)
    }

    fn tap(text: &str, succeeded: bool) -> Tally {
        let mut reader = Tap::default();
        text.lines().for_each(|line| reader.see(line));
        reader.finish(succeeded)
    }

    #[test]
    fn libtest_binaries_are_added_up() {
        let text = "running 3 tests\ntest a::b ... ok\ntest c - should panic ... FAILED\ntest d ... ignored, slow\n\
            test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s\n\
            running 1 test\ntest e ... ok\n\
            test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        let tally = libtest(text, false);
        assert_eq!(tally, Tally { passed: 2, failed: 1, skipped: 1 });
    }

    #[test]
    fn a_crashed_binary_and_a_failed_build_are_failures() {
        assert_eq!(libtest("running 3 tests\ntest a ... ok\n", false).failed, 1);
        assert_eq!(libtest("", false), Tally::FAILED);
        assert_eq!(libtest("", true), Tally::default());
    }

    #[test]
    fn nodes_summary_wins_over_its_nested_lines() {
        let text = "TAP version 13\nok 1 - suite\n1..1\n# tests 4\n# suites 1\n# pass 2\n# fail 1\n\
            # cancelled 0\n# skipped 1\n# todo 0\n# duration_ms 12.5\n";
        assert_eq!(tap(text, false), Tally { passed: 2, failed: 1, skipped: 1 });
        assert_eq!(tap("ℹ tests 1\nℹ pass 1\nℹ fail 0\n", true), Tally::PASSED);
    }

    #[test]
    fn plain_tap_lines_are_counted() {
        let text = "1..3\nok 1 - opens\nnot ok 2 - saves\nok 3 - prints # SKIP no printer\n";
        assert_eq!(tap(text, false), Tally { passed: 1, failed: 1, skipped: 1 });
    }

    #[test]
    fn a_story_that_ends_early_or_tells_nothing_is_a_failure() {
        assert_eq!(tap("1..3\nok 1 - opens\n", true), Tally { passed: 1, failed: 1, skipped: 0 });
        assert_eq!(tap("", true), Tally::FAILED);
        assert_eq!(tap("ok 1 - opens\n", false), Tally { passed: 1, failed: 1, skipped: 0 });
    }
}
