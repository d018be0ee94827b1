//! Levels for which no paper can be put together.
use ::store::Tx;
use itembank::ItemStatus;
use plan::{Batch, Risk};
use web::Message;

use crate::demand::demands;

/// Levels with a theory part and no bank, no blueprint or no accepted item.
///
/// # Errors
/// Storage.
pub async fn risks(tx: &mut Tx, batch: &Batch) -> sqlx::Result<Vec<Risk>> {
    let mut risks = Vec::new();
    for demand in demands(tx, &batch.code).await? {
        let level = &demand.level;
        let bank = itembank::bank_for(tx, &batch.org_path, &level.occupation_code, &level.level_code).await?;
        let is_ready = match &bank {
            None => false,
            Some(bank) => {
                let accepted = itembank::status_counts(tx, &bank.id).await?;
                let accepted = accepted.iter().any(|one| one.status == ItemStatus::Accepted && one.count > 0);
                accepted && itembank::blueprint(tx, &bank.id).await?.is_some()
            }
        };
        if !is_ready {
            risks.push(Risk {
                kind: "level-without-items",
                stage: 5,
                what: Message::new("risk-level-without-items")
                    .with("occupation", &level.occupation_zh)
                    .with("level", &level.level_zh),
                cure: "risk-level-without-items-cure".into(),
                href: format!("/batches/{}/papers", batch.code),
            });
        }
    }
    Ok(risks)
}
