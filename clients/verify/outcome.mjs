// Scores, results and certificates: docs/formats/evidence.md, sections 4 and 6 (6 to 8).
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readPdf } from "./certificate.mjs";
import { grouped, unique } from "./findings.mjs";

export function checkScores(folder, { parts, admitted }, findings) {
  findings.check("scores", (wrong) => {
    const scores = unique(folder.scores, (row) => `${row.candidate} in ${row.part}`, wrong, "score of");
    const attempted = new Set(folder.attempts.map((row) => `${row.candidate} in ${row.part}`));
    for (const row of folder.scores) {
      const key = `${row.candidate} in ${row.part}`;
      if (!admitted.get(row.candidate)?.parts.includes(row.part)) wrong(`${key} has a score and no need to sit`);
      if ((row.outcome === "scored") !== (row.score_centi !== null)) wrong(`${key} is ${row.outcome} with score ${row.score_centi ?? "none"}`);
      if (row.score_centi !== null && (row.score_centi < 0 || row.score_centi > 10_000)) wrong(`${key} has ${row.score_centi} hundredths of a point`);
      if (parts.get(row.part)?.delivery === "computer" && (row.outcome === "scored") !== attempted.has(key)) wrong(`${key} is ${row.outcome} and ${attempted.has(key) ? "has an" : "has no"} attempt`);
    }
    for (const person of folder.admitted) for (const part of person.parts) if (!scores.has(`${person.candidate} in ${part}`)) wrong(`${person.candidate} has no score in ${part}`);
    return `${folder.scores.length} scores`;
  });
}

/** What the scores of a person make, each part against its own mark. */
function outcomeOf(scores, parts) {
  if (scores.some((row) => row.outcome === "absent")) return "absent";
  return scores.every((row) => row.score_centi >= parts.get(row.part)?.pass_centi) ? "pass" : "fail";
}

export function checkResults(folder, { parts, admitted }, findings) {
  findings.check("results", (wrong) => {
    const results = unique(folder.results, (row) => row.candidate, wrong, "the result of");
    const scores = grouped(folder.scores, (row) => row.candidate);
    for (const person of folder.admitted) if (!results.has(person.candidate)) wrong(`${person.candidate} has no result`);
    for (const row of folder.results) {
      if (!admitted.has(row.candidate)) {
        wrong(`${row.candidate} has a result and is not admitted`);
        continue;
      }
      const follows = outcomeOf(scores.get(row.candidate) ?? [], parts);
      if (row.outcome !== follows) wrong(`${row.candidate} is ${row.outcome}, and the scores say ${follows}`);
    }
    return ["pass", "fail", "absent"].map((word) => `${folder.results.filter((row) => row.outcome === word).length} ${word}`).join(", ");
  });
}

export function checkHolders(folder, findings) {
  findings.check("certificates", (wrong) => {
    const holders = unique(folder.certificates, (row) => row.candidate, wrong, "a certificate of");
    unique(folder.certificates, (row) => row.number, wrong, "number");
    unique(folder.certificates, (row) => row.file, wrong, "file");
    const passed = new Set(folder.results.filter((row) => row.outcome === "pass").map((row) => row.candidate));
    for (const candidate of passed) if (!holders.has(candidate)) wrong(`${candidate} passed and has no certificate`);
    for (const candidate of holders.keys()) if (!passed.has(candidate)) wrong(`${candidate} has a certificate and did not pass`);
    return `${folder.certificates.length} for ${passed.size} who passed`;
  });
}

/** How many files are genuine and say their number. */
export function checkFiles(folder, findings) {
  let verified = 0;
  findings.check("signatures", (wrong) => {
    const names = new Set(folder.certificates.map((row) => row.file));
    for (const name of readdirSync(join(folder.path, "certificates"))) if (!names.has(name)) wrong(`${name} is in no row`);
    const batches = new Set();
    for (const row of folder.certificates) {
      try {
        if (/[\\/]|^\.\.?$/.test(row.file)) throw new Error("not a name inside the folder");
        const payload = readPdf(readFileSync(join(folder.path, "certificates", row.file)), folder.keys);
        if (payload.number !== row.number) throw new Error(`says ${payload.number}, its row ${row.number}`);
        batches.add(payload.batch);
        verified += 1;
      } catch (error) {
        wrong(`${row.file}: ${error.code ?? error.message}`);
      }
    }
    if (batches.size > 1) wrong(`files of several batches: ${[...batches].sort().join(", ")}`);
    return `${verified} genuine under ${folder.keys.map(({ id }) => id).join(", ")}`;
  });
  return verified;
}
