//! The demo province: a batch at each stage, and two at the first, when the demo's clock stands at its beginning.
mod neighbours;

use crate::{
    Act, Batch, Calendar, Cast, Result, Script,
    filing::{Case, Upto},
    paper,
    registration::Applicant,
};

/// When the first thing happens.
pub const BEGINS: &str = "2020-10-09 08:00";
/// Where the clock stands when everything is done.
pub const ENDS: &str = "2021-04-30 09:00";

/// The association evaluates one occupation more since the spring.
static MORE_TRADES: Case = Case {
    manager: "manager1",
    body: "org-demo",
    subject: "filing-demo:scope_change",
    authority: "/authority",
    papers: 3,
    scope: Some(("4-01-02-07", &["4", "3"])),
    officers: ["filing1", "filing2"],
    experts: &["assessor1", "assessor2"],
    site_code: None,
};

/// A candidate of the demo whose phone shows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    /// Number.
    pub number: &'static str,
    /// What there is to see, as a key of `locales/`.
    pub shows: &'static str,
}

/// Phones worth signing in with.
pub const PHONES: [Phone; 4] = [
    Phone { number: "19901000001", shows: "demo-phone-certificate" },
    Phone { number: "19904000001", shows: "demo-phone-exam" },
    Phone { number: "19900000001", shows: "demo-phone-application" },
    Phone { number: "19907000015", shows: "demo-phone-returned" },
];

/// Everything that has happened in the province.
///
/// # Errors
/// When the people of a batch cannot be made.
pub fn scripts() -> Result<Vec<Script>> {
    Ok(vec![
        neighbours::federation()?,
        neighbours::college()?,
        neighbours::enterprise()?,
        certified()?,
        founding()?,
        published()?,
        scored()?,
        sat()?,
        with_papers()?,
        arranged()?,
        drafted()?,
        open()?,
        planned()?,
    ])
}

/// What a batch is called, and when its exam is.
struct Head {
    number: u32,
    code: &'static str,
    title_zh: &'static str,
    title_en: &'static str,
    exam: &'static str,
    /// Days between the end of registration and the exam.
    lead: i64,
}

impl Head {
    /// The batch with the fates of the founding people at `picked`.
    fn batch(&self, picked: &[usize]) -> Result<Batch> {
        let calendar = Calendar::before(self.exam, self.lead)?;
        let cast = Cast::variant(self.number, calendar.months_from_founding(), picked)?;
        Ok(Batch {
            code: self.code.into(),
            title_zh: self.title_zh.into(),
            title_en: self.title_en.into(),
            calendar,
            cast,
            ..Batch::founding()?
        })
    }
}

fn everybody() -> Vec<usize> {
    (0..30).collect()
}

/// The steps of a batch, written down day by day.
struct Steps(Vec<(String, Act)>);

impl Steps {
    fn at(mut self, day: kernel::Day, time: &str, act: Act) -> Self {
        self.0.push((format!("{day} {time}"), act));
        self
    }

    /// On a day of its own, beside the batch.
    fn on(mut self, at: &str, act: Act) -> Self {
        self.0.push((at.to_owned(), act));
        self
    }

    fn of(self, batch: Batch) -> Script {
        Script { batch, steps: self.0 }
    }

    /// Drawn up and proposed.
    fn planned(days: &Calendar) -> Self {
        let day = days.registration_from.plus_days(-4);
        Self(Vec::new()).at(day, "09:10", Act::Draft).at(day, "09:40", Act::Propose)
    }

    /// Published; the roster and its portraits are in, so many days after registration began.
    fn registered(days: &Calendar, after: i64) -> Self {
        let day = days.registration_from.plus_days(after);
        Self::planned(days)
            .at(days.registration_from.plus_days(-3), "10:00", Act::Publish)
            .at(day, "09:00", Act::Roster)
            .at(day, "09:30", Act::Portraits)
    }

    /// Decided, paid, frozen.
    fn admitted(batch: &Batch) -> Self {
        let days = &batch.calendar;
        Self::registered(days, 27)
            .at(days.registration_to, "14:00", Act::Review(batch.cast.members.len()))
            .at(days.payment_to, "09:00", Act::Pay)
            .at(days.payment_to, "16:00", Act::Freeze)
    }

    /// Everybody has a seat.
    fn seated(batch: &Batch) -> Self {
        let day = batch.calendar.payment_to.plus_days(1);
        Self::admitted(batch).at(day, "09:00", Act::Draw).at(day, "10:00", Act::Confirm)
    }

