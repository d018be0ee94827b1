//! The browser the journeys run in, and fonts so that it can draw Chinese.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::prerequisites::install;
use crate::program::{on_path, output};

/// Names under which Chromium is installed, in the order we prefer them. The shell without a window tells
/// the browser story in four fifths of the time and with less than two thirds of the processor.
const NAMES: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Finds Chromium (the variable `CHROMIUM` wins), or installs it when we may, and makes sure that
/// a Chinese font is there: without one every screenshot would show empty boxes.
///
/// # Errors
/// One sentence with the command that helps.
pub fn ready() -> Result<PathBuf> {
    let chromium = match find()? {
        Some(found) => found,
        None => {
            install(
                "Chromium is missing (the browser journeys need it)",
                &["chromium-headless-shell", "fonts-noto-cjk"],
            )?;
            find()?.context("Chromium was installed but is still not on PATH")?
        }
    };
    if !has_chinese_font() {
        install(
            "no Chinese font is installed (screenshots would show empty boxes)",
            &["fontconfig", "fonts-noto-cjk"],
        )?;
    }
    Ok(chromium)
}

fn find() -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        if !named.is_file() {
            bail!("CHROMIUM names {}, which is not a file: correct it or unset it.", named.display());
        }
        return Ok(Some(named));
    }
    Ok(NAMES.iter().find_map(|name| on_path(name)))
}

fn has_chinese_font() -> bool {
    output(Command::new("fc-list").arg(":lang=zh")).is_ok_and(|fonts| !fonts.trim().is_empty())
}
