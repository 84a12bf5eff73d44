import { hasCode, StagedoorError } from "../base/errors.js";
import { me, player, type Track } from "../contract/index.js";
import { batchSize, invalid } from "./arguments.js";
import { elementsOf } from "./batches.js";
import { method } from "./call.js";
import type { CallOptions, Connection } from "./connection.js";
import { type AddressableDevice, pickDevice } from "./device-name.js";
import { items } from "./pages.js";
import { cutOff } from "./partial-write-error.js";

export interface DeviceArguments {
  /** Default: the active device. */
  readonly deviceId?: string | undefined;
}

export interface PlaySavedArguments extends DeviceArguments {
  /** How many tracks, from the latest on; at most and by default 100. */
  readonly limit?: number | undefined;
  /** Turns shuffling on, and begins anywhere, or off. Default: as it is. */
  readonly shuffle?: boolean | undefined;
}

export interface QueueManyArguments extends DeviceArguments {
  /** URIs of tracks and episodes, as many as you like. */
  readonly uris: readonly string[];
}

const SAVED_PER_PAGE = 50;

/**
 * What takes more than one call of the player.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/start-a-users-playback
 *
 * @example
 * const { deviceNamed, playSaved } = playerHelpers(connection);
 * const { id } = await deviceNamed("kitchen");
 * await playSaved({ deviceId: id, shuffle: true });
 */
export function playerHelpers(connection: Connection) {
  return {
    /** The device with this name, or whose name alone begins with it. Needs `user-read-playback-state`. */
    deviceNamed: (name: string, options?: CallOptions) => deviceNamed(connection, name, options),
    /**
     * Goes forward, or back where `ms` is negative, by milliseconds within what is playing.
     *
     * Needs `user-read-currently-playing` and `user-modify-playback-state`.
     */
    seekBy: (ms: number, args?: DeviceArguments, options?: CallOptions) =>
      seekBy(connection, ms, args, options),
    /** Plays the tracks that the person saved last. Needs `user-library-read` and `user-modify-playback-state`. */
    playSaved: (args?: PlaySavedArguments, options?: CallOptions) => playSaved(connection, args, options),
    /** Puts any number of things into the queue, in their order. Needs `user-modify-playback-state`. */
    queueMany: (args: QueueManyArguments, options?: CallOptions) => queueMany(connection, args, options),
    /** Goes on with what was paused; what plays already plays on. Needs `user-modify-playback-state`. */
    resume: (args?: DeviceArguments, options?: CallOptions) => resume(connection, args, options),
  };
}

/**
 * Finds a device by its name: written exactly so, else but for upper and lower case, else the only one that begins so. Devices that
 * cannot be addressed are passed over.
 *
 * @throws StagedoorError `not-found` with the names that there are, `argument-invalid` when several fit; what calls throw
 *
 * @example
 * const speaker = await deviceNamed(connection, "Kitchen");
 * await spotify.player.transfer({ deviceIds: [speaker.id] });
 */
export async function deviceNamed(
  connection: Connection,
  name: string,
  options?: CallOptions,
): Promise<AddressableDevice> {
  if (typeof name !== "string" || name.trim() === "") throw invalid("name", "must be the name of a device");
  return pickDevice(await method(connection, player.devices)({}, { ...options, fresh: true }), name);
}

/**
 * Goes forward by milliseconds, or back by negative ones, within what is playing; back beyond its beginning is its beginning. A jump over
 * its end is refused before anything is changed: that would be another item.
 *
 * @param ms milliseconds, a whole number
 * @returns the new position in milliseconds
 * @throws StagedoorError `not-found` when nothing is playing or paused, `argument-invalid` for a jump over the end; what calls throw
 *
 * @example
 * await seekBy(connection, -15_000);
 */
export async function seekBy(
  connection: Connection,
  ms: number,
  { deviceId }: DeviceArguments = {},
  options?: CallOptions,
): Promise<number> {
  if (!Number.isSafeInteger(ms)) {
    throw new StagedoorError("argument-invalid", "The argument ms must be a whole number.");
  }
  const additionalTypes = ["track", "episode"] as const;
  const playing = await method(connection, player.currentlyPlaying)(
    { additionalTypes },
    { ...options, fresh: true },
  );
  if (playing?.progress_ms == null) {
    throw new StagedoorError("not-found", "Nothing is playing.", { hint: "Start something first." });
  }
  const positionMs = Math.max(0, playing.progress_ms + ms);
  const lengthMs = playing.item?.duration_ms ?? Number.POSITIVE_INFINITY;
  if (positionMs >= lengthMs) {
    const left = lengthMs - playing.progress_ms;
    throw new StagedoorError("argument-invalid", `Only ${left} ms of what is playing are left.`, {
      hint: "Skip to the next item instead.",
    });
  }
  await method(connection, player.seek)({ positionMs, deviceId }, options);
  return positionMs;
}

