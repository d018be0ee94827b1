//! TS10: parsers of what comes from outside, fed with what no program wrote.
//!
//! A corpus made here, mutated by a seeded die: bits turned, pieces cut, doubled and put elsewhere, lengths overwritten.
//! A parser may refuse whatever it likes and must not panic; what it takes, it takes again as it wrote it. The number of
//! tries is fixed and not the time, so that a seed tells the whole run: `TS10_SEED=…` repeats it.
use std::panic::{AssertUnwindSafe, catch_unwind};

use kernel::{AdmissionNumber, Day, IdNumber, PersonName, Phone};
use serde_json::Value;
use testkit::tries;

use crate::bombs::{honest_table, portrait, zip_of};

/// A parser: its name, what it is fed at first, and whether it keeps its word about one input.
type Parser<'p> = (&'p str, Vec<Vec<u8>>, &'p dyn Fn(&[u8]) -> Result<(), String>);

/// Numbers from a seed. Source: splitmix64, Steele and others 2014.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

/// One to four changes.
fn mutated(from: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = from.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(7) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..bytes.len().min(at + dice.below(64)))),
            3 => {
                let piece = bytes[at..bytes.len().min(at + dice.below(64))].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            4 => {
                let from = dice.below(other.len());
                bytes.splice(at..at, other[from..other.len().min(from + 64)].iter().copied());
            }
            // What stands for a length: nothing, one more than fits, everything.
            5 if at + 4 <= bytes.len() => {
                bytes[at..at + 4]
                    .copy_from_slice([[0; 4], [0xff; 4], [0, 0, 0, 0x80]][dice.below(3)].as_slice());
            }
            _ => {
                let signs = ["\0", "\u{feff}", "１", "𠮷", "\"", ",", "\r", "=", "<", "&", "9", "-"];
                let sign = signs[dice.below(signs.len())];
                bytes.splice(at..at, sign.bytes());
            }
        }
    }
    bytes
}

/// The lines a reader writes about a file.
fn lines(kind: &str, ask: &str, file: &[u8]) -> Result<Vec<Value>, String> {
    let input = [format!("{{\"ask\":{ask},\"length\":{}}}\n", file.len()).as_bytes(), file].concat();
    let mut output = Vec::new();
    decode::read(&app::decoders(), kind, &mut &input[..], &mut output).map_err(|error| error.to_string())?;
    let lines = output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(|error| error.to_string())).collect()
}

/// A reader says how a file ends, and says the same the second time.
fn reads(kind: &str, ask: &str, file: &[u8]) -> Result<(), String> {
    let mut first = lines(kind, ask, file)?;
    let end = first.pop().filter(|line| line["end"][0].is_object()).ok_or("no end")?;
    if kind == "portrait" && end["end"][0].get("Ok").is_some() {
        use base64::Engine as _;
        let text = first[0]["part"].as_str().ok_or("no picture")?;
        let again =
            base64::engine::general_purpose::STANDARD.decode(text).map_err(|error| error.to_string())?;
        let end = lines(kind, ask, &again)?.pop().ok_or("no end")?;
        return end["end"][0].get("Ok").map(|_| ()).ok_or_else(|| "its own picture is refused".to_owned());
    }
    Ok(())
}

/// What is taken is taken again as it is written, and is the same.
fn keeps<T: PartialEq>(
    read: impl Fn(&str) -> Option<T>,
    write: impl Fn(&T) -> String,
    bytes: &[u8],
) -> Result<(), String> {
    let Some(value) = read(&String::from_utf8_lossy(bytes)) else { return Ok(()) };
    match read(&write(&value)) {
        Some(again) if again == value => Ok(()),
        Some(_) | None => Err(format!("{} is not taken again", write(&value))),
    }
}

fn feed((name, corpus, parser): &Parser<'_>, seed: u64, times: usize) -> Vec<String> {
    let mut dice = Dice(seed);
    let mut wrong = Vec::new();
    for turn in 0..times {
        let (from, other) = (&corpus[dice.below(corpus.len())], &corpus[dice.below(corpus.len())]);
        let input = mutated(from, other, &mut dice);
        match catch_unwind(AssertUnwindSafe(|| parser(&input))) {
            Ok(Ok(())) => {}
            Ok(Err(what)) => wrong.push(format!("{name}, turn {turn}: {what}")),
            Err(_) => wrong.push(format!("{name}, turn {turn}: it panics at {input:?}")),
        }
    }
    wrong
}

