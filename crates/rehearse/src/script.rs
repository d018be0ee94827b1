//! The acts of several batches, played in the order of time: the clock of an office only goes forward.
use std::collections::HashMap;

use crate::{
    Answers, Batch, Browser, Fault, Member, Numbers, Office, Result, admission, arrangement, assessment,
    assessment::Scored,
    bank, certificate, filing,
    filing::{Case, Upto},
    paper, plan, registration,
    registration::Applicant,
    result, sitting,
    sitting::Panel,
};

/// One thing that is done for a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The plan is drawn up.
    Draft,
    /// It is proposed for publication.
    Propose,
    /// It is published.
    Publish,
    /// Blueprints and items come into the bank.
    Import,
    /// They are reviewed.
    AcceptItems,
    /// The roster is handed in and confirmed.
    Roster,
    /// A roster with mistakes is handed in and left.
    RosterWithMistakes,
    /// Everybody's portrait is handed in.
    Portraits,
    /// Somebody applies alone.
    Apply(Applicant),
    /// The first so many applications are decided.
    Review(usize),
    /// One payment is recorded.
    PayOne,
    /// Every payment is recorded.
    Pay,
    /// The list is frozen.
    Freeze,
    /// Seats are drawn.
    Draw,
    /// The seat plan is confirmed.
    Confirm,
    /// Tickets, seat labels and lists are printed into files.
    PrintPack,
    /// The forms of the first so many papers are assembled.
    Assemble(usize),
    /// So many forms are locked.
    Lock(usize),
    /// The lock of one more form is proposed.
    ProposeLock,
    /// The first so many of those at computers check in.
    CheckIn(usize),
    /// The first so many of those who checked in answer so many of 100 items; with 100 they hand in.
    Sit(usize, usize),
    /// The records of the day's rooms are closed.
    CloseRooms,
    /// The record of the panel is closed.
    ClosePanel,
    /// What was sat on computers is scored.
    Objective,
    /// Paper scores are entered by one clerk, and by another who sees a slip.
    EnterWithSlip,
    /// Paper scores are entered twice and agree.
    EnterTwice,
    /// The first so many examiners score the practical part.
    Practical(usize),
    /// The first so many members of the panel score.
    PanelReview(usize),
    /// Results are combined.
    Combine,
    /// Their publication is proposed.
    ProposeResults,
    /// They are published.
    PublishResults,
    /// Issuing is proposed.
    ProposeIssue,
    /// Certificates are issued.
    Issue,
    /// The last certificate is revoked for this reason.
    Revoke(String),
    /// Beside the batch: a body asks for a filing or a change of it, and the case goes so far.
    File(&'static Case, Upto),
    /// The case of the body of this name, announced before, is granted, with the number and day of its plaque.
    Grant(&'static Case, &'static str, (&'static str, &'static str)),
}

impl Act {
    /// What is done, in Chinese and in English.
    #[must_use]
    pub fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("拟定计划", "plan drawn up"),
            Self::Propose => ("提请发布计划", "publication proposed"),
            Self::Publish => ("发布计划", "plan published"),
            Self::Import => ("导入试题与细目表", "items and blueprints imported"),
            Self::AcceptItems => ("审核试题", "items reviewed"),
            Self::Roster => ("导入花名册", "roster imported"),
            Self::RosterWithMistakes => ("导入有误的花名册", "a roster with mistakes handed in"),
            Self::Portraits => ("导入照片", "portraits imported"),
            Self::Apply(_) => ("个人报名", "one person applies"),
            Self::Review(_) => ("资格审核", "applications reviewed"),
            Self::PayOne => ("登记一笔缴费", "one payment recorded"),
            Self::Pay => ("登记缴费", "payments recorded"),
            Self::Freeze => ("锁定考生名单", "list of candidates frozen"),
            Self::Draw => ("编排座位", "seats drawn"),
            Self::Confirm => ("确认编排", "seat plan confirmed"),
            Self::PrintPack => ("打印材料", "tickets and lists printed"),
            Self::Assemble(_) => ("组卷", "forms assembled"),
            Self::Lock(_) => ("锁定试卷", "forms locked"),
            Self::ProposeLock => ("提请锁定试卷", "lock proposed"),
            Self::CheckIn(_) => ("考生签到", "candidates check in"),
            Self::Sit(..) => ("机考作答", "candidates answer"),
            Self::CloseRooms => ("考场记录归档", "rooms closed"),
            Self::ClosePanel => ("评审考场归档", "panel closed"),
            Self::Objective => ("客观题评分", "objective parts scored"),
            Self::EnterWithSlip => ("登分(有一处不一致)", "paper scores entered, one differs"),
            Self::EnterTwice => ("双人登分", "paper scores entered twice"),
            Self::Practical(_) => ("技能评分", "practical scored"),
            Self::PanelReview(_) => ("综合评审评分", "panel scored"),
            Self::Combine => ("合成成绩", "results combined"),
            Self::ProposeResults => ("提请公布成绩", "publication of results proposed"),
            Self::PublishResults => ("公布成绩", "results published"),
            Self::ProposeIssue => ("提请发证", "issuing proposed"),
            Self::Issue => ("签发证书", "certificates issued"),
            Self::Revoke(_) => ("作废证书", "certificate revoked"),
            Self::File(..) => ("办理备案事项", "a filing case is handled"),
            Self::Grant(..) => ("办结备案事项", "a filing case is granted"),
        }
    }
}

