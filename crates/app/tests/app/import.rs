//! `kaogong import` beside a serving process: dated registers from files, all or nothing.
use std::{fs, path::PathBuf};

use testkit::Server;

#[tokio::test(flavor = "multi_thread")]
async fn registers_are_taken_in_whole_or_not_at_all() {
    for server in Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00").await {
        tokio::task::block_in_place(|| {
            standards(&server);
            mistakes(&server);
            calendar(&server);
            organisations_and_venues(&server);
            filings(&server);
            procedures(&server);
            supervision(&server);
            let auditor = server.staff("auditor1");
            let noted = auditor.open("/trail?action=register.import").text().matches("凭证").count();
            assert_eq!(noted, 7, "one entry an import on {}", server.engine);
            let (whole, said) = server.command(&["verify", "log"]);
            assert!(whole, "{}: {said}", server.engine);
        });
    }
}

/// Writes files into a folder of their own; gives its path.
fn folder(server: &Server, name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = server.data().join(format!("import-{name}"));
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

fn import(server: &Server, kind: &str, file: &std::path::Path, more: &[&str]) -> (bool, String) {
    let file = file.display().to_string();
    server.command(&[&["import", kind, &file], more].concat())
}

const STANDARDS: &str = "\u{FEFF}id,occupation_code,version,name_zh,name_en,levels,valid_from,valid_to,source,confidence
hr-2025,4-07-03-04,2025 generation,企业人力资源管理师国家职业标准,National standard of enterprise human resources officers,4 3 2 1,2025-06-01,,test,D
";
const COMPONENTS: &str = "id,standard_id,level_code,kind,position,name_zh,name_en,delivery,minutes,weight_percent,pass_mark,scoring,examiners,combination,rounding,third_on_difference,valid_from,valid_to,source,confidence
hr-2025-3-theory,hr-2025,3,theory,1,理论知识考试,Theory examination,computer,120,100,60.00,objective,0,single,hundredth_half_up,,2025-06-01,,test,D
";
const FEES: &str = "id,component_id,amount,jurisdiction,document,valid_from,valid_to,source,confidence
hr-2025-3-theory-demo,hr-2025-3-theory,95.50,demo,none,2025-06-01,,test,D
";
const CLAUSES: &str = r#"[{"id":"hr-2025-3-1","standard_id":"hr-2025","level_code":"3","number":"(1)","label_zh":"(1)累计工作10年",
"text_zh":"累计从事本职业工作10年(含)以上。","text_en":"Has worked for 10 years.","predicate":{"work_years_total_at_least":{"years":10}},
"materials":["work_proof"],"valid_from":"2025-06-01","valid_to":null,"source":"test","confidence":"D"}]"#;

fn standards(server: &Server) {
    let files = [
        ("standards.csv", STANDARDS),
        ("components.csv", COMPONENTS),
        ("fees.csv", FEES),
        ("clauses.json", CLAUSES),
    ];
    let set = folder(server, "standards", &files);
    let page = "/standards/4-07-03-04?standard=hr-2025&on=2025-07-01";
    let (done, said) = import(server, "standards", &set, &["--dry-run"]);
    assert!(done && said.contains("4 rows would be added, 0 there already"), "{}: {said}", server.engine);
    assert!(!server.browser().open(page).text().contains("2025 版"), "a dry run writes nothing");
    let (done, said) = import(server, "standards", &set, &[]);
    assert!(done && said.contains("+ standards.csv: hr-2025"), "{}: {said}", server.engine);
    let text = server.browser().open(page).text();
    for words in ["2025 版", "95.50 元", "累计从事本职业工作10年", "满 10 年"] {
        assert!(text.contains(words), "{words} on {}: {text}", server.engine);
    }
    let (done, said) = import(server, "standards", &set, &[]);
    assert!(done && said.contains("0 rows added, 4 there already"), "{}: {said}", server.engine);
    // What the installation began with is there already, to the last row.
    let seed = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/scheme"));
    let (done, said) = import(server, "standards", &seed, &[]);
    assert!(done && said.contains("standards: 0 rows added"), "{}: {said}", server.engine);
}

