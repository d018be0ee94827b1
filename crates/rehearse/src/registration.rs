//! Stage 2: a registration point brings the roster and the portraits; people apply alone.
use kernel::{Day, Sex};

use crate::{Batch, Browser, FormFill, Member, Office, Page, Result, portrait, variant};

/// Where the roster is handed in.
///
/// # Errors
/// When it cannot be reached.
pub fn roster_page(registrar: &Browser, batch: &Batch) -> Result<Page> {
    let page = registrar.click(&registrar.open(&batch.at(""))?, "/applications")?;
    registrar.click(&page, "/roster")
}

/// Hands the roster in: every row is looked at, nothing is written yet.
///
/// # Errors
/// When the file is refused.
pub fn preview(office: &Office, batch: &Batch) -> Result<Page> {
    let registrar = office.staff("registrar1")?;
    let page = roster_page(&registrar, batch)?;
    let name = format!("roster-{}.xlsx", batch.code);
    let begun = registrar.submit(&page.form("/roster")?.file("file", &name, batch.cast.roster.clone()))?;
    registrar.settled(begun)
}

/// Hands in the roster with a phone and a document that cannot be right, and leaves it at that.
///
/// # Errors
/// When the file is refused as a whole.
pub fn preview_with_mistakes(office: &Office, batch: &Batch) -> Result<Page> {
    let mut cast = batch.cast.clone();
    for (member, (heading, wrong)) in
        cast.members.iter_mut().zip([("手机号码", "1390000"), ("证件号码", "12345")])
    {
        if let Some(cell) = batch.cast.column(heading).and_then(|at| member.cells.get_mut(at)) {
            wrong.clone_into(cell);
        }
    }
    cast.roster = cast.workbook()?;
    preview(office, &Batch { cast, ..batch.clone() })
}

/// Confirms what the preview showed.
///
/// # Errors
/// When it is refused.
pub fn confirm(office: &Office, preview: &Page) -> Result<Page> {
    let registrar = office.staff("registrar1")?;
    let begun = registrar.submit(&preview.form("/confirmation")?)?;
    registrar.settled(begun)
}

/// Columns of the register of passed parts.
const PASSED: [&str; 9] =
    ["姓名", "证件类型", "证件号码", "职业工种名称", "认定等级", "合格科目", "考试日期", "成绩", "成绩依据"];

/// One person of the province hands in who passed which part before, on `day`; another decides it.
///
/// # Errors
/// When it is refused.
pub fn passed_parts(office: &Office, batch: &Batch, passed: &[(&Member, &str)], day: &str) -> Result<Page> {
    let line = |(member, part): &(&Member, &str)| {
        let cell = |heading: &str| {
            let at = batch.cast.column(heading);
            at.and_then(|at| member.cells.get(at)).cloned().unwrap_or_default()
        };
        let mut cells: Vec<String> = PASSED.iter().take(5).map(|heading| cell(heading)).collect();
        cells.extend([part, day, "71.5", "2020年下半年成绩册"].map(ToOwned::to_owned));
        cells
    };
    let heading = PASSED.map(ToOwned::to_owned).to_vec();
    let lines: Vec<Vec<String>> = std::iter::once(heading).chain(passed.iter().map(line)).collect();
    let file = variant::workbook(&lines)?;
    let first = office.staff("province1")?;
    let page = first.click(&first.open(&batch.at("/applications"))?, "/passed-parts")?;
    first.submit(&page.form("/passed-parts")?.file("file", "passed.xlsx", file))?;
    let second = office.staff("province2")?;
    let page = second.open(&batch.at("/passed-parts"))?;
    second.submit(&page.form("/decision")?.tick("decision", "approve"))
}

