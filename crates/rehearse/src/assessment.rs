//! Stage 7: theory on computers by key, theory on paper entered twice, the rest by sealed scores.
use crate::{Batch, Member, Numbers, Office, Page, Result};

/// What a clerk types for a pass and for a fail on paper, and the slip the other clerk notices.
const PASS: &str = "78";
const FAIL: &str = "52";
const SLIP: &str = "87";

/// Scores what was sat on computers.
///
/// # Errors
/// When an attempt is still open.
pub fn objective(office: &Office, batch: &Batch) -> Result<Page> {
    let clerk = office.staff("clerk1")?;
    let page = clerk.open(&batch.at("/scores"))?;
    clerk.submit(&page.form("/scores/objective")?)
}

/// Two clerks enter the paper scores without seeing each other's; a slip is noticed and put right.
///
/// # Errors
/// When an entry is refused.
pub fn enter_twice(office: &Office, batch: &Batch, numbers: &Numbers) -> Result<()> {
    for (login, slip) in [("clerk1", true), ("clerk2", false), ("clerk1", false), ("clerk2", false)] {
        enter(office, batch, numbers, login, slip)?;
    }
    Ok(())
}

/// One clerk enters the paper scores, with or without a slip for the first person.
///
/// # Errors
/// When the entry is refused.
pub fn enter(office: &Office, batch: &Batch, numbers: &Numbers, login: &str, slip: bool) -> Result<()> {
    let clerk = office.staff(login)?;
    let page = clerk.open(&batch.at("/scores"))?;
    let Some(link) = page.links("/scores/entries/").into_iter().next_back() else { return Ok(()) };
    let page = clerk.open(&link)?;
    if !page.html.contains("<form class=\"form\"") {
        return Ok(());
    }
    let mut form = page.form(link.split('?').next().unwrap_or_default())?;
    for (at, member) in batch.cast.members.iter().filter(|one| one.delivery == "paper").enumerate() {
        let number = numbers.of(member)?;
        let score = format!("score-{number}");
        if !form.asks(&score) {
            continue;
        }
        form = match member.theory.as_str() {
            "absent" => form.tick(&format!("absent-{number}"), "1"),
            "pass" if slip && at == 0 => form.set(&score, SLIP),
            "pass" => form.set(&score, PASS),
            _ => form.set(&score, FAIL),
        };
    }
    clerk.submit(&form)?;
    Ok(())
}

/// A kind of part that examiners score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scored {
    /// The practical part, by three examiners.
    Practical,
    /// The panel, by five members.
    Panel,
}

impl Scored {
    /// As addresses and the logins of its examiners name it.
    fn names(self) -> (&'static str, &'static str, usize) {
        match self {
            Self::Practical => ("practical", "examiner", 3),
            Self::Panel => ("panel", "panel", 5),
        }
    }

    fn of(self, member: &Member, seat: usize) -> Option<&String> {
        match self {
            Self::Practical => member.practical.get(seat),
            Self::Panel => member.panel.get(seat),
        }
    }
}

/// Everybody's sealed scores for a kind of part.
///
/// # Errors
/// When a sheet is refused.
pub fn score(office: &Office, batch: &Batch, numbers: &Numbers, kind: Scored) -> Result<()> {
    let (_, _, seats) = kind.names();
    (0..seats).try_for_each(|seat| score_by(office, batch, numbers, kind, seat))
}

/// One examiner's sealed scores for every candidate of a kind of part.
///
/// # Errors
/// When a sheet is refused.
pub fn score_by(office: &Office, batch: &Batch, numbers: &Numbers, kind: Scored, seat: usize) -> Result<()> {
    let (part, login, _) = kind.names();
    let examiner = office.staff(&format!("{login}{}", seat + 1))?;
    let action = format!("/scores/{part}");
    let page = examiner.click(&examiner.open(&batch.at("/scores"))?, &action)?;
    let mut sheets = page.links(&format!("{action}?component="));
    sheets.retain(|sheet| !sheet.contains("show=") && !sheet.contains("tab=") && !sheet.contains('&'));
    for sheet in sheets {
        let page = examiner.open(&sheet)?;
        if !page.has_form(&action) {
            continue;
        }
        let mut form = page.form(&action)?;
        for member in batch.cast.admitted() {
            let number = numbers.of(member)?;
            let score = format!("score-{number}");
            if !form.asks(&score) {
                continue;
            }
            form = match kind.of(member, seat) {
                Some(value) => form.set(&score, value),
                None => form.tick(&format!("absent-{number}"), "1"),
            };
        }
        examiner.submit(&form)?;
    }
    Ok(())
}
