//! How groups of different size share rooms: no room more than the bound, as few mixed as may be.
//!
//! With as many of the largest rooms as seat everybody (the lower bound: fewer cannot), the seats
//! that may stay empty are few. A paper gets a room alone as long as it leaves no more seats empty
//! than that; only then papers share one. So the bound is always reached, and a room is mixed only
//! where keeping papers apart would cost another room.
use std::collections::BTreeSet;

/// The people of one group in one room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Place of the group among those given.
    pub group: usize,
    /// How many of it.
    pub count: usize,
}

/// The fewest rooms that seat `people`, when `places` are given in falling order; none if all of
/// them do not.
#[must_use]
pub fn fewest_rooms(people: usize, places: &[usize]) -> Option<usize> {
    let mut left = people;
    for (rooms, seats) in places.iter().enumerate() {
        if left == 0 {
            return Some(rooms);
        }
        left = left.saturating_sub(*seats);
    }
    (left == 0).then_some(places.len())
}

/// Which of the rooms, given in falling order of `places`, to take: as few as [`fewest_rooms`] says, and
/// of these as small ones as still seat everybody, so that a hall of 60 stays free for the sitting that
/// needs it. From the last room taken to the first, each gives way to the smallest one that will do.
/// The places of the rooms taken, in falling order; none if all rooms together do not seat everybody.
#[must_use]
pub fn take_rooms(people: usize, places: &[usize]) -> Option<Vec<usize>> {
    let count = fewest_rooms(people, places)?;
    let mut taken: Vec<(usize, usize)> = places.iter().copied().zip(0..).take(count).collect();
    let mut free: BTreeSet<(usize, usize)> = places.iter().copied().zip(0..).skip(count).collect();
    let mut spare = taken.iter().map(|(size, _)| size).sum::<usize>().saturating_sub(people);
    for slot in taken.iter_mut().rev() {
        let held = *slot;
        let least = (held.0.saturating_sub(spare), 0);
        let Some(smallest) = free.range(least..).next().copied().filter(|room| room.0 < held.0) else {
            continue;
        };
        spare = spare.saturating_sub(held.0.saturating_sub(smallest.0));
        free.remove(&smallest);
        free.insert(held);
        *slot = smallest;
    }
    let mut taken: Vec<usize> = taken.into_iter().map(|(_, room)| room).collect();
    taken.sort_unstable();
    Some(taken)
}

/// The fewest rooms if no two groups may share one: each group's own bound, summed. The truth may be
/// higher when rooms differ in size, never lower.
#[must_use]
pub fn fewest_rooms_unmixed(groups: &[usize], places: &[usize]) -> Option<usize> {
    groups.iter().map(|people| fewest_rooms(*people, places)).sum()
}

/// Divides the groups over rooms given in falling order of `places`, which together seat everybody:
/// for each room its pieces, each group at most once in a room.
#[must_use]
pub fn divide(groups: &[usize], places: &[usize]) -> Vec<Vec<Piece>> {
    let mut left = groups.to_vec();
    let mut may_stay_empty = places.iter().sum::<usize>().saturating_sub(groups.iter().sum());
    let mut rooms = Vec::with_capacity(places.len());
    for seats in places {
        let pieces = fill(&mut left, *seats, seats.saturating_sub(may_stay_empty));
        let seated: usize = pieces.iter().map(|piece| piece.count).sum();
        may_stay_empty = may_stay_empty.saturating_sub(seats.saturating_sub(seated));
        rooms.push(pieces);
    }
    rooms
}

/// Takes people for one room of `seats` out of `left`, at least `needed` if there are so many.
fn fill(left: &mut [usize], seats: usize, needed: usize) -> Vec<Piece> {
    let order = by_size(left);
    let Some(largest) = order.first().copied() else { return Vec::new() };
    let mut room = Room { left, free: seats, pieces: Vec::new() };
    room.take(largest, seats);
    if seats - room.free >= needed {
        return room.pieces;
    }
    // Not enough of one paper: whole groups that still fit, largest first …
    for group in order.into_iter().skip(1) {
        if room.left.get(group).is_some_and(|people| *people <= room.free) {
            room.take(group, seats);
        }
    }
    // … and where seats would stay empty that cannot be spared, a part of the largest that is left.
    while seats - room.free < needed {
        let Some(group) = by_size(room.left).first().copied() else { break };
        room.take(group, seats);
    }
    room.pieces
}

