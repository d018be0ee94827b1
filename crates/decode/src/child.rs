//! The reader's side: a line that says what is asked, the file, and out come lines.
use std::{
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    ops::ControlFlow,
};

use serde::{Deserialize, Serialize};

use crate::{Decoding, Limits};

/// The first line a reader is sent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Head<Ask> {
    pub ask: Ask,
    /// Bytes of the file: it is held once, without room to grow.
    pub length: usize,
}

/// A line a reader writes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line<Part, Refused> {
    Part(Part),
    /// The last: how the file ended, and the most memory the reader had, in kilobytes.
    End(Result<(), Refused>, u64),
}

/// A kind of file as a reader knows it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    kind: &'static str,
    serve: fn(&mut dyn Read, &mut dyn Write) -> io::Result<()>,
}

impl Entry {
    /// The entry of a kind.
    #[must_use]
    pub const fn of<D: Decoding>() -> Self {
        Self { kind: D::KIND, serve: serve::<D> }
    }
}

/// What `kaogong decode KIND` does: holds this process to `limits` and reads one file of a kind of `known`.
///
/// # Errors
/// An unknown kind; streams that end early.
pub fn run(known: &[Entry], kind: &str, limits: Option<Limits>) -> io::Result<()> {
    if let Some(limits) = limits {
        limits.hold()?;
    }
    read(known, kind, &mut io::stdin().lock(), &mut io::stdout().lock())
}

/// Reads one file of a kind of `known` in the calling process, without limits: what a reader does once it is held.
///
/// # Errors
/// An unknown kind; streams that end early.
pub fn read(known: &[Entry], kind: &str, input: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    let entry =
        known.iter().find(|entry| entry.kind == kind).ok_or_else(|| io::Error::other(kind.to_owned()))?;
    (entry.serve)(input, output)
}

fn serve<D: Decoding>(input: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    let mut input = BufReader::new(input);
    let mut head = String::new();
    input.read_line(&mut head)?;
    let head: Head<D::Ask> = serde_json::from_str(&head)?;
    let mut file = Vec::with_capacity(head.length);
    input.take(u64::try_from(head.length).unwrap_or(u64::MAX)).read_to_end(&mut file)?;
    let mut output = BufWriter::new(output);
    let mut written = Ok(());
    let ended = D::decode(&head.ask, &file, &mut |part| {
        written = write::<D>(&mut output, &Line::Part(part));
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    written?;
    write::<D>(&mut output, &Line::End(ended, peak_kilobytes()))?;
    output.flush()
}

fn write<D: Decoding>(output: &mut dyn Write, line: &Line<D::Part, D::Refused>) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")
}

/// The most memory this process had, as the system counts it; 0 where it does not say.
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or_default()
}
