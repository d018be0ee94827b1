//! Applications: the rows.
use std::collections::HashSet;

use ::store::{Many, Tx, on, push_keys, push_within, queries, was_changed};
use kernel::{BatchCode, Day, LevelCode, OccupationCode, OrgPath, UnixMicros};
use person::PersonId;
use sqlx::{Database, FromRow, QueryBuilder};

use crate::{Application, ApplicationId, ApplicationStatus};

/// Keys named in one statement.
const BULK: usize = 1000;

const COLUMNS: &str = "SELECT id, batch_code, serial, person_id, occupation_code, level_code, clause_number,
    clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed, prior_issued_on, work_started_on,
    work_years_stated, education, major, diploma_sealed, source, particulars_sealed, status, origin, submitted_at,
    version, reviewed_photo FROM standing_application WHERE batch_code = ";

queries! {
    APPLICATION = "SELECT id, batch_code, serial, person_id, occupation_code, level_code, clause_number,
        clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed, prior_issued_on, work_started_on,
        work_years_stated, education, major, diploma_sealed, source, particulars_sealed, status, origin,
        submitted_at, version, reviewed_photo FROM standing_application WHERE id = $1";
    OF_PHONE = "SELECT a.id, a.batch_code, a.serial, a.person_id, a.occupation_code, a.level_code, a.clause_number,
        a.clause_text, a.point_path, a.exam_kind, a.prior_level, a.prior_certificate_sealed, a.prior_issued_on,
        a.work_started_on, a.work_years_stated, a.education, a.major, a.diploma_sealed, a.source,
        a.particulars_sealed, a.status, a.origin, a.submitted_at, a.version,
        a.reviewed_photo
        FROM standing_application a JOIN person p ON p.id = a.person_id
        WHERE p.phone_index = $1 ORDER BY a.submitted_at DESC, a.id DESC";
    OF_PERSON = "SELECT id, batch_code, serial, person_id, occupation_code, level_code, clause_number,
        clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed, prior_issued_on, work_started_on,
        work_years_stated, education, major, diploma_sealed, source, particulars_sealed, status, origin,
        submitted_at, version, reviewed_photo FROM standing_application
        WHERE batch_code = $1 AND person_id = $2 AND occupation_code = $3 AND level_code = $4";
    STANDING = "SELECT COUNT(*) FROM standing_application WHERE batch_code = $1 AND status <> 'withdrawn'";
    EVERYWHERE = "SELECT id, batch_code, serial, person_id, occupation_code, level_code, clause_number,
        clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed, prior_issued_on, work_started_on,
        work_years_stated, education, major, diploma_sealed, source, particulars_sealed, status, origin,
        submitted_at, version, reviewed_photo FROM standing_application
        WHERE person_id = $1 AND status <> 'withdrawn' ORDER BY batch_code, id";
    SET_STATUS = "UPDATE application SET status = $3, reviewed_photo = NULL, version = version + 1
        WHERE id = $1 AND version = $2";
    SETTLE = "UPDATE application SET status = $3, reviewed_photo = $4, version = version + 1
        WHERE id = $1 AND version = $2";
    HAND_IN_AGAIN = "UPDATE application SET status = 'submitted', submitted_at = $3, reviewed_photo = NULL,
        version = version + 1 WHERE id = $1 AND version = $2 AND status <> 'withdrawn'";
    REWRITE = "UPDATE application SET clause_number = $3, clause_text = $4, point_path = $5, exam_kind = $6,
        prior_level = $7, prior_certificate_sealed = $8, prior_issued_on = $9, work_started_on = $10,
        work_years_stated = $11, education = $12, major = $13, diploma_sealed = $14, source = $15,
        particulars_sealed = $16, status = 'submitted', submitted_at = $17, serial = $18, origin = $19,
        reviewed_photo = NULL, version = version + 1
        WHERE id = $1 AND version = $2";
}

/// Applications of one occupation, level and status.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Total {
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// Status.
    pub status: ApplicationStatus,
    /// How many.
    pub count: i64,
}

/// What the list of a batch is narrowed to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub occupation: Option<OccupationCode>,
    pub level: Option<LevelCode>,
    pub status: Option<ApplicationStatus>,
    pub point: Option<OrgPath>,
    pub serial: Option<i64>,
    pub person: Option<PersonId>,
}

