//! Stages 2 to 4: registration, admission, arrangement.
use std::collections::{BTreeMap, BTreeSet};

use rehearse::{
    Batch, Browser, Office, admission, announcement, arrangement, registration, registration::Applicant,
};
use testkit::Server;

use super::did;

/// Somebody who applies on the phone, is sent back once, and withdraws.
pub const SELF_PHONE: &str = "13800000031";

/// Their number as it was typed first, without its check character.
const SELF_DOCUMENT: &str = "99000019900101001";

/// Stage 2: a registration point brings the roster and the portraits; one person applies alone.
pub fn thirty_people_apply(server: &mut Server, batch: &Batch) {
    server.clock("2021-04-12 09:00");
    let registrar = server.staff("registrar1");
    let page = did(registration::roster_page(&registrar, batch));
    let refused =
        registrar.send(&did(page.form("/roster")).file("file", "roster.xlsx", b"MZ not a workbook".to_vec()));
    assert_eq!(refused.status, 422, "a renamed program is no roster: {}", refused.text());

    let preview = did(registration::preview(server.office(), batch));
    let list = registrar.open("/batches/2021-01/applications");
    assert!(!list.text().contains("徐伟文"), "nothing is written before confirmation");
    did(registration::confirm(server.office(), &preview));
    let list = registrar.open("/batches/2021-01/applications");
    assert!(list.text().contains("徐伟文"), "{}", list.text());

    // The same file again changes nothing and says so.
    let again = did(registration::preview(server.office(), batch));
    assert!(!again.has_form("/confirmation") || again.text().contains("30"), "{}", again.text());

    a_row_is_mended_in_place(server, batch);
    did(registration::portraits(server.office(), batch));
    testkit::proves!("S0-12", "applications are counted by state");
    somebody_applies_alone(server.office(), batch);
}

/// A roster with one wrong digit is put right on the page, checked again, and says only what is known.
fn a_row_is_mended_in_place(server: &Server, batch: &Batch) {
    let mut cast = batch.cast.clone();
    let number = cast.column("证件号码").unwrap();
    let cell = &mut cast.members[1].cells[number];
    let right = std::mem::replace(cell, "999824199607135424".to_owned());
    let registrar = did(server.office().staff("registrar1"));
    let page = did(registration::roster_page(&registrar, batch));
    let form = did(page.form("/roster")).file("file", "wrong.xlsx", did(cast.workbook()));
    let shown = did(registrar.settled(did(registrar.submit(&form))));
    // The list of jobs names the file, and leads from its wrong rows to their errors.
    let jobs = did(registrar.open("/jobs"));
    let job = did(jobs.row("wrong.xlsx"));
    assert!(job.text().contains("1 行有误") && job.text().contains("检查花名册"), "{}", job.text());
    let rows = did(registrar.click(&job, "/roster/"));
    assert!(rows.text().contains("证件号码"), "{}", rows.text());
    let file = did(registrar.click(&shown, "/annotated"));
    assert!(file.bytes.starts_with(b"PK"), "the roster with remarks is a workbook");
    let row = did(registrar.click(&shown, "/rows/3"));
    assert!(row.text().contains("证件号码"), "{}", row.text());
    let mended = did(registrar.submit(&did(row.form("/rows/3")).set("document", &right)));
    let again = did(registrar.settled(did(registrar.submit(&did(mended.form("/check"))))));
    assert!(again.text().contains("30 行与现有报名一致"), "{}", again.text());
}

fn somebody_applies_alone(office: &Office, batch: &Batch) {
    let who = Applicant {
        name: "周小满".into(),
        document: valid_document(SELF_DOCUMENT),
        phone: SELF_PHONE.into(),
        city: "南城市".into(),
        prior_issued_on: "2014-04-24".into(),
        work_started_on: "2012-01-01".into(),
    };
    let me = did(office.candidate(SELF_PHONE));
    let form = did(registration::with_clause(&me, did(registration::application(&me, batch, &who))));
    let wrong = did(me.send(&form.clone().set("document", "990000199001010018")));
    assert_eq!(wrong.status, 422, "a wrong check digit is refused: {}", wrong.text());
    did(me.submit(&form));
    let mine = did(registration::my_application(&me));
    let photo = did(rehearse::portrait::jpeg("周小满", kernel::Sex::Female));
    did(me.submit(&did(mine.form("/photo")).file("photo", "me.jpg", photo)));
}

/// Appends the check digit of GB 11643 to seventeen digits, worked out here and not by the product.
fn valid_document(first: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        first.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    format!("{first}{}", ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize])
}

