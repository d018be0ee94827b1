//! Officers of a city see their part of the batch and nothing of another's: every address anybody
//! opened in the story is opened again by people whose every duty lies in one city.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::route_of;
use identity::{NewAccount, Passwords, Role, insert_account};
use kernel::UnixMicros;
use rehearse::{Batch, Member};
use testkit::{Browser, Server};

/// The cities of the story, the point of each as rosters write it.
const CITIES: [(&str, &str); 3] =
    [("/demo/nancheng", "南城市报名点"), ("/demo/xicheng", "锡城市报名点"), ("/demo/yuntai", "云台市报名点")];

/// The city whose site seats everybody of the story: there others are seen in the rooms, rightly.
const HOST: &str = "/demo/nancheng";

/// Stages whose pages go by the site and not by the registration point.
const AT_THE_SITE: [&str; 3] = ["/seat-plan", "/sittings", "/tickets"];

/// Every duty there is inside a batch.
const ROLES: [Role; 10] = [
    Role::Province,
    Role::Reviewer,
    Role::Registrar,
    Role::ExamOfficer,
    Role::Custodian,
    Role::Invigilator,
    Role::Examiner,
    Role::PanelMember,
    Role::ScoreClerk,
    Role::Auditor,
];

/// Who audits the whole province for one batch: the story's, and one there is not.
pub const ONE_BATCH: [(&str, &str); 2] = [("for-this-batch", "2021-01"), ("for-another", "2021-99")];

/// Gives one person every duty in each city, and two people a duty for one batch; needs no more than the rows.
pub async fn hire(server: &Server) {
    let db = store::Db::open(&server.database).await.unwrap();
    for (at, (city, _)) in (0..).zip(CITIES) {
        employ(&db, (at, &login(city)), (city, None), &ROLES).await;
    }
    for (at, (login, batch)) in (10..).zip(ONE_BATCH) {
        employ(&db, (at, login), ("/demo", Some(batch)), &[Role::Auditor]).await;
    }
}

/// One person with these duties at a place.
async fn employ(
    db: &store::Db,
    (salt, login): (u8, &str),
    (place, batch): (&str, Option<&str>),
    roles: &[Role],
) {
    let hash = Passwords::default().hash(format!("demo-{login}"), [salt; 16]).await.unwrap();
    let new =
        NewAccount {
            id: login, kind: "staff", login, display_name: "城市考务", password_hash: Some(&hash)
        };
    let mut tx = db.write().await.unwrap();
    assert!(insert_account(&mut tx, &new, UnixMicros::new(0)).await.unwrap());
    tx.commit().await.unwrap();
    // Written by hand: the product gives nobody all of them, for some are kept apart.
    let batch = batch.map_or("NULL".to_owned(), |code| format!("'{code}'"));
    let duty = |role: &Role| {
        format!(
            "INSERT INTO duty_grant (id, account_id, role, org_path, batch_code, valid_from, granted_by, reason)
             VALUES ('{login}-{role}', '{login}', '{role}', '{place}', {batch}, 0, 'system', 'test')",
            role = role.code()
        )
    };
    testkit::run(db, &roles.iter().map(duty).collect::<Vec<_>>()).await;
}

pub fn login(city: &str) -> String {
    format!("all-of{}", city.replace('/', "-"))
}

/// What makes somebody known on a page: name, phone, document number.
fn marks<'a>(batch: &'a Batch, member: &'a Member) -> [&'a str; 3] {
    let document = batch.cast.column("证件号码").expect("the roster has document numbers");
    [&member.name, &member.phone, &member.cells[document]]
}

/// The members of a city, by its point's name.
pub fn members<'a>(batch: &'a Batch, point: &str) -> Vec<&'a Member> {
    let column = batch.cast.column("报名单位").expect("the roster names the point");
    batch.cast.members.iter().filter(|member| member.cells[column] == point).collect()
}

/// Who stands behind each application, read by the province from the list.
fn applications(server: &Server) -> HashMap<String, String> {
    let province = server.staff("province1");
    let page = province.open("/batches/2021-01/applications");
    let link = |link: String| {
        let id = link.strip_prefix("/batches/2021-01/applications/")?.to_owned();
        (id.len() == 36).then_some(id)
    };
    let ids: BTreeSet<String> = page.links("/applications/").into_iter().filter_map(link).collect();
    let named = ids.into_iter().map(|id| {
        let shown = province.open(&format!("/batches/2021-01/applications/{id}"));
        (id, shown.html.clone())
    });
    named.collect()
}

