//! The unified batch of the province: 12,318 applications, and what becomes of each.
//!
//! Who applies and what the clauses say of them is written in two files. What they do afterwards hangs
//! on the seed and on a word the house gave them, the application's id or the admission number: whether
//! they pay, come, know the answers. So nothing is kept for each person, and whoever sees the word knows what
//! follows. The words differ from one rehearsal to the next: with one seed the shares are the same, the
//! people are not.
use std::{collections::HashMap, io::Cursor};

use calamine::{Reader, Xlsx};
use kernel::Sex;

use crate::{Cast, Chance, Fault, Member, Result};

/// The roster of the province's unified batch.
const ROSTER: &[u8] = include_bytes!("../../../data/demo/roster-12318.xlsx");
/// The decision on each by its clause, written by hand of another program.
const EXPECTED: &str = include_str!("../../../data/demo/roster-12318-expected.csv");

/// Of 1,000 who are admitted, so many pay. Source: about a tenth never does (`data/demo`).
const PAYING: u32 = 900;
/// Of 1,000 on the list, so many come. Source: Nanjing, 2021-11-20: 81.26 %
/// (<http://njrsxh.com/detail/321.html>).
const COMING: u32 = 813;
/// Of 1,000 who sit a part, so many pass it. [own]
const PASSING: u32 = 860;
/// Of 1,000 at computers, so many go on at another machine in the middle. [own]
const MOVING: u32 = 10;
/// Of 1,000 at computers, so many lose the network and send what they had sent again. [own]
const OFFLINE: u32 = 20;
/// Of 1,000 at computers, so many never hand in and are ended by the clock. [own]
const LEAVING: u32 = 10;

/// The people of the rehearsal.
#[derive(Debug, Clone)]
pub struct Crowd {
    /// Roster and people, in order.
    pub cast: Cast,
    seed: u64,
}

impl Crowd {
    /// `count` people of the 12,318, evenly picked, so that every city and level stays; all of them in
    /// the file as it came.
    ///
    /// # Errors
    /// When there are not so many or roster and table do not belong together.
    pub fn read(count: usize, seed: u64) -> Result<Self> {
        let wrong = |said: &str| Fault::at("roster-12318", said);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(ROSTER)).map_err(|error| wrong(&error.to_string()))?;
        let sheet = book.worksheet_range_at(0).ok_or_else(|| wrong("no sheet"))?;
        let sheet = sheet.map_err(|error| wrong(&error.to_string()))?;
        let mut rows = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<String>>());
        let header = rows.next().ok_or_else(|| wrong("no header"))?;
        let rows: Vec<Vec<String>> = rows.collect();
        let decisions = decisions();
        if count == 0 || count > rows.len() || rows.len() != decisions.len() {
            return Err(wrong(&format!("{count} of {} people, {} decisions", rows.len(), decisions.len())));
        }
        let whole = count == rows.len();
        let mut cast = Cast { header, members: Vec::new(), roster: Vec::new() };
        for at in 0..count {
            let line = at * rows.len() / count;
            let (Some(cells), Some(decision)) = (rows.get(line), decisions.get(line)) else { continue };
            cast.members.push(member(&cast.header, cells.clone(), decision));
        }
        if whole {
            cast.roster = ROSTER.to_vec();
        } else {
            cast.number_again();
            cast.roster = cast.workbook()?;
        }
        Ok(Self { cast, seed })
    }

    /// What should become of each application, by the serial number of the roster.
    #[must_use]
    pub fn decisions(&self) -> HashMap<&str, &str> {
        self.cast.members.iter().map(|one| (one.serial.as_str(), one.decision.as_str())).collect()
    }

    /// Whether the fee of an application is paid.
    #[must_use]
    pub fn pays(&self, application: &str) -> bool {
        self.falls("pays", application, PAYING)
    }

    /// Whether the holder of an admission number comes.
    #[must_use]
    pub fn comes(&self, number: &str) -> bool {
        self.falls("comes", number, COMING)
    }

    /// Whether somebody who comes passes a part.
    #[must_use]
    pub fn passes(&self, number: &str, part: &str) -> bool {
        self.falls(part, number, PASSING)
    }

    /// What happens at somebody's computer.
    #[must_use]
    pub fn mishap(&self, number: &str) -> Mishap {
        let at = self.chance("mishap", number).below(1_000);
        match at {
            at if at < MOVING => Mishap::MachineFails,
            at if at < MOVING + OFFLINE => Mishap::NetworkGoes,
            at if at < MOVING + OFFLINE + LEAVING => Mishap::NeverHandsIn,
            _ => Mishap::Nothing,
        }
    }

    /// A figure on the record of a scorer, in whole points: people near each other, one scorer a little
    /// kinder than the next.
    #[must_use]
    pub fn points(&self, number: &str, part: &str, scorer: usize) -> i32 {
        let mut own = self.chance(part, number);
        let base = if self.passes(number, part) { own.between(64, 94) } else { own.between(38, 54) };
        base + self.chance(&format!("{part} {scorer}"), number).between(-3, 3)
    }

    fn chance(&self, what: &str, whose: &str) -> Chance {
        Chance::of(&format!("{} {what} {whose}", self.seed))
    }

    fn falls(&self, what: &str, whose: &str, of_thousand: u32) -> bool {
        self.chance(what, whose).below(1_000) < of_thousand
    }
}

