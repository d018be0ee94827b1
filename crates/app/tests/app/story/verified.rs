//! `verify batch` at the end of the story: green as it is, and red with a precise sentence for every
//! row that somebody plants, alters or takes away behind the product's back.
use sqlx::{AssertSqlSafe, SqlSafeStr};
use store::{Db, on};
use testkit::Server;

/// The batch of the story.
const BATCH: &str = "2021-01";

/// Who is refused in the story: an application without admission, seat, score or result.
const REFUSED_SERIAL: i64 = 16;

/// Green, then red three times, each undone before the next.
pub fn every_certificate_has_its_ancestry(server: &Server) {
    let (whole, said) = verify(server);
    assert!(whole, "{}: {said}", server.engine);
    for line in ["applications: 31", "admitted: 25", "seated: 25", "present in every part: 23", "scored: 25"]
    {
        assert!(said.contains(line), "{}: {line}: {said}", server.engine);
    }
    for line in ["results: 25", "passed: 16", "failed: 7", "absent: 2", "certificates: 16"] {
        assert!(said.contains(line), "{}: {line}: {said}", server.engine);
    }
    let (known, said) = server.command(&["verify", "batch", "2099-09"]);
    assert!(!known && said.contains("there is no batch 2099-09"), "{said}");
    a_planted_certificate_is_found(server);
    an_altered_score_is_found(server);
    a_missing_entry_is_found(server);
    let (whole, said) = verify(server);
    assert!(whole, "{}: everything is as it was: {said}", server.engine);
}

fn verify(server: &Server) -> (bool, String) {
    server.command(&["verify", "batch", BATCH])
}

/// A row copied from a true certificate, for somebody who was refused.
fn a_planted_certificate_is_found(server: &Server) {
    const NUMBER: &str = "S000099000001213999999";
    let planted =
        format!("(SELECT id FROM application WHERE serial = {REFUSED_SERIAL} AND batch_code = '{BATCH}')");
    let order = format!(
        "INSERT INTO certificate_order (application_id, batch_code, position, person_id, occupation_code, level_code,
         approval_id, approved_at, refusal, refusal_detail)
         SELECT {planted}, batch_code, 999, person_id, occupation_code, level_code, approval_id, approved_at, '', ''
         FROM certificate_order WHERE batch_code = '{BATCH}' ORDER BY position LIMIT 1"
    );
    let certificate = format!(
        "INSERT INTO certificate (number, application_id, batch_code, person_id, occupation_code, level_code, issuer_path,
         issuer_name, issued_on, payload_sealed, payload_digest, salt_sealed, status, intended_at, token_sealed, token_digest,
         pdf_digest, pdf_file, signed_at, revoked_at, revocation_reason)
         SELECT '{NUMBER}', {planted}, batch_code, person_id, occupation_code, level_code, issuer_path, issuer_name, issued_on,
         payload_sealed, payload_digest, salt_sealed, 'valid', intended_at, token_sealed, 'planted', pdf_digest, pdf_file,
         signed_at, NULL, NULL FROM certificate WHERE batch_code = '{BATCH}' ORDER BY number LIMIT 1"
    );
    change(server, &[&order, &certificate]);
    let (whole, said) = verify(server);
    assert!(!whole, "{}: {said}", server.engine);
    for sentence in [
        "result: there is no row; find out who wrote what stands on it, and revoke",
        "admission: there is no row",
        "application: the row is about another person than the certificate",
        "certificate: the trail has no entry certificate.intend; nobody did this",
        "admission: the trail has no entry admission.payment",
        "admission: the row is not what the entry admission.review says",
    ] {
        let line = format!("FAULT certificate {NUMBER}: {sentence}");
        assert!(said.contains(&line), "{}: {line}: {said}", server.engine);
    }
    let faults = said.lines().filter(|line| line.starts_with("FAULT"));
    for fault in faults {
        assert!(fault.contains(NUMBER), "{}: no other certificate is accused: {fault}", server.engine);
    }
    let gone = format!("DELETE FROM certificate WHERE number = '{NUMBER}'");
    change(server, &[&gone, "DELETE FROM certificate_order WHERE position = 999"]);
}

/// The score of one part of one holder, by eleven points and a half.
fn an_altered_score_is_found(server: &Server) {
    let row = format!(
        "application_id = (SELECT id FROM application WHERE batch_code = '{BATCH}' AND serial = 1)
         AND origin = 'sealed_scores'"
    );
    let alter = |by: i64| format!("UPDATE component_score SET score_centi = score_centi + {by} WHERE {row}");
    change(server, &[&alter(1150)]);
    let (whole, said) = verify(server);
    assert!(!whole, "{}: {said}", server.engine);
    let faults: Vec<&str> = said.lines().filter(|line| line.starts_with("FAULT")).collect();
    // The first of the roster has 84, 69 and 87, which make 80.
    let altered = "score of Practical assessment: the row says 91.50, its sources give 80.00";
    assert!(faults.iter().any(|fault| fault.contains(altered)), "{}: {faults:?}", server.engine);
    for action in ["result.decide", "result.publish"] {
        let line = format!("FAULT batch {BATCH}: result: the row is not what the entry {action} says");
        assert!(faults.iter().any(|fault| fault.starts_with(&line)), "{}: {faults:?}", server.engine);
    }
    assert_eq!(faults.len(), 3, "{}: {faults:?}", server.engine);
    change(server, &[&alter(-1150)]);
}

/// The entry of one holder's admission is taken out of the trail, and put back.
fn a_missing_entry_is_found(server: &Server) {
    let entry = format!(
        "action = 'admission.review'
         AND object_id = (SELECT id FROM application WHERE batch_code = '{BATCH}' AND serial = 1)"
    );
    let hide = format!("UPDATE trail_entry SET action = 'hidden', object_id = 'hidden' WHERE {entry}");
    let object = text(server, &format!("SELECT object_id FROM trail_entry WHERE {entry}"));
    change(server, &[&hide]);
    let (whole, said) = verify(server);
    assert!(!whole, "{}: {said}", server.engine);
    let missing =
        "admission: the trail has no entry admission.review; nobody did this: find out who wrote the row";
    let accused = said.lines().filter(|line| line.contains(missing)).count();
    assert_eq!(accused, 1, "{}: {said}", server.engine);
    assert!(said.contains("FAULT trail: "), "{}: the log itself is not whole either: {said}", server.engine);
    let back = format!(
        "UPDATE trail_entry SET action = 'admission.review', object_id = '{object}' WHERE action = 'hidden'"
    );
    change(server, &[&back]);
}

fn change(server: &Server, statements: &[&str]) {
    tokio::runtime::Handle::current().block_on(async {
        let db = Db::open(&server.database).await.unwrap();
        let mut tx = db.write().await.unwrap();
        for statement in statements {
            let statement = AssertSqlSafe((*statement).to_owned()).into_sql_str();
            let changed = on!(&mut tx, |conn| sqlx::query(statement.clone())
                .execute(conn)
                .await
                .map(|done| done.rows_affected()))
            .unwrap();
            assert_eq!(changed, 1, "{}", server.engine);
        }
        tx.commit().await.unwrap();
        db.close().await;
    });
}

fn text(server: &Server, statement: &str) -> String {
    let statement = AssertSqlSafe(statement.to_owned()).into_sql_str();
    tokio::runtime::Handle::current().block_on(async {
        let db = Db::open(&server.database).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let found = on!(&mut tx, |conn| sqlx::query_scalar(statement).fetch_one(conn).await).unwrap();
        drop(tx);
        db.close().await;
        found
    })
}
