// The exam client: finds out where the attempt stands and shows the screen for it. All saving goes through saver.ts.
import { button } from "./dom.ts";
import { merge } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { stateOf } from "./net.ts";
import { ask, attempt, clock, large, memory, mono, offerLeft, openJournal, pause, root, words } from "./page.ts";
import { textField } from "./protocol.ts";
import type { State } from "./protocol.ts";
import { closed, note, receipt, waiting } from "./screens.ts";
import { Sitting } from "./sitting.ts";
import { tabsOf } from "./tabs.ts";
import { clockText } from "./timer.ts";

const HALF_MINUTE = 30_000;
const tabs = tabsOf(attempt);

/** This browser is not, or no longer, the one at the seat: what its journal still holds is handed over, and nothing else can be done here. */
async function leftBehind(): Promise<void> {
  note(root, "late", words.elsewhereHead, words.notSeat);
  const journal = await openJournal();
  const kept = await journal.read();
  if (kept === null) return;
  const open = kept.changes.filter((change) => change.seq > kept.acked);
  const taken = open.length > 0 ? await offerLeft(kept.epoch, open) : 0;
  if (taken === null) return;
  await journal.drop();
  if (taken > 0) note(root, "late", words.elsewhereHead, words.elsewhereKept(taken));
}

/** Opened again after the end: what the journal holds beyond it is evidence; then it goes. */
async function settle(state: State, journal: Journal): Promise<number> {
  const kept = await journal.read();
  if (kept === null) return 0;
  const found = merge(kept, state);
  const beyond = found.what === "go-on" ? kept.changes.filter((change) => change.seq > found.acked) : found.what === "nothing" ? [] : found.changes;
  const taken = beyond.length > 0 ? await offerLeft(kept.epoch, beyond) : 0;
  if (taken !== null) await journal.drop();
  return taken ?? 0;
}

/** Asks until a state comes. A whole room asks at once, so each waits its own time between tries. */
async function insist(path: "state" | "start"): Promise<State> {
  for (let tries = 0; ; tries += 1) {
    const sentAt = mono();
    const reply = await ask(path).catch(() => null);
    const state = reply && stateOf(reply);
    if (state) {
      clock.sync(state.server_now, sentAt);
      return state;
    }
    if (reply && textField(reply.body, "error") === "other_browser") {
      await leftBehind();
      return new Promise(() => undefined);
    }
    if (tries === 1) note(root, "late", words.offlineHead, words.loadFailed);
    await pause(Math.max(reply?.retryAfter ?? 0, Math.min(8000, 500 * 2 ** tries) * (0.5 + Math.random() / 2)));
  }
}

/** Shows the countdown and opens the attempt at its time. The start may be moved meanwhile, so the server is asked twice a minute. */
async function untilOpen(first: State): Promise<State> {
  const time = waiting(root, first.title, words);
  let state = first;
  let asked = mono();
  for (;;) {
    while (clock.until(state.open_at) > 0) {
      time.textContent = clockText(clock.until(state.open_at));
      await pause(250);
      if (mono() - asked < HALF_MINUTE) continue;
      asked = mono();
      const reply = await ask("state").catch(() => null);
      state = (reply && stateOf(reply)) ?? state;
      if (reply && stateOf(reply)) clock.sync(state.server_now, asked);
    }
    time.textContent = clockText(0);
    // A room of two hundred does not knock in the same millisecond.
    await pause(Math.random() * 1000);
    state = await insist("start");
    if (state.phase !== "waiting") return state;
    await pause(1000);
  }
}

/** The end: the receipt if there is one; after a close it is asked for until the server has handed in by itself. */
function over(state: State, code: string | null, late: number): void {
  if (code) return receipt(root, state.title, code, words);
  closed(root, state.title, late, words);
  void (async () => {
    for (let tries = 0; tries < 60; tries += 1) {
      await pause(3000 + Math.random() * 2000);
      const now = await ask("state").then(stateOf, () => null);
      if (now?.receipt && late === 0) return receipt(root, state.title, now.receipt, words);
    }
  })();
}

/** Waits until the candidate takes the attempt over from another window of this browser. */
function askToTake(): Promise<void> {
  return new Promise((resolve) => {
    const take = button("btn go", words.take, () => {
      take.disabled = true;
      take.textContent = words.taking;
      void tabs.take().then(resolve);
    });
    note(root, "late", words.twoHead, words.two, take);
  });
}

async function begin(): Promise<void> {
  if (memory.read("print") === "large") large();
  note(root, "", words.loading, "");
  if (await tabs.occupied) await askToTake();
  let state = await insist("state");
  if (state.phase === "waiting") state = await untilOpen(state);
  else if (state.phase === "open") state = await insist("start");
  const journal = await openJournal();
  if (state.phase === "open") new Sitting(state, tabs.hold, over, journal, await journal.read());
  else over(state, state.receipt, await settle(state, journal));
}

void begin();