/// A text as bytes, several times.
fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Who reads files, and how often each is fed in a check.
fn readers_of_files() -> Vec<(Parser<'static>, usize)> {
    const ROSTER: &str = r#"{"rows":1000,"megabytes":1}"#;
    let csv = texts(&[
        "序号,姓名,证件号码\r\n1,\"欧阳\n测试\",=\"0012\"\r\n",
        "a\tb\tc\n1;2;3\n",
        "\u{feff}a,b\n\"x\"\"y\",z",
    ]);
    vec![
        (("workbook of a roster", vec![honest_table()], &|file| reads("roster-measure", ROSTER, file)), 400),
        (("roster in text", csv, &|file| reads("roster-rows", ROSTER, file)), 3_000),
        (("workbook of items", vec![honest_table()], &|file| reads("items", "null", file)), 400),
        (("workbook of scores", vec![honest_table()], &|file| reads("workbook-texts", "null", file)), 400),
        (("portrait", vec![portrait()], &|file| reads("portrait", "null", file)), 60),
        (
            ("zip of portraits", vec![zip_of("1.jpg", b"no picture")], &|file| {
                reads("portraits", "null", file)
            }),
            400,
        ),
    ]
}

/// Who reads texts, and how often each is fed in a check.
fn readers_of_texts() -> Vec<(Parser<'static>, usize)> {
    vec![
        (
            ("number of an identity card", texts(&["990000199001010017", "99000019900101001X"]), &|text| {
                keeps(|text| IdNumber::parse(text).ok(), |one| one.as_str().to_owned(), text)
            }),
            3_000,
        ),
        (
            ("name", texts(&["欧阳 测试", "Maria-Anna O’Neil", "阿卜杜拉·买买提"]), &|text| {
                keeps(|text| PersonName::parse(text).ok(), |one| one.as_str().to_owned(), text)
            }),
            3_000,
        ),
        (
            ("phone", texts(&["19900000001", "+86 199 0000 0001"]), &|text| {
                keeps(|text| Phone::parse(text).ok(), |one| one.as_str().to_owned(), text)
            }),
            3_000,
        ),
        (
            ("day", texts(&["2021-05-22", "2020-02-29"]), &|text| {
                keeps(|text| Day::parse(text).ok(), ToString::to_string, text)
            }),
            3_000,
        ),
        (
            ("admission number", texts(&["202101000001"]), &|text| {
                keeps(|text| AdmissionNumber::parse(text).ok(), ToString::to_string, text)
            }),
            3_000,
        ),
        (
            ("certificate", texts(&["%PDF-1.7\n%kaogong"]), &|file| {
                let _ = certificate::verify_pdf(file, &[]);
                Ok(())
            }),
            3_000,
        ),
        (
            ("key of an issuer", texts(&["issuer+00000000+AAAA"]), &|text| {
                let _ = certificate::PublicKey::from_text(&String::from_utf8_lossy(text));
                Ok(())
            }),
            3_000,
        ),
    ]
}

#[test]
fn a_parser_refuses_and_never_falls() {
    let seed = std::env::var("TS10_SEED").map_or(20_210_522, |text| text.parse().unwrap());
    let parsers = [readers_of_files(), readers_of_texts()].concat();
    let (mut inputs, mut wrong) = (0, Vec::new());
    for (parser, times) in &parsers {
        let times = tries(*times, times * 600);
        wrong.extend(feed(parser, seed, times));
        inputs += times;
    }
    assert_eq!(wrong, Vec::<String>::new(), "TS10_SEED={seed}");
    let planted: Parser<'_> = ("planted", texts(&["2021-05-22"]), &|text| {
        assert!(!text.starts_with(b"2021-") || text.len() != 9, "a byte is missing and it falls");
        Ok(())
    });
    testkit::Promise::of("TS10", "-", module_path!())
        .seed(seed)
        .count("parsers", parsers.len())
        .count("inputs", inputs)
        .control("a parser that falls", feed(&planted, seed, 3_000).len())
        .kept();
    testkit::proves!("TS10", "no parser of what comes from outside falls over what no program wrote");
}
