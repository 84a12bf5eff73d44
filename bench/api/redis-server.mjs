import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Whether there is a Redis that can be started. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/**
 * A Redis on a loopback port of its own, with nothing on the disk.
 *
 * @template T
 * @param {(port: number) => Promise<T>} use
 */
export async function withRedis(use) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "stagedoor-bench-redis-"));
  const words = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    folder,
  ];
  const server = spawn("redis-server", words, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => server.once("close", resolve));
  try {
    await Promise.race([
      ready(server.stdout),
      ended.then(() => {
        throw new Error("redis-server ended before it was ready.");
      }),
    ]);
    return await use(port);
  } finally {
    server.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

const ready = (input) =>
  new Promise((resolve) => {
    createInterface({ input }).on("line", (line) => {
      if (line.includes("Ready to accept connections")) resolve();
    });
  });

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
