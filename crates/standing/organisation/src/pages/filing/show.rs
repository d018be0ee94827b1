//! One filing: what it entitles to, its scope, its plaque, and the stations of its network.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use kernel::{Day, LevelCode, OccupationCode};
use web::{PageError, PageResult, Visit, page};

use crate::{
    FilingKind, FilingScope, Held, ObjectGroup, Organisation,
    pages::words,
    store::{
        self,
        register::{FilingLine, stations_below},
    },
};

/// Lines of a scope that differ in nothing but their level.
struct ScopeLine {
    occupation_code: OccupationCode,
    occupation: String,
    trade_zh: String,
    trade_en: String,
    levels: Vec<String>,
    group: ObjectGroup,
    from: Day,
    to: Option<Day>,
}

#[derive(Template)]
#[template(path = "filing/show.html")]
struct FilingPage<'a> {
    v: &'a Visit,
    holder: Organisation,
    held: Held,
    scope: Vec<ScopeLine>,
    stations: Vec<FilingLine>,
    today: Day,
}

impl FilingPage<'_> {
    fn name(&self) -> String {
        self.v.t.pick(&self.holder.name_zh, &self.holder.name_en).to_owned()
    }

    fn kind(&self) -> String {
        self.v.t.s(self.held.filing.kind.label())
    }

    fn holder_kind(&self, line: &FilingLine) -> String {
        self.v.t.s(words::kind(line.holder))
    }

    fn tag(&self, held: &Held) -> (&'static str, String) {
        let (class, key) = words::standing(held.filing.standing(&held.suspensions, self.today));
        (class, self.v.t.s(key))
    }

    fn validity(&self) -> String {
        words::validity(&self.held.filing, self.v.t)
    }

    fn span(&self, from: &Day, to: &Option<Day>) -> String {
        words::span(*from, *to, self.v.t)
    }

    fn group(&self, line: &ScopeLine) -> String {
        self.v.t.s(line.group.label())
    }

    /// Whether a line of the scope counts today.
    fn is_now(&self, line: &ScopeLine) -> bool {
        line.from <= self.today && line.to.is_none_or(|to| self.today < to)
    }

    fn is_station(&self) -> bool {
        self.held.filing.kind == FilingKind::Station
    }
}

/// GET /filings/{id}
pub async fn show(State(env): State<Env>, v: Visit, Path(id): Path<String>) -> PageResult<Response> {
    let today = env.now().day();
    let mut tx = env.db.read().await?;
    let held = store::filing::held(&mut tx, &id.as_str().into()).await?.ok_or(PageError::NotFound)?;
    let holder = store::by_path(&mut tx, &held.path).await?.ok_or(PageError::NotFound)?;
    let occupations = scheme::occupations(&mut tx, today).await?;
    let levels = scheme::levels(&mut tx, today).await?;
    let stations = stations_below(&mut tx, &held.path).await?;
    drop(tx);
    let level = |code: &LevelCode| {
        let known = levels.iter().find(|level| level.code == *code);
        known.map_or_else(|| code.to_string(), |level| v.t.pick(&level.name_zh, &level.name_en).to_owned())
    };
    let occupation = |code: &OccupationCode| {
        let known = occupations.iter().find(|row| row.code.as_ref() == Some(code));
        known.map_or_else(|| code.to_string(), |row| v.t.pick(&row.name_zh, &row.name_en).to_owned())
    };
    let scope = merged(&held.scope, &occupation, &level);
    let shown = FilingPage { v: &v, holder, scope, stations, today, held };
    page(&v, &shown.name(), &shown)
}

/// The lines of a scope with their levels side by side.
fn merged(
    scope: &[FilingScope],
    occupation: &dyn Fn(&OccupationCode) -> String,
    level: &dyn Fn(&LevelCode) -> String,
) -> Vec<ScopeLine> {
    let mut lines: Vec<ScopeLine> = Vec::new();
    for row in scope {
        let is_same = |line: &&mut ScopeLine| {
            line.occupation_code == row.occupation_code
                && line.trade_zh == row.trade_zh
                && line.group == row.object_group
                && (line.from, line.to) == (row.valid_from, row.valid_to)
        };
        match lines.iter_mut().find(is_same) {
            Some(line) => line.levels.push(level(&row.level_code)),
            None => lines.push(ScopeLine {
                occupation: occupation(&row.occupation_code),
                occupation_code: row.occupation_code.clone(),
                trade_zh: row.trade_zh.clone(),
                trade_en: row.trade_en.clone(),
                levels: vec![level(&row.level_code)],
                group: row.object_group,
                from: row.valid_from,
                to: row.valid_to,
            }),
        }
    }
    lines
}
