//! Rows of a file beside the rows that are there: what is new, what is the same, what cannot be.
use super::Mistake;
use crate::Validity;

/// A row of a file, with where it stands.
#[derive(Debug, Clone)]
pub(super) struct Read<T> {
    pub row: u64,
    pub value: T,
}

/// What an import needs to know of a kind of dated row.
pub(super) struct Kind<T> {
    /// Name of the file.
    pub file: &'static str,
    /// What names the row.
    pub id: fn(&T) -> String,
    /// The thing it is a rule about; two rules about one thing are never in force at once.
    pub thing: fn(&T) -> Option<String>,
    /// When it is in force.
    pub validity: fn(&T) -> &Validity,
    /// Whether two rows say the same.
    pub is_same: fn(&T, &T) -> bool,
}

/// The rows of a file that are not there yet. `known` is what is there.
pub(super) fn sort_out<T: Clone>(
    kind: &Kind<T>,
    read: &[Read<T>],
    known: &[T],
    mistakes: &mut Vec<Mistake>,
) -> Vec<Read<T>> {
    let mut fresh: Vec<Read<T>> = Vec::new();
    for one in read {
        let id = (kind.id)(&one.value);
        let mut wrong = |field: &str, found: String, expected: &str, cure: &str| {
            mistakes.push(Mistake {
                file: kind.file.to_owned(),
                row: one.row,
                field: field.to_owned(),
                found,
                expected: expected.to_owned(),
                cure: cure.to_owned(),
            });
        };
        let validity = (kind.validity)(&one.value);
        if let Some(to) = validity.valid_to.filter(|to| *to <= validity.valid_from) {
            wrong("valid_to", to.to_string(), "a day after valid_from", "correct one of the two days");
        }
        if fresh.iter().any(|earlier| (kind.id)(&earlier.value) == id) {
            wrong("id", id, "each row once", "remove one of the two rows or give it another id");
            continue;
        }
        match known.iter().find(|known| (kind.id)(known) == id) {
            Some(known) if (kind.is_same)(known, &one.value) => {}
            Some(_) => wrong(
                "id",
                id,
                "what the register says under this id, or an id of its own",
                "a rule in the register is never changed: add a row with a new id and a later valid_from",
            ),
            None => fresh.push(one.clone()),
        }
    }
    overlaps(kind, &fresh, known, mistakes);
    fresh
}

/// A rule without an end holds until a later one about the same thing begins; everything else that is in
/// force beside another is an overlap.
fn overlaps<T>(kind: &Kind<T>, fresh: &[Read<T>], known: &[T], mistakes: &mut Vec<Mistake>) {
    for (place, one) in fresh.iter().enumerate() {
        let Some(thing) = (kind.thing)(&one.value) else { continue };
        let earlier = fresh.iter().take(place).map(|read| &read.value);
        let beside = known.iter().chain(earlier).filter(|other| (kind.thing)(other).as_ref() == Some(&thing));
        let own = (kind.validity)(&one.value);
        for other in beside.filter(|other| overlap(own, (kind.validity)(other))) {
            let theirs = (kind.validity)(other);
            let until = theirs.valid_to.map_or_else(|| "open".to_owned(), |to| to.to_string());
            mistakes.push(Mistake {
                file: kind.file.to_owned(),
                row: one.row,
                field: "valid_from".to_owned(),
                found: own.valid_from.to_string(),
                expected: format!(
                    "days on which {} is not in force ({} to {until})",
                    (kind.id)(other),
                    theirs.valid_from
                ),
                cure: "begin later, or end before the other begins".to_owned(),
            });
        }
    }
}

fn overlap(left: &Validity, right: &Validity) -> bool {
    let (first, second) = if left.valid_from <= right.valid_from { (left, right) } else { (right, left) };
    first.valid_from == second.valid_from || first.valid_to.is_some_and(|to| to > second.valid_from)
}

#[cfg(test)]
mod tests {
    use kernel::Day;

    use super::*;
    use crate::Confidence;

    fn validity(from: &str, to: Option<&str>) -> Validity {
        Validity {
            valid_from: Day::parse(from).unwrap(),
            valid_to: to.map(|to| Day::parse(to).unwrap()),
            source: String::new(),
            confidence: Confidence::D,
        }
    }

    #[test]
    fn a_later_rule_follows_an_open_one_and_nothing_else_may_overlap() {
        let open = validity("2019-01-01", None);
        let year = validity("2021-01-01", Some("2022-01-01"));
        for (other, overlaps) in [
            (validity("2019-01-01", None), [true, false]),
            (validity("2021-06-01", None), [false, true]),
            (validity("2022-01-01", None), [false, false]),
            (validity("2018-01-01", Some("2019-01-01")), [false, false]),
            (validity("2018-01-01", Some("2019-01-02")), [true, false]),
            (validity("2020-01-01", Some("2021-01-02")), [false, true]),
        ] {
            assert_eq!([overlap(&open, &other), overlap(&year, &other)], overlaps, "{other:?}");
            assert_eq!([overlap(&other, &open), overlap(&other, &year)], overlaps, "{other:?} turned");
        }
    }
}
