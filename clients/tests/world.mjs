// A world a test can steer: queued timers instead of waiting, a network whose every message is delivered, lost or repeated on demand.
import { merge } from "../exam/journal.ts";
import { Saver } from "../exam/saver.ts";

/** Lets promises settle. */
export const settle = async () => { for (let i = 0; i < 8; i += 1) await Promise.resolve(); };

/** mulberry32: the same seed gives the same walk on every machine. */
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** `fate(path, body)` decides what becomes of a message: "ok", "lost" (never arrives), "mute" (arrives, reply lost), "twice", "unwell" (503), "late" (lost now, arrives with `world.arrive()`). */
export function worldOf(server, fate = () => "ok") {
  const world = { timers: [], sent: [], late: [], kept: null, changes: 0 };
  const reply = ({ status, body }) => ({ status, body: structuredClone(body), retryAfter: 0 });
  world.send = async (path, body) => {
    const copy = structuredClone(body);
    world.sent.push([path, copy]);
    const what = fate(path, copy);
    if (what === "lost") throw new TypeError("network");
    if (what === "unwell") return { status: 503, body: null, retryAfter: 3000 };
    if (what === "late") {
      world.late.push([path, copy]);
      throw new TypeError("time-out");
    }
    if (typeof what === "object") return what;
    const got = server.post(path, copy);
    if (what === "twice") server.post(path, copy);
    if (what === "mute") throw new TypeError("reply lost");
    return reply(got);
  };
  world.later = (milliseconds, work) => world.timers.push({ milliseconds, work });
  world.chance = () => 0.5;
  world.serverNow = () => server.now;
  world.keep = (kept) => { world.kept = structuredClone(kept); };
  world.changed = () => { world.changes += 1; };
  /** Fires every timer that is set now. */
  world.wake = async () => {
    for (const { work } of world.timers.splice(0)) work();
    await settle();
  };
  world.arrive = () => { for (const [path, body] of world.late.splice(0)) server.post(path, body); };
  world.held = async () => ({ ...server.answers });
  return world;
}

/** A saver that begins where the server stands. */
export function saverOf(server, world) {
  return new Saver(world, { epoch: server.epoch, acked_seq: server.acked, chain_head: server.chain, answers: { ...server.answers }, receipt: server.receipt });
}

/** Opens the page again: a new saver from the server's state, and what the journal held. What became of it is returned as well. */
export function reopened(server, world, kept) {
  const saver = saverOf(server, world);
  if (kept === null) return { saver, found: null };
  const found = merge(kept, { epoch: server.epoch, acked_seq: server.acked, chain_head: server.chain, answers: { ...server.answers } });
  saver.resume(kept, found);
  return { saver, found };
}
