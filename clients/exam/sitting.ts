// The paper while it can be worked on: ties the saver, the view, the keys and the clock together.
import { chosen, letterOfKey } from "./answers.ts";
import { button } from "./dom.ts";
import { stateOf } from "./net.ts";
import { merge } from "./journal.ts";
import type { Journal, Kept } from "./journal.ts";
import { ask, clock, hourText, large, memory, mono, offerLeft, pause, root, words } from "./page.ts";
import type { Change, State } from "./protocol.ts";
import { textField, wholeField } from "./protocol.ts";
import { Saver } from "./saver.ts";
import { confirmHandIn, note } from "./screens.ts";
import { View } from "./view.ts";
import type { Model } from "./view.ts";

/** Shows the end of an attempt: its receipt, or that the time is over with `late` changes refused. */
export type Over = (state: State, receipt: string | null, late: number) => void;

/** How often the machine says that it is there; the server calls it offline after 45 seconds of silence. */
const PULSE = 20_000;

/** The paper while it can be worked on. */
export class Sitting {
  readonly #saver: Saver;
  readonly #flags: Set<number>;
  readonly #model: Model;
  readonly #view: View;
  #closeAt: number;
  readonly #title = document.title;
  #ended = false;
  #released = false;

  /** `kept` is what the journal held when the page was opened. */
  constructor(private readonly state: State, hold: (release: () => Promise<void>) => void, private readonly over: Over, private readonly journal: Journal, kept: Kept | null) {
    this.#closeAt = state.close_at;
    const flags = memory.read("flags");
    this.#flags = new Set(Array.isArray(flags) ? flags.filter((no) => typeof no === "number") : []);
    this.#saver = new Saver({
      send: (path, body) => this.#send(path, body),
      later: (milliseconds, work) => void setTimeout(work, milliseconds),
      chance: Math.random,
      serverNow: () => clock.now(),
      keep: (now) => void journal.write(now).then(() => this.#changed()),
      changed: () => this.#changed(),
    }, state);
    const { title, items } = state;
    this.#model = { title, items, saver: this.#saver, flags: this.#flags, index: 0, hourText, isKept: () => journal.isKept, isAtRest: () => journal.isAtRest };
    this.#view = new View(root, this.#model, words, {
      choose: (letter) => this.#choose(letter), clear: () => this.#answer(""), flag: () => this.#flag(),
      go: (index) => this.#go(index), handIn: () => this.#askHandIn(), large,
    });
    if (kept !== null) this.#resume(kept);
    hold(() => this.#release());
    document.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("online", () => this.#saver.nudge());
    addEventListener("beforeunload", (event) => {
      if (this.#saver.unsaved > 0 && !this.#ended) event.preventDefault();
    });
    this.#tick();
    void this.#pulse();
  }

  #resume(kept: Kept): void {
    const found = merge(kept, this.state);
    this.#saver.resume(kept, found);
    if (found.what === "evidence") void offerLeft(kept.epoch, found.changes).then((count) => this.#view.say(words.offered(count ?? 0)));
  }

  /** Says every 20 seconds that the machine is there, and hears whether the time was changed. */
  async #pulse(): Promise<void> {
    while (!this.#ended) {
      await pause(PULSE * (0.9 + Math.random() / 5));
      if (this.#ended) return;
      const sentAt = mono();
      const reply = await ask("pulse").catch(() => null);
      if (this.#ended) return;
      if (reply?.status === 409 && textField(reply.body, "error") === "other_browser") return this.#saver.yieldTo();
      const now = reply?.status === 200 ? wholeField(reply.body, "server_now") : null;
      if (now === null) {
        this.#saver.lost();
        continue;
      }
      clock.sync(now, sentAt);
      this.#closes(wholeField(reply?.body, "close_at") ?? this.#closeAt);
      this.#saver.found();
    }
  }

  /** The close as the server says it now: it may have moved on, and never moves back. */
  #closes(at: number): void {
    if (at <= this.#closeAt) return;
    this.#closeAt = at;
    this.#view.say(words.moreTime(hourText(at)));
  }

  async #send(path: "answers" | "hand-in", body: unknown): ReturnType<typeof ask> {
    const sentAt = mono();
    const reply = await ask(path, body);
    const times = reply.body as { server_now?: number; close_at?: number } | null;
    if (reply.status === 200 && typeof times?.server_now === "number") clock.sync(times.server_now, sentAt);
    if (reply.status === 200 && typeof times?.close_at === "number") this.#closes(times.close_at);
    return reply;
  }

  #current(): number | null { return this.state.items[this.#model.index]?.no ?? null; }

  #answer(answer: string): void {
    const no = this.#current();
    if (no !== null) this.#saver.change(no, answer);
  }

  #choose(letter: string): void {
    const item = this.state.items[this.#model.index];
    if (item) this.#saver.change(item.no, chosen(item.kind, this.#saver.answers.get(item.no) ?? "", letter));
  }

  #flag(): void {
    const no = this.#current();
    if (no === null) return;
    if (!this.#flags.delete(no)) this.#flags.add(no);
    memory.write("flags", [...this.#flags]);
    this.#view.refresh();
  }

  #go(index: number): void {
    if (index < 0 || index >= this.state.items.length) return;
    this.#model.index = index;
    this.#view.showItem(true);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#ended || document.querySelector("dialog[open]")) return;
    const item = this.state.items[this.#model.index];
    const letter = item ? letterOfKey(item, event.key) : null;
    if (event.key === "ArrowLeft") this.#go(this.#model.index - 1);
    else if (event.key === "ArrowRight") this.#go(this.#model.index + 1);
    else if (event.key.toLowerCase() === "f") this.#flag();
    else if (letter !== null) this.#choose(letter);
    else return;
    event.preventDefault();
  }

  #askHandIn(): void {
    if (!this.#saver.accepting) return;
    confirmHandIn(this.state.items, this.#saver, this.#flags, words, (index) => this.#go(index), () => this.#saver.handIn(() => this.#held()));
  }

  /** The answers the server holds, as long as the attempt is still this one; the saver compares them before the hand-in. */
  async #held(): Promise<Record<string, string> | null> {
    const state = await ask("state").then(stateOf);
    return state && state.epoch === this.state.epoch && state.phase === "open" ? state.answers : null;
  }

  async #delivered(): Promise<void> {
    while (this.#saver.unsaved > 0 && this.#saver.accepting) await pause(50);
  }

  /** Another window wants the attempt: deliver for three seconds at most, then stop. */
  async #release(): Promise<void> {
    await Promise.race([this.#delivered(), pause(3000)]);
    // The other window of this browser reads the journal: it stays, and from here nobody writes into it.
    this.#released = true;
    this.journal.leave();
    this.#saver.yieldTo();
  }

  #changed(): void {
    // The journal may answer before the view stands.
    if (this.#ended || this.#view === undefined) return;
    const { status } = this.#saver;
    if (status === "handed_in" || status === "closed" || status === "elsewhere") this.#end();
    else {
      this.#view.refresh();
      document.title = this.#saver.offlineSince === null ? this.#title : `⚠ ${words.offlineHead} · ${this.#title}`;
    }
  }

  #end(): void {
    this.#ended = true;
    document.title = this.#title;
    document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
    const { status, receipt: code } = this.#saver;
    const left = this.#saver.left();
    if (status === "elsewhere") {
      const say = (kept: number | null): void => note(root, "late", words.elsewhereHead, kept ? words.elsewhereKept(kept) : words.elsewhere, button("btn", words.reload, () => location.reload()));
      say(null);
      if (!this.#released) void this.#handOver(left).then(say);
      return;
    }
    memory.write("flags", null);
    this.over(this.state, code, status === "closed" ? left.length : 0);
    void this.#handOver(status === "closed" ? left : []);
  }

  /** Offers what is left as evidence; the journal goes only when the server has it or nothing is left. */
  async #handOver(left: readonly Change[]): Promise<number | null> {
    const kept = left.length > 0 ? await offerLeft(this.state.epoch, left) : 0;
    if (kept !== null) await this.journal.drop();
    return kept;
  }

  #tick(): void {
    if (this.#ended) return;
    const left = clock.until(this.#closeAt);
    this.#view.tick(left);
    if (left > 0) {
      setTimeout(() => this.#tick(), 250);
      return;
    }
    this.#saver.lock();
    void this.#atClose();
  }

  /** After the close: whatever is left is refused and kept as evidence; with nothing left the server is asked how the attempt ended. */
  async #atClose(): Promise<void> {
    while (!this.#ended) {
      await pause(1000);
      if (this.#ended || this.#saver.unsaved > 0) continue;
      const state = await ask("state").then(stateOf, () => null);
      if (state && state.phase === "open" && state.close_at > this.#closeAt) return location.reload();
      if (state && (state.phase === "closed" || state.phase === "handed_in")) this.#saver.finish(state.phase, state.receipt);
    }
  }
}
