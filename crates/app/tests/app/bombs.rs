//! TS9: files that want too much of whoever opens them, or are two things at once.
//!
//! Each is handed to each reader of the product, as the server does it, and looked at from outside: what it said,
//! what computing it took, how much memory it ever had. Without its limits the same reader must take more.
mod archive;
mod corpus;

use std::{
    io::{Read, Write},
    os::unix::process::ExitStatusExt,
    process::{Command, Stdio},
};

use serde_json::Value;
use testkit::{Server, tries};

use self::corpus::{Case, corpus};

/// Most memory. Source: the promise TS9.
const MEGABYTES_MOST: u64 = 256;
/// Most computing, in hundredths of a second. Source: the promise TS9.
const CPU_CENTISECONDS_MOST: u64 = 200;
/// What the server gives a file below one megabyte.
const LIMITS: [&str; 4] = ["--memory-bytes", "234881024", "--cpu-seconds", "2"];

/// Every reader, and what it is asked.
const READERS: &[(&str, &str)] = &[
    ("roster-measure", r#"{"rows":200000,"megabytes":64}"#),
    ("items", "null"),
    ("portrait", "null"),
    ("portraits", "null"),
    // These go the way of the first; at night they go it themselves.
    ("roster-beginning", r#"{"rows":200000,"megabytes":64}"#),
    ("roster-rows", r#"{"rows":200000,"megabytes":64}"#),
    ("workbook-texts", "null"),
];

/// A reader as it was seen from outside.
#[derive(Debug)]
struct Seen {
    /// The lines before the last.
    parts: Vec<Value>,
    /// Whether it said that the file ends well.
    taken: bool,
    /// Whether the system ended it.
    killed: bool,
    /// Most memory in megabytes, as the reader itself found; 0 when it did not live to say it.
    megabytes: u64,
    /// Computing in hundredths of a second.
    centiseconds: u64,
}

fn read(kind: &str, ask: &str, file: &[u8], flags: &[&str]) -> Seen {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kaogong"))
        .args(["decode", kind])
        .args(flags)
        .env_clear()
        .env(decode::BY_THE_PIECE.0, decode::BY_THE_PIECE.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut text = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let head = format!("{{\"ask\":{ask},\"length\":{}}}\n", file.len());
            // Whoever has seen enough closes it.
            let _ = input.write_all(head.as_bytes()).and_then(|()| input.write_all(file));
        });
        output.read_to_end(&mut text).unwrap();
    });
    let centiseconds = centiseconds(child.id());
    let killed = child.wait().unwrap().signal().is_some();
    let mut lines: Vec<Value> =
        text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let end = lines.pop_if(|line| line.get("end").is_some());
    let end = end.as_ref().map(|line| &line["end"]);
    Seen {
        parts: lines,
        taken: end.is_some_and(|end| end[0].get("Ok").is_some()),
        killed,
        megabytes: end.and_then(|end| end[1].as_u64()).unwrap_or(0) / 1024,
        centiseconds,
    }
}

/// User and system time of a process that has ended and was not waited for. Source: proc(5), fields 14 and 15.
fn centiseconds(process: u32) -> u64 {
    let path = format!("/proc/{process}/stat");
    for _ in 0..1_000_000 {
        let stat = std::fs::read_to_string(&path).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        // Its output is closed a moment before it is gone.
        if fields[0] == "Z" {
            return fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        }
        std::thread::yield_now();
    }
    panic!("a reader does not end");
}

/// What is wrong with how a file was read.
fn judge(case: &Case, kind: &str, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut fault = |what: String| wrong.push(format!("{} as {kind}: {what}", case.name));
    if seen.taken != case.harmless_as.contains(&kind) {
        fault(format!("taken: {}", seen.taken));
    }
    if seen.megabytes > MEGABYTES_MOST {
        fault(format!("{} MB", seen.megabytes));
    }
    if seen.centiseconds > CPU_CENTISECONDS_MOST + 10 {
        fault(format!("{} hundredths of a second", seen.centiseconds));
    }
    let said = Value::from(seen.parts.clone()).to_string();
    for leak in ["HIDDEN", "%PDF", "root:", "..", "/", "\\\\"] {
        // Pictures are text of 64 signs, of which one is a slash: names are looked at, pictures are opened.
        let is_name = ["..", "/", "\\\\"].contains(&leak);
        let names = seen.parts.iter().filter_map(|part| part["part"]["name"].as_str());
        if is_name && names.into_iter().any(|name| name.contains(leak)) || !is_name && said.contains(leak) {
            fault(format!("it lets {leak} through"));
        }
    }
    wrong
}

