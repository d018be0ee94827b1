//! `cargo xtask demo`: from a fresh clone to a running platform with a story in it.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::prerequisites;
use crate::program::{cargo, run};

/// Builds the demo binary and becomes it.
///
/// # Errors
/// When a flag is unknown, a tool is missing, or the build fails.
pub fn command(root: &Path, flags: &[String]) -> Result<()> {
    accept(flags)?;
    say("1/3 检查工具", "checking rustc, Node.js, npm and a C compiler");
    prerequisites::check(root)?;
    say(
        "2/3 构建程序(首次需几分钟,并通过 npm ci 下载页面组件)",
        "building; the first time takes some minutes and fetches the page parts with npm ci",
    );
    run(cargo(root).args([
        "build",
        "--profile",
        "demo",
        "-p",
        "app",
        "--features",
        "demo",
        "--bin",
        "kaogong",
        "--locked",
    ]))?;
    say("3/3 启动演示;按 Ctrl-C 结束", "starting the demo; end it with Ctrl-C");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let program = root.join(target).join("demo/kaogong");
    let error = Command::new(&program).current_dir(root).arg("demo").args(flags).exec();
    Err(error).with_context(|| format!("{} could not be started", program.display()))
}

fn say(chinese: &str, english: &str) {
    println!("{chinese}\n    {english}");
}

/// Refuses a mistyped flag now rather than after some minutes of building.
fn accept(flags: &[String]) -> Result<()> {
    let mut flags = flags.iter();
    while let Some(flag) = flags.next() {
        match flag.as_str() {
            "--fresh" | "--today" | "--smoke" => {}
            "--port" => {
                let port = flags.next().map(String::as_str).unwrap_or_default();
                if port.parse::<u16>().is_err() {
                    bail!("--port needs a number from 0 to 65535, not `{port}`.");
                }
            }
            "--data" => {
                if flags.next().is_none_or(|folder| folder.starts_with("--")) {
                    bail!("--data needs a folder.");
                }
            }
            other => {
                bail!(
                    "`{other}` is not a flag of demo: use --fresh, --today, --smoke, --port N or --data FOLDER."
                )
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::accept;

    fn flags(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn every_flag_of_the_demo_is_accepted() {
        assert!(accept(&flags("--fresh --today --smoke --port 8080 --data elsewhere")).is_ok());
        assert!(accept(&[]).is_ok());
    }

    #[test]
    fn a_mistyped_flag_is_refused_before_the_build() {
        for wrong in ["--frsh", "--port", "--port x", "--port 70000", "--port=80", "--data", "--data --fresh"]
        {
            assert!(accept(&flags(wrong)).is_err(), "{wrong}");
        }
    }
}
