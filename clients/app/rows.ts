// Keyboard flow for reviewers and markers: tables marked data-keys="rows".

const KEYS: readonly (readonly [string, string, string])[] = [
  ["J", "下一行", "next row"], ["K", "上一行", "previous row"], ["Enter", "打开", "open"], ["X", "勾选", "tick"],
  ["A", "通过", "approve"], ["R", "退回", "return"], ["F", "标记", "flag"], ["?", "按键说明", "these keys"],
];

/** The rows of the first key table that are shown. */
function rowsOf(): HTMLTableRowElement[] {
  return [...document.querySelectorAll<HTMLTableRowElement>('table[data-keys="rows"] > tbody > tr')].filter((row) => row.offsetParent !== null);
}

function select(row: HTMLTableRowElement): void {
  for (const other of rowsOf()) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function showKeys(zh: boolean): void {
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  form.method = "dialog";
  const heading = document.createElement("h2");
  heading.textContent = zh ? "按键" : "Keys";
  const list = document.createElement("dl");
  for (const [key, chinese, english] of KEYS) {
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
  control?.click();
  return Boolean(control);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA|BUTTON|A)$/.test(target.tagName) && !(target instanceof HTMLInputElement && target.type === "checkbox"));
}

/** Listens for the keys while the page holds a key table. */
export function bindRowKeys(zh: boolean): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (!document.querySelector('table[data-keys="rows"]')) return;
    const letter = event.key.toLowerCase();
    const field = isTyping(event.target);
    if (field && (letter === "enter" || !(event.target instanceof HTMLAnchorElement || event.target instanceof HTMLButtonElement))) return;
    if (letter === "?") showKeys(zh);
    else if (letter === "j") move(1);
    else if (letter === "k") move(-1);
    else if (!/^(enter|x|a|r|f)$/.test(letter) || !press(letter)) return;
    event.preventDefault();
  });
}
