//! A template that no page and no other template names is dead.

use std::collections::HashSet;

use super::Finding;
use super::repository::{File, Repository};

/// Words of a template tag that name another template.
const TAGS: [&str; 4] = ["include", "extends", "import", "from"];

/// Compares the templates with the names used in Rust files and in other templates.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let templates: Vec<(&File, &str, &str)> = repository.files().filter_map(template).collect();
    let named: HashSet<String> =
        templates.iter().flat_map(|(file, _, name)| named_in_template(file, name)).collect();
    let mut findings = Vec::new();
    for (file, folder, name) in &templates {
        let rust = repository.files().filter(|file| file.is(&["rs"]) && file.path.starts_with(folder));
        if !named.contains(*name) && !rust.into_iter().any(|file| names_template(file, name)) {
            findings.push(Finding::new(
                &file.path,
                0,
                "no page and no template names this template",
                "delete it",
            ));
        }
    }
    findings
}

/// The crate's folder and the template's name, if the file is a template of a crate.
fn template(file: &File) -> Option<(&File, &str, &str)> {
    let (folder, name) = file.path.split_once("/templates/")?;
    folder.starts_with("crates/").then_some((file, folder, name))
}

/// `path = "name"`, as Askama's derive reads it.
fn names_template(file: &File, name: &str) -> bool {
    if !file.text.contains(name) {
        return false;
    }
    let text = file.rust();
    text.literals.iter().filter(|literal| literal.text == name).any(|literal| {
        let before = text.before(literal).strip_suffix('=').map(str::trim_end);
        before.is_some_and(|before| before.ends_with("path"))
    })
}

/// The templates a template names: from the root of the templates, or from its own folder.
fn named_in_template(file: &File, own_name: &str) -> Vec<String> {
    let mut names = Vec::new();
    for tag in file.text.split("{%").skip(1) {
        let tag = tag.split("%}").next().unwrap_or_default().trim_start_matches(['-', '+', '~']);
        let mut words = tag.split_whitespace();
        if !words.next().is_some_and(|word| TAGS.contains(&word)) {
            continue;
        }
        let Some(name) = tag.split('"').nth(1) else {
            continue;
        };
        let folder = own_name.rsplit_once('/').map_or("", |(folder, _)| folder);
        names.push(format!("{folder}/{name}").trim_start_matches('/').to_owned());
        names.push(name.to_owned());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_nobody_names_fails() {
        let repository = Repository::of(&[
            (
                "crates/plan/templates/plan/show.html",
                "{%- extends \"layout.html\" %}{% include \"_table.html\" %}",
            ),
            ("crates/plan/templates/plan/_table.html", ""),
            ("crates/plan/templates/plan/old.html", "{% include \"plan/old.html\""),
            ("crates/plan/templates/plan/dead.html", ""),
            ("crates/web/templates/layout.html", "{% import \"parts/icon.html\" as icon %}"),
            ("crates/web/templates/parts/icon.html", ""),
            (
                "crates/plan/src/pages.rs",
                "#[template(path = \"plan/show.html\")]\n// path = \"plan/dead.html\"\n",
            ),
        ]);
        let paths: Vec<_> = check(&repository).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["crates/plan/templates/plan/dead.html"]);
    }

    #[test]
    fn a_page_of_another_crate_does_not_count() {
        let repository = Repository::of(&[
            ("crates/plan/templates/show.html", ""),
            ("crates/seat/src/pages.rs", "#[template(path = \"show.html\")]"),
        ]);
        assert_eq!(check(&repository).len(), 1);
    }
}
