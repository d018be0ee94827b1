//! What the offices do at their desks, thousands of times.
use std::collections::HashMap;

use kernel::Sex;

use super::Scene;
use crate::{
    Fault, FormFill, Member, Page, Result, admission, calendar::months_later, paper, portrait, registration,
};

/// Portraits in one archive.
const PORTRAITS_AT_ONCE: usize = 200;
/// Different faces among all.
const FACES: usize = 200;
/// Papers of the batch: one for each occupation and level; and forms of a paper.
const PAPERS: usize = 7;

/// Portraits come in archives; a few hundred faces are shared by all.
pub(super) fn portraits(scene: &mut Scene<'_>) -> Result<()> {
    let registrar = scene.office.staff("registrar1")?;
    let drawn = |sex| -> Result<Vec<Vec<u8>>> {
        (0..FACES).map(|face| portrait::jpeg(&format!("face {face}"), sex)).collect()
    };
    let (men, women) = (drawn(Sex::Male)?, drawn(Sex::Female)?);
    for chunk in scene.batch.cast.members.chunks(PORTRAITS_AT_ONCE) {
        let face = |(at, member): (usize, &Member)| -> &[u8] {
            let faces = if member.sex == Sex::Male { &men } else { &women };
            faces.get(at % FACES).map(Vec::as_slice).unwrap_or_default()
        };
        let files: Vec<(&str, &[u8])> =
            chunk.iter().enumerate().map(|one| (one.1.serial.as_str(), face(one))).collect();
        let page = registrar.open(&scene.batch.at("/photos"))?;
        let form = page.form("/photos")?.file("file", "portraits.zip", portrait::archive_of(&files)?);
        registrar.settled(registrar.submit(&form)?)?;
    }
    Ok(())
}

/// Those who take the examination again have passed one part half a year ago: every other the theory, the
/// rest what they do with their hands. One of the province hands the register in, another decides it.
pub(super) fn passed_parts(scene: &mut Scene<'_>) -> Result<()> {
    let retakes = scene.batch.cast.column("考试类型");
    let is_retake =
        |member: &&Member| retakes.and_then(|at| member.cells.get(at)).is_some_and(|kind| kind == "补考");
    let again = scene.batch.cast.members.iter().filter(is_retake);
    let passed: Vec<(&Member, &str)> = again.zip(["理论知识", "操作技能"].into_iter().cycle()).collect();
    if passed.is_empty() {
        return Ok(());
    }
    let day = months_later(scene.batch.calendar.exam, -6).to_string();
    registration::passed_parts(scene.office, scene.batch, &passed, &day).map(drop)
}

