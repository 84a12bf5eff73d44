import { describe, expect, it } from "vitest";
import { abortError, StagedoorError } from "../../src/base/errors.js";
import { ApiError, type Client, PartialWriteError } from "../../src/client/index.js";
import type { TokenSource } from "../../src/token/index.js";
import { NetworkError } from "../../src/transport/index.js";
import { clientBench, failure, idOf, refused, type Seen, source } from "./bench.js";

const uris = (count: number, type = "track") =>
  Array.from({ length: count }, (_, index) => `spotify:${type}:${idOf(index)}`);
const snapshots = (_: Seen, index: number) => ({ body: { snapshot_id: `S${index + 1}` } });
const sent = (seen: readonly Seen[], member: string) =>
  seen.map(({ body }) => (body as Record<string, unknown>)[member]);
const playlistId = idOf(9);

describe("playlists.add", () => {
  it("adds a thousand items in ten calls, in order, and gives the last snapshot", async () => {
    const { client, seen } = clientBench(snapshots);
    expect(await client.playlists.add({ playlistId, uris: uris(1000) })).toEqual({ snapshot_id: "S10" });
    expect(seen().map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array.from({ length: 10 }, () => `POST /playlists/${playlistId}/items`),
    );
    expect(sent(seen(), "uris").flat()).toEqual(uris(1000));
    expect(sent(seen(), "position")).toEqual(Array.from({ length: 10 }, () => undefined));
  });

  it("keeps the position across the calls", async () => {
    const { client, seen } = clientBench(snapshots);
    await client.playlists.add({ playlistId, uris: uris(250), position: 7 });
    expect(sent(seen(), "position")).toEqual([7, 107, 207]);
  });

  it("waits for each call before the next", async () => {
    let under = 0;
    const { client } = clientBench(async (_, index) => {
      expect(++under).toBe(1);
      await new Promise(setImmediate);
      under--;
      return { body: { snapshot_id: `S${index}` } };
    });
    await client.playlists.add({ playlistId, uris: uris(500) });
  });

  it("says how far it came when a later call fails, and where to go on", async () => {
    const { client } = clientBench((seen, index) =>
      index === 3 ? refused(502, "Bad gateway") : snapshots(seen, index),
    );
    const error = await failure(client.playlists.add({ playlistId, uris: uris(1000) }));
    expect(error).toBeInstanceOf(PartialWriteError);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: "server-error", status: 502, done: 300, of: 1000, snapshotId: "S3" });
    expect(error).toMatchObject({
      hint: expect.stringMatching(/^Look whether elements 300 to 399 .* by playlists.add\.$/),
      operationId: "add-items-to-playlist",
    });
  });

  it("leaves the failure of the first call as it is", async () => {
    const { client } = clientBench(() => refused(404, "no such playlist"));
    const error = await failure(client.playlists.add({ playlistId, uris: uris(1000) }));
    expect(error).not.toBeInstanceOf(PartialWriteError);
    expect(error).toMatchObject({ code: "not-found" });
  });

  it("changes nothing for an empty list, and gives the snapshot that there is", async () => {
    const { client, seen } = clientBench(() => ({ body: { snapshot_id: "now" } }));
    expect(await client.playlists.add({ playlistId, uris: [] })).toEqual({ snapshot_id: "now" });
    expect(seen().map(({ method, query }) => [method, query.get("fields")])).toEqual([
      ["GET", "snapshot_id"],
    ]);
  });
});

