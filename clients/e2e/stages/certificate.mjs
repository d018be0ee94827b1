// Stage 9: after the public notice certificates are issued by two people, and each verifies in three ways.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expected } from "../people.mjs";
import { press, refused, rowOf, see, settled } from "../story.mjs";

/** Tells the stage. */
export async function certificate(story) {
  const { teller, house } = story;
  const early = await story.staff("province1");
  await early.goto(`${story.batch}/certificates`);
  const waits = await teller.step("no certificate while the public notice stands", async () => {
    see(await early.locator('form[action$="/issue"]').count(), 0, "issue forms during the notice");
    story.remember("certificates-early", early);
    await story.look();
  });
  await story.clock("2021-06-03 09:00");
  return waits
    && await teller.step("two people issue; exactly those of the table hold one", () => issue(story))
    && await teller.step("each certificate verifies by number and name, by its file, and on the command line", () => verifyAll(story))
    && await teller.step("the registration points hand certificates out", () => handOut(story))
    && await teller.step("one is revoked by two people and shown so", () => revoke(story))
    && teller.step("the whole log verifies", async () => {
      const { status, said } = await house.command("verify", "log", "--here");
      see(status, 0, said);
    });
}

async function issue(story) {
  const first = await story.staff("province1");
  await first.goto(`${story.batch}/certificates`);
  story.remember("certificates-open", first);
  await story.look();
  await press(first, 'form[action$="/issue"] button');
  const second = await story.staff("province2");
  await second.goto(`${story.batch}/certificates`);
  story.remember("certificates-proposed", second);
  await story.look();
  await press(second, 'form[action$="/issue/decision"] button[value="approve"]');
  await settled(second);
  await second.goto(`${story.batch}/certificates`);
  for (const person of await expected()) {
    see(await rowOf(second, person.name).locator('a[href*="/certificates/"]').count(), person.outcome === "certificate" ? 1 : 0, `${person.name} holds a certificate`);
  }
  story.remember("certificates", second);
}

async function verifyAll(story) {
  const people = (await expected()).filter((person) => person.outcome === "certificate");
  const visitor = await story.window();
  await visitor.goto(`${story.house.base}/verify`);
  story.remember("verify", visitor);
  for (const [at, person] of people.entries()) await verify(story, visitor, person, at === 0);
}

async function verify(story, visitor, person, isFirst) {
  const me = await story.next(person.phone);
  await me.click('a[href^="/my/certificates/"]');
  const number = await me.locator(".code").innerText();
  see(number.length, 22, `${person.name}: ${number}`);
  const pdf = await (await me.context().request.get(await me.locator('a[href$="certificate.pdf"]').evaluate((link) => link.href))).body();
  const file = join(story.house.data, `${number}.pdf`);
  await writeFile(file, pdf);
  const { status, said } = await story.house.command("verify", "certificate", file, "--key", join(story.house.data, "issuer.pub"));
  see(status, 0, said);
  await ask(story, visitor, number, person, isFirst);
  const changed = Buffer.from(pdf);
  changed[Math.floor(pdf.length / 2)] ^= 1;
  for (const [bytes, verdict] of [[changed, "no"], [pdf, "ok"]]) {
    await visitor.setInputFiles('input[type="file"]', { name: "c.pdf", mimeType: "application/pdf", buffer: bytes });
    await press(visitor, 'form[action="/verify/file"] button');
    see(await visitor.locator(`.verdict.${verdict}`).count(), 1, `${person.name}: the file is ${verdict}`);
    if (isFirst) await story.teller.pictures(`verify-file-${verdict}`, visitor);
  }
  if (isFirst) {
    story.remember("my-certificate", me);
    await visitor.goto(await me.locator('a[href^="/verify?t="]').evaluate((link) => link.href));
    see(await visitor.locator(".verdict.ok").count(), 1, "the QR code verifies");
    story.remember("verify-qr", visitor);
    await story.look();
  }
}

async function ask(story, visitor, number, person, isFirst) {
  for (const [name, verdict] of [[person.name, "ok"], ["另一个人", "no"]]) {
    await visitor.fill('input[name="number"]', number);
    await visitor.fill('input[name="name"]', name);
    await press(visitor, 'form[action="/verify"] button');
    see(await visitor.locator(`.verdict.${verdict}`).count(), 1, `${person.name} asked as ${name} is ${verdict}`);
    if (isFirst) {
      story.remember(`verify-${verdict}`, visitor);
      await story.look();
    }
  }
  see((await visitor.locator("main").innerText()).includes(person.name), false, "the name of somebody else's certificate");
}

async function handOut(story) {
  const page = await story.staff("registrar1");
  await page.goto(`${story.batch}/handout`);
  story.remember("handout-points", page);
  await story.look();
  const point = await page.locator('tbody a[href*="point="]').evaluateAll((links) => links.map((link) => link.href));
  for (const link of point) {
    await page.goto(link);
    if (await page.locator('input[name="number"][type="checkbox"]').count()) break;
  }
  story.remember("handout", page);
  await story.look();
  await page.locator('input[name="number"][type="checkbox"]').first().check();
  await page.selectOption('select[name="way"]', "other");
  await refused(page, "main button.go");
  see(await page.locator(".error-summary").count(), 1, "nobody said who collected");
  await page.locator('input[name="number"][type="checkbox"]').first().check();
  await page.fill('input[name="collector"]', "刘家宁");
  await press(page, "main button.go");
  await page.locator('nav.tabs a[href*="collected"]').click();
  see(await page.locator("tbody tr").count(), 1, "certificates collected");
  story.remember("handout-collected", page);
  await story.look();
  await page.locator('a[href*="/handout/print"]').click();
  story.remember("handout-print", page);
  await story.look();
}

async function revoke(story) {
  const person = (await expected()).findLast((one) => one.outcome === "certificate");
  const first = await story.staff("province1");
  await first.goto(`${story.batch}/certificates`);
  await rowOf(first, person.name).locator('a[href*="/certificates/"]').click();
  await first.waitForURL(/certificates\/\w{22}$/);
  story.remember("certificate", first);
  await story.look();
  const address = first.url();
  await first.fill('textarea[name="reason"]', "持证人申请注销");
  await press(first, 'form[action$="/revocation"] button');
  const second = await story.staff("province2");
  await second.goto(address);
  story.remember("certificate-revoking", second);
  await story.look();
  await press(second, 'form[action$="/decision"] button[value="approve"]');
  story.remember("certificate-revoked", second);
  const visitor = await story.window();
  await visitor.goto(`${story.house.base}/verify`);
  await visitor.fill('input[name="number"]', address.split("/").at(-1));
  await visitor.fill('input[name="name"]', person.name);
  await visitor.click('form[action="/verify"] button');
  await visitor.locator(".verdict.no").waitFor();
  story.remember("verify-revoked", visitor);
  await second.goto(`${story.house.base}/batches`);
  await second.click('a[href="/statistics"]');
  see((await second.locator("#by-organisation tbody tr").count()) > 0, true, "organisations in the year");
  story.remember("years", second);
}
