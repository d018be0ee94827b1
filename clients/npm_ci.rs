// The npm step of every build script that takes files from `clients/node_modules`. Not a crate: a build script brings
// it in with `include!("../../clients/npm_ci.rs");`.

/// Runs `npm ci` in `clients` when `node_modules` is missing or older than `package-lock.json`, else does nothing.
///
/// Two build scripts may ask at once, and npm empties `node_modules` first: whoever comes second waits on the lock
/// file and then finds the work done.
///
/// # Errors
/// One sentence for the person at the terminal: npm is absent, it failed, or a file could not be read.
fn npm_ci(clients: &std::path::Path) -> Result<(), String> {
    println!(
        "cargo:rerun-if-changed={}",
        clients.join("package-lock.json").display()
    );
    let guard_path = clients.join(".npm-ci.lock");
    let guard = std::fs::File::create(&guard_path)
        .map_err(|e| format!("cannot write {}: {e}", guard_path.display()))?;
    guard
        .lock()
        .map_err(|e| format!("cannot lock {}: {e}", guard_path.display()))?;
    if npm_is_current(clients)? {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let done = std::process::Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(clients)
        .output()
        .map_err(|e| {
            format!(
                "npm could not be started ({e}). The build takes fonts and page scripts from npm packages: \
                 install Node.js with npm, or run `npm ci` in {} on another machine and copy node_modules here.",
                clients.display()
            )
        })?;
    if !done.status.success() {
        return Err(format!(
            "`npm ci` failed in {} ({}):\n{}",
            clients.display(),
            done.status,
            String::from_utf8_lossy(&done.stderr)
        ));
    }
    Ok(())
}

/// Whether npm's own record of its last installation is at least as young as the lock file.
fn npm_is_current(clients: &std::path::Path) -> Result<bool, String> {
    let age = |path: &std::path::Path| std::fs::metadata(path).and_then(|m| m.modified());
    let wanted = clients.join("package-lock.json");
    let wanted = age(&wanted).map_err(|e| format!("cannot read {}: {e}", wanted.display()))?;
    Ok(age(&clients.join("node_modules/.package-lock.json"))
        .is_ok_and(|installed| installed >= wanted))
}
