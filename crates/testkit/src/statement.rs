//! The product's own statements, by name: for machines that live in guarded rows behind functions that only their
//! crate sees.
use sqlx::AssertSqlSafe;
use store::{Tx, on};

/// A value bound to a statement.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Number(i64),
    /// No text.
    NoText,
}

/// Statements of a crate, as its `ALL_QUERIES` lists them.
#[derive(Debug, Clone)]
pub struct Statements(Vec<(&'static str, String)>);

impl Statements {
    /// Those that name this table.
    #[must_use]
    pub fn about(table: &str, all: &[(&'static str, &'static str)]) -> Self {
        let named = all.iter().filter(|(_, text)| text.contains(table));
        Self(named.map(|(name, text)| (*name, (*text).to_owned())).collect())
    }

    /// The same with this guard taken out of one of them.
    ///
    /// # Panics
    /// When it has no such guard.
    #[must_use]
    pub fn without(mut self, name: &str, guard: &str) -> Self {
        let text = self.0.iter_mut().find(|one| one.0 == name).map(|one| &mut one.1);
        let text = text.unwrap_or_else(|| panic!("there is no statement {name}"));
        assert!(text.contains(guard), "{name} has no guard {guard}");
        *text = text.replace(guard, "");
        self
    }

    fn text(&self, name: &str) -> String {
        let mut found = self.0.iter().filter(|one| one.0 == name);
        match (found.next(), found.next()) {
            (Some((_, text)), None) => text.clone(),
            (first, _) => {
                panic!("there are {} statements {name}", if first.is_some() { "several" } else { "no" })
            }
        }
    }

    /// Runs one of them; whether it changed a row.
    ///
    /// # Panics
    /// When there is none of this name or more than one, or the engine refuses it.
    pub async fn run(&self, tx: &mut Tx, name: &str, values: &[Value<'_>]) -> bool {
        let text = self.text(name);
        let done = on!(tx, |conn| {
            let mut query = sqlx::query(AssertSqlSafe(text.clone()));
            for value in values {
                query = match value {
                    Value::Text(text) => query.bind((*text).to_owned()),
                    Value::Number(number) => query.bind(*number),
                    Value::NoText => query.bind(None::<String>),
                };
            }
            query.execute(conn).await.map(|done| done.rows_affected())
        });
        done.unwrap_or_else(|error| panic!("{name}: {error}")) > 0
    }

    /// Asks with one of them; whether it found a row.
    ///
    /// # Panics
    /// As [`Statements::run`].
    pub async fn finds(&self, tx: &mut Tx, name: &str, values: &[Value<'_>]) -> bool {
        let text = self.text(name);
        let done = on!(tx, |conn| {
            let mut query = sqlx::query(AssertSqlSafe(text.clone()));
            for value in values {
                query = match value {
                    Value::Text(text) => query.bind((*text).to_owned()),
                    Value::Number(number) => query.bind(*number),
                    Value::NoText => query.bind(None::<String>),
                };
            }
            query.fetch_optional(conn).await.map(|row| row.is_some())
        });
        done.unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// Writes rows of the test's own.
///
/// # Panics
/// When the engine refuses one.
pub async fn write(tx: &mut Tx, statements: &[&'static str]) {
    for statement in statements {
        let done = on!(&mut *tx, |conn| sqlx::query(*statement).execute(conn).await.map(|_| ()));
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// The text that a statement of the test's own finds for a key; none where it finds no row.
///
/// # Panics
/// When the engine refuses it.
pub async fn look(tx: &mut Tx, statement: &'static str, value: &str) -> Option<String> {
    let found: sqlx::Result<Option<String>> =
        on!(tx, |conn| sqlx::query_scalar(statement).bind(value.to_owned()).fetch_optional(conn).await);
    found.unwrap_or_else(|error| panic!("{statement}: {error}"))
}
