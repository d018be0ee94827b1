//! One folder of plain DDL for both engines, applied in order, forward only.
use std::borrow::Cow;

use sqlx::{
    SqlStr,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::Db;

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
        .map(|(name, text)| {
            let (number, words) = name.trim_end_matches(".sql").split_once('_').unwrap_or((name, ""));
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
