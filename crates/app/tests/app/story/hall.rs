//! What happens in the hall besides answers: incidents, extra time, a former machine, tickets at the door.
use rehearse::{Batch, Browser, Desk, Member, Numbers, Office, Page, sitting};

use super::did;

/// Before the day: a machine is tested, and nobody signs in for it.
pub fn a_machine_is_tested(office: &Office) {
    let browser = office.browser();
    let page = did(browser.open(&did(did(browser.open("/hall")).need_link("/hall/self-test"))));
    assert!(page.html.contains("data-check=\"storage\""), "{}", page.text());
    let clock = did(browser.open("/hall/clock"));
    assert!(clock.html.contains("server_now"), "{}", clock.html);
}

/// The page of a seat, one tap from the room.
fn seat(invigilator: &Browser, room: &str, member: &Member) -> Page {
    let row = did(did(invigilator.open(room)).row(&member.name));
    did(invigilator.open(&did(row.need_link("/seats/"))))
}

/// A machine fails: written down in three taps, and the candidate gets minutes, which the machine hears of.
pub fn an_incident_and_extra_time(invigilator: &Browser, room: &str, member: &Member, desk: &Desk<'_>) {
    let before = did(desk.pulse())["close_at"].as_i64().unwrap();
    let form = did(seat(invigilator, room, member).form("/incidents"));
    did(invigilator.submit(&form.tick("kind", "machine")));
    let form = did(seat(invigilator, room, member).form("/extra-time"));
    did(invigilator.submit(&form.set("minutes", "5")));
    let form = did(did(invigilator.open(room)).form("/extra-time"));
    did(invigilator.submit(&form.set("minutes", "2")));
    let after = did(desk.pulse())["close_at"].as_i64().unwrap();
    assert_eq!(after - before, 7 * 60_000_000, "the close moved by what was given");
    let too_much = did(seat(invigilator, room, member).form("/extra-time"));
    let refused = did(invigilator.send(&too_much.set("minutes", "20")));
    assert_eq!(refused.status, 422, "an invigilator gives a quarter of an hour: {}", refused.text());
    let map = did(invigilator.open(&format!("{room}/seat-map")));
    assert!(map.html.contains("is-working"), "{}", map.html);
}

/// The machine that was left comes back: what it holds is evidence.
pub fn a_former_machine_hands_over(desk: &Desk<'_>) {
    let (status, reply) = did(desk.hand_over(&[(1, "A")]));
    assert_eq!((status, reply["kept"].as_i64()), (200, Some(1)), "{reply}");
}

/// A violation, an incident of the whole room, and a line struck out; the record prints.
pub fn the_record_is_kept(invigilator: &Browser, room: &str, member: &Member) {
    let form = did(seat(invigilator, room, member).form("/violations"));
    did(invigilator.submit(&form.tick("kind", "breach").set("note", "交卷后喧哗")));
    let form = did(did(invigilator.open(room)).form("/incidents"));
    let page = did(invigilator.submit(&form.tick("kind", "power")));
    assert!(page.text().contains("交卷后喧哗"), "{}", page.text());
    let lines = page.actions();
    let strike = lines.iter().rfind(|action| action.contains("/events/")).expect("a line can be struck out");
    did(invigilator.submit(&did(page.form(strike))));
    let record = did(invigilator.open(&format!("{room}/record.pdf")));
    assert!(record.bytes.starts_with(b"%PDF"), "the record prints");
}

/// On paper a ticket is scanned at the door, and the face is shown.
pub fn a_ticket_is_scanned(office: &Office, batch: &Batch, numbers: &Numbers) {
    let invigilator = did(office.staff("invigilator1"));
    let at_a_desk = |member: &&Member| member.delivery == "paper" && !member.is_absent();
    let member = batch.cast.admitted().find(at_a_desk).expect("somebody writes on paper");
    for room in did(sitting::rooms(&invigilator, batch)) {
        let page = did(invigilator.open(&room));
        if !page.html.contains(&member.name) || !page.has_form("/absentees") {
            continue;
        }
        let scan = did(page.form("/arrivals")).set("number", did(numbers.of(member)));
        let page = did(invigilator.submit(&scan));
        assert!(page.html.contains("/photo"), "the face is shown: {}", page.text());
        did(invigilator.submit(&did(page.form("/presence"))));
        return;
    }
    panic!("nobody sits on paper");
}
