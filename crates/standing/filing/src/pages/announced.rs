//! What is announced to the public (公示): who shall be granted what, until when, and how one objects.
use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use identity::Env;
use kernel::Day;
use organisation::Organisation;
use web::{PageResult, Visit, page};

use super::words;
use crate::{
    rules::request::Line,
    store::{board, case::FilingCase, request},
};

/// Cases shown at once; an announcement lasts some days.
const SHOWN_MOST: i64 = 1000;

struct Announced {
    case: FilingCase,
    holder: Organisation,
    authority: Option<Organisation>,
    /// Occupation, trade and levels, in words.
    scope: Vec<String>,
}

#[derive(Template)]
#[template(path = "case/announced.html")]
struct AnnouncedPage<'a> {
    v: &'a Visit,
    all: Vec<Announced>,
}

impl AnnouncedPage<'_> {
    fn kind(&self, one: &Announced) -> String {
        self.v.t.s(words::kind(one.case.kind))
    }

    fn filing_kind(&self, one: &Announced) -> String {
        self.v.t.s(one.case.filing_kind.label())
    }

    fn last_day(&self, one: &Announced) -> Option<Day> {
        one.case.announced_until.map(|until| until.plus_days(-1))
    }
}

/// GET /filings/announced
pub async fn show(State(env): State<Env>, v: Visit) -> PageResult<Response> {
    let today = env.now().day();
    let mut tx = env.db.read().await?;
    let cases = board::announced(&mut tx, today, SHOWN_MOST).await?;
    let ids: Vec<_> = cases.iter().map(|case| &case.organisation_id).collect();
    let holders = organisation::by_ids(&mut tx, &ids).await?;
    let paths: Vec<_> = cases.iter().map(|case| &case.authority_path).collect();
    let authorities = organisation::by_paths(&mut tx, &paths).await?;
    let ids: Vec<_> = cases.iter().map(|case| &case.id).collect();
    let lines = request::lines_of(&mut tx, &ids).await?;
    let occupations = scheme::occupations(&mut tx, today).await?;
    let levels = scheme::levels(&mut tx, today).await?;
    drop(tx);
    let occupations: HashMap<String, String> = occupations
        .into_iter()
        .filter_map(|row| Some((row.code?.to_string(), v.t.pick(&row.name_zh, &row.name_en).to_owned())))
        .collect();
    let levels: HashMap<String, String> = levels
        .into_iter()
        .map(|row| (row.code.to_string(), v.t.pick(&row.name_zh, &row.name_en).to_owned()))
        .collect();
    let all = cases.into_iter().filter_map(|case| {
        let own = lines.iter().filter(|(id, _)| *id == case.id).map(|(_, line)| line);
        Some(Announced {
            holder: holders.iter().find(|row| row.id == case.organisation_id)?.clone(),
            authority: authorities.iter().find(|row| row.path == case.authority_path).cloned(),
            scope: said(&v, own, &occupations, &levels),
            case,
        })
    });
    let shown = AnnouncedPage { v: &v, all: all.collect() };
    page(&v, &v.t.s("filings-announced"), &shown)
}

/// The lines of a case, those that differ only in their level as one.
fn said<'a>(
    v: &Visit,
    lines: impl Iterator<Item = &'a Line>,
    occupations: &HashMap<String, String>,
    levels: &HashMap<String, String>,
) -> Vec<String> {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for line in lines {
        let code = line.occupation_code.to_string();
        let mut name = occupations.get(&code).cloned().unwrap_or(code);
        if !line.trade_zh.is_empty() {
            name = format!("{name}（{}）", v.t.pick(&line.trade_zh, &line.trade_en));
        }
        name = format!("{name} · {}", v.t.s(line.object_group.label()));
        let level = line.level_code.to_string();
        let level = levels.get(&level).cloned().unwrap_or(level);
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, of)) if of.contains(&level) => {}
            Some((_, of)) => of.push(level),
            None => all.push((name, vec![level])),
        }
    }
    all.into_iter().map(|(name, of)| format!("{name}: {}", of.join("、"))).collect()
}
