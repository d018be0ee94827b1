// Stage 6: the day of the exam. Check-in, answers in the exam client, one change of machine, two tabs, a save after the end; attendance on paper.
import { expected, fold, rightAnswers } from "../people.mjs";
import { press, refused, rowOf, see } from "../story.mjs";

/** Tells the stage. */
export async function sitting(story) {
  const { teller } = story;
  await story.clock("2021-05-22 08:40");
  const day = { codes: new Map(), people: await expected() };
  return await teller.step("a machine of the hall is tested before the day", () => selfTest(story))
    && await teller.step("invigilator1 checks everybody in who came", () => checkIn(story, day))
    && await teller.step("everybody sits at a computer; a wrong code is refused", () => enter(story, day))
    && await teller.step("everybody answers and hands in; one changes the machine and loses nothing", () => answer(story, day))
    && await teller.step("a violation is written down and extra time is refused after the end; the record is printed", () => record(story, day))
    && teller.step("attendance of every room is recorded and closed", () => close(story, day));
}

async function selfTest(story) {
  const page = await story.window();
  await page.goto(`${story.house.base}/hall`);
  await page.click('a[href="/hall/self-test"]');
  await page.waitForSelector("#self-test[data-verdict]");
  const verdict = await page.locator("#self-test").getAttribute("data-verdict");
  if (verdict === "bad") throw new Error(await page.locator("#self-test").innerText());
  await story.teller.pictures("self-test", page);
  await page.context().close();
}

/** In three taps from the seat map: seat, kind, done. And the officer of the site looks in. */
async function atTheSeat(story, day, person) {
  const page = await story.staff("invigilator1");
  await page.goto(day.computers);
  await story.teller.pictures("room-live", page);
  await page.locator("#seat-map .seat a").filter({ hasText: person.name }).click();
  await story.teller.pictures("seat-live", page);
  await press(page, 'form[action$="/incidents"] button[value="machine"]');
  await page.locator("#seat-map .seat a").filter({ hasText: person.name }).click();
  await page.fill('form[action$="/extra-time"] input[name="minutes"]', "5");
  await press(page, 'form[action$="/extra-time"] button');
}

async function record(story, day) {
  const page = await story.staff("invigilator1");
  await page.goto(day.computers);
  await page.locator("#seat-map .seat.is-handed-in a").first().click();
  await page.check('form[action$="/violations"] input[value="breach"]');
  await page.fill('form[action$="/violations"] textarea', "交卷后在考场内喧哗，经提醒后停止。");
  await press(page, 'form[action$="/violations"] button');
  story.remember("room-record", page);
  await story.teller.pictures("room-record", page);
  const pdf = await page.request.get(`${day.computers}/record.pdf`);
  see(pdf.headers()["content-type"], "application/pdf", "the printed record");
}

async function checkIn(story, day) {
  Object.assign(day, await story.rooms());
  const page = await story.staff("invigilator1");
  await page.goto(`${story.batch}/sittings`);
  story.remember("sittings", page);
  await page.goto(day.computers);
  story.remember("room", page);
  await story.look();
  for (const person of day.people.filter((one) => one.computer && !one.absent)) {
    await page.goto(day.computers);
    await press(page, rowOf(page, person.name).locator('form[action$="/check-in"] button'));
    day.codes.set(person.name, await page.locator(".code").innerText());
  }
  const absent = day.people.find((one) => one.computer && one.absent);
  for (const act of ["/absence", "/absence/withdrawal", "/absence"]) {
    await page.goto(day.computers);
    await press(page, rowOf(page, absent.name).locator(`form[action$="${act}"] button`));
  }
}

async function enter(story, day) {
  day.desks = new Map();
  const people = day.people.filter((one) => one.computer && !one.absent);
  for (const person of people) {
    const page = await story.window();
    await page.goto(`${story.house.base}/hall`);
    if (person === people[0]) {
      story.remember("hall", page);
      await page.fill('input[name="admission_number"]', day.numbers.get(person.name));
      await page.fill('input[name="code"]', "ZZZZZZ");
      await refused(page, 'form[action="/hall"] button');
    }
    await page.fill('input[name="admission_number"]', day.numbers.get(person.name));
    await page.fill('input[name="code"]', day.codes.get(person.name));
    await press(page, 'form[action="/hall"] button');
    day.desks.set(person.name, page);
  }
  const [first] = day.desks.values();
  await first.waitForSelector(".exam-note");
  await story.teller.pictures("exam-wait", first);
  await story.clock("2021-05-22 09:00");
}

