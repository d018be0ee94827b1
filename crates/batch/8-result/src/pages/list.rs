//! Decisions with the people and parts they are about, one page at a time.
use std::collections::HashMap;

use ::store::Tx;
use assessment::PartOutcome;
use identity::Env;
use kernel::{BatchCode, Day, LevelCode, OccupationCode, OrgPath, Score};
use plan::{BatchComponent, BatchLevel, BatchPoint, InBatch};
use registration::KeptComponent;
use serde::Deserialize;
use web::{Message, PageResult, Words};

use crate::{
    Outcome,
    store::{Line, Wanted},
};

/// What the address of a list says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// `pass`, `fail`, `absent`, or everything.
    pub outcome: String,
    /// `OCCUPATION/LEVEL`, or everything.
    pub level: String,
    /// Path of a registration point, or everything.
    pub point: String,
    /// Page, from 1.
    pub page: i64,
}

impl ListQuery {
    /// Occupation and level, if one was asked for.
    pub fn level_parts(&self) -> Option<(String, String)> {
        self.level.split_once('/').map(|(occupation, level)| (occupation.to_owned(), level.to_owned()))
    }

    /// Whether something of this level is asked for.
    pub fn is_level(&self, occupation: &OccupationCode, level: &LevelCode) -> bool {
        self.level.is_empty() || self.level == format!("{occupation}/{level}")
    }

    /// Whether something of this registration point is asked for.
    pub fn is_point(&self, point: &OrgPath) -> bool {
        self.point.is_empty() || self.point == point.as_str()
    }

    /// The address of the same list with one value changed.
    pub fn with(&self, name: &str, value: &str) -> String {
        let page = self.page.max(1).to_string();
        let mut values = [
            ("outcome", self.outcome.as_str()),
            ("level", &self.level),
            ("point", &self.point),
            ("page", &page),
        ];
        for known in &mut values {
            match known.0 {
                known_name if known_name == name => known.1 = value,
                // Another list begins at its first page.
                "page" => known.1 = "1",
                _ => {}
            }
        }
        web::address("", &values)
    }
}

/// Which results of the batch this person may see, of those asked for.
pub fn wanted<D>(entry: &InBatch<D>, query: &ListQuery, points: &[BatchPoint]) -> Wanted {
    let is_whole = entry.at.iter().any(|path| path.contains(&entry.batch.org_path));
    let within = points.iter().map(|point| &point.point_path);
    let within = within.filter(|point| entry.reaches(point) && query.is_point(point)).cloned().collect();
    Wanted {
        outcome: Outcome::from_code(&query.outcome),
        level: query.level_parts(),
        points: (!is_whole || !query.point.is_empty()).then_some(within),
    }
}

/// What is said of one part of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartSaid {
    /// They were to sit it.
    Sat(PartOutcome),
    /// They passed it before, on this day, with this score where it is known.
    Kept(Day, Option<Score>),
}

impl PartSaid {
    /// The part as a candidate keeps it.
    pub fn of_kept(kept: &KeptComponent) -> Self {
        Self::Kept(kept.passed_on, kept.score)
    }

    /// In words.
    pub fn text(self, t: Words) -> String {
        match self {
            Self::Sat(outcome) => outcome.score().map_or_else(|| t.s("outcome-absent"), Score::short),
            Self::Kept(day, None) => t.a("result-kept", day),
            Self::Kept(day, Some(score)) => {
                let said = Message::new("result-kept-score").with("day", day);
                t.message(&said.with("score", score.short()))
            }
        }
    }
}

/// Parts with what is said of each, by application.
pub type Said = HashMap<String, Vec<(BatchComponent, PartSaid)>>;

/// Each part and its score, in the order of the parts.
pub async fn scores(
    tx: &mut Tx,
    batch: &BatchCode,
    parts: &[BatchComponent],
    lines: &[Line],
) -> sqlx::Result<Said> {
    let ids: Vec<&str> = lines.iter().map(|line| line.application_id.as_str()).collect();
    let mut by_application: Said = HashMap::new();
    for score in assessment::scores_of(tx, &ids).await? {
        if let Some(part) = parts.iter().find(|part| part.id == score.component_id) {
            let said = (part.clone(), PartSaid::Sat(score.outcome));
            by_application.entry(score.application_id).or_default().push(said);
        }
    }
    if lines.iter().all(|line| is_scored(line, parts, by_application.get(&line.application_id))) {
        return Ok(sorted(by_application));
    }
    for kept in registration::kept_components(tx, batch).await? {
        let Some(said) = by_application.get_mut(kept.application_id.as_str()) else { continue };
        if let Some(part) = parts.iter().find(|part| kept.is_of(part)) {
            said.push((part.clone(), PartSaid::of_kept(&kept)));
        }
    }
    Ok(sorted(by_application))
}

/// Whether every part of the level of a line has its score: then nothing was kept.
fn is_scored(line: &Line, parts: &[BatchComponent], said: Option<&Vec<(BatchComponent, PartSaid)>>) -> bool {
    let of_level = |part: &&BatchComponent| {
        part.occupation_code == line.occupation_code && part.level_code == line.level_code
    };
    let known =
        |part: &BatchComponent| said.is_some_and(|said| said.iter().any(|(one, _)| one.id == part.id));
    parts.iter().filter(of_level).all(known)
}

fn sorted(mut by_application: Said) -> Said {
    for scores in by_application.values_mut() {
        scores.sort_by_key(|(part, _)| part.position);
    }
    by_application
}

/// Name and masked document of each line's person, in the order of the lines.
pub fn people(env: &Env, lines: &[Line]) -> PageResult<Vec<(String, String)>> {
    let mut people = Vec::with_capacity(lines.len());
    for line in lines {
        let person = line.person(&env.vault)?;
        let masked = person.masked_document();
        people.push((person.name, masked));
    }
    Ok(people)
}

/// Occupation and level in words.
pub fn level_name(levels: &[BatchLevel], occupation: &OccupationCode, level: &LevelCode, t: Words) -> String {
    levels
        .iter()
        .find(|known| known.occupation_code == *occupation && known.level_code == *level)
        .map(|known| {
            let occupation = t.pick(&known.occupation_zh, &known.occupation_en);
            format!("{occupation} · {}", t.pick(&known.level_zh, &known.level_en))
        })
        .unwrap_or_default()
}

/// A registration point in words.
pub fn point_name(points: &[BatchPoint], path: &OrgPath, t: Words) -> String {
    let known = points.iter().find(|point| point.point_path == *path);
    known.map_or_else(|| path.to_string(), |point| t.pick(&point.point_zh, &point.point_en).to_owned())
}
