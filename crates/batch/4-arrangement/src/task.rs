//! What waits for exam officers.
use ::store::Tx;
use identity::{Action, Object, Subject};
use kernel::UnixMicros;
use plan::{Agenda, Ongoing, Task};

use crate::{rules::SiteStatus, store};

/// Batches with sites that wait for a draw, and drawn sites that wait for confirmation; of sites below
/// the officer's own place alone where they do not hold the whole batch.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, agenda: &Agenda, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    if !who.carries(Action::Arrange) {
        return Ok(tasks);
    }
    let waiting: Vec<&Ongoing> = agenda.at(4).filter(|one| one.is_done(3)).collect();
    let codes: Vec<&str> = waiting.iter().map(|one| one.batch.code.as_str()).collect();
    let every_site = store::site_plans_of(tx, &codes).await?;
    for one in waiting {
        let batch = &one.batch;
        let at = identity::territory(
            &who.grants,
            Action::Arrange,
            Object { path: &batch.org_path, batch: Some(batch.code.as_str()) },
            now,
        );
        let sites: Vec<_> = every_site.iter().filter(|site| site.batch_code == batch.code).collect();
        let mine = |status: &[SiteStatus]| {
            let counted = sites.iter().filter(|site| {
                status.contains(&site.status) && at.iter().any(|path| path.contains(&site.site_path))
            });
            counted.count()
        };
        // Before the first draw no site has a row: the whole batch waits for whoever may draw it.
        let nobody_drew = sites.is_empty() && at.iter().any(|path| path.contains(&batch.org_path));
        let waits = [
            ("task-seat-plan-draw", mine(&[SiteStatus::ToDraw]) + usize::from(nobody_drew)),
            ("task-seat-plan-confirm", mine(&[SiteStatus::Drawn])),
        ];
        for (key, count) in waits.into_iter().filter(|(_, count)| *count > 0) {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            tasks.push(one.task(key, count, "/seat-plan", one.due(4)));
        }
    }
    Ok(tasks)
}
