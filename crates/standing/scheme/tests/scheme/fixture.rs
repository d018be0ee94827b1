//! The seed files as the binary embeds them, the day the rosters are judged by, and a database that
//! holds the seed.
use kernel::{Day, LevelCode};
use scheme::SeedFiles;
use store::{Db, Tx};

/// The reference date of the rosters.
pub const ON: &str = "2021-04-30";

pub const SEED: SeedFiles<'static> = SeedFiles {
    occupations: include_str!("../../../../../data/scheme/occupations.csv"),
    levels: include_str!("../../../../../data/scheme/levels.csv"),
    standards: include_str!("../../../../../data/scheme/standards.csv"),
    clauses: include_str!("../../../../../data/scheme/clauses.json"),
    components: include_str!("../../../../../data/scheme/components.csv"),
    fees: include_str!("../../../../../data/scheme/fees.csv"),
    time_limits: include_str!("../../../../../data/scheme/time-limits.csv"),
    calendar: include_str!("../../../../../data/calendar-cn.csv"),
};

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn level(code: &str) -> LevelCode {
    LevelCode::parse(code).unwrap()
}

pub async fn seeded(db: &Db) -> Tx {
    let mut tx = db.write().await.unwrap();
    scheme::seed(&mut tx, &SEED).await.unwrap();
    tx
}
