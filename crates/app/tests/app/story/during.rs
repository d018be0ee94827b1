//! Stages 5 and 6: papers, and the day of the exam.
use std::collections::HashMap;

use testkit::{Browser, Page, Server};

use super::roster::{Expected, data, expected, fold, right_answers};

/// Stage 5: items are imported and reviewed by different people; forms are locked by two.
pub fn papers_are_made_and_locked(server: &mut Server) {
    server.clock("2021-05-14 09:00");
    let (writer, reviewer) = (server.staff("writer1"), server.staff("itemreviewer1"));
    for (bank, occupation, level) in
        [("hr-3", "4-07-03-04", "3"), ("hr-2", "4-07-03-04", "2"), ("lr-3", "4-07-03-02", "3")]
    {
        for kind in ["blueprint", "items"] {
            import(&writer, &format!("{kind}-{bank}.xlsx"), occupation, level);
        }
    }
    let drafts = reviewer.open("/items?status=draft");
    let item = drafts.links("/items/").into_iter().find(|l| !l.contains("imports") && !l.contains('?'));
    let page = reviewer.open(&item.expect("a draft to look at"));
    let page = reviewer.send(&page.form("/review").tick("decision", "accept"));
    assert_eq!(page.status, 200, "{}", page.text());
    for import in reviewer.open("/items/imports").links("/items/imports/") {
        let page = reviewer.open(&import);
        if page.has_form("/review") {
            let page = reviewer.send(&page.form("/review"));
            assert_eq!(page.status, 200, "{}", page.text());
        }
    }
    forms(server);
    testkit::proves!("S0-34", "papers are assembled after review, and locked by two people");
}

fn import(writer: &Browser, file: &str, occupation: &str, level: &str) {
    let page = writer.open("/items/imports");
    let bytes = std::fs::read(data(&format!("items/{file}"))).unwrap();
    let form = page.form("/items/imports").set("occupation", occupation).set("level", level);
    let preview = writer.send(&form.file("file", file, bytes));
    assert_eq!(preview.status, 200, "{file}: {}", preview.text());
    let done = writer.send(&preview.form("/confirmation"));
    assert_eq!(done.status, 200, "{file}: {}", done.text());
}

fn forms(server: &Server) {
    let (first, second) = (server.staff("custodian1"), server.staff("custodian2"));
    for number in 0..3 {
        let page = first.open("/batches/2021-01/papers");
        let page = first.send(&page.nth_form("/papers/forms", number));
        assert_eq!(page.status, 200, "{}", page.text());
    }
    for number in 0..9 {
        let page = first.open("/batches/2021-01/papers");
        let page = first.send(&page.form("/lock"));
        assert_eq!(page.status, 200, "form {number}: {}", page.text());
        assert!(!page.has_form("/lock/approval"), "whoever proposed a lock cannot decide it");
        let page = second.open("/batches/2021-01/papers");
        let page = second.send(&page.form("/lock/approval").tick("decision", "approve"));
        assert_eq!(page.status, 200, "form {number}: {}", page.text());
    }
    let page = second.open("/batches/2021-01/papers");
    for part in ["paper.pdf", "answer-sheet.pdf"] {
        let file = second.open(&page.link(part).expect("a locked form prints"));
        assert!(file.bytes.starts_with(b"%PDF"), "{part}");
    }
    second.open(&page.link("/papers/forms/").unwrap());
}

/// Who sits where, as the invigilator reads it: name to admission number.
pub type Numbers = HashMap<String, String>;

