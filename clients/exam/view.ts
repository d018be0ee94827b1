// The paper on the screen: one item at a time, the answer sheet beside it, the state of saving above both.
import { lettersOf } from "./answers.ts";
import { button, make, stemOf } from "./dom.ts";
import type { Item, Kind, Title } from "./protocol.ts";
import type { Saver } from "./saver.ts";
import { alarmOf, saveWords } from "./screens.ts";
import type { Words } from "./text.ts";
import { clockText } from "./timer.ts";

/** What the candidate can do. */
export interface Actions {
  choose: (letter: string) => void;
  clear: () => void;
  flag: () => void;
  go: (index: number) => void;
  handIn: () => void;
  large: () => void;
}

/** What the view shows; owned by main.ts, read here. */
export interface Model { title: Title; items: readonly Item[]; saver: Saver; flags: ReadonlySet<number>; index: number; hourText: (micros: number) => string; isKept: () => boolean; isAtRest: () => boolean }

const FIVE_MINUTES = 5 * 60_000;

export class View {
  readonly #time = make("b", { class: "exam-clock" });
  readonly #timeBox: HTMLElement;
  readonly #save = make("span", { class: "exam-saved", role: "status", "aria-live": "polite" });
  readonly #savedAt = make("span", { class: "exam-saved-at" });
  readonly #alarm = make("div", { class: "exam-alarm", role: "alert", hidden: true });
  readonly #announce = make("p", { class: "sr-only", role: "status" });
  readonly #told = make("p", { class: "exam-told", hidden: true });
  readonly #item = make("section", { class: "sheet exam-item", "aria-labelledby": "exam-no" });
  readonly #count = make("span", { class: "muted" });
  readonly #progress: HTMLProgressElement;
  readonly #cells = new Map<number, HTMLButtonElement>();
  readonly #flag: HTMLButtonElement;
  readonly #clear: HTMLButtonElement;
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #handIn: HTMLButtonElement;
  #inputs: HTMLInputElement[] = [];
  #alarmKey = "";
  #warned = false;

