//! What can be wrong with where a certificate comes from, and the sentence for it.
use std::fmt;

use kernel::{CertificateNumber, Score};

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// The certificate itself.
    Certificate,
    /// The decision on the candidate.
    Result,
    /// The score of this part.
    Score(String),
    /// That the candidate sat this part.
    Presence(String),
    /// The seat in this part.
    Seat(String),
    /// The frozen list.
    Admission,
    /// The application.
    Application,
}

/// How an entry stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Under a signed checkpoint.
    Sealed,
    /// Written and not sequenced yet.
    Waiting,
    /// Not there.
    Missing,
    /// There, and it says something else than the row.
    Differs,
}

/// What a link must have in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The link it belongs to.
    pub link: Link,
    /// The action, such as `admission.review`.
    pub action: &'static str,
    /// How it stands.
    pub entry: Entry,
}

/// What is wrong with a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// There is no row.
    NoRow,
    /// The row is about another batch, person, occupation or level.
    Other(&'static str),
    /// The decision is not a pass.
    NotPassed(&'static str),
    /// The decision was not published.
    NotPublished,
    /// The level has no parts.
    NoParts,
    /// The score is below the pass mark, or an absence.
    BelowMark(Option<Score>, Score),
    /// The row holds one score, its sources give another.
    Altered(Option<Score>, Option<Option<Score>>),
    /// Nobody recorded whether the candidate came.
    NotRecorded,
    /// The candidate did not come.
    Absent,
    /// The attempt has not ended.
    NotEnded,
    /// The kept changes do not make the chain that the attempt ended with.
    ChainBroken,
    /// An entry of the trail.
    Leaf(&'static str, Entry),
}

/// One fault, with everything a sentence needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which certificate.
    pub number: CertificateNumber,
    /// Which link.
    pub link: Link,
    /// What is wrong.
    pub wrong: Wrong,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate => f.write_str("certificate"),
            Self::Result => f.write_str("result"),
            Self::Score(part) => write!(f, "score of {part}"),
            Self::Presence(part) => write!(f, "presence in {part}"),
            Self::Seat(part) => write!(f, "seat in {part}"),
            Self::Admission => f.write_str("admission"),
            Self::Application => f.write_str("application"),
        }
    }
}

fn words(score: Option<Score>) -> String {
    score.map_or_else(|| "absent".to_owned(), |score| score.to_string())
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRow => f.write_str("there is no row; find out who wrote what stands on it, and revoke"),
            Self::Other(what) => {
                write!(
                    f,
                    "the row is about another {what} than the certificate; compare both with the papers"
                )
            }
            Self::NotPassed(outcome) => write!(f, "the decision is '{outcome}', not 'pass'; revoke"),
            Self::NotPublished => f.write_str("two people have not published the decision; revoke"),
            Self::NoParts => f.write_str("the batch has no parts for this level; restore the plan"),
            Self::BelowMark(kept, mark) => {
                write!(f, "{} does not reach the pass mark {mark}; revoke", words(*kept))
            }
            Self::Altered(kept, Some(given)) => write!(
                f,
                "the row says {}, its sources give {}; one of them was changed after it was sealed: compare with the papers",
                words(*kept),
                words(*given)
            ),
            Self::Altered(kept, None) => {
                write!(
                    f,
                    "the row says {}, and nothing it could come from is there; compare with the papers",
                    words(*kept)
                )
            }
            Self::NotRecorded => f.write_str("no room recorded whether the candidate came; ask the site"),
            Self::Absent => {
                f.write_str("the room recorded the candidate as absent; ask the site, then revoke")
            }
            Self::NotEnded => f.write_str("the attempt has not ended; restore the row"),
            Self::ChainBroken => f.write_str(
                "the kept answers do not make the chain the attempt ended with; restore them from a backup",
            ),
            Self::Leaf(action, Entry::Waiting) => {
                write!(
                    f,
                    "the entry {action} has no place in the log yet; start the server, wait a second, verify again"
                )
            }
            Self::Leaf(action, Entry::Missing) => {
                write!(f, "the trail has no entry {action}; nobody did this: find out who wrote the row")
            }
            Self::Leaf(action, Entry::Differs | Entry::Sealed) => {
                write!(f, "the row is not what the entry {action} says; it was changed afterwards")
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "certificate {}: {}: {}", self.number, self.link, self.wrong)
    }
}
