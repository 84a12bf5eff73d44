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
  "user-read-email",
  "user-read-playback-state",
  "user-read-private",
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
  const [track, second, third] = [0, 1, 2].map((index) => catalogue.idOf("track", index));
  const [artist, album] = [catalogue.idOf("artist", 0), catalogue.idOf("album", 0)];
  const uris = [`spotify:track:${track}`, `spotify:track:${second}`];
  const get = (path: string): ApiCall => ({ method: "GET", path, status: 200 });
  const command = (method: "PUT" | "POST", path: string, body?: object): ApiCall => ({
    method,
    path: `/me/player/${path}`,
    status: 204,
    ...(body !== undefined && { body }),
  });
  const items = `/playlists/${playlist}/items`;
  return [
    get("/me"),
    get("/search?q=love&type=track,album,artist&limit=5"),
    get(`/tracks/${track}`),
    get(`/tracks?ids=${track},${second},${third}`),
    get("/me/top/tracks?limit=10&time_range=short_term"),
    get("/me/top/artists"),
    get("/me/playlists?limit=50"),
    get("/me/following?type=artist"),
    get(`/playlists/${playlist}`),
    get(`${items}?limit=50&offset=50`),
    { method: "POST", path: "/me/playlists", body: { name: "Made by a client", public: false }, status: 201 },
    { method: "POST", path: items, body: { uris }, status: 201 },
    { method: "PUT", path: items, body: { range_start: 0, insert_before: 3 }, status: 200 },
    { method: "DELETE", path: items, body: { items: [{ uri: uris[0] }] }, status: 200 },
    { method: "PUT", path: `/me/library?uris=${uris.join()},spotify:album:${album}`, status: 200 },
    get(`/me/library/contains?uris=${uris.join()},spotify:artist:${artist}`),
    { method: "DELETE", path: `/me/library?uris=${uris[1]}`, status: 200 },
    command("PUT", "play", { uris }),
    get("/me/player"),
    command("PUT", "pause"),
    command("PUT", "play"),
    command("POST", "next"),
  ];
}
