//! What will go wrong on the day unless somebody acts before it.
use std::collections::BTreeSet;

use ::store::Tx;
use kernel::WorkingCalendar;
use venue::SiteId;
use web::Message;

use crate::{
    Batch, BatchComponent, BatchLevel, BatchPoint, InBatch, Outline,
    rules::{days_off, parts_without_mark},
    store,
};

/// One thing that will go wrong, where it stands and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// Which kind of mistake it is; a word for reports, the same in every language.
    pub kind: &'static str,
    /// The stage whose work it is, 1–9.
    pub stage: i64,
    /// What is wrong and where, with the numbers it rests on.
    pub what: Message,
    /// What helps.
    pub cure: Message,
    /// Where to do it.
    pub href: String,
}

/// What the stages look at before the day, read once for all of them.
pub struct Outlook {
    /// What is certified.
    pub levels: Vec<BatchLevel>,
    /// The parts of every level.
    pub components: Vec<BatchComponent>,
    /// The registration points.
    pub points: Vec<BatchPoint>,
    /// Every site there is.
    pub sites: Vec<venue::Site>,
    /// Every room of these sites.
    pub rooms: Vec<venue::Room>,
}

impl Outlook {
    /// Reads it.
    ///
    /// # Errors
    /// Storage.
    pub async fn load(tx: &mut Tx, batch: &Batch) -> sqlx::Result<Self> {
        let Outline { levels, components, points } = store::outline(tx, &batch.code).await?;
        let (sites, rooms): (Vec<_>, Vec<_>) = venue::sites_with_rooms(tx).await?.into_iter().unzip();
        Ok(Self { levels, components, points, sites, rooms: rooms.concat() })
    }

    /// The sites at which people of the batch may sit.
    #[must_use]
    pub fn used_sites(&self) -> BTreeSet<SiteId> {
        self.points.iter().flat_map(BatchPoint::sites).cloned().collect()
    }
}

/// Windows that end on a day off, and parts that everybody passes.
#[must_use]
pub fn risks<D>(entry: &InBatch<D>, outlook: &Outlook, calendar: &WorkingCalendar) -> Vec<Risk> {
    let batch = &entry.batch;
    let risk = |kind, what: Message, cure: &'static str| Risk {
        kind,
        stage: 1,
        what,
        cure: cure.into(),
        href: format!("/batches/{}", batch.code),
    };
    let mut risks = Vec::new();
    for (key, day) in days_off(&entry.course().windows, calendar) {
        let what = Message::new(key).with("day", day);
        risks.push(risk("deadline-on-a-holiday", what, "risk-deadline-off-cure"));
    }
    for part in parts_without_mark(&outlook.components) {
        let what = Message::new("risk-no-mark")
            .with("part", &part.name_zh)
            .with("occupation", &part.occupation_code)
            .with("level", &part.level_code);
        risks.push(risk("part-without-pass-rule", what, "risk-no-mark-cure"));
    }
    risks
}
