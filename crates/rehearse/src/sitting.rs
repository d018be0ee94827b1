//! Stage 6: check-in, answers, hand-in on computers; attendance in the other rooms.
use std::collections::HashMap;

use crate::{Answers, Batch, Browser, Desk, Fault, Member, Office, Page, Result};

/// Who sits where, as the invigilator reads it: name to admission number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers(HashMap<String, String>);

impl Numbers {
    /// A person's admission number.
    ///
    /// # Errors
    /// When no room shows the person.
    pub fn of(&self, member: &Member) -> Result<&str> {
        let found = self.0.get(&member.name).map(String::as_str);
        found.ok_or_else(|| Fault::at("rooms", &format!("number {} sits in no room", member.serial)))
    }
}

/// The rooms of the batch, in all its sittings.
///
/// # Errors
/// When they are not shown.
pub fn rooms(invigilator: &Browser, batch: &Batch) -> Result<Vec<String>> {
    let page = invigilator.click(&invigilator.open(&batch.at(""))?, "/sittings")?;
    let mut rooms = page.links("/rooms/");
    // Where there are many, they stand site by site; a link leads to one sitting of the site.
    let mut sites: Vec<String> = Vec::new();
    for link in page.links("/sittings?site=") {
        let site = link.split('#').next().unwrap_or_default().to_owned();
        if !sites.contains(&site) {
            sites.push(site);
        }
    }
    for site in sites {
        rooms.extend(invigilator.open(&site)?.links("/rooms/"));
    }
    Ok(rooms)
}

/// Admission numbers, read in the rooms.
///
/// # Errors
/// When a room is not shown.
pub fn numbers(office: &Office, batch: &Batch) -> Result<Numbers> {
    let invigilator = office.staff("invigilator1")?;
    let mut numbers = HashMap::new();
    for room in rooms(&invigilator, batch)? {
        let page = invigilator.open(&room)?;
        for member in batch.cast.admitted().filter(|member| page.html.contains(&member.name)) {
            let number = page.row(&member.name)?.all("small.mono").into_iter().next().unwrap_or_default();
            numbers.insert(member.name.clone(), number);
        }
    }
    Ok(Numbers(numbers))
}

/// The room with computers, where people check in.
///
/// # Errors
/// When there is none.
pub fn computer_room(invigilator: &Browser, batch: &Batch) -> Result<String> {
    for room in rooms(invigilator, batch)? {
        if invigilator.open(&room)?.has_form("/check-in") {
            return Ok(room);
        }
    }
    Err(Fault::at(&batch.at("/sittings"), "no room takes check-ins now"))
}

/// Checks somebody in and gives the code that is shown.
///
/// # Errors
/// When the check-in is refused.
pub fn check_in(invigilator: &Browser, room: &str, member: &Member) -> Result<String> {
    let page = invigilator.open(room)?;
    code(&invigilator.submit(&page.row(&member.name)?.form("/check-in")?)?)
}

/// Lets somebody go on at another machine; the new code.
///
/// # Errors
/// When it is refused.
pub fn move_machine(invigilator: &Browser, room: &str, member: &Member) -> Result<String> {
    let page = invigilator.open(room)?;
    code(&invigilator.submit(&page.row(&member.name)?.form("/epoch")?)?)
}

fn code(page: &Page) -> Result<String> {
    let shown = page.all(".code").into_iter().next();
    shown.ok_or_else(|| page.fault(&format!("no code is shown: {}", page.text())))
}

/// Marks somebody as absent.
///
/// # Errors
/// When it is refused.
pub fn mark_absent(invigilator: &Browser, room: &str, member: &Member) -> Result<Page> {
    let page = invigilator.open(room)?;
    if page.has_form(ABSENTEES) {
        let form = page.form(ABSENTEES)?.tick("absent", &seat_of(&page, member)?);
        return invigilator.submit(&form.set("then", "keep"));
    }
    invigilator.submit(&page.row(&member.name)?.form("/absence")?)
}

/// Where a room without computers says who did not come.
const ABSENTEES: &str = "/absentees";

/// The seat of somebody whom the room page lets one tick.
fn seat_of(page: &Page, member: &Member) -> Result<String> {
    let seat = page.row(&member.name)?.attribute("input[name=absent]", "value");
    seat.ok_or_else(|| page.fault(&format!("number {} cannot be ticked", member.serial)))
}

/// Whether the record of a room can be closed.
#[must_use]
pub fn can_be_closed(page: &Page) -> bool {
    page.has_form(ABSENTEES) || page.has_form("/attendance")
}

