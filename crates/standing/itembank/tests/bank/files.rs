//! The project's own files are read without a mistake; every kind of mistake is found in its cell.
use std::collections::BTreeSet;

use itembank::{
    BlueprintPoint, Fault, ItemKind, Mistake, Sheet, Target, WorkbookRefused, read_blueprint, read_items,
    read_workbook,
};
use proptest::prelude::*;

use crate::fixture::{HR, file, sheet};

fn points(name: &str) -> Vec<BlueprintPoint> {
    read_blueprint(&sheet(name)).unwrap()
}

fn codes(points: &[BlueprintPoint]) -> BTreeSet<String> {
    points.iter().map(|point| point.code.clone()).collect()
}

fn target<'a>(points: &'a BTreeSet<String>) -> Target<'a> {
    Target {
        occupation_code: HR, occupation_zh: "企业人力资源管理师", level_zh: "三级/高级工", points
    }
}

/// Puts `text` into a cell; `row` as the spreadsheet counts.
fn with(sheet: &Sheet, row: usize, column: usize, text: &str) -> Sheet {
    let mut changed = sheet.clone();
    let line = changed.rows.iter_mut().find(|line| line.row == row).unwrap();
    line.cells[column] = text.to_owned();
    changed
}

#[test]
fn the_four_banks_are_read_whole() {
    let lr = ("4-07-03-02", "劳动关系协调员");
    let hr = (HR, "企业人力资源管理师");
    for (name, (code, zh), level, point_count, counts) in [
        ("hr-4", hr, "四级/中级工", 30, [90, 30, 30]),
        ("hr-3", hr, "三级/高级工", 54, [162, 54, 54]),
        ("hr-2", hr, "二级/技师", 30, [69, 25, 26]),
        ("lr-3", lr, "三级/高级工", 30, [90, 30, 30]),
    ] {
        let points = points(&format!("blueprint-{name}"));
        assert_eq!(points.len(), point_count, "{name}");
        let known = codes(&points);
        let target = Target { occupation_code: code, occupation_zh: zh, level_zh: level, points: &known };
        let items = read_items(&sheet(&format!("items-{name}")), &target).unwrap();
        let count = |kind| items.iter().filter(|item| item.content.kind == kind).count();
        assert_eq!(ItemKind::ALL.map(count), counts, "{name}");
    }
}

#[test]
fn every_mistake_names_its_row_and_column() {
    let good = sheet("items-hr-3");
    let known = codes(&points("blueprint-hr-3"));
    let single = (2, "单选题");
    let judgement = good.rows.iter().find(|row| row.cells[4] == "判断题").unwrap().row;
    let multiple = good.rows.iter().find(|row| row.cells[4] == "多选题").unwrap().row;
    assert_eq!(good.rows[1].cells[4], single.1);
    let abcd = || "ABCD".to_owned();
    for (row, column, text, field, fault) in [
        (2, 0, "零", "序号", Fault::Number),
        (3, 0, "1", "序号", Fault::Twice(2)),
        (2, 1, "4-07-03-02", "职业代码", Fault::OtherBank(HR.into())),
        (2, 3, "三级", "等级", Fault::OtherBank("三级/高级工".into())),
        (2, 4, "填空题", "题型", Fault::NotOneOf("单选题 / 多选题 / 判断题")),
        (2, 5, "A-A-A-999", "鉴定点代码", Fault::UnknownPoint),
        (2, 6, "", "认知层次", Fault::Empty),
        (2, 7, "1.01", "预估难度", Fault::Share),
        (2, 7, "", "预估难度", Fault::Empty),
        (2, 8, "", "题干", Fault::Empty),
        (2, 10, "", "选项B", Fault::Empty),
        (2, 10, "职业兴趣", "选项B", Fault::SameOption('A')),
        (judgement, 9, "对", "选项A", Fault::NotEmpty),
        (2, 14, "E", "答案", Fault::KeySingle(abcd())),
        (2, 14, "AB", "答案", Fault::KeySingle(abcd())),
        (multiple, 14, "A", "答案", Fault::KeyMultiple(letters(&good, multiple))),
        (multiple, 14, "BA", "答案", Fault::KeyMultiple(letters(&good, multiple))),
        (multiple, 14, &letters(&good, multiple), "答案", Fault::KeyMultiple(letters(&good, multiple))),
        (judgement, 14, "√", "答案", Fault::NotOneOf("对 / 错")),
        (2, 15, &"长".repeat(1001), "解析", Fault::TooLong(1000)),
    ] {
        let mistakes = read_items(&with(&good, row, column, text), &target(&known)).unwrap_err();
        let expected = Mistake::new(row, field, text, fault);
        // An option taken away also takes its letter away from the keys.
        assert!(mistakes.contains(&expected), "{expected:?} is not in {mistakes:?}");
        assert!(mistakes.iter().all(|mistake| mistake.row == row), "{mistakes:?}");
    }
}

