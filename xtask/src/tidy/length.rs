//! A file of more than 400 lines splits by noun. Exceptions are listed with a date and a reason,
//! and leave the list as soon as they are no longer needed.

use super::Finding;
use super::repository::{File, Repository};

/// Most lines a source file may have.
const LINES_MAX: usize = 400;

/// `path<TAB>limit<TAB>date<TAB>reason` on each line; lines with `#` are remarks.
const EXCEPTIONS: &str = "tidy-exceptions.txt";

/// One line of the list.
struct Exception<'a> {
    line: usize,
    path: &'a str,
    limit: usize,
}

/// Counts the lines of every source file and looks through the exceptions.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    let exceptions = exceptions(repository, &mut findings);
    for file in repository.files().filter(|file| file.is(&["rs", "ts", "css", "html"])) {
        let lines = file.text.lines().count();
        let listed = exceptions.iter().find(|exception| exception.path == file.path);
        let limit = listed.map_or(LINES_MAX, |exception| exception.limit);
        if lines > limit {
            let wrong = format!("{lines} lines, {limit} are allowed");
            findings.push(Finding::new(&file.path, 0, wrong, "split it by noun, not into helpers"));
        }
    }
    for Exception { line, path, .. } in exceptions {
        let lines = repository.file(path).map_or(0, |file| file.text.lines().count());
        if lines <= LINES_MAX {
            let wrong = format!("{path} has {lines} lines and needs no exception");
            findings.push(Finding::new(EXCEPTIONS, line, wrong, "delete this line"));
        }
    }
    findings
}

fn exceptions<'a>(repository: &'a Repository, findings: &mut Vec<Finding>) -> Vec<Exception<'a>> {
    let lines = repository.file(EXCEPTIONS).into_iter().flat_map(File::lines);
    let mut exceptions = Vec::new();
    for (line, text) in lines.filter(|(_, text)| !text.trim().is_empty() && !text.starts_with('#')) {
        let fields: Vec<&str> = text.split('\t').collect();
        let read = match fields.as_slice() {
            [path, limit, date, reason] if is_date(date) && !reason.trim().is_empty() => {
                limit.parse().ok().map(|limit| Exception { line, path, limit })
            }
            _ => None,
        };
        match read {
            Some(exception) => exceptions.push(exception),
            None => findings.push(Finding::new(
                EXCEPTIONS,
                line,
                "this is not an exception",
                "write path, limit, date (YYYY-MM-DD) and reason with tabs between",
            )),
        }
    }
    exceptions
}

fn is_date(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [4, 2, 2] && text.chars().all(|one| one.is_ascii_digit() || one == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(lines: usize, exceptions: &str) -> usize {
        let text = "x\n".repeat(lines);
        check(&Repository::of(&[("crates/a/src/lib.rs", &text), ("tidy-exceptions.txt", exceptions)])).len()
    }

    #[test]
    fn a_long_file_fails_unless_it_is_listed() {
        assert_eq!(findings(400, ""), 0);
        assert_eq!(findings(401, ""), 1);
        assert_eq!(findings(450, "# why\ncrates/a/src/lib.rs\t460\t2026-11-22\tone table\n"), 0);
        assert_eq!(findings(470, "crates/a/src/lib.rs\t460\t2026-11-22\tone table\n"), 1);
    }

    #[test]
    fn an_exception_that_is_not_needed_or_says_too_little_fails() {
        assert_eq!(findings(300, "crates/a/src/lib.rs\t460\t2026-11-22\tone table\n"), 1);
        assert_eq!(findings(10, "crates/gone.rs\t460\t2026-11-22\tone table\n"), 1);
        assert_eq!(findings(10, "crates/a/src/lib.rs\t460\tsoon\tone table\n"), 1);
        assert_eq!(findings(10, "crates/a/src/lib.rs 460\n"), 1);
    }
}
