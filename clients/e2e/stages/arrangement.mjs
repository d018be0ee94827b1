// Stage 4: seats are drawn and confirmed, and a candidate prints a ticket.
import { expected } from "../people.mjs";
import { press, see } from "../story.mjs";

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
  story.remember("seat-plan-draft", page);
  await story.look();
  await press(page, 'form[action$="/confirmation"] button');
  story.remember("seat-plan", page);
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
