// Exam attempt protocol v1 from the server's side, in memory, written from the protocol text alone (not from the client).
// Time is a number the test moves; nothing here is random.

import { createHash } from "node:crypto";

/** One attempt. `now`, `openAt`, `closeAt`: Unix microseconds. */
export class FakeAttempt {
  epoch = 1;
  acked = 0;
  chain = "0".repeat(64);
  answers = {};
  evidence = [];
  receipt = null;
  conflicts = 0;
  started = false;
  /** Content of every number ever accepted: a repeat with other content is a conflict. */
  record = new Map();

  constructor({ id = "t1", now = 0, openAt = 0, closeAt = Number.MAX_SAFE_INTEGER, items = [], title = {} } = {}) {
    Object.assign(this, { id, now, openAt, closeAt, items, title });
  }

  get phase() {
    if (this.receipt) return "handed_in";
    if (this.now < this.openAt) return "waiting";
    return this.now < this.closeAt ? "open" : "closed";
  }

  state() {
    const shown = this.phase !== "waiting" && this.started;
    return { status: 200, body: { attempt: this.id, epoch: this.epoch, phase: this.phase, server_now: this.now, open_at: this.openAt, close_at: this.closeAt, acked_seq: this.acked, chain_head: this.chain, title: this.title, items: shown ? this.items : [], answers: { ...this.answers }, receipt: this.receipt } };
  }

  start() {
    if (this.phase === "open") this.started = true;
    return this.state();
  }

  post(path, body) {
    return path === "answers" ? this.#save(body) : this.#handIn(body);
  }

  #save({ epoch, changes }) {
    if (epoch !== this.epoch) return { status: 409, body: { error: "stale_epoch" } };
    if (this.receipt) return { status: 410, body: { error: "handed_in", receipt: this.receipt } };
    if (this.now >= this.closeAt) {
      this.evidence.push(...changes);
      return { status: 410, body: { error: "closed", acked_seq: this.acked, kept_as_evidence: true } };
    }
    const fresh = changes.filter((change) => change.seq > this.acked);
    if (changes.some(({ seq, no, answer }) => seq <= this.acked && this.record.has(seq) && this.record.get(seq) !== `${no}=${answer}`)) {
      this.conflicts += 1;
      return { status: 409, body: { error: "conflict", acked_seq: this.acked } };
    }
    if (fresh.some((change, index) => change.seq !== this.acked + 1 + index)) return { status: 409, body: { error: "gap", acked_seq: this.acked } };
    for (const { seq, no, answer } of fresh) this.record.set(seq, `${no}=${answer}`);
    for (const { seq, no, answer } of fresh) {
      this.acked = seq;
      this.answers[no] = answer;
      this.chain = createHash("sha256").update(`${this.chain}\n${seq}\n${no}\n${answer}`).digest("hex");
    }
    return { status: 200, body: { acked_seq: this.acked, server_now: this.now, close_at: this.closeAt, chain_head: this.chain } };
  }

  #handIn({ epoch, last_seq: last }) {
    if (this.receipt) return this.#receipt();
    if (epoch !== this.epoch) return { status: 409, body: { error: "stale_epoch" } };
    if (last > this.acked) return { status: 409, body: { error: "missing", acked_seq: this.acked } };
    if (this.now >= this.closeAt) return { status: 410, body: { error: "closed", acked_seq: this.acked, kept_as_evidence: true } };
    this.receipt = "AB12CD34EF";
    return this.#receipt();
  }

  #receipt() {
    const answered = Object.values(this.answers).filter((answer) => answer !== "").length;
    return { status: 200, body: { phase: "handed_in", receipt: this.receipt, answered, items: this.items.length } };
  }
}
