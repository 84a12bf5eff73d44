import { describe, expect, it } from "vitest";
import type { Client } from "../../src/client/index.js";
import { type Endpoint, table } from "../../src/contract/index.js";
import { clientBench, failure, idOf, LOST, refused, type Seen } from "./bench.js";

const [ONE, TWO] = [idOf(1), idOf(2)];
const playlistId = idOf(9);
const replaced = table().filter(({ row }) => (row.life.removed?.replacement ?? null) !== null);
const isBatch = (row: Endpoint) =>
  row.parameters.ids?.in === "query" && row.life.removed?.replacement?.endsWith(".get");

/** A call of each operation that something replaces, and the requests that stand in for it. */
const CALLS: Readonly<Record<string, readonly [(client: Client) => Promise<unknown>, string]>> = {
  ...shelf("Albums", "album"),
  ...shelf("Tracks", "track"),
  ...shelf("Episodes", "episode"),
  ...shelf("Shows", "show"),
  ...shelf("Audiobooks", "audiobook"),
  "me.follow": [
    (client) => client.me.follow({ type: "artist", ids: [ONE] }),
    `PUT /me/library?uris=spotify:artist:${ONE}`,
  ],
  "me.unfollow": [
    (client) => client.me.unfollow({ type: "user", ids: ["zoë"] }),
    "DELETE /me/library?uris=spotify:user:zo%C3%AB",
  ],
  "me.follows": [
    (client) => client.me.follows({ type: "artist", ids: [ONE, `spotify:artist:${TWO}`] }),
    `GET /me/library/contains?uris=spotify:artist:${ONE},spotify:artist:${TWO}`,
  ],
  "playlists.follow": [
    (client) => client.playlists.follow({ playlistId }),
    `PUT /me/library?uris=spotify:playlist:${playlistId}`,
  ],
  "playlists.unfollow": [
    (client) => client.playlists.unfollow({ playlistId }),
    `DELETE /me/library?uris=spotify:playlist:${playlistId}`,
  ],
  "playlists.followedBy": [
    (client) => client.playlists.followedBy({ playlistId }),
    `GET /me/library/contains?uris=spotify:playlist:${playlistId}`,
  ],
  "playlists.tracks": [
    (client) => client.playlists.tracks({ playlistId, limit: 3 }),
    `GET /playlists/${playlistId}/items?limit=3`,
  ],
  "playlists.addTracks": [
    (client) => client.playlists.addTracks({ playlistId, uris: [`spotify:track:${ONE}`], position: 2 }),
    `POST /playlists/${playlistId}/items {"uris":["spotify:track:${ONE}"],"position":2}`,
  ],
  "playlists.updateTracks": [
    (client) => client.playlists.updateTracks({ playlistId, rangeStart: 1, insertBefore: 0 }),
    `PUT /playlists/${playlistId}/items {"range_start":1,"insert_before":0}`,
  ],
  "playlists.removeTracks": [
    (client) =>
      client.playlists.removeTracks({
        playlistId,
        tracks: [{ uri: `spotify:track:${ONE}` }],
        snapshotId: "S",
      }),
    `DELETE /playlists/${playlistId}/items {"items":[{"uri":"spotify:track:${ONE}"}],"snapshot_id":"S"}`,
  ],
  "users.createPlaylist": [
    (client) => client.users.createPlaylist({ userId: "self", name: "New" }),
    'GET /me, POST /me/playlists {"name":"New"}',
  ],
};

function shelf(group: "Albums" | "Tracks" | "Episodes" | "Shows" | "Audiobooks", type: string) {
  const uris = `uris=spotify:${type}:${ONE},spotify:${type}:${TWO}`;
  const ids = [ONE, `spotify:${type}:${TWO}`];
  return {
    [`me.save${group}`]: [(client: Client) => client.me[`save${group}`]({ ids }), `PUT /me/library?${uris}`],
    [`me.remove${group}`]: [
      (client: Client) => client.me[`remove${group}`]({ ids }),
      `DELETE /me/library?${uris}`,
    ],
    [`me.contains${group}`]: [
      (client: Client) => client.me[`contains${group}`]({ ids }),
      `GET /me/library/contains?${uris}`,
    ],
  } as const;
}

