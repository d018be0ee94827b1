//! Bodies of changes, taken apart and put together otherwise.
use std::collections::BTreeSet;

use testkit::Going;

use super::rows::Table;

/// What stands in extra fields of text, and nowhere else in the world.
pub const TEXT: &str = "nobody-asked-for-this";
/// The same in fields of numbers.
pub const NUMBER: i64 = 770_731_771;

/// The session's token in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// Nobody's session has one.
    None,
    /// This.
    Is(String),
}

/// What some forms read where it is there: its author's own words, which nothing protects.
const OWN_WORDS: [&str; 3] = ["reason", "leave_out_reason", "note"];

/// The token a change carries.
pub fn token(going: &Going) -> Token {
    let text = String::from_utf8_lossy(&going.body);
    let found = match &going.csrf {
        Some(token) => token.clone(),
        None if is_multipart(going) => {
            let after = text.split_once("name=\"csrf\"\r\n\r\n").map_or("", |(_, after)| after);
            after.split("\r\n").next().unwrap_or_default().to_owned()
        }
        None => text.split('&').find_map(|pair| pair.strip_prefix("csrf=")).unwrap_or_default().to_owned(),
    };
    if found.is_empty() { Token::None } else { Token::Is(found) }
}

/// A form to the same address with the token and nothing else.
pub fn token_alone(going: &Going) -> Going {
    let body = match token(going) {
        Token::None => Vec::new(),
        Token::Is(own) => format!("csrf={own}").into_bytes(),
    };
    Going { kind: "application/x-www-form-urlencoded".into(), body, ..going.clone() }
}

/// The same change with another token.
pub fn with_token(going: &Going, own: &str, other: &str) -> Going {
    let csrf = going.csrf.as_ref().map(|_| other.to_owned());
    Going { csrf, body: replaced(&going.body, own.as_bytes(), other.as_bytes()), ..going.clone() }
}

/// The same change under another id, where the page gave it one so that nobody sends it twice.
pub fn under_another_id(going: &Going) -> Going {
    let text = String::from_utf8_lossy(&going.body);
    let id = text.split('&').find_map(|pair| pair.strip_prefix("id=")).unwrap_or_default();
    let Some(last) = id.chars().last() else { return going.clone() };
    let other = format!("id={}{}", &id[..id.len() - 1], if last == '0' { '1' } else { '0' });
    let body = replaced(&going.body, format!("id={id}").as_bytes(), other.as_bytes());
    Going { body, ..going.clone() }
}

fn replaced(body: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    match body.windows(old.len()).position(|window| window == old) {
        Some(at) => [&body[..at], new, &body[at + old.len()..]].concat(),
        None => body.to_vec(),
    }
}

fn is_multipart(going: &Going) -> bool {
    going.kind.starts_with("multipart/form-data")
}

/// The same change with a field for every column of the schema that it does not name itself, and how many those
/// are. None for a body that is neither a form nor JSON.
pub fn with_extras(going: &Going, tables: &[Table]) -> Option<(Going, usize)> {
    let names = names(going);
    let columns: BTreeSet<(&str, bool)> = tables
        .iter()
        .flat_map(|table| table.columns.iter().map(|(name, is_text)| (name.as_str(), *is_text)))
        .filter(|(name, _)| !names.contains(*name) && !OWN_WORDS.contains(name))
        .collect();
    let value = |is_text: bool| if is_text { TEXT.to_owned() } else { NUMBER.to_string() };
    let body = if going.kind == "application/json" {
        let mut whole: serde_json::Value = serde_json::from_slice(&going.body).ok()?;
        let object = whole.as_object_mut()?;
        for (name, is_text) in &columns {
            object.insert((*name).to_owned(), value(*is_text).into());
        }
        whole.to_string().into_bytes()
    } else if let Some((_, boundary)) = going.kind.split_once("boundary=") {
        let end = format!("--{boundary}--\r\n");
        let mut body = going.body.strip_suffix(end.as_bytes())?.to_vec();
        for (name, is_text) in &columns {
            let value = value(*is_text);
            let part =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        body.extend_from_slice(end.as_bytes());
        body
    } else {
        let extra: String =
            columns.iter().map(|(name, is_text)| format!("&{name}={}", value(*is_text))).collect();
        [&going.body, extra.as_bytes()].concat()
    };
    Some((Going { body, ..going.clone() }, columns.len()))
}

/// Names of the fields it has, the token's among them.
fn names(going: &Going) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(&going.body);
    if going.kind == "application/json" {
        let whole: serde_json::Value = serde_json::from_slice(&going.body).unwrap_or_default();
        return whole.as_object().into_iter().flat_map(|object| object.keys().cloned()).collect();
    }
    if is_multipart(going) {
        let parts = text.split("name=\"").skip(1);
        return parts.filter_map(|part| part.split('"').next()).map(str::to_owned).collect();
    }
    text.split('&').filter_map(|pair| pair.split('=').next()).map(str::to_owned).collect()
}
