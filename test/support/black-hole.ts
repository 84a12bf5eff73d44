import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Listens, and then does nothing more for ever: what the system takes for it is soon full. */
const PROGRAM = `
  const server = require("node:net").createServer();
  server.listen({ host: process.argv[1], port: Number(process.argv[2]), backlog: 1 }, () => {
    process.send(server.address().port, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });`;

/** Keeps an address at which no connection is ever refused, and none made, for as long as `use` takes; on Linux. */
export async function withBlackHole(
  host: string,
  port: number,
  use: (port: number) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, ["-e", PROGRAM, host, String(port)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [taken] = (await once(child, "message")) as [number];
  const fillers: Socket[] = [];
  try {
    do fillers.push(connect(taken, host).on("error", () => undefined));
    while (fillers.length < 20 && (await isMade(fillers.at(-1))));
    await use(taken);
  } finally {
    for (const filler of fillers) filler.destroy();
    child.kill("SIGKILL");
    await once(child, "close");
  }
}

/** The system makes a connection on loopback at once or, where it has no room, long after. */
async function isMade(socket: Socket | undefined): Promise<boolean> {
  const waited = new Promise<false>((resolve) => setTimeout(() => resolve(false), 300));
  return socket === undefined ? false : Promise.race([once(socket, "connect").then(() => true), waited]);
}
