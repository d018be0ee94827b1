//! The parsers, each with its corpus.
use std::sync::LazyLock;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64URL},
};
use certificate::{IssuerKey, Payload, PublicKey, Verdict, verify_pdf, verify_token};
use ed25519_dalek::{Signer as _, SigningKey};
use kernel::{AdmissionNumber, BatchCode, CertificateNumber, Day, IdNumber, OrgPath, PersonName, Phone};
use print::signed;
use scheme::import::{ImportFile, NAME, OPTIONAL_DAY, OPTIONAL_TEXT, check_table};
use serde_json::Value;

use super::Parser;
use crate::bombs::{honest_table, portrait, zip_of};

const ROSTER_WORKBOOK: &[u8] = include_bytes!("../../../../../data/demo/roster-30.xlsx");
const ITEM_WORKBOOK: &[u8] = include_bytes!("../../../../../data/items/items-hr-2.xlsx");
const BLUEPRINT_WORKBOOK: &[u8] = include_bytes!("../../../../../data/items/blueprint-hr-2.xlsx");
const OCCUPATIONS: &str = include_str!("../../../../../data/scheme/occupations.csv");
const CLAUSES: &str = include_str!("../../../../../data/scheme/clauses.json");
/// What a reader of rosters is asked for.
const ROSTER: &str = r#"{"rows":1000,"megabytes":1}"#;
/// The seed of a key that signs here.
const KEY: [u8; 32] = [3; 32];
/// Whoever checks knows that key.
static KEYS: LazyLock<Vec<PublicKey>> = LazyLock::new(|| vec![IssuerKey::generate(KEY).public()]);

fn parser<'p>(
    name: &'static str,
    corpus: Vec<Vec<u8>>,
    tries: usize,
    keeps_its_word: impl Fn(&[u8]) -> Result<(), String> + 'p,
) -> Parser<'p> {
    Parser { name, corpus, tries, keeps_its_word: Box::new(keeps_its_word) }
}

/// Files that a spreadsheet program writes.
pub fn workbooks() -> Vec<Parser<'static>> {
    let rosters = vec![ROSTER_WORKBOOK.to_vec(), honest_table()];
    let items = vec![ITEM_WORKBOOK.to_vec(), BLUEPRINT_WORKBOOK.to_vec()];
    vec![
        parser("workbook of a roster", rosters, 300, |file| reads("roster-measure", ROSTER, file)),
        parser("workbook of items", items, 100, |file| reads("items", "null", file)),
        parser("workbook of scores", vec![honest_table()], 400, |file| reads("workbook-texts", "null", file)),
    ]
}

/// Tables and trees in text: rosters, and the registers of `kaogong import`.
pub fn tables_in_text() -> Vec<Parser<'static>> {
    let rosters = texts(&[
        "序号,姓名,证件号码\r\n1,\"欧阳\n测试\",=\"0012\"\r\n",
        "a\tb\tc\n1;2;3\n",
        "\u{feff}a,b\n\"x\"\"y\",z",
    ]);
    let register = texts(&[OCCUPATIONS, "id,name,from\na,x,\nb,y,2021-04-30\n"]);
    vec![
        parser("roster in text", rosters, 3_000, |file| reads("roster-rows", ROSTER, file)),
        parser("register in text", register, 500, |file| {
            let columns = [NAME.named("id"), OPTIONAL_TEXT.named("name"), OPTIONAL_DAY.named("from")];
            let text = String::from_utf8_lossy(file);
            let mut mistakes = Vec::new();
            check_table(ImportFile { name: "x.csv", text: &text }, &columns, &mut mistakes);
            Ok(())
        }),
        parser("clauses", texts(&[CLAUSES]), 60, |file| {
            let Ok(clauses) = serde_json::from_slice::<Vec<scheme::Clause>>(file) else { return Ok(()) };
            let again = serde_json::to_vec(&clauses).map_err(|error| error.to_string())?;
            let again: Vec<scheme::Clause> =
                serde_json::from_slice(&again).map_err(|error| error.to_string())?;
            if again == clauses { Ok(()) } else { Err("clauses are not taken again".to_owned()) }
        }),
    ]
}

/// Pictures, alone and many in one file.
pub fn pictures() -> Vec<Parser<'static>> {
    let zips = vec![zip_of("1.jpg", b"no picture"), zip_of("1.jpg", &portrait())];
    vec![
        parser("portrait", vec![portrait()], 60, |file| reads("portrait", "null", file)),
        parser("zip of portraits", zips, 300, |file| reads("portraits", "null", file)),
    ]
}

