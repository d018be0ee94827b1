//! The demo site and its rooms. Running it again changes nothing.
use kernel::OrgPath;
use scheme::{SeedRow, read_table, word};
use store::Tx;

use crate::{
    Blocked, Room, RoomKind, Site,
    store::{add_room, add_site},
};

/// The texts of the seed files; the caller read or embedded them.
#[derive(Debug, Clone, Copy)]
pub struct SeedFiles<'a> {
    /// `data/venue/sites.csv`.
    pub sites: &'a str,
    /// `data/venue/rooms.csv`.
    pub rooms: &'a str,
}

/// Why the files could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A cell or a table is wrong.
    #[error(transparent)]
    Table(#[from] scheme::SeedError),
    /// A site names an organisation that is not there.
    #[error("sites.csv: there is no organisation at {0}")]
    UnknownOrganisation(OrgPath),
    /// The database refused a row.
    #[error("the database refused a site or room: {0}")]
    Store(#[from] sqlx::Error),
}

/// Adds the sites and rooms that are not there yet and says how many were added; the organisations
/// come first. The caller commits; on an error nothing may be kept.
///
/// # Errors
/// [`SeedError`].
pub async fn seed(tx: &mut Tx, files: &SeedFiles<'_>) -> Result<u64, SeedError> {
    let mut added = 0;
    for line in read_table("sites.csv", files.sites)? {
        let row = site(&line)?;
        if organisation::by_path(tx, &row.org_path).await?.is_none() {
            return Err(SeedError::UnknownOrganisation(row.org_path));
        }
        added += u64::from(add_site(tx, &row).await?);
    }
    for line in read_table("rooms.csv", files.rooms)? {
        added += u64::from(add_room(tx, &room(&line)?).await?);
    }
    Ok(added)
}

pub(crate) fn site(line: &SeedRow) -> Result<Site, SeedError> {
    Ok(Site {
        id: line.text("id")?.into(),
        org_path: line.read("org_path", OrgPath::parse)?,
        code: line.text("code")?,
        name_zh: line.text("name_zh")?,
        name_en: line.text("name_en")?,
        address: line.text("address")?,
    })
}

pub(crate) fn room(line: &SeedRow) -> Result<Room, SeedError> {
    Ok(Room {
        id: line.text("id")?.into(),
        site_id: line.text("site_id")?.into(),
        code: line.text("code")?,
        name_zh: line.text("name_zh")?,
        name_en: line.text("name_en")?,
        kind: line.read("kind", word::<RoomKind>)?,
        row_count: line.read("row_count", str::parse)?,
        column_count: line.read("column_count", str::parse)?,
        blocked: line.read("blocked", Blocked::parse)?,
    })
}
