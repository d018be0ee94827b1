//! A whole batch, taken back to before its fees were received, its scores written down and its certificates issued, so
//! that all of it can be done again: at no other moment of a batch all three wait side by side.
use testkit::{
    sitters::{open_unchecked, write_unchecked},
    write,
};

/// What the offices wrote. What was scored by answers stays, and so do the list, the results and the trail, which says
/// of everything that it was done; what points to a row that is gone points to its successor once the round is over.
const WRITTEN: &[&str] = &[
    "DELETE FROM certificate_handout",
    "DELETE FROM certificate",
    "DELETE FROM certificate_order",
    "DELETE FROM certificate_decision",
    "DELETE FROM component_score WHERE origin IN ('double_entry', 'sealed_scores')",
    "DELETE FROM sealed_score",
    "DELETE FROM score_entry",
    "DELETE FROM admission_payment",
    "DELETE FROM admission_list",
    "UPDATE admission SET state = 'accepted',
     application_version = (SELECT a.version FROM application a WHERE a.id = admission.application_id)
     WHERE state IN ('admitted', 'paid')",
];

/// Takes the batch back; nobody serves the database meanwhile.
pub async fn take_back(database: &str) {
    let db = open_unchecked(database).await;
    let mut tx = write_unchecked(&db).await;
    write(&mut tx, WRITTEN).await;
    tx.commit().await.unwrap();
    db.close().await;
}
