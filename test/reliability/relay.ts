// Carries TCP connections: `relay.mjs NAME HOST:PORT=HOST:PORT …` listens at the first address of each pair and connects to the second.
// For machines of `machines.ts`, where a program is to find at its own loopback what runs on another machine.
import { connect, createServer, type Server, type Socket } from "node:net";
import type { WorkerTasks } from "./protocol.js";
import { runTasks, standardChannel } from "./task-loop.js";

interface Address {
  readonly host: string;
  readonly port: number;
}

const [, ...pairs] = process.argv.slice(2);
const sockets = new Set<Socket>();

function addressOf(text = ""): Address {
  const [host = "", port = ""] = text.split(":");
  return { host, port: Number(port) };
}

function join(one: Socket, other: Socket): void {
  sockets.add(one);
  one.pipe(other);
  // A reset on one side is one on the other.
  one.on("error", () => other.resetAndDestroy());
  one.on("close", () => {
    sockets.delete(one);
    other.end();
  });
}

async function relay(pair: string): Promise<Server> {
  const [from, to] = pair.split("=").map(addressOf);
  if (from === undefined || to === undefined) throw new Error(`${pair} is no pair of addresses.`);
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect({ ...to, allowHalfOpen: true });
    join(incoming, outgoing);
    join(outgoing, incoming);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(from.port, from.host, resolve);
  });
  return server;
}

const servers = await Promise.all(pairs.map(relay));

runTasks<Pick<WorkerTasks, "exit">>(standardChannel(), () => ({
  async exit() {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    return {};
  },
}));