/// What somebody brings to have it verified: files, tokens, keys; also such as our own key has signed.
pub fn certificates() -> Vec<Parser<'static>> {
    let (payload, public) = (payload(KEYS[0].id()), IssuerKey::generate(KEY).public_text());
    let token = token(payload.as_bytes());
    vec![
        parser("certificate", vec![file(token.as_bytes())], 3_000, |bytes| {
            let _ = verify_pdf(bytes, &KEYS);
            Ok(())
        }),
        parser("token in a certificate, rightly signed", texts(&[&token]), 3_000, |bytes| {
            match verify_pdf(&file(bytes), &KEYS) {
                Verdict::NotOurs => Err("a file that our key has signed is not ours".to_owned()),
                Verdict::Genuine(_) | Verdict::Altered => Ok(()),
            }
        }),
        parser("token", texts(&[&token]), 3_000, move |bytes| {
            let text = String::from_utf8_lossy(bytes);
            match verify_token(&text, &KEYS) {
                Ok(_) if text != token => Err(format!("{text} verifies and is not what was signed")),
                Ok(_) | Err(_) => Ok(()),
            }
        }),
        parser("payload, rightly signed", texts(&[&payload]), 3_000, |bytes| {
            match verify_token(&self::token(bytes), &KEYS) {
                Ok(read) if read.canonical() != bytes => Err("it reads what is not canonical".to_owned()),
                Ok(_) | Err(_) => Ok(()),
            }
        }),
        parser("key of an issuer", texts(&[&public]), 3_000, |text| {
            keeps(|text| PublicKey::from_text(text).ok().map(|key| key.to_text()), Clone::clone, text)
        }),
    ]
}

/// Values that people type.
pub fn values() -> Vec<Parser<'static>> {
    let name = texts(&["欧阳 测试", "Maria-Anna O’Neil", "阿卜杜拉·买买提"]);
    vec![
        parser(
            "number of an identity card",
            texts(&["990000199001010017", "99000019900101001X"]),
            3_000,
            |text| keeps(|text| IdNumber::parse(text).ok(), |one| one.as_str().to_owned(), text),
        ),
        parser("name", name, 3_000, |text| {
            keeps(|text| PersonName::parse(text).ok(), |one| one.as_str().to_owned(), text)
        }),
        parser("phone", texts(&["19900000001", "+86 199 0000 0001"]), 3_000, |text| {
            keeps(|text| Phone::parse(text).ok(), |one| one.as_str().to_owned(), text)
        }),
        parser("day", texts(&["2021-05-22", "2020-02-29"]), 3_000, |text| {
            keeps(|text| Day::parse(text).ok(), ToString::to_string, text)
        }),
        parser("admission number", texts(&["202101000001"]), 3_000, |text| {
            keeps(|text| AdmissionNumber::parse(text).ok(), ToString::to_string, text)
        }),
        parser("certificate number", texts(&["S000099000001213000001"]), 3_000, |text| {
            keeps(|text| CertificateNumber::parse(text).ok(), ToString::to_string, text)
        }),
        parser(
            "code of a batch, place of an organisation",
            texts(&["2021-01", "/demo/nancheng"]),
            3_000,
            |text| {
                keeps(|text| BatchCode::parse(text).ok(), ToString::to_string, text)?;
                keeps(|text| OrgPath::parse(text).ok(), ToString::to_string, text)
            },
        ),
    ]
}

/// The facts of a certificate as they are signed.
fn payload(key: &str) -> String {
    let facts = serde_json::json!({
        "batch": "2021-01", "commitment": "x", "document": "9998**********5423", "document_kind": "居民身份证",
        "issued_on": "2021-06-03", "issuer": "示范省人力资源协会", "key": key, "level": "三级/高级工",
        "log": "kaogong/demo", "name": "欧阳测试", "number": "S000099000001213000001", "occupation": "企业人力资源管理师",
        "v": Payload::VERSION,
    });
    let read: Payload = serde_json::from_value(facts).unwrap();
    String::from_utf8(read.canonical()).unwrap()
}

fn sign(message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(&KEY).sign(message).to_bytes()
}

/// A token of the form in docs/formats/certificate.md, over whatever it holds.
fn token(payload: &[u8]) -> String {
    let body = format!("K1.{}", BASE64URL.encode(payload));
    let signature = sign(body.as_bytes());
    format!("{body}.{}", BASE64URL.encode(signature))
}

/// A file that carries a token, signed.
fn file(token: &[u8]) -> Vec<u8> {
    signed::append(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".to_vec(), token, sign)
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
        let text = first[0]["part"].as_str().ok_or("no picture")?;
        let again = STANDARD.decode(text).map_err(|error| error.to_string())?;
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

/// A text as bytes, several times.
fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
