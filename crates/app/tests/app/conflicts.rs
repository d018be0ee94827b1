//! Duties that are kept apart, as the pages say it: at the proposal, at the decision, and where they are held all the same.
use testkit::{Browser, Page, Server};

#[tokio::test(flavor = "multi_thread")]
async fn duties_that_are_kept_apart_are_refused_with_the_reason() {
    for server in Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00").await {
        tokio::task::block_in_place(|| {
            refused_at_the_proposal(&server);
            refused_at_the_decision(&server);
            a_deputy_goes_with_whom_they_stand_in_for(&server);
            the_matrix_is_read_and_grows(&server);
        });
    }
}

fn account(browser: &Browser, login: &str) -> String {
    let list = browser.open(&format!("/accounts?q={login}"));
    list.row(login).link("/accounts/").unwrap_or_else(|| panic!("{login}: {}", list.text()))
}

fn propose(browser: &Browser, account: &str, role: &str, path: &str) -> Page {
    let form = browser.open(account).form("/grant-proposals").set("role", role).set("org_path", path);
    browser.send(&form.set("reason", "测试兼任"))
}

fn refused_at_the_proposal(server: &Server) {
    let security = server.staff("security1");
    let city = account(&security, "city1");
    // A reviewer of one city: the registration point lies below it, the province above.
    for path in ["/demo/nancheng/point", "/demo"] {
        let page = propose(&security, &city, "registrar", path);
        assert_eq!(page.status, 422, "{path} on {}: {}", server.engine, page.text());
        for words in ["南城市认定中心", "资格审核", "谁受理报名，谁不审核", "请先收回原职责"]
        {
            assert!(page.text().contains(words), "{words} on {}: {}", server.engine, page.text());
        }
    }
    let page = propose(&security, &city, "score-clerk", "/demo/nancheng");
    assert_eq!(page.status, 200, "what nothing keeps apart is proposed: {}", page.text());
    let page = propose(&security, &account(&security, "auditor1"), "invigilator", "/demo");
    assert!(page.status == 422 && page.text().contains("审计独立"), "{}", page.text());
}

/// Two proposals that could each be decided: once one is, the other no longer can, until the first is taken back.
fn refused_at_the_decision(server: &Server) {
    let (security, second) = (server.staff("security1"), server.staff("security2"));
    let who = account(&security, "panel5");
    assert_eq!(propose(&security, &who, "item-writer", "/demo").status, 200);
    let other = second.open(&who).form("/decision");
    assert_eq!(propose(&security, &who, "custodian", "/demo").status, 200);
    let page = second.open(&who);
    let both = [0, 1].map(|nth| page.nth_form("/decision", nth));
    let first = both.into_iter().find(|form| form.action() != other.action()).unwrap();
    let [first, other] = [first, other].map(|form| form.tick("decision", "approve"));
    assert_eq!(second.send(&first).status, 200);
    let refused = second.send(&other);
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("命题者不保管成卷"), "{}", refused.text());
    let page = security.open(&who);
    let given = page.row("试卷保管").form("/revocation").set("reason", "改任命题");
    assert_eq!(security.send(&given).status, 200);
    assert_eq!(second.send(&second.open(&who).form("/decision").tick("decision", "approve")).status, 200);
}