    /// All forms are locked.
    fn locked(batch: &Batch) -> Self {
        let day = batch.calendar.exam.plus_days(-8);
        Self::seated(batch).at(day, "09:00", Act::Assemble(paper::PAPERS)).at(
            day,
            "11:00",
            Act::Lock(paper::PAPERS * paper::FORMS),
        )
    }

    /// The exam is over.
    fn sat(batch: &Batch) -> Self {
        let (exam, everybody) = (batch.calendar.exam, batch.cast.members.len());
        Self::locked(batch)
            .at(exam, "08:40", Act::CheckIn(everybody))
            .at(exam, "09:00", Act::Sit(everybody, 100))
            .at(exam, "17:00", Act::CloseRooms)
            .at(exam.plus_days(1), "18:00", Act::ClosePanel)
    }

    /// Results are published.
    fn published(batch: &Batch) -> Self {
        let exam = batch.calendar.exam;
        let (scores, results) = (exam.plus_days(3), exam.plus_days(4));
        Self::sat(batch)
            .at(scores, "09:00", Act::Objective)
            .at(scores, "09:30", Act::EnterTwice)
            .at(scores, "10:00", Act::Practical(3))
            .at(scores, "14:00", Act::PanelReview(5))
            .at(results, "08:30", Act::Combine)
            .at(results, "09:00", Act::ProposeResults)
            .at(results, "10:00", Act::PublishResults)
    }
}

/// 9: certificates are issued, one was revoked.
fn certified() -> Result<Script> {
    let head = Head {
        number: 1,
        code: "2020-02",
        title_zh: "2020年下半年统一认定",
        title_en: "Unified certification, second half of 2020",
        exam: "2020-12-19",
        lead: 22,
    };
    let batch = head.batch(&everybody())?;
    let exam = batch.calendar.exam;
    let steps = Steps::published(&batch)
        .at(exam.plus_days(-12), "09:00", Act::Import)
        .at(exam.plus_days(-11), "09:00", Act::AcceptItems)
        .at(exam.plus_days(16), "09:00", Act::ProposeIssue)
        .at(exam.plus_days(16), "10:00", Act::Issue)
        .at(exam.plus_days(51), "10:00", Act::Revoke("持证人申请注销".into()))
        .on("2021-03-01 09:20", Act::File(&MORE_TRADES, Upto::Announced))
        .on(
            "2021-03-09 11:00",
            Act::Grant(&MORE_TRADES, "示范省人力资源协会", ("示范授牌〔2021〕1号", "2021-03-09")),
        );
    Ok(steps.of(batch))
}

/// 3: the founding batch; half of its applications are decided.
fn founding() -> Result<Script> {
    let batch = Batch::founding()?;
    let day = batch.calendar.registration_to;
    let steps = Steps::registered(&batch.calendar, 27).at(day.plus_days(-1), "14:00", Act::Review(19)).at(
        day.plus_days(-1),
        "16:30",
        Act::PayOne,
    );
    Ok(steps.of(batch))
}

/// 8: results are published, the public notice stands.
fn published() -> Result<Script> {
    let head = Head {
        number: 2,
        code: "2021-02",
        title_zh: "2021年春季专项认定",
        title_en: "Special session, spring 2021",
        exam: "2021-04-24",
        lead: 22,
    };
    let batch = head.batch(&everybody())?;
    Ok(Steps::published(&batch).of(batch))
}

/// 7: being scored; two clerks differ, an examiner is still to score.
fn scored() -> Result<Script> {
    let head = Head {
        number: 3,
        code: "2021-03",
        title_zh: "2021年4月企业专场认定",
        title_en: "Enterprise session, April 2021",
        exam: "2021-04-27",
        lead: 20,
    };
    let batch = head.batch(&everybody())?;
    let scores = batch.calendar.exam.plus_days(2);
    let steps = Steps::sat(&batch)
        .at(scores, "09:00", Act::Objective)
        .at(scores, "09:30", Act::EnterWithSlip)
        .at(scores, "10:00", Act::Practical(2))
        .at(scores, "14:00", Act::PanelReview(3));
    Ok(steps.of(batch))
}

/// 6: the exam is today; some have checked in, some are answering.
fn sat() -> Result<Script> {
    let head = Head {
        number: 4,
        code: "2021-04",
        title_zh: "2021年4月院校专场认定",
        title_en: "College session, April 2021",
        exam: "2021-04-30",
        lead: 22,
    };
    let batch = head.batch(&everybody())?;
    let exam = batch.calendar.exam;
    let steps = Steps::locked(&batch).at(exam, "08:40", Act::CheckIn(14)).at(exam, "09:00", Act::Sit(9, 70));
    Ok(steps.of(batch))
}

