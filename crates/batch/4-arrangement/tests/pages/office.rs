//! What happens beside the requests, and how things stand after it.
use identity::Subject;
use store::on;

use super::fixture::{Answer, House};

impl House {
    /// Does what the worker beside the requests would do.
    pub async fn work_off(&self) {
        job::Runner::new(&self.env, arrangement::JOBS.to_vec()).work_off().await.unwrap();
    }

    /// Sends any form a second later than the last one.
    pub async fn form(&self, who: &Subject, path: &str, form: &str) -> Answer {
        self.clock.advance_seconds(1);
        self.send(who, "POST", path, form).await
    }

    /// How a site stands.
    pub async fn site(&self, site: &str) -> arrangement::SitePlan {
        let mut tx = self.env.db.read().await.unwrap();
        let code = kernel::BatchCode::parse("2021-01").unwrap();
        arrangement::site_plan(&mut tx, &code, &site.into()).await.unwrap().unwrap()
    }

    /// How the last job that was begun ended: its status and its sentence.
    pub async fn last_job(&self) -> (String, String) {
        let mut tx = self.env.db.read().await.unwrap();
        on!(&mut tx, |conn| sqlx::query_as(
            "SELECT status, outcome FROM job ORDER BY created_at DESC, id DESC LIMIT 1"
        )
        .fetch_one(conn)
        .await)
        .unwrap()
    }
}
