//! A rehearsal: the unified batch of the province from its plan to its certificates, at any size.
//!
//! The same pages, forms and addresses as in the story of the thirty; only that many sit at once, some
//! lose the network or their machine, some walk out. What the candidates were told is kept
//! ([`Told`]), so that somebody else can compare it with what the office holds.
mod day;
mod desk_work;
mod fault_list;
mod scores;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::{
    Batch, Calendar, Crowd, Office, Result, arrangement, bank, batch::PROVINCE, certificate, plan,
    registration, result,
};

pub use day::{Ack, Receipt};
pub use fault_list::{Planted, Risk, prepare, risks};

/// Exam of the rehearsal: that of the founding batch.
const EXAM: &str = "2021-05-22";
/// Days between the end of registration and the exam.
const LEAD: i64 = 22;
/// Code of the batch.
const CODE: &str = "2021-01";

/// What is rehearsed.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many apply, of 12,318.
    pub candidates: usize,
    /// What their fates hang on.
    pub seed: u64,
    /// How many sit at a computer in the same moment.
    pub at_once: usize,
    /// How many holders fetch their certificate themselves.
    pub holders: usize,
}

/// Holders who fetch their certificate themselves, unless others are asked for.
pub const HOLDERS: usize = 5;

/// What the people of a rehearsal were told.
#[derive(Debug, Default)]
pub struct Told {
    /// How long each stage took.
    pub seconds: BTreeMap<&'static str, Duration>,
    /// Every change that a reply said is durable, in the order of the replies.
    pub acks: Vec<Ack>,
    /// Every receipt.
    pub receipts: Vec<Receipt>,
    /// Files of certificates as holders downloaded them: application and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// What the page of the batch warned of before the day.
    pub risks: Vec<Risk>,
    /// Who was let in and waits for the beginning.
    waiting: Vec<day::Seat>,
}

/// The batch of the province, with these people.
///
/// # Errors
/// When its days cannot be counted.
pub fn batch(crowd: &Crowd) -> Result<Batch> {
    const CITIES: [&str; 13] = [
        "jiangcheng",
        "nancheng",
        "xicheng",
        "gangcheng",
        "tongcheng",
        "zecheng",
        "yancheng",
        "zhenshan",
        "yangfan",
        "taihe",
        "huaian",
        "yuntai",
        "subei",
    ];
    let site = |city: &str| (format!("site-/demo/{city}/point"), format!("site-{city}"));
    let mut sites: Vec<(String, String)> = CITIES.into_iter().map(site).collect();
    // Jiangcheng has two sites: who sits on paper goes to the second.
    sites.push(("site-4-07-03-02-/demo/jiangcheng/point".into(), "site-jiangcheng-2".into()));
    let levels = |code: &str, levels: &[u8]| -> Vec<String> {
        levels.iter().map(|level| format!("{code}:{level}")).collect()
    };
    Ok(Batch {
        code: CODE.into(),
        title_zh: "2021年上半年全省统一认定".into(),
        title_en: "Unified certification of the province, first half of 2021".into(),
        calendar: Calendar::before(EXAM, LEAD)?,
        cast: crowd.cast.clone(),
        points: CITIES.map(|city| format!("/demo/{city}/point")).to_vec(),
        scope: [levels("4-07-03-04", &[4, 3, 2, 1]), levels("4-07-03-02", &[4, 3, 2])].concat(),
        sites,
        planners: PROVINCE,
    })
}

/// Takes the batch through all nine stages and calls `tell` with a line for each thing that was done.
///
/// # Errors
/// The first act that did not go as it should, with its name.
pub fn play(office: &Office, options: Options, tell: impl FnMut(&str)) -> Result<Told> {
    play_through(office, options, "certificate", tell)
}

/// The same up to the end of one stage.
///
/// # Errors
/// As [`play`].
pub fn play_through(
    office: &Office,
    options: Options,
    last: &str,
    mut tell: impl FnMut(&str),
) -> Result<Told> {
    let crowd = Crowd::read(options.candidates, options.seed)?;
    let batch = batch(&crowd)?;
    let mut told = Told::default();
    for (stage, acts) in STAGES {
        let began = now();
        for (at, name, act) in acts.iter() {
            office.clock(&at.text(&batch))?;
            let mut scene = Scene { office, batch: &batch, crowd: &crowd, options, told: &mut told };
            act(&mut scene).map_err(|fault| fault.during(name))?;
            tell(&format!("{stage}: {name}"));
        }
        *told.seconds.entry(stage).or_default() += began.elapsed();
        if *stage == last {
            break;
        }
    }
    Ok(told)
}

/// Where an act takes place.
struct Scene<'a> {
    office: &'a Office,
    batch: &'a Batch,
    crowd: &'a Crowd,
    options: Options,
    told: &'a mut Told,
}

/// When: days counted from one of the batch's, and the time of day.
struct At(fn(&Calendar) -> kernel::Day, i64, &'static str);

impl At {
    fn text(&self, batch: &Batch) -> String {
        format!("{} {}", (self.0)(&batch.calendar).plus_days(self.1), self.2)
    }
}

type Act = fn(&mut Scene<'_>) -> Result<()>;
type Acts = &'static [(At, &'static str, Act)];

