import type { Emulator } from "../../src/emulator/index.js";

/** All that the calls below need. */
export const SCOPES = [
  "playlist-modify-private",
  "playlist-modify-public",
  "playlist-read-private",
  "user-follow-modify",
  "user-follow-read",
  "user-library-modify",
  "user-library-read",
  "user-modify-playback-state",
  "user-read-currently-playing",
  "user-read-email",
  "user-read-playback-state",
  "user-read-private",
  "user-read-recently-played",
  "user-top-read",
] as const;

/** A request to the Web API, and the status that Spotify answers it with. */
export interface ApiCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** After `/v1`. */
  readonly path: string;
  readonly body?: object;
  readonly status: number;
}

/**
 * What programs ask of Spotify most, in an order in which each call succeeds: for clients that only log in, and leave the requests to
 * whoever uses their token.
 */
export function mostUsedCalls({ world }: Emulator): readonly ApiCall[] {
  const { catalogue } = world;
  const [playlist = ""] = world.playlists.keys();
  const [artist, album] = [catalogue.idOf("artist", 0), catalogue.idOf("album", 0)];
  const tracks = [0, 1, 2].map((index) => catalogue.idOf("track", index));
  const uris = tracks.map((track) => `spotify:track:${track}`);
  return [
    ...catalogueCalls(tracks, album, artist),
    ...personCalls(),
    ...playlistCalls(`/playlists/${playlist}`, uris),
    ...libraryCalls(tracks, uris, `spotify:album:${album}`, `spotify:artist:${artist}`),
    ...playerCalls(uris, world.people.get(world.defaultPerson)?.devices[1]?.id ?? ""),
  ];
}

const get = (path: string): ApiCall => ({ method: "GET", path, status: 200 });

function catalogueCalls(tracks: readonly string[], album: string, artist: string): readonly ApiCall[] {
  return [
    get("/search?q=love&type=track,album,artist&limit=5"),
    get(`/tracks/${tracks[0]}`),
    get(`/tracks?ids=${tracks.join()}`),
    get(`/albums/${album}`),
    get(`/albums/${album}/tracks?limit=50`),
    get(`/artists/${artist}`),
    get(`/artists/${artist}/albums?include_groups=album,single`),
    get(`/artists/${artist}/top-tracks?market=GB`),
    get(`/audio-features?ids=${tracks.join()}`),
    get(`/recommendations?seed_tracks=${tracks[0]}&seed_artists=${artist}&limit=10`),
    get("/browse/new-releases"),
    get("/browse/categories"),
  ];
}

function personCalls(): readonly ApiCall[] {
  return [
    get("/me"),
    get("/me/top/tracks?limit=10&time_range=short_term"),
    get("/me/top/artists"),
    get("/me/playlists?limit=50"),
    get("/me/following?type=artist"),
  ];
}

function playlistCalls(playlist: string, uris: readonly string[]): readonly ApiCall[] {
  const path = `${playlist}/items`;
  return [
    get(playlist),
    get(`${path}?limit=50&offset=50`),
    { method: "POST", path: "/me/playlists", body: { name: "Made by a client", public: false }, status: 201 },
    { method: "POST", path, body: { uris }, status: 201 },
    { method: "PUT", path, body: { range_start: 0, insert_before: 3 }, status: 200 },
    { method: "DELETE", path, body: { items: [{ uri: uris[0] }] }, status: 200 },
  ];
}

function libraryCalls(
  tracks: readonly string[],
  uris: readonly string[],
  album: string,
  artist: string,
): readonly ApiCall[] {
  return [
    get("/me/tracks?limit=50"),
    get("/me/albums"),
    { method: "PUT", path: "/me/tracks", body: { ids: tracks }, status: 200 },
    get(`/me/tracks/contains?ids=${tracks.join()}`),
    { method: "DELETE", path: `/me/tracks?ids=${tracks[1]}`, status: 200 },
    { method: "PUT", path: `/me/library?uris=${uris.join()},${album}`, status: 200 },
    get(`/me/library/contains?uris=${uris.join()},${artist}`),
    { method: "DELETE", path: `/me/library?uris=${uris[0]}`, status: 200 },
  ];
}

function playerCalls(uris: readonly string[], device: string): readonly ApiCall[] {
  const command = (method: "PUT" | "POST", path: string, body?: object): ApiCall => ({
    method,
    path: `/me/player/${path}`,
    status: 204,
    ...(body !== undefined && { body }),
  });
  return [
    get("/me/player/devices"),
    command("PUT", "play", { uris }),
    get("/me/player"),
    get("/me/player/currently-playing"),
    get("/me/player/queue"),
    command("PUT", "pause"),
    command("PUT", "play"),
    command("POST", "next"),
    command("POST", "previous"),
    command("PUT", "seek?position_ms=30000"),
    command("PUT", "volume?volume_percent=40"),
    command("PUT", "shuffle?state=true"),
    command("PUT", "repeat?state=context"),
    command("POST", `queue?uri=${uris[2]}`),
    { method: "PUT", path: "/me/player", body: { device_ids: [device] }, status: 204 },
    get("/me/player/recently-played?limit=10"),
  ];
}
