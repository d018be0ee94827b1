//! Scores on paper, entered twice, and the sealed scores of examiners.
use super::{Scene, day::in_parallel};
use crate::{Browser, Crowd, FormFill, Result, assessment};

/// Examiners of the practical part and members of a panel, with the address of their sheets.
const SCORERS: [(&str, &str, usize); 2] = [("practical", "examiner", 3), ("panel", "panel", 5)];

/// Sheets filled at a time.
const AT_ONCE: usize = 4;

/// Two clerks enter what stands on the sheets.
pub(super) fn enter_twice(scene: &mut Scene<'_>) -> Result<()> {
    ["clerk1", "clerk2"].into_iter().try_for_each(|login| fill_all(scene, login, ("entries", "theory"), 0))
}

/// Every examiner seals a score for every candidate.
pub(super) fn seal(scene: &mut Scene<'_>) -> Result<()> {
    for (part, login, seats) in SCORERS {
        for seat in 0..seats {
            fill_all(scene, &format!("{login}{}", seat + 1), (part, part), seat)?;
        }
    }
    Ok(())
}

/// Fills the sheet of every room, several at a time.
fn fill_all(scene: &Scene<'_>, login: &str, (noun, part): (&str, &str), seat: usize) -> Result<()> {
    let scorer = scene.office.staff(login)?;
    let rooms = assessment::rooms(&scorer, scene.batch, noun)?;
    in_parallel(AT_ONCE, &rooms, |room| fill(scene.crowd, &scorer, room, (part, seat)))
}

/// Fills one sheet, if there is anything to fill.
fn fill(crowd: &Crowd, scorer: &Browser, room: &str, (part, seat): (&str, usize)) -> Result<()> {
    let page = scorer.open(room)?;
    let Some(form) = page.forms(room).into_iter().find(|form| numbers(form).next().is_some()) else {
        return Ok(());
    };
    let all: Vec<String> = numbers(&form).map(ToOwned::to_owned).collect();
    let filled = all.iter().fold(form, |form, number| {
        if crowd.comes(number) {
            form.set(&format!("score-{number}"), &crowd.points(number, part, seat).to_string())
        } else {
            form.tick(&format!("absent-{number}"), "1")
        }
    });
    scorer.submit(&filled).map(drop)
}

fn numbers(form: &FormFill) -> impl Iterator<Item = &str> {
    form.names().iter().filter_map(|name| name.strip_prefix("score-"))
}
