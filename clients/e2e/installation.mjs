// A real server on a fresh installation, with a clock that the story can move.
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes an installation in a temporary folder, serves it at the instant `at`, and gives it to `work`. */
export async function withServer(binary, at, work) {
  const data = await mkdtemp(join(tmpdir(), "kaogong-e2e-"));
  await writeFile(join(data, "clock"), at);
  const command = (...words) => spawnSync(binary, [...words, "--data", data], { encoding: "utf8" });
  const made = command("init");
  if (made.status !== 0) throw new Error(`kaogong init failed: ${made.stderr}`);
  const words = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--plain-http", "--demo-staff", "--clock-file", join(data, "clock")];
  const server = spawn(binary, words, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const base = await new Promise((resolve, reject) => {
      let said = "";
      server.stdout.on("data", (bytes) => {
        said += bytes;
        const found = /listening at (\S+)/.exec(said);
        if (found) resolve(found[1]);
      });
      server.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    });
    const clock = async (to) => {
      await writeFile(join(data, "clock.new"), to);
      await rename(join(data, "clock.new"), join(data, "clock"));
    };
    return await work({ base, data, clock, command });
  } finally {
    server.kill("SIGKILL");
    await rm(data, { recursive: true, force: true });
  }
}
