//! Beside the batch: the association asks its authority for one occupation more, from the draft to the register.
use rehearse::filing::{self, Case};
use testkit::Server;

use super::did;

/// The association's own filing grows by an occupation.
const MORE: Case = Case {
    manager: "manager1",
    body: "org-demo",
    subject: "filing-demo:scope_change",
    authority: "/authority",
    papers: 3,
    scope: Some(("4-01-02-07", &["4", "3"])),
    officers: ["filing1", "filing2"],
    experts: &["assessor1", "assessor2"],
    site_code: None,
};

/// A case is opened and taken back; another goes as far as its announcement. Its address.
pub fn an_authority_handles_a_case(server: &Server) -> String {
    let office = server.office();
    let first = did(filing::open(office, &MORE));
    assert_eq!(server.staff("filing1").get(&first).status, 404, "a draft is nobody else's");
    did(filing::withdraw(office, &MORE, &first));

    let case = did(filing::open(office, &MORE));
    let manager = server.staff("manager1");
    let missing = manager.send(&manager.open(&case).form("/submission").tick("commitment", "yes"));
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("缺少第 1 项材料") && missing.text().contains("请填写申请的评价范围"));
    let wrong = manager.open(&case).form("/papers/1").file("paper", "paper.pdf", b"MZ not a pdf".to_vec());
    assert!(manager.send(&wrong).text().contains("PDF、JPEG 或 PNG"), "a file is what its bytes say");
    did(filing::prepare(office, &MORE, &case));
    did(filing::submit(office, &MORE, &case));
    did(filing::check(office, &MORE, &case, Some("考评员名册未盖章")));
    assert!(manager.open("/workbench").text().contains("待补正的备案事项"));
    did(filing::submit(office, &MORE, &case));
    let page = server.staff("filing1").open(&case);
    assert!(!page.text().contains("一次性告知补正"), "corrections are asked for once");
    did(filing::check(office, &MORE, &case, None));
    let early = server.staff("filing1").open(&case);
    assert!(!early.text().contains("提出同意"), "experts come before the decision");
    did(filing::assess(office, &MORE, &case));
    let page = did(filing::approve(office, &MORE, &case, "示范人社备〔2021〕18号"));
    assert!(page.text().contains("公示中"), "{}", page.text());
    assert!(!page.has_form("/grant"), "the announcement has just begun");
    let read = did(filing::announced(&server.browser())).text();
    assert!(read.contains("互联网营销师") && read.contains("公示至 2021-03-23"), "{read}");
    did(filing::object(office, &MORE, &case, "2021-03-16"));
    testkit::proves!("S2-01", "a case names the authority that grants it, and its day, scope and paper");
    testkit::proves!("S3-20", "whoever handles cases sees which are under way, late and over");
    case
}

/// After the announcement it is granted, and everybody reads it in the register.
pub fn the_register_says_so(server: &Server, case: &str) {
    let page = did(filing::grant(server.office(), &MORE, case, ("示范授牌001", "2021-05-20")));
    assert!(page.text().contains("已办结"), "{}", page.text());
    let page = did(filing::look_back(server.office(), &MORE, case));
    let filing = page.link("/filings/").unwrap();
    let shown = server.browser().open(&filing).text();
    for words in ["互联网营销师", "示范授牌001", "2021-05-23 至 2023-11-30"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    testkit::proves!("S1-02", "scope and people of a filing are public, from the day they were granted");
}
