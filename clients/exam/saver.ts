// The queue that never loses an answer. Pure: network, clock, chance and memory are given, so every schedule of failures can be replayed.
//
// Each change gets the next number and stays in the queue until the server says that it is on disk. One batch is under way at a time; a batch
// that got no reply is sent again as it was, because the server may have it already. What the candidate sees as saved was acknowledged.
import { step } from "./journal.ts";
import type { Kept, Merge } from "./journal.ts";
import { textField, wholeField } from "./protocol.ts";
import type { Change, Micros, Reply, Send } from "./protocol.ts";

/** What the saver needs from the world. */
export interface World {
  send: Send;
  /** Runs `work` after `milliseconds`. */
  later: (milliseconds: number, work: () => void) => void;
  /** A number in [0, 1) that spreads retries of a whole room. */
  chance: () => number;
  /** The server's time as far as known, for the record in `at`. */
  serverNow: () => Micros;
  /** Keeps what was given here over a crash. */
  keep: (kept: Kept) => void;
  /** Called after every change of `view`. */
  changed: () => void;
}

/** `elsewhere`: another window or machine has taken over; `refused`: session or token not accepted; `offline`: no reply or the server is unwell. */
export type Status = "saved" | "saving" | "offline" | "refused" | "elsewhere" | "closed" | "handed_in";

/** Where an attempt stands when the saver begins. */
export interface Start { epoch: number; acked_seq: number; chain_head: string; answers: Record<string, string>; receipt: string | null }

/** Changes sent in one request at most; a body stays far below any limit. */
export const BATCH = 100;
/** Acknowledged changes that are still remembered, for a server that is restored from a copy. */
const REMEMBERED = 200;
const FIRST_RETRY = 500;
const LAST_RETRY = 10_000;

export class Saver {
  readonly answers = new Map<number, string>();
  status: Status = "saved";
  /** Server time of the newest acknowledgement, null before the first. */
  savedAt: Micros | null = null;
  receipt: string | null;
  /** Server time since which nothing gets through, null while it does. */
  offlineSince: Micros | null = null;
  #epoch: number;
  #head: string;
  #acked: number;
  #first: number;
  #history: Change[] = [];
  #sent: number;
  #failures = 0;
  #underWay = false;
  #waiting = false;
  #handingIn = false;
  #held: (() => Promise<Record<string, string> | null>) | null = null;
  #locked = false;

  constructor(private readonly world: World, start: Start) {
    this.#epoch = start.epoch;
    this.#head = start.chain_head;
    this.#acked = this.#first = this.#sent = start.acked_seq;
    this.receipt = start.receipt;
    for (const [no, answer] of Object.entries(start.answers)) this.answers.set(Number(no), answer);
  }

