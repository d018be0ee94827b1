// What a machine still holds that was left, or came back after the close: offered until the server has it, never counted.
import { wholeField } from "./protocol.ts";
import type { Change, EvidenceBody, Reply } from "./protocol.ts";

/** Changes in one offer; the server takes 512. */
const AT_ONCE = 500;
const TRIES = 60;

/** Offers changes; how many the server keeps, or null when it took none of them for good. `ask` rejects without a network. */
export async function offer(ask: (body: EvidenceBody) => Promise<Reply>, pause: (milliseconds: number) => Promise<void>, epoch: number, changes: readonly Change[]): Promise<number | null> {
  let kept = 0;
  for (let from = 0; from < changes.length; from += AT_ONCE) {
    const body = { epoch, changes: changes.slice(from, from + AT_ONCE) };
    let taken: number | null = null;
    for (let tries = 0; tries < TRIES && taken === null; tries += 1) {
      if (tries > 0) await pause(Math.min(10_000, 500 * 2 ** tries));
      const reply = await ask(body).catch(() => null);
      taken = reply?.status === 200 ? wholeField(reply.body, "kept") : null;
      // 425: the work has not ended yet; 5xx and no reply heal as well. Everything else is an answer.
      if (reply && reply.status !== 200 && reply.status !== 425 && reply.status < 500) return null;
    }
    if (taken === null) return null;
    kept += taken;
  }
  return kept;
}
