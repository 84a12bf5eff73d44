import { isRecord } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import { type Packed, pack, unpack } from "./packing.js";
import { refill } from "./refill.js";
import type { Stage } from "./stage.js";
import type { World } from "./world/world.js";

/** The state of an emulator as JSON, without the catalogue, which follows from seed and size. Tokens are in it. */
export interface Snapshot {
  readonly stagedoor: "snapshot 1";
  readonly seed: string;
  readonly tracks: number;
  readonly state: Packed;
}

/** A part of the emulator that can be saved and put back. */
export interface Keeper<T extends object> {
  save(): T;
  load(saved: T): void;
}

/** What follows from seed and size, and is never changed. */
const COMPUTED: ReadonlySet<string> = new Set(["key", "catalogue", "search"]);

/** The members of a world, whatever they are, but for what is computed. */
export function worldKeeper(world: World): Keeper<object> {
  return {
    save: () => Object.fromEntries(Object.entries(world).filter(([name]) => !COMPUTED.has(name))),
    load(saved) {
      const members = Object.entries(saved);
      for (const [name, value] of members) {
        const current: unknown = Reflect.get(world, name);
        // Others hold the map itself.
        if (current instanceof Map && value instanceof Map) refill(current, value);
      }
      // Afterwards: the default person must be one of the people.
      for (const [name, value] of members) if (!(value instanceof Map)) Reflect.set(world, name, value);
    },
  };
}

/** Each of a type of its own. */
type Keepers = Readonly<Record<string, { save(): object; load(saved: never): void }>>;

/** Saves all parts as one, so that what two of them share stays shared. */
export function snapshotOf({ world }: Pick<Stage, "world">, seed: string, keepers: Keepers): Snapshot {
  const state = Object.fromEntries(Object.entries(keepers).map(([name, keeper]) => [name, keeper.save()]));
  return { stagedoor: "snapshot 1", seed, tracks: world.catalogue.tracks, state: pack(state) };
}

/**
 * Puts all parts back.
 *
 * @throws StagedoorError `argument-invalid` for what is no snapshot, or one of another world
 */
export function restoreFrom(
  snapshot: Snapshot,
  { world }: Pick<Stage, "world">,
  seed: string,
  keepers: Keepers,
): void {
  if (!isRecord(snapshot) || snapshot.stagedoor !== "snapshot 1") {
    throw new StagedoorError("argument-invalid", "This is no snapshot of an emulator.");
  }
  if (snapshot.seed !== seed || snapshot.tracks !== world.catalogue.tracks) {
    throw new StagedoorError("argument-invalid", "The snapshot is one of another world.", {
      hint: `Make the emulator with seed ${snapshot.seed} and ${snapshot.tracks} tracks.`,
    });
  }
  const state = unpack(snapshot.state);
  for (const [name, keeper] of Object.entries(keepers)) {
    // `save` of the very same part made it, and it was unpacked anew: nobody else holds it.
    if (isRecord(state)) keeper.load(state[name] as never);
  }
}
