// The evidence of a rehearsal, checked as docs/formats/evidence.md says, with nothing of ours but that document.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkAcks, checkAnswers, checkAttempts, checkReceipts } from "./answers.mjs";
import { readKey } from "./certificate.mjs";
import { Findings } from "./findings.mjs";
import { checkFiles, checkHolders, checkResults, checkScores } from "./outcome.mjs";
import { checkBound, checkRegisters, checkRooms, checkSeats, checkTimes } from "./seating.mjs";
import { Unreadable, rows } from "./table.mjs";

/** The findings about a folder; `keyFile` holds the issuer's keys when they come from elsewhere. */
export function check(path, keyFile = join(path, "issuer.pub")) {
  const folder = read(path, keyFile);
  const findings = new Findings();
  const known = checkRegisters(folder, findings);
  checkSeats(folder, known, findings);
  checkRooms(folder, known, findings);
  checkTimes(folder, known, findings);
  const rooms = checkBound(folder, known, findings);
  const attempts = checkAttempts(folder, known, findings);
  const held = checkAnswers(join(path, "answers.csv"), attempts, findings);
  const acks = checkAcks(join(path, "acks.csv"), attempts, held, findings);
  checkReceipts(folder, attempts, findings);
  checkScores(folder, known, findings);
  checkResults(folder, known, findings);
  checkHolders(folder, findings);
  const verified = checkFiles(folder, findings);
  const present = new Set(folder.scores.filter((row) => row.outcome === "scored").map((row) => row.candidate));
  checkReport(folder, findings, {
    admitted: folder.admitted.length, seated: new Set(folder.seats.map((seat) => seat.candidate)).size, present: present.size, rooms_used: rooms.used, rooms_lower_bound: rooms.bound, attempts: folder.attempts.length,
    answers_acknowledged: acks.acknowledged, answers_lost: acks.lost, results: folder.results.length, certificates: folder.certificates.length, certificates_verified: verified,
  });
  return findings;
}

/** Everything but the answers, which are read as they are checked. */
function read(path, keyFile) {
  const all = (name) => [...rows(join(path, `${name}.csv`))];
  const names = ["parts", "admitted", "rooms", "seats", "receipts", "attempts", "scores", "results", "certificates"];
  const folder = { path, ...Object.fromEntries(names.map((name) => [name, all(name)])) };
  const keys = attempt("issuer.pub", () => readFileSync(keyFile, "utf8").split("\n").filter((line) => line !== "").map((line) => readKey(line)));
  if (keys.length === 0) throw new Unreadable("issuer.pub: no key");
  const report = attempt("report.json", () => JSON.parse(readFileSync(join(path, "report.json"), "utf8")));
  if (typeof report !== "object" || report === null) throw new Unreadable("report.json: not an object");
  if (!attempt("certificates", () => statSync(join(path, "certificates"))).isDirectory()) throw new Unreadable("certificates: not a folder");
  return { ...folder, keys, report };
}

function attempt(name, run) {
  try {
    return run();
  } catch (error) {
    throw new Unreadable(`${name}: ${error.code ?? error.message}`);
  }
}

function checkReport({ report }, findings, counted) {
  findings.check("report", (wrong) => {
    for (const [name, figure] of Object.entries(counted)) if (report[name] !== figure) wrong(`${name} is ${JSON.stringify(report[name])}, counted are ${figure}`);
    if (!Number.isSafeInteger(report.candidates) || report.candidates < counted.admitted) wrong(`candidates is ${JSON.stringify(report.candidates)}, admitted are ${counted.admitted}`);
    for (const [name, is] of [["seconds", (value) => typeof value === "object" && value !== null], ["peak_rss_mb", (value) => typeof value === "number"], ["risks", Array.isArray]]) {
      if (!is(report[name])) wrong(`${name} is missing or of another form`);
    }
    return `${Object.keys(counted).length} figures counted again`;
  });
}
