//! Before the first batch: somebody new comes to work here, gets duties from two people, loses one while
//! signed in, and leaves. And what everybody may read: standards, calendar, organisations, sites.
use testkit::{Browser, Page, Server};

const LOGIN: &str = "officer9";
const PASSWORD: &str = "four little boats";

/// An account is made, activated by its owner, and may do what two people gave it, until one takes it back.
pub fn a_newcomer_gets_duties_and_loses_them(server: &Server) {
    let admin = server.staff("admin");
    let link = an_account_is_made(&admin);
    let newcomer = the_owner_sets_the_password(server, &link);
    assert_eq!(newcomer.get("/sites").status, 404, "without a duty nothing is to be seen");

    let account = account_page(&admin);
    let security = server.staff("security1");
    assert!(!admin.open(&account).has_form("/grant-proposals"), "who keeps accounts gives no duties");
    two_people_give_a_duty(server, &security, &account);
    assert_eq!(newcomer.get("/sites").status, 200, "the duty counts for the session that is open");

    let password = "five little goats";
    let own = newcomer.click(&newcomer.open("/workbench"), "/my-account");
    let form = own.form("/my-account/password").set("password", password).set("repeated", password);
    let refused = newcomer.send(&form.clone().set("current", "not my password"));
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(!refused.html.contains(password), "a password is never sent back");
    let changed = newcomer.send(&form.set("current", PASSWORD));
    assert_eq!((changed.status, changed.path.as_str()), (200, "/my-account"), "{}", changed.text());

    // One person takes it back; the very next request of the open session has no right any more.
    let page = security.open(&account);
    let form = page.form("/revocation");
    assert_eq!(security.send(&form).status, 422, "a reason is asked for");
    let page = security.send(&form.set("reason", "调离岗位"));
    assert!(page.text().contains("已收回"), "{}", page.text());
    assert_eq!(newcomer.get("/sites").status, 404, "the next request has no right");
    assert_eq!(newcomer.get("/my-account").status, 200, "and the session goes on");

    // A new link takes the password away and ends the session.
    let page = admin.send(&admin.open(&account).form("/activations"));
    let link = path_of(&page);
    assert_eq!(newcomer.get("/workbench").path, "/sign-in");
    assert_eq!(signs_in(server, password).status, 422, "the old password is gone");
    let newcomer = the_owner_sets_the_password(server, &link);

    let page = admin.open(&account);
    let page = admin.send(&page.form("/closure").set("reason", "离职"));
    assert!(page.text().contains("已停用"), "{}", page.text());
    assert_eq!(newcomer.get("/workbench").path, "/sign-in", "a closed account has no session");
    assert_eq!(signs_in(server, PASSWORD).status, 422, "and nobody signs in with it");
    let again =
        admin.send(&admin.open("/accounts/new").form("/accounts").set("login", LOGIN).set("name", "新"));
    assert_eq!(again.status, 422, "its login stays taken: {}", again.text());

    for clerk in ["clerk1", "auditor1"] {
        let clerk = server.staff(clerk);
        let token = clerk.open("/workbench").attribute("input[name=csrf]", "value").unwrap();
        let body = format!("csrf={token}&reason=x&role=province&org_path=/demo&from=2021-03-16");
        assert_eq!(clerk.get(&account).status, 404);
        for part in ["closure", "activations", "grant-proposals"] {
            let answer = clerk.post_plain(&format!("{account}/{part}"), &body, &token);
            assert_eq!(answer.status, 404, "{part}");
        }
    }
}

fn an_account_is_made(admin: &Browser) -> String {
    let page = admin.click(&admin.open("/workbench"), "/accounts");
    let page = admin.click(&page, "/accounts/new");
    let form = page.form("/accounts").set("name", "考务员九");
    for wrong in ["Officer 9", "phone:1", "admin"] {
        let refused = admin.send(&form.clone().set("login", wrong));
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.text());
    }
    let page = admin.send(&form.set("login", LOGIN));
    assert_eq!(page.status, 200, "{}", page.text());
    path_of(&page)
}

