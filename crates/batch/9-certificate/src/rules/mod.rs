//! Pure rules: what a certificate says, how it is signed and checked, how it looks on paper.
mod ancestry;
mod document;
mod fault;
mod key;
mod number;
mod payload;
mod public;
mod refusal;
mod token;
mod verdict;
mod words;

pub use ancestry::{About, Ancestry, AttemptEvidence, PartEvidence, ResultEvidence};
pub use document::{CERTIFICATE, PHOTO, QR, document_data};
pub use fault::{Entry, Fault, Leaf, Link, Wrong};
pub use key::{IssuerKey, KeyError, PublicKey};
pub use number::SerialScope;
pub use payload::{Payload, commitment};
pub use public::{PublicAnswer, is_same_name};
pub use refusal::IssueRefused;
pub use token::{TokenError, sign_token, token_in, verify_token};
pub use verdict::{Verdict, sign_pdf, verify_pdf};
pub use words::{check_words, forbidden_words};
