import type {
  CurrentlyPlaying,
  CursorPage,
  Episode,
  PlaybackState,
  PlayHistory,
  Queue,
  Track,
} from "../../../contract/models/index.js";
import { settle } from "../../world/listening.js";
import { currentOf, type PastPlay, upNext } from "../../world/playback.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import {
  activeDevice,
  contextObject,
  currentlyPlaying,
  devicesOf,
  itemObject,
} from "../objects/player-objects.js";
import { withQuery } from "../page-of.js";
import { badRequest } from "../refusal.js";

/** How many of the coming items are shown. Remembered, not confirmed. */
const SHOWN_NEXT = 20;

export const playerReadHandlers = {
  "get-information-about-the-users-current-playback": (
    call: Call<"get-information-about-the-users-current-playback">,
  ): PlaybackState | null => {
    const { world } = call;
    const person = personOf(call);
    const now = present(call);
    const device = activeDevice(world, person);
    if (now === undefined || device === undefined) return null;
    const { repeat, order } = settle(world, person.id);
    return {
      device,
      repeat_state: repeat,
      shuffle_state: order !== null,
      smart_shuffle: false,
      ...now,
    };
  },

  "get-the-users-currently-playing-track": (
    call: Call<"get-the-users-currently-playing-track">,
  ): CurrentlyPlaying | null => present(call) ?? null,

  "get-a-users-available-devices": (call: Call<"get-a-users-available-devices">) =>
    devicesOf(call.world, personOf(call)),

  "get-queue": (call: Call<"get-queue">): Queue => {
    const playback = settle(call.world, personOf(call).id);
    const shown = (uri: string) => itemObject(call, uri);
    const current = currentOf(playback);
    return {
      currently_playing: (current === undefined ? undefined : shown(current)) ?? null,
      queue: upNext(playback, SHOWN_NEXT)
        .map(shown)
        .filter((item): item is Track | Episode => item !== undefined),
    };
  },

  /** Tracks only, as documented. */
  "get-recently-played": (call: Call<"get-recently-played">): CursorPage<PlayHistory> => {
    const { args, world, view, path } = call;
    const { limit, after, before } = args;
    // The words are guessed.
    if (after !== undefined && before !== undefined) throw badRequest("Can't have both after and before");
    const person = personOf(call).id;
    settle(world, person);
    const between = ({ uri, playedAt }: PastPlay) =>
      uri.startsWith("spotify:track:") &&
      playedAt > (after ?? -1) &&
      playedAt < (before ?? Number.POSITIVE_INFINITY);
    const all = (world.pastPlays.get(person) ?? []).filter(between).reverse();
    // Guessed: after a cursor come those that are next to it, so that a walk meets all of them.
    const chosen = after === undefined ? all.slice(0, limit) : all.slice(-limit);
    const [newest, oldest] = [cursor(chosen.at(0)), cursor(chosen.at(-1))];
    const on: Record<string, string> = after === undefined ? { before: oldest } : { after: newest };
    const address = view.face.api + path;
    const size = String(limit);
    return {
      href: withQuery(address, call.query, { limit: size }),
      limit,
      items: chosen.flatMap((play) => historyObject(call, play) ?? []),
      cursors: { after: newest || null, before: oldest || null },
      next: chosen.length < all.length ? withQuery(address, "", { ...on, limit: size }) : null,
    };
  },
} satisfies Partial<Handlers>;

/** What is playing or paused, if a device is there for it. */
function present(
  call: Call<"get-the-users-currently-playing-track" | "get-information-about-the-users-current-playback">,
): CurrentlyPlaying | undefined {
  const { world, args } = call;
  const person = personOf(call);
  const device = activeDevice(world, person);
  if (device === undefined) return undefined;
  const episodes = args.additionalTypes?.includes("episode") ?? false;
  return currentlyPlaying(call, settle(world, person.id), { episodes, device });
}

function historyObject(call: Call<"get-recently-played">, play: PastPlay): PlayHistory | undefined {
  const track = itemObject(call, play.uri);
  if (track?.type !== "track") return undefined;
  const context = contextObject(call.view, play.contextUri);
  return { track, played_at: new Date(play.playedAt).toISOString(), context };
}

function cursor(play: PastPlay | undefined): string {
  return play === undefined ? "" : String(play.playedAt);
}
