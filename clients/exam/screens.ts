// Screens around the paper: waiting, two windows, hand-in, receipt, closed. And the words for the state of saving.
import { button, make } from "./dom.ts";
import type { Item, Title } from "./protocol.ts";
import type { Saver } from "./saver.ts";
import type { Words } from "./text.ts";

/** One line on the state of saving. */
export function saveWords(saver: Saver, words: Words): string {
  if (saver.handingIn) return words.handingIn;
  if (saver.unsaved === 0) return words.saved;
  return saver.status === "saving" ? words.saving(saver.unsaved) : words.unsaved(saver.unsaved);
}

/** Heading and text of the notice that covers the page's width, or null when all is well. `isKept`: whether the journal lies on this machine. */
export function alarmOf(saver: Saver, words: Words, isKept: boolean, hourText: (micros: number) => string): [string, string] | null {
  if (saver.offlineSince !== null) {
    const since = saver.offlineSince > 0 ? words.offlineSince(hourText(saver.offlineSince)) : words.offlineHead;
    const safe = isKept ? words.keptHere : words.notKeptHere;
    return [since, `${saver.unsaved > 0 ? words.offline(saver.unsaved) : words.offlineNothing} ${safe}`];
  }
  if (!isKept && saver.unsaved > 0) return [words.notKeptHead, words.notKeptHere];
  if (saver.status === "refused") return [words.refusedHead, words.refused];
  if (saver.handingIn) return [words.handIn, words.handingIn];
  return null;
}

/** A screen with a heading, text and whatever follows; the heading takes the focus. Its marks: "", "late", "done". */
export function note(root: HTMLElement, mark: string, heading: string, text: string, ...more: (Node | string)[]): void {
  const head = make("h1", { tabindex: "-1" }, heading);
  root.className = "exam exam-note";
  root.replaceChildren(make("section", { class: `sheet ${mark}` }, head, make("p", {}, text), ...more));
  head.focus({ preventScroll: true });
}

/** The countdown to the opening; returns the element for the time. */
export function waiting(root: HTMLElement, title: Title, words: Words): HTMLElement {
  const time = make("b", { class: "exam-clock exam-big", role: "timer" });
  note(root, "", words.waitHead, words.waitText, make("p", { class: "muted" }, words.opensIn), time,
    pairs([[title.occupation, title.level], [words.seat, title.seat], [title.name, title.admission_number], [words.length, words.minutes(title.form_minutes)]]));
  return time;
}

function pairs(rows: readonly (readonly [string, string])[]): HTMLElement {
  return make("dl", { class: "pairs" }, ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

/** The attempt is handed in. */
export function receipt(root: HTMLElement, title: Title, code: string, words: Words): void {
  note(root, "done", words.receiptHead, words.receiptText, make("p", { class: "muted" }, words.receipt), make("p", { class: "exam-code mono" }, code),
    pairs([[title.occupation, title.level], [words.seat, title.seat], [title.name, title.admission_number]]));
}

/** The time is over. `late`: changes that arrived after the close. */
export function closed(root: HTMLElement, title: Title, late: number, words: Words): void {
  note(root, "", words.closedHead, words.closedText, ...(late > 0 ? [make("p", { class: "why bad" }, words.lateText(late))] : []),
    pairs([[title.occupation, title.level], [words.seat, title.seat], [title.name, title.admission_number]]));
}

/** Asks before handing in, with what is missing; `go` jumps to an item, `yes` hands in. */
export function confirmHandIn(items: readonly Item[], saver: Saver, flags: ReadonlySet<number>, words: Words, go: (index: number) => void, yes: () => void): void {
  const dialog = make("dialog", { class: "exam-confirm", "aria-labelledby": "exam-confirm-head" });
  const links = (chosen: readonly Item[]): HTMLElement => make("ol", { class: "exam-grid" }, ...chosen.map((item) =>
    make("li", {}, button("exam-cell", String(item.no), () => {
      dialog.close();
      go(items.indexOf(item));
    }))));
  const missing = items.filter((item) => (saver.answers.get(item.no) ?? "") === "");
  const flagged = items.filter((item) => flags.has(item.no));
  const no = button("btn", words.confirmNo, () => dialog.close());
  no.autofocus = true;
  dialog.append(make("div", {},
    make("h2", { id: "exam-confirm-head" }, words.confirmHead),
    ...(missing.length === 0 ? [make("p", {}, words.confirmAll)] : [make("p", { class: "bad" }, words.confirmMissing(missing.length)), links(missing)]),
    ...(flagged.length === 0 ? [] : [make("p", { class: "warn" }, words.confirmFlagged(flagged.length)), links(flagged)]),
    make("p", {}, words.confirmText),
    make("div", { class: "actions" }, no, button("btn go", words.confirmYes, () => {
      dialog.close();
      yes();
    }))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
