// Checks certificates, written from docs/formats/certificate.md alone.
import { createHash, createPublicKey, verify } from "node:crypto";

/** The issuer's key of its text; throws what is wrong with it. */
export function readKey(text) {
  const first = text.indexOf("+");
  const second = text.indexOf("+", first + 1);
  const [mark, id] = [text.slice(0, first), text.slice(first + 1, second)];
  const bytes = Buffer.from(text.slice(second + 1), "base64");
  if (mark !== "kaogong-issuer-1" || bytes.length !== 32) throw new Error("not an issuer's key");
  if (createHash("sha256").update(bytes).digest("hex").slice(0, 8) !== id) throw new Error("key id");
  const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") } });
  return { id, key };
}

/** base64url without padding, and only the one text that stands for the bytes. */
function strict(text) {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new Error("not strict base64url");
  return bytes;
}

/** The key that made the signature. */
function signerOf(message, signature, keys) {
  const signer = signature.length === 64 && keys.find(({ key }) => verify(null, message, key, signature));
  if (!signer) throw new Error("signature");
  return signer;
}

/** The payload of a token. */
export function readToken(token, keys) {
  const parts = token.split(".");
  if (parts.length !== 3 || parts[0] !== "K1") throw new Error("form of the token");
  const signer = signerOf(Buffer.from(`K1.${parts[1]}`), strict(parts[2]), keys);
  const bytes = strict(parts[1]);
  const payload = JSON.parse(bytes.toString("utf8"));
  const names = Object.keys(payload);
  const expected = ["batch", "commitment", "document", "document_kind", "issued_on", "issuer", "key", "level", "log",
    "name", "number", "occupation", "v"];
  if (names.join() !== expected.join() || payload.v !== 1) throw new Error("members of the payload");
  if (!Buffer.from(JSON.stringify(payload)).equals(bytes)) throw new Error("not the canonical form");
  if (payload.key !== signer.id) throw new Error("another key's name");
  return payload;
}

/** The payload of a file: its last line is `%kaogong-1 TOKEN SIGNATURE`; the signature covers every byte before its blank. */
export function readPdf(bytes, keys) {
  const at = bytes.lastIndexOf("\n%kaogong-1 ");
  if (at < 0) throw new Error("no signature line");
  const line = bytes.subarray(at + 1).toString("latin1");
  const fields = line.match(/^%kaogong-1 ([A-Za-z0-9_-]*) ([A-Za-z0-9_-]+)\n$/);
  if (!fields) throw new Error("signature line");
  const end = at + 1 + "%kaogong-1 ".length + fields[1].length;
  signerOf(bytes.subarray(0, end), strict(fields[2]), keys);
  return readToken(strict(fields[1]).toString("utf8"), keys);
}

/** The payload, when salt and document number are those it was issued for. */
export function opens(payload, salt, document) {
  const hash = createHash("sha256").update(Buffer.from(salt, "hex")).update(document).digest("base64url");
  if (hash !== payload.commitment) throw new Error("commitment");
  return payload;
}
