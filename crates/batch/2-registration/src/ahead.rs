//! Looking at the next rows while those before them are written.
use job::Stopped;
use tokio::task::JoinSet;

/// What is being looked at. Dropping it stops the look.
pub(crate) struct Ahead<T>(JoinSet<Result<T, Stopped>>);

impl<T: Send + 'static> Ahead<T> {
    /// Begins to look.
    pub fn begin(look: impl Future<Output = Result<T, Stopped>> + Send + 'static) -> Self {
        let mut task = JoinSet::new();
        task.spawn(look);
        Self(task)
    }

    /// What the look found, once it is through.
    ///
    /// # Errors
    /// What the look says; broken, when it panicked.
    pub async fn found(mut self) -> Result<T, Stopped> {
        match self.0.join_next().await {
            Some(Ok(found)) => found,
            Some(Err(error)) => Err(Stopped::Broken(error.to_string())),
            None => Err(Stopped::Broken("nothing was looked at".to_owned())),
        }
    }
}
