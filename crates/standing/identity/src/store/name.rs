//! Names of accounts, asked for together: who wrote, decided or was acted upon on one page.
use std::collections::{BTreeSet, HashMap};

use ::store::{Tx, on, push_keys};
use sqlx::QueryBuilder;

/// Accounts named in one statement, within SQLite's 32 766 values.
const AT_ONCE: usize = 10_000;

/// Names by account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountNames(HashMap<String, String>);

impl AccountNames {
    /// The name to show for an account; empty when unknown.
    #[must_use]
    pub fn of(&self, id: &str) -> &str {
        self.0.get(id).map_or("", String::as_str)
    }
}

/// The names to show for some accounts; one may be asked for several times.
///
/// # Errors
/// Storage.
pub async fn account_names<'a>(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = &'a str>,
) -> sqlx::Result<AccountNames> {
    let ids: Vec<&str> = ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut names = HashMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let some: Vec<(String, String)> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new("SELECT id, display_name FROM account WHERE id IN (");
            push_keys(&mut query, ids);
            query.build_query_as().fetch_all(conn).await
        })?;
        names.extend(some);
    }
    Ok(AccountNames(names))
}