/// A candidate sits down at a machine of the hall.
///
/// # Errors
/// When number and code do not let in.
pub fn enter_hall(office: &Office, number: &str, code: &str) -> Result<Browser> {
    let browser = office.browser();
    let form = browser.open("/hall")?.form("/hall")?;
    let page = browser.submit(&form.set("admission_number", number).set("code", code))?;
    if page.path.starts_with("/attempts/") {
        return Ok(browser);
    }
    Err(page.fault(&page.text()))
}

/// What somebody answers to the items of a desk: all right, or the first third right and the rest
/// left empty.
///
/// # Errors
/// When an item is not one of the banks.
pub fn answers_of(desk: &Desk<'_>, member: &Member, known: &Answers) -> Result<Vec<(i64, String)>> {
    let items = desk.state["items"].as_array().cloned().unwrap_or_default();
    let knows = if member.theory == "pass" { items.len() } else { items.len() / 3 };
    let mut answers = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let stem = item["stem"].as_str().unwrap_or_default();
        let right = known.of(stem).ok_or_else(|| Fault::at("exam", "an item of no bank"))?;
        let answer = if at < knows { right.to_owned() } else { String::new() };
        answers.push((item["no"].as_i64().unwrap_or_default(), answer));
    }
    Ok(answers)
}

/// Somebody answers the first `part` of 100 of the items, and hands in when that is all of them.
///
/// # Errors
/// When an answer is not taken.
pub fn sit(browser: &Browser, member: &Member, known: &Answers, part: usize) -> Result<()> {
    let mut desk = Desk::open(browser)?;
    let answers = answers_of(&desk, member, known)?;
    let given = answers.iter().map(|(no, answer)| (*no, answer.as_str()));
    let given: Vec<(i64, &str)> = given.take(answers.len() * part / 100).collect();
    for chunk in given.chunks(CHANGES_AT_ONCE) {
        let (status, reply) = desk.save_all(chunk)?;
        accepted(status, &reply)?;
    }
    if part >= 100 {
        let (status, reply) = desk.hand_in()?;
        accepted(status, &reply)?;
    }
    Ok(())
}

/// Answers in one save: what somebody does in a few minutes.
const CHANGES_AT_ONCE: usize = 10;

fn accepted(status: u16, reply: &serde_json::Value) -> Result<()> {
    if status == 200 { Ok(()) } else { Err(Fault::at("exam", &format!("{status} {reply}"))) }
}

/// Whether a room holds the panel, a day after the other parts.
#[must_use]
pub fn is_panel(page: &Page) -> bool {
    page.text().contains("综合评审")
}

/// Marks who did not come and closes the room's record: without computers on one page, ticked and
/// sent at once.
///
/// # Errors
/// When it is refused.
pub fn close_room(invigilator: &Browser, batch: &Batch, room: &str) -> Result<Page> {
    let page = invigilator.open(room)?;
    let sits_here = |member: &&Member| member.is_absent() && page.html.contains(&member.name);
    if page.has_form(ABSENTEES) {
        let mut form = page.form(ABSENTEES)?;
        for member in batch.cast.members.iter().filter(sits_here) {
            let seat = seat_of(&page, member)?;
            if !form.values("absent").contains(&seat.as_str()) {
                form = form.tick("absent", &seat);
            }
        }
        return invigilator.submit(&form.set("then", "close"));
    }
    for member in batch.cast.members.iter().filter(sits_here) {
        let page = invigilator.open(room)?;
        if page.row(&member.name)?.has_form("/absence") {
            invigilator.submit(&page.row(&member.name)?.form("/absence")?)?;
        }
    }
    let page = invigilator.open(room)?;
    invigilator.submit(&page.form("/attendance")?)
}

/// Closes the records of the rooms that are due: at the end of the day all but the panel's, a day
/// later the rest.
///
/// # Errors
/// When a record is refused.
pub fn close_rooms(office: &Office, batch: &Batch, panel: Panel) -> Result<()> {
    let login = if panel == Panel::StillToCome { "invigilator2" } else { "invigilator1" };
    let invigilator = office.staff(login)?;
    for room in rooms(&invigilator, batch)? {
        let page = invigilator.open(&room)?;
        let due = can_be_closed(&page) && (panel == Panel::Over || !is_panel(&page));
        if due {
            close_room(&invigilator, batch, &room)?;
        }
    }
    Ok(())
}

/// Where the panel stands when rooms are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// It sits tomorrow.
    StillToCome,
    /// It has sat.
    Over,
}
