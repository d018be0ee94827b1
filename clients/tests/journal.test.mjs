// A browser that is killed at any moment: what was given stands in the journal, and is read again at this machine only.
import assert from "node:assert/strict";
import { randomFillSync } from "node:crypto";
import { test } from "node:test";
import { offer } from "../exam/evidence.ts";
import { Journal, merge, step } from "../exam/journal.ts";
import { alarmOf } from "../exam/screens.ts";
import { wordsFor } from "../exam/text.ts";
import { FakeAttempt } from "./fake_server.mjs";
import { dice, reopened, saverOf, settle, worldOf } from "./world.mjs";

const KEY = "0123456789abcdef".repeat(4);

/** A shelf in memory. `broken` throws at every write, `off` keeps nothing and says so to nobody: the negative control. */
function shelfOf({ broken = false, off = false } = {}) {
  const rows = new Map();
  return {
    rows,
    put: async (name, sealed) => {
      if (broken) throw new Error("quota");
      if (!off) rows.set(name, sealed.slice());
    },
    get: async (name) => rows.get(name) ?? null,
    drop: async (name) => void rows.delete(name),
  };
}

const journalOf = (shelf, key = KEY, name = "attempt-1") => new Journal(shelf, name, key, (bytes) => void randomFillSync(bytes));
const settled = async () => { for (let i = 0; i < 5; i += 1) await settle(); };

/** Sits down, answers with the network down, and is killed. */
async function killed(shelf, server = new FakeAttempt()) {
  let up = true;
  const world = worldOf(server, () => (up ? "ok" : "lost"));
  const journal = journalOf(shelf);
  const keep = world.keep;
  world.keep = (kept) => { keep(kept); void journal.write(kept); };
  const saver = saverOf(server, world);
  saver.change(1, "A");
  saver.change(2, "B");
  await settled();
  up = false;
  for (const [no, answer] of [[3, "C"], [2, "D"], [4, "T"]]) saver.change(no, answer);
  await settled();
  assert.equal(saver.unsaved, 3);
  return server;
}

test("a browser killed while offline loses nothing that was given", async () => {
  const shelf = shelfOf();
  const server = await killed(shelf);
  assert.deepEqual(server.answers, { 1: "A", 2: "B" });
  const { saver, found } = reopened(server, worldOf(server), await journalOf(shelf).read());
  await settled();
  assert.deepEqual(found, { what: "go-on", acked: 2 });
  assert.deepEqual(server.answers, { 1: "A", 2: "D", 3: "C", 4: "T" });
  assert.equal(saver.unsaved, 0);
});

test("negative control: without the journal the same kill loses the answers", async () => {
  const shelf = shelfOf({ off: true });
  const server = await killed(shelf);
  reopened(server, worldOf(server), await journalOf(shelf).read());
  await settled();
  assert.deepEqual(server.answers, { 1: "A", 2: "B" });
});

test("100 kills at any moment, with replies lost on the way: every answer given is there after the reopening", async () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const next = dice(seed);
    const server = new FakeAttempt();
    const shelf = shelfOf();
    const wanted = {};
    let world = null;
    for (let life = 0; life < 4; life += 1) {
      world = worldOf(server, () => ["ok", "lost", "mute", "twice"][Math.floor(next() * 4)]);
      world.chance = next;
      const journal = journalOf(shelf);
      const keep = world.keep;
      world.keep = (kept) => { keep(kept); void journal.write(kept); };
      const { saver } = reopened(server, world, await journalOf(shelf).read());
      for (let step = 0; step < 12; step += 1) {
        const no = 1 + Math.floor(next() * 5);
        const answer = ["A", "B", "", "AC"][Math.floor(next() * 4)];
        assert.ok(saver.change(no, answer), `seed ${seed}: ${saver.status}`);
        wanted[no] = answer;
        if (next() < 0.4) await world.wake();
      }
      await settled();
    }
    const last = worldOf(server);
    reopened(server, last, await journalOf(shelf).read());
    await settled();
    for (const [no, answer] of Object.entries(wanted)) assert.equal(server.answers[no] ?? "", answer, `seed ${seed}, item ${no}`);
  }
});

test("a new code at the same machine goes on in the journal, because nobody wrote in between", async () => {
  const shelf = shelfOf();
  const server = await killed(shelf);
  server.epoch = 2;
  const { found } = reopened(server, worldOf(server), await journalOf(shelf).read());
  await settled();
  assert.equal(found.what, "go-on");
  assert.deepEqual(server.answers, { 1: "A", 2: "D", 3: "C", 4: "T" });
});

test("what another machine wrote meanwhile is never overwritten: the journal is evidence", async () => {
  const shelf = shelfOf();
  const server = await killed(shelf);
  server.epoch = 2;
  const other = saverOf(server, worldOf(server));
  other.change(2, "A");
  await settled();
  server.epoch = 3;
  const { found } = reopened(server, worldOf(server), await journalOf(shelf).read());
  await settled();
  assert.equal(found.what, "evidence");
  assert.deepEqual(found.changes.map(({ seq, no, answer }) => [seq, no, answer]), [[3, 3, "C"], [4, 2, "D"], [5, 4, "T"]]);
  assert.deepEqual(server.answers, { 1: "A", 2: "A" });
});

