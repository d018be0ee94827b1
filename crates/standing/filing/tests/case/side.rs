//! Who sees a case, and from which side of it.
use axum::http::StatusCode;

use crate::house::House;

#[tokio::test]
async fn a_manager_sees_nothing_of_a_neighbour_and_an_authority_nothing_of_anothers() {
    for house in House::each().await {
        let case = house.about("scope_change").await;
        let sees = async |who: &'static str| house.get(who, &case).await.status == StatusCode::OK;
        assert!(sees("manager").await);
        for who in ["works", "officer1", "south", "expert1", "auditor"] {
            assert!(!sees(who).await, "a draft is the applicant's alone: {who} on {}", house.engine);
        }
        let list = house.get("officer1", "/filing-cases").await.page;
        assert!(!list.contains(&case), "nor is it on the board: {}", house.engine);
        let line = [("occupation", "4-07-03-04"), ("level", "2"), ("group", "public")];
        house.go("manager", &format!("{case}/lines"), &line).await;
        for number in 1..=3 {
            house.paper("manager", &case, number, b"%PDF-1.7 secret list").await;
        }
        house.go("manager", &format!("{case}/submission"), &[("commitment", "yes")]).await;
        for (who, expected) in [
            ("manager", true),
            ("officer1", true),
            ("officer2", true),
            ("auditor", true),
            ("works", false),
            ("south", false),
            ("expert1", false),
            ("reviewer", false),
        ] {
            assert_eq!(sees(who).await, expected, "{who} on {}", house.engine);
            let paper = house.get(who, &format!("{case}/papers/1")).await;
            assert_eq!(paper.status == StatusCode::OK, expected, "{who} on {}", house.engine);
            let board = house.get(who, "/filing-cases").await.page;
            assert_eq!(board.contains(&case), expected, "{who} on {}", house.engine);
        }
        for (who, path) in
            [("auditor", "check"), ("works", "withdrawal"), ("manager", "check"), ("officer1", "lines")]
        {
            let sent = house.post(who, &format!("{case}/{path}"), &[("finding", "complete")]).await;
            assert_eq!(sent.status, StatusCode::NOT_FOUND, "{who} {path} on {}", house.engine);
        }
        testkit::proves!("S1-10", "a base has a manager of its own, who sees its cases and no neighbour's");
    }
}

#[tokio::test]
async fn a_paper_lies_sealed_and_comes_back_as_it_was() {
    for house in House::each().await {
        let case = house.about("scope_change").await;
        let bytes = b"%PDF-1.7 \xE5\xA7\x93\xE5\x90\x8D 110101199003071234";
        house.paper("manager", &case, 2, bytes).await;
        let back = house.get("manager", &format!("{case}/papers/2")).await;
        assert!(back.page.contains("110101199003071234"), "{}", house.engine);
        let mut looked = 0;
        for file in walk(house.env.blobs.folder()) {
            looked += 1;
            let kept = std::fs::read(&file).unwrap();
            assert!(!kept.windows(18).any(|part| part == b"110101199003071234"), "{}", file.display());
        }
        assert!(looked > 0);
        let wrong = house.paper("manager", &case, 2, b"PK\x03\x04").await;
        assert_eq!(wrong.page, "case-not-this-file", "{}", house.engine);
        let none = house.paper("manager", &case, 9, bytes).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "the procedure has no such paper: {}", house.engine);
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[tokio::test]
async fn a_step_that_is_late_is_counted_as_late() {
    for house in House::each().await {
        let case = house.about("suspension").await;
        house.paper("manager", &case, 1, b"%PDF-1.7 x").await;
        house.go("manager", &format!("{case}/submission"), &[("commitment", "yes")]).await;
        // Five working days from Tuesday 2021-03-16 end on 2021-03-23.
        house.on("2021-03-23");
        let late = async || house.get("officer1", "/filing-cases?shown=late").await.page.contains(&case);
        assert!(!late().await, "{}", house.engine);
        house.on("2021-03-24");
        assert!(late().await, "{}", house.engine);
        let tasks = {
            let mut tx = house.env.db.read().await.unwrap();
            let who = house.subject("officer1");
            filing::tasks(&mut tx, &who, house.env.now()).await.unwrap()
        };
        assert_eq!((tasks[0].key, tasks[0].count), ("task-case-handle", 1), "{}", house.engine);
    }
}

#[tokio::test]
async fn nobody_handles_what_they_ask_for_or_assess() {
    for house in House::each().await {
        let case = house.about("suspension").await;
        house.paper("manager", &case, 1, b"%PDF-1.7 x").await;
        house.go("manager", &format!("{case}/submission"), &[("commitment", "yes")]).await;
        assert_eq!(house.get("both", &case).await.status, StatusCode::OK, "as its manager: {}", house.engine);
        let own = house.post("both", &format!("{case}/check"), &[("finding", "complete")]).await;
        assert_eq!(own.status, StatusCode::NOT_FOUND, "{}", house.engine);
        let fields = [
            ("organisation", "o"),
            ("subject", "f:withdrawal"),
            ("authority", "/authority"),
            ("mode", "on_site"),
        ];
        let own = house.post("both", "/filing-cases", &fields).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.engine);
        house.go("manager", &format!("{case}/withdrawal"), &[]).await;

        let case = house.about("confirmation").await;
        house.complete("manager", &case, 2).await;
        let appointed = house.post("officer1", &format!("{case}/assessors"), &[("account", "judge")]).await;
        assert_eq!(
            appointed.page, "case-choose-assessor",
            "whoever handles does not assess: {}",
            house.engine
        );
    }
}
