//! The rows of sites and rooms. One function per sentence.
use kernel::OrgPath;
use sqlx::FromRow;
use store::{Tx, on, queries, was_changed};

use crate::{Blocked, Room, RoomId, RoomKind, Site, SiteId, check};

queries! {
    SITE = "SELECT id, org_path, code, name_zh, name_en, address FROM site WHERE id = $1";
    SITE_BY_CODE = "SELECT id, org_path, code, name_zh, name_en, address FROM site WHERE code = $1";
    SITES = "SELECT id, org_path, code, name_zh, name_en, address FROM site ORDER BY code";
    /// `$2` and `$3` bound what begins with the path and a slash; 0 follows / in ASCII.
    SITES_WITHIN = "SELECT id, org_path, code, name_zh, name_en, address FROM site
        WHERE org_path = $1 OR (org_path >= $2 AND org_path < $3) ORDER BY code";
    ROOM = "SELECT id, site_id, code, name_zh, name_en, kind, row_count, column_count, blocked
        FROM room WHERE id = $1";
    ROOMS = "SELECT id, site_id, code, name_zh, name_en, kind, row_count, column_count, blocked
        FROM room WHERE site_id = $1 ORDER BY code";
    ALL_ROOMS = "SELECT id, site_id, code, name_zh, name_en, kind, row_count, column_count, blocked
        FROM room ORDER BY site_id, code";
    SITE_WITH_ROOMS = "SELECT s.id, s.org_path, s.code, s.name_zh, s.name_en, s.address, r.id AS room_id,
        r.code AS room_code, r.name_zh AS room_zh, r.name_en AS room_en, r.kind, r.row_count, r.column_count, r.blocked
        FROM site s LEFT JOIN room r ON r.site_id = s.id WHERE s.id = $1 ORDER BY r.code NULLS LAST, r.id NULLS LAST";
    SITES_WITH_ROOMS = "SELECT s.id, s.org_path, s.code, s.name_zh, s.name_en, s.address, r.id AS room_id,
        r.code AS room_code, r.name_zh AS room_zh, r.name_en AS room_en, r.kind, r.row_count, r.column_count, r.blocked
        FROM site s LEFT JOIN room r ON r.site_id = s.id
        ORDER BY s.code, s.id, r.code NULLS LAST, r.id NULLS LAST";
    ADD_SITE = "INSERT INTO site (id, org_path, code, name_zh, name_en, address)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    ADD_ROOM = "INSERT INTO room (id, site_id, code, name_zh, name_en, kind, row_count,
        column_count, blocked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    /// Changes nothing if somebody changed the places since the caller looked.
    BLOCK_PLACES = "UPDATE room SET blocked = $3 WHERE id = $1 AND blocked = $2";
}

/// A site beside one of its rooms; nothing there for a site without any.
#[derive(FromRow)]
struct SiteAndRoom {
    #[sqlx(flatten)]
    site: Site,
    room_id: Option<RoomId>,
    room_code: Option<String>,
    room_zh: Option<String>,
    room_en: Option<String>,
    kind: Option<RoomKind>,
    row_count: Option<i64>,
    column_count: Option<i64>,
    blocked: Option<String>,
}

impl SiteAndRoom {
    fn room(&self) -> sqlx::Result<Option<Room>> {
        let blocked = Blocked::parse(self.blocked.as_deref().unwrap_or_default());
        let blocked = blocked.map_err(|error| sqlx::Error::Decode(error.into()))?;
        let room = || {
            Some(Room {
                id: self.room_id.clone()?,
                site_id: self.site.id.clone(),
                code: self.room_code.clone()?,
                name_zh: self.room_zh.clone()?,
                name_en: self.room_en.clone()?,
                kind: self.kind?,
                row_count: self.row_count?,
                column_count: self.column_count?,
                blocked,
            })
        };
        Ok(room())
    }
}

/// Each site once, with its rooms.
fn gathered(rows: Vec<SiteAndRoom>) -> sqlx::Result<Vec<(Site, Vec<Room>)>> {
    let mut sites: Vec<(Site, Vec<Room>)> = Vec::new();
    for row in rows {
        let room = row.room()?;
        if sites.last().is_none_or(|(site, _)| site.id != row.site.id) {
            sites.push((row.site, Vec::new()));
        }
        if let Some((_, rooms)) = sites.last_mut() {
            rooms.extend(room);
        }
    }
    Ok(sites)
}

/// One site.
///
/// # Errors
/// When the database fails.
pub async fn site(tx: &mut Tx, id: &SiteId) -> sqlx::Result<Option<Site>> {
    on!(tx, |conn| sqlx::query_as(SITE).bind(id).fetch_optional(conn).await)
}

/// One site with its rooms, by code.
///
/// # Errors
/// When the database fails.
pub async fn site_with_rooms(tx: &mut Tx, id: &SiteId) -> sqlx::Result<Option<(Site, Vec<Room>)>> {
    let rows = on!(tx, |conn| sqlx::query_as(SITE_WITH_ROOMS).bind(id).fetch_all(conn).await)?;
    Ok(gathered(rows)?.pop())
}

/// Every site with its rooms, by code.
///
/// # Errors
/// When the database fails.
pub async fn sites_with_rooms(tx: &mut Tx) -> sqlx::Result<Vec<(Site, Vec<Room>)>> {
    gathered(on!(tx, |conn| sqlx::query_as(SITES_WITH_ROOMS).fetch_all(conn).await)?)
}

/// The site with this code.
///
/// # Errors
/// When the database fails.
pub async fn site_by_code(tx: &mut Tx, code: &str) -> sqlx::Result<Option<Site>> {
    on!(tx, |conn| sqlx::query_as(SITE_BY_CODE).bind(code).fetch_optional(conn).await)
}

/// Every site, by code.
///
/// # Errors
/// When the database fails.
pub async fn sites(tx: &mut Tx) -> sqlx::Result<Vec<Site>> {
    on!(tx, |conn| sqlx::query_as(SITES).fetch_all(conn).await)
}

/// The sites run by the organisation at a path or by any below it, by code.
///
/// # Errors
/// When the database fails.
pub async fn sites_within(tx: &mut Tx, path: &OrgPath) -> sqlx::Result<Vec<Site>> {
    on!(tx, |conn| sqlx::query_as(SITES_WITHIN)
        .bind(path)
        .bind(format!("{path}/"))
        .bind(format!("{path}0"))
        .fetch_all(conn)
        .await)
}

/// One room.
///
/// # Errors
/// When the database fails.
pub async fn room(tx: &mut Tx, id: &RoomId) -> sqlx::Result<Option<Room>> {
    on!(tx, |conn| sqlx::query_as(ROOM).bind(id).fetch_optional(conn).await)
}

/// The rooms of a site, by code.
///
/// # Errors
/// When the database fails.
pub async fn rooms(tx: &mut Tx, site: &SiteId) -> sqlx::Result<Vec<Room>> {
    on!(tx, |conn| sqlx::query_as(ROOMS).bind(site).fetch_all(conn).await)
}

/// Every room of every site, by site and code.
///
/// # Errors
/// When the database fails.
pub async fn all_rooms(tx: &mut Tx) -> sqlx::Result<Vec<Room>> {
    on!(tx, |conn| sqlx::query_as(ALL_ROOMS).fetch_all(conn).await)
}

/// Adds a site; false when its id or code is taken.
///
/// # Errors
/// When the database fails.
pub async fn add_site(tx: &mut Tx, row: &Site) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_SITE)
        .bind(&row.id)
        .bind(&row.org_path)
        .bind(&row.code)
        .bind(&row.name_zh)
        .bind(&row.name_en)
        .bind(&row.address)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a room; false when its id, or its code at the site, is taken.
///
/// # Errors
/// When the database fails, the site is not there, or the layout makes no sense ([`check`]).
pub async fn add_room(tx: &mut Tx, row: &Room) -> sqlx::Result<bool> {
    check(row).map_err(|refused| sqlx::Error::Encode(refused.into()))?;
    on!(tx, |conn| sqlx::query(ADD_ROOM)
        .bind(&row.id)
        .bind(&row.site_id)
        .bind(&row.code)
        .bind(&row.name_zh)
        .bind(&row.name_en)
        .bind(row.kind)
        .bind(row.row_count)
        .bind(row.column_count)
        .bind(row.blocked.text())
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Sets which places of the room the caller saw are blocked; false when they were changed since.
///
/// # Errors
/// When the database fails, or the layout would make no sense ([`check`]).
pub async fn block_places(tx: &mut Tx, seen: &Room, blocked: Blocked) -> sqlx::Result<bool> {
    let changed = Room { blocked, ..seen.clone() };
    check(&changed).map_err(|refused| sqlx::Error::Encode(refused.into()))?;
    on!(tx, |conn| sqlx::query(BLOCK_PLACES)
        .bind(&seen.id)
        .bind(seen.blocked.text())
        .bind(changed.blocked.text())
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
