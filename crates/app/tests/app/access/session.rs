//! TS12: a session begins with a name of its own, is carried by a cookie nobody else can read or send, and ends
//! when its owner, the time or somebody in charge ends it.
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::TcpStream,
};

use identity::session::hash;
use testkit::{Promise, Server, ask, run};

use super::{
    ask::{Answer, Asker, Question},
    doors::Things,
    hostile::is_refused_as_forged,
    people::{Person, settle},
    world::{Moment, World, worlds},
};
use crate::walk::AFTER_A_FAULT;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_begins_anew_and_ends_when_it_should() {
    for world in worlds().await {
        let mut tried = Tried::begin(world).await;
        tokio::task::block_in_place(|| {
            tried.a_session_begins_with_a_name_of_its_own();
            tried.it_ends_at_sign_out();
            tried.it_ends_by_itself();
        });
        tried.what_somebody_in_charge_ends_is_over().await;
        tried.forged_changes_are_refused(world);
        tried.wears_its_flags();
        assert!(tried.wrong.is_empty(), "{}:\n{}", world.engine, tried.wrong.join("\n"));
        let forged: usize = world.found.forged.values().sum();
        let mut promise = Promise::of("TS12", world.engine, module_path!())
            .count("rules tried", tried.rules)
            .count("kinds of change forged", world.found.forged.len())
            .count("forged changes refused", forged);
        for (switched_off, found) in tried.controls {
            promise = promise.control(switched_off, found);
        }
        promise.kept();
    }
    testkit::proves!(
        "TS12",
        "cookies, fixation, sign-out, idle and absolute end, revoked duties, forged changes"
    );
}

/// Where browsers sign in nobody and so carry no token: only the site they come from is asked.
const WITHOUT_TOKEN: [&str; 5] =
    ["/activations/{token}", "/hall", "/one-time-codes", "/sessions", "/verify/file"];

struct Tried {
    server: Server,
    asker: Asker,
    people: BTreeMap<String, Person>,
    /// A job of the registrar's.
    job: String,
    rules: usize,
    wrong: Vec<String>,
    controls: Vec<(&'static str, usize)>,
}

impl Tried {
    async fn begin(world: &World) -> Self {
        let kept = world.copy(Moment::Certified).await.unwrap();
        let things = Things::of(world.end()).await;
        let people = settle(&kept, &things).await;
        let people = people.into_iter().map(|person| (person.name.clone(), person)).collect();
        let server = Server::on(env!("CARGO_BIN_EXE_kaogong"), &kept, "2021-06-03 09:00");
        let asker = Asker::new(server.base());
        let job = things.at("job").to_owned();
        Self { server, asker, people, job, rules: 0, wrong: Vec::new(), controls: Vec::new() }
    }

    fn holds(&mut self, rule: &str, is_kept: bool) {
        self.rules += 1;
        if !is_kept {
            self.wrong.push(rule.to_owned());
        }
    }

    /// The same judgement where it must not hold.
    fn control(&mut self, switched_off: &'static str, is_kept: bool) {
        self.controls.push((switched_off, usize::from(!is_kept)));
    }

    fn sql(&self, statement: &str) {
        tokio::runtime::Handle::current().block_on(async {
            let db = store::Db::open(&self.server.database).await.unwrap();
            run(&db, &[statement.to_owned()]).await;
            db.close().await;
        });
    }

    /// Signs a member of the demo's staff in with whatever cookie their browser had.
    fn sign_in(&self, login: &str, cookie: &str) -> Answer {
        let body = format!("login={login}&password=demo-{login}");
        let body = Some(("application/x-www-form-urlencoded", body.as_str()));
        self.asker.ask("/sessions", &Question { cookie, body, site: "same-origin", ..Question::default() })
    }

    fn is_out(&self, cookie: &str, path: &str) -> bool {
        let said = self.asker.ask(path, &Question { cookie, ..Question::default() });
        said.location == "/sign-in" || said.status == 404
    }

    fn a_session_begins_with_a_name_of_its_own(&mut self) {
        let planted = "kaogong=planted-by-somebody-else";
        let first = name_of(&self.sign_in("auditor1", planted));
        self.holds("a planted name does not become a session's", self.is_out(planted, "/trail"));
        let shown = self.asker.ask("/workbench", &Question { cookie: &first, ..Question::default() });
        let token =
            shown.text().split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let body = format!("login=auditor1&password=demo-auditor1&csrf={}", token.unwrap_or_default());
        let body = Some(("application/x-www-form-urlencoded", body.as_str()));
        let again = Question { cookie: &first, body, site: "same-origin", ..Question::default() };
        let second = name_of(&self.asker.ask("/sessions", &again));
        self.holds("a name is not taken over at the next sign-in", first != second);
        self.holds("a name is long", first.len() > "kaogong=".len() + 40);
        self.holds("a name leads in", !self.is_out(&second, "/trail"));
        let stored = self.stored(&second);
        self.holds("a name is kept only as its hash", stored == ["hash"]);
        // Control: a session that was made under the planted name.
        let name = hash("planted-by-somebody-else");
        self.sql(&format!(
            "UPDATE session SET token_hash = '{name}' WHERE token_hash = '{}'",
            hash(value(&second))
        ));
        self.control("a planted name is taken over", self.is_out(planted, "/trail"));
    }

