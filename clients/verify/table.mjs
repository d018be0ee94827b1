// Reads the CSV files of an evidence folder (docs/formats/evidence.md, section 1) row by row: a million answers do not fit into one text.
import { closeSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";

/** The folder cannot be read: no verdict is possible. */
export class Unreadable extends Error {}

const CHUNK_BYTES = 1 << 20;

/** What a field may hold; undefined for what it may not. */
const id = (text) => (/^\S+$/u.test(text) ? text : undefined);
const whole = (text) => (/^(0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined);
const orNone = (kind) => (text) => (text === "" ? null : kind(text));
const list = (text) => (text === "" ? [] : /^\S+( \S+)*$/u.test(text) ? text.split(" ") : undefined);
const text = (any) => any;
const oneOf = (...words) => (word) => (words.includes(word) ? word : undefined);
const yes = (word) => ({ true: true, false: false })[word];
const sha256 = (word) => (/^[0-9a-f]{64}$/.test(word) ? word : undefined);

/** The files and their columns. */
export const FILES = {
  "parts.csv": { part: id, occupation: id, level: id, kind: oneOf("theory", "practical", "panel", "other"), delivery: oneOf("paper", "computer", "on_site"), minutes: whole, pass_centi: whole },
  "admitted.csv": { candidate: id, point: id, site: id, occupation: id, level: id, parts: list, kept: list },
  "rooms.csv": { site: id, room: id, kind: oneOf("paper", "computer", "practical"), seats: whole },
  "seats.csv": { candidate: id, admission_number: id, part: id, sitting: id, turn: whole, starts_at: whole, ends_at: whole, site: id, room: id, seat: whole, form: oneOf("A", "B", "") },
  "acks.csv": { candidate: id, attempt: id, seq: whole, item: whole, answer_sha256: sha256, acked_at: whole },
  "receipts.csv": { candidate: id, attempt: id, receipt: id },
  "attempts.csv": { candidate: id, attempt: id, part: id, sitting: id, last_seq: whole, chain_head: sha256 },
  "answers.csv": { candidate: id, attempt: id, seq: whole, item: whole, answer: text, counted: yes },
  "scores.csv": { candidate: id, part: id, outcome: oneOf("scored", "absent"), score_centi: orNone(whole) },
  "results.csv": { candidate: id, outcome: oneOf("pass", "fail", "absent") },
  "certificates.csv": { candidate: id, number: id, file: id },
};

/** A text of its own: a piece cut out of a chunk would keep the whole chunk in memory. */
export const own = (piece) => Buffer.from(piece).toString();

/** The rows of one file as objects, with the columns of FILES. */
export function* rows(path) {
  const name = basename(path);
  const columns = Object.entries(FILES[name]);
  const records = split(path, name);
  const header = records.next().value ?? [];
  if (header.join() !== columns.map(([column]) => column).join()) throw new Unreadable(`${name}: the header is ${header.join()}`);
  let row = 1;
  for (const fields of records) {
    row += 1;
    if (fields.length !== columns.length) throw new Unreadable(`${name}, row ${row}: ${fields.length} fields, ${columns.length} are expected`);
    const object = {};
    for (let at = 0; at < columns.length; at += 1) {
      const value = columns[at][1](fields[at]);
      if (value === undefined) throw new Unreadable(`${name}, row ${row}: ${columns[at][0]} is ${JSON.stringify(fields[at])}`);
      object[columns[at][0]] = value;
    }
    yield object;
  }
}

/** The records of a file as lists of fields (RFC 4180). */
function* split(path, name) {
  let record = "";
  for (const line of lines(path, name)) {
    record = record === "" ? line : `${record}\n${line}`;
    // A line break between two quotes belongs to the field.
    if (record.includes('"') && (record.match(/"/g).length & 1) === 1) continue;
    yield record.includes('"') ? quoted(record, name) : record.split(",");
    record = "";
  }
  if (record !== "") throw new Unreadable(`${name}: a quote is never closed`);
}

function quoted(record, name) {
  const fields = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/gy;
  for (let end = ","; end === ",";) {
    const found = field.exec(record);
    if (!found) throw new Unreadable(`${name}: a quote stands where none may: ${record.slice(0, 80)}`);
    fields.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    end = found[3];
  }
  return fields;
}

function* lines(path, name) {
  let file;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw new Unreadable(`${name}: ${error.code}`);
  }
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let left = "";
    for (;;) {
      const length = readSync(file, chunk, 0, CHUNK_BYTES, null);
      const found = (left + decode(decoder, chunk.subarray(0, length), length > 0, name)).split("\n");
      left = found.pop();
      yield* found;
      if (length === 0) break;
    }
    if (left !== "") throw new Unreadable(`${name}: the last row does not end with a line feed`);
  } finally {
    closeSync(file);
  }
}

function decode(decoder, bytes, stream, name) {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new Unreadable(`${name}: not UTF-8`);
  }
}
