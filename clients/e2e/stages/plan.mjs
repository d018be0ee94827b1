// Stage 1: the province draws up a plan, another person publishes it.
import { BATCH, press, refused, see } from "../story.mjs";

const FIELDS = {
  code: BATCH, title_zh: "2021年上半年统一认定", title_en: "Unified certification, first half of 2021",
  registration_from: "2021-03-16", registration_to: "2021-04-30", review_to: "2021-05-04", payment_to: "2021-05-05",
  tickets_from: "2021-05-08", reference: "2021-04-30", exam: "2021-05-22",
};

/** Tells the stage; `false` when it could not be told to its end. */
export async function plan(story) {
  const { teller, house } = story;
  const visitor = await story.window();
  for (const [name, path] of [["start", "/"], ["sign-in", "/sign-in"], ["notices", "/notices"]]) teller.remember(name, path, visitor.context());
  const drawn = await teller.step("province1 draws a plan up; a date too near the exam is refused; it is proposed", () => draw(story));
  return drawn && teller.step("province2 approves it and the public reads the notice", async () => {
    const page = await story.staff("province2");
    await page.click(`a[href="/batches/${BATCH}"]`);
    await press(page, 'button[value="approve"]');
    await visitor.goto(`${house.base}/notices/${BATCH}`);
    await visitor.getByText(story.lang === "en" ? "Nancheng" : "南城市报名点").first().waitFor();
    see(await visitor.locator(`a[href="/apply/${BATCH}"]`).count(), 1, "ways to apply for the public");
    story.remember("notice", visitor);
    story.remember("batch", page);
    const auditor = await story.staff("auditor1");
    await auditor.goto(`${house.base}/notices/${BATCH}`);
    see(await auditor.locator(`a[href="/apply/${BATCH}"]`).count(), 0, "ways to apply for somebody who works here");
    teller.remember("workbench", "/workbench", page.context());
    teller.remember("batches", "/batches", page.context());
    teller.remember("batch-new", "/batches/new", page.context());
    teller.remember("trail", "/trail", auditor.context());
  });
}

async function draw(story) {
  const page = await story.staff("province1");
  await page.click('nav a[href="/batches"]');
  await page.click('a[href="/batches/new"]');
  for (const [name, value] of Object.entries(FIELDS)) await page.fill(`input[name="${name}"]`, value);
  for (const value of ["4-07-03-04:3", "4-07-03-04:2", "4-07-03-02:3"]) await page.check(`input[value="${value}"]`);
  for (const point of ["nancheng", "xicheng", "yuntai"]) await page.check(`input[value="/demo/${point}/point"]`);
  await page.selectOption('select[name="delivery-4-07-03-04"]', "computer");
  await page.selectOption('select[name="delivery-4-07-03-02"]', "paper");
  await page.fill('input[name="registration_to"]', "2021-05-19");
  const complaint = await refused(page, 'form[action="/batches"] button.go');
  if (!/7/.test(complaint)) throw new Error(`the refusal should say how many working days are needed: ${complaint}`);
  await page.fill('input[name="registration_to"]', FIELDS.registration_to);
  await press(page, 'form[action="/batches"] button.go');
  await page.waitForURL(`**/batches/${BATCH}`);
  await press(page, 'form[action$="/publication"] button.go');
  await page.waitForSelector(".flash.done");
}
