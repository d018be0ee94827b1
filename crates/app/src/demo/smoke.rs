//! Opens every page of the product as somebody whom it is for, by following links.
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rehearse::{Browser, Office, province::PHONES};

use super::{DEMO_STAFF, neighbours::NEIGHBOUR_STAFF, province::Extent};
use crate::{address::route_of, compose};

/// How many addresses of one route one person opens: enough to see each batch.
const PER_ROUTE: usize = 16;
/// The same where only two batches were prepared.
const PER_ROUTE_OF_TWO: usize = 6;
/// How many addresses one person opens in all.
const PER_PERSON: usize = 400;
/// What is offered to everybody who reads a notice, and refused to staff with a sentence.
const FOR_CANDIDATES: &str = "/apply/{code}";

/// Somebody with a phone and no password.
const CANDIDATE: &str = "candidate";

/// Pages that only the machine of a hall reaches, with the code of a check-in. Preparing the
/// province opens them; data that were prepared before are not asked for them again.
const HALL: &str = "/attempts/";
/// What the scripts of a page ask for by themselves; the browser story has them run.
const SCRIPTED: [&str; 2] = ["/hall/clock", "/attempts/{id}/pulse"];
/// A page that opens once, with the token of a message to a new member of staff.
const ACTIVATION: &str = "/activations/{token}";

/// Opens every page; `known` are addresses that were opened while the province was prepared.
///
/// # Errors
/// What did not answer, and what nobody could reach.
pub async fn check(office: Arc<Office>, known: Vec<String>, extent: Extent) -> anyhow::Result<()> {
    tokio::task::spawn_blocking(move || {
        let per_route = match extent {
            Extent::Whole => PER_ROUTE,
            Extent::TwoBatches => PER_ROUTE_OF_TWO,
        };
        let mut tour = Tour { per_route, ..Tour::default() };
        let prepared = !known.is_empty();
        tour.reached.extend(known.iter().filter_map(|address| route_of("GET", address)));
        tour.walk("public", &office.browser(), &["/", "/hall"])?;
        let mut roles = BTreeSet::new();
        for one in DEMO_STAFF.iter().filter(|one| roles.insert(one.role.code())) {
            tour.walk(one.login, &*office.staff(one.login)?, &["/workbench"])?;
        }
        let mut bodies = BTreeSet::new();
        for one in NEIGHBOUR_STAFF.iter().filter(|one| bodies.insert(one.path)) {
            tour.walk(one.login, &*office.staff(one.login)?, &["/workbench", "/batches", "/organisations"])?;
        }
        for phone in PHONES {
            tour.walk(CANDIDATE, &office.candidate(phone.number)?, &["/my", "/notices"])?;
        }
        tour.conclude(prepared, extent)
    })
    .await?
}

#[derive(Default)]
struct Tour {
    per_route: usize,
    reached: BTreeSet<&'static str>,
    opened: usize,
    wrong: Vec<String>,
}

impl Tour {
    /// One person looks around from `starts`, a few pages of each kind.
    fn walk(&mut self, who: &str, browser: &Browser, starts: &[&str]) -> anyhow::Result<()> {
        let routed = |address: String| route_of("GET", &address).map(|route| (route, address));
        let mut seen: BTreeSet<String> = starts.iter().map(|start| (*start).to_owned()).collect();
        let mut waiting: Vec<(&'static str, String)> =
            starts.iter().rev().filter_map(|start| routed((*start).to_owned())).collect();
        let mut of_route: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut opened = 0;
        while opened < PER_PERSON {
            // What this person has seen least of comes next, so that no kind of page is crowded out.
            waiting.retain(|(route, _)| of_route.get(route).is_none_or(|times| *times < self.per_route));
            let times = |at: &usize| waiting.get(*at).and_then(|(route, _)| of_route.get(route)).copied();
            let Some(next) = (0..waiting.len()).rev().min_by_key(|at| times(at).unwrap_or(0)) else { break };
            let (route, address) = waiting.swap_remove(next);
            *of_route.entry(route).or_default() += 1;
            opened += 1;
            let page = browser.get(&address)?;
            if page.status == 422 && route == FOR_CANDIDATES && who != CANDIDATE {
                continue;
            }
            if page.status != 200 {
                self.wrong.push(format!("{address} as {who}: {}", page.status));
                continue;
            }
            self.reached.insert(route);
            self.reached.extend(route_of("GET", &page.path));
            let links = page.links("/").into_iter().chain(page.sources()).chain(page.asked_for());
            let new = links.filter(|link| link.starts_with('/') && seen.insert(link.clone()));
            waiting.extend(new.filter_map(routed));
        }
        self.opened += opened;
        Ok(())
    }

    /// Of two batches alone not every page can be reached; what was reached must have answered.
    fn conclude(mut self, prepared: bool, extent: Extent) -> anyhow::Result<()> {
        for route in compose::routes().iter().filter(|route| route.method == "GET") {
            let hall = !prepared && route.path.starts_with(HALL);
            let elsewhere = route.path == ACTIVATION || SCRIPTED.contains(&route.path);
            let excused = hall || elsewhere || extent == Extent::TwoBatches;
            if !self.reached.contains(route.path) && !excused {
                self.wrong.push(format!("{}: nobody came there by clicking", route.path));
            }
        }
        anyhow::ensure!(self.wrong.is_empty(), "smoke:\n{}", self.wrong.join("\n"));
        println!("smoke: {} pages of {} routes answered", self.opened, self.reached.len());
        Ok(())
    }
}