fn letters(sheet: &Sheet, row: usize) -> String {
    let cells = &sheet.rows.iter().find(|line| line.row == row).unwrap().cells;
    ('A'..='E').zip(&cells[9..14]).filter(|(_, text)| !text.is_empty()).map(|(letter, _)| letter).collect()
}

#[test]
fn a_stem_that_differs_only_in_punctuation_stands_twice() {
    let good = sheet("items-hr-3");
    let known = codes(&points("blueprint-hr-3"));
    let again = format!("{}。", good.rows[1].cells[8]);
    let mistakes = read_items(&with(&good, 9, 8, &again), &target(&known)).unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert_eq!((mistakes[0].row, &mistakes[0].fault), (9, &Fault::Twice(2)));
}

#[test]
fn weights_and_codes_of_a_blueprint_agree() {
    let good = sheet("blueprint-hr-3");
    for (row, column, text, field, fault) in [
        (2, 8, "2.5", "三级比重", Fault::Differs(0)),
        (2, 2, "24", "一级比重", Fault::Differs(0)),
        (2, 3, "B-A", "鉴定范围二级代码", Fault::NotBelow("A".into())),
        (2, 9, "A-A-B-009", "鉴定点代码", Fault::NotBelow("A-A-A".into())),
        (2, 11, "W", "重要程度(X/Y/Z)", Fault::NotOneOf("X / Y / Z")),
        (2, 5, "五", "二级比重", Fault::Percent),
        (4, 9, "A-A-B-001", "鉴定点代码", Fault::Twice(3)),
    ] {
        let mistakes = read_blueprint(&with(&good, row, column, text)).unwrap_err();
        let found = mistakes.iter().any(|mistake| match (&mistake.fault, &fault) {
            // One of the rows of the range differs, whichever stands first; or the sum above is wrong.
            (Fault::Differs(_) | Fault::Sum(_), Fault::Differs(_)) => true,
            (one, other) => one == other && mistake.field == field && mistake.row == row,
        });
        assert!(found, "{fault:?} in {field} is not in {mistakes:?}");
    }
}

#[test]
fn a_range_whose_parts_do_not_add_up_is_named() {
    let mut changed = sheet("blueprint-hr-3");
    for line in changed.rows.iter_mut().filter(|line| line.cells[6] == "A-A-B") {
        line.cells[8] = "2".into();
    }
    let mistakes = read_blueprint(&changed).unwrap_err();
    assert_eq!(mistakes, [Mistake::new(2, "二级比重", "5", Fault::Sum("4".into()))]);
}

#[test]
fn a_wrong_heading_a_surplus_column_and_a_formula_are_refused() {
    let known = codes(&points("blueprint-hr-3"));
    let good = sheet("items-hr-3");
    let wrong = read_items(&with(&good, 1, 8, "题目"), &target(&known)).unwrap_err();
    assert_eq!(wrong, [Mistake::new(1, "I", "题目", Fault::Heading("题干"))]);
    let mut wide = good.clone();
    wide.rows[0].cells.push("备注".into());
    let wrong = read_items(&wide, &target(&known)).unwrap_err();
    assert_eq!(wrong, [Mistake::new(1, "Q", "备注", Fault::SurplusColumn)]);

    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    for (column, heading) in (0_u16..).zip(&good.rows[0].cells) {
        page.write_string(0, column, heading).unwrap();
    }
    page.write_formula(1, 14, "=CHAR(65)").unwrap();
    let calculated = read_workbook(&book.save_to_buffer().unwrap()).unwrap();
    let wrong = read_items(&calculated, &target(&known)).unwrap_err();
    assert_eq!(wrong, [Mistake::new(2, "答案", "=CHAR(65)", Fault::Formula)]);
}

#[test]
fn what_is_no_workbook_is_refused() {
    assert_eq!(read_workbook(b"PK not a workbook"), Err(WorkbookRefused::NotXlsx));
    assert_eq!(read_workbook(b""), Err(WorkbookRefused::NotXlsx));
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet();
    assert_eq!(read_workbook(&book.save_to_buffer().unwrap()), Err(WorkbookRefused::Empty));
    let whole = file("items-hr-3");
    assert_eq!(read_workbook(&whole[..whole.len() / 2]), Err(WorkbookRefused::NotXlsx));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in a cell: rows are taken over or a mistake is in exactly that row, and reading never panics.
    #[test]
    fn nonsense_in_one_cell_is_found_in_its_row(row in 2_usize..120, column in 0_usize..16, text in "\\PC{0,12}") {
        let good = sheet("items-hr-2");
        let known = codes(&points("blueprint-hr-2"));
        let target = Target { level_zh: "二级/技师", ..target(&known) };
        let text = text.trim();
        match read_items(&with(&good, row, column, text), &target) {
            Ok(items) => prop_assert_eq!(items.len(), 120),
            Err(mistakes) => {
                let twice = |mistake: &Mistake| matches!(mistake.fault, Fault::Twice(first) if first == row);
                prop_assert!(mistakes.iter().all(|mistake| mistake.row == row || twice(mistake)));
            }
        }
    }
}
