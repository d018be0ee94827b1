// HTTP of the exam client: plain fetch, a time limit, no trust in the shape of a reply.
import type { Reply, State } from "./protocol.ts";

/** A reply later than this counts as lost; the batch is sent again. */
const PATIENCE = 10_000;

/** Sends one request; rejects when no reply comes in time. */
export async function request(url: string, method: "GET" | "POST", csrf: string, body?: unknown): Promise<Reply> {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const reply = await fetch(url, {
      method, signal: stop.signal, cache: "no-store", credentials: "same-origin", redirect: "error",
      headers: method === "POST" ? { "Content-Type": "application/json", "X-CSRF": csrf } : {},
      ...(method === "POST" ? { body: JSON.stringify(body) } : {}),
    });
    const seconds = Number(reply.headers.get("Retry-After") ?? 0);
    return { status: reply.status, body: await reply.json().catch(() => null), retryAfter: Number.isFinite(seconds) ? seconds * 1000 : 0 };
  } finally {
    clearTimeout(limit);
  }
}

/** The state in a reply, or null when it is not one. */
export function stateOf(reply: Reply): State | null {
  const body = reply.body as Partial<State> | null;
  const whole = reply.status === 200 && body !== null && typeof body === "object" && typeof body.epoch === "number" && Array.isArray(body.items) && body.title && body.answers;
  return whole ? (body as State) : null;
}