test("in the same epoch a story that does not meet fills gaps and overwrites nothing", () => {
  const at = 0;
  const kept = { epoch: 1, first: 0, head: "0".repeat(64), acked: 0, changes: [{ seq: 1, no: 1, answer: "A", at }, { seq: 2, no: 2, answer: "B", at }] };
  const server = { epoch: 1, acked_seq: 1, chain_head: "e".repeat(64), answers: { 1: "C" } };
  assert.deepEqual(merge(kept, server), { what: "give-again", changes: [kept.changes[1]] });
  assert.deepEqual(merge(kept, { ...server, answers: { 1: "C", 2: "D" } }), { what: "nothing" });
});

test("the chain is the server's: the vector of the protocol", () => {
  const head = step("0".repeat(64), { seq: 1, no: 5, answer: "B", at: 7 });
  const server = new FakeAttempt();
  server.post("answers", { epoch: 1, changes: [{ seq: 1, no: 5, answer: "B", at: 9 }] });
  assert.equal(head, server.chain);
});

test("on the shelf lies no answer in clear, and no other key or attempt opens it", async () => {
  const shelf = shelfOf();
  await killed(shelf);
  const lying = Buffer.from(shelf.rows.get("attempt-1")).toString("latin1");
  assert.doesNotMatch(lying, /answer|epoch|changes/);
  assert.notEqual(await journalOf(shelf).read(), null);
  assert.equal(await journalOf(shelf, "f".repeat(64)).read(), null);
  shelf.rows.set("attempt-2", shelf.rows.get("attempt-1"));
  assert.equal(await journalOf(shelf, KEY, "attempt-2").read(), null, "bound to its attempt");
  const bent = shelf.rows.get("attempt-1").slice();
  bent[30] ^= 1;
  shelf.rows.set("attempt-1", bent);
  assert.equal(await journalOf(shelf).read(), null, "not one bit may change");
});

test("after the receipt nothing of the journal is left, and nothing is written any more", async () => {
  const shelf = shelfOf();
  const journal = journalOf(shelf);
  const kept = { epoch: 1, first: 0, head: "0".repeat(64), acked: 0, changes: [] };
  await journal.write(kept);
  assert.equal(shelf.rows.size, 1);
  await journal.drop();
  await journal.write(kept);
  assert.equal(shelf.rows.size, 0);
});

test("a journal is at rest only when what was given lies on the shelf", async () => {
  const shelf = shelfOf();
  let release;
  const slow = { ...shelf, put: (name, sealed) => new Promise((resolve) => { release = () => resolve(shelf.put(name, sealed)); }) };
  const journal = journalOf(slow);
  assert.equal(journal.isAtRest, true, "nothing was given");
  const written = journal.write({ epoch: 1, first: 0, head: "0".repeat(64), acked: 0, changes: [] });
  assert.equal(journal.isAtRest, false, "the write is under way");
  release();
  await written;
  assert.equal(journal.isAtRest, true);
  const broken = journalOf(shelfOf({ broken: true }));
  await broken.write({ epoch: 1, first: 0, head: "0".repeat(64), acked: 0, changes: [] });
  assert.equal(broken.isAtRest, false);
});

test("a machine that cannot keep anything says so", async () => {
  const kept = { epoch: 1, first: 0, head: "0".repeat(64), acked: 0, changes: [] };
  for (const shelf of [null, shelfOf({ broken: true })]) {
    const journal = journalOf(shelf);
    await journal.write(kept);
    assert.equal(journal.isKept, false);
  }
  for (const lang of ["zh-CN", "en"]) {
    const words = wordsFor(lang);
    const offline = { offlineSince: 60_000_000, unsaved: 3, status: "offline", handingIn: false };
    const hour = () => "09:42:00";
    const [head, text] = alarmOf(offline, words, true, hour);
    assert.match(head, /09:42:00/);
    assert.ok(text.includes(words.keptHere) && text.includes("3"), text);
    assert.ok(alarmOf(offline, words, false, hour)[1].includes(words.notKeptHere));
    assert.ok(alarmOf({ ...offline, unsaved: 0 }, words, true, hour)[1].includes(words.offlineNothing));
    assert.equal(alarmOf({ ...offline, offlineSince: null, status: "saved", unsaved: 0 }, words, false, hour), null);
  }
});

test("evidence is offered until it is taken, in bounded offers, and an answer that is no is no", async () => {
  const changes = Array.from({ length: 501 }, (_, index) => ({ seq: index + 1, no: 1, answer: "A", at: 0 }));
  const fates = [() => { throw new TypeError("network"); }, () => ({ status: 425, body: { error: "too_early" } }), () => ({ status: 503, body: null })];
  const bodies = [];
  const ask = async (body) => {
    const fate = fates.shift();
    if (fate) return fate();
    bodies.push(body);
    return { status: 200, body: { kept: body.changes.length - 1 } };
  };
  const pauses = [];
  assert.equal(await offer(ask, async (ms) => void pauses.push(ms), 4, changes), 499);
  assert.deepEqual(bodies.map((body) => [body.epoch, body.changes.length]), [[4, 500], [4, 1]]);
  assert.equal(pauses.length, 3);
  assert.equal(await offer(async () => ({ status: 409, body: { error: "other_browser" } }), async () => undefined, 4, changes), null);
});

test("a long exam keeps the journal small, and a kill after it still meets the server", async () => {
  const server = new FakeAttempt();
  const world = worldOf(server);
  const saver = saverOf(server, world);
  for (let seq = 1; seq <= 900; seq += 1) {
    saver.change(seq % 50 + 1, "ABCD"[seq % 4]);
    await settle();
  }
  assert.ok(world.kept.changes.length <= 400, `${world.kept.changes.length} changes`);
  const { found } = reopened(server, worldOf(server), world.kept);
  assert.deepEqual(found, { what: "go-on", acked: server.acked });
});
