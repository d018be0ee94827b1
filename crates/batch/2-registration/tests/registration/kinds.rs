//! The kinds of mistakes of the corpus, each with the answer it must be given.
use crate::corpus::other_check;

/// One kind of mistake: the column, what is put there in its `n`-th row, and the words of the answer.
pub struct Kind {
    pub column: &'static str,
    pub put: fn(usize, &str) -> String,
    /// Words of what should be there and of the cure, in Chinese and in English.
    pub zh: (&'static str, &'static str),
    pub en: (&'static str, &'static str),
}

const fn kind(
    column: &'static str,
    put: fn(usize, &str) -> String,
    zh: (&'static str, &'static str),
    en: (&'static str, &'static str),
) -> Kind {
    Kind { column, put, zh, en }
}

const FILL: ((&str, &str), (&str, &str)) =
    (("此项必填", "填写后重新上传"), ("must be filled in", "Fill it in"));
const PLAIN: ((&str, &str), (&str, &str)) =
    (("普通文字", "去掉开头的符号"), ("Plain words", "Remove the sign"));
const COMPARE: (&str, &str) = ("对照证件逐位核对", "Compare it with the document");

/// Columns that must be filled.
const NEEDED: [&str; 17] = [
    "序号",
    "职业工种名称",
    "认定等级",
    "申报条件",
    "证件类型",
    "证件号码",
    "姓名",
    "手机号码",
    "证书等级",
    "证书编号",
    "文化程度",
    "所在省(市)区",
    "考生来源",
    "报名单位",
    "认定分类",
    "考试类型",
    "民族",
];

/// Every kind. A kind whose row shows two mistakes would not do: each row must have one answer.
pub fn kinds() -> Vec<&'static Kind> {
    KINDS.iter().chain(EMPTY_KINDS.iter()).collect()
}

fn empty(_: usize, _: &str) -> String {
    String::new()
}

/// What must be filled and is not.
static EMPTY_KINDS: [Kind; 17] = {
    let mut kinds = [const { kind("序号", empty, FILL.0, FILL.1) }; 17];
    let mut place = 0;
    while place < 17 {
        kinds[place] = kind(NEEDED[place], empty, FILL.0, FILL.1);
        place += 1;
    }
    kinds
};