describe("the other changes of a playlist", () => {
  it("replace: the first hundred in the place of all, the others behind them", async () => {
    const { client, seen } = clientBench(snapshots);
    expect(await client.playlists.replace({ playlistId, uris: uris(230) })).toEqual({ snapshot_id: "S3" });
    expect(seen().map(({ method }) => method)).toEqual(["PUT", "POST", "POST"]);
    expect(sent(seen(), "uris").flat()).toEqual(uris(230));
  });

  it("replace by nothing, and clear, empty it in one call", async () => {
    const { client, seen } = clientBench(snapshots);
    await client.playlists.replace({ playlistId, uris: [] });
    await client.playlists.clear({ playlistId });
    expect(seen().map(({ method, body }) => [method, body])).toEqual([
      ["PUT", { uris: [] }],
      ["PUT", { uris: [] }],
    ]);
  });

  it("replace tells what was written when the rest fails", async () => {
    const { client } = clientBench((seen, index) =>
      index === 1 ? refused(500, "no") : snapshots(seen, index),
    );
    expect(await failure(client.playlists.replace({ playlistId, uris: uris(230) }))).toMatchObject({
      done: 100,
      of: 230,
      snapshotId: "S1",
    });
  });

  it("remove: a hundred at a time, each call meant for the snapshot that the one before left", async () => {
    const { client, seen } = clientBench(snapshots);
    await client.playlists.remove({ playlistId, uris: uris(201), snapshotId: "S0" });
    expect(sent(seen(), "snapshot_id")).toEqual(["S0", "S1", "S2"]);
    expect(sent(seen(), "items").flat()).toEqual(uris(201).map((uri) => ({ uri })));
  });

  it("remove without a snapshot names none", async () => {
    const { client, seen } = clientBench(snapshots);
    await client.playlists.remove({ playlistId, uris: uris(101) });
    expect(sent(seen(), "snapshot_id")).toEqual([undefined, undefined]);
  });

  it("reorder moves a range", async () => {
    const { client, seen } = clientBench(snapshots);
    await client.playlists.reorder({ playlistId, rangeStart: 3, insertBefore: 0, rangeLength: 2 });
    expect(seen()[0]?.body).toEqual({ range_start: 3, insert_before: 0, range_length: 2 });
  });
});

describe("a long list with a mistake in it", () => {
  const bad = [...uris(120), "oops", ...uris(10)];
  it.each<[string, (client: Client) => Promise<unknown>, string]>([
    ["playlists.add", (client) => client.playlists.add({ playlistId, uris: bad }), "uris[120]"],
    ["playlists.replace", (client) => client.playlists.replace({ playlistId, uris: bad }), "uris[120]"],
    ["playlists.remove", (client) => client.playlists.remove({ playlistId, uris: bad }), "uris[120]"],
    ["library.save", (client) => client.library.save({ uris: bad }), "uris[120]"],
    ["library.remove", (client) => client.library.remove({ uris: bad }), "uris[120]"],
    ["library.contains", (client) => client.library.contains({ uris: bad }), "uris[120]"],
    ["player.queueMany", (client) => client.player.queueMany({ uris: bad }), "uris[120]"],
    ["tracks.several", (client) => client.tracks.several({ ids: [...bad].with(120, "../me") }), "ids[120]"],
  ])("%s sends nothing, and names the element by its place", async (_name, call, place) => {
    const { client, seen } = clientBench(() => ({ body: { snapshot_id: "S" } }));
    const error = await failure(call(client));
    expect(error).toMatchObject({
      code: "argument-invalid",
      message: expect.stringContaining(`argument ${place} `),
    });
    expect(seen()).toEqual([]);
  });

  it.each([undefined, null, "spotify:track:x", {}])("that is %j is refused", async (list) => {
    const { client, seen } = clientBench(() => ({}));
    // @ts-expect-error what a program without types may hand in
    expect(await failure(client.playlists.add({ playlistId, uris: list }))).toMatchObject({
      code: "argument-invalid",
    });
    // @ts-expect-error as above
    expect(await failure(client.library.save(list))).toMatchObject({ code: "argument-invalid" });
    expect(seen()).toEqual([]);
  });
});

