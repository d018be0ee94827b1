// Chromium for pictures and checks: a fresh profile each time, nothing but the pages asked for.
import { readFile } from "node:fs/promises";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const output = fileURLToPath(new URL("output/", import.meta.url));
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** What every window of the story has, unless it says otherwise. */
export const WINDOW = { locale: "zh-CN", timezoneId: "Asia/Shanghai", viewport: { width: 1440, height: 900 } };

/** Starts Chromium (environment variable CHROMIUM, else /usr/bin/chromium) with an empty profile and gives it to `work`; closes and forgets it afterwards, also on failure. */
export async function withChromium(work) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** One window of a fresh browser; `options` go to playwright (`colorScheme`, `locale`, `viewport` …). */
export async function withBrowser(work, options = {}) {
  return withChromium(async (browser) => work(await browser.newContext({ ...WINDOW, ...options })));
}

/** Window widths a page is looked at. */
const WIDTHS = { desktop: 1440, phone: 360 };

/** Takes pictures of a page at each width (heights 900 and 780), into e2e/output/NAME-KEY.png. Fails if the page is wider than the window. */
export async function shot(page, name, widths = WIDTHS, { fullPage = true } = {}) {
  await mkdir(output, { recursive: true });
  for (const [key, width] of Object.entries(widths)) {
    await fits(page, name, { [key]: width });
    await page.waitForTimeout(80);
    await page.screenshot({ path: join(output, `${name}-${key}.png`), fullPage, animations: "disabled" });
  }
}

/** Fails if the page is wider than the window at one of the widths. */
export async function fits(page, name, widths = WIDTHS) {
  for (const width of Object.values(widths)) {
    await page.setViewportSize({ width, height: width < 600 ? 780 : 900 });
    // A page that was just resized may still be laid out anew, on a machine that does four things; what stays too wide is.
    const settled = await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, width, { timeout: 5000 }).catch(() => null);
    if (settled) continue;
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    throw new Error(`${name} is ${wide} px wide in a window of ${width} px: ${await sticksOut(page, width)}`);
  }
}

/** The innermost elements that end to the right of `width`: what makes the page too wide. */
async function sticksOut(page, width) {
  const found = await page.evaluate((limit) => [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > limit + 0.5 && ![...element.children].some((child) => child.getBoundingClientRect().right > limit + 0.5))
    .map((element) => `${element.localName}.${[...element.classList].join(".")} "${element.textContent?.trim().slice(0, 30)}" to ${Math.round(element.getBoundingClientRect().right)}`), width);
  return found.slice(0, 4).join("; ");
}

/** What stands between the margins of an upright A4 sheet: 186 of 210 mm at 96 dots an inch. */
const SHEET = 703;
/** What is for the screen alone. */
const CHROME = ".top, .foot, .rail-box, .tools, .actions, .filter, .pages, .crumbs, .btn";

/** Looks at the page as it stands in the two other forms a page has: in large print on a phone, and on paper. Fails where large print is wider than a phone, paper cuts
 * something off, or the frame of the page is printed. `picture` keeps both. */
export async function otherForms(page, name, { picture = false } = {}) {
  const size = page.viewportSize();
  const was = await page.evaluate(() => document.documentElement.dataset.print);
  const set = (print) => page.evaluate((value) => { if (value) document.documentElement.dataset.print = value; else delete document.documentElement.dataset.print; }, print);
  const keep = (form) => picture && page.screenshot({ path: join(output, `${name}-${form}.png`), fullPage: true, animations: "disabled" });
  await set("large");
  await fits(page, `${name} in large print`, { phone: WIDTHS.phone });
  await keep("large");
  await set(was);
  await page.setViewportSize({ width: SHEET, height: 1000 });
  await page.emulateMedia({ media: "print" });
  const { wide, printed } = await page.evaluate((chrome) => ({
    wide: document.documentElement.scrollWidth,
    printed: [...document.querySelectorAll(chrome)].filter((element) => element.checkVisibility()).map((element) => element.className),
  }), CHROME);
  const out = wide > SHEET ? await sticksOut(page, SHEET) : "";
  await keep("paper");
  await page.emulateMedia({ media: null });
  await page.setViewportSize(size);
  if (wide > SHEET) throw new Error(`${name} is ${wide} px wide on a sheet of ${SHEET} px: ${out}`);
  if (printed.length > 0) throw new Error(`${name} prints what is for the screen alone: ${printed.slice(0, 3).join(", ")}`);
}

const axeSource = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Every page this window opens from here on has axe already, instead of being sent its half megabyte. */
export const bringAxe = async (context) => context.addInitScript({ content: await axeSource });

/** Checks the page with axe (WCAG 2.2 A and AA); returns one line per violation: rule, impact, first element, count. */
export async function axe(page) {
  // Evaluated through the debugger, which the content security policy of the page does not touch.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }));
  return violations.map((each) => `${each.id} (${each.impact}): ${each.nodes[0]?.target.join(" ")} ×${each.nodes.length} ${each.nodes[0]?.any[0]?.message ?? ""}`);
}

/** Elements smaller than 44 × 44 px that a finger should hit: visible buttons and controls outside running text; one line each. */
export async function smallTargets(page) {
  return page.evaluate(() => [...document.querySelectorAll("button, .btn, select, summary, .top a, .steps > li > a, .pages a")]
    .filter((element) => element.checkVisibility())
    .map((element) => ({ box: element.getBoundingClientRect(), said: element.textContent?.trim().slice(0, 20), name: `${element.localName}.${element.className}` }))
    .filter(({ box }) => box.height > 1 && box.height < 43.5).map(({ box, said, name }) => `${name} "${said}" ${Math.round(box.width)} × ${Math.round(box.height)}`));
}
