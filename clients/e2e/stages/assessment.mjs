// Stage 7: theory on computers by key, theory on paper entered twice, the rest by sealed scores.
import { expected } from "../people.mjs";
import { press, see } from "../story.mjs";

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
}

const THEORY = { pass: "78", fail: "52" };

async function enterTwice(story, numbers) {
  const paper = (await expected()).filter((person) => person.theory_delivery === "paper");
  for (const [round, login] of ["clerk1", "clerk2", "clerk1", "clerk2"].entries()) {
    const page = await story.staff(login);
    await page.goto(`${story.batch}/scores`);
    const part = page.locator('a[href*="/scores/entries/"]').last();
    await part.click();
    if (!(await page.locator('button.go').count())) continue;
    story.remember(`score-entries-${round}`, page);
    await story.look();
    for (const [at, person] of paper.entries()) {
      const field = page.locator(`input[name="score-${numbers.get(person.name)}"]`);
      if (!(await field.count())) continue;
      if (person.absent) await page.check(`input[name="absent-${numbers.get(person.name)}"]`);
      else await field.fill(round === 0 && at === 0 ? "87" : THEORY[person.theory]);
    }
    await press(page, "main button.go");
  }
  const page = await story.staff("clerk1");
  await page.goto(`${story.batch}/scores`);
  see(await page.locator('a[href*="/scores/entries/"]').count(), 0, "parts that still wait for entries");
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
  await page.goto(`${story.batch}/scores/${kind}`);
  const parts = await page.locator("nav.tabs").first().locator("a").evaluateAll((links) => links.map((link) => link.href));
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
