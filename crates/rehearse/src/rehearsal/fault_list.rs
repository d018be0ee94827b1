//! Mistakes of configuration, planted one by one, and who named each before the day.
use super::{Options, batch};
use crate::{Batch, Crowd, Fault, Office, Page, Result, bank, plan, registration};

/// A mistake that somebody could make while a batch is prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Planted {
    /// All seats of a room are blocked.
    RoomWithoutSeats,
    /// A part of the standard comes without a pass mark.
    PartWithoutPassRule,
    /// Nobody invigilates at a site.
    SiteWithoutInvigilators,
    /// Two parts of one level overlap.
    OverlappingSittings,
    /// An item comes without its key.
    ItemWithoutKey,
    /// A step ends on a holiday.
    DeadlineOnAHoliday,
    /// People who sit at computers are sent to a site without any.
    TooFewSeats,
    /// A level has no items.
    LevelWithoutItems,
}

impl Planted {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::RoomWithoutSeats,
        Self::PartWithoutPassRule,
        Self::SiteWithoutInvigilators,
        Self::OverlappingSittings,
        Self::ItemWithoutKey,
        Self::DeadlineOnAHoliday,
        Self::TooFewSeats,
        Self::LevelWithoutItems,
    ];

    /// Its word on the command line and in the report.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::RoomWithoutSeats => "room-without-seats",
            Self::PartWithoutPassRule => "part-without-pass-rule",
            Self::SiteWithoutInvigilators => "site-without-invigilators",
            Self::OverlappingSittings => "overlapping-sittings",
            Self::ItemWithoutKey => "item-without-key",
            Self::DeadlineOnAHoliday => "deadline-on-a-holiday",
            Self::TooFewSeats => "too-few-seats",
            Self::LevelWithoutItems => "level-without-items",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// A risk that was named, where, and in which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// What kind of mistake; for a planted one its [`Planted::code`].
    pub kind: String,
    /// The page or the command that named it.
    pub named_by: String,
    /// What it said.
    pub said: String,
}

impl Risk {
    fn at(planted: Planted, page: &Page, said: String) -> Self {
        Self { kind: planted.code().to_owned(), named_by: page.path.clone(), said }
    }
}

/// Prepares the batch with these mistakes in it, until everybody has applied, and gives what was named:
/// at the door of each page, and on the page of the batch that lists its risks.
///
/// # Errors
/// When the batch cannot be prepared at all.
pub fn prepare(office: &Office, options: Options, planted: &[Planted]) -> Result<Vec<Risk>> {
    let crowd = Crowd::read(options.candidates, options.seed)?;
    let mut batch = batch(&crowd)?;
    let has = |one: Planted| planted.contains(&one);
    if has(Planted::TooFewSeats) {
        for (field, site) in &mut batch.sites {
            // The second site of Jiangcheng has no computers.
            if field.contains("jiangcheng") {
                "site-jiangcheng-2".clone_into(site);
            }
        }
    }
    let mut named = Vec::new();
    let days = batch.calendar;
    office.clock(&format!("{} 09:00", days.registration_from.plus_days(-4)))?;
    named.extend(draft(office, &batch, has(Planted::OverlappingSittings))?);
    plan::propose(office, &batch)?;
    plan::approve(office, &batch)?;
    bank::import_levels(office, !has(Planted::LevelWithoutItems))?;
    // Items are read against the blueprint, which comes first.
    if has(Planted::ItemWithoutKey) {
        let preview = bank::import_without_key(office)?;
        let said = preview.rows().iter().map(Page::text).find(|row| row.contains("答案")).unwrap_or_default();
        named.extend((!said.is_empty()).then(|| Risk::at(Planted::ItemWithoutKey, &preview, said)));
    }
    bank::review(office)?;
    office.clock(&format!("{} 09:00", days.registration_from.plus_days(27)))?;
    registration::confirm(office, &registration::preview(office, &batch)?)?;
    named.extend(risks(office, &batch)?);
    Ok(named)
}

/// The plan is drawn up; with parts that overlap first, which should be refused.
fn draft(office: &Office, batch: &Batch, overlapping: bool) -> Result<Option<Risk>> {
    let planner = office.staff("province1")?;
    let form = plan::filled(&plan::new_plan(&planner)?, batch)?;
    let mut named = None;
    if overlapping {
        let refused = planner.send(&form.clone().set("practical_at", "10:00"))?;
        if refused.status == 200 {
            return Err(refused.fault("a plan whose parts overlap was taken"));
        }
        let said = refused.all(".error-summary li").join(" ");
        named = Some(Risk::at(Planted::OverlappingSittings, &refused, said));
    }
    planner.submit(&form)?;
    Ok(named)
}

/// The risks of a batch, as its page lists them, found by clicking from the batch.
///
/// # Errors
/// When the page cannot be reached.
pub fn risks(office: &Office, batch: &Batch) -> Result<Vec<Risk>> {
    let reader = office.staff("province1")?;
    let page = reader.click(&reader.open(&batch.at(""))?, "/readiness")?;
    let risk = |row: &Page| {
        let kind = row.attribute("tr[data-risk]", "data-risk");
        let kind = kind.ok_or_else(|| Fault::at(&page.path, "a row that names no risk"))?;
        Ok(Risk { kind, named_by: page.path.clone(), said: row.text() })
    };
    page.rows().iter().map(risk).collect()
}
