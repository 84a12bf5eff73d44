// Two machines with a cable each to a third one, where the servers run: network namespaces, so that a cable can be pulled. Needs root. How
// to use it:
//
//   await withMachines(["north", "south"], conductor, async ([north, south]) => {
//     await north.connect([redisPort, spotifyPort]);           // what it may reach, at `north.server` and at its own loopback
//     const worker = await conductor.worker({ under: north.under, … });
//     north.cut(); … north.heal();
//   });
import { execFileSync, spawnSync } from "node:child_process";
import { buildWorker } from "../support/worker-bundle.js";
import type { Conductor } from "./conductor.js";

export interface Machine {
  readonly name: string;
  /** What runs a program on it. */
  readonly under: readonly string[];
  /** The address at which it sees the machine with the servers. */
  readonly server: string;
  /** Lets it reach these ports of the servers' loopback: at `server`, and at its own loopback, which is all that some programs accept. */
  connect(ports: readonly number[]): Promise<void>;
  /** Pulls the cable: nobody is told, packets just go nowhere. */
  cut(): void;
  heal(): void;
}

/** Why there can be no machines here, if so. */
export function machinesMissing(): string | undefined {
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const name = `sdprobe${process.pid}`;
  const works = spawnSync("ip", ["netns", "add", name]).status === 0;
  if (works) ip("netns", "del", name);
  return works ? undefined : "no network namespaces";
}

/** Runs `use` with machines that are gone afterwards, however it ends. */
export async function withMachines<V>(
  names: readonly string[],
  conductor: Conductor,
  use: (machines: readonly Machine[]) => Promise<V>,
): Promise<V> {
  const spaces = names.map((_, index) => `sd${process.pid}n${index}`);
  const remove = () => {
    for (const space of spaces) spawnSync("ip", ["netns", "del", space]);
  };
  process.once("exit", remove);
  try {
    return await use(names.map((name, index) => addMachine(name, spaces[index] ?? "", index, conductor)));
  } finally {
    remove();
    process.off("exit", remove);
  }
}

function addMachine(name: string, space: string, index: number, conductor: Conductor): Machine {
  // 198.18.0.0/15 is kept for measurements (RFC 2544): no real network is hidden behind it.
  const net = `198.18.${process.pid % 256}`;
  const [server, own] = [`${net}.${index * 4 + 1}`, `${net}.${index * 4 + 2}`];
  const [outside, inside] = [`${space}o`, `${space}i`];
  ip("netns", "add", space);
  ip("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", space);
  ip("addr", "add", `${server}/30`, "dev", outside);
  ip("link", "set", outside, "up");
  ip("-n", space, "addr", "add", `${own}/30`, "dev", inside);
  ip("-n", space, "link", "set", inside, "up");
  ip("-n", space, "link", "set", "lo", "up");
  const under = ["ip", "netns", "exec", space];
  let relays = 0;
  return {
    name,
    under,
    server,
    async connect(ports) {
      const program = buildWorker(new URL("relay.ts", import.meta.url));
      const pairs = (from: string, to: string) => ports.map((port) => `${from}:${port}=${to}:${port}`);
      const relay = `relay-${name}-${++relays}`;
      await conductor.worker({ name: `${relay}-out`, program, args: pairs(server, "127.0.0.1") });
      await conductor.worker({ name: `${relay}-in`, program, under, args: pairs("127.0.0.1", server) });
    },
    cut: () => ip("link", "set", outside, "down"),
    heal: () => ip("link", "set", outside, "up"),
  };
}

function ip(...words: readonly string[]): void {
  execFileSync("ip", words, { stdio: ["ignore", "ignore", "pipe"] });
}
