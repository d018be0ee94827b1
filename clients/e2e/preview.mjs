// Looks at everything: serves the sample pages and the exam client (against the fake server of the tests) under the real content security
// policy, takes pictures into e2e/output, runs axe, and drives the exam through an outage to the receipt. Fails on any finding.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { FakeAttempt } from "../tests/fake_server.mjs";
import { axe, otherForms, shot, smallTargets, withBrowser } from "./browser.mjs";
import { samples } from "./samples.mjs";

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
const options = (...texts) => texts.map((text, i) => ({ letter: "ABCDE"[i], text }));
const ITEMS = [
  { no: 1, kind: "single", stem: "从业人员在职业活动中应当遵守的、带有本职业特点的行为准则，称为", options: options("职业兴趣", "职业资格", "职业道德", "职业技能"), points: "1.85" },
  { no: 2, kind: "single", stem: "某员工三项指标的权重和得分如下：\n指标｜权重｜得分\n产量｜50%｜90\n质量｜30%｜80\n协作｜20%｜95\n其加权绩效得分为", options: options("87", "88", "89", "<b>90</b>"), points: "1.85" },
  { no: 3, kind: "multiple", stem: "某公司上半年人员变动如下：\n期初人数 200｜新进 30｜离职 20｜期末人数 210\n下列计算结果正确的有", options: options("新进率 15%", "离职率 10%", "净增加 10 人", "期末人数增长 5%", "平均人数 205"), points: "1.85" },
  ...Array.from({ length: 45 }, (_, i) => ({ no: i + 4, kind: i < 30 ? "single" : "multiple", stem: `下列关于绩效面谈的说法，正确的是（${i + 4}）`, options: options("只谈缺点", "事先准备资料", "由上级单独决定", "不留记录"), points: "1.85" })),
  ...Array.from({ length: 6 }, (_, i) => ({ no: i + 49, kind: "judgement", stem: "劳动合同期限三个月以上不满一年的，试用期不得超过一个月。", options: [], points: "1.85" })),
];
const TITLE = { occupation: "企业人力资源管理师", level: "三级/高级工", form_minutes: 90, seat: "01-07", name: "王慧敏", admission_number: "2021010017" };
const START = 1_621_645_200_000_000;
const MINUTE = 60_000_000;
const attempts = {
  run: new FakeAttempt({ id: "run", now: START, openAt: START, closeAt: START + 90 * MINUTE, items: ITEMS, title: TITLE }),
  wait: new FakeAttempt({ id: "wait", now: START, openAt: START + 125_000_000, closeAt: START + 92 * MINUTE, items: ITEMS, title: TITLE }),
  short: new FakeAttempt({ id: "short", now: START, openAt: START - 80 * MINUTE, closeAt: START + 4_000_000, items: ITEMS, title: TITLE }),
};
let down = false;
let lang = "zh-CN";

const began = performance.now();
const body = async (request) => {
  let text = "";
  for await (const part of request) text += part;
  return JSON.parse(text || "{}");
};

async function answer(request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  const [, place, id, action] = pathname.split("/");
  response.setHeader("Content-Security-Policy", CSP);
  if (place === "assets") {
    response.setHeader("Content-Type", TYPES[id.split(".").at(-1)]);
    return response.end(await readFile(dist + id));
  }
  const attempt = place === "attempts" ? attempts[id] : undefined;
  if (attempt && action) {
    if (down) return response.destroy();
    attempt.now = START + Math.round((performance.now() - began) * 1000);
    const got = action === "state" ? attempt.state() : action === "start" ? attempt.start() : attempt.post(action, await body(request));
    response.writeHead(got.status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
    return response.end(JSON.stringify(got.body));
  }
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  if (attempt) return response.end(`<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>考试</title><link rel="icon" href="/assets/favicon.svg"><link rel="stylesheet" href="/assets/kaogong.css"><link rel="stylesheet" href="/assets/exam.css"></head><body><main id="exam" data-attempt="${id}" data-csrf="t" data-lang="${lang}"></main><script type="module" src="/assets/exam.js"></script></body></html>`);
  response.statusCode = samples[pathname] ? 200 : 404;
  return response.end(samples[pathname] ?? "");
}

const server = createServer((request, response) => void answer(request, response).catch((error) => response.destroy(error)));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const site = `http://127.0.0.1:${server.address().port}`;
const findings = [];
const note = (where, lines) => findings.push(...lines.map((line) => `${where}: ${line}`));

const watch = (page) => {
  page.on("console", (message) => {
    if (message.type() === "error" && !down) note("console", [`${message.text()} ${message.location().url}`]);
  });
  page.on("pageerror", (error) => note("script", [String(error)]));
};

async function look(context, suffix = "") {
  const page = await context.newPage();
  watch(page);
  for (const path of Object.keys(samples)) {
    await page.goto(site + path);
    await shot(page, path.slice(1) + suffix).catch((error) => note(path, [error.message]));
    await otherForms(page, path.slice(1) + suffix, { picture: true }).catch((error) => note(path, [error.message]));
    note(`${path} ${suffix} phone`, [...await axe(page), ...await smallTargets(page)]);
    await page.setViewportSize({ width: 1440, height: 900 });
    note(`${path} ${suffix}`, await axe(page));
  }
  await page.emulateMedia({ media: "print" });
  await page.goto(`${site}/table`);
  await shot(page, `print${suffix}`, { a4: 700 });
  await page.emulateMedia({ media: null });
  await page.goto(`${site}/batch`);
  await page.setViewportSize({ width: 360, height: 780 });
  await page.waitForTimeout(700);
  const left = await page.evaluate(() => document.querySelector(".rail a[aria-current]").getBoundingClientRect().left);
  assert.ok(left >= 0 && left < 300, `current stage at ${left} px`);
  await page.close();
}

/** The rail finds its place without any script. */
async function railWithoutScript() {
  await withBrowser(async (context) => {
    const page = await context.newPage();
    await page.goto(`${site}/batch`);
    await page.waitForTimeout(900);
    const box = await page.locator(".rail a[aria-current]").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 360, `without script the current stage is at ${box.x} px`);
  }, { javaScriptEnabled: false, viewport: { width: 360, height: 780 } });
}

