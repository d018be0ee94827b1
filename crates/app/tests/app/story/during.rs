//! Stages 5 and 6: papers, and the day of the exam.
use std::collections::HashMap;

use rehearse::{
    Answers, Batch, Browser, Desk, Member, Numbers, Office, bank, paper, sitting, sitting::Panel,
};
use testkit::Server;

use super::{Keep, did, hall};
use crate::access::Moment;

/// Stage 5: items are imported and reviewed by different people; forms are locked by two.
pub fn papers_are_made_and_locked(server: &mut Server, batch: &Batch) {
    server.clock("2021-05-14 09:00");
    did(bank::import(server.office()));
    did(bank::review(server.office()));
    for number in 0..paper::PAPERS {
        did(paper::assemble(server.office(), batch, number));
    }
    for number in 0..paper::PAPERS * paper::FORMS {
        let page = did(paper::propose_lock(server.office(), batch));
        assert!(!page.has_form("/lock/approval"), "whoever proposed lock {number} cannot decide it");
        did(paper::approve_lock(server.office(), batch));
    }
    let second = server.staff("custodian2");
    let page = second.open("/batches/2021-01/papers");
    for part in ["paper.pdf", "answer-sheet.pdf"] {
        let file = second.open(&page.link(part).expect("a locked form prints"));
        assert!(file.bytes.starts_with(b"%PDF"), "{part}");
    }
    second.open(&page.link("/papers/forms/").unwrap());
    testkit::proves!("S0-34", "papers are assembled after review, and locked by two people");
}

/// Stage 6: check-in, answers, hand-in on computers; attendance in the other rooms.
pub fn the_exam_is_sat(server: &mut Server, batch: &Batch, keep: Keep<'_>) -> Numbers {
    server.clock("2021-05-22 08:40");
    let invigilator = did(server.office().staff("invigilator1"));
    let rooms = did(sitting::rooms(&invigilator, batch));
    assert!(rooms.len() >= 4, "theory in two rooms, practical, panel: {rooms:?}");
    let numbers = did(sitting::numbers(server.office(), batch));
    let computer = did(sitting::computer_room(&invigilator, batch));
    hall::a_machine_is_tested(server.office());
    hall::a_ticket_is_scanned(server.office(), batch, &numbers);
    let codes = check_in(&invigilator, &computer, batch);
    let present = batch.cast.members.iter().filter(|member| member.sits_at_a_computer());
    let seats: Vec<(Browser, &Member)> = present
        .map(|member| {
            let number = did(numbers.of(member));
            a_wrong_code_is_refused(server.office(), number);
            (did(sitting::enter_hall(server.office(), number, &codes[&member.name])), member)
        })
        .collect();
    server.clock("2021-05-22 09:00");
    let known = did(Answers::read());
    let room = Room { office: server.office(), address: &computer, known: &known };
    for (at, (browser, member)) in seats.iter().enumerate() {
        let half_way = &mut || {
            if at == 1 {
                keep(server, Moment::UnderWay);
            }
        };
        room.sits(browser, member, did(numbers.of(member)), (at == 0, half_way));
    }
    hall::the_record_is_kept(&invigilator, &computer, seats[0].1);
    server.clock("2021-05-22 17:00");
    did(sitting::close_rooms(server.office(), batch, Panel::StillToCome));
    server.clock("2021-05-23 18:00");
    did(sitting::close_rooms(server.office(), batch, Panel::Over));
    numbers
}

/// Checks everybody in who came; the codes that were shown, by name.
fn check_in(invigilator: &Browser, room: &str, batch: &Batch) -> HashMap<String, String> {
    let mut codes = HashMap::new();
    for member in batch.cast.members.iter().filter(|member| member.sits_at_a_computer()) {
        codes.insert(member.name.clone(), did(sitting::check_in(invigilator, room, member)));
    }
    // One is marked as absent by mistake, and the mark is taken back; then the absent one is marked.
    let absent = batch.cast.members.iter().find(|p| p.delivery == "computer" && p.is_absent()).unwrap();
    did(sitting::mark_absent(invigilator, room, absent));
    let page = did(invigilator.open(room));
    did(invigilator.submit(&did(did(page.row(&absent.name)).form("/absence/withdrawal"))));
    did(sitting::mark_absent(invigilator, room, absent));
    codes
}

fn a_wrong_code_is_refused(office: &Office, number: &str) {
    let browser = office.browser();
    let form = did(did(browser.open("/hall")).form("/hall"));
    let wrong = did(browser.send(&form.set("admission_number", number).set("code", "ZZZZZZ")));
    assert_eq!(wrong.status, 422, "a wrong code is refused: {}", wrong.text());
}

/// A computer room during the exam.
struct Room<'a> {
    office: &'a Office,
    address: &'a str,
    known: &'a Answers,
}

impl Room<'_> {
    /// One candidate's exam, on two machines if the first breaks down.
    fn sits(&self, browser: &Browser, member: &Member, number: &str, half_way: (bool, &mut dyn FnMut())) {
        let (changes_machine, half_way) = half_way;
        let mut desk = did(Desk::open(browser));
        for secret in ["\"key\"", "answer_key", "explanation", "difficulty"] {
            assert!(!desk.told.contains(secret), "the client never sees {secret}");
        }
        let answers = did(sitting::answers_of(&desk, member, self.known));
        assert!(answers.len() >= 30, "{}: {}", member.name, desk.state);
        let half = answers.len() / 2;
        let other;
        let invigilator = did(self.office.staff("invigilator1"));
        for (no, answer) in &answers[..half] {
            let (status, reply) = did(desk.save(*no, answer));
            assert_eq!(status, 200, "{reply}");
        }
        half_way();
        if changes_machine {
            hall::an_incident_and_extra_time(&invigilator, self.address, member, &desk);
            let code = did(sitting::move_machine(&invigilator, self.address, member));
            assert_eq!(did(desk.save(1, "A")).0, 409, "the old machine is shut out");
            other = did(sitting::enter_hall(self.office, number, &code));
            hall::a_former_machine_hands_over(&desk);
            desk = did(Desk::open(&other));
            assert_eq!(desk.state["answers"].as_object().unwrap().len(), half, "nothing was lost on the way");
        }
        for (no, answer) in &answers[half..] {
            let (status, reply) = did(desk.save(*no, answer));
            assert_eq!(status, 200, "{reply}");
        }
        let (status, reply) = did(desk.hand_in());
        assert_eq!((status, reply["phase"].as_str()), (200, Some("handed_in")), "{reply}");
        let (status, _) = did(desk.save(1, "A"));
        assert_eq!(status, 410, "after hand-in nothing is taken");
    }
}
