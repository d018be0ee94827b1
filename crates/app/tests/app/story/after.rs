//! Stages 7 to 9: assessment, results, certificates.
use rehearse::{Batch, Member, Numbers, assessment, assessment::Scored, certificate, result};
use testkit::{Browser, Server};

use super::{Keep, did};
use crate::access::Moment;

/// Stage 7: theory on computers by key, theory on paper entered twice, the rest by sealed scores.
pub fn everything_is_scored(server: &mut Server, batch: &Batch, numbers: &Numbers) {
    server.clock("2021-05-25 09:00");
    did(assessment::objective(server.office(), batch));
    did(assessment::enter_twice(server.office(), batch, numbers));
    did(assessment::score(server.office(), batch, numbers, Scored::Practical));
    did(assessment::score(server.office(), batch, numbers, Scored::Panel));
    testkit::proves!("S2-29", "theory and practical are assessed, a panel at level 2");
}

/// Stage 8: combined, published by two people, read by the candidate and the public.
pub fn results_are_published(server: &mut Server, batch: &Batch, keep: Keep<'_>) {
    server.clock("2021-05-26 09:00");
    did(result::combine(server.office(), batch));
    keep(server, Moment::Combined);
    let first = server.staff("province1");
    for person in batch.cast.admitted() {
        let word = match person.result.as_str() {
            "pass" => "合格",
            "fail" => "不合格",
            "absent" => "缺考",
            other => panic!("unknown result {other}"),
        };
        let row = first.open("/batches/2021-01/results?size=100").row(&person.name);
        let tags = row.all(".tag");
        assert!(tags.iter().any(|tag| tag == word), "{} should read {word}: {tags:?}", person.name);
    }
    assert_eq!(server.browser().get("/notices/2021-01/results").status, 404, "not before publication");
    let page = did(result::propose(server.office(), batch));
    assert!(!page.has_form("/publication/decision"), "whoever proposed cannot decide");
    did(result::approve(server.office(), batch));
    let second = server.staff("province2");
    let book = second.open("/batches/2021-01/results/workbook");
    assert!(book.bytes.starts_with(b"PK"));

    let public = server.browser().open("/notices/2021-01/results");
    for person in &batch.cast.members {
        assert_eq!(public.html.contains(&person.name), person.result == "pass", "{}", person.name);
    }
    assert!(!public.html.contains("999824199607135423"), "document numbers are masked");
    let me = server.candidate("19900000003");
    let mine = me.open(&me.open("/my").link("/my/results/").expect("my result"));
    assert!(mine.text().contains("不合格"), "{}", mine.text());
    testkit::proves!("S0-44", "results are published after two people agreed");
}

/// Stage 9: after the public notice certificates are issued by two people, and each verifies.
pub fn certificates_are_issued_and_verify(server: &mut Server, batch: &Batch) {
    let early = server.staff("province1").open("/batches/2021-01/certificates");
    assert!(!early.has_form("/certificates/issue"), "not while the public notice stands");
    server.clock("2021-06-03 09:00");
    did(certificate::propose(server.office(), batch));
    did(certificate::approve(server.office(), batch));
    let second = server.staff("province2");
    let page = second.open("/batches/2021-01/certificates");
    for person in &batch.cast.members {
        let holds = person.outcome == "certificate";
        assert_eq!(page.html.contains(&person.name), holds, "{} {}", person.name, person.outcome);
        if holds {
            verifies(server, &second, &page, person);
        }
    }
    handed_out(server, batch);
    revoke(server, batch);
    testkit::proves!("S1-25", "anybody can check a certificate by its number, its QR code or its file");
}

fn verifies(server: &Server, province: &Browser, list: &testkit::Page, person: &Member) {
    let link = list.row(&person.name).link("/certificates/").expect("its number leads to the certificate");
    let number = link.rsplit('/').next().unwrap().to_owned();
    assert_eq!(number.len(), 22, "{number}");
    let page = province.open(&link);
    assert!(page.status == 200);
    let me = server.candidate(&person.phone);
    let mine = me.open(&me.open("/my").link("/my/certificates/").expect("my certificate"));
    let pdf = me.open(&mine.link("certificate.pdf").expect("its PDF")).bytes.clone();
    let file = server.data().join(format!("{number}.pdf"));
    std::fs::write(&file, &pdf).unwrap();
    let key = server.data().join("issuer.pub").display().to_string();
    let name = file.display().to_string();
    let (good, said) = server.bare_command(&["verify", "certificate", &name, "--key", &key]);
    assert!(good && said.contains(&number), "{said}");

    let public = server.browser();
    let form = public.open("/verify").form("/verify").set("number", &number).set("name", &person.name);
    let answer = public.send(&form);
    assert!(answer.html.contains("verdict ok"), "{}", answer.text());
    let receipt = answer.all(".receipt").join(" ");
    assert!(
        !receipt.is_empty() && !receipt.contains(&person.name),
        "the public answer masks the name: {receipt}"
    );
    let wrong = public.send(&form.set("name", "另一个人"));
    assert!(!wrong.html.contains("verdict ok"));

    let mut altered = pdf.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    let page = public.open("/verify");
    let good = public.send(&page.form("/verify/file").file("file", "c.pdf", pdf));
    assert!(good.html.contains("verdict ok"), "{}", good.text());
    let bad = public.send(&page.form("/verify/file").file("file", "c.pdf", altered));
    assert!(bad.html.contains("verdict no"), "one changed byte is found: {}", bad.text());
}

/// Each registration point hands out; a wrong record is taken back, and put right.
fn handed_out(server: &Server, batch: &Batch) {
    did(certificate::hand_out(server.office(), batch, "registrar1"));
    let page = did(certificate::take_back(server.office(), batch, "registrar1"));
    assert!(page.has_form("/handout"), "it waits again: {}", page.text());
    did(certificate::hand_out(server.office(), batch, "registrar1"));
    let holders = batch.cast.members.iter().filter(|person| person.outcome == "certificate");
    let list = server.staff("registrar1").open("/batches/2021-01/handout");
    assert!(list.status == 200 && holders.count() > 0, "{}", list.text());
    testkit::proves!("S0-27", "the chain ends with certificates handed out by the registration points");
}

/// The last certificate is revoked by two people and is shown as revoked everywhere.
fn revoke(server: &Server, batch: &Batch) {
    let person = batch.cast.members.iter().rfind(|p| p.outcome == "certificate").unwrap();
    let list = server.staff("province1").open("/batches/2021-01/certificates");
    let link = did(certificate::address(&list, person));
    did(certificate::revoke(server.office(), &link, "持证人申请注销"));
    let public = server.browser();
    let number = link.rsplit('/').next().unwrap();
    let form = public.open("/verify").form("/verify").set("number", number).set("name", &person.name);
    let answer = public.send(&form);
    assert!(answer.html.contains("verdict no") && answer.text().contains("已作废"), "{}", answer.text());
}
