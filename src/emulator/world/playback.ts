export type RepeatMode = "off" | "track" | "context";

/** What somebody is playing, as of one moment, as plain data; everything later is computed from the clock. Never changed, only replaced. */
export interface Playback {
  readonly contextUri: string | null;
  /** URIs of the context's items, or of those that were asked for, in their own order. */
  readonly items: readonly string[];
  /** Places in `items` in the order of play; `null` while that is their own order. */
  readonly order: readonly number[] | null;
  /** Place in the order of play. */
  readonly place: number;
  /** URIs that a person put in: they go before the rest of the context, once. */
  readonly queued: readonly string[];
  /** One of them while it plays; after it comes the item after `place`. */
  readonly interlude: string | null;
  /** Milliseconds into the current item at `since`. */
  readonly positionMs: number;
  /** Milliseconds of the current item that were heard until `since`: less than `positionMs` after a jump forward. */
  readonly heardMs: number;
  readonly playing: boolean;
  readonly repeat: RepeatMode;
  /** When the members above were true, in milliseconds since the Unix epoch. */
  readonly since: number;
  /** When a command or the end of an item last changed them. */
  readonly changedAt: number;
}

/** An item that was played. */
export interface Play {
  readonly uri: string;
  readonly contextUri: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly endedAt: number;
  /** Whether it ran to its end. */
  readonly whole: boolean;
  /** Whether enough of it was heard for the list of what was played. */
  readonly counts: boolean;
}

/** An entry of the list of what was played. */
export interface PastPlay {
  readonly uri: string;
  readonly contextUri: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly playedAt: number;
}

export interface Advanced {
  readonly playback: Playback;
  /** What ended on the way, the latest last; of very many, at least the latest `MAX_PLAYS`. */
  readonly ended: readonly Play[];
}

/** Milliseconds of an item, by its URI. */
export type LengthOf = (uri: string) => number;

/** How many plays are remembered. Guessed: Spotify's own list is said to end after 50. */
export const MAX_PLAYS = 200;
/** From here on an item counts as played. Guessed: as Spotify counts streams. */
const COUNTS_AFTER_MS = 30_000;

/** Nothing to play. */
export function silence(now: number): Playback {
  return {
    contextUri: null,
    items: [],
    order: null,
    place: 0,
    queued: [],
    interlude: null,
    positionMs: 0,
    heardMs: 0,
    playing: false,
    repeat: "off",
    since: now,
    changedAt: now,
  };
}

/** The URI of what is playing or paused. */
export function currentOf(playback: Playback): string | undefined {
  return playback.interlude ?? itemAt(playback, playback.place);
}

function itemAt({ items, order }: Playback, place: number): string | undefined {
  return items[order === null ? place : (order[place] ?? -1)];
}

/** What comes next, as far as it is known: what was queued, then the rest of the context, again and again where it repeats. */
export function upNext(playback: Playback, count: number): readonly string[] {
  const { items, place, queued, repeat } = playback;
  const coming = queued.slice(0, count);
  const end = repeat === "off" ? items.length : place + 1 + count;
  for (let next = place + 1; next < end && coming.length < count; next++) {
    const uri = itemAt(playback, next % items.length);
    if (uri === undefined) break;
    coming.push(uri);
  }
  return coming;
}

/**
 * Runs a playback forward to `now`. However long that is, it takes as many steps as there are items queued and in the context, and
 * some hundred more.
 */
export function advance(playback: Playback, now: number, lengthOf: LengthOf): Advanced {
  const ended: Play[] = [];
  let at = playback;
  let left = Math.max(0, now - playback.since);
  let uri = currentOf(at);
  while (at.playing && uri !== undefined) {
    const rest = Math.max(1, lengthOf(uri)) - at.positionMs;
    if (left < rest) {
      const [positionMs, heardMs] = [at.positionMs + left, at.heardMs + left];
      return { playback: { ...at, positionMs, heardMs, since: now }, ended };
    }
    left -= rest;
    const endedAt = now - left;
    ended.push({ ...playOf(at, uri, rest, lengthOf), endedAt, whole: true });
    at = afterEnd(at, endedAt);
    left -= wholeRounds(at, left, lengthOf);
    uri = currentOf(at);
  }
  return { playback: { ...at, since: now }, ended };
}

/** The current item as something that was played, when `moreMs` more of it are heard. */
export function playOf(
  playback: Playback,
  uri: string,
  moreMs: number,
  lengthOf: LengthOf,
): Omit<Play, "endedAt" | "whole"> {
  const counts = playback.heardMs + moreMs >= Math.min(COUNTS_AFTER_MS, lengthOf(uri));
  return { uri, contextUri: playback.interlude === null ? playback.contextUri : null, counts };
}

/** Where a playback goes on when an item has ended by itself. */
function afterEnd(playback: Playback, now: number): Playback {
  if (playback.repeat === "track") return atStart(playback, now);
  return following(playback, now);
}

/**
 * The item after the current one, from its start; past the end of what does not repeat, the first one, at rest. As Spotify stops where
 * autoplay is off.
 */
export function following(playback: Playback, now: number): Playback {
  const { queued, place, items, repeat } = playback;
  const [interlude, ...rest] = queued;
  if (interlude !== undefined) return atStart({ ...playback, interlude, queued: rest }, now);
  const next = { ...playback, interlude: null };
  if (place + 1 < items.length) return atStart({ ...next, place: place + 1 }, now);
  const playing = playback.playing && repeat !== "off" && items.length > 0;
  return atStart({ ...next, place: 0, playing }, now);
}

/** The same item from its start. */
export function atStart(playback: Playback, now: number): Playback {
  return { ...playback, positionMs: 0, heardMs: 0, since: now, changedAt: now };
}

/**
 * Milliseconds that can be left out because they lead back to the same place: all rounds of a repetition but the last ones, from which the
 * latest plays come.
 */
function wholeRounds(playback: Playback, left: number, lengthOf: LengthOf): number {
  const round = roundOf(playback);
  if (round.length === 0) return 0;
  const roundMs = round.reduce((sum, uri) => sum + Math.max(1, lengthOf(uri)), 0);
  const kept = Math.ceil(MAX_PLAYS / round.length);
  return Math.max(0, Math.floor(left / roundMs) - kept) * roundMs;
}

/** The items that will come again and again from here on; none unless a round begins here. */
function roundOf(playback: Playback): readonly string[] {
  const { repeat, place, interlude, queued, items, playing } = playback;
  if (!playing || repeat === "off") return [];
  if (repeat === "track") return [currentOf(playback) ?? ""];
  return place === 0 && interlude === null && queued.length === 0 ? items : [];
}