    /// Under what the name is found among the sessions.
    fn stored(&self, cookie: &str) -> Vec<&'static str> {
        let found = |name: &str| {
            let sql = format!("SELECT account_id FROM session WHERE token_hash = '{name}'");
            tokio::runtime::Handle::current().block_on(async {
                let db = store::Db::open(&self.server.database).await.unwrap();
                let rows = ask(&db, &sql).await;
                db.close().await;
                !rows.is_empty()
            })
        };
        let (plain, hashed) = (found(value(cookie)), found(&hash(value(cookie))));
        [("plain", plain), ("hash", hashed)].into_iter().filter(|(_, is)| *is).map(|(how, _)| how).collect()
    }

    fn it_ends_at_sign_out(&mut self) {
        let Person { cookie, csrf, .. } = self.people["custodian"].clone();
        let body = format!("csrf={csrf}");
        let body = Some(("application/x-www-form-urlencoded", body.as_str()));
        self.asker.ask(
            "/sign-out",
            &Question { cookie: &cookie, body, site: "same-origin", ..Question::default() },
        );
        self.holds("whoever signed out is out on the server", self.is_out(&cookie, "/workbench"));
        self.sql(&format!(
            "UPDATE session SET ended_at = NULL WHERE token_hash = '{}'",
            hash(value(&cookie))
        ));
        self.control("sign-out forgets the cookie alone", self.is_out(&cookie, "/workbench"));
    }

    /// Thirty minutes without a request; twelve hours whatever happens. A candidate's has only the latter.
    fn it_ends_by_itself(&mut self) {
        let staff = name_of(&self.sign_in("examiner1", ""));
        self.server.clock("2021-06-03 09:29");
        self.holds("a session lives for half an hour", !self.is_out(&staff, "/workbench"));
        // The clock goes on between two looks, so that a minute is left.
        self.server.clock("2021-06-03 09:58");
        self.holds("a request renews it", !self.is_out(&staff, "/workbench"));
        self.server.clock("2021-06-03 10:30");
        self.holds("it ends half an hour after the last request", self.is_out(&staff, "/workbench"));
        let seen =
            |name: &str, far: i64| format!("UPDATE session SET seen_at = {far} WHERE token_hash = '{name}'");
        self.sql(&seen(&hash(value(&staff)), 4_000_000_000_000_000));
        self.control("half an hour is not counted", self.is_out(&staff, "/workbench"));
        self.server.clock("2021-06-03 20:59");
        self.holds("it lives for twelve hours", !self.is_out(&staff, "/workbench"));
        self.server.clock("2021-06-03 21:20");
        self.holds("it ends after twelve hours", self.is_out(&staff, "/workbench"));
        self.sql(&format!(
            "UPDATE session SET expires_at = 4000000000000000 WHERE token_hash = '{}'",
            hash(value(&staff))
        ));
        self.control("twelve hours are not counted", self.is_out(&staff, "/workbench"));
    }

    async fn what_somebody_in_charge_ends_is_over(&mut self) {
        let db = store::Db::open(&self.server.database).await.unwrap();
        let duty = "FROM duty_grant g JOIN account a ON a.id = g.account_id WHERE a.login";
        let grant = ask(&db, &format!("SELECT g.id {duty} = 'reviewer1'")).await.remove(0);
        let closed = ask(&db, "SELECT id FROM account WHERE login = 'officer1'").await.remove(0);
        let [reviewer, officer, admin, security, province] =
            ["reviewer", "exam-officer", "administrator", "security-administrator", "province"]
                .map(|name| self.people[name].clone());
        let queue = "/batches/2021-01/admission";
        let before = self.is_out(&reviewer.cookie, queue) || self.is_out(&officer.cookie, "/workbench");
        self.holds("both are in before", !before);
        self.act(&security, &format!("/grants/{grant}/revocation"), "reason=moved");
        self.act(&admin, &format!("/accounts/{closed}/closure"), "reason=left");
        self.holds(
            "a duty that was taken back is gone at the next request",
            self.is_out(&reviewer.cookie, queue),
        );
        self.holds("a closed account is out at the next request", self.is_out(&officer.cookie, "/workbench"));
        run(&db, &[format!("UPDATE duty_grant SET ended_at = NULL WHERE id = '{grant}'")]).await;
        self.control("a duty that was taken back counts on", self.is_out(&reviewer.cookie, queue));
        let until = "UPDATE duty_grant SET valid_until = 1 WHERE account_id IN (SELECT id FROM account WHERE login = 'reviewer1')";
        run(&db, &[until.to_owned()]).await;
        self.holds("a duty that ran out is gone at the next request", self.is_out(&reviewer.cookie, queue));
        let other = name_of(&self.sign_in("province1", ""));
        self.holds("one account may have two sessions", !self.is_out(&other, queue));
        let password = "current=demo-province1&password=four little boats&repeated=four little boats";
        self.act(&province, "/my-account/password", password);
        self.holds("another password ends the other sessions", self.is_out(&other, queue));
        self.holds("and leaves the one in which it was set", !self.is_out(&province.cookie, queue));
        db.close().await;
    }

