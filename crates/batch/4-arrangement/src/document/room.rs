//! What is printed for an exam room: the sheet to sign, the list on the door, the cards on the desks.
use std::collections::{BTreeMap, HashMap};

use ::store::Tx;
use identity::Env;
use kernel::{AdmissionNumber, Day};
use person::Person;
use plan::Batch;
use print::Template;
use serde_json::{Map, Value, json};
use venue::Site;
use web::{PageError, PageResult};

use super::{DOOR_LIST, Document, SEAT_CARD, SIGN_IN_SHEET, ZH, labels, two_digits};
use crate::{
    RoomUse, Seat, SitePlan, Sitting,
    names::Names,
    people::people,
    rules::{ArrangementRefused, need::PaperKey},
    store,
};

/// What the rooms of one site have in common.
pub(crate) struct Rooms {
    plan: String,
    date: Day,
    site: Site,
    names: Names,
    numbers: HashMap<String, AdmissionNumber>,
    people: HashMap<String, Person>,
    needed: Vec<(String, i64, String)>,
}

/// One room with everybody in it.
#[derive(Clone, Copy)]
pub(crate) struct Room<'a> {
    pub room: &'a RoomUse,
    pub sitting: &'a Sitting,
    pub seats: &'a [Seat],
}

impl Rooms {
    /// Reads them for these seats; refused before the site is confirmed.
    pub async fn load(
        tx: &mut Tx,
        env: &Env,
        batch: &Batch,
        (plan, seats): (&SitePlan, &[Seat]),
    ) -> PageResult<Self> {
        let code = &batch.code;
        Ok(Self {
            plan: batch.title_zh.clone(),
            date: plan.confirmed_at.ok_or(ArrangementRefused::NotConfirmed)?.day(),
            site: venue::site(tx, &plan.site_id).await?.ok_or(PageError::NotFound)?,
            names: Names::load(tx, code, ZH).await?,
            numbers: store::admission_numbers(tx, code).await?,
            people: people(tx, env, seats).await?,
            needed: store::moving::needed_places(tx, code, &plan.site_id, plan.draws).await?,
        })
    }

    fn number(&self, seat: &Seat) -> String {
        self.numbers.get(&seat.application_id).map(ToString::to_string).unwrap_or_default()
    }

    fn name(&self, seat: &Seat) -> &str {
        self.people.get(&seat.application_id).map_or("", |person| person.name.as_str())
    }

    /// When their group begins, where there are several; and that they need this place.
    fn note(&self, at: Room<'_>, seat: &Seat) -> Option<String> {
        let several = at.seats.iter().any(|one| one.turn > 1);
        let time = several.then(|| at.sitting.turn(seat.turn).0.clock_text());
        let is_needed = self.needed.iter().any(|(room, number, who)| {
            (room, *number, who) == (&seat.room_use_id, seat.number, &seat.application_id)
        });
        let need = is_needed.then(|| ZH.s("sheet-special-need"));
        let both: Vec<String> = [time, need].into_iter().flatten().collect();
        (!both.is_empty()).then(|| both.join(" "))
    }

    /// The sheet of one room.
    pub fn sheet(&self, at: Room<'_>) -> Value {
        let papers = papers(at.seats);
        let candidate = |seat: &Seat| {
            let person = self.people.get(&seat.application_id);
            json!({
                "seat": two_digits(seat.number),
                "number": self.number(seat),
                "name": self.name(seat),
                "document_number": person.map(Person::masked_document).unwrap_or_default(),
                "level": self.names.among(&paper_of(seat), &papers),
                "note": self.note(at, seat),
            })
        };
        json!({
            "site": self.site.name_zh,
            "room": format!("{} {}", heading(at.room), at.room.room_name),
            "session": session(at.sitting),
            "subject": at.sitting.name_zh,
            "expected": at.seats.len().to_string(),
            "candidates": at.seats.iter().map(candidate).collect::<Vec<_>>(),
        })
    }

