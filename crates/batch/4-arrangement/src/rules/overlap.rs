//! Nobody sits in two places at a time: neither in two sittings, nor twice in one because they applied twice.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::UnixMicros;
use venue::SiteId;

use super::{conflict::Conflict, need::Need, planned::PlannedSitting, seat_plan::Candidate};

/// When and where one application is seated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Time<'a> {
    from: UnixMicros,
    until: UnixMicros,
    place: usize,
    application: &'a str,
}

/// People who would have to be in two places at a time, as they are seated at one site.
pub(super) fn overlaps(sittings: &[PlannedSitting], candidates: &[Candidate]) -> Vec<Conflict> {
    // Numbers stand for people: of a million, most of the time went into comparing names.
    let mut people: HashMap<&str, usize> = HashMap::with_capacity(candidates.len());
    let mut number = |person| {
        let next = people.len();
        *people.entry(person).or_insert(next)
    };
    let owners: HashMap<&str, usize> =
        candidates.iter().map(|one| (one.application.as_str(), number(&one.person))).collect();
    let mut times: Vec<(usize, Time<'_>)> = Vec::new();
    for (place, sitting) in sittings.iter().enumerate() {
        let need = &sitting.need;
        for seat in sitting.sites.iter().flat_map(|site| &site.rooms).flat_map(|room| &room.seats) {
            let application = seat.application.as_str();
            let person = owners.get(application).copied().unwrap_or_else(|| number(application));
            let (from, until) = (need.end(seat.turn - 1), need.end(seat.turn));
            times.push((person, Time { from, until, place, application }));
        }
    }
    times.sort_unstable();
    let mut found = Found::default();
    for ((person, earlier), (next, later)) in times.iter().zip(times.iter().skip(1)) {
        if person == next && later.from < earlier.until {
            found.note(earlier, later);
        }
    }
    found.conflicts()
}

/// People who applied for two papers at two sites that are sat in writing at the same time. Groups that
/// take turns are left out: their times are known only when each site is planned.
#[must_use]
pub fn between_sites(candidates: &[Candidate], needs: &[Need]) -> BTreeMap<SiteId, Vec<Conflict>> {
    let mut of_person: HashMap<&str, Vec<&Candidate>> = HashMap::with_capacity(candidates.len());
    for one in candidates {
        of_person.entry(&one.person).or_default().push(one);
    }
    let mut found: BTreeMap<SiteId, Found<'_>> = BTreeMap::new();
    for applications in of_person.values().filter(|applications| applications.len() > 1) {
        for (at, one) in applications.iter().enumerate() {
            for other in applications.iter().skip(at + 1).filter(|other| other.site != one.site) {
                for (a, b) in pairs_at_a_time(one, other, needs) {
                    found.entry(one.site.clone()).or_default().note(&a, &b);
                    found.entry(other.site.clone()).or_default().note(&a, &b);
                }
            }
        }
    }
    found.into_iter().map(|(site, found)| (site, found.conflicts())).collect()
}

fn pairs_at_a_time<'a>(
    one: &'a Candidate,
    other: &'a Candidate,
    needs: &[Need],
) -> Vec<(Time<'a>, Time<'a>)> {
    let times = |candidate: &'a Candidate| -> Vec<Time<'a>> {
        let sat =
            needs.iter().enumerate().filter(|(_, need)| need.is_in_writing() && need.is_sat_by(candidate));
        sat.map(|(place, need)| Time {
            from: need.starts_at,
            until: need.end(1),
            place,
            application: &candidate.application,
        })
        .collect()
    };
    let others = times(other);
    times(one)
        .into_iter()
        .flat_map(|a| others.iter().map(move |b| (a, *b)))
        .filter(|(a, b)| a.from < b.until && b.from < a.until)
        .collect()
}

/// What was found, by pair of sittings.
#[derive(Default)]
struct Found<'a> {
    of_one: BTreeMap<(usize, usize), usize>,
    of_two: BTreeMap<(usize, usize), BTreeSet<(&'a str, &'a str)>>,
}

impl<'a> Found<'a> {
    fn note(&mut self, a: &Time<'a>, b: &Time<'a>) {
        let pair = (a.place.min(b.place), a.place.max(b.place));
        if a.application == b.application {
            *self.of_one.entry((a.place, b.place)).or_default() += 1;
        } else {
            let both = (a.application.min(b.application), a.application.max(b.application));
            self.of_two.entry(pair).or_default().insert(both);
        }
    }

    fn conflicts(self) -> Vec<Conflict> {
        let of_one = self.of_one.into_iter().map(|((first, second), candidates)| Conflict::Overlap {
            first,
            second,
            candidates,
        });
        let of_two = self.of_two.into_iter().map(|((first, second), pairs)| Conflict::SamePerson {
            first,
            second,
            applications: pairs.iter().flat_map(|(a, b)| [(*a).to_owned(), (*b).to_owned()]).collect(),
        });
        of_one.chain(of_two).collect()
    }
}