/// The path of the link that is shown once.
fn path_of(page: &Page) -> String {
    let link = page.link("/activations/").unwrap_or_else(|| panic!("no link: {}", page.text()));
    link.split_once("/activations/").map(|(_, token)| format!("/activations/{token}")).unwrap()
}

fn the_owner_sets_the_password(server: &Server, link: &str) -> Browser {
    assert_eq!(signs_in(server, "").status, 422, "no password, no way in");
    let owner = server.browser();
    let form = owner.open(link).form(link);
    for wrong in ["short", "officer9 officer9", "111111111111"] {
        let refused = owner.send(&form.clone().set("password", wrong).set("repeated", wrong));
        assert_eq!(refused.status, 422, "{wrong}");
    }
    let page = owner.send(&form.clone().set("password", PASSWORD).set("repeated", PASSWORD));
    assert_eq!((page.status, page.path.as_str()), (200, "/sign-in"), "{}", page.text());
    let again = owner.send(&form.set("password", "another long one").set("repeated", "another long one"));
    assert_eq!(again.status, 422, "the link works once: {}", again.text());
    assert_eq!(owner.get(link).status, 422);
    assert_eq!(owner.get("/activations/0123").status, 422, "a link nobody made says the same");
    let page = owner.open("/sign-in");
    let form = page.form_with("/sessions", "login").set("login", LOGIN).set("password", PASSWORD);
    assert_eq!(owner.send(&form).path, "/workbench");
    owner
}

fn signs_in(server: &Server, password: &str) -> Page {
    let browser = server.browser();
    let page = browser.open("/sign-in");
    browser.send(&page.form_with("/sessions", "login").set("login", LOGIN).set("password", password))
}

fn account_page(browser: &Browser) -> String {
    let list = browser.open(&format!("/accounts?q={LOGIN}"));
    list.row(LOGIN).link("/accounts/").unwrap_or_else(|| panic!("not listed: {}", list.text()))
}

/// Proposed by one, refused once, proposed again, decided by another. Nobody gives to themselves.
fn two_people_give_a_duty(server: &Server, security: &Browser, account: &str) {
    let form = security.open(account).form("/grant-proposals").set("role", "exam-officer");
    let form = form.set("org_path", "/demo/nancheng").set("reason", "新任考务");
    let over = security.send(&form.clone().set("until", "2021-03-01"));
    assert_eq!(over.status, 422, "a duty that is over is refused: {}", over.text());
    let elsewhere = form.action().to_owned();
    let token = form.value("csrf").unwrap().to_owned();
    let body = format!("csrf={token}&role=exam-officer&org_path=/nowhere&from=2021-03-16&reason=x");
    assert_eq!(security.post_plain(&elsewhere, &body, &token).status, 422, "a place that is not there");
    let page = security.send(&form.clone().set("until", "2021-12-31"));
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(!page.has_form("/decision"), "whoever proposed sees no button");

    let second = server.staff("security2");
    let page = second.click(&second.open("/workbench"), "/accounts");
    assert!(page.text().contains("等待第二人审批的授权"), "{}", page.text());
    let page = second.click(&page, account);
    let decision = page.form("/decision");
    // The same person cannot decide, whatever they send.
    let own = security.open(account).form("/grant-proposals").value("csrf").unwrap().to_owned();
    let sent = security.post_plain(decision.action(), &format!("csrf={own}&decision=approve"), &own);
    assert_eq!(sent.status, 422, "the proposer cannot decide");
    let clerk = server.staff("clerk1");
    let csrf = clerk.open("/workbench").attribute("input[name=csrf]", "value").unwrap();
    let sent = clerk.post_plain(decision.action(), &format!("csrf={csrf}&decision=approve"), &csrf);
    assert_eq!(sent.status, 404, "a clerk cannot reach it");
    let page = second.send(&decision.clone().tick("decision", "reject"));
    assert!(page.text().contains("驳回"), "{}", page.text());
    let stale = second.send(&decision.tick("decision", "approve"));
    assert_eq!(stale.status, 409, "what was rejected stays rejected");

    // The province proposes, a security administrator decides and not the province alone; nobody proposes for themselves.
    let province = server.staff("province1");
    let form = province.open(account).form("/grant-proposals").set("role", "exam-officer");
    province
        .send(&form.set("org_path", "/demo/nancheng").set("reason", "新任考务").set("until", "2021-12-31"));
    let colleague = server.staff("province2");
    assert!(!colleague.open(account).has_form("/decision"), "two of the province are not enough");
    let csrf = colleague.open(account).attribute("input[name=csrf]", "value").unwrap();
    let decision = second.open(account).form("/decision").action().to_owned();
    let refused = colleague.post_plain(&decision, &format!("csrf={csrf}&decision=approve"), &csrf);
    assert!(refused.status == 422 && refused.text().contains("须由安全管理员审批"), "{}", refused.text());
    let list = province.open("/accounts?q=province1");
    let own = list.row("province1").link("/accounts/").unwrap();
    let page = province.open(&own);
    assert!(!page.has_form("/grant-proposals"), "one's own page offers none");
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let body = format!("csrf={csrf}&role=administrator&org_path=/demo&from=2021-03-16&reason=x");
    let refused = province.post_plain(&format!("{own}/grant-proposals"), &body, &csrf);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("不能给自己授权"), "{}", refused.text());
    let page = second.open(account);
    let page = second.send(&page.form("/decision").tick("decision", "approve"));
    assert!(page.text().contains("考务") && page.text().contains("省中心甲"), "{}", page.text());
    assert!(!page.text().contains("等待第二人审批"), "{}", page.text());
}

