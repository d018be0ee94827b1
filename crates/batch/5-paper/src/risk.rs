//! Levels for which no paper can be put together.
use ::store::Tx;
use plan::{Batch, Outlook, Risk};
use web::Message;

use crate::demand::demands_of;

/// Levels with a theory part and no bank, no blueprint or no accepted item.
///
/// # Errors
/// Storage.
pub async fn risks(tx: &mut Tx, batch: &Batch, outlook: &Outlook) -> sqlx::Result<Vec<Risk>> {
    let ready = itembank::readiness(tx).await?;
    let mut risks = Vec::new();
    for demand in demands_of(&outlook.levels, &outlook.components) {
        let level = &demand.level;
        let of_level = ready.iter().filter(|bank| {
            bank.occupation_code == level.occupation_code
                && bank.level_code == level.level_code
                && bank.org_path.contains(&batch.org_path)
        });
        let nearest = of_level.max_by_key(|bank| bank.org_path.as_str().len());
        let is_ready = nearest.is_some_and(|bank| bank.accepted > 0 && bank.blueprints > 0);
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
