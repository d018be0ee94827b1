//! What is printed for a site: packs and their files.
use ::store::{Tx, on, queries, was_changed};
use job::JobId;
use kernel::{BatchCode, UnixMicros};
use sqlx::FromRow;
use venue::SiteId;

/// What a file of a pack holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum FileKind {
    Tickets,
    DoorLists,
    SeatCards,
    SignInSheets,
}

/// Everything printed for one site.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Pack {
    pub id: String,
    pub batch_code: BatchCode,
    pub site_id: SiteId,
    pub job_id: Option<JobId>,
    pub people_most: i64,
    pub site_version: i64,
    pub file_total: i64,
    pub asked_at: UnixMicros,
    pub made_at: Option<UnixMicros>,
}

/// One PDF of a pack.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct PackFile {
    pub pack_id: String,
    pub number: i64,
    pub kind: FileKind,
    pub first_in: String,
    pub last_in: String,
    pub people: i64,
    pub digest: String,
}

/// A pack beside one of its files; nothing there while it has none.
#[derive(FromRow)]
struct PackRow {
    #[sqlx(flatten)]
    pack: Pack,
    number: Option<i64>,
    kind: Option<FileKind>,
    first_in: Option<String>,
    last_in: Option<String>,
    people: Option<i64>,
    digest: Option<String>,
}

impl PackRow {
    fn file(&self) -> Option<PackFile> {
        Some(PackFile {
            pack_id: self.pack.id.clone(),
            number: self.number?,
            kind: self.kind?,
            first_in: self.first_in.clone()?,
            last_in: self.last_in.clone()?,
            people: self.people?,
            digest: self.digest.clone()?,
        })
    }
}

queries! {
    INSERT = "INSERT INTO print_pack (id, batch_code, site_id, job_id, people_most, site_version, file_total, asked_at,
              made_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, NULL)";
    PACK = "SELECT id, batch_code, site_id, job_id, people_most, site_version, file_total, asked_at, made_at
            FROM print_pack WHERE id = $1 AND batch_code = $2";
    LAST = "SELECT p.id, p.batch_code, p.site_id, p.job_id, p.people_most, p.site_version, p.file_total, p.asked_at,
            p.made_at, f.number, f.kind, f.first_in, f.last_in, f.people, f.digest
            FROM print_pack p LEFT JOIN print_file f ON f.pack_id = p.id
            WHERE p.id = (SELECT id FROM print_pack WHERE batch_code = $1 AND site_id = $2
                          ORDER BY asked_at DESC, id DESC LIMIT 1)
            ORDER BY f.number NULLS LAST";
    SET_TOTAL = "UPDATE print_pack SET file_total = $2 WHERE id = $1";
    FINISH = "UPDATE print_pack SET made_at = $2 WHERE id = $1 AND made_at IS NULL";
    CLEAR_FILES = "DELETE FROM print_file WHERE pack_id = $1";
    FILES = "SELECT pack_id, number, kind, first_in, last_in, people, digest FROM print_file WHERE pack_id = $1
             ORDER BY number";
    FILE = "SELECT pack_id, number, kind, first_in, last_in, people, digest FROM print_file
            WHERE pack_id = $1 AND number = $2";
    INSERT_FILE = "INSERT INTO print_file (pack_id, number, kind, first_in, last_in, people, digest)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (pack_id, number) DO NOTHING";
}

/// Writes a pack that is to be made.
pub(crate) async fn insert(tx: &mut Tx, pack: &Pack) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT)
        .bind(&pack.id)
        .bind(&pack.batch_code)
        .bind(&pack.site_id)
        .bind(&pack.job_id)
        .bind(pack.people_most)
        .bind(pack.site_version)
        .bind(pack.asked_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// A pack of a batch.
pub(crate) async fn pack(tx: &mut Tx, batch: &BatchCode, id: &str) -> sqlx::Result<Option<Pack>> {
    on!(tx, |conn| sqlx::query_as(PACK).bind(id).bind(batch).fetch_optional(conn).await)
}

/// The pack of a site that was asked for last, with its files that are there, by number.
pub(crate) async fn last(
    tx: &mut Tx,
    batch: &BatchCode,
    site: &SiteId,
) -> sqlx::Result<Option<(Pack, Vec<PackFile>)>> {
    let rows: Vec<PackRow> =
        on!(tx, |conn| sqlx::query_as(LAST).bind(batch).bind(site).fetch_all(conn).await)?;
    let files = rows.iter().filter_map(PackRow::file).collect();
    Ok(rows.into_iter().next().map(|row| (row.pack, files)))
}

/// How many files a pack will have.
pub(crate) async fn set_total(tx: &mut Tx, id: &str, total: i64) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(SET_TOTAL).bind(id).bind(total).execute(conn).await.map(|_| ()))
}

/// Every file of the pack is there; `false` when that was known.
pub(crate) async fn finish(tx: &mut Tx, id: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(FINISH)
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The files of a pack that are there, by number.
pub(crate) async fn files(tx: &mut Tx, id: &str) -> sqlx::Result<Vec<PackFile>> {
    on!(tx, |conn| sqlx::query_as(FILES).bind(id).fetch_all(conn).await)
}

/// One file of a pack.
pub(crate) async fn file(tx: &mut Tx, id: &str, number: i64) -> sqlx::Result<Option<PackFile>> {
    on!(tx, |conn| sqlx::query_as(FILE).bind(id).bind(number).fetch_optional(conn).await)
}

/// Adds a file that lies in the file store.
pub(crate) async fn insert_file(tx: &mut Tx, file: &PackFile) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_FILE)
        .bind(&file.pack_id)
        .bind(file.number)
        .bind(file.kind)
        .bind(&file.first_in)
        .bind(&file.last_in)
        .bind(file.people)
        .bind(&file.digest)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Takes the files of a pack back.
pub(crate) async fn clear_files(tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(CLEAR_FILES).bind(id).execute(conn).await.map(|_| ()))
}