describe("a write that may have been done", () => {
  it.each<[string, () => never, number]>([
    ["a reset", () => throwing(new NetworkError("api.spotify.com", "ECONNRESET")), 100],
    ["a refused connection", () => throwing(new NetworkError("api.spotify.com", "ECONNREFUSED")), 0],
    ["a deadline", () => throwing(new StagedoorError("timeout", "too late")), 100],
  ])("counts after %s as not known, unless it cannot have left", async (_name, fail, uncertain) => {
    const { client } = clientBench((seen, index) => (index === 1 ? fail() : snapshots(seen, index)));
    const error = await failure(client.playlists.add({ playlistId, uris: uris(250), position: 7 }));
    expect(error).toBeInstanceOf(PartialWriteError);
    expect(error).toMatchObject({ name: "PartialWriteError", done: 100, uncertain, of: 250 });
    expect(error).toMatchObject({
      hint:
        uncertain > 0
          ? "Look whether elements 100 to 199 (counted from 0) are there; then go on with what is missing by playlists.add at position 107."
          : "Go on with element 100 (counted from 0) by playlists.add at position 107. Check the network and try again.",
    });
    expect(/is not known/.test(String(error))).toBe(uncertain > 0);
  });

  it("is simply gone on with where doing it twice changes nothing", async () => {
    const { client } = clientBench((_, index) => (index === 1 ? refused(503, "later") : {}));
    expect(await failure(client.library.save({ uris: uris(90) }))).toMatchObject({
      uncertain: 40,
      hint: "Go on with element 40 (counted from 0) by library.save.",
    });
  });

  it("was not done where only the token failed", async () => {
    let calls = 0;
    const broken = () => Promise.reject(new NetworkError("accounts.spotify.com", "ECONNRESET"));
    const failing: TokenSource = {
      token: (options) => (++calls > 1 ? broken() : source.token(options)),
      replace: broken,
    };
    const { client } = clientBench(snapshots, { source: failing });
    expect(await failure(client.playlists.add({ playlistId, uris: uris(250) }))).toMatchObject({
      done: 100,
      uncertain: 0,
    });
    const rejected = clientBench(() => refused(401, "no"), { source: { ...failing, token: source.token } });
    expect(await failure(rejected.client.playlists.create({ name: "x" }))).toMatchObject({
      hint: expect.stringMatching(/try again/),
    });
  });

  it("was not done where half an object came in the place of nothing", async () => {
    const { client } = clientBench(() => ({ body: '{"half' }));
    expect(await failure(client.library.save({ uris: uris(1) }))).toMatchObject({ code: "response-invalid" });
    const whole = clientBench(() => ({ body: {} }));
    expect(await whole.client.library.save({ uris: uris(1) })).toBeUndefined();
    expect(await client.player.pause()).toBeUndefined();
  });

  it("is told to be gone on with by add, when the rest of a replacement fails", async () => {
    const { client } = clientBench((seen, index) =>
      index === 1 ? refused(429, "slow down") : snapshots(seen, index),
    );
    expect(await failure(client.playlists.replace({ playlistId, uris: uris(230) }))).toMatchObject({
      uncertain: 0,
      hint: expect.stringContaining("by playlists.add."),
      message: expect.stringContaining("slow down. Of 230 elements 100"),
    });
    const dot = clientBench((seen, index) =>
      index === 1 ? refused(404, "It is gone.") : snapshots(seen, index),
    );
    expect(String(await failure(dot.client.playlists.add({ playlistId, uris: uris(230) })))).toContain(
      "gone. Of 230",
    );
  });

  it("says so when it is a single call", async () => {
    const reset = clientBench(() => throwing(new NetworkError("api.spotify.com", "ECONNRESET")));
    const hintOf = (call: Promise<unknown>) => failure(call).then((error) => (error as StagedoorError).hint);
    expect(await hintOf(reset.client.playlists.create({ name: "x" }))).toMatch(
      /look before you send it again/,
    );
    expect(await hintOf(reset.client.library.save({ uris: uris(1) }))).toMatch(/changes nothing more/);
    expect(await hintOf(reset.client.tracks.get({ id: idOf(1) }))).toMatch(/try again/);
    const failing = clientBench(() => refused(503, "later"));
    expect(await hintOf(failing.client.player.next())).toMatch(/look before you send it again/);
    const garbled = clientBench(() => ({ status: 201, body: "{" }));
    expect(await hintOf(garbled.client.playlists.create({ name: "x" }))).toMatch(
      /look before you send it again/,
    );
    const packed = clientBench(() =>
      throwing(new StagedoorError("response-invalid", "It cannot be unpacked.")),
    );
    expect(await hintOf(packed.client.playlists.create({ name: "x" }))).toMatch(
      /look before you send it again/,
    );
    const ended = new NetworkError("api.spotify.com", "ECONNREFUSED");
    const cut = clientBench(() => throwing(abortError(AbortSignal.abort(ended), "The request")));
    expect(await hintOf(cut.client.playlists.create({ name: "x" }))).toMatch(/look before you send it again/);
    expect(ended).not.toHaveProperty("mayBeDone");
    const raw = (method: string) =>
      hintOf(reset.client.request({ method, path: "/somewhere/new", body: "{}" }));
    expect(await raw("POST")).toMatch(/look before/);
    expect(await raw("PUT")).toMatch(/changes nothing more/);
    const refusing = clientBench(() => refused(404, "no"));
    expect(await hintOf(refusing.client.player.next())).toBeUndefined();
  });

  it.each(["text/html", "text/plain"])("is no success when a web page came instead, as %s", async (type) => {
    const page = { status: 200, headers: { "content-type": type }, body: "<h1>Hotel</h1>" };
    const { client } = clientBench(() => page);
    for (const call of [client.library.save({ uris: uris(1) }), client.player.pause()]) {
      expect(await failure(call)).toMatchObject({
        code: "response-invalid",
        message: expect.stringContaining("web page"),
      });
    }
  });
});

