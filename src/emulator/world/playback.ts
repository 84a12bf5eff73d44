/** What somebody is playing, as of one moment; everything later is computed from the clock. */
export interface Playback {
  deviceId: string;
  contextUri: string | null;
  /** Track indices, in the order in which they are played. */
  queue: readonly number[];
  /** Place in the queue at `since`. */
  place: number;
  /** Milliseconds into that track at `since`. */
  positionMs: number;
  playing: boolean;
  /** When place, position and `playing` were set. */
  since: number;
}

/** Where a playback has got to. */
export interface Progress {
  readonly place: number;
  readonly positionMs: number;
  readonly playing: boolean;
}

/**
 * Runs a playback forward to `now`: through one track after another, until the queue is at its end, where it stops.
 *
 * @param lengthOf milliseconds of a track, by its index
 */
export function progressAt(playback: Playback, now: number, lengthOf: (track: number) => number): Progress {
  const { queue, place, positionMs, playing, since } = playback;
  if (!playing) return { place, positionMs, playing };
  let left = positionMs + Math.max(0, now - since);
  for (let at = place; at < queue.length; at++) {
    const length = lengthOf(queue[at] ?? 0);
    if (left < length) return { place: at, positionMs: left, playing: true };
    left -= length;
  }
  return { place: 0, positionMs: 0, playing: false };
}
