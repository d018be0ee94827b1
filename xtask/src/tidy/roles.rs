//! What a file is for decides what it may name: rules are pure, stores are SQL, pages are HTTP,
//! and `web` knows no stage.

use super::Finding;
use super::order;
use super::repository::{File, Repository};
use super::rust_text::{RustText, is_name};

/// What a rules file must not name, and what to do instead.
const NOT_IN_RULES: [(&str, &str); 8] = [
    ("sqlx::", "read the rows in store and pass them in"),
    ("axum", "return a refusal; pages makes it an answer"),
    ("askama", "return values; pages draws them"),
    ("tokio", "rules do not wait: load, decide, save"),
    ("async ", "rules do not wait: load, decide, save"),
    (".await", "rules do not wait: load, decide, save"),
    (".now()", "take `now` as an argument"),
    ("::now()", "take `now` as an argument"),
];

/// What a store file must not name.
const NOT_IN_STORE: [(&str, &str); 2] =
    [("axum", "return rows; pages makes them an answer"), ("askama", "return rows; pages draws them")];

/// Where the functions stand that every stage offers to `app`.
const PLACES: [(&str, &str); 2] = [("pub async fn tasks(", "task"), ("pub async fn steps(", "step")];

/// How a text that is SQL begins.
const SQL: [&str; 4] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];

/// The crates `web` stands on; every other is a stage or a standing crate to it.
const BELOW_WEB: [&str; 5] = ["kernel", "draw", "store", "trail", "web"];

/// Looks at every Rust source file under `crates`.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let later: Vec<String> = order::order(repository)
        .unwrap_or_default()
        .into_iter()
        .filter(|name| !BELOW_WEB.contains(&name.as_str()))
        .collect();
    let mut findings = Vec::new();
    for file in repository.files() {
        if !file.path.starts_with("crates/") || !file.is(&["rs"]) {
            continue;
        }
        if plays(file, "rules") {
            findings.extend(forbidden(file, &NOT_IN_RULES, "rules are pure"));
        }
        if plays(file, "store") || file.path.starts_with("crates/store/src/") {
            findings.extend(forbidden(file, &NOT_IN_STORE, "a store knows rows only"));
        }
        if plays(file, "pages") {
            findings.extend(literal_sql(file));
        }
        if file.path.starts_with("crates/web/src/") {
            findings.extend(imports(file, &later));
        }
        if file.path.starts_with("crates/batch/") && file.path.contains("/src/") {
            findings.extend(misplaced(file));
        }
    }
    findings
}

/// Whether a file is `src/<role>.rs` or lies in `src/<role>/`.
pub fn plays(file: &File, role: &str) -> bool {
    file.path.contains(&format!("/src/{role}.rs")) || file.path.contains(&format!("/src/{role}/"))
}

fn forbidden(file: &File, words: &[(&str, &str)], because: &str) -> Vec<Finding> {
    let text = file.rust();
    let mut findings = Vec::new();
    for (index, line) in text.code_without_tests().lines().enumerate() {
        // A derive gives a value its column form and reads nothing; that much a rule's type may say.
        let line = line.replace("sqlx::Type", "").replace("sqlx::FromRow", "");
        for (word, remedy) in words {
            if names(&line, word) {
                let wrong = format!("`{}` here, but {because}", word.trim());
                findings.push(Finding::new(&file.path, index + 1, wrong, *remedy));
            }
        }
    }
    findings
}

/// Whether a line contains `word` and not merely a longer name that ends in it.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let begins_a_name = word.starts_with(is_name);
        !(begins_a_name && line.get(..at).is_some_and(|before| before.ends_with(is_name)))
    })
}

fn literal_sql(file: &File) -> Vec<Finding> {
    let RustText { literals, .. } = file.rust();
    let sql =
        literals.iter().filter(|literal| SQL.iter().any(|word| literal.text.trim_start().starts_with(word)));
    sql.map(|literal| {
        Finding::new(
            &file.path,
            literal.line,
            "SQL in a page",
            "move the statement into a named query of store",
        )
    })
    .collect()
}

/// What waits for staff stands in `task.rs`, what the candidate sees in `step.rs`.
fn misplaced(file: &File) -> Vec<Finding> {
    let text = file.rust();
    let lines = text.code.lines().enumerate();
    let places = lines.flat_map(|(index, line)| PLACES.into_iter().map(move |place| (index, line, place)));
    let wrong = places.filter(|(_, line, (opening, role))| line.starts_with(opening) && !plays(file, role));
    wrong
        .map(|(index, line, (_, role))| {
            let wrong = format!("`{}` outside of {role}.rs", line.split('(').next().unwrap_or_default());
            let remedy = "staff's tasks stand in task.rs, the candidate's steps in step.rs";
            Finding::new(&file.path, index + 1, wrong, remedy)
        })
        .collect()
}

fn imports(file: &File, later: &[String]) -> Vec<Finding> {
    let text = file.rust();
    let mut findings = Vec::new();
    for (index, line) in text.code.lines().enumerate() {
        let Some(path) = line.trim_start().trim_start_matches("pub ").strip_prefix("use ") else {
            continue;
        };
        let first: String = path.trim_start_matches("::").chars().take_while(|one| is_name(*one)).collect();
        if later.contains(&first) {
            let wrong = format!("web imports {first}, but knows no stage");
            findings.push(Finding::new(
                &file.path,
                index + 1,
                wrong,
                "pass the finished value in from the stage's pages",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let order =
            ("ARCHITECTURE.md", "**Order.** Left to right: kernel, draw, store, trail, web, plan, app.");
        check(&Repository::of(&[order, (path, text)])).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn rules_that_wait_query_or_ask_the_time_fail() {
        let text = "//! No sqlx::query, no axum.\nuse sqlx::Row;\npub async fn decide() {\n    clock.now();\n    \
            go().await\n}\nfn taxum() {}\n#[cfg(test)]\nmod tests { fn t() { UnixMicros::now(); } }\n";
        assert_eq!(lines("crates/batch/1-plan/src/rules.rs", text), [2, 3, 4, 5]);
        assert_eq!(lines("crates/batch/1-plan/src/rules/window.rs", text), [2, 3, 4, 5]);
        assert_eq!(lines("crates/batch/1-plan/src/store.rs", text), [0_usize; 0]);
    }

    #[test]
    fn a_store_that_answers_http_fails() {
        assert_eq!(lines("crates/batch/1-plan/src/store/plan.rs", "use axum::Json;\n"), [1]);
        assert_eq!(lines("crates/store/src/lib.rs", "\nuse askama::Template;\n"), [2]);
    }

    #[test]
    fn sql_in_a_page_fails() {
        let text = "const A: &str = \"\n  SELECT code FROM batch\";\nconst B: &str = \"Select a batch\"; // SELECT 1\n";
        assert_eq!(lines("crates/batch/1-plan/src/pages.rs", text), [1]);
    }

    #[test]
    fn tasks_and_steps_outside_of_their_files_fail() {
        let text = "pub async fn tasks(a: u8) {}\npub async fn steps(\n// pub async fn tasks()\n";
        let found = |name: &str| lines(&format!("crates/batch/1-plan/src/{name}.rs"), text);
        assert_eq!((found("task"), found("step"), found("standing")), (vec![2], vec![1], vec![1, 2]));
    }

    #[test]
    fn web_that_imports_a_stage_fails() {
        let text = "use plan::Batch;\nuse kernel::Score;\npub use app;\nuse std::result::Result;\nuse planet::Earth;\n";
        assert_eq!(lines("crates/web/src/form.rs", text), [1, 3]);
    }
}
