//! Giving a duty: there is no other way to one, so that none leads past the matrix of duties that are kept apart.
use ::store::Tx;
use kernel::UnixMicros;
use web::{Lang, Message, PageError, Words};

use crate::{
    Grant, Places,
    pages::role_name,
    rules::conflict::{Clash, clash, clashes},
    store::{conflict, insert_grant},
};

/// Why a duty was not given.
#[derive(Debug, thiserror::Error)]
pub enum NotGiven {
    /// Nobody holds it beside one that they have.
    #[error("the matrix of duties keeps it apart from one that is held ({})", .0.conflict.id)]
    Clash(Box<Clash>),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

impl From<NotGiven> for PageError {
    fn from(not_given: NotGiven) -> Self {
        match not_given {
            NotGiven::Clash(clash) => Self::Refused(clash.message(&Places::default())),
            NotGiven::Store(error) => error.into(),
        }
    }
}

impl Clash {
    /// What to tell whoever wants to give the duty.
    #[must_use]
    pub fn message(&self, places: &Places) -> Message {
        let [zh, en] = [Lang::Zh, Lang::En].map(Words);
        let duty = |t| role_name(self.held.role, t);
        let place = |t| places.organisation(self.held.path.as_str(), t);
        Message::new("grant-clashes")
            .with_both("duty", &duty(zh), &duty(en))
            .with_both("place", &place(zh), &place(en))
            .with_both("reason", &self.conflict.reason_zh, &self.conflict.reason_en)
    }
}

/// What stands against a duty for an account.
pub(crate) async fn clash_with(tx: &mut Tx, account: &str, wanted: &Grant) -> sqlx::Result<Option<Clash>> {
    let matrix = conflict::conflicts(tx).await?;
    let held = conflict::held_from(tx, account, wanted.from).await?;
    Ok(clash(&matrix, &held, wanted))
}

/// Gives a duty to an account.
///
/// # Errors
/// [`NotGiven`].
pub async fn grant(
    tx: &mut Tx,
    account: &str,
    grant: &Grant,
    by: &str,
    reason: &str,
) -> Result<(), NotGiven> {
    conflict::take_turn(tx, account).await?;
    match clash_with(tx, account, grant).await? {
        Some(clash) => Err(NotGiven::Clash(Box::new(clash))),
        None => Ok(insert_grant(tx, account, grant, by, reason).await?),
    }
}

/// Who holds duties together now that the matrix keeps apart, although they were given before it did: account, one
/// duty, and what stands against it.
pub(crate) async fn held_together(tx: &mut Tx, now: UnixMicros) -> sqlx::Result<Vec<(String, Grant, Clash)>> {
    let matrix = conflict::conflicts(tx).await?;
    let mut found = Vec::new();
    for (account, held) in conflict::held_beside(tx, now).await? {
        found.extend(
            clashes(&matrix, &held, now).into_iter().map(|(one, clash)| (account.clone(), one, clash)),
        );
    }
    Ok(found)
}
