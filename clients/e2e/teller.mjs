// Keeps count of what was seen, and looks at every page that the story came by.
import { WINDOW, axe, bringAxe, fits, otherForms, shot } from "./browser.mjs";
import { isInManual, pictureForManual } from "./manual.mjs";

/** Words in Chinese that an English page may show: the mark, and what stands in an element marked as Chinese. */
const HAN = /\p{Script=Han}/u;

/** Counts the steps of all tellings. */
export class Teller {
  #count = 0;
  #failed = 0;
  #voices = [];

  /** `looks`: whether pages are looked at, or only the story is told. `pictures`: whether they are photographed too, for people to look at; `manual`: only the pages of docs/manual are looked at, and their pictures are taken. */
  constructor({ looks = true, pictures = false, manual = false } = {}) {
    Object.assign(this, { looks, frame: pictures ? shot : fits, picture: pictures, manual });
  }

  /** The voice of one telling. All tellings come by the same pages, and each page is looked at by one of them, in both languages. */
  of(engine, lang) {
    const voice = new Voice(this, `${engine}, ${lang}`);
    this.#voices.push(voice);
    return voice;
  }

  /** Whether it is for this voice to look at a page of that name. */
  isFor(voice, name) {
    if (this.manual && !isInManual(name)) return false;
    const sum = [...name].reduce((all, letter) => all + letter.codePointAt(0), 0);
    return this.looks && this.#voices[sum % this.#voices.length] === voice;
  }

  /** Whether every page was come by in every telling, for else nobody may have looked at it. */
  compare() {
    const [first, ...others] = this.#voices;
    return others.length === 0 || !this.looks || this.step("all tellings came by the same pages", () => {
      for (const other of others) {
        const missed = [...first.pages, ...other.pages].filter((name) => !first.pages.has(name) || !other.pages.has(name));
        if (missed.length > 0) throw new Error(`only one of ${first.name} and ${other.name} came by ${missed.join(", ")}`);
      }
    });
  }

  /** One thing that was seen to work; an error is a failure, and the story of this stage ends. */
  async step(name, work) {
    const begun = Date.now();
    try {
      await work();
      this.#count += 1;
      console.log(`ok ${this.#count} - ${name} # ${((Date.now() - begun) / 1000).toFixed(1)} s`);
      return true;
    } catch (error) {
      this.#count += 1;
      this.#failed += 1;
      console.log(`not ok ${this.#count} - ${name}`);
      console.log(String(error?.stack ?? error).split("\n").map((line) => `  # ${line}`).join("\n"));
      return false;
    }
  }

  /** Prints the plan and sets the exit code. */
  end() {
    console.log(`1..${this.#count}`);
    console.log(`# pass ${this.#count - this.#failed}`);
    console.log(`# fail ${this.#failed}`);
    process.exitCode = this.#failed > 0 ? 1 : 0;
  }
}

/** Tells one story. */
class Voice {
  #seen = new Map();
  #mirror;
  /** The names of all pages come by, whoever looks at them. */
  pages = new Set();

  constructor(teller, name) {
    Object.assign(this, { teller, name });
  }

  step(name, work) {
    return this.teller.step(`${name} (${this.name})`, work);
  }

  /** Remembers a page for the look: a name, its path, and the window of whoever sees it. */
  remember(name, path, context) {
    this.pages.add(name);
    if (this.teller.isFor(this, name)) this.#seen.set(name, { path, context });
  }

  /** Every page remembered since the last look, in both languages at both widths: axe, no sideways scroll, no Chinese left on an English page; then in large print and on paper. */
  async lookEverywhere(house) {
    for (const [name, { path, context }] of this.#seen) {
      await this.step(`${name} is right in both languages, at 1440 and 360 px, in large print and on paper`, async () => look(this.teller, house, await this.#mirrorOf(context), name, path));
    }
    this.#seen.clear();
  }

  /** A window apart, in which somebody sees what this person would see: their own window goes on as it was. */
  async #mirrorOf(context) {
    if (!this.#mirror) {
      const apart = await context.browser().newContext(WINDOW);
      await bringAxe(apart);
      this.#mirror = await apart.newPage();
    }
    await this.#mirror.context().clearCookies();
    await this.#mirror.context().addCookies(await context.cookies());
    return this.#mirror;
  }

  /** Looks at a page that cannot be opened again, once, as it stands: axe, no sideways scroll. */
  async pictures(name, page) {
    if (this.pages.has(name)) return;
    this.pages.add(name);
    if (!this.teller.isFor(this, name)) return;
    if (this.teller.manual) await pictureForManual(page, name);
    await this.teller.frame(page, name);
    await page.setViewportSize({ width: 1440, height: 900 });
    const wrong = await axe(page);
    if (wrong.length > 0) throw new Error(`${name}: ${wrong.join("; ")}`);
  }
}

async function look({ frame, picture, manual }, house, page, name, path) {
  const wrong = [];
  for (const lang of ["zh-CN", "en"]) {
    const answer = await page.goto(`${house.base}/preferences?lang=${lang}&back=${encodeURIComponent(path)}`);
    if (answer.status() !== 200 || !page.url().endsWith(path)) throw new Error(`${path} answered ${answer.status()} and led to ${page.url()}`);
    if (manual && lang === "zh-CN") await pictureForManual(page, name);
    try {
      await frame(page, `${name}-${lang}`);
    } catch (error) {
      wrong.push(error.message);
    }
    wrong.push(...(await axe(page)));
    // Once is enough: English words are the longer ones.
    if (lang === "en") await otherForms(page, name, { picture }).catch((error) => wrong.push(error.message));
    const missing = await page.evaluate(() => document.body.innerText.match(/\b[a-z]+([-_][a-z]+)+\b(?=\s|$)/g) ?? []);
    wrong.push(...missing.filter((word) => KEY_LIKE.test(word)).map((word) => `in ${lang} a key without a sentence: ${word}`));
    if (lang === "en") wrong.push(...(await chineseIn(page)));
  }
  if (wrong.length > 0) throw new Error(`${name}: ${wrong.join("; ")}`);
}

/** Message keys begin with the name of a crate or a kind of word. */
const KEY_LIKE = /^(error|field|plan|stage|batch|task|window|delivery|role|trail|nav|form|value|registration|roster|application|apply|my|admission|seat|paper|item|sitting|room|hall|assessment|result|outcome|certificate|verify|itembank)[-_]/;

/** Names and quoted legal terms stand in elements marked `lang="zh-CN"`; nothing else on an English page is Chinese. */
async function chineseIn(page) {
  const texts = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!node.parentElement?.closest('[lang="zh-CN"], script, style') && node.textContent?.trim()) found.push(node.textContent.trim());
    }
    return found;
  });
  const left = texts.filter((text) => HAN.test(text));
  return left.length > 0 ? [`the English page shows Chinese: ${left.slice(0, 5).join(" | ")}`] : [];
}
