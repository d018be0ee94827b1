// What a key or a click does to an answer. Pure.
import type { Item, Kind } from "./protocol.ts";

/** Letters an item can be answered with, in the order they are shown. */
export function lettersOf(item: Item): string[] {
  return item.kind === "judgement" ? ["T", "F"] : item.options.map((option) => option.letter);
}

/** The answer after choosing `letter`: multiple choice toggles and stays sorted, the others replace. */
export function chosen(kind: Kind, answer: string, letter: string): string {
  if (kind !== "multiple") return letter;
  const letters = new Set(answer);
  if (!letters.delete(letter)) letters.add(letter);
  return [...letters].sort().join("");
}

/** The letter a key stands for: 1–5 by place, A–E by letter or (judgement) by place; null for other keys. */
export function letterOfKey(item: Item, key: string): string | null {
  const letters = lettersOf(item);
  if (/^[1-5]$/.test(key)) return letters[Number(key) - 1] ?? null;
  const upper = key.toUpperCase();
  if (!/^[A-E]$/.test(upper)) return null;
  return item.kind === "judgement" ? letters[upper.charCodeAt(0) - 65] ?? null : letters.includes(upper) ? upper : null;
}
