// A second verifier of the trail, written from docs/formats/trail.md alone.
// Usage: node verify_log.mjs FOLDER VKEY [DISCLOSED.json]
// DISCLOSED.json: { "payloads": [{id, salt, payload}], "proofs": [{index, size, leaf, root, path}] }
// Prints one line of JSON; exit code 0 when all is well, 1 when something is wrong.
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, vkey, disclosedFile] = process.argv.slice(2);
const problems = [];
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leafHash = (entry) => sha256(Buffer.from([0]), entry);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

/** Root of a list of hashes: RFC 6962, section 2.1, written as it is defined. */
function root(hashes) {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0];
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(root(hashes.slice(0, split)), root(hashes.slice(split)));
}

/** The signed checkpoint: text, blank line, one signature line. */
function readCheckpoint() {
  const note = readFileSync(join(folder, "checkpoint"), "utf8");
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [name, id, key64] = splitKey(vkey);
  const key = Buffer.from(key64, "base64");
  if (key[0] !== 1 || key.length !== 33) throw new Error("not an Ed25519 key");
  if (sha256(name, "\n", key).subarray(0, 4).toString("hex") !== id) throw new Error("key id");
  const line = note.slice(end + 2).match(/^— (\S+) (\S+)\n$/u);
  if (!line || line[1] !== name) throw new Error("signature line");
  const signature = Buffer.from(line[2], "base64");
  if (signature.subarray(0, 4).toString("hex") !== id) throw new Error("signature key id");
  const publicKey = createPublicKey({
    format: "jwk",
    key: { kty: "OKP", crv: "Ed25519", x: key.subarray(1).toString("base64url") },
  });
  if (!verify(null, Buffer.from(text), publicKey, signature.subarray(4))) throw new Error("signature");
  const [origin, size, root64, after, at, rest] = text.split("\n");
  if (origin !== name || rest !== "") throw new Error("checkpoint lines");
  if (!/^after \d+$/.test(after) || !/^at -?\d+$/.test(at)) throw new Error("checkpoint extension");
  return { size: Number(size), root: Buffer.from(root64, "base64") };
}

function splitKey(text) {
  const first = text.indexOf("+");
  const second = text.indexOf("+", first + 1);
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

/** Path of tile number `index`, `width` wide; the full one when the partial one is gone. */
function readTile(kind, index, width) {
  let digits = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    digits = `x${String(rest % 1000).padStart(3, "0")}/${digits}`;
  }
  const full = join(folder, "tile", kind, digits);
  const partial = join(`${full}.p`, String(width));
  return readFileSync(width < 256 && existsSync(partial) ? partial : full);
}

