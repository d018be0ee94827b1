//! The heading of a roster: where it stands, which template it is of, what is wrong with it.
use super::{
    roster::SheetRow,
    template::{Cell, TEMPLATE, TEMPLATES, Template},
    trouble::{Mistake, Trouble},
};

/// Heading of the column in which an annotated file says what is wrong; read again, it is passed over.
pub const REMARKS: &str = "问题说明";

/// The heading of a roster, where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Row of the sheet; it should be the first.
    pub row: usize,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// The template it is of, or is nearest to.
    pub template: &'static Template,
}

impl Heading {
    /// Rows among which it is looked for: titles and notes stand above it in many files. Source: [own].
    pub const ROWS_SEARCHED: usize = 10;

    /// The heading among the first rows of a file: the row that names the most columns of a template,
    /// of the chosen one or of any.
    #[must_use]
    pub fn find(head: &[SheetRow], chosen: Option<&'static Template>) -> Self {
        Self::nearest(head, chosen.map_or(TEMPLATES.as_slice(), std::slice::from_ref))
    }

    /// The heading of a file that can be of one template only.
    #[must_use]
    pub fn find_of(head: &[SheetRow], template: &'static Template) -> Self {
        let first = head.len().min(Self::ROWS_SEARCHED);
        Self::nearest(head.get(..first).unwrap_or_default(), std::slice::from_ref(template))
    }

    fn nearest(head: &[SheetRow], templates: &'static [Template]) -> Self {
        let mut best =
            (0, Self { row: 1, cells: Vec::new(), template: templates.first().unwrap_or(&TEMPLATE) });
        for template in templates {
            for row in head {
                let named = |cell: &&Cell| template.columns.iter().any(|column| column.name == cell.text);
                // Of two templates that name the same columns, the one with fewer of its own.
                let fits = 1000 * row.cells.iter().filter(named).count() + 1000 - template.columns.len();
                let is_first = head.first().is_some_and(|first| first.row == row.row);
                if fits > best.0 && (fits >= 2000 || is_first) {
                    best = (fits, Self { row: row.row, cells: row.cells.clone(), template });
                }
            }
        }
        best.1
    }

    /// What is wrong with it: then no row can be trusted. After the template's columns one may stand
    /// that says what was wrong in an earlier reading ([`REMARKS`]).
    #[must_use]
    pub fn mistakes(&self) -> Vec<Mistake> {
        let found = || self.cells.first().map(|cell| cell.text.clone()).unwrap_or_default();
        let whole =
            |trouble| vec![Mistake { row: 1, field: None, column: letters(0), found: found(), trouble }];
        if self.row > 1 {
            return whole(Trouble::HeadingBelow(self.row));
        }
        let aside = self.cells.iter().take_while(|cell| cell.text.is_empty()).count();
        let rest = self.cells.get(aside..).unwrap_or_default();
        if aside > 0 && !rest.is_empty() && check_columns(rest, self.template).is_empty() {
            return whole(Trouble::HeadingAside(aside));
        }
        check_columns(&self.cells, self.template)
    }
}

fn check_columns(cells: &[Cell], template: &Template) -> Vec<Mistake> {
    let mut wrong = Vec::new();
    for place in 0..template.columns.len().max(cells.len()) {
        let found = cells.get(place).map_or("", |cell| cell.text.as_str());
        let trouble = match template.columns.get(place) {
            Some(column) if column.name == found || (column.may_be_absent && found.is_empty()) => continue,
            Some(column) => Trouble::Heading(column.name.clone()),
            None if found.is_empty() || found == REMARKS => continue,
            None => Trouble::ExtraColumn,
        };
        let column = letters(place);
        wrong.push(Mistake { row: 1, field: None, column, found: found.to_owned(), trouble });
    }
    wrong
}

/// The letters a spreadsheet puts above a column; `place` counts from 0.
fn letters(place: usize) -> String {
    let letter = |n: usize| u8::try_from(n % 26).map_or('?', |n| char::from(b'A' + n));
    if place < 26 {
        letter(place).to_string()
    } else {
        format!("{}{}", letter(place / 26 - 1), letter(place))
    }
}
