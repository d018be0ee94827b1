//! A body asks for a filing or a change of it, and an authority handles the case.
use crate::{Browser, Fault, FormFill, Office, Page, Result};

/// A case that a rehearsal goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Who asks: login of its manager, and the id of the body.
    pub manager: &'static str,
    /// Id of the body.
    pub body: &'static str,
    /// What it asks for, as the form's choice says it.
    pub subject: &'static str,
    /// Path of the authority.
    pub authority: &'static str,
    /// How many papers the procedure wants.
    pub papers: usize,
    /// Occupation and levels of the lines; none where the case names none.
    pub scope: Option<(&'static str, &'static [&'static str])>,
    /// Logins of the authority: who handles it, and who decides with them.
    pub officers: [&'static str; 2],
    /// Logins of the experts; none where nobody assesses.
    pub experts: &'static [&'static str],
    /// The code that is given.
    pub site_code: Option<&'static str>,
}

/// How far a case is taken at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Upto {
    /// The body gathers its papers.
    Draft,
    /// It was handed in.
    Submitted,
    /// It is to be corrected.
    Returned,
    /// It is complete, and the experts are appointed.
    Complete,
    /// It is announced.
    Announced,
}

/// Takes a case from its opening to where it shall stand.
///
/// # Errors
/// The first step that is refused.
pub fn file(office: &Office, case: &Case, upto: Upto) -> Result<()> {
    let address = open(office, case)?;
    prepare(office, case, &address)?;
    if upto == Upto::Draft {
        return Ok(());
    }
    submit(office, case, &address)?;
    match upto {
        Upto::Draft | Upto::Submitted => Ok(()),
        Upto::Returned => check(office, case, &address, Some("考评员名册缺少等级")).map(drop),
        Upto::Complete => {
            check(office, case, &address, None)?;
            appoint(office, case, &address)
        }
        Upto::Announced => {
            check(office, case, &address, None)?;
            assess(office, case, &address)?;
            approve(office, case, &address, "演示批复，无文件").map(drop)
        }
    }
}

/// Grants the case of this body that is announced, found on the board.
///
/// # Errors
/// When it is not there, or refused.
pub fn grant_announced(office: &Office, case: &Case, holder: &str, plaque: (&str, &str)) -> Result<()> {
    let officer = office.staff(case.officers[0])?;
    let address = officer.open("/filing-cases")?.row(holder)?.need_link("/filing-cases/")?;
    grant(office, case, &address, plaque).map(drop)
}

/// What a paper is: a PDF that says nothing.
fn paper(number: usize) -> Vec<u8> {
    format!("%PDF-1.4\n% {number}\n%%EOF\n").into_bytes()
}

/// The number of the case on its page's address.
fn at(page: &Page) -> Result<String> {
    let path = page.path.split(['?', '#']).next().unwrap_or_default();
    match path.strip_prefix("/filing-cases/") {
        Some(id) if !id.is_empty() && id != "new" => Ok(path.to_owned()),
        Some(_) | None => Err(page.fault("no case was opened")),
    }
}

/// The body's manager opens the case; its address.
///
/// # Errors
/// When it is refused.
pub fn open(office: &Office, case: &Case) -> Result<String> {
    let manager = office.staff(case.manager)?;
    let page = manager.click(&manager.open("/workbench")?, "/filing-cases")?;
    let mut page = manager.click(&page, "/filing-cases/new")?;
    // Whoever manages one body is not asked which.
    if let Some(link) = page.link(&format!("organisation={}", case.body)) {
        page = manager.open(&link)?;
    }
    let form = page.form("/filing-cases")?.set("subject", case.subject).set("authority", case.authority);
    at(&manager.submit(&form.set("mode", "online").set("wish", "按业务发展需要申请"))?)
}

/// The manager takes it back.
///
/// # Errors
/// When it is refused.
pub fn withdraw(office: &Office, case: &Case, address: &str) -> Result<Page> {
    let manager = office.staff(case.manager)?;
    manager.submit(&manager.open(address)?.form("/withdrawal")?)
}

/// The manager enters the lines, of which one is taken out again, and hands in every paper.
///
/// # Errors
/// When something is refused.
pub fn prepare(office: &Office, case: &Case, address: &str) -> Result<Page> {
    let manager = office.staff(case.manager)?;
    let mut page = manager.open(address)?;
    if let Some((occupation, levels)) = case.scope {
        for trade in ["不要的工种", ""] {
            let mut form = page.form("/lines")?.set("occupation", occupation).set("trade_zh", trade);
            for level in levels.iter().take(if trade.is_empty() { levels.len() } else { 1 }) {
                form = form.tick("level", level);
            }
            page = manager.submit(&form.set("group", "public"))?;
        }
        page = manager.submit(&page.form("/lines/1/removal")?)?;
    }
    for number in 1..=case.papers {
        let form = page.form(&format!("/papers/{number}"))?;
        page = manager.submit(&form.file("paper", "paper.pdf", paper(number)))?;
    }
    Ok(page)
}