/// Everybody whom the machine proposes to accept is accepted by one order; the others are decided one by
/// one as it proposes, and that is held against the table of expectations.
pub(super) fn review(scene: &mut Scene<'_>) -> Result<()> {
    let reviewer = scene.office.staff("reviewer1")?;
    admission::accept_all(&reviewer, scene.batch, "")?;
    let expected = scene.crowd.decisions();
    let mut seen: HashMap<String, String> = HashMap::new();
    loop {
        let queue = admission::queue(&reviewer, scene.batch)?;
        // The tables of the page count as well; a row of the queue leads to its application.
        let mut rows = queue.rows();
        rows.retain(|row| row.link(&scene.batch.at("/admission/")).is_some());
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let serial = row.all("td.num").into_iter().next().unwrap_or_default();
            let (proposed, form) =
                one_by_one(&reviewer.open(&row.need_link(&scene.batch.at("/admission/"))?)?)?;
            let answer = reviewer.send_only(&form)?;
            if !(200..400).contains(&answer.status) {
                return Err(answer.fault(&answer.text()));
            }
            if seen.insert(serial.clone(), proposed).is_some() {
                return Err(queue.fault(&format!("number {serial} waits again")));
            }
        }
    }
    // Who did not wait any more was accepted.
    let mut wrong: Vec<String> = Vec::new();
    for (serial, decision) in &expected {
        let proposed = seen.get(*serial).map_or("admit", String::as_str);
        if proposed != *decision {
            wrong.push(format!("number {serial}: {proposed} is proposed, {decision} expected"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    wrong.sort();
    Err(Fault::at("review", &format!("{} of {} differ; {}", wrong.len(), expected.len(), wrong.join("; "))))
}

/// An application that is not simply accepted: the machine's proposal, and the form that follows it.
fn one_by_one(page: &Page) -> Result<(String, FormFill)> {
    // The button that refuses is never the one that stands out.
    let proposed = admission::proposed(page).unwrap_or_else(|| "refuse".to_owned());
    let reason = match proposed.as_str() {
        "return" => "请补充学历证书编号或扫描件",
        "refuse" => "工作年限不足",
        _ => "",
    };
    let form = page.form("/review")?.set("reason", reason).tick("decision", &proposed);
    Ok((proposed, form))
}

/// The fees of those who pay, page by page; who does not stays where they are.
pub(super) fn pay(scene: &mut Scene<'_>) -> Result<()> {
    let registrar = scene.office.staff("registrar1")?;
    let mut number = 0_usize;
    let mut at = scene.batch.at("/payments");
    loop {
        let page = registrar.open(&at)?;
        let next =
            page.attribute("a[rel=next]", "href").map(|query| scene.batch.at(&format!("/payments{query}")));
        let Ok(mut form) = page.form("/payments") else { return Ok(()) };
        let due: Vec<String> = form
            .names()
            .iter()
            .filter_map(|name| name.strip_prefix("receipt-").map(ToOwned::to_owned))
            .collect();
        let paying: Vec<&String> = due.iter().filter(|id| scene.crowd.pays(id)).collect();
        if !paying.is_empty() {
            for id in paying {
                number += 1;
                let receipt = format!("{}-{number:05}", scene.batch.code);
                form = form.tick("paid", id).set(&format!("receipt-{id}"), &receipt);
            }
            registrar.submit(&form)?;
        }
        let Some(next) = next else { return Ok(()) };
        at = next;
    }
}

/// The list is frozen; who has not paid is left out, with the reason.
pub(super) fn freeze(scene: &mut Scene<'_>) -> Result<()> {
    let province = scene.office.staff("province1")?;
    let page = province.open(&scene.batch.at("/admission/freeze"))?;
    let form = page.form("/admission/freeze")?.set_if_asked("leave_out_reason", "未在规定时间内缴费");
    province.submit(&form).map(drop)
}

/// All forms of all papers.
pub(super) fn assemble(scene: &mut Scene<'_>) -> Result<()> {
    (0..PAPERS).try_for_each(|at| paper::assemble(scene.office, scene.batch, at).map(drop))
}

/// All forms are locked by two.
pub(super) fn lock(scene: &mut Scene<'_>) -> Result<()> {
    (0..PAPERS * paper::FORMS).try_for_each(|_| {
        paper::propose_lock(scene.office, scene.batch)?;
        paper::approve_lock(scene.office, scene.batch).map(drop)
    })
}

/// Some holders sign in by their phone and download their certificate.
pub(super) fn fetch(scene: &mut Scene<'_>) -> Result<()> {
    for member in scene.batch.cast.admitted().take(scene.options.holders * 4) {
        if scene.told.files.len() >= scene.options.holders {
            break;
        }
        let browser = scene.office.candidate(&member.phone)?;
        let mine = browser.open("/my")?;
        let Some(application) = mine.link("/my/applications/") else { continue };
        let page = browser.open(&application)?;
        let Some(link) = page.link("/my/certificates/") else { continue };
        let id = application.rsplit('/').next().unwrap_or_default().to_owned();
        let file = browser.open(&format!("/my/certificates/{id}/certificate.pdf"))?;
        if file.bytes.is_empty() {
            return Err(Fault::at(&link, "the certificate is an empty file"));
        }
        scene.told.files.push((id, file.bytes));
    }
    if scene.told.files.is_empty() {
        return Err(Fault::at("/my", "nobody who was asked holds a certificate"));
    }
    Ok(())
}
