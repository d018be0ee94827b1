//! Other people with the same fates: names, numbers and phones are generated, and every date moves by
//! whole months, so that each clause is decided as the founding table says.
use kernel::{Day, IdNumber, Sex};
use rust_xlsxwriter::Workbook;

use crate::{Cast, Chance, Fault, Member, Result, calendar::months_later};

const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎鲁韦昌马苗凤方俞任袁柳";
const GIVEN: &str = "安博晨达恩帆歌涵佳凯岚铭宁沛琪然思彤薇希雅泽哲芷梓悦瑶阳欣旭轩雪妍颖雨远毓媛蕴展峥知舟卓子伟敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华";
const TRADES: [&str; 8] =
    ["机械制造", "软件科技", "人力资源服务", "建设工程", "纺织服装", "食品", "物流", "电子"];
const BRANDS: [&str; 10] = ["华信", "远大", "金桥", "恒立", "同创", "瑞丰", "天和", "新联", "东升", "中嘉"];
/// Oldest and youngest order number a generated document has.
const ORDERS: u32 = 480;
/// Months by which a birthday may lie before that of the founding member.
const MONTHS_OLDER: u32 = 30;

impl Cast {
    /// People whose fates are those of the founding thirty at `picked` (from 0), as the batch number
    /// `number` has them, with every date moved by `months`.
    ///
    /// # Errors
    /// When a generated value is not what it should be.
    pub fn variant(number: u32, months: i64, picked: &[usize]) -> Result<Self> {
        let founding = Self::canonical()?;
        let mut cast = Self { header: founding.header.clone(), members: Vec::new(), roster: Vec::new() };
        let mut chance = Chance::of(&format!("batch {number}"));
        for at in picked {
            let Some(model) = founding.members.get(*at) else { continue };
            let mut member = other(&founding, model, &mut chance, number, months)?;
            while cast.members.iter().chain(&founding.members).any(|known| known.name == member.name) {
                member = other(&founding, model, &mut chance, number, months)?;
            }
            cast.members.push(member);
        }
        cast.number_again();
        cast.roster = cast.workbook()?;
        Ok(cast)
    }

    /// The whole thirty as another batch has them.
    ///
    /// # Errors
    /// When a generated value is not what it should be.
    pub fn thirty(number: u32, months: i64) -> Result<Self> {
        Self::variant(number, months, &(0..30).collect::<Vec<_>>())
    }

    /// Serial numbers are those of the own roster.
    pub(crate) fn number_again(&mut self) {
        let column = self.column("序号");
        for (at, member) in self.members.iter_mut().enumerate() {
            member.serial = (at + 1).to_string();
            if let Some(cell) = column.and_then(|column| member.cells.get_mut(column)) {
                cell.clone_from(&member.serial);
            }
        }
    }

    /// The roster of these people alone, as a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn workbook(&self) -> Result<Vec<u8>> {
        workbook(std::iter::once(&self.header).chain(self.members.iter().map(|member| &member.cells)))
    }
}

/// Rows of texts as a workbook; an empty text is an empty cell.
pub(crate) fn workbook<'a>(rows: impl IntoIterator<Item = &'a Vec<String>>) -> Result<Vec<u8>> {
    let wrong = |error: rust_xlsxwriter::XlsxError| Fault::at("workbook", &error.to_string());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, cell.as_str()).map_err(wrong)?;
        }
    }
    book.save_to_buffer().map_err(wrong)
}

fn other(cast: &Cast, model: &Member, chance: &mut Chance, number: u32, months: i64) -> Result<Member> {
    let mut member = model.clone();
    let given =
        |heading: &str| cast.column(heading).and_then(|at| model.cells.get(at)).cloned().unwrap_or_default();
    let born = moved(&given("出生日期"), months - i64::from(chance.below(MONTHS_OLDER)));
    let document = document(&born, model.sex, chance)?;
    member.name = name(chance);
    let serial: u32 = model.serial.parse().unwrap_or_default();
    member.phone = format!("199{number:02}{serial:06}");
    let city: String = given("报名单位").chars().take_while(|c| *c != '报').collect();
    let employer =
        format!("{city}{}{}有限公司", chance.pick(&BRANDS, BRANDS[0]), chance.pick(&TRADES, TRADES[0]));
    let (certificate, diploma) = (given("证书编号"), given("学历证书编号"));
    let values = [
        ("证件号码", document),
        ("姓名", member.name.clone()),
        ("出生日期", born),
        ("手机号码", member.phone.clone()),
        ("证书编号", digits_like(&certificate, 2, chance)),
        ("学历证书编号", digits_like(&diploma, 0, chance)),
        ("参加工作时间", moved(&given("参加工作时间"), months)),
        ("原证书发证日期", moved(&given("原证书发证日期"), months)),
        ("所在单位", employer),
        (
            "电子邮箱",
            if given("电子邮箱").is_empty() {
                String::new()
            } else {
                format!("c{number:02}{serial:03}@example.com")
            },
        ),
        ("通讯地址", format!("{city}人民路{}号", chance.below(998) + 1)),
    ];
    for (heading, value) in values {
        if let Some(cell) = cast.column(heading).and_then(|at| member.cells.get_mut(at)) {
            *cell = value;
        }
    }
    Ok(member)
}

