import {
  type Arguments,
  type Endpoint,
  me,
  type OutputOf,
  parseId,
  playlists,
  type ResourceType,
  toUri,
  users,
} from "../contract/index.js";
import { ApiError, endpointRemoved } from "./api-error.js";
import { invoke, method } from "./call.js";
import type { CallOptions, Connection } from "./connection.js";
import { libraryOf } from "./library.js";
import { describe } from "./request.js";

type Input = Readonly<Record<string, unknown>>;
/** Does by other operations what a lost one did; `undefined` where they cannot say what was asked for. */
type Replacement<E extends Endpoint> = (
  connection: Connection,
  args: Arguments<E>,
  options: CallOptions,
) => Promise<OutputOf<E["result"]>> | undefined;

interface Entry {
  readonly row: Endpoint;
  readonly by: (connection: Connection, args: Input, options: CallOptions) => Promise<unknown> | undefined;
}

function lost<E extends Endpoint>(row: E, by: Replacement<E>): Entry {
  // `replacing` has the arguments checked against this very row before it hands them over.
  return { row, by: (connection, args, options) => by(connection, args as Arguments<E>, options) };
}

/** The operations on one kind of saved things, from the time before there was one library for all kinds. */
function shelf(
  type: ResourceType,
  save: Endpoint | Entry,
  remove: Endpoint,
  contains: Endpoint,
): readonly Entry[] {
  const saving: Entry =
    "by" in save
      ? save
      : { row: save, by: (on, args, to) => libraryOf(on).save({ uris: urisIn(type, args) }, to) };
  return [
    saving,
    { row: remove, by: (on, args, to) => libraryOf(on).remove({ uris: urisIn(type, args) }, to) },
    { row: contains, by: (on, args, to) => libraryOf(on).contains({ uris: urisIn(type, args) }, to) },
  ];
}

// The row has had them checked: they are ids of this type.
const urisIn = (type: ResourceType, { ids }: Input) => urisOf(type, ids as readonly string[]);

const urisOf = (type: ResourceType, ids: readonly string[]) =>
  ids.map((given) => {
    const id = parseId(type, given);
    return typeof id === "string" ? toUri({ type, id }) : given;
  });
const playlistUri = (playlistId: string) => urisOf("playlist", [playlistId]);

/** What Spotify's migration guide names in the place of the operations that were lost in February 2026. */
const REPLACEMENTS = /* @__PURE__ */ byOperationId(() => [
  ...shelf("album", me.saveAlbums, me.removeAlbums, me.containsAlbums),
  ...shelf("episode", me.saveEpisodes, me.removeEpisodes, me.containsEpisodes),
  ...shelf("show", me.saveShows, me.removeShows, me.containsShows),
  ...shelf("audiobook", me.saveAudiobooks, me.removeAudiobooks, me.containsAudiobooks),
  ...shelf(
    "track",
    // The library takes no time at which a track shall count as saved.
    lost(me.saveTracks, (on, { ids, timestampedIds }, to) =>
      timestampedIds === undefined ? libraryOf(on).save({ uris: urisOf("track", ids ?? []) }, to) : undefined,
    ),
    me.removeTracks,
    me.containsTracks,
  ),
  lost(me.follow, (on, { type, ids }, to) => libraryOf(on).save({ uris: urisOf(type, ids) }, to)),
  lost(me.unfollow, (on, { type, ids }, to) => libraryOf(on).remove({ uris: urisOf(type, ids) }, to)),
  lost(me.follows, (on, { type, ids }, to) => libraryOf(on).contains({ uris: urisOf(type, ids) }, to)),
  // A library is always followed in the way that the person has set.
  lost(playlists.follow, (on, { playlistId, public: inPublic }, to) =>
    inPublic === false ? undefined : libraryOf(on).save({ uris: playlistUri(playlistId) }, to),
  ),
  lost(playlists.unfollow, (on, { playlistId }, to) =>
    libraryOf(on).remove({ uris: playlistUri(playlistId) }, to),
  ),
  lost(playlists.followedBy, async (on, { playlistId, ids }, to) => {
    await mustBeSelf(on, playlists.followedBy, ids?.[0], to);
    return libraryOf(on).contains({ uris: playlistUri(playlistId) }, to);
  }),
  lost(playlists.tracks, (on, args, to) => method(on, playlists.items)(args, to)),
  lost(playlists.addTracks, (on, args, to) => method(on, playlists.addItems)(args, to)),
  lost(playlists.updateTracks, (on, args, to) => method(on, playlists.updateItems)(args, to)),
  lost(playlists.removeTracks, (on, { tracks, ...rest }, to) =>
    method(on, playlists.removeItems)({ ...rest, items: tracks }, to),
  ),
  lost(users.createPlaylist, async (on, { userId, ...rest }, to) => {
    await mustBeSelf(on, users.createPlaylist, userId, to);
    return method(on, playlists.create)(rest, to);
  }),
]);

/** A function gives the entries, so that a bundle of one call can drop them with the table. */
function byOperationId(entries: () => readonly Entry[]): ReadonlyMap<string, Entry> {
  return new Map(entries().map((entry) => [entry.row.operationId, entry]));
}

/** The newer operations speak of nobody but the person who is logged in. */
async function mustBeSelf(
  connection: Connection,
  row: Endpoint,
  userId: string | undefined,
  options: CallOptions,
): Promise<void> {
  if (userId === undefined) return;
  const { id } = await method(connection, me.profile)({}, options);
  if (parseId("user", userId) !== id) throw endpointRemoved(0, row);
}

/**
 * Makes the function that calls an operation which some kinds of app have lost: where it is gone, what replaces it is called.
 *
 * @throws from the function it makes: `ApiError` `endpoint-removed` where nothing can replace it; what calls throw
 */
export function replacing(connection: Connection, row: Endpoint) {
  const entry = REPLACEMENTS.get(row.operationId);
  const { removed } = row.life;

  return async (args: Input = {}, options: CallOptions = {}): Promise<unknown> => {
    if (entry === undefined || removed === undefined) return invoke(connection, row, args, options);
    let failure: unknown;
    if (!connection.tiers.hasLost(removed)) {
      try {
        return await invoke(connection, row, args, options);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "endpoint-removed") throw error;
        failure = error;
      }
    }
    // Checks the arguments, which is all that is wanted of it here.
    describe(row, args, connection.tiers.tier);
    const replaced = entry.by(connection, args, options);
    if (replaced === undefined) throw failure ?? endpointRemoved(0, row);
    const result = await replaced;
    // That the new operation does what the old one refused tells that it was not about the thing: the app has lost the wave.
    if (failure !== undefined) connection.tiers.learnLost(removed);
    return result;
  };
}
