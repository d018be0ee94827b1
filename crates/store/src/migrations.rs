//! One folder of plain DDL for both engines, applied in order, forward only. Where one text cannot do for both, a file
//! ends in `.sqlite.sql` and another of the same number in `.postgres.sql`.
use std::borrow::Cow;

use sqlx::{
    SqlStr,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::{Db, Engine};

/// File name and text of every migration, in order.
pub const MIGRATIONS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// Brings the schema up to this binary's version; does nothing when it is there.
///
/// # Errors
/// When a statement fails (then that file was rolled back), or when the database was written by a
/// newer binary or a migration was edited after it ran.
pub async fn migrate(db: &Db) -> sqlx::Result<()> {
    let migrations = MIGRATIONS
        .iter()
        .filter(|(name, _)| is_for(name, db.engine()))
        .map(|(name, text)| {
            let stem = name.split_once('.').map_or(*name, |(stem, _)| stem);
            let (number, words) = stem.split_once('_').unwrap_or((stem, ""));
            let version = number.parse().map_err(|_| {
                sqlx::Error::Configuration(format!("migration {name} does not begin with a number").into())
            })?;
            Ok(Migration::new(
                version,
                Cow::Owned(words.replace('_', " ")),
                MigrationType::Simple,
                SqlStr::from_static(text),
                false,
            ))
        })
        .collect::<sqlx::Result<Vec<_>>>()?;
    let migrator = Migrator::with_migrations(migrations);
    let done = match db {
        Db::Sqlite { writer, .. } => migrator.run(writer).await,
        Db::Postgres(pool) => migrator.run(pool).await,
    };
    done.map_err(|error| sqlx::Error::Configuration(Box::new(error)))
}

/// Whether a file of this name is for `engine`.
fn is_for(name: &str, engine: Engine) -> bool {
    let only = [Engine::Sqlite, Engine::Postgres]
        .into_iter()
        .find(|one| name.ends_with(&format!(".{}.sql", one.name())));
    only.is_none_or(|only| only == engine)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Engine, MIGRATIONS, is_for};

    #[test]
    fn each_number_is_one_file_of_each_engine() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let mut files: BTreeMap<&str, usize> = BTreeMap::new();
            for (name, _) in MIGRATIONS.iter().filter(|(name, _)| is_for(name, engine)) {
                *files.entry(name.split('_').next().unwrap()).or_default() += 1;
            }
            assert!(files.values().all(|count| *count == 1), "{engine:?}: {files:?}");
        }
        let forks = MIGRATIONS.iter().filter(|(name, _)| !is_for(name, Engine::Sqlite)).count();
        assert!(forks < 4, "a handful of forked files at most, {forks} are");
    }
}
