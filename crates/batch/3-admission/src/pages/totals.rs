//! Totals, live: by occupation and level, by city, both against each other, and the small groups.
//! What somebody sees is their own part of the batch; the rail above it speaks of the whole.
use std::borrow::Borrow;

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::Response,
};
use identity::{Action, Env};
use kernel::{OccupationCode, OrgPath};
use plan::{Batch, BatchLevel, InBatch, ReadBatch};
use print::XLSX;
use web::{Markup, Message, PageError, PageResult, Visit, Words};

use super::reach;
use crate::{
    CityNames, Cure, SmallGroup, State, Table, Tally,
    rules::totals::Rung,
    standing::counts,
    workbook::{self, Cell},
};

/// Columns of the tables: a state, or those of whom nothing is left to do.
const COLUMNS: [State; 5] =
    [State::Pending, State::Returned, State::Refused, State::Accepted, State::LeftOut];

#[derive(Template)]
#[template(path = "admission/totals.html")]
struct TotalsPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    figures: Figures,
    small: Vec<SmallGroup>,
    /// The parts somebody sees who does not see the whole.
    part: Vec<String>,
    /// Whether the numbers lead to the people.
    sees_rows: bool,
}

/// The table with the names of its rows.
struct Figures {
    table: Table,
    levels: Vec<BatchLevel>,
    cities: Vec<(OrgPath, String)>,
}

impl Figures {
    async fn read(tx: &mut Tx, entry: &InBatch<ReadBatch>, t: Words) -> PageResult<Self> {
        let batch = &entry.batch;
        let table = Table::of(&batch.org_path, &counts(tx, batch, &entry.at).await?);
        let names = CityNames::read(tx, batch, t).await?;
        let cities = table.cities().into_iter().map(|city| (city.clone(), names.of(&city))).collect();
        Ok(Self { table, levels: plan::levels(tx, &batch.code).await?, cities })
    }
}

/// Occupation and level of a line of the plan.
fn rung(level: &BatchLevel) -> Rung {
    (level.occupation_code.clone(), level.level_code.clone())
}

fn level_words(level: &BatchLevel, t: Words) -> String {
    format!("{} · {}", occupation_words(level, t), t.pick(&level.level_zh, &level.level_en))
}

fn occupation_words(level: &BatchLevel, t: Words) -> &str {
    t.pick(&level.occupation_zh, &level.occupation_en)
}

impl TotalsPage<'_> {
    /// The occupations of the batch with more than one level, each with the sum of its levels.
    fn occupations(&self) -> Vec<(&OccupationCode, String, Tally)> {
        let mut found: Vec<(&OccupationCode, String, Tally)> = Vec::new();
        for level in &self.figures.levels {
            let code = &level.occupation_code;
            if !found.iter().any(|(known, ..)| *known == code) {
                let words = occupation_words(level, self.v.t).to_owned();
                found.push((code, words, self.figures.table.occupation(code)));
            }
        }
        found
    }

    fn level(&self, level: &BatchLevel) -> String {
        level_words(level, self.v.t)
    }

    fn rung(&self, level: &BatchLevel) -> Tally {
        self.figures.table.rung(&rung(level))
    }

    fn city(&self, city: &OrgPath) -> Tally {
        self.figures.table.city(city)
    }

    fn cell(&self, city: &OrgPath, level: &BatchLevel) -> Tally {
        self.figures.table.cell(city, &rung(level))
    }

    fn is_small(&self, city: &OrgPath, level: &BatchLevel) -> bool {
        self.small.iter().any(|one| one.city == *city && one.rung == rung(level))
    }

    fn total(&self) -> Tally {
        self.figures.table.total()
    }

    /// The columns that have anybody in them.
    fn columns(&self) -> Vec<State> {
        let total = self.total();
        COLUMNS.into_iter().filter(|state| total.of(*state) > 0).collect()
    }

    /// Occupation and level where there is little room: 三级/高级工 is 三级.
    fn short(&self, level: &BatchLevel) -> String {
        let name = self.v.t.pick(&level.level_zh, &level.level_en);
        let short = name.split('/').next().unwrap_or(name).trim();
        format!("{} · {short}", occupation_words(level, self.v.t))
    }

    fn state(&self, state: &State) -> String {
        self.v.t.s(super::words::state_key(state))
    }

    /// A number that leads to the people it counts.
    fn number(&self, count: impl Borrow<i64>, query: &str) -> Markup {
        let count = *count.borrow();
        if count == 0 || !self.sees_rows {
            return Markup(count.to_string());
        }
        Markup(format!(
            "<a href=\"/batches/{}/admission?{}\">{count}</a>",
            self.batch.code,
            web::escape(query)
        ))
    }

    fn row(&self, tally: impl Borrow<Tally>, narrowed: impl AsRef<str>) -> Markup {
        let (tally, narrowed) = (tally.borrow(), narrowed.as_ref());
        let mut html = String::new();
        let mut cell = |label: String, count: i64, query: String| {
            let number = self.number(count, &query);
            let label = web::escape(&label);
            html.push_str(&format!("<td class=\"num\" data-label=\"{label}\">{}</td>", number.0));
        };
        for state in self.columns() {
            cell(self.state(&state), tally.of(state), format!("state={}{narrowed}", state.code()));
        }
        let is_frozen = tally.of(State::Admitted) > 0;
        let complete = if is_frozen { State::Admitted } else { State::Paid };
        let query = format!("state={}{narrowed}", complete.code());
        cell(self.v.t.s("admission-complete"), tally.complete(), query);
        cell(self.v.t.s("admission-all"), tally.all(), format!("state=all{narrowed}"));
        Markup(html)
    }

    fn of_level(&self, level: &BatchLevel) -> String {
        format!("&occupation={}&level={}", level.occupation_code, level.level_code)
    }

    fn of_occupation(&self, code: &OccupationCode) -> String {
        format!("&occupation={code}")
    }

    fn of_city(&self, city: &OrgPath) -> String {
        format!("&point={city}")
    }

    fn of_cell(&self, city: &OrgPath, level: &BatchLevel) -> String {
        format!("state=all{}{}", self.of_city(city), self.of_level(level))
    }

    fn small_level(&self, group: &SmallGroup) -> String {
        let level = self.figures.levels.iter().find(|level| rung(level) == group.rung);
        level.map(|level| level_words(level, self.v.t)).unwrap_or_default()
    }

    fn small_query(&self, group: &SmallGroup) -> String {
        let (occupation, level) = &group.rung;
        format!("state=all&point={}&occupation={occupation}&level={level}", group.city)
    }

    fn name(&self, path: &OrgPath) -> String {
        let known = self.figures.cities.iter().find(|(city, _)| city == path);
        known.map_or_else(|| path.to_string(), |(_, name)| name.clone())
    }

    fn cure(&self, cure: &Cure) -> String {
        match cure {
            Cure::MixRoom => self.v.t.s("admission-cure-mix"),
            Cure::JoinCity(city, there) => {
                let said = Message::new("admission-cure-join").with("city", self.name(city)).with("n", there);
                self.v.t.message(&said)
            }
            Cure::NextBatch => self.v.t.s("admission-cure-next"),
        }
    }
}

