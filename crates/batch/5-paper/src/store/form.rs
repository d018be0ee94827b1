//! Forms, what stands in them, and their prints.
use ::store::{Tx, on, push_keys, queries, was_changed};
use itembank::ItemKind;
use kernel::{BatchCode, Digest, LevelCode, OccupationCode, Score, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

use crate::{FormItem, FormLetter};

/// How a form stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum FormStatus {
    /// May be assembled anew.
    Assembled,
    /// Never changes again.
    Locked,
}

/// One form of a theory paper.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Form {
    /// Key.
    pub id: String,
    /// Its batch.
    pub batch_code: BatchCode,
    /// Its occupation.
    pub occupation_code: OccupationCode,
    /// Its level.
    pub level_code: LevelCode,
    /// A, B or the reserve.
    pub letter: FormLetter,
    /// The version of the blueprint it was assembled by.
    pub blueprint_id: String,
    /// From which the draw of its items can be repeated: 64 hexadecimal digits.
    pub seed: String,
    /// Time allowed.
    pub minutes: i64,
    /// SHA-256 of everything it says, keys included.
    pub digest: Digest,
    /// How it stands.
    pub status: FormStatus,
    /// Account that assembled it.
    pub assembled_by: String,
    /// When.
    pub assembled_at: UnixMicros,
    /// When it was locked.
    pub locked_at: Option<UnixMicros>,
}

#[derive(FromRow)]
struct FormItemRow {
    no: i64,
    item_id: String,
    item_version: i64,
    point_code: String,
    kind: ItemKind,
    difficulty_centi: i64,
    stem: String,
    options: String,
    answer_key: String,
    points_centi: Score,
}

/// What the items of one kind in a form add up to.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FormSum {
    /// The form.
    pub form_id: String,
    /// The kind.
    pub kind: ItemKind,
    /// How many items.
    pub items: i64,
    /// What they are worth.
    pub points: Score,
    /// Points × difficulty, in ten-thousandths of a point.
    pub expected: i64,
}

/// How often a document of a form was fetched to be printed.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PrintCount {
    /// The form.
    pub form_id: String,
    /// `paper` or `answer_sheet`.
    pub document: String,
    /// How often.
    pub count: i64,
    /// When last.
    pub last_at: UnixMicros,
}

queries! {
    FORMS = "SELECT id, batch_code, occupation_code, level_code, letter, blueprint_id, seed, minutes, digest, status,
             assembled_by, assembled_at, locked_at FROM form WHERE batch_code = $1
             ORDER BY occupation_code, level_code, letter";
    FORM_BY_ID = "SELECT id, batch_code, occupation_code, level_code, letter, blueprint_id, seed, minutes, digest,
                  status, assembled_by, assembled_at, locked_at FROM form WHERE id = $1 AND batch_code = $2";
    LOCKED_FORM = "SELECT id, batch_code, occupation_code, level_code, letter, blueprint_id, seed, minutes, digest,
                   status, assembled_by, assembled_at, locked_at FROM form WHERE batch_code = $1
                   AND occupation_code = $2 AND level_code = $3 AND letter = $4 AND status = 'locked'";
    FORM_ITEMS = "SELECT no, item_id, item_version, point_code, kind, difficulty_centi, stem, options, answer_key,
                  points_centi FROM form_item WHERE form_id = $1 ORDER BY no";
    FORM_SUMS = "SELECT x.form_id, x.kind, COUNT(*) AS items, CAST(SUM(x.points_centi) AS BIGINT) AS points,
                 CAST(SUM(x.points_centi * x.difficulty_centi) AS BIGINT) AS expected
                 FROM form_item x JOIN form f ON f.id = x.form_id WHERE f.batch_code = $1
                 GROUP BY x.form_id, x.kind ORDER BY x.form_id, x.kind";
    /// Only forms that are not locked: a locked one and its items stay whatever the caller believes.
    REMOVE_ITEMS = "DELETE FROM form_item WHERE form_id IN (SELECT f.id FROM form f WHERE f.batch_code = $1
                    AND f.occupation_code = $2 AND f.level_code = $3 AND f.status = 'assembled')";
    REMOVE_FORMS = "DELETE FROM form WHERE batch_code = $1 AND occupation_code = $2 AND level_code = $3
                    AND status = 'assembled'";
    ADD_FORM = "INSERT INTO form (id, batch_code, occupation_code, level_code, letter, blueprint_id, seed, minutes,
                digest, status, assembled_by, assembled_at, locked_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'assembled', $10, $11, NULL)";
    /// Nothing is added to a locked form.
    ADD_FORM_ITEM = "INSERT INTO form_item (form_id, no, item_id, item_version, point_code, kind, difficulty_centi, stem,
                     options, answer_key, points_centi)
                     SELECT f.id, CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT),
                     CAST($6 AS TEXT), CAST($7 AS BIGINT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS TEXT),
                     CAST($11 AS BIGINT) FROM form f WHERE f.id = $1 AND f.status = 'assembled'";
    LOCK_FORM = "UPDATE form SET status = 'locked', locked_at = $3
                 WHERE id = $1 AND digest = $2 AND status = 'assembled'";
    /// Only a locked form is printed.
    ADD_PRINT = "INSERT INTO form_print (id, form_id, document, printed_by, printed_at)
                 SELECT CAST($1 AS TEXT), f.id, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT)
                 FROM form f WHERE f.id = $2 AND f.status = 'locked'";
    PRINTS = "SELECT p.form_id, p.document, COUNT(*) AS count, MAX(p.printed_at) AS last_at
              FROM form_print p JOIN form f ON f.id = p.form_id WHERE f.batch_code = $1
              GROUP BY p.form_id, p.document ORDER BY p.form_id, p.document";
}