function throwing(error: Error): never {
  throw error;
}

describe("library", () => {
  const mixed = [...uris(50), ...uris(30, "artist"), ...uris(5, "show"), ...uris(10, "playlist")];

  it.each(["save", "remove"] as const)(
    "%s takes any number and any mixture, forty at a time in order",
    async (name) => {
      const { client, seen } = clientBench(() => ({}));
      expect(await client.library[name]({ uris: mixed })).toBeUndefined();
      const lists = seen().map(({ query }) => (query.get("uris") ?? "").split(","));
      expect(lists.map((list) => list.length)).toEqual([40, 40, 15]);
      expect(lists.flat()).toEqual(mixed);
      expect(seen().every(({ body }) => body === undefined)).toBe(true);
    },
  );

  it("contains answers in the order of the URIs", async () => {
    const { client } = clientBench(({ query }) => ({
      body: (query.get("uris") ?? "").split(",").map((uri) => uri.includes(":artist:")),
    }));
    expect(await client.library.contains({ uris: mixed })).toEqual(
      mixed.map((uri) => uri.includes(":artist:")),
    );
    expect(await client.library.contains({ uris: [] })).toEqual([]);
  });

  it("says how far it came", async () => {
    const { client } = clientBench((_, index) => (index === 1 ? refused(500, "no") : {}));
    expect(await failure(client.library.save({ uris: mixed }))).toMatchObject({ done: 40, of: 95 });
  });
});

describe("playlists.uploadCover", () => {
  const picture = (bytes: number) => {
    const made = new Uint8Array(bytes);
    made.set([0xff, 0xd8, 0xff, 0xe0]);
    return made;
  };

  it("sends the bytes as base64 without a line break, as image/jpeg", async () => {
    const { client, requests } = clientBench(() => ({ status: 202 }));
    expect(await client.playlists.uploadCover({ playlistId, image: picture(30_000) })).toBeUndefined();
    expect(requests[0]?.headers["content-type"]).toBe("image/jpeg");
    expect(requests[0]?.body).toBe(Buffer.from(picture(30_000)).toString("base64"));
  });

  it.each([
    ["one that is too large", picture(196_609), /too large: Spotify takes 196608 bytes/],
    ["a PNG", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0]), /is not a JPEG/],
    ["a data URL", "data:image/jpeg;base64,/9j/AA==", /without a prefix/],
    ["base64 with line breaks", "/9j/\nAA==", /line breaks/],
    ["no picture", new Uint8Array(), /must be the bytes/],
  ])("refuses %s before anything is sent", async (_name, image, why) => {
    const { client, seen } = clientBench(() => ({ status: 202 }));
    const error = await failure(client.playlists.uploadCover({ playlistId, image }));
    expect(error).toMatchObject({ code: "argument-invalid", message: expect.stringMatching(why) });
    expect(seen()).toEqual([]);
  });

  it("takes the largest that Spotify takes", async () => {
    const { client, requests } = clientBench(() => ({ status: 202 }));
    await client.playlists.uploadCover({ playlistId, image: picture(196_608) });
    expect(String(requests[0]?.body)).toHaveLength(256 * 1024);
  });
});