/// Stage 3: each application is decided by its clause, paid, and the list is frozen.
pub fn the_admitted_are_known(server: &mut Server, batch: &Batch) {
    server.clock("2021-04-30 09:00");
    let member = batch.cast.admitted().next().expect("somebody is admitted");
    did(registration::passed_parts(server.office(), batch, &[(member, "理论知识")], "2020-12-19"));
    let reviewer = did(server.office().staff("reviewer1"));
    let (one_by_one, ticked, ordered) = by_way_of_acceptance(batch);
    for member in one_by_one {
        let queue = did(admission::queue(&reviewer, batch));
        let page = did(admission::open(&reviewer, batch, &queue, &member.name));
        let wanted = match member.decision.as_str() {
            "admit" => Some("accept"),
            "return" => Some("return"),
            "refuse" => None,
            other => panic!("unknown decision {other}"),
        };
        let proposed = admission::proposed(&page);
        assert_eq!(proposed.as_deref(), wanted, "the machine proposes for {}: {}", member.name, page.text());
        did(admission::decide(&reviewer, &page, member));
    }
    did(admission::accept_ticked(&reviewer, batch, &ticked));
    let job = did(admission::accept_all(&reviewer, batch, "point=/demo/yuntai/point"));
    let said = format!("通过 {} 份", ordered.len());
    assert!(job.text().contains(&said), "{said}: {}", job.text());
    for name in ticked.iter().chain(&ordered) {
        let accepted = did(reviewer.open(&batch.at("/admission?state=accepted")));
        assert!(accepted.html.contains(name), "{name} is accepted");
    }
    send_back_and_withdraw(server.office(), batch, &reviewer);
    server.clock("2021-05-04 09:00");
    the_province_sees_each_city(server, batch);
    who_has_not_paid_is_reminded(server, batch);
    did(admission::pay(server.office(), batch));
    let page = server.staff("province1").open("/batches/2021-01/admission/freeze");
    let admitted = batch.cast.admitted().count();
    assert_eq!(admitted, 25);
    assert!(page.text().contains(&admitted.to_string()), "{}", page.text());
    did(admission::freeze(server.office(), batch));
    testkit::proves!("S0-14", "each application is decided by the clause row of its standard");
    testkit::proves!("S0-17", "payment is recorded before the list is frozen");
}

/// The province writes to everybody whose fee is due, once; they read it on their own page, others do not.
fn who_has_not_paid_is_reminded(server: &Server, batch: &Batch) {
    let text = "请于缴费截止日前到报名点缴费，逾期不能参加考试。";
    let job = did(announcement::send(server.office(), batch, "fee_due", text));
    let due = batch.cast.admitted().count();
    assert!(job.text().contains(&format!("已通知 {due} 人")), "{}", job.text());
    let list = server.staff("province1").open("/batches/2021-01/announcements");
    assert!(list.text().contains(&format!("已通知 {due} 人，共 {due} 人")), "{}", list.text());
    // The first of the roster is accepted; who applied alone has taken it back.
    assert!(server.candidate("19900000001").open("/my").text().contains(text));
    assert!(!server.candidate(SELF_PHONE).open("/my").text().contains(text));
}

/// Those who are decided one by one, two who are ticked, and two who are left to an order for a point.
fn by_way_of_acceptance(batch: &Batch) -> (Vec<&rehearse::Member>, Vec<&str>, Vec<&str>) {
    let point = batch.cast.column("报名单位").expect("the roster names the point");
    let of = |wanted: &str| -> Vec<&str> {
        let there = batch.cast.admitted().filter(|member| member.cells[point] == wanted);
        there.map(|member| member.name.as_str()).take(2).collect()
    };
    let (ticked, ordered) = (of("锡城市报名点"), of("云台市报名点"));
    assert_eq!((ticked.len(), ordered.len()), (2, 2));
    let is_alone = |member: &&rehearse::Member| {
        !ticked.contains(&member.name.as_str()) && !ordered.contains(&member.name.as_str())
    };
    (batch.cast.members.iter().filter(is_alone).collect(), ticked, ordered)
}

