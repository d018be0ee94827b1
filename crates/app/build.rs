//! Builds what the browser gets (styles, scripts, exam client) when its sources are newer than the
//! result, so that a plain `cargo build` works on a clean clone.
use std::{fs, path::Path, process::Command, time::SystemTime};

include!("../../clients/npm_ci.rs");

/// Folders and files of `clients/` that the bundle is made from.
const SOURCES: [&str; 6] = ["app", "exam", "selftest", "styles", "icons", "build.mjs"];

fn main() -> Result<(), String> {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients");
    npm_ci(&clients)?;
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", clients.join(source).display());
    }
    println!("cargo::rerun-if-changed={}", clients.join("dist/kaogong.css").display());
    let newest = SOURCES.iter().filter_map(|source| newest(&clients.join(source))).max();
    let built = fs::metadata(clients.join("dist/kaogong.css")).and_then(|file| file.modified()).ok();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    let done = Command::new("node")
        .arg("build.mjs")
        .current_dir(&clients)
        .output()
        .map_err(|error| format!("node could not be started ({error}): install Node.js 20 or newer"))?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!("the client bundle failed:\n{}", String::from_utf8_lossy(&done.stderr)))
}

/// When the newest file at or below `path` was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let own = fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let below =
        fs::read_dir(path).into_iter().flatten().filter_map(|entry| newest(&entry.ok()?.path())).max();
    own.max(below)
}
