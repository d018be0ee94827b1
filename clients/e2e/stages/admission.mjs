// Stage 3: each application is decided by its clause, paid, and the list is frozen.
import { expected } from "../people.mjs";
import { press, refused, rowOf, see, settled } from "../story.mjs";
import { SELF } from "./registration.mjs";

const DECISIONS = { admit: ["accept", ""], return: ["return", "请补充学历证书编号或扫描件"], refuse: ["refuse", "工作年限不足"] };

/** Tells the stage. */
export async function admission(story) {
  const { teller } = story;
  await story.clock("2021-04-30 09:00");
  return await teller.step("reviewer1 decides all thirty; the machine proposed each as the table says", () => review(story))
    && await teller.step("one is sent back, resubmits, and withdraws", () => sendBack(story))
    && await teller.step("province1 writes to who has not paid, and they read it", () => remind(story))
    && await teller.step("payments are recorded", () => pay(story))
    && teller.step("province1 freezes the list of 25", () => freeze(story));
}

async function review(story) {
  const page = await story.staff("reviewer1");
  await page.goto(`${story.batch}/admission?state=pending&size=100`);
  story.remember("admission", page);
  await story.look();
  const waiting = new Map((await expected()).map((person) => [person.name, person]));
  for (const name of await tick(page)) waiting.delete(name);
  await page.locator('tbody a[href*="/admission/"]').first().click();
  await turn(page);
  // Each decision opens the next case.
  while (waiting.size > 0) {
    const name = await page.locator(".person b").innerText();
    const person = waiting.get(name);
    if (!person) throw new Error(`${name} waits for review, but is not in the table or was decided before`);
    waiting.delete(name);
    await decide(story, page, person);
  }
}

async function decide(story, page, { name, decision: expectedDecision }) {
  const [decision, reason] = DECISIONS[expectedDecision];
  const proposed = page.locator('button.go[name="decision"]');
  see((await proposed.count()) ? await proposed.getAttribute("value") : "refuse", decision, `what is proposed for ${name}`);
  if (["徐伟文", "段芳芳", "胡宇荣"].includes(name)) {
    story.remember(`review-${decision}`, page);
    await story.look();
  }
  if (reason) return byKey(page, decision, reason);
  await follow(page, () => page.keyboard.press("a"));
}

/** What a key leads to is another page. A page that is not loaded yet does not listen for keys. */
async function follow(page, act) {
  await page.waitForLoadState("load");
  const before = page.url();
  await act();
  await page.waitForURL((url) => url.href !== before);
  const complaint = page.locator(".error-summary, .flash.late");
  if (await complaint.count()) throw new Error(`${page.url()}: ${await complaint.first().innerText()}`);
}

const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("name"));

/** R or F leads to the reason, and Enter sends it; nothing is sent without one. */
async function byKey(page, decision, reason) {
  await page.keyboard.press(decision === "return" ? "r" : "f");
  see(await focused(page), "offered", "R and F lead to the reasons");
  await page.selectOption('select[name="offered"]', "");
  const here = page.url();
  await page.keyboard.press("Enter");
  see(await focused(page), "reason", "without a reason Enter asks for one");
  see(page.url(), here, "and sends nothing");
  await page.keyboard.type(reason);
  await follow(page, () => page.keyboard.press("Enter"));
}

/** Two rows of the queue are ticked by key and accepted together; says whose they are. */
async function tick(page) {
  const names = [];
  // The third and the fourth that can be ticked: the first ones are looked at closely.
  const boxes = page.locator('tbody tr:has(input[name="chosen"])');
  for (const at of [2, 3]) {
    const row = boxes.nth(at);
    names.push(await row.locator("a[lang]").first().innerText());
    while ((await row.getAttribute("aria-selected")) !== "true") await page.keyboard.press("j");
    await page.keyboard.press("x");
  }
  see(await page.locator('input[name="chosen"]:checked').count(), 2, "rows ticked");
  await press(page, '#accept-many button[value="ticked"]');
  return names;
}

/** J turns to the next application, K back again; the question mark says so. */
async function turn(page) {
  const name = () => page.locator(".person b").innerText();
  const first = await name();
  await follow(page, () => page.keyboard.press("j"));
  if ((await name()) === first) throw new Error("J stays");
  await follow(page, () => page.keyboard.press("k"));
  see(await name(), first, "K goes back");
  await page.keyboard.press("?");
  see(await page.locator("dialog[open] dt").count(), 8, "keys explained");
  await page.keyboard.press("Escape");
}

