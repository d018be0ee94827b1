// A second verifier of certificates; what it checks stands in clients/verify/certificate.mjs.
// Usage: node verify_certificate.mjs PUBLIC_KEY token TOKEN
//        node verify_certificate.mjs PUBLIC_KEY pdf FILE
//        node verify_certificate.mjs PUBLIC_KEY opening TOKEN SALT DOCUMENT
// Prints one line of JSON; exit code 0 when it is genuine, 1 when it is not.
import { readFileSync } from "node:fs";
import { opens, readKey, readPdf, readToken } from "../../../../clients/verify/certificate.mjs";

const [keyText, kind, ...rest] = process.argv.slice(2);
const keys = [readKey(keyText)];
const readers = {
  token: () => readToken(rest[0], keys),
  pdf: () => readPdf(readFileSync(rest[0]), keys),
  opening: () => opens(readToken(rest[0], keys), rest[1], rest[2]),
};

try {
  console.log(JSON.stringify({ genuine: true, payload: readers[kind]() }));
} catch (error) {
  console.log(JSON.stringify({ genuine: false, why: error.message }));
  process.exitCode = 1;
}