/// A day this many months later; what is no day stays as it is.
fn moved(day: &str, months: i64) -> String {
    Day::parse(day).map_or_else(|_| day.to_owned(), |day| months_later(day, months).to_string())
}

/// A name of two or three characters.
fn name(chance: &mut Chance) -> String {
    let letter = |from: &str, chance: &mut Chance| {
        let all: Vec<char> = from.chars().collect();
        chance.pick(&all, '安')
    };
    let length = if chance.below(4) == 0 { 1 } else { 2 };
    let mut name = letter(SURNAMES, chance).to_string();
    name.extend((0..length).map(|_| letter(GIVEN, chance)));
    name
}

/// A document number in the area 99xxxx, which was never issued.
fn document(born: &str, sex: Sex, chance: &mut Chance) -> Result<String> {
    let order = chance.below(ORDERS) * 2 + u32::from(sex == Sex::Male);
    with_check_character(&format!("99{:04}{}{order:03}", chance.below(10_000), born.replace('-', "")))
}

/// A document number, completed by the check character that makes it right.
pub(crate) fn with_check_character(body: &str) -> Result<String> {
    let candidates = "0123456789X".chars().map(|check| format!("{body}{check}"));
    let right = candidates.into_iter().find(|number| IdNumber::parse(number).is_ok());
    right.ok_or_else(|| Fault::at("variant", "a generated document number has no check character"))
}

/// The same text with every digit after the first `kept` replaced.
fn digits_like(text: &str, kept: usize, chance: &mut Chance) -> String {
    let digit = |chance: &mut Chance| char::from_digit(chance.below(10), 10).unwrap_or('0');
    text.chars().enumerate().map(|(at, old)| if at < kept { old } else { digit(chance) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell<'a>(cast: &'a Cast, member: &'a Member, heading: &str) -> &'a str {
        &member.cells[cast.column(heading).unwrap()]
    }

    #[test]
    fn the_same_batch_has_the_same_people_and_another_batch_others() {
        let first = Cast::thirty(2, -1).unwrap();
        assert_eq!(first.members, Cast::thirty(2, -1).unwrap().members);
        let second = Cast::thirty(3, -1).unwrap();
        let founding = Cast::canonical().unwrap();
        for (one, other) in [(&first, &second), (&first, &founding)] {
            for heading in ["证件号码", "手机号码"] {
                let all = |cast: &Cast| -> Vec<String> {
                    cast.members.iter().map(|member| cell(cast, member, heading).to_owned()).collect()
                };
                assert!(all(one).iter().all(|value| !all(other).contains(value)), "{heading}");
            }
        }
    }

    #[test]
    fn names_are_unique_within_a_batch_and_documents_lie_in_the_reserved_area() {
        let cast = Cast::thirty(4, 5).unwrap();
        let mut names: Vec<&str> = cast.members.iter().map(|member| member.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 30);
        for member in &cast.members {
            let document = IdNumber::parse(cell(&cast, member, "证件号码")).unwrap();
            assert!(document.as_str().starts_with("99"));
            assert_eq!(document.birth_day().to_string(), cell(&cast, member, "出生日期"));
            assert_eq!(document.sex(), member.sex);
        }
    }

    #[test]
    fn years_to_the_reference_date_stay_those_of_the_founding_table() {
        let founding = Cast::canonical().unwrap();
        for months in [-6, -2, -1, 0, 1, 5] {
            let cast = Cast::thirty(5, months).unwrap();
            let reference = Day::parse("2021-04-30").unwrap();
            for (member, model) in cast.members.iter().zip(&founding.members) {
                for heading in ["参加工作时间", "原证书发证日期"] {
                    let years = |cast: &Cast, member: &Member, months| {
                        let from = Day::parse(cell(cast, member, heading)).unwrap();
                        from.full_years_until(months_later(reference, months))
                    };
                    assert_eq!(
                        years(&cast, member, months),
                        years(&founding, model, 0),
                        "{} {heading} {months}",
                        model.serial
                    );
                }
            }
        }
    }
}
