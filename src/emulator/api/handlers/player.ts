import { parseResource, toUrl } from "../../../contract/ids.js";
import type { PlaybackContext, PlaybackState } from "../../../contract/models/index.js";
import type { Person } from "../../world/people.js";
import { progressAt } from "../../world/playback.js";
import type { World } from "../../world/world.js";
import { type Call, type Handlers, personOf, type View } from "../handler.js";
import { badRequest, notFound, playerRefused } from "../refusal.js";

/** Of one request or context; longer ones are cut, as Spotify cuts them at a length that it does not document. */
const MAX_QUEUE = 800;

export const playerHandlers = {
  "get-information-about-the-users-current-playback": (
    call: Call<"get-information-about-the-users-current-playback">,
  ): PlaybackState | null => {
    const { world, view } = call;
    const person = personOf(call);
    const playback = world.playbacks.get(person.id);
    const device = person.devices.find(({ id }) => id === playback?.deviceId);
    if (playback === undefined || device === undefined) return null;
    const { place, positionMs, playing } = progressAt(playback, world.now(), lengthIn(world));
    const track = playback.queue[place];
    return {
      device: { ...device, is_active: true },
      repeat_state: "off",
      shuffle_state: false,
      smart_shuffle: false,
      context: contextObject(view, playback.contextUri),
      timestamp: playback.since,
      progress_ms: positionMs,
      is_playing: playing,
      item: track === undefined ? null : view.face.track(track),
      currently_playing_type: "track",
      actions: { disallows: playing ? { resuming: true } : { pausing: true } },
    };
  },

  "start-a-users-playback": (call: Call<"start-a-users-playback">) => {
    const { world, args } = call;
    const person = controlling(call);
    const deviceId = deviceFor(world, person, args.deviceId);
    const now = world.now();
    const positionMs = args.positionMs ?? 0;
    const before = world.playbacks.get(person.id);

    if (args.contextUri === undefined && args.uris === undefined) {
      if (before === undefined) throw restricted();
      const { place, positionMs: reached } = progressAt(before, now, lengthIn(world));
      const resumed = { deviceId, place, positionMs: args.positionMs ?? reached, playing: true, since: now };
      world.playbacks.set(person.id, { ...before, ...resumed });
    } else {
      if (args.contextUri !== undefined && args.uris !== undefined)
        throw badRequest("Can't have both context_uri and uris");
      const queue = queueFor(world, args.contextUri, args.uris);
      const place = placeOf(world, queue, args);
      const contextUri = args.contextUri ?? null;
      world.playbacks.set(person.id, {
        deviceId,
        contextUri,
        queue,
        place,
        positionMs,
        playing: true,
        since: now,
      });
    }
    world.activeDevices.set(person.id, deviceId);
    return undefined;
  },

  "pause-a-users-playback": (call: Call<"pause-a-users-playback">) => {
    const { world } = call;
    const person = controlling(call);
    deviceFor(world, person, call.args.deviceId);
    const playback = world.playbacks.get(person.id);
    if (playback === undefined) throw restricted();
    const reached = progressAt(playback, world.now(), lengthIn(world));
    if (!reached.playing) throw restricted();
    world.playbacks.set(person.id, { ...playback, ...reached, playing: false, since: world.now() });
    return undefined;
  },

  "skip-users-playback-to-next-track": (call: Call<"skip-users-playback-to-next-track">) => {
    const { world } = call;
    const person = controlling(call);
    deviceFor(world, person, call.args.deviceId);
    const playback = world.playbacks.get(person.id);
    if (playback === undefined) throw restricted();
    const { place } = progressAt(playback, world.now(), lengthIn(world));
    const atEnd = place + 1 >= playback.queue.length;
    const next = { place: atEnd ? 0 : place + 1, positionMs: 0, playing: !atEnd, since: world.now() };
    world.playbacks.set(person.id, { ...playback, ...next });
    return undefined;
  },
} satisfies Partial<Handlers>;

const restricted = () => playerRefused(403, "Restriction violated", "UNKNOWN");

function lengthIn(world: World): (track: number) => number {
  return (track) => world.catalogue.track(track).durationMs;
}

/** The person, if a subscription allows them to be remote-controlled. As observed. */
function controlling(call: Pick<Call, "person">): Person {
  const person = personOf(call);
  if (person.product !== "premium") throw playerRefused(403, "Premium required", "PREMIUM_REQUIRED");
  return person;
}

function deviceFor(world: World, person: Person, asked: string | undefined): string {
  if (asked === undefined) {
    const active = world.activeDevices.get(person.id);
    if (active === undefined) throw playerRefused(404, "No active device found", "NO_ACTIVE_DEVICE");
    return active;
  }
  const device = person.devices.find(({ id }) => id === asked);
  if (device === undefined) throw notFound("Device not found");
  if (device.is_restricted) throw restricted();
  return asked;
}

function queueFor(world: World, context: string | undefined, uris: readonly string[] | undefined): number[] {
  if (context === undefined) return tracksIn(world, uris ?? []);
  const { type, id } = parseResource(context) ?? { type: "show", id: "" };
  const { catalogue } = world;
  switch (type) {
    case "album": {
      const index = catalogue.find("album", id);
      if (index === null) throw notFound();
      return tracksOfAlbum(world, index);
    }
    case "artist": {
      const index = catalogue.find("artist", id);
      if (index === null) throw notFound();
      return catalogue
        .albumsOf(index)
        .flatMap((album) => tracksOfAlbum(world, album))
        .slice(0, MAX_QUEUE);
    }
    case "playlist": {
      const playlist = world.playlists.get(id);
      if (playlist === undefined) throw notFound();
      return tracksIn(
        world,
        playlist.entries.slice(0, MAX_QUEUE).map(({ uri }) => uri),
      );
    }
    default:
      // Shows and audiobooks: this world has none.
      throw notFound();
  }
}

function tracksOfAlbum(world: World, album: number): number[] {
  const { firstTrack, totalTracks } = world.catalogue.album(album);
  return Array.from({ length: totalTracks }, (_, place) => firstTrack + place);
}

function tracksIn(world: World, uris: readonly string[]): number[] {
  return uris.map((uri) => {
    const index = world.catalogue.find("track", parseResource(uri)?.id ?? "");
    if (index === null) throw notFound();
    return index;
  });
}

function placeOf(
  world: World,
  queue: readonly number[],
  args: Call<"start-a-users-playback">["args"],
): number {
  const { offset, contextUri } = args;
  if (offset === undefined) return 0;
  if (contextUri !== undefined && parseResource(contextUri)?.type === "artist") {
    throw badRequest("can't have offset for context type: ARTIST");
  }
  const place =
    offset.uri === undefined
      ? (offset.position ?? 0)
      : queue.indexOf(world.catalogue.find("track", parseResource(offset.uri)?.id ?? "") ?? -1);
  if (place < 0 || place >= queue.length) throw badRequest("Non-existing offset");
  return place;
}

function contextObject(view: View, uri: string | null): PlaybackContext | null {
  const named = uri === null ? null : parseResource(uri);
  if (uri === null || named === null) return null;
  return {
    type: named.type,
    href: `${view.face.api}/${named.type}s/${named.id}`,
    uri,
    external_urls: { spotify: toUrl(named) },
  };
}
