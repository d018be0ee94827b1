//! One occupation: its standards, and for each level who may apply, what is examined and the fees.
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use kernel::{Day, LevelCode, OccupationCode};
use readership::{Matter, Opened};
use serde::Deserialize;
use web::{Markup, PageError, PageResult, Visit, escape, page};

use super::{condition::condition, words};
use crate::{
    Clause, Component, Fee, Level, Occupation, Standard, TimeLimit, Validity,
    store::{read, register},
};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShowQuery {
    standard: String,
    on: String,
}

/// A clause with its condition in words.
struct ClauseLine {
    row: Clause,
    condition: Markup,
    materials: Vec<String>,
}

/// A component with what it costs.
struct ComponentLine {
    scoring: String,
    fees: Vec<Fee>,
    row: Component,
}

/// One level of the standard.
struct LevelSection {
    code: LevelCode,
    name: String,
    clauses: Vec<ClauseLine>,
    components: Vec<ComponentLine>,
}

#[derive(Template)]
#[template(path = "standard/show.html")]
struct StandardPage<'a> {
    v: &'a Visit,
    code: OccupationCode,
    day: Day,
    row: Occupation,
    earlier: Vec<Occupation>,
    level_names: Vec<String>,
    standards: Vec<Standard>,
    chosen: Option<Standard>,
    sections: Vec<LevelSection>,
    time_limits: Vec<TimeLimit>,
    times_read: i64,
}

impl StandardPage<'_> {
    fn span(&self, validity: &Validity) -> String {
        words::span(validity, self.v.t)
    }

    fn tag(&self, validity: &Validity) -> (&'static str, String) {
        let (class, key) = words::standing(validity, self.day);
        (class, self.v.t.s(key))
    }

    fn confidence(&self, validity: &Validity) -> String {
        self.v.t.s(words::confidence(validity.confidence))
    }

    fn delivery(&self, component: &Component) -> String {
        self.v.t.s(words::delivery(component.delivery))
    }

    /// The document a row rests on: legal text stays Chinese and says so.
    fn basis(&self, validity: &Validity) -> Markup {
        match validity.document() {
            Some(document) => Markup(format!("<span lang=\"zh-CN\">{}</span>", escape(document))),
            None => Markup(escape(&self.v.t.s("scheme-source-none"))),
        }
    }

    /// Where a fee holds: data keep the province as a code.
    fn jurisdiction(&self, fee: &Fee) -> String {
        match fee.jurisdiction.as_str() {
            "demo" => self.v.t.s("scheme-jurisdiction-demo"),
            "federation" => self.v.t.s("scheme-jurisdiction-federation"),
            "college" => self.v.t.s("scheme-jurisdiction-college"),
            "enterprise" => self.v.t.s("scheme-jurisdiction-enterprise"),
            other => other.to_owned(),
        }
    }

    fn version(&self, standard: &Standard) -> String {
        words::version(standard, self.v.t)
    }

    fn is_chosen(&self, standard: &Standard) -> bool {
        self.chosen.as_ref().is_some_and(|chosen| chosen.id == standard.id)
    }
}

/// GET /standards/{occupation}?standard=…&on=…
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    Path(occupation): Path<String>,
    Query(query): Query<ShowQuery>,
) -> PageResult<Response> {
    let code = OccupationCode::parse(&occupation).map_err(|_| PageError::NotFound)?;
    let day = Day::parse(&query.on).unwrap_or_else(|_| env.now().day());
    let mut tx = env.db.read().await?;
    let mut rows = register::occupation_rows(&mut tx, &code).await?;
    let current = rows.iter().position(|row| row.validity.covers(day)).unwrap_or_default();
    if rows.is_empty() {
        return Err(PageError::NotFound);
    }
    let row = rows.remove(current);
    let levels = read::levels(&mut tx, day).await?;
    let time_limits = read::time_limits(&mut tx, day).await?;
    let standards = register::standards_of(&mut tx, &code).await?;
    let chosen = standards
        .iter()
        .find(|standard| standard.id.as_str() == query.standard)
        .or_else(|| standards.iter().find(|standard| standard.validity.covers(day)))
        .or(standards.first())
        .cloned();
    let sections = match &chosen {
        Some(standard) => {
            let clauses = register::clauses_of(&mut tx, &standard.id).await?;
            let components = register::components_of(&mut tx, &standard.id).await?;
            let fees = register::fees_of(&mut tx, &standard.id).await?;
            let codes = standard.levels.codes().iter();
            codes.map(|code| section(code, &levels, (&clauses, &components, &fees), &v)).collect()
        }
        None => Vec::new(),
    };
    let times_read = readership::times_read(&mut tx, Matter::Occupation, code.as_str()).await?;
    let opened = Opened { matter: Matter::Occupation, key: code.to_string() };
    let shown = StandardPage {
        v: &v,
        code,
        day,
        level_names: words::level_list(&levels, &row.levels, v.t),
        row,
        earlier: rows,
        standards,
        chosen,
        sections,
        time_limits,
        times_read,
    };
    let title = v.t.pick(&shown.row.name_zh, &shown.row.name_en).to_owned();
    Ok(opened.noted_in(page(&v, &title, &shown)?))
}

fn section(
    code: &LevelCode,
    levels: &[Level],
    (clauses, components, fees): (&[Clause], &[Component], &[Fee]),
    v: &Visit,
) -> LevelSection {
    let clause = |row: &Clause| ClauseLine {
        condition: condition(&row.predicate, levels, v.t),
        materials: row.materials.iter().map(|material| words::material(material, v.t)).collect(),
        row: row.clone(),
    };
    let component = |row: &Component| ComponentLine {
        scoring: words::scoring(row, v.t),
        fees: fees.iter().filter(|fee| fee.component_id == row.id).cloned().collect(),
        row: row.clone(),
    };
    LevelSection {
        code: code.clone(),
        name: words::level(levels, code, v.t),
        clauses: clauses.iter().filter(|row| row.level_code == *code).map(clause).collect(),
        components: components.iter().filter(|row| row.level_code == *code).map(component).collect(),
    }
}
