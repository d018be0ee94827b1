//! Sessions read together: when twelve thousand browsers ask in one second, whoever comes while a statement is under
//! way is read with all others who came meanwhile. One who comes alone is read at once. Nothing is remembered from
//! one statement to the next, so a session that was ended is ended for every request that comes after.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use crate::{
    Env,
    store::{self as rows, OpenSession},
};

/// Statements under way at the same time. Source: [own]; the second begins while the first is on its way.
const READERS_MOST: usize = 2;

/// Nobody knows whose session it is: the storage did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread;

type Said = Result<Option<OpenSession>, Unread>;

/// A session that somebody asks for, by the hash of its token.
#[derive(Debug)]
struct Asked {
    hash: String,
    reply: oneshot::Sender<Said>,
}

#[derive(Debug, Default)]
struct Queue {
    asked: Vec<Asked>,
    readers: usize,
}

/// Reads sessions for all requests of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Sessions(Arc<Mutex<Queue>>);

/// The right to read, given back when the reader ends, however it does.
struct Reader(Sessions);

impl Drop for Reader {
    fn drop(&mut self) {
        let mut queue = self.0.hold();
        queue.readers = queue.readers.saturating_sub(1);
    }
}

impl Sessions {
    fn hold(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of this token's hash, as it is now; `None` when there is none that counts.
    ///
    /// # Errors
    /// [`Unread`]; what the storage said stands in the server's log.
    pub async fn find(&self, env: &Env, hash: &str) -> Said {
        let (reply, said) = oneshot::channel();
        // The statement is asked for this request, wherever it runs.
        ::store::asked_once();
        if let Some(reader) = self.ask(Asked { hash: hash.to_owned(), reply }) {
            tokio::spawn(read_all(env.clone(), reader));
        }
        said.await.unwrap_or(Err(Unread))
    }

    /// Queues a question; whoever may read now gets the right to.
    fn ask(&self, asked: Asked) -> Option<Reader> {
        let mut queue = self.hold();
        queue.asked.push(asked);
        if queue.readers >= READERS_MOST {
            return None;
        }
        queue.readers += 1;
        Some(Reader(self.clone()))
    }
}

impl Reader {
    /// The next questions. With none the right is given back in the same moment, so that nobody can queue behind a
    /// reader that has left.
    fn take(self) -> Option<(Self, Vec<Asked>)> {
        let mut queue = self.0.hold();
        if queue.asked.is_empty() {
            queue.readers = queue.readers.saturating_sub(1);
            drop(queue);
            std::mem::forget(self);
            return None;
        }
        let some = queue.asked.len().min(rows::SESSIONS_TOGETHER);
        let taken = queue.asked.drain(..some).collect();
        drop(queue);
        Some((self, taken))
    }
}

async fn read_all(env: Env, reader: Reader) {
    let mut next = reader.take();
    while let Some((reader, asked)) = next {
        match read(&env, &asked).await {
            Ok(found) => {
                for Asked { hash, reply } in asked {
                    // Whoever asked may be gone; then nobody needs the answer.
                    drop(reply.send(Ok(found.get(&hash).cloned())));
                }
            }
            // Dropped unanswered, they all hear that they were not read.
            Err(error) => tracing::error!(%error, asked = asked.len(), "sessions could not be read"),
        }
        next = reader.take();
    }
}

async fn read(env: &Env, asked: &[Asked]) -> sqlx::Result<HashMap<String, OpenSession>> {
    let mut hashes: Vec<&str> = asked.iter().map(|asked| asked.hash.as_str()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    rows::sessions(&mut env.db.read().await?, &hashes, env.now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(hash: &str) -> (Asked, oneshot::Receiver<Said>) {
        let (reply, said) = oneshot::channel();
        (Asked { hash: hash.to_owned(), reply }, said)
    }

    #[test]
    fn whoever_comes_while_all_readers_are_at_work_is_read_by_the_next_that_is_free() {
        let sessions = Sessions::default();
        let readers: Vec<Reader> = (0..READERS_MOST).filter_map(|_| sessions.ask(asked("early").0)).collect();
        assert_eq!(readers.len(), READERS_MOST, "each of the first comes with a reader");
        assert!(sessions.ask(asked("late").0).is_none());
        let mut readers = readers.into_iter();
        let (reader, taken) = readers.next().unwrap().take().unwrap();
        let hashes: Vec<&str> = taken.iter().map(|asked| asked.hash.as_str()).collect();
        assert_eq!(hashes, ["early", "early", "late"], "together, and each once");
        assert!(reader.take().is_none(), "nobody waits any more");
        assert!(sessions.ask(asked("later").0).is_some(), "and the right to read is free again");
    }

    #[test]
    fn a_reader_that_breaks_off_gives_its_right_back_and_whoever_it_took_hears_so() {
        let sessions = Sessions::default();
        let (question, mut said) = asked("one");
        let reader = sessions.ask(question).unwrap();
        drop(reader.take());
        assert!(said.try_recv().is_err(), "unanswered");
        assert_eq!(sessions.hold().readers, 0);
    }

    #[test]
    fn no_more_are_taken_than_one_statement_asks_for() {
        let sessions = Sessions::default();
        let mut reader = sessions.ask(asked("0").0).unwrap();
        for n in 1..rows::SESSIONS_TOGETHER + 5 {
            // Further readers give their right back at once.
            drop(sessions.ask(asked(&n.to_string()).0));
        }
        for most in [rows::SESSIONS_TOGETHER, 5] {
            let (again, taken) = reader.take().unwrap();
            assert_eq!(taken.len(), most);
            reader = again;
        }
        assert!(reader.take().is_none());
    }
}