/// Opens everything as each city's officer; the mistakes found, one sentence each.
pub fn look(server: &Server, batch: &Batch) -> Vec<String> {
    let mut wrong = Vec::new();
    let shown = applications(server);
    assert!(shown.len() >= batch.cast.members.len(), "{} applications", shown.len());
    for (city, point) in CITIES {
        let others: Vec<&Member> = CITIES
            .iter()
            .filter(|(other, _)| *other != city)
            .flat_map(|(_, point)| members(batch, point))
            .collect();
        let theirs: Vec<&str> = shown
            .iter()
            .filter(|(_, html)| others.iter().any(|member| html.contains(&member.name)))
            .map(|(id, _)| id.as_str())
            .collect();
        assert_eq!(theirs.len(), others.len(), "{city}: everybody has one application");
        let browser = server.staff(&login(city));
        let mut seen = Seen { city, batch, others: &others, theirs: &theirs, wrong: Vec::new() };
        let addresses = addresses(server, &browser);
        assert!(addresses.len() > 60, "{city}: {} addresses", addresses.len());
        addresses.iter().for_each(|address| seen.look(&browser, address));
        seen.change(server, &browser);
        wrong.extend(seen.wrong);
        let own = browser.open("/batches/2021-01/admission?state=all");
        for member in members(batch, point) {
            if !own.html.contains(&member.name) {
                wrong.push(format!("{city}: its own {} is not in the queue", member.serial));
            }
        }
    }
    wrong
}

/// Every address of the batch somebody opened, and those this browser is led to; of each route with
/// each kind of thing a few.
fn addresses(server: &Server, browser: &Browser) -> BTreeSet<String> {
    const OF_A_ROUTE: usize = 40;
    let mut found = BTreeSet::new();
    let mut of_route: BTreeMap<&str, usize> = BTreeMap::new();
    let start = ["/workbench", "/batches/2021-01", "/batches/2021-01/totals", "/batches/2021-01/funnel"];
    let mut waiting: Vec<String> = server.opened();
    waiting.extend(start.map(str::to_owned));
    waiting.extend(["totals.csv", "totals.xlsx"].map(|file| format!("/batches/2021-01/totals/{file}")));
    while let Some(address) = waiting.pop() {
        let is_inside = address.starts_with("/batches/2021-01") || start.contains(&address.as_str());
        let Some(route) = route_of("GET", &address).filter(|_| is_inside) else { continue };
        let count = of_route.entry(route).or_default();
        if *count >= OF_A_ROUTE || !found.insert(address.clone()) {
            continue;
        }
        *count += 1;
        let page = browser.get(&address);
        if page.status == 200 && page.html.starts_with('<') {
            waiting.extend(page.links("/batches/2021-01"));
        }
    }
    found
}

struct Seen<'a> {
    city: &'a str,
    batch: &'a Batch,
    others: &'a [&'a Member],
    /// Applications of other cities.
    theirs: &'a [&'a str],
    wrong: Vec<String>,
}

impl Seen<'_> {
    fn look(&mut self, browser: &Browser, address: &str) {
        let below = address.trim_start_matches("/batches/2021-01");
        if self.city == HOST && AT_THE_SITE.iter().any(|stage| below.starts_with(stage)) {
            return;
        }
        let page = browser.get(address);
        let text = String::from_utf8_lossy(&page.bytes).into_owned();
        for member in self.others {
            if marks(self.batch, member).iter().any(|mark| text.contains(mark)) {
                self.wrong.push(format!("{}: {address} shows {} of another city", self.city, member.serial));
            }
        }
        let is_theirs = self.theirs.iter().any(|id| below.split('?').next().unwrap_or_default().contains(id));
        if is_theirs && page.status != 404 {
            self.wrong.push(format!("{}: {address} of another city answers {}", self.city, page.status));
        }
        // The page that says no repeats the address, for the switch of languages.
        if page.status != 404 && self.theirs.iter().any(|id| text.contains(id)) {
            self.wrong.push(format!("{}: {address} names an application of another city", self.city));
        }
    }

    /// What the story sent about people of other cities is not taken from this one.
    fn change(&mut self, server: &Server, browser: &Browser) {
        let token = browser.get("/workbench").attribute("input[name=csrf]", "value").unwrap_or_default();
        let is_about_them =
            |path: &str| path.starts_with("/batches/") && self.theirs.iter().any(|id| path.contains(id));
        let sent = server.sent().into_iter().filter(|sent| is_about_them(&sent.path));
        let addresses: BTreeSet<String> = sent.map(|sent| sent.path).collect();
        assert!(!addresses.is_empty());
        for address in addresses {
            let body = format!(
                "csrf={token}&decision=accept&seen_version=1&reason=x&amount=380.00&receipt_number=X-1"
            );
            let status = browser.post_plain(&address, &body, &token).status;
            if status != 404 {
                self.wrong.push(format!("{}: a change at {address} answers {status}", self.city));
            }
        }
        for id in self.theirs.iter().take(3) {
            let body = format!("csrf={token}&scope=ticked&chosen={id}%3A1");
            let address = "/batches/2021-01/admission/acceptances";
            let status = browser.post_plain(address, &body, &token).status;
            if ![404, 409].contains(&status) {
                self.wrong.push(format!("{}: {id} ticked answers {status}", self.city));
            }
        }
    }
}