const written = ({ method, path, query, body }: Seen) =>
  `${method} ${path}${query.size > 0 ? `?${decode(query)}` : ""}${body === undefined ? "" : ` ${JSON.stringify(body)}`}`;
const decode = (query: URLSearchParams) => [...query].map(([name, value]) => `${name}=${value}`).join("&");

const NEW = [
  /^\/me$/,
  /^\/me\/library/,
  /^\/me\/playlists$/,
  /^\/playlists\/\w+\/items$/,
  /^\/playlists\/\w+$/,
];
/** Answers as to an app of the development tier. */
const development = ({ path }: Seen) =>
  NEW.some((pattern) => pattern.test(path)) ? { body: { id: "self", snapshot_id: "S" } } : LOST;

describe("an operation that was lost, and that something replaces", () => {
  it("is in the table of these tests, or is a batch", () => {
    const named = replaced.filter(({ row }) => !isBatch(row)).map(({ group, name }) => `${group}.${name}`);
    expect(Object.keys(CALLS).sort()).toEqual(named.sort());
  });

  it.each(Object.entries(CALLS))(
    "%s is done by what replaces it, at once where the tier is told",
    async (_name, [call, by]) => {
      const { client, seen } = clientBench(development, { tier: "development" });
      await call(client);
      expect(seen().map(written).join(", ")).toBe(by);
    },
  );

  it.each(Object.entries(CALLS))(
    "%s is tried once where it is not, and then never again",
    async (_name, [call, by]) => {
      const { client, seen } = clientBench(development);
      await call(client);
      await call(client);
      const [first, ...rest] = seen();
      expect(first && NEW.slice(1, 4).some((pattern) => pattern.test(first.path))).toBe(false);
      expect(rest.map(written).join(", ")).toBe(`${by}, ${by}`);
    },
  );

  it.each(Object.entries(CALLS))("%s is called as it is by apps that have it", async (_name, [call]) => {
    const { client, seen } = clientBench(() => ({ body: [] }), { tier: "extended" });
    await call(client);
    expect(seen()).toHaveLength(1);
    expect(NEW.slice(1, 4).some((pattern) => pattern.test(seen()[0]?.path ?? ""))).toBe(false);
  });
});

describe("the arguments of an operation that was lost", () => {
  it.each([
    ["an id of another type", { ids: [`spotify:track:${ONE}`] }, /ids\[0\] must name an album, not a track/],
    ["more than it ever took", { ids: Array.from({ length: 21 }, () => ONE) }, /1 to 20 elements/],
  ])("are checked as before: %s", async (_name, args, why) => {
    const { client, seen } = clientBench(development, { tier: "development" });
    const error = await failure(client.me.saveAlbums(args));
    expect(error).toMatchObject({ code: "argument-invalid", message: expect.stringMatching(why) });
    expect(seen()).toEqual([]);
  });
});

describe("what no other operation can do", () => {
  it.each([
    [
      "save tracks as of another day",
      (client: Client) =>
        client.me.saveTracks({ timestampedIds: [{ id: ONE, addedAt: "2020-01-01T00:00:00Z" }] }),
    ],
    [
      "follow a playlist in private",
      (client: Client) => client.playlists.follow({ playlistId, public: false }),
    ],
    [
      "ask whether somebody else follows",
      (client: Client) => client.playlists.followedBy({ playlistId, ids: ["other"] }),
    ],
    [
      "make a playlist for somebody else",
      (client: Client) => client.users.createPlaylist({ userId: "other", name: "x" }),
    ],
    ["read somebody else's page", (client: Client) => client.users.get({ userId: "other" })],
  ])("%s, is an error that says so", async (_name, call) => {
    for (const tier of ["development", undefined] as const) {
      const { client } = clientBench(development, { tier });
      expect(await failure(call(client))).toMatchObject({ code: "endpoint-removed" });
    }
  });
});

