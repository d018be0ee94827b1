//! The project's own commands. `cargo xtask check` is the whole of what a contributor and the
//! continuous integration must pass; the others are its parts, or help while working.

mod bench;
mod browser;
mod check;
mod clients;
mod demo;
mod docs;
mod evidence;
mod features;
mod night;
mod page;
mod postgres;
mod prerequisites;
mod product;
mod program;
mod rehearsal;
mod scratch;
mod tally;
mod testing;
mod tidy;
mod trust;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
cargo xtask check                            everything that must pass; ends with a count
cargo xtask tidy                             only the checks of the repository's own habits
cargo xtask demo [--fresh] [--today] [--smoke] [--port N] [--data FOLDER]
                                             build and start the demonstration
cargo xtask postgres [--dir DIR] [--detach]  a temporary PostgreSQL for running tests by hand
cargo xtask bench [--times N] [NAME]          measure, and write the figures down
cargo xtask night [--hours N] [TR1 …]        the tests of the promises with larger numbers
cargo xtask promises [night]                 write what the last check (night) saw of them into docs/reliability.md
cargo xtask docs                             write the generated documents anew";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = program::repository_root();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    let done = match command {
        "check" if rest.is_empty() => return check::command(&root),
        "tidy" if rest.is_empty() => return tidy::command(&root),
        "bench" => bench::command(&root, rest),
        "night" => night::command(&root, rest),
        "promises" => trust::command(&root, rest),
        "docs" if rest.is_empty() => docs::command(&root),
        "demo" => demo::command(&root, rest),
        "postgres" => postgres_command(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(anyhow::anyhow!("`{}` is not a command.\n{USAGE}", arguments.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn postgres_command(flags: &[String]) -> Result<()> {
    let mut folder: Option<PathBuf> = None;
    let mut detach = false;
    let mut flags = flags.iter();
    while let Some(flag) = flags.next() {
        match flag.as_str() {
            "--detach" => detach = true,
            "--dir" => folder = Some(flags.next().context("--dir needs a folder")?.into()),
            other => bail!("`{other}` is not a flag of postgres: use --dir DIR or --detach."),
        }
    }
    postgres::command(folder.as_deref(), detach)
}
