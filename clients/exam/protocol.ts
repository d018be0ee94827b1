// Exam attempt protocol, version 1. Written by hand beside the server's types in crates/batch/6-sitting; a test there compares the field
// and error names of this file with its own, so that neither side can drift alone.

/** Integer Unix microseconds, UTC, by the server's clock. */
export type Micros = number;

/** `waiting`: before open_at; `open`: answers count; `closed`: at or after close_at; `handed_in`: the candidate is done. */
export type Phase = "waiting" | "open" | "closed" | "handed_in";

/** Kind of an item. A judgement is answered "T" or "F". */
export type Kind = "single" | "multiple" | "judgement";

/** One option of an item. */
export interface Option { letter: string; text: string }

/** One item as the candidate sees it: never a key, an explanation or a difficulty. `points` is decimal text. */
export interface Item { no: number; kind: Kind; stem: string; options: Option[]; points: string }

/** Heading of the attempt. */
export interface Title { occupation: string; level: string; form_minutes: number; seat: string; name: string; admission_number: string }

/** Reply to `GET state` and `POST start`. */
export interface State {
  attempt: string; epoch: number; phase: Phase; server_now: Micros; open_at: Micros; close_at: Micros; acked_seq: number;
  chain_head: string; title: Title; items: Item[]; answers: Record<string, string>; receipt: string | null;
}

/** One answer given: `seq` rises by exactly 1 per attempt; `answer` is "" when cleared. */
export interface Change { seq: number; no: number; answer: string; at: Micros }

/** Body of `POST answers`. */
export interface AnswersBody { epoch: number; changes: Change[] }

/** 200 of `POST answers`, sent only after the fsynced commit. */
export interface AnswersReply { acked_seq: number; server_now: Micros; close_at: Micros; chain_head: string }

/** Body of `POST hand-in`. */
export interface HandInBody { epoch: number; last_seq: number }

/** 200 of `POST hand-in`. */
export interface HandInReply { phase: "handed_in"; receipt: string; answered: number; items: number }

/** Reply to `GET pulse`: the machine is heard, and hears whether its time was changed. */
export interface Pulse { phase: Phase; server_now: Micros; close_at: Micros; acked_seq: number }

/** Body of `POST evidence`: what a machine still holds that was left, or whose time is over. Kept, never counted. */
export interface EvidenceBody { epoch: number; changes: Change[] }

/** 200 of `POST evidence`. */
export interface EvidenceReply { kept: number }

/** Names of refusals. `other_browser`: not the browser that signed in at the seat; `conflict`: a number comes again with another content. */
export type ErrorName = "stale_epoch" | "other_browser" | "conflict" | "gap" | "missing" | "closed" | "handed_in" | "csrf" | "signed_out";

/** Body of a refusal (401, 403, 409, 410). */
export interface Refusal { error: ErrorName; acked_seq?: number; kept_as_evidence?: boolean; receipt?: string }

/** A reply of any kind. `retryAfter` in milliseconds, 0 without the header; `body` is null when it was not JSON. */
export interface Reply { status: number; body: unknown; retryAfter: number }

/** Where the changes go. Rejects when no reply came (network, time-out). */
export type Send = (path: "answers" | "hand-in", body: AnswersBody | HandInBody) => Promise<Reply>;

/** An own field of a JSON object, or undefined: replies are checked, never trusted to have a shape. */
function field(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null && Object.hasOwn(body, name) ? Object.getOwnPropertyDescriptor(body, name)?.value : undefined;
}

/** A non-negative whole number of a reply, or null. */
export function wholeField(body: unknown, name: string): number | null {
  const value = field(body, name);
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A text of a reply, or "". */
export function textField(body: unknown, name: string): string {
  const value = field(body, name);
  return typeof value === "string" ? value : "";
}
