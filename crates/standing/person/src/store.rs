//! People: the rows.
pub(crate) mod photo;
mod sealed;

use ::store::{Many, Tx, on, queries};
use kernel::{DocumentKind, DocumentNumber, Entropy, PersonName, Phone, UnixMicros};
use serde::{Deserialize, Serialize};
use sqlx::QueryBuilder;

pub use sealed::{SealedParts, SealedPerson};

use crate::{Place, Vault};

/// Keys named in one statement.
const BULK: usize = 1000;

kernel::id_types! {
    /// A human being.
    PersonId;
}

/// What else is known of a person; sealed as one value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// 民族.
    pub ethnicity: String,
    /// 文化程度.
    pub education: String,
    /// 所在单位.
    pub employer: String,
    /// 通讯地址.
    pub address: String,
    /// 邮政编码.
    pub postcode: String,
    /// 电子邮箱.
    pub email: String,
    /// 户籍所在地.
    pub household: String,
    /// 政治面貌.
    pub affiliation: String,
}

/// A person as read, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Key.
    pub id: PersonId,
    /// Name as on the document.
    pub name: String,
    /// Kind of document in the words of the roster (居民身份证 …).
    pub document_kind: String,
    /// Number of the document, in full: mask before showing.
    pub document: String,
    /// Mobile phone.
    pub phone: String,
    /// The rest.
    pub detail: Detail,
}

impl Person {
    /// The document as a checked number; none for one that was kept before its kind had rules.
    #[must_use]
    pub fn document_number(&self) -> Option<DocumentNumber> {
        let kind = DocumentKind::named(&self.document_kind).unwrap_or(DocumentKind::ResidentCard);
        DocumentNumber::parse(kind, &self.document).ok()
    }

    /// The document number as pages and public lists show it.
    #[must_use]
    pub fn masked_document(&self) -> String {
        self.document_number().map_or_else(|| "********".to_owned(), |number| number.masked())
    }
}

/// A person to be written.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Key, made by the caller.
    pub id: PersonId,
    /// Name.
    pub name: PersonName,
    /// The document they prove themselves by.
    pub document: DocumentNumber,
    /// Phone.
    pub phone: Phone,
    /// The rest.
    pub detail: Detail,
}

queries! {
    FIND_BY_DOCUMENT = "SELECT id FROM person WHERE document_index = $1";
    FIND_BY_PHONE = "SELECT id FROM person WHERE phone_index = $1 ORDER BY id";
    UPDATE_CONTACT = "UPDATE person SET phone_index = $2, phone_sealed = $3, detail_sealed = $4,
                      version = version + 1 WHERE id = $1";
    CORRECT_PERSON = "UPDATE person SET name_sealed = $2, document_index = $3, document_sealed = $4,
                      document_kind = $5, version = version + 1 WHERE id = $1
                      AND NOT EXISTS (SELECT 1 FROM person other WHERE other.document_index = $3 AND other.id <> $1)";
    LOAD_PERSON = "SELECT id, document_kind, document_sealed, name_sealed, phone_sealed, detail_sealed
                   FROM person WHERE id = $1";
    REMOVE_PERSON = "DELETE FROM person WHERE id = $1";
}

/// Every named statement of this crate.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [ALL_QUERIES, photo::ALL_QUERIES].concat()
}

/// What a document is found by without being read: a keyed digest.
#[must_use]
pub fn document_index(vault: &Vault, document: &DocumentNumber) -> String {
    vault.index("document", &document.key())
}

/// The person who holds this document, if known.
///
/// # Errors
/// Storage.
pub async fn find_by_document(
    tx: &mut Tx,
    vault: &Vault,
    document: &DocumentNumber,
) -> sqlx::Result<Option<PersonId>> {
    let index = document_index(vault, document);
    on!(tx, |conn| sqlx::query_scalar(FIND_BY_DOCUMENT).bind(index).fetch_optional(conn).await)
}

/// The people who hold these documents, as far as they are known.
///
/// # Errors
/// Storage.
pub async fn find_by_documents(
    tx: &mut Tx,
    vault: &Vault,
    documents: &[&DocumentNumber],
) -> sqlx::Result<Vec<PersonId>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(1000) {
        let rows: Vec<PersonId> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new("SELECT id FROM person WHERE document_index IN (");
            let mut list = query.separated(", ");
            for document in chunk {
                list.push_bind(document_index(vault, document));
            }
            query.push(") ORDER BY id");
            query.build_query_scalar().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Reads the people who hold these documents, as far as they are known, by key.
///
/// # Errors
/// As [`load`].
pub async fn load_by_documents(
    tx: &mut Tx,
    vault: &Vault,
    documents: &[&DocumentNumber],
) -> sqlx::Result<Vec<Person>> {
    let mut people = Vec::new();
    for chunk in documents.chunks(BULK) {
        let rows: Vec<SealedPerson> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT id, document_kind, document_sealed, name_sealed, phone_sealed, detail_sealed
                 FROM person WHERE document_index IN (",
            );
            let mut list = query.separated(", ");
            for document in chunk {
                list.push_bind(document_index(vault, document));
            }
            query.push(") ORDER BY id");
            query.build_query_as().fetch_all(conn).await
        })?;
        for row in rows {
            people.push(row.open(vault)?);
        }
    }
    Ok(people)
}

