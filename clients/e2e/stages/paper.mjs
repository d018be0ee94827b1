// Stage 5: items are imported and reviewed by different people; forms are assembled, and locked by two.
import { data } from "../people.mjs";
import { press, see } from "../story.mjs";
import { isPdf } from "./arrangement.mjs";

const BANKS = [["hr-3", "4-07-03-04", "3"], ["hr-2", "4-07-03-04", "2"], ["lr-3", "4-07-03-02", "3"]];

/** Tells the stage. */
export async function paper(story) {
  const { teller } = story;
  await story.clock("2021-05-14 09:00");
  return await teller.step("writer1 brings blueprints and items of three banks", () => bring(story))
    && await teller.step("itemreviewer1 reviews them", () => review(story))
    && teller.step("custodian1 assembles A, B and reserve for three papers; custodian2 locks each", () => lock(story));
}

async function bring(story) {
  const page = await story.staff("writer1");
  await page.goto(`${story.house.base}/items`);
  story.remember("items-empty", page);
  await page.goto(`${story.house.base}/items/imports`);
  story.remember("item-imports", page);
  await story.look();
  for (const [bank, occupation, level] of BANKS) {
    for (const kind of ["blueprint", "items"]) {
      await page.goto(`${story.house.base}/items/imports`);
      await page.selectOption('select[name="occupation"]', occupation);
      await page.selectOption('select[name="level"]', level);
      await page.setInputFiles('input[type="file"]', data(`items/${kind}-${bank}.xlsx`));
      await press(page, 'form[action="/items/imports"] button.go');
      if (bank === "lr-3") {
        story.remember(`item-import-${kind}`, page);
        await story.look();
      }
      await press(page, 'form[action$="/confirmation"] button.go');
    }
  }
}

async function review(story) {
  const page = await story.staff("itemreviewer1");
  await page.goto(`${story.house.base}/items?status=draft`);
  story.remember("items", page);
  await page.click("tbody a");
  story.remember("item", page);
  await story.look();
  await press(page, 'form[action$="/review"] button[value="accept"]');
  await page.goto(`${story.house.base}/items/imports`);
  const imports = await page.locator('tbody a[href*="/items/imports/"]').evaluateAll((links) => links.map((link) => link.href));
  for (const address of imports) {
    await page.goto(address);
    if (await page.locator('form[action$="/review"]').count()) await press(page, 'form[action$="/review"] button');
  }
}

async function lock(story) {
  const first = await story.staff("custodian1");
  for (let at = 0; at < BANKS.length; at += 1) {
    await first.goto(`${story.batch}/papers`);
    if (at === 0) {
      story.remember("papers-empty", first);
      await story.look();
    }
    await press(first, first.locator('form[action$="/papers/forms"] button').nth(at));
  }
  for (let at = 0; at < 9; at += 1) {
    await first.goto(`${story.batch}/papers`);
    await press(first, 'form[action$="/lock"] button');
    see(await first.locator('form[action$="/lock/approval"]').count(), 0, "whoever proposed a lock cannot decide it");
    const second = await story.staff("custodian2");
    await second.goto(`${story.batch}/papers`);
    if (at === 4) {
      story.remember("papers-locking", second);
      await story.look();
    }
    await press(second, 'form[action$="/lock/approval"] button[value="approve"]');
  }
  await first.goto(`${story.batch}/papers`);
  story.remember("papers", first);
  for (const part of ["paper.pdf", "answer-sheet.pdf"]) {
    see(await isPdf(first, await first.locator(`a[href$="${part}"]`).first().getAttribute("href"), story), true, `${part} is a PDF`);
  }
  await first.locator('a[href*="/papers/forms/"]').first().click();
  await first.waitForURL("**/papers/forms/*");
  story.remember("paper-form", first);
}