/// Every form of a batch, by occupation, level and letter.
///
/// # Errors
/// Storage.
pub async fn forms(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Form>> {
    on!(tx, |conn| sqlx::query_as(FORMS).bind(batch).fetch_all(conn).await)
}

/// Every form of several batches.
pub(crate) async fn forms_of(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<Form>> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT id, batch_code, occupation_code, level_code, letter, blueprint_id, seed, minutes, digest, status,
             assembled_by, assembled_at, locked_at FROM form WHERE batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push("ORDER BY batch_code, occupation_code, level_code, letter");
        query.build_query_as().fetch_all(conn).await
    })
}

/// A form of a batch by its id, locked or not.
///
/// # Errors
/// Storage.
pub async fn form_by_id(tx: &mut Tx, batch: &BatchCode, id: &str) -> sqlx::Result<Option<Form>> {
    on!(tx, |conn| sqlx::query_as(FORM_BY_ID).bind(id).bind(batch).fetch_optional(conn).await)
}

/// The locked form with this letter; none while it is not locked.
///
/// # Errors
/// Storage.
pub async fn form(
    tx: &mut Tx,
    batch: &BatchCode,
    occupation: &OccupationCode,
    level: &LevelCode,
    letter: &str,
) -> sqlx::Result<Option<Form>> {
    on!(tx, |conn| sqlx::query_as(LOCKED_FORM)
        .bind(batch)
        .bind(occupation)
        .bind(level)
        .bind(letter)
        .fetch_optional(conn)
        .await)
}

/// What a form says, by number, keys included.
///
/// # Errors
/// Storage.
pub async fn form_items(tx: &mut Tx, form: &str) -> sqlx::Result<Vec<FormItem>> {
    let rows: Vec<FormItemRow> = on!(tx, |conn| sqlx::query_as(FORM_ITEMS).bind(form).fetch_all(conn).await)?;
    rows.into_iter().map(FormItemRow::item).collect()
}

/// What the forms of a batch add up to, by kind.
///
/// # Errors
/// Storage.
pub async fn form_sums(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<FormSum>> {
    on!(tx, |conn| sqlx::query_as(FORM_SUMS).bind(batch).fetch_all(conn).await)
}

/// Removes the forms of a level that are not locked, before new ones are assembled.
///
/// # Errors
/// Storage.
pub async fn remove_assembled(
    tx: &mut Tx,
    batch: &BatchCode,
    occupation: &OccupationCode,
    level: &LevelCode,
) -> sqlx::Result<()> {
    for statement in [REMOVE_ITEMS, REMOVE_FORMS] {
        on!(tx, |conn| sqlx::query(statement)
            .bind(batch)
            .bind(occupation)
            .bind(level)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Writes an assembled form and what it says.
///
/// # Errors
/// A unique violation when the level has a form with this letter; storage.
pub async fn add_form(tx: &mut Tx, form: &Form, items: &[FormItem]) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(ADD_FORM)
        .bind(&form.id)
        .bind(&form.batch_code)
        .bind(&form.occupation_code)
        .bind(&form.level_code)
        .bind(form.letter)
        .bind(&form.blueprint_id)
        .bind(&form.seed)
        .bind(form.minutes)
        .bind(&form.digest)
        .bind(&form.assembled_by)
        .bind(form.assembled_at)
        .execute(conn)
        .await
        .map(|_| ()))?;
    for item in items {
        add_form_item(tx, &form.id, item).await?;
    }
    Ok(())
}

/// Adds an item to an assembled form; `false` when the form is locked or unknown: then nothing was added.
///
/// # Errors
/// Storage.
pub async fn add_form_item(tx: &mut Tx, form: &str, item: &FormItem) -> sqlx::Result<bool> {
    let options = serde_json::to_string(&item.options).map_err(|error| sqlx::Error::Encode(error.into()))?;
    on!(tx, |conn| sqlx::query(ADD_FORM_ITEM)
        .bind(form)
        .bind(item.no)
        .bind(&item.item_id)
        .bind(item.item_version)
        .bind(&item.point_code)
        .bind(item.kind)
        .bind(item.difficulty)
        .bind(&item.stem)
        .bind(&options)
        .bind(&item.key)
        .bind(item.points)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Locks a form whose digest is this; `false` when it is locked already or says something else.
///
/// # Errors
/// Storage.
pub async fn lock_form(tx: &mut Tx, id: &str, digest: &Digest, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(LOCK_FORM)
        .bind(id)
        .bind(digest)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Notes that a document (`paper`, `answer_sheet`) of a locked form was fetched; `false` when it is not locked.
///
/// # Errors
/// Storage.
pub async fn add_print(
    tx: &mut Tx,
    id: &str,
    form: &str,
    document: &str,
    who: &str,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_PRINT)
        .bind(id)
        .bind(form)
        .bind(document)
        .bind(who)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// How often the documents of a batch's forms were fetched.
///
/// # Errors
/// Storage.
pub async fn prints(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<PrintCount>> {
    on!(tx, |conn| sqlx::query_as(PRINTS).bind(batch).fetch_all(conn).await)
}

impl FormItemRow {
    fn item(self) -> sqlx::Result<FormItem> {
        let options =
            serde_json::from_str(&self.options).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(FormItem {
            no: self.no,
            item_id: self.item_id,
            item_version: self.item_version,
            point_code: self.point_code,
            kind: self.kind,
            difficulty: self.difficulty_centi,
            stem: self.stem,
            options,
            key: self.answer_key,
            points: self.points_centi,
        })
    }
}
