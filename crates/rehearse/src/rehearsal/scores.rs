//! Scores on paper, entered twice, and the sealed scores of examiners.
use super::Scene;
use crate::{Browser, FormFill, Result};

/// Examiners of the practical part and members of a panel, with the address of their sheets.
const SCORERS: [(&str, &str, usize); 2] = [("practical", "examiner", 3), ("panel", "panel", 5)];

/// Two clerks enter what stands on the sheets.
pub(super) fn enter_twice(scene: &mut Scene<'_>) -> Result<()> {
    for login in ["clerk1", "clerk2"] {
        let clerk = scene.office.staff(login)?;
        let page = clerk.open(&scene.batch.at("/scores"))?;
        for sheet in page.links("/scores/entries/") {
            fill(scene, &clerk, &sheet, "theory", 0)?;
        }
    }
    Ok(())
}

/// Every examiner seals a score for every candidate.
pub(super) fn seal(scene: &mut Scene<'_>) -> Result<()> {
    for (part, login, seats) in SCORERS {
        for seat in 0..seats {
            let scorer = scene.office.staff(&format!("{login}{}", seat + 1))?;
            let action = scene.batch.at(&format!("/scores/{part}"));
            let page = scorer.open(&scene.batch.at("/scores"))?;
            if page.link(&action).is_none() {
                continue;
            }
            let mut sheets = scorer.click(&page, &action)?.links(&format!("{action}?component="));
            sheets
                .retain(|sheet| !sheet.contains("show=") && !sheet.contains("tab=") && !sheet.contains('&'));
            for sheet in sheets {
                fill(scene, &scorer, &sheet, part, seat)?;
            }
        }
    }
    Ok(())
}

/// Fills one sheet, if there is anything to fill.
fn fill(scene: &Scene<'_>, scorer: &Browser, sheet: &str, part: &str, seat: usize) -> Result<()> {
    let page = scorer.open(sheet)?;
    let action = sheet.split('?').next().unwrap_or_default();
    let forms = page.forms(action).into_iter().filter(|form| numbers(form).next().is_some());
    for form in forms.collect::<Vec<_>>() {
        let all: Vec<String> = numbers(&form).map(ToOwned::to_owned).collect();
        let filled = all.iter().fold(form, |form, number| {
            if scene.crowd.comes(number) {
                let points = scene.crowd.points(number, part, seat);
                form.set(&format!("score-{number}"), &points.to_string())
            } else {
                form.tick(&format!("absent-{number}"), "1")
            }
        });
        scorer.settled(scorer.submit(&filled)?)?;
    }
    Ok(())
}

fn numbers(form: &FormFill) -> impl Iterator<Item = &str> {
    form.names().iter().filter_map(|name| name.strip_prefix("score-"))
}
