// Building the page: elements and text nodes only, so that no text of an item can ever become markup.

type Child = Node | string;

/** Creates an element; `attributes` false or "" for a boolean leaves it out or sets it empty. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Readonly<Record<string, string | boolean>> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** A button that calls `act`. */
export function button(look: string, label: string, act: () => void): HTMLButtonElement {
  const made = make("button", { type: "button", class: look }, label);
  made.addEventListener("click", act);
  return made;
}

/** Stands for a column break in the text of an item. */
const COLUMN = "｜";

/** A part of a stem: lines of text, or rows of cells. */
export type Block = { text: string } | { rows: string[][] };

/** Splits a stem into text and tables: neighbouring lines with the same number of columns are one table. */
export function blocksOf(stem: string): Block[] {
  const blocks: Block[] = [];
  for (const line of stem.split("\n")) {
    const cells = line.split(COLUMN).map((cell) => cell.trim());
    const before = blocks.at(-1);
    if (cells.length < 2) {
      if (before && "text" in before) before.text += `\n${line}`;
      else blocks.push({ text: line });
    } else if (before && "rows" in before && before.rows[0]?.length === cells.length) before.rows.push(cells);
    else blocks.push({ rows: [cells] });
  }
  return blocks;
}

/** Renders a stem: paragraphs and real tables; the first of several rows is the heading. */
export function stemOf(stem: string): HTMLElement {
  const box = make("div", { class: "exam-stem" });
  for (const block of blocksOf(stem)) {
    if ("text" in block) {
      box.append(...block.text.split("\n").filter((line) => line !== "").map((line) => make("p", {}, line)));
      continue;
    }
    const rows = block.rows.map((cells, index) => {
      const heading = index === 0 && block.rows.length > 1;
      return make("tr", {}, ...cells.map((cell) => (heading ? make("th", { scope: "col" }, cell) : make("td", {}, cell))));
    });
    box.append(make("div", { class: "table-box" }, make("table", { class: "compact" }, make("tbody", {}, ...rows))));
  }
  return box;
}
