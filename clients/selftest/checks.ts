// What decides whether a machine can hold the exam. Pure: the values measured are given.

/** `warn`: the exam can be held, but somebody should know. */
export type Result = "good" | "warn" | "bad";

/** The worst of several. */
export function worst(results: readonly Result[]): Result {
  if (results.includes("bad")) return "bad";
  return results.includes("warn") ? "warn" : "good";
}

/** Width of the window in pixels: below 1024 the answer sheet stands below the paper, below 360 it does not fit. */
export function ofWidth(width: number): Result {
  if (width < 360) return "bad";
  return width < 1024 ? "warn" : "good";
}

/** Round trips in milliseconds, null for one that failed: an answer waits for one of them. */
export function ofNetwork(trips: readonly (number | null)[]): Result {
  const heard = trips.filter((trip): trip is number => trip !== null).sort((a, b) => a - b);
  const middle = heard[Math.floor(heard.length / 2)];
  if (middle === undefined || heard.length < trips.length / 2 || middle > 2000) return "bad";
  return heard.length < trips.length || middle > 300 ? "warn" : "good";
}

/** Difference of the machine's clock from the server's in milliseconds. The exam goes by the server's, so it never forbids anything. */
export function ofClock(difference: number): Result {
  return Math.abs(difference) > 60_000 ? "warn" : "good";
}

/** Pictures of different signs, each as one text: a machine without the font draws the same box for all. */
export function ofGlyphs(pictures: readonly string[], box: string): Result {
  const drawn = new Set(pictures);
  return drawn.size === pictures.length && !drawn.has(box) ? "good" : "bad";
}

/** Words for units of time, smallest first: seconds, minutes, hours, days. */
export type Units = readonly [string, string, string, string];

/** Milliseconds with a sign, for people: in the unit in which the number can still be read. */
export function clockWords(difference: number, [second, minute, hour, day]: Units): string {
  const seconds = Math.abs(difference) / 1000;
  const [count, unit] = seconds < 120 ? [seconds, second] : seconds < 7200 ? [seconds / 60, minute] : seconds < 172_800 ? [seconds / 3600, hour] : [seconds / 86_400, day];
  return `${difference < 0 ? "−" : "+"}${Math.round(count)} ${unit}`;
}
