//! Keys and signed checkpoints: C2SP signed-note and tlog-checkpoint.
use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use kernel::UnixMicros;
use signed_note::{Note, StandardSigner, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::{Checkpoint, Hash};

use crate::TrailError;

/// First byte of an Ed25519 key in a note key text. Source: C2SP signed-note, "Signature types".
const ED25519: u8 = 1;

/// What one signature says: the first `size` leaves have this root.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Head {
    pub size: u64,
    pub root: Hash,
    /// Size of the checkpoint before this one, so that none can be left out; 0 for the first.
    pub after: u64,
    pub at: UnixMicros,
}

/// The key that signs checkpoints. Whoever holds it can write history, so it is kept away from the
/// database; its text is shown only by [`Signer::secret_text`].
#[derive(Clone)]
pub struct Signer {
    key: StandardSigner,
    secret: String,
    verifier: String,
}

impl fmt::Debug for Signer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Signer").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

impl Signer {
    /// Makes the key of the log named `origin` (`kaogong/<node>`) of 32 random bytes.
    ///
    /// # Errors
    /// [`TrailError::Key`] when the name is empty or has a blank or a plus in it.
    pub fn generate(origin: &str, random: [u8; 32]) -> Result<Self, TrailError> {
        let public = ed25519_dalek::SigningKey::from_bytes(&random).verifying_key().to_bytes();
        let id = signed_note::key_id(origin, &typed(&public));
        Self::from_secret_text(&format!(
            "PRIVATE+KEY+{origin}+{id:08x}+{}",
            BASE64_STANDARD.encode(typed(&random))
        ))
    }

    /// Reads back what [`Signer::secret_text`] gave.
    ///
    /// # Errors
    /// [`TrailError::Key`].
    pub fn from_secret_text(secret: &str) -> Result<Self, TrailError> {
        let broken = || TrailError::Key("not the text of a signing key".to_owned());
        let key = StandardSigner::new(secret).map_err(|error| TrailError::Key(error.to_string()))?;
        let mut parts = secret.splitn(5, '+').skip(2);
        let (origin, id) = (parts.next().ok_or_else(broken)?, parts.next().ok_or_else(broken)?);
        let bytes = BASE64_STANDARD.decode(parts.next().ok_or_else(broken)?).map_err(|_| broken())?;
        let seed: [u8; 32] = bytes.get(1..).and_then(|seed| seed.try_into().ok()).ok_or_else(broken)?;
        let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        let verifier = format!("{origin}+{id}+{}", BASE64_STANDARD.encode(typed(&public)));
        Ok(Self { key, secret: secret.to_owned(), verifier })
    }

    /// The secret, to be stored by the caller and by nobody else.
    #[must_use]
    pub fn secret_text(&self) -> &str {
        &self.secret
    }

    /// The public key text (C2SP "vkey"); hand it to everybody.
    #[must_use]
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// Signs a checkpoint.
    pub(crate) fn sign(&self, head: &Head) -> Result<String, TrailError> {
        let broken = |error: &dyn fmt::Display| TrailError::Note(error.to_string());
        let origin = signed_note::Signer::name(&self.key);
        let text = Checkpoint::new(origin, head.size, head.root, &extension(head))
            .map_err(|error| broken(&error))?;
        let mut note = Note::new(&text.to_bytes(), &[]).map_err(|error| broken(&error))?;
        note.add_sigs(&[&self.key]).map_err(|error| broken(&error))?;
        String::from_utf8(note.to_bytes()).map_err(|error| broken(&error))
    }
}

/// The public half: reads checkpoints and believes only signed ones.
#[derive(Clone)]
pub(crate) struct Reader(StandardVerifier);

impl Reader {
    pub fn new(vkey: &str) -> Result<Self, TrailError> {
        Ok(Self(StandardVerifier::new(vkey).map_err(|error| TrailError::Key(error.to_string()))?))
    }

    /// What the note says, when exactly this log signed exactly this text and nobody else did:
    /// cosignatures are kept beside the note, so that no byte of it is free.
    pub fn read(&self, text: &str) -> Result<Head, TrailError> {
        let refuse = |why: &str| TrailError::Note(why.to_owned());
        let note = Note::from_bytes(text.as_bytes()).map_err(|error| refuse(&error.to_string()))?;
        let known = VerifierList::new(vec![Box::new(self.0.clone())]);
        let (signed, _) = note.verify(&known).map_err(|error| refuse(&error.to_string()))?;
        let exact: Vec<u8> =
            signed.iter().fold([note.text(), b"\n"].concat(), |text, one| [text, one.to_bytes()].concat());
        if exact != text.as_bytes() {
            return Err(refuse("not in its exact form, with our signature alone"));
        }
        let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|error| refuse(&error.to_string()))?;
        if checkpoint.origin() != self.0.name() {
            return Err(refuse("signed for another log"));
        }
        let head = Head {
            size: checkpoint.size(),
            root: *checkpoint.hash(),
            after: number(checkpoint.extension(), "after ").ok_or_else(|| refuse("no line `after`"))?,
            at: UnixMicros(number(checkpoint.extension(), "at ").ok_or_else(|| refuse("no line `at`"))?),
        };
        if extension(&head) == checkpoint.extension() { Ok(head) } else { Err(refuse("unknown lines")) }
    }
}

fn extension(head: &Head) -> String {
    format!("after {}\nat {}\n", head.after, head.at.get())
}

fn number<T: std::str::FromStr>(lines: &str, name: &str) -> Option<T> {
    lines.lines().find_map(|line| line.strip_prefix(name))?.parse().ok()
}

fn typed(key: &[u8; 32]) -> Vec<u8> {
    [&[ED25519], key.as_slice()].concat()
}