/// Stage 6: check-in, answers, hand-in on computers; attendance in the other rooms.
pub fn the_exam_is_sat(server: &mut Server) -> Numbers {
    server.clock("2021-05-22 08:40");
    let invigilator = server.staff("invigilator1");
    let page = invigilator.click(&invigilator.open("/batches/2021-01"), "/sittings");
    let rooms: Vec<String> = page.links("/rooms/");
    assert!(rooms.len() >= 4, "theory in two rooms, practical, panel: {rooms:?}");
    let mut numbers = Numbers::new();
    let mut computer = None;
    for room in &rooms {
        let page = invigilator.open(room);
        for person in expected().iter().filter(|person| person.is_admitted()) {
            if page.html.contains(&person.name) {
                let number = page.row(&person.name).all("small.mono").first().cloned().unwrap_or_default();
                numbers.insert(person.name.clone(), number);
            }
        }
        if page.has_form("/check-in") {
            computer = Some(room.clone());
        }
    }
    let computer = computer.expect("a room with computers");
    let codes = check_in(&invigilator, &computer);
    let present: Vec<Expected> =
        expected().into_iter().filter(|p| p.delivery == "computer" && !p.is_absent()).collect();
    let seats: Vec<(Browser, Expected)> =
        present.into_iter().map(|p| (enter_hall(server, &numbers[&p.name], &codes[&p.name]), p)).collect();
    server.clock("2021-05-22 09:00");
    let known = right_answers();
    for (number, (browser, person)) in seats.iter().enumerate() {
        sit(server, &invigilator, &computer, browser, person, &known, number == 0);
    }
    server.clock("2021-05-22 17:00");
    let invigilator = server.staff("invigilator2");
    for room in rooms.iter().filter(|room| !is_panel(&invigilator.open(room))) {
        close_room(&invigilator, room);
    }
    server.clock("2021-05-23 18:00");
    let invigilator = server.staff("invigilator1");
    for room in rooms.iter().filter(|room| invigilator.open(room).has_form("/attendance")) {
        close_room(&invigilator, room);
    }
    numbers
}

fn is_panel(page: &Page) -> bool {
    page.text().contains("综合评审")
}

/// Checks everybody in who came; the codes that were shown, by name.
fn check_in(invigilator: &Browser, room: &str) -> HashMap<String, String> {
    let mut codes = HashMap::new();
    for person in expected().iter().filter(|p| p.delivery == "computer" && !p.is_absent()) {
        let page = invigilator.open(room);
        let shown = invigilator.send(&page.row(&person.name).form("/check-in"));
        assert_eq!(shown.status, 200, "{}", shown.text());
        let code = shown.all(".code").first().cloned().unwrap_or_else(|| panic!("no code: {}", shown.text()));
        codes.insert(person.name.clone(), code);
    }
    // One is marked as absent by mistake, and the mark is taken back; then the absent one is marked.
    let absent = expected().into_iter().find(|p| p.delivery == "computer" && p.is_absent()).unwrap();
    let page = invigilator.open(room);
    invigilator.send(&page.row(&absent.name).form("/absence"));
    let page = invigilator.open(room);
    invigilator.send(&page.row(&absent.name).form("/absence/withdrawal"));
    let page = invigilator.open(room);
    invigilator.send(&page.row(&absent.name).form("/absence"));
    codes
}

fn enter_hall(server: &Server, number: &str, code: &str) -> Browser {
    let browser = server.browser();
    let page = browser.open("/hall");
    let wrong = browser.send(&page.form("/hall").set("admission_number", number).set("code", "ZZZZZZ"));
    assert_eq!(wrong.status, 422, "a wrong code is refused: {}", wrong.text());
    let page = browser.send(&page.form("/hall").set("admission_number", number).set("code", code));
    assert!(page.path.starts_with("/attempts/"), "{}: {}", page.path, page.text());
    browser
}

