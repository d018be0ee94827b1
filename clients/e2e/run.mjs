// The browser story: Chromium clicks through the stages as people would, looks at every page in both languages and at two widths, and
// prints TAP. `KAOGONG_BIN` is the demo build of the binary, `CHROMIUM` the browser.
import { fileURLToPath } from "node:url";
import { withBrowser } from "./browser.mjs";
import { withServer } from "./installation.mjs";
import { Teller } from "./teller.mjs";
import { plan } from "./stages/plan.mjs";

const binary = process.env.KAOGONG_BIN ?? fileURLToPath(new URL("../../target/debug/kaogong", import.meta.url));
const STAGES = [plan];

const teller = new Teller();
await withServer(binary, "2021-03-16 09:00", (house) =>
  withBrowser(async (context) => {
    for (const stage of STAGES) {
      if (!(await stage(teller, house, context))) break;
    }
    await teller.lookEverywhere(house, context);
  }));
teller.end();
