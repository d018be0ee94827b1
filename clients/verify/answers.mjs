// Acknowledged means kept: docs/formats/evidence.md, sections 3 and 6 (5).
import { createHash } from "node:crypto";
import { grouped, unique } from "./findings.mjs";
import { own, rows } from "./table.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** The head of a chain without changes. */
const NO_CHANGES = "0".repeat(64);

/** Attempts that belong to a seat, by their ids. */
export function checkAttempts(folder, { parts }, findings) {
  let attempts = new Map();
  findings.check("attempts", (wrong) => {
    attempts = unique(folder.attempts, (row) => row.attempt, wrong, "attempt");
    const seats = grouped(folder.seats, (seat) => `${seat.candidate} ${seat.part} ${seat.sitting}`);
    unique(folder.attempts, (row) => `${row.part} of ${row.candidate}`, wrong, "attempt at");
    for (const row of folder.attempts) {
      if (!seats.has(`${row.candidate} ${row.part} ${row.sitting}`)) wrong(`attempt ${row.attempt}: ${row.candidate} has no seat in ${row.part}, sitting ${row.sitting}`);
      if (parts.get(row.part)?.delivery !== "computer") wrong(`attempt ${row.attempt} is at ${row.part}, which is not held on computers`);
    }
    return `${folder.attempts.length} attempts`;
  });
  return attempts;
}

/** The changes that count, by attempt: item and answer in the place of their number. */
export function checkAnswers(path, attempts, findings) {
  const held = new Map();
  findings.check("answers held", (wrong) => {
    let [counted, late] = [0, 0];
    for (const row of rows(path)) {
      const attempt = attempts.get(row.attempt);
      if (attempt?.candidate !== row.candidate) wrong(`answer ${row.seq} of attempt ${row.attempt}: ${row.candidate} has no such attempt`);
      if (!row.counted) {
        late += 1;
        continue;
      }
      counted += 1;
      if (!held.has(row.attempt)) held.set(own(row.attempt), new Map());
      const changes = held.get(row.attempt);
      if (changes.has(row.seq)) wrong(`answer ${row.seq} of attempt ${row.attempt} stands twice`);
      else changes.set(row.seq, { item: row.item, answer: own(row.answer) });
    }
    for (const attempt of attempts.values()) checkChain(attempt, held.get(attempt.attempt) ?? new Map(), wrong);
    return `${counted} that count, ${late} kept as evidence`;
  });
  return held;
}

function checkChain({ attempt, last_seq, chain_head }, changes, wrong) {
  let head = NO_CHANGES;
  for (let seq = 1; seq <= last_seq; seq += 1) {
    const change = changes.get(seq);
    if (!change) {
      wrong(`attempt ${attempt}: answer ${seq} of ${last_seq} is missing`);
      return;
    }
    head = sha256(`${head}\n${seq}\n${change.item}\n${change.answer}`);
  }
  if (changes.size !== last_seq) wrong(`attempt ${attempt} holds ${changes.size} answers and says ${last_seq}`);
  if (head !== chain_head) wrong(`attempt ${attempt}: its answers do not make the chain it ended with`);
}

/** Every acknowledged change is held; counts them and those that are lost. */
export function checkAcks(path, attempts, held, findings) {
  const sum = { acknowledged: 0, lost: 0 };
  findings.check("acknowledged is kept", (wrong) => {
    const digests = new Map();
    const digestOf = (answer) => {
      if (!digests.has(answer)) digests.set(answer, sha256(answer));
      return digests.get(answer);
    };
    const last = new Map();
    for (const row of rows(path)) {
      sum.acknowledged += 1;
      const before = last.get(row.attempt) ?? 0;
      if (row.seq !== before + 1) wrong(`attempt ${row.attempt}: acknowledgement ${row.seq} follows ${before}`);
      last.set(before === 0 ? own(row.attempt) : row.attempt, row.seq);
      if (attempts.get(row.attempt)?.candidate !== row.candidate) wrong(`acknowledgement ${row.seq} of attempt ${row.attempt}: ${row.candidate} has no such attempt`);
      const change = held.get(row.attempt)?.get(row.seq);
      const why = !change ? "is not held" : change.item !== row.item ? `is held for item ${change.item}, not ${row.item}` : digestOf(change.answer) !== row.answer_sha256 ? "is held with another content" : "";
      if (why) {
        sum.lost += 1;
        wrong(`answer ${row.seq} of attempt ${row.attempt} was acknowledged and ${why}`);
      }
    }
    return `${sum.acknowledged} acknowledged, ${sum.lost} lost`;
  });
  return sum;
}

export function checkReceipts(folder, attempts, findings) {
  findings.check("receipts", (wrong) => {
    unique(folder.receipts, (row) => row.attempt, wrong, "the receipt of attempt");
    for (const row of folder.receipts) {
      const attempt = attempts.get(row.attempt);
      if (attempt?.candidate !== row.candidate) wrong(`receipt of attempt ${row.attempt}: ${row.candidate} has no such attempt`);
      else if (sha256(`${attempt.chain_head}\n${row.attempt}`).slice(0, 10).toUpperCase() !== row.receipt) wrong(`receipt ${row.receipt} of attempt ${row.attempt} is of other answers than those held`);
    }
    return `${folder.receipts.length} receipts`;
  });
}
