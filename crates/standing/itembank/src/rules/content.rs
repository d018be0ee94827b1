//! What an item says, read from a row of the items template.
use std::collections::{BTreeSet, HashMap};

use super::{
    mistake::{Fault, Mistake},
    sheet::{RowReader, Sheet, hundredths, whole},
};

/// Headings of the items template, in order.
pub const HEADINGS: &[&str] = &[
    "序号",
    "职业代码",
    "职业名称",
    "等级",
    "题型",
    "鉴定点代码",
    "认知层次",
    "预估难度",
    "题干",
    "选项A",
    "选项B",
    "选项C",
    "选项D",
    "选项E",
    "答案",
    "解析",
];

const OPTION_HEADINGS: [(char, &str); 5] =
    [('A', "选项A"), ('B', "选项B"), ('C', "选项C"), ('D', "选项D"), ('E', "选项E")];

/// Longest stem in characters.
///
/// Source: [own]; a case of half a page.
const STEM_MAX: usize = 1000;
/// Longest option in characters.
///
/// Source: [own]; three printed lines.
const OPTION_MAX: usize = 200;
/// Longest explanation in characters.
///
/// Source: [own].
const EXPLANATION_MAX: usize = 1000;
/// Longest word for the level of cognition.
///
/// Source: [own].
const WORD_MAX: usize = 20;
/// Options an item of choice has at least; a fifth only where several are right.
///
/// Source: [own]; A to D, as single choice papers commonly have.
const OPTIONS_MIN: usize = 4;

/// How an item is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ItemKind {
    /// 单选题: exactly one option is right.
    Single,
    /// 多选题: two or more options are right, never all.
    Multiple,
    /// 判断题: true or false.
    Judgement,
}

impl ItemKind {
    /// Every kind, in the order of a paper.
    pub const ALL: [Self; 3] = [Self::Single, Self::Multiple, Self::Judgement];

    /// Stored code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::Judgement => "judgement",
        }
    }

    /// Key of its name in `locales/`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Single => "item-kind-single",
            Self::Multiple => "item-kind-multiple",
            Self::Judgement => "item-kind-judgement",
        }
    }

    fn from_template(text: &str) -> Option<Self> {
        match text {
            "单选题" => Some(Self::Single),
            "多选题" => Some(Self::Multiple),
            "判断题" => Some(Self::Judgement),
            _ => None,
        }
    }
}

/// What an item says. Two items that are equal here are the same item.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ItemContent {
    /// How it is answered.
    pub kind: ItemKind,
    /// The assessment point it belongs to.
    pub point_code: String,
    /// 认知层次, as the writer calls it.
    pub cognition: String,
    /// Share of candidates expected to answer right, in hundredths.
    pub difficulty: i64,
    /// The question; may hold line breaks.
    pub stem: String,
    /// Texts of the options, A first; empty for a judgement.
    pub options: Vec<String>,
    /// Letters in order; `T` or `F` for a judgement.
    pub key: String,
    /// Why the key is right.
    pub explanation: String,
}

/// An item of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// Row of the file.
    pub row: usize,
    /// Its number in the bank.
    pub number: i64,
    /// What it says.
    pub content: ItemContent,
}

/// The bank a file is for.
#[derive(Debug, Clone)]
pub struct Target<'a> {
    /// Code of the occupation.
    pub occupation_code: &'a str,
    /// Its Chinese name.
    pub occupation_zh: &'a str,
    /// Full Chinese name of the level.
    pub level_zh: &'a str,
    /// Codes of the points of its blueprint.
    pub points: &'a BTreeSet<String>,
}

/// Reads the items of a sheet.
///
/// # Errors
/// Every mistake of every row, by row.
pub fn read_items(sheet: &Sheet, target: &Target<'_>) -> Result<Vec<ItemRow>, Vec<Mistake>> {
    let body = sheet.body(HEADINGS, 0)?;
    let mut mistakes = Vec::new();
    let mut items = Vec::with_capacity(body.len());
    let (mut numbers, mut stems) = (HashMap::new(), HashMap::new());
    for row in body {
        let before = mistakes.len();
        let mut reader = RowReader::new(HEADINGS, row, &mut mistakes);
        belongs_to(&mut reader, target);
        let number = reader.value("序号", Fault::Number, whole);
        if let Some(first) = number.and_then(|number| numbers.insert(number, row.row)) {
            reader.refuse("序号", Fault::Twice(first));
        }
        let content = read_content(&mut reader, target);
        let bare: String = reader.text("题干").chars().filter(|one| one.is_alphanumeric()).collect();
        if !bare.is_empty()
            && let Some(first) = stems.insert(bare, row.row)
        {
            reader.refuse("题干", Fault::Twice(first));
        }
        if let (Some(number), Some(content), true) = (number, content, mistakes.len() == before) {
            items.push(ItemRow { row: row.row, number, content });
        }
    }
    if body.is_empty() {
        mistakes.push(Mistake::new(2, "题干", "", Fault::Empty));
    }
    if mistakes.is_empty() { Ok(items) } else { Err(mistakes) }
}

