//! One statement for many rows: written to, and found by their keys.
use std::borrow::Cow;

use rusqlite::{
    ToSql, params_from_iter,
    types::{ToSqlOutput, ValueRef},
};
use sqlx::{AssertSqlSafe, PgConnection, Row as _, SqliteConnection, postgres::PgRow};

use crate::{Tx, Value, asked_once, direct::direct};

/// A statement that PostgreSQL keeps prepared keeps the plan it had when its tables were empty.
const PLANNED_ONCE: bool = false;

/// Rows that one statement writes: `begin` stands before them, `end` behind. They are called `column1`, `column2`, …
/// as those of `VALUES` are. All rows have the same kinds of values in the same order.
///
/// SQLite is asked once for each row with a statement that is prepared once; PostgreSQL once for all, with an array for
/// each column. So the text is the same however many rows there are.
#[derive(Debug, Clone)]
pub struct Many<'a> {
    begin: &'static str,
    end: &'static str,
    values: Vec<Value<'a>>,
    rows: usize,
}

/// A row that is being put together.
#[derive(Debug)]
pub struct NextRow<'m, 'a>(&'m mut Many<'a>);

impl<'a> NextRow<'_, 'a> {
    /// The value of the next column.
    pub fn put(self, value: impl Into<Value<'a>>) -> Self {
        self.0.values.push(value.into());
        self
    }
}

impl<'a> Many<'a> {
    /// No rows yet.
    #[must_use]
    pub fn new(begin: &'static str, end: &'static str) -> Self {
        Self { begin, end, values: Vec::new(), rows: 0 }
    }

    /// One row more.
    pub fn row(&mut self) -> NextRow<'_, 'a> {
        self.rows += 1;
        NextRow(self)
    }

    /// How many rows were changed; none is asked for when there is nothing to write.
    ///
    /// # Errors
    /// Storage; then the transaction must not be committed, because some of the rows may be written.
    pub async fn write(self, tx: &mut Tx) -> sqlx::Result<u64> {
        let Some(width) = self.values.len().checked_div(self.rows) else { return Ok(0) };
        if width == 0 || width * self.rows != self.values.len() {
            return Err(sqlx::Error::Protocol("the rows of a statement are not equally long".into()));
        }
        asked_once();
        match tx {
            Tx::Sqlite(tx) => self.write_sqlite(&mut *tx, width).await,
            Tx::Postgres(tx) => self.write_postgres(&mut *tx, width).await,
        }
    }

    async fn write_sqlite(&self, conn: &mut SqliteConnection, width: usize) -> sqlx::Result<u64> {
        let statement = format!("{}VALUES ({}){}", self.begin, numbered("?", width), self.end);
        direct(conn, self.rows, |conn| {
            let mut prepared = conn.prepare(&statement)?;
            let mut changed = 0;
            for row in self.values.chunks(width) {
                changed += prepared.execute(params_from_iter(row))?;
            }
            Ok(u64::try_from(changed).unwrap_or(u64::MAX))
        })
        .await
    }

    async fn write_postgres(self, conn: &mut PgConnection, width: usize) -> sqlx::Result<u64> {
        let columns = columns(self.values, width)?;
        let arrays: Vec<String> =
            (1..).zip(&columns).map(|(at, column)| format!("${at}::{}", column.array())).collect();
        let (arrays, names) = (arrays.join(", "), numbered("column", width));
        let statement = format!("{}SELECT * FROM UNNEST({arrays}) AS u({names}){}", self.begin, self.end);
        // Two texts of the product and the numbers of columns between them.
        let query =
            columns.into_iter().fold(sqlx::query(AssertSqlSafe(statement)), |query, column| match column {
                Column::Numbers(numbers) => query.bind(numbers),
                Column::Texts(texts) => query.bind(texts),
                Column::Truths(truths) => query.bind(truths),
            });
        query.persistent(PLANNED_ONCE).execute(conn).await.map(|done| done.rows_affected())
    }
}

fn numbered(word: &str, most: usize) -> String {
    (1..=most).map(|at| format!("{word}{at}")).collect::<Vec<_>>().join(", ")
}

/// One column of all rows.
enum Column {
    Numbers(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
    Truths(Vec<bool>),
}

impl Column {
    fn array(&self) -> &'static str {
        match self {
            Self::Numbers(_) => "bigint[]",
            Self::Texts(_) => "text[]",
            Self::Truths(_) => "boolean[]",
        }
    }
}

