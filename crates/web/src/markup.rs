//! HTML that was already escaped by the template it came from.
use std::fmt;

/// A rendered fragment; templates print it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markup(pub String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

/// Renders a template into a fragment for another template.
///
/// # Errors
/// When the template cannot be rendered.
pub fn fragment(template: &impl askama::Template) -> crate::PageResult<Markup> {
    Ok(Markup(template.render()?))
}