async function answer(story, day) {
  day.known = await rightAnswers();
  const waiting = day.people.filter((one) => one.computer && !one.absent);
  // The first clicks, changes the machine and is looked at; the others work side by side, the next three by keyboard.
  await sit(story, day, waiting.shift(), BY_HAND);
  const typists = new Set(waiting.slice(0, 3));
  const desk = async () => {
    for (let person = waiting.shift(); person; person = waiting.shift()) await sit(story, day, person, typists.has(person) ? BY_HAND : 0);
  };
  await Promise.all([desk(), desk(), desk()]);
  const page = await story.staff("invigilator1");
  await page.goto(day.computers);
  story.remember("room-done", page);
}

/** Items that are answered one by one: past the twentieth, where the machine is changed. */
const BY_HAND = 24;

/** One candidate's exam: all right, or the first third right and the rest left open; `byHand` items one by one, the others by what the keyboard would send, in one turn to the browser. */
async function sit(story, day, person, byHand) {
  let page = day.desks.get(person.name);
  await page.reload();
  await page.waitForSelector(".exam-item");
  const total = await page.locator(".exam-sheet .exam-cell").count();
  const knows = person.theory === "pass" ? total : Math.floor(total / 3);
  const isFirst = person === day.people[0];
  if (isFirst) await twoTabs(story, page);
  for (let at = 0; at < Math.min(byHand, knows); at += 1) {
    if (isFirst && at === 20) page = await changeMachine(story, day, person, page, at);
    const stem = await page.evaluate(() => document.querySelector(".exam-item .pad").firstElementChild.textContent);
    const letters = day.known.get(fold(stem));
    if (!letters) throw new Error(`${person.name}: item ${at + 1} is not one of the bank: ${stem}`);
    await (isFirst ? byMouse : byKeys)(page, letters, at + 1 < total);
    if (isFirst && at === 7) await story.teller.pictures("exam-working", page);
    if (isFirst && at === 11) page = await killBrowser(story, page, at + 1);
  }
  await atOnce(page, day.known, knows - byHand);
  await page.locator(".exam-save[data-state=saved]").waitFor();
  see(await page.locator(".exam-sheet .exam-cell.is-answered").count(), knows, `${person.name}: items answered`);
  await page.locator(".exam-hand-in").click();
  if (isFirst || person.theory === "fail") await story.teller.pictures(isFirst ? "exam-hand-in" : "exam-hand-in-missing", page);
  await page.click("dialog.exam-confirm .btn.go");
  await page.waitForSelector(".exam-note .exam-code");
  if (isFirst) {
    await story.teller.pictures("exam-receipt", page);
    await afterTheEnd(page);
  }
  await page.context().close();
}

async function byMouse(page, letters, isMore) {
  for (const letter of letters) await page.check(`.exam-choices input[value="${letter}"]`);
  if (isMore) await page.click(".exam-next");
}

const keyOf = (letter) => ({ T: "1", F: "2" }[letter] ?? letter);

async function byKeys(page, letters, isMore) {
  for (const letter of letters) await page.keyboard.press(keyOf(letter));
  if (isMore) await page.keyboard.press("ArrowRight");
}

/** Answers that many items with the keys that a candidate would press, from the one that is shown. */
async function atOnce(page, known, items) {
  const unknown = await page.evaluate(`(${work})(${JSON.stringify([...known])}, ${items}, ${fold}, ${keyOf})`);
  if (unknown !== null) throw new Error(`an item is not one of the bank: ${unknown}`);
}

/** Runs in the page, with nothing but what it is given; the stem it does not know, or null. */
function work(known, items, folded, key) {
  const press = (each) => document.dispatchEvent(new KeyboardEvent("keydown", { key: each, bubbles: true }));
  const letters = new Map(known);
  for (let at = 0; at < items; at += 1) {
    const stem = document.querySelector(".exam-item .pad").firstElementChild.textContent;
    const right = letters.get(folded(stem));
    if (!right) return stem;
    [...right].forEach((letter) => press(key(letter)));
    press("ArrowRight");
  }
  return null;
}