/// What is done for one batch, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The batch.
    pub batch: Batch,
    /// When (`2021-04-30 09:00`), and what.
    pub steps: Vec<(String, Act)>,
}

/// What has just been done.
#[derive(Debug, Clone, Copy)]
pub struct Done<'a> {
    /// How many steps were done, this one included.
    pub done: usize,
    /// How many there are.
    pub of: usize,
    /// When it happened, by the office's clock.
    pub at: &'a str,
    /// For which batch.
    pub batch: &'a Batch,
    /// What.
    pub act: &'a Act,
}

/// Plays all scripts, step by step in the order of time; steps of the same minute in the order given.
///
/// # Errors
/// The first step that did not go as it should, with its batch and its name.
pub fn play(office: &Office, scripts: &[Script], mut tell: impl FnMut(Done<'_>)) -> Result<()> {
    let mut steps: Vec<(&str, &Batch, &Act)> = Vec::new();
    for script in scripts {
        steps.extend(script.steps.iter().map(|(at, act)| (at.as_str(), &script.batch, act)));
    }
    steps.sort_by_key(|(at, _, _)| *at);
    let mut players: HashMap<&str, Player<'_>> = HashMap::new();
    for (number, (at, batch, act)) in steps.iter().enumerate() {
        office.clock(at)?;
        let player = players.entry(&batch.code).or_insert_with(|| Player::new(office, batch));
        player
            .perform(act)
            .map_err(|fault| fault.during(&format!("{at} {} {}", batch.code, act.words().1)))?;
        tell(Done { done: number + 1, of: steps.len(), at, batch, act });
    }
    Ok(())
}

/// Somebody at a machine of the hall.
struct Seat<'a> {
    member: &'a Member,
    browser: Browser,
}

/// Takes one batch through its acts and remembers who has sat down where.
struct Player<'a> {
    office: &'a Office,
    batch: &'a Batch,
    seats: Vec<Seat<'a>>,
}

impl<'a> Player<'a> {
    fn new(office: &'a Office, batch: &'a Batch) -> Self {
        Self { office, batch, seats: Vec::new() }
    }

