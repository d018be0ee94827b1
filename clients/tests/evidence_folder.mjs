// A small rehearsal's evidence, made by hand from docs/formats/evidence.md: eight people, two sites, four parts, one retake, groups one after another, a panel.
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const HOUR = 3_600_000_000;
const DAY_BEGINS = 1_621_645_200_000_000;

const parts = [
  { part: "hr2-panel", occupation: "hr", level: "2", kind: "panel", delivery: "on_site", minutes: 30, pass_centi: 6000 },
  { part: "hr2-theory", occupation: "hr", level: "2", kind: "theory", delivery: "computer", minutes: 60, pass_centi: 6000 },
  { part: "hr3-practical", occupation: "hr", level: "3", kind: "practical", delivery: "on_site", minutes: 60, pass_centi: 6000 },
  { part: "hr3-theory", occupation: "hr", level: "3", kind: "theory", delivery: "computer", minutes: 60, pass_centi: 6000 },
  { part: "lr3-theory", occupation: "lr", level: "3", kind: "theory", delivery: "paper", minutes: 60, pass_centi: 6000 },
];
const rooms = [
  ["north", "n-hall", "computer", 3], ["north", "n-lab", "computer", 2], ["north", "n-desk", "paper", 4], ["north", "n-shop", "practical", 2],
  ["south", "s-desk", "paper", 2], ["south", "s-hall", "computer", 4], ["south", "s-shop", "practical", 3],
].map(([site, room, kind, seats]) => ({ site, room, kind, seats })).sort((a, b) => (a.room < b.room ? -1 : 1));

const sits = (candidate, site, occupation, level, parts, kept = "") => ({ candidate, point: `${site}-point`, site, occupation, level, parts, kept });
const admitted = [
  sits("c1", "north", "hr", "3", "hr3-theory hr3-practical"), sits("c2", "north", "hr", "3", "hr3-theory hr3-practical"), sits("c3", "north", "hr", "3", "hr3-theory hr3-practical"),
  sits("c4", "north", "hr", "3", "hr3-practical", "hr3-theory"), sits("c5", "north", "lr", "3", "lr3-theory"),
  sits("c6", "south", "hr", "2", "hr2-theory hr2-panel"), sits("c7", "south", "hr", "2", "hr2-theory hr2-panel"), sits("c8", "south", "lr", "3", "lr3-theory"),
];

/** [candidate, part, sitting, turn, hour of the sitting, minutes, site, room, seat, form] */
const seats = [
  ["c1", "hr3-practical", "shop", 1, 3, 60, "north", "n-shop", 1, ""], ["c1", "hr3-theory", "screen", 1, 0, 60, "north", "n-hall", 1, "A"],
  ["c2", "hr3-practical", "shop", 1, 3, 60, "north", "n-shop", 2, ""], ["c2", "hr3-theory", "screen", 1, 0, 60, "north", "n-hall", 2, "B"],
  ["c3", "hr3-practical", "shop", 2, 3, 60, "north", "n-shop", 3, ""], ["c3", "hr3-theory", "screen", 1, 0, 60, "north", "n-hall", 3, "A"],
  ["c4", "hr3-practical", "shop", 2, 3, 60, "north", "n-shop", 4, ""], ["c5", "lr3-theory", "desk", 1, 0, 60, "north", "n-desk", 1, "A"],
  ["c6", "hr2-panel", "panel", 1, 24, 30, "south", "s-shop", 1, ""], ["c6", "hr2-theory", "screen", 1, 0, 60, "south", "s-hall", 1, "A"],
  ["c7", "hr2-panel", "panel", 2, 24, 30, "south", "s-shop", 2, ""], ["c7", "hr2-theory", "screen", 1, 0, 60, "south", "s-hall", 2, "B"],
  ["c8", "lr3-theory", "desk", 1, 0, 60, "south", "s-desk", 1, "A"],
].map(([candidate, part, sitting, turn, hour, minutes, site, room, seat, form]) => {
  const starts_at = DAY_BEGINS + hour * HOUR + (turn - 1) * minutes * 60_000_000;
  return { candidate, admission_number: `2021-${candidate}`, part, sitting, turn, starts_at, ends_at: starts_at + minutes * 60_000_000, site, room, seat, form };
});

/** What each attempt changed, in order: [item, answer]. c3 did not come; c7's last two changes came too late, one under a number that was used. */
const changes = { c1: [[1, "A"], [2, "BC"], [1, "D"]], c2: [[1, ""], [2, "他说：\"是\",\n不是"]], c6: [[1, "T"]], c7: [[1, "F"], [2, "B"]] };
const late = [{ candidate: "c7", attempt: "a-c7", seq: 2, item: 2, answer: "C", counted: false }, { candidate: "c7", attempt: "a-c7", seq: 3, item: 3, answer: "A", counted: false }];