/// Forgets a person again who was written for something that did not come to be: nothing may point
/// to them.
///
/// # Errors
/// A foreign key violation when something does; storage.
pub async fn remove(tx: &mut Tx, id: &PersonId) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(REMOVE_PERSON).bind(id).execute(conn).await.map(|_| ()))
}

/// Everybody who gave this phone number, oldest first.
///
/// # Errors
/// Storage.
pub async fn find_by_phone(tx: &mut Tx, vault: &Vault, phone: &Phone) -> sqlx::Result<Vec<PersonId>> {
    let index = vault.index("phone", phone.as_str());
    on!(tx, |conn| sqlx::query_scalar(FIND_BY_PHONE).bind(index).fetch_all(conn).await)
}

/// Writes a person, sealed.
///
/// # Errors
/// A unique violation when the document is already somebody's; storage.
pub async fn insert(
    tx: &mut Tx,
    vault: &Vault,
    entropy: &dyn Entropy,
    new: &NewPerson,
    now: UnixMicros,
) -> sqlx::Result<()> {
    insert_many(tx, vault, entropy, std::slice::from_ref(new), now).await
}

/// Writes several people, sealed.
///
/// # Errors
/// A unique violation when one of the documents is already somebody's; storage.
pub async fn insert_many(
    tx: &mut Tx,
    vault: &Vault,
    entropy: &dyn Entropy,
    people: &[NewPerson],
    now: UnixMicros,
) -> sqlx::Result<()> {
    let mut rows = Many::new(
        "INSERT INTO person (id, document_kind, document_index, document_sealed, name_sealed,
         phone_index, phone_sealed, detail_sealed, version, created_at) ",
        "",
    );
    for new in people {
        let seal = |column, plain: &str| vault.seal(entropy, at(column, &new.id), plain);
        let row = rows.row().put(new.id.as_str()).put(new.document.kind().name());
        let row = row.put(document_index(vault, &new.document));
        let row = row.put(seal("document_sealed", new.document.as_str()));
        let row = row.put(seal("name_sealed", new.name.as_str()));
        let row = row.put(vault.index("phone", new.phone.as_str()));
        let row = row.put(seal("phone_sealed", new.phone.as_str()));
        row.put(seal("detail_sealed", &to_json(&new.detail))).put(1_i64).put(now);
    }
    rows.write(tx).await.map(|_| ())
}

/// Replaces phone and details.
///
/// # Errors
/// Storage.
pub async fn update_contact(
    tx: &mut Tx,
    vault: &Vault,
    entropy: &dyn Entropy,
    id: &PersonId,
    phone: &Phone,
    detail: &Detail,
) -> sqlx::Result<()> {
    let seal = |column, plain: &str| vault.seal(entropy, at(column, id), plain);
    on!(tx, |conn| {
        sqlx::query(UPDATE_CONTACT)
            .bind(id)
            .bind(vault.index("phone", phone.as_str()))
            .bind(seal("phone_sealed", phone.as_str()))
            .bind(seal("detail_sealed", &to_json(detail)))
            .execute(conn)
            .await
            .map(|_| ())
    })
}

/// Corrects name and document number; `false` when the number is somebody else's, and then nothing
/// changes: two people are never made one.
///
/// # Errors
/// A unique violation when somebody else is given the number at the same moment; storage.
pub async fn correct(
    tx: &mut Tx,
    vault: &Vault,
    entropy: &dyn Entropy,
    id: &PersonId,
    name: &PersonName,
    document: &DocumentNumber,
) -> sqlx::Result<bool> {
    let seal = |column, plain: &str| vault.seal(entropy, at(column, id), plain);
    on!(tx, |conn| sqlx::query(CORRECT_PERSON)
        .bind(id)
        .bind(seal("name_sealed", name.as_str()))
        .bind(document_index(vault, document))
        .bind(seal("document_sealed", document.as_str()))
        .bind(document.kind().name())
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))
}

/// Reads one person.
///
/// # Errors
/// `RowNotFound`; a decode error when a sealed value does not open.
pub async fn load(tx: &mut Tx, vault: &Vault, id: &PersonId) -> sqlx::Result<Person> {
    let row: SealedPerson = on!(tx, |conn| sqlx::query_as(LOAD_PERSON).bind(id).fetch_one(conn).await)?;
    row.open(vault)
}

/// Reads many people, in the order asked for; unknown ones are left out.
///
/// # Errors
/// As [`load`].
pub async fn load_many(tx: &mut Tx, vault: &Vault, ids: &[PersonId]) -> sqlx::Result<Vec<Person>> {
    let mut found = std::collections::HashMap::new();
    for chunk in ids.chunks(1000) {
        let rows: Vec<SealedPerson> = on!(tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT id, document_kind, document_sealed, name_sealed, phone_sealed, detail_sealed
                 FROM person WHERE id IN (",
            );
            let mut list = query.separated(", ");
            for id in chunk {
                list.push_bind(id);
            }
            query.push(")");
            query.build_query_as().fetch_all(conn).await
        })?;
        for row in rows {
            let person = row.open(vault)?;
            found.insert(person.id.clone(), person);
        }
    }
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

fn at<'a>(column: &'a str, id: &'a PersonId) -> Place<'a> {
    Place { table: "person", column, row: id.as_str() }
}

fn to_json(detail: &Detail) -> String {
    // A struct of strings always serialises.
    serde_json::to_string(detail).unwrap_or_default()
}
