// Keyboard flow on the page of one application: J and K to the next and the previous one, A accepts as
// proposed, R and F go to the reason first and send nothing without one.
import { isTyping, showKeys, type Key } from "./rows.ts";

const KEYS: readonly Key[] = [
  ["J", "下一份", "next application"], ["K", "上一份", "previous application"], ["A", "按建议通过", "accept as proposed"],
  ["R", "退回，先写理由", "return: the reason first"], ["F", "不予通过，先写理由", "refuse: the reason first"],
  ["Enter", "提交写好理由的决定", "send the decision whose reason is written"], ["Esc", "取消", "cancel"],
];

type Decision = "accept" | "return" | "refuse";

/** The form in which the application is decided; none when it has been. */
const formOf = (): HTMLFormElement | null => document.querySelector<HTMLFormElement>('form[data-keys="case"]');
const button = (form: HTMLFormElement, decision: Decision): HTMLButtonElement | null =>
  form.querySelector<HTMLButtonElement>(`button[name="decision"][value="${decision}"]`);

function isDecision(text: string | undefined): text is Decision {
  return text === "accept" || text === "return" || text === "refuse";
}

/** Marks the decision that Enter will send, or none, and goes to where its reason is given. */
function arm(form: HTMLFormElement, decision: Decision | null): void {
  form.dataset["armed"] = decision ?? "";
  for (const each of ["accept", "return", "refuse"] as const) button(form, each)?.toggleAttribute("data-armed", each === decision);
  const note = form.querySelector<HTMLElement>("[data-armed-note]");
  if (note) note.hidden = decision === null;
  // Offered reasons are for what is wrong; an acceptance against the proposal has the reviewer's own words.
  const field = decision === "accept" ? '[name="reason"]' : '[name="offered"]';
  if (decision) form.querySelector<HTMLElement>(field)?.focus();
}

/** Sends the decision when it has its reason; otherwise asks for it. */
function send(form: HTMLFormElement, decision: Decision): void {
  const value = (name: string) => form.querySelector<HTMLSelectElement | HTMLTextAreaElement>(`[name="${name}"]`)?.value.trim() ?? "";
  const offered = decision === "accept" ? "" : value("offered");
  if (offered === "" && value("reason") === "") {
    form.querySelector<HTMLElement>('[name="reason"]')?.focus();
    return;
  }
  button(form, decision)?.click();
}

function inField(form: HTMLFormElement | null, event: KeyboardEvent): void {
  const armed = form?.dataset["armed"];
  if (!form || !isDecision(armed)) return;
  if (event.key === "Escape") {
    arm(form, null);
    if (event.target instanceof HTMLElement) event.target.blur();
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    send(form, armed);
  } else return;
  event.preventDefault();
}

/** Listens for the keys while the page shows one application. */
export function bindCaseKeys(zh: boolean): void {
  if (!document.querySelector("[data-case]")) return;
  const form = formOf();
  const armed = form?.dataset["armed"];
  if (form && isDecision(armed)) arm(form, armed);
  form?.addEventListener("submit", () => { form.dataset["sent"] = ""; });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const onControl = event.target instanceof HTMLAnchorElement || event.target instanceof HTMLButtonElement;
    if (isTyping(event.target) && !onControl) return inField(form, event);
    const letter = event.key.toLowerCase();
    const link = /^[jk]$/.test(letter) ? document.querySelector<HTMLAnchorElement>(`[data-case] a[data-key="${letter}"]`) : null;
    if (letter === "?") showKeys(zh, KEYS);
    else if (link) link.click();
    else if (!form || form.dataset["sent"] !== undefined) return;
    else if (letter === "a" && form.dataset["proposed"] === "accept") button(form, "accept")?.click();
    else if (letter === "a") arm(form, "accept");
    else if (letter === "r") arm(form, "return");
    else if (letter === "f") arm(form, "refuse");
    else return;
    event.preventDefault();
  });
}
