// A second hand for the draw, with the Node standard library alone. It was written from the
// comments of the draw, not from its code; anyone may run it on a published draw.
//
// In (standard input), one JSON object:
//   { "parts": ["hex", …], "stratum": "…", "ids": ["…", …], "numerator": 15, "denominator": 100 }
// Out: one line per fact: "seed HEX", then "ticket HEX ID" in the order drawn, then "sample ID"
// for each id drawn.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const draw = JSON.parse(readFileSync(0, "utf8"));

// Seed: each part, "draw/v1" first, after its length as eight bytes, most significant first.
const counted = ["draw/v1", ...draw.parts.map((hex) => Buffer.from(hex, "hex"))].flatMap((part) => {
  const bytes = Buffer.from(part);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bytes.length));
  return [length, bytes];
});
const seed = createHash("sha256").update(Buffer.concat(counted)).digest();

// Ticket: draw/v1, seed, stratum, id with the byte 0x1f between them.
const ticket = (id) => {
  const gap = Buffer.from([0x1f]);
  const bytes = [Buffer.from("draw/v1"), gap, seed, gap, Buffer.from(draw.stratum), gap, Buffer.from(id)];
  return createHash("sha256").update(Buffer.concat(bytes)).digest();
};

const drawn = draw.ids.map((id) => ({ id, ticket: ticket(id) }));
drawn.sort((a, b) => Buffer.compare(a.ticket, b.ticket) || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)));

// The share rounded up, in whole numbers.
const [n, numerator, denominator] = [drawn.length, draw.numerator, draw.denominator].map(BigInt);
const share = numerator >= denominator ? n : (n * numerator + denominator - 1n) / denominator;

const lines = [`seed ${seed.toString("hex")}`];
lines.push(...drawn.map((one) => `ticket ${one.ticket.toString("hex")} ${one.id}`));
lines.push(...drawn.slice(0, Number(share)).map((one) => `sample ${one.id}`));
process.stdout.write(lines.join("\n") + "\n");
