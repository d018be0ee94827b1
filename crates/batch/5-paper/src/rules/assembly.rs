//! Test assembly (组卷): three parallel forms that share no item.
//!
//! Every form has the same number of items of every assessment point, each worth the same in every form; of each kind of
//! item the forms have the same number, or one more; and they are as equally hard as exchanging items can make them.
//! Which items are taken is drawn: the seed decides, the order of the input never does.
use std::collections::BTreeMap;

use itembank::{BlueprintPoint, ItemKind};
use kernel::Score;

use super::{
    balance::{Balanced, Place, equalise},
    colouring::{Edge, FORMS, colour},
    weight::item_points,
};

/// An item that may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolItem {
    /// Its id.
    pub id: String,
    /// Its point.
    pub point_code: String,
    /// How it is answered.
    pub kind: ItemKind,
    /// Expected share of right answers, in hundredths.
    pub difficulty: i64,
}

/// An item at its place in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed<'a> {
    /// The item.
    pub item: &'a PoolItem,
    /// What it is worth.
    pub points: Score,
}

/// A point that lacks items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortPoint {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Accepted items it has.
    pub have: usize,
    /// Items three forms need.
    pub need: usize,
}

/// Why no forms can be assembled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssemblyRefused {
    /// These points, and no others, lack items.
    #[error("{} points lack items", .0.len())]
    Short(Vec<ShortPoint>),
    /// The blueprint has no points.
    #[error("the blueprint is empty")]
    NoPoints,
    /// The ranges add up to this many hundredths of a percent.
    #[error("the ranges add up to {0} hundredths of a percent")]
    Weights(i64),
    /// A range is worth less than a hundredth of a point for each of its items.
    #[error("range {0} is worth too little for its items")]
    Worthless(String),
}

impl Balanced for &PoolItem {
    fn kind(&self) -> ItemKind {
        self.kind
    }

    fn difficulty(&self) -> i64 {
        self.difficulty
    }
}

/// The points that lack items for three forms: exactly those, so that nothing else need be done.
#[must_use]
pub fn short_points(points: &[BlueprintPoint], pool: &[PoolItem]) -> Vec<ShortPoint> {
    let count = |code: &str| pool.iter().filter(|item| item.point_code == code).count();
    let mut short: Vec<ShortPoint> = points
        .iter()
        .map(|point| ShortPoint {
            code: point.code.clone(),
            name: point.name.clone(),
            have: count(&point.code),
            need: needed(point.per_form),
        })
        .filter(|point| point.have < point.need)
        .collect();
    short.sort_by(|one, other| one.code.cmp(&other.code));
    short
}

/// Items of a point that three forms need, for this many in each.
#[must_use]
pub fn needed(per_form: i64) -> usize {
    usize::try_from(per_form).unwrap_or(usize::MAX).saturating_mul(FORMS)
}

/// Assembles forms A, B and the reserve from the accepted items of a bank.
///
/// Each form lists its items in the order they are printed: by kind, within a kind as drawn.
///
/// # Errors
/// [`AssemblyRefused`].
pub fn assemble<'a>(
    points: &[BlueprintPoint],
    pool: &'a [PoolItem],
    seed: &[u8; 32],
) -> Result<[Vec<Placed<'a>>; FORMS], AssemblyRefused> {
    if points.is_empty() {
        return Err(AssemblyRefused::NoPoints);
    }
    let worth = item_points(points)?;
    let short = short_points(points, pool);
    if !short.is_empty() {
        return Err(AssemblyRefused::Short(short));
    }
    let (chosen, scores) = choose(&worth, pool, seed);
    let mut places = distribute(&chosen, &scores);
    equalise(&mut places);
    Ok(std::array::from_fn(|form| print_order(&places, form, seed)))
}

/// For every place of the paper, three drawn items of its point: `(place, item)`, and what each place is worth.
fn choose<'a>(
    worth: &BTreeMap<String, Vec<Score>>,
    pool: &'a [PoolItem],
    seed: &[u8; 32],
) -> (Vec<(usize, &'a PoolItem)>, Vec<i64>) {
    let (mut chosen, mut scores) = (Vec::new(), Vec::new());
    for (code, worth) in worth {
        let items: Vec<&PoolItem> = pool.iter().filter(|item| item.point_code == *code).collect();
        let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
        let drawn = draw::order(seed, code, &ids);
        for (three, score) in drawn.chunks(FORMS).zip(worth) {
            chosen.extend(three.iter().map(|place| (scores.len(), items[*place])));
            scores.push(score.0);
        }
    }
    (chosen, scores)
}

/// Gives each form one of the three items of every place. Items of a kind are grouped in threes by difficulty and no form
/// gets two of a group: so a kind is in every form equally often or once more, and the forms begin about equally hard.
fn distribute<'a>(chosen: &[(usize, &'a PoolItem)], scores: &[i64]) -> Vec<Place<&'a PoolItem>> {
    let mut by_kind: BTreeMap<ItemKind, Vec<usize>> = BTreeMap::new();
    for (index, (_, item)) in chosen.iter().enumerate() {
        by_kind.entry(item.kind).or_default().push(index);
    }
    let mut group_of = vec![0; chosen.len()];
    let mut groups = 0;
    for mut alike in by_kind.into_values() {
        alike.sort_by_key(|index| (chosen[*index].1.difficulty, &chosen[*index].1.id));
        for three in alike.chunks(FORMS) {
            for index in three {
                group_of[*index] = groups;
            }
            groups += 1;
        }
    }
    let edges: Vec<Edge> =
        chosen.iter().zip(group_of).map(|((place, _), group)| Edge { place: *place, group }).collect();
    let forms = colour(&edges);
    let in_form = |place: usize, form: usize| {
        let is_it = |(at, form_of): &(&(usize, &'a PoolItem), &Option<usize>)| {
            at.0 == place && **form_of == Some(form)
        };
        chosen.iter().zip(&forms).find(is_it).map(|((_, item), _)| *item)
    };
    let place = |(place, points): (usize, &i64)| {
        let items = [in_form(place, 0)?, in_form(place, 1)?, in_form(place, 2)?];
        Some(Place { points: *points, items })
    };
    // Every place has three items and every item a form, so that none is missing.
    scores.iter().enumerate().filter_map(place).collect()
}

fn print_order<'a>(places: &[Place<&'a PoolItem>], form: usize, seed: &[u8; 32]) -> Vec<Placed<'a>> {
    let placed: Vec<Placed<'a>> =
        places.iter().map(|place| Placed { item: place.items[form], points: Score(place.points) }).collect();
    let ids: Vec<&str> = placed.iter().map(|placed| placed.item.id.as_str()).collect();
    let drawn = draw::order(seed, "print order", &ids);
    let in_kind =
        |kind| drawn.iter().map(|place| placed[*place]).filter(move |placed| placed.item.kind == kind);
    ItemKind::ALL.into_iter().flat_map(in_kind).collect()
}
