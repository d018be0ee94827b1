//! Whoever the thousands at their machines are copied from: one who was really let in.
use rehearse::{Crowd, rehearsal, sitting};
use sqlx::Row as _;
use store::on;
use testkit::{Server, sitters::open_unchecked};

const COUNTED: &str = "SELECT COUNT(*) FROM answer_change";

/// One person of the rehearsal is let in and sits down; the key of the attempt.
pub fn template(server: &mut Server) -> String {
    server.clock("2021-05-22 08:40");
    let office = server.office();
    let crowd = Crowd::read(60, 1).unwrap();
    let batch = rehearsal::batch(&crowd).unwrap();
    let invigilator = office.staff("invigilator1").unwrap();
    for room in sitting::rooms(&invigilator, &batch).unwrap() {
        let page = invigilator.open(&room).unwrap();
        if !page.has_form("/check-in") {
            continue;
        }
        let row = page.rows().into_iter().find(|row| row.form("/check-in").is_ok()).unwrap();
        let number = row.all("small.mono").into_iter().next().unwrap();
        let shown = invigilator.submit(&row.form("/check-in").unwrap()).unwrap();
        let code = shown.all(".code").into_iter().next().unwrap();
        let browser = sitting::enter_hall(office, &number, &code).unwrap();
        let path = browser.last_path();
        return path.rsplit('/').next().unwrap().to_owned();
    }
    panic!("nobody of the rehearsal sits at a computer")
}

/// How many changes the database holds.
pub async fn counted(database: &str) -> usize {
    let db = open_unchecked(database).await;
    let mut tx = db.read().await.unwrap();
    let count: i64 =
        on!(&mut tx, |conn| sqlx::query(COUNTED).fetch_one(conn).await.map(|row| row.get(0))).unwrap();
    drop(tx);
    db.close().await;
    usize::try_from(count).unwrap()
}
