//! Identifiers of rows.

use crate::{Clock, Entropy};

/// Makes a fresh identifier: a UUID version 7 in its usual text form, so that ids sort by the
/// millisecond they were made in. An instant before 1970 counts as 1970.
/// Source: RFC 9562, section 5.7.
#[must_use]
pub fn new_id(clock: &dyn Clock, entropy: &dyn Entropy) -> String {
    let millis = u64::try_from(clock.now().get()).unwrap_or(0) / 1000;
    let mut random = [0u8; 16];
    entropy.fill(&mut random);
    let random = u128::from_be_bytes(random);
    // 48 bits of time, 4 of version, 12 random, 2 of variant, 62 random.
    let time = (u128::from(millis) & 0xFFFF_FFFF_FFFF) << 80;
    let bits = time | (0x7 << 76) | (random & (0xFFF << 64)) | (0b10 << 62) | (random & (u128::MAX >> 66));
    let hex = format!("{bits:032x}");
    let cut = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [cut(0, 8), cut(8, 12), cut(12, 16), cut(16, 20), cut(20, 32)].join("-")
}

/// Declares identifier types: texts that the type keeps apart.
///
/// The crate that uses it depends on `serde` and `sqlx`. Each type is transparent to both and has
/// `as_str`, `AsRef<str>`, `Display`, `From<String>` and `From<&str>`. Nothing is checked: an id is whatever
/// [`new_id`](crate::new_id) made or a request asks for, and a wrong one finds no row.
///
/// ```
/// kernel::id_types! {
///     /// One batch.
///     BatchId;
///     /// One seat of a session.
///     SeatId;
/// }
/// assert_eq!(BatchId::from("b1").as_str(), "b1");
/// ```
#[macro_export]
macro_rules! id_types {
    ($($(#[$about:meta])* $name:ident;)+) => {$(
        $(#[$about])*
        #[derive(
            Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord,
            ::serde::Serialize, ::serde::Deserialize, ::sqlx::Type,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text of the id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                out.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    )+};
}
