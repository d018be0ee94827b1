//! How many statements a piece of work asks, counted where every statement passes: in `on!`.
use std::cell::Cell;

tokio::task_local! {
    static ASKED: Cell<u32>;
}

/// Does `work` and says how many statements it asked. What it gives to other tasks is not counted.
pub async fn counting<T>(work: impl Future<Output = T>) -> (T, u32) {
    ASKED
        .scope(Cell::new(0), async {
            let done = work.await;
            (done, ASKED.with(Cell::get))
        })
        .await
}

/// One statement more. Nobody may be counting.
#[doc(hidden)]
pub fn asked_once() {
    // Outside of `counting` there is nothing to count for.
    let _ = ASKED.try_with(|asked| asked.set(asked.get().saturating_add(1)));
}

/// Whether somebody counts the statements of the work that is going on.
pub(crate) fn is_counted() -> bool {
    ASKED.try_with(|_| ()).is_ok()
}