/// One candidate's exam: all right, or the first third right and the rest wrong.
fn sit(
    server: &Server,
    invigilator: &Browser,
    room: &str,
    browser: &Browser,
    person: &Expected,
    known: &HashMap<String, String>,
    changes_machine: bool,
) {
    let mut desk = Desk::open(browser);
    let items = desk.state["items"].as_array().cloned().unwrap_or_default();
    assert!(items.len() >= 30, "{}: {}", person.name, desk.state);
    let knows = if person.theory == "pass" { items.len() } else { items.len() / 3 };
    let half = items.len() / 2;
    let mut other;
    for (at, item) in items.iter().enumerate() {
        if changes_machine && at == half {
            let page = invigilator.open(room);
            let shown = invigilator.send(&page.row(&person.name).form("/epoch"));
            let code = shown.all(".code").first().cloned().expect("a new code");
            let number = page.row(&person.name).all("small.mono").first().cloned().unwrap();
            assert_eq!(desk.save(1, "A").0, 409, "the old machine is shut out");
            other = enter_hall(server, &number, &code);
            desk = Desk::open(&other);
            assert_eq!(desk.state["answers"].as_object().unwrap().len(), half, "nothing was lost on the way");
        }
        let right = known.get(&fold(item["stem"].as_str().unwrap())).expect("the item is one of the bank");
        let answer = if at < knows { right.clone() } else { String::new() };
        let (status, reply) = desk.save(item["no"].as_i64().unwrap(), &answer);
        assert_eq!(status, 200, "{reply}");
    }
    let (status, reply) = desk.hand_in();
    assert_eq!((status, reply["phase"].as_str()), (200, Some("handed_in")), "{reply}");
    let (status, _) = desk.save(1, "A");
    assert_eq!(status, 410, "after hand-in nothing is taken");
}

/// The exam client's side of the protocol.
struct Desk<'a> {
    browser: &'a Browser,
    id: String,
    csrf: String,
    seq: i64,
    state: serde_json::Value,
}

impl<'a> Desk<'a> {
    fn open(browser: &'a Browser) -> Self {
        let page = browser.open(&browser.last_path());
        let attribute = |name| page.attribute("#exam", name).expect("the exam page names its attempt");
        let (id, csrf) = (attribute("data-attempt"), attribute("data-csrf"));
        browser.open(&format!("/attempts/{id}/state"));
        let started = browser.post_json(&format!("/attempts/{id}/start"), &csrf, "{}");
        assert_eq!(started.status, 200, "{}", started.html);
        for secret in ["\"key\"", "answer_key", "explanation", "difficulty"] {
            assert!(!started.html.contains(secret), "the client never sees {secret}");
        }
        let state: serde_json::Value = serde_json::from_str(&started.html).unwrap();
        let seq = state["acked_seq"].as_i64().unwrap();
        Self { browser, id, csrf, seq, state }
    }

    fn save(&mut self, no: i64, answer: &str) -> (u16, serde_json::Value) {
        let change = serde_json::json!({ "seq": self.seq + 1, "no": no, "answer": answer, "at": 0 });
        let body = serde_json::json!({ "epoch": self.state["epoch"], "changes": [change] });
        let page =
            self.browser.post_json(&format!("/attempts/{}/answers", self.id), &self.csrf, &body.to_string());
        if page.status == 200 {
            self.seq += 1;
        }
        (page.status, serde_json::from_str(&page.html).unwrap_or_default())
    }

    fn hand_in(&self) -> (u16, serde_json::Value) {
        let body = serde_json::json!({ "epoch": self.state["epoch"], "last_seq": self.seq });
        let page =
            self.browser.post_json(&format!("/attempts/{}/hand-in", self.id), &self.csrf, &body.to_string());
        (page.status, serde_json::from_str(&page.html).unwrap_or_default())
    }
}

/// Marks who did not come and closes the room's record.
fn close_room(invigilator: &Browser, room: &str) {
    for person in expected().iter().filter(|person| person.is_absent()) {
        let page = invigilator.open(room);
        if page.html.contains(&person.name) && page.row(&person.name).has_form("/absence") {
            invigilator.send(&page.row(&person.name).form("/absence"));
        }
    }
    let page = invigilator.open(room);
    let page = invigilator.send(&page.form("/attendance"));
    assert_eq!(page.status, 200, "{}", page.text());
}