async function exam(context) {
  const page = await context.newPage();
  watch(page);
  await page.goto(`${site}/attempts/wait`);
  await page.waitForSelector(".exam-big");
  await shot(page, "exam-waiting");
  note("exam waiting", await axe(page));
  await page.goto(`${site}/attempts/run`);
  await page.waitForSelector(".exam-item");
  await page.keyboard.press("3");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("b");
  await page.keyboard.press("f");
  await page.waitForFunction(() => document.querySelector(".exam-save")?.dataset.state === "saved");
  assert.deepEqual(attempts.run.answers, { 1: "C", 2: "B" });
  assert.equal(await page.locator(".exam-stem table th").count(), 3);
  assert.equal(await page.locator(".exam-choices b").count(), 4, "text of an option never becomes markup");
  await shot(page, "exam");
  // The bar of buttons covers whatever scrolls under it; axe looks at what lies free.
  await page.locator(".exam-sheet").scrollIntoViewIfNeeded();
  await page.evaluate(() => scrollTo(0, 400));
  note("exam phone", [...await axe(page), ...await smallTargets(page)]);
  await page.locator(".exam-large").click();
  await shot(page, "exam-large", { phone: 360 });
  note("exam large", await axe(page));
  await page.locator(".exam-large").click();
  await outage(page);
  await twoWindows(context, page);
}

/** The network goes away, answers go on, the page is reloaded after it is back, nothing is lost. */
async function outage(page) {
  down = true;
  await page.keyboard.press("ArrowRight");
  for (const key of ["a", "b", "c"]) await page.keyboard.press(key);
  await page.waitForSelector(".exam-alarm:not([hidden])");
  await shot(page, "exam-offline");
  note("exam offline", await axe(page));
  down = false;
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await page.waitForSelector(".exam-item");
  await page.waitForFunction(() => document.querySelector(".exam-save")?.dataset.state === "saved");
  assert.deepEqual(attempts.run.answers, { 1: "C", 2: "B", 3: "ABC" });
}

/** A second window is told; it takes over; the first one stops; then hand-in and receipt. */
async function twoWindows(context, page) {
  const second = await context.newPage();
  watch(second);
  await second.goto(`${site}/attempts/run`);
  await second.waitForSelector(".exam-note .btn.go");
  await shot(second, "exam-two-windows", { phone: 360 });
  await second.locator(".exam-note .btn.go").click();
  await second.waitForSelector(".exam-item");
  await page.waitForSelector(".exam-note .late");
  await page.close();
  await second.setViewportSize({ width: 1440, height: 900 });
  await second.locator(".exam-hand-in").click();
  await second.waitForSelector("dialog[open]");
  await shot(second, "exam-confirm", undefined, { fullPage: false });
  note("exam confirm", await axe(second));
  await second.locator("dialog .btn.go").click();
  await second.waitForSelector(".exam-code");
  assert.equal(await second.locator(".exam-code").textContent(), attempts.run.receipt);
  await shot(second, "exam-receipt");
  note("exam receipt", await axe(second));
  await second.close();
}

/** The close: the paper is locked and says so. */
async function close(context) {
  attempts.short.closeAt = START + Math.round((performance.now() - began) * 1000) + 3_500_000;
  lang = "en";
  const page = await context.newPage();
  watch(page);
  await page.goto(`${site}/attempts/short`);
  await page.waitForSelector(".exam-item");
  await shot(page, "exam-en", { desktop: 1440 });
  await page.waitForSelector(".exam-note", { timeout: 10_000 });
  await shot(page, "exam-closed", { phone: 360 });
  lang = "zh-CN";
  await page.close();
}

try {
  await withBrowser(look);
  await railWithoutScript();
  await withBrowser((context) => look(context, "-dark"), { colorScheme: "dark" });
  await withBrowser(exam);
  await withBrowser(close);
} finally {
  server.close();
  server.closeAllConnections();
}
console.log(findings.length === 0 ? "nothing found" : [...new Set(findings)].join("\n"));
process.exitCode = findings.length === 0 ? 0 : 1;
