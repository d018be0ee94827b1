// The self-test of an exam computer: tries what the exam client needs, on this machine, and says what to do where it fails.
import { shelf } from "../exam/shelf.ts";
import { clockWords, ofClock, ofGlyphs, ofNetwork, ofWidth, worst } from "./checks.ts";
import type { Result } from "./checks.ts";

type Check = () => Promise<[Result, string]> | [Result, string];

const TRIPS = 7;

/** One round trip to the server: how long it took, and how far this machine's clock is off in the middle of it. */
async function trip(): Promise<{ took: number; off: number } | null> {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), 5000);
  try {
    const sent = performance.now();
    const reply = await fetch("/hall/clock", { cache: "no-store", signal: stop.signal });
    const took = performance.now() - sent;
    const { server_now: now } = await reply.json() as { server_now?: unknown };
    return typeof now === "number" ? { took, off: Date.now() - took / 2 - now / 1000 } : null;
  } catch {
    return null;
  } finally {
    clearTimeout(limit);
  }
}

/** One sign, drawn: its pixels as a text. */
function picture(sign: string): string {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 32;
  const pen = canvas.getContext("2d");
  if (!pen) return "";
  pen.font = "24px serif";
  pen.textBaseline = "top";
  pen.fillText(sign, 2, 2);
  return pen.getImageData(0, 0, 32, 32).data.join(",");
}

/** A word of the page, in its language. */
const word = (name: string): string => document.getElementById("self-test")?.dataset[name] ?? "";

let trips: Awaited<ReturnType<typeof trip>>[] = [];

const checks: Record<string, Check> = {
  browser: () => {
    const needs: [string, boolean][] = [
      ["fetch", typeof fetch === "function" && typeof AbortController === "function"], ["dialog", typeof HTMLDialogElement === "function"],
      ["structuredClone", typeof structuredClone === "function"], ["random", typeof crypto?.getRandomValues === "function"],
      ["layers", typeof CSSLayerBlockRule === "function"],
    ];
    const missing = needs.filter(([, has]) => !has).map(([name]) => name);
    return [missing.length > 0 ? "bad" : "good", missing.length > 0 ? `− ${missing.join(", ")}` : /(?:Chrome|Edg|Firefox|Version)\/\d+/.exec(navigator.userAgent)?.[0] ?? ""];
  },
  storage: async () => {
    const found = await shelf(() => 0);
    if (found === null) return ["bad", ""];
    const isDisk = typeof indexedDB !== "undefined" && (await indexedDB.databases?.().catch(() => []) ?? []).some((one) => one.name === "kaogong-exam");
    return [isDisk ? "good" : "warn", isDisk ? "IndexedDB" : "sessionStorage"];
  },
  screen: () => [ofWidth(innerWidth), `${innerWidth} × ${innerHeight}`],
  fonts: () => [ofGlyphs(["考", "工", "鉴"].map(picture), picture("\u{FFFFE}")), ""],
  network: () => {
    const took = trips.map((one) => one?.took ?? null);
    const heard = took.filter((one): one is number => one !== null).sort((a, b) => a - b);
    return [ofNetwork(took), `${heard.length} / ${took.length} ${word("replies")} · ${Math.round(heard[Math.floor(heard.length / 2)] ?? 0)} ${word("milliseconds")}`];
  },
  clock: () => {
    const best = trips.filter((one) => one !== null).sort((a, b) => a.took - b.took)[0];
    return best ? [ofClock(best.off), clockWords(best.off, [word("second"), word("minute"), word("hour"), word("day")])] : ["warn", ""];
  },
  windows: () => [typeof BroadcastChannel === "function" ? "good" : "warn", ""],
};

const MARKS: Record<Result, [string, string]> = { good: ["done", "✓"], warn: ["wait", "!"], bad: ["late", "✕"] };

async function run(page: HTMLElement): Promise<void> {
  const verdict = page.querySelector<HTMLElement>("#self-test-verdict");
  if (verdict) {
    verdict.className = "flash wait";
    verdict.textContent = page.dataset["running"] ?? "";
  }
  trips = [];
  for (let at = 0; at < TRIPS; at += 1) trips.push(await trip());
  const results: Result[] = [];
  for (const row of page.querySelectorAll<HTMLElement>("[data-check]")) {
    const check = checks[row.dataset["check"] ?? ""];
    if (!check) continue;
    let [result, measured]: [Result, string] = ["bad", ""];
    try {
      [result, measured] = await check();
    } catch {
      // What cannot even be tried has failed.
    }
    results.push(result);
    const [look, sign] = MARKS[result];
    const tag = row.querySelector<HTMLElement>("[data-result]");
    const cell = row.querySelector<HTMLElement>("[data-measured]");
    const cure = row.querySelector<HTMLElement>("[data-cure]");
    if (tag) {
      tag.className = `tag ${look}`;
      tag.textContent = sign;
      tag.setAttribute("aria-label", result);
    }
    if (cell) cell.textContent = measured;
    if (cure) cure.hidden = result === "good";
  }
  const all = worst(results);
  page.dataset["verdict"] = all;
  if (verdict) {
    verdict.className = `flash ${MARKS[all][0]}`;
    verdict.textContent = page.dataset[all] ?? "";
  }
}

const page = document.getElementById("self-test");
if (page) {
  void run(page);
  document.getElementById("self-test-again")?.addEventListener("click", () => void run(page));
}
