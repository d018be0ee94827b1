// The people of the story: each has a window of their own, signs in by typing, and clicks.
import { WINDOW } from "./browser.mjs";

export const BATCH = "2021-01";

/** One telling: an installation, a browser, a language. */
export class Story {
  #windows = new Map();

  constructor(house, browser, teller, lang) {
    Object.assign(this, { house, browser, teller, lang });
    this.batch = `${house.base}/batches/${BATCH}`;
  }

  /** A new window, in the language of this telling. */
  async window() {
    const context = await this.browser.newContext(WINDOW);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${this.house.base}/preferences?lang=${this.lang}&back=/verify`);
    return page;
  }

  async #windowOf(who) {
    if (!this.#windows.has(who)) this.#windows.set(who, await this.window());
    return this.#windows.get(who);
  }

  /** The window of a member of staff, signed in, at their workbench. */
  async staff(login) {
    const page = await this.#windowOf(login);
    await page.goto(`${this.house.base}/workbench`);
    if (page.url().endsWith("/sign-in")) await signIn(page, this.house, login);
    return page;
  }

  /** The window of a candidate, signed in by the code sent to the phone, at their own page. */
  async candidate(phone) {
    const page = await this.#windowOf(phone);
    await page.goto(`${this.house.base}/my`);
    if (page.url().endsWith("/sign-in")) await this.#byPhone(page, phone);
    return page;
  }

  /** One window in which candidates follow each other, as on the computer of a library: whoever sat there before is signed out. */
  async next(phone) {
    const page = await this.#windowOf("library");
    const out = 'form[action="/sign-out"] button';
    if (await page.locator(out).count()) await press(page, out);
    await page.goto(`${this.house.base}/sign-in`);
    await this.#byPhone(page, phone);
    return page;
  }

  async #byPhone(page, phone) {
    await page.fill('form[action="/one-time-codes"] input[name="phone"]', phone);
    await press(page, 'form[action="/one-time-codes"] button');
    const outbox = await (await page.request.get(`${this.house.base}/messages`)).text();
    const said = outbox.split(phone)[1] ?? "";
    await page.fill('input[name="code"]', /(?<!\d)\d{6}(?!\d)/.exec(said)[0]);
    await press(page, 'form:has(input[name="code"]) button');
    await page.goto(`${this.house.base}/my`);
  }

  /** Moves the clock, after a look at every page remembered so far: later it would say something else. */
  async clock(to) {
    await this.teller.lookEverywhere(this.house);
    await this.house.clock(to);
  }

  /** Looks at what was remembered now, before the next act changes it. */
  look() {
    return this.teller.lookEverywhere(this.house);
  }

  /** Remembers the page that this person sees now, for the next look. */
  remember(name, page) {
    this.teller.remember(name, page.url().slice(this.house.base.length), page.context());
  }

  /** The rooms of the exam as invigilator1 reads them: their addresses, which has computers to check in at, and who has which admission number. */
  async rooms() {
    const page = await this.staff("invigilator1");
    await page.goto(`${this.batch}/sittings`);
    const rooms = await page.locator('a[href*="/rooms/"]').evaluateAll((links) => links.map((link) => link.href));
    const numbers = new Map();
    let computers;
    for (const room of rooms) {
      await page.goto(room);
      if (await page.locator('form[action$="/check-in"]').count()) computers = room;
      for (const row of await page.locator("tbody tr:has(.person)").all()) {
        numbers.set(await row.locator(".person b").innerText(), await row.locator("small.mono").innerText());
      }
    }
    return { rooms, numbers, computers };
  }
}

/** Signs a member of the demo's staff in, by typing. */
export async function signIn(page, house, login) {
  await page.goto(`${house.base}/sign-in`);
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', `demo-${login}`);
  await press(page, 'form:has(input[name="login"]) button');
}

/** Presses a button that sends a form, answers the question that may come first, and waits for the page; anything but a page that says yes is an error. */
export async function press(page, selector) {
  const { answer, complaint } = await sent(page, selector);
  if (answer >= 400 || complaint) throw new Error(`${selector} at ${page.url()} answered ${answer}: ${complaint ?? (await page.locator("main").innerText()).slice(0, 400)}`);
}

/** Presses a button whose form is refused, and returns what the page says. */
export async function refused(page, selector) {
  const { answer, complaint } = await sent(page, selector);
  if (answer < 400) throw new Error(`${selector} at ${page.url()} should be refused, but answered ${answer}`);
  return complaint ?? page.locator("main").innerText();
}

async function sent(page, selector) {
  const button = typeof selector === "string" ? page.locator(selector).first() : selector.first();
  const asks = await button.evaluate((element) => element.closest("[data-confirm]") !== null);
  const isAnswer = (response) => response.request().isNavigationRequest() && response.frame() === page.mainFrame() && ![302, 303, 307].includes(response.status());
  // Issuing fourteen certificates is the longest that one button takes, on a machine that also builds.
  const timeout = 120_000;
  const [response] = await Promise.all([page.waitForResponse(isAnswer, { timeout }), page.waitForEvent("load", { timeout }), (async () => {
    await button.click({ timeout });
    if (asks) await page.click('dialog[open] button[value="yes"]');
  })()]);
  const answer = response.status();
  const complaint = page.locator(".error-summary, .flash.late[role=alert]").first();
  return { answer, complaint: (await complaint.count()) > 0 ? await complaint.innerText() : undefined };
}

/** Waits until the job at which this page looks has ended; the page draws itself again by then. */
export const settled = (page) => page.waitForFunction(() => document.querySelector("#main") && !document.querySelector("#job-state[hx-trigger]"), undefined, { timeout: 60_000 });

/** The table row in which a name stands. */
export const rowOf = (page, name) => page.locator("tbody tr").filter({ has: page.getByText(name, { exact: true }) }).first();

/** Fails with a sentence when something seen is not what should be seen. */
export function see(is, shouldBe, what) {
  if (is !== shouldBe) throw new Error(`${what}: saw ${JSON.stringify(is)}, not ${JSON.stringify(shouldBe)}`);
}
