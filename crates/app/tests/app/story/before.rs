//! Stages 2 to 4: registration, admission, arrangement.
use testkit::{Page, Server};

use super::{
    BATCH,
    roster::{Expected, data, expected, portraits},
};

/// Somebody who applies on the phone, is sent back once, and withdraws.
pub const SELF_PHONE: &str = "13800000031";

/// Stage 2: a registration point brings the roster and the portraits; one person applies alone.
pub fn thirty_people_apply(server: &mut Server) {
    server.clock("2021-04-12 09:00");
    let registrar = server.staff("registrar1");
    let page = registrar.click(&registrar.open("/batches/2021-01"), "/applications");
    let page = registrar.click(&page, "/roster");
    let refused =
        registrar.send(&page.form("/roster").file("file", "roster.xlsx", b"MZ not a workbook".to_vec()));
    assert_eq!(refused.status, 422, "a renamed program is no roster: {}", refused.text());

    let file = std::fs::read(data("demo/roster-30.xlsx")).unwrap();
    let preview = registrar.send(&page.form("/roster").file("file", "roster-30.xlsx", file.clone()));
    assert_eq!(preview.status, 200, "{}", preview.text());
    let list = registrar.open("/batches/2021-01/applications");
    assert!(!list.text().contains("徐伟文"), "nothing is written before confirmation");
    let done = registrar.send(&preview.form("/confirmation"));
    assert_eq!(done.status, 200, "{}", done.text());
    let list = registrar.open("/batches/2021-01/applications");
    assert!(list.text().contains("徐伟文"), "{}", list.text());

    // The same file again changes nothing and says so.
    let again = registrar.send(&page.form("/roster").file("file", "roster-30.xlsx", file));
    assert!(!again.has_form("/confirmation") || again.text().contains("30"), "{}", again.text());

    let photos = registrar.open("/batches/2021-01/photos");
    let done = registrar.send(&photos.form("/photos").file("file", "portraits.zip", portraits()));
    assert_eq!(done.status, 200, "{}", done.text());
    testkit::proves!("S0-12", "applications are counted by state");
    somebody_applies_alone(server);
}

fn somebody_applies_alone(server: &Server) {
    let me = server.candidate(SELF_PHONE);
    let notice = me.open("/notices/2021-01");
    let page = me.click(&notice, "/apply/2021-01");
    let form = page
        .form("/my/applications")
        .set("prior_level", "四级/中级工")
        .set("prior_certificate", "1510012371448861")
        .set("prior_issued_on", "2014-04-24")
        .set("work_started_on", "2012-01-01")
        .set("work_years", "9")
        .set("education", "大学本科")
        .set("major", "工商管理")
        .set("point", "南城市报名点")
        .set("exam_kind", "正考")
        .set("source", "私营企业")
        .set("collection", "自取")
        .set("name", "周小满")
        .set("document", "990000199001010017")
        .set("phone", SELF_PHONE)
        .set("ethnicity", "汉族")
        .set("region", "示范省南城市")
        .set("employer", "南城市第一公司")
        .set("address", "南城市解放路1号");
    let checked = me.send(&form.clone().tick("act", "check"));
    let clause = checked.attribute("input[name=clause]", "value").expect("clauses are offered");
    let wrong = me.send(
        &form.clone().set("document", "990000199001010018").tick("clause", &clause).tick("act", "submit"),
    );
    assert_eq!(wrong.status, 422, "a wrong check digit is refused: {}", wrong.text());
    let form = form.set("document", &valid_document("99000019900101001")).tick("clause", &clause);
    let form = form.tick("privacy_notice", "yes").tick("sensitive_data", "yes").tick("act", "submit");
    let mine = me.send(&form);
    assert_eq!(mine.status, 200, "{}", mine.text());
    let mine = me.open(&me.open("/my").link("/my/applications/").expect("my application is listed"));
    let photo = image_bytes();
    let mine = me.send(&mine.form("/photo").file("photo", "me.jpg", photo));
    assert_eq!(mine.status, 200, "{}", mine.text());
}

/// Appends the check digit of GB 11643 to seventeen digits, worked out here and not by the product.
fn valid_document(first: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        first.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    format!("{first}{}", ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize])
}

