//! TS2: what is somebody else's answers as if it did not exist.
use testkit::{Promise, Server, tries};

use super::{
    ask::{Answer, Asker, Question},
    doors::{Things, is_expected},
    expected::{Door, doors},
    people::{Person, Relation, settle},
    world::{Moment, World, worlds},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_yours_answers_as_if_it_did_not_exist() {
    // What is answered to whom is decided above the engine: the other engine is asked at night.
    for world in worlds().await.iter().filter(|world| world.engine == "sqlite" || tries(0, 1) == 1) {
        let (mut pairs, mut wrong, mut control) = (0, Vec::new(), Vec::new());
        let moments = [Moment::Certified, Moment::UnderWay, Moment::Combined];
        for moment in moments.into_iter().take(tries(1, 3)) {
            let Some(seen) = Seen::at(world, moment).await else { continue };
            tokio::task::block_in_place(|| {
                let (asked, found) = seen.swapped(|door, person| {
                    STRANGERS.contains(&person.relation) && !is_expected(door, person, moment)
                });
                pairs += asked;
                wrong.extend(found);
                let (asked, found) = seen.guesses();
                pairs += asked;
                wrong.extend(found);
                // Those whose thing it is are told the two apart, as they should be.
                let is_theirs = |door: &Door, person: &Person| {
                    person.role == "province" && door.method == "GET" && is_expected(door, person, moment)
                };
                control.extend(seen.swapped(is_theirs).1);
            });
        }
        assert!(wrong.is_empty(), "{}: {} of {pairs}\n{}", world.engine, wrong.len(), wrong.join("\n"));
        let refusal = |status| Answer { status, ..Answer::default() };
        let says_403 = usize::from(differ(&refusal(403), &refusal(404), ("", "")).is_some());
        Promise::of("TS2", world.engine, module_path!())
            .count("pairs of a thing and no thing", pairs)
            .count("told apart", 0)
            .control("the same question by whose thing it is", control.len())
            .control("403 for what is another's and 404 for what is not", says_403)
            .kept();
    }
    testkit::proves!(
        "TS2",
        "for every id in every address, another's thing and no thing answer alike to the byte"
    );
}

struct Seen {
    asker: Asker,
    things: Things,
    people: Vec<Person>,
    /// Lives as long as it is asked.
    _server: Server,
}

impl Seen {
    async fn at(world: &World, moment: Moment) -> Option<Self> {
        let kept = world.copy(moment).await?;
        let things = Things::of(world.end()).await;
        let people = settle(&kept, &things).await;
        let server = Server::on(env!("CARGO_BIN_EXE_kaogong"), &kept, moment.clock());
        Some(Self { asker: Asker::new(server.base()), things, people, _server: server })
    }

    /// Every id of every address in turn replaced by one that nobody has, as those whom `is_asked` names.
    fn swapped(&self, is_asked: impl Fn(&Door, &Person) -> bool) -> (usize, Vec<String>) {
        let (mut pairs, mut wrong) = (0, Vec::new());
        for door in doors().iter().filter(|door| door.path.contains('{')) {
            for person in self.people.iter().filter(|person| is_asked(door, person)) {
                let ids = names(door.path).into_iter().filter(|name| is_swapped(person, name));
                let with = self.ask(door, person, &self.things.address(door.path));
                for name in ids {
                    let real = self.things.at(name);
                    let none = nobodys(real);
                    let swap =
                        |at: &str, thing: &str| if at == name { none.clone() } else { thing.to_owned() };
                    let without = self.ask(door, person, &self.things.address_with(door.path, swap));
                    pairs += 1;
                    if let Some(how) = differ(&with, &without, (real, &none)) {
                        wrong.push(format!(
                            "{} {} ({name}) as {}: {how}",
                            door.method, door.path, person.name
                        ));
                    }
                }
            }
        }
        (pairs, wrong)
    }

    fn ask(&self, door: &Door, person: &Person, address: &str) -> Answer {
        let form = format!("csrf={}", person.csrf);
        let body = (door.method == "POST").then_some(match door.json() {
            Some(json) => ("application/json", json),
            None => ("application/x-www-form-urlencoded", form.as_str()),
        });
        let question = Question { cookie: &person.cookie, body, csrf: &person.csrf, site: "same-origin" };
        self.asker.ask(address, &question)
    }

    /// What anybody may type without being signed in: a number of a certificate or of an admission, a phone, a login.
    fn guesses(&self) -> (usize, Vec<String>) {
        let certificate = self.things.at("certificate");
        let (ticket, login) = (self.things.at("number"), "clerk2");
        let mut wrong = Vec::new();
        let mut asked = 0;
        let mut compare = |what: &str, real: &str, ask: &dyn Fn(&str) -> Answer| {
            let none = nobodys(real);
            asked += 1;
            if let Some(how) = differ(&ask(real), &ask(&none), (real, &none)) {
                wrong.push(format!("{what}: {how}"));
            }
        };
        let send = |path: &str, body: &str| {
            let body = Some(("application/x-www-form-urlencoded", body));
            self.asker.ask(path, &Question { body, site: "same-origin", ..Question::default() })
        };
        compare("a certificate under another name", certificate, &|number| {
            self.asker.ask(&format!("/verify?number={number}&name=%E6%9F%90%E6%9F%90"), &Question::default())
        });
        compare("an admission number with a wrong code", ticket, &|number| {
            send("/hall", &format!("admission_number={number}&code=ZZZZZZ"))
        });
        compare("a login with a wrong password", login, &|login| {
            send("/sessions", &format!("login={login}&password=wrong"))
        });
        (asked, wrong)
    }
}

/// Names in an address that name no thing of anybody's: files of a fixed list, years, rows, public law.
const IS_NO_ID: [&str; 5] = ["totals_file", "year", "row", "occupation", "kind"];

/// The names in a path.
fn names(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
}

/// Those who have business with other things of the same kind, and none with these.
const STRANGERS: [Relation; 4] =
    [Relation::SiblingCity, Relation::OtherBody, Relation::OtherBatch, Relation::OtherCandidate];

/// Whoever works for a city of the batch's body knows that the batch is there.
fn is_swapped(person: &Person, name: &str) -> bool {
    let knows = name == "code" && person.relation == Relation::SiblingCity;
    !IS_NO_ID.contains(&name) && !knows
}

/// As long as the thing's, and nobody's.
fn nobodys(thing: &str) -> String {
    let mut left = 3;
    let turn = |c: char| match c {
        '0'..='8' => char::from(c as u8 + 1),
        '9' => '0',
        'a'..='e' => char::from(c as u8 + 1),
        'f' => 'a',
        other => other,
    };
    let swapped: String = thing
        .chars()
        .rev()
        .map(|c| {
            let is_turned = left > 0 && c.is_ascii_alphanumeric();
            left -= usize::from(is_turned);
            if is_turned { turn(c) } else { c }
        })
        .collect();
    swapped.chars().rev().collect()
}

/// How the two answers differ beside the ids that were asked for.
fn differ(with: &Answer, without: &Answer, (real, none): (&str, &str)) -> Option<String> {
    if with.status != without.status {
        return Some(format!("{} and {}", with.status, without.status));
    }
    if with.location.replace(real, none) != without.location {
        return Some(format!("lead to {} and {}", with.location, without.location));
    }
    if with.cookies != without.cookies {
        return Some(format!("set {:?} and {:?}", with.cookies, without.cookies));
    }
    let plain = |answer: &Answer| answer.text().replace(&answer.request_id, "").replace(real, none);
    let (one, other) = (plain(with), plain(without));
    if one == other {
        return None;
    }
    let differs = one.lines().zip(other.lines()).find(|(a, b)| a != b);
    Some(format!("{} and {} bytes, {differs:?}", one.len(), other.len()))
}
