//! A crate may depend only on crates that stand to its left in ARCHITECTURE.md.

use super::Finding;
use super::repository::{Crate, Repository};

const DOCUMENT: &str = "ARCHITECTURE.md";

/// Helps every crate's tests, and nothing but tests.
const TESTS_ONLY: &str = "testkit";

/// The first crate that knows people and rules of the trade; `testkit` knows only those before it.
const FIRST_OF_THE_TRADE: &str = "person";

/// Builds and checks the others, so it must build without them.
const APART: &str = "xtask";

/// Compares the dependencies of every crate with the order.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let Some(order) = order(repository) else {
        return vec![Finding::new(
            DOCUMENT,
            0,
            "there is no paragraph that begins `**Order.**` and lists the crates from kernel to app",
            "write one: the import table is read from it",
        )];
    };
    let crates = repository.crates();
    crates.iter().flat_map(|one| check_crate(one, &crates, &order)).collect()
}

/// The crates from left to right: what stands between `kernel` and the full stop.
pub fn order(repository: &Repository) -> Option<Vec<String>> {
    let text = &repository.file(DOCUMENT)?.text;
    let lines = text.lines().skip_while(|line| !line.starts_with("**Order.**"));
    let paragraph: Vec<&str> = lines.take_while(|line| !line.trim().is_empty()).collect();
    let paragraph = paragraph.join(" ").replace('`', "");
    let list = paragraph.get(paragraph.find("kernel,")?..)?.split('.').next()?;
    Some(list.split(',').map(|name| name.trim().to_owned()).collect())
}

fn check_crate(one: &Crate<'_>, crates: &[Crate<'_>], order: &[String]) -> Vec<Finding> {
    let place = |name: &str| order.iter().position(|listed| listed == name);
    let manifest = one.manifest();
    let known = one.name == TESTS_ONLY || one.name == APART || place(one.name).is_some();
    if !known {
        let wrong = format!("the crate {} does not stand in the order of {DOCUMENT}", one.name);
        return vec![Finding::new(&manifest, 0, wrong, "put it where it belongs in that line")];
    }
    let limit = match one.name {
        TESTS_ONLY => place(FIRST_OF_THE_TRADE),
        APART => Some(0),
        name => place(name),
    };
    let dependencies = one.facts["dependencies"].as_array().into_iter().flatten();
    let mut findings = Vec::new();
    for dependency in dependencies {
        let name = dependency["name"].as_str().unwrap_or_default();
        let ours = crates.iter().any(|other| other.name == name);
        if !ours || (name == TESTS_ONLY && dependency["kind"].as_str() == Some("dev")) {
            continue;
        }
        if name == TESTS_ONLY {
            let wrong = format!("{} depends on {TESTS_ONLY} outside its tests", one.name);
            findings.push(Finding::new(&manifest, 0, wrong, "move the line to [dev-dependencies]"));
        } else if place(name) >= limit || place(name).is_none() {
            let wrong = format!("{} depends on {name}, which does not stand to its left", one.name);
            let remedy = "let the later crate call the earlier one, or compose both in app";
            findings.push(Finding::new(&manifest, 0, wrong, remedy));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ORDER: &str = "# Map\n\n**Order.** A crate may depend only on crates to its left: `kernel`, store, person,\n\
        plan, registration, app. More text, kernel.\n";

    fn repository(text: &str, name: &str, dependency: &str, kind: Value) -> Repository {
        let mut repository = Repository::of(&[("ARCHITECTURE.md", text)]);
        let package = |name: &str, dependencies: Value| json!({"name": name, "manifest_path": format!("/r/{name}/Cargo.toml"), "dependencies": dependencies});
        repository.workspace = json!({"workspace_root": "/r", "packages": [
            package(name, json!([{"name": dependency, "kind": kind}, {"name": "serde", "kind": null}])),
            package(dependency, json!([])),
        ]});
        repository
    }

    fn findings(name: &str, dependency: &str, kind: Value) -> Vec<Finding> {
        check(&repository(ORDER, name, dependency, kind))
    }

    #[test]
    fn a_dependency_to_the_left_passes() {
        assert_eq!(findings("registration", "plan", Value::Null), []);
        assert_eq!(findings("registration", "testkit", json!("dev")), []);
        assert_eq!(findings("testkit", "store", Value::Null), []);
    }

    #[test]
    fn a_dependency_to_the_right_fails_even_in_tests() {
        assert_eq!(findings("plan", "registration", Value::Null).len(), 1);
        assert_eq!(findings("plan", "registration", json!("dev")).len(), 1);
        assert_eq!(findings("plan", "testkit", Value::Null).len(), 1);
        assert_eq!(findings("testkit", "plan", Value::Null).len(), 1);
        assert_eq!(findings("xtask", "kernel", Value::Null).len(), 1);
    }

    #[test]
    fn an_unlisted_crate_and_a_missing_order_fail() {
        assert_eq!(findings("surprise", "kernel", Value::Null).len(), 1);
        assert_eq!(check(&repository("# Map\n", "plan", "kernel", Value::Null)).len(), 1);
    }
}
