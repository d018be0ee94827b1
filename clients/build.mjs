// Builds clients/dist: style sheets, the exam client, the small page script, htmx and the icon. Plain files, no network, no postinstall.
import { build } from "esbuild";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const dist = here("dist/");
// The oldest browsers with cascade layers: WeChat's engines of 2022 and later.
const target = ["chrome99", "safari15.4", "firefox97"];
const common = { bundle: true, minify: true, target, charset: "utf8", legalComments: "none", logLevel: "warning" };

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([
  build({ ...common, entryPoints: [here("styles/kaogong.css"), here("styles/exam.css")], outdir: dist }),
  build({ ...common, entryPoints: [here("exam/main.ts")], outfile: `${dist}exam.js`, format: "esm" }),
  build({ ...common, entryPoints: [here("selftest/main.ts")], outfile: `${dist}selftest.js`, format: "esm" }),
  build({ ...common, entryPoints: [here("app/app.ts")], outfile: `${dist}app.js`, format: "iife" }),
  copyFile(here("node_modules/htmx.org/dist/htmx.min.js"), `${dist}htmx.min.js`),
  copyFile(here("icons/favicon.svg"), `${dist}favicon.svg`),
]);
