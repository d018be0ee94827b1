// Bundles every tests/*.test.mjs (they import TypeScript) into a temporary folder and runs them with node --test.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const tests = fileURLToPath(new URL(".", import.meta.url));
const names = (await readdir(tests)).filter((name) => name.endsWith(".test.mjs"));
const out = await mkdtemp(join(tmpdir(), "kaogong-clients-"));
try {
  await build({ entryPoints: names.map((name) => join(tests, name)), outdir: out, outExtension: { ".js": ".mjs" }, bundle: true, platform: "node", format: "esm", target: "node20", sourcemap: "inline", logLevel: "warning" });
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...names.map((name) => join(out, name))], { stdio: "inherit", env: { ...process.env, CLIENTS: join(tests, "..") } });
  process.exitCode = run.status ?? 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