/// A deputy holds nothing that is kept apart from what they have, passes nothing on, and ends with the holder.
fn a_deputy_goes_with_whom_they_stand_in_for(server: &Server) {
    let (reviewer, security) = (server.staff("reviewer1"), server.staff("security1"));
    let ask = |browser: &Browser, login: &str, until: &str| {
        let form = browser.open("/my-account").form("/deputy-proposals").set("login", login);
        browser.send(&form.set("until", until).set("reason", "外出"))
    };
    let refused = ask(&reviewer, "registrar1", "2021-03-31");
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("谁受理报名，谁不审核"), "{}", refused.text());
    assert_eq!(ask(&reviewer, "clerk1", "2021-03-31").status, 200);
    assert_eq!(ask(&reviewer, "examiner3", "2021-03-31").status, 200);
    let clerk = server.staff("clerk1");
    let [deputy, late, holder] = ["clerk1", "examiner3", "reviewer1"].map(|login| account(&security, login));
    let page = security.open(&deputy);
    assert_eq!(security.send(&page.form("/decision").tick("decision", "approve")).status, 200);
    assert!(clerk.open("/my-account").text().contains("代理 审核员甲"), "{}", server.engine);
    let offered = clerk.open("/my-account").all("select[name=grant] option").join(" ");
    assert!(offered.contains("登分") && !offered.contains("资格审核"), "what is borrowed stays: {offered}");

    let page = security.open(&holder);
    let page = security.send(&page.row("资格审核").form("/revocation").set("reason", "调离岗位"));
    assert!(page.text().contains("已收回"), "{}", page.text());
    assert!(!clerk.open("/my-account").text().contains("代理 审核员甲"), "it ends with the holder's");
    let history = security.open(&deputy);
    assert!(history.row("资格审核").text().contains("已收回"), "{}", history.text());
    let page = security.open(&late);
    let refused = security.send(&page.form("/decision").tick("decision", "approve"));
    assert!(refused.status == 422 && refused.text().contains("已被收回"), "{}", refused.text());
}

fn the_matrix_is_read_and_grows(server: &Server) {
    let clerk = server.staff("clerk1");
    let page = clerk.click(&clerk.open("/my-account"), "/duty-conflicts");
    for words in ["不相容岗位", "系统管理员", "其他任何职责", "管办分离", "同一批次", "8.1.7.1"]
    {
        assert!(page.text().contains(words), "{words} on {}: {}", server.engine, page.text());
    }
    let security = server.staff("security1");
    let page = security.click(&security.open("/accounts"), "/duty-conflicts");
    assert!(!page.text().contains("兼任不相容岗位"), "{}", page.text());

    // city1 reviews; the proposal above is given now, and the matrix becomes stricter afterwards.
    let (second, city) = (server.staff("security2"), account(&security, "city1"));
    assert_eq!(second.send(&second.open(&city).form("/decision").tick("decision", "approve")).status, 200);
    let header = "id,one,other,reach,valid_from,valid_to,reason_zh,reason_en,source";
    let line =
        "review-clerk,reviewer,score-clerk,place,2021-03-16,,审核者不登分,Reviewers enter no scores,test";
    let file = server.data().join("duty-conflicts.csv");
    let import = |line: &str| {
        std::fs::write(&file, format!("{header}\n{line}\n")).unwrap();
        server.command(&["import", "duty-conflicts", &file.display().to_string()])
    };
    for (line, words) in [
        (line.replace(",score-clerk,", ",clerk,"), "the code of another duty"),
        (line.replace(",score-clerk,", ",reviewer,"), "name two duties"),
        (line.replace(",place,", ",near,"), "anywhere, place or batch"),
        (line.replace("2021-03-16,,", "2021-03-16,2021-03-16,"), "a day after valid_from"),
        (line.replace("review-clerk,", "auditor,"), "an id of its own"),
    ] {
        let (done, said) = import(&line);
        assert!(!done && said.contains(words), "{words} on {}: {said}", server.engine);
    }
    let (done, said) = import(line);
    assert!(done && said.contains("duty-conflicts: 1 rows added"), "{}: {said}", server.engine);
    let (done, said) = import(line);
    assert!(done && said.contains("0 rows added, 1 there already"), "{}: {said}", server.engine);
    let page = security.open("/duty-conflicts");
    assert!(page.text().contains("目前兼任不相容岗位的人员"), "{}: {}", server.engine, page.text());
    let row = page.row("南城市审核甲");
    assert!(row.text().contains("登分") && row.text().contains("资格审核"), "{}", row.text());
    assert!(
        !clerk.open("/duty-conflicts").text().contains("南城市审核甲"),
        "who reads no accounts sees nobody"
    );
}
