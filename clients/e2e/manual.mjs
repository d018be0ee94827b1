// Pictures for docs/manual, taken where the story comes by: name of the page, file in docs/pictures, width of the window.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const folder = new URL("../../docs/pictures/", import.meta.url);
const DESK = 1180;
const PHONE = 390;

/** What each role sees first in its chapter. */
const PICTURES = {
  "workbench-delays": ["manual-province", DESK], "roster-mended": ["manual-registration-point", DESK], "review-accept": ["manual-reviewer", DESK], "seat-plan": ["manual-exam-officer", DESK],
  items: ["manual-item-writer", DESK], papers: ["manual-custodian", DESK], room: ["manual-invigilator", PHONE], "sheet-practical": ["manual-examiner", DESK], "score-entries-0": ["manual-score-clerk", DESK],
  "my-application": ["manual-candidate", PHONE], "exam-working": ["manual-exam", DESK], trail: ["manual-auditor", DESK], verify: ["manual-public", PHONE], account: ["manual-administrator", DESK], "filing-case-draft": ["manual-filing-manager", DESK], "filing-case-assessed": ["manual-filing-officer", DESK], "filing-case-assessment": ["manual-assessor", DESK], jobs: ["manual-jobs", DESK],
};

/** Whether the manual shows this page. */
export const isInManual = (name) => Object.hasOwn(PICTURES, name);

/** Takes the manual's picture of this page, if it has one: what the window shows, in Chinese. */
export async function pictureForManual(page, name) {
  if (!isInManual(name)) return;
  const [file, width] = PICTURES[name];
  await mkdir(folder, { recursive: true });
  const size = page.viewportSize();
  await page.setViewportSize({ width, height: width === PHONE ? 780 : 800 });
  await page.waitForTimeout(80);
  await page.screenshot({ path: fileURLToPath(new URL(`${file}.jpg`, folder)), type: "jpeg", quality: 72, animations: "disabled" });
  await page.setViewportSize(size);
}
