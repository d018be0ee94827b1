//! Migrations keep the house dialect: what both engines understand in the same way.

use super::Finding;
use super::repository::{File, Repository};
use super::rust_text::is_name;

/// The column types that mean the same on both engines.
const TYPES: [&str; 3] = ["TEXT", "BIGINT", "BOOLEAN"];

/// Words of one engine only, or of a type or device we do without.
const FORBIDDEN: [&str; 12] = [
    "REAL",
    "NUMERIC",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "JSONB",
    "AUTOINCREMENT",
    "STRICT",
    "TRIGGER",
    "VARCHAR",
    "BYTEA",
    "BLOB",
    "UUID",
];

/// First words of a table's lines that are no columns.
const CONSTRAINTS: [&str; 5] = ["PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "CONSTRAINT"];

const REMEDY: &str =
    "use TEXT, BIGINT or BOOLEAN (instants are BIGINT microseconds, scores BIGINT hundredths)";

/// Looks at every migration.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let migrations =
        repository.files().filter(|file| file.path.starts_with("migrations/") && file.is(&["sql"]));
    migrations.flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let code = without_comments_and_texts(&file.text).to_uppercase();
    let words = words(&code);
    let mut findings = Vec::new();
    for word in words.iter().filter(|word| FORBIDDEN.contains(&word.text)) {
        findings.push(Finding::new(&file.path, word.line, format!("{} in a migration", word.text), REMEDY));
    }
    for column in columns(&words) {
        let [name, kind] = column;
        if !TYPES.contains(&kind.text) && !FORBIDDEN.contains(&kind.text) {
            let wrong = format!("the column {} has the type {}", name.text.to_lowercase(), kind.text);
            findings.push(Finding::new(&file.path, name.line, wrong, REMEDY));
        }
    }
    findings
}

/// A name, or one of `( ) , ;`, and the depth of brackets in front of it.
struct Word<'a> {
    text: &'a str,
    line: usize,
    depth: usize,
}

fn words(code: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut depth = 0_usize;
    for (index, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(start) = rest.find(|one| is_name(one) || "(),;".contains(one)) {
            let (_, found) = rest.split_at(start);
            let length = found.find(|one| !is_name(one)).unwrap_or(found.len()).max(1);
            let (text, after) = found.split_at(length);
            words.push(Word { text, line: index + 1, depth });
            match text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            rest = after;
        }
    }
    words
}

/// Name and type of each column that is made: in the brackets of CREATE TABLE, or after ADD COLUMN.
fn columns<'a>(words: &'a [Word<'a>]) -> Vec<[&'a Word<'a>; 2]> {
    let mut columns = Vec::new();
    let mut in_table = false;
    for (index, pair) in words.windows(3).enumerate() {
        let [first, name, kind] = pair else { continue };
        match first.text {
            "TABLE" if index > 0 => {
                in_table = words.get(index - 1).is_some_and(|before| before.text == "CREATE")
            }
            ";" => in_table = false,
            _ => {}
        }
        let opens = first.text == "(" && first.depth == 0;
        let parts = first.text == "," && first.depth == 1;
        let in_list = in_table && (opens || parts) && !CONSTRAINTS.contains(&name.text);
        let added = first.text == "COLUMN"
            && index > 0
            && words.get(index - 1).is_some_and(|before| before.text == "ADD");
        if in_list || added {
            columns.push([name, kind]);
        }
    }
    columns
}

/// Blanks `-- …` and `'…'`; lines stay where they are.
fn without_comments_and_texts(sql: &str) -> String {
    let mut in_text = false;
    let mut out = String::with_capacity(sql.len());
    for line in sql.lines() {
        let mut rest = line.chars().peekable();
        while let Some(one) = rest.next() {
            if one == '\'' {
                in_text = !in_text;
            } else if !in_text && one == '-' && rest.peek() == Some(&'-') {
                break;
            }
            out.push(if in_text || one == '\'' { ' ' } else { one });
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(sql: &str) -> Vec<usize> {
        check(&Repository::of(&[("migrations/0001_a.sql", sql)])).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn the_house_dialect_passes() {
        let sql = "-- REAL numbers are refused\nCREATE TABLE IF NOT EXISTS batch (\n  id TEXT PRIMARY KEY,\n\
            status TEXT NOT NULL CHECK (status IN ('REAL', 'b')),\n  opened_at BIGINT,\n  closed BOOLEAN NOT NULL DEFAULT FALSE,\n\
            site TEXT REFERENCES site (id, code) ON DELETE RESTRICT,\n  PRIMARY KEY (id, status)\n);\n\
            CREATE INDEX batch_by_site ON batch (site, id);\nALTER TABLE batch ADD COLUMN note TEXT;\n\
            INSERT INTO batch (id, status) VALUES ('a', 'b');\n";
        assert_eq!(lines(sql), [0_usize; 0]);
    }

    #[test]
    fn types_and_words_of_one_engine_fail() {
        let sql = "CREATE TABLE a (\n  id INTEGER PRIMARY KEY AUTOINCREMENT,\n  score REAL,\n  seen date,\n  b JSONB\n) STRICT;\n\
            ALTER TABLE a ADD COLUMN n INT;\nCREATE TRIGGER t;\n";
        let mut found = lines(sql);
        found.sort_unstable();
        assert_eq!(found, [2, 2, 3, 4, 5, 6, 7, 8]);
    }
}
