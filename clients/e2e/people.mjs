// The thirty people and what should become of each, read from the table written by hand.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rowsOf, zip } from "./workbook.mjs";

/** A file of the repository's data folder. */
export const data = (name) => fileURLToPath(new URL(`../../data/${name}`, import.meta.url));

/** All thirty lines of the table, by its column names. */
export async function expected() {
  const [header, ...lines] = (await readFile(data("demo/roster-30-expected.csv"), "utf8")).trim().split(/\r?\n/).map((line) => line.split(","));
  return lines.map((cells) => {
    const person = Object.fromEntries(header.map((name, at) => [name, cells[at]]));
    return {
      ...person, practical: person.practical_scores.split(" ").filter(Boolean), panel: person.panel_scores.split(" ").filter(Boolean),
      admitted: person.decision === "admit", absent: person.theory === "absent", computer: person.theory_delivery === "computer",
      phone: `19900000${person.row.padStart(3, "0")}`,
    };
  });
}

/** A stem without blanks and column marks, as a reader compares it. */
export const fold = (text) => text.replace(/[\s｜]+/g, "");

/** What somebody who knows everything answers: stem to letters, read from the item files. */
export async function rightAnswers() {
  const known = new Map();
  for (const bank of ["hr-3", "hr-2", "lr-3"]) {
    const [header, ...rows] = await rowsOf(data(`items/items-${bank}.xlsx`));
    const column = (name) => Object.keys(header).find((place) => header[place] === name);
    const [stem, key] = [column("题干"), column("答案")];
    for (const row of rows) known.set(fold(row[stem]), { 对: "T", 错: "F" }[row[key]] ?? row[key]);
  }
  return known;
}

/** A ZIP of drawn portraits, named by serial number; drawn by the browser that tells the story. */
export async function portraits(page, count) {
  const pictures = await page.evaluate((total) => Array.from({ length: total }, (_, at) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [295, 413];
    const paint = canvas.getContext("2d");
    const shape = (fill, draw) => { paint.fillStyle = fill; paint.beginPath(); draw(); paint.fill(); };
    shape("#dfe8ef", () => paint.rect(0, 0, 295, 413));
    shape(["#2f4858", "#5b3758", "#33658a", "#4a4e69", "#374a3b"][at % 5], () => paint.ellipse(147, 420, 130, 120, 0, 0, 7));
    shape("#e7c3a1", () => paint.rect(122, 250, 50, 70));
    shape(["#1d1a1a", "#2b211c", "#3a2f2b"][at % 3], () => paint.ellipse(147, 178, 84, 104 + (at % 4) * 9, 0, 0, 7));
    shape("#efcfb0", () => paint.ellipse(147, 196, 68, 88, 0, 0, 7));
    shape("#2b211c", () => { paint.ellipse(122, 190, 7, 5, 0, 0, 7); paint.ellipse(172, 190, 7, 5, 0, 0, 7); });
    shape("#b5656a", () => paint.ellipse(147, 244, 20, 5, 0, 0, 7));
    return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
  }), count);
  return zip(new Map(pictures.map((picture, at) => [`${String(at + 1).padStart(4, "0")}.jpg`, Buffer.from(picture, "base64")])));
}
