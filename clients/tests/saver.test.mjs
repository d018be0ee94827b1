import assert from "node:assert/strict";
import { test } from "node:test";
import { BATCH } from "../exam/saver.ts";
import { FakeAttempt } from "./fake_server.mjs";
import { reopened, saverOf, settle, worldOf } from "./world.mjs";

const setUp = (fate, options) => {
  const server = new FakeAttempt(options);
  const world = worldOf(server, fate);
  return { server, world, saver: saverOf(server, world) };
};

test("an answer is unsaved until the acknowledgement and saved after it", async () => {
  const { server, saver } = setUp();
  saver.change(5, "B");
  assert.equal(saver.unsaved, 1);
  assert.equal(saver.status, "saving");
  await settle();
  assert.equal(saver.unsaved, 0);
  assert.equal(saver.status, "saved");
  assert.deepEqual(server.answers, { 5: "B" });
});

test("one batch is under way at a time, and what was given meanwhile goes with the next", async () => {
  const { world, saver } = setUp();
  saver.change(1, "A");
  saver.change(2, "B");
  saver.change(3, "C");
  assert.equal(world.sent.length, 1);
  await settle();
  assert.deepEqual(world.sent.map(([, body]) => body.changes.map((change) => change.seq)), [[1], [2, 3]]);
});

test("a lost reply is followed by the same batch, which the server takes for a repeat", async () => {
  let first = true;
  const { server, world, saver } = setUp(() => (first ? ((first = false), "mute") : "ok"));
  saver.change(1, "A");
  await settle();
  assert.equal(saver.status, "offline");
  assert.equal(saver.unsaved, 1, "not acknowledged, so not called saved, though the server has it");
  await world.wake();
  assert.equal(saver.unsaved, 0);
  assert.equal(server.acked, 1);
  assert.deepEqual(world.sent[0], world.sent[1]);
});

test("what may have been sent is never rewritten; what was not, is", async () => {
  let up = false;
  const { server, world, saver } = setUp(() => (up ? "ok" : "late"));
  saver.change(1, "A");
  saver.change(1, "B");
  saver.change(1, "C");
  await settle();
  assert.equal(saver.unsaved, 2, "1=A is frozen, 1=B and 1=C became one change");
  up = true;
  await world.wake();
  world.arrive();
  assert.deepEqual(server.answers, { 1: "C" });
});

test("duplicate delivery does no harm", async () => {
  const { server, saver } = setUp(() => "twice");
  saver.change(1, "A");
  saver.change(1, "B");
  await settle();
  assert.deepEqual(server.answers, { 1: "B" });
  assert.equal(server.acked, 2);
});

test("an old batch that arrives after a newer one changes nothing", async () => {
  const fates = ["late", "ok", "ok"];
  const { server, world, saver } = setUp(() => fates.shift() ?? "ok");
  saver.change(1, "A");
  await settle();
  saver.change(1, "D");
  await world.wake();
  assert.deepEqual(server.answers, { 1: "D" });
  world.arrive();
  assert.deepEqual(server.answers, { 1: "D" });
});

test("after a gap the client goes back to the server's number with the same contents", async () => {
  const { server, world, saver } = setUp();
  for (const no of [1, 2, 3, 4]) saver.change(no, "A");
  await settle();
  // The server is restored from a copy that is two changes old.
  server.acked = 2;
  delete server.answers[3];
  delete server.answers[4];
  saver.change(5, "E");
  await settle();
  assert.deepEqual(server.answers, { 1: "A", 2: "A", 3: "A", 4: "A", 5: "E" });
  assert.deepEqual(world.sent.at(-1)[1].changes.map((change) => change.seq), [3, 4, 5]);
  assert.equal(saver.unsaved, 0);
});

test("a server older than this page gets every answer again", async () => {
  const { server, world } = setUp();
  server.acked = 7;
  server.answers = { 1: "A", 2: "B" };
  const saver = saverOf(server, world);
  server.acked = 3;
  server.answers = { 1: "A" };
  server.record.clear();
  saver.change(3, "C");
  await settle();
  assert.deepEqual(server.answers, { 1: "A", 2: "B", 3: "C" });
  assert.equal(saver.status, "saved");
});

