import {
  atStart,
  currentOf,
  following,
  type LengthOf,
  type Play,
  type Playback,
  playOf,
  type RepeatMode,
} from "./playback.js";

/** As many as one person may queue. Guessed: there is some end, so that a runaway test meets it and not a full memory. */
export const MAX_QUEUED = 1000;

/** A whole number from 0 to below `count`, another one for each `draw`. */
export type Draw = (draw: number, count: number) => number;

/** What shall be played. */
export interface Programme {
  readonly contextUri: string | null;
  /** URIs; at least one. */
  readonly items: readonly string[];
  /** Place in `items` to begin at; left to the order of play when there is none. */
  readonly first: number | undefined;
}

/** Another programme; what was queued stays, and so do the modes. */
export function started(
  playback: Playback,
  { contextUri, items, first }: Programme,
  now: number,
  draw: Draw,
): Playback {
  const isShuffled = playback.order !== null;
  const begin = first ?? (isShuffled ? draw(0, items.length) : 0);
  const changes = { contextUri, items, place: begin, order: null, interlude: null, playing: true };
  const fresh = atStart({ ...playback, ...changes }, now);
  return isShuffled ? shuffled(fresh, true, now, draw) : fresh;
}

export function paused(playback: Playback, now: number): Playback {
  return { ...playback, playing: false, since: now, changedAt: now };
}

/** Goes on where it was; where nothing was, with what is queued. */
export function resumed(playback: Playback, now: number): Playback {
  const ready = currentOf(playback) === undefined ? following(playback, now) : playback;
  return { ...ready, playing: currentOf(ready) !== undefined, since: now, changedAt: now };
}

/** To the next item, which then plays, unless there is none: it is at rest at the first one then. Also leads on from an item on repeat. */
export function skipped(playback: Playback, now: number): Playback {
  const { queued, place, items, repeat } = playback;
  const goesOn = queued.length > 0 || place + 1 < items.length || repeat !== "off";
  return following({ ...playback, playing: goesOn }, now);
}

/**
 * To the item before, which then plays; from a queued one back into the context. Guessed: however far the current item has got, for the
 * restart within an item is a habit of Spotify's own apps.
 *
 * @returns `undefined` when there is none
 */
export function stepped(playback: Playback, now: number): Playback | undefined {
  const { place, items, interlude, repeat } = playback;
  if (items.length === 0) return undefined;
  const back = { ...playback, interlude: null, playing: true };
  if (interlude !== null) return atStart(back, now);
  if (place > 0) return atStart({ ...back, place: place - 1 }, now);
  return repeat === "off" ? undefined : atStart({ ...back, place: items.length - 1 }, now);
}

/** To a position in the current item; beyond its end, on to what follows. As documented. */
export function sought(playback: Playback, positionMs: number, now: number, lengthOf: LengthOf): Playback {
  const uri = currentOf(playback);
  if (uri === undefined) return playback;
  if (positionMs < lengthOf(uri)) return { ...playback, positionMs, since: now, changedAt: now };
  return playback.repeat === "track" ? atStart(playback, now) : following(playback, now);
}

export function repeating(playback: Playback, repeat: RepeatMode, now: number): Playback {
  return { ...playback, repeat, changedAt: now };
}

/** Turns shuffling on, which leaves the current item where it is and mixes all others behind it, or off, which goes on in the own order. */
export function shuffled(playback: Playback, on: boolean, now: number, draw: Draw): Playback {
  const { items, order, place } = playback;
  if (on === (order !== null)) return playback;
  if (!on) return { ...playback, order: null, place: order?.[place] ?? 0, changedAt: now };
  const others = items.map((_, index) => index).filter((index) => index !== place);
  // Fisher and Yates: each order is as likely as any other.
  for (let last = others.length - 1; last > 0; last--) {
    const chosen = draw(last, last + 1);
    [others[last], others[chosen]] = [others[chosen] ?? 0, others[last] ?? 0];
  }
  return { ...playback, order: items.length === 0 ? [] : [place, ...others], place: 0, changedAt: now };
}

/** @returns `undefined` when the queue is full */
export function enqueued(playback: Playback, uri: string): Playback | undefined {
  if (playback.queued.length >= MAX_QUEUED) return undefined;
  return { ...playback, queued: [...playback.queued, uri] };
}

/** What was left before its end, as something that was played. */
export function leftBehind(playback: Playback, now: number, lengthOf: LengthOf): Play | undefined {
  const uri = currentOf(playback);
  if (uri === undefined) return undefined;
  return { ...playOf(playback, uri, 0, lengthOf), endedAt: now, whole: false };
}
