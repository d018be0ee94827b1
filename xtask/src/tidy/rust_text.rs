//! Enough of Rust's lexical rules to tell code from comments and texts.

/// A Rust file taken apart.
pub struct RustText {
    /// The code; comments and the inside of texts are blanked, lines stay where they are.
    pub code: String,
    /// The texts, in order.
    pub literals: Vec<Literal>,
}

/// A text literal.
pub struct Literal {
    /// Line of its opening quote, from 1.
    pub line: usize,
    /// Place of its opening quote in [`RustText::code`], in bytes.
    pub at: usize,
    /// What stands between the quotes, escapes as written.
    pub text: String,
}

impl RustText {
    /// Takes `source` apart.
    pub fn read(source: &str) -> Self {
        let mut reader = Reader {
            chars: source.chars().collect(),
            at: 0,
            line: 1,
            out: Self { code: String::with_capacity(source.len()), literals: Vec::new() },
        };
        while reader.at < reader.chars.len() {
            reader.step();
        }
        reader.out
    }

    /// The code directly before a literal, without the space between.
    pub fn before(&self, literal: &Literal) -> &str {
        self.code.get(..literal.at).unwrap_or_default().trim_end()
    }

    /// The code without the unit tests at its foot.
    pub fn code_without_tests(&self) -> &str {
        self.code.split("#[cfg(test)]").next().unwrap_or_default()
    }
}

/// Whether a character can be part of a name.
pub fn is_name(one: char) -> bool {
    one.is_alphanumeric() || one == '_'
}

/// Whether `text` ends in the call `name(`, and not in the call of a longer name.
pub fn ends_in_call(text: &str, name: &str) -> bool {
    let before = text.strip_suffix('(').and_then(|text| text.trim_end().strip_suffix(name));
    before.is_some_and(|before| !before.ends_with(is_name))
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    line: usize,
    out: RustText,
}

impl Reader {
    fn step(&mut self) {
        if self.sees("//") {
            while self.at < self.chars.len() && !self.sees("\n") {
                self.blank();
            }
        } else if self.sees("/*") {
            self.block_comment();
        } else if let Some(hashes) = self.raw_start() {
            self.raw_literal(hashes);
        } else if self.sees("\"") {
            self.literal();
        } else if self.sees("'") {
            self.quote();
        } else {
            self.keep();
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn sees(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, one)| self.peek(ahead) == Some(one))
    }

    fn keep(&mut self) {
        let Some(one) = self.peek(0) else { return };
        self.out.code.push(one);
        self.line += usize::from(one == '\n');
        self.at += 1;
    }

    fn blank(&mut self) -> Option<char> {
        let one = self.peek(0)?;
        self.out.code.push(if one == '\n' { '\n' } else { ' ' });
        self.line += usize::from(one == '\n');
        self.at += 1;
        Some(one)
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.chars.len() {
            let step = if self.sees("/*") {
                depth += 1;
                2
            } else if self.sees("*/") {
                depth -= 1;
                2
            } else {
                1
            };
            for _ in 0..step {
                self.blank();
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// The number of `#` if a raw literal (`r"`, `br#"` …) starts here.
    fn raw_start(&self) -> Option<usize> {
        if self.at > 0 && self.chars.get(self.at - 1).copied().is_some_and(is_name) {
            return None;
        }
        let prefix = if self.sees("r") {
            1
        } else if self.sees("br") || self.sees("cr") {
            2
        } else {
            return None;
        };
        let hashes = (0..).take_while(|count| self.peek(prefix + count) == Some('#')).count();
        (self.peek(prefix + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_literal(&mut self, hashes: usize) {
        while !self.sees("\"") {
            self.keep();
        }
        let end: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
        self.inside(&end, None);
        for _ in 0..hashes {
            self.keep();
        }
    }

    fn literal(&mut self) {
        self.inside("\"", Some('\\'));
    }

    /// Reads from the opening quote up to `end`; what follows an `escape` does not end it.
    fn inside(&mut self, end: &str, escape: Option<char>) {
        let (line, at) = (self.line, self.out.code.len());
        self.keep();
        let mut text = String::new();
        while self.at < self.chars.len() && !self.sees(end) {
            if escape.is_some() && self.peek(0) == escape {
                text.extend(self.blank());
            }
            text.extend(self.blank());
        }
        self.keep();
        self.out.literals.push(Literal { line, at, text });
    }

    /// A character literal, or the tick of a lifetime.
    fn quote(&mut self) {
        let escaped = self.peek(1) == Some('\\');
        if !escaped && self.peek(2) != Some('\'') {
            self.keep();
            return;
        }
        self.keep();
        if escaped {
            self.blank();
        }
        self.blank();
        while self.at < self.chars.len() && !self.sees("'") {
            self.blank();
        }
        self.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_told_from_code() {
        let source = "let a = \"x // no\\\" y\"; // sqlx::query\n/* axum /* deep */ still */ let b = 'c';\n\
            let c: &'static str = r#\"raw \" \\ text\"#; let d = '\\''; let e = '\"'; f();\n";
        let text = RustText::read(source);
        assert_eq!(text.code.lines().count(), source.lines().count());
        assert!(!text.code.contains("sqlx") && !text.code.contains("axum") && !text.code.contains("raw"));
        assert!(text.code.contains("&'static str") && text.code.contains("f();"), "{}", text.code);
        let found: Vec<_> = text.literals.iter().map(|one| (one.line, one.text.as_str())).collect();
        assert_eq!(found, [(1, "x // no\\\" y"), (3, "raw \" \\ text")]);
    }

    #[test]
    fn the_code_before_a_text_is_known_across_lines() {
        let text = RustText::read("let a = key(\n    \"one\"); let b = monkey(\"two\");");
        let calls: Vec<_> = text.literals.iter().map(|one| ends_in_call(text.before(one), "key")).collect();
        assert_eq!(calls, [true, false]);
    }
}
