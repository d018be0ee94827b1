// A real server on a fresh installation, with a clock that the story can move.
import { execFile, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes an installation in a temporary folder, serves it at the instant `at`, and gives it to `work`. `engine`: `sqlite`, or `postgres` on the server TEST_PG. */
export async function withServer(binary, engine, at, work) {
  const data = await mkdtemp(join(tmpdir(), "kaogong-e2e-"));
  const database = engine === "postgres" ? newDatabase() : undefined;
  const place = ["--data", data, ...(database ? ["--database", database.url] : [])];
  await writeFile(join(data, "clock"), at);
  // Not `spawnSync`: the other telling would stand still meanwhile.
  const command = (...words) => new Promise((resolve) => {
    execFile(binary, words.map((word) => (word === "--here" ? place : [word])).flat(), (error, stdout, stderr) => resolve({ status: error ? error.code ?? 1 : 0, said: `${stdout}${stderr}` }));
  });
  const made = await command("init", "--here");
  if (made.status !== 0) throw new Error(`kaogong init failed: ${made.said}`);
  const server = spawn(binary, ["serve", ...place, "--listen", "127.0.0.1:0", "--plain-http", "--demo-staff", "--clock-file", join(data, "clock")], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const base = await listening(server);
    const clock = async (to) => {
      await writeFile(join(data, "clock.new"), to);
      await rename(join(data, "clock.new"), join(data, "clock"));
    };
    return await work({ base, data, clock, command, engine });
  } finally {
    server.kill("SIGKILL");
    await rm(data, { recursive: true, force: true });
    database?.drop();
  }
}

function listening(server) {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (bytes) => {
      said += bytes;
      const found = /listening at (\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    server.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

/** An empty database on the server that TEST_PG names. */
function newDatabase() {
  const server = process.env.TEST_PG;
  const name = `e2e_${process.pid}_${Date.now().toString(36)}`;
  const psql = (statement) => {
    const done = spawnSync("psql", [server, "-qc", statement], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`psql: ${done.stderr ?? done.error}`);
  };
  psql(`CREATE DATABASE ${name}`);
  return { url: server.replace(/\/[^/?]*(\?|$)/, `/${name}$1`), drop: () => psql(`DROP DATABASE ${name} WITH (FORCE)`) };
}
