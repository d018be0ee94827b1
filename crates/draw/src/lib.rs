//! The verifiable draw: who checks the drawer needs no trust in this program.
//!
//! 1. Before the draw the population is frozen: opaque ids, strata, parameters. Its root, the two
//!    sealed values and the public value that will come (a beacon round, dice) are committed;
//!    [`check`] refuses a population that holds an id twice.
//! 2. When all values are open, [`seed`] hashes them into 32 bytes nobody could choose.
//! 3. Every id gets its [`ticket`], a hash of seed, stratum and id; [`order`] sorts by ticket and
//!    [`sample`] takes the first part, rounded up, so that a small stratum never escapes.
//!
//! No generator state and no remainder: the order in which ids are given does not matter, and
//! anyone with a SHA-256 tool repeats the draw. `tests/recompute.mjs` is such a second hand,
//! written from these comments and sharing no line with them.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use thiserror::Error;

/// The first part of everything hashed here: the name of this recipe. Another recipe is another
/// name, never a change under this one.
const RECIPE: &[u8] = b"draw/v1";

/// The byte between parts of a ticket: ASCII unit separator. Neither stratum nor id may hold it.
const SEPARATOR: u8 = 0x1f;

/// Why a population cannot be frozen for a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DrawError {
    /// Two ids are the same: one of them would have two chances.
    #[error("an id stands twice in the population")]
    Twice,
    /// A stratum or id holds the byte 0x1f, so that two pairs could share a ticket.
    #[error("a stratum or id holds the separator byte 0x1f")]
    Separator,
}

/// The seed of a draw: SHA-256 over `draw/v1` and then each part, where every one of them
/// (`draw/v1` too) is preceded by its length in bytes as 8 bytes, most significant first.
///
/// The parts of a draw are by convention: root of the frozen population, parameters, value
/// revealed by the organisation, value revealed by the supervisor, public value.
/// Lengths keep `["ab", "c"]` and `["a", "bc"]` apart whatever bytes the parts hold.
#[must_use]
pub fn seed(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in std::iter::once(&RECIPE).chain(parts) {
        // A part longer than u64 does not fit any memory.
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The ticket of an id: SHA-256 over the bytes
/// `draw/v1`, 0x1f, the 32 bytes of the seed, 0x1f, the stratum in UTF-8, 0x1f, the id in UTF-8.
///
/// In a shell, with the seed as hexadecimal digits in `$SEED`:
/// `{ printf 'draw/v1\037'; printf %s "$SEED" | xxd -r -p; printf '\037%s\037%s' "$STRATUM" "$ID"; } | sha256sum`
#[must_use]
pub fn ticket(seed: &[u8; 32], stratum: &str, id: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(RECIPE);
    for part in [seed.as_slice(), stratum.as_bytes(), id.as_bytes()] {
        hash.update([SEPARATOR]);
        hash.update(part);
    }
    hash.finalize().into()
}

/// Whether a stratum can be frozen for a draw; asked once, when the population is frozen.
/// [`order`] and [`sample`] take it for granted.
///
/// # Errors
/// [`DrawError::Twice`] and [`DrawError::Separator`].
pub fn check<Id: AsRef<str>>(stratum: &str, ids: &[Id]) -> Result<(), DrawError> {
    let holds_separator = |text: &str| text.as_bytes().contains(&SEPARATOR);
    let mut seen = BTreeSet::new();
    if holds_separator(stratum) {
        return Err(DrawError::Separator);
    }
    for id in ids.iter().map(AsRef::as_ref) {
        if holds_separator(id) {
            return Err(DrawError::Separator);
        }
        if !seen.insert(id) {
            return Err(DrawError::Twice);
        }
    }
    Ok(())
}

/// The places of the ids in the order they are drawn: by ticket, bytes compared from the first;
/// should two tickets be equal, by the bytes of the id.
#[must_use]
pub fn order<Id: AsRef<str>>(seed: &[u8; 32], stratum: &str, ids: &[Id]) -> Vec<usize> {
    let mut drawn: Vec<([u8; 32], &str, usize)> = ids
        .iter()
        .enumerate()
        .map(|(place, id)| (ticket(seed, stratum, id.as_ref()), id.as_ref(), place))
        .collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|(_, _, place)| place).collect()
}

/// The places of the first ⌈n × numerator ÷ denominator⌉ ids in the order they are drawn, where n
/// is the number of ids of the stratum: 15 of 100 of seven ids are two. A share of one or more
/// (or over 0) draws everyone.
#[must_use]
pub fn sample<Id: AsRef<str>>(
    seed: &[u8; 32],
    stratum: &str,
    ids: &[Id],
    numerator: u32,
    denominator: u32,
) -> Vec<usize> {
    let mut places = order(seed, stratum, ids);
    if numerator < denominator {
        places.truncate(ceiling(places.len(), numerator, denominator));
    }
    places
}

/// ⌈count × numerator ÷ denominator⌉ for a share below 1.
fn ceiling(count: usize, numerator: u32, denominator: u32) -> usize {
    let product = u128::try_from(count).unwrap_or(u128::MAX).saturating_mul(u128::from(numerator));
    // The share is below 1, so the quotient is at most the count.
    usize::try_from(product.div_ceil(u128::from(denominator))).unwrap_or(count)
}