function readEntries(size) {
  const entries = [];
  for (let index = 0; index * 256 < size; index += 1) {
    const width = Math.min(256, size - index * 256);
    const bundle = readTile("entries", index, width);
    let at = 0;
    for (let number = 0; number < width; number += 1) {
      const length = bundle.readUInt16BE(at);
      if (at + 2 + length > bundle.length) throw new Error(`bundle ${index} is too short`);
      entries.push(bundle.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    if ((width === 256 || bundle.length < 256) && at !== bundle.length) throw new Error(`bundle ${index} is too long`);
  }
  return entries;
}

function checkTiles(leaves) {
  let row = leaves;
  for (let level = 0; row.length > 0; level += 1) {
    const above = [];
    for (let index = 0; index * 256 < row.length; index += 1) {
      const hashes = row.slice(index * 256, index * 256 + 256);
      const bytes = Buffer.concat(hashes);
      if (!readTile(String(level), index, hashes.length).subarray(0, bytes.length).equals(bytes)) {
        problems.push(`tile ${level}/${index}`);
      }
      if (hashes.length === 256) above.push(root(hashes));
    }
    row = above;
  }
}

const STRINGS = ["action", "actor", "batch", "grant", "id", "node", "object_id", "object_kind", "outcome", "payload", "prev", "reason", "request"];
const INTEGERS = ["at", "object_seq", "v"];

/** The entry, when its bytes are exactly the canonical form of its members. */
function readEntry(bytes, index) {
  const entry = JSON.parse(bytes.toString("utf8"));
  const names = Object.keys(entry).sort();
  const canonical = `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(entry[name])}`).join(",")}}`;
  const wanted = [...STRINGS, ...INTEGERS].filter((name) => name !== "batch" || "batch" in entry).sort();
  const typed = STRINGS.every((name) => typeof entry[name] === "string" || name === "batch")
    && INTEGERS.every((name) => Number.isSafeInteger(entry[name]));
  const known = names.join() === wanted.join() && entry.v === 1 && ["done", "refused"].includes(entry.outcome);
  if (!Buffer.from(canonical).equals(bytes) || !typed || !known) problems.push(`entry ${index} is not in format 1`);
  return entry;
}

/** Chains: each entry points at the entry before it on the same object. */
function checkChains(entries, leaves) {
  const objects = new Map();
  entries.forEach((entry, index) => {
    const object = JSON.stringify([entry.object_kind, entry.object_id]);
    if (!objects.has(object)) objects.set(object, new Map());
    const chain = objects.get(object);
    if (chain.has(entry.object_seq)) problems.push(`two entries ${entry.object_seq} of ${object}`);
    chain.set(entry.object_seq, { prev: entry.prev, hash: leaves[index].toString("hex") });
  });
  let open = 0;
  for (const [object, chain] of objects) {
    for (const [seq, { prev }] of chain) {
      const before = seq === 1 ? "0".repeat(64) : chain.get(seq - 1)?.hash;
      if (before === undefined) open += 1;
      else if (prev !== before) problems.push(`entry ${seq} of ${object} has another entry before it`);
    }
  }
  return { objects: objects.size, open };
}

/** RFC 9162, section 2.1.3.2. */
function inclusion({ index, size, leaf, root: wanted, path }) {
  let [number, last, hash] = [index, size - 1, Buffer.from(leaf, "hex")];
  if (number > last) return false;
  for (const step of path.map((text) => Buffer.from(text, "hex"))) {
    if (last === 0) return false;
    if (number % 2 === 1 || number === last) {
      hash = nodeHash(step, hash);
      while (number % 2 === 0 && number !== 0) [number, last] = [number / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, step);
    }
    [number, last] = [Math.floor(number / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash.toString("hex") === wanted;
}

function checkDisclosed(entries, leaves, checkpoint) {
  const { payloads, proofs } = JSON.parse(readFileSync(disclosedFile, "utf8"));
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  for (const { id, salt, payload } of payloads) {
    const commitment = sha256(Buffer.from(salt, "hex"), Buffer.from(payload)).toString("hex");
    if (byId.get(id)?.payload !== commitment) problems.push(`payload of ${id}`);
  }
  for (const proof of proofs) {
    const ours = proof.size === checkpoint.size && proof.root === checkpoint.root.toString("hex")
      && proof.leaf === leaves[proof.index]?.toString("hex");
    if (!ours || !inclusion(proof)) problems.push(`proof of leaf ${proof.index}`);
  }
  return { payloads: payloads.length, proofs: proofs.length };
}

let summary = {};
try {
  const checkpoint = readCheckpoint();
  const bytes = readEntries(checkpoint.size);
  const leaves = bytes.map(leafHash);
  if (!root(leaves).equals(checkpoint.root)) problems.push("root");
  checkTiles(leaves);
  const entries = bytes.map(readEntry);
  summary = { size: checkpoint.size, root: checkpoint.root.toString("hex"), ...checkChains(entries, leaves) };
  if (disclosedFile) summary = { ...summary, ...checkDisclosed(entries, leaves, checkpoint) };
} catch (error) {
  problems.push(String(error.message));
}
console.log(JSON.stringify({ ...summary, problems }));
process.exit(problems.length === 0 ? 0 : 1);