/// Whoever is away is stood in for: asked for by the holder, decided by a security administrator.
pub fn somebody_stands_in(server: &Server) {
    let (officer, clerk) = (server.staff("officer1"), server.staff("clerk2"));
    assert_eq!(clerk.get("/batches/2021-01/seat-plan").status, 404);
    let form = officer.click(&officer.open("/workbench"), "/my-account").form("/deputy-proposals");
    let form = form.set("login", "clerk2").set("until", "2021-03-31").set("reason", "外出培训");
    for (name, wrong) in [("login", "officer1"), ("login", "nobody9"), ("until", ""), ("until", "2021-03-15")]
    {
        let refused = officer.send(&form.clone().set(name, wrong));
        assert_eq!(refused.status, 422, "{name} {wrong}: {}", refused.text());
    }
    let page = officer.send(&form);
    assert_eq!((page.status, page.path.as_str()), (200, "/my-account"), "{}", page.text());

    let security = server.staff("security2");
    let list = security.open("/accounts?q=clerk2");
    let account = list.row("clerk2").link("/accounts/").unwrap();
    let page = security.open(&account);
    assert!(page.text().contains("代理 考务甲"), "{}", page.text());
    let province = server.staff("province1").open(&account);
    assert!(!province.has_form("/decision"), "the province alone does not decide it");
    let page = security.send(&page.form("/decision").tick("decision", "approve"));
    assert!(page.status == 200 && page.text().contains("代理 考务甲"), "{}", page.text());
    let own = clerk.open("/my-account");
    assert!(own.text().contains("代理 考务甲"), "{}", own.text());
    let page = security.send(&page.row("考务").form("/revocation").set("reason", "已返岗"));
    assert!(page.text().contains("已收回"), "{}", page.text());
}