/// 5: one paper is locked, one waits for its second signature, one is still to be assembled.
fn with_papers() -> Result<Script> {
    let head = Head {
        number: 5,
        code: "2021-05",
        title_zh: "2021年5月现代服务业专场认定",
        title_en: "Modern services session, May 2021",
        exam: "2021-05-15",
        lead: 25,
    };
    let batch = head.batch(&everybody())?;
    let day = batch.calendar.exam.plus_days(-16);
    let steps = Steps::seated(&batch)
        .at(day, "08:30", Act::PrintPack)
        .at(day, "09:00", Act::Assemble(2))
        .at(day, "10:00", Act::Lock(paper::FORMS))
        .at(day, "11:00", Act::ProposeLock);
    Ok(steps.of(batch))
}

/// 4: seats are drawn, the plan waits to be confirmed.
fn arranged() -> Result<Script> {
    let head = Head {
        number: 6,
        code: "2021-06",
        title_zh: "2021年5月园区专场认定",
        title_en: "Industrial park session, May 2021",
        exam: "2021-05-29",
        lead: 36,
    };
    let batch = head.batch(&everybody())?;
    let day = batch.calendar.payment_to.plus_days(1);
    Ok(Steps::admitted(&batch).at(day, "15:00", Act::Draw).of(batch))
}

/// 2: registration is open; a roster came, some apply alone, some were sent back already.
fn open() -> Result<Script> {
    let head = Head {
        number: 7,
        code: "2021-07",
        title_zh: "2021年6月人力资源服务业专场认定",
        title_en: "Human resources services session, June 2021",
        exam: "2021-06-19",
        lead: 29,
    };
    let batch = head.batch(&[14, 0, 2, 4, 5, 8, 10, 15, 16, 19, 22, 24, 28])?;
    let day = batch.calendar.registration_to.plus_days(-24);
    let mut steps = Steps::registered(&batch.calendar, 15)
        .at(batch.calendar.registration_from.plus_days(15), "10:30", Act::RosterWithMistakes)
        .at(day, "09:00", Act::Review(2));
    for (at, (name, body, city)) in [
        ("程晓岚", "99001219930518204", "南城市"),
        ("贺一诺", "99023319900926112", "锡城市"),
        ("白景行", "99045119880311307", "云台市"),
    ]
    .into_iter()
    .enumerate()
    {
        let who = Applicant::generated(name, body, city, at)?;
        steps = steps.at(day.plus_days(1), &format!("{:02}:15", 9 + at), Act::Apply(who));
    }
    Ok(steps.of(batch))
}

/// 1: a plan that is still being drawn up.
fn drafted() -> Result<Script> {
    let head = Head {
        number: 9,
        code: "2021-09",
        title_zh: "2021年冬季专项认定",
        title_en: "Special session, winter 2021",
        exam: "2021-12-18",
        lead: 22,
    };
    let batch = head.batch(&[])?;
    let day = batch.calendar.registration_from.plus_days(-166);
    Ok(Steps(Vec::new()).at(day, "10:20", Act::Draft).of(batch))
}

/// 1: the plan is proposed and waits for the second person.
fn planned() -> Result<Script> {
    let head = Head {
        number: 8,
        code: "2021-08",
        title_zh: "2021年下半年统一认定",
        title_en: "Unified certification, second half of 2021",
        exam: "2021-11-20",
        lead: 22,
    };
    let batch = head.batch(&[])?;
    let day = batch.calendar.registration_from.plus_days(-166);
    let steps = Steps(Vec::new()).at(day, "15:10", Act::Draft).at(day, "15:40", Act::Propose);
    Ok(steps.of(batch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_happens_between_the_first_day_and_the_morning_the_demo_opens() {
        for script in scripts().unwrap() {
            for (at, act) in &script.steps {
                assert!((BEGINS..=ENDS).contains(&at.as_str()), "{} {at} {act:?}", script.batch.code);
            }
        }
    }

    #[test]
    fn the_phones_shown_on_the_sign_in_page_belong_to_somebody() {
        let scripts = scripts().unwrap();
        for phone in PHONES {
            let known = scripts.iter().flat_map(|script| &script.batch.cast.members);
            assert_eq!(known.filter(|member| member.phone == phone.number).count(), 1, "{}", phone.number);
        }
    }
}