fn columns(values: Vec<Value<'_>>, width: usize) -> sqlx::Result<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::with_capacity(width);
    for (at, value) in values.into_iter().enumerate() {
        if at < width {
            columns.push(match value {
                Value::Number(number) => Column::Numbers(vec![number]),
                Value::Text(text) => Column::Texts(vec![text.map(Cow::into_owned)]),
                Value::Truth(truth) => Column::Truths(vec![truth]),
            });
            continue;
        }
        match (columns.get_mut(at % width), value) {
            (Some(Column::Numbers(numbers)), Value::Number(number)) => numbers.push(number),
            (Some(Column::Texts(texts)), Value::Text(text)) => texts.push(text.map(Cow::into_owned)),
            (Some(Column::Truths(truths)), Value::Truth(truth)) => truths.push(truth),
            (_, value) => {
                return Err(sqlx::Error::Protocol(format!("{value:?} stands in a column of another kind")));
            }
        }
    }
    Ok(columns)
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Number(number) => number.map_or(ValueRef::Null, ValueRef::Integer),
            Self::Text(text) => text.as_ref().map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes())),
            Self::Truth(truth) => ValueRef::Integer(i64::from(*truth)),
        }))
    }
}

/// A row that was found, column after column.
#[derive(Debug)]
pub struct Found<'r> {
    row: Engine<'r>,
    next: usize,
}

#[derive(Debug)]
enum Engine<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r PgRow),
}

impl Found<'_> {
    fn column<T>(&mut self) -> sqlx::Result<T>
    where
        T: rusqlite::types::FromSql + for<'p> sqlx::Decode<'p, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let at = self.next;
        self.next += 1;
        match self.row {
            Engine::Sqlite(row) => row.get(at).map_err(|error| sqlx::Error::Decode(Box::new(error))),
            Engine::Postgres(row) => row.try_get(at),
        }
    }

    /// The text of the next column.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn text(&mut self) -> sqlx::Result<String> {
        self.column()
    }

    /// The text of the next column, if there is one.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn text_if_any(&mut self) -> sqlx::Result<Option<String>> {
        self.column()
    }

    /// The checked text of the next column.
    ///
    /// # Errors
    /// When it holds something else, or the check does not let it pass.
    pub fn value<T>(&mut self) -> sqlx::Result<T>
    where
        T: TryFrom<String, Error: std::error::Error + Send + Sync + 'static>,
    {
        T::try_from(self.text()?).map_err(|error| sqlx::Error::Decode(Box::new(error)))
    }

    /// The checked text of the next column, if there is one.
    ///
    /// # Errors
    /// When it holds something else, or the check does not let it pass.
    pub fn value_if_any<T>(&mut self) -> sqlx::Result<Option<T>>
    where
        T: TryFrom<String, Error: std::error::Error + Send + Sync + 'static>,
    {
        let checked = |text| T::try_from(text).map_err(|error| sqlx::Error::Decode(Box::new(error)));
        self.text_if_any()?.map(checked).transpose()
    }

    /// The number of the next column.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn number(&mut self) -> sqlx::Result<i64> {
        self.column()
    }

    /// The number of the next column, if there is one.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn number_if_any(&mut self) -> sqlx::Result<Option<i64>> {
        self.column()
    }
}

/// Everything that `statement` finds for one of these keys, read by `read`. The statement asks for one key, as `= $1`;
/// the values of `also` are its `$2`, `$3`, ….
///
/// SQLite is asked once for each key, PostgreSQL once for all. What belongs to one key comes in
/// the statement's order; it depends on the engine which key is first, unless the keys stand in that order too.
///
/// # Errors
/// Storage, and what `read` says.
pub async fn find_each<T>(
    tx: &mut Tx,
    statement: &'static str,
    (keys, also): (&[&str], &[Value<'_>]),
    read: fn(&mut Found<'_>) -> sqlx::Result<T>,
) -> sqlx::Result<Vec<T>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    asked_once();
    match tx {
        Tx::Sqlite(tx) => {
            // SQLite takes `$2` for a name and counts names as they come; `?2` is the second.
            let statement = statement.replace('$', "?");
            let found = direct(&mut *tx, keys.len(), |conn| each_key(conn, &statement, (keys, also), read));
            found.await?.into_iter().collect()
        }
        Tx::Postgres(tx) => {
            // A text of the product, with a list in place of one key.
            let statement = AssertSqlSafe(statement.replacen("= $1", "= ANY($1)", 1));
            let query = also.iter().fold(sqlx::query(statement).bind(keys), |query, value| match value {
                Value::Number(number) => query.bind(*number),
                Value::Text(text) => query.bind(text.as_deref().map(ToOwned::to_owned)),
                Value::Truth(truth) => query.bind(*truth),
            });
            let rows = query.persistent(PLANNED_ONCE).fetch_all(&mut **tx).await?;
            rows.iter().map(|row| read(&mut Found { row: Engine::Postgres(row), next: 0 })).collect()
        }
    }
}

fn each_key<T>(
    conn: &rusqlite::Connection,
    statement: &str,
    (keys, also): (&[&str], &[Value<'_>]),
    read: fn(&mut Found<'_>) -> sqlx::Result<T>,
) -> rusqlite::Result<Vec<sqlx::Result<T>>> {
    let mut prepared = conn.prepare(statement)?;
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let key = Value::from(*key);
        let mut rows = prepared.query(params_from_iter(std::iter::once(&key).chain(also)))?;
        while let Some(row) = rows.next()? {
            found.push(read(&mut Found { row: Engine::Sqlite(row), next: 0 }));
        }
    }
    Ok(found)
}