async function sendBack(story) {
  const page = await story.staff("reviewer1");
  await page.goto(`${story.batch}/admission?state=pending&size=100`);
  await rowOf(page, SELF.name).locator('a[data-key="r"]').click();
  await page.fill('textarea[name="reason"]', "请核对工作单位");
  await press(page, 'form[action*="/review"] button[value="return"]');
  const me = await story.candidate(SELF.phone);
  story.remember("my-returned", me);
  await me.click('a[href$="/resubmission"]');
  await me.fill('input[name="employer"]', "南城市第二公司");
  story.remember("resubmission", me);
  await story.look();
  await press(me, 'button[value="submit"]');
  await me.goto(`${story.house.base}/my`);
  await me.click('a[href^="/my/applications/"]');
  await me.click('a[href$="/withdrawal"]');
  await me.waitForURL("**/withdrawal");
  story.remember("withdrawal", me);
  await story.look();
  await press(me, 'form[action$="/withdrawal"] button');
}

/** The province sees what is open in each city, and goes from a number to the list behind it. */
async function eachCity(story) {
  const page = await story.staff("province1");
  story.remember("workbench-delays", page);
  const numbers = page.locator('a[href*="/admission?state=accepted&point="]');
  see(await numbers.count(), 3, "cities with fees to receive");
  const count = Number(await numbers.first().innerText());
  await numbers.first().click();
  await page.waitForURL("**/admission?state=accepted**");
  see(await page.locator('tbody tr:has(a[href*="/admission/"])').count(), count, "applications of that city");
}

/** The province writes to everybody whose fee is due: it looks at the number first, and each reads it on their own page. */
async function remind(story) {
  await story.clock("2021-05-04 09:00");
  const due = (await expected()).filter((person) => person.admitted);
  const text = "请于缴费截止日前到报名点缴费，逾期不能参加考试。";
  const page = await story.staff("province1");
  await page.goto(story.batch);
  await page.click('a[href$="/announcements"]');
  await page.waitForURL("**/announcements");
  story.remember("announcements-none", page);
  await story.look();
  const send = 'form[action$="/announcements"] button.go';
  await page.selectOption('select[name="audience"]', "fee_due");
  await page.fill('textarea[name="text"]', "请缴费");
  see((await refused(page, send)).includes("10"), true, "a text of three letters is too short, and how many it needs is said");
  await page.fill('textarea[name="text"]', text);
  await press(page, send);
  see((await page.locator("dl.pairs").innerText()).includes(String(due.length)), true, "how many it goes to is shown first");
  await press(page, send);
  await settled(page);
  await page.goto(`${story.batch}/announcements`);
  see(await rowOf(page, text).count(), 1, "messages in the list");
  story.remember("announcements", page);
  const me = await story.candidate(due[0].phone);
  see(await me.getByText(text).count(), 1, "messages on the candidate's page");
  story.remember("my-announcement", me);
  await story.look();
}

async function pay(story) {
  await eachCity(story);
  const page = await story.staff("registrar1");
  await page.goto(`${story.batch}/payments?size=100`);
  story.remember("payments", page);
  await story.look();
  const due = await page.locator('input[name="paid"]').count();
  see(due, (await expected()).filter((person) => person.admitted).length, "payments due");
  for (let at = 0; at < due; at += 1) {
    await page.locator('input[name="paid"]').nth(at).check();
    await page.locator('input[name^="receipt-"]').nth(at).fill(`2021-${String(at + 1).padStart(4, "0")}`);
  }
  const link = await page.locator('a[href$="/payment"]').first().getAttribute("href");
  await press(page, 'form[action*="/payments"] button.go');
  await page.goto(`${story.house.base}${link}`);
  story.remember("payment", page);
}

async function freeze(story) {
  const page = await story.staff("province1");
  await page.goto(`${story.batch}/admission/freeze`);
  story.remember("freeze", page);
  await story.look();
  await press(page, 'form[action$="/freeze"] button.go');
  story.remember("frozen", page);
  await page.goto(`${story.batch}/admission?state=all`);
  story.remember("admission-done", page);
  for (const name of ["totals", "funnel", "responsibilities"]) {
    await page.goto(`${story.batch}/${name}`);
    story.remember(name, page);
  }
}