test("a stale epoch stops everything", async () => {
  const { server, world, saver } = setUp();
  server.epoch = 2;
  saver.change(1, "A");
  await settle();
  assert.equal(saver.status, "elsewhere");
  assert.equal(saver.change(2, "B"), false);
  await world.wake();
  assert.equal(world.sent.length, 1);
  assert.deepEqual(server.answers, {});
});

test("an acknowledgement beyond what was sent means another window writes", async () => {
  const { server, saver } = setUp();
  server.post("answers", { epoch: 1, changes: [{ seq: 1, no: 9, answer: "A", at: 0 }, { seq: 2, no: 8, answer: "A", at: 0 }] });
  server.record.clear();
  saver.change(1, "B");
  await settle();
  assert.equal(saver.status, "elsewhere");
});

test("one microsecond before the close counts, the close itself does not", async () => {
  const { server, saver } = setUp(undefined, { closeAt: 1000 });
  server.now = 999;
  saver.change(1, "A");
  await settle();
  assert.equal(saver.status, "saved");
  server.now = 1000;
  saver.change(2, "B");
  await settle();
  assert.equal(saver.status, "closed");
  assert.equal(saver.unsaved, 1);
  assert.deepEqual(server.answers, { 1: "A" });
  assert.deepEqual(server.evidence.map((change) => change.no), [2]);
  assert.equal(saver.change(3, "C"), false);
});

test("locked at the close, the rest is still delivered", async () => {
  let up = false;
  const { server, world, saver } = setUp(() => (up ? "ok" : "lost"), { closeAt: 1000 });
  saver.change(1, "A");
  saver.lock();
  assert.equal(saver.change(2, "B"), false);
  up = true;
  await settle();
  await world.wake();
  assert.deepEqual(server.answers, { 1: "A" });
});

test("hand-in waits for the last answer and shows the receipt", async () => {
  const fates = ["mute", "lost", "ok", "lost", "ok"];
  const { server, world, saver } = setUp(() => fates.shift() ?? "ok");
  saver.change(1, "A");
  saver.handIn(world.held);
  assert.equal(saver.change(1, "B"), false, "the paper is closed once confirmed");
  for (let i = 0; i < 6; i += 1) {
    await settle();
    await world.wake();
  }
  assert.equal(saver.status, "handed_in");
  assert.equal(saver.receipt, "AB12CD34EF");
  assert.deepEqual(server.answers, { 1: "A" });
  assert.deepEqual(world.sent.map(([path]) => path), ["answers", "answers", "answers", "hand-in", "hand-in"]);
});

test("hand-in refused for missing changes sends them and asks again", async () => {
  const { server, world, saver } = setUp();
  saver.change(1, "A");
  saver.change(2, "B");
  await settle();
  server.acked = 1;
  delete server.answers[2];
  saver.handIn(async () => null);
  await settle();
  await settle();
  assert.equal(saver.status, "handed_in");
  assert.deepEqual(server.answers, { 1: "A", 2: "B" });
  assert.deepEqual(world.sent.slice(-3).map(([path]) => path), ["hand-in", "answers", "hand-in"]);
});

test("hand-in compares the server's copy and repairs what another window changed", async () => {
  const { server, world, saver } = setUp();
  saver.change(1, "A");
  await settle();
  server.answers[1] = "X";
  saver.handIn(world.held);
  await settle();
  await settle();
  assert.equal(saver.status, "handed_in");
  assert.deepEqual(server.answers, { 1: "A" });
});

test("handed in elsewhere: the receipt is taken over", async () => {
  const { server, saver } = setUp();
  server.receipt = "ZZ99";
  saver.change(1, "A");
  await settle();
  assert.equal(saver.status, "handed_in");
  assert.equal(saver.receipt, "ZZ99");
});

test("retries double, spread, stop at ten seconds, and respect Retry-After", async () => {
  const { world, saver } = setUp(() => "lost");
  saver.change(1, "A");
  const pauses = [];
  for (let i = 0; i < 8; i += 1) {
    await settle();
    pauses.push(world.timers[0].milliseconds);
    await world.wake();
  }
  assert.deepEqual(pauses, [375, 750, 1500, 3000, 6000, 7500, 7500, 7500]);
  const unwell = setUp(() => "unwell");
  unwell.saver.change(1, "A");
  await settle();
  assert.equal(unwell.world.timers[0].milliseconds, 3000);
});

