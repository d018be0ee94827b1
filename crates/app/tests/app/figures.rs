//! Pages that count: the funnel, the year, who is where, and how often the public read a notice.
use rehearse::{Batch, Member};
use testkit::Server;

use crate::city::{ONE_BATCH, login, members};

/// How often one looks until what was read is written down, which is done every second.
const LOOKS_MOST: usize = 20_000;

/// The funnel counts what the cast was made for, in all and in one city.
pub fn the_funnel_counts(server: &Server, batch: &Batch) {
    let admitted: Vec<&Member> = batch.cast.admitted().collect();
    let present = admitted.iter().filter(|member| !member.is_absent()).count();
    let passed = admitted.iter().filter(|member| member.result == "pass").count();
    let page = server.staff("province1").open("/batches/2021-01/funnel");
    let numbers: Vec<usize> = page
        .all(".funnel b")
        .iter()
        .map(|text| text.split_whitespace().next().unwrap().parse().unwrap())
        .collect();
    // One certificate is revoked at the end of the story, and counts no more.
    assert_eq!(numbers, [30, 25, 25, 25, present, passed, passed - 1], "{}", page.text());
    let row = page.row("锡城市认定中心").text();
    let west = members(batch, "锡城市报名点");
    let of = |wanted: &dyn Fn(&Member) -> bool| west.iter().filter(|member| wanted(member)).count();
    let expected = [of(&|_| true), of(&|one| one.is_admitted()), of(&|one| one.result == "pass")];
    for number in expected {
        assert!(row.split_whitespace().any(|word| word == number.to_string()), "{number} in {row}");
    }
    let own = server.staff(&login("/demo/xicheng")).open("/batches/2021-01/funnel");
    let first = own.all(".funnel b").first().unwrap().split_whitespace().next().unwrap().to_owned();
    assert_eq!(first, west.len().to_string(), "a city counts its own");
}

/// The year counts the batch once, and its people as far as each came.
pub fn the_year_counts(server: &Server, batch: &Batch) {
    let admitted: Vec<&Member> = batch.cast.admitted().collect();
    let present = admitted.iter().filter(|member| !member.is_absent()).count();
    let passed = admitted.iter().filter(|member| member.result == "pass").count();
    let page = server.staff("province1").open("/statistics");
    let mut cells = page.all("#by-organisation tbody td.num");
    let rate = cells.remove(5);
    let expected = [1, 30, admitted.len(), present, passed, passed - 1].map(|number| number.to_string());
    assert_eq!(cells, expected, "{}", page.text());
    assert!(rate.ends_with(" %"), "{rate}");
    let city = server.staff(&login("/demo/xicheng")).open("/statistics");
    assert_eq!(city.all("#by-organisation").len(), 0, "a city holds no batch of its own: {}", city.text());
}

/// A duty for one batch opens the figures of that batch and no others.
pub fn a_duty_for_one_batch_opens_one(server: &Server) {
    let seen = ONE_BATCH.map(|(login, _)| {
        let browser = server.staff(login);
        let listed = !browser.open("/batches").links("/batches/2021-01").is_empty();
        (listed, browser.open("/statistics").all("#by-organisation tbody tr").len())
    });
    assert_eq!(seen, [(true, 1), (false, 0)]);
}

/// After [`crate::city::hire`] each city has one person with every duty, beside those of the province.
pub fn the_matrix_counts(server: &Server) {
    let page = server.staff("province1").open("/batches/2021-01/responsibilities");
    assert_eq!(page.all("#by-step tbody tr").len(), 14);
    assert_eq!(page.all("#by-step .tag.late").len(), 0, "{}", page.text());
    let numbers: Vec<String> =
        page.row("锡城市认定中心").text().split_whitespace().skip(1).map(str::to_owned).collect();
    assert_eq!(numbers, ["1"; 8], "one in each of seven roles, one person");
}

/// The public reads the notice and an occupation's page; staff do not count.
pub fn what_the_public_reads_is_counted(server: &Server) {
    let auditor = server.staff("auditor1");
    let times = |address: &str| -> i64 {
        let page = auditor.open(address);
        let said = page.all(".head .meta").join(" ");
        let after = said.rsplit("阅读").next().unwrap_or_default().to_owned();
        after.split_whitespace().next().unwrap().parse().unwrap()
    };
    for address in ["/notices/2021-01", "/standards/4-07-03-04"] {
        let before = times(address);
        let public = server.browser();
        (0..3).for_each(|_| drop(public.open(address)));
        let is_written = (0..LOOKS_MOST).any(|_| times(address) >= before + 3);
        assert!(is_written, "{address}: {before} and three more");
        assert_eq!(times(address), before + 3, "{address}: nobody else read it");
    }
}
