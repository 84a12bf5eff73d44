/** One place in a playlist. */
export interface PlaylistEntry {
  readonly uri: string;
  /** ISO 8601. */
  readonly addedAt: string;
  /** A person's id. */
  readonly addedBy: string;
}

export interface StoredPlaylist {
  readonly index: number;
  readonly id: string;
  readonly owner: string;
  name: string;
  description: string | null;
  public: boolean;
  collaborative: boolean;
  /** People besides the owner who were invited to change it, which they can as long as it is collaborative. */
  readonly collaborators: readonly string[];
  /** Followers whom this world does not have. */
  readonly distantFollowers: number;
  entries: readonly PlaylistEntry[];
  /** The revision that brought the cover, if one was uploaded: its address changes with it. */
  cover: number | null;
  /** Counted up by every change; a snapshot id is the playlist and its revision. */
  revision: number;
  /** The revision that brought the entries. */
  entriesSince: number;
  /** The entries as they were before, the latest last; only some are kept. */
  past: readonly { readonly since: number; readonly entries: readonly PlaylistEntry[] }[];
}

/** What can be changed besides the entries. */
export type PlaylistDetails = Pick<StoredPlaylist, "name" | "description" | "public" | "collaborative">;

/** The entries with `added` put in before `position`. */
export function inserted(
  entries: readonly PlaylistEntry[],
  added: readonly PlaylistEntry[],
  position: number,
): readonly PlaylistEntry[] {
  return [...entries.slice(0, position), ...added, ...entries.slice(position)];
}

/** The entries without any whose URI is among `uris`. */
export function without(
  entries: readonly PlaylistEntry[],
  uris: ReadonlySet<string>,
): readonly PlaylistEntry[] {
  return entries.filter((entry) => !uris.has(entry.uri));
}

/**
 * The entries with a range of them moved.
 *
 * @param move `start` and `length` name the range, `before` the entry that it shall stand before, all counted in the old order
 */
export function moved(
  entries: readonly PlaylistEntry[],
  move: { readonly start: number; readonly length: number; readonly before: number },
): readonly PlaylistEntry[] {
  const end = Math.min(move.start + move.length, entries.length);
  const range = entries.slice(move.start, end);
  // A target inside the range itself leaves everything where it is.
  const target = Math.min(Math.max(move.before, 0), entries.length);
  if (target >= move.start && target <= end) return entries;
  const rest = [...entries.slice(0, move.start), ...entries.slice(end)];
  const position = target > move.start ? target - range.length : target;
  return [...rest.slice(0, position), ...range, ...rest.slice(position)];
}

/** The entries as they were at a revision; as they are now when that lies too far back. */
export function entriesAt(playlist: StoredPlaylist, revision: number): readonly PlaylistEntry[] {
  const { entries, entriesSince, past } = playlist;
  if (revision >= entriesSince) return entries;
  return past.findLast(({ since }) => since <= revision)?.entries ?? entries;
}

/**
 * The entries of `now` with a range of those of `then` moved, whatever has become of their places: what was taken out stays out, and
 * what was put in stays where it is.
 *
 * @param move counted in `then`, as for `moved`
 */
export function movedSince(
  then: readonly PlaylistEntry[],
  now: readonly PlaylistEntry[],
  move: { readonly start: number; readonly length: number; readonly before: number },
): readonly PlaylistEntry[] {
  if (then === now) return moved(now, move);
  const range = then.slice(move.start, move.start + move.length);
  const [inRange, isThere] = [new Set(range), new Set(now)];
  const rest = now.filter((entry) => !inRange.has(entry));
  const anchor = then.slice(move.before).find((entry) => isThere.has(entry) && !inRange.has(entry));
  const position = anchor === undefined ? rest.length : rest.indexOf(anchor);
  return inserted(
    rest,
    range.filter((entry) => isThere.has(entry)),
    position,
  );
}