/// What may happen at a computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// Nothing.
    Nothing,
    /// The machine stops; the invigilator lets the candidate go on at another.
    MachineFails,
    /// A reply is lost and the same changes are sent once more.
    NetworkGoes,
    /// The candidate walks out without handing in.
    NeverHandsIn,
}

/// The decisions of the table, in the order of the roster.
fn decisions() -> Vec<String> {
    let mut lines = EXPECTED.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let at = header.iter().position(|name| *name == "decision").unwrap_or(usize::MAX);
    lines.map(|line| line.split(',').nth(at).unwrap_or_default().to_owned()).collect()
}

fn member(header: &[String], cells: Vec<String>, decision: &str) -> Member {
    let cell = |heading: &str| {
        let at = header.iter().position(|known| known == heading);
        at.and_then(|at| cells.get(at)).cloned().unwrap_or_default()
    };
    Member {
        serial: cell("序号"),
        name: cell("姓名"),
        phone: cell("手机号码"),
        sex: if cell("性别") == "男" { Sex::Male } else { Sex::Female },
        decision: decision.to_owned(),
        delivery: String::new(),
        theory: String::new(),
        practical: Vec::new(),
        panel: Vec::new(),
        result: String::new(),
        outcome: String::new(),
        cells,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_of_the_province_comes_in_the_file_as_it_is() {
        let crowd = Crowd::read(12_318, 7).unwrap();
        assert_eq!(crowd.cast.roster, ROSTER);
        let count = |word: &str| crowd.cast.members.iter().filter(|one| one.decision == word).count();
        assert_eq!((count("admit"), count("refuse"), count("return")), (11_242, 778, 298));
    }

    #[test]
    fn a_part_of_them_keeps_every_city_and_level_and_is_numbered_anew() {
        let crowd = Crowd::read(600, 7).unwrap();
        let column = |heading: &str| crowd.cast.column(heading).unwrap();
        let different = |heading: &str| {
            let at = column(heading);
            let all = crowd.cast.members.iter().map(|one| one.cells[at].as_str());
            all.collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!((different("报名单位"), different("认定等级")), (13, 4));
        assert_eq!(crowd.cast.members.last().unwrap().serial, "600");
        assert!(Crowd::read(0, 7).is_err() && Crowd::read(12_319, 7).is_err());
    }

    #[test]
    fn one_seed_one_fate() {
        let (one, other) = (Crowd::read(13, 1).unwrap(), Crowd::read(13, 2).unwrap());
        let numbers: Vec<String> = (0..200).map(|number| format!("2100101{number:04}")).collect();
        let fate = |crowd: &Crowd| -> Vec<(bool, i32)> {
            numbers.iter().map(|n| (crowd.comes(n), crowd.points(n, "practical", 1))).collect()
        };
        assert_eq!(fate(&one), fate(&Crowd::read(13, 1).unwrap()));
        assert_ne!(fate(&one), fate(&other));
        let coming = numbers.iter().filter(|number| one.comes(number)).count();
        assert!((140..190).contains(&coming), "{coming} of 200 come");
    }
}
