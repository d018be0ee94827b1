// Random walks: any mixture of losses, repeats, late arrivals, reloads and outages. What the saver calls saved must be what the server holds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeAttempt } from "./fake_server.mjs";
import { dice, reopened, saverOf, settle, worldOf } from "./world.mjs";

const RUNS = 1000;
const FATES = ["ok", "ok", "ok", "lost", "mute", "twice", "unwell", "late"];

async function walk(seed, server = new FakeAttempt()) {
  const next = dice(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  let healthy = false;
  let world = worldOf(server, () => (healthy ? "ok" : pick(FATES)));
  world.chance = next;
  let saver = saverOf(server, world);
  const wanted = {};
  let checked = 0;
  const agree = () => {
    if (saver.unsaved > 0 || saver.status !== "saved") return;
    checked += 1;
    for (const [no, answer] of Object.entries(wanted)) assert.equal(server.answers[no] ?? "", answer, `seed ${seed}, item ${no}`);
  };
  for (let step = 0; step < 40; step += 1) {
    const what = next();
    if (what < 0.6) {
      const no = 1 + Math.floor(next() * 6);
      const answer = pick(["A", "B", "C", "", "AB"]);
      assert.equal(saver.change(no, answer), true, `seed ${seed}: refused, ${saver.status}`);
      wanted[no] = answer;
    } else if (what < 0.85) await world.wake();
    else if (what < 0.93) world.arrive();
    else {
      // Reload: a new saver from the server's state and the kept changes; requests of the old one may still arrive.
      const { kept, late } = world;
      saver.yieldTo();
      world = worldOf(server, () => (healthy ? "ok" : pick(FATES)));
      world.chance = next;
      world.late = late;
      ({ saver } = reopened(server, world, kept));
    }
    await settle();
    agree();
  }
  healthy = true;
  saver.handIn(world.held);
  for (let i = 0; i < 60 && saver.status !== "handed_in"; i += 1) await world.wake();
  world.arrive();
  assert.equal(saver.status, "handed_in", `seed ${seed}`);
  for (const [no, answer] of Object.entries(wanted)) assert.equal(server.answers[no] ?? "", answer, `seed ${seed}, item ${no} after hand-in`);
  return checked;
}

test(`${RUNS} random walks: every acknowledged answer equals the last local answer`, async () => {
  let checked = 0;
  for (let seed = 1; seed <= RUNS; seed += 1) checked += await walk(seed);
  assert.ok(checked > RUNS * 5, `only ${checked} moments of agreement were checked`);
});

test("negative control: a server that acknowledges before it keeps is found out", async () => {
  class Forgetful extends FakeAttempt {
    post(path, body) {
      const before = { ...this.answers };
      const reply = super.post(path, body);
      if (path === "answers" && this.acked % 5 === 0) this.answers = before;
      return reply;
    }
  }
  let caught = 0;
  for (let seed = 1; seed <= 50; seed += 1) await walk(seed, new Forgetful()).catch(() => { caught += 1; });
  assert.ok(caught > 40, `only ${caught} of 50 walks noticed`);
});
