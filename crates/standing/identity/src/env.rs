//! What every handler runs in: database, clock, chance, keys, files.
use std::sync::Arc;

use kernel::{Clock, Entropy, UnixMicros};
use person::Vault;
use store::{Blobs, Db};
use web::NavItem;

use crate::Action;

/// Top navigation: an entry is shown to whoever carries its action somewhere.
#[derive(Debug, Clone)]
pub struct NavRule {
    /// The entry.
    pub item: NavItem,
    /// Who sees it.
    pub shown_to: NavAudience,
}

/// Who sees an entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NavAudience {
    /// Whoever is examined here.
    Candidates,
    /// Whoever works here, whatever their duties.
    Staff,
    /// Whoever has a duty that carries this.
    Duty(Action),
}

/// State of the router. Cheap to clone.
#[derive(Clone)]
pub struct Env {
    /// The rows.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Keys to personal data.
    pub vault: Vault,
    /// Files.
    pub blobs: Blobs,
    /// Reads files from outside.
    pub decoder: decode::Decoder,
    /// Writes the trail.
    pub desk: trail::Desk,
    /// Whether cookies carry `Secure` and the `__Host-` prefix. Off only for a hall's plain HTTP.
    pub secure_cookies: bool,
    /// Whether this is the demo: its clock and its roles are shown.
    pub demo: bool,
    /// Top navigation.
    pub nav: Arc<Vec<NavRule>>,
    /// Where the public finds us, as printed in QR codes.
    pub public_url: Arc<str>,
}

impl Env {
    /// The instant now.
    #[must_use]
    pub fn now(&self) -> UnixMicros {
        self.clock.now()
    }

    /// A fresh id.
    #[must_use]
    pub fn new_id(&self) -> String {
        kernel::new_id(&*self.clock, &*self.entropy)
    }

    /// Fresh random bytes in hex: a secret of `N` bytes.
    #[must_use]
    pub fn secret<const N: usize>(&self) -> String {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
