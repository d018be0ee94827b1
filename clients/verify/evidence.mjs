// Checks the folder that `kaogong rehearse … --evidence DIR` wrote; docs/formats/evidence.md says what is checked.
// Usage: node evidence.mjs DIR [--key issuer.pub]
// Exit code 0 when it agrees, 1 when it does not, 2 when the folder cannot be read.
import { check } from "./check.mjs";
import { Unreadable } from "./table.mjs";

const [folder, option, keyFile, ...rest] = process.argv.slice(2);
if (folder === undefined || rest.length > 0 || (option !== undefined && (option !== "--key" || keyFile === undefined))) {
  console.error("usage: node evidence.mjs DIR [--key issuer.pub]");
  process.exit(2);
}
try {
  const findings = check(folder, keyFile);
  console.log(findings.lines().join("\n"));
  process.exitCode = findings.agrees ? 0 : 1;
} catch (error) {
  if (!(error instanceof Unreadable)) throw error;
  console.log(`CANNOT READ ${error.message}`);
  process.exitCode = 2;
}