    /// The list on one door: how many of each paper and form, and who sits where.
    pub fn door(&self, at: Room<'_>) -> Value {
        let mut counts: BTreeMap<PaperKey, BTreeMap<&str, usize>> = BTreeMap::new();
        for seat in at.seats {
            *counts.entry(paper_of(seat)).or_default().entry(&seat.form_letter).or_default() += 1;
        }
        let bag = |(paper, forms): (&PaperKey, &BTreeMap<&str, usize>)| {
            let of_form: Vec<String> = forms
                .iter()
                .filter(|(letter, _)| !letter.is_empty())
                .map(|(letter, count)| format!("{letter} {count}"))
                .collect();
            json!({
                "paper": self.names.paper(paper),
                "count": forms.values().sum::<usize>().to_string(),
                "forms": of_form.join(" · "),
            })
        };
        let numbers: Vec<String> = at.seats.iter().map(|seat| self.number(seat)).collect();
        let range = match (numbers.iter().min(), numbers.iter().max()) {
            (Some(first), Some(last)) => format!("{first} – {last}"),
            (Some(_) | None, _) => String::new(),
        };
        let papers = papers(at.seats);
        let seat = |seat: &Seat| {
            json!({
                "seat": two_digits(seat.number),
                "number": self.number(seat),
                "name": self.name(seat),
                "paper": self.names.among(&paper_of(seat), &papers),
            })
        };
        json!({
            "ordinal": heading(at.room),
            "room": at.room.room_name,
            "site": self.site.name_zh,
            "session": session(at.sitting),
            "subject": at.sitting.name_zh,
            "people": at.seats.len().to_string(),
            "numbers": range,
            "papers": counts.iter().map(bag).collect::<Vec<_>>(),
            "seats": at.seats.iter().map(seat).collect::<Vec<_>>(),
        })
    }

    /// The cards on the desks of one room.
    pub fn cards(&self, at: Room<'_>) -> Value {
        let card = |seat: &Seat| {
            json!({
                "seat": two_digits(seat.number),
                "number": self.number(seat),
                "name": self.name(seat),
                "paper": self.names.paper(&paper_of(seat)),
                "form": seat.form_letter,
            })
        };
        json!({
            "room": format!("{} {}", heading(at.room), at.room.room_name),
            "session": format!("{} {}", session(at.sitting), at.sitting.name_zh),
            "cards": at.seats.iter().map(card).collect::<Vec<_>>(),
        })
    }

    /// A file of sheets to sign.
    pub fn sheets_document(&self, title: &str, sheets: Vec<Value>) -> Document {
        let labels = labels(
            "sheet",
            &[
                "heading",
                "site",
                "room",
                "session",
                "subject",
                "seat",
                "number",
                "name",
                "document_number",
                "level",
                "signature",
                "note",
                "expected",
                "present",
                "absent",
                "invigilators",
                "page",
            ],
        );
        self.document(
            SIGN_IN_SHEET,
            &format!("{} {title}", ZH.s("sheet-heading")),
            labels,
            ("sheets", sheets),
        )
    }

    /// A file of lists for doors.
    pub fn doors_document(&self, title: &str, doors: Vec<Value>) -> Document {
        let labels = labels(
            "door",
            &[
                "heading", "site", "session", "subject", "numbers", "people", "paper", "count", "form",
                "seat", "number", "name",
            ],
        );
        self.document(DOOR_LIST, &format!("{} {title}", ZH.s("door-heading")), labels, ("doors", doors))
    }

    /// A file of cards for desks.
    pub fn cards_document(&self, title: &str, rooms: Vec<Value>) -> Document {
        let labels = labels("card", &["seat", "number", "form"]);
        self.document(SEAT_CARD, &format!("{} {title}", ZH.s("card-heading")), labels, ("rooms", rooms))
    }

    fn document(
        &self,
        template: Template,
        title: &str,
        labels: Map<String, Value>,
        (key, pages): (&str, Vec<Value>),
    ) -> Document {
        let mut data = json!({
            "language": "zh", "title": title, "date": self.date, "labels": labels, "plan": self.plan,
        });
        data[key] = Value::Array(pages);
        Document { template, data, pictures: Vec::new() }
    }
}

fn heading(room: &RoomUse) -> String {
    ZH.n("exam-room-number", two_digits(room.ordinal))
}

fn session(sitting: &Sitting) -> String {
    let (from, until) = (sitting.starts_at, sitting.ends_at);
    format!("{} {}–{}", from.day(), from.clock_text(), until.clock_text())
}

/// The paper of a seat.
pub(crate) fn paper_of(seat: &Seat) -> PaperKey {
    PaperKey { occupation: seat.occupation_code.clone(), level: seat.level_code.clone() }
}

/// The papers of these seats, in the order they stand.
pub(crate) fn papers(seats: &[Seat]) -> Vec<PaperKey> {
    let mut papers: Vec<PaperKey> = Vec::new();
    for paper in seats.iter().map(paper_of) {
        if !papers.contains(&paper) {
            papers.push(paper);
        }
    }
    papers
}