/// Every mistake is named with file, row, field, what was found, what was expected and the cure.
fn mistakes(server: &Server) {
    let header = STANDARDS.lines().next().unwrap();
    let wrong = format!(
        "{header}\nlr-2030,4-07-03-02,2030,=HYPERLINK(1),x,4 3,2030-13-01,,test,D\n\
         Bad Id,4-07-03-02,2030,名称,x,9,2030-01-01,2029-01-01,,E\n"
    );
    let set = folder(server, "wrong", &[("standards.csv", &wrong)]);
    let (done, said) = import(server, "standards", &set, &[]);
    assert!(!done, "{}: {said}", server.engine);
    for words in [
        "standards.csv, row 2, name_zh: found \"=HYPERLINK(1)\"",
        "a spreadsheet would run it as a formula",
        "standards.csv, row 2, valid_from: found \"2030-13-01\"; expected a day as 2021-04-30; correct the cell",
        "standards.csv, row 3, id: found \"Bad Id\"",
        "standards.csv, row 3, source: found \"\"; expected a text; fill the cell",
        "standards.csv, row 3, confidence: found \"E\"",
        "5 mistakes; nothing was written",
    ] {
        assert!(said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
    let row = |id: &str, from: &str, to: &str| {
        format!("{header}\n{id},4-07-03-04,2026,名称,name,4 3 9,{from},{to},test,D\n")
    };
    for (name, text, words) in [
        ("overlap", row("hr-2026", "2025-06-01", ""), "days on which hr-2025 is not in force"),
        ("before", row("hr-2026", "2018-01-01", "2019-01-02"), "days on which hr-2018 is not in force"),
        ("turned", row("hr-2026", "2031-01-01", "2030-01-01"), "a day after valid_from"),
        ("changed", row("hr-2018", "2019-01-01", ""), "a rule in the register is never changed"),
        ("level", row("hr-2026", "2031-01-01", ""), "row 2, levels: found \"9\""),
        ("header", "id,title\na,b\n".to_owned(), "expected a column occupation_code"),
        ("ragged", format!("{header}\na,b\n"), "as many cells as the first row has"),
    ] {
        let set = folder(server, name, &[("standards.csv", &text)]);
        let (done, said) = import(server, "standards", &set, &[]);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
        assert!(said.contains("nothing was written"), "{}:\n{said}", server.engine);
    }
    let clause =
        CLAUSES.replace("work_years_total_at_least", "shoe_size").replace("hr-2025-3-1", "hr-2025-3-9");
    for (text, words) in [
        (clause.as_str(), "clauses.json, row 1, predicate"),
        ("[{]", "clauses.json, row 1, entry"),
        ("[{}]", "clauses.json, row 1, text_zh: found \"null\"; expected a text"),
    ] {
        let set = folder(server, "clause", &[("clauses.json", text)]);
        let (done, said) = import(server, "standards", &set, &[]);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
    // A right file beside a wrong one: neither is written.
    let beside = STANDARDS.replace("hr-2025", "hr-2033").replace("2025-06-01", "2033-01-01");
    let fees = FEES.replace("hr-2025-3-theory", "nowhere");
    let set = folder(server, "beside", &[("standards.csv", &beside), ("fees.csv", &fees)]);
    let (done, said) = import(server, "standards", &set, &[]);
    assert!(!done && said.contains("fees.csv, row 2, component_id"), "{}:\n{said}", server.engine);
    let text = server.browser().open("/standards/4-07-03-04?on=2033-06-01").text();
    assert!(!text.contains("2033-01-01"), "nothing was written on {}", server.engine);
    let latin = server.data().join("latin.csv");
    fs::write(&latin, [0xFF, 0xFE, 0x41]).unwrap();
    let (done, said) = import(server, "calendar", &latin, &[]);
    assert!(!done && said.contains("not UTF-8"), "{}:\n{said}", server.engine);
}

fn calendar(server: &Server) {
    let year = "date,kind,name,source\n2030-01-01,holiday,元旦,test\n2030-01-05,working_day,调休上班,test\n";
    let file = folder(server, "calendar", &[("2030.csv", year)]).join("2030.csv");
    assert!(server.browser().open("/calendar/2030").text().contains("暂定"));
    let (done, said) = import(server, "calendar", &file, &[]);
    assert!(done && said.contains("calendar: 2 rows added"), "{}: {said}", server.engine);
    assert!(!server.browser().open("/calendar/2030").text().contains("暂定"));
    for (text, words) in [
        ("2030-01-02,working_day,x,test\n2030-01-02,holiday,x,test\n", "a Saturday or Sunday"),
        ("2030-01-02,holiday,x,test\n2030-01-02,holiday,x,test\n", "each day once"),
        ("2030-01-01,holiday,春节,test\n", "a published day is never changed"),
        ("2030-02-30,feast,x,test\n", "expected holiday or working_day"),
    ] {
        let text = format!("date,kind,name,source\n{text}");
        let file = folder(server, "calendar-wrong", &[("x.csv", &text)]).join("x.csv");
        let (done, said) = import(server, "calendar", &file, &[]);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
}

fn filings(server: &Server) {
    let filing = "id,holder,kind,site_code,granted_by,document,granted_on,valid_from,valid_to,confirmed_on,ended_on,\
                  plaque_number,plaque_on,source\n";
    let scope =
        "id,filing_id,occupation_code,trade_zh,trade_en,levels,object_group,valid_from,valid_to,source\n";
    let row = "f-2,/demo,social,S000099000088,人社厅,文号一,2021-01-04,2021-02-01,2024-02-01,2021-02-01,,牌2,2021-02-02,test";
    let line = "s-2,f-2,4-07-03-04,招聘师,Recruiter,4 3,public,2021-02-01,,test";
    let set = |name: &str, rows: &str, lines: &str| {
        let (rows, lines) = (format!("{filing}{rows}\n"), format!("{scope}{lines}\n"));
        folder(server, name, &[("filings.csv", rows.as_str()), ("filing-scopes.csv", lines.as_str())])
    };
    let (done, said) = import(server, "filings", &set("filings", row, line), &[]);
    assert!(done && said.contains("filings: 3 rows added"), "{}: {said}", server.engine);
    let (done, said) = import(server, "filings", &set("filings", row, line), &[]);
    assert!(done && said.contains("filings: 0 rows added, 3 there already"), "{}: {said}", server.engine);
    let shown = server.browser().open("/filings?q=000088").text();
    assert!(shown.contains("S000099000088"), "{}: {shown}", server.engine);
    let shown = server.browser().open("/filings/f-2").text();
    assert!(shown.contains("招聘师") && shown.contains("牌2"), "{}: {shown}", server.engine);
    let others = row.replace("f-2,", "f-3,").replace("000088", "000089");
    for (row, words) in [
        (others.replace(",/demo,", ",/none,"), "an organisation of the register"),
        (others.replace(",social,", ",employer,"), "not for such a body"),
        (others.replace(",S0000", ",Y0000"), "a code that begins with S"),
        (others.replace("000089", "000088"), "what filing f-2 is not"),
        (others.replace("2024-02-01", "2021-02-01"), "a day that is not before 2021-02-02"),
        (others.replace(",2021-02-02,test", ",,test"), "both the number of the plaque and its day"),
        (row.replace("文号一", "文号二"), "what filing f-2 is not"),
    ] {
        let (done, said) = import(server, "filings", &set("filings-wrong", &row, line), &[]);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
    let others = line.replace("s-2,", "s-3,");
    for (line, words) in [
        (others.clone(), "days on which s-2-4 does not cover the same"),
        (others.replace("招聘师", "培训师").replace(",f-2,", ",f-9,"), "a filing of the register"),
        (others.replace("4-07-03-04", "9-99-99-99"), "an occupation in force on 2021-02-01"),
        (others.replace("招聘师", "培训师").replace(",4 3,", ",4 77,"), "levels in force on 2021-02-01"),
        (
            others.replace("招聘师", "培训师").replace("2021-02-01,,", "2021-02-01,2021-02-01,"),
            "a day after valid_from",
        ),
        (others.replace(",public,", ",everybody,"), "own_staff, own_students, industry or public"),
    ] {
        let (done, said) = import(server, "filings", &set("filings-wrong", row, &line), &[]);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
}

fn organisations_and_venues(server: &Server) {
    let header = "id,path,kind,name_zh,name_en,served_by,source\n";
    let right = format!(
        "{header}org-xicheng-site9,/demo/xicheng/site9,exam_site,锡城第九考点,Xicheng Ninth Exam Site,,test\n"
    );
    let file = |name: &str, text: &str| folder(server, name, &[("tree.csv", text)]).join("tree.csv");
    let (done, said) = import(server, "organisations", &file("tree", &right), &[]);
    assert!(done && said.contains("+ tree.csv: /demo/xicheng/site9"), "{}: {said}", server.engine);
    for (row, words) in [
        ("o1,/nowhere/site,exam_site,x,x,,test", "does not lie directly under"),
        ("o2,/demo/xicheng/site9,exam_site,x,x,,test", "org-xicheng-site9 has it with other content"),
        ("o3,/demo/o3,castle,x,x,,test", "expected a kind of body as association"),
        ("o5,/demo/o5,authority,x,x,,test", "authorities stand under authorities"),
        ("o4,/demo/o4,registration_point,x,x,/demo/none,test", "row 2, served_by"),
    ] {
        let (done, said) =
            import(server, "organisations", &file("tree-wrong", &format!("{header}{row}\n")), &[]);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
    let sites = "id,org_path,code,name_zh,name_en,address\nsite-xicheng-9,/demo/xicheng/site9,99,锡城第九考点,Xicheng Ninth Exam Site,锡城市学院路2号\n";
    let rooms = "id,site_id,code,name_zh,name_en,kind,row_count,column_count,blocked\nroom-xicheng-9-01,site-xicheng-9,01,第一考场,Paper room 1,paper,6,5,\n";
    let set = folder(server, "venues", &[("sites.csv", sites), ("rooms.csv", rooms)]);
    let (done, said) = import(server, "venues", &set, &[]);
    assert!(done && said.contains("venues: 2 rows added"), "{}: {said}", server.engine);
    let shown = server.staff("clerk1").open("/sites/99").text();
    assert!(shown.contains("锡城第九考点") && shown.contains("30"), "{}: {shown}", server.engine);
    for (text, words) in [
        (rooms.replace("6,5,", "6,5,99").replace("-01,", "-09,"), "place 99 is not in the room"),
        (rooms.replace("site-xicheng-9", "site-none").replace("-01,", "-09,"), "row 2, site_id"),
        (rooms.replace("第一考场", "另一考场"), "an id, and at its site a code, of its own"),
        (rooms.replace(",6,5,", ",0,5,").replace("-01,", "-09,"), "a whole number from 1 to 100"),
    ] {
        let set = folder(server, "rooms-wrong", &[("rooms.csv", &text)]);
        let (done, said) = import(server, "venues", &set, &[]);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
}

/// A jurisdiction's way of handling a kind of case comes in as a whole, and is never changed.
fn procedures(server: &Server) {
    let header = "id,authority,filing_kind,case_kind,accept_days,assess_days,decide_days,announce_days,assessors,\
                  pass_points,begins_on_trial,valid_years,valid_from,valid_to,source\n";
    let papers = "procedures,position,name_zh,name_en,is_required,may_be_promised\n";
    let points = "procedures,position,name_zh,name_en,most,is_veto\n";
    let row = "p-2,/authority/jiangcheng,social,application,3,10,5,3,2,60,false,2,2030-01-01,,test";
    let paper = "p-2,1,申请表,Application form,true,false";
    let point = "p-2,1,场地,Premises,70,true";
    let set = |name: &str, row: &str, paper: &str, point: &str| {
        let [row, paper, point] =
            [(header, row), (papers, paper), (points, point)].map(|(head, line)| format!("{head}{line}\n"));
        let files = [("procedures.csv", &*row), ("materials.csv", &*paper), ("conditions.csv", &*point)];
        folder(server, name, &files)
    };
    for (row, paper, point, words) in [
        (
            row.replace("jiangcheng", "nowhere"),
            paper.to_owned(),
            point.to_owned(),
            "an organisation of the register",
        ),
        (row.replace(",2,60,", ",0,60,"), paper.to_owned(), point.to_owned(), "where experts assess"),
        (
            row.replace(",60,", ",80,"),
            paper.to_owned(),
            point.to_owned(),
            "at most the points of its conditions (70)",
        ),
        (
            row.replace("2030-01-01,,", "2030-01-01,2030-01-01,"),
            paper.to_owned(),
            point.to_owned(),
            "a day after valid_from",
        ),
        (row.replace(",social,", ",club,"), paper.to_owned(), point.to_owned(), "a kind of filing"),
        (row.to_owned(), paper.replace("p-2", "p-9"), point.to_owned(), "a procedure of procedures.csv"),
        (row.to_owned(), format!("{paper}\n{paper}"), point.to_owned(), "each number once in p-2"),
        (row.to_owned(), paper.to_owned(), point.replace(",70,", ",0,"), "a whole number, 1 or more"),
    ] {
        let (done, said) = import(server, "procedures", &set("procedures-wrong", &row, &paper, &point), &[]);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
    let (done, said) = import(server, "procedures", &set("procedures", row, paper, point), &[]);
    assert!(done && said.contains("procedures: 3 rows added"), "{}: {said}", server.engine);
    let (done, said) = import(server, "procedures", &set("procedures", row, paper, point), &[]);
    assert!(done && said.contains("0 rows added, 3 there already"), "{}: {said}", server.engine);
    for (row, paper, words) in [
        (row.replace("test", "other"), paper.to_owned(), "an id of its own"),
        (row.replace("p-2,", "p-3,"), paper.to_owned(), "days on which p-2 is not in force"),
        (row.to_owned(), paper.replace("申请表", "申请书"), "a row that the register has in p-2"),
    ] {
        let (done, said) = import(server, "procedures", &set("procedures-wrong", &row, &paper, point), &[]);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
    // What the installation began with is there already, to the last row.
    let seed = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/filing"));
    let (done, said) = import(server, "procedures", &seed, &[]);
    assert!(done && said.contains("procedures: 0 rows added"), "{}: {said}", server.engine);
}

fn supervision(server: &Server) {
    let header = "organisation,authority,valid_from,valid_to,source";
    let row = "/demo/nancheng,/authority/jiangcheng,2021-03-01,,test";
    let take = |row: &str| {
        let file = folder(server, "supervision", &[("supervision.csv", &*format!("{header}\n{row}\n"))]);
        import(server, "supervision", &file.join("supervision.csv"), &[])
    };
    for (row, words) in [
        (row.replace("nancheng", "none"), "an organisation of the register"),
        (row.replace("jiangcheng", "none"), "an organisation of the register"),
        (row.replace("/authority/jiangcheng", "/demo/nancheng"), "another body"),
        (row.replace(",,test", ",2021-03-01,test"), "a day after valid_from"),
    ] {
        let (done, said) = take(&row);
        assert!(!done && said.contains(words), "{words} on {}:\n{said}", server.engine);
    }
    let (done, said) = take(row);
    assert!(done && said.contains("supervision: 1 rows added"), "{}: {said}", server.engine);
    let (done, said) = take(row);
    assert!(done && said.contains("0 rows added, 1 there already"), "{}: {said}", server.engine);
    let (done, said) = take(&row.replace("test", "other"));
    assert!(!done && said.contains("what the register says of the two"), "{}: {said}", server.engine);
}
