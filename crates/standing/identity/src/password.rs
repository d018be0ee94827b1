//! Passwords: Argon2id in a bounded pool, so that a rush of sign-ins cannot take every core or all
//! the memory. Source: OWASP password storage (m = 19 MiB, t = 2, p = 1), the crate's default.
use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;
use web::PageError;

/// Hashes at the same time; each takes about 50 ms of a core and 19 MiB.
const AT_ONCE: usize = 2;

/// The bounded pool.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// A PHC string to store, with a salt of its own.
    ///
    /// # Errors
    /// When the pool is closing.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, PageError> {
        self.run(move || {
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .ok()
                .map(|hash| hash.to_string())
        })
        .await?
        .ok_or_else(|| PageError::Internal("the password could not be hashed".into()))
    }

    /// Whether `password` is the one of `stored`. A missing account is checked against a dummy, so
    /// that the time says nothing about who exists.
    ///
    /// # Errors
    /// When the pool is closing.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, PageError> {
        self.run(move || match stored.as_deref().map(PasswordHash::new) {
            Some(Ok(hash)) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
            Some(Err(_)) | None => {
                let _ = Argon2::default().hash_password_with_salt(password.as_bytes(), &[0; 16]);
                false
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PageError> {
        let _place = self.places.acquire().await.map_err(|_| PageError::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|error| PageError::Internal(error.to_string()))
    }
}