fn image_bytes() -> Vec<u8> {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(295, 413, image::Rgb([190, 200, 210]));
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

/// Stage 3: each application is decided by its clause, paid, and the list is frozen.
pub fn the_admitted_are_known(server: &mut Server) {
    server.clock("2021-04-30 09:00");
    let reviewer = server.staff("reviewer1");
    for person in expected() {
        review(&reviewer, &person);
    }
    send_back_and_withdraw(server);
    server.clock("2021-05-04 09:00");
    pay(server);
    let province = server.staff("province1");
    let page = province.open("/batches/2021-01/admission/freeze");
    let admitted = expected().iter().filter(|person| person.is_admitted()).count();
    assert!(page.text().contains(&admitted.to_string()), "{}", page.text());
    let page = province.send(&page.form("/admission/freeze"));
    assert_eq!(page.status, 200, "{}", page.text());
    testkit::proves!("S0-14", "each application is decided by the clause row of its standard");
    testkit::proves!("S0-17", "payment is recorded before the list is frozen");
}

fn queue(browser: &testkit::Browser) -> Page {
    browser.open("/batches/2021-01/admission?state=pending&size=100")
}

fn review(reviewer: &testkit::Browser, person: &Expected) {
    let row = queue(reviewer).row(&person.name);
    let link = row.link(&format!("/batches/{BATCH}/admission/")).expect("the queue leads to the application");
    let page = reviewer.open(&link);
    let proposed = page.attribute("button.go[name=decision]", "value");
    let (decision, reason) = match person.decision.as_str() {
        "admit" => ("accept", ""),
        "return" => ("return", "请补充学历证书编号或扫描件"),
        "refuse" => ("refuse", "工作年限不足"),
        other => panic!("unknown decision {other}"),
    };
    let wanted = (decision != "refuse").then(|| decision.to_owned());
    assert_eq!(proposed, wanted, "the machine proposes for {}: {}", person.name, page.text());
    let page = reviewer.send(&page.form("/review").set("reason", reason).tick("decision", decision));
    assert_eq!(page.status, 200, "{}: {}", person.name, page.text());
}

fn send_back_and_withdraw(server: &Server) {
    let reviewer = server.staff("reviewer1");
    let row = queue(&reviewer).row("周小满");
    let page = reviewer.open(&row.link("/admission/").unwrap());
    let page =
        reviewer.send(&page.form("/review").set("reason", "请核对工作单位").tick("decision", "return"));
    assert_eq!(page.status, 200, "{}", page.text());
    let me = server.candidate(SELF_PHONE);
    let page = me.click(&me.open("/my"), "/resubmission");
    let mine = page.path.trim_end_matches("/resubmission").to_owned();
    let page = me.send(&page.form("/resubmission").set("employer", "南城市第二公司").tick("act", "submit"));
    assert_eq!(page.status, 200, "{}", page.text());
    let mine = me.open(&mine);
    let page = me.send(&mine.form("/withdrawal"));
    assert_eq!(page.status, 200, "{}", page.text());
}

fn pay(server: &Server) {
    let registrar = server.staff("registrar1");
    let page = registrar.open("/batches/2021-01/payments?size=100");
    let one = page.links("/payment").into_iter().find(|link| link.ends_with("/payment"));
    let one = registrar.open(&one.expect("a single payment can be recorded"));
    let done = registrar.send(&one.form("/payment").set("receipt_number", "2021-0000"));
    assert_eq!(done.status, 200, "{}", done.text());
    let page = registrar.open("/batches/2021-01/payments?size=100");
    let mut form = page.form("/payments");
    let due: Vec<String> =
        form.names().iter().filter_map(|name| name.strip_prefix("receipt-").map(ToOwned::to_owned)).collect();
    for (number, id) in due.iter().enumerate() {
        form = form.tick("paid", id).set(&format!("receipt-{id}"), &format!("2021-{:04}", number + 1));
    }
    let done = registrar.send(&form);
    assert_eq!(done.status, 200, "{}", done.text());
}

/// Stage 4: seats are drawn and confirmed, and a candidate prints a ticket.
pub fn everybody_gets_a_seat(server: &mut Server) {
    server.clock("2021-05-06 09:00");
    let officer = server.staff("officer1");
    let page = officer.click(&officer.open("/batches/2021-01"), "/seat-plan");
    let page = officer.send(&page.form("/seat-plan"));
    assert_eq!(page.status, 200, "{}", page.text());
    let page = officer.send(&page.form("/seat-plan/confirmation"));
    assert_eq!(page.status, 200, "{}", page.text());
    let rooms = page.links("/seat-plan/rooms/");
    assert!(rooms.len() >= 3, "a computer room, a paper room and a practical room: {rooms:?}");
    let mut seated = 0;
    for person in expected().iter().filter(|person| person.is_admitted()) {
        let shown = rooms.iter().any(|room| officer.open(room).html.contains(&person.name));
        assert!(shown, "{} has a seat", person.name);
        seated += 1;
    }
    assert_eq!(seated, 25);
    let room = officer.open(&rooms[0]);
    let sheet = officer.open(&room.link("sign-in-sheet.pdf").expect("the room's sign-in sheet"));
    assert!(sheet.bytes.starts_with(b"%PDF"));
    let ticket = officer.open(&room.link("/tickets/").expect("a ticket of the room"));
    assert!(ticket.bytes.starts_with(b"%PDF"));

    let me = server.candidate("19900000001");
    let ahead = me.open("/my");
    assert!(ahead.link("/my/tickets/").is_none(), "tickets are printed from 8 May on");
    server.clock("2021-05-08 09:00");
    let me = server.candidate("19900000001");
    let ticket = me.open(&me.open("/my").link("/my/tickets/").expect("my ticket"));
    assert!(ticket.bytes.starts_with(b"%PDF"));
    testkit::proves!("S0-20", "the list is frozen, then seats are drawn");
}
