// Stage 7: theory on computers by key, theory on paper entered twice, the rest by sealed scores.
import { expected } from "../people.mjs";
import { sheet } from "../sheet.mjs";
import { press, see, settled } from "../story.mjs";

/** Tells the stage. */
export async function assessment(story) {
  const { teller } = story;
  await story.clock("2021-05-25 09:00");
  const day = {};
  return await teller.step("clerk1 has the computer papers scored", () => byKey(story, day))
    && await teller.step("two clerks enter the paper scores; a slip is noticed and put right", () => enterTwice(story, day.numbers))
    && teller.step("three examiners and a panel of five seal their scores", () => seal(story, day.numbers));
}

async function byKey(story, day) {
  Object.assign(day, await story.rooms());
  const page = await story.staff("clerk1");
  await page.goto(`${story.batch}/scores`);
  story.remember("scores", page);
  await story.look();
  await press(page, 'form[action$="/objective"] button');
  await settled(page);
  see(await page.locator('form[action$="/resumption"]').count(), 0, "the scoring came to its end");
  story.remember("scores-objective", page);
}

/** The sheets of every room of a kind of part. */
async function rooms(story, page, noun) {
  await page.goto(`${story.batch}/scores/${noun}`);
  const sites = await page.locator('main a[href*="?site="]').evaluateAll((links) => links.map((link) => link.href).filter((href) => !href.includes("workbook")));
  const found = [];
  for (const site of sites.length ? sites : [page.url()]) {
    await page.goto(site);
    found.push(...await page.locator('a[href*="/rooms/"]').evaluateAll((links) => links.map((link) => link.href)));
  }
  return found;
}

const THEORY = { pass: "78", fail: "52" };

async function enterTwice(story, numbers) {
  const paper = (await expected()).filter((person) => person.theory_delivery === "paper");
  for (const [round, login] of ["clerk1", "clerk2", "clerk1", "clerk2"].entries()) {
    const page = await story.staff(login);
    if (round === 1) {
      await bring(story, page, paper, numbers);
      continue;
    }
    let slip = round === 0;
    for (const room of await rooms(story, page, "entries")) {
      await page.goto(room);
      if (!(await page.locator("button.go").count())) continue;
      story.remember(`score-entries-${round}`, page);
      await story.look();
      for (const person of paper) {
        const field = page.locator(`input[name="score-${numbers.get(person.name)}"]`);
        if (!(await field.count())) continue;
        if (person.absent) await page.check(`input[name="absent-${numbers.get(person.name)}"]`);
        else await field.fill(slip ? "87" : THEORY[person.theory]);
        if (!person.absent) slip = false;
      }
      await press(page, "main button.go");
    }
  }
  const page = await story.staff("clerk1");
  await page.goto(`${story.batch}/scores/entries/differences`);
  see(await page.locator("tbody tr").count(), 0, "entries that still differ");
}

/** The second clerk brings a workbook; a wrong one first, of which nothing is kept. */
async function bring(story, page, paper, numbers) {
  const rows = paper.filter((person) => !person.absent).map((person) => [numbers.get(person.name), THEORY[person.theory]]);
  for (const [figures, wrong] of [[[["0000", "60"], [rows[0][0], "160"]], true], [rows, false]]) {
    await page.goto(`${story.batch}/scores/entries`);
    story.remember("score-rooms", page);
    await story.look();
    await page.setInputFiles('input[type="file"]', { name: "scores.xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer: sheet([["准考证号", "分数"], ...figures]) });
    await page.click('form[action$="/workbook"] button');
    if (wrong) {
      await page.locator(".error-summary").waitFor();
      see(await page.locator("tbody tr").count(), 2, "wrong rows");
      await story.teller.pictures("score-workbook-wrong", page);
      continue;
    }
    await page.waitForURL(/workbooks/);
    await settled(page);
    story.remember("score-workbook", page);
    await story.look();
    await page.goto(`${story.batch}/scores/entries/differences`);
    see(await page.locator("tbody tr").count(), 1, "entries that differ");
    story.remember("score-differences", page);
    await story.look();
  }
}

async function seal(story, numbers) {
  for (let at = 0; at < 3; at += 1) await sealOne(story, numbers, `examiner${at + 1}`, "practical", (person) => person.practical[at]);
  for (let at = 0; at < 5; at += 1) await sealOne(story, numbers, `panel${at + 1}`, "panel", (person) => person.panel[at]);
  const page = await story.staff("clerk1");
  await page.goto(`${story.batch}/scores`);
  story.remember("scores-done", page);
}

async function sealOne(story, numbers, login, kind, scoreOf) {
  const people = (await expected()).filter((person) => person.admitted);
  const page = await story.staff(login);
  const parts = await rooms(story, page, kind);
  let sealed = 0;
  for (const part of parts) {
    await page.goto(part);
    if (!(await page.locator("main button.go").count())) continue;
    if (login.endsWith("1") && sealed === 0) {
      story.remember(`sheet-${kind}`, page);
      await story.look();
    }
    for (const person of people) {
      const number = numbers.get(person.name);
      const field = page.locator(`input[name="score-${number}"]`);
      if (!(await field.count())) continue;
      const score = scoreOf(person);
      if (score) await field.fill(score);
      else await page.check(`input[name="absent-${number}"]`);
      sealed += 1;
    }
    await press(page, "main button.go");
  }
  see(sealed > 0, true, `${login} sealed scores`);
}
