//! Three items of every place of the paper, one to each of three forms, so that nothing piles up in one form.
//!
//! Think of every place as a node on the left, every group of at most three items on the right, and of every item as an
//! edge between them. Each node has at most three edges; by Kőnig's theorem three colours suffice so that no node sees
//! a colour twice. The colours are the forms: each place gives each form one item, and each group gives no form two.
//! Source: D. Kőnig, Über Graphen und ihre Anwendung auf Determinantentheorie und Mengenlehre (1916).

/// How many forms there are: A, B and the reserve.
///
/// Source: [own]; A and B keep neighbours apart, and a paper that leaked has a reserve.
pub const FORMS: usize = 3;

/// An item as an edge: the place it may stand at, the group it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Place of the paper, from 0.
    pub place: usize,
    /// Group of like items, from 0.
    pub group: usize,
}

/// Which edge of each node has which colour.
type Seen = Vec<[Option<usize>; FORMS]>;

/// Gives every edge a colour (a form, from 0) so that no place and no group sees a colour twice.
///
/// Every place and every group has at most three edges; an edge beyond that stays without a colour.
#[must_use]
pub fn colour(edges: &[Edge]) -> Vec<Option<usize>> {
    let size = |of: fn(&Edge) -> usize| edges.iter().map(of).max().map_or(0, |last| last + 1);
    let mut places: Seen = vec![[None; FORMS]; size(|edge| edge.place)];
    let mut groups: Seen = vec![[None; FORMS]; size(|edge| edge.group)];
    let mut colours = vec![None; edges.len()];
    for (index, edge) in edges.iter().enumerate() {
        let Some(here) = free(&places[edge.place]) else { continue };
        let Some(there) = free(&groups[edge.group]) else { continue };
        if here != there {
            swap_along(edges, &mut places, &mut groups, &mut colours, edge.group, [here, there]);
        }
        places[edge.place][here] = Some(index);
        groups[edge.group][here] = Some(index);
        colours[index] = Some(here);
    }
    colours
}

fn free(seen: &[Option<usize>; FORMS]) -> Option<usize> {
    seen.iter().position(Option::is_none)
}

/// Exchanges two colours along the path that leaves `group` by the first of them; afterwards the group does not see
/// the first any more. The path alternates between the colours, so it ends and never meets a place free of the first.
fn swap_along(
    edges: &[Edge],
    places: &mut Seen,
    groups: &mut Seen,
    colours: &mut [Option<usize>],
    group: usize,
    [first, second]: [usize; 2],
) {
    let mut path = Vec::new();
    let mut at = group;
    while let Some(out) = groups[at][first] {
        path.push(out);
        let Some(back) = places[edges[out].place][second] else { break };
        path.push(back);
        at = edges[back].group;
    }
    for edge in &path {
        for colour in [first, second] {
            if colours[*edge] == Some(colour) {
                places[edges[*edge].place][colour] = None;
                groups[edges[*edge].group][colour] = None;
            }
        }
    }
    for edge in path {
        let colour = if colours[edge] == Some(first) { second } else { first };
        places[edges[edge].place][colour] = Some(edge);
        groups[edges[edge].group][colour] = Some(edge);
        colours[edge] = Some(colour);
    }
}
