//! Sites at which nobody may let candidates in.
use ::store::Tx;
use identity::Action;
use kernel::UnixMicros;
use plan::{Batch, Outlook, Risk};
use web::Message;

/// Sites of the batch without an invigilator.
///
/// # Errors
/// Storage.
pub async fn risks(
    tx: &mut Tx,
    batch: &Batch,
    outlook: &Outlook,
    now: UnixMicros,
) -> sqlx::Result<Vec<Risk>> {
    let held = identity::held_at(tx, Action::Invigilate, now).await?;
    let used = outlook.used_sites();
    let mut risks = Vec::new();
    for site in outlook.sites.iter().filter(|site| used.contains(&site.id)) {
        let reaches = |(path, only): &&(kernel::OrgPath, Option<String>)| {
            path.contains(&site.org_path) && only.as_deref().is_none_or(|code| code == batch.code.as_str())
        };
        if held.iter().filter(reaches).count() == 0 {
            risks.push(Risk {
                kind: "site-without-invigilators",
                stage: 6,
                what: Message::new("risk-site-without-invigilators").with("site", &site.name_zh),
                cure: "risk-site-without-invigilators-cure".into(),
                href: "/accounts".to_owned(),
            });
        }
    }
    Ok(risks)
}
