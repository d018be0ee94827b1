//! More than a thousand wrong rows, each with the answer it must be given. What is expected is written
//! here by hand, kind by kind; nothing of the product's own checks makes it.
use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    house::{House, roster_cells, workbook},
    kinds::kinds,
};

/// The heading and one right row of the demo's roster.
static BASE: LazyLock<[Vec<String>; 2]> = LazyLock::new(|| {
    let mut rows = roster_cells().into_iter();
    [rows.next().unwrap(), rows.next().unwrap()]
});

fn column(name: &str) -> usize {
    BASE[0].iter().position(|known| known == name).unwrap()
}

/// Rows of each kind of mistake.
const EACH: usize = 17;

/// The `n`-th person: a number with the right check character, made as the standard says.
fn document(n: usize) -> String {
    let front = format!("9981{:02}1990{:02}{:02}{:03}", n / 4000, n % 12 + 1, n % 28 + 1, n % 1000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = front.chars().zip(weights).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
    let check = "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap()).unwrap();
    format!("{front}{check}")
}

pub fn other_check(right: &str) -> String {
    let last = right.chars().last().unwrap();
    format!("{}{}", &right[..17], if last == '5' { '6' } else { '5' })
}

fn right_row(n: usize) -> Vec<String> {
    let mut row = BASE[1].clone();
    let number = document(n);
    let is_male = number.as_bytes()[16] % 2 == 1;
    let day = format!("{}-{}-{}", &number[6..10], &number[10..12], &number[12..14]);
    for (name, text) in [
        ("序号", (n + 1).to_string()),
        ("证件号码", number),
        ("性别", if is_male { "男" } else { "女" }.to_owned()),
        ("出生日期", day),
        ("手机号码", format!("199{n:08}")),
        ("电子邮箱", String::new()),
    ] {
        row[column(name)] = text;
    }
    row
}

/// What a page quotes of a cell: numbers of documents keep four characters at each end.
fn quoted(text: &str) -> String {
    let text = text.strip_prefix("NUMBER ").unwrap_or(text);
    let text = if text.starts_with("FORMULA ") { "1" } else { text };
    let is_number = text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_number {
        return text.to_owned();
    }
    format!("{}{}{}", &text[..4], "*".repeat(text.len() - 8), &text[text.len() - 4..])
}

#[tokio::test]
async fn a_thousand_wrong_rows_are_each_answered_with_field_found_expected_and_cure_in_both_languages() {
    let kinds = kinds();
    let mut cells = vec![BASE[0].clone()];
    let mut wanted = BTreeMap::new();
    for n in 0..kinds.len() * EACH {
        let kind = kinds[n % kinds.len()];
        let mut row = right_row(n);
        let put = (kind.put)(n / kinds.len(), &row[column(kind.column)]);
        wanted.insert(n + 2, (kind, quoted(&put)));
        row[column(kind.column)] = put;
        cells.push(row);
    }
    assert!(wanted.len() >= 1_000, "{} rows", wanted.len());
    // One right row more: what is right is not told to be wrong.
    cells.push(right_row(wanted.len()));
    let file = workbook(&cells);
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = house.upload(&registrar, &file).await;
        let page = house.get(&registrar, &preview).await;
        let wrong = i64::try_from(wanted.len()).unwrap();
        assert_eq!(page.figures(), [1, 0, 0, wrong], "{engine}");
        let pages = wanted.len().div_ceil(50);
        for is_english in [false, true] {
            let mut told = BTreeMap::new();
            for number in 1..=pages {
                let path = format!("{preview}?state=refused&page={number}");
                let shown = match is_english {
                    false => house.get(&registrar, &path).await,
                    true => house.get_english(&registrar, &path).await,
                };
                for row in shown.rows() {
                    let at: usize = row[0].parse().unwrap();
                    assert!(told.insert(at, row).is_none(), "{engine}: row {at} has one answer");
                }
            }
            assert_eq!(told.len(), wanted.len(), "{engine}");
            for (at, (kind, found)) in &wanted {
                let row = &told[at];
                let (expected, cure) = if is_english { kind.en } else { kind.zh };
                let nothing = if is_english { "empty" } else { "空" };
                let found = if found.is_empty() { nothing } else { found };
                assert_eq!(row[1], kind.column, "{engine}: {row:?}");
                assert_eq!(row[2].to_lowercase(), escaped(found).to_lowercase(), "{engine}: {row:?}");
                assert!(row[3].contains(expected), "{engine}: {expected}: {row:?}");
                assert!(row[4].contains(cure), "{engine}: {cure}: {row:?}");
            }
        }
        assert!(house.applications().await.is_empty(), "{engine}");
    }
}

/// As it stands in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('"', "&#34;").replace('<', "&#60;")
}
