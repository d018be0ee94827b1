// The browser story: Chromium clicks thirty people from the plan to their certificates, once in Chinese on SQLite and once in English on
// PostgreSQL, looks at every page in both languages and at two widths, and prints TAP. `KAOGONG_BIN` is the demo build of the binary,
// `CHROMIUM` the browser, `TEST_PG` the server. `node e2e/run.mjs paper sqlite --no-look` tells one engine to one
// stage and looks at nothing; `--pictures` keeps pictures of every page in e2e/output, for people to look at, and `node e2e/run.mjs certificate sqlite --manual`
// takes those of docs/manual.
import { fileURLToPath } from "node:url";
import { withChromium } from "./browser.mjs";
import { withServer } from "./installation.mjs";
import { Story } from "./story.mjs";
import { Teller } from "./teller.mjs";
import { house } from "./stages/house.mjs";
import { filing, plaque } from "./stages/filing.mjs";
import { plan } from "./stages/plan.mjs";
import { registration } from "./stages/registration.mjs";
import { admission } from "./stages/admission.mjs";
import { arrangement } from "./stages/arrangement.mjs";
import { paper } from "./stages/paper.mjs";
import { sitting } from "./stages/sitting.mjs";
import { assessment } from "./stages/assessment.mjs";
import { result } from "./stages/result.mjs";
import { certificate } from "./stages/certificate.mjs";

const binary = process.env.KAOGONG_BIN ?? fileURLToPath(new URL("../../target/debug/kaogong", import.meta.url));
const STAGES = [house, filing, plan, registration, plaque, admission, arrangement, paper, sitting, assessment, result, certificate];
const TELLINGS = [["sqlite", "zh-CN"], ["postgres", "en"]];

const [last = "certificate", only] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const teller = new Teller({ looks: !process.argv.includes("--no-look"), pictures: process.argv.includes("--pictures"), manual: process.argv.includes("--manual") });
// Both tellings at once: one waits while the other types.
const voices = TELLINGS.filter(([engine]) => !only || engine === only).map(([engine, lang]) => ({ engine, lang, voice: teller.of(engine, lang) }));
await Promise.all(voices.map(tell));
await teller.compare();
teller.end();

async function tell({ engine, lang, voice }) {
  await withServer(binary, engine, "2021-03-16 09:00", (house) => withChromium(async (browser) => {
    const story = new Story(house, browser, voice, lang);
    for (const stage of STAGES) {
      const told = await stage(story);
      await story.look();
      if (!told || stage.name === last) break;
    }
  }));
}
