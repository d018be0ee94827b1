//! What each kind of case does to the register, seen as the register says it.
use axum::http::StatusCode;
use kernel::Day;
use organisation::Standing;

use crate::house::{GOOD, House};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[tokio::test]
async fn a_scope_grows_after_its_announcement_and_shrinks_at_once() {
    for house in House::each().await {
        let case = house.about("scope_change").await;
        let line = [("occupation", "4-07-03-04"), ("level", "2"), ("group", "public")];
        house.go("manager", &format!("{case}/lines"), &line).await;
        house.complete("manager", &case, 3).await;
        house.assess(&case, &GOOD).await;
        house.approve(&case, &[("holds_from", "2021-04-01")]).await;
        let early = house.post("officer1", &format!("{case}/grant"), &[]).await;
        assert_eq!(early.page, "case-announced-until", "{}", house.engine);
        // Five working days after 2021-03-16: until the end of 2021-03-23.
        house.on("2021-03-23");
        let early = house.post("officer1", &format!("{case}/grant"), &[]).await;
        assert_eq!(early.page, "case-announced-until", "{}", house.engine);
        house.on("2021-03-24");
        assert_eq!(house.held().await.scope.len(), 2, "nothing before it is granted");
        house.go("officer1", &format!("{case}/grant"), &[]).await;
        let held = house.held().await;
        let levels = |on: &str| {
            let now = held.scope.iter().filter(|row| row.covers(day(on)));
            now.map(|row| row.level_code.to_string()).collect::<Vec<_>>()
        };
        assert_eq!((levels("2021-03-31").len(), levels("2021-04-01").len()), (2, 3), "{}", house.engine);
        assert!(held.scope.iter().all(|row| row.valid_to == Some(day("2023-12-01"))));

        let case = house.about("scope_reduction").await;
        let line = [("occupation", "4-07-03-04"), ("level", "4"), ("group", "public")];
        house.go("manager", &format!("{case}/lines"), &line).await;
        house.complete("manager", &case, 1).await;
        house.approve(&case, &[("holds_from", "2021-05-01")]).await;
        let held = house.held().await;
        let ends = held.scope.iter().find(|row| row.level_code.as_str() == "4").unwrap().valid_to;
        assert_eq!(ends, Some(day("2021-05-01")), "{}", house.engine);
    }
}

#[tokio::test]
async fn a_filing_is_confirmed_suspended_resumed_renewed_and_ended() {
    for house in House::each().await {
        let standing = async |on: &str| {
            let held = house.held().await;
            held.filing.standing(&held.suspensions, day(on))
        };
        assert_eq!(standing("2021-03-16").await, Standing::OnTrial);
        let case = house.about("confirmation").await;
        house.complete("manager", &case, 2).await;
        house.assess(&case, &GOOD).await;
        house.approve(&case, &[("holds_from", "2021-03-16")]).await;
        house.on("2021-03-24");
        house.go("officer1", &format!("{case}/grant"), &[]).await;
        assert_eq!(standing("2021-03-24").await, Standing::InForce, "{}", house.engine);

        let case = house.about("suspension").await;
        house.complete("manager", &case, 1).await;
        house.approve(&case, &[("holds_from", "2021-03-24")]).await;
        assert_eq!(standing("2021-03-24").await, Standing::Suspended, "{}", house.engine);
        let case = house.about("resumption").await;
        house.complete("manager", &case, 1).await;
        house.approve(&case, &[("holds_from", "2021-04-10")]).await;
        assert_eq!(standing("2021-04-09").await, Standing::Suspended, "{}", house.engine);
        assert_eq!(standing("2021-04-10").await, Standing::InForce, "{}", house.engine);

        house.on("2021-04-12");
        let case = house.about("renewal").await;
        house.complete("manager", &case, 2).await;
        for expert in ["expert1", "expert2", "expert3"] {
            house.go("officer1", &format!("{case}/assessors"), &[("account", expert)]).await;
        }
        for expert in ["expert1", "expert2", "expert3"] {
            let fields = [&GOOD[..], &[("then", "seal")]].concat();
            house.go(expert, &format!("{case}/assessment"), &fields).await;
        }
        let terms = [("holds_from", "2023-12-01"), ("holds_to", "2026-11-30")];
        house.approve(&case, &terms).await;
        house.on("2021-04-20");
        house.go("officer1", &format!("{case}/grant"), &[]).await;
        let held = house.held().await;
        assert_eq!(held.filing.valid_to, Some(day("2026-12-01")), "{}", house.engine);
        assert!(held.scope.iter().all(|row| row.valid_to == Some(day("2026-12-01"))), "its lines as well");

        let case = house.about("withdrawal").await;
        house.complete("manager", &case, 1).await;
        house.approve(&case, &[("holds_from", "2021-06-01")]).await;
        house.on("2021-04-28");
        house.go("officer1", &format!("{case}/grant"), &[]).await;
        assert_eq!(standing("2021-05-31").await, Standing::InForce, "{}", house.engine);
        assert_eq!(standing("2021-06-01").await, Standing::Ended, "{}", house.engine);
        let over = [
            ("organisation", "o"),
            ("subject", "f:renewal"),
            ("authority", "/authority"),
            ("mode", "online"),
        ];
        house.on("2021-06-01");
        let refused = house.post("manager", "/filing-cases", &over).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.engine);
    }
}

