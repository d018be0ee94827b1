// What every part of the exam page needs: its data attributes, words, clock, memory and requests.
import { offer } from "./evidence.ts";
import { Journal } from "./journal.ts";
import { request } from "./net.ts";
import type { Change } from "./protocol.ts";
import { shelf } from "./shelf.ts";
import { wordsFor } from "./text.ts";
import { ServerClock } from "./timer.ts";

const found = document.getElementById("exam");
if (!found) throw new Error("no #exam on this page");

/** The element the page gives to the client; its data attributes are the whole configuration. */
export const root: HTMLElement = found;
const { attempt: id = "", csrf = "", journal: key = "", lang = "zh-CN", zone = "Asia/Shanghai" } = root.dataset;

/** Id of the attempt. */
export const attempt = id;

/** Words in the candidate's language. */
export const words = wordsFor(lang);

/** Milliseconds that never run backwards. */
export const mono = (): number => performance.now();

/** The server's time. */
export const clock = new ServerClock(mono);

/** Asks the server about this attempt. */
export function ask(path: "state" | "pulse" | "start" | "answers" | "hand-in" | "evidence", body: unknown = {}): ReturnType<typeof request> {
  return request(`/attempts/${encodeURIComponent(id)}/${path}`, path === "state" || path === "pulse" ? "GET" : "POST", csrf, body);
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const hours = new Intl.DateTimeFormat(lang, { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** Unix microseconds as a time of day where the exam is held. */
export function hourText(micros: number): string {
  return hours.format(micros / 1000);
}

/** The journal of this attempt on this machine. `getRandomValues` exists without a certificate as well; `crypto.subtle` does not. */
export async function openJournal(): Promise<Journal> {
  return new Journal(await shelf(() => clock.now()), id, key, (bytes) => void crypto.getRandomValues(bytes));
}

/** Offers what did not count as evidence; how many changes the server keeps, null when it took none. */
export function offerLeft(epoch: number, changes: readonly Change[]): Promise<number | null> {
  return offer((body) => ask("evidence", body), pause, epoch, changes);
}

/** The memory of this window over a reload: flags and large print. Without storage the client works, only forgetful. */
export const memory = {
  read(name: string): unknown {
    try {
      return JSON.parse(sessionStorage.getItem(`${name}-${id}`) ?? "null");
    } catch {
      return null;
    }
  },
  write(name: string, value: unknown): void {
    try {
      if (value === null) sessionStorage.removeItem(`${name}-${id}`);
      else sessionStorage.setItem(`${name}-${id}`, JSON.stringify(value));
    } catch {
      // Storage may be switched off or full; the server's copy is the one that counts.
    }
  },
};

/** Switches large print, for this window. */
export function large(): void {
  const page = document.documentElement;
  if (page.dataset["print"] === "large") delete page.dataset["print"];
  else page.dataset["print"] = "large";
  memory.write("print", page.dataset["print"] ?? null);
}
