//! Stages 7 to 9: assessment, results, certificates.
use testkit::{Browser, Server};

use super::{
    during::Numbers,
    roster::{Expected, expected},
};

/// Stage 7: theory on computers by key, theory on paper entered twice, the rest by sealed scores.
pub fn everything_is_scored(server: &mut Server, numbers: &Numbers) {
    server.clock("2021-05-25 09:00");
    let clerk = server.staff("clerk1");
    let page = clerk.open("/batches/2021-01/scores");
    let page = clerk.send(&page.form("/scores/objective"));
    assert_eq!(page.status, 200, "{}", page.text());
    enter_twice(server, numbers);
    for (login, seat) in [("examiner1", 0), ("examiner2", 1), ("examiner3", 2)] {
        score(&server.staff(login), "practical", numbers, |person| person.practical.get(seat).cloned());
    }
    for seat in 0..5 {
        let member = server.staff(&format!("panel{}", seat + 1));
        score(&member, "panel", numbers, |person| person.panel.get(seat).cloned());
    }
    testkit::proves!("S2-29", "theory and practical are assessed, a panel at level 2");
}

/// Two clerks enter the paper scores without seeing each other's; a slip is noticed and put right.
fn enter_twice(server: &Server, numbers: &Numbers) {
    let paper: Vec<Expected> = expected().into_iter().filter(|p| p.delivery == "paper").collect();
    for (login, slip) in [("clerk1", true), ("clerk2", false), ("clerk1", false), ("clerk2", false)] {
        let clerk = server.staff(login);
        let page = clerk.open("/batches/2021-01/scores");
        let Some(link) = page.links("/scores/entries/").into_iter().next_back() else { return };
        let page = clerk.open(&link);
        if !page.html.contains("<form class=\"form\"") {
            continue;
        }
        let mut form = page.form(link.split('?').next().unwrap());
        for (at, person) in paper.iter().enumerate() {
            let score = format!("score-{}", numbers[&person.name]);
            let value = match person.theory.as_str() {
                "pass" if slip && at == 0 => "87",
                "pass" => "78",
                _ => "52",
            };
            if !form.names().contains(&score) {
                continue;
            }
            form = match person.is_absent() {
                true => form.tick(&format!("absent-{}", numbers[&person.name]), "1"),
                false => form.set(&score, value),
            };
        }
        let page = clerk.send(&form);
        assert_eq!(page.status, 200, "{login}: {}", page.text());
    }
}

/// One person's sealed scores for every candidate of a kind of part.
fn score(browser: &Browser, kind: &str, numbers: &Numbers, of: impl Fn(&Expected) -> Option<String>) {
    let page = browser.click(&browser.open("/batches/2021-01/scores"), &format!("/scores/{kind}"));
    let mut parts = page.links(&format!("/scores/{kind}?component="));
    parts.retain(|part| !part.contains("show=") && !part.contains("tab=") && !part.contains('&'));
    for part in parts {
        let page = browser.open(&part);
        if !page.has_form(&format!("/scores/{kind}")) {
            continue;
        }
        let mut form = page.form(&format!("/scores/{kind}"));
        for person in expected().iter().filter(|person| person.is_admitted()) {
            let number = &numbers[&person.name];
            if !form.names().contains(&format!("score-{number}")) {
                continue;
            }
            form = match of(person) {
                Some(value) => form.set(&format!("score-{number}"), &value),
                None => form.tick(&format!("absent-{number}"), "1"),
            };
        }
        let page = browser.send(&form);
        assert_eq!(page.status, 200, "{kind}: {}", page.text());
    }
}

