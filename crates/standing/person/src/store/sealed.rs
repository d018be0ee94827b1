//! People as their rows lie there: for the crates right of this one, which ask for people beside rows of their own
//! in one statement. The columns are named like the fields.
use sqlx::FromRow;

use super::{Person, PersonId, at};
use crate::{SealError, Vault};

/// What is sealed of a person, beside a row that names the person itself.
#[derive(Debug, Clone, FromRow)]
pub struct SealedParts {
    document_kind: String,
    document_sealed: String,
    name_sealed: String,
    phone_sealed: String,
    detail_sealed: String,
}

/// The whole row.
#[derive(Debug, Clone, FromRow)]
pub struct SealedPerson {
    id: PersonId,
    #[sqlx(flatten)]
    parts: SealedParts,
}

impl SealedPerson {
    /// The person, opened.
    ///
    /// # Errors
    /// A decode error when a sealed value does not open.
    pub fn open(self, vault: &Vault) -> sqlx::Result<Person> {
        self.parts.open(vault, &self.id)
    }
}

impl SealedParts {
    /// The person with this key, opened.
    ///
    /// # Errors
    /// A decode error when a sealed value does not open, or is another person's.
    pub fn open(self, vault: &Vault, id: &PersonId) -> sqlx::Result<Person> {
        let get = |column, sealed: &str| vault.open(at(column, id), sealed).map_err(decode);
        Ok(Person {
            name: get("name_sealed", &self.name_sealed)?,
            document: get("document_sealed", &self.document_sealed)?,
            phone: get("phone_sealed", &self.phone_sealed)?,
            detail: serde_json::from_str(&get("detail_sealed", &self.detail_sealed)?)
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            document_kind: self.document_kind,
            id: id.clone(),
        })
    }
}

fn decode(error: SealError) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
