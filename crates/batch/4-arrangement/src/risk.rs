//! Sites whose seats do not suffice, seen before anything is drawn.
use std::collections::BTreeMap;

use ::store::Tx;
use plan::{InBatch, Outlook, Risk};
use scheme::ComponentKind;
use venue::{Room, RoomKind, SiteId};
use web::Message;

use crate::rules::need::{Need, PaperKey, Part, needs};

/// The list is frozen with this stage.
const FREEZE: i64 = 3;

/// Rooms without a seat, and sites with fewer seats than people who will want one: once the list is
/// frozen those on it, before that everybody whose application stands.
///
/// # Errors
/// Storage.
pub async fn risks<D>(tx: &mut Tx, entry: &InBatch<D>, outlook: &Outlook) -> sqlx::Result<Vec<Risk>> {
    let wanted = wanted(tx, entry, outlook).await?;
    let parts: Vec<Part> = outlook.components.iter().cloned().map(Part::from).collect();
    let needs = needs(&parts);
    let mut risks = Vec::new();
    for (id, papers) in wanted {
        let Some(site) = outlook.sites.iter().find(|site| site.id == id) else { continue };
        let rooms: Vec<&Room> = outlook.rooms.iter().filter(|room| room.site_id == id).collect();
        let href = format!("/sites/{}", site.code);
        for room in rooms.iter().filter(|room| venue::capacity(room) == 0) {
            risks.push(Risk {
                kind: "room-without-seats",
                stage: 4,
                what: Message::new("risk-room-without-seats")
                    .with("site", &site.name_zh)
                    .with("room", &room.name_zh),
                cure: "risk-room-without-seats-cure".into(),
                href: href.clone(),
            });
        }
        for need in &needs {
            let people = papers.of(need);
            let places = places(need, &rooms);
            if people > places {
                risks.push(Risk {
                    kind: "too-few-seats",
                    stage: 4,
                    what: Message::new(key(need.room_kind()))
                        .with("site", &site.name_zh)
                        .with("sitting", &need.name_zh)
                        .with("people", people)
                        .with("seats", places),
                    cure: "risk-too-few-seats-cure".into(),
                    href: href.clone(),
                });
            }
        }
    }
    Ok(risks)
}

/// Whom a site will seat.
#[derive(Default)]
struct Wanted {
    papers: BTreeMap<PaperKey, i64>,
    /// How many of them passed a part before and need no seat in it.
    kept: BTreeMap<(PaperKey, ComponentKind), i64>,
}

impl Wanted {
    fn of(&self, need: &Need) -> i64 {
        let seats = |(paper, people): (&PaperKey, &i64)| {
            people - self.kept.get(&(paper.clone(), need.kind)).copied().unwrap_or(0)
        };
        self.papers.iter().filter(|(paper, _)| need.papers.contains(paper)).map(seats).sum()
    }
}

/// How many of each paper each site will seat; a site that nobody has applied for yet is there too.
async fn wanted<D>(
    tx: &mut Tx,
    entry: &InBatch<D>,
    outlook: &Outlook,
) -> sqlx::Result<BTreeMap<SiteId, Wanted>> {
    let batch = &entry.batch;
    let mut wanted: BTreeMap<SiteId, Wanted> =
        outlook.used_sites().into_iter().map(|site| (site, Wanted::default())).collect();
    let site = |point: &kernel::OrgPath, paper: &PaperKey| {
        let point = outlook.points.iter().find(|one| one.point_path == *point)?;
        Some(point.site_of(&paper.occupation).clone())
    };
    let people: Vec<(kernel::OrgPath, PaperKey, i64)> = if entry.is_done(FREEZE) {
        let admitted = admission::admitted(tx, &batch.code).await?.into_iter();
        let paper = |occupation, level| PaperKey { occupation, level };
        admitted.map(|one| (one.point_path, paper(one.occupation_code, one.level_code), 1)).collect()
    } else {
        let demand = registration::demand(tx, &batch.code).await?.into_iter();
        demand
            .map(|(point, occupation, level, people)| (point, PaperKey { occupation, level }, people))
            .collect()
    };
    for (point, paper, people) in people {
        let Some(site) = site(&point, &paper) else { continue };
        *wanted.entry(site).or_default().papers.entry(paper).or_default() += people;
    }
    for one in registration::kept_in(tx, (batch, &outlook.components), None).await? {
        let paper = PaperKey { occupation: one.occupation_code, level: one.level_code };
        let Some(site) = site(&one.point_path, &paper) else { continue };
        *wanted.entry(site).or_default().kept.entry((paper, one.kind)).or_default() += 1;
    }
    Ok(wanted)
}

/// How many people the rooms of a site take in one sitting, in as many groups as there may be.
fn places(need: &Need, rooms: &[&Room]) -> i64 {
    let of_kind = rooms.iter().filter(|room| room.kind == need.room_kind() && venue::capacity(room) > 0);
    let at_once: usize = of_kind.map(|room| need.places(room)).sum();
    let turns = match need.kind {
        ComponentKind::Panel | ComponentKind::Practical | ComponentKind::Other => need.turns_most(),
        ComponentKind::Theory => 1,
    };
    i64::try_from(at_once).unwrap_or(i64::MAX).saturating_mul(turns)
}

fn key(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Paper => "risk-too-few-seats-paper",
        RoomKind::Computer => "risk-too-few-seats-computer",
        RoomKind::Practical => "risk-too-few-seats-practical",
    }
}
