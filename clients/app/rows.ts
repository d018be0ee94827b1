// Keyboard flow for reviewers and markers: tables marked data-keys="rows", and data-keys="review", where the
// row one was at is taken up again when the page comes back after a decision.

/** A key and what it does, in Chinese and in English. */
export type Key = readonly [string, string, string];

const TABLES = 'table:is([data-keys="rows"], [data-keys="review"])';

const KEYS: readonly Key[] = [["J", "下一行", "next row"], ["K", "上一行", "previous row"], ["Enter", "打开", "open"]];
/** Keys of a table that has the control. */
const KEYS_OF: readonly (readonly [string, Key])[] = [
  ['input[type="checkbox"]', ["X", "勾选", "tick"]], ['[data-key="a"]', ["A", "按建议通过", "accept as proposed"]],
  ['[data-key="r"]', ["R", "退回，先写理由", "return: the reason first"]], ['[data-key="f"]', ["F", "不予通过，先写理由", "refuse: the reason first"]],
];

/** Where the row one was at is kept, for the page that comes back. */
const PLACE = "kaogong-row";

/** The rows of the first key table that are shown. */
function rowsOf(): HTMLTableRowElement[] {
  return [...document.querySelectorAll<HTMLTableRowElement>(`${TABLES} > tbody > tr`)].filter((row) => row.offsetParent !== null);
}

function select(row: HTMLTableRowElement): void {
  for (const other of rowsOf()) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** Shows what the keys of a page do. */
export function showKeys(zh: boolean, keys: readonly Key[]): void {
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  form.method = "dialog";
  const heading = document.createElement("h2");
  heading.textContent = zh ? "按键" : "Keys";
  const list = document.createElement("dl");
  for (const [key, chinese, english] of [...keys, ["?", "按键说明", "these keys"] as const]) {
    const term = document.createElement("dt");
    const mark = document.createElement("kbd");
    mark.textContent = key;
    term.append(mark);
    const meaning = document.createElement("dd");
    meaning.textContent = zh ? chinese : english;
    list.append(term, meaning);
  }
  const close = document.createElement("button");
  close.className = "btn";
  close.textContent = zh ? "关闭" : "Close";
  form.append(heading, list, close);
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Moves the selection by `step` rows, from the edge when nothing is selected. */
function move(step: 1 | -1): void {
  const rows = rowsOf();
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = at < 0 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  const row = rows[next];
  if (row) select(row);
}

/** Presses the control of the selected row that carries `data-key`; false when there is none. */
function press(key: string): boolean {
  const row = rowsOf().find((each) => each.getAttribute("aria-selected") === "true");
  const control = key === "enter" ? row?.querySelector<HTMLElement>("a[href]")
    : key === "x" ? row?.querySelector<HTMLElement>('input[type="checkbox"]')
    : row?.querySelector<HTMLElement>(`[data-key="${key}"]`);
  if (control && row) sessionStorage.setItem(PLACE, String(rowsOf().indexOf(row)));
  control?.click();
  return Boolean(control);
}

/** The keys that the table of this page answers to. */
function keysHere(): Key[] {
  const more = KEYS_OF.filter(([control]) => document.querySelector(`${TABLES} ${control}`));
  return [...KEYS, ...more.map(([, key]) => key)];
}

/** In a queue the row one was at, or the one that moved up into its place, is the current one again. */
function takeUpAgain(): void {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place === null || !document.querySelector('table[data-keys="review"]')) return;
  const rows = rowsOf();
  const row = rows[Math.min(Number(place), rows.length - 1)];
  if (row) select(row);
}

/** Ticks every box of one name, or none when all are ticked. */
function bindTickAll(): void {
  const button = document.querySelector<HTMLButtonElement>("button[data-tick]");
  if (!button) return;
  const boxes = [...document.querySelectorAll<HTMLInputElement>(`input[type="checkbox"][name="${button.dataset["tick"] ?? ""}"]`)];
  button.hidden = boxes.length === 0;
  button.addEventListener("click", () => {
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}

/** Whether somebody is writing or choosing there. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA|BUTTON|A)$/.test(target.tagName) && !(target instanceof HTMLInputElement && target.type === "checkbox"));
}

/** Listens for the keys while the page holds a key table. */
export function bindRowKeys(zh: boolean): void {
  takeUpAgain();
  bindTickAll();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (!document.querySelector(TABLES)) return;
    const letter = event.key.toLowerCase();
    const field = isTyping(event.target);
    if (field && (letter === "enter" || !(event.target instanceof HTMLAnchorElement || event.target instanceof HTMLButtonElement))) return;
    if (letter === "?") showKeys(zh, keysHere());
    else if (letter === "j") move(1);
    else if (letter === "k") move(-1);
    else if (!/^(enter|x|a|r|f)$/.test(letter) || !press(letter)) return;
    event.preventDefault();
  });
}