#[tokio::test]
async fn a_first_filing_begins_with_its_code_and_gets_its_plaque() {
    for house in House::each().await {
        // Served at its place by the authority of the south, under whose eyes it stands.
        let fields = [
            ("organisation", "e"),
            ("subject", "first:employer"),
            ("authority", "/authority/south"),
            ("mode", "on_site"),
        ];
        let case = house.open("south", &fields).await;
        assert_eq!(house.get("works", &case).await.status, StatusCode::OK, "the applicant sees it too");
        for level in ["5", "4"] {
            let line = [("occupation", "6-18-02-04"), ("level", level), ("group", "own_staff")];
            house.go("south", &format!("{case}/lines"), &line).await;
        }
        for number in [1, 2, 3, 4, 5, 6, 8] {
            house.paper("south", &case, number, b"%PDF-1.7 x").await;
        }
        house.go("south", &format!("{case}/submission"), &[("commitment", "yes")]).await;
        house.go("south", &format!("{case}/check"), &[("finding", "complete")]).await;
        let terms = |code: &'static str| {
            [
                ("finding", "approve"),
                ("document", "文号三"),
                ("site_code", code),
                ("holds_from", "2021-04-01"),
                ("holds_to", "2024-03-31"),
            ]
        };
        let refused = house.post("south", &format!("{case}/proposal"), &terms("S000099000077")).await;
        assert_eq!(refused.page, "case-code-needed", "an employer's code begins with Y: {}", house.engine);
        house.go("south", &format!("{case}/proposal"), &terms("Y000099000077")).await;
        let own = house.post("south", &format!("{case}/decision"), &[("decision", "approve")]).await;
        assert_eq!(own.page, "approval-needs-second-person", "{}", house.engine);
        house.go("officer2", &format!("{case}/decision"), &[("decision", "approve")]).await;
        house.on("2021-04-02");
        house.go("south", &format!("{case}/grant"), &[]).await;
        let early =
            house.post("south", &format!("{case}/plaque"), &[("number", "牌1"), ("on", "2021-04-03")]).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "not after today: {}", house.engine);
        house.go("south", &format!("{case}/plaque"), &[("number", "牌1"), ("on", "2021-04-02")]).await;
        let again =
            house.post("south", &format!("{case}/plaque"), &[("number", "牌2"), ("on", "2021-04-02")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", house.engine);
        let mut tx = house.env.db.read().await.unwrap();
        let works = kernel::OrgPath::parse("/works").unwrap();
        let held = organisation::held_at(&mut tx, std::slice::from_ref(&works)).await.unwrap().remove(0);
        drop(tx);
        assert_eq!(held.filing.site_code.unwrap().as_str(), "Y000099000077");
        assert_eq!(
            (held.scope.len(), held.filing.plaque_number.as_deref()),
            (2, Some("牌1")),
            "{}",
            house.engine
        );
        testkit::proves!("S3-01", "an enterprise names the occupations it evaluates its own people in");
    }
}