#[test]
fn what_a_file_can_do_to_its_reader_ends_with_the_reader() {
    let mut wrong = Vec::new();
    let (mut read_in_all, mut killed, mut most_megabytes, mut most_centiseconds) = (0, 0, 0, 0);
    let files = corpus();
    for case in &files {
        for (kind, ask) in &READERS[..tries(4, READERS.len())] {
            let seen = read(kind, ask, &case.file, &LIMITS);
            wrong.extend(judge(case, kind, &seen));
            read_in_all += 1;
            killed += usize::from(seen.killed);
            most_megabytes = most_megabytes.max(seen.megabytes);
            most_centiseconds = most_centiseconds.max(seen.centiseconds);
            if seen.killed || seen.centiseconds > 50 || seen.megabytes > 60 {
                println!(
                    "{} as {kind}: killed {}, {} MB, {} cs",
                    case.name, seen.killed, seen.megabytes, seen.centiseconds
                );
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    // A reader that refuses everything would pass all of this.
    for kind in ["roster-measure", "workbook-texts", "items"] {
        let ask = READERS.iter().find(|reader| reader.0 == kind).unwrap().1;
        assert!(read(kind, ask, &corpus::honest_table(), &LIMITS).taken, "{kind}");
    }
    let control = Case { name: "control", file: corpus::strings(60), harmless_as: &["items"] };
    let unlimited: Vec<_> = LIMITS.into_iter().chain(["--unlimited"]).collect();
    let found = judge(&control, "items", &read("items", "null", &control.file, &unlimited));
    println!("without limits: {found:?}");
    testkit::Promise::of("TS9", "-", module_path!())
        .count("files", files.len())
        .count("readings", read_in_all)
        .count("ended by the system", killed)
        .count("most megabytes", most_megabytes.try_into().unwrap())
        .count("most hundredths of a second", most_centiseconds.try_into().unwrap())
        .control("the reader's limits", found.len())
        .kept();
    testkit::proves!("TS9", "a file that wants too much ends its reader and nothing else");
}

/// The sentence for a workbook that is too much, by hand, in both languages.
const SENTENCES: [(&str, &str); 2] = [("zh", "文件解压后过大"), ("en", "far too large when unpacked")];

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_such_a_file_is_told_so_and_the_server_goes_on() {
    Server::each_at_once(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00", |server| async move {
        tokio::task::block_in_place(|| {
            for (language, sentence) in SENTENCES {
                let writer = server.staff("writer1");
                writer.get(&format!("/preferences?lang={language}"));
                let form = writer.open("/items/imports").form("/items/imports");
                let form = form.set("occupation", "4-07-03-04").set("level", "2");
                let page = writer.send(&form.file("file", "items.xlsx", corpus::STRINGS.clone()));
                assert_eq!(page.status, 422, "{}", server.engine);
                assert!(page.text().contains(sentence), "{}: {}", server.engine, page.text());
                assert_eq!(writer.get("/items/imports").status, 200, "{}", server.engine);
            }
        });
    })
    .await;
}

/// A workbook whose one cell is a formula that gives `text`: for the control of what is exported.
pub fn formula(text: &str) -> Vec<u8> {
    let cell = format!(r#"<row r="1"><c r="A1" t="str"><f>1+1</f><v>{text}</v></c></row>"#);
    let sheet = format!("<worksheet><sheetData>{cell}</sheetData></worksheet>");
    archive::workbook(&archive::deflated(sheet.as_bytes()), &archive::deflated(b"<sst/>"), None).end()
}

pub use self::corpus::{honest_table, portrait};

/// A zip of one file.
pub fn zip_of(name: &str, content: &[u8]) -> Vec<u8> {
    archive::Zip::default().add(name, &archive::deflated(content)).end()
}