  constructor(root: HTMLElement, private readonly model: Model, private readonly words: Words, private readonly actions: Actions) {
    const step = (by: number) => () => actions.go(model.index + by);
    this.#previous = button("btn exam-previous", words.previous, step(-1));
    this.#next = button("btn go exam-next", words.next, step(1));
    this.#flag = button("btn exam-flag", words.flag, actions.flag);
    this.#clear = button("btn plain exam-clear", words.clear, actions.clear);
    this.#handIn = button("btn go exam-hand-in", words.handIn, actions.handIn);
    this.#progress = make("progress", { max: String(model.items.length), "aria-label": words.answered });
    this.#timeBox = make("div", { class: "exam-time", role: "timer" }, make("small", {}, words.left), this.#time);
    const toSheet = make("a", { href: "#exam-sheet", class: "btn exam-to-sheet" }, words.toSheet);
    root.className = "exam";
    root.replaceChildren(
      this.#bar(), this.#alarm, this.#announce, this.#told,
      make("div", { class: "exam-body" },
        make("div", { class: "exam-work" }, this.#item, make("div", { class: "exam-foot" }, this.#previous, this.#flag, toSheet, this.#next), make("p", { class: "exam-keys muted" }, words.keys)),
        this.#sheet()),
    );
    this.showItem(false);
    this.refresh();
  }

  #bar(): HTMLElement {
    const { title } = this.model;
    const { words } = this;
    return make("header", { class: "exam-bar" },
      make("div", { class: "exam-what" }, make("h1", {}, `${title.occupation} · ${title.level}`), make("p", {}, `${words.seat} ${title.seat} · ${title.name} · ${title.admission_number}`)),
      make("div", { class: "exam-save" }, this.#save, this.#savedAt),
      button("btn plain exam-large", words.large, this.actions.large),
      this.#timeBox);
  }

  #sheet(): HTMLElement {
    const groups = new Map<Kind, HTMLElement[]>();
    this.model.items.forEach((item, index) => {
      const cell = button("exam-cell", String(item.no), () => this.actions.go(index));
      this.#cells.set(item.no, cell);
      const list = groups.get(item.kind) ?? [];
      list.push(make("li", {}, cell));
      groups.set(item.kind, list);
    });
    const lists = [...groups].map(([kind, cells]) => make("div", {}, make("h3", {}, this.words[`${kind}_group`]), make("ol", { class: "exam-grid" }, ...cells)));
    return make("aside", { class: "sheet exam-sheet", id: "exam-sheet", "aria-label": this.words.sheet },
      make("header", {}, make("h2", {}, this.words.sheet), this.#count),
      make("div", { class: "pad" }, this.#progress, ...lists,
        make("ul", { class: "exam-legend" }, make("li", { class: "is-answered" }, this.words.answered), make("li", { class: "is-flagged" }, this.words.flagged), make("li", { class: "is-current" }, this.words.current)),
        this.#handIn));
  }

  /** Shows the current item; `focus` moves the reader to its heading. */
  showItem(focus: boolean): void {
    const item = this.model.items[this.model.index];
    if (!item) return;
    const { words, model } = this;
    const many = item.kind === "multiple";
    const heading = make("h2", { id: "exam-no", tabindex: "-1" }, words.item(item.no, model.items.length));
    const texts = item.kind === "judgement" ? [words.right, words.wrong] : item.options.map((option) => option.text);
    this.#inputs = [];
    const choices = lettersOf(item).map((letter, index) => {
      const input = make("input", { type: many ? "checkbox" : "radio", name: "answer", value: letter });
      input.addEventListener("change", () => this.actions.choose(letter));
      this.#inputs.push(input);
      const mark = item.kind === "judgement" ? (letter === "T" ? "✓" : "✕") : letter;
      return make("label", { class: "choice" }, input, make("b", { class: "exam-letter", "aria-hidden": item.kind === "judgement" ? "true" : false }, mark), make("span", {}, texts[index] ?? ""));
    });
    this.#item.replaceChildren(
      make("header", {}, heading, make("span", { class: "tag now" }, words[item.kind]), make("span", { class: "tag" }, words.points(item.points))),
      make("div", { class: "pad" }, stemOf(item.stem),
        make("fieldset", { class: "exam-choices" }, make("legend", { class: "exam-hint" }, many ? words.pickMany : words.pickOne), ...choices), this.#clear));
    this.#previous.disabled = model.index === 0;
    this.#next.disabled = model.index === model.items.length - 1;
    if (focus) heading.focus({ preventScroll: true });
    // Beside the sheet the item is always in view; under a thumb the page goes back to its top.
    if (focus) this.#item.scrollIntoView({ block: "nearest" });
    this.refresh();
  }

  /** Brings marks, counters and notices up to date. */
  refresh(): void {
    const { model, words } = this;
    const { saver } = model;
    const current = model.items[model.index];
    const answer = (no: number): string => saver.answers.get(no) ?? "";
    let done = 0;
    for (const item of model.items) {
      const states = [answer(item.no) ? words.answered : words.unanswered, ...(model.flags.has(item.no) ? [words.flagged] : [])];
      if (answer(item.no)) done += 1;
      const cell = this.#cells.get(item.no);
      cell?.classList.toggle("is-answered", answer(item.no) !== "");
      cell?.classList.toggle("is-flagged", model.flags.has(item.no));
      cell?.setAttribute("aria-label", `${item.no} ${states.join(" ")}`);
      if (item === current) cell?.setAttribute("aria-current", "true");
      else cell?.removeAttribute("aria-current");
    }
    this.#progress.value = done;
    this.#count.textContent = words.answeredOf(done, model.items.length);
    const flagged = current !== undefined && model.flags.has(current.no);
    this.#flag.textContent = flagged ? words.unflag : words.flag;
    this.#flag.setAttribute("aria-pressed", String(flagged));
    this.#clear.disabled = !current || answer(current.no) === "" || !saver.accepting;
    this.#handIn.disabled = !saver.accepting;
    for (const input of this.#inputs) {
      input.checked = current !== undefined && answer(current.no).includes(input.value);
      input.disabled = !saver.accepting;
    }
    this.#showSaving();
  }

  #showSaving(): void {
    const { saver, hourText } = this.model;
    const said = saveWords(saver, this.words);
    if (this.#save.textContent !== said) this.#save.textContent = said;
    this.#save.parentElement?.setAttribute("data-state", saver.status);
    this.#save.parentElement?.setAttribute("data-at-rest", String(this.model.isAtRest()));
    this.#savedAt.textContent = saver.status === "saved" && saver.savedAt !== null ? hourText(saver.savedAt) : "";
    const alarm = alarmOf(saver, this.words, this.model.isKept(), hourText);
    const key = alarm ? alarm.join("\n") : "";
    if (key === this.#alarmKey) return;
    this.#alarmKey = key;
    this.#alarm.hidden = alarm === null;
    this.#alarm.classList.toggle("is-offline", saver.offlineSince !== null);
    this.#alarm.replaceChildren(...(alarm ? [make("i", { "aria-hidden": "true" }, "⚠"), make("b", {}, alarm[0]), make("span", {}, alarm[1])] : []));
  }

  /** Says something that has just happened, above the paper and to a screen reader. */
  say(what: string): void {
    this.#announce.textContent = what;
    this.#told.textContent = what;
    this.#told.hidden = what === "";
  }

  /** Shows the time left, in milliseconds; the last five minutes stand out and are announced once. */
  tick(left: number): void {
    const shown = clockText(left);
    if (this.#time.textContent !== shown) this.#time.textContent = shown;
    this.#timeBox.classList.toggle("is-short", left <= FIVE_MINUTES);
    if (left <= FIVE_MINUTES && left > 0 && !this.#warned) {
      this.#warned = true;
      this.#announce.textContent = this.words.fiveLeft;
    }
  }
}
