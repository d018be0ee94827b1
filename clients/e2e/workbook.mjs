// Reads and writes the few things of a ZIP that spreadsheets and photo packs need; written for the story, apart from the product.
import { readFile } from "node:fs/promises";
import { crc32, inflateRawSync } from "node:zlib";

/** The files of a ZIP: name to bytes. */
export function unzip(bytes) {
  const files = new Map();
  let at = bytes.readUInt32LE(bytes.lastIndexOf(Buffer.from("PK\x05\x06")) + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [nameLength, extraLength, noteLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + size);
    files.set(name, method === 8 ? inflateRawSync(data) : data);
    at += 46 + nameLength + extraLength + noteLength;
  }
  return files;
}

/** A ZIP of stored (uncompressed) files. */
export function zip(files) {
  const [bodies, index] = [[], []];
  let offset = 0;
  for (const [name, data] of files) {
    const fileName = Buffer.from(name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(0x0800, 2);
    facts.writeUInt32LE(crc32(data), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(data.length, 18);
    facts.writeUInt16LE(fileName.length, 22);
    bodies.push(Buffer.from("PK\x03\x04"), facts, fileName, data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    index.push(Buffer.from("PK\x01\x02\x14\x00"), facts, tail, fileName);
    offset += 30 + fileName.length + data.length;
  }
  const directory = Buffer.concat(index);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}

const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#10;/g, "\n").replace(/&amp;/g, "&");

/** The rows of a workbook's first sheet, as texts by column letter. */
export async function rowsOf(file) {
  const files = unzip(await readFile(file));
  const shared = [...(files.get("xl/sharedStrings.xml")?.toString() ?? "").matchAll(/<si>(.*?)<\/si>/gs)].map((found) => textOf(found[1]));
  const sheet = files.get("xl/worksheets/sheet1.xml").toString();
  return [...sheet.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells = {};
    for (const [, place, facts, body = ""] of row.matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const kind = / t="(\w+)"/.exec(facts)?.[1];
      const value = /<v>(.*?)<\/v>/s.exec(body)?.[1] ?? "";
      cells[place] = kind === "s" ? shared[Number(value)] : kind === "inlineStr" ? textOf(body) : plain(value);
    }
    return cells;
  });
}

const textOf = (xml) => [...xml.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, text]) => plain(text)).join("");

/** The workbook with `change` applied to the text of its first sheet. */
export async function altered(file, change) {
  const files = unzip(await readFile(file));
  const name = "xl/worksheets/sheet1.xml";
  const before = files.get(name).toString();
  const after = change(before);
  if (after === before) throw new Error(`nothing was changed in ${file}`);
  files.set(name, Buffer.from(after));
  return zip(files);
}
