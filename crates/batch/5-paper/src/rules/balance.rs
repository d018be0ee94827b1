//! Making the forms equally hard without touching what is balanced already.
use itembank::ItemKind;

use super::colouring::FORMS;

/// One place of the paper: what it is worth and the item each form has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<T> {
    /// Hundredths of a point, the same in every form.
    pub points: i64,
    /// Form A's, B's and the reserve's item.
    pub items: [T; FORMS],
}

/// What balancing needs to know of an item.
pub trait Balanced {
    /// How it is answered.
    fn kind(&self) -> ItemKind;
    /// Expected share of right answers, in hundredths.
    fn difficulty(&self) -> i64;
}

/// Expected score of each form in ten-thousandths of a point: points × difficulty, summed over the places.
#[must_use]
pub fn expected<T: Balanced>(places: &[Place<T>]) -> [i64; FORMS] {
    std::array::from_fn(|form| places.iter().map(|place| place.points * place.items[form].difficulty()).sum())
}

/// How unequal the forms are: the squared differences of their expected scores.
fn unequal(expected: &[i64; FORMS]) -> i128 {
    let [a, b, r] = expected.map(i128::from);
    (a - b).pow(2) + (a - r).pow(2) + (b - r).pow(2)
}

/// Exchanges items between forms, the best exchange first, as long as the forms become more equally hard.
///
/// An exchange is between two forms at one place, or at two places at once; how many items of each kind a form has never
/// changes. Ends because the inequality is a whole number that only falls.
pub fn equalise<T: Balanced>(places: &mut [Place<T>]) {
    let mut now = expected(places);
    while let Some((exchange, then)) = best_exchange(places, &now) {
        let [from, to] = exchange.forms;
        for place in exchange.places.into_iter().flatten() {
            places[place].items.swap(from, to);
        }
        now = then;
    }
}

/// Two forms, and the one or two places at which they exchange their items.
struct Exchange {
    forms: [usize; 2],
    places: [Option<usize>; 2],
}

fn best_exchange<T: Balanced>(places: &[Place<T>], now: &[i64; FORMS]) -> Option<(Exchange, [i64; FORMS])> {
    let mut best = None;
    let mut least = unequal(now);
    for [from, to] in [[0, 1], [0, 2], [1, 2]] {
        let mut weigh = |gain: i64, one: usize, other: Option<usize>| {
            let mut then = *now;
            then[from] += gain;
            then[to] -= gain;
            if unequal(&then) < least {
                least = unequal(&then);
                best = Some((Exchange { forms: [from, to], places: [Some(one), other] }, then));
            }
        };
        let gain =
            |place: &Place<T>| place.points * (place.items[to].difficulty() - place.items[from].difficulty());
        let kinds = |place: &Place<T>| (place.items[from].kind(), place.items[to].kind());
        for (one, place) in places.iter().enumerate() {
            let (mine, yours) = kinds(place);
            if mine == yours {
                weigh(gain(place), one, None);
            }
            for (other, second) in places.iter().enumerate().skip(one + 1) {
                if kinds(second) == (yours, mine) {
                    weigh(gain(place) + gain(second), one, Some(other));
                }
            }
        }
    }
    best
}
