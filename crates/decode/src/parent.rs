//! The server's side: starts a reader, writes the file to it, and believes only lines it understands.
use std::{
    io::{BufRead, BufReader, BufWriter, Read, Write},
    ops::ControlFlow,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use crate::{
    BY_THE_PIECE, Decoding, Give, Limits, Stopped, Unread,
    child::{Head, Line},
};

/// Longest line a reader may write: the largest picture kept, as text. Source: [own].
const LINE_BYTES_MOST: u64 = 16 << 20;

/// A reader; it ends with the value, whatever it is doing.
struct Reader(Child);

impl Drop for Reader {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn read<D: Decoding>(
    binary: &Path,
    limits: Limits,
    ask: &D::Ask,
    file: &[u8],
    take: Give<'_, D::Part>,
) -> Result<(), Unread<D::Refused>> {
    let none = |error: &dyn std::error::Error| Unread::NoReader(error.to_string());
    let head = serde_json::to_string(&Head { ask, length: file.len() }).map_err(|error| none(&error))?;
    let child = Command::new(binary)
        .args(["decode", D::KIND])
        .args(["--memory-bytes", &limits.memory_bytes.to_string()])
        .args(["--cpu-seconds", &limits.cpu_seconds.to_string()])
        .env_clear()
        .env(BY_THE_PIECE.0, BY_THE_PIECE.1)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| none(&error))?;
    let mut reader = Reader(child);
    let (Some(input), Some(output)) = (reader.0.stdin.take(), reader.0.stdout.take()) else {
        return Err(Unread::NoReader("a reader without streams".to_owned()));
    };
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut input = BufWriter::new(input);
            // Whoever does not read to the end says why on the other side, or has ended.
            let _ =
                writeln!(input, "{head}").and_then(|()| input.write_all(file)).and_then(|()| input.flush());
        });
        let heard = hear::<D>(&mut reader.0, output, take);
        // Before the scope waits for the thread that writes: nobody reads what it writes any more.
        drop(reader);
        heard
    })
}

fn hear<D: Decoding>(
    child: &mut Child,
    output: impl Read,
    take: Give<'_, D::Part>,
) -> Result<(), Unread<D::Refused>> {
    let mut lines = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = lines.by_ref().take(LINE_BYTES_MOST).read_until(b'\n', &mut line);
        let said: Option<Line<D::Part, D::Refused>> =
            read.ok().filter(|_| line.ends_with(b"\n")).and_then(|_| serde_json::from_slice(&line).ok());
        match said {
            Some(Line::Part(part)) => {
                if take(part) == ControlFlow::Break(()) {
                    return Ok(());
                }
            }
            Some(Line::End(ended, peak_kilobytes)) => {
                tracing::debug!(kind = D::KIND, peak_kilobytes, refused = ended.is_err(), "a file was read");
                return ended.map_err(Unread::Refused);
            }
            None => {
                // Closed, so that it does not wait for us while we wait for it.
                drop(lines);
                if line.ends_with(b"\n") {
                    // It goes on saying what nobody understands.
                    let _ = child.kill();
                }
                let stopped =
                    match child.wait().map_err(|error| Unread::NoReader(error.to_string()))?.signal() {
                        Some(_) => Stopped::Exceeded,
                        None => Stopped::Broke,
                    };
                tracing::warn!(kind = D::KIND, ?stopped, "a file was too much for its reader");
                return Err(Unread::Refused(stopped.into()));
            }
        }
    }
}
