// Stage 8: combined, published by two people, read by the candidate and the public.
import { expected } from "../people.mjs";
import { BATCH, press, rowOf, see, settled } from "../story.mjs";

const OUTCOMES = { "zh-CN": { pass: "合格", fail: "不合格", absent: "缺考" }, en: { pass: "pass", fail: "fail", absent: "absent" } };

/** Tells the stage. */
export async function result(story) {
  const { teller } = story;
  await story.clock("2021-05-26 09:00");
  return await teller.step("province1 combines the parts; every result is that of the table", () => combine(story))
    && await teller.step("province2 approves; the public sees who passed, and no number in full", () => publish(story))
    && teller.step("somebody who failed reads why", () => own(story));
}

async function combine(story) {
  const page = await story.staff("province1");
  await page.goto(`${story.batch}/results`);
  story.remember("results-waiting", page);
  await story.look();
  await press(page, 'form[action$="/results"] button');
  await settled(page);
  await page.goto(`${story.batch}/results?size=100`);
  for (const person of (await expected()).filter((one) => one.admitted)) {
    see((await rowOf(page, person.name).locator(".tag").innerText()).toLowerCase(), OUTCOMES[story.lang][person.result], `the result of ${person.name}`);
  }
  story.remember("results", page);
  see(await page.locator(".chart svg rect").count() >= 10, true, "the spread of scores is drawn");
  await page.locator(".chart + details summary").first().click();
  story.remember("results-chart", page);
  await story.look();
  await page.goto(`${story.batch}/results`);
  await press(page, 'form[action$="/publication"] button');
  see(await page.locator('form[action$="/decision"]').count(), 0, "whoever proposed cannot decide");
}

async function publish(story) {
  const page = await story.staff("province2");
  await page.goto(`${story.batch}/results`);
  story.remember("results-proposed", page);
  await story.look();
  await press(page, 'button[value="approve"]');
  await settled(page);
  story.remember("results-published", page);
  const visitor = await story.window();
  await visitor.goto(`${story.house.base}/notices/${BATCH}/results`);
  const text = await visitor.locator("main").innerText();
  for (const person of await expected()) see(text.includes(person.name), person.result === "pass", `${person.name} on the public list`);
  see(text.includes("999824199607135423"), false, "a document number in full");
  story.remember("result-notice", visitor);
}

async function own(story) {
  const me = await story.candidate("19900000003");
  story.remember("my-done", me);
  await me.click('a[href^="/my/results/"]');
  see(await me.locator(".verdict.no").count(), 1, "not passed");
  story.remember("my-result", me);
}
