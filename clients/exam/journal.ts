// The journal: what was answered at this machine, sealed on its disk, so that a crash of the browser or a reload loses nothing that was
// given. It is read again at the same machine only, with a key that the server gives to a browser that sits, or sat, at the seat.
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Change } from "./protocol.ts";

/** What a journal holds: every change since `first`, sent or not, and how far the server had acknowledged them. */
export interface Kept {
  epoch: number;
  /** Number of the last counted change before the first of `changes`. */
  first: number;
  /** The chain up to `first`; "" when it is not known. */
  head: string;
  acked: number;
  changes: Change[];
}

/** Where sealed journals lie. */
export interface Shelf {
  put: (name: string, sealed: Uint8Array) => Promise<void>;
  get: (name: string) => Promise<Uint8Array | null>;
  drop: (name: string) => Promise<void>;
}

/** Where the server stands when a journal is read. */
export interface Standing { epoch: number; acked_seq: number; chain_head: string; answers: Record<string, string> }

/** What to do with a journal: go on in it, give some changes again under new numbers, offer what did not count as evidence, or nothing. */
export type Merge =
  | { what: "nothing" }
  | { what: "go-on"; acked: number }
  | { what: "give-again"; changes: Change[] }
  | { what: "evidence"; changes: Change[] };

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const text = new TextEncoder();

/** The chain after one more change, as the server works it out. */
export function step(head: string, change: Change): string {
  return hex(sha256(text.encode(`${head}\n${change.seq}\n${change.no}\n${change.answer}`)));
}

/** The number up to which the journal and the server tell the same story, or null when they do not meet. */
function meeting(kept: Kept, server: Standing): number | null {
  let head = kept.head;
  if (kept.first === server.acked_seq && head === server.chain_head) return kept.first;
  for (const change of kept.changes) {
    head = step(head, change);
    if (change.seq === server.acked_seq) return head === server.chain_head ? change.seq : null;
  }
  return null;
}

/**
 * Holds a journal against the server. A chain that meets says that nobody wrote in between, whatever the epoch: then the rest goes on under
 * its own numbers. One that does not meet never overwrites an answer the server has acknowledged.
 */
export function merge(kept: Kept, server: Standing): Merge {
  const met = kept.head === "" ? null : meeting(kept, server);
  if (met !== null) return { what: "go-on", acked: met };
  const open = kept.changes.filter((change) => change.seq > kept.acked);
  if (kept.epoch !== server.epoch) return open.length > 0 ? { what: "evidence", changes: open } : { what: "nothing" };
  // The same machine, and a server that fell behind it (restored from a copy): what it has lost is given again.
  const lost = server.acked_seq < kept.acked ? kept.changes : open;
  const last = new Map(lost.map((change) => [change.no, change]));
  const again = [...last.values()].filter((change) => (server.answers[String(change.no)] ?? "") === "" && change.answer !== "");
  return again.length > 0 ? { what: "give-again", changes: again } : { what: "nothing" };
}

function keptOf(value: unknown): Kept | null {
  const kept = value as Partial<Kept> | null;
  const whole = kept !== null && typeof kept === "object" && [kept.epoch, kept.first, kept.acked].every(Number.isSafeInteger) && typeof kept.head === "string" && Array.isArray(kept.changes);
  return whole ? (kept as Kept) : null;
}

/** The journal of one attempt. The newest state wins; writes go one after another. */
export class Journal {
  /** Whether the last write came to the disk; while another is under way it says how the one before went, so that no alarm flickers. */
  isKept = true;
  #next: Kept | null = null;
  #writing: Promise<void> | null = null;
  #closed = false;

  /** `key`: 32 bytes in hexadecimal digits; `random` fills bytes. Without a shelf nothing is kept, and `isKept` says so. */
  constructor(private readonly shelf: Shelf | null, private readonly name: string, private readonly key: string, private readonly random: (bytes: Uint8Array<ArrayBuffer>) => void) {}

  /** True when everything given so far lies on the shelf: pulling the plug now would lose nothing. */
  get isAtRest(): boolean { return this.isKept && this.#writing === null; }

  #cipher(nonce: Uint8Array): ReturnType<typeof xchacha20poly1305> {
    const key = Uint8Array.from(this.key.match(/../g) ?? [], (two) => Number.parseInt(two, 16));
    return xchacha20poly1305(key, nonce, text.encode(this.name));
  }

  /** Keeps a state; resolves when it or a newer one lies on the shelf, or cannot. */
  write(kept: Kept): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#next = structuredClone(kept);
    this.#writing ??= this.#work();
    return this.#writing;
  }

  async #work(): Promise<void> {
    while (this.#next !== null) {
      const now = this.#next;
      this.#next = null;
      this.isKept = await this.#put(now);
    }
    this.#writing = null;
  }

  async #put(kept: Kept): Promise<boolean> {
    if (this.shelf === null) return false;
    try {
      const nonce = new Uint8Array(24);
      this.random(nonce);
      const body = this.#cipher(nonce).encrypt(text.encode(JSON.stringify(kept)));
      const sealed = new Uint8Array(24 + body.length);
      sealed.set(nonce);
      sealed.set(body, 24);
      await this.shelf.put(this.name, sealed);
      return true;
    } catch {
      return false;
    }
  }

  /** What lies there; null when nothing does, or it is not ours to read. */
  async read(): Promise<Kept | null> {
    try {
      const sealed = await this.shelf?.get(this.name) ?? null;
      if (sealed === null) return null;
      const plain = this.#cipher(sealed.slice(0, 24)).decrypt(sealed.slice(24));
      return keptOf(JSON.parse(new TextDecoder().decode(plain)));
    } catch {
      return null;
    }
  }

  /** Writes nothing any more; what lies there stays, for the window that takes over. */
  leave(): void {
    this.#closed = true;
    this.#next = null;
  }

  /** The work is over and nothing is left to tell: removes it. */
  async drop(): Promise<void> {
    this.leave();
    await this.#writing;
    await this.shelf?.drop(this.name).catch(() => undefined);
  }
}
