// Time left, by a monotonic timer. The wall clock of an exam computer may be wrong or be set during the exam; it is never asked.

/** Knows the server's time within the travel time of one reply, and never later than it is: time shown as left is really left. */
export class ServerClock {
  #offset: number | null = null;

  /** `mono` returns milliseconds that never run backwards (`performance.now`). */
  constructor(private readonly mono: () => number) {}

  /**
   * Learns from a reply: `serverNow` in Unix microseconds was stamped somewhere between `sentAt` (milliseconds by `mono`) and now.
   * The smallest upper bound of the offset wins, unless a reply contradicts it, as after the computer slept and `mono` stood still.
   */
  sync(serverNow: number, sentAt: number): void {
    const upper = serverNow / 1000 - sentAt;
    const lower = serverNow / 1000 - this.mono();
    if (this.#offset === null || upper < this.#offset || lower > this.#offset) this.#offset = upper;
  }

  /** The server's time in whole Unix microseconds, 0 before the first reply. */
  now(): number {
    return this.#offset === null ? 0 : Math.round((this.#offset + this.mono()) * 1000);
  }

  /** Whole milliseconds until `at` (Unix microseconds), never negative. */
  until(at: number): number {
    return Math.max(0, Math.ceil((at - this.now()) / 1000));
  }
}

/** "1:29:05" or "29:05"; a started second counts, so that 0 is shown only at the end. */
export function clockText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const two = (n: number): string => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