/// What is filled wrongly.
const KINDS: &[Kind] = &[
    kind(
        "序号",
        |n, _| format!("第{n}号"),
        ("1 至 9999999 的整数", "改正后"),
        ("from 1 to 9999999", "Correct it"),
    ),
    kind(
        "序号",
        |n, _| format!("{n}.5"),
        ("1 至 9999999 的整数", "改正后"),
        ("from 1 to 9999999", "Correct it"),
    ),
    kind("序号", |n, _| format!("{}", 10_000_000 + n), ("1 至 9999999", "改正后"), ("9999999", "Correct it")),
    kind(
        "职业工种名称",
        |n, _| format!("茶艺师{n}"),
        ("企业人力资源管理师、劳动关系协调员", "照列出的文字"),
        ("企业人力资源管理师、劳动关系协调员", "exactly as listed"),
    ),
    kind(
        "认定等级",
        |n, _| ["五级/初级工", "高级", "3"][n % 3].to_owned(),
        ("三级/高级工、二级/技师", "照列出的文字"),
        ("三级/高级工、二级/技师", "exactly as listed"),
    ),
    kind(
        "申报条件",
        |n, _| format!("({}) 没有这一条", n + 7),
        ("(1)、(2)、(3)", "写上括号和序号"),
        ("(1)、(2)、(3)", "number in brackets"),
    ),
    kind(
        "证件类型",
        |n, _| ["军官证", "身份证", "驾驶证"][n % 3].to_owned(),
        ("居民身份证、港澳居民来往内地通行证", "照列出的文字"),
        ("居民身份证、港澳居民来往内地通行证", "exactly as listed"),
    ),
    kind(
        "证件号码",
        |_, right| right[..17].to_owned(),
        ("应为 18 位", COMPARE.0),
        ("has 18 characters", COMPARE.1),
    ),
    kind(
        "证件号码",
        |_, right| format!("{right}1"),
        ("应为 18 位", COMPARE.0),
        ("has 18 characters", COMPARE.1),
    ),
    kind(
        "证件号码",
        |_, right| format!("A{}", &right[1..]),
        ("前 17 位应为数字", COMPARE.0),
        ("17 digits followed by", COMPARE.1),
    ),
    kind(
        "证件号码",
        |_, right| format!("0{}", &right[1..]),
        ("不以 0 开头", COMPARE.0),
        ("does not begin with 0", COMPARE.1),
    ),
    kind(
        "证件号码",
        |_, right| format!("{}1332{}", &right[..10], &right[14..]),
        ("不是有效的出生日期", COMPARE.0),
        ("not a birth date", COMPARE.1),
    ),
    kind(
        "证件号码",
        |_, right| other_check(right),
        ("校验位不符", COMPARE.0),
        ("does not fit the others", COMPARE.1),
    ),
    kind(
        "证件号码",
        |_, right| format!("NUMBER {}000", &right[..15]),
        ("末几位已经丢失", "文本格式"),
        ("lost its last digits", "text column"),
    ),
    kind(
        "姓名",
        |_, _| "=HYPERLINK(\"x\")".to_owned(),
        ("当作公式", "重新录入姓名"),
        ("run as a formula", "Type the name again"),
    ),
    kind(
        "姓名",
        |n, _| format!("{}测试{n}", ["+", "-", "@", "＝"][n % 4]),
        ("当作公式", "重新录入姓名"),
        ("run as a formula", "Type the name again"),
    ),
    kind(
        "姓名",
        |_, _| "测\u{200B}试".to_owned(),
        ("看不见的字符", "重新录入姓名"),
        ("cannot be seen", "Type the name again"),
    ),
    kind(
        "姓名",
        |_, _| "很长".repeat(31),
        ("超过 60 个字", "重新录入姓名"),
        ("longer than 60", "Type the name again"),
    ),
    kind(
        "姓名",
        |n, _| format!("FORMULA A{}", n + 1),
        ("不能是公式", "粘贴为数值"),
        ("no formula", "paste it as a value"),
    ),
    kind(
        "性别",
        |_, right| if right == "男" { "女" } else { "男" }.to_owned(),
        ("应当一致", COMPARE.0),
        ("both must agree", COMPARE.1),
    ),
    kind(
        "性别",
        |n, _| ["F", "女性", "1"][n % 3].to_owned(),
        ("男、女", "照列出的文字"),
        ("男、女", "exactly as listed"),
    ),
    kind(
        "出生日期",
        |n, _| format!("1991-01-{:02}", n % 28 + 1),
        ("中的出生日期是 1990-", COMPARE.0),
        ("born on 1990-", COMPARE.1),
    ),
    kind(
        "出生日期",
        |n, _| format!("1990/2/{}", n % 28 + 1),
        ("实际存在的日期", "改正后"),
        ("A day that exists", "Correct it"),
    ),
    kind(
        "手机号码",
        |n, _| format!("1990000{n:03}"),
        ("11 位数字", "与考生核对手机号码"),
        ("11 digits", "mobile number they use"),
    ),
    kind(
        "手机号码",
        |n, _| format!("2990000{n:04}"),
        ("以 1 开头", "与考生核对手机号码"),
        ("beginning with 1", "mobile number they use"),
    ),
    kind(
        "文化程度",
        |n, _| ["幼儿园", "本科", "大专"][n % 3].to_owned(),
        ("博士、研究生、大学本科", "照列出的文字"),
        ("博士、研究生、大学本科", "exactly as listed"),
    ),
    kind(
        "所在省(市)区",
        |n, _| format!("区{}", "很长".repeat(30 + n % 5)),
        ("不超过 60 个字", "缩短内容"),
        ("At most 60", "Shorten it"),
    ),
    kind(
        "考生来源",
        |n, _| format!("来源{n}"),
        ("国有企业、集体企业", "照列出的文字"),
        ("国有企业、集体企业", "exactly as listed"),
    ),
    kind("所在单位", |n, _| format!("{}公司", ["=", "+", "-", "@"][n % 4]), PLAIN.0, PLAIN.1),
    kind("所在单位", |_, _| "测试\u{7}公司".to_owned(), PLAIN.0, PLAIN.1),
    kind(
        "报名单位",
        |n, _| format!("没有的报名点{n}"),
        ("本批次的报名点", "核对本批次计划"),
        ("registration point of this batch", "Compare it with the registration points"),
    ),
    kind(
        "认定分类",
        |n, _| format!("分类{n}"),
        ("初次认定、晋级认定", "照列出的文字"),
        ("初次认定、晋级认定", "exactly as listed"),
    ),
    kind(
        "考试类型",
        |n, _| ["重考", "缓考", "补"][n % 3].to_owned(),
        ("正考、补考", "照列出的文字"),
        ("正考、补考", "exactly as listed"),
    ),
    kind(
        "民族",
        |_, _| "很长的民族名称".repeat(3),
        ("不超过 20 个字", "缩短内容"),
        ("At most 20", "Shorten it"),
    ),
    kind(
        "参加工作时间",
        |n, _| format!("2014-02-{}", 30 + n % 9),
        ("实际存在的日期", "改正后"),
        ("A day that exists", "Correct it"),
    ),
    kind(
        "参加工作时间",
        |n, _| format!("2021-05-{:02}", n % 28 + 1),
        ("不能晚于 2021-04-30", "改正后"),
        ("not after 2021-04-30", "Correct it"),
    ),
    kind(
        "参加工作时间",
        |n, _| format!("NUMBER {}", 1990 + n),
        ("实际存在的日期", "改正后"),
        ("A day that exists", "Correct it"),
    ),
    kind(
        "电子邮箱",
        |n, _| format!("nobody{n}"),
        ("电子邮箱地址", "改正后"),
        ("e-mail address", "Correct it"),
    ),
    kind(
        "专业年限",
        |n, _| ["六", "71", "-1", "3.5"][n % 4].to_owned(),
        ("0 至 70 的整数", "改正后"),
        ("from 0 to 70", "Correct it"),
    ),
    kind(
        "专业年限",
        |n, _| format!("FORMULA {n}+1"),
        ("不能是公式", "粘贴为数值"),
        ("no formula", "paste it as a value"),
    ),
    kind(
        "证书等级",
        |n, _| format!("{}级", n + 8),
        ("四级/中级工", "照列出的文字"),
        ("四级/中级工", "exactly as listed"),
    ),
    kind("证书编号", |_, _| "编号".repeat(21), ("不超过 40 个字", "缩短内容"), ("At most 40", "Shorten it")),
    kind(
        "证书领取方式",
        |n, _| format!("方式{n}"),
        ("自取、邮寄", "照列出的文字"),
        ("自取、邮寄", "exactly as listed"),
    ),
    kind(
        "原证书发证日期",
        |n, _| format!("{}年", 2000 + n),
        ("实际存在的日期", "改正后"),
        ("A day that exists", "Correct it"),
    ),
];