describe("what is learnt of the tier", () => {
  it("is not that a wave is lost when a playlist is somebody else's", async () => {
    const { client, seen } = clientBench(() => LOST);
    const add = () => client.playlists.addTracks({ playlistId, uris: [`spotify:track:${ONE}`] });
    expect(await failure(add())).toMatchObject({ code: "forbidden" });
    expect(await failure(add())).toMatchObject({ code: "forbidden" });
    expect(seen().map(({ path }) => path.split("/").at(-1))).toEqual(["tracks", "items", "tracks", "items"]);
  });

  it("holds for all operations of the wave", async () => {
    const { client, seen } = clientBench(development);
    await client.me.saveAlbums({ ids: [ONE] });
    expect(await failure(client.markets.list())).toMatchObject({ code: "endpoint-removed", status: 0 });
    expect(seen()).toHaveLength(2);
  });

  it("sets the limits that the tier has", async () => {
    const { client, seen } = clientBench(development);
    const search = () => client.search.find({ q: "a", type: ["track"], limit: 50 });
    await failure(search());
    await client.me.saveAlbums({ ids: [ONE] });
    const before = seen().length;
    expect(await failure(search())).toMatchObject({ message: expect.stringContaining("from 1 to 10") });
    expect(seen()).toHaveLength(before);
  });

  it("is not that an app is a development app from a limit, but the limit is named", async () => {
    const { client } = clientBench(() => refused(400, "Invalid limit"));
    const error = await failure(client.search.find({ q: "a", type: ["track"], limit: 50 }));
    expect(error).toMatchObject({ code: "bad-request", hint: "Development apps get at most 10 a page." });
    expect(await failure(client.me.playlists({ limit: 50 }))).toMatchObject({ hint: undefined });
  });

  it("is nothing from a 403 of somebody in between", async () => {
    for (const body of ["<html>blocked</html>", "", "Forbidden", { message: "Forbidden" }]) {
      const { client, seen } = clientBench(({ path }) =>
        path === "/markets" ? { status: 403, body } : { body: { albums: [] } },
      );
      expect(await failure(client.markets.list())).toMatchObject({ code: "forbidden", status: 403 });
      expect(await failure(client.markets.list())).toMatchObject({ code: "forbidden" });
      await client.albums.several({ ids: [ONE] });
      expect(seen().map(({ path }) => path)).toEqual(["/markets", "/markets", "/albums"]);
    }
  });

  it("leaves the tier that was told as it is", async () => {
    const { client, seen } = clientBench(development, { tier: "extended" });
    expect(await failure(client.artists.topTracks({ id: ONE }))).toMatchObject({
      code: "endpoint-removed",
      status: 403,
    });
    expect(await failure(client.artists.topTracks({ id: ONE }))).toMatchObject({
      code: "endpoint-removed",
      status: 403,
    });
    await client.me.saveAlbums({ ids: [ONE] });
    expect(await failure(client.tracks.audioFeatures({ id: ONE }))).toMatchObject({ status: 403 });
    expect(seen()).toHaveLength(5);
  });

  it("corrects what was told, when Spotify answers otherwise", async () => {
    const { client, seen } = clientBench(development, { tier: "legacy" });
    await client.me.saveAlbums({ ids: [ONE] });
    await client.me.saveAlbums({ ids: [ONE] });
    expect(seen().map(({ path }) => path)).toEqual(["/me/albums", "/me/library", "/me/library"]);
  });

  it("is nothing from a failure of another kind", async () => {
    const { client, seen } = clientBench(({ path }) =>
      path === "/me/albums" ? refused(403, "Player command failed") : refused(500, "no"),
    );
    await failure(client.me.saveAlbums({ ids: [ONE] }));
    await failure(client.me.saveAlbums({ ids: [ONE] }));
    expect(seen().filter(({ path }) => path === "/me/albums")).toHaveLength(2);
  });
});
