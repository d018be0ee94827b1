// Before the first batch: what everybody may read, and somebody new who gets a duty from two people.
import { press, refused, see } from "../story.mjs";

const REGISTERS = ["/standards", "/standards/4-07-03-04", "/calendar/2021", "/calendar/2030", "/filings", "/filings/announced", "/filings/filing-demo", "/organisations", "/organisations/org-demo", "/organisations/org-nancheng-site", "/sites", "/sites/01"];

/** Tells it. */
export async function house(story) {
  const { teller } = story;
  return await teller.step("standards, calendar, organisations and sites can be read", () => registers(story))
    && teller.step("admin makes an account, two security administrators give it a duty, and the newcomer signs in", () => newcomer(story));
}

async function registers(story) {
  const page = await story.staff("officer1");
  for (const path of REGISTERS) {
    const answer = await page.goto(`${story.house.base}${path}`);
    see(answer.status(), 200, path);
    story.remember(path.slice(1).replace("/", "-"), page);
  }
}

async function newcomer(story) {
  const page = await story.staff("admin");
  await page.click('nav a[href="/accounts"]');
  story.remember("accounts", page);
  await page.click('a[href="/accounts/new"]');
  story.remember("account-new", page);
  await page.fill('input[name="login"]', "officer7");
  await page.fill('input[name="name"]', "考务员七");
  await press(page, "main form .btn.go");
  await story.teller.pictures("account-link", page);
  const link = await page.getAttribute("#link a", "href");
  await page.click('a.btn[href^="/accounts/"]');
  await page.waitForSelector('form[action$="/closure"]');
  story.remember("account-kept", page);
  see(await page.locator('select[name="role"]').count(), 0, "whoever keeps accounts gives no duties");
  const account = page.url();
  const first = await story.staff("security1");
  await first.goto(account);
  await first.selectOption('select[name="role"]', "exam-officer");
  await first.fill('form[action$="grant-proposals"] input[name="reason"]', "新任考务");
  await press(first, 'form[action$="grant-proposals"] .btn.go');
  await first.goto(account);
  see(await first.locator('button[value="approve"]').count(), 0, "whoever proposed a duty cannot decide it");
  const second = await story.staff("security2");
  await second.goto(account);
  story.remember("account-deciding", second);
  await story.look();
  await press(second, 'button[value="approve"]');
  await second.goto(account);
  story.remember("account", second);
  await first.goto(account);
  await first.selectOption('select[name="role"]', "province");
  await first.fill('form[action$="grant-proposals"] input[name="reason"]', "兼任");
  const why = await refused(first, 'form[action$="grant-proposals"] .btn.go');
  see(/管办分离|Managing and running/.test(why), true, "managing and running are kept apart");
  await story.teller.pictures("account-refused", first);
  await first.goto(`${story.house.base}/accounts`);
  await first.click('a[href="/duty-conflicts"]');
  story.remember("duty-conflicts", first);
  const owner = await story.window();
  await owner.goto(`${story.house.base}${new URL(link, story.house.base).pathname}`);
  story.remember("activation", owner);
  await story.look();
  for (const name of ["password", "repeated"]) await owner.fill(`input[name="${name}"]`, "four little boats");
  await press(owner, 'form[action^="/activations/"] button');
  await owner.fill('input[name="login"]', "officer7");
  await owner.fill('input[name="password"]', "four little boats");
  await press(owner, 'form:has(input[name="login"]) button');
  await owner.goto(`${story.house.base}/my-account`);
  story.remember("my-account", owner);
  await story.look();
  await owner.fill('input[name="login"]', "clerk2");
  await owner.fill('form[action$="deputy-proposals"] input[name="until"]', "2021-12-31");
  await owner.fill('form[action$="deputy-proposals"] input[name="reason"]', "外出培训");
  await press(owner, 'form[action$="deputy-proposals"] .btn.go');
  await first.goto(`${story.house.base}/accounts?q=clerk2`);
  await first.click('tbody a[href^="/accounts/"]');
  story.remember("account-deputy", first);
  await story.look();
  await press(first, 'button[value="approve"]');
  const elsewhere = await story.window();
  await elsewhere.goto(`${story.house.base}/sign-in`);
  await elsewhere.fill('input[name="login"]', "officer7");
  await elsewhere.fill('input[name="password"]', "four little boats");
  await press(elsewhere, 'form:has(input[name="login"]) button');
  await owner.goto(`${story.house.base}/my-account`);
  await story.teller.pictures("my-account-twice", owner);
  await press(owner, 'button[name="session"][value="others"]');
  await elsewhere.goto(`${story.house.base}/workbench`);
  see(new URL(elsewhere.url()).pathname, "/sign-in", "a session that was ended elsewhere is over");
}