/**
 * Plays the tracks that the person saved last, the latest first.
 *
 * Files of the person's own and tracks that cannot be had are passed over. Shuffling is changed after the start, when the device is active
 * for certain.
 *
 * @returns how many tracks are played
 * @throws StagedoorError `not-found` when nothing is saved, `argument-invalid` for a limit that is not from 1 to 100; what calls throw
 *
 * @example
 * await playSaved(connection, { limit: 40, shuffle: true });
 */
export async function playSaved(
  connection: Connection,
  args: PlaySavedArguments = {},
  options?: CallOptions,
): Promise<number> {
  const most = batchSize(player.play, "uris");
  const { deviceId, limit = most, shuffle } = args;
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    throw new StagedoorError("argument-invalid", `The argument limit must be from 1 to ${most}.`);
  }
  const uris = await savedUris(connection, limit, options);
  if (uris.length === 0) throw new StagedoorError("not-found", "No saved tracks can be played.");
  const offset = shuffle === true ? { position: randomBelow(uris.length) } : undefined;
  await method(connection, player.play)({ uris, offset, deviceId }, options);
  if (shuffle !== undefined) {
    await method(connection, player.shuffle)({ state: shuffle, deviceId }, options);
  }
  return uris.length;
}

async function savedUris(
  connection: Connection,
  limit: number,
  options: CallOptions | undefined,
): Promise<readonly string[]> {
  const uris: string[] = [];
  const first = method(connection, me.tracks)({ limit: Math.min(limit, SAVED_PER_PAGE) }, options);
  // One page after another: how many are passed over nobody knows beforehand.
  for await (const saved of items(connection, first, { ...options, readAhead: 0 })) {
    // What is gone is null now and then, also inside of what holds it: more than the types say.
    const track: Track | null = saved.track;
    if (track === null || track.is_local || track.is_playable === false) continue;
    uris.push(track.uri);
    if (uris.length === limit) break;
  }
  return uris;
}

function randomBelow(count: number): number {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return drawn % count;
}

/**
 * Puts any number of tracks and episodes into the queue, one after another, so that their order is kept. A URI that is none stops it
 * before the first is sent.
 *
 * @returns how many were queued, which is all of them
 * @throws `PartialWriteError` when a later one fails: it says how many were queued; what calls throw
 *
 * @example
 * await queueMany(connection, { uris: ["spotify:track:11dFghVXANMlKmJXsNCbNl", "spotify:episode:512ojhOuo1ktJprKbVcKyQ"] });
 */
export async function queueMany(
  connection: Connection,
  args: QueueManyArguments,
  options?: CallOptions,
): Promise<number> {
  const { uri: element } = player.addToQueue.parameters;
  const { deviceId } = args ?? {};
  const uris = elementsOf("uris", args?.uris, element.value);
  const add = method(connection, player.addToQueue);
  let done = 0;
  for (const uri of uris) {
    try {
      await add({ uri, deviceId }, options);
    } catch (error) {
      throw cutOff(error, {
        done,
        failed: 1,
        of: uris.length,
        goOnBy: "player.queueMany",
        repeatable: false,
      });
    }
    done++;
  }
  return done;
}

/**
 * Goes on with what was paused. Unlike `play`, it does not mind that it plays already.
 *
 * @throws what calls throw; `ApiError` `forbidden` when there is nothing to go on with
 *
 * @example
 * await resume(connection, { deviceId: "74ASZWbe4lXaubB36ztrGX" });
 */
export async function resume(
  connection: Connection,
  { deviceId }: DeviceArguments = {},
  options?: CallOptions,
): Promise<void> {
  try {
    await method(connection, player.play)({ deviceId }, options);
  } catch (error) {
    // Spotify gives the same refusal for what plays already and for what cannot be played.
    if (!hasCode(error, "forbidden")) throw error;
    const state = await method(connection, player.state)({}, options).catch(() => null);
    const isThere = deviceId === undefined || state?.device.id === deviceId;
    if (state?.is_playing !== true || !isThere) throw error;
  }
}
