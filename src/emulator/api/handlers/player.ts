import { parseResource } from "../../../contract/ids.js";
import { drawsNow, replacePlayback, settle } from "../../world/listening.js";
import type { Person, StoredDevice } from "../../world/people.js";
import { isPlayableIn, itemsOf, lengthOf, lengthsIn } from "../../world/playable.js";
import { currentOf, type Playback } from "../../world/playback.js";
import {
  enqueued,
  type Programme,
  paused,
  repeating,
  resumed,
  shuffled,
  skipped,
  sought,
  started,
  stepped,
} from "../../world/playback-commands.js";
import type { World } from "../../world/world.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import { badRequest, notFound, playerRefused } from "../refusal.js";

/**
 * The commands. Guessed: a person has one playback, on which a command acts whichever of their devices it names; only playing,
 * transferring and the volume are about that device.
 */
export const playerHandlers = {
  "start-a-users-playback": (call: Call<"start-a-users-playback">) => {
    const { world, args } = call;
    const person = controlling(call);
    const { id } = deviceFor(world, person, args.deviceId);
    const programme = programmeOf(world, person, args);
    command(call, person, (before, now) => {
      const draws = drawsNow(world, person.id);
      const isHere = world.activeDevices.get(person.id) === id;
      // What plays cannot be resumed. Guessed, from the reason ALREADY_PLAYING that Spotify has for it.
      if (programme === undefined && before.playing && isHere && args.positionMs === undefined)
        return undefined;
      const after = programme === undefined ? resumed(before, now) : started(before, programme, now, draws);
      if (!after.playing) return undefined;
      const position = args.positionMs ?? (programme && placeKept(world, person, after));
      return position === undefined ? after : sought(after, position, now, lengthsIn(world));
    });
    world.activeDevices.set(person.id, id);
    return undefined;
  },

  "pause-a-users-playback": (call: Call<"pause-a-users-playback">) =>
    remote(call, (before, now) => (before.playing ? paused(before, now) : undefined)),

  "skip-users-playback-to-next-track": (call: Call<"skip-users-playback-to-next-track">) =>
    remote(call, (before, now) => {
      const hasAny = currentOf(before) !== undefined || before.queued.length > 0;
      return hasAny ? skipped(before, now) : undefined;
    }),

  "skip-users-playback-to-previous-track": (call: Call<"skip-users-playback-to-previous-track">) =>
    remote(call, stepped),

  "seek-to-position-in-currently-playing-track": (
    call: Call<"seek-to-position-in-currently-playing-track">,
  ) =>
    remote(call, (before, now) => {
      if (currentOf(before) === undefined) return undefined;
      return sought(before, call.args.positionMs, now, lengthsIn(call.world));
    }),

  "set-repeat-mode-on-users-playback": (call: Call<"set-repeat-mode-on-users-playback">) =>
    remote(call, (before, now) => repeating(before, call.args.state, now)),

  "toggle-shuffle-for-users-playback": (call: Call<"toggle-shuffle-for-users-playback">) =>
    remote(call, (before, now) =>
      shuffled(before, call.args.state, now, drawsNow(call.world, personOf(call).id)),
    ),

  "add-to-queue": (call: Call<"add-to-queue">) => {
    const { world, args } = call;
    return remote(call, (before) => {
      if (lengthOf(world, args.uri) === undefined) throw notFound();
      return isPlayableIn(world, args.uri, personOf(call).country) ? enqueued(before, args.uri) : undefined;
    });
  },

  "set-volume-for-users-playback": (call: Call<"set-volume-for-users-playback">) => {
    const { world, args } = call;
    const person = controlling(call);
    const device = deviceFor(world, person, args.deviceId);
    if (!device.supports_volume) {
      throw playerRefused(403, "Cannot control device volume", "VOLUME_CONTROL_DISALLOW");
    }
    const changed = { ...device, volume_percent: args.volumePercent };
    person.devices = person.devices.map((other) => (other === device ? changed : other));
    return undefined;
  },

  /** As documented: without `play`, what played plays on and what was paused stays so. */
  "transfer-a-users-playback": (call: Call<"transfer-a-users-playback">) => {
    const { world, args } = call;
    const person = controlling(call);
    const { id } = deviceFor(world, person, args.deviceIds[0]);
    // Guessed: where there is nothing to play, the device becomes active all the same.
    command(call, person, (before, now) => (args.play && !before.playing ? resumed(before, now) : before));
    world.activeDevices.set(person.id, id);
    return undefined;
  },
} satisfies Partial<Handlers>;

