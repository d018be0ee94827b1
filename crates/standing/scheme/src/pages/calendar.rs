//! The working calendar of a year: holidays, and weekend days worked in their stead.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use identity::Env;
use kernel::Day;
use web::{PageError, PageResult, Visit, page};

use crate::{CalendarDay, store::register};

/// Years a calendar can be asked for: those a day can be written in with four digits and that
/// certification was ever done in. [own] bound against slips of the keyboard.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// What a cell of a month says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Working,
    Weekend,
    Holiday,
    MadeUp,
}

/// One day of a month; none for the cells before the first.
struct DayCell {
    number: i8,
    mark: Mark,
    name: String,
}

struct Month {
    number: i8,
    weeks: Vec<Vec<Option<DayCell>>>,
    working_days: usize,
}

/// A holiday with the days it lasts.
struct Holiday {
    name: String,
    days: Vec<Day>,
    source: String,
}

#[derive(Template)]
#[template(path = "calendar/show.html")]
struct CalendarPage<'a> {
    v: &'a Visit,
    year: i16,
    years: Vec<i16>,
    months: Vec<Month>,
    holidays: Vec<Holiday>,
    made_up: Vec<CalendarDay>,
    working_days: usize,
    is_published: bool,
}

impl CalendarPage<'_> {
    /// The one paper the whole year rests on, if it is one: it is named once then.
    fn one_source(&self) -> Option<&str> {
        let sources = self.holidays.iter().map(|holiday| holiday.source.as_str());
        let mut sources = sources.chain(self.made_up.iter().map(|row| row.source.as_str()));
        let first = sources.next()?;
        sources.all(|source| source == first).then_some(first)
    }

    fn month_name(&self, number: i8) -> String {
        self.v.t.s(&format!("scheme-month-{number}"))
    }

    fn weekdays(&self) -> Vec<String> {
        (1..=7).map(|number| self.v.t.s(&format!("scheme-weekday-{number}"))).collect()
    }
}

/// GET /calendar: this year's.
pub async fn now(State(env): State<Env>) -> Response {
    Redirect::to(&format!("/calendar/{}", env.now().day().year())).into_response()
}

/// GET /calendar/{year}
pub async fn show(State(env): State<Env>, v: Visit, Path(year): Path<String>) -> PageResult<Response> {
    let year: i16 = year.parse().ok().filter(|year| YEARS.contains(year)).ok_or(PageError::NotFound)?;
    let mut tx = env.db.read().await?;
    let published = register::calendar_days(&mut tx, year).await?;
    let mut years = register::calendar_years(&mut tx).await?;
    drop(tx);
    if !years.contains(&year) {
        years.push(year);
        years.sort_unstable();
    }
    let months: Vec<Month> = (1..=12).filter_map(|number| month(year, number, &published)).collect();
    let is_published = !published.is_empty();
    let (free, made_up): (Vec<_>, Vec<_>) = published.into_iter().partition(|row| row.kind == "holiday");
    let shown = CalendarPage {
        v: &v,
        year,
        years,
        working_days: months.iter().map(|month| month.working_days).sum(),
        months,
        is_published,
        holidays: holidays(free),
        made_up,
    };
    page(&v, &v.t.a("scheme-calendar-of", year), &shown)
}

fn month(year: i16, number: i8, published: &[CalendarDay]) -> Option<Month> {
    let first = Day::new(year, number, 1).ok()?;
    let blanks = (0..7_i64).find(|back| is_monday(first.plus_days(-*back)))?;
    let mut cells: Vec<Option<DayCell>> = (0..blanks).map(|_| None).collect();
    let days = (0..31).map(|after| first.plus_days(after)).take_while(|day| day.month() == number);
    cells.extend(days.map(|day| Some(cell(day, published))));
    let worked = |cell: &&DayCell| matches!(cell.mark, Mark::Working | Mark::MadeUp);
    let working_days = cells.iter().flatten().filter(worked).count();
    let mut weeks: Vec<Vec<Option<DayCell>>> = Vec::new();
    for cell in cells {
        match weeks.last_mut().filter(|week| week.len() < 7) {
            Some(week) => week.push(cell),
            None => weeks.push(vec![cell]),
        }
    }
    if let Some(week) = weeks.last_mut() {
        week.resize_with(7, || None);
    }
    Some(Month { number, weeks, working_days })
}

fn is_monday(day: Day) -> bool {
    !day.is_weekend() && day.plus_days(-1).is_weekend()
}

fn cell(day: Day, published: &[CalendarDay]) -> DayCell {
    let row = published.iter().find(|row| row.day == day);
    let mark = match row.map(|row| row.kind.as_str()) {
        Some("holiday") => Mark::Holiday,
        Some("working_day") => Mark::MadeUp,
        Some(_) | None if day.is_weekend() => Mark::Weekend,
        Some(_) | None => Mark::Working,
    };
    DayCell { number: day.day_of_month(), mark, name: row.map(|row| row.name.clone()).unwrap_or_default() }
}

/// The days of each holiday together, as a run of days with one name.
fn holidays(free: Vec<CalendarDay>) -> Vec<Holiday> {
    let mut all: Vec<Holiday> = Vec::new();
    for row in free {
        match all.last_mut().filter(|holiday| holiday.name == row.name) {
            Some(holiday) => holiday.days.push(row.day),
            None => all.push(Holiday { name: row.name, days: vec![row.day], source: row.source }),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: &str, kind: &str, name: &str) -> CalendarDay {
        let day = Day::parse(day).unwrap();
        CalendarDay { day, kind: kind.into(), name: name.into(), source: "notice".into() }
    }

    #[test]
    fn a_month_begins_under_its_weekday_and_counts_what_is_worked() {
        // May 2021: the 1st is a Saturday; 1 to 5 May are free, 8 May (a Saturday) is worked.
        let mut published: Vec<_> =
            (1..=5).map(|day| row(&format!("2021-05-0{day}"), "holiday", "劳动节")).collect();
        published.push(row("2021-05-08", "working_day", "调休上班"));
        let may = month(2021, 5, &published).unwrap();
        assert_eq!(may.weeks.len(), 6);
        let first = &may.weeks[0];
        assert_eq!(first.iter().filter(|cell| cell.is_none()).count(), 5);
        let saturday = first[5].as_ref().unwrap();
        assert_eq!((saturday.number, saturday.mark), (1, Mark::Holiday));
        assert_eq!(may.weeks[1][5].as_ref().unwrap().mark, Mark::MadeUp);
        assert_eq!(may.weeks[1][6].as_ref().unwrap().mark, Mark::Weekend);
        // 21 weekdays, less 3 to 5 May, and 8 May more.
        assert_eq!(may.working_days, 19);
        assert!(month(2021, 13, &[]).is_none());
    }

    #[test]
    fn days_of_one_name_that_follow_each_other_are_one_holiday() {
        let list = holidays(vec![
            row("2021-01-01", "holiday", "元旦"),
            row("2021-02-11", "holiday", "春节"),
            row("2021-02-12", "holiday", "春节"),
        ]);
        let seen: Vec<_> = list.iter().map(|one| (one.name.as_str(), one.days.len())).collect();
        assert_eq!(seen, [("元旦", 1), ("春节", 2)]);
    }
}
