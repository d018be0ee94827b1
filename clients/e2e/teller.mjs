// Keeps count of what was seen, and looks at every page that the story came by.
import { axe, shot } from "./browser.mjs";

/** Words in Chinese that an English page may show: the mark, and what stands in an element marked as Chinese. */
const HAN = /\p{Script=Han}/u;

export class Teller {
  #count = 0;
  #failed = 0;
  #seen = new Map();

  /** One thing that was seen to work; an error is a failure, and the story of this stage ends. */
  async step(name, work) {
    this.#count += 1;
    try {
      await work();
      console.log(`ok ${this.#count} - ${name}`);
      return true;
    } catch (error) {
      this.#failed += 1;
      console.log(`not ok ${this.#count} - ${name}`);
      console.log(String(error?.stack ?? error).split("\n").map((line) => `  # ${line}`).join("\n"));
      return false;
    }
  }

  /** Remembers a page for the look at the end: a name, its path, and who sees it (a login, or nothing for the public). */
  remember(name, path, login = "") {
    this.#seen.set(name, { path, login });
  }

  /** Every remembered page in both languages at both widths: pictures, axe, no sideways scroll, no Chinese left on an English page. */
  async lookEverywhere(house, context) {
    let signedIn;
    for (const [name, { path, login }] of this.#seen) {
      await this.step(`${name} is right in both languages, at 1440 and 360 px`, async () => {
        const page = await context.newPage();
        if (login !== signedIn) {
          await context.clearCookies();
          if (login) await signIn(page, house, login);
          signedIn = login;
        }
        for (const lang of ["zh-CN", "en"]) {
          await page.goto(`${house.base}/preferences?lang=${lang}&back=${encodeURIComponent(path)}`);
          await shot(page, `${name}-${lang}`);
          const wrong = await axe(page);
          if (wrong.length > 0) throw new Error(`${name} in ${lang}: ${wrong.join("; ")}`);
          const missing = await page.evaluate(() => document.body.innerText.match(/\b[a-z]+(-[a-z]+)+\b(?=\s|$)/g) ?? []);
          const keys = missing.filter((word) => KEY_LIKE.test(word));
          if (keys.length > 0) throw new Error(`${name} in ${lang} shows keys without a sentence: ${keys.join(", ")}`);
          if (lang === "en") await noChinese(page, name);
        }
        await page.goto(`${house.base}/preferences?lang=zh-CN&back=/`);
        await page.close();
      });
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

/** Message keys begin with the name of a crate or a kind of word. */
const KEY_LIKE = /^(error|field|plan|stage|batch|task|window|delivery|role|trail|nav|form|value|registration|admission|arrangement|paper|sitting|assessment|result|certificate|itembank)-/;

/** Signs a member of the demo's staff in, by typing. */
export async function signIn(page, house, login) {
  await page.goto(`${house.base}/sign-in`);
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', `demo-${login}`);
  await page.click('form:has(input[name="login"]) button');
  await page.waitForURL("**/workbench");
}

/** Names and quoted legal terms stand in elements marked `lang="zh-CN"`; nothing else on an English page is Chinese. */
async function noChinese(page, name) {
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
  if (left.length > 0) throw new Error(`${name} in English shows Chinese: ${left.slice(0, 5).join(" | ")}`);
}