    fn act(&mut self, person: &Person, path: &str, fields: &str) {
        let body = format!("csrf={}&{fields}", person.csrf);
        let body = Some(("application/x-www-form-urlencoded", body.as_str()));
        let question = Question { cookie: &person.cookie, body, site: "same-origin", ..Question::default() };
        let said = self.asker.ask(path, &question);
        self.holds(&format!("{path} is done: {} {}", said.status, said.location), said.status == 303);
    }

    /// What was tried in the story; and the routes that only a fault opens.
    fn forged_changes_are_refused(&mut self, world: &World) {
        let found = &world.found;
        self.wrong.extend(found.faults.iter().filter(|fault| !fault.contains("trail")).cloned());
        let routes = app::routes();
        let posted = routes.iter().filter(|route| route.method == "POST").map(|route| route.path);
        let untried: BTreeSet<_> = posted.filter(|path| !found.forged.contains_key(path)).collect();
        self.holds(
            &format!("forged: {untried:?} were not tried"),
            untried == AFTER_A_FAULT.iter().copied().collect(),
        );
        let without: Vec<_> = found.tokenless.iter().copied().collect();
        self.holds(&format!("{without:?} carry no token"), without == WITHOUT_TOKEN);
        let [province, registrar] = ["province", "registrar"].map(|name| self.people[name].clone());
        let job = self.job.clone();
        let behind = [
            (&province, "/batches/2021-01/certificates/issue/continuation".to_owned()),
            (&registrar, format!("/jobs/{job}/cancellation")),
            (&registrar, format!("/jobs/{job}/resumption")),
        ];
        for (person, path) in behind {
            for token in ["", "token-of-nobody"] {
                let status = self.forge(person, &path, token);
                self.holds(&format!("{path} with {token:?} said {status}"), is_refused_as_forged(status));
            }
        }
        let status = self.forge(&registrar, "/sign-out", &registrar.csrf);
        self.control("the change carries its own token", is_refused_as_forged(status));
    }

    fn forge(&self, person: &Person, path: &str, token: &str) -> u16 {
        let body = format!("csrf={token}");
        let body = Some(("application/x-www-form-urlencoded", body.as_str()));
        let question = Question { cookie: &person.cookie, body, site: "same-origin", ..Question::default() };
        self.asker.ask(path, &question).status
    }

    /// Signs in and keeps nothing: a client with a jar of cookies will not take secure ones from the proxy's side.
    fn signs_in_unread(&self, login: &str) -> Vec<String> {
        let body = format!("login={login}&password=demo-{login}");
        let host = self.server.base().trim_start_matches("http://");
        let asked = format!(
            "POST /sessions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(asked.as_bytes()).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        let cookies = said.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        cookies.map(str::to_owned).collect()
    }

    /// Every cookie that is set, on plain HTTP and behind HTTPS.
    fn wears_its_flags(&mut self) {
        let plain = self.sign_in("auditor1", "").cookies;
        self.server.start_again(&["--trusted-proxy", "127.0.0.1"]);
        self.asker = Asker::new(self.server.base());
        let secure = self.signs_in_unread("auditor1");
        let lang = self.asker.ask("/preferences?lang=en&back=/", &Question::default()).cookies;
        self.holds(&format!("{plain:?} in a hall"), !plain.is_empty() && plain.iter().all(|c| is_guarded(c)));
        let is_quiet = |cookie: &String| cookie.contains("HttpOnly") && cookie.contains("SameSite=");
        self.holds(
            &format!("{lang:?}: no script, no other site"),
            lang.len() == 1 && lang.iter().all(is_quiet),
        );
        self.holds(&format!("{secure:?} behind HTTPS"), secure.iter().all(|c| is_guarded(c)));
        let session: Vec<_> = secure.iter().filter(|c| c.contains("kaogong")).collect();
        self.holds(
            &format!("{session:?} over HTTPS"),
            !session.is_empty() && session.iter().all(|c| is_of_host(c)),
        );
        self.control("plain HTTP, where no cookie can be secure", plain.iter().all(|c| is_of_host(c)));
    }
}

/// No script reads it and no other site sends it.
fn is_guarded(cookie: &str) -> bool {
    cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("Domain")
}

/// Only this host sets it, and only HTTPS carries it.
fn is_of_host(cookie: &str) -> bool {
    cookie.starts_with("__Host-") && cookie.contains("; Secure") && cookie.contains("Path=/;")
}

/// `NAME=VALUE` of the session's cookie.
fn name_of(answer: &Answer) -> String {
    let set = answer.cookies.iter().find(|cookie| cookie.contains("kaogong="));
    let set = set.unwrap_or_else(|| panic!("signed in: {} {}", answer.status, answer.text()));
    set.split(';').next().unwrap().to_owned()
}

fn value(cookie: &str) -> &str {
    cookie.split_once('=').map_or("", |(_, value)| value)
}
