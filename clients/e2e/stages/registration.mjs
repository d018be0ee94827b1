// Stage 2: a registration point brings the roster and the portraits; one person applies on the phone.
import { altered, unzip, zip } from "../workbook.mjs";
import { data, portraits } from "../people.mjs";
import { BATCH, press, refused, rowOf, see, settled } from "../story.mjs";

/** Who applies alone. */
export const SELF = { phone: "13800000031", name: "周小满" };

/** How they write their name first. */
const MISSPELT = "周小蛮";

const ROSTER = data("demo/roster-30.xlsx");
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Files with one mistake each: their name, the change, and what the answer must name. */
const MISTAKES = [
  ["header.xlsx", (sheet) => sheet.replace("<t>姓名</t>", "<t>名字</t>"), ["姓名"]],
  ["check-digit.xlsx", (sheet) => sheet.replace("999824199607135423", "999824199607135424"), ["2", "证件号码"]],
  ["duplicate.xlsx", (sheet) => sheet.replace(/(<row r="3">.*?)<c r="F3" t="inlineStr"><is><t>[^<]+/s, '$1<c r="F3" t="inlineStr"><is><t>999824199607135423'), ["3", "证件号码"]],
  ["formula.xlsx", (sheet) => sheet.replace("<t>徐伟文</t>", '<t>=HYPERLINK("http://example.org","徐伟文")</t>'), ["2", "姓名"]],
];

/** Tells the stage. */
export async function registration(story) {
  const { teller } = story;
  await story.clock("2021-04-12 09:00");
  return await teller.step("files with a mistake are answered with row, column and cure, and nothing is kept", () => mistakes(story))
    && await teller.step("a row with a wrong digit is mended on the page and checked again", () => mended(story))
    && await teller.step("the roster of thirty is looked at, confirmed, and changes nothing the second time", () => roster(story))
    && await teller.step("portraits come as a pack; what is not a picture is named", () => photos(story))
    && await teller.step("a roster with another employer shows what it would change", () => changed(story))
    && await teller.step("somebody applies alone on the phone, with a wrong check digit first", () => alone(story))
    && teller.step("the point finds them by their number and corrects the name", () => correct(story));
}

async function upload(page, name, buffer) {
  await page.setInputFiles('form[action$="/roster"] input[type="file"]', { name, mimeType: XLSX, buffer });
}

async function mistakes(story) {
  const page = await story.staff("registrar1");
  for (const [name, change, words] of MISTAKES) {
    await page.goto(`${story.batch}/roster`);
    await upload(page, name, await altered(ROSTER, change));
    await page.click('form[action$="/roster"] button.go');
    await page.waitForURL(/roster\/[^/]+$/);
    await settled(page);
    const row = await page.locator("tr.late").first().innerText();
    for (const word of words) if (!row.includes(word)) throw new Error(`${name}: ${word} is not in ${row}`);
    see(await page.locator('form[action$="/confirmation"]').count(), 0, `${name} cannot be confirmed`);
    story.remember(`roster-${name.split(".")[0]}`, page);
  }
  await page.goto(`${story.batch}/roster`);
  await upload(page, "picture.xlsx", Buffer.from("MZ not a workbook"));
  await refused(page, 'form[action$="/roster"] button.go');
  await page.goto(`${story.batch}/applications`);
  see(await page.locator('table a[href*="/applications/"]').count(), 0, "applications after refused files");
  story.remember("applications-empty", page);
}

async function mended(story) {
  const page = await story.staff("registrar1");
  await page.goto(`${story.batch}/roster`);
  await upload(page, "wrong.xlsx", await altered(ROSTER, (sheet) => sheet.replace("999824199607135423", "999824199607135424")));
  await press(page, 'form[action$="/roster"] button.go');
  await settled(page);
  const [file] = await Promise.all([page.waitForEvent("download"), page.click('a[href$="/annotated"]')]);
  see(file.suggestedFilename(), "roster-annotated.xlsx", "the roster with remarks");
  await page.click('tr.late a[href*="/rows/2"]');
  await page.waitForURL(/rows\/2/);
  see(await page.locator("#document").getAttribute("aria-invalid"), "true", "the field that is wrong");
  story.remember("roster-row", page);
  await story.look();
  await page.fill("#document", "999824199607135423");
  await press(page, 'form[action$="/rows/2"] button.go');
  story.remember("roster-mended", page);
  await story.look();
  await press(page, 'form[action$="/check"] button');
  await settled(page);
  const counts = await page.locator("dl.facts dd").allInnerTexts();
  see(counts.map(Number).join(), "30,0,0,0", "rows after the correction");
  await page.goto(`${story.house.base}/jobs`);
  story.remember("jobs", page);
  await page.click('tbody a[href*="/jobs/"]');
  await page.waitForURL(/jobs\/[^/]+$/);
  story.remember("job", page);
}

async function roster(story) {
  const page = await story.staff("registrar1");
  await page.goto(`${story.batch}/applications`);
  await page.click('a[href$="/roster"]');
  story.remember("roster", page);
  for (const [found, rows] of [[0, 30], [30, 30]]) {
    await page.goto(`${story.batch}/roster`);
    await page.setInputFiles('form[action$="/roster"] input[type="file"]', ROSTER);
    await press(page, 'form[action$="/roster"] button.go');
    await settled(page);
    const counts = await page.locator("dl.facts dd").allInnerTexts();
    see(Number(counts[1]), found, "rows that are known already");
    story.remember(found ? "roster-again" : "roster-preview", page);
    await story.look();
    const confirm = page.locator('form[action$="/confirmation"] button');
    see(await confirm.isDisabled(), found > 0, "nothing to confirm the second time");
    if (!found) {
      await press(page, confirm);
      await settled(page);
    }
    await page.goto(`${story.batch}/applications?size=100`);
    see(await page.locator('table a[href*="/applications/"]').count(), rows, "applications");
  }
  story.remember("applications", page);
  await page.click('table a[href*="/applications/"]');
  await page.waitForURL("**/applications/*");
  story.remember("application", page);
}

