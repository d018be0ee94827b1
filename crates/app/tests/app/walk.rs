//! The permission matrix: written by hand in each crate, walked here over the story's own
//! installation, every route as every role and as nobody.
use std::collections::{BTreeMap, BTreeSet};

use app::route_of;
use testkit::{Browser, Server};

use crate::story::exports;

/// One member of the demo's staff for each role: whoever did the story's work of that kind.
pub const ROLES: &[(&str, &str)] = &[
    ("administrator", "admin"),
    ("security-administrator", "security1"),
    ("province", "province1"),
    ("reviewer", "reviewer1"),
    ("registrar", "registrar1"),
    ("exam-officer", "officer1"),
    ("item-writer", "writer1"),
    ("item-reviewer", "itemreviewer1"),
    ("custodian", "custodian1"),
    ("invigilator", "invigilator1"),
    ("examiner", "examiner1"),
    ("panel-member", "panel1"),
    ("score-clerk", "clerk1"),
    ("auditor", "auditor1"),
    ("manager", "manager1"),
    ("filing-officer", "filing1"),
    ("assessor", "assessor1"),
];

/// How far each browser looks for addresses.
const PAGES_MAX: usize = 400;

/// Walks the matrix over `server`; the mistakes found, one sentence each. `candidate` is a browser
/// with a candidate signed in.
pub fn walk(server: &Server, candidates: &[Browser]) -> Vec<String> {
    let mut wrong = routes_without_row();
    let staff: Vec<_> = ROLES.iter().map(|(role, login)| (*role, server.staff(login))).collect();
    let mut known = Addresses::default();
    known.crawl(&server.browser(), "/");
    candidates.iter().for_each(|candidate| known.crawl(candidate, "/"));
    for (_, browser) in &staff {
        known.crawl(browser, "/workbench");
        known.crawl(browser, "/batches");
    }
    for opened in server.opened() {
        known.add("GET", &opened);
    }
    for sent in server.sent() {
        known.add("POST", &sent.path);
        if sent.status < 400 {
            known.keep_body(&sent.path, &sent.body);
        }
    }
    let is_walked = |path: &str| !AFTER_A_FAULT.contains(&path) && !ONES_OWN.contains(&path);
    let mut tables = BTreeSet::new();
    for cell in app::permissions().iter().filter(|cell| is_walked(cell.path)) {
        let Some(address) = known.of(cell.method, cell.path) else {
            wrong.push(format!("{} {}: nobody can reach it by clicking", cell.method, cell.path));
            continue;
        };
        // Signing out would end the walk; the sign-in of everybody shows that it can be entered.
        if cell.path == "/sign-out" {
            continue;
        }
        let body = known.body(cell.method, cell.path);
        let mut ask = |role: &str, browsers: &[&Browser]| {
            let expected = cell.who.contains(&"anyone")
                || cell.who.contains(&role)
                || (cell.who.contains(&"signed-in") && role != "nobody");
            // What belongs to one candidate is another's 404: one of them must get in.
            let mut all = browsers.iter().map(|browser| observe(browser, cell, &address, &body));
            let first = all.next().unwrap_or(Seen { allowed: false, status: 0, is_table: false });
            let seen = if first.allowed { first } else { all.find(|seen| seen.allowed).unwrap_or(first) };
            if seen.is_table {
                tables.insert(cell.path);
            }
            if expected != seen.allowed {
                wrong.push(format!("{} {address} as {role}: {} ({})", cell.method, seen.status, cell.path));
            }
        };
        ask("nobody", &[&server.browser()]);
        ask("candidate", &candidates.iter().collect::<Vec<_>>());
        for (role, browser) in &staff {
            ask(role, &[browser]);
        }
    }
    wrong.extend(exports::without_a_case(&tables));
    wrong
}

/// What whoever began it sees, or stands on a side of, whatever their role: the crates' own tests show that nobody else
/// does, and which side may do what.
const ONES_OWN: &[&str] = &[
    "/jobs/{id}",
    "/filing-cases/{id}",
    "/filing-cases/{id}/lines",
    "/filing-cases/{id}/lines/{number}/removal",
    "/filing-cases/{id}/papers/{number}",
    "/filing-cases/{id}/submission",
    "/filing-cases/{id}/withdrawal",
];

struct Seen {
    allowed: bool,
    status: u16,
    is_table: bool,
}

/// A refusal is the 404 of a thing that does not exist, or the way to the sign-in page; everything
/// else (a form sent back as incomplete, a state that does not allow it) means: may enter.
fn observe(browser: &Browser, cell: &web::Cell, address: &str, body: &str) -> Seen {
    if cell.method == "GET" {
        let page = browser.get(address);
        // Whoever is led to sign in (or, in the hall, to check in) did not get in.
        let stayed = !["/sign-in", "/hall"].contains(&page.path.as_str()) || page.path == address;
        let allowed = (page.status == 200 && stayed) || page.status == 422;
        return Seen { allowed, status: page.status, is_table: exports::is_table(&page) };
    }
    let token = browser.get("/").attribute("input[name=csrf]", "value").unwrap_or_default();
    let mut last = 404;
    for body in ["", body] {
        let body = if body.starts_with('{') {
            body.to_owned()
        } else {
            format!("csrf={token}&{}", without_token(body))
        };
        let page = browser.post_plain(address, &body, &token);
        let to_sign_in = page.status == 303 && page.path == "/sign-in";
        last = page.status;
        if ![401, 403, 404].contains(&page.status) && !to_sign_in && !is_unread_json(cell, &page) {
            return Seen { allowed: true, status: page.status, is_table: false };
        }
    }
    Seen { allowed: false, status: last, is_table: false }
}