/// Where one is signed in is listed, and ended from elsewhere.
pub fn sessions_are_listed_and_ended(server: &Server) {
    let [here, there, third] = [0, 1, 2].map(|_| server.staff("panel3"));
    let other = server.staff("clerk1");
    let page = here.open("/my-account");
    let forms = page.values("button[name=session]");
    assert!(forms.len() >= 3 && forms.last().is_some_and(|last| last == "others"), "{forms:?}");
    assert_eq!(page.all("td .tag.done").len(), 1, "this one is marked");
    let csrf = other.open("/my-account").attribute("input[name=csrf]", "value").unwrap();
    let body = format!("csrf={csrf}&session={}", forms[0]);
    assert_eq!(
        other.post_plain("/my-account/session-closures", &body, &csrf).status,
        409,
        "another's is not there"
    );
    let form = page.form("/my-account/session-closures").tick("session", &forms[0]);
    let page = here.send(&form);
    assert_eq!(page.status, 200, "{}", page.text());
    let out = |browser: &Browser| browser.get("/workbench").path == "/sign-in";
    assert_eq!([&there, &third].into_iter().filter(|browser| out(browser)).count(), 1, "one of them is out");
    let form = page.form("/my-account/session-closures").tick("session", "others");
    let page = here.send(&form);
    assert!(out(&there) && out(&third) && !out(&here) && !out(&other), "all but this one are out");
    assert!(page.values("button[name=session]").is_empty(), "{}", page.text());
}

/// Public law is open to everybody; organisations and sites to who works here; filters stand in the address.
pub fn the_registers_can_be_read(server: &Server) {
    let nobody = server.browser();
    let page = nobody.click(&nobody.open("/"), "/standards");
    let page = nobody.click(&page, "/standards/4-07-03-04");
    for words in
        ["取得本职业或相关职业四级/中级工", "理论知识考试", "80.00 元", "2018 版", "3 人独立评分取平均"]
    {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let list = nobody.open("/standards?q=%E8%8C%B6&state=unconfirmed");
    assert!(list.text().contains("茶艺师") && !list.text().contains("电工"), "{}", list.text());
    assert!(nobody.open("/standards?on=2015-01-01").text().contains("还没有登记职业"));
    assert_eq!(nobody.get("/standards/9-99-99-99").status, 404);
    let calendar = nobody.open("/calendar");
    assert_eq!(calendar.path, "/calendar/2021");
    assert!(calendar.text().contains("250 个工作日"), "{}", calendar.text());
    assert!(nobody.open("/calendar/2030").text().contains("暂定"));
    for wrong in ["/calendar/21x", "/calendar/99999", "/calendar/1900"] {
        assert_eq!(nobody.get(wrong).status, 404, "{wrong}");
    }
    let filings = nobody.click(&nobody.open("/"), "/filings");
    assert!(filings.text().contains("S000099000001"), "{}", filings.text());
    let filing = nobody.click(&filings, "/filings/filing-");
    assert_eq!(
        filing.all("tbody tr").len(),
        2,
        "two occupations, the levels of each in one line: {}",
        filing.text()
    );
    assert!(nobody.open("/filings?occupation=4-03-02-07").text().contains("没有符合条件的备案"));
    assert_eq!(nobody.get("/filings/none").status, 404);
    testkit::proves!("S1-02", "anybody reads what a body may evaluate, for whom and until when");
    for closed in ["/organisations", "/sites", "/organisations/org-demo", "/sites/01"] {
        assert_eq!(nobody.get(closed).path, "/sign-in", "{closed}");
    }
    let clerk = server.staff("clerk1");
    let page = clerk.click(&clerk.open("/workbench"), "/organisations");
    assert_eq!(page.all("tbody tr").len(), 41);
    let page = clerk.open("/organisations?q=nancheng&kind=exam_site");
    assert_eq!(page.all("tbody tr").len(), 1, "{}", page.text());
    let page = clerk.click(&page, "/organisations/org-");
    assert!(page.text().contains("示范省人力资源协会"), "issued in whose name: {}", page.text());
    let page = clerk.click(&page, "/sites/01");
    let rest = clerk.open("/sites/01?page=2");
    let sketches = page.all(".sketch").len() + rest.all(".sketch").len();
    assert_eq!(sketches, 71, "a sketch of each room, fifty a page");
    let blocked = page.all(".sketch td.blocked").len() + rest.all(".sketch td.blocked").len();
    assert_eq!(blocked, 1, "the blocked place is shown");
    assert!(page.text().contains("3,559"), "{}", page.text());
    assert_eq!(clerk.get("/sites/99").status, 404);
    assert!(clerk.open("/sites?kind=computer").text().contains("南城考点"));
}
