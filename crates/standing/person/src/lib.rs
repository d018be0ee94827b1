//! Every human's name, document number, phone, address and photo: sealed from the first row.
//!
//! A stolen database or backup gives nothing: each field is encrypted under a key that is kept
//! apart ([`Vault`]), bound to its table, column and row so that ciphertexts cannot be moved
//! between people. A document number or phone is found again by a keyed hash (blind index).
//! Other crates keep personal data of their own rows with the same vault. Pages show the masked
//! number; nothing here writes to a log.
mod photo;
mod store;
mod vault;

pub use photo::{PhotoError, keep_photo, photo_file};
pub use store::{
    Detail, NewPerson, Person, PersonId, SealedParts, SealedPerson, all_queries, correct, document_index,
    find_by_document, find_by_documents, find_by_phone, insert, insert_many, load, load_by_documents,
    load_many,
    photo::{load_with_photo, photo_digest},
    remove, update_contact,
};
pub use vault::{Place, SealError, Vault};