  /** Number of changes that the server has not acknowledged. */
  get unsaved(): number { return this.#last - this.#acked; }

  /** Highest number the server has acknowledged. */
  get ackedSeq(): number { return this.#acked; }

  /** True while answers may be given. */
  get accepting(): boolean { return !this.#locked && !this.#handingIn && !this.#over; }

  /** True from the moment the candidate has confirmed the hand-in. */
  get handingIn(): boolean { return this.#handingIn; }

  get #last(): number { return this.#first + this.#history.length; }
  get #over(): boolean { return this.status === "closed" || this.status === "handed_in" || this.status === "elsewhere"; }

  /** Takes up what a journal held, as it was found to stand against the server; evidence is for the caller to offer. */
  resume(kept: Kept, found: Merge): void {
    if (found.what === "go-on") {
      this.#first = kept.first;
      this.#head = kept.head;
      this.#history = kept.changes.map((change) => ({ ...change }));
      this.#acked = found.acked;
      // They keep number and content: a request from before the crash may still arrive.
      this.#sent = this.#last;
      for (const { no, answer } of this.#history.slice(this.#acked - this.#first)) this.answers.set(no, answer);
    } else if (found.what === "give-again") {
      for (const { no, answer } of found.changes) this.change(no, answer);
    }
    this.#remember();
    this.#pump();
    this.world.changed();
  }

  /** What the server never acknowledged. */
  left(): readonly Change[] { return this.#history.slice(this.#acked - this.#first); }

  /** A sign of life got no answer. */
  lost(): void {
    this.offlineSince ??= this.world.serverNow();
    this.world.changed();
  }

  /** The server answered: what waits is sent now. */
  found(): void {
    if (this.status === "offline") this.nudge();
    else this.offlineSince = null;
    this.world.changed();
  }

  /** Records an answer ("" clears); false when answers are no longer taken. */
  change(no: number, answer: string): boolean {
    if (!this.accepting) return false;
    if ((this.answers.get(no) ?? "") === answer) return true;
    this.answers.set(no, answer);
    const tail = this.#history.at(-1);
    if (tail && tail.no === no && tail.seq > this.#sent) {
      // Never sent, so it may still be rewritten: an hour offline stays a short queue.
      tail.answer = answer;
      tail.at = this.world.serverNow();
    } else {
      this.#history.push({ seq: this.#last + 1, no, answer, at: this.world.serverNow() });
    }
    this.#remember();
    this.#pump();
    this.world.changed();
    return true;
  }

  /** Takes no more answers (the time is over) and still delivers what was given. */
  lock(): void {
    this.#locked = true;
    this.world.changed();
  }

  /**
   * Hands in: delivers everything, compares the answers `held` by the server with what the candidate saw and sends what differs, then asks
   * for the receipt, however long it takes. Where `held` knows nothing (null or no reply) the numbers alone decide.
   */
  handIn(held: () => Promise<Record<string, string> | null>): void {
    if (!this.accepting) return;
    this.#handingIn = true;
    this.#held = held;
    this.#pump();
    this.world.changed();
  }

  /** Another window, or another machine, takes over: nothing more is sent from here. */
  yieldTo(): void { this.#stop("elsewhere"); }

  /** The server says the attempt is over, found by asking rather than by a refused save. */
  finish(status: "closed" | "handed_in", receipt: string | null): void {
    this.receipt = receipt ?? this.receipt;
    this.#stop(status);
  }

  /** Tries again now instead of after the pause: the network is said to be back. */
  nudge(): void {
    this.#failures = 0;
    this.#waiting = false;
    this.#pump();
  }

  #compare(held: Record<string, string> | null): void {
    this.#underWay = false;
    for (const [no, answer] of held === null || this.#over ? [] : this.answers) {
      if ((held?.[String(no)] ?? "") !== answer) this.#history.push({ seq: this.#last + 1, no, answer, at: this.world.serverNow() });
    }
    this.#remember();
    this.#pump();
    this.world.changed();
  }

  #remember(): void {
    this.#shorten();
    this.world.keep({ epoch: this.#epoch, first: this.#first, head: this.#head, acked: this.#acked, changes: this.#history });
  }

  /** What was acknowledged long ago is in the server's trail; the chain stands for it, so that the journal stays small. */
  #shorten(): void {
    const old = this.#acked - this.#first - REMEMBERED;
    if (old < REMEMBERED || this.#head === "") return;
    for (const change of this.#history.splice(0, old)) {
      this.#head = step(this.#head, change);
      this.#first = change.seq;
    }
  }

  #pump(): void {
    if (this.#underWay || this.#waiting || this.#over) return;
    const batch = this.#history.slice(this.#acked - this.#first, this.#acked - this.#first + BATCH);
    if (batch.length === 0 && !this.#handingIn) {
      this.status = "saved";
      return;
    }
    if (this.status === "saved") this.status = "saving";
    this.#underWay = true;
    if (batch.length === 0 && this.#held) {
      const held = this.#held;
      this.#held = null;
      return void held().then((answers) => this.#compare(answers), () => this.#compare(null));
    }
    this.#sent = Math.max(this.#sent, batch.at(-1)?.seq ?? 0);
    const reply = batch.length > 0
      ? this.world.send("answers", { epoch: this.#epoch, changes: batch.map((change) => ({ ...change })) })
      : this.world.send("hand-in", { epoch: this.#epoch, last_seq: this.#acked });
    reply.then((got) => this.#heard(got, batch.length > 0), () => this.#heard(null, batch.length > 0));
  }

  #heard(reply: Reply | null, wasAnswers: boolean): void {
    this.#underWay = false;
    if (this.#over) return;
    if (reply?.status === 200 && wasAnswers) this.#acknowledge(reply.body);
    else if (reply?.status === 200) this.#handedIn(reply.body);
    else if (reply?.status === 409 || reply?.status === 410) this.#refused(reply.body);
    else this.#retry(reply && (reply.status === 401 || reply.status === 403) ? "refused" : "offline", reply?.retryAfter ?? 0);
    this.world.changed();
  }

  #acknowledge(body: unknown): void {
    const acked = wholeField(body, "acked_seq");
    // A reply that is not the protocol's (a portal page, a proxy) acknowledges nothing.
    if (acked === null) return this.#retry("offline", 0);
    // More than was ever sent from here: another window writes into the same attempt.
    if (acked > this.#sent) return this.#stop("elsewhere");
    const gained = acked > this.#acked;
    this.#acked = Math.max(this.#acked, acked);
    this.savedAt = wholeField(body, "server_now") ?? this.savedAt;
    this.#remember();
    if (!gained) return this.#retry("offline", 0);
    this.#recovered();
  }

  #handedIn(body: unknown): void {
    const receipt = textField(body, "receipt");
    if (receipt === "") return this.#retry("offline", 0);
    this.receipt = receipt;
    this.#stop("handed_in");
  }

  #refused(body: unknown): void {
    const error = textField(body, "error");
    const acked = wholeField(body, "acked_seq");
    if (error === "stale_epoch" || error === "other_browser") this.#stop("elsewhere");
    // The server holds another content under our number: another window of this browser writes into the attempt.
    else if (error === "conflict") this.#stop("elsewhere");
    else if (error === "handed_in") this.finish("handed_in", textField(body, "receipt") || null);
    else if (error === "closed") {
      this.#acked = Math.min(this.#last, Math.max(this.#acked, acked ?? 0));
      this.#stop("closed");
    } else if ((error === "gap" || error === "missing") && acked !== null) this.#resendFrom(acked);
    else this.#retry("offline", 0);
  }

  /** The server lacks what follows `acked`: goes back in the history, which keeps every number's content. */
  #resendFrom(acked: number): void {
    if (acked > this.#sent) return this.#stop("elsewhere");
    const moved = acked !== this.#acked;
    if (acked < this.#first) this.#rebuild(acked);
    this.#acked = acked;
    this.#remember();
    if (moved) this.#recovered();
    else this.#retry("offline", 0);
  }

  /** The server fell behind the time this page was loaded (restored from a copy): all answers are given again. */
  #rebuild(acked: number): void {
    this.#first = acked;
    this.#head = "";
    this.#sent = acked;
    const at = this.world.serverNow();
    this.#history = [...this.answers].map(([no, answer], index) => ({ seq: acked + 1 + index, no, answer, at }));
  }

  #recovered(): void {
    this.#failures = 0;
    this.offlineSince = null;
    this.status = this.unsaved > 0 || this.#handingIn ? "saving" : "saved";
    this.#pump();
  }

  #retry(status: Status, retryAfter: number): void {
    this.status = status;
    if (status === "offline") this.offlineSince ??= this.world.serverNow();
    this.#waiting = true;
    const pause = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    this.world.later(Math.max(retryAfter, pause * (0.5 + this.world.chance() / 2)), () => {
      this.#waiting = false;
      this.#pump();
    });
  }

  #stop(status: Status): void {
    this.status = status;
    this.#handingIn = false;
    this.offlineSince = null;
    this.world.changed();
  }
}