/// One application.
///
/// # Errors
/// Storage.
pub async fn application(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Application>> {
    on!(tx, |conn| sqlx::query_as(APPLICATION).bind(id).fetch_optional(conn).await)
}

/// Which of these people have applied in another batch, whatever became of it.
pub(crate) async fn elsewhere(
    tx: &mut Tx,
    people: &[&str],
    batch: &BatchCode,
) -> sqlx::Result<HashSet<PersonId>> {
    let mut found = HashSet::new();
    for chunk in people.chunks(BULK) {
        let some: Vec<PersonId> = on!(&mut *tx, |conn| {
            let mut query =
                QueryBuilder::new("SELECT DISTINCT person_id FROM standing_application WHERE batch_code <> ");
            query.push_bind(batch).push(" AND person_id IN (");
            push_keys(&mut query, chunk);
            query.build_query_scalar().fetch_all(conn).await
        })?;
        found.extend(some);
    }
    Ok(found)
}

/// Every application of a batch at or below the given nodes, whatever its status, by serial.
///
/// # Errors
/// Storage.
pub async fn applications(tx: &mut Tx, batch: &BatchCode, at: &[OrgPath]) -> sqlx::Result<Vec<Application>> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push_bind(batch);
        query.push(" AND ");
        push_within(&mut query, "point_path", at);
        query.push(" ORDER BY serial, id");
        query.build_query_as().fetch_all(conn).await
    })
}

/// The applications of everybody who gave this phone, newest first: what a candidate may see.
/// `phone_index` is `identity::Subject::phone_index`.
///
/// # Errors
/// Storage.
pub async fn applications_of_phone(tx: &mut Tx, phone_index: &str) -> sqlx::Result<Vec<Application>> {
    on!(tx, |conn| sqlx::query_as(OF_PHONE).bind(phone_index).fetch_all(conn).await)
}

/// Changes how an application stands; `false` when somebody changed it since `seen_version`.
///
/// # Errors
/// Storage.
pub async fn set_status(
    tx: &mut Tx,
    id: &ApplicationId,
    seen_version: i64,
    status: ApplicationStatus,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(SET_STATUS)
        .bind(id)
        .bind(seen_version)
        .bind(status)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Decides an application (`Returned` or, accepted, `Submitted`) and keeps the photo it was decided
/// on: the digest of its sealed file, empty for none; `false` when somebody changed it since
/// `seen_version`.
///
/// # Errors
/// Storage.
pub async fn settle(
    tx: &mut Tx,
    id: &ApplicationId,
    seen_version: i64,
    status: ApplicationStatus,
    photo: &str,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(SETTLE)
        .bind(id)
        .bind(seen_version)
        .bind(status)
        .bind(photo)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Hands an application in again as it stands; its version is the one seen. `false` when somebody
/// changed it since, or it was taken back.
pub(crate) async fn hand_in_again(
    tx: &mut Tx,
    id: &ApplicationId,
    seen_version: i64,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(HAND_IN_AGAIN)
        .bind(id)
        .bind(seen_version)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The applications of a person in every batch, without those taken back, by batch.
pub(crate) async fn everywhere(tx: &mut Tx, person: &PersonId) -> sqlx::Result<Vec<Application>> {
    on!(tx, |conn| sqlx::query_as(EVERYWHERE).bind(person).fetch_all(conn).await)
}

/// Live counts by occupation, level and status at or below the given nodes.
///
/// # Errors
/// Storage.
pub async fn totals(tx: &mut Tx, batch: &BatchCode, at: &[OrgPath]) -> sqlx::Result<Vec<Total>> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT occupation_code, level_code, status, COUNT(*) AS count FROM standing_application
             WHERE batch_code = ",
        );
        query.push_bind(batch);
        query.push(" AND ");
        push_within(&mut query, "point_path", at);
        query.push(" GROUP BY occupation_code, level_code, status ORDER BY occupation_code DESC, level_code DESC, status");
        query.build_query_as().fetch_all(conn).await
    })
}

/// How many applications of a batch stand, not counting those taken back.
pub(crate) async fn standing(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(STANDING).bind(batch).fetch_one(conn).await)
}

/// How many applications the filter leaves.
pub(crate) async fn count(
    tx: &mut Tx,
    batch: &BatchCode,
    at: &[OrgPath],
    filter: &Filter,
) -> sqlx::Result<i64> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new("SELECT COUNT(*) FROM standing_application WHERE batch_code = ");
        query.push_bind(batch);
        query.push(" AND ");
        push_within(&mut query, "point_path", at);
        push_filter(&mut query, filter);
        query.build_query_scalar().fetch_one(conn).await
    })
}

/// One page of the applications the filter leaves, by serial.
pub(crate) async fn listed(
    tx: &mut Tx,
    batch: &BatchCode,
    at: &[OrgPath],
    filter: &Filter,
    (offset, limit): (i64, i64),
) -> sqlx::Result<Vec<Application>> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push_bind(batch);
        query.push(" AND ");
        push_within(&mut query, "point_path", at);
        push_filter(&mut query, filter);
        query.push(" ORDER BY serial, id LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
        query.build_query_as().fetch_all(conn).await
    })
}

/// The application of one person for one level, whatever its status.
pub(crate) async fn of_person(
    tx: &mut Tx,
    batch: &BatchCode,
    person: &PersonId,
    occupation: &OccupationCode,
    level: &LevelCode,
) -> sqlx::Result<Option<Application>> {
    on!(tx, |conn| sqlx::query_as(OF_PERSON)
        .bind(batch)
        .bind(person)
        .bind(occupation)
        .bind(level)
        .fetch_optional(conn)
        .await)
}

