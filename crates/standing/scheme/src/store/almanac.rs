//! The working calendar beside the time limits that are counted by it: whoever asks for a last day needs both.
use std::sync::Arc;

use kernel::{Day, WorkingCalendar};
use sqlx::FromRow;
use store::{Tx, on, queries};

use super::read::calendar_of;
use crate::{Bound, CalendarDay, Confidence, TimeLimit, Validity};

/// What last days are counted by.
#[derive(Debug, Clone)]
pub struct Almanac {
    /// Holidays and make-up days.
    pub calendar: Arc<WorkingCalendar>,
    /// Every time limit that ever held.
    pub limits: Vec<TimeLimit>,
}

/// A published day or a time limit; the fields of the other are empty.
#[derive(FromRow)]
struct Row {
    source: String,
    day: Option<Day>,
    kind: Option<String>,
    name: Option<String>,
    code: Option<String>,
    working_days: Option<i64>,
    bound: Option<Bound>,
    text_zh: Option<String>,
    text_en: Option<String>,
    valid_from: Option<Day>,
    valid_to: Option<Day>,
    confidence: Option<Confidence>,
}

impl Row {
    fn day(&self) -> Option<CalendarDay> {
        Some(CalendarDay {
            day: self.day?,
            kind: self.kind.clone()?,
            name: self.name.clone()?,
            source: self.source.clone(),
        })
    }

    fn limit(self) -> Option<TimeLimit> {
        Some(TimeLimit {
            code: self.code?,
            working_days: self.working_days?,
            bound: self.bound?,
            text_zh: self.text_zh?,
            text_en: self.text_en?,
            validity: Validity {
                valid_from: self.valid_from?,
                valid_to: self.valid_to,
                source: self.source,
                confidence: self.confidence?,
            },
        })
    }
}

queries! {
    /// Behind every page of a batch: one statement for both.
    ALMANAC = "SELECT source, day, kind, name, NULL AS code, NULL AS working_days, NULL AS bound, NULL AS text_zh,
        NULL AS text_en, NULL AS valid_from, NULL AS valid_to, NULL AS confidence FROM calendar_day
        UNION ALL SELECT source, NULL, NULL, NULL, code, working_days, bound, text_zh, text_en, valid_from,
        valid_to, confidence FROM time_limit
        ORDER BY day NULLS LAST, code NULLS LAST, valid_from NULLS LAST";
}

/// The calendar and every time limit.
///
/// # Errors
/// When the database fails.
pub async fn almanac(tx: &mut Tx) -> sqlx::Result<Almanac> {
    let rows: Vec<Row> = on!(tx, |conn| sqlx::query_as(ALMANAC).fetch_all(conn).await)?;
    let days: Vec<CalendarDay> = rows.iter().filter_map(Row::day).collect();
    let limits = rows.into_iter().filter_map(Row::limit).collect();
    Ok(Almanac { calendar: Arc::new(calendar_of(&days)), limits })
}