/// What is open in each city, step by step, with the working days that are left: 4 May is the last day of
/// the review, and between it and the last day of the payment lies no working day.
fn the_province_sees_each_city(server: &Server, batch: &Batch) {
    let province = did(server.office().staff("province1"));
    let page = did(province.open("/workbench"));
    let city = batch.cast.column("报名单位").expect("the roster names registration points");
    let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
    for member in batch.cast.admitted() {
        *accepted.entry(member.cells[city].replace("报名点", "认定中心")).or_default() += 1;
    }
    assert!(accepted.len() > 1, "{accepted:?}");
    for (city, count) in &accepted {
        let row = did(page.row(city));
        let link = "/batches/2021-01/admission?state=accepted&point=/demo/";
        assert_eq!(row.all("a").last(), Some(&count.to_string()), "{city}: {}", row.text());
        let list = did(province.click(&row, link));
        let all = list.links("/batches/2021-01/admission/");
        let ids = all.iter().filter_map(|link| link.split(['/', '?']).nth(4)).filter(|id| *id != "freeze");
        assert_eq!(ids.collect::<BTreeSet<_>>().len(), *count, "{city}: {}", list.text());
    }
    for words in ["今天截止", "截止前不再有工作日", "退回待更正"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    testkit::proves!("S0-11", "the province sees for each city and step what is open and how late it is");
    let reviewer = server.staff("reviewer1").open("/workbench");
    assert!(!reviewer.text().contains("各市进度"), "{}", reviewer.text());
}

/// The point finds somebody by the number that was entered, and corrects it by the document.
fn a_wrong_number_is_corrected(office: &Office, batch: &Batch) {
    let registrar = did(office.staff("registrar1"));
    let list = did(registrar.open(&batch.at("/applications")));
    let wrong = valid_document(SELF_DOCUMENT);
    let found = did(registrar.submit(&did(list.form("/applications")).set("document", &wrong)));
    assert!(!found.path.contains(&wrong), "a number stands in no address: {}", found.path);
    let page = did(registrar.click(&did(found.row("周小满")), &batch.at("/applications/")));
    let form = did(did(registrar.click(&page, "/correction")).form("/correction"));
    let column = batch.cast.column("证件号码").expect("the roster has document numbers");
    let taken = form.clone().set("document", &batch.cast.members[0].cells[column]).set("reason", "录入串行");
    assert_eq!(did(registrar.send(&taken)).status, 422, "nobody is made one with somebody else");
    let right = valid_document("99000019900101003");
    did(registrar.submit(&form.set("document", &right).set("reason", "录入与身份证不符")));
}

/// Given back for the photo alone, an application is handed in again by the point with another one.
fn a_new_photo_is_enough(office: &Office, batch: &Batch, reviewer: &Browser) {
    let queue = did(admission::queue(reviewer, batch));
    let page = did(admission::open(reviewer, batch, &queue, "周小满"));
    let form = did(page.form("/review")).set("reason", "照片请换白色背景").tick("decision", "return");
    did(reviewer.submit(&form));
    let registrar = did(office.staff("registrar1"));
    let list = did(registrar.open(&batch.at("/applications?status=returned")));
    let address = did(did(list.row("周小满")).need_link(&batch.at("/applications/")));
    assert!(!did(registrar.open(&address)).has_form("/resubmission"), "the photo is the same");
    let archive = did(rehearse::portrait::archive([("31", "周小满新照", kernel::Sex::Female)].into_iter()));
    let page = did(registrar.open(&batch.at("/photos")));
    did(registrar.submit(&did(page.form("/photos")).file("file", "portraits.zip", archive)));
    did(registrar.submit(&did(did(registrar.open(&address)).form("/resubmission"))));
}

fn send_back_and_withdraw(office: &Office, batch: &Batch, reviewer: &Browser) {
    a_wrong_number_is_corrected(office, batch);
    a_new_photo_is_enough(office, batch, reviewer);
    let queue = did(admission::queue(reviewer, batch));
    let page = did(admission::open(reviewer, batch, &queue, "周小满"));
    let form = did(page.form("/review")).set("reason", "请核对工作单位").tick("decision", "return");
    did(reviewer.submit(&form));
    let me = did(office.candidate(SELF_PHONE));
    let page = did(me.click(&did(me.open("/my")), "/resubmission"));
    assert!(page.text().contains("请核对工作单位"), "the form says why it came back: {}", page.text());
    let mine = page.path.trim_end_matches("/resubmission").to_owned();
    let form = did(page.form("/resubmission")).set("employer", "南城市第二公司").tick("act", "submit");
    did(me.submit(&form));
    let mine = did(me.open(&mine));
    assert!(!mine.has_form("/withdrawal"), "one tap withdraws nothing");
    did(me.submit(&did(did(me.click(&mine, "/withdrawal")).form("/withdrawal"))));
}

/// Stage 4: seats are drawn and confirmed, and a candidate prints a ticket.
pub fn everybody_gets_a_seat(server: &mut Server, batch: &Batch) {
    server.clock("2021-05-06 09:00");
    did(arrangement::draw(server.office(), batch));
    did(arrangement::draw_again(server.office(), batch));
    let room = did(arrangement::swap_and_take_back(server.office(), batch));
    assert!(room.text().contains("已撤销") && !room.has_form("/moves/reversal"), "{}", room.text());
    let page = did(arrangement::confirm(server.office(), batch));
    let officer = server.staff("officer1");
    let pack = did(arrangement::print_pack(server.office(), batch));
    let file = officer.open(&pack.link("/print-packs/").expect("a file of the pack"));
    assert!(file.bytes.starts_with(b"%PDF"));
    let rooms = page.links("/seat-plan/rooms/");
    assert!(rooms.len() >= 3, "a computer room, a paper room and a practical room: {rooms:?}");
    let mut seated = 0;
    for person in batch.cast.admitted() {
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