fn belongs_to(reader: &mut RowReader<'_>, target: &Target<'_>) {
    let wanted =
        [("职业代码", target.occupation_code), ("职业名称", target.occupation_zh), ("等级", target.level_zh)];
    for (heading, text) in wanted {
        if reader.text(heading) != text {
            reader.refuse(heading, Fault::OtherBank(text.to_owned()));
        }
    }
}

fn read_content(reader: &mut RowReader<'_>, target: &Target<'_>) -> Option<ItemContent> {
    let point_code = reader.value("鉴定点代码", Fault::UnknownPoint, |code| {
        target.points.contains(code).then(|| code.to_owned())
    });
    let cognition = reader.required("认知层次", WORD_MAX).to_owned();
    let difficulty =
        reader.value("预估难度", Fault::Share, |text| hundredths(text).filter(|share| *share <= 100));
    let stem = reader.required("题干", STEM_MAX).to_owned();
    let explanation = reader.at_most("解析", EXPLANATION_MAX).to_owned();
    let kind = reader.value("题型", Fault::NotOneOf("单选题 / 多选题 / 判断题"), ItemKind::from_template)?;
    let options = read_options(reader, kind);
    let key = read_key(reader, kind, options.len())?;
    Some(ItemContent {
        kind,
        point_code: point_code?,
        cognition,
        difficulty: difficulty?,
        stem,
        options,
        key,
        explanation,
    })
}

/// Texts of the options: A to D, and E where several may be right; none for a judgement.
fn read_options(reader: &mut RowReader<'_>, kind: ItemKind) -> Vec<String> {
    let mut options: Vec<(char, &str)> = Vec::new();
    for (place, (letter, heading)) in OPTION_HEADINGS.into_iter().enumerate() {
        let text = reader.at_most(heading, OPTION_MAX);
        let (needed, allowed) = match kind {
            ItemKind::Single => (place < OPTIONS_MIN, place < OPTIONS_MIN),
            ItemKind::Multiple => (place < OPTIONS_MIN, true),
            ItemKind::Judgement => (false, false),
        };
        if text.is_empty() {
            if needed {
                reader.refuse(heading, Fault::Empty);
            }
            continue;
        }
        if !allowed {
            reader.refuse(heading, Fault::NotEmpty);
        }
        if let Some((same, _)) = options.iter().find(|(_, other)| *other == text) {
            let same = *same;
            reader.refuse(heading, Fault::SameOption(same));
        }
        options.push((letter, text));
    }
    options.into_iter().map(|(_, text)| text.to_owned()).collect()
}

fn read_key(reader: &mut RowReader<'_>, kind: ItemKind, options: usize) -> Option<String> {
    let letters: String = OPTION_HEADINGS.into_iter().take(options).map(|(letter, _)| letter).collect();
    let known = |text: &str| text.chars().all(|letter| letters.contains(letter));
    match kind {
        ItemKind::Single => reader.value("答案", Fault::KeySingle(letters.clone()), |text| {
            (text.chars().count() == 1 && known(text)).then(|| text.to_owned())
        }),
        ItemKind::Multiple => reader.value("答案", Fault::KeyMultiple(letters.clone()), |text| {
            let count = text.chars().count();
            let in_order = text.chars().zip(text.chars().skip(1)).all(|(one, next)| one < next);
            (count >= 2 && count < options && known(text) && in_order).then(|| text.to_owned())
        }),
        ItemKind::Judgement => reader.value("答案", Fault::NotOneOf("对 / 错"), |text| match text {
            "对" => Some("T".to_owned()),
            "错" => Some("F".to_owned()),
            _ => None,
        }),
    }
}

/// What taking over an item would do to the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The bank has no item of this number.
    New,
    /// The bank's item says something else; it gets a new version, a draft again.
    Changed,
    /// The bank has exactly this.
    Same,
}

/// What taking over `item` would do, given what the bank's item of this number says now.
#[must_use]
pub fn change(item: &ItemContent, in_bank: Option<&ItemContent>) -> Change {
    match in_bank {
        None => Change::New,
        Some(known) if known == item => Change::Same,
        Some(_) => Change::Changed,
    }
}