/// The manager hands it in.
///
/// # Errors
/// When something is missing.
pub fn submit(office: &Office, case: &Case, address: &str) -> Result<Page> {
    let manager = office.staff(case.manager)?;
    manager.submit(&manager.open(address)?.form("/submission")?.tick("commitment", "yes"))
}

/// The authority finds it complete, or says what is to be corrected.
///
/// # Errors
/// When it is refused.
pub fn check(office: &Office, case: &Case, address: &str, correction: Option<&str>) -> Result<Page> {
    let officer = office.staff(case.officers[0])?;
    let page = officer.click(&officer.open("/workbench")?, "/filing-cases")?;
    let page = officer.click(&page, address)?;
    let form = page.form("/check")?;
    officer.submit(&match correction {
        Some(words) => form.set("correction", words).tick("finding", "return"),
        None => form.tick("finding", "complete"),
    })
}

/// The authority appoints the experts.
///
/// # Errors
/// When there are not enough.
pub fn appoint(office: &Office, case: &Case, address: &str) -> Result<()> {
    let officer = office.staff(case.officers[0])?;
    for _ in case.experts {
        // The first of the list; those who are appointed are not offered again.
        officer.submit(&officer.open(address)?.form("/assessors")?)?;
    }
    Ok(())
}

/// The authority appoints the experts, and each gives points and seals them.
///
/// # Errors
/// When something is refused.
pub fn assess(office: &Office, case: &Case, address: &str) -> Result<()> {
    appoint(office, case, address)?;
    for expert in case.experts {
        let expert = office.staff(expert)?;
        let page = expert.click(&expert.open("/workbench")?, "/filing-cases")?;
        let page = expert.click(&page, address)?;
        let page = expert.click(&page, "/assessment")?;
        let page = expert.submit(&with_points(&page)?.tick("then", "keep"))?;
        expert.submit(&with_points(&page)?.tick("then", "seal"))?;
    }
    Ok(())
}

/// The form of a page with nine tenths of the most for each condition.
fn with_points(page: &Page) -> Result<FormFill> {
    let mut form = page.form("/assessment")?;
    for name in form.names().to_vec().into_iter().filter(|name| name.starts_with("points-")) {
        let most = page.attribute(&format!("input[name={name}]"), "max").unwrap_or_default();
        let most: i64 = most.parse().map_err(|_| page.fault("a condition without a most"))?;
        form = form.set(&name, &(most * 9 / 10).to_string());
    }
    Ok(form)
}

/// One of the authority proposes that it is approved, the other decides so.
///
/// # Errors
/// When it is refused.
pub fn approve(office: &Office, case: &Case, address: &str, document: &str) -> Result<Page> {
    let [first, second] = case.officers;
    let officer = office.staff(first)?;
    let mut form = officer.open(address)?.form("/proposal")?.set("document", document);
    if let Some(code) = case.site_code {
        form = form.set("site_code", code);
    }
    officer.submit(&form.tick("finding", "approve"))?;
    let officer = office.staff(second)?;
    officer.submit(&officer.open(address)?.form("/decision")?.tick("decision", "approve"))
}

/// Somebody objected; the authority writes it down and dismisses it.
///
/// # Errors
/// When it is refused.
pub fn object(office: &Office, case: &Case, address: &str, day: &str) -> Result<Page> {
    let officer = office.staff(case.officers[0])?;
    let form = officer.open(address)?.form("/objections")?;
    let page = officer.submit(&form.set("received_on", day).set("words", "设备清单与现场不符"))?;
    let form = page.form("/answer")?.set("answer-1", "经现场核查，设备与清单一致。");
    officer.submit(&form.tick("finding", "dismissed"))
}

/// After the announcement: it is granted, and the plaque handed over where there is none.
///
/// # Errors
/// When it is refused.
pub fn grant(office: &Office, case: &Case, address: &str, plaque: (&str, &str)) -> Result<Page> {
    let officer = office.staff(case.officers[0])?;
    let page = officer.submit(&officer.open(address)?.form("/grant")?)?;
    officer.submit(&page.form("/plaque")?.set("number", plaque.0).set("on", plaque.1))
}

/// What the public reads while it is announced.
///
/// # Errors
/// When the page cannot be reached.
pub fn announced(visitor: &Browser) -> Result<Page> {
    let page = visitor.click(&visitor.open("/")?, "/filings")?;
    visitor.click(&page, "/filings/announced")
}

/// The body's manager looks at what came of it, from the list of what is over.
///
/// # Errors
/// When it is not there.
pub fn look_back(office: &Office, case: &Case, address: &str) -> Result<Page> {
    let manager = office.staff(case.manager)?;
    let page = manager.click(&manager.open("/filing-cases")?, "shown=over")?;
    let page = manager.click(&page, address)?;
    if page.link("/filings/").is_none() {
        return Err(Fault::at(address, "the case names no filing"));
    }
    Ok(page)
}