/** The network goes, the candidate goes on, the browser is killed: opened again at the same machine, every answer is there. */
async function killBrowser(story, page, answered) {
  await page.locator(".exam-save[data-state=saved]").waitFor();
  const context = page.context();
  await context.setOffline(true);
  const given = [];
  for (const nth of [answered, answered + 1]) {
    await page.locator(".exam-sheet .exam-cell").nth(nth).click();
    await page.locator(".exam-choices label").first().click();
    given.push(nth);
  }
  await page.locator(".exam-alarm.is-offline").waitFor();
  // A plug pulled within the milliseconds of the last write may lose that one answer; the page knows when it is past.
  await page.locator(".exam-save[data-at-rest=true]").waitFor();
  await story.teller.pictures("exam-offline", page);
  const address = page.url();
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(address);
  await again.waitForSelector(".exam-item");
  await again.locator(".exam-save[data-state=saved]").waitFor();
  see(await again.locator(".exam-sheet .exam-cell.is-answered").count(), answered + given.length, "answers after the browser was killed");
  // What was given in the dark was a guess; it is taken back, and the paper goes on where it stood.
  for (const nth of given) {
    await again.locator(".exam-sheet .exam-cell").nth(nth).click();
    await again.locator(".exam-clear").click();
  }
  await again.locator(".exam-sheet .exam-cell").nth(answered).click();
  await again.locator(".exam-save[data-state=saved]").waitFor();
  return again;
}

/** The same exam in a second tab says so at once, and the first goes on. */
async function twoTabs(story, page) {
  const second = await page.context().newPage();
  await second.goto(page.url());
  await second.waitForSelector(".exam-note");
  await story.teller.pictures("exam-two-tabs", second);
  await second.close();
}

/** The invigilator gives a new code; the old machine is shut out, the new one shows every answer. */
async function changeMachine(story, day, person, old, answered) {
  await old.locator(".exam-save[data-state=saved]").waitFor();
  await atTheSeat(story, day, person);
  const invigilator = await story.staff("invigilator1");
  await invigilator.goto(day.computers);
  await press(invigilator, rowOf(invigilator, person.name).locator('form[action$="/epoch"] button'));
  await story.teller.pictures("seat-code", invigilator);
  const code = await invigilator.locator(".code").innerText();
  const page = await story.window();
  await page.goto(`${story.house.base}/hall`);
  await page.fill('input[name="admission_number"]', day.numbers.get(person.name));
  await page.fill('input[name="code"]', code);
  await press(page, 'form[action="/hall"] button');
  await page.waitForSelector(".exam-item");
  see(await page.locator(".exam-sheet .exam-cell.is-answered").count(), answered, "answers on the new machine");
  // The old machine hears of it by its next save or by its own sign of life, whichever comes first.
  const shutOut = old.locator(".exam-alarm:not([hidden]), .exam-note").first();
  await Promise.any([shutOut.waitFor(), old.locator(".exam-choices label").first().click()]);
  await shutOut.waitFor();
  await story.teller.pictures("exam-shut-out", old);
  await old.close();
  await page.locator(".exam-sheet .exam-cell").nth(answered).click();
  return page;
}

/** A save after the end is refused with its own answer. */
async function afterTheEnd(page) {
  const status = await page.evaluate(async () => {
    const { attempt, csrf } = document.querySelector("#exam").dataset;
    const change = { seq: 999, no: 1, answer: "A", at: 0 };
    const answer = await fetch(`/attempts/${attempt}/answers`, { method: "POST", headers: { "content-type": "application/json", "x-csrf": csrf }, body: JSON.stringify({ epoch: 2, changes: [change] }) });
    return answer.status;
  });
  see(status, 410, "a save after hand-in");
}

async function close(story, day) {
  for (const [time, login] of [["2021-05-22 17:00", "invigilator2"], ["2021-05-23 18:00", "invigilator1"]]) {
    await story.clock(time);
    const page = await story.staff(login);
    for (const room of day.rooms) await closeRoom(page, room, day, time);
    await page.goto(`${story.batch}/sittings`);
    story.remember("sittings-closed", page);
  }
}

async function closeRoom(page, room, day, time) {
  await page.goto(room);
  const starts = await page.locator(".head .meta.nowrap").innerText();
  if (starts.slice(0, 10) > time.slice(0, 10)) return;
  if (await page.locator('form[action$="/absentees"]').count()) {
    for (const person of day.people.filter((one) => one.absent)) {
      const box = rowOf(page, person.name).locator('input[name="absent"]');
      if (await box.count()) await box.check();
    }
    return press(page, 'form[action$="/absentees"] button[value="close"]');
  }
  if (!(await page.locator('form[action$="/attendance"]').count())) return;
  for (const person of day.people.filter((one) => one.absent)) {
    const button = rowOf(page, person.name).locator('form[action$="/absence"] button');
    if (await button.count()) await press(page, button);
    await page.goto(room);
  }
  await press(page, 'form[action$="/attendance"] button');
}