const OPENS: fn(&Calendar) -> kernel::Day = |days| days.registration_from;
const CLOSES: fn(&Calendar) -> kernel::Day = |days| days.registration_to;
const PAID: fn(&Calendar) -> kernel::Day = |days| days.payment_to;
const EXAM_DAY: fn(&Calendar) -> kernel::Day = |days| days.exam;

/// Everything, in the order of time.
const STAGES: &[(&str, Acts)] = &[
    (
        "plan",
        &[
            (At(OPENS, -4, "09:10"), "the plan is drawn up", |s| plan::draft(s.office, s.batch).map(drop)),
            (At(OPENS, -4, "09:40"), "it is proposed", |s| plan::propose(s.office, s.batch).map(drop)),
            (At(OPENS, -3, "10:00"), "it is published", |s| plan::approve(s.office, s.batch).map(drop)),
        ],
    ),
    (
        "bank",
        &[
            (At(OPENS, 1, "09:00"), "blueprints and items come in", |s| bank::import_province(s.office)),
            (At(OPENS, 2, "09:00"), "items are reviewed", |s| bank::review(s.office)),
        ],
    ),
    (
        "registration",
        &[
            (At(OPENS, 27, "09:00"), "the roster is read and taken in", |s| {
                let preview = registration::preview(s.office, s.batch)?;
                registration::confirm(s.office, &preview).map(drop)
            }),
            (At(OPENS, 27, "14:00"), "portraits are handed in", |s| desk_work::portraits(s)),
            (At(OPENS, 27, "15:00"), "a register of passed parts is decided", |s| desk_work::passed_parts(s)),
        ],
    ),
    (
        "admission",
        &[
            (At(CLOSES, 0, "09:00"), "applications are reviewed", |s| desk_work::review(s)),
            (At(PAID, 0, "09:00"), "fees are received", |s| desk_work::pay(s)),
            (At(PAID, 0, "16:00"), "the list is frozen", desk_work::freeze),
        ],
    ),
    (
        "arrangement",
        &[
            (At(PAID, 1, "09:00"), "seats are drawn", |s| arrangement::draw(s.office, s.batch).map(drop)),
            (At(PAID, 1, "15:00"), "the seat plan is confirmed", |s| {
                arrangement::confirm(s.office, s.batch).map(drop)
            }),
        ],
    ),
    (
        "paper",
        &[
            (At(EXAM_DAY, -8, "09:00"), "forms are assembled", |s| desk_work::assemble(s)),
            (At(EXAM_DAY, -8, "11:00"), "forms are locked", |s| desk_work::lock(s)),
            (At(EXAM_DAY, -7, "09:00"), "risks are read", |s| {
                s.told.risks = risks(s.office, s.batch)?;
                Ok(())
            }),
        ],
    ),
    (
        "sitting",
        &[
            (At(EXAM_DAY, 0, "08:30"), "candidates check in", |s| day::check_in(s)),
            (At(EXAM_DAY, 0, "09:00"), "candidates answer at computers", |s| day::sit(s)),
            (At(EXAM_DAY, 0, "20:00"), "records of the day are closed", |s| {
                day::close(s, day::Held::ThatDay)
            }),
            (At(EXAM_DAY, 2, "08:00"), "records of the panels are closed", |s| {
                day::close(s, day::Held::NextDay)
            }),
        ],
    ),
    (
        "assessment",
        &[
            (At(EXAM_DAY, 3, "09:00"), "computers are scored by key", |s| {
                crate::assessment::objective(s.office, s.batch).map(drop)
            }),
            (At(EXAM_DAY, 3, "10:00"), "paper scores are entered twice", |s| scores::enter_twice(s)),
            (At(EXAM_DAY, 3, "14:00"), "examiners seal their scores", |s| scores::seal(s)),
        ],
    ),
    (
        "result",
        &[
            (At(EXAM_DAY, 4, "08:30"), "results are combined", |s| {
                result::combine(s.office, s.batch).map(drop)
            }),
            (At(EXAM_DAY, 4, "09:00"), "their publication is proposed", |s| {
                result::propose(s.office, s.batch).map(drop)
            }),
            (At(EXAM_DAY, 4, "10:00"), "results are published", |s| {
                result::approve(s.office, s.batch).map(drop)
            }),
        ],
    ),
    (
        "certificate",
        &[
            (At(EXAM_DAY, 16, "09:00"), "issuing is proposed", |s| {
                certificate::propose(s.office, s.batch).map(drop)
            }),
            (At(EXAM_DAY, 16, "10:00"), "certificates are issued", |s| {
                certificate::approve(s.office, s.batch).map(drop)
            }),
            (At(EXAM_DAY, 16, "16:00"), "holders fetch theirs", |s| desk_work::fetch(s)),
        ],
    ),
];

#[expect(clippy::disallowed_methods, reason = "how long people take is measured in front of the server")]
fn now() -> Instant {
    Instant::now()
}
