// Stage 4: seats are drawn and confirmed, and a candidate prints a ticket.
import { expected } from "../people.mjs";
import { press, see, settled } from "../story.mjs";

/** Tells the stage. */
export async function arrangement(story) {
  const { teller } = story;
  await story.clock("2021-05-06 09:00");
  return await teller.step("officer1 draws the seats and confirms them; everybody admitted has one", () => draw(story))
    && teller.step("a candidate prints the ticket from 8 May on", () => ticket(story));
}

async function draw(story) {
  const page = await story.staff("officer1");
  await page.goto(`${story.batch}/seat-plan`);
  story.remember("seat-plan-empty", page);
  await story.look();
  await press(page, 'form[action$="/seat-plan"] button');
  await settled(page);
  await page.reload();
  story.remember("seat-plan-draft", page);
  await story.look();
  await page.locator('a[href*="/seat-plan/sites/"]').first().click();
  story.remember("seat-plan-site-draft", page);
  await story.look();
  await move(page, story);
  await page.goto(`${story.batch}/seat-plan`);
  await page.locator('a[href*="/seat-plan/sites/"]').first().click();
  await press(page, 'form[action$="/confirmation"] button');
  await press(page, 'form[action$="/print-packs"] button');
  await settled(page);
  await page.reload();
  story.remember("seat-plan-site", page);
  await story.look();
  const files = await page.locator('a[href*="/print-packs/"]').evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  see(files.length >= 1 + 3 * 3, true, "tickets, door lists, seat cards and sign-in sheets");
  for (const file of files.slice(0, 2)) see(await isPdf(page, file, story), true, `${file} is a PDF`);
  const rooms = await page.locator('a[href*="/seat-plan/rooms/"]').evaluateAll((links) => links.map((link) => link.href));
  const shown = [];
  for (const [at, room] of rooms.entries()) {
    await page.goto(room);
    shown.push(await page.locator("main").innerText());
    story.remember(`seat-room-${at + 1}`, page);
  }
  for (const person of (await expected()).filter((one) => one.admitted)) {
    see(shown.some((text) => text.includes(person.name)), true, `a seat for ${person.name}`);
  }
  for (const end of ["sign-in-sheet.pdf", "/tickets/"]) {
    const link = page.locator(`a[href*="${end}"]`).first();
    see(await isPdf(page, await link.getAttribute("href"), story), true, `${end} is a PDF`);
  }
}

/** Two people of the first room change places; then that is taken back. */
async function move(page, story) {
  await page.locator('a[href*="/seat-plan/rooms/"]').first().click();
  const first = await page.locator(".seat b").first().innerText();
  await page.locator('.seat a[href*="?seat="]').first().click();
  await page.locator('.seat a[href*="&to="]').first().click();
  story.remember("seat-room-move", page);
  await story.look();
  await press(page, 'form[action$="/moves"] button');
  see(await page.locator(".seat b").first().innerText() === first, false, "somebody else sits on the first seat");
  story.remember("seat-room-moved", page);
  await press(page, 'form[action$="/moves/reversal"] button');
  see(await page.locator(".seat b").first().innerText(), first, "the first seat after the change was taken back");
}

async function ticket(story) {
  const early = await story.candidate("19900000001");
  see(await early.locator('a[href^="/my/tickets/"]').count(), 0, "tickets before their day");
  await story.clock("2021-05-08 09:00");
  const page = await story.candidate("19900000001");
  story.remember("my-ticket", page);
  see(await isPdf(page, await page.locator('a[href^="/my/tickets/"]').first().getAttribute("href"), story), true, "the ticket is a PDF");
}

/** Whether the address answers with a PDF to this person. */
export async function isPdf(page, href, story) {
  const answer = await page.context().request.get(new URL(href, story.house.base).href);
  return answer.status() === 200 && (await answer.body()).subarray(0, 4).toString() === "%PDF";
}
