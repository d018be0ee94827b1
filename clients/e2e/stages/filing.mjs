// A body asks its authority for a second filing: papers, one notice of corrections, experts, two people, an announcement, the plaque.
import { press, refused, see } from "../story.mjs";

const PAPERS = 8;
const PDF = Buffer.from("%PDF-1.4\n%%EOF\n");

/** Tells it as far as the announcement. */
export async function filing(story) {
  const { teller } = story;
  return await teller.step("manager1 opens a case and hands its papers in", () => asked(story))
    && await teller.step("filing1 returns it once, and then finds it complete", () => checked(story))
    && await teller.step("two experts give points that nobody sees before both are sealed", () => assessed(story))
    && await teller.step("filing1 proposes, filing2 decides, and the public may object", () => decided(story))
    && await teller.step("a manager of the neighbourhood finds nothing of it", () => hidden(story));
}

/** Tells its end, after the announcement. */
export function plaque(story) {
  return story.teller.step("the announcement is over: the filing is granted and its plaque handed over", () => granted(story));
}

async function asked(story) {
  const page = await story.staff("manager1");
  await page.click('nav a[href="/filing-cases"]');
  await page.click('a[href="/filing-cases/new"]');
  // Whoever manages one body alone is not asked which.
  story.remember("filing-case-new", page);
  await page.selectOption('select[name="subject"]', "first:special_ability");
  await page.selectOption('select[name="authority"]', "/authority");
  await page.selectOption('select[name="mode"]', "online");
  await page.fill('textarea[name="wish"]', "面向社会人员开展专项职业能力考核");
  await press(page, "main form.form .btn.go");
  story.case = new URL(page.url()).pathname;
  await page.check('input[name="commitment"]');
  const missing = await refused(page, 'form[action$="/submission"] button');
  see(missing.includes(story.lang === "en" ? "Paper 1 is missing" : "缺少第 1 项材料"), true, "what is missing is named");
  await open(story, page);
  await page.selectOption('select[name="occupation"]', "4-03-02-07");
  await page.check('input[name="level"][value="5"]');
  await page.selectOption('select[name="group"]', "public");
  await press(page, 'form[action$="/lines"] button');
  for (let number = 1; number <= PAPERS; number += 1) {
    await page.setInputFiles(`#paper-${number}`, { name: "材料.pdf", mimeType: "application/pdf", buffer: PDF });
    await press(page, `form[action$="/papers/${number}"] button`);
  }
  story.remember("filing-case-draft", page);
  await story.look();
  await handedIn(page);
}

async function open(story, page) {
  const answer = await page.goto(`${story.house.base}${story.case}`);
  see(answer.status(), 200, story.case);
}

async function handedIn(page) {
  await page.check('input[name="commitment"]');
  await press(page, 'form[action$="/submission"] button');
}

async function checked(story) {
  const officer = await story.staff("filing1");
  await officer.click('nav a[href="/filing-cases"]');
  story.remember("filing-cases", officer);
  await officer.click(`a[href="${story.case}"]`);
  await officer.fill('textarea[name="correction"]', "考评员名册未加盖公章");
  story.remember("filing-case-check", officer);
  await story.look();
  await press(officer, 'button[value="return"]');
  const manager = await story.staff("manager1");
  await open(story, manager);
  see((await manager.locator(".why").first().innerText()).includes("考评员名册未加盖公章"), true, "the applicant reads what is to be corrected");
  story.remember("filing-case-returned", manager);
  await story.look();
  await handedIn(manager);
  await open(story, officer);
  see(await officer.locator('button[value="return"]').count(), 0, "corrections are asked for once");
  await press(officer, 'button[value="complete"]');
  for (const expert of ["评估专家甲", "评估专家乙"]) {
    await officer.selectOption('select[name="account"]', { label: expert });
    await press(officer, 'form[action$="/assessors"] button');
  }
}

async function assessed(story) {
  for (const login of ["assessor1", "assessor2"]) {
    const page = await story.staff(login);
    await page.click('nav a[href="/filing-cases"]');
    await page.click(`a[href="${story.case}"]`);
    see(await page.getByText("184").count(), 0, "nobody sees points before all are sealed");
    await page.click('a[href$="/assessment"]');
    for (const field of await page.locator('input[type="number"]').all()) {
      const most = Number(await field.getAttribute("max"));
      await field.fill(String(login === "assessor1" ? most : Math.floor(most * 0.8)));
    }
    await page.fill('input[name="remark-1"]', "制度齐全，台账完整");
    if (login === "assessor1") {
      story.remember("filing-case-assessment", page);
      await story.look();
    }
    await press(page, 'button[value="seal"]');
  }
}

async function decided(story) {
  const officer = await story.staff("filing1");
  await open(story, officer);
  story.remember("filing-case-assessed", officer);
  await story.look();
  await officer.fill('input[name="site_code"]', "Z000099000099");
  await officer.fill('input[name="document"]', "示范人社备〔2021〕21号");
  await press(officer, 'button[value="approve"]');
  see(await officer.locator('form[action$="/decision"]').count(), 0, "whoever proposed does not decide");
  const second = await story.staff("filing2");
  await open(story, second);
  story.remember("filing-case-deciding", second);
  await story.look();
  await press(second, 'form[action$="/decision"] button[value="approve"]');
  const visitor = await story.window();
  await visitor.goto(`${story.house.base}/filings`);
  await visitor.click('a[href="/filings/announced"]');
  see(await visitor.locator("h2", { hasText: story.lang === "en" ? "Demo Province" : "示范省" }).count() > 0, true, "it is announced");
  story.remember("filings-announced", visitor);
  await officer.goto(`${story.house.base}${story.case}`);
  await officer.fill('input[name="received_on"]', "2021-03-16");
  await officer.fill('textarea[name="words"]', "考场消防通道被占用");
  await press(officer, 'form[action$="/objections"] button');
  await officer.fill('textarea[name="answer-1"]', "已现场核查，通道畅通。");
  await press(officer, 'button[value="dismissed"]');
  story.remember("filing-case-announced", officer);
}

async function hidden(story) {
  const page = await story.staff("manager2");
  await page.click('nav a[href="/filing-cases"]');
  see(await page.locator(`a[href="${story.case}"]`).count(), 0, "it is not on the list of a manager below");
  const answer = await page.goto(`${story.house.base}${story.case}`);
  see(answer.status(), 404, "nor does its page exist for them");
  const paper = await page.goto(`${story.house.base}${story.case}/papers/1`);
  see(paper.status(), 404, "nor its papers");
}

async function granted(story) {
  const page = await story.staff("filing1");
  await open(story, page);
  await press(page, 'form[action$="/grant"] button');
  await page.fill('input[name="number"]', "示范专项〔2021〕9号");
  await page.fill('input[name="on"]', "2021-04-12");
  await press(page, 'form[action$="/plaque"] button');
  story.remember("filing-case-granted", page);
  await page.click('dl.pairs a[href^="/filings/"]');
  see((await page.locator("main").innerText()).includes("示范专项〔2021〕9号"), true, "the register shows the plaque");
  story.remember("filing-new", page);
}