struct Room<'a> {
    left: &'a mut [usize],
    free: usize,
    pieces: Vec<Piece>,
}

impl Room<'_> {
    /// Seats as many of the group as there are, as fit, and as `most` says.
    fn take(&mut self, group: usize, most: usize) {
        let Some(people) = self.left.get_mut(group) else { return };
        let count = (*people).min(self.free).min(most);
        if count > 0 {
            *people -= count;
            self.free -= count;
            self.pieces.push(Piece { group, count });
        }
    }
}

/// The groups that are not empty, largest first, those of one size in the order given.
fn by_size(left: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..left.len()).filter(|group| left.get(*group) != Some(&0)).collect();
    order.sort_by_key(|group| std::cmp::Reverse(left.get(*group).copied()));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(groups: &[usize], places: &[usize]) -> Vec<Vec<(usize, usize)>> {
        let pieces = |room: &Vec<Piece>| room.iter().map(|piece| (piece.group, piece.count)).collect();
        divide(groups, places).iter().map(pieces).collect()
    }

    #[test]
    fn rooms_are_counted_from_the_largest() {
        assert_eq!(fewest_rooms(0, &[30]), Some(0));
        assert_eq!(fewest_rooms(30, &[30, 24]), Some(1));
        assert_eq!(fewest_rooms(31, &[30, 24]), Some(2));
        assert_eq!(fewest_rooms(55, &[30, 24]), None);
        assert_eq!(fewest_rooms_unmixed(&[7, 9, 31], &[30, 30, 30]), Some(4));
    }

    #[test]
    fn of_the_fewest_rooms_the_smallest_that_suffice_are_taken() {
        assert_eq!(
            take_rooms(22, &[60, 48, 24]),
            Some(vec![2]),
            "one room will do, and the smallest holds 22"
        );
        assert_eq!(take_rooms(25, &[60, 48, 24]), Some(vec![1]));
        assert_eq!(
            take_rooms(70, &[60, 48, 24]),
            Some(vec![1, 2]),
            "two are the fewest, and 48 + 24 hold 70"
        );
        assert_eq!(take_rooms(100, &[60, 48, 24, 24]), Some(vec![0, 1]), "60 + 24 would not hold them");
        assert_eq!(take_rooms(0, &[60]), Some(vec![]));
        assert_eq!(take_rooms(85, &[60, 24]), None);
    }

    #[test]
    fn papers_stay_apart_while_it_costs_no_room() {
        assert_eq!(counts(&[20, 25], &[30, 30]), [vec![(1, 25)], vec![(0, 20)]]);
        assert_eq!(counts(&[40, 30], &[30, 30, 12]), [vec![(0, 30)], vec![(1, 30)], vec![(0, 10)]]);
    }

    #[test]
    fn leftovers_share_a_room_where_rooms_are_short() {
        // 11 + 8 + 7 in one room, as in the design.
        assert_eq!(
            counts(&[41, 38, 37], &[30, 30, 30, 30]),
            [vec![(0, 30)], vec![(1, 30)], vec![(2, 30)], vec![(0, 11), (1, 8), (2, 7)]]
        );
        // Nobody may be left over: 16 + 6 fill one room of 24, two stay empty.
        assert_eq!(counts(&[16, 6], &[24]), [vec![(0, 16), (1, 6)]]);
    }

    #[test]
    fn a_group_is_split_only_when_the_seats_are_needed() {
        assert_eq!(counts(&[20, 20, 20], &[30, 30]), [vec![(0, 20), (1, 10)], vec![(2, 20), (1, 10)]]);
    }
}
