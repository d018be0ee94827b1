//! How often the public may ask.
use std::sync::{Mutex, PoisonError};

use kernel::UnixMicros;

/// Length of a minute.
const MINUTE_MICROS: i64 = 60_000_000;

/// A budget of public queries per minute, for everybody together.
///
/// We keep no address of who asks: behind one address sits a whole enterprise, and an attacker has
/// many. So the budget is one for the node. It caps what enumeration of numbers and names can try;
/// the price is that a flood makes others wait a minute. Whoever holds the QR code is not counted: a
/// token cannot be guessed. A reverse proxy may add a budget per address before us.
#[derive(Debug)]
pub struct QueryBudget {
    per_minute: u32,
    minute: Mutex<Minute>,
}

/// What was asked in one minute, counted from 1970.
#[derive(Debug, Default)]
struct Minute {
    number: i64,
    used: u32,
}

impl QueryBudget {
    /// A budget of so many queries a minute. [own] setting; the demo uses 120.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute, minute: Mutex::default() }
    }

    /// Takes one query out of the budget; `false` when it is used up for this minute.
    #[must_use]
    pub fn take(&self, now: UnixMicros) -> bool {
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.get().div_euclid(MINUTE_MICROS);
        if minute.number != number {
            *minute = Minute { number, used: 0 };
        }
        let is_left = minute.used < self.per_minute;
        minute.used += u32::from(is_left);
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_used_up_and_comes_back_next_minute() {
        let budget = QueryBudget::new(3);
        let start = UnixMicros::new(0).plus_minutes(5);
        let taken = |seconds| budget.take(start.plus_seconds(seconds));
        assert_eq!([0, 1, 2, 59].map(taken), [true, true, true, false]);
        assert_eq!([60, 61].map(taken), [true, true]);
    }
}
