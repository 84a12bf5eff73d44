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
 * Puts all parts back, or none.
 *
 * @throws StagedoorError `argument-invalid` for what is no snapshot, one of another world, or one that is damaged
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
  const before = snapshotOf({ world }, seed, keepers).state;
  const state = wholeState(snapshot.state, before);
  try {
    load(state, keepers);
  } catch {
    load(unpack(before), keepers);
    throw damaged("a part of it cannot be loaded");
  }
}

function load(state: unknown, keepers: Keepers): void {
  for (const [name, keeper] of Object.entries(keepers)) {
    // `save` of the very same part made it, and it was unpacked anew: nobody else holds it.
    if (isRecord(state)) keeper.load(state[name] as never);
  }
}

/** Unpacks a state in which every part, and every member of a part, is there and of the kind that it has now. */
function wholeState(packed: Packed, now: Packed): unknown {
  let state: unknown;
  try {
    state = unpack(packed);
  } catch {
    throw damaged("it cannot be unpacked");
  }
  for (const [name, present] of membersOf(unpack(now))) {
    const saved = memberOf(state, name);
    if (kindOf(saved) !== kindOf(present)) throw damaged(`state.${name} is missing or of another kind`);
    for (const [member, held] of membersOf(present)) {
      const kinds = [kindOf(held), kindOf(memberOf(saved, member))];
      // Some hold nothing or a list, now the one and now the other; a map stays one, for others hold it.
      if (kinds.includes("null") && !kinds.includes("map") && kinds[1] !== "undefined") continue;
      if (kinds[0] !== kinds[1]) throw damaged(`state.${name}.${member} is missing or of another kind`);
    }
  }
  return state;
}

const membersOf = (value: unknown): readonly [string, unknown][] =>
  isRecord(value) ? Object.entries(value) : [];
const memberOf = (value: unknown, name: string): unknown =>
  isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Map) return "map";
  return Array.isArray(value) ? "list" : typeof value;
}

function damaged(how: string): StagedoorError {
  return new StagedoorError("argument-invalid", `The snapshot is damaged: ${how}.`, {
    hint: "Take it from snapshot() or GET /snapshot of an emulator of this version, and keep it as it is.",
  });
}
