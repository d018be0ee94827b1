//! How long the people in front of a server waited for the answers, by address.
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long the answers of one address took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The address; what stands for one thing among many is a star.
    pub address: String,
    /// How many answers.
    pub count: usize,
    /// Half of them came within this time.
    pub median: Duration,
    /// 99 of 100 came within this time.
    pub p99: Duration,
    /// The slowest.
    pub longest: Duration,
}

/// Every wait of every browser.
#[derive(Debug, Default)]
pub struct Pace {
    waits: Mutex<BTreeMap<(String, &'static str), Vec<Duration>>>,
}

impl Pace {
    /// Does what a browser asks for and notes how long the answer took.
    pub(crate) fn timed<T>(&self, method: &'static str, path: &str, ask: impl FnOnce() -> T) -> T {
        let began = now();
        let answer = ask();
        let took = began.elapsed();
        let key = (pattern(path), method);
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().push(took);
        answer
    }

    /// All addresses, the slowest first.
    #[must_use]
    pub fn waits(&self) -> Vec<Waits> {
        let known = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Waits> = known
            .iter()
            .filter_map(|((address, method), times)| {
                let mut times = times.clone();
                times.sort_unstable();
                let at = |of_100: usize| {
                    times.get((times.len() * of_100).div_ceil(100).saturating_sub(1)).copied()
                };
                Some(Waits {
                    method,
                    address: address.clone(),
                    count: times.len(),
                    median: at(50)?,
                    p99: at(99)?,
                    longest: *times.last()?,
                })
            })
            .collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.longest));
        all
    }
}

/// The address without what stands behind `?`; whatever holds a digit names one thing among many.
fn pattern(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let is_one = |part: &&str| part.bytes().any(|byte| byte.is_ascii_digit());
    path.split('/').map(|part| if is_one(&part) { "*" } else { part }).collect::<Vec<_>>().join("/")
}

#[expect(clippy::disallowed_methods, reason = "how long people wait is measured in front of the server")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_among_many_is_a_star() {
        assert_eq!(pattern("/batches/2021-01/admission/0178-a?state=1"), "/batches/*/admission/*");
        assert_eq!(pattern("/workbench"), "/workbench");
    }

    #[test]
    fn the_slowest_address_comes_first_and_99_of_100_is_not_the_slowest_of_many() {
        let pace = Pace::default();
        for number in 1..=200 {
            let key = (String::from("/a"), "GET");
            pace.waits.lock().unwrap().entry(key).or_default().push(Duration::from_millis(number));
        }
        pace.timed("POST", "/b", || ());
        let waits = pace.waits();
        let ms = |time: Duration| time.as_millis();
        assert_eq!((ms(waits[0].median), ms(waits[0].p99), ms(waits[0].longest)), (100, 198, 200));
        assert_eq!((waits[1].address.as_str(), waits[1].count), ("/b", 1));
    }
}