/// Hands in everybody's portrait at once.
///
/// # Errors
/// When the archive is refused.
pub fn portraits(office: &Office, batch: &Batch) -> Result<Page> {
    let registrar = office.staff("registrar1")?;
    let page = registrar.open(&batch.at("/photos"))?;
    let people = batch.cast.members.iter();
    let archive = portrait::archive(people.map(|one| (one.serial.as_str(), one.name.as_str(), one.sex)))?;
    registrar.submit(&page.form("/photos")?.file("file", "portraits.zip", archive))
}

/// Somebody who applies without a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// Name.
    pub name: String,
    /// ID number.
    pub document: String,
    /// Mobile phone.
    pub phone: String,
    /// City, such as 南城市.
    pub city: String,
    /// Day of the certificate held.
    pub prior_issued_on: String,
    /// Day work began.
    pub work_started_on: String,
}

impl Applicant {
    /// Somebody of the demo: `body` is a document number of the area 99xxxx without its check
    /// character, `at` numbers the phone.
    ///
    /// # Errors
    /// When the document number cannot be completed.
    pub fn generated(name: &str, body: &str, city: &str, at: usize) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            document: variant::with_check_character(body)?,
            phone: format!("1390000{:04}", at + 1),
            city: city.to_owned(),
            prior_issued_on: format!("2014-0{}-1{}", at + 3, at + 2),
            work_started_on: format!("2011-0{}-01", at + 2),
        })
    }
}

/// The applicant's form, found from the public notice and filled but for clause and consents.
///
/// # Errors
/// When it cannot be reached.
pub fn application(browser: &Browser, batch: &Batch, who: &Applicant) -> Result<FormFill> {
    let notice = browser.open(&format!("/notices/{}", batch.code))?;
    let page = browser.click(&notice, &format!("/apply/{}", batch.code))?;
    let began = Day::parse(&who.work_started_on).unwrap_or(batch.calendar.reference);
    let years = began.full_years_until(batch.calendar.reference);
    Ok(page
        .form("/my/applications")?
        .set("prior_level", "四级/中级工")
        .set("prior_certificate", "1510012371448861")
        .set("prior_issued_on", &who.prior_issued_on)
        .set("work_started_on", &who.work_started_on)
        .set("work_years", &years.to_string())
        .set("education", "大学本科")
        .set("major", "工商管理")
        .set("point", &format!("{}报名点", who.city))
        .set("exam_kind", "正考")
        .set("source", "私营企业")
        .set("collection", "自取")
        .set("name", &who.name)
        .set("document", &who.document)
        .set("phone", &who.phone)
        .set("ethnicity", "汉族")
        .set("region", &format!("示范省{}", who.city))
        .set("employer", &format!("{}第一公司", who.city))
        .set("address", &format!("{}解放路1号", who.city)))
}

/// Asks which clauses are met and chooses the first, and agrees to both notices.
///
/// # Errors
/// When no clause is offered.
pub fn with_clause(browser: &Browser, form: FormFill) -> Result<FormFill> {
    let checked = browser.submit(&form.clone().tick("act", "check"))?;
    let clause = checked.attribute("input[name=clause]", "value");
    let clause = clause.ok_or_else(|| checked.fault("no clause is offered"))?;
    let form = form.tick("clause", &clause).tick("privacy_notice", "yes").tick("sensitive_data", "yes");
    Ok(form.tick("act", "submit"))
}

/// The page of one's application.
///
/// # Errors
/// When it is not listed.
pub fn my_application(browser: &Browser) -> Result<Page> {
    let link = browser.open("/my")?.need_link("/my/applications/")?;
    browser.open(&link)
}

/// Somebody applies alone, with a portrait.
///
/// # Errors
/// When the application or the portrait is refused.
pub fn apply_alone(office: &Office, batch: &Batch, who: &Applicant) -> Result<Page> {
    let browser = office.candidate(&who.phone)?;
    let form = with_clause(&browser, application(&browser, batch, who)?)?;
    browser.submit(&form)?;
    let mine = my_application(&browser)?;
    browser.submit(&mine.form("/photo")?.file("photo", "me.jpg", portrait::jpeg(&who.name, Sex::Female)?))
}