test("a portal page with status 200 acknowledges nothing", async () => {
  const { saver } = setUp(() => ({ status: 200, body: null, retryAfter: 0 }));
  saver.change(1, "A");
  await settle();
  assert.equal(saver.unsaved, 1);
  assert.equal(saver.status, "offline");
});

test("a session that has ended is told apart and heals", async () => {
  let signedIn = false;
  const { world, saver } = setUp(() => (signedIn ? "ok" : { status: 401, body: { error: "signed_out" }, retryAfter: 0 }));
  saver.change(1, "A");
  await settle();
  assert.equal(saver.status, "refused");
  signedIn = true;
  await world.wake();
  assert.equal(saver.status, "saved");
});

test("a reload resumes unacknowledged changes under their numbers, and none of another story", async () => {
  const first = setUp(() => "late");
  for (const [no, answer] of [[1, "A"], [2, "B"], [2, "C"]]) first.saver.change(no, answer);
  await settle();
  const world = worldOf(first.server);
  const { saver: second } = reopened(first.server, world, first.world.kept);
  first.world.arrive();
  await settle();
  assert.deepEqual(first.server.answers, { 1: "A", 2: "C" });
  assert.equal(second.unsaved, 0);
  const foreign = { epoch: 99, first: 2, head: "f".repeat(64), acked: 2, changes: [{ seq: 3, no: 1, answer: "Z", at: 0 }] };
  const { saver: third, found } = reopened(first.server, world, foreign);
  await settle();
  assert.equal(found.what, "evidence");
  assert.equal(third.answers.get(1), "A");
});

test("since when nothing gets through is remembered until something does", async () => {
  let up = false;
  const { server, world, saver } = setUp(() => (up ? "ok" : "lost"));
  server.now = 5_000_000;
  saver.change(1, "A");
  await settle();
  assert.equal(saver.offlineSince, 5_000_000);
  server.now = 9_000_000;
  await world.wake();
  saver.lost();
  assert.equal(saver.offlineSince, 5_000_000, "the beginning, not the last try");
  up = true;
  saver.found();
  await settle();
  assert.deepEqual([saver.offlineSince, saver.unsaved], [null, 0]);
  saver.lost();
  assert.equal(saver.offlineSince, 9_000_000, "also when nothing waits to be sent");
  saver.found();
  assert.equal(saver.offlineSince, null);
});

test("a long time offline is sent in bounded batches", async () => {
  let up = false;
  const { server, world, saver } = setUp(() => (up ? "ok" : "lost"));
  for (let no = 1; no <= 250; no += 1) saver.change(no, "A");
  await settle();
  up = true;
  await world.wake();
  await settle();
  await settle();
  assert.equal(saver.unsaved, 0);
  assert.equal(Object.keys(server.answers).length, 250);
  assert.ok(world.sent.every(([, body]) => body.changes.length <= BATCH));
});

test("two windows that write from the same number: the second stops and nothing of the first is lost", async () => {
  const server = new FakeAttempt();
  const [one, two] = [worldOf(server), worldOf(server)];
  const [first, second] = [saverOf(server, one), saverOf(server, two)];
  first.change(1, "A");
  await settle();
  second.change(2, "B");
  await settle();
  assert.equal(server.conflicts, 1);
  assert.deepEqual([first.status, second.status], ["saved", "elsewhere"]);
  assert.deepEqual(server.answers, { 1: "A" });
  assert.equal(second.change(3, "C"), false, "a window that has stopped takes nothing more");
  first.change(1, "C");
  await settle();
  assert.deepEqual([first.status, server.answers], ["saved", { 1: "C" }]);
});

test("a browser that is not the one at the seat stops at once", async () => {
  const { saver } = setUp(() => ({ status: 409, body: { error: "other_browser" }, retryAfter: 0 }));
  saver.change(1, "A");
  await settle();
  assert.equal(saver.status, "elsewhere");
});
