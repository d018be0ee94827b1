import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

const styles = `${process.env.CLIENTS}/styles`;
const files = (await readdir(styles)).filter((name) => name.endsWith(".css"));
const sources = new Map(await Promise.all(files.map(async (name) => [name, (await readFile(`${styles}/${name}`, "utf8")).replace(/\/\*[\s\S]*?\*\//g, "")])));
const all = [...sources.values()].join("\n");

test("!important only in print", () => {
  for (const [name, css] of sources) if (name !== "print.css") assert.doesNotMatch(css, /!important/, name);
});

test("every custom property that is used is defined, and every defined one is used", () => {
  const defined = new Set([...all.matchAll(/(--[\w-]+)\s*:/g)].map((m) => m[1]));
  const used = new Set([...all.matchAll(/var\((--[\w-]+)/g)].map((m) => m[1]));
  assert.deepEqual([...used].filter((name) => !defined.has(name)), []);
  assert.deepEqual([...defined].filter((name) => !used.has(name)), []);
});

test("colours live in tokens.css", () => {
  for (const [name, css] of sources) {
    if (name !== "tokens.css" && name !== "print.css") assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|rgb\(|hsl\(/i, name);
  }
});

test("every entry of the reference is in the style sheet", async () => {
  const reference = await readFile(`${styles}/README.md`, "utf8");
  const table = reference.split("\n").filter((line) => line.startsWith("| `")).map((line) => line.split("|")[1]);
  const names = new Set(table.flatMap((cell) => [...cell.matchAll(/\.([a-z][\w-]*)/g)].map((m) => m[1])));
  assert.ok(names.size > 80, `${names.size} classes`);
  assert.deepEqual([...names].filter((name) => !new RegExp(`\\.${name}(?![\\w-])`).test(all)), []);
});

/** Relative luminance of #rrggbb (WCAG 2.2). */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const tokens = sources.get("tokens.css");
const [light, dark] = [tokens.slice(0, tokens.indexOf("@media screen")), tokens.slice(tokens.indexOf("@media screen"))]
  .map((part) => Object.fromEntries([...part.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]])));

const TEXT = [];
for (const ink of ["ink", "ink-2", "ink-3"]) for (const ground of ["paper", "sheet", "wash"]) TEXT.push([ink, ground]);
for (const hue of ["indigo", "cinnabar", "jade", "ochre"]) for (const ground of ["paper", "sheet", `${hue}-wash`]) TEXT.push([hue, ground]);
for (const hue of ["indigo", "cinnabar", "jade"]) TEXT.push([`on-${hue}`, hue]);
TEXT.push(["on-indigo", "indigo-2"], ["indigo", "indigo-wash"], ["ink", "indigo-wash"], ["ink-2", "indigo-wash"], ["ink-2", "cinnabar-wash"], ["ink-2", "jade-wash"], ["ink-2", "p1"], ["ink-2", "p2"], ["ink-2", "p3"], ["ink-2", "p4"], ["indigo", "wash"], ["cinnabar", "wash"]);

for (const [name, look] of [["light", light], ["dark", dark]]) {
  test(`contrast, ${name}: text 4.5 : 1, edges of fields 3 : 1`, () => {
    for (const [front, ground] of TEXT) {
      const ratio = contrast(look[front], look[ground]);
      assert.ok(ratio >= 4.5, `${front} on ${ground}: ${ratio.toFixed(2)}`);
    }
    for (const ground of ["paper", "sheet"]) {
      const ratio = contrast(look["line-field"], look[ground]);
      assert.ok(ratio >= 3, `line-field on ${ground}: ${ratio.toFixed(2)}`);
    }
  });
}

test("dark and light name the same colours", () => {
  assert.deepEqual(Object.keys(dark).sort(), Object.keys(light).sort());
});