/// Stage 8: combined, published by two people, read by the candidate and the public.
pub fn results_are_published(server: &mut Server) {
    server.clock("2021-05-26 09:00");
    let first = server.staff("province1");
    let page = first.open("/batches/2021-01/results");
    let page = first.send(&page.form("/results"));
    assert_eq!(page.status, 200, "{}", page.text());
    for person in expected().iter().filter(|person| person.is_admitted()) {
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
    let page = first.send(&first.open("/batches/2021-01/results").form("/results/publication"));
    assert!(!page.has_form("/publication/decision"), "whoever proposed cannot decide");
    let second = server.staff("province2");
    let page = second.open("/batches/2021-01/results");
    let page = second.send(&page.form("/publication/decision").tick("decision", "approve"));
    assert_eq!(page.status, 200, "{}", page.text());
    let book = second.open("/batches/2021-01/results/workbook");
    assert!(book.bytes.starts_with(b"PK"));

    let public = server.browser().open("/notices/2021-01/results");
    for person in expected() {
        assert_eq!(public.html.contains(&person.name), person.result == "pass", "{}", person.name);
    }
    assert!(!public.html.contains("999824199607135423"), "document numbers are masked");
    let me = server.candidate("19900000003");
    let mine = me.open(&me.open("/my").link("/my/results/").expect("my result"));
    assert!(mine.text().contains("不合格"), "{}", mine.text());
    testkit::proves!("S0-44", "results are published after two people agreed");
}

/// Stage 9: after the public notice certificates are issued by two people, and each verifies.
pub fn certificates_are_issued_and_verify(server: &mut Server) {
    let early = server.staff("province1").open("/batches/2021-01/certificates");
    assert!(!early.has_form("/certificates/issue"), "not while the public notice stands");
    server.clock("2021-06-03 09:00");
    let (first, second) = (server.staff("province1"), server.staff("province2"));
    let page = first.open("/batches/2021-01/certificates");
    let page = first.send(&page.form("/certificates/issue"));
    assert_eq!(page.status, 200, "{}", page.text());
    let page = second.open("/batches/2021-01/certificates");
    let page = second.send(&page.form("/certificates/issue/decision").tick("decision", "approve"));
    assert_eq!(page.status, 200, "{}", page.text());
    let page = second.open("/batches/2021-01/certificates");
    for person in expected() {
        let holds = person.outcome == "certificate";
        assert_eq!(page.html.contains(&person.name), holds, "{} {}", person.name, person.outcome);
        if holds {
            verifies(server, &second, &page, &person);
        }
    }
    revoke(server, &first, &second);
    testkit::proves!("S1-25", "anybody can check a certificate by its number, its QR code or its file");
}

fn verifies(server: &Server, province: &Browser, list: &testkit::Page, person: &Expected) {
    let link = list.row(&person.name).link("/certificates/").expect("its number leads to the certificate");
    let number = link.rsplit('/').next().unwrap().to_owned();
    assert_eq!(number.len(), 22, "{number}");
    let page = province.open(&link);
    assert!(page.status == 200);
    let me = server.candidate(&person.phone());
    let mine = me.open(&me.open("/my").link("/my/certificates/").expect("my certificate"));
    let pdf = me.open(&mine.link("certificate.pdf").expect("its PDF")).bytes;
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

/// The last certificate is revoked by two people and is shown as revoked everywhere.
fn revoke(server: &Server, first: &Browser, second: &Browser) {
    let person = expected().into_iter().rfind(|p| p.outcome == "certificate").unwrap();
    let list = first.open("/batches/2021-01/certificates");
    let link = list.row(&person.name).link("/certificates/").unwrap();
    let page = first.open(&link);
    let page = first.send(&page.form("/revocation").set("reason", "持证人申请注销"));
    assert_eq!(page.status, 200, "{}", page.text());
    let page = second.send(&second.open(&link).form("/revocation/decision").tick("decision", "approve"));
    assert_eq!(page.status, 200, "{}", page.text());
    let public = server.browser();
    let number = link.rsplit('/').next().unwrap();
    let form = public.open("/verify").form("/verify").set("number", number).set("name", &person.name);
    let answer = public.send(&form);
    assert!(answer.html.contains("verdict no") && answer.text().contains("已作废"), "{}", answer.text());
}
