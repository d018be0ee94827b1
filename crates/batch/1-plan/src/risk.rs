//! What will go wrong on the day unless somebody acts before it.
use ::store::Tx;
use web::Message;

use crate::{
    Batch,
    rules::{days_off, parts_without_mark},
    store,
};

/// One thing that will go wrong, where it stands and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// Which kind of mistake it is; a word for reports, the same in every language.
    pub kind: &'static str,
    /// The stage whose work it is, 1–9.
    pub stage: i64,
    /// What is wrong and where, with the numbers it rests on.
    pub what: Message,
    /// What helps.
    pub cure: Message,
    /// Where to do it.
    pub href: String,
}

/// Windows that end on a day off, and parts that everybody passes.
///
/// # Errors
/// Storage.
pub async fn risks(tx: &mut Tx, batch: &Batch) -> sqlx::Result<Vec<Risk>> {
    let calendar = scheme::calendar(tx).await?;
    let windows = store::windows(tx, &batch.code).await?;
    let parts = store::components(tx, &batch.code).await?;
    let risk = |kind, what: Message, cure: &'static str| Risk {
        kind,
        stage: 1,
        what,
        cure: cure.into(),
        href: format!("/batches/{}", batch.code),
    };
    let mut risks = Vec::new();
    for (key, day) in days_off(&windows, &calendar) {
        let what = Message::new(key).with("day", day);
        risks.push(risk("deadline-on-a-holiday", what, "risk-deadline-off-cure"));
    }
    for part in parts_without_mark(&parts) {
        let what = Message::new("risk-no-mark")
            .with("part", &part.name_zh)
            .with("occupation", &part.occupation_code)
            .with("level", &part.level_code);
        risks.push(risk("part-without-pass-rule", what, "risk-no-mark-cure"));
    }
    Ok(risks)
}
