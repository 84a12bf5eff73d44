import { parseResource, toUrl } from "../../../contract/ids.js";
import type {
  CurrentlyPlaying,
  Device,
  Disallows,
  Episode,
  PlaybackContext,
  Track,
} from "../../../contract/models/index.js";
import type { Person } from "../../world/people.js";
import { playableOf } from "../../world/playable.js";
import { currentOf, type Playback, upNext } from "../../world/playback.js";
import type { World } from "../../world/world.js";
import type { View } from "../handler.js";
import { linksTo } from "./links.js";
import { chapterObject, episodeObject, type Listener } from "./spoken-objects.js";

/** The device that plays, or would. */
export function activeDevice(world: World, person: Person): Device | undefined {
  return devicesOf(world, person).find((device) => device.is_active);
}

export function devicesOf(world: World, person: Person): readonly Device[] {
  const active = world.activeDevices.get(person.id);
  return person.devices.map((device) => ({ ...device, is_active: device.id === active }));
}

/** A track or an episode as it looks from here; `undefined` when it is neither. */
export function itemObject(listener: Listener, uri: string): Track | Episode | undefined {
  const found = playableOf(listener.world, uri);
  switch (found?.kind) {
    case "track":
      return listener.view.face.track(found.index);
    case "episode":
      return episodeObject(listener, found.index);
    case "chapter":
      return chapterAsEpisode(listener, found.index);
    default:
      return undefined;
  }
}

/** The player knows no chapters: there they are episodes of a show. As observed; which members the show has is guessed. */
function chapterAsEpisode(listener: Listener, index: number): Episode {
  const { audiobook, chapter_number, ...chapter } = chapterObject(listener, index);
  const { authors, edition, narrators, total_chapters, ...book } = audiobook;
  const show = {
    ...book,
    ...linksTo("show", book.id, listener.view.face.api),
    is_externally_hosted: false,
    total_episodes: total_chapters,
  };
  return { ...chapter, type: "episode", is_externally_hosted: false, show };
}

/** What all answers about the present have in common; `undefined` when there is nothing to play. */
export function currentlyPlaying(
  listener: Listener,
  playback: Playback,
  asked: { readonly episodes: boolean; readonly device: Device },
): CurrentlyPlaying | undefined {
  const uri = currentOf(playback);
  if (uri === undefined) return undefined;
  const type = parseResource(uri)?.type;
  const isShown = type !== "episode" || asked.episodes;
  return {
    timestamp: playback.changedAt,
    context: contextObject(listener.view, playback.contextUri),
    progress_ms: playback.positionMs,
    item: (isShown ? itemObject(listener, uri) : undefined) ?? null,
    currently_playing_type: type === "track" || type === "episode" ? type : "unknown",
    actions: { disallows: disallows(playback, asked.device) },
    is_playing: playback.playing,
  };
}

/** What would be refused now. */
export function disallows(playback: Playback, device: Pick<Device, "is_restricted">): Disallows {
  if (device.is_restricted) {
    return {
      interrupting_playback: true,
      pausing: true,
      resuming: true,
      seeking: true,
      skipping_next: true,
      skipping_prev: true,
      toggling_repeat_context: true,
      toggling_repeat_track: true,
      toggling_shuffle: true,
    };
  }
  const { interlude, place, repeat, playing } = playback;
  const isFirst = interlude === null && place === 0 && repeat === "off";
  const hasNothing = currentOf(playback) === undefined;
  return {
    ...(playing ? { resuming: true } : { pausing: true }),
    ...(hasNothing && { seeking: true }),
    ...(hasNothing && upNext(playback, 1).length === 0 && { skipping_next: true }),
    ...((isFirst || playback.items.length === 0) && { skipping_prev: true }),
  };
}

export function contextObject(view: View, uri: string | null): PlaybackContext | null {
  const named = uri === null ? null : parseResource(uri);
  if (uri === null || named === null) return null;
  return {
    type: named.type,
    href: `${view.face.api}/${named.type}s/${named.id}`,
    uri,
    external_urls: { spotify: toUrl(named) },
  };
}
