//! Planted mistakes: those an operator makes stand here, those of the office in the crate `rehearse`.
use std::{path::Path, sync::Arc};

use identity::Role;
use rehearse::rehearsal::{self, Planted, Risk};

use super::RehearseFlags;
use crate::{
    demo::{DEMO_STAFF, DemoStaff, make_staff},
    house::House,
    import::{self, Kind},
};

/// Where the only invigilators are.
const ONE_CITY: &str = "/demo/xicheng";

/// A room whose seats are all blocked.
const ROOM: &str = "id,site_id,code,name_zh,name_en,kind,row_count,column_count,blocked
room-nancheng-99,site-nancheng,99,第99考场,Paper room 99,paper,1,2,\"1,2\"
";

/// The demo's people, with every invigilator in one city.
pub(super) async fn staff_with_invigilators_in_one_city(house: &House) -> anyhow::Result<()> {
    let moved = |one: &DemoStaff| match one.role {
        Role::Invigilator => DemoStaff { path: ONE_CITY, ..*one },
        Role::Administrator
        | Role::SecurityAdministrator
        | Role::Province
        | Role::Reviewer
        | Role::Registrar
        | Role::ExamOfficer
        | Role::ItemWriter
        | Role::ItemReviewer
        | Role::Custodian
        | Role::Examiner
        | Role::PanelMember
        | Role::ScoreClerk
        | Role::Auditor
        | Role::Manager
        | Role::FilingOfficer
        | Role::Assessor => *one,
    };
    make_staff(house, &DEMO_STAFF.iter().map(moved).collect::<Vec<_>>()).await
}

/// Plants, and collects who named what.
pub(super) async fn named(
    house: &House,
    base: &str,
    clock: &Path,
    flags: &RehearseFlags,
    planted: &[Planted],
) -> anyhow::Result<Vec<Risk>> {
    let mut named = Vec::new();
    for one in planted {
        let (kind, file, text) = match one {
            Planted::RoomWithoutSeats => (Kind::Venues, "rooms.csv", ROOM.to_owned()),
            Planted::PartWithoutPassRule => (Kind::Standards, "components.csv", part_without_mark()),
            Planted::SiteWithoutInvigilators
            | Planted::OverlappingSittings
            | Planted::ItemWithoutKey
            | Planted::DeadlineOnAHoliday
            | Planted::TooFewSeats
            | Planted::LevelWithoutItems => continue,
        };
        for said in import::mistakes(house, kind, file, &text).await? {
            named.push(Risk { kind: one.code().to_owned(), named_by: "kaogong import".to_owned(), said });
        }
    }
    let office = Arc::new(rehearse::Office::new(base, clock.to_path_buf()));
    let (options, planted) = (flags.options(), planted.to_vec());
    let prepared = tokio::task::spawn_blocking(move || rehearsal::prepare(&office, options, &planted));
    named.extend(prepared.await??);
    Ok(named)
}

/// A part of the standard for another year, without its pass mark.
fn part_without_mark() -> String {
    let text = include_str!("../../../../data/scheme/components.csv");
    let mut lines = text.lines();
    let head = lines.next().unwrap_or_default();
    let part = lines.next().unwrap_or_default().replacen("hr-2018-4-theory,", "hr-2018-4-theory-other,", 1);
    format!("{head}\n{}\n", part.replacen(",60.00,", ",,", 1))
}

/// Whether each was named.
pub(super) fn all_named(planted: &[Planted], named: &[Risk]) -> anyhow::Result<()> {
    let unnamed: Vec<&str> = planted
        .iter()
        .map(|one| one.code())
        .filter(|code| !named.iter().any(|risk| risk.kind == *code))
        .collect();
    anyhow::ensure!(unnamed.is_empty(), "nobody named: {}", unnamed.join(", "));
    Ok(())
}
