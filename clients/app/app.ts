// Progressive enhancement for the pages of the office. Every page works without it.
import { bindCaseKeys } from "./case.ts";
import { bindRowKeys } from "./rows.ts";

const root = document.documentElement;
root.dataset["js"] = "";
const zh = !root.lang.startsWith("en");

/** Asks before a form or link marked `data-confirm` goes on; resolves to the answer. */
function ask(question: string): Promise<boolean> {
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  form.method = "dialog";
  const text = document.createElement("p");
  text.textContent = question;
  const actions = document.createElement("div");
  actions.className = "actions";
  for (const [value, label, look] of [["yes", zh ? "确定" : "Confirm", "btn go"], ["no", zh ? "取消" : "Cancel", "btn"]] as const) {
    const button = document.createElement("button");
    button.value = value;
    button.className = look;
    button.textContent = label;
    // The safe answer has the focus: Enter by habit must not destroy anything.
    button.autofocus = value === "no";
    actions.append(button);
  }
  form.append(text, actions);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

const agreed = new WeakSet<Element>();

function guard(event: Event, target: HTMLElement, again: () => void): void {
  if (agreed.delete(target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  void ask(target.dataset["confirm"] ?? "").then((yes) => {
    if (!yes) return;
    agreed.add(target);
    again();
  });
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest<HTMLElement>("a[data-confirm], button[data-confirm]") : null;
  if (target) guard(event, target, () => target.click());
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form instanceof HTMLFormElement && form.dataset["confirm"]) {
    const by = event.submitter;
    guard(event, form, () => form.requestSubmit(by));
  }
}, true);

async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain HTTP in an exam hall has no clipboard object.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
  const what = button?.dataset["copy"];
  if (!button || !what) return;
  const text = what.startsWith("text:") ? what.slice(5) : document.querySelector(what)?.textContent?.trim() ?? "";
  void copy(text).then(() => {
    const before = button.textContent;
    button.textContent = button.dataset["copied"] ?? (zh ? "已复制" : "Copied");
    setTimeout(() => { button.textContent = before; }, 2000);
  });
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-large-print]") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  // The server keeps the choice in a cookie; the page only changes once it has.
  void fetch(link.href, { credentials: "same-origin", redirect: "follow" })
    .then((reply) => (reply.ok ? location.reload() : location.assign(link.href)), () => location.assign(link.href));
});

document.querySelector(".rail")?.querySelector("a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.querySelector<HTMLElement>(".error-summary")?.focus();
bindRowKeys(zh);
bindCaseKeys(zh);
