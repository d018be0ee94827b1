//! What later stages read of a locked form: questions without keys for candidates, keys for scoring.
use ::store::{Tx, on, queries};
use itembank::ItemKind;
use kernel::Score;
use serde::Serialize;
use sqlx::FromRow;

/// A question as a candidate sees it. There is no key in it, and the statement that reads it does not name one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Its number in the form, from 1.
    pub no: i64,
    /// How it is answered.
    pub kind: ItemKind,
    /// The question; may hold line breaks.
    pub stem: String,
    /// Letter and text of each option; none for a judgement, which is answered `T` or `F`.
    pub options: Vec<(String, String)>,
    /// What it is worth.
    pub points: Score,
}

/// The right answer to a question. Only for scoring.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Key {
    /// Number of the question in the form.
    pub no: i64,
    /// How it is answered.
    pub kind: ItemKind,
    /// Letters in order (`ABD`); `T` or `F` for a judgement.
    #[sqlx(rename = "answer_key")]
    pub answer: String,
    /// What it is worth.
    #[sqlx(rename = "points_centi")]
    pub points: Score,
    /// Version of the item the key belongs to.
    #[sqlx(rename = "item_version")]
    pub key_version: i64,
}

#[derive(FromRow)]
struct QuestionRow {
    no: i64,
    kind: ItemKind,
    stem: String,
    options: String,
    points_centi: Score,
}

queries! {
    QUESTIONS = "SELECT x.no, x.kind, x.stem, x.options, x.points_centi FROM form_item x
                 JOIN form f ON f.id = x.form_id WHERE x.form_id = $1 AND f.status = 'locked' ORDER BY x.no";
    KEYS = "SELECT x.no, x.kind, x.answer_key, x.points_centi, x.item_version FROM form_item x
            JOIN form f ON f.id = x.form_id WHERE x.form_id = $1 AND f.status = 'locked' ORDER BY x.no";
}

/// The questions of a locked form, by number, without keys; none of a form that is not locked.
///
/// # Errors
/// Storage.
pub async fn questions(tx: &mut Tx, form_id: &str) -> sqlx::Result<Vec<Question>> {
    let rows: Vec<QuestionRow> =
        on!(tx, |conn| sqlx::query_as(QUESTIONS).bind(form_id).fetch_all(conn).await)?;
    rows.into_iter().map(QuestionRow::question).collect()
}

/// The keys of a locked form, by number. For scoring only: never for a page a candidate can reach.
///
/// # Errors
/// Storage.
pub async fn keys(tx: &mut Tx, form_id: &str) -> sqlx::Result<Vec<Key>> {
    on!(tx, |conn| sqlx::query_as(KEYS).bind(form_id).fetch_all(conn).await)
}

impl QuestionRow {
    fn question(self) -> sqlx::Result<Question> {
        let texts: Vec<String> =
            serde_json::from_str(&self.options).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let options = ('A'..='Z').zip(texts).map(|(letter, text)| (letter.to_string(), text)).collect();
        Ok(Question { no: self.no, kind: self.kind, stem: self.stem, options, points: self.points_centi })
    }
}
