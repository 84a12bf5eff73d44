// One store with its Spotify and its workers on two machines, for scenarios that pull a cable.
import { SECOND } from "../../src/base/clock.js";
import type { Backend } from "./backends.js";
import type { Conductor, SpotifyProgram, WorkerProgram } from "./conductor.js";
import type { Machine } from "./machines.js";
import type { StoreDescription } from "./store-description.js";

/** Shorter than the usual ones in the same proportion, so that nobody has to watch a lease run out for 20 seconds. */
export const LEASE_MS = 5 * SECOND;
export const TOKEN_DEADLINE_MS = 3 * SECOND;
export const STORE_TIMEOUT_MS = 2 * SECOND;

/** How long the machine that was cut off may need to be as before: connections notice late that they are dead. */
export const RECOVERY_MS = 40 * SECOND;

export const PER_MACHINE = 3;

/** One store with its Spotify and its workers on both machines. */
export interface Lane {
  readonly name: string;
  readonly spotify: SpotifyProgram;
  readonly north: readonly WorkerProgram[];
  readonly south: readonly WorkerProgram[];
  readonly first: WorkerProgram;
  aheadMs: number;
}

export async function addLane(
  conductor: Conductor,
  { name, store }: Pick<Backend, "name" | "store">,
  [north, south]: readonly [Machine, Machine],
): Promise<Lane> {
  const spotify = await conductor.spotify({ refresh: "rotate-strict" });
  const ports = [spotify.accounts, spotify.api].map((url) => Number(new URL(url).port));
  const start = async (machine: Machine) => {
    await machine.connect([...ports, portOf(store(0))]);
    return conductor.workers(PER_MACHINE, (index) => ({
      name: `${machine.name}-${name.replace(/\W+/g, "-")}-${index + 1}`,
      under: machine.under,
      open: {
        spotify,
        store: seenFrom(machine, store(index)),
        tokenDeadlineMs: TOKEN_DEADLINE_MS,
        trace: true,
      },
    }));
  };
  const lane = { name, spotify, north: await start(north), south: await start(south), aheadMs: 0 };
  const [first] = lane.north;
  if (first === undefined) throw new Error("There are no workers.");
  await first.ask("login", {});
  return { ...lane, first };
}

/** Milliseconds until all processes of the north have the token that the store holds; `undefined` when they take too long. */
export async function comesBack({ north, south, aheadMs }: Lane, since: number): Promise<number | undefined> {
  const stored = await south[0]?.ask("stored", {});
  while (performance.now() - since < RECOVERY_MS) {
    const answers = await Promise.all(
      north.map((worker) => worker.ask("call", { count: 1, what: "token", aheadMs }, { timeoutMs: 60_000 })),
    );
    if (answers.every(({ calls }) => calls[0]?.access === stored?.access)) return performance.now() - since;
  }
  return undefined;
}

/** The same store as another machine reaches it. */
function seenFrom({ server }: Machine, store: StoreDescription): StoreDescription {
  const bounds = { leaseMs: LEASE_MS, timeoutMs: STORE_TIMEOUT_MS };
  switch (store.kind) {
    case "redis":
      return { ...store, ...bounds, host: server };
    case "postgres":
      return { ...store, ...bounds, url: store.url.replace("127.0.0.1", server) };
    default:
      throw new Error(`No other machine can use a store of the kind ${store.kind}.`);
  }
}

function portOf(store: StoreDescription): number {
  if (store.kind === "redis") return store.port;
  if (store.kind === "postgres") return Number(new URL(store.url).port);
  throw new Error(`A store of the kind ${store.kind} has no port.`);
}
