//! What waits for somebody: cases of their authority, of their body, and those they assess.
use ::store::Tx;
use identity::{Action, Subject, everywhere};
use kernel::{Day, UnixMicros};

use crate::store::{assessment, board};

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseTask {
    /// Key of its sentence.
    pub key: &'static str,
    /// How many cases.
    pub count: i64,
    /// Where.
    pub href: &'static str,
    /// The first day by which one is to be done.
    pub due: Option<Day>,
}

/// What waits for this person; asks nothing for whoever has no side of a case.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<CaseTask>> {
    let mut all = Vec::new();
    let handles = everywhere(&who.grants, Action::HandleFilings, now);
    if !handles.is_empty() {
        let (count, due) = board::waiting_at(tx, &handles, now.day()).await?;
        all.push(CaseTask { key: "task-case-handle", count, href: "/filing-cases", due });
    }
    let applies = everywhere(&who.grants, Action::ApplyForFilings, now);
    if !applies.is_empty() {
        let count = board::to_correct(tx, &applies).await?;
        all.push(CaseTask { key: "task-case-correct", count, href: "/filing-cases", due: None });
    }
    if !everywhere(&who.grants, Action::AssessFilings, now).is_empty() {
        let count = assessment::waiting_for(tx, &who.account_id).await?;
        all.push(CaseTask { key: "task-case-assess", count, href: "/filing-cases", due: None });
    }
    all.retain(|task| task.count > 0);
    Ok(all)
}