const answers = [...Object.entries(changes).flatMap(([candidate, list]) => list.map(([item, answer], at) => ({ candidate, attempt: `a-${candidate}`, seq: at + 1, item, answer, counted: true }))), ...late];
/** c7's second change arrived, and its reply was lost. */
const acks = answers.filter((row) => row.counted && !(row.candidate === "c7" && row.seq === 2)).map(({ candidate, attempt, seq, item, answer }) => ({ candidate, attempt, seq, item, answer_sha256: sha256(answer), acked_at: DAY_BEGINS + seq }));

const head = (list) => list.reduce((before, [item, answer], at) => sha256(`${before}\n${at + 1}\n${item}\n${answer}`), "0".repeat(64));
const attempts = Object.entries(changes).map(([candidate, list]) => ({ candidate, attempt: `a-${candidate}`, part: candidate < "c5" ? "hr3-theory" : "hr2-theory", sitting: "screen", last_seq: list.length, chain_head: head(list) }));
const receipts = attempts.filter((row) => row.candidate !== "c7").map(({ candidate, attempt, chain_head }) => ({ candidate, attempt, receipt: sha256(`${chain_head}\n${attempt}`).slice(0, 10).toUpperCase() }));

const scores = [
  ["c1", "hr3-practical", 6000], ["c1", "hr3-theory", 8050], ["c2", "hr3-practical", 9900], ["c2", "hr3-theory", 5999], ["c3", "hr3-practical", 9000], ["c3", "hr3-theory", ""],
  ["c4", "hr3-practical", 7000], ["c5", "lr3-theory", 7100], ["c6", "hr2-panel", 6000], ["c6", "hr2-theory", 6000], ["c7", "hr2-panel", ""], ["c7", "hr2-theory", 0], ["c8", "lr3-theory", ""],
].map(([candidate, part, score_centi]) => ({ candidate, part, outcome: score_centi === "" ? "absent" : "scored", score_centi }));
const results = Object.entries({ c1: "pass", c2: "fail", c3: "absent", c4: "pass", c5: "pass", c6: "pass", c7: "absent", c8: "absent" }).map(([candidate, outcome]) => ({ candidate, outcome }));
const certificates = results.filter((row) => row.outcome === "pass").map(({ candidate }, at) => ({ candidate, number: `S00009900000121300000${at + 1}`, file: `S00009900000121300000${at + 1}.pdf` }));

const report = {
  candidates: 9, admitted: 8, seated: 8, present: 7, rooms_used: 6, rooms_lower_bound: 6, attempts: 4, answers_acknowledged: 7, answers_lost: 0, results: 8, certificates: 4, certificates_verified: 4,
  seconds: { plan: 1.5 }, peak_rss_mb: 210, risks: [],
};

const { privateKey, publicKey } = generateKeyPairSync("ed25519");

/** The text of a public key: docs/formats/certificate.md, section 1. */
export function keyText(key) {
  const bytes = Buffer.from(key.export({ format: "jwk" }).x, "base64url");
  return `kaogong-issuer-1+${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}+${bytes.toString("base64")}\n`;
}

/** A signed file: docs/formats/certificate.md, section 2 to 4. */
export function pdf(number, { batch = "2021-01" } = {}) {
  const payload = {
    batch, commitment: "x", document: "9998**********5423", document_kind: "居民身份证", issued_on: "2021-06-03", issuer: "示范省人力资源协会", key: keyText(publicKey).split("+")[1], level: "三级/高级工", log: "kaogong/1",
    name: "龚𬱖", number, occupation: "企业人力资源管理师", v: 1,
  };
  const body = `K1.${Buffer.from(JSON.stringify(payload)).toString("base64url")}`;
  const token = `${body}.${sign(null, Buffer.from(body), privateKey).toString("base64url")}`;
  const signed = Buffer.from(`%PDF-1.7\n%%EOF\n%kaogong-1 ${Buffer.from(token).toString("base64url")}`);
  return Buffer.concat([signed, Buffer.from(` ${sign(null, signed, privateKey).toString("base64url")}\n`)]);
}

/** The tables, report, keys and files of a good rehearsal; each call gives a copy of its own, so that a test may spoil it. */
export function good() {
  const files = Object.fromEntries(certificates.map(({ number, file }) => [file, pdf(number)]));
  return { ...structuredClone({ parts, admitted, rooms, seats, acks, receipts, attempts, answers, scores, results, certificates, report }), keys: keyText(publicKey), files };
}

const field = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));

/** Writes the folder; a table is a list of rows, or the text of the file. */
export function write(folder, { keys, files, report: figures, ...tables }, columns) {
  mkdirSync(join(folder, "certificates"), { recursive: true });
  for (const [name, rows] of Object.entries(tables)) {
    const header = Object.keys(columns[`${name}.csv`]);
    writeFileSync(join(folder, `${name}.csv`), typeof rows === "string" ? rows : [header.join(), ...rows.map((row) => header.map((column) => field(row[column])).join())].map((line) => `${line}\n`).join(""));
  }
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, "certificates", name), bytes);
  writeFileSync(join(folder, "issuer.pub"), keys);
  writeFileSync(join(folder, "report.json"), JSON.stringify(figures));
}
