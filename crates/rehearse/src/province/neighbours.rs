//! The bodies beside the province, each with a plan of its own.
use super::{Head, Steps};
use crate::{Act, Batch, Result, Script};

/// What a neighbour examines, and where.
struct Neighbour {
    head: Head,
    planners: [&'static str; 2],
    points: &'static [&'static str],
    scope: &'static [&'static str],
}

impl Neighbour {
    fn batch(&self) -> Result<Batch> {
        Ok(Batch {
            points: self.points.iter().map(|point| (*point).to_owned()).collect(),
            scope: self.scope.iter().map(|scope| (*scope).to_owned()).collect(),
            planners: self.planners,
            ..self.head.batch(&[])?
        })
    }
}

/// The federation's own batch at three of its bases: published, registration is open.
pub(super) fn federation() -> Result<Script> {
    let neighbour = Neighbour {
        head: Head {
            number: 10,
            code: "2021-31",
            title_zh: "联合会2021年第一批行业认定",
            title_en: "The federation's first batch of 2021",
            exam: "2021-06-26",
            lead: 36,
        },
        planners: ["federation1", "federation2"],
        points: &["/federation/station-01", "/federation/station-02", "/federation/station-03"],
        scope: &["4-07-03-04:4", "4-07-03-04:3"],
    };
    let batch = neighbour.batch()?;
    let steps = Steps::planned(&batch.calendar);
    Ok(steps.at(batch.calendar.registration_from.plus_days(-3), "10:00", Act::Publish).of(batch))
}

/// The college examines its own students: the plan waits for its second person.
pub(super) fn college() -> Result<Script> {
    let neighbour = Neighbour {
        head: Head {
            number: 11,
            code: "2021-32",
            title_zh: "技师学院2021届毕业生认定",
            title_en: "The college's graduates of 2021",
            exam: "2021-07-10",
            lead: 22,
        },
        planners: ["college1", "college2"],
        points: &["/college/centre/point"],
        scope: &["4-07-03-04:4", "4-07-03-02:4"],
    };
    let batch = neighbour.batch()?;
    let day = batch.calendar.registration_from.plus_days(-30);
    let steps = Steps(Vec::new()).at(day, "09:10", Act::Draft).at(day, "09:40", Act::Propose);
    Ok(steps.of(batch))
}

/// The enterprise examines its own people; its plan is still being drawn up.
pub(super) fn enterprise() -> Result<Script> {
    let neighbour = Neighbour {
        head: Head {
            number: 12,
            code: "2021-33",
            title_zh: "重工集团2021年度内部认定",
            title_en: "The group's own people, 2021",
            exam: "2021-08-21",
            lead: 22,
        },
        planners: ["enterprise1", "enterprise2"],
        points: &["/enterprise/yard", "/enterprise/works"],
        scope: &["4-07-03-04:3"],
    };
    let batch = neighbour.batch()?;
    let day = batch.calendar.registration_from.plus_days(-80);
    Ok(Steps(Vec::new()).at(day, "10:40", Act::Draft).of(batch))
}
