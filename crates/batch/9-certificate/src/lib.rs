//! Stage 9, certificate (证书): numbered, signed, printed, handed out, checked by anybody, revoked.
//!
//! Two people decide exactly whom certificates are issued to; the decision is kept as rows. Then, one
//! by one, the number is taken and what is going to be signed is written down, and only then signed,
//! printed and made valid (docs/issuance.md). A crash at any point is finished by running again;
//! nobody gets a second number and no number is lost.
//! The facts of a certificate are one text of bytes ([`Payload`]), signed with the issuer's key
//! (Ed25519): as a token in the QR code and as the trailer of the PDF. [`verify_token`] and
//! [`verify_pdf`] need the public key and nothing else. Whether a certificate was revoked since, the
//! register says: on the public page, in our own lists, to its holder. What is personal is sealed.
mod budget;
mod candidate;
mod issuance;
mod issuer;
mod issuing;
mod page;
pub mod pages;
mod revocation;
mod rules;
mod step;
mod store;
mod task;

pub use budget::QueryBudget;
pub(crate) use candidate::Candidate;
pub use issuance::{Issued, issue_waiting, resume_intended};
pub use issuer::{By, IssueError, Issuer};
pub use pages::{PERMISSIONS, routes, signed_file};
pub use rules::{
    About, Ancestry, AttemptEvidence, Entry, Fault, IssueRefused, IssuerKey, KeyError, Leaf, Link,
    PartEvidence, Payload, PublicAnswer, PublicKey, ResultEvidence, SerialScope, TokenError, Verdict, Wrong,
    forbidden_words, token_in, verify_pdf, verify_token,
};
pub use step::steps;
pub use store::{
    Certificate, CertificateStatus, Way, certificate_of, certificates, certified, certified_by_batch,
    queries as all_queries,
};
pub use task::tasks;

/// The long work of this stage. It needs an [`Issuer`] to be lent ([`job::Runner::lending`]).
pub const JOBS: &[job::Kind] = &[issuing::ISSUE];

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &[
    "certificate.decide",
    "certificate.intend",
    "certificate.issue",
    "certificate.retry",
    "certificate.check",
    "certificate.revoke",
    "certificate.hand-out",
    "certificate.hand-out-withdrawn",
];