/// GET /batches/{code}/totals
pub async fn show(Extract(env): Extract<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let figures = Figures::read(&mut tx, &entry, v.t).await?;
    let mut part = Vec::new();
    if entry.at_whole().is_err() {
        let names = CityNames::read(&mut tx, batch, v.t).await?;
        part.extend(entry.at.iter().map(|path| names.of(path)));
    }
    let sees_rows = [Action::Review, Action::RecordPayment];
    let page = TotalsPage {
        head: plan::stage_head(&mut tx, &entry, 3, &v, env.now()).await?,
        small: figures.table.small_groups(),
        sees_rows: sees_rows.into_iter().any(|action| !reach(&entry, &env, action).is_empty()),
        v: &v,
        batch,
        figures,
        part,
    };
    web::page(&v, &v.t.s("admission-live"), &page)
}

/// GET /batches/{code}/totals/totals.xlsx and …/totals.csv
pub async fn file(
    Extract(env): Extract<Env>,
    entry: InBatch<ReadBatch>,
    Path((_, file)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let figures = Figures::read(&mut tx, &entry, v.t).await?;
    let rows = export(&figures, v.t);
    let name = |ending: &str| format!("totals-{}.{ending}", entry.batch.code);
    match file.as_str() {
        "totals.xlsx" => Ok(web::download(&name("xlsx"), XLSX, workbook::xlsx(&rows)?)),
        "totals.csv" => Ok(web::download(&name("csv"), workbook::CSV, workbook::csv(&rows)?)),
        _ => Err(PageError::NotFound),
    }
}

/// One line a city and level, the headings first and the sum of everything last.
fn export(figures: &Figures, t: Words) -> Vec<Vec<Cell>> {
    let states = [&COLUMNS[..4], &[State::Paid, State::Admitted, State::LeftOut, State::Withdrawn]].concat();
    let words = |key: &str| Cell::Text(t.s(key));
    let mut heads = vec![words("admission-city"), words("field-occupation"), words("field-level")];
    heads.extend(states.iter().map(|state| words(super::words::state_key(state))));
    heads.extend([words("admission-complete"), words("admission-all")]);
    let numbers = |tally: &Tally| {
        let each = states.iter().map(|state| Cell::Number(tally.of(*state)));
        each.chain([Cell::Number(tally.complete()), Cell::Number(tally.all())]).collect::<Vec<_>>()
    };
    let mut rows = vec![heads];
    for (city, name) in &figures.cities {
        for level in &figures.levels {
            let names = [name.as_str(), occupation_words(level, t), t.pick(&level.level_zh, &level.level_en)];
            let mut row: Vec<Cell> = names.map(|name| Cell::Text(name.to_owned())).to_vec();
            row.extend(numbers(&figures.table.cell(city, &rung(level))));
            rows.push(row);
        }
    }
    let mut sum = vec![words("admission-sum"), Cell::Text(String::new()), Cell::Text(String::new())];
    sum.extend(numbers(&figures.table.total()));
    rows.push(sum);
    rows
}
