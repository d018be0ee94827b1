//! Opens every page of the product as somebody whom it is for, by following links.
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;

use identity::Role;
use rehearse::{Browser, Office, Page, province::PHONES};
use serde_json::json;

use super::{DEMO_STAFF, neighbours::NEIGHBOUR_STAFF, province::Extent};
use crate::{address::route_of, compose};

/// How many addresses of one route one person opens: enough to see each batch.
const PER_ROUTE: usize = 16;
/// The same where only two batches were prepared.
const PER_ROUTE_OF_TWO: usize = 6;
/// How many addresses one person opens in all.
const PER_PERSON: usize = 400;
/// Most statements of SQL behind one page. Source: ARCHITECTURE.md, "A request, end to end".
const STATEMENTS_MOST: u32 = 10;
/// Pages that ask more, each with the most it may ask and why. The list and its figures only ever get shorter.
const ABOVE_MOST: [(&str, u32, &str); 9] = [
    (
        "/batches/new",
        13,
        "what the filings above a body cover, beside occupations, levels, standards and seats",
    ),
    ("/batches/{code}/plan", 13, "the same, beside the plan"),
    ("/filing-cases/new", 11, "what a body holds, whom it may ask, and where somebody may open a case"),
    ("/organisations/{id}", 11, "a body with those around it, its filings, and who looks after it"),
    (
        "/batches/{code}/results",
        11,
        "results that are not published yet: figures, a proposal, a job, and people of whom some keep a part",
    ),
    (
        "/batches/{code}/results/workbook",
        12,
        "the results in a registration template, and the entry that they were exported",
    ),
    (
        "/filing-cases/{id}",
        17,
        "a case shows its papers, lines, experts, points, objections, proposal and history, each rows of its own",
    ),
    ("/batches/{code}/roster/{id}", 15, "each row shown is held against what is known at this moment"),
    (
        "/my/applications/{id}",
        11,
        "each stage says one line, beside the form that was handed in; a retake keeps parts as well",
    ),
];
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
pub async fn check(
    office: Arc<Office>,
    known: Vec<String>,
    extent: Extent,
    report: Option<PathBuf>,
) -> anyhow::Result<()> {
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
        for one in NEIGHBOUR_STAFF.iter().filter(|one| bodies.insert((one.path, one.role))) {
            let plans = one.role == Role::Province;
            let starts = if plans {
                &["/workbench", "/organisations", "/batches"][..]
            } else {
                &["/workbench", "/organisations"]
            };
            tour.walk(one.login, &*office.staff(one.login)?, starts)?;
        }
        for phone in PHONES {
            tour.walk(CANDIDATE, &office.candidate(phone.number)?, &["/my", "/notices"])?;
        }
        if let Some(file) = report {
            std::fs::write(&file, tour.report().to_string()).with_context(|| file.display().to_string())?;
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
    /// The page of each route that asked most, and how often.
    asked: BTreeMap<&'static str, (u32, String)>,
    /// How long each opening of a route took.
    took: BTreeMap<&'static str, Vec<Duration>>,
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
            let began = now();
            let page = browser.get(&address)?;
            self.took.entry(route).or_default().push(began.elapsed());
            if page.status == 422 && route == FOR_CANDIDATES && who != CANDIDATE {
                continue;
            }
            if page.status != 200 {
                self.wrong.push(format!("{address} as {who}: {}", page.status));
                continue;
            }
            self.reached.insert(route);
            self.count(&page);
            self.reached.extend(route_of("GET", &page.path));
            let links = page.links("/").into_iter().chain(page.sources()).chain(page.asked_for());
            let new = links.filter(|link| link.starts_with('/') && seen.insert(link.clone()));
            waiting.extend(new.filter_map(routed));
        }
        self.opened += opened;
        Ok(())
    }

    /// Keeps the page of a route that asked most. What led to another page is not counted with it.
    fn count(&mut self, page: &Page) {
        let Some((statements, route)) = page.statements.zip(route_of("GET", &page.path)) else { return };
        let most = self.asked.entry(route).or_default();
        if statements > most.0 {
            *most = (statements, page.path.clone());
        }
    }

    /// Each route with its slowest opening of a hundred, and the statements of the page that asked most.
    fn report(&self) -> serde_json::Value {
        let of = |(route, times): (&&'static str, &Vec<Duration>)| {
            let mut times = times.clone();
            times.sort_unstable();
            let p99 =
                times.get((times.len() * 99).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default();
            let statements = self.asked.get(route).map_or(0, |(count, _)| *count);
            json!({ "route": route, "opened": times.len(), "p99_ms": p99.as_millis(), "statements": statements })
        };
        self.took.iter().map(of).collect()
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
        for (route, (statements, page)) in &self.asked {
            let most = statements_most(route);
            if *statements > most {
                self.wrong.push(format!("{route}: {page} asks {statements} statements, more than {most}"));
            }
        }
        anyhow::ensure!(self.wrong.is_empty(), "smoke:\n{}", self.wrong.join("\n"));
        println!("smoke: {} pages of {} routes answered", self.opened, self.reached.len());
        Ok(())
    }
}

/// The most statements a page of this route may ask.
fn statements_most(route: &str) -> u32 {
    let above = ABOVE_MOST.iter().find(|(known, ..)| *known == route);
    above.map_or(STATEMENTS_MOST, |(_, most, _)| *most)
}

#[expect(clippy::disallowed_methods, reason = "how long a page takes is measured in front of the server")]
fn now() -> Instant {
    Instant::now()
}
