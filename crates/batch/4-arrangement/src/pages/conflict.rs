//! Why a site cannot be drawn, in words: the demands that conflict, and the cure.
use std::collections::HashMap;

use ::store::Tx;
use kernel::BatchCode;
use registration::ApplicationId;
use venue::RoomKind;
use web::{Message, PageResult, Words};

use crate::rules::{conflict::Conflict, need::Need};

/// Most applications of one person that are named; more are counted.
const NAMED_MOST: usize = 6;

/// The sentences of what was kept as JSON for the site with this name.
pub(super) async fn explain(
    tx: &mut Tx,
    batch: &BatchCode,
    (stored, site): (&str, &str),
    t: Words,
) -> PageResult<Vec<String>> {
    let conflicts: Vec<Conflict> = serde_json::from_str(stored).unwrap_or_default();
    if conflicts.is_empty() {
        return Ok(Vec::new());
    }
    let needs = crate::ground::load_needs(tx, batch).await?;
    let mut named: Vec<ApplicationId> = Vec::new();
    for conflict in &conflicts {
        let Conflict::SamePerson { applications, .. } = conflict else { continue };
        named.extend(applications.iter().take(NAMED_MOST).map(|id| id.as_str().into()));
    }
    let named = registration::applications_chosen(tx, &named).await?;
    let serials: HashMap<String, i64> =
        named.into_iter().map(|one| (one.id.to_string(), one.serial)).collect();
    let words = Explain { needs: &needs, serials: &serials, site, t };
    Ok(conflicts.iter().map(|conflict| t.message(&words.message(conflict))).collect())
}

struct Explain<'a> {
    needs: &'a [Need],
    serials: &'a HashMap<String, i64>,
    site: &'a str,
    t: Words,
}

impl Explain<'_> {
    fn message(&self, conflict: &Conflict) -> Message {
        match conflict {
            Conflict::Seats { kind, needs, candidates, seats, .. } => {
                let key = if needs.len() == 1 { "seat-plan-too-few-seats" } else { "seat-plan-rooms-twice" };
                let sittings: Vec<String> = needs.iter().map(|place| self.sitting(*place)).collect();
                Message::new(key)
                    .with("site", self.site)
                    .with("kind", self.t.s(kind_key(*kind)))
                    .with("sittings", sittings.join(self.t.pick("、", ", ")))
                    .with("candidates", candidates)
                    .with("seats", seats)
            }
            Conflict::Overlap { first, second, candidates } => Message::new("seat-plan-times-overlap")
                .with("first", self.sitting(*first))
                .with("second", self.sitting(*second))
                .with("candidates", candidates),
            Conflict::SamePerson { first, second, applications } => {
                let key = if first == second { "seat-plan-person-twice" } else { "seat-plan-person-in-two" };
                let named: Vec<String> = applications
                    .iter()
                    .filter_map(|one| self.serials.get(one))
                    .map(ToString::to_string)
                    .collect();
                Message::new(key)
                    .with("first", self.sitting(*first))
                    .with("second", self.sitting(*second))
                    .with("serials", named.join(self.t.pick("、", ", ")))
                    .with("n", applications.len())
            }
        }
    }

    fn sitting(&self, place: usize) -> String {
        self.needs.get(place).map_or_else(String::new, |need| {
            format!("{} {}", self.t.pick(&need.name_zh, &need.name_en), need.starts_at.text())
        })
    }
}

fn kind_key(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Paper => "seat-plan-kind-paper",
        RoomKind::Computer => "seat-plan-kind-computer",
        RoomKind::Practical => "seat-plan-kind-practical",
    }
}
