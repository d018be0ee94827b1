//! Tables made by a command, in pages written by people: they stand between two comments.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Replaces what stands between `<!-- name -->` and `<!-- end of name -->`.
///
/// # Errors
/// When the page or one of the comments is not there.
pub fn put(page: &Path, name: &str, table: &str) -> Result<()> {
    let text = fs::read_to_string(page).with_context(|| page.display().to_string())?;
    let put = replaced(&text, name, table).with_context(|| format!("{} has no {name}", page.display()))?;
    fs::write(page, put).with_context(|| page.display().to_string())
}

fn replaced(text: &str, name: &str, table: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{table}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_comments_is_replaced() {
        let page = "# Head\n<!-- figures -->\nold\n<!-- end of figures -->\nend\n";
        let put = replaced(page, "figures", "| new |\n").unwrap();
        assert_eq!(put, "# Head\n<!-- figures -->\n| new |\n<!-- end of figures -->\nend\n");
        assert_eq!(replaced(&put, "figures", "| new |\n").unwrap(), put);
        assert!(replaced(page, "promises", "").is_none());
    }
}
