import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { chosen, letterOfKey, lettersOf } from "../exam/answers.ts";
import { blocksOf } from "../exam/dom.ts";
import { ServerClock, clockText } from "../exam/timer.ts";
import { wordsFor } from "../exam/text.ts";
import { clockWords, ofClock, ofGlyphs, ofNetwork, ofWidth, worst } from "../selftest/checks.ts";

const clients = process.env.CLIENTS;
const read = (path) => readFile(`${clients}/${path}`, "utf8");

test("time left follows the monotonic timer and never exceeds the truth", () => {
  let mono = 100;
  const clock = new ServerClock(() => mono);
  // Sent at 100 ms, stamped 50.000 s somewhere on the way, heard at 700 ms.
  mono = 700;
  clock.sync(50_000_000, 100);
  assert.equal(clock.until(60_000_000), 9_400, "600 ms of travel are taken off");
  mono = 1000;
  clock.sync(50_850_000, 990);
  assert.equal(clock.until(60_000_000), 9_140, "a faster reply sharpens it");
  // The computer slept: the server's time ran, the timer stood.
  clock.sync(59_000_000, 995);
  assert.equal(clock.until(60_000_000), 995);
  mono = 9000;
  assert.equal(clock.until(60_000_000), 0);
});

test("the clock shows a started second and hours only when there are some", () => {
  assert.equal(clockText(0), "00:00");
  assert.equal(clockText(1), "00:01");
  assert.equal(clockText(60_000), "01:00");
  assert.equal(clockText(5_400_000), "1:30:00");
});

test("no wall clock in the exam client, except to format the server's time", async () => {
  for (const name of await readdir(`${clients}/exam`)) {
    assert.doesNotMatch(await read(`exam/${name}`), /\bDate\b\s*[.(]|new Date\b/, name);
  }
});

test("no markup from text, no crypto.subtle, no eval", async () => {
  const bundle = await read("dist/exam.js");
  assert.doesNotMatch(bundle, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|subtle|\beval\(|new Function/);
  assert.doesNotMatch(await read("dist/app.js"), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
});

test("size budgets", async () => {
  for (const [file, most] of [["exam.js", 56], ["selftest.js", 12], ["app.js", 8], ["kaogong.css", 40], ["exam.css", 10], ["htmx.min.js", 60]]) {
    const size = Buffer.byteLength(await read(`dist/${file}`));
    assert.ok(size > 0 && size <= most * 1024, `${file} is ${size} bytes, budget ${most} kB`);
  }
});

test("keys: places and letters, judgement by place, F is not an answer", () => {
  const item = { no: 1, kind: "single", stem: "", points: "1", options: ["A", "B", "C", "D"].map((letter) => ({ letter, text: "" })) };
  assert.equal(letterOfKey(item, "2"), "B");
  assert.equal(letterOfKey(item, "d"), "D");
  assert.equal(letterOfKey(item, "5"), null);
  assert.equal(letterOfKey(item, "E"), null);
  const judgement = { ...item, kind: "judgement", options: [] };
  assert.deepEqual(lettersOf(judgement), ["T", "F"]);
  assert.equal(letterOfKey(judgement, "1"), "T");
  assert.equal(letterOfKey(judgement, "b"), "F");
  assert.equal(letterOfKey(judgement, "f"), null);
});

test("multiple choice toggles and stays sorted", () => {
  assert.equal(chosen("multiple", "BD", "A"), "ABD");
  assert.equal(chosen("multiple", "ABD", "B"), "AD");
  assert.equal(chosen("multiple", "A", "A"), "");
  assert.equal(chosen("single", "A", "C"), "C");
});

test("lines with columns become tables, others stay text", () => {
  assert.deepEqual(blocksOf("计算如下：\n指标｜权重\n产量｜50%\n其得分为"), [{ text: "计算如下：" }, { rows: [["指标", "权重"], ["产量", "50%"]] }, { text: "其得分为" }]);
  assert.deepEqual(blocksOf("一\n二"), [{ text: "一\n二" }]);
  assert.deepEqual(blocksOf("a｜b\nc｜d｜e"), [{ rows: [["a", "b"]] }, { rows: [["c", "d", "e"]] }]);
});

test("both languages have every word", () => {
  const zh = wordsFor("zh-CN");
  const en = wordsFor("en");
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  assert.equal(wordsFor("en-GB"), en);
  for (const [name, word] of Object.entries(en)) {
    if (typeof word === "string") assert.doesNotMatch(word, /[\u4e00-\u9fff]/, name);
  }
});

test("a machine is judged by what was measured", () => {
  assert.deepEqual([320, 360, 1023, 1024].map(ofWidth), ["bad", "warn", "warn", "good"]);
  assert.deepEqual([[5, 6, 7], [5, 6, null], [301, 302, 303], [2001, 2002, 2003], [null, null, 5], []].map(ofNetwork), ["good", "warn", "warn", "bad", "bad", "bad"]);
  assert.deepEqual([0, 60_000, -60_001].map(ofClock), ["good", "good", "warn"]);
  assert.equal(ofGlyphs(["a", "b", "c"], "box"), "good");
  assert.equal(ofGlyphs(["box", "box", "box"], "box"), "bad", "a machine without Chinese draws boxes");
  assert.equal(ofGlyphs(["a", "a", "b"], "box"), "bad");
  assert.deepEqual([worst(["good", "warn"]), worst(["good", "bad", "warn"]), worst([])], ["warn", "bad", "good"]);
  const units = ["s", "min", "h", "days"];
  assert.equal(clockWords(-61_400, units), "−61 s");
  assert.equal(clockWords(150_000, units), "+3 min");
  assert.equal(clockWords(-10_800_000, units), "−3 h");
  assert.equal(clockWords(174_308_096_000, units), "+2017 days");
});
