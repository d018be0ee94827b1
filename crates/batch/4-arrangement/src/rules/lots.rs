//! What the draw of a seat plan is repeated from.
//!
//! The population is the text of one line a candidate, `application TAB occupation/level TAB site LF`,
//! in the order of its bytes. The seed is `draw::seed` of three parts: the SHA-256 of the population
//! (32 bytes), the batch's code, and 32 random bytes that were taken at the moment of the draw. All three values
//! stand with the plan of the site and in the trail, and so does how often it was drawn. Each site is a
//! draw of its own: its list holds the candidates who sit there.
use kernel::{BatchCode, Digest, UnixMicros};
use sha2::{Digest as _, Sha256};

use super::{planned::PlannedSitting, seat_plan::Candidate};

/// The three values of a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lots {
    /// SHA-256 of the list of candidates.
    pub population: Digest,
    /// The random bytes.
    pub chance: [u8; 32],
    /// What the order follows from.
    pub seed: [u8; 32],
}

/// Makes the seed of a draw over `candidates`, in whatever order they come.
#[must_use]
pub fn lots(batch: &BatchCode, candidates: &[Candidate], chance: [u8; 32]) -> Lots {
    let line = |one: &Candidate| format!("{}\t{}\t{}\n", one.application, one.paper.stratum(), one.site);
    let population = digest_of_lines(candidates.iter().map(line).collect());
    let seed = draw::seed(&[&population, batch.as_str().as_bytes(), &chance]);
    Lots { population: Digest::from_bytes(&population), chance, seed }
}

/// SHA-256 of who sits where: one line a seat, `application TAB start TAB exam room TAB
/// number TAB form LF`, in the order of its bytes.
#[must_use]
pub fn plan_digest(planned: &[PlannedSitting]) -> Digest {
    let mut lines = Vec::new();
    for sitting in planned {
        for room in sitting.sites.iter().flat_map(|site| &site.rooms) {
            lines.extend(room.seats.iter().map(|seat| {
                let letter = seat.letter.text();
                seat_line(&seat.application, sitting.need.starts_at, (room.ordinal, seat.number), letter)
            }));
        }
    }
    Digest::from_bytes(&digest_of_lines(lines))
}

/// The same digest over lines of [`seat_line`], for seats that are read back.
#[must_use]
pub fn seats_digest(lines: Vec<String>) -> Digest {
    Digest::from_bytes(&digest_of_lines(lines))
}

/// One line of the digest: `place` is exam room and number.
#[must_use]
pub fn seat_line(application: &str, starts_at: UnixMicros, place: (i64, i64), letter: &str) -> String {
    format!("{application}\t{}\t{}\t{}\t{letter}\n", starts_at.get(), place.0, place.1)
}

fn digest_of_lines(mut lines: Vec<String>) -> [u8; 32] {
    lines.sort_unstable();
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line.as_bytes());
    }
    hash.finalize().into()
}
