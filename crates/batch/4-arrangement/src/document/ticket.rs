//! Admission tickets (准考证): one for its owner, or many in one file.
use std::collections::HashMap;

use ::store::Tx;
use identity::Env;
use kernel::{AdmissionNumber, Day};
use plan::{Batch, BatchComponent, BatchLevel};
use registration::Application;
use serde_json::{Value, json};
use venue::{Site, SiteId};
use web::{PageError, PageResult};

use super::{ADMISSION_TICKET, Document, ZH, day_text, labels, two_digits};
use crate::{Seat, SitePlan, Sitting, rules::ArrangementRefused, store};

/// What the tickets of one site have in common.
pub(crate) struct Tickets {
    plan: String,
    organisation: String,
    date: Day,
    levels: Vec<BatchLevel>,
    components: Vec<BatchComponent>,
    sittings: Vec<Sitting>,
    sites: HashMap<SiteId, Site>,
    numbers: HashMap<String, AdmissionNumber>,
}

/// One ticket and its pictures.
pub(crate) struct Ticket {
    data: Value,
    qr: String,
    photo: Option<Vec<u8>>,
}

impl Tickets {
    /// Reads them, given the numbers of those who get one; refused before the site is confirmed.
    pub async fn load(
        tx: &mut Tx,
        batch: &Batch,
        site: &SitePlan,
        numbers: HashMap<String, AdmissionNumber>,
    ) -> PageResult<Self> {
        let code = &batch.code;
        let organisation = organisation::by_path(tx, &batch.org_path).await?;
        let sites = venue::sites(tx).await?.into_iter().map(|site| (site.id.clone(), site)).collect();
        let (levels, components) = plan::levels_and_components(tx, code).await?;
        Ok(Self {
            plan: batch.title_zh.clone(),
            organisation: organisation.map(|one| one.name_zh).unwrap_or_default(),
            date: site.confirmed_at.ok_or(ArrangementRefused::NotConfirmed)?.day(),
            levels,
            components,
            sittings: store::sittings(tx, code).await?,
            sites,
            numbers,
        })
    }

    /// Somebody's admission number.
    pub fn number(&self, application: &str) -> PageResult<&AdmissionNumber> {
        Ok(self.numbers.get(application).ok_or(ArrangementRefused::NotConfirmed)?)
    }

    /// The ticket of one candidate with these seats.
    pub async fn ticket(
        &self,
        tx: &mut Tx,
        env: &Env,
        application: &Application,
        seats: &[Seat],
    ) -> PageResult<Ticket> {
        let number = self.number(application.id.as_str())?;
        let person = person::load(tx, &env.vault, &application.person_id).await?;
        let photo = registration::photo(tx, &env.vault, &env.blobs, application).await?;
        let is_own = |one: &&BatchLevel| {
            one.occupation_code == application.occupation_code && one.level_code == application.level_code
        };
        let level = self.levels.iter().find(is_own).ok_or(PageError::NotFound)?;
        let qr = print::qr_svg(number.as_str()).map_err(|error| PageError::Internal(error.to_string()))?;
        let data = json!({
            "number": number,
            "name": person.name,
            "document_number": person.masked_document(),
            "occupation": level.occupation_zh,
            "job": Value::Null,
            "level": level.level_zh,
            "subjects": self.subjects(seats)?,
        });
        Ok(Ticket { data, qr, photo })
    }

    /// One line a component: when, where, which seat.
    fn subjects(&self, seats: &[Seat]) -> PageResult<Vec<Value>> {
        let mut lines = Vec::new();
        for seat in seats {
            let held = self.sittings.iter().find(|one| one.id == seat.sitting_id);
            let sitting = held.ok_or(PageError::NotFound)?;
            let site = self.sites.get(&seat.site_id).ok_or(PageError::NotFound)?;
            let (from, until) = sitting.turn(seat.turn);
            lines.push(json!({
                "subject": self.subject(seat, sitting),
                "day": day_text(from.day()),
                "time": format!("{}–{}", from.clock_text(), until.clock_text()),
                "site": site.name_zh,
                "address": site.address,
                "room": two_digits(seat.ordinal),
                "seat": two_digits(seat.number),
            }));
        }
        Ok(lines)
    }

    /// The component by the name it has for this level.
    fn subject<'a>(&'a self, seat: &Seat, sitting: &'a Sitting) -> &'a str {
        let own = self.components.iter().find(|one| {
            one.occupation_code == seat.occupation_code
                && one.level_code == seat.level_code
                && one.kind == sitting.component_kind
                && one.starts_at == sitting.starts_at
        });
        own.map_or(&sitting.name_zh, |one| &one.name_zh)
    }

    /// The file of these tickets.
    pub fn document(&self, title: &str, tickets: Vec<Ticket>) -> Document {
        let rules = ["ticket-rule-1", "ticket-rule-2", "ticket-rule-3", "ticket-rule-4", "ticket-rule-5"];
        let (mut pages, mut pictures) = (Vec::new(), Vec::new());
        for (ticket, place) in tickets.into_iter().zip(1..) {
            let Ticket { mut data, qr, photo } = ticket;
            let qr_name = format!("qr-{place:03}.svg");
            data["qr"] = json!(qr_name);
            pictures.push((qr_name, qr.into_bytes()));
            data["photo"] = Value::Null;
            if let Some(photo) = photo {
                let name = format!("photo-{place:03}.jpg");
                data["photo"] = json!(name);
                pictures.push((name, photo));
            }
            pages.push(data);
        }
        let data = json!({
            "language": "zh",
            "title": format!("{} {title}", ZH.s("ticket-heading")),
            "date": self.date,
            "labels": labels("ticket", &[
                "heading", "number", "name", "document_number", "occupation", "job", "level", "photo", "paste_photo",
                "subjects", "subject", "day", "site", "room", "seat", "rules", "scan",
            ]),
            "plan": self.plan,
            "organisation": self.organisation,
            "rules": rules.map(|key| ZH.s(key)),
            "tickets": pages,
        });
        Document { template: ADMISSION_TICKET, data, pictures }
    }
}