/// The applications of these people in a batch, whatever their status, by serial.
pub(crate) async fn of_people(
    tx: &mut Tx,
    batch: &BatchCode,
    people: &[PersonId],
) -> sqlx::Result<Vec<Application>> {
    let mut found = Vec::new();
    for chunk in people.chunks(BULK) {
        let rows: Vec<Application> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(COLUMNS);
            query.push_bind(batch).push(" AND person_id IN (");
            let mut list = query.separated(", ");
            for person in chunk {
                list.push_bind(person);
            }
            // Asked for an order, SQLite reads the whole batch in it rather than these few people.
            query.push(")");
            query.build_query_as().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    found.sort_by(|one, other| (one.serial, &one.id).cmp(&(other.serial, &other.id)));
    Ok(found)
}

/// Writes new applications; those of a roster stand when it is in force.
pub(crate) async fn insert_many(tx: &mut Tx, rows: &[Application], roster: Option<&str>) -> sqlx::Result<()> {
    let mut many = Many::new(
        "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code,
         clause_number, clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed,
         prior_issued_on, work_started_on, work_years_stated, education, major, diploma_sealed, source,
         particulars_sealed, status, origin, submitted_at, version, roster_id) ",
        "",
    );
    for new in rows {
        let text_of = |day: Option<Day>| day.map(|day| day.to_string());
        let row = many.row().put(new.id.as_str()).put(new.batch_code.as_str()).put(new.serial);
        let row = row.put(new.person_id.as_str()).put(new.occupation_code.as_str());
        let row = row.put(new.level_code.as_str()).put(new.clause_number.as_str());
        let row = row.put(new.clause_text.as_str()).put(new.point_path.as_str()).put(new.exam_kind.code());
        let row = row.put(new.prior_level.as_ref().map(LevelCode::as_str));
        let row = row.put(new.prior_certificate_sealed.as_str()).put(text_of(new.prior_issued_on));
        let row = row.put(text_of(new.work_started_on)).put(new.work_years_stated);
        let row = row.put(new.education.as_str()).put(new.major.as_str()).put(new.diploma_sealed.as_str());
        let row = row.put(new.source.as_str()).put(new.particulars_sealed.as_str());
        let row = row.put(new.status.code()).put(new.origin.code()).put(new.submitted_at);
        row.put(new.version).put(roster);
    }
    many.write(tx).await.map(|_| ())
}

/// Replaces what an application says and hands it in again; its version is the one seen. `false`
/// when somebody changed it since.
pub(crate) async fn rewrite(tx: &mut Tx, row: &Application) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(REWRITE)
        .bind(&row.id)
        .bind(row.version)
        .bind(&row.clause_number)
        .bind(&row.clause_text)
        .bind(&row.point_path)
        .bind(row.exam_kind)
        .bind(&row.prior_level)
        .bind(&row.prior_certificate_sealed)
        .bind(row.prior_issued_on)
        .bind(row.work_started_on)
        .bind(row.work_years_stated)
        .bind(&row.education)
        .bind(&row.major)
        .bind(&row.diploma_sealed)
        .bind(&row.source)
        .bind(&row.particulars_sealed)
        .bind(row.submitted_at)
        .bind(row.serial)
        .bind(row.origin)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

fn push_filter<'a, DB>(query: &mut QueryBuilder<DB>, filter: &'a Filter)
where
    DB: Database,
    String: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
    i64: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
{
    let texts = [
        (" AND occupation_code = ", filter.occupation.as_ref().map(|code| code.as_str())),
        (" AND level_code = ", filter.level.as_ref().map(|code| code.as_str())),
        (" AND point_path = ", filter.point.as_ref().map(|path| path.as_str())),
        (" AND status = ", filter.status.map(ApplicationStatus::code)),
        (" AND person_id = ", filter.person.as_ref().map(|id| id.as_str())),
    ];
    for (clause, value) in texts {
        if let Some(value) = value {
            query.push(clause).push_bind(value.to_owned());
        }
    }
    if let Some(serial) = filter.serial {
        query.push(" AND serial = ").push_bind(serial);
    }
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_few_people_are_looked_for_by_who_they_are() {
        let (_, db) = testkit::engines().await.remove(0);
        let ::store::Tx::Sqlite(mut tx) = db.write().await.unwrap() else { panic!("SQLite comes first") };
        for (end, by_person) in [("", true), ("ORDER BY serial, id", false)] {
            let text = format!("EXPLAIN QUERY PLAN {} 'b' AND person_id IN ('p') {end}", super::COLUMNS);
            let steps = sqlx::query_as(sqlx::AssertSqlSafe(text)).fetch_all(&mut *tx).await.unwrap();
            let is_so = |step: &(i64, i64, i64, String)| step.3.contains("person_id=?");
            assert_eq!(steps.iter().any(is_so), by_person, "{steps:?}");
        }
    }
}
