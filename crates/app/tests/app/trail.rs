//! The trail is found by day, person and action.
use testkit::{Browser, Server};

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_narrowed_by_day_person_and_action() {
    for server in Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00").await {
        tokio::task::block_in_place(|| read(&server));
    }
}

/// Entries on a page: each has its receipt (凭证).
fn entries(reader: &Browser, path: &str) -> usize {
    reader.open(path).text().matches("凭证").count()
}

fn read(server: &Server) {
    let auditor = server.staff("auditor1");
    for _ in 0..2 {
        drop(server.staff("reviewer1"));
    }
    let engine = server.engine;
    assert!(entries(&auditor, "/trail") > 3, "everything, without a filter, on {engine}");
    assert_eq!(entries(&auditor, "/trail?action=session.open&who=reviewer1"), 2, "one person on {engine}");
    assert_eq!(entries(&auditor, "/trail?action=session.open&who=auditor1"), 1, "another on {engine}");
    let today = "/trail?from=2021-03-16&to=2021-03-16&action=session.open&who=reviewer1";
    assert_eq!(entries(&auditor, today), 2, "both ends of the days count on {engine}");
    assert_eq!(entries(&auditor, "/trail?who=reviewer1&from=2021-03-17"), 0, "nobody came later on {engine}");
    assert_eq!(entries(&auditor, "/trail?action=room.close"), 0, "nobody closed a room on {engine}");
    assert_eq!(entries(&auditor, "/trail?who=nobody-of-this-name"), 0, "an unknown name lets nobody through");
}
