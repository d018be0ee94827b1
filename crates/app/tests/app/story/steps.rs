//! The eight steps of an examination, one after the other, as the log tells them.
use store::{Db, on};
use testkit::Server;

/// Each step, and the act that stands for it in the log. A re-check (复查) is not built yet.
const STEPS: [(&str, &str); 8] = [
    ("考试报名", "application.submit"),
    ("考前准备", "admission.freeze"),
    ("考点考场设置", "seat_plan.confirm"),
    ("试卷管理", "form.lock"),
    ("考试实施", "room.close"),
    ("考试阅卷", "score.seal"),
    ("成绩发布", "result.publish"),
    ("证书核发", "certificate.issue"),
];

/// Every step was done, and nothing of a step before anything of the one it builds on.
pub fn all_eight_stand_in_the_log_in_order(server: &Server) {
    let log = log_of_the_batch(server);
    let mut before = ("", -1);
    for (step, action) in STEPS {
        let places = log.iter().filter(|(done, _)| done == action).map(|(_, place)| *place);
        let (first, last) = (places.clone().min(), places.max());
        let first = first.unwrap_or_else(|| panic!("{step} is not in the log of {}", server.engine));
        assert!(before.1 < first, "{step} begins before the end of {} on {}", before.0, server.engine);
        before = (step, last.unwrap());
    }
    let rail = server.staff("province1").open("/batches/2021-01");
    assert_eq!(rail.all(".rail li.done").len(), 9, "{}", rail.all(".rail li").join(" · "));
    testkit::proves!(
        "S0-27",
        "registration, preparation, seats, papers, exam, marking, publication and certificates of one batch stand \
         in the log one after the other, and the rail shows all as done; the re-check of results is not part of it"
    );
}

/// Action and place of each entry of the story's batch.
fn log_of_the_batch(server: &Server) -> Vec<(String, i64)> {
    tokio::runtime::Handle::current().block_on(async {
        let db = Db::open(&server.database).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let sql = "SELECT e.action, l.leaf_index FROM trail_entry e JOIN trail_leaf l ON l.entry_id = e.id
                   WHERE e.batch = '2021-01' ORDER BY l.leaf_index";
        on!(&mut tx, |conn| sqlx::query_as(sql).fetch_all(conn).await).unwrap()
    })
}
