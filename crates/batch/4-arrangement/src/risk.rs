//! Sites whose seats do not suffice, seen before anything is drawn.
use std::collections::{BTreeMap, BTreeSet};

use ::store::Tx;
use plan::{Batch, Risk};
use scheme::ComponentKind;
use venue::{Room, RoomKind, SiteId};
use web::Message;

use crate::rules::need::{Need, PaperKey, Part, needs};

/// Rooms without a seat, and sites with fewer seats than people who will want one: once the list is
/// frozen those on it, before that everybody whose application stands.
///
/// # Errors
/// Storage.
pub async fn risks(tx: &mut Tx, batch: &Batch) -> sqlx::Result<Vec<Risk>> {
    let wanted = wanted(tx, batch).await?;
    let parts: Vec<Part> = plan::components(tx, &batch.code).await?.into_iter().map(Part::from).collect();
    let needs = needs(&parts);
    let (sites, all_rooms) = (venue::sites(tx).await?, venue::all_rooms(tx).await?);
    let mut risks = Vec::new();
    for (id, papers) in wanted {
        let Some(site) = sites.iter().find(|site| site.id == id) else { continue };
        let rooms: Vec<&Room> = all_rooms.iter().filter(|room| room.site_id == id).collect();
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
            let people: i64 =
                papers.iter().filter(|(paper, _)| need.papers.contains(paper)).map(|(_, n)| n).sum();
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

/// How many of each paper each site will seat; a site that nobody has applied for yet is there too.
async fn wanted(tx: &mut Tx, batch: &Batch) -> sqlx::Result<BTreeMap<SiteId, BTreeMap<PaperKey, i64>>> {
    let points = plan::points(tx, &batch.code).await?;
    let all: BTreeSet<SiteId> = points.iter().flat_map(plan::BatchPoint::sites).cloned().collect();
    let mut wanted: BTreeMap<SiteId, BTreeMap<PaperKey, i64>> =
        all.into_iter().map(|site| (site, BTreeMap::new())).collect();
    let mut count = |point: &kernel::OrgPath, paper: PaperKey, people: i64| {
        if let Some(point) = points.iter().find(|one| one.point_path == *point) {
            let site = point.site_of(&paper.occupation).clone();
            *wanted.entry(site).or_default().entry(paper).or_default() += people;
        }
    };
    if admission::is_frozen(tx, &batch.code).await? {
        for one in admission::admitted(tx, &batch.code).await? {
            count(&one.point_path, PaperKey { occupation: one.occupation_code, level: one.level_code }, 1);
        }
    } else {
        for (point, occupation, level, people) in registration::demand(tx, &batch.code).await? {
            count(&point, PaperKey { occupation, level }, people);
        }
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
