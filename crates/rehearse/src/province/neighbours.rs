//! The bodies beside the province, each with a plan of its own.
use super::{Head, Steps};
use crate::{
    Act, Batch, Result, Script,
    filing::{Case, Upto},
};

/// A head station asks its network whether it may evaluate anybody at one level, and has something to correct.
static STATION: Case = Case {
    manager: "station1",
    body: "org-federation-station-01",
    subject: "filing-federation-station-01:scope_change",
    authority: "/federation",
    papers: 1,
    scope: Some(("4-07-03-04", &["3"])),
    officers: ["federation3", "federation4"],
    experts: &[],
    site_code: None,
};

/// The college asks to assess special abilities; its city has appointed the experts.
static COLLEGE: Case = Case {
    manager: "college3",
    body: "org-college",
    subject: "first:special_ability",
    authority: "/authority/jiangcheng",
    papers: 8,
    scope: Some(("4-03-02-07", &["5"])),
    officers: ["jiangcheng1", "jiangcheng2"],
    experts: &["assessor1", "assessor2"],
    site_code: Some("Z000099000001"),
};

/// Its other case: one trade more, handed in and not looked at in time.
static COLLEGE_MORE: Case = Case {
    subject: "filing-college:scope_change",
    papers: 3,
    scope: Some(("4-10-01-05", &["5", "4"])),
    experts: &[],
    site_code: None,
    ..COLLEGE
};

/// The group's filing as a social evaluation organisation is to be confirmed after its trial.
static GROUP: Case = Case {
    manager: "enterprise3",
    body: "org-enterprise",
    subject: "filing-enterprise-social:confirmation",
    authority: "/authority",
    papers: 2,
    scope: None,
    officers: ["filing1", "filing2"],
    experts: &["assessor1", "assessor2"],
    site_code: None,
};

/// Its filing as an employer ends in two years; the renewal is being gathered.
static GROUP_LONGER: Case = Case { subject: "filing-enterprise:renewal", experts: &[], ..GROUP };

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
    let steps = steps.at(batch.calendar.registration_from.plus_days(-3), "10:00", Act::Publish);
    Ok(steps.on("2021-04-21 10:20", Act::File(&STATION, Upto::Returned)).of(batch))
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
    let steps = steps.on("2021-04-13 09:30", Act::File(&COLLEGE, Upto::Complete));
    Ok(steps.on("2021-04-19 15:10", Act::File(&COLLEGE_MORE, Upto::Submitted)).of(batch))
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
    let steps = Steps(Vec::new()).at(day, "10:40", Act::Draft);
    let steps = steps.on("2021-04-26 14:00", Act::File(&GROUP, Upto::Announced));
    Ok(steps.on("2021-04-27 16:30", Act::File(&GROUP_LONGER, Upto::Draft)).of(batch))
}
