//! The days of a plan: read from its form, and made into the windows in which each step is done.
use kernel::Day;
use web::Form;

use crate::{Timetable, Window};

/// The fields that hold a day; each must be filled.
pub(super) const DAYS: [&str; 7] =
    ["registration_from", "registration_to", "review_to", "payment_to", "tickets_from", "reference", "exam"];

/// The days of the form; `None` when one of them cannot be read and is marked.
pub(super) fn read_dates(form: &mut Form) -> Option<Timetable> {
    let mut day = |name| form.parse(name, Day::parse);
    let (registration_from, registration_to) = (day("registration_from"), day("registration_to"));
    let (review_to, payment_to, tickets_from) = (day("review_to"), day("payment_to"), day("tickets_from"));
    let (reference, exam) = (day("reference"), day("exam"));
    Some(Timetable {
        registration_from: registration_from?,
        registration_to: registration_to?,
        review_to: review_to?,
        payment_to: payment_to?,
        tickets_from: tickets_from?,
        reference: reference?,
        exam: exam?,
    })
}

/// Whole days in China time: a window closes at the midnight after its last day.
pub(super) fn windows(dates: &Timetable) -> Vec<Window> {
    let window = |code: &str, from: Day, to: Day| Window {
        code: code.to_owned(),
        opens_at: from.at(0, 0),
        closes_at: to.plus_days(1).at(0, 0),
    };
    vec![
        window("registration", dates.registration_from, dates.registration_to),
        window("review", dates.registration_from, dates.review_to),
        window("payment", dates.registration_from, dates.payment_to),
        window("arrangement", dates.payment_to, dates.tickets_from),
        window("tickets", dates.tickets_from, dates.exam.plus_days(1)),
        window("papers", dates.registration_from, dates.exam.plus_days(-1)),
    ]
}
