// What a check found: a line for each check, and each thing that is wrong.

/** So many are named of each check; the others are counted. */
const NAMED_MOST = 20;

export class Findings {
  constructor() {
    this.checks = [];
  }

  /** Runs one check: it is given a function to call with each thing that is wrong, and gives what it counted, in words. */
  check(name, run) {
    const one = { name, wrong: 0, named: [], notes: [], counted: "" };
    this.checks.push(one);
    one.counted = run((text) => {
      one.wrong += 1;
      if (one.named.length < NAMED_MOST) one.named.push(text);
    }, (text) => one.notes.push(text));
  }

  get agrees() {
    return this.checks.every((one) => one.wrong === 0);
  }

  /** What is printed. */
  lines() {
    const checks = this.checks.map((one) => `${one.wrong === 0 ? "ok   " : "WRONG"} ${one.name}: ${one.counted}`);
    const notes = this.checks.flatMap((one) => one.notes.map((text) => `note  ${one.name}: ${text}`));
    const wrong = this.checks.flatMap((one) => {
      const more = one.wrong - one.named.length;
      return [...one.named, ...(more > 0 ? [`and ${more} more`] : [])].map((text) => `DISAGREES ${one.name}: ${text}`);
    });
    return [...checks, ...notes, ...(wrong.length > 0 ? wrong : ["agrees"])];
  }
}

/** The rows under the value of a key, in the order they came. */
export function grouped(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    const value = key(row);
    const group = groups.get(value);
    if (group) group.push(row);
    else groups.set(value, [row]);
  }
  return groups;
}

/** The rows by their key; one that comes twice is wrong. */
export function unique(rows, key, wrong, what) {
  const found = new Map();
  for (const row of rows) {
    const value = key(row);
    if (found.has(value)) wrong(`${what} ${value} stands twice`);
    else found.set(value, row);
  }
  return found;
}