/// An empty form to a route that reads JSON is refused before anybody is asked who they are.
fn is_unread_json(cell: &web::Cell, page: &testkit::Page) -> bool {
    cell.path.starts_with("/attempts/") && page.status == 422
}

fn without_token(body: &str) -> String {
    body.split('&').filter(|pair| !pair.starts_with("csrf=")).collect::<Vec<_>>().join("&")
}

/// Every route has a hand-written row and every row a route.
fn routes_without_row() -> Vec<String> {
    let rows: BTreeSet<_> =
        app::permissions().iter().map(|cell| (cell.method.to_owned(), cell.path)).collect();
    let routes: BTreeSet<_> =
        app::routes().iter().map(|route| (route.method.to_string(), route.path)).collect();
    let missing =
        routes.difference(&rows).map(|(method, path)| format!("{method} {path} has no row in permissions"));
    let extra =
        rows.difference(&routes).map(|(method, path)| format!("{method} {path} is a row without a route"));
    missing.chain(extra).collect()
}

/// Routes that only a fault, or work that takes long, opens; the crates' own tests take them.
pub const AFTER_A_FAULT: &[&str] =
    &["/batches/{code}/certificates/issue/continuation", "/jobs/{id}/cancellation", "/jobs/{id}/resumption"];

/// Every change the story made was noted in the trail within the same request, and every route that
/// changes something was taken at least once.
pub async fn changes_left_a_trace(server: &Server) -> Vec<String> {
    let db = store::Db::open(&server.database).await.expect("the database opens");
    let mut tx = db.read().await.expect("a read");
    let mut wrong = Vec::new();
    let mut taken = BTreeSet::new();
    let mut answered: BTreeMap<&str, bool> = BTreeMap::new();
    let rolled_up = app::rolled_up();
    for sent in server.sent().into_iter().filter(|sent| sent.status < 400) {
        let Some(route) = route_of("POST", &sent.path) else { continue };
        taken.insert(route);
        if rolled_up.contains(&format!("POST {route}").as_str()) {
            continue;
        }
        // Of copies sent side by side any may have been the one that had the effect.
        let mut entries: i64 = 0;
        for request in sent.echoes.iter().map(|echo| &echo.request_id).chain([&sent.request_id]) {
            entries += store::on!(&mut tx, |conn| sqlx::query_scalar::<_, i64>(
                "SELECT COUNT(*) FROM trail_entry WHERE request_id = $1"
            )
            .bind(request)
            .fetch_one(conn)
            .await)
            .expect("the trail is read");
        }
        // A page that leads on has changed something. One that is shown in place may have been asked
        // only (what if I applied?) or be a repeat; of those one at least must have left its mark.
        if entries == 0 && sent.status == 303 {
            wrong.push(format!("POST {} led on and left no trail entry", sent.path));
        }
        *answered.entry(route).or_default() |= entries > 0;
    }
    for (route, _) in answered.iter().filter(|(_, marked)| !**marked) {
        wrong.push(format!("POST {route} never left a trail entry"));
    }
    for route in app::routes().iter().filter(|route| route.method == "POST") {
        if !taken.contains(route.path) && !AFTER_A_FAULT.contains(&route.path) {
            wrong.push(format!("POST {} was never taken by the story", route.path));
        }
    }
    wrong
}

/// Addresses people came by, by method and route.
#[derive(Default)]
struct Addresses(BTreeMap<(String, &'static str), String>, BTreeMap<&'static str, (String, String)>);

impl Addresses {
    /// The latest body the story sent to a route, with the address it went to.
    fn keep_body(&mut self, address: &str, body: &str) {
        if let Some(route) = route_of("POST", address) {
            self.0.insert(("POST".to_owned(), route), address.to_owned());
            self.1.insert(route, (address.to_owned(), body.to_owned()));
        }
    }

    fn body(&self, method: &str, path: &'static str) -> String {
        if method == "GET" {
            return String::new();
        }
        self.1.get(path).map(|(_, body)| body.clone()).unwrap_or_default()
    }

    fn add(&mut self, method: &str, address: &str) {
        if let Some(route) = route_of(method, address) {
            self.0.entry((method.to_owned(), route)).or_insert_with(|| address.to_owned());
        }
    }

    fn of(&self, method: &str, path: &'static str) -> Option<String> {
        self.0.get(&(method.to_owned(), path)).cloned()
    }

    /// Follows links from `start`, one address a route and kind of query, and notes forms.
    fn crawl(&mut self, browser: &Browser, start: &str) {
        let mut waiting = vec![start.to_owned()];
        let mut looked: BTreeSet<String> = BTreeSet::new();
        let mut per_route: BTreeMap<&'static str, usize> = BTreeMap::new();
        while let Some(address) = waiting.pop() {
            if looked.len() >= PAGES_MAX || !looked.insert(address.clone()) {
                continue;
            }
            let Some(route) = route_of("GET", &address) else { continue };
            let visits = per_route.entry(route).or_default();
            *visits += 1;
            if *visits > 3 {
                continue;
            }
            let page = browser.get(&address);
            if page.status != 200 {
                continue;
            }
            self.add("GET", &address);
            for action in page.actions() {
                self.add("POST", &action);
            }
            let links = page.links("/").into_iter().chain(page.sources());
            waiting.extend(links.filter(|link| link.starts_with('/') && !link.starts_with("/preferences?")));
            if let Some(switch) = page.link("/preferences?lang") {
                self.add("GET", &switch);
            }
        }
    }
}
