// Stage 1: the province draws up a plan, another person publishes it.
import { signIn } from "../teller.mjs";

export const BATCH = "2021-01";

/** Tells the stage; `false` when it could not be told to its end. */
export async function plan(teller, house, context) {
  teller.remember("start", "/");
  teller.remember("sign-in", "/sign-in");
  teller.remember("notices", "/notices");
  const page = await context.newPage();
  const drawn = await teller.step("province1 draws a plan up and proposes it", async () => {
    await signIn(page, house, "province1");
    await page.click('nav a[href="/batches"]');
    await page.click('a[href="/batches/new"]');
    const fields = {
      code: BATCH, title_zh: "2021年上半年统一认定", title_en: "Unified certification, first half of 2021",
      registration_from: "2021-03-16", registration_to: "2021-04-30", review_to: "2021-05-04", payment_to: "2021-05-05",
      tickets_from: "2021-05-08", reference: "2021-04-30", exam: "2021-05-22",
    };
    for (const [name, value] of Object.entries(fields)) await page.fill(`input[name="${name}"]`, value);
    for (const value of ["4-07-03-04:3", "4-07-03-04:2", "4-07-03-02:3"]) await page.check(`input[value="${value}"]`);
    for (const point of ["nancheng", "xicheng", "yuntai"]) await page.check(`input[value="/demo/${point}/point"]`);
    await page.selectOption('select[name="delivery-4-07-03-04"]', "computer");
    await page.selectOption('select[name="delivery-4-07-03-02"]', "paper");
    await page.click('form[action="/batches"] button.go');
    await page.waitForURL(`**/batches/${BATCH}`);
    await page.click('form[action$="/publication"] button.go');
    await page.waitForSelector(".flash.done");
  });
  const published = drawn && await teller.step("province2 approves it and the public reads the notice", async () => {
    await context.clearCookies();
    await signIn(page, house, "province2");
    await page.click(`a[href="/batches/${BATCH}"]`);
    await page.click('button[value="approve"]');
    await page.waitForSelector(".flash.done");
    await context.clearCookies();
    await page.goto(`${house.base}/notices/${BATCH}`);
    await page.getByText("南城市报名点").first().waitFor();
  });
  await page.close();
  teller.remember("notice", `/notices/${BATCH}`);
  teller.remember("workbench", "/workbench", "province1");
  teller.remember("batches", "/batches", "province1");
  teller.remember("batch", `/batches/${BATCH}`, "province1");
  teller.remember("batch-new", "/batches/new", "province1");
  teller.remember("trail", "/trail", "auditor1");
  return published;
}
