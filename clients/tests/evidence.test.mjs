// The second implementation of the evidence check: it agrees with a good folder, and names every planted fault.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { check } from "../verify/check.mjs";
import { FILES } from "../verify/table.mjs";
import { good, keyText, pdf, write } from "./evidence_folder.mjs";

/** Writes what `spoil` made of a good folder and gives it to `look`. */
function within(spoil, look) {
  const folder = mkdtempSync(join(tmpdir(), "kaogong-evidence-"));
  try {
    const evidence = good();
    spoil(evidence);
    write(folder, evidence, FILES);
    return look(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const lines = (spoil) => within(spoil, (folder) => check(folder).lines());
const find = (rows, wanted) => rows.find((row) => Object.entries(wanted).every(([name, value]) => row[name] === value));
const drop = (rows, wanted) => rows.splice(rows.indexOf(find(rows, wanted)), 1);
const change = (rows, wanted, values) => Object.assign(find(rows, wanted), values);
const HOUR = 3_600_000_000;

test("a good folder agrees, and every check says what it counted", () => {
  const said = lines(() => {});
  assert.equal(said.at(-1), "agrees");
  assert.equal(said.filter((line) => line.startsWith("ok ")).length, 14);
  for (const counted of ["13 seats of 8 people", "6 used, 6 at least", "8 that count, 2 kept as evidence", "7 acknowledged, 0 lost", "4 pass, 1 fail, 3 absent", "4 genuine"]) {
    assert.ok(said.some((line) => line.includes(counted)), `${counted} in\n${said.join("\n")}`);
  }
});

/** Each: what is spoiled, how, and what must be named by which check. */
const FAULTS = [
  ["a part nobody asked about", (e) => change(e.admitted, { candidate: "c1" }, { parts: "hr3-theory" }), /registers: c1: sits and keeps other parts than hr 3 has/],
  ["a room with less than no seats", (e) => change(e.rooms, { room: "n-lab" }, { seats: -1 }), /registers: room n-lab has -1 seats/],
  ["somebody without a seat", (e) => drop(e.seats, { candidate: "c5" }), /a seat for everybody: c5 has 0 seats in lr3-theory/],
  ["somebody with two seats in a part", (e) => e.seats.push({ ...find(e.seats, { candidate: "c5" }), seat: 2 }), /a seat for everybody: c5 has 2 seats in lr3-theory/],
  ["a stranger with a seat", (e) => e.seats.push({ ...find(e.seats, { candidate: "c5" }), candidate: "c99", admission_number: "2021-c99", seat: 2 }), /a seat for everybody: c99 is not admitted and has a seat/],
  ["a seat in a part that is kept", (e) => e.seats.push({ ...find(e.seats, { candidate: "c3", part: "hr3-theory" }), candidate: "c4", admission_number: "2021-c4", room: "n-lab", seat: 1 }), /a seat for everybody: c4 has a seat in hr3-theory and need not sit it/],
  ["a seat in a part that is not known", (e) => change(e.seats, { candidate: "c5" }, { part: "lr4-theory" }), /a seat for everybody: c5: part lr4-theory is not known/],
  ["a seat at another site", (e) => change(e.seats, { candidate: "c8" }, { site: "north", room: "n-desk", seat: 2 }), /a seat for everybody: c8 sits at site north and belongs to south/],
  ["one admission number twice", (e) => change(e.seats, { candidate: "c8" }, { admission_number: "2021-c5" }), /a seat for everybody: admission number 2021-c5 belongs to c5 and c8/],
  ["two admission numbers of one person", (e) => change(e.seats, { candidate: "c1", part: "hr3-theory" }, { admission_number: "2021-x" }), /a seat for everybody: c1 has more than one admission number/],
  ["one seat twice", (e) => change(e.seats, { candidate: "c2", part: "hr3-theory" }, { seat: 1 }), /rooms: seat 1 of room n-hall in sitting screen stands twice/],
  ["a room over its seats", (e) => change(e.rooms, { room: "n-hall" }, { seats: 2 }), /rooms: room n-hall has 2 places and 3 people in turn 1 of sitting screen/],
  ["a group over the workplaces", (e) => change(e.seats, { candidate: "c3", part: "hr3-practical" }, { turn: 1, starts_at: find(e.seats, { candidate: "c1", part: "hr3-practical" }).starts_at, ends_at: find(e.seats, { candidate: "c1", part: "hr3-practical" }).ends_at }), /rooms: room n-shop has 2 places and 3 people in turn 1 of sitting shop/],
  ["two people before a panel", (e) => change(e.seats, { candidate: "c7", part: "hr2-panel" }, { turn: 1, starts_at: find(e.seats, { candidate: "c6", part: "hr2-panel" }).starts_at, ends_at: find(e.seats, { candidate: "c6", part: "hr2-panel" }).ends_at }), /rooms: room s-shop has 1 places and 2 people/],
  ["a room of another kind", (e) => change(e.rooms, { room: "n-hall" }, { kind: "paper" }), /rooms: c1 sits hr3-theory \(computer\) in room n-hall, which is for paper/],
  ["a room of another site", (e) => change(e.seats, { candidate: "c8" }, { room: "n-desk", seat: 3 }), /rooms: c8 sits at site south in room n-desk of site north/],
  ["a room that is not known", (e) => drop(e.rooms, { room: "s-desk" }), /rooms: c8 sits in room s-desk, which is not known/],
  ["a room in two sittings at once", (e) => change(e.seats, { candidate: "c5" }, { room: "n-hall", seat: 9 }), /rooms: room n-hall is held by sittings (desk and screen|screen and desk) at the same time/],
  ["somebody in two sittings at once", (e) => e.seats.filter((seat) => seat.sitting === "shop" && seat.turn === 1).forEach((seat) => Object.assign(seat, { starts_at: seat.starts_at - 2.5 * HOUR, ends_at: seat.ends_at - 2.5 * HOUR })), /times: c1 sits hr3-theory and hr3-practical at the same time/],
  ["a turn with two beginnings", (e) => change(e.seats, { candidate: "c2", part: "hr3-theory" }, { starts_at: 0 }), /times: turn 1 of sitting screen has more than one beginning or end/],
  ["a turn that is too short", (e) => e.seats.filter((seat) => seat.sitting === "desk").forEach((seat) => Object.assign(seat, { ends_at: seat.ends_at - 1 })), /times: turn 1 of sitting desk does not last the 60 minutes of lr3-theory/],
  ["a turn before the first", (e) => e.seats.filter((seat) => seat.sitting === "desk").forEach((seat) => Object.assign(seat, { turn: 0 })), /times: turn 0 of sitting desk: turns begin with 1/],
  ["parts of two kinds in one sitting", (e) => change(e.seats, { candidate: "c8" }, { sitting: "screen" }), /times: turn 1 of sitting screen holds hr3-theory and lr3-theory, which are not held the same way/],
  ["fewer rooms than can be", (e) => change(e.rooms, { room: "n-hall" }, { seats: 2 }), /fewest rooms: site north, sitting screen: 1 rooms for 3 people, and fewer than 2 cannot be/],
  ["a room more than needed", (e) => change(e.seats, { candidate: "c3", part: "hr3-theory" }, { room: "n-lab", seat: 1 }), /fewest rooms: site north, sitting screen: 2 rooms used, 1 seat its 3 people/],
  ["more people than seats", (e) => change(e.rooms, { room: "s-desk" }, { seats: 0 }), /fewest rooms: site south, sitting desk: all rooms of the kind together do not seat its 1 people/],
  ["an attempt without a seat", (e) => change(e.attempts, { candidate: "c1" }, { sitting: "desk" }), /attempts: attempt a-c1: c1 has no seat in hr3-theory, sitting desk/],
  ["an attempt on paper", (e) => change(e.parts, { part: "hr2-theory" }, { delivery: "paper" }), /attempts: attempt a-c6 is at hr2-theory, which is not held on computers/],
  ["two attempts at one part", (e) => e.attempts.push({ ...find(e.attempts, { candidate: "c1" }), attempt: "a-again", last_seq: 0, chain_head: "0".repeat(64) }), /attempts: attempt at hr3-theory of c1 stands twice/],
  ["a gap in what is held", (e) => drop(e.answers, { attempt: "a-c1", seq: 2 }), /answers held: attempt a-c1: answer 2 of 3 is missing/],
  ["an answer more than the attempt says", (e) => e.answers.push({ candidate: "c1", attempt: "a-c1", seq: 4, item: 1, answer: "A", counted: true }), /answers held: attempt a-c1 holds 4 answers and says 3/],
  ["an answer that stands twice", (e) => e.answers.push(find(e.answers, { attempt: "a-c6", seq: 1 })), /answers held: answer 1 of attempt a-c6 stands twice/],
  ["an answer altered before anybody was told", (e) => change(e.answers, { attempt: "a-c7", seq: 2, counted: true }, { answer: "A" }), /answers held: attempt a-c7: its answers do not make the chain it ended with/],
  ["an answer of somebody else", (e) => change(e.answers, { attempt: "a-c6", seq: 1 }, { candidate: "c7" }), /answers held: answer 1 of attempt a-c6: c7 has no such attempt/],
  ["an acknowledged answer that is gone", (e) => { drop(e.answers, { attempt: "a-c1", seq: 3 }); }, /acknowledged is kept: answer 3 of attempt a-c1 was acknowledged and is not held/],
  ["an acknowledged answer that does not count", (e) => change(e.answers, { attempt: "a-c1", seq: 3 }, { counted: false }), /acknowledged is kept: answer 3 of attempt a-c1 was acknowledged and is not held/],
  ["an acknowledged answer with another content", (e) => change(e.answers, { attempt: "a-c1", seq: 3 }, { answer: "A" }), /acknowledged is kept: answer 3 of attempt a-c1 was acknowledged and is held with another content/],
  ["an acknowledged answer to another item", (e) => change(e.answers, { attempt: "a-c1", seq: 3 }, { item: 2 }), /acknowledged is kept: answer 3 of attempt a-c1 was acknowledged and is held for item 2, not 1/],
  ["a gap in the acknowledgements", (e) => drop(e.acks, { attempt: "a-c1", seq: 2 }), /acknowledged is kept: attempt a-c1: acknowledgement 3 follows 1/],
  ["an acknowledgement to somebody else", (e) => change(e.acks, { attempt: "a-c6" }, { candidate: "c7" }), /acknowledged is kept: acknowledgement 1 of attempt a-c6: c7 has no such attempt/],
  ["a receipt of somebody else", (e) => change(e.receipts, { candidate: "c6" }, { candidate: "c7" }), /receipts: receipt of attempt a-c6: c7 has no such attempt/],
  ["a receipt of other answers", (e) => change(e.receipts, { candidate: "c6" }, { receipt: "0123456789" }), /receipts: receipt 0123456789 of attempt a-c6 is of other answers than those held/],
  ["a missing score", (e) => drop(e.scores, { candidate: "c5" }), /scores: c5 has no score in lr3-theory/],
  ["a score of a kept part", (e) => e.scores.push({ candidate: "c4", part: "hr3-theory", outcome: "scored", score_centi: 9000 }), /scores: c4 in hr3-theory has a score and no need to sit/],
  ["a score without an attempt", (e) => change(e.scores, { candidate: "c3", part: "hr3-theory" }, { outcome: "scored", score_centi: 9000 }), /scores: c3 in hr3-theory is scored and has no attempt/],
  ["absent with a score", (e) => change(e.scores, { candidate: "c8" }, { score_centi: 100 }), /scores: c8 in lr3-theory is absent with score 100/],
  ["more than a hundred points", (e) => change(e.scores, { candidate: "c1", part: "hr3-theory" }, { score_centi: 10001 }), /scores: c1 in hr3-theory has 10001 hundredths of a point/],
  ["a pass under the mark", (e) => change(e.scores, { candidate: "c1", part: "hr3-practical" }, { score_centi: 5999 }), /results: c1 is pass, and the scores say fail/],
  ["parts that were averaged", (e) => change(e.results, { candidate: "c2" }, { outcome: "pass" }), /results: c2 is pass, and the scores say fail/],
  ["absent that was failed", (e) => change(e.results, { candidate: "c3" }, { outcome: "fail" }), /results: c3 is fail, and the scores say absent/],
  ["somebody without a result", (e) => drop(e.results, { candidate: "c8" }), /results: c8 has no result/],
  ["a result of a stranger", (e) => e.results.push({ candidate: "c99", outcome: "pass" }), /results: c99 has a result and is not admitted/],
  ["a pass without a certificate", (e) => drop(e.certificates, { candidate: "c6" }), /certificates: c6 passed and has no certificate/],
  ["a certificate without a pass", (e) => { e.certificates.push({ candidate: "c2", number: "S9", file: "S9.pdf" }); e.files["S9.pdf"] = pdf("S9"); }, /certificates: c2 has a certificate and did not pass/],
  ["one number twice", (e) => change(e.certificates, { candidate: "c4" }, { number: e.certificates[0].number }), /certificates: number S000099000001213000001 stands twice/],
  ["one file twice", (e) => change(e.certificates, { candidate: "c4" }, { file: e.certificates[0].file }), /certificates: file S000099000001213000001\.pdf stands twice/],
  ["a file with a byte changed", (e) => { e.files["S000099000001213000001.pdf"][6] ^= 1; }, /signatures: S000099000001213000001\.pdf: signature$/],
  ["a file with bytes after its end", (e) => { e.files["S000099000001213000001.pdf"] = Buffer.concat([e.files["S000099000001213000001.pdf"], Buffer.from("%%EOF\n")]); }, /signatures: S000099000001213000001\.pdf: signature line/],
  ["a file with another number", (e) => { e.files["S000099000001213000001.pdf"] = pdf("S000099000001213000009"); }, /signatures: S000099000001213000001\.pdf: says S000099000001213000009, its row S000099000001213000001/],
  ["a file of another batch", (e) => { e.files["S000099000001213000001.pdf"] = pdf("S000099000001213000001", { batch: "2020-09" }); }, /signatures: files of several batches: 2020-09, 2021-01/],
  ["a file that is missing", (e) => { delete e.files["S000099000001213000001.pdf"]; }, /signatures: S000099000001213000001\.pdf: ENOENT/],
  ["a file outside the folder", (e) => change(e.certificates, { candidate: "c1" }, { file: "../issuer.pub" }), /signatures: \.\.\/issuer\.pub: not a name inside the folder/],
  ["a file in no row", (e) => { e.files["more.pdf"] = pdf("S9"); }, /signatures: more\.pdf is in no row/],
  ["fewer candidates than admitted", (e) => { e.report.candidates = 7; }, /report: candidates is 7, admitted are 8/],
  ["a report without risks", (e) => { delete e.report.risks; }, /report: risks is missing or of another form/],
];
for (const [name, spoil, expected] of FAULTS) {
  test(`named: ${name}`, () => {
    const said = lines(spoil);
    assert.ok(said.some((line) => line.startsWith("DISAGREES ") && expected.test(line)), said.join("\n"));
    assert.notEqual(said.at(-1), "agrees");
  });
}

test("named: every figure of the report that is not what was counted", () => {
  const counted = Object.entries(good().report).filter(([name, value]) => typeof value === "number" && !["candidates", "peak_rss_mb"].includes(name));
  assert.equal(counted.length, 11);
  for (const [name, value] of counted) {
    const said = lines((evidence) => { evidence.report[name] = value + 1; });
    assert.deepEqual(said.filter((line) => line.startsWith("DISAGREES ")), [`DISAGREES report: ${name} is ${value + 1}, counted are ${value}`]);
  }
});

test("a room more is only said when another sitting held rooms meanwhile", () => {
  // c5's paper is sat at a computer, at the same hour: the largest hall is taken.
  const said = lines((e) => {
    change(e.parts, { part: "lr3-theory" }, { delivery: "computer" });
    for (const candidate of ["c5", "c8"]) change(e.scores, { candidate }, { outcome: "absent", score_centi: "" });
    change(e.results, { candidate: "c5" }, { outcome: "absent" });
    e.certificates = e.certificates.filter((row) => row.candidate !== "c5");
    delete e.files["S000099000001213000003.pdf"];
    change(e.seats, { candidate: "c5" }, { room: "n-hall" });
    change(e.seats, { candidate: "c8" }, { room: "s-hall", seat: 4, starts_at: find(e.seats, { candidate: "c8" }).starts_at, sitting: "desk" });
    e.rooms.push({ site: "north", room: "n-nook", kind: "computer", seats: 1 }, { site: "south", room: "s-nook", kind: "computer", seats: 1 });
    for (const [candidate, room, seat] of [["c1", "n-lab", 1], ["c2", "n-lab", 2], ["c3", "n-nook", 1]]) change(e.seats, { candidate, part: "hr3-theory" }, { room, seat });
    change(e.seats, { candidate: "c8" }, { room: "s-nook", seat: 1 });
    Object.assign(e.report, { present: 6, rooms_used: 7, rooms_lower_bound: 6, certificates: 3, certificates_verified: 3 });
  });
  assert.equal(said.at(-1), "agrees", said.join("\n"));
  assert.ok(said.some((line) => line === "note  fewest rooms: site north, sitting screen: 2 rooms used, 1 seat its 3 people; sitting desk held rooms meanwhile"), said.join("\n"));
});

const CHECKER = `${process.env.CLIENTS}/verify/evidence.mjs`;
const run = (...args) => spawnSync(process.execPath, [CHECKER, ...args], { encoding: "utf8" });

test("the program says it with its exit code: 0, 1, and 2 for a folder it cannot read", () => {
  within(() => {}, (folder) => {
    const agrees = run(folder);
    assert.equal(agrees.status, 0, agrees.stderr);
    assert.match(agrees.stdout, /\nagrees\n$/);
    const other = join(folder, "other.pub");
    writeFileSync(other, keyText(generateKeyPairSync("ed25519").publicKey));
    const foreign = run(folder, "--key", other);
    assert.equal(foreign.status, 1);
    assert.match(foreign.stdout, /DISAGREES signatures: S000099000001213000001\.pdf: signature\n/);
  });
  assert.equal(run().status, 2);
  assert.equal(run("/nowhere").status, 2);
});

const UNREADABLE = [
  ["another header", (e) => { e.results = "candidate,result\n"; }, /CANNOT READ results\.csv: the header is candidate,result/],
  ["a number that is none", (e) => change(e.rooms, { room: "n-hall" }, { seats: "3.0" }), /CANNOT READ rooms\.csv, row 3: seats is "3\.0"/],
  ["a word that is not known", (e) => change(e.results, { candidate: "c1" }, { outcome: "passed" }), /CANNOT READ results\.csv, row 2: outcome is "passed"/],
  ["a field too many", (e) => { e.results = "candidate,outcome\nc1,pass,\n"; }, /CANNOT READ results\.csv, row 2: 3 fields, 2 are expected/],
  ["a file cut off", (e) => { e.results = "candidate,outcome\nc1,pass"; }, /CANNOT READ results\.csv: the last row does not end with a line feed/],
  ["a quote that is never closed", (e) => { e.results = "candidate,outcome\n\"c1,pass\n"; }, /CANNOT READ results\.csv: a quote is never closed/],
  ["no key", (e) => { e.keys = ""; }, /CANNOT READ issuer\.pub: no key/],
];
for (const [name, spoil, expected] of UNREADABLE) {
  test(`no verdict: ${name}`, () => {
    const said = within(spoil, (folder) => run(folder));
    assert.match(said.stdout, expected);
    assert.equal(said.status, 2);
  });
}

test("of many things that are wrong with one check twenty are named and the others counted", () => {
  const said = lines((e) => { for (let at = 0; at < 100; at += 1) e.results.push({ candidate: `x${at}`, outcome: "fail" }); });
  assert.equal(said.filter((line) => line.startsWith("DISAGREES results: x")).length, 20);
  assert.ok(said.includes("DISAGREES results: and 80 more"), said.join("\n"));
});