async function changed(story) {
  const page = await story.staff("registrar1");
  await page.goto(`${story.batch}/roster`);
  await upload(page, "changed.xlsx", await altered(ROSTER, (sheet) => sheet.replace("<t>云台市第852公司</t>", "<t>云台市第853公司</t>")));
  await press(page, 'form[action$="/roster"] button.go');
  await settled(page);
  const row = await rowOf(page, "徐伟文").innerText();
  for (const word of ["2", "852", "853"]) see(row.includes(word), true, `${word} in the change ${row}`);
  story.remember("roster-changed", page);
  await story.look();
}

async function correct(story) {
  const page = await story.staff("registrar1");
  await page.goto(`${story.batch}/applications`);
  const number = withCheckDigit("99000019900101001");
  await page.fill('form[method="post"] input[name="document"]', number);
  await press(page, 'form[method="post"]:has(input[name="document"]) button');
  see(page.url().includes(number), false, "a number in an address");
  see(await page.locator('tbody a[href*="/applications/"]').count(), 1, "people with this number");
  // The answer to a search is a page of its own: asked for again it would be the whole list.
  await story.teller.pictures("applications-found", page);
  await page.click('tbody a[href*="/applications/"]');
  await page.click('a[href$="/correction"]');
  await page.waitForURL("**/correction");
  story.remember("correction", page);
  await story.look();
  await page.fill('input[name="name"]', SELF.name);
  await refused(page, 'form[action$="/correction"] button.go');
  await page.fill('textarea[name="reason"]', "录入有误，与证件不符");
  await press(page, 'form[action$="/correction"] button.go');
  see((await page.locator("main").innerText()).includes(SELF.name), true, "the right name");
}

async function photos(story) {
  const page = await story.staff("registrar1");
  await page.goto(`${story.batch}/photos`);
  story.remember("photos", page);
  const send = async (name, buffer) => {
    await page.setInputFiles('input[type="file"]', { name, mimeType: "application/zip", buffer });
    await press(page, 'form[action$="/photos"] button.go');
  };
  await send("wrong.zip", zip(new Map([["0001.jpg", Buffer.from("this is not a picture")]])));
  if (!(await page.locator("tr.late").innerText()).includes("0001.jpg")) throw new Error("the file that is not a picture is not named");
  await page.goto(`${story.batch}/photos`);
  await send("portraits.zip", await portraits(page, 30));
  see(await page.locator("tr.late").count(), 0, "portraits refused");
}

async function alone(story) {
  const page = await story.candidate(SELF.phone);
  await page.setViewportSize({ width: 360, height: 780 });
  story.remember("my-empty", page);
  // Looked at now: after the next act it is empty no more.
  await story.look();
  await page.click(`a[href="/apply/${BATCH}"]`);
  await page.selectOption('select[name="prior_level"]', { value: "四级/中级工" });
  const facts = { prior_certificate: "1510012371448861", prior_issued_on: "2014-04-24", work_started_on: "2012-01-01", work_years: "9", major: "工商管理" };
  for (const [name, value] of Object.entries(facts)) await page.fill(`input[name="${name}"]`, value);
  await page.selectOption('select[name="education"]', "大学本科");
  await page.locator("form details:not([open]) > summary").click();
  const person = { name: MISSPELT, phone: SELF.phone, ethnicity: "汉族", region: "示范省南城市", employer: "南城市第一公司", address: "南城市解放路1号" };
  for (const [name, value] of Object.entries(person)) await page.fill(`input[name="${name}"]`, value);
  for (const [name, value] of Object.entries({ point: "南城市报名点", exam_kind: "正考", source: "私营企业", collection: "自取" })) await page.selectOption(`select[name="${name}"]`, value);
  story.remember("apply", page);
  await press(page, 'button[value="check"]');
  await page.check('input[name="clause"] >> nth=0');
  await page.fill('input[name="document"]', "990000199001010018");
  await page.check('input[name="privacy_notice"]');
  await page.check('input[name="sensitive_data"]');
  const complaint = await refused(page, 'button[value="submit"]');
  if (!complaint) throw new Error("a wrong check digit must be said");
  await page.fill('input[name="document"]', withCheckDigit("99000019900101001"));
  await press(page, 'button[value="submit"]');
  await page.goto(`${story.house.base}/my`);
  story.remember("my", page);
  await page.click('a[href^="/my/applications/"]');
  await page.setInputFiles('input[name="photo"]', { name: "me.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture at all") });
  await refused(page, 'form[action$="/photo"] button');
  await page.goto(`${story.house.base}/my`);
  await page.click('a[href^="/my/applications/"]');
  await page.setInputFiles('input[name="photo"]', { name: "me.jpg", mimeType: "image/jpeg", buffer: unzip(await portraits(page, 8)).get("0008.jpg") });
  await press(page, 'form[action$="/photo"] button');
  story.remember("my-application", page);
}

/** Appends the check digit of GB 11643 to seventeen digits, worked out here and not by the product. */
function withCheckDigit(first) {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return first + "10X98765432"[[...first].reduce((sum, digit, at) => sum + Number(digit) * weights[at], 0) % 11];
}