type Change = (before: Playback, now: number) => Playback | undefined;
type DeviceCall = Pick<Call, "world" | "person"> & {
  readonly args: { readonly deviceId?: string | undefined };
};

/** A command to the device that is named, or else to the active one. */
function remote(call: DeviceCall, change: Change): undefined {
  const person = controlling(call);
  deviceFor(call.world, person, call.args.deviceId);
  command(call, person, change);
}

/** Changes the playback; what cannot be done now is refused without a better reason than `UNKNOWN`. As observed. */
function command({ world }: Pick<Call, "world">, person: Person, change: Change): void {
  const before = settle(world, person.id);
  const after = change(before, world.now());
  if (after === undefined) throw restricted();
  replacePlayback(world, person.id, before, after);
}

const restricted = () => playerRefused(403, "Restriction violated", "UNKNOWN");

/** The person, if a subscription allows them to be remote-controlled. As observed. */
function controlling(call: Pick<Call, "person">): Person {
  const person = personOf(call);
  if (person.product !== "premium") throw playerRefused(403, "Premium required", "PREMIUM_REQUIRED");
  return person;
}

type AddressedDevice = StoredDevice & { readonly id: string };

/** The device that is asked for or active, if it may be controlled. */
function deviceFor(world: World, person: Person, asked: string | undefined): AddressedDevice {
  const id = asked ?? world.activeDevices.get(person.id);
  if (id === undefined) throw playerRefused(404, "No active device found", "NO_ACTIVE_DEVICE");
  const device = person.devices.find((one): one is AddressedDevice => one.id === id);
  if (device === undefined) throw notFound("Device not found");
  if (device.is_restricted) throw restricted();
  return device;
}

/**
 * What shall be played; `undefined` for what was playing. Guessed: what cannot be had in the person's country is passed over, and where
 * nothing is left there is nothing to play.
 */
function programmeOf(
  world: World,
  { country }: Person,
  args: Call<"start-a-users-playback">["args"],
): Programme | undefined {
  const { contextUri, uris, offset } = args;
  if (contextUri === undefined && uris === undefined) return undefined;
  if (contextUri !== undefined && uris !== undefined) {
    throw badRequest("Can't have both context_uri and uris");
  }
  const all = contextUri === undefined ? uris : itemsOf(world, contextUri);
  if (all === undefined || uris?.some((uri) => lengthOf(world, uri) === undefined)) throw notFound();
  const place = offset && placeOf(all, offset, contextUri);
  const playable = (uri: string) => isPlayableIn(world, uri, country);
  const items = all.filter(playable);
  if (items.length === 0) throw restricted();
  const first = place === undefined ? undefined : all.slice(0, place).filter(playable).length % items.length;
  return { contextUri: contextUri ?? null, items, first };
}

function placeOf(
  items: readonly string[],
  offset: { readonly position?: number | undefined; readonly uri?: string | undefined },
  contextUri: string | undefined,
): number {
  if (contextUri !== undefined && parseResource(contextUri)?.type === "artist") {
    throw badRequest("can't have offset for context type: ARTIST");
  }
  const place = offset.uri === undefined ? (offset.position ?? 0) : items.indexOf(offset.uri);
  if (place < 0 || place >= items.length) throw badRequest("Non-existing offset");
  return place;
}

/** Where an episode was left. Guessed: a call that names no position goes on there, as Spotify's own apps do. */
function placeKept(world: World, person: Person, playback: Playback): number | undefined {
  const uri = currentOf(playback) ?? "";
  return world.resumePoints.get(person.id)?.get(uri)?.resume_position_ms;
}
