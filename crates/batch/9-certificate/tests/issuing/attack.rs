//! A real certificate, altered; and a second verifier that shares no code with ours.
use std::{path::Path, process::Command};

use certificate::{Verdict, token_in, verify_pdf};
use kernel::{Entropy, SeededEntropy};
use serde_json::Value;

use crate::fixture::{House, document};

/// A certificate of the demo province: its token, its file, its salt and the house it is from.
async fn real() -> (House, String, Vec<u8>, String) {
    let (_, db) = testkit::engines().await.into_iter().next().unwrap();
    let house = House::new(db).await;
    house.passed("2021-01", 1, "龚𬱖").await;
    let (one, _) = house.issue("2021-01").await;
    let row = &house.certificates("2021-01").await[0];
    let (token, salt) = (row.token(&house.env.vault).unwrap(), row.salt(&house.env.vault).unwrap());
    let file =
        house.get(Some(&one), &format!("/batches/2021-01/certificates/{}.pdf", row.number)).await.bytes;
    (house, token, file, salt)
}

#[tokio::test]
async fn one_changed_byte_of_a_real_file_is_never_genuine() {
    let (house, token, file, _) = real().await;
    let keys = house.issuer.keys();
    assert!(matches!(verify_pdf(&file, &keys), Verdict::Genuine(_)));
    // The file is kept for whoever wants to look at it.
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("certificate.pdf"), &file).unwrap();
    let entropy = SeededEntropy::new(1);
    let mut random = [0; 8];
    let (mut tried, last) = (0, file.len() - 1);
    // 400 places anywhere, and every place of the trailer, where token and signature stand.
    let trailer = file.len() - token.len() * 2;
    let anywhere = (0..400).map(|_| {
        entropy.fill(&mut random);
        usize::try_from(u64::from_le_bytes(random) % u64::try_from(file.len()).unwrap()).unwrap()
    });
    for at in anywhere.collect::<Vec<_>>().into_iter().chain((trailer..last).step_by(3)).chain([last]) {
        let mut altered = file.clone();
        altered[at] ^= 1 << (tried % 8);
        assert!(!matches!(verify_pdf(&altered, &keys), Verdict::Genuine(_)), "byte {at}");
        tried += 1;
    }
    assert!(tried > 700, "{tried}");
}

#[tokio::test]
async fn a_second_implementation_agrees() {
    let (house, token, file, salt) = real().await;
    let key = house.issuer.key.public_text();
    let folder = house.home.path();
    std::fs::write(folder.join("good.pdf"), &file).unwrap();
    let mut altered = file.clone();
    altered[file.len() / 2] ^= 1;
    std::fs::write(folder.join("altered.pdf"), &altered).unwrap();
    std::fs::write(folder.join("longer.pdf"), [&file, &b"\n"[..]].concat()).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let number = document("2021-01", 1).to_string();

    let (genuine, payload) =
        second(&[&key, "token", token_in(&format!("https://kaogong.example/verify?t={token}"))]);
    assert!(genuine);
    assert_eq!(
        (payload["name"].as_str(), payload["number"].as_str()),
        (Some("龚𬱖"), Some("S000099000001213000001"))
    );
    assert_eq!(second(&[&key, "pdf", &path("good.pdf")]), (true, payload));
    assert!(second(&[&key, "opening", &token, &salt, &number]).0);

    let other = certificate::IssuerKey::generate([1; 32]).public_text();
    let turned = token.replacen('A', "B", 1);
    for refused in [
        &[&key, "token", &turned][..],
        &[&other, "token", &token],
        &[&key, "pdf", &path("altered.pdf")],
        &[&key, "pdf", &path("longer.pdf")],
        &[&key, "opening", &token, &salt, "999824199607135424"],
    ] {
        assert!(!second(refused).0, "{refused:?}");
    }
}

/// Runs `tests/verify_certificate.mjs`: whether it says genuine, and the payload.
fn second(arguments: &[&str]) -> (bool, Value) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_certificate.mjs");
    let run = Command::new("node").arg(script).args(arguments).output().unwrap();
    let said: Value = serde_json::from_slice(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&run.stderr)));
    assert_eq!(said["genuine"].as_bool(), Some(run.status.success()));
    (run.status.success(), said["payload"].clone())
}