    fn perform(&mut self, act: &Act) -> Result<()> {
        let (office, batch) = (self.office, self.batch);
        match act {
            Act::Draft => plan::draft(office, batch).map(drop),
            Act::Propose => plan::propose(office, batch).map(drop),
            Act::Publish => plan::approve(office, batch).map(drop),
            Act::Import => bank::import(office),
            Act::AcceptItems => bank::review(office),
            Act::Roster => registration::confirm(office, &registration::preview(office, batch)?).map(drop),
            Act::RosterWithMistakes => registration::preview_with_mistakes(office, batch).map(drop),
            Act::Portraits => registration::portraits(office, batch).map(drop),
            Act::Apply(who) => registration::apply_alone(office, batch, who).map(drop),
            Act::Review(count) => admission::review(office, batch, *count),
            Act::PayOne => admission::pay_one(office, batch).map(drop),
            Act::Pay => admission::pay(office, batch).map(drop),
            Act::Freeze => admission::freeze(office, batch).map(drop),
            Act::Draw => arrangement::draw(office, batch).map(drop),
            Act::Confirm => arrangement::confirm(office, batch).map(drop),
            Act::PrintPack => arrangement::print_pack(office, batch).map(drop),
            Act::Assemble(papers) => {
                (0..*papers).try_for_each(|at| paper::assemble(office, batch, at).map(drop))
            }
            Act::Lock(forms) => (0..*forms).try_for_each(|_| {
                paper::propose_lock(office, batch)?;
                paper::approve_lock(office, batch).map(drop)
            }),
            Act::ProposeLock => paper::propose_lock(office, batch).map(drop),
            Act::CheckIn(count) => self.check_in(*count),
            Act::Sit(count, part) => self.sit(*count, *part),
            Act::CloseRooms => sitting::close_rooms(office, batch, Panel::StillToCome),
            Act::ClosePanel => sitting::close_rooms(office, batch, Panel::Over),
            Act::Objective => assessment::objective(office, batch).map(drop),
            Act::EnterWithSlip => self.enter(&[("clerk1", true), ("clerk2", false)]),
            Act::EnterTwice => assessment::enter_twice(office, batch, &self.numbers()?),
            Act::Practical(seats) => self.score(Scored::Practical, *seats),
            Act::PanelReview(seats) => self.score(Scored::Panel, *seats),
            Act::Combine => result::combine(office, batch).map(drop),
            Act::ProposeResults => result::propose(office, batch).map(drop),
            Act::PublishResults => result::approve(office, batch).map(drop),
            Act::ProposeIssue => certificate::propose(office, batch).map(drop),
            Act::Issue => certificate::approve(office, batch).map(drop),
            Act::Revoke(reason) => self.revoke(reason),
            Act::File(case, upto) => filing::file(office, case, *upto),
            Act::Grant(case, holder, plaque) => filing::grant_announced(office, case, holder, *plaque),
        }
    }

    fn numbers(&self) -> Result<Numbers> {
        sitting::numbers(self.office, self.batch)
    }

    fn check_in(&mut self, count: usize) -> Result<()> {
        let invigilator = self.office.staff("invigilator1")?;
        let room = sitting::computer_room(&invigilator, self.batch)?;
        let numbers = self.numbers()?;
        let coming = self.batch.cast.admitted().filter(|member| member.sits_at_a_computer());
        for member in coming.take(count) {
            let code = sitting::check_in(&invigilator, &room, member)?;
            let browser = sitting::enter_hall(self.office, numbers.of(member)?, &code)?;
            self.seats.push(Seat { member, browser });
        }
        Ok(())
    }

    fn sit(&self, count: usize, part: usize) -> Result<()> {
        let known = Answers::read()?;
        for (at, seat) in self.seats.iter().take(count).enumerate() {
            // Nobody is equally fast, but who hands in has answered everything.
            let part = if part >= 100 { part } else { part * (20 - at.min(19)) / 20 };
            sitting::sit(&seat.browser, seat.member, &known, part)?;
        }
        Ok(())
    }

    fn enter(&self, clerks: &[(&str, bool)]) -> Result<()> {
        let numbers = self.numbers()?;
        clerks
            .iter()
            .try_for_each(|(login, slip)| assessment::enter(self.office, self.batch, &numbers, login, *slip))
    }

    fn score(&self, kind: Scored, seats: usize) -> Result<()> {
        let numbers = self.numbers()?;
        assessment::score_by_first(self.office, self.batch, &numbers, kind, seats)
    }

    fn revoke(&self, reason: &str) -> Result<()> {
        let list = self.office.staff("province1")?.open(&self.batch.at("/certificates"))?;
        let holder = self.batch.cast.members.iter().rfind(|member| member.outcome == "certificate");
        let holder = holder.ok_or_else(|| Fault::at("cast", "nobody holds a certificate"))?;
        certificate::revoke(self.office, &certificate::address(&list, holder)?, reason).map(drop)
    }
}
